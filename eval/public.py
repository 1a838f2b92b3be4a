"""Public yardsticks: how the same parts do on other people's questions.

CMRC 2018 dev (Cui et al., EMNLP 2019), DRCD test (Shao et al., 2018) as retrieval among all paragraphs and as
reading; NCPPolicies (citizens' questions over official documents of 2020) as retrieval. The data is read from a
folder and never shipped; what is absent is skipped. Nothing is tuned on it.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answer import network_text, search_text
from bot.compound import understand
from bot.neural import NeuralReader
from bot.question import Question
from eval.retrieval import Qrels, Run, measure, ranked
from eval.text import exact_match, f1, stretches
from index.chinese import simplified
from index.dense import Dense
from index.encoder import Encoder
from index.fusion import reciprocal_rank_fusion
from index.passages import LONGEST
from index.sparse import Sparse
from index.tokens import terms

DATA = Path(os.environ.get("BAOGAO_MRC") or Path(__file__).resolve().parents[2] / "shared" / "mrc")
POOL = 60
READ = 5  # retrieved paragraphs that are read
LONGEST_SPAN = 40  # characters of an answer; these data sets ask for short ones
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a yardstick, the paragraph that answers it, and the golds (none where only retrieval is asked)."""

    question: str
    paragraph: int
    golds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Yardstick:
    """Paragraphs and the questions about them."""

    name: str
    paragraphs: tuple[str, ...]
    asked: tuple[Asked, ...]


def squad(path: Path) -> Yardstick:
    """A file in SQuAD format; traditional characters become simplified, which is what the encoder kept."""
    paragraphs: list[str] = []
    asked: list[Asked] = []
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for row in paragraph["qas"]:
                golds = tuple(dict.fromkeys(simplified(answer["text"]) for answer in row["answers"]))
                asked.append(Asked(row["question"], len(paragraphs), golds))
            paragraphs.append(simplified(paragraph["context"]))
    return Yardstick(path.stem, tuple(paragraphs), tuple(asked))


def policies(path: Path) -> Yardstick:
    """NCPPolicies: an object a line; the paragraphs are the distinct contexts."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    numbers = {context: number for number, context in enumerate(dict.fromkeys(row["context"] for row in rows))}
    asked = tuple(Asked(row["question"], numbers[row["context"]], ()) for row in rows)
    return Yardstick(path.stem, tuple(numbers), asked)


FILES: dict[str, Callable[[Path], Yardstick]] = {
    "cmrc2018_dev.json": squad,
    "DRCD_test.json": squad,
    "ncp_train.json": policies,
}


def run_public(
    encoder: Encoder,
    network: NeuralReader,
    folder: Path = DATA,
    *,
    limit: int | None = None,
    progress: Progress | None = None,
    say: Callable[[str], None] = print,
) -> dict[str, dict[str, Any]]:
    """Every yardstick that is there; `limit` takes that many questions of each, spread evenly."""
    found: dict[str, dict[str, Any]] = {}
    for name, load in FILES.items():
        path = folder / name
        if not path.is_file():
            say(f"跳过 {name}：{folder} 里没有这个文件。")
            continue
        yardstick = load(path)
        step = max(1, len(yardstick.asked) // limit) if limit else 1
        asked = yardstick.asked[::step][:limit]
        found[yardstick.name] = measure_one(
            encoder, network, Yardstick(yardstick.name, yardstick.paragraphs, asked), progress
        )
    return found


def measure_one(
    encoder: Encoder, network: NeuralReader, yardstick: Yardstick, progress: Progress | None = None
) -> dict[str, Any]:
    """Retrieval by the three searches, and reading where there are golds."""
    total = len(yardstick.paragraphs) + len(yardstick.asked)
    told = (lambda done: progress(done, total)) if progress else None
    dense = Dense.of(encoder.encode_document(yardstick.paragraphs, progress=told))
    sparse = Sparse.of([terms(text) for text in yardstick.paragraphs])
    runs: dict[str, Run] = {"dense": {}, "lexical": {}, "fused": {}}
    qrels: Qrels = {}
    reading = {"given": Tally(), "retrieved": Tally()}
    for number, asked in enumerate(yardstick.asked):
        key = str(number)
        qrels[key] = {str(asked.paragraph): 1}
        question = understand(asked.question)
        text, words = search_text(question)
        near = [n for n, _ in dense.search(encoder.encode_query([text])[0], POOL)]
        alike = [n for n, _ in sparse.search(words, POOL)]
        fused = [n for n, _ in reciprocal_rank_fusion([near, alike])]
        for way, order in (("dense", near), ("lexical", alike), ("fused", fused)):
            runs[way][key] = ranked([str(n) for n in order[:10]])
        if asked.golds:
            reading["given"].add(read_best(network, question, [yardstick.paragraphs[asked.paragraph]]), asked.golds)
            reading["retrieved"].add(
                read_best(network, question, [yardstick.paragraphs[n] for n in fused[:READ]]), asked.golds
            )
        if progress:
            progress(len(yardstick.paragraphs) + number + 1, total)
    return {
        "paragraphs": len(yardstick.paragraphs),
        "questions": len(yardstick.asked),
        "retrieval": {way: measure(qrels, run) for way, run in runs.items()},
        "reading": {name: tally.means() for name, tally in reading.items() if tally.count},
    }


class Tally:
    """Running sums of exact match and F1."""

    def __init__(self) -> None:
        self.exact = self.f1 = 0.0
        self.count = 0

    def add(self, answer: str, golds: Sequence[str]) -> None:
        """Count one answer."""
        self.exact += exact_match(answer, golds)
        self.f1 += f1(answer, golds)
        self.count += 1

    def means(self) -> dict[str, float]:
        """Both as means."""
        return {"exact_match": self.exact / self.count, "f1": self.f1 / self.count}


def read_best(network: NeuralReader, question: Question, paragraphs: Sequence[str]) -> str:
    """The network's best span over some paragraphs, sure or not."""
    windows = [p[start:end] for p in paragraphs for start, end in stretches(p, LONGEST)]
    opinions = network.read(network_text(question), [("", window) for window in windows])
    best, said = -1.0, ""
    for window, opinion in zip(windows, opinions, strict=True):
        start, end = opinion.best(LONGEST_SPAN)
        if opinion.answers > best:
            best, said = opinion.answers, window[start:end]
    return said
