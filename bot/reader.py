"""Reads the lines of a report for a question: scored candidate spans, comparable between passages.

A candidate is one answer (several spans for a list) with the features that speak for it; `answer` chooses
or declines. Knows the question and the text, nothing of search engines, wording or chats.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain

from bot.confidence import CLOSE, preference
from bot.evidence import LIGHT, NAMED, Reading, strength
from bot.fitting import ABOVE, GROWTH_BEFORE, fits, is_of_sort
from bot.line import Line, children_of, excerpt, line_at
from bot.neural import Opinion
from bot.question import EACH, FIGURES, Ask, Concept, Question
from index.chinese import value_of
from index.figures import Figure, Kind
from index.passages import Standing
from index.report import Field

# features of the candidates that are looked at once more: their sentence, the words around them, their clause
LOOK = ("first", CLOSE, "within", "firm", "around", "around_firm", "tight", "tight_firm")
EXCERPTS = (80, 1)  # characters that may stand around a candidate's words; its clause always does
LONGEST_ANSWER = 150  # characters of a clause answer; a paragraph is no answer


@dataclass(frozen=True, slots=True)
class Support:
    """What the searches think of a line's passage: rank 1 is 1, later ranks fall towards 0."""

    rank: float  # in the fused list
    lexical: float  # in the lexical list
    similarity: float  # cosine with the question


