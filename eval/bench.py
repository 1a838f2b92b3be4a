"""Speed, memory and size, beside the plain way a user would reach for, in one run.

The plain way: the text cut every 160 characters, the same encoder, FAISS, the top piece shown. Figures are
medians of repeated runs; machines are noisy, so read the ratios. Knows the index and the answerer.
"""

import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.answer import Answerer
from bot.neural import NeuralReader
from index.dense import Dense
from index.encoder import Encoder, Progress, Rows
from index.library import Library, build
from index.report import read_report
from index.view import clean

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
QUESTIONS = (
    "2020年GDP目标", "2019年GDP", "今年修几条背街小巷", "低保多少人", "去年招了多少老师", "新增停车位", "蟠桃大会",
    "区长是谁", "面临哪些困难", "怎么治理大气污染", "2018年GDP", "城镇和农村居民收入分别是多少",
)  # fmt: skip
COLD_RUNS = 5
PLAIN_PIECE = 160  # characters
LARGE = 20_000  # passages of the large library

# a small process between, because a child's peak memory counts from its parent's
_WATCH = """
import os, subprocess, sys, time
begun = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
usage = os.wait4(process.pid, 0)[2]
print(time.perf_counter() - begun, usage.ru_maxrss)
"""
_PLAIN = """
import sys
from pathlib import Path
import numpy as np
from index.dense import Dense
from index.encoder import open_encoder
folder = Path(sys.argv[1])
pieces = (folder / "pieces.txt").read_text("utf-8").split("\\x1e")
hit = Dense.load(folder / "plain.faiss").search(open_encoder().encode_query([sys.argv[2]])[0], 1)[0][0]
print(pieces[hit])
"""


def bench(encoder: Encoder) -> dict[str, dict[str, float]]:
    """Measure both ways; seconds, milliseconds, MiB and bytes as the names say."""
    report, network = sorted(SEEDS.glob("*.txt"))[0], NeuralReader()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        begun = time.perf_counter()
        change = build(folder / "index", [report], encoder)
        built = time.perf_counter() - begun
        begun = time.perf_counter()
        again = build(folder / "index", [report], encoder)
        rebuilt = time.perf_counter() - begun
        ours = {"build_s": built, "rebuild_s": rebuilt, "re_embedded": float(again.embedded)}
        ours |= _cold([sys.executable, "-m", "bot.cli", "ask", "--index", str(folder / "index")])
        ours |= _warm(Answerer(Library(folder / "index", encoder), network))
        ours["bytes_per_passage"] = _size(folder / "index") / change.passages
        plain = _plain(folder, report, encoder)
        large = _large(folder / "large", report, encoder, Library(folder / "index", encoder), network)
    return {"baogaotong": ours, "plain": plain, f"{LARGE} passages": large}


def table(result: dict[str, dict[str, float]]) -> str:
    """The measures as aligned lines, one a row."""
    names = list(dict.fromkeys(name for column in result.values() for name in column))
    lines = ["measure".ljust(20) + "".join(column.rjust(18) for column in result)]
    for name in names:
        cells = (f"{column[name]:.3f}" if name in column else "-" for column in result.values())
        lines.append(name.ljust(20) + "".join(cell.rjust(18) for cell in cells))
    return "\n".join(lines)


def _cold(command: Sequence[str]) -> dict[str, float]:
    """Median wall seconds and largest memory of fresh processes."""
    root = str(Path(__file__).resolve().parent.parent)
    found = []
    for _ in range(COLD_RUNS + 1):  # the first run warms the file cache
        watcher = [sys.executable, "-S", "-c", _WATCH, *command, QUESTIONS[0]]
        printed = subprocess.run(watcher, cwd=root, check=True, capture_output=True, text=True).stdout
        found.append([float(value) for value in printed.split()])
    return {
        "cold_s": statistics.median(wall for wall, _ in found[1:]),
        "cold_mib": max(kib for _, kib in found) / 1024,
    }


def _warm(answerer: Answerer, rounds: int = 5) -> dict[str, float]:
    for question in QUESTIONS:
        answerer.answer(question)
    times = sorted(answerer.answer(question).elapsed_ms for _ in range(rounds) for question in QUESTIONS)
    return {"warm_p50_ms": statistics.median(times), "warm_p95_ms": times[int(len(times) * 0.95)]}


def _plain(folder: Path, report: Path, encoder: Encoder) -> dict[str, float]:
    begun = time.perf_counter()
    text = clean(read_report(report).text)
    pieces = [text[i : i + PLAIN_PIECE] for i in range(0, len(text), PLAIN_PIECE)]
    dense = Dense.of(encoder.encode_document(pieces))
    dense.save(folder / "plain.faiss")
    (folder / "pieces.txt").write_text("\x1e".join(pieces), "utf-8")
    built = time.perf_counter() - begun
    times = []
    for question in QUESTIONS * 5:
        begun = time.perf_counter()
        dense.search(encoder.encode_query([question])[0], 1)
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    found = {"build_s": built} | _cold([sys.executable, "-c", _PLAIN, str(folder)])
    found |= {"warm_p50_ms": statistics.median(times), "warm_p95_ms": times[int(len(times) * 0.95)]}
    found["bytes_per_passage"] = ((folder / "plain.faiss").stat().st_size + len(text.encode())) / len(pieces)
    return found


class _Noisy:
    """The real encoder for questions; a copy of a passage gets its row with a little noise, so that many build quickly."""

    def __init__(self, encoder: Encoder, small: Library) -> None:
        self._encoder, self._rows, self._random = encoder, small.vectors, np.random.default_rng(0)
        self._at = {passage.embedding_text: number for number, passage in enumerate(small.passages())}
        self.name, self.dimension = f"{encoder.name} with noise", encoder.dimension

    def encode_query(self, texts: Sequence[str]) -> Rows:
        return self._encoder.encode_query(texts)

    def encode_document(self, texts: Sequence[str], *, progress: Progress | None = None) -> Rows:
        originals = (re.sub(r"亿元（\d+）", "亿元", text) for text in texts)
        picked = self._rows[[self._at.get(text, n % len(self._rows)) for n, text in enumerate(originals)]]
        noisy = picked + self._random.normal(0, 0.02, picked.shape).astype(np.float32)
        if progress:
            progress(len(texts))
        unit: Rows = (noisy / np.linalg.norm(noisy, axis=1, keepdims=True)).astype(np.float32)
        return unit


def _large(folder: Path, report: Path, encoder: Encoder, small: Library, network: NeuralReader) -> dict[str, float]:
    """A library of copies of the report, each with a mark of its own, in two threads' worth of nothing else."""
    text = read_report(report).text
    files = []
    source = folder / "sources"
    source.mkdir(parents=True)
    for number in range(-(-LARGE // len(small))):
        path = source / f"copy-{number}.txt"
        path.write_text(text.replace("亿元", f"亿元（{number}）"), "utf-8")
        files.append(path)
    noisy = _Noisy(encoder, small)
    build(folder, files, noisy)
    begun = time.perf_counter()
    library = Library(folder, noisy)
    opened = time.perf_counter() - begun
    found = {"open_s": opened, "passages": float(len(library))} | _warm(Answerer(library, network), rounds=2)
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def _size(folder: Path) -> int:
    current = (folder / "CURRENT").read_text("utf-8").strip()
    return sum(p.stat().st_size for p in (folder / "generations" / current).rglob("*") if p.is_file())
