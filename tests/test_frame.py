"""What a question sets side by side, and what it asks of each side."""

import re

import pytest

from bot.frame import Operand, operands
from bot.resolve import named_in, resolve
from tests.test_resolve import HELD as FEWER
from tests.test_resolve import entry, names

HELD = [
    entry("国2008", "全国", 2008, 2003),
    entry("国2018", "全国", 2018, 2013),
    entry("沪2026", "上海市", 2026),
    entry("粤2026", "广东省", 2026),
    entry("苏2025", "江苏省", 2025),
    entry("苏2026", "江苏省", 2026),
    entry("浙2025", "浙江省", 2025),
    entry("浙2026", "浙江省", 2026),
]


def sides(question: str) -> tuple[Operand, ...]:
    named = named_in(question, HELD)
    return operands(named.whole, named.mentions)


def thing(text: str) -> str:
    """What is asked, without 是多少 or 多少 at the end: the same question either way."""
    return re.sub("的?(?:是|有|达到)?多少$", "", text)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("拿上海跟广东比一比，研发投入强度各是多少", "研发投入强度"),
        ("上海和广东谁的研发投入强度更高", "研发投入强度"),
        ("研发投入强度，上海高还是广东高", "研发投入强度"),
        ("上海的研发投入强度比广东高吗", "研发投入强度"),
        ("上海研发投入强度有没有超过广东", "研发投入强度"),
        ("上海和广东去年粮食产量差多少", "去年粮食产量"),
        ("上海的常住人口比广东少多少", "常住人口"),
        ("广东常住人口是上海的几倍", "常住人口"),
        ("上海、广东两地去年进出口总额分别是多少", "去年进出口总额"),
        ("看看上海跟广东今年GDP增长目标一样吗", "今年GDP增长目标"),
        ("上海和广东去年出口加起来有多少", "去年出口"),
        ("去年出口，上海跟广东哪边多", "去年出口"),
        ("要是把上海和广东放一起看，城镇新增就业分别多少", "城镇新增就业"),
        ("PK一下上海和广东的专利授权量", "专利授权量"),
        ("上海和广东比，上海的地方财政收入高多少", "地方财政收入"),  # 上海 is named twice, and one side
        ("请问上海与广东的城镇调查失业率哪个更低呢？", "城镇调查失业率"),
    ],
)
def test_words_that_relate_the_sides_are_no_part_of_what_each_is_asked(question: str, asked: str) -> None:
    found = sides(question)
    assert {side.place for side in found} == {"上海市", "广东省"}
    assert {thing(side.text) for side in found} == {asked}


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("上海和广东的高新技术企业哪个多", "高新技术企业"),
        ("上海和广东的民营经济比重哪个高", "民营经济比重"),
        ("上海与广东的高速公路里程谁长", "高速公路里程"),
        ("上海和广东人均可支配收入哪个高", "人均可支配收入"),
        ("上海和广东的大学生就业人数分别多少", "大学生就业人数"),
        ("上海和广东的长江禁渔投入谁多", "长江禁渔投入"),
        ("上海和广东的外商投资企业比去年多了多少家", "外商投资企业"),
    ],
)
def test_words_that_only_look_like_relating_ones_stay(question: str, kept: str) -> None:
    found = sides(question)
    assert len(found) == 2
    assert all(kept in side.text for side in found)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("上海和广东的市场主体各有多少家", "多少家"),
        ("上海和广东的高速公路里程各有多少公里", "多少公里"),
        ("上海市长和广东省长分别叫什么", "叫什么"),
        ("上海和广东分别提出了什么目标", "什么"),
    ],
)
def test_what_is_asked_for_stays_and_is_asked_once(question: str, asked: str) -> None:
    found = sides(question)
    assert len(found) == 2
    assert all(side.text.count(asked) == 1 for side in found)
    assert all(len(re.findall("多少|什么|谁", side.text)) == 1 for side in found)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("上海的粮食产量和广东的进出口总额分别是多少", {"上海市": "粮食产量", "广东省": "进出口总额"}),
        ("上海去年粮食产量多少，广东今年GDP目标多少", {"上海市": "去年粮食产量", "广东省": "今年GDP目标"}),
        ("上海港和宁波舟山港集装箱吞吐量谁大", {"上海市": "上海港集装箱吞吐量", "浙江省": "宁波舟山港集装箱吞吐量"}),
        ("上海去年的GDP增速和广东今年的比哪个高", {"上海市": "去年的GDP增速", "广东省": "今年的GDP增速"}),
    ],
)
def test_each_side_is_asked_in_its_own_words(question: str, asked: dict[str, str]) -> None:
    assert {side.place: thing(side.text) for side in sides(question)} == asked


