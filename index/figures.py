"""Figures in a cleaned text: number, unit, qualifier and what sort of quantity it is.

A figure is kept whole: 约3万亩, 7%左右, 97微克/立方米. Years, dates and set phrases in quotation marks (“四个自信”)
are not figures. Knows nothing of indicators or questions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from index.chinese import evened, value_of


class Kind(StrEnum):
    """What sort of quantity a figure is."""

    PERCENT = "percent"
    MONEY = "money"
    COUNT = "count"
    ORDINAL = "ordinal"
    DATE = "date"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at `text[start:end]`; `value` in the unit's own size (218.48 for 218.48亿元)."""

    start: int
    end: int
    value: float
    unit: str
    kind: Kind


_ARABIC = r"\d+(?:,\d{3})*(?:[.．]\d+)?"
_HAN = "[一二两三四五六七八九十百千零〇]+"
_MIXED = r"\d+[万亿](?:\d+(?=[千百万])|\d{3,4}(?![\d.,%％]))"  # 2万5千公里, 6亿5千万千瓦, 1万2000人
_RANGE = f"(?:{_MIXED}|{_ARABIC}(?:[-—–－~～至到]{_ARABIC})?)"
_SCALE = "(?:万亿|(?:[十百万亿]|千(?![瓦克米卡伏]))+)"
_ABOUT = f"(?:{_SCALE})?(?:多|余|来)?(?:{_SCALE})?"  # 3万余, 1100多万
_MONEY = "(?:美元|欧元|港元|元|块钱|元人民币)"
_MEASURES = (
    "微克/立方米|微克每立方米|微克|毫克/升|平方公里|平方千米|平方米|立方米|公里/小时|千瓦时|千瓦|兆瓦|吉瓦|标准煤|公顷|公里|千米|公斤|"
    "海里|英里|毫米|厘米|小时|分钟|人次|车次|架次|辆次|人天|台套|台（套）|个工作日|工作日|个月|个百分点|百分点|吨|斤|亩|米|户|人|名|位|家|个|处|座|所|条|项|件|起|场|次|"
    "天|岁|张|盏|套|栋|幢|辆|台|部|只|头|株|棵|批|期|种|类|层|级|倍|度|方|册|篇|片|门|首|款|例|宗|笔|对|支|艘|列|班|间|"
    "村|县|市|省|乡|镇|国|桥|馆|校|院|片区|社区|厂|箱|重量箱|艘次|班次|标准箱|标箱|TEU|人份|剂|亿次|颗|枚|周岁|周年|"
    "组|趟|份|席|尾|羽|延米|桶|瓶|马力|卷|幅|场次|批次|户次|件次|头只|"
    "年一遇(?!到)|吨级|载重吨|总吨(?!位)|立方米每秒|千伏|代|步|轮|成|分|克|升|袋|碗|口|眼|根|面|排|道|圈|环|里|世纪|年"
)
_MEASURES = "|".join(sorted(_MEASURES.split("|"), key=len, reverse=True))  # 艘次 before 艘
_AFTER = "(?:左右|以上|以下|以内|以外|之内|上下|余|多)"
_BEFORE = "(?:(?<![签节大契])约|近|超过|超|突破|逾|不低于|不少于|不超过|至少|接近|不到|每年)"
_WITHIN = "(?:[底末份]|初(?!步)|[上中下]旬)"
_UNTIL = "(?:之前|以前|前)(?![后期几夕瞻沿景列所半\\d二两三四五六七八九十]|一(?!次))"  # 6月底前, but not 6月前10天
_PATTERN = re.compile(
    rf"(?P<percent>(?:{_ARABIC}(?:%|％)?[-—–－~～至到])?{_ARABIC}(?:%|％|‰)(?:{_AFTER})?|百分之(?:{_HAN}(?:点{_HAN})?|{_ARABIC})(?:{_AFTER})?|(?:{_HAN}|\d+)分之(?:{_HAN}|\d+)(?:{_AFTER})?)"
    rf"|(?P<year>(?:(?:19|20)\d\d年(?:[底末]|初(?!步)|[上下]半年|[春夏秋冬]季|[一二三四]季度|(?:主?汛期?|春节|国庆节?|元旦|高考|[采供]暖[季期]?|秋季开学)(?=前)|\d{{1,2}}月(?:\d{{1,2}}日|{_WITHIN})?)?|\d{{1,2}}月\d{{1,2}}日|\d{{1,2}}月{_WITHIN}?|每[月年]\d{{1,2}}[日号])(?:{_UNTIL})?)"
    rf"|(?P<ordinal>第(?:{_HAN}|\d+)(?:位|名|届|次|批|轮|期|个|家|条|大|座|方阵|(?![\u4e00-\u9fff]))|(?:前|后)(?:{_HAN}|\d+)(?:位|名|强)|(?<=[居列占国省市区])首位(?![度产])|榜首)"
    rf"|(?P<money>(?:{_RANGE}){_ABOUT}{_MONEY}(?:{_AFTER})?|{_HAN}{_SCALE}?(?:多|余)?{_MONEY}(?:{_AFTER})?)"
    rf"|(?P<ratio>(?<![\d:：.])(?:(?<=[为是至到从由达比例的])\d+(?:[.．]\d+)?(?:[:：∶]\d+(?:[.．]\d+)?){{2}}|\d+[.．]\d+[:：∶]\d+(?:[.．]\d+)?|\d+[:：∶]1|1[:：∶]\d+)(?![\d:：.]))"
    r"|(?P<roman>(?:劣|准)?[Ⅰ-Ⅴ](?:[-—–－~～至到和、][Ⅰ-Ⅴ])?(?P<romanunit>类|级)(?:及?以[上下])?)"
    r"|(?P<clock>\d+小时\d+分钟?)"
    rf"|(?P<count>(?:{_RANGE}){_ABOUT}(?P<unit>{_MEASURES})?(?:{_AFTER})?)"
    rf"|(?P<han>{_HAN}{_SCALE}?(?:多|余)?(?P<hanunit>{_MEASURES})(?:{_AFTER})?)"
)
_ROMAN = "〇ⅠⅡⅢⅣⅤ"  # classes of water
_SET_PHRASE = re.compile("[“「『《][^”」』》]{1,20}[”」』》]")
_NOT_AFTER = re.compile(r"[A-Za-z.+“\-“]$|PM$|“?[0-9]$")
_BAD_HAN = re.compile(
    "^(?:一方|一面|一级|一批|一个|一系列|一种|一次|一带|一定|一路|一线|一点|一环|一道|一体|十分|万方|千方|百年|四方|一周|一支|一期工程|一代|一步|一年|三级|三方|一些|一村|一城|三农|一国|两国|一校|两会|三省|一城|一县|一类|一位|一名|一轮|一条|一站|一门|一项|一场|一件|一份|一席|一幅|一瓶|一卷|一桶|一尾|一组|一趟|一大|一片|一街|一排|一面|一度|一成|一点|一里|一口|一根)"
)


