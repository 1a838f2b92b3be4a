"""The one `Answerer`: search, read, choose or decline. Every answer is cut out of a report.

An `Answer` holds citations; its text is made of them. Every mouth (REPL, command line, Telegram, the
evaluation) calls the same object. Knows nothing of wording or chats.
"""

import math
import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from bot.compound import parts, understand
from bot.confidence import MOST_LEAD, THRESHOLD, probability
from bot.evidence import UNKNOWN, Reading, strength
from bot.front import about_report
from bot.line import Line, lines_of
from bot.places import other_places, short
from bot.question import Concept, Question
from bot.reader import Candidate, Support, field_candidate, read
from bot.spelling import mend, mend_names
from index.lexicon import lexicon
from index.library import Hit, Library
from index.tokens import part_of_speech, terms
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


DEPTH = 30  # passages that are read
SHOWN = 10  # passages that travel with an answer
FIELD_CONFIDENCE = 0.97  # of what the parser found in the front matter
LEAST_SIMILARITY = 0.75  # cosine; e5's lie between this and 0.95
LONGEST_QUESTION = 4096  # characters; more is no question


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best reading of one question: a candidate in a report, or none, and how sure it is."""

    asked: Question
    hits: tuple[Hit, ...]
    report: str
    candidate: Candidate | None
    confidence: float
    candidates: tuple[Candidate, ...]  # all that were read, best first


class Answerer:
    """Answers questions over a library of reports; safe to share between threads once built.

    `ways` and `timed` switch a search, or year and standing, off: the evaluation measures what each is worth.
    """

    def __init__(self, library: Library, *, ways: Collection[str] = ("dense", "sparse"), timed: bool = True) -> None:
        self.library = library
        self._ways, self._timed = ways, timed
        self._lines = lru_cache(maxsize=512)(self._read_lines)
        self._count = lru_cache(maxsize=8192)(self._count_lines)
        self._vocabulary = lru_cache(maxsize=512)(self._read_vocabulary)

    def answer(self, question: str, history: Sequence[str] = (), *, reports: Collection[str] | None = None) -> Answer:
        """Answer from the library, or from the named reports only; `history` holds the chat's earlier questions."""
        begun = time.perf_counter()
        names = tuple(reports if reports is not None else self.library.names)
        self.library.check(names)
        own = own_places([self.library.entries[name].place for name in names])
        asked = self.understand(question, history, names, own)
        hits = self.search(asked, names)
        reason = triage(asked)
        outcomes = [] if reason else self.read(asked, hits, own)
        if not reason and not all(o.confidence >= THRESHOLD for o in outcomes):
            reason = Reason.NOT_IN_REPORT
        places = other_places(asked.normal, own)
        if not reason and not all(self._stands_for(o, places) for o in outcomes):
            reason = Reason.OTHER_PLACE
        nearby: tuple[Citation, ...] = ()
        if reason is Reason.NOT_IN_REPORT and outcomes:
            reason, nearby = self._why_not(outcomes[0], bool(places))
        citations = () if reason else tuple(dict.fromkeys(c for o in outcomes for c in self.cite(o)))
        ordered = self._reorder(hits, outcomes)
        confidence = min((o.confidence for o in outcomes), default=0.0)
        elapsed = (time.perf_counter() - begun) * 1000
        return Answer(question, citations, tuple(ordered[:SHOWN]), confidence, reason, nearby, elapsed)

    def understand(self, question: str, history: Sequence[str], names: Sequence[str], own: Sequence[str]) -> Question:
        """The question understood, its typing slips mended by what the named reports say."""
        typed = mend_names(question[:LONGEST_QUESTION], own)
        asked = self._mended(understand(typed, history, own_places=own), history, names, own)
        return asked if self._timed else replace(asked, year=None, shift=None, standing=None)

    def read(self, asked: Question, hits: Sequence[Hit], own: Sequence[str]) -> list[Outcome]:
        """The best reading of each part of a question, sure or not; of the whole where a part is not sure."""
        outcomes = [self._read(part, hits) for part in parts(asked, own)]
        if len(outcomes) > 1 and not all(o.confidence >= THRESHOLD for o in outcomes):
            return [self._read(asked, hits)]
        return outcomes

    # -- reading --

    def search(self, asked: Question, names: Collection[str]) -> tuple[Hit, ...]:
        """The passages that are read for a question, best first."""
        if not self.library.names:
            return ()
        among = None if set(names) == set(self.library.names) else names
        return tuple(self.library.search(*search_text(asked), reports=among, k=DEPTH, ways=self._ways))

    def _read(self, asked: Question, hits: Sequence[Hit]) -> Outcome:
        names = list(dict.fromkeys(hit.passage.report for hit in hits))
        weights = self._rarity(asked, names[0]) if names else {}
        found: list[tuple[str, Candidate]] = []
        for name in names:
            reading = Reading(asked, self.library.report(name), self._lines(name)[0], weights)
            field = about_report(asked, reading.report)
            if field and (candidate := field_candidate(reading, field)):
                return Outcome(asked, tuple(hits), name, candidate, FIELD_CONFIDENCE, ())
            found += [(name, candidate) for candidate in self._read_report(reading, name, hits)]
        if not found:
            return Outcome(asked, tuple(hits), "", None, 0.0, ())
        found.sort(key=lambda pair: -pair[1].score)
        name, best = found[0]
        said = said_by(best)
        rival = next((c.score for _, c in found[1:] if said_by(c) != said), best.score - MOST_LEAD)
        sure = probability(best.features, best.score - rival)
        return Outcome(asked, tuple(hits), name, best, sure, tuple(c for _, c in found))

    def _rarity(self, asked: Question, name: str) -> dict[str, float]:
        """Weight of each concept by how few lines of the nearest report name it."""
        lines, _ = self._lines(name)
        return {c.text: rarity(self._count(name, c.variants), len(lines)) for c in asked.concepts}

    def _count_lines(self, name: str, variants: tuple[str, ...]) -> int:
        lines, _ = self._lines(name)
        concept = Concept(variants, 1.0)
        return sum(1 for line in lines if strength(concept, line.text) >= 0.9)

    def _read_report(self, reading: Reading, name: str, hits: Sequence[Hit]) -> list[Candidate]:
        lines, at = self._lines(name)
        support: dict[int, Support] = {}
        for rank, hit in enumerate(hits):
            if hit.passage.report == name:
                lexical = 0.0 if hit.sparse_rank is None else 1 / (1 + (hit.sparse_rank - 1) / 3)
                similarity = (max(hit.similarity, LEAST_SIMILARITY) - LEAST_SIMILARITY) * 10
                backing = Support(1 / (1 + rank / 3), lexical, similarity)
                support |= {at[start]: backing for start, _ in hit.passage.sentences}
        return read(reading, [lines[n] for n in support], support)

    def _read_lines(self, name: str) -> tuple[tuple[Line, ...], Mapping[int, int]]:
        """A report's lines, and the line number at each sentence's start."""
        lines = lines_of(self.library.report(name))
        return lines, {line.sentence.start: line.number for line in lines}

    # -- typing slips --

    def _mended(self, asked: Question, history: Sequence[str], names: Sequence[str], own: Sequence[str]) -> Question:
        """The question with its typing slips mended, if the reports know what was meant."""
        if not names:
            return asked
        texts, vocabulary = self._vocabulary(tuple(names[:8]))
        known = lexicon().variants
        unknown = [
            c.text
            for c in asked.concepts
            if c.text not in known and not any(v in texts for v in c.variants) and not _is_a_word(c.text)
        ]
        if not unknown:
            return asked
        mended = mend(asked.normal, unknown, (*vocabulary, *own), lambda piece: piece in texts or piece in known)
        if mended == asked.normal:
            return asked
        return replace(understand(mended, history, own_places=own), text=asked.text)

    def _read_vocabulary(self, names: tuple[str, ...]) -> tuple[str, frozenset[str]]:
        """The reports' text and the words in it that a slip may have been meant for."""
        texts = "\n".join(clean(self.library.report(name).text) for name in names)
        words = {w for w in lexicon().variants if w in texts} | {t for t in terms(texts) if len(t) >= 2}
        everyday = {w for w, others in lexicon().variants.items() if len(w) >= 3 and any(o in texts for o in others)}
        return texts, frozenset(words | everyday)

    # -- choosing and declining --

    def _stands_for(self, outcome: Outcome, places: Sequence[str]) -> bool:
        """Whether a cited sentence names every other place that was asked about."""
        if outcome.candidate is None:
            return False
        quoted = "".join(line.text for line, _, _ in outcome.candidate.spans)
        return all(place in quoted or short(place) in quoted for place in places)

    def _why_not(self, outcome: Outcome, elsewhere: bool) -> tuple[Reason, tuple[Citation, ...]]:
        """Why the report does not answer, and what it does say nearby."""
        asked = outcome.asked
        freed = replace(asked, year=None, shift=None, standing=None)
        relaxed = self._read(freed, outcome.hits) if freed != asked else outcome
        near = relaxed if relaxed.candidate else outcome
        nearby = tuple(self.cite(near))[:3] if near.candidate and near.confidence > NEARBY_FROM else ()
        if elsewhere:
            return Reason.OTHER_PLACE, nearby
        if freed != asked and relaxed.confidence >= THRESHOLD:
            timed = asked.year is not None or asked.shift is not None
            return (Reason.OTHER_YEAR if timed else Reason.NOT_IN_REPORT), nearby
        return Reason.NOT_IN_REPORT, nearby

    def cite(self, outcome: Outcome) -> list[Citation]:
        """The citations of an outcome's candidate."""
        if outcome.candidate is None:
            return []
        report = self.library.report(outcome.report)
        citations = []
        for line, first, last in outcome.candidate.spans:
            start, end = line.span(first, last)
            sentence = line.sentence
            citations.append(
                Citation(
                    report=outcome.report,
                    section=report.headings(sentence.section),
                    paragraph=sentence.paragraph,
                    text=clean(report.text[start:end]),
                    start=start,
                    end=end,
                    quote=clean(report.text[sentence.start : sentence.end]),
                    quote_start=sentence.start,
                    quote_end=sentence.end,
                )
            )
        return citations

    def _reorder(self, hits: Sequence[Hit], outcomes: Sequence[Outcome]) -> list[Hit]:
        """The passages that hold the answer first, in its order, then the others as they were found."""
        places = [(o.report, o.candidate.line.sentence.start) for o in outcomes if o.candidate]
        first: list[Hit] = []
        for report, at in places:
            hit = next((h for h in hits if h.passage.report == report and h.passage.start <= at < h.passage.end), None)
            hit = hit or Hit(self.library.passage_at(report, at), 0.0, None, None, 0.0)
            if hit not in first:
                first.append(hit)
        return [*first, *(hit for hit in hits if hit not in first)]


