"""A sentence made ready for reading: its clauses, its figures and what each figure belongs to.

Positions are in the sentence's cleaned view; `Line.span` leads back to the source. Knows nothing of questions.
"""

import re
from dataclasses import dataclass

from index.figures import Figure, Kind, figures
from index.passages import Standing, standing_of, year_of, years_named, years_over
from index.report import Report, Sentence
from index.view import View, view


@dataclass(frozen=True, slots=True)
class Clause:
    """`text[start:end]` between two commas; `head` is the clause whose subject it continues, or its own number."""

    start: int
    end: int
    head: int


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a report, taken apart."""

    number: int  # of the sentence in its report
    sentence: Sentence
    view: View
    headings: tuple[str, ...]  # outermost first
    over: int | None  # the last of the years that are over of which its paragraph tells
    clauses: tuple[Clause, ...]
    figures: tuple[Figure, ...]
    years: frozenset[int]  # those it names, else the one it speaks of
    outsets: frozenset[int]  # years from which it tells a change: 由2015年的59.8亿元增加到86.4亿元
    standing: Standing
    is_heading: bool

    @property
    def text(self) -> str:
        """The cleaned sentence."""
        return self.view.text

    def clause_at(self, position: int) -> int:
        """Number of the clause a position stands in."""
        for number, clause in enumerate(self.clauses):
            if position < clause.end:
                return number
        return len(self.clauses) - 1

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Source offsets of a stretch of the cleaned sentence."""
        return self.view.span(start, end)


def lines_of(report: Report) -> tuple[Line, ...]:
    """All sentences of a report, made ready."""
    over = years_over(report)
    return tuple(_line(report, number, s, over.get(s.start)) for number, s in enumerate(report.sentences))


def _line(report: Report, number: int, sentence: Sentence, over: int | None = None) -> Line:
    cleaned = view(report.text, sentence.start, sentence.end)
    found = tuple(figures(cleaned.text))
    named = years_named(cleaned.text, report.year)
    year = year_of(cleaned.text, report, sentence.section, over)
    outsets = frozenset(map(int, _OUTSETS.findall(cleaned.text))) - named
    if year is not None and _FROM_YEAR_BEFORE.search(cleaned.text):
        outsets |= {year - 1}
    section = report.sections[sentence.section]
    return Line(
        number=number,
        sentence=sentence,
        view=cleaned,
        headings=report.headings(sentence.section),
        over=over,
        clauses=_clauses(cleaned.text, found),
        figures=found,
        years=frozenset(named | ({year} if year is not None else set()) | outsets),
        outsets=outsets,
        standing=standing_of(cleaned.text, report, sentence.section, over),
        is_heading=section.run_in and section.start == sentence.start,
    )


_OUTSETS = re.compile(r"[由从]((?:19|20)\d\d)年[末底]?的?(?=[\d约近])")
_FROM_YEAR_BEFORE = re.compile(r"[由从]上一?年的?(?=[\d约近])")
_COMMA = re.compile("[，,；;：:。！？]")
_QUOTED = re.compile("“[^”]*”|「[^」]*」|（[^）]*）|《[^》]*》")
# what may stand before a figure without being what the figure measures
_EMPTY = re.compile(
    "^(?:同比|比上年|较上年|分别|增长|增加|增幅|增速|下降|上升|提高|降低|减少|改善|回落|达到?|为|至|到|约|超过?|突破|完成|实现|全年|累计|共|其中|占|年均|均|名义|实际|"
    "(?:计划|概算|年度|年内|总)?投资额?|总?资金|全长|总长|长|占地(?:面积)?|总?建筑面积|净增|增至|升至|降至|稳定在|控制在|高于|低于|居|列|排名|排|位居|综合|总量|总额|规模|居全[国省市]|了|、)*$"
)
_SHARE = re.compile("^(?:分别)?占[^，]{0,20}$")


def children_of(report: Report, section: int, after: Sentence | None = None) -> tuple[Line, ...]:
    """The headings right below a section as lines of their own; only those behind a sentence, where one is given.

    Run-in headings count only where the section has no others.
    """
    below = [
        (number, child)
        for number, child in enumerate(report.sections)
        if child.parent == section and (after is None or child.start > after.start)
    ]
    standing_alone = [pair for pair in below if pair[1].level < 4]
    found = []
    for number, child in standing_alone or ([] if after else below):
        home = next((s for s in report.sentences if s.start >= child.start), report.sentences[-1])
        found.append(_line(report, -1, Sentence(child.start, child.end, number, home.paragraph)))
    return tuple(found)


