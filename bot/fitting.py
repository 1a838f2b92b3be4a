"""Which figures of a line are of the sort a question asks for: growth, share, money, a count of its unit. Pure."""

import re

from bot.line import Line
from bot.question import AREA, BY_HOW_MUCH, Ask, Question
from index.figures import Figure, Kind
from index.passages import Standing

GROWTH_BEFORE = re.compile(
    "(?:同比|比上年|较上年|年均|名义|实际|净|分别|累计|均)*(?:增长|增加|增幅|增速|涨幅|降幅|下降|上升|提高|降低|减少|改善|回落|增|降|涨|精简|压减)(?:了|约|到|至|率?达到?|率?为|幅度?为|(?:控制|稳定|保持)在)?$"
)
_LEVEL_BEFORE = re.compile("(?:提高|上升|增加|增长|增|升|下降|降低|减少|降|压减)(?:到|至)$")
_TO_WHAT = re.compile("[降升涨增提加高低]到了?(?:多少|几)")  # asks for a level
_SHARE_BEFORE = re.compile("(?:占[^，]{0,20}|比重|比例|份额|率|覆盖面|以上)[^，。]{0,6}$")
_RATE = re.compile("率(?!先|领)|比例|比重|百分|满意度|安全感|强度|几成")
_ABOVE_ASKED = re.compile(
    "比(?:全[国省市区]|[^,，。]{0,6}平均|[国省市]均|[省市]里|国家).{0,6}(?:高|低|快|慢)(?:了|出)?(?:多少|几)"
)
ABOVE = re.compile("(?:高于|低于|快于|慢于|好于|高出)[^，。；、]{1,8}$")
_RANKED = re.compile("(?:[居列]|排名?|名次|[升至到])$")  # 世界500强排名升至235位
_CHANGED = re.compile("增|减|降|升|涨|提高|多(?!少|大|长|远|高)|(?<!多)少")
_CHANGE = re.compile("精简|压减|压缩|砍|减了|减掉|(?<!多)少了|多了(?!几)|便宜|下降|降低|减少|提高|改善|回落|节约")
_FOREIGN = re.compile("美元|美金|us dollars", re.IGNORECASE)
_LENGTHS = frozenset({"公里", "千米", "米", "里", "海里", "岁", "周岁", "天"})
_AREAS = frozenset({"亩", "公顷", "平方米", "平方公里", "平方", "平方千米"})
_MEASURED = _AREAS | {
    "吨",
    "斤",
    "公斤",
    "米",
    "公里",
    "千米",
    "里",
    "天",
    "岁",
    "周岁",
    "倍",
    "度",
    "微克/立方米",
    "微克每立方米",
    "微克",
    "毫克/升",
}
_SORTS = {
    Ask.GROWTH: frozenset({Kind.PERCENT}),
    Ask.SHARE: frozenset({Kind.PERCENT}),
    Ask.MONEY: frozenset({Kind.MONEY}),
    Ask.COUNT: frozenset({Kind.COUNT, Kind.DURATION, Kind.PERCENT}),
    Ask.RANK: frozenset({Kind.ORDINAL, Kind.COUNT}),
    Ask.DATE: frozenset({Kind.DATE, Kind.DURATION}),
}  # of figures that can answer; any sort where none is given
_ALIKE = (
    frozenset("人名位") | {"人次"},
    frozenset("家户"),
    frozenset("家个"),
    frozenset("家所"),
    frozenset("个处座所"),
    frozenset({"公里", "千米", "里", "米"}),
    frozenset({"平方米", "平方公里", "平方", "平", "平米"}),
    frozenset({"亩", "公顷"}),
    frozenset("次场回届"),
    frozenset("趟次列班"),
    frozenset("件个起项条例宗"),
    frozenset("个项"),
    frozenset("条个"),
    frozenset("条艘"),
    frozenset("部台"),
    frozenset("台辆"),
    frozenset({"度", "千瓦时"}),
    frozenset("栋套座幢"),
    frozenset("盏个"),
    frozenset("块枚面"),
    frozenset("块宗处个"),
    frozenset("只支个"),
    frozenset("张个"),
    frozenset("方立方米") | {"立方米"},
    frozenset({"吨", "斤", "公斤"}),
    frozenset({"吨", "吨级"}),
    frozenset({"年", "年一遇"}),
    frozenset({"微克", "微克/立方米", "微克每立方米"}),
    frozenset("天日") | {"个工作日", "工作日"},
)