NO_SUPPORT = Support(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Belief:
    """The network's opinion on one passage, whose text is that of these lines in order."""

    lines: tuple[Line, ...]
    opinion: Opinion

    def pieces(self, start: int, end: int) -> tuple[tuple[Line, int, int], ...]:
        """A stretch of the passage as stretches of its lines."""
        found = []
        at = 0
        for line in self.lines:
            first, last = max(start, at) - at, min(end, at + len(line.text)) - at
            if first < last:
                found.append((line, first, last))
            at += len(line.text)
        return tuple(found)

    def inside(self, line: Line, start: int, end: int) -> float:
        """Share of the belief about where the answer lies that falls into a stretch of a line."""
        at = 0
        for other in self.lines:
            if other is line:
                return self.opinion.inside(at + start, at + end)
            at += len(other.text)
        return 0.0


Spans = tuple[tuple[Line, int, int], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible answer. Spans are stretches of their lines' cleaned views; `line` is the one that was read."""

    line: Line
    spans: Spans
    features: Mapping[str, float]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The sentences that its spans stand in."""
        return tuple({line.number: line for line, _, _ in self.spans}.values())

    @property
    def score(self) -> float:
        """What candidates are ranked by, within a question."""
        return preference(self.features)


def _features(reading: Reading, line: Line, support: Support, **own: float) -> dict[str, float]:
    """The features every candidate has, and its own; `_completed` adds the rest."""
    evidence = reading.evidence(line, reading.near(line))
    return {
        "line": evidence.line,
        "context": evidence.context,
        "missing": evidence.missing,
        "unproved": evidence.absent * _wants_proof(reading.question),
        "acts": evidence.acts,
        "unknown": reading.unknown,
        "unasked": reading.unasked(line),
        "time": reading.time_fits(line),
        "rank": support.rank,
        "lexical": support.lexical,
        "similarity": support.similarity,
        "attachment": evidence.line,
        "counted": 0.5,
        "purity": 1.0,
        "figure": 0.0,
        "indicator": 0.0,
        "heading": float(line.is_heading),
        "anchor": reading.anchor(line, None),
        "conflict": reading.conflict(line.text),
        "head": reading.head(line),
        "person": float(reading.question.ask is Ask.PERSON),
        "cohesion": reading.cohesion(line),
        "joint": 0.0,
        "listed": 0.0,
        "outline": 0.0,
        "narrow": 0.0,
        "form": 1.0,
        "adds": 1.0,
        "money": 0.0,
        "apart": 0.0,
        "bypassed": 0.0,
    } | own


def _wants_proof(question: Question) -> bool:
    """Whether a question is of yes or no, which a line answers that says all of it; not 增产还是减产."""
    return question.ask is Ask.YESNO and "还是" not in question.normal


ALWAYS_READ = 0.6  # the support of the first passages, which are read even if they share no word with the question
LEAST_CONTEXT = 0.3  # below this share of a question's concepts a line is not read

_OUTLINE = re.compile("(?:以下|下列|这)?([一二三四五六七八九十]+|\\d+)个?(?:方面|件|项|大)[^，。]{0,12}[：:]$")
_NUMBERED = re.compile(
    "^(?:[一二三四五六七八九十]{1,3}是|第[一二三四五六七八九十]{1,3}[，,：:]|[一二三四五六七八九十]{1,3}要)"
)
_INNER_NUMBERED = re.compile("[：:，。；](一是)")


def figure_candidates(reading: Reading, line: Line, support: Support) -> Iterator[Candidate]:
    """Each figure of a line whose sort fits the question."""
    for figure in (*line.figures, *_times(reading, line)):
        if (fit := fits(reading.question, line, figure)) and reading.measures(line, figure):
            purity = reading.purity(line, figure)
            features = _features(
                reading,
                line,
                support,
                attachment=reading.attachment(line, figure),
                counted=reading.counted(line, figure),
                purity=purity,
                anchor=reading.anchor(line, figure),
                conflict=reading.conflict(line.text[max(0, figure.start - 12) : figure.end]),
                narrow=(1 - purity) / max(1, len(reading.question.concepts)),
                joint=reading.joint(line, figure),
                form=fit,
                figure=1.0,
                apart=reading.apart(line, figure.start, figure.end),
                bypassed=reading.bypassed(line, figure),
            )
            yield Candidate(line, ((line, *_figure_span(line, figure)),), features)


def _times(reading: Reading, line: Line) -> Iterator[Figure]:
    """Times that are no figures, where one is asked for: 年底前, 国庆节前."""
    for match in _WHEN.finditer(line.text) if reading.question.ask is Ask.DATE else ():
        clause = line.clauses[line.clause_at(match.start())]
        dated = any(f.kind is Kind.DATE and clause.start <= f.start < clause.end for f in line.figures)
        if not dated and match.group() not in reading.question.normal:
            yield Figure(match.start(), match.end(), 0.0, "", Kind.DATE)


def joined(singles: Sequence[Candidate], values: int) -> Iterator[Candidate]:
    """As many figures of a line as are asked for at once, next to each other, as one answer."""
    for row in zip(*(singles[first:] for first in range(values)), strict=False):
        features = {name: sum(c.features[name] for c in row) / values for name in row[0].features}
        yield Candidate(row[0].line, tuple(dict.fromkeys(span for c in row for span in c.spans)), features)


def _figure_span(line: Line, figure: Figure) -> tuple[int, int]:
    """The figure with the word that gives it its direction; a target with its indicator as well."""
    start, end = figure.start, figure.end
    clause = line.clauses[line.clause_at(start)]
    before = line.text[clause.start : start]
    if figure.kind is Kind.PERCENT and (match := GROWTH_BEFORE.search(before)):
        start = clause.start + match.start()
        if line.standing is Standing.PLANNED:
            start = clause.start
    if scope := _SCOPE.search(before) if figure.kind is Kind.ORDINAL or figure.unit == "类" else None:
        start = clause.start + scope.start()
    if figure.kind is Kind.PERCENT and (above := ABOVE.search(before)):
        start = clause.start + above.start()
    if figure.kind is Kind.DURATION:
        start -= 2 * before.endswith(("连续", "累计"))
        end += line.text.startswith("内", end)
    elif pair := _OR.match(line.text, end):  # 61万套（间）
        end = pair.end()
    elif rate := _PER.match(line.text, end):  # 16.9万吨/日
        end = rate.end()
    while start < end and line.text[start] in "，、：；":
        start += 1
    return start, end


_OR = re.compile("（[间户处个套座条家项]）")
_PER = re.compile(
    "/(?:日|天|年|月|人|户|亩|吨|小时)|(?<=个)国家和地区|(?<=个)县(?![级城域市区])|(?<=个)(?:国家|地区|盟市|地市|县区|县市区|城市|省份|市州|乡镇|(?:行政|自然|贫困)?村|街道|社区|小区|班|百分点)(?=[，。；、的]|$)"
)
_SCOPE = re.compile(
    "(?:双双)?(?:摆脱|退出|跳出|告别|走出)?(?:(?:团体)?总分|(?:居|列)?(?:全[国省市区]|市内|省内|全球|世界)[^，、。]{0,4}|国标|国家|地表水?)$"
)  # among whom a rank is, of which scale a class


_WHOLE = frozenset({Ask.LIST, Ask.REASON, Ask.MEASURE, Ask.DEFINITION, Ask.KEYWORD, Ask.YESNO})
_LISTED = frozenset({Ask.LIST, Ask.MEASURE, Ask.KEYWORD, Ask.REASON})


def clause_candidates(reading: Reading, line: Line, support: Support) -> Iterator[Candidate]:
    """The stretch of a line that answers a question which asks for no figure."""
    question = reading.question
    spans: tuple[tuple[Line, int, int], ...] = ()
    if question.ask in _LISTED:
        spans = _enumeration(reading, line)
    if not spans and line.is_heading:
        spans = _group(reading, line)
    if not spans:
        spans = ((line, *_stretch(reading, line, whole=question.ask in _WHOLE and not _targeted(question))),)
    if _mismeasures(reading, spans):
        return
    text = "；".join(other.text[start:end] for other, start, end in spans)
    fit = form(question, text, len(spans))
    if (not fit and question.ask in (Ask.PLACE, Ask.PERSON)) or _lacks_the_area(question, text):
        return
    features = _features(
        reading,
        line,
        support,
        form=fit,
        listed=float(len(spans) > 1),
        adds=float(_adds(text, question.concepts)),
        apart=_apart(reading, line, spans),
    )
    yield Candidate(line, spans, features)


def field_candidate(reading: Reading, field: Field) -> Candidate | None:
    """A piece of front matter as an answer."""
    line = line_at(reading.lines, field.start)
    if line is None:
        return None
    start, end = line.view.index(field.start), line.view.index(field.end - 1) + 1
    return Candidate(line, ((line, start, end),), _features(reading, line, NO_SUPPORT))


_ITEMS = re.compile("、|和|以及|及|与|；|”“")
_ASKED_ITEMS = re.compile(
    "(?:哪|什么|的)([两二三四五六七八九十]|[2-9]|10)(?:大|个|种|项|家|条|类|所|方面|块|件|座|处|位|名|本)"
)
_NAMES_ASKED = re.compile(
    "哪[几两二三四五六][家个座所条处位名]|哪些(?:企业|公司|学校|村|镇|县|项目)|都是(?:哪|谁)|分别是哪|叫(?:啥|什么)|名字|名称"
)
_OWN = frozenset("全区 全市 全省 全县 全国 我区 我市 我省 我县 我国 区市 省市".split())
_SPOT = re.compile("[路街村镇乡县市省区园庙桥厂站厅局院馆所场库河湖山里侧]|中心|基地")


_CAUSE = re.compile("因|由于|鉴于|受.{1,20}(?:影响|冲击)|为了?|导致|使|造成|随着|改变了|结束了|以来|面临|在于|是")


def _names_a_place(text: str, question: str) -> bool:
    """Whether a text names a place that the question does not."""
    for match in _SPOT.finditer(text):
        name = text[max(0, match.start() - 2) : match.end()]
        if len(name) >= len(match.group()) + 2 and name not in question and name[-2:] not in _OWN:
            return True
    return False


_MOVED_ASKED, _MOVED = re.compile("[搬迁][到至往]"), re.compile("[搬迁]|入驻|入住|落户|安置")
_AREAS = {  # what the name of one may end in
    "乡镇": "[乡镇]|街道|办事处|农场|林场|苏木",
    "镇": "[乡镇]|街道",
    "乡": "[乡镇]|街道",
    "街道": "街道|办事处|[乡镇]",
    "村": "[村庄屯寨营湾沟坪]|社区",
    "社区": "社区|[村庄]",
    "小区": "小区|[苑园庭城湾]|家属院|公寓",
}
_BODIES = {
    "集团": "集团|公司",
    "公司": "公司|集团|企业|厂|股份|[商社行]",
    "大学": "大学|学院|[校院]",
    "高校": "大学|学院|[校院]",
    "医院": "院|中心",
    "银行": "银行|农商行|信用社|[行社]",
}
_WHICH_AREA = re.compile(f"哪一?个({'|'.join(_AREAS)})|哪一?[个家所些几]({'|'.join(_BODIES)})(?!生)")


def _of_the_thing(reading: Reading, pieces: Spans) -> Spans:
    """The first clause of some stretches that names a thing asked about and no figure of another: 预算收入增长7%，居民收入增长与经济增长同步."""
    things = [c for c in reading.question.concepts if c.weight >= 1]
    for line, start, end in pieces:
        for clause in line.clauses[line.clause_at(start) : line.clause_at(end - 1) + 1]:
            held = [f for f in line.figures if clause.start <= f.start < clause.end]
            named = any(strength(c, line.text[clause.start : clause.end]) >= NAMED for c in things)
            whole = _whole(line, clause.start, clause.end)
            if named and whole and all(reading.measures(line, f) for f in held):
                return ((line, *whole),)
    return ()


def _lacks_the_area(question: Question, text: str) -> bool:
    """Whether a question asks which of the areas or bodies of a sort, and a text names none: 哪个乡镇, where 槐江县 has its project."""
    asked = _WHICH_AREA.search(question.normal)
    return asked is not None and not re.search(_AREAS[asked[1]] if asked[1] else _BODIES[asked[2]], text)


_LISTS = re.compile("、|[\u4e00-\u9fff]和[\u4e00-\u9fff]|以及|[“《]")
_LISTS_AHEAD = re.compile("(?:分别|包括|即|有|为|是|其中)")


def _lists_the_things(question: Question, text: str) -> bool:
    """Whether a clause that names a thing asked about lists something, or the next one does: not 甲路、乙路通车，打通断头路5条."""
    clauses = re.split("[，,；;。：]", text)
    things = [c for c in question.concepts if c.weight >= 1]
    if any(re.search(f"(?:^|[、，]|建设|打通|新建|推进){re.escape(v)}、", text) for c in things for v in c.variants):
        return False  # one of a list itself: 建设重点水利工程、综合交通网
    named = [n for n, clause in enumerate(clauses) if any(strength(c, clause) >= NAMED for c in things)]
    return not named or any(
        _LISTS.search(clauses[n]) or (n + 1 < len(clauses) and _LISTS_AHEAD.match(clauses[n + 1])) for n in named
    )


_SOMEBODY = re.compile(
    "同志|[人员者]|干部|群众|企业|公司|部门|单位|代表|委员|总书记|政府|居民|学生|教师|战士|乡镇|街道|会|局|委"
)


def form(question: Question, text: str, spans: int) -> float:
    """Whether a text looks like the sort of answer asked for, 0 to 1: several items, a place, somebody."""
    rest = text
    for concept in question.concepts:
        for variant in concept.variants:
            rest = rest.replace(variant, " ")
    if question.ask is Ask.LIST:
        items = spans if spans > 1 else 1 + len(_ITEMS.findall(rest))
        if _NAMES_ASKED.search(question.normal) and not _lists_the_things(question, text):
            return 0.0
        asked = _ASKED_ITEMS.search(question.normal)
        if asked:
            return 0.0 if items == 1 else 1.0 if items == int(value_of(asked[1])) else 0.7
        return 1.0 if items > 1 else 0.5 if "，" in text and not _NAMES_ASKED.search(question.normal) else 0.0
    if question.ask is Ask.PLACE:
        named = _names_a_place(text, question.normal)
        return float(named and (not _MOVED_ASKED.search(question.normal) or bool(_MOVED.search(text))))
    if question.ask is Ask.REASON:
        return 1.0 if _CAUSE.search(text) else 0.0
    if question.ask is Ask.PERSON:
        return float(bool(_SOMEBODY.search(rest)))
    return 1.0


def _targeted(question: Question) -> bool:
    """Whether a bare keyword asks for one target among those a sentence lists."""
    return question.ask is Ask.KEYWORD and question.standing is Standing.PLANNED


def _enumeration(reading: Reading, line: Line) -> tuple[tuple[Line, int, int], ...]:
    """一是…二是… after a line, or the headings that a line with "以下八个方面的工作：" announces."""
    following = reading.lines[line.number + 1 :]
    if _OUTLINE.search(line.text) and (below := children_of(reading.report, line.sentence.section, line.sentence)):
        return tuple((heading, 0, len(heading.text)) for heading in below)
    if line.text.endswith(("：", ":")) and (dashed := _dashed(following)):
        return dashed
    items = [line] if _INNER_NUMBERED.search(line.text) else []
    for other in following:
        if other.sentence.paragraph != line.sentence.paragraph or not _NUMBERED.match(other.text):
            break
        items.append(other)
    if len(items) < 2 or _NUMBERED.match(line.text) or _singles_out(reading, line, items):
        return ()
    spans = []
    for item in items:
        inner = _INNER_NUMBERED.search(item.text) if item is line else None
        spans.append((item, inner.start(1) if inner else 0, len(item.text.rstrip("。；"))))
    if sum(end - start for _, start, end in spans) > LONGEST_ANSWER:
        spans = [(item, start, item.text.find("，", start) % (end + 1)) for item, start, end in spans]
    return tuple(spans)


def _dashed(following: Sequence[Line]) -> Spans:
    """The first clauses of the paragraphs behind an announcement that begin with a dash: ——更加注重…, if there are several."""
    spans, paragraph = [], -1
    for line in following:
        if line.sentence.paragraph == paragraph:
            continue
        if not line.text.startswith(_DASH):
            break
        paragraph = line.sentence.paragraph
        spans.append((line, len(_DASH), line.clauses[0].end - 1))
    return tuple(spans) if len(spans) > 1 else ()


_DASH = "——"


def _singles_out(reading: Reading, line: Line, items: Sequence[Line]) -> bool:
    """Whether a question asks for some of the items only: it names a thing that those name and the announcement does not."""
    inner = _INNER_NUMBERED.search(line.text)
    announced = line.text[: inner.start(1)] if inner else line.text
    told = [item.text[inner.start(1) :] if item is line and inner else item.text for item in items]
    things = [c for c in reading.question.concepts if c.weight >= 1 and strength(c, announced) < NAMED]
    return any(0 < sum(strength(c, text) >= NAMED for text in told) < len(told) for c in things)


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
    return len(LIGHT.sub("", rest)) >= 3


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
        features = _features(reading, below[0], NO_SUPPORT)
        features |= {"outline": 1.0, "attachment": cover, "line": cover, "context": cover, "missing": 0.0}
        yield Candidate(below[0], tuple((b, 0, len(b.text.rstrip("。"))) for b in below), features)


def _indicators(reading: Reading, line: Line, support: Support) -> Iterator[Candidate]:
    """The figures of a bare keyword that names an indicator: it stands right before them and they end their clause."""
    for candidate in figure_candidates(reading, line, support):
        ((_, _, end),) = candidate.spans
        if candidate.features["attachment"] >= 0.75 and (end == len(line.text) or line.text[end] in "，；。、"):
            yield replace(candidate, features={**candidate.features, "indicator": 1.0})


MET = 0.2  # of the network's belief in a figure; where no figure has as much, its own spans are candidates too
BELIEVED, OUTSIDE = 0.5, 0.1
NEURAL_PASSAGES = 2  # the passages the network believes in most, whose best span is a candidate


def neural_candidates(
    reading: Reading, beliefs: Sequence[Belief], support: Mapping[int, Support]
) -> Iterator[Candidate]:
    """The clauses around the spans that the network would answer with."""
    for belief in sorted(beliefs, key=lambda b: -b.opinion.answers)[:NEURAL_PASSAGES]:
        pieces = tuple(
            (line, *trimmed)
            for line, start, end in belief.pieces(*belief.opinion.best(LONGEST_ANSWER)[1:])
            if (trimmed := _whole(line, start, end))
        )
        if any(_lacks_the_area(reading.question, line.text[start:end]) for line, start, end in pieces):
            continue
        if _mismeasures(reading, pieces) and (narrower := _of_the_thing(reading, pieces)):
            pieces = narrower
        money = _mismeasures(reading, pieces)
        if not pieces or not reading.fits(pieces[0][0]) or (money and not _is_money(reading, pieces)):
            continue
        line = pieces[0][0]
        text = "；".join(other.text[start:end] for other, start, end in pieces)
        features = _features(
            reading,
            line,
            support.get(line.number, NO_SUPPORT),
            form=form(reading.question, text, len(pieces)),
            adds=float(_adds(text, reading.question.concepts)),
            neural=1.0,
            money=float(money),
            apart=_apart(reading, line, pieces),
        )
        yield Candidate(line, pieces, features)


def _apart(reading: Reading, line: Line, spans: Spans) -> float:
    """Of the stretches that stand in the line itself."""
    here = [(start, end) for other, start, end in spans if other is line]
    return reading.apart(line, min(s for s, _ in here), max(e for _, e in here)) if here else 0.0


def _mismeasures(reading: Reading, pieces: Sequence[tuple[Line, int, int]]) -> bool:
    """Whether a figure is asked for and all that the pieces hold are of another sort or measure something else."""
    held = _figures_in(pieces)
    if reading.question.ask not in FIGURES:
        return bool(held) and all(reading.is_a_rivals(line, figure) for line, figure in held)
    counted = reading.question.ask in _COUNTED_ASKS or "多少" in reading.question.normal
    if not held and counted and not any(_ALL.search(line.text[start:end]) for line, start, end in pieces):
        return True
    if reading.question.ask is Ask.DATE and any(_WHEN.search(line.text[start:end]) for line, start, end in pieces):
        return False
    if reading.question.ask in (Ask.AMOUNT, Ask.MONEY, Ask.GROWTH, Ask.SHARE):  # 五年累计 tells when, not how much
        held = [(line, f) for line, f in held if f.kind not in (Kind.DATE, Kind.DURATION, Kind.ORDINAL)] or held
    several = reading.question.values > 1  # which may be of different sorts
    fit = [(line, f) for line, f in held if several or is_of_sort(reading.question, line, f)]
    return bool(held) and not any(reading.measures(line, figure) for line, figure in fit)


_COUNTED_ASKS = frozenset({Ask.COUNT, Ask.MONEY, Ask.GROWTH, Ask.SHARE})
_ALL = re.compile(
    "全[部额免覆]|[零半倍]|翻番|持平|同步|[高低快慢]于|转正|不变|归零|[一二两三四五六七八九十百千万]"
)  # as good as a figure
_WHEN = re.compile(
    "年(?:[底末内]|初(?!步))(?:之?前)?|[上下]半年|前?[一二三四]季度|[春夏秋冬]季|(?:国庆|春节|元旦|五一|中秋)(?![路街广大村镇桥公劳口])节?(?:之?[前后]|期间)?|汛期前?|秋收前?"
)  # times that are no figures


def _is_money(reading: Reading, pieces: Sequence[tuple[Line, int, int]]) -> bool:
    """Whether a number of no unit is asked for and all that the pieces hold is money: 外汇有多少 is not told from 学校有多少."""
    kinds = {figure.kind for line, figure in _figures_in(pieces) if reading.measures(line, figure)}
    return reading.question.ask is Ask.COUNT and not reading.question.unit and kinds == {Kind.MONEY}


def _figures_in(pieces: Sequence[tuple[Line, int, int]]) -> list[tuple[Line, Figure]]:
    return [(line, f) for line, start, end in pieces for f in line.figures if start <= f.start < end]


def _whole(line: Line, start: int, end: int) -> tuple[int, int] | None:
    """The clauses that a stretch touches, if an answer may be as long; no punctuation at the ends, None for nothing."""
    first, last = line.clauses[line.clause_at(start)], line.clauses[line.clause_at(end - 1)]
    if last.end - first.start <= LONGEST_ANSWER:
        start, end = first.start, last.end
    while start < end and line.text[start] in _EDGES:
        start += 1
    while start < end and line.text[end - 1] in _EDGES:
        end -= 1
    return (start, end) if start < end else None


_EDGES = "，、。；：！？ "


def _completed(candidate: Candidate, beliefs: Sequence[Belief], values: int) -> Candidate:
    """The candidate with how many of the asked values it lacks and, where the network read, what it says of it."""
    held = sum(f.start < end and start < f.end for line, start, end in candidate.spans for f in line.figures)
    own = {"lacking": max(0, values - held) / values if values > 1 else 0.0}
    if beliefs:
        belief = next((b for b in beliefs if any(line is candidate.line for line in b.lines)), None)
        held_here = [span for span in _told(candidate) if belief and span[0] in belief.lines]
        read_here = held_here or [(candidate.line, 0, len(candidate.line.text))]  # a line that only announces the items
        inside = sum(belief.inside(*span) for span in read_here) if belief else 0.0
        answers = belief.opinion.answers if belief else 0.0
        own |= {
            "belief": answers,
            "inside": inside,
            "both": answers * inside,
            "logit": _clipped(belief.opinion.logit) if belief else 0.0,
            "doubt": beliefs[0].opinion.none,
            "unread": float(belief is None),
            "neural": 0.0,
        }
    return replace(candidate, features={**own, **candidate.features})


def _told(candidate: Candidate) -> Spans:
    """The stretches that tell what a candidate says: its spans, of a list the whole items, which it may give by their beginnings."""
    if candidate.features["listed"]:
        return tuple((line, 0, len(line.text)) for line in candidate.lines)
    return candidate.spans


def _holds(other: Candidate, candidate: Candidate, *, whole: bool) -> bool:
    """Whether another candidate says the same, or all of it where whole sentences are answers."""
    if not whole:
        return other.spans == candidate.spans
    return all(
        any(line is held and a <= start and end <= b for held, a, b in other.spans)
        for line, start, end in candidate.spans
    )


def read(reading: Reading, lines: Sequence[Line], support: Mapping[int, Support]) -> list[Candidate]:
    """The candidates that the rules find in the given lines, best first; `support` is the searches' view by line number."""
    found: list[Candidate] = []
    ask = reading.question.ask
    for line in lines:
        backing = support.get(line.number, NO_SUPPORT)
        if not reading.fits(line):
            continue
        if backing.rank < ALWAYS_READ and reading.evidence(line, reading.near(line)).context < LEAST_CONTEXT:
            continue
        if ask in FIGURES:
            singles = list(figure_candidates(reading, line, backing))
            found += singles
            if reading.question.values > 1:
                found.extend(joined(singles, reading.question.values))
        elif ask is Ask.KEYWORD:
            found.extend(_indicators(reading, line, backing))
        if ask not in FIGURES:
            found.extend(clause_candidates(reading, line, backing))
    found.extend(outline_candidates(reading))
    return _ranked(reading, found, ())


def reconsider(
    reading: Reading, found: list[Candidate], beliefs: Sequence[Belief], support: Mapping[int, Support]
) -> list[Candidate]:
    """The candidates in the light of what the network thinks of the passages it read, and its own, best first."""
    ask = reading.question.ask
    seen = [_completed(candidate, beliefs, reading.question.values) for candidate in found]
    unmet = not any(c.features["belief"] * c.features["inside"] > MET for c in seen)
    if unmet or ask not in FIGURES or reading.question.values > 1:
        here = [b for b in beliefs if b.lines[:1] == reading.lines[b.lines[0].number :][:1]]  # in this report
        own = list(neural_candidates(reading, here, support))
        if ask is Ask.LIST:
            own = [c for c in own if not any(_begins(reading, c, other) for other in found)]
        if ask in FIGURES and reading.question.values < 2:  # a figure says it in fewer words
            own = [c for c in own if not any(_holds(c, other, whole=True) for other in found)]
        found = [*found, *(c for c in own if not any(_holds(other, c, whole=ask in _WHOLE) for other in found))]
    return _ranked(reading, found, beliefs)


def _begins(reading: Reading, candidate: Candidate, items: Candidate) -> bool:
    """Whether a candidate is but the first item of a list whose announcement names more of what is asked than it does."""
    (line, start, end), *more = candidate.spans
    inner = _INNER_NUMBERED.search(line.text)
    if more or not inner or start < inner.start(1) or not items.features["listed"] or items.lines[:1] != (line,):
        return False
    announced, said = (
        sum(weight * strength(concept, text) for concept, weight in reading.weighed())
        for text in (line.text[: inner.start(1)], line.text[start:end])
    )
    return len(items.lines) > 1 and announced > said


def widened(candidate: Candidate) -> Candidate:
    """The candidate with its whole sentence, where that may be an answer: it was asked for more than one thing."""
    line = candidate.line
    whole = _whole(line, 0, len(line.text))
    alone = all(other is line for other, _, _ in candidate.spans)
    return (
        replace(candidate, spans=((line, *whole),))
        if whole and alone and len(line.text) <= LONGEST_ANSWER
        else candidate
    )


_COUNTED = re.compile("[\u4e00-\u9fff]{1,8}(?=[的，、；。（(])")  # what a figure counts: 72个行政村
LONGEST_LABEL = 30  # characters of a clause that tells what its figure is


def labelled(candidate: Candidate) -> Candidate:
    """Figures each with the clause that tells what it is, if that is short: one of several is not told by its unit alone."""
    if not candidate.features["figure"]:
        return candidate
    spans = []
    for line, start, end in candidate.spans:
        whole = _whole(line, start, end)
        brief = whole is not None and whole[1] - whole[0] <= LONGEST_LABEL
        thing = None if brief else _COUNTED.match(line.text, end)
        spans.append((line, *whole) if whole and brief else (line, start, thing.end() if thing else end))
    return replace(candidate, spans=tuple(dict.fromkeys(spans)))


@dataclass(frozen=True, slots=True)
class Look:
    """A text that the network reads to look at a candidate once more, and where the candidate's words stand in it."""

    text: str
    stretches: tuple[tuple[int, int], ...]

    def held(self, opinion: Opinion) -> tuple[float, float]:
        """How well the text answers, and the share of the belief about where that is in the candidate's words."""
        return _clipped(opinion.logit), min(1.0, sum(opinion.inside(*stretch) for stretch in self.stretches))


def looks(candidate: Candidate) -> tuple[Look, ...]:
    """The candidate's sentences alone, then ever less around its words; what stands in several sentences is not cut."""
    whole, at = [], dict(zip((line.number for line in candidate.lines), _offsets(candidate.lines), strict=True))
    for line, start, end in _told(candidate):
        whole.append((at[line.number] + start, at[line.number] + end))
    alone = Look("".join(line.text for line in candidate.lines), tuple(whole))
    if len(candidate.lines) > 1:
        return (alone,) * (1 + len(EXCERPTS))
    first, last = min(start for start, _ in whole), max(end for _, end in whole)
    found = [alone]
    for longest in EXCERPTS:
        text, moved = excerpt(candidate.lines[0], first, last, longest)
        found.append(Look(text, tuple((start + moved, end + moved) for start, end in whole)))
    return tuple(found)


def _offsets(lines: Sequence[Line]) -> list[int]:
    """Where each of some lines begins in all of them together."""
    return [0, *accumulate(len(line.text) for line in lines[:-1])]


def looked_at(candidate: Candidate, opinions: Sequence[Opinion]) -> Candidate:
    """The candidate with what the network thinks of each of its `looks`, by which the best few are ranked once more."""
    (close, within), *nearer = [look.held(o) for look, o in zip(looks(candidate), opinions, strict=True)]
    seen = (candidate.score, close, within, close * within, *chain.from_iterable((c, c * w) for c, w in nearer))
    return replace(candidate, features={**candidate.features, **dict(zip(LOOK, seen, strict=True))})


def _clipped(logit: float) -> float:
    return max(-6.0, min(6.0, logit)) / 3


def _is_elsewhere(candidate: Candidate) -> bool:
    """Whether the network believes in the passage, but in another place of it than this one, which names another thing."""
    own = candidate.features
    return own.get("belief", 0.0) >= BELIEVED and own["inside"] < OUTSIDE and own["anchor"] < 0.4


def _completes(other: Candidate, candidate: Candidate) -> bool:
    """Whether another candidate says all of it and more of what is asked."""
    mine, its = ({(line.number, f.start) for line, f in _figures_in(c.spans)} for c in (candidate, other))
    return other.features["lacking"] < candidate.features["lacking"] and mine <= its


_LONG_TERM = re.compile("[五三十]年|年均|[七八九十一二三四五六]五|中长期|远景")


def _is_sooner(other: Candidate, candidate: Candidate) -> bool:
    """Whether another is as near to what is asked and a goal of the report's own year: GDP目标 is that before the five-year plan's."""
    mine, its = candidate.features, other.features
    return mine["time"] < its["time"] and mine["line"] <= its["line"]


def _ranked(reading: Reading, found: Sequence[Candidate], beliefs: Sequence[Belief]) -> list[Candidate]:
    found = [_completed(candidate, beliefs, reading.question.values) for candidate in found]
    asked = reading.question.normal
    if reading.question.ask in FIGURES:
        found = [c for c in found if not _is_elsewhere(c)]
    if reading.question.values > 1:
        found = [c for c in found if not any(_completes(other, c) for other in found)]
        if reading.question.ask in FIGURES and EACH.search(asked):  # 建议和提案分别多少件, where both together are told
            found = [c for c in found if len(_figures_in(c.spans)) > 1]
    if reading.question.standing is Standing.PLANNED and reading.year is None and not _LONG_TERM.search(asked):
        found = [c for c in found if not any(_is_sooner(other, c) for other in found)]
    return sorted(found, key=lambda c: (-c.score, c.spans[0][0].number, c.spans[0][1]))