def line_at(lines: tuple[Line, ...], offset: int) -> Line | None:
    """The line a source offset stands in."""
    return next((line for line in lines if line.sentence.start <= offset < line.sentence.end), None)


def _clauses(text: str, found: tuple[Figure, ...]) -> tuple[Clause, ...]:
    hidden = [m.span() for m in _QUOTED.finditer(text)]
    cuts = [m.end() for m in _COMMA.finditer(text) if not any(a < m.start() < b for a, b in hidden)]
    if not cuts or cuts[-1] < len(text):
        cuts.append(len(text))
    clauses: list[Clause] = []
    start = 0
    for end in cuts:
        head = len(clauses)
        first = next((f for f in found if start <= f.start < end), None)
        if first and clauses and text[start - 1] in "，,、：:":
            before = text[start : first.start]
            if _EMPTY.match(before) or _SHARE.match(before):
                head = clauses[-1].head
        clauses.append(Clause(start, end, head))
        start = end
    return tuple(clauses)


OPENING = 22  # characters of a first clause that may tell the time for all the others of its sentence
_TELLS_TIME = re.compile("年|季度|以来|时期|累计|个月|目前|截至")


def excerpt(line: Line, start: int, end: int, longest: int) -> tuple[str, int]:
    """The words around `line.text[start:end]`, and by how much a position in the line moves into them.

    They are what stands between two semicolons; if that is longer than `longest`, the clause with the one it
    continues, and a clause before and behind as far as there is room. The sentence's opening comes first if it tells
    the time: 一季度. The whole sentence where that leaves nothing out.
    """
    text, clauses = line.text, line.clauses
    first = max(text.rfind(stop, 0, start) for stop in "；：") + 1
    last = min((at for stop in "；" if (at := text.find(stop, end)) >= 0), default=len(text))
    if last - first > longest:
        left, right = line.clause_at(start), line.clause_at(end - 1)
        left = min(left, clauses[left].head)
        if left and clauses[right].end - clauses[left - 1].start <= longest:
            left -= 1
        if right + 1 < len(clauses) and clauses[right + 1].end - clauses[left].start <= longest:
            right += 1
        first, last = max(first, clauses[left].start), min(last, clauses[right].end)
    opening = text[: min(clauses[0].end, first)]
    measured = any(f.kind is not Kind.DATE and f.start < len(opening) for f in line.figures)
    if len(opening) > OPENING or measured or not _TELLS_TIME.search(opening):
        opening = ""
    if len(opening) + last - first >= len(text.rstrip("。；")):
        return text, 0
    return opening + text[first:last], len(opening) - first


_SHARED = re.compile("分别|各")
_SHARED_ALONE = re.compile("(?:同比|比上年|较上年)?(?:分别|各(?=[增降升为达]))")


def respective_subject(line: Line, figure: Figure) -> str | None:
    """The subject of a figure in "甲、乙分别为1、2"; None where subjects and figures do not pair off.

    甲100元，乙90元，分别增长1%、2% has them in the clauses before. A following clause with as many figures pairs with the same subjects: "同比下降3%、4%". 城乡 is two subjects, and
    figures go round them again in "分别从1、2提高到3、4".
    """
    number = line.clause_at(figure.start)
    clause = line.clauses[number]
    mine = [f for f in line.figures if clause.start <= f.start < clause.end and f.kind is not Kind.DATE]
    if len(mine) < 2:
        return None
    if _SHARED_ALONE.match(line.text[clause.start : mine[0].start]):
        names = _leading_names(line, number, len(mine))
        if names:
            return names[mine.index(figure)] if figure in mine else None
    head = line.clauses[clause.head]
    before = line.text[head.start : head.end]
    shared = _SHARED.search(before)
    subject = before[: shared.start()] if shared else ""
    names = re.split("[、和与及]", re.sub("^(?:全年|其中|累计)", "", subject))
    both = subject if shared else line.text[head.start : mine[0].start]
    if "城乡" in both and len(names) == 1:
        names = [both.replace("城乡", "城镇城市"), both.replace("城乡", "农村")]
    if len(mine) % len(names) or len(names) < 2 or figure not in mine:
        return None
    return names[mine.index(figure) % len(names)]


def _leading_names(line: Line, number: int, count: int) -> list[str]:
    """What stands before the first figure of each of the clauses right before one, where each tells one figure of its own."""
    names = []
    for before in range(max(0, number - count), number):
        clause = line.clauses[before]
        own = [f for f in line.figures if clause.start <= f.start < clause.end and f.kind is not Kind.DATE]
        if len(own) == 1 and clause.head == before:
            names.append(line.text[clause.start : own[0].start])
    return names if len(names) == count else []