def _is_a_word(text: str) -> bool:
    """Whether a word is one of the language's own, and so no slip of another; short ones may be either."""
    return len(text) >= 3 and bool(part_of_speech(text))


def said_by(candidate: Candidate) -> str:
    """The words of a candidate."""
    return "；".join(line.text[start:end] for line, start, end in candidate.spans)


NEARBY_FROM = 0.08  # below this, what was found has nothing to do with the question

_SMALL_TALK = re.compile(
    "^(?:你好|您好|嗨|哈喽|hello|hi|hey|在吗|谢谢|多谢|感谢|再见|拜拜|早上好|晚上好|哈+|嗯+|哦+|好的?|ok|thanks|thank you)[!！。,.，~～啊呀吗哦]*$|"
    "^你(?:是谁|叫什么|会什么|能做什么|几岁|好吗)|who are you",
    re.IGNORECASE,
)
_OUT_OF_SCOPE = re.compile(
    "忽略.{0,12}(?:指令|规则|提示|设定|要求)|无视.{0,10}(?:指令|规则|提示)|ignore .{0,30}(?:instruction|rule|prompt)|系统提示|system prompt|"
    "(?:写|编|作|讲|说|来).{0,4}(?:一?首|一?个|一?篇|段).{0,6}(?:诗|笑话|故事|作文|文章|段子|代码|歌|情书)|天气(?:怎么样|如何|预报|好不好)|(?:今天|明天).{0,4}(?:天气|下雨)|"
    "你(?:觉得|认为|怎么看|喜欢)|帮我(?:写|翻译|编|算|订|买)|扮演|假装|股票|彩票|好玩|去哪.{0,4}(?:玩|旅游)|推荐|你是.{0,3}(?:机器人|人|AI|ai)|tell me a joke|weather|write (?:me )?a",
    re.IGNORECASE,
)