@pytest.mark.parametrize(
    ("question", "wanted", "asked"),
    [
        ("2008年和2018年全国GDP增长目标分别是多少", {("全国", 2008), ("全国", 2018)}, "GDP增长目标"),
        ("全国2018年的赤字率比2008年高多少", {("全国", 2018), ("全国", 2008)}, "赤字率"),
        ("从2008年到2018年，全国粮食产量增加了多少", {("全国", 2008), ("全国", 2018)}, "粮食产量"),
        ("2026年江苏和浙江的GDP目标哪个高", {("江苏省", 2026), ("浙江省", 2026)}, "GDP目标"),
        ("江苏2026年的GDP目标跟浙江2025年的比哪个高", {("江苏省", 2026), ("浙江省", 2025)}, "GDP目标"),
        (
            "江苏和浙江2025年、2026年的GDP目标分别是多少",
            {("江苏省", 2025), ("江苏省", 2026), ("浙江省", 2025), ("浙江省", 2026)},
            "GDP目标",
        ),
    ],
)
def test_years_belong_to_their_own_place_or_to_all(
    question: str, wanted: set[tuple[str, int | None]], asked: str
) -> None:
    found = sides(question)
    assert {(side.place, side.year) for side in found} == wanted
    assert {thing(side.text) for side in found} == {asked}
    assert not any(side.edition for side in found)


def test_a_report_s_own_year_is_an_edition() -> None:
    found = sides("2008年和2018年政府工作报告里的赤字率分别是多少")
    assert [(side.year, side.edition, thing(side.text)) for side in found] == [
        (2008, True, "赤字率"),
        (2018, True, "赤字率"),
    ]


@pytest.mark.parametrize(
    "question",
    [
        "江苏去年GDP多少",
        "2018年全国GDP目标",
        "江苏GDP占全国的比重",
        "江苏GDP增速比全国低多少",  # the nation is what 江苏 is measured by
        "江苏去年GDP比前年多多少",
        "今年的目标比去年高吗",
    ],
)
def test_less_than_two_sides_are_none(question: str) -> None:
    assert sides(question) == ()


def test_the_order_is_the_question_s() -> None:
    assert [side.place for side in sides("浙江、江苏和上海去年GDP各是多少")] == ["浙江省", "江苏省", "上海市"]
    assert [side.year for side in sides("全国2018年的赤字率比2008年高多少")] == [2018, 2008]


def test_sides_that_a_question_only_points_at_are_those_of_the_chat() -> None:
    held = [entry("苏2026", "江苏省", 2026), entry("浙2026", "浙江省", 2026), *HELD[:2]]
    scope = resolve("它俩谁高", ["江苏今年GDP目标", "浙江呢"], held)
    assert names(scope) == [("苏2026",), ("浙2026",)]
    assert {thing(target.text) for target in scope.targets} == {"江苏省今年GDP目标", "浙江省今年GDP目标"}
    scope = resolve("2018年比那年高吗", ["2008年全国GDP目标"], held)
    assert {name for target in scope.targets for name in target.names[:1]} == {"国2008", "国2018"}
    assert all("GDP目标" in target.text for target in scope.targets)


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("拿江苏跟浙江比一比，研发投入强度各是多少", "去年研发投入强度是多少"),
        ("江苏和浙江，谁的高铁更长？", "去年高铁多长"),
        ("江苏的城镇化率追上浙江了没有", "去年城镇化率多少"),
        ("江苏的森林覆盖率高还是浙江的高", "去年森林覆盖率多少"),
        ("江苏和浙江的森林覆盖率差距有多大？", "去年森林覆盖率多少"),
        ("江苏的小巨人企业比浙江多多少家", "去年小巨人企业多少家"),
        ("2026年财政收入目标，江苏和浙江哪个定得高", "2026年财政收入目标"),
        ("同样是沿海，江苏和浙江去年进出口分别多少", "去年进出口多少"),
        ("江苏、浙江人均预期寿命各是多少岁", "去年人均预期寿命是多少岁"),
        ("江苏去年城镇新增就业多少，浙江多少", "去年城镇新增就业多少"),
        ("江苏去年PM2.5浓度是不是超过浙江了？", "去年PM2.5浓度多少"),
        ("江苏2025年经济涨得比浙江快没有？", "2025年经济增速多少"),
        ("江苏浙江去年粮食产量排个序", "去年粮食产量多少"),
        ("江苏跟浙江的地铁，运营里程差多少", "去年地铁运营里程多少公里"),
        ("江苏的经济总量离浙江还差多少亿", "去年经济总量多少"),
        ("苏浙两省研发投入占比谁高", "去年研发投入占比多少"),
        ("江苏和浙江去年进出口总值分别是多少，哪儿更多", "去年进出口总值是多少"),
        ("今年的增长目标：江苏多少、浙江多少", "今年的经济增长目标多少"),
        ("江苏今年新建的高标准农田比浙江多吗", "今年新建的高标准农田多少"),
        ("江苏和浙江今年各打算新增多少城镇就业", "今年打算新增多少城镇就业"),
    ],
)
def test_what_is_left_of_a_comparison_is_asked_of_both(question: str, thing: str) -> None:
    targets = resolve(question, [], FEWER).targets
    assert sorted(target.names for target in targets) == [("浙2026",), ("苏2026",)]
    for target in targets:
        assert target.text.removeprefix("江苏省").removeprefix("浙江省").removeprefix("2025年").removeprefix(
            "2026年"
        ) == (thing.removeprefix("2025年").removeprefix("2026年"))


