"""Public yardsticks: how the same parts do on other people's questions.

CMRC 2018 dev (Cui et al., EMNLP 2019), DRCD test (Shao et al., 2018) as retrieval among all paragraphs and as
reading; NCPPolicies (citizens' questions over official documents of 2020) as retrieval. The data is read from a
folder and never shipped; what is absent is skipped. Nothing is tuned on it.
"""

import hashlib
import json
import math
import os
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from bot.answer import search_text
from bot.compound import understand
from bot.neural import LONGEST_PASSAGE, NeuralReader, Opinion
from eval.questions import QuestionsError
from eval.retrieval import Qrels, Run, measure, ranked
from eval.text import exact_match, f1
from index.chinese import simplified
from index.dense import Dense
from index.encoder import Encoder, Rows
from index.fusion import reciprocal_rank_fusion
from index.passages import LONGEST
from index.report import split_sentences
from index.sparse import Sparse
from index.tokens import terms

POOL = 60
READ = 8  # retrieved windows that are read
LONGEST_SPAN = 100  # characters of an answer: 99 of 100 golds of CMRC's training questions are no longer
READABLE = LONGEST_PASSAGE - 8  # pieces of a window; cut out of its paragraph it may become some more
Cut = tuple[int, int]  # [start, end)
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
    """A file in SQuAD format."""
    paragraphs: list[str] = []
    asked: list[Asked] = []
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for row in paragraph["qas"]:
                golds = tuple(dict.fromkeys(answer["text"] for answer in row["answers"]))
                asked.append(Asked(row["question"], len(paragraphs), golds))
            paragraphs.append(paragraph["context"])
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


def data_folder() -> Path:
    """Where the data lies: BAOGAO_MRC, else beside the checkout."""
    return Path(os.environ.get("BAOGAO_MRC") or Path(__file__).resolve().parents[2] / "shared" / "mrc")