_MONEY_ASKED = re.compile(
    "(?:收入|产值|营收|利润|税收|总额|成交额|贷款|余额)(?:一共|总共|总的)?(?:是|有|达到?)?多少(?!人|户|家|个|笔)"
)
_HARVEST = re.compile(
    "产量|总产|(?:粮食?|小麦|玉米|稻谷?|苹果|柑橘|茶叶?)[^,，。]{0,4}[打收]了?多少(?!亩|钱)|(?<![投资财地])产了?多少(?!钱)|[打收]了?多少(?:粮|[万亿]?[吨斤])"
)  # told by weight, not by land
_STUFF = re.compile("多少(?:水|电|气|粮食?|油|煤)(?=[呢啊]?(?:$|[?？,，。]))")  # told by its own measure, not in money
_PAID_BACK = re.compile("(?<![申上汇])报销?(?:多少|几)")  # told as a share, or in money
_LASTING = re.compile("多久(?!以?[前后])|多长时间|多少时间$|要多少时间")
_PORTION = re.compile("占(?:比|[^，。；]{0,10})(?:达到?|为|的)?$")
_DIMENSIONS = (
    _AREAS | {"平", "平米"},
    frozenset({"吨", "斤", "公斤", "克"}),
    frozenset({"公里", "千米", "米", "里", "海里"}),
    frozenset({"人", "名", "位", "人次"}),
    frozenset({"户", "家"}),
    frozenset({"千瓦", "兆瓦", "吉瓦"}),
)
_PER_HEAD = re.compile(
    "每?一?[顿餐](?!厅|饮)|每个?(?:人|月|年|户|亩|天|平|位|名|吨)|人均|标准|单价|均价|一个月|一个人|per (?:person|month|head|capita)"
)


_AMONG = "(全[国省市]|[国省市][里内]|世界|全球)"
_AMONG_ASKED = re.compile(f"{_AMONG}(?=[、和与及]|[^,，。]{{0,6}}(?:第|前|排|居|位|首|榜|名|老几))")
_AMONG_TOLD = re.compile(f"{_AMONG}[^，。；、]{{0,4}}$")
_PLAINLY_AMONG = re.compile(f"[在于]{_AMONG}|{_AMONG}(?=第|排|居|名|老几)")  # 全市GDP排第几 may be the city's own rank
_WIDTH = {"市": 1, "省": 2, "国": 3, "世界": 4, "全球": 4}
_SIZE, _PACE = re.compile("总量|规模(?!以上)|盘子"), re.compile("增速|增幅|增长|涨幅")


def _width(among: str) -> int:
    return next(width for word, width in _WIDTH.items() if word in among)


def _ranks_alike(asked: str, leading: str) -> bool:
    """Whether a rank is among those asked about, and of the size or of the pace, as asked; `leading` is what stands before it."""
    mine, its = [_width(among) for among in _AMONG_ASKED.findall(asked)], _AMONG_TOLD.search(leading)
    if mine and its and _width(its[1]) not in mine and (max(mine) > _width(its[1]) or _PLAINLY_AMONG.search(asked)):
        return False
    for one, other in ((_SIZE, _PACE), (_PACE, _SIZE)):
        if one.search(asked) and not other.search(asked) and other.search(leading) and not one.search(leading):
            return False
    return True


_IN_HUNDREDS = re.compile("百分|几成|个点|[增涨降]幅|增速|率")
_PART_ASKED = re.compile("有多少(?:是|算|落|被|能|在|用|靠|来自|达标)|覆盖到多少")
_RATIO = re.compile(r"\d[:：∶]\d.*[:：∶]\d")  # 12∶38∶50, the shares of the three sectors
_SECTORS = re.compile("[一二三]产|服务业|三次产业|产业结构")
_RECOVERED = re.compile("恢复[到至][^，。；]*$")
_TIME_TAKEN = re.compile("时间|周期|时限|工期|期限")
_PEOPLE = re.compile("[^，。；、\\d]{0,6}?(?:群众|居民|学生|儿童|老人|老年人|职工|村民|农民|人口|患者|师生|教师|游客)")
_KEPT_WITHIN = re.compile("控制在$")
_IN_MONEY = re.compile(
    "(?:生产总值|总产值|增加值|零售总额|进出口总额|预算收入|预算支出|财政收入|财政支出|财政赤字|税收收入)$"
)