def asked(question: str, *history: str) -> list[tuple[str, str]]:
    return [(target.names[0], target.text) for target in resolve(question, history, FEWER).targets]


def test_each_side_may_have_its_own_name_for_the_thing() -> None:
    assert asked("苏州和宁波去年GDP谁高") == [("苏2026", "江苏省苏州去年GDP多少"), ("浙2026", "浙江省宁波去年GDP多少")]
    assert asked("宁波舟山港和苏州港去年集装箱吞吐量谁大") == [
        ("浙2026", "浙江省宁波舟山港去年集装箱吞吐量多少"),
        ("苏2026", "江苏省苏州港去年集装箱吞吐量多少"),
    ]


def test_a_year_belongs_to_the_side_it_stands_beside() -> None:
    assert asked("2018年国家定的失业率目标和江苏2026年定的，哪个高些") == [
        ("国2018", "全国2018年定的失业率目标"),
        ("苏2026", "江苏省2026年定的失业率目标"),
    ]
    assert asked("江苏现在的城镇化率比2018年国务院报告里说的全国水平高多少") == [
        ("苏2026", "江苏省去年城镇化率多少"),
        ("国2018", "全国城镇化率多少"),
    ]


def test_two_editions_in_any_order_are_two_reports() -> None:
    wanted = [("国2008", "GDP多少"), ("国2018", "GDP多少")]
    assert asked("全国GDP，2008年报告跟2018年报告比涨了多少？") == wanted
    assert asked("2008年和2018年两份国务院报告里，GDP是多少") == [(name, "GDP是多少") for name, _ in wanted]
    both = asked("外汇储备2008年报告说多少？2018年报告又是多少？")
    assert [(name, thing(text)) for name, text in both] == [("国2008", "外汇储备"), ("国2018", "外汇储备")]


def test_a_side_that_is_pointed_at_is_the_chats() -> None:
    assert asked("它俩谁的城镇化率高？", "江苏去年粮食产量多少", "浙江呢") == [
        ("苏2026", "江苏省去年城镇化率多少"),
        ("浙2026", "浙江省去年城镇化率多少"),
    ]
    assert asked("浙江呢？比江苏多还是少", "江苏2025年新能源汽车产量") == [
        ("浙2026", "浙江省2025年新能源汽车产量"),
        ("苏2026", "江苏省2025年新能源汽车产量"),
    ]
    assert asked("那2018年呢，比那会儿高还是低？", "2008年国务院报告里赤字率安排多少") == [
        ("国2018", "赤字率安排多少"),
        ("国2008", "赤字率安排多少"),
    ]


@pytest.mark.parametrize(
    "question", ["江苏去年GDP多少", "江苏2025年比2020年城镇化率提高多少", "江苏GDP增速比全国低多少"]
)
def test_a_question_to_one_report_has_no_sides(question: str) -> None:
    assert len(resolve(question, [], FEWER).targets) == 1


def test_no_mentions_are_no_operands() -> None:
    assert operands("江苏去年GDP", ()) == ()


@pytest.mark.parametrize(
    "question",
    [
        "2007年与2017年哪年的粮食产量多（看2008、2018年报告）",
        "2007年和2017年粮食产量分别是多少？看2008年和2018年的报告",
    ],
)
def test_editions_that_only_say_where_to_look_are_no_sides(question: str) -> None:
    found = sides(question)
    assert [(side.year, side.edition, thing(side.text)) for side in found] == [
        (2007, False, "粮食产量"),
        (2017, False, "粮食产量"),
    ]


@pytest.mark.parametrize("question", ["2018年报告里2017年GDP多少", "2008年报告里07年的GDP"])
def test_a_reports_last_year_is_no_second_side(question: str) -> None:
    assert sides(question) == ()


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("同样是沿海省份，上海和广东谁的粮食产量高", "粮食产量"),
        ("同样是粮食产量，上海和广东谁高", "粮食产量"),  # what leads is the thing itself
        ("上海和广东隔壁邻居，粮食产量谁高", "粮食产量"),
        ("上海粮食产量是广东的3倍吗", "粮食产量"),
        ("上海粮食产量有广东的两倍多吗", "粮食产量"),
        ("上海那份报告和广东那份报告里的粮食产量各是多少", "粮食产量"),
        ("上海和广东粮食产量怎么排", "粮食产量"),
        ("上海和广东粮食产量排一排", "粮食产量"),
        ("上海和广东粮食产量一个是多少一个是多少", "粮食产量"),
        ("上海和广东财政收入目标哪个定得大", "财政收入目标"),
        ("上海和广东的高速公路长还是短", "高速公路多长"),
        ("上海GDP目标和广东的目标分别是多少", "GDP目标"),  # the shorter name is the longer's
    ],
)
def test_more_words_that_relate_the_sides(question: str, asked: str) -> None:
    found = sides(question)
    assert {side.place for side in found} == {"上海市", "广东省"}
    assert {thing(side.text) for side in found} == {asked}


@pytest.mark.parametrize("question", ["", "上海和", "江苏和江苏谁的GDP高", "2008年和2008年谁高"])
def test_one_side_twice_is_no_comparison(question: str) -> None:
    assert sides(question) == ()
