"""Reads the lines of a report for a question: scored candidate spans, comparable between passages.

A candidate is one answer (several spans for a list) with the features that speak for it; `answer` chooses
or declines. Knows the question and the text, nothing of search engines, wording or chats.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.line import Line, children_of, line_at, respective_subject
from bot.question import FIGURES, Ask, Concept, Question
from index.figures import Figure, Kind
from index.lexicon import lexicon
from index.passages import Standing
from index.report import Field, Report

UNKNOWN = 1.0001  # weight of a concept that stands nowhere in the report
INDICATOR_BONUS = 1.5  # a keyword that names an indicator asks for its figure rather than for its sentence
LONGEST_ANSWER = 150  # characters of a clause answer; a paragraph is no answer


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well a line covers a question's concepts; each figure is a share of their weight, 0 to 1."""

    line: float  # found in the line itself
    context: float  # found in the line, its headings or its paragraph
    missing: float  # how many things are found nowhere near
    acts: float  # how many deeds are


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible answer. Spans are stretches of their lines' cleaned views; `line` is the one that was read."""

    line: Line
    spans: tuple[tuple[Line, int, int], ...]
    features: Mapping[str, float]
    score: float


# -- coverage ---------------------------------------------------------------------------------------


def strength(concept: Concept, text: str) -> float:
    """How well a text names a concept: 1 as typed, a little less by a synonym, a share by its parts."""
    low = text.lower()
    best = 0.0
    for rank, variant in enumerate(concept.variants):
        if variant in low and _stands_free(variant, low):
            return 1.0 if rank == 0 else 0.95
        if len(variant) >= 3 and not variant.isascii():
            best = max(best, _overlap(variant, low) * (0.8 if rank == 0 else 0.7))
    return best


def _stands_free(word: str, text: str) -> bool:
    """Whether a word stands somewhere outside the longer words in which it means something else."""
    for longer in lexicon().traps.get(word, ()):
        text = text.replace(longer, " ")
    return word in text


def _overlap(word: str, text: str) -> float:
    """Share of a word's neighbouring character pairs that stand close together in the text.

    The first and the last pair must be among them: 农业增加值 is not half found in 第三产业增加值.
    """
    at = text.find(word[:2])
    while at >= 0:
        window = text[at : at + len(word) + 6]
        if word[-2:] in window:
            pairs = [word[i : i + 2] for i in range(len(word) - 1)]
            return sum(pair in window for pair in pairs) / len(pairs)
        at = text.find(word[:2], at + 1)
    return 0.0


_LIGHT = re.compile(
    "全年|今年|去年|累计|共计|实现|完成|达到|达|全区|全市|全省|全国|我区|我市|我省|预计|力争|确保|增长|下降|为|了|的|，|、|：|。|；|每年|总额|总值|总量|国家级|省级|市级"
)


