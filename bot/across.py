"""Questions that go through several reports: who mentions a thing, whose figure is the highest, which of two is higher.

Figures are ordered by their parsed value with units made alike, and never shown but in their own words.
Knows questions, nothing of libraries.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.mention import LEVELS, mention_of
from bot.places import NATION, is_province
from bot.question import Question
from index.chinese import evened, value_of
from index.figures import Kind, figures

_WHOSE = f"(?P<level>{LEVELS})"
_WHICH = f"(?:(?:有|都有|是|在)?(?:哪些|哪几个|哪几份|哪几|哪一?个|哪一?份|哪一?){_WHOSE}|(?P<who>都有谁|谁|哪里))"
_EXCEPT = re.compile(
    "(?:^|[,，]|(?<=[省市份家方区些谁]))(?:除开|除去|除了|除|不算)(?P<without>[^,，]{2,12}?)(?:之外|以外|外)?(?:[,，]|$|(?=还有|有|哪|谁|提|写|说|讲|谈))(?:还有)?"
)
_AGAIN = re.compile(
    f"^(?:那么?|那)?(?:都|还)有(?:没有)?(?:别|其他|其它|哪些|哪几个|谁|另外)(?:的)?(?:{LEVELS})?(?:也|还)*(?:提|写|说|讲)?(?:到|过|了)*[吗呢]?[?？]*$"
)
_LISTED = re.compile("[,，?？](?:请|都|全部?|一一)*(?:列|说|数)(?:出|一)?(?:来|下)?(?:看看)?$")
_BOUND = "(?P<how>定在|定为|定的是|设在|设为|是|为|等于|达到了?|超过了?|高于|大于|不低于|低于|小于|不到|不足|在)了?(?P<figure>\\d[\\d.]*(?:%|％|[万亿]*[\u4e00-\u9fff]{0,3}?))(?P<side>以上|以下|以内|左右)?"
_SET = re.compile(
    f"{_WHICH}(?:把|将|的)?(?P<what>.{{2,24}}?){_BOUND}(?:的|吗|呢)*$"
)  # 哪几个省把今年的增长目标定在5.5%左右
_SET_BY = re.compile(
    f"^(?:把|将)?(?P<what>.{{2,24}}?){_BOUND}的(?P<of>{LEVELS})?(?:都|一共)?(?:有|是)(?:{_WHICH}|哪些|哪几个|哪几家)$"
)  # 目标定在5.5%的是哪几个省
_MOST = "(?:最(?![高低](?:工资|生活|限价|消费))|(?=倒数第一|垫底|末位|领跑|居首|榜首|排第一|第一))(?P<how>高|大|多|快|低|小|少|慢|倒数第一|垫底|末位|领跑|居首|榜首|排第一|第一)"
_HIGHEST = frozenset("高大多快") | {"领跑", "居首", "榜首", "排第一", "第一"}
_EXTREME = re.compile(
    f"(?:哪一?个|哪些|哪){_WHOSE}.{{0,24}}?{_MOST}|(?P<who>谁)(?:的)?.{{1,24}}?{_MOST.replace('how', 'far')}"
)
_EXTREME_FIRST = re.compile(  # 今年就业目标最高的是哪个省
    f"^(?P<what>.{{1,24}}?)(?:定得|是|的)?{_MOST}的?{_WHOSE.replace('level', 'kind')}?(?:是|属)?(?:哪|谁)"
)
_AMONG = re.compile(  # 你手里这15个省区市，
    "^(?P<lead>[^,，哪有]{0,6}?)(?:(?:在)?(?:这些?|各|全部|所有|几个?|(?<!\\d)\\d{1,2}个?|十[一二三四五六七八九]?个?)){1,3}"
    f"(?P<among>{LEVELS})(?:份|里|中|里面|当中|的|,|，)*"
)
_SCALES = {
    "万亿": 1e12,
    "千亿": 1e11,
    "百亿": 1e10,
    "亿": 1e8,
    "千万": 1e7,
    "百万": 1e6,
    "万": 1e4,
    "千": 1e3,
    "百": 1e2,
}
_SCALED = re.compile(
    r"[\d.,]+(?:多|余)?(万亿|千亿|百亿|亿|千万|百万|万|千|百)?|[一二两三四五六七八九十百千]+(?:多|余)?(万亿|亿|万)"
)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A question to every report: what is looked for, at which level, in which order (0 where it is only mentioned)."""

    text: str
    level: str
    order: int
    others: tuple[str, ...] = ()  # other names of what is looked for, or other things of which any will do
    shorter: tuple[str, ...] = ()  # names that are good only where they are rare
    exact: bool = False  # only by its names
    without: str = ""  # what names the places that are left out
    least: tuple[float, str] | None = None  # only figures of this unit that are at least so large,
    most: tuple[float, str] | None = None  # and at most
    strict: bool = False  # beyond these, not at them


def sweep_of(text: str) -> Sweep | None:
    """The sweep a question asks for; None for a question to one report."""
    plain = re.sub(r"[\s？?。！!]+$", "", text)
    plain = re.sub(r"[\s？?。！!]+$", "", _LISTED.sub("", plain))
    without = ""
    if match := _EXCEPT.search(plain):
        without, plain = match["without"], f"{plain[: match.start()]},{plain[match.end() :]}".strip(",")
    found = _sweep_of(plain)
    return replace(found, without=without) if found else None


def continues(text: str) -> bool:
    """Whether a question asks who else, of what was asked before."""
    return bool(_AGAIN.match(text))


