"""Of which time a figure is: the year asked about, several years, some months, or what was before a change.

Knows the question and the report's lines; what a figure measures is `bot.evidence`'s to tell.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.line import Line
from bot.question import BY_HOW_MUCH, Question
from index.figures import Figure, Kind
from index.passages import Standing, years_named
from index.report import Report

OPENED = 80  # lines within which an opening says what time the following ones tell of: 五年来
OPENING = 25  # characters of a line that can be such an opening

_YEARLY = re.compile("(?:年[平]?均(?!浓度)|(?<![\\d.])[五5]年(?:累计|共|间|来)?)[^，。；]{0,8}$")  # of several years
_SINCE = re.compile(r"(?:比|较)((?:19|20)\d\d)年[^，。；]{0,8}$|[与同和]((?:19|20)\d\d)年相比")

_OUTSET = re.compile("[从由][^，。；]{0,10}$|原来|原先|之前是")
_CHANGED = "(?:提高|增加|增长|上升|提升|上调|扩大|跃升|下降|降低|减少|降|增|升|涨|缩短|缩小|收窄|压减|回落|压缩|整合|合并|精简|调整|缩减|优化|前移|跃居)"
_GREW = re.compile(f"[^，。；]{{0,3}}{_CHANGED}了?[到至为成]")
_CHANGED_TO = re.compile(
    rf"(?<!自)[从由](?![于业])[^，。；]{{0,12}}\d[^，。；]{{0,8}}{_CHANGED}了?[到至为成]了?[^，。；\d]{{0,4}}$"
)
_ASKS_END = re.compile("[到为成]了?(?:多少|几)")
_REACHED = re.compile(f"{_CHANGED}了?[到至为成](?:每人)?(?:每月|每年)?$")
_ASKS_OUTSET = re.compile(
    "原来|原先|原本|原有|从前(?![年三两半])|此前|之前[是有]|(?<!年)以前[的是有]|(?<![\u4e00-\u9fff]近)[三五十几]年前(?!后)|"
    f"(?:提标|改造|搬迁|扩建|扩能|{_CHANGED})[以之]?前(?![三沿往年列景])"
)
_ASKS_BOTH = re.compile("[从由](?:多少|几)[^，。]*[到成]")
_AVERAGED = re.compile("年均|平均|(?<!\\d)[五5]年|十[一二三四五]五|每年|历年|多年")
_PERIOD = re.compile(
    "[五5]年(?:来|间|的?(?:发展|奋斗|实践|成就))|[过这]去?的?[五5]年|十[一二三四五]五”?(?:时期|期间|以来)"
)
_SEVERAL_YEARS = re.compile(
    "(?:[两三四五]|(?<!\\d)[2-5])年(?:来|间|以来|累计|一?共|的?(?:发展|奋斗|实践|成就))(?![^，。；]{0,3}(?:最|新高|新低|首))|[过这近]去?的?[两三四五2-5]年(?!来?[^，。；]{0,3}(?:最|新高|新低|首))|十[一二三四五]五”?(?:时期|期间|以来|五年)|五年规划"
)
SEVERAL_YEARS_ASKED = re.compile(
    r"(?<![近\d])[两三四五2-5]年(?![级内前后]|期|一遇)|[几多]年[来间里]|这[几些]年|十[一二三四五]五|任期|本届|累计"
)
_YEARS_AHEAD = re.compile(
    "(?:今后|未来)[一二两三四五几]+年|五年[^，。；]{0,6}目标|十[一二三四五]五(?=”?(?:时期|期间|末|五年|(?:规划)?(?:的?主要|发展)*目标))"
)
_THIS_YEAR = re.compile("今年|本年|20\\d\\d年(?!底|末)")
_SUMS_UP = re.compile("累计|年均|连续")
_MONTHS = re.compile(r"[一二三四]季度|[上下]半年|1[-—–至到](?!12)\d{1,2}月")
_MONTHS_ASKED = re.compile(r"季度|半年|[\d一二三四五六七八九十]月|年初|上旬|那?几个月")
_ONE_YEAR = re.compile(r"去年|这一年|一年来|全年|(?:19|20)\d\d年(?!底|以来)")
_SO_FAR = re.compile("累计|总共|一共|[到截]至?.{0,6}[底末]|至今|到现在")
_GROWN = re.compile("(?:增长|增加|提高|提升|上升|下降|降低|减少)[了约近超]?$")
_ADDED_UP = re.compile(
    "新增|新建|接待|引进|建成|改造|培训|种植|修复|拆除|整治|清理|发放|查处|处分|查结|立案|化解|关停|淘汰|签约|招聘|完成[^，]{0,6}投资"
)
_LEVELS = re.compile(  # what is told of one year, or of the end of several
    "达|为|[由从]|[到至]|突破|超|总[量数额]|余额|存量|居|拥有|现有|已有|稳定|人均|产值|增加值|零售|进出口|(?<!旅游)(?<!综合)收入(?!来源)|产量|存款|贷款|里程|装机|覆盖|均"
)
_STANDS = re.compile("(?:达到?|[到至])[约近超]?$")  # a level is the last year's, however many years led to it
_SUMMED_UP = re.compile("累计|共|合计|年均")
_WHOLE_YEAR = re.compile("全年")
_YEAR_BEFORE = ("由上年", "从上年", "由上年的", "从上年的")


@dataclass(frozen=True, slots=True)
class Time:
    """The time a question asks about, held against the lines of a report."""

    question: Question
    year: int | None  # asked for, read in that report
    report: Report
    lines: Sequence[Line]

    def holds(self, line: Line, figure: Figure) -> bool:
        """Whether a figure is of that time: not another year's, an average of years, or what was before a change."""
        clause = line.clauses[line.clause_at(figure.start)]
        own = years_named(line.text[clause.start : clause.end])
        before = line.text[clause.start : figure.start]
        asked = self.question.normal
        led = self.year is not None and (
            before.endswith(_from(self.year)) or (self.year in line.outsets and before.endswith(_YEAR_BEFORE))
        )
        if self._is_of_another_period(line, figure):
            return False
        if self.year is not None and figure.kind is not Kind.DATE and own and self.year not in own and not led:
            return False
        if led or (self.year is not None and self.year in line.outsets):
            return led
        if not _ASKS_BOTH.search(asked):
            outset = bool(_ASKS_OUTSET.search(asked)) and not _ASKS_END.search(asked)
            if outset and (_CHANGED_TO.search(before) or (_REACHED.search(before) and not _OUTSET.search(before))):
                return False
            if not outset and _OUTSET.search(before) and _GREW.match(line.text[figure.end :]):
                return False
        ahead = self.year is None and self.question.standing is Standing.PLANNED
        if ahead or _AVERAGED.search(asked):  # else people who name no year mean the last one
            return True
        if self.year is not None and self.year not in own and self._adds_up_years(line, figure, clause.head, before):
            return False
        year = self.year or self.report.year or 0
        base = _SINCE.search(re.split("[；。]", line.text[: figure.start])[-1])
        since = base[1] or base[2] if base else ""
        near = not since or int(since) + 1 in (year, year - 1) or since in asked
        return near and not _YEARLY.search(before)

    def _adds_up_years(self, line: Line, figure: Figure, head: int, before: str) -> bool:
        """Whether what leads to a figure adds up several years, as its sentence or one before says: 五年来…累计接待."""
        year, since = self.report.year, self.report.since
        if year is None or since is None or year - since < 2 or line.standing is Standing.PLANNED:
            return False
        leading = line.text[line.clauses[head].start : line.clauses[head].end] + before
        if "累计" in leading:
            return not _SO_FAR.search(self.question.normal)
        flows = figure.kind in (Kind.MONEY, Kind.COUNT) and not _LEVELS.search(leading)
        if not (flows and self.year is not None) and not _ADDED_UP.search(leading) and not _GROWN.search(before):
            return False
        for other in reversed(self.lines[max(0, line.number - OPENED) : line.number + 1]):
            told = line.text[: line.clauses[head].end] if other is line else other.text[:OPENING]
            several, one = _last(_PERIOD, told), _last(_ONE_YEAR, told)
            if max(several, one) >= 0:
                return several > one
        return False

    def _is_of_another_period(self, line: Line, figure: Figure) -> bool:
        """Whether a result is of several years or of some months where one year is asked for, or the other way round."""
        asked, told = self.question.normal, line.text[: figure.start]
        if line.standing is Standing.PLANNED:
            ahead = self.year is not None and self.year == self.report.year and not _YEARS_AHEAD.search(asked)
            return ahead and _last(_YEARS_AHEAD, told) > _last(_THIS_YEAR, told)
        if self.year is not None and self.year in line.outsets:
            return False
        if BY_HOW_MUCH.search(asked):  # 比2020年增加了几天
            return False
        months = max(_last(_MONTHS, told, told.rfind("；") + 1), _last(_MONTHS, told[: line.clauses[0].end]))
        if months > _last(_WHOLE_YEAR, told) and not _MONTHS_ASKED.search(asked):
            return True
        several = _last(_SEVERAL_YEARS, told) > _last(_ONE_YEAR, told)
        timed = self.question.year is not None or self.question.shift is not None
        if SEVERAL_YEARS_ASKED.search(asked) and not timed:
            return not several and bool(_ONE_YEAR.search(told)) and not _SUMS_UP.search(told)
        before = line.text[line.clauses[line.clause_at(figure.start)].start : figure.start]
        return several and timed and not (_STANDS.search(before) and not _SUMMED_UP.search(before))


def _last(pattern: re.Pattern[str], text: str, start: int = 0) -> int:
    """Where the last match of a pattern ends, -1 without one."""
    return max((match.end() for match in pattern.finditer(text, start)), default=-1)


def _from(year: int) -> tuple[str, ...]:
    """How a figure of an earlier year is led to: 由2015年的59.8亿元增加到86.4亿元."""
    return tuple(f"{word}{year}年{of}" for word in "由从" for of in ("", "的", "末的", "底的"))