class Reading:
    """One question read against the lines of one report."""

    def __init__(
        self, question: Question, report: Report, lines: tuple[Line, ...], weights: Mapping[str, float]
    ) -> None:
        self.question = question
        self.report = report
        self.lines = lines
        self.year = question.year_in(report.year)
        self._weight = {c: c.weight * weights.get(c.text, 1.0) for c in question.concepts}
        self._total = sum(self._weight.values()) or 1.0
        self.unknown = float(sum(1 for c in question.concepts if c.weight >= 1 and weights.get(c.text) == UNKNOWN))

    def evidence(self, line: Line, near: Sequence[Line]) -> Evidence:
        """Coverage of the question by a line, with headings and neighbouring lines as weaker witnesses."""
        own = context = 0.0
        missing = acts = 0.0
        outer = " ".join(line.headings[:-1])
        inner = line.headings[-1] if line.headings else ""
        neighbours = " ".join(other.text for other in near if other is not line)
        for concept, weight in self._weight.items():
            here = strength(concept, line.text)
            around = max(
                here,
                0.8 * strength(concept, inner),
                0.6 * strength(concept, outer),
                0.6 * strength(concept, neighbours),
            )
            own += weight * here
            context += weight * around
            if around < 0.4 and concept.weight >= 1:
                missing += 1
            elif around < 0.4:
                acts += 1
        return Evidence(own / self._total, context / self._total, missing, acts)

    @property
    def total(self) -> float:
        """Weight of all concepts together."""
        return self._total

    def weighed(self) -> Iterator[tuple[Concept, float]]:
        """Each concept with its weight in this report."""
        yield from self._weight.items()

    def near(self, line: Line) -> list[Line]:
        """The lines of the same paragraph and section, at most two away."""
        low, high = max(0, line.number - 2), line.number + 3
        home = (line.sentence.paragraph, line.sentence.section)
        return [o for o in self.lines[low:high] if (o.sentence.paragraph, o.sentence.section) == home]

    # -- time --

    def time_fits(self, line: Line) -> float:
        """1 where year and standing fit what was asked, 0 where they contradict it, 0.7 where unknown."""
        asked, standing = self.year, self.question.standing
        fit = 1.0
        if asked is not None:
            if not line.years:
                fit = 0.7
            elif asked not in line.years:
                return 0.0
        if standing is Standing.ACHIEVED and asked == self.report.year:
            standing = None  # 今年确定了多少: the year planned for may have begun
        if standing is not None and line.standing is not standing:
            fit = min(fit, 0.6 if line.standing is Standing.NEITHER else 0.0)
        return fit

    def unasked(self, line: Line) -> float:
        """1 for an intention where neither year nor standing was asked: people then mean the result."""
        open_ended = self.year is None and self.question.standing is None
        return 1.0 if open_ended and line.standing is Standing.PLANNED else 0.0

    def purity(self, line: Line, figure: Figure) -> float:
        """Share of a figure's subject that the question names: low where the report speaks of a part only."""
        clause = line.clauses[line.clause_at(figure.start)]
        if clause.head != line.clause_at(figure.start):
            clause = line.clauses[clause.head]
        first = next((f for f in line.figures if clause.start <= f.start < clause.end), figure)
        subject = _LIGHT.sub("", line.text[clause.start : min(first.start, clause.end)])
        if len(subject) < 2:
            return 1.0
        covered = [False] * len(subject)
        for concept in self.question.concepts:
            for variant in concept.variants:
                at = subject.lower().find(variant)
                if at >= 0:
                    covered[at : at + len(variant)] = [True] * len(variant)
        return sum(covered) / len(subject)

    def counted(self, line: Line, figure: Figure) -> float:
        """1 where the figure counts the thing asked to be counted, 0 where it counts another, 0.5 where none is named."""
        concept = next((c for c in self.question.concepts if c.text == self.question.counted), None)
        if concept is None:
            return 0.5
        after = line.text[figure.end : figure.end + 16]
        before = line.text[max(0, figure.start - 16) : figure.start]
        near = re.split("[，。；、]", after)[0], re.split("[，。；]", before)[-1]
        return max(strength(concept, part) for part in near)

    # -- attachment of a figure to what it measures --

    def attachment(self, line: Line, figure: Figure) -> float:
        """How closely the question's concepts stand to a figure, 0 to 1."""
        number = line.clause_at(figure.start)
        clause = line.clauses[number]
        head = line.clauses[clause.head]
        subject = respective_subject(line, figure)
        total = 0.0
        for concept, weight in self._weight.items():
            total += weight * self._nearness(concept, line, figure, number, head.start, head.end, subject)
        return total / self._total

    def _nearness(
        self,
        concept: Concept,
        line: Line,
        figure: Figure,
        number: int,
        head_start: int,
        head_end: int,
        subject: str | None,
    ) -> float:
        if (
            subject is not None
            and strength(concept, subject) < 0.5
            and any(
                strength(concept, other) >= 0.9
                for f in line.figures
                if f is not figure and (other := respective_subject(line, f))
            )
        ):
            return 0.0
        clause = line.clauses[number]
        best = 0.0
        here = line.text[clause.start : clause.end]
        for place, size, level in _occurrences(concept, here, clause.start):
            best = max(best, level * _decay(place, size, figure))
        if clause.head != number:
            level = strength(concept, _first_figure_cut(line, head_start, head_end))
            best = max(best, 0.9 * level)
        if best < 0.55:
            best = max(best, 0.55 * strength(concept, line.text))
        if best < 0.45:
            inner = line.headings[-1] if line.headings else ""
            best = max(best, 0.45 * strength(concept, inner), 0.35 * strength(concept, " ".join(line.headings)))
        return best


