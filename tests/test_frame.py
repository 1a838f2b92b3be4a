"""What each side of a question is asked; the questions are worked out by hand."""

import pytest

from bot.frame import operands
from bot.resolve import resolve
from tests.test_resolve import HELD

SU, ZHE, SHAAN = "江苏省", "浙江省", "陕西省"


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
        ("江苏跟浙江的地铁，运营里程差多少", "去年地铁运营里程多少"),
        ("江苏的经济总量离浙江还差多少亿", "去年经济总量多少"),
        ("苏浙两省研发投入占比谁高", "去年研发投入占比多少"),
        ("江苏和浙江去年进出口总值分别是多少，哪儿更多", "去年进出口总值是多少"),
        ("今年的增长目标：江苏多少、浙江多少", "今年的经济增长目标多少"),
        ("江苏今年新建的高标准农田比浙江多吗", "今年新建的高标准农田多少"),
        ("江苏和浙江今年各打算新增多少城镇就业", "今年打算新增多少城镇就业"),
    ],
)
def test_what_is_left_of_a_comparison_is_asked_of_both(question: str, thing: str) -> None:
    targets = resolve(question, [], HELD).targets
    assert sorted(target.names for target in targets) == [("浙2026",), ("苏2026",)]
    for target in targets:
        assert target.text.removeprefix(SU).removeprefix(ZHE).removeprefix("2025年").removeprefix("2026年") == (
            thing.removeprefix("2025年").removeprefix("2026年")
        )


def asked(question: str, *history: str) -> list[tuple[str, str]]:
    return [(target.names[0], target.text) for target in resolve(question, history, HELD).targets]


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
    assert asked("外汇储备2008年报告说多少？2018年报告又是多少？") == [
        ("国2008", "外汇储备多少"),
        ("国2018", "外汇储备是多少"),
    ]


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
    assert len(resolve(question, [], HELD).targets) == 1


def test_less_than_two_mentions_are_no_operands() -> None:
    assert operands("江苏去年GDP", ()) == ()
