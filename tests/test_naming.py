"""Which reports name a thing; the reports are invented."""

import pytest

from bot.line import lines_of
from bot.naming import Texts, naming
from index.report import parse_report

BODIES = {
    "甲": "大力培育海洋牧场。在中小学探索实施春秋假。举办中国国际进口博览会。全面推开营业税改征增值税。",
    "乙": "培育海洋产业。落实天价彩礼专项整治，推进移风易俗。共享单车管理更加规范，充电桩建设提速。新建5G基站3万个。",
    "丙": "发展林下经济。国产飞机AG600投入运营。火星探测任务取得成果。养老服务和托育服务扩容。成功举办亚洲冬运会。",
}


@pytest.fixture(scope="module")
def texts() -> Texts:
    lines = {
        name: lines_of(parse_report(name, f"2026年{name}省政府工作报告\n各位代表：\n一、2025年工作回顾\n{body}\n"))
        for name, body in BODIES.items()
    }
    return Texts(lines, {name: "\n".join(line.text for line in of).lower() for name, of in lines.items()})


def named(texts: Texts, *things: str) -> dict[str, str]:
    """What each report names, in its own words."""
    return {name: line.text[start:end] for name, (line, start, end) in naming(things, texts).items()}


@pytest.mark.parametrize(
    ("thing", "wanted"),
    [
        ("海洋牧场", {"甲": "海洋牧场"}),
        ("林下经济", {"丙": "林下经济"}),
        ("ag600", {"丙": "AG600"}),
        ("AG600", {"丙": "AG600"}),
        ("进博会", {"甲": "进口博览会"}),  # another name, which the lexicon knows
        ("营改增", {"甲": "营业税改征增值税"}),
        ("第五代移动通信", {"乙": "5G"}),
        ("亚冬会", {"丙": "亚洲冬运会"}),  # the full name of a short one that it does not know
    ],
)
def test_a_thing_is_named_as_typed_by_another_name_or_in_full(texts: Texts, thing: str, wanted: dict[str, str]) -> None:
    assert named(texts, thing) == wanted


@pytest.mark.parametrize(
    ("thing", "report"),
    [("中小学春秋假", "甲"), ("治理天价彩礼", "乙"), ("养老、托育服务", "丙"), ("国产AG600飞机", "丙")],
)
def test_a_thing_is_named_by_its_pieces_in_one_sentence(texts: Texts, thing: str, report: str) -> None:
    assert set(named(texts, thing)) == {report}


@pytest.mark.parametrize(
    "thing", ["火星移民", "共享充电宝", "月球基地", "共享汽车", "飞行汽车", "GDP", "！！", "的", "人", "项目"]
)
def test_what_nobody_mentions_is_named_by_none(texts: Texts, thing: str) -> None:
    assert named(texts, thing) == {}


def test_any_of_several_things_will_do(texts: Texts) -> None:
    assert named(texts, "海洋牧场", "林下经济") == {"甲": "海洋牧场", "丙": "林下经济"}
    assert named(texts, "火星移民", "林下经济") == {"丙": "林下经济"}


def test_the_first_line_that_names_it_is_given() -> None:
    lines = lines_of(parse_report("甲", "建设海洋牧场三处。\n海洋牧场增产。\n"))
    ((line, start, end),) = naming(
        ["海洋牧场"], Texts({"甲": lines}, {"甲": "建设海洋牧场三处。\n海洋牧场增产。"})
    ).values()
    assert (line.text, start, end) == ("建设海洋牧场三处。", 2, 6)


def test_no_reports_or_no_things_are_nothing(texts: Texts) -> None:
    assert naming(["海洋牧场"], Texts({}, {})) == {}
    assert naming([], texts) == {}


def test_nothing_is_named_by_nothing(texts: Texts) -> None:
    assert naming([""], texts) == {}
    assert naming([" ", "、"], texts) == {}


def test_what_is_meant_exactly_is_not_found_by_its_pieces(texts: Texts) -> None:
    assert naming(["中小学放春秋假"], texts)
    assert naming(["中小学放春秋假"], texts, exact=True) == {}


def test_a_shorter_name_counts_where_it_is_rare(texts: Texts) -> None:
    assert set(naming(["兴办林下经济"], texts, shorter=("林下经济",))) == {"丙"}