def _first_figure_cut(line: Line, start: int, end: int) -> str:
    return line.text[start:end]


def _occurrences(concept: Concept, text: str, offset: int) -> Iterator[tuple[int, int, float]]:
    low = text.lower()
    found = False
    for rank, variant in enumerate(concept.variants):
        at = low.find(variant)
        while at >= 0:
            found = True
            yield offset + at, len(variant), 1.0 if rank == 0 else 0.95
            at = low.find(variant, at + 1)
    if not found:
        level = strength(concept, text)
        if level:
            middle = max((low.find(v[i : i + 2]) for v in concept.variants for i in range(len(v) - 1)), default=-1)
            if middle >= 0:
                yield offset + middle, 2, level


def _decay(place: int, size: int, figure: Figure) -> float:
    """1 beside the figure, falling with the distance; what stands before a figure binds it a little more."""
    if place + size <= figure.start:
        return math.exp(-(figure.start - place - size) / 25)
    return 0.93 * math.exp(-max(0, place - figure.end) / 25)


# -- which figures fit ------------------------------------------------------------------------------

_GROWTH_BEFORE = re.compile(
    "(?:同比|比上年|较上年|年均|名义|实际|净|分别|累计|均)*(?:增长|增加|增幅|增速|下降|上升|提高|降低|减少|改善|回落|增|降|涨|精简|压减)(?:了|约|到|至|率?达到?|率?为|幅度?为)?$"
)
_LEVEL_BEFORE = re.compile("(?:提高|上升|增加|增长|增|升|下降|降低|减少|降|压减)(?:到|至)$")
_SHARE_BEFORE = re.compile("(?:占[^，]{0,20}|比重|比例|份额|率|覆盖面|以上)[^，。]{0,6}$")
_RATE = re.compile("率(?!先|领)|比例|比重|百分|满意度|强度|几成")
_CHANGE = re.compile("精简|压减|下降|降低|减少|提高|改善|回落|节约")
_ALIKE = (
    frozenset("人名位") | {"人次"},
    frozenset("家个户"),
    frozenset("个处座所"),
    frozenset({"公里", "千米", "里", "米"}),
    frozenset({"平方米", "平方公里", "平方", "平"}),
    frozenset({"亩", "公顷"}),
    frozenset("次场回届"),
    frozenset("件个起项条例宗"),
    frozenset("个项"),
    frozenset("条个"),
    frozenset("栋套座幢"),
    frozenset("盏个"),
    frozenset("张个"),
    frozenset("方立方米") | {"立方米"},
    frozenset({"吨", "斤", "公斤"}),
    frozenset("天日"),
)


def _before(line: Line, figure: Figure) -> str:
    """The text that leads to a figure, over the figures it shares a list with: 同比下降10.2%、6%."""
    start = figure.start
    for other in reversed(line.figures):
        if (
            other.end < figure.start
            and other.kind is figure.kind
            and line.text[other.end : start] in ("、", "和", "及")
        ):
            start = other.start
    return line.text[max(0, start - 24) : start]