def run_public(
    encoder: Encoder,
    network: NeuralReader,
    folder: Path | None = None,
    *,
    names: Collection[str] = (),
    limit: int | None = None,
    kept: Path | None = None,
    progress: Progress | None = None,
    say: Callable[[str], None] = print,
) -> dict[str, dict[str, Any]]:
    """Every yardstick that is in the folder, or those named.

    `limit` takes that many questions of each, spread evenly; vectors are kept in the folder `kept` for the next run.
    """
    if unknown := sorted(set(names) - {Path(name).stem for name in FILES}):
        known = "、".join(Path(name).stem for name in FILES)
        raise QuestionsError(f"没有叫 {'、'.join(unknown)} 的公开数据；有的是 {known}。")
    folder = folder or data_folder()
    found: dict[str, dict[str, Any]] = {}
    for name, load in FILES.items():
        path = folder / name
        if names and path.stem not in names:
            continue
        if not path.is_file():
            say(f"跳过 {name}：{folder} 里没有这个文件。")
            continue
        yardstick = load(path)
        step = max(1, len(yardstick.asked) // limit) if limit else 1
        some = Yardstick(yardstick.name, yardstick.paragraphs, yardstick.asked[::step][:limit])
        found[yardstick.name] = measure_one(encoder, network, some, kept, progress)
    return found


def measure_one(
    encoder: Encoder,
    network: NeuralReader,
    yardstick: Yardstick,
    kept: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Retrieval by the three searches over whole paragraphs and over their windows; reading where there are golds.

    What is searched and read is simplified and half-width, as the encoder and the network learned it, which leaves
    every character in its place; answers are cut out of the paragraph as published and compared with the golds so.
    """
    texts = [simplified(paragraph) for paragraph in yardstick.paragraphs]
    cuts = [(number, cut) for number, text in enumerate(texts) for cut in windows(text, network.pieces(text))]
    passages = [texts[number][start:end] for number, (start, end) in cuts]
    of: dict[int, list[int]] = {}
    for window, (number, _) in enumerate(cuts):
        of.setdefault(number, []).append(window)
    total, done = len(texts) + len(passages) + len(yardstick.asked), 0

    def tell(more: int) -> None:
        if progress:
            progress(done + more, total)

    whole = Index(vectors(encoder, texts, kept, tell), texts)
    done += len(texts)
    parts = Index(vectors(encoder, passages, kept, tell), passages)
    done += len(passages)
    runs: dict[str, Run] = {"dense": {}, "lexical": {}, "fused": {}, "fused windows": {}}
    qrels: Qrels = {}
    reading = {"given": Tally(), "retrieved": Tally()}
    for asked_before, asked in enumerate(yardstick.asked):
        key = str(asked_before)
        qrels[key] = {str(asked.paragraph): 1}
        text, words = search_text(understand(asked.question))
        row = encoder.encode_query([text])[0]
        orders = dict(zip(runs, whole.search(row, words), strict=False))
        *_, nearest = parts.search(row, words)
        orders["fused windows"] = list(dict.fromkeys(cuts[window][0] for window in nearest))
        for way, order in orders.items():
            runs[way][key] = ranked([str(number) for number in order[:10]])
        if asked.golds:
            settings = {"given": of[asked.paragraph], "retrieved": nearest[:READ]}
            both = list(dict.fromkeys([*settings["given"], *settings["retrieved"]]))
            read = network.read(simplified(asked.question), [("", passages[window]) for window in both])
            opinions = dict(zip(both, read, strict=True))
            for name, those in settings.items():
                window, start, end = choose({window: opinions[window] for window in those})
                number, (at, _) = cuts[window]
                reading[name].add(yardstick.paragraphs[number][at + start : at + end], asked.golds)
        tell(asked_before + 1)
    return {
        "paragraphs": len(texts),
        "windows": len(passages),
        "questions": len(yardstick.asked),
        "retrieval": {way: measure(qrels, run) for way, run in runs.items()},
        "reading": {name: tally.means() for name, tally in reading.items() if tally.count},
    }


class Index:
    """Texts by vectors and by words."""

    def __init__(self, rows: Rows, texts: Sequence[str]) -> None:
        self._dense, self._sparse = Dense.of(rows), Sparse.of([terms(text) for text in texts])

    def search(self, row: Rows, words: Sequence[str]) -> tuple[list[int], list[int], list[int]]:
        """Numbers of the nearest texts, best first: by vectors, by words, by both."""
        near = [number for number, _ in self._dense.search(row, POOL)]
        alike = [number for number, _ in self._sparse.search(words, POOL)]
        return near, alike, [number for number, _ in reciprocal_rank_fusion([near, alike])]


def vectors(encoder: Encoder, texts: Sequence[str], kept: Path | None, tell: Callable[[int], None]) -> Rows:
    """The texts' rows, out of the folder where they were kept, or encoded and kept there."""
    if kept is None:
        return encoder.encode_document(texts, progress=tell)
    path = kept / (hashlib.sha256("\0".join([encoder.name, *texts]).encode()).hexdigest()[:16] + ".npy")
    if path.is_file():
        rows: Rows = np.load(path, allow_pickle=False)
        return rows
    rows = encoder.encode_document(texts, progress=tell)
    kept.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part")
    with partial.open("wb") as file:
        np.save(file, rows, allow_pickle=False)
    partial.replace(path)
    return rows


# -- reading ----------------------------------------------------------------------------------------


def windows(text: str, pieces: Sequence[Cut], longest: int = LONGEST, readable: int = READABLE) -> list[Cut]:
    """Windows of whole sentences that the network can read to the end, each beginning with the last one's last sentence.

    They hold about as many characters as a report's passages, `longest`, but two neighbouring sentences are always
    in one where the network can read both. `pieces` is the text as the network reads it, a window holds at most
    `readable` of them; a sentence of more is cut into stretches that share half. So every span within a sentence
    of up to half a window can be chosen.
    """
    starts, ends = [start for start, _ in pieces], [end for _, end in pieces]
    units = [unit for sentence in split_sentences(text, 0, len(text)) for unit in _readable(sentence, pieces, readable)]

    def fits(first: int, last: int) -> bool:
        (start, _), (_, end) = units[first], units[last]
        readily = end - start <= longest or last - first <= 1
        return readily and bisect_left(starts, end) - bisect_right(ends, start) <= readable

    found: list[Cut] = []
    first = 0
    while first < len(units):
        last = first
        while last + 1 < len(units) and fits(first, last + 1):
            last += 1
        found.append((units[first][0], units[last][1]))
        if last + 1 == len(units):
            break
        first = last if last > first and fits(last, last + 1) else last + 1
    return found


def _readable(sentence: Cut, pieces: Sequence[Cut], most: int) -> list[Cut]:
    """A sentence, or, where it has more pieces than that, stretches of it which share half."""
    start, end = sentence
    inside = [piece for piece in pieces if piece[1] > start and piece[0] < end]
    if len(inside) <= most:
        return [sentence]
    parts = [inside[at : at + most] for at in range(0, len(inside) - most // 2, most // 2)]
    return [(part[0][0], part[-1][1]) for part in parts]


Key = TypeVar("Key")


def choose(opinions: Mapping[Key, Opinion], longest: int = LONGEST_SPAN) -> tuple[Key, int, int]:
    """The window and the span [start, end) in it that the network finds likeliest over all of them, sure or not.

    A span weighs what it weighs in its window (`Opinion.best`) times the odds that its window answers (the logit, which windows share).
    """
    found = []
    for key, opinion in opinions.items():
        where, start, end = opinion.best(longest)
        found.append((opinion.logit + math.log(max(where, 1e-30)), key, start, end))
    _, key, start, end = max(found, key=lambda row: row[0])
    return key, start, end


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
