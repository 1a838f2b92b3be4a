"""How well the lines of a report bear on a question: coverage, time, and what each figure is attached to.

All figures are shares, 0 to 1. Knows the question and the text, nothing of search engines or answers.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.line import Clause, Line, respective_subject
from bot.period import SEVERAL_YEARS_ASKED, Time
from bot.question import BY_HOW_MUCH, DONE, Ask, Concept, Question
from index.chinese import value_of
from index.figures import Figure, Kind
from index.lexicon import lexicon
from index.passages import Standing
from index.report import Report
from index.tokens import part_of_speech

FURTHER = 20  # characters between a thing and what a later clause tells of it
CLOSE = 14  # characters between two things that stand together
NAMED = 0.6  # strength from which on a text names a thing
UNKNOWN = 1.0001  # weight of a concept that stands nowhere in the report


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well a line covers a question's concepts; each figure is a share of their weight, 0 to 1."""

    line: float  # found in the line itself
    context: float  # found in the line, its headings or its paragraph
    missing: float  # how many things are found nowhere near
    acts: float  # how many deeds are
    absent: float  # share of both, of all that the question names


def strength(concept: Concept, text: str) -> float:
    """How well a text names a concept: 1 as typed, a little less by a synonym, a share by its parts."""
    low = _plain(text)
    best = 0.0
    for rank, variant in enumerate(concept.variants):
        if variant in low and _stands_free(variant, low):
            return 1.0 if rank == 0 else 0.95
        if len(variant) >= 3 and not variant.isascii():
            best = max(best, _overlap(variant, low) * (0.8 if rank == 0 else 0.7))
    return best


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """A text without the quotation marks that reports set around what people write without: “三公”经费."""
    return text.lower().replace("“", "").replace("”", "")


def is_trap(concept: Concept, text: str) -> bool:
    """Whether a text names a concept only inside longer words that mean something else: 出口 in 进出口."""
    low = text.lower()
    held = [variant for variant in concept.variants if variant in low]
    return bool(held) and not any(_stands_free(variant, low) for variant in held)


def _stands_free(word: str, text: str) -> bool:
    """Whether a word stands somewhere outside the longer words in which it means something else."""
    return word in _without_traps(word, text)


def _without_traps(word: str, text: str) -> str:
    """The text, as long as it was, without the longer words in which a word means something else."""
    for longer in lexicon().traps.get(word, ()):
        text = text.replace(longer, " " * len(longer))
    return text


def _overlap(word: str, text: str) -> float:
    """Share of a word's neighbouring character pairs that stand close together in the text.

    The first and the last pair must be among them: 农业增加值 is not half found in 第三产业增加值.
    """
    at = text.find(word[:2])
    while at >= 0:
        if len(word) >= 4 and any(text.find(mark + word[2:], at, at + len(word) + FURTHER) >= 0 for mark in "，、"):
            return 0.8  # 粮食播种面积62.8万亩，总产量27.3万吨
        window = text[at : at + len(word) + 6]
        if word[-2:] in window:
            pairs = [word[i : i + 2] for i in range(len(word) - 1)]
            return sum(pair in window for pair in pairs) / len(pairs)
        at = text.find(word[:2], at + 1)
    return 0.0