def fits(question: Question, line: Line, figure: Figure) -> float:
    """How well a figure's sort is the sort asked for, 0 to 1."""
    before = _before(line, figure)
    growth = bool(_GROWTH_BEFORE.search(before)) and not _LEVEL_BEFORE.search(before)
    ask, kind = question.ask, figure.kind
    if figure.unit in ("岁", "周岁") and not re.search("岁|年龄|多大", question.normal):
        return 0.0
    planned = line.standing is Standing.PLANNED
    if ask is Ask.GROWTH:
        return 1.0 if kind is Kind.PERCENT and growth else 0.0
    if ask is Ask.SHARE:
        share = bool(_SHARE_BEFORE.search(before))
        return (
            1.0
            if kind is Kind.PERCENT and share and not growth
            else 0.5
            if kind is Kind.PERCENT and not growth
            else 0.0
        )
    if ask is Ask.MONEY:
        return 1.0 if kind is Kind.MONEY else 0.0
    if ask is Ask.RANK:
        return 1.0 if kind is Kind.ORDINAL else 0.0
    if ask is Ask.DATE:
        return 1.0 if kind is Kind.DATE else 0.0
    rate = bool(_RATE.search(question.normal))
    if ask is Ask.COUNT and question.unit:
        if kind is Kind.MONEY or (kind is Kind.PERCENT and question.unit not in ("个百分点", "成")):
            return 0.0
        if question.unit == figure.unit:
            return 1.0 if kind is not Kind.ORDINAL else 0.3
        if question.unit == "届" or kind is Kind.ORDINAL:
            return 0.8 if question.unit == "届" and kind is Kind.ORDINAL else 0.0
        return 0.9 if any({question.unit, figure.unit} <= row for row in _ALIKE) else 0.0
    if kind in (Kind.ORDINAL, Kind.DATE, Kind.DURATION):
        return 0.0
    if kind is Kind.PERCENT:
        if rate and not growth:
            return 1.0
        if growth and (planned or _CHANGE.search(question.normal)):
            return 0.9
        return 0.25 if ask is Ask.KEYWORD and not growth else 0.0
    if rate:
        return 0.0
    if ask is Ask.COUNT:
        return 1.0 if kind is Kind.COUNT else 0.0
    return 1.0


# -- candidates -------------------------------------------------------------------------------------

_OUTLINE = re.compile("(?:以下|下列|这)?([一二三四五六七八九十]+|\\d+)个?(?:方面|件|项|大)[^，。]{0,12}[：:]$")
_NUMBERED = re.compile(
    "^(?:[一二三四五六七八九十]{1,3}是|第[一二三四五六七八九十]{1,3}[，,：:]|[一二三四五六七八九十]{1,3}要)"
)
_INNER_NUMBERED = re.compile("[：:，。；](一是)")


def figure_candidates(reading: Reading, line: Line, relevance: float) -> Iterator[Candidate]:
    """Each figure of a line whose sort fits the question."""
    question = reading.question
    time = reading.time_fits(line)
    if not time:
        return
    evidence = reading.evidence(line, reading.near(line))
    if evidence.context < 0.3:
        return
    for figure in line.figures:
        fit = fits(question, line, figure)
        if not fit:
            continue
        features = {
            "attachment": reading.attachment(line, figure),
            "counted": reading.counted(line, figure),
            "unknown": reading.unknown,
            "purity": reading.purity(line, figure),
            "unasked": reading.unasked(line),
            "line": evidence.line,
            "context": evidence.context,
            "missing": evidence.missing,
            "acts": evidence.acts,
            "fit": fit,
            "time": time,
            "relevance": relevance,
            "figure": 1.0,
        }
        yield Candidate(line, ((line, *_figure_span(line, figure)),), features, _score(features))


def _figure_span(line: Line, figure: Figure) -> tuple[int, int]:
    """The figure with the word that gives it its direction; a target with its indicator as well."""
    start, end = figure.start, figure.end
    clause = line.clauses[line.clause_at(start)]
    before = line.text[clause.start : start]
    if figure.kind is Kind.PERCENT and (match := _GROWTH_BEFORE.search(before)):
        start = clause.start + match.start()
        if line.standing is Standing.PLANNED:
            start = clause.start
    while start < end and line.text[start] in "，、：；":
        start += 1
    return start, end