def figures(text: str) -> Iterator[Figure]:
    """The figures of a cleaned text, in order."""
    quoted = [m.span() for m in _SET_PHRASE.finditer(text)]
    for match in _PATTERN.finditer(text):
        start, end = match.span()
        if _NOT_AFTER.search(text[max(0, start - 2) : start]):
            continue
        if (match["han"] or match["ordinal"] or match["count"]) and any(a < start and end < b for a, b in quoted):
            continue
        if match["han"] and (_BAD_HAN.match(match["han"]) or text[start - 1 : start] == "每"):  # 每千人
            continue
        if match["count"] and not match["unit"] and not _bare_count(text, match):
            continue
        kind = _kind(match)
        prefix = re.search(rf"{_BEFORE}$", text[:start]) if kind not in (Kind.DATE, Kind.ORDINAL) else None
        unit = match["unit"] or match["hanunit"] or match["romanunit"] or ("小时" if match["clock"] else "")
        if kind is Kind.PERCENT:
            unit = "%"
        elif kind is Kind.MONEY:
            unit = re.search(f"{_MONEY}", match.group()).group()  # type: ignore[union-attr]
        value = (
            _roman(match.group())
            if match["roman"]
            else 1.0
            if match.group() in ("首位", "榜首")
            else value_of(evened(match.group()))
        )
        yield Figure(prefix.start() if prefix else start, end, value, unit, kind)


def _roman(text: str) -> float:
    """The first numeral of 劣Ⅴ类 or Ⅱ—Ⅲ类."""
    return float(next(_ROMAN.index(character) for character in text if character in _ROMAN))


def _bare_count(text: str, match: re.Match[str]) -> bool:
    """A number without a unit counts in a list that shares one (97、62微克/立方米), and as a ratio: 收入比缩小至2.93."""
    following = text[match.end() : match.end() + 1]
    ratio = re.search("[.．]", match.group()) and text[match.start() - 1 : match.start()] in tuple("至到为达是比")
    return bool(ratio) or following in "、和及" or bool(re.match(r"[\u4e00-\u9fff]", following))


def _kind(match: re.Match[str]) -> Kind:
    if match["percent"]:
        return Kind.PERCENT
    if match["year"]:
        return Kind.DATE
    if match["clock"]:
        return Kind.DURATION
    if match["ordinal"]:
        return Kind.ORDINAL
    if match["money"]:
        return Kind.MONEY
    unit = match["unit"] or match["hanunit"] or ""
    if unit == "百分点" or unit == "个百分点":
        return Kind.PERCENT
    if unit == "成":  # tenths
        return Kind.PERCENT
    return Kind.DURATION if unit in {"年", "个月", "小时", "分钟", "世纪", "个工作日", "工作日"} else Kind.COUNT