_ADDED = re.compile("(?:净?增加|净增|减少|增长|下降|多|少)(?:了|近|约|超)?$")
_THAN = re.compile("[比较][^，。；]{1,10}(?:净?增加?|减少|多|少)[了约近]?$")
_PEOPLE_ASKED = re.compile("(?:(?<!每)人|老人|孩子|学生|儿童|职工|群众|教师)(?:一共|总共|共)?(?:有|是)?多少[呢?？]*$")
_RAISED = re.compile("(?:提高|上调|涨|提升|下降|降低|回落|跌|降)(?:了|近|约|超)?$")
_INCREASE_ASKED = re.compile(
    "(?:增加|增收|减少|(?<![最大])多)了?多少|(?:提高|上调|涨|提|(?<!新)增)了?(?:多少(?:钱|元|块|工[钱资]|薪)|几块)|(?:标准|金)(?:提高|上调|涨)了?多少"
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


def _is_added(line: Line, figure: Figure, before: str) -> bool:
    """Whether a figure only tells by how much the one before it grew: 财政收入突破3万亿元，增加5232亿元."""
    number = line.clause_at(figure.start)
    head = line.clauses[line.clauses[number].head]
    if number and _THAN.search(before):  # 年末人口43.8万人，比建区之初净增21.5万人
        head = line.clauses[number - 1]
    return bool(_ADDED.search(before)) and any(
        f.kind is figure.kind and head.start <= f.start < figure.start for f in line.figures
    )


def _measured_in(unit: str) -> frozenset[str]:
    """The units that measure the same sort of thing, such as land; empty for those that count anything."""
    return next((row for row in _DIMENSIONS if unit in row), frozenset())


_GROWN_IN_SIZE = re.compile("(?:扩大|缩小|收窄|延长|缩短|比(?:上年|去年|\\d{4}年)(?:多|少|快|慢))[了约近]?$")


def _tells_change(before: str) -> bool:
    """Whether the text before a figure makes it a change (增长, 下降), not what was reached (提高到)."""
    return bool(GROWTH_BEFORE.search(before)) and not _LEVEL_BEFORE.search(before)


def is_of_sort(question: Question, line: Line, figure: Figure) -> bool:
    """Whether a figure is of a sort that can answer at all; what was added answers for growth too (新增280张)."""
    ask, changed = question.ask, _CHANGE.search(question.normal)
    clause = line.clauses[line.clause_at(figure.start)]
    if ask is Ask.SHARE and not changed and GROWTH_BEFORE.search(line.text[: figure.start]):
        return False
    if ask is Ask.AMOUNT and _TO_WHAT.search(question.normal) and _tells_change(_before(line, figure)):
        return False
    asked_in, told_in = _measured_in(question.unit), _measured_in(figure.unit)
    if ask is Ask.COUNT and asked_in and told_in and asked_in != told_in:
        return False
    if ask is Ask.GROWTH and figure.kind is Kind.PERCENT and _PORTION.search(line.text[: figure.start]):
        return False
    if ask is Ask.RANK and not _ranks_alike(question.normal, line.text[clause.start : figure.start]):
        return False
    sorts = _SORTS.get(ask)
    if ask is Ask.SHARE and _RATIO.search(line.text[figure.start : figure.end]):
        return bool(_SECTORS.search(question.normal))
    added = ask is Ask.GROWTH and re.search(
        "(?:[增减][加少]?|提高|上调|上涨)[^，。；]{0,12}$", line.text[: figure.start]
    )
    return sorts is None or figure.kind in sorts or bool(added)


def _said(question: Question) -> str:
    """A question's own words, after those it leans on where it names nothing itself: 今年的目标呢 after 上线率多少."""
    named = any(variant in question.normal.lower() for c in question.concepts for variant in c.variants)
    return question.normal if named else question.before + question.normal


def fits(question: Question, line: Line, figure: Figure) -> float:
    """How well a figure's sort is the sort asked for, 0 to 1."""
    before = _before(line, figure)
    growth = _tells_change(before)
    ask, kind = question.ask, figure.kind
    if figure.unit in ("岁", "周岁") and not re.search("岁|年龄|多大|寿命|活多", question.normal):
        return 0.0
    clause = line.clauses[line.clause_at(figure.start)]
    per_head = bool(_PER_HEAD.search(question.normal))
    part = line.text.rfind("；", 0, figure.start) + 1  # 人均可支配收入2万元，其中农村居民1.8万元
    if kind is Kind.MONEY and per_head and not _PER_HEAD.search(line.text[part : clause.end]):
        return 0.0
    asks_change = _CHANGED.search(question.normal) or BY_HOW_MUCH.search(question.normal)
    if kind in (Kind.MONEY, Kind.COUNT) and not asks_change and _is_added(line, figure, before):
        return 0.0
    if kind is Kind.MONEY and _PEOPLE_ASKED.search(question.normal):
        return 0.0
    planned = line.standing is Standing.PLANNED
    if BY_HOW_MUCH.search(question.normal) and not growth and not _GROWN_IN_SIZE.search(before):
        return 0.0
    if growth and ask is not Ask.GROWTH and _TO_WHAT.search(question.normal):
        return 0.0
    if _LASTING.search(question.normal):
        return float(kind is Kind.DURATION or figure.unit in ("天", "日"))
    if "多长" in question.normal and (kind is Kind.MONEY or (kind is Kind.COUNT and figure.unit not in _LENGTHS)):
        return 0.0
    if (figure.unit in _AREAS or kind is Kind.MONEY) and _HARVEST.search(question.normal):
        return 0.0
    if kind in (Kind.MONEY, Kind.PERCENT) and _STUFF.search(question.normal):
        return 0.0
    if _ABOVE_ASKED.search(question.normal):  # 比全国高多少 asks for the distance, not for the figure itself
        return 1.0 if kind is Kind.PERCENT and ABOVE.search(before) else 0.0
    if ask is Ask.GROWTH:
        if kind in (Kind.MONEY, Kind.COUNT) and _INCREASE_ASKED.search(question.normal):
            return 0.8 if _ADDED.search(before) or _RAISED.search(before) else 0.0
        if kind is Kind.MONEY and _RAISED.search(before) and not _IN_HUNDREDS.search(question.normal):
            return 0.6  # 今年还涨多少, of a pension
        return 1.0 if kind is Kind.PERCENT and growth else 0.0
    if _RATIO.search(line.text[figure.start : figure.end]) and _SECTORS.search(question.normal):
        return 0.9 if ask in (Ask.SHARE, Ask.AMOUNT, Ask.KEYWORD) and _SECTORS.search(line.text) else 0.0
    if ask is Ask.SHARE:
        share = bool(_SHARE_BEFORE.search(before))
        if growth and _CHANGE.search(question.normal):  # 砍掉多少比例
            return 1.0 if kind is Kind.PERCENT else 0.0
        return (
            1.0
            if kind is Kind.PERCENT and share and not growth
            else 0.5
            if kind is Kind.PERCENT and not growth
            else 0.0
        )
    if ask is Ask.MONEY:
        if _INCREASE_ASKED.search(question.normal) and not (_ADDED.search(before) or _RAISED.search(before)):
            return 0.0
        foreign = bool(_FOREIGN.search(question.normal))
        return 1.0 if kind is Kind.MONEY and (not foreign or figure.unit == "美元") else 0.0
    if ask is Ask.RANK:
        ranked = kind is Kind.ORDINAL or (figure.unit in ("位", "名") and _RANKED.search(before))
        return float(bool(ranked) and _ranks_alike(question.normal, line.text[clause.start : figure.start]))
    if ask is Ask.DATE:
        return 1.0 if kind is Kind.DATE else 0.0
    rate = bool(_RATE.search(_said(question))) or any(_RATE.search(c.text) for c in question.concepts)
    if ask is Ask.COUNT and question.unit:
        if kind is Kind.MONEY or (kind is Kind.PERCENT and question.unit not in ("个百分点", "成")):
            return 0.0
        if question.unit == AREA:
            return float(figure.unit in _AREAS)
        if not figure.unit and question.unit in ("人", "名", "位") and _PEOPLE.match(line.text, figure.end):
            return 0.8  # 1.8万海岛群众
        if question.unit == figure.unit:
            return 1.0 if kind is not Kind.ORDINAL else 0.3
        if kind is Kind.ORDINAL and re.search("倒数|前(?:多少|几)|后(?:多少|几)|排", question.normal):
            return 0.9
        if question.unit == "届" or kind is Kind.ORDINAL:
            return 0.8 if question.unit == "届" and kind is Kind.ORDINAL else 0.0
        if question.unit == "个" and kind is Kind.COUNT and figure.unit not in _MEASURED:
            return 0.8  # people say 几个 of anything that can be counted
        return 0.9 if any({question.unit, figure.unit} <= row for row in _ALIKE) else 0.0
    if kind is Kind.DURATION and _TIME_TAKEN.search(question.normal):
        return 1.0
    if kind in (Kind.ORDINAL, Kind.DATE, Kind.DURATION):
        return 0.0
    if kind is Kind.PERCENT:
        if rate and not growth:
            return 1.0
        if growth and (planned or _CHANGE.search(question.normal) or BY_HOW_MUCH.search(question.normal)):
            return 0.9
        if "恢复到" in question.normal and _RECOVERED.search(before):
            return 0.9
        if _KEPT_WITHIN.search(before) or _PAID_BACK.search(question.normal):
            return 0.9
        if _PART_ASKED.search(question.normal) and not growth and _SHARE_BEFORE.search(before):
            return 0.5  # 有多少算优良的
        return 0.25 if ask is Ask.KEYWORD and not growth else 0.0
    if rate:
        return 0.0
    if ask is Ask.COUNT:
        return 1.0 if kind is Kind.COUNT else 0.0
    if kind is Kind.COUNT and _MONEY_ASKED.search(question.normal):
        return 0.0
    things = [c for c in question.concepts if c.weight >= 1]
    if kind is Kind.COUNT and things and any(_IN_MONEY.search(variant) for variant in things[-1].variants):
        return 0.0
    return 1.0