def clause_candidates(reading: Reading, line: Line, relevance: float) -> Iterator[Candidate]:
    """The stretch of a line that answers a question which asks for no figure."""
    time = reading.time_fits(line)
    if not time:
        return
    evidence = reading.evidence(line, reading.near(line))
    if evidence.context < 0.3:
        return
    features = {
        "attachment": evidence.line,
        "counted": 0.5,
        "purity": 1.0,
        "unknown": reading.unknown,
        "unasked": reading.unasked(line),
        "line": evidence.line,
        "context": evidence.context,
        "missing": evidence.missing,
        "acts": evidence.acts,
        "fit": 1.0,
        "time": time,
        "relevance": relevance,
        "figure": 0.0,
    }
    ask = reading.question.ask
    spans: tuple[tuple[Line, int, int], ...]
    if ask in (Ask.LIST, Ask.MEASURE, Ask.KEYWORD, Ask.REASON) and (spans := _enumeration(reading, line)):
        features["fit"] = 1.2 if ask is Ask.LIST else 1.0
    elif line.is_heading:
        if ask not in (Ask.LIST, Ask.MEASURE, Ask.KEYWORD, Ask.REASON):
            features["fit"] = 0.5
        spans = _group(reading, line) or ((line, *_stretch(reading, line, whole=True)),)
    else:
        whole = not _targeted(reading.question) and ask in (
            Ask.LIST,
            Ask.REASON,
            Ask.MEASURE,
            Ask.DEFINITION,
            Ask.KEYWORD,
            Ask.YESNO,
        )
        start, end = _stretch(reading, line, whole=whole)
        if ask is Ask.LIST:
            features["fit"] = 1.0 if "、" in line.text[start:end] or "，" in line.text[start:end] else 0.7
        spans = ((line, start, end),)
    yield Candidate(line, spans, features, _score(features))


def field_candidate(reading: Reading, field: Field) -> Candidate | None:
    """A piece of front matter as an answer."""
    line = line_at(reading.lines, field.start)
    if line is None:
        return None
    features = dict.fromkeys(WEIGHTS, 0.0) | {
        "attachment": 1.0,
        "counted": 0.5,
        "purity": 1.0,
        "line": 1.0,
        "context": 1.0,
        "fit": 1.0,
        "time": 1.0,
        "relevance": 1.0,
    }
    start = line.view.index(field.start)
    return Candidate(line, ((line, start, start + len(field.text)),), features, _score(features) + 10)


def _targeted(question: Question) -> bool:
    """Whether a bare keyword asks for one target among those a sentence lists."""
    return question.ask is Ask.KEYWORD and question.standing is Standing.PLANNED


def _enumeration(reading: Reading, line: Line) -> tuple[tuple[Line, int, int], ...]:
    """一是…二是… after a line, or the headings that a line with "以下八个方面的工作：" announces."""
    following = reading.lines[line.number + 1 :]
    if _OUTLINE.search(line.text) and (below := children_of(reading.report, line.sentence.section, line.sentence)):
        return tuple((heading, 0, len(heading.text)) for heading in below)
    items = [line] if _INNER_NUMBERED.search(line.text) else []
    for other in following:
        if other.sentence.paragraph != line.sentence.paragraph or not _NUMBERED.match(other.text):
            break
        items.append(other)
    if len(items) < 2 or _NUMBERED.match(line.text):
        return ()
    spans = []
    for item in items:
        inner = _INNER_NUMBERED.search(item.text) if item is line else None
        spans.append((item, inner.start(1) if inner else 0, len(item.text.rstrip("。；"))))
    return tuple(spans)


def _group(reading: Reading, heading: Line) -> tuple[tuple[Line, int, int], ...]:
    """The first sentences under a run-in heading, as many as an answer may hold."""
    spans: list[tuple[Line, int, int]] = []
    size = 0
    for other in reading.lines[heading.number + 1 :]:
        if other.sentence.section != heading.sentence.section:
            break
        if spans and size + len(other.text) > LONGEST_ANSWER:
            break
        spans.append((other, 0, len(other.text.rstrip("。"))))
        size += len(other.text)
    return tuple(spans)


