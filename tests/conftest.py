"""Shared by the tests: the user's report, a tiny real encoder, and a library built once with the real one."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.answer import Answerer
from bot.neural import NeuralReader
from index.encoder import Progress, Rows, open_encoder
from index.library import Library, build
from index.report import Report, read_report

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "seeds" / "zhanhe-2020.txt"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--chats", type=int, default=40, help="chats of the load test, five questions each (default 40)")


@pytest.fixture(scope="session")
def chats_at_once(pytestconfig: pytest.Config) -> int:
    return int(pytestconfig.getoption("--chats"))


class KeywordEncoder:
    """One axis a keyword: a deterministic encoder whose rankings can be worked out by hand."""

    def __init__(self, *keywords: str) -> None:
        self.keywords = keywords
        self.name = "keywords:" + ",".join(keywords)
        self.dimension = len(keywords) + 1
        self.encoded: list[str] = []

    def encode_query(self, texts: Sequence[str]) -> Rows:
        rows = np.array([[float(k in t) for k in self.keywords] + [0.1] for t in texts], np.float32)
        unit: Rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def encode_document(self, texts: Sequence[str], *, progress: Progress | None = None) -> Rows:
        self.encoded += texts
        if progress:
            progress(len(texts))
        return self.encode_query(texts)


@pytest.fixture(scope="session")
def seed() -> Report:
    return read_report(SEED)


@pytest.fixture(scope="session")
def seed_file() -> Path:
    return SEED


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("index")
    encoder = open_encoder()
    build(folder, [SEED], encoder)
    return Library(folder, encoder)


@pytest.fixture(scope="session")
def network() -> NeuralReader:
    return NeuralReader()


@pytest.fixture(scope="session")
def answerer(library: Library, network: NeuralReader) -> Answerer:
    return Answerer(library, network)


@pytest.fixture
def write_report(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write