_FALL = re.compile("下降|下滑|降低|减少|回落|负增长|缩减|亏损|跌|降了|少了|关闭|取消")
_TOTAL = re.compile(
    "(?:目前|现在|一共|总共|累计)[^，,]{0,4}(?:建成|建了|有|开通)|总数|总共有|一共有|现有|目前有|现在(?:一?共)?有|累计有|存量|总(?:里程|长|规模|装机|人数|量|面积)"
)
_NEW = re.compile("新(?:增|建|引进|开|设|办|添|登记|注册|认定|培育|入选|获批|评|入库)|净增")
_NEEDED = tuple(  # what a question asks for that a line must tell: a remainder, a number to call, a monthly sum
    (re.compile(asked), re.compile(told))
    for asked, told in (
        (
            "剩下|剩余|其余|还剩|余下|没有?(?:解决|化解|完成|办结|建成|处理)(?:掉|完)?的|还有(?:多少|几)[^,，。]{1,8}[没未]",
            "剩|其余|余下|扫尾|收尾|现存|尚|未|没有|另|遗留|还有|[减降](?:少|低)?[到至]|下降[到至]|[合精减压](?:并|简|少|减)?[为到至成]",
        ),
        (
            "(?<!多少)(?<!多少[^,，]{2})(?<![个通])电话(?!.*[骗诈]|[说讲反投])|号码|网址|邮箱|微信号",
            "电话|号码|\\d{5}|网址|邮箱|微信号",
        ),
        ("一个月|每个?月|月均|月薪", "月"),
        ("报名|预约", "报名|预约|申请"),
        (
            "(?<!拖)欠(?:了|着|下|的)?[^,，。薪资款]{0,3}多少(?:[^,，。薪资款]{0,2}债)|还欠[^,，。薪资款]{0,3}债|背[了着]?多少债|债务余额",
            "余额|欠|负债|存量|剩",
        ),
        ("亩产|单产", "亩产|单产|每亩|/亩"),
        (
            "(?:准备|打算|计划|想要?|还?要|再|新|今年|去年|一共|公开)招(?!商|引|标|投|牌|待|呼|手|法|式|数|股|来|揽)",
            "招|引进|引才|补充|录用|[选招公]聘|聘[用请任]|选调|配备|新增",
        ),
        ("哪个(?:会议中心|会堂|礼堂|场馆|体育馆|剧院|酒店|宾馆)", "中心|会堂|礼堂|馆|剧院|酒店"),
        ("前任|上一?任(?=[区县市省镇乡]长|书记|主任)", "前任|原任|曾任"),
        (
            "平均每|(?<![\u4e00-\u9fff])每[个名位户人亩家]|一[户亩]|(?<![第统])一[台套栋棵部][^，。]{0,6}多少",
            "均|每|[一单]户|一亩|/|标准|额度|补[贴助]",
        ),
    )
)
_COUNTERS = frozenset(
    [*"栋幢辆台套架艘亩米吨件头只株棵盏所座", "公里", "平方米", "万亩"]
)  # that stand for nothing but their own things
_STOCK = re.compile("里程|装机|保有量|存量|总量|总数|余额|储量")
_NEWLY = re.compile(f"(?:{_NEW.pattern})(?!.*(?:总|达|至|累计|共|突破|超))")
_NEWLY_ASKED = re.compile(f"{_NEW.pattern}|新[装种栽投]")
_SUMMED, _SUMMED_ASKED = (
    re.compile("(?:累计|总数|总量|存量)(?:达到?|突破|为)?[了约近]?$"),
    re.compile("累计|总|[五5]年|十[一二三四五]五"),
)
_THIS_YEARS, _WHOLE_COST = re.compile("今年|年内|本年度|当年"), re.compile("总投资[约近达为]?$")
_YEARS_COST = re.compile("(?:年内|今年|年度|当年)[^，。；]{0,6}投资[约近达为]?$")
_A_DAYS = re.compile(
    "日[^，。；、]{0,4}能力[^，。；]{0,6}$|日(?:均|产|处理|供水?|加工|检测)[^，。；、]{0,6}$|每[日天][^，。；、]{0,4}$"
)
_A_DAYS_ASKED = re.compile("[日天]|能力|产能|规模|多大")
_MONTHLY = re.compile("一个月|每个?月|月均|按月")
_INCREASE = re.compile(
    "(?:比|较)(?:上年|去年|前年|同期)?[^，。；]{0,4}(?:增加|增收|多|净增|提高)[了约近超]?$|新增[了约近超]?$"
)
_AMONG_MANY = re.compile("每[百千万]名?(?:人口|老年?人|居民|常住人口|户籍人口|人)")  # a rate, no number of things
_AMONG_MANY_ASKED = re.compile("每|[千万]人|人均|平均|比例|率")
_CHANGE_ASKED = re.compile("增多|变化|变动|变了")
_CHANGE_ONLY = re.compile(
    r"(?:(?:同比|(?:比|较)(?:上年|去年|同期))[^，。；\d]{0,4}|天数|寿命|浓度)(?:增加|减少|提高|下降|上升|多|少)[了约近]?$"
)
_ASKS_ADDED = re.compile("净增|新增|多[^少大长远高，。]{0,3}(?:了|出)?(?:多少|几)|增加了?(?:多少|几)|添了?(?:多少|几)")
_ADDED_TO = re.compile("[，、](?:比上年|较上年|同比|当年|其中)?(?:净增|新增|增加|净增加|增)[了约近超]?$")
_ADDED_TOGETHER = re.compile("合计|共计|总共|一共")
_ROW = re.compile("[、和与]|以及|(?<![惠普涉波顾可不])及(?!时|早|格)")
_EVEN = re.compile("[均都各]")
_JOINT = re.compile("[、，,；;和及]")
_LEVEL = re.compile("(?:达到?|为|突破|总[额量数])[^，。；]{0,6}$")
_RISE = re.compile("增长|上升|提高|增加|增收|涨|提升|扩大|新增|多了")
LIGHT = re.compile(
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
        # the year of the report is yet to come: 2020年敲定了多少个项目 asks for what is planned as well
        loose = question.standing is Standing.ACHIEVED and self.year is not None and self.year == report.year
        self.time = Time(question, self.year, report, lines)
        self.standing = None if loose and not DONE.search(question.normal) else question.standing
        self._weight = {c: c.weight * weights.get(c.text, 1.0) for c in question.concepts}
        self._total = sum(self._weight.values()) or 1.0
        others = " ".join(v for c in question.concepts if c.weight >= 1 for v in c.variants)
        named = [(rivals, rivals.named(question.normal) or rivals.named(others)) for rivals in lexicon().rivals]
        self._rivals = [(rivals, asked) for rivals, asked in named if asked]
        self._numbered = _numbered(question.normal)
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
        absent = (missing + acts) / max(1, len(self._weight))
        return Evidence(own / self._total, context / self._total, missing, acts, absent)

    @property
    def total(self) -> float:
        """Weight of all concepts together."""
        return self._total

    def weighed(self) -> Iterator[tuple[Concept, float]]:
        """Each concept with its weight in this report."""
        yield from self._weight.items()

    def near(self, line: Line) -> list[Line]:
        """The lines of the same paragraph and section, at most two away; what announces it for one of several (三是…)."""
        low, high = max(0, line.number - 2), line.number + 3
        if _ITEM.match(line.text):
            while low and _ITEM.match(self.lines[low].text):
                low -= 1
        home = (line.sentence.paragraph, line.sentence.section)
        return [o for o in self.lines[low:high] if (o.sentence.paragraph, o.sentence.section) == home]

    # -- time --

    def time_fits(self, line: Line) -> float:
        """1 where year and standing fit what was asked, 0 where they contradict it, 0.7 where unknown."""
        asked, standing = self.year, self.standing
        fit = 1.0
        if asked is not None:
            if not line.years:
                past = self.report.year is not None and asked < self.report.year
                fit = 0.0 if past and line.standing is Standing.PLANNED else 0.7
            elif asked not in line.years:
                return 0.0
        elif standing is Standing.PLANNED and line.years and self.report.year not in line.years:
            fit = 0.7  # GDP目标 is the coming year's before the five-year plan's
        expected = "预计" in self.question.normal and "预计" in line.text  # of what is past too
        if standing is not None and line.standing is not standing and not expected:
            fit = min(fit, 0.6 if line.standing is Standing.NEITHER else 0.0)
        return fit

    def fits(self, line: Line) -> bool:
        """Whether a line can answer at all: neither year nor standing contradicts, and no thing is named by a trap."""
        if any(asked.search(self.question.normal) and not told.search(line.text) for asked, told in _NEEDED):
            return False
        if self._is_another_number(line.text):
            return False
        return self.time_fits(line) > 0 and not any(
            concept.weight >= 1 and is_trap(concept, line.text) for concept in self.question.concepts
        )

    def _is_another_number(self, text: str) -> bool:
        """Whether a text tells only of others of a numbered row than the one asked about: 2号线 where 3号线 is asked."""
        told = _numbered(text) if self._numbered else {}
        return any(told.get(kind) and not told[kind] & asked for kind, asked in self._numbered.items())

    def measures(self, line: Line, figure: Figure) -> bool:
        """Whether a figure can measure what is asked: not another subject's, another time's or a longer word's."""
        others = (self.is_anothers, self._is_of_what_follows, self._is_of_them_all, self.is_a_rivals)
        if any(is_others(line, figure) for is_others in others):
            return False
        if self._numbered and self._is_another_number(_told_with(line, line.clause_at(figure.start))):
            return False
        clause = line.clauses[line.clause_at(figure.start)]
        here, before = line.text[clause.start : clause.end], line.text[clause.start : figure.start]
        things = [c for c in self.question.concepts if c.weight >= 1]
        trapped = [c for c in things if is_trap(c, here)]
        several = self.question.values > 1  # of which this may be another's: 就业、再就业各多少人
        if trapped and not (several and any(strength(c, here) >= NAMED for c in things if c not in trapped)):
            return False
        return self._is_of_the_asked_sort(line, figure, before) and self.time.holds(line, figure)

    def is_a_rivals(self, line: Line, figure: Figure) -> bool:
        """Whether what stands beside a figure names only things that stand beside the one asked about: 铁路 where 高铁 is asked."""
        clause = line.clauses[line.clause_at(figure.start)]
        head, before = line.clauses[clause.head], line.text[clause.start : figure.start]
        behind = _JOINT.split(line.text[figure.end : clause.end])[0]
        if respective_subject(line, figure) is not None:  # 城镇、农村居民: `is_anothers` tells whose it is
            return False
        for rivals, asked in self._rivals:
            told = (
                rivals.named(behind)
                or rivals.named(line.text[_behind_the_last(line, clause, figure) : figure.start])
                or rivals.named(before)
                or rivals.named(line.text[head.start : head.end])
            )
            if told and not told & asked:
                return True
        return False

    def _is_of_the_asked_sort(self, line: Line, figure: Figure, before: str) -> bool:
        """Whether a figure is no new ones where all are asked for, no increase where its sentence tells the level, no yearly sum of months."""
        asked = self.question.normal
        clause = line.clauses[line.clause_at(figure.start)]
        told = before + line.text[figure.start : figure.end]
        wants_new = _NEW.search(self.question.before + asked)
        summed = SEVERAL_YEARS_ASKED.search(asked)  # 五年一共建了多少
        if (_TOTAL.search(asked) or _STOCK.search(asked)) and _NEWLY.search(told) and not (wants_new or summed):
            return False
        if line.text[figure.start : figure.end].endswith("百分点") and asked.endswith(
            ("率", "率是多少", "率多少", "率有多高")
        ):
            return False
        if (
            figure.kind is Kind.COUNT
            and _A_DAYS.search(before)
            and not _A_DAYS_ASKED.search(self.question.before + asked)
        ):
            return False
        if _MONTHLY.search(asked) and (
            line.text[figure.start : figure.end + 2].endswith("/年") or before.endswith("每年")
        ):
            return False
        if (
            _NEWLY_ASKED.search(asked)
            and _SUMMED.search(before)
            and not (_SUMMED_ASKED.search(asked) or _NEWLY_ASKED.search(before))
        ):
            return False
        if (
            "总投资" not in asked
            and _THIS_YEARS.search(asked)
            and _WHOLE_COST.search(before)
            and self._tells_a_years_cost(line)
        ):
            return False
        unit = self.question.unit
        if unit not in ("", figure.unit) and unit in _COUNTERS and any(f.unit == unit for f in line.figures):
            return False
        if (
            _ASKS_ADDED.search(asked)
            and not re.search("净增|新增|增加", before)
            and self._is_level_of_added(line, figure)
        ):
            return False
        whole = self.question.before + asked
        changed = any(
            pattern.search(whole) for pattern in (_RISE, _FALL, _NEW, _ASKS_ADDED, _CHANGE_ASKED, BY_HOW_MUCH)
        )
        if _CHANGE_ONLY.search(before) and self.question.ask is not Ask.GROWTH and not changed:
            return False
        if _AMONG_MANY.search(line.text[clause.start : figure.start]) and not _AMONG_MANY_ASKED.search(whole):
            return False
        if not _INCREASE.search(before) or _RISE.search(asked) or _NEW.search(asked):
            return True
        return not any(
            f.kind is figure.kind and f.start > figure.end and _LEVEL.search(line.text[figure.end : f.start])
            for f in line.figures
        )

    @staticmethod
    def _tells_a_years_cost(line: Line) -> bool:
        """Whether a line tells what is spent in a year beside what a thing costs: 总投资21亿元，年内完成投资5亿元."""
        return any(f.kind is Kind.MONEY and _YEARS_COST.search(line.text[: f.start]) for f in line.figures)

    @staticmethod
    def _is_level_of_added(line: Line, figure: Figure) -> bool:
        """Whether the next figure tells what was added to this one: 装机78万千瓦，新增20万千瓦; 新认定58家，净增42家."""
        behind = next((f for f in line.figures if f.start >= figure.end), None)
        if behind is None or (behind.kind, behind.unit) != (figure.kind, figure.unit):
            return False
        return bool(_ADDED_TO.match(line.text[figure.end : behind.start]))

    def anchor(self, line: Line, figure: Figure | None) -> float:
        """How well the question's rarest thing is named beside a figure, in its clause or the one it continues.

        A project's cost is not the cost that the next clause tells of another project.
        """
        things = [(weight, c) for c, weight in self._weight.items() if c.weight >= 1]
        if not things:
            return 0.5
        _, rarest = max(things, key=lambda pair: pair[0])
        if figure is None:
            return strength(rarest, line.text)
        return strength(rarest, _told_with(line, line.clause_at(figure.start)))

    def apart(self, line: Line, start: int, end: int) -> float:
        """Share of the things a line names that it names in other parts than a stretch of it, for a semicolon ends a part."""
        first = max(line.text.rfind(mark, 0, start) for mark in "；;") + 1
        last = min(
            (at for mark in "；;" if (at := line.text.find(mark, max(start, end - 1))) >= 0), default=len(line.text)
        )
        named = {c: w for c, w in self._weight.items() if c.weight >= 1 and strength(c, line.text) >= NAMED}
        away = [w for c, w in named.items() if strength(c, line.text[first:last]) < NAMED]
        return sum(away) / sum(named.values()) if away else 0.0

    def bypassed(self, line: Line, figure: Figure) -> float:
        """1 where a thing asked about stands with another figure of the sort and not with this one: 2.6万亩，其中甲乡0.9万亩."""
        number = line.clause_at(figure.start)
        here = _told_with(line, number)
        others = {line.clause_at(f.start) for f in line.figures if f.kind is figure.kind} - {number}
        clauses = [line.text[line.clauses[n].start : line.clauses[n].end] for n in others]
        things = [c for c in self._weight if c.weight >= 1 and strength(c, here) < NAMED] if clauses else []
        return float(any(strength(c, clause) >= 0.9 for c in things for clause in clauses))

    def conflict(self, text: str) -> float:
        """1 where the question speaks of a fall and the text of a rise only, or the other way round; of a total and of new ones only."""
        if _TOTAL.search(self.question.normal) and _NEW.search(text) and not _NEW.search(self.question.normal):
            return 1.0
        asked_fall, asked_rise = bool(_FALL.search(self.question.normal)), bool(_RISE.search(self.question.normal))
        fall, rise = bool(_FALL.search(text)), bool(_RISE.search(text))
        return float(
            (asked_fall and not asked_rise and rise and not fall)
            or (asked_rise and not asked_fall and fall and not rise)
        )

    def head(self, line: Line) -> float:
        """How well a line names the thing asked about, which a Chinese question names last: 余额 in 小微企业贷款余额."""
        things = [c for c in self._weight if c.weight >= 1]
        if not things:
            return 0.5
        return max(strength(things[-1], line.text), 0.5 * strength(things[-1], " ".join(line.headings)))

    def cohesion(self, line: Line) -> float:
        """Share of the question's neighbouring things that stand close together in a line as well; 1 for one thing."""
        things = [c for c in self._weight if c.weight >= 1]
        if len(things) < 2:
            return 1.0
        places = [[at for at, _, level in _occurrences(c, line.text, 0) if level > 0.6] for c in things]
        close = (any(abs(a - b) <= CLOSE for a in left for b in right) for left, right in pairwise(places))
        return sum(close) / (len(things) - 1)

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
        subject = LIGHT.sub("", line.text[clause.start : min(first.start, clause.end)])
        if len(subject) < 2:
            return 1.0
        covered = [False] * len(subject)
        for concept in self.question.concepts:
            for variant in concept.variants:
                at = subject.lower().find(variant)
                if at >= 0:
                    covered[at : at + len(variant)] = [True] * len(variant)
        return sum(covered) / len(subject)

    def joint(self, line: Line, figure: Figure) -> float:
        """1 where a figure is the sum over things of which the question names only some: 甲、乙共办结158件."""
        clause = line.clauses[line.clause_at(figure.start)]
        first = next((f for f in line.figures if clause.start <= f.start < clause.end), figure)
        before = line.text[clause.start : figure.start]
        if _EVEN.search(before) or (before.endswith("等") and self.counted(line, figure) >= 0.9):
            return 0.0  # 甲和乙均精简30%; 甲路、乙路等11条道路
        things = _ROW.split(line.text[clause.start : first.start].lower())
        if len(things) < 2 and _ADDED_TOGETHER.search(before) and clause.start:
            last = line.clauses[line.clause_at(clause.start - 1)]  # 甲、乙两个商场开业，面积合计34万平方米
            things = _ROW.split(line.text[last.start : last.end].lower())
        if any(part_of_speech(LIGHT.sub("", thing)[-2:]) == "v" for thing in things[:-1]):
            return 0.0  # 取消和下放416项
        if len(things) < 2 or respective_subject(line, figure) is not None:
            return 0.0
        variants = [v for c in self.question.concepts for v in c.variants if v in line.text.lower()]
        whole = [variant for variant in variants if len(variant) > 2]
        if any(all(thing[-2:] in variant or thing[:2] in variant for thing in things) for variant in whole):
            return 0.0
        rest = [LIGHT.sub("", _without(thing, variants)) for thing in things]
        named = [len(left) < len(thing) for left, thing in zip(rest, things, strict=True)]
        return float(any(named) and any(len(left) >= 2 for left in rest))

    def counted(self, line: Line, figure: Figure) -> float:
        """1 where the figure counts the thing asked to be counted, 0 where another, -1 where the line lacks the thing, 0.5 where none is named."""
        concept = next((c for c in self.question.concepts if c.text == self.question.counted), None)
        if concept is None:
            return 0.5
        after = line.text[figure.end : figure.end + 16]
        before = line.text[max(0, figure.start - 16) : figure.start]
        if strength(concept, line.text) < 0.4:
            return -1.0
        ahead = strength(concept, re.split("[，。；、]", after)[0])
        if any(figure.start - 16 <= f.start < figure.start for f in line.figures):
            return ahead  # what stands before is counted by that one
        return max(ahead, strength(concept, re.split("[，。；]", before)[-1]))

    # -- attachment of a figure to what it measures --

    def is_anothers(self, line: Line, figure: Figure) -> bool:
        """Whether the line gives this figure to another subject than the one asked about: 甲、乙分别为1、2."""
        subject = respective_subject(line, figure)
        others = [other for f in line.figures if f is not figure and (other := respective_subject(line, f))]
        if subject is None or not others:
            return False
        *_, head = self._weight or (None,)
        last = [s for f in line.figures if (s := respective_subject(line, f))][-1]
        shared = any(last.endswith(v) and last != v for v in (head.variants if head else ()))  # 黄金、铜产量
        mine, its = (head and _is_named(head, subject), head and any(_is_named(head, other) for other in others))
        if mine != its and not shared and self.question.values < 2:
            return bool(its)  # what is asked about stands last: 死亡人数 in 安全事故死亡人数
        things = [c for c in self._weight if c.weight >= 1 and not (shared and c is head)]
        own = {c for c in things if _is_named(c, subject)}
        theirs = [{c for c in things if _is_named(c, other)} for other in others]
        return any(their - own and not own - their for their in theirs)

    def _is_of_what_follows(self, line: Line, figure: Figure) -> bool:
        """Whether a cost is that of a thing named right behind it, and another is asked about: 总投资5.6亿元的甲、总投资3.2亿元的乙."""
        pattern = {Kind.MONEY: _OF_WHAT_FOLLOWS, Kind.ORDINAL: _SESSION_OF}.get(figure.kind)
        following = pattern.match(line.text, figure.end) if pattern else None
        things = [c for c in self._weight if c.weight >= 1 and strength(c, line.text) >= NAMED]
        if not following or not things:
            return False
        elsewhere = f"{line.text[: figure.start]} {line.text[following.end() :]}"
        own = [c for c in things if strength(c, following[1]) >= NAMED]
        return not own and any(strength(c, elsewhere) >= NAMED and c.text not in _COSTS for c in things)

    def _is_of_them_all(self, line: Line, figure: Figure) -> bool:
        """Whether a figure is told of a whole row and one of it is asked about: 甲、乙等10个项目供地580亩."""
        start = max(line.text.rfind(mark, 0, figure.start) for mark in "；。") + 1
        part = line.text[start : figure.start]
        rows = [row["row"] or row["three"] for row in _ROW_OF.finditer(part)]
        if not rows or _OF_ALL.search(self.question.before + self.question.normal):
            return False
        rest = _ROW_OF.sub(" ", part)
        things = [c for c in self._weight if c.weight >= 1 and strength(c, rest) < NAMED]
        return any(strength(c, row) >= NAMED for c in things for row in rows)

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


def _behind_the_last(line: Line, clause: Clause, figure: Figure) -> int:
    """Where the words between a figure and the one before it in its clause begin: PM10 in PM2.5平均浓度57、PM10平均浓度96."""
    return max((f.end for f in line.figures if clause.start <= f.start < figure.start), default=clause.start)


def _is_named(concept: Concept, subject: str) -> bool:
    """Whether a subject names a concept; the first of 城镇、农村居民收入 leaves out what the last one ends in."""
    return strength(concept, subject) >= 0.9 or any(
        v.startswith(subject) and len(subject) >= 2 for v in concept.variants
    )


_OF_WHAT_FOLLOWS = re.compile("的([\u4e00-\u9fff“”A-Za-z\\d]{4,30})(?=[、，；。])")
_SESSION_OF = re.compile("(?<=届)([\u4e00-\u9fff“”]{3,20})(?=[、，；。和与及])")
_ROW_OF = re.compile(
    "(?P<row>[^，；。]*)等\\d+[个项条处家座所](?![^，；。]{0,6}的)|(?P<three>[^，；。\\d]*、[^，；。\\d]*)[两三四五六七八九十][个项条处家座所](?![^，；。]{0,6}的)"
)
_OF_ALL = re.compile("等|[两三四五六七八九十\\d]个|[这那][些批几]|一共|总共|合计")
_COSTS = frozenset("投资 总投资 资金 项目 工程".split())
_ITEM = re.compile("[二三四五六七八九十]{1,3}是")
_NUMBERED = re.compile(
    "([0-9一二三四五六七八九十]+)(号线|号楼|号院|号井|号机组|期(?![间末]))|第([一二三四五六七八九十]+)(?![批个所座家次轮届时])[\u4e00-\u9fff]{0,4}?(中学|小学|医院|幼儿园)|(?<![A-Za-z])([A-Z])(区|座|馆|栋|标段|地块)"
)
_IN_A_ROW = re.compile("[0-9一二三四五六七八九十][、和与及至到~—-]$")


def _numbered(text: str) -> dict[str, set[float]]:
    """The numbers of what a text names by kind and number: 2号线, 二期, 第三小学."""
    found: dict[str, set[float]] = {}
    several: set[str] = set()
    for match in _NUMBERED.finditer(text):
        number, kind = match[1] or match[3] or match[5], match[2] or match[4] or match[6]
        found.setdefault(kind, set()).add(float(ord(number)) if match[5] else value_of(number))
        if _IN_A_ROW.search(text[: match.start()]) or (
            len(number) > 1 and not number.isdecimal() and "十" not in number
        ):
            several.add(kind)  # 1、2号线
    return {kind: numbers for kind, numbers in found.items() if kind not in several}


def _told_with(line: Line, number: int) -> str:
    """A clause with what it goes on from: the clause whose subject it continues, and the whole of which it tells a part."""
    clause = line.clauses[number]
    text = line.text[clause.start : clause.end]
    if clause.head != number:
        return _told_with(line, clause.head) + text
    return _told_with(line, number - 1) + text if number and text.startswith("其中") else text


def _without(text: str, words: Sequence[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return text


def _first_figure_cut(line: Line, start: int, end: int) -> str:
    return line.text[start:end]


def _occurrences(concept: Concept, text: str, offset: int) -> Iterator[tuple[int, int, float]]:
    low = text.lower()
    found = False
    for rank, variant in enumerate(concept.variants):
        free = _without_traps(variant, low)
        at = free.find(variant)
        while at >= 0:
            found = True
            yield offset + at, len(variant), 1.0 if rank == 0 else 0.95
            at = free.find(variant, at + 1)
    if not found and not is_trap(concept, low):
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