def triage(asked: Question) -> Reason | None:
    """Small talk, orders and noise never reach the report."""
    text = asked.normal.strip()
    if _OUT_OF_SCOPE.search(text):
        return Reason.OUT_OF_SCOPE
    if _SMALL_TALK.search(text) or not re.search("[\u4e00-\u9fffA-Za-z]{2}", text):
        return Reason.NOT_A_QUESTION
    return None


def search_text(asked: Question) -> tuple[str, list[str]]:
    """What the two searches get: the question with its inherited concepts, and all the words that may stand for it."""
    typed = " ".join(c.text for c in asked.concepts if c.text not in asked.normal.lower())
    words = terms(asked.normal)
    for concept in asked.concepts:
        for variant in concept.variants:
            words.extend(terms(variant))
    return f"{asked.normal} {typed}".strip(), words


def own_places(places: Sequence[str]) -> list[str]:
    """The names a question may call the reports' own places by; full names first."""
    full = list(dict.fromkeys(place for place in places if place))
    return list(dict.fromkeys([*full, *(p for p in (_bare(place) for place in full) if len(p) >= 2)]))


def _bare(place: str) -> str:
    return place if place == "全国" else re.sub("(?:自治区|自治[州县]|[省市区县乡镇旗州])$", "", place)


def rarity(count: int, lines: int) -> float:
    """Weight of a concept that so many of so many lines name: 1 for a rare one, down to 0.4 for a common one."""
    if not count:
        return UNKNOWN
    return 0.4 + 0.6 * math.log((lines + 1) / (count + 1)) / math.log(lines + 1)
