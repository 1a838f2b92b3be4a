"""The one `Answerer`: search, read, choose or decline. Every answer is cut out of a report.

An `Answer` holds citations; its text is made of them. Every mouth (REPL, command line, Telegram, the
evaluation) calls the same object. Knows nothing of wording or chats.
"""

import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.line import Line, lines_of
from bot.question import Question, understand
from bot.reader import Candidate, Reading, read, strength
from index.library import Hit, Library
from index.report import Report
from index.view import clean


class Reason(StrEnum):
    """Why a question is declined."""

    NOT_IN_REPORT = "not-in-report"
    OTHER_YEAR = "other-year"
    OTHER_PLACE = "other-place"
    NOT_A_QUESTION = "not-a-question"
    OUT_OF_SCOPE = "out-of-scope"


@dataclass(frozen=True, slots=True)
class Citation:
    """A span and where it stands: `source[start:end]` cleaned is `text`, within the quoted sentence."""

    report: str
    section: tuple[str, ...]
    paragraph: int
    text: str
    start: int
    end: int
    quote: str
    quote_start: int
    quote_end: int

    def __post_init__(self) -> None:
        if not self.quote_start <= self.start < self.end <= self.quote_end:
            raise ValueError(f"a span at {self.start}:{self.end} outside its quote")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the report says, or why nothing is said. `nearby` is what it does say close to the question."""

    question: str
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    confidence: float
    reason: Reason | None
    nearby: tuple[Citation, ...]
    elapsed_ms: float

    def __post_init__(self) -> None:
        if bool(self.citations) is (self.reason is not None):
            raise ValueError("an answer has citations or a reason, never both")

    @property
    def found(self) -> bool:
        """Whether the report answers."""
        return bool(self.citations)

    @property
    def text(self) -> str:
        """The answer in the report's own words; empty where there is none."""
        return "；".join(citation.text for citation in self.citations)


DEPTH = 30  # passages that are read; the evidence stands among them in practice always
SHOWN = 10  # passages that travel with an answer


class Answerer:
    """Answers questions over a library of reports; safe to share between threads once built."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._lines = lru_cache(maxsize=64)(self._read_lines)

    def _read_lines(self, name: str) -> tuple[tuple[Line, ...], Mapping[int, int]]:
        """A report's lines, and the line number at each sentence's start."""
        lines = lines_of(self.library.report(name))
        return lines, {line.sentence.start: line.number for line in lines}

    def answer(self, question: str, history: Sequence[str] = (), *, reports: Collection[str] | None = None) -> Answer:
        """Answer from the library, or from the named reports only; `history` holds the chat's earlier questions."""
        begun = time.perf_counter()
        names = sorted(reports if reports is not None else self.library.names)
        asked = understand(question, history, own_places=own_places([self.library.report(n) for n in names]))
        hits = self.library.search(*search_text(asked), reports=reports, k=DEPTH)
        best = self._best(asked, hits)
        confidence = probability(best) if best else 0.0
        hits = _reorder(hits, best)
        elapsed = (time.perf_counter() - begun) * 1000
        if best is None or confidence < THRESHOLD:
            nearby = tuple(self._cite(best, hits)) if best else ()
            return Answer(question, (), tuple(hits[:SHOWN]), confidence, Reason.NOT_IN_REPORT, nearby, elapsed)
        return Answer(question, tuple(self._cite(best, hits)), tuple(hits[:SHOWN]), confidence, None, (), elapsed)

    def _best(self, asked: Question, hits: Sequence[Hit]) -> Candidate | None:
        found: list[Candidate] = []
        for name in dict.fromkeys(hit.passage.report for hit in hits):
            report = self.library.report(name)
            lines, at = self._lines(name)
            reading = Reading(asked, lines, rarity(asked, lines), asked.year_in(report.year))
            numbers: dict[int, float] = {}
            for rank, hit in enumerate(hits):
                if hit.passage.report == name:
                    numbers |= {at[start]: 1 / (1 + rank / 3) for start, _ in hit.passage.sentences}
            found += read(reading, [lines[n] for n in numbers], numbers)
        return max(found, key=lambda c: c.score, default=None)

    def _cite(self, candidate: Candidate, hits: Sequence[Hit]) -> list[Citation]:
        citations = []
        name = hits[0].passage.report
        report = self.library.report(name)
        for line, first, last in candidate.spans:
            start, end = line.span(first, last)
            quote = line.sentence
            citations.append(
                Citation(
                    report=name,
                    section=line.headings,
                    paragraph=line.sentence.paragraph,
                    text=clean(report.text[start:end]),
                    start=start,
                    end=end,
                    quote=clean(report.text[quote.start : quote.end]),
                    quote_start=quote.start,
                    quote_end=quote.end,
                )
            )
        return citations


def search_text(asked: Question) -> tuple[str, list[str]]:
    """What the two searches get: the question with its inherited concepts, and all the words that may stand for it."""
    from index.tokens import terms

    typed = " ".join(c.text for c in asked.concepts if c.text not in asked.normal.lower())
    words = terms(asked.normal)
    for concept in asked.concepts:
        for variant in concept.variants:
            words.extend(terms(variant))
    return f"{asked.normal} {typed}".strip(), words


def own_places(reports: Sequence[Report]) -> list[str]:
    """The names a question may call the reports' own places by."""
    names: set[str] = set()
    for report in reports:
        if report.place:
            names.add(report.place)
            short = report.place.rstrip("省市区县乡镇旗州")
            if len(short) >= 2:
                names.add(short)
    return sorted(names)


def rarity(asked: Question, lines: Sequence[Line]) -> dict[str, float]:
    """Weight of each concept by how few lines name it: 1 for a rare word, down to 0.4 for a common one."""
    weights: dict[str, float] = {}
    for concept in asked.concepts:
        count = sum(1 for line in lines if strength(concept, line.text) >= 0.9)
        share = math.log((len(lines) + 1) / (count + 1)) / math.log(len(lines) + 1)
        weights[concept.text] = 0.4 + 0.6 * share
    return weights


THRESHOLD = 0.5
COEFFICIENTS = {
    "attachment": 3.0,
    "line": 2.0,
    "context": 4.0,
    "missing": -2.0,
    "fit": 1.0,
    "time": 1.0,
    "relevance": 1.0,
    "figure": 0.0,
}
INTERCEPT = -7.0


def probability(candidate: Candidate) -> float:
    """Calibrated chance that a candidate is right: a logistic function fitted on our own tune questions."""
    value = INTERCEPT + sum(COEFFICIENTS[k] * v for k, v in candidate.features.items())
    return 1 / (1 + math.exp(-value))


def _reorder(hits: Sequence[Hit], best: Candidate | None) -> list[Hit]:
    """The passage that holds the answer first, the others as they were found."""
    if best is None:
        return list(hits)
    place = best.spans[0][0].sentence.start
    return sorted(hits, key=lambda h: not h.passage.start <= place < h.passage.end)