def _sweep_of(plain: str) -> Sweep | None:
    among = _AMONG.match(plain)
    bare = f"{among['lead'] if '年' in among['lead'] else ''}{plain[among.end() :]}" if among else plain
    for pattern in (_SET, _SET_BY):
        if match := pattern.search(bare):
            return _bounded(match)
    level = among["among"] if among else ""
    if found := mention_of(plain) or mention_of(bare, level):
        return Sweep(found.things[0], found.level, 0, found.things[1:], found.shorter, found.exact)
    return _extreme_of(bare, level)


def _bounded(match: re.Match[str]) -> Sweep | None:
    """A sweep for the reports whose figure is one, or lies beyond one."""
    figure = amount(match["figure"])
    if figure is None:
        return None
    how, side = match["how"], match["side"]
    above = how.startswith(("超过", "高于", "大于", "不低于")) or side == "以上"
    below = how in ("低于", "小于", "不到", "不足") or side in ("以下", "以内")
    strict = how.startswith(("超过", "高于", "大于", "低于", "小于", "不到", "不足"))
    bounds = (None if below else figure, None if above else figure)
    level = match["level"] or match.groupdict().get("of") or ""
    return Sweep(match["what"], level, -1 if below else 1, least=bounds[0], most=bounds[1], strict=strict)


def _extreme_of(plain: str, level: str) -> Sweep | None:
    if match := _EXTREME.search(plain):
        how = match["how"] or match["far"]
        what = plain[: match.start()] + re.sub(f"^(?:哪一?个|哪些|哪){_WHOSE}|^谁", "", plain[match.start() :])
        what = re.sub(f"(?:定得|是|的)?{_MOST}.*$", "", what)
        level = match["level"] or level
    elif match := _EXTREME_FIRST.search(plain):
        how, what = match["how"], match["what"]
        named = re.search(f"(?:哪一?个|哪){_WHOSE}$", plain)
        level = (named and named["level"]) or match["kind"] or level
    else:
        return None
    what = what.strip("的，, ")
    return Sweep(what, level, 1 if how in _HIGHEST else -1) if what else None


LOCAL = frozenset(
    {"", "地方", "地区", "城市", "市", "区县", "县"}
)  # levels that a chat about one report means within it


def is_meant(level: str, place: str) -> bool:
    """Whether a report of a place belongs to a level: 省 leaves out the nation and counties."""
    if level in ("省份", "省市", "省区市", "省区", "省"):
        return is_province(place)
    if level in ("年份", "年度", "年", "届"):
        return place == NATION
    return level in ("报告", "份", "") or place != NATION


def amount(text: str) -> tuple[float, str] | None:
    """The first figure of a text in its plain unit: 1.2万亿元 is (1.2e12, 元); None where there is none."""
    found = [f for f in figures(text) if f.kind in (Kind.PERCENT, Kind.MONEY, Kind.COUNT)]
    best = next((f for f in found if f.kind is Kind.PERCENT), None) or (found[0] if found else None)
    if best is None:
        return None
    written = evened(text[best.start : best.end])
    scaled = _SCALED.search(written)
    falls = -1.0 if best.kind is Kind.PERCENT and re.search("下降|降低|减少|回落", text[: best.start]) else 1.0
    return falls * value_of(written) * _SCALES.get((scaled and (scaled[1] or scaled[2])) or "", 1.0), best.unit


_COMPARES = "(?:谁|哪|更|最|比.{1,12}|还是|有.{2,8}(?=[高低快慢大小多少长]吗)).{0,6}"


def wants_order(question: Question) -> int:
    """1 where the larger of several figures is asked for first, -1 the smaller, 0 where none is."""
    text = question.normal
    if re.search(f"{_COMPARES}(?:低|(?<!多)少|慢|小|短)", text) or re.search(
        "(?:谁|哪).{1,16}(?:低|(?<!多)少|慢|小|短)[呢？?]*$", text
    ):
        return -1
    more = f"{_COMPARES}(?:高|多(?!少)|快|大|(?<![省市县区])长)|(?:谁|哪).{{1,16}}(?:高|多|快|大|(?<![省市县区])长)[呢？?]*$|排个?序|排一下|排名|从高到低"
    return 1 if re.search(more, text) else 0


def within(value: tuple[float, str], sweep: Sweep) -> bool:
    """Whether a figure lies within the bounds of a sweep."""
    (number, unit), least, most = value, sweep.least, sweep.most
    bounds = [bound for bound in (least, most) if bound]
    if any(unit != bound[1] or (sweep.strict and number == bound[0]) for bound in bounds):
        return False
    return (least is None or number >= least[0]) and (most is None or number <= most[0])


def comparable(texts: Sequence[str]) -> bool:
    """Whether figures can be set side by side: no share of one against a number, or a change, of another."""
    sorts = [{sort for sort, pattern in _SORTS if pattern.search(text)} or {"number"} for text in texts]
    units = {family for text in texts if (value := amount(text)) for family in _FAMILIES if value[1] in family}
    return bool(set.intersection(*sorts)) and len(units) < 2


_FAMILIES = (  # units of one measure; a unit of none of these may stand beside any
    ("公里", "千米", "米", "海里"),
    ("吨", "公斤", "斤", "克"),
    ("家", "个", "户", "座", "处", "所", "项", "名", "人", "位", "人次"),
    ("条", "班", "列"),
    ("元", "元人民币", "块钱"),
    ("美元",),
    ("岁",),
    ("亩", "公顷", "平方公里", "平方米"),
    ("千瓦", "千瓦时", "兆瓦", "吉瓦"),
    ("年", "天", "个月", "小时"),
)
_SORTS = (
    ("points", re.compile("百分点")),
    ("share", re.compile("[%％‰]|百分之|[一二三四五六七八九十]分之")),
    ("times", re.compile("倍")),
)