def _stretch(reading: Reading, line: Line, *, whole: bool) -> tuple[int, int]:
    """The clauses of a line that together cover the question, no more than an answer may hold."""
    text = line.text.rstrip("。；！？")
    if whole and len(text) <= LONGEST_ANSWER:
        return 0, len(text)
    concepts = reading.question.concepts
    cover = [sum(c.weight * strength(c, line.text[k.start : k.end]) for c in concepts) for k in line.clauses]
    best, span = -1.0, (0, len(text))
    for first in range(len(cover)):
        for last in range(first, len(cover)):
            start, end = line.clauses[first].start, min(line.clauses[last].end, len(text))
            if end - start > LONGEST_ANSWER and last > first:
                break
            value = (
                (0.0 if _adds(line.text[start:end], concepts) else -0.6)
                + sum(c.weight * strength(c, line.text[start:end]) for c in concepts)
                - (0.0 if whole else 0.004) * (end - start)
                + (0.001 * (end - start) if whole else 0)
            )
            if value > best + 1e-9:
                best, span = value, (start, end)
    start, end = span
    while end > start and line.text[end - 1] in "，；：、。":
        end -= 1
    return start, end


def _adds(text: str, concepts: Sequence[Concept]) -> bool:
    """Whether a stretch says more than the question already did."""
    rest = text
    for concept in concepts:
        for variant in concept.variants:
            rest = rest.replace(variant, "")
    return len(_LIGHT.sub("", rest)) >= 3


_PARTS = re.compile("方面|内容|部分|包括|哪几|板块|哪些工作|areas|aspects")


def outline_candidates(reading: Reading) -> Iterator[Candidate]:
    """The headings below a heading that names what is asked: 政府自身建设包括哪几个方面."""
    if reading.question.ask is not Ask.LIST or not _PARTS.search(reading.question.normal):
        return
    for number, section in enumerate(reading.report.sections):
        if section.run_in or not section.heading:
            continue
        below = children_of(reading.report, number)
        if len(below) < 2 or len(below) > 15:
            continue
        cover = sum(w * strength(c, section.heading) for c, w in reading.weighed()) / reading.total
        if cover < 0.5:
            continue
        features = dict.fromkeys(WEIGHTS, 0.0) | {
            "attachment": cover,
            "counted": 0.5,
            "purity": 1.0,
            "line": cover,
            "context": cover,
            "fit": 1.2,
            "time": reading.time_fits(below[0]),
            "relevance": 0.5,
        }
        if features["time"]:
            yield Candidate(
                below[0], tuple((b, 0, len(b.text.rstrip("。"))) for b in below), features, _score(features)
            )


WEIGHTS = {
    "unknown": 0.0,
    "purity": 0.5,
    "counted": 1.0,
    "unasked": -0.4,
    "attachment": 2.0,
    "line": 1.0,
    "context": 1.0,
    "missing": -0.8,
    "acts": -0.3,
    "fit": 1.0,
    "time": 1.0,
    "relevance": 0.5,
    "figure": 0.0,
}


def _score(features: Mapping[str, float]) -> float:
    return sum(WEIGHTS[name] * value for name, value in features.items())


def _indicators(reading: Reading, line: Line, relevance: float) -> Iterator[Candidate]:
    """The figures of a bare keyword that names an indicator: it stands right before them and they end their clause."""
    for candidate in figure_candidates(reading, line, relevance):
        ((_, _, end),) = candidate.spans
        if candidate.features["attachment"] >= 0.75 and (end == len(line.text) or line.text[end] in "，；。、"):
            yield replace(candidate, score=candidate.score + INDICATOR_BONUS)


def read(reading: Reading, lines: Sequence[Line], relevance: Mapping[int, float]) -> list[Candidate]:
    """All candidates in the given lines, best first; `relevance` is the search's opinion, 0 to 1, by line number."""
    found: list[Candidate] = []
    ask = reading.question.ask
    for line in lines:
        weight = relevance.get(line.number, 0.0)
        if ask in FIGURES:
            found.extend(figure_candidates(reading, line, weight))
        elif ask is Ask.KEYWORD:
            found.extend(_indicators(reading, line, weight))
        if ask not in FIGURES:
            found.extend(clause_candidates(reading, line, weight))
    found.extend(outline_candidates(reading))
    return sorted(found, key=lambda c: (-c.score, c.spans[0][0].number, c.spans[0][1]))
