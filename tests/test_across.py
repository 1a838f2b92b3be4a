import pytest

from bot.across import amount, comparable, continues, is_meant, sweep_of, wants_order, within
from bot.question import understand_alone


@pytest.mark.parametrize(
    ("question", "what", "level", "order"),
    [
        ("哪些省提到低空经济", "低空经济", "省", 0),
        ("有几个省的政府工作报告写了“人工智能+”？", "人工智能+", "省", 0),
        ("哪几份报告提到了新质生产力吗", "新质生产力", "报告", 0),
        ("哪个省GDP增长目标最高", "GDP增长目标", "省", 1),
        ("2026年哪个省的失业率目标定得最低？", "2026年的失业率目标", "省", -1),
        ("人形机器人都有哪些省提了", "人形机器人", "省", 0),
        ("养老服务分别有哪些市的报告里写到", "养老服务", "市", 0),
        ("哪些年的国务院报告提到过“互联网+”", "互联网+", "年", 0),
        ("哪个省GDP增速垫底", "GDP增速", "省", -1),
        ("哪个省GDP增速倒数第一", "GDP增速", "省", -1),
        ("谁的GDP增速领跑", "GDP增速", "", 1),
        ("这15个省区市里，粮食产量最多的是哪个", "粮食产量", "省区市", 1),
        ("这3个省里，GDP增速垫底的是哪个", "GDP增速", "省", -1),
    ],
)
def test_a_question_to_all_reports(question: str, what: str, level: str, order: int) -> None:
    sweep = sweep_of(question)
    assert sweep is not None
    assert (sweep.text, sweep.level, sweep.order) == (what, level, order)


@pytest.mark.parametrize("question", ["2020年GDP目标", "哪个镇的蟠桃最多人买", "报告提到哪些困难", "去年建了哪些学校"])
def test_a_question_to_one_report_is_none(question: str) -> None:
    assert sweep_of(question) is None


def test_levels() -> None:
    places = ["全国", "江苏省", "内蒙古自治区", "湛河区"]
    assert [place for place in places if is_meant("省", place)] == ["江苏省", "内蒙古自治区"]
    assert [place for place in places if is_meant("年份", place)] == ["全国"]
    assert [place for place in places if is_meant("地方", place)] == places[1:]


def test_amounts_in_their_plain_unit() -> None:
    assert amount("增长7%左右") == (7.0, "%")
    assert amount("下降5.6%") == (-5.6, "%")
    assert amount("1.2万亿元") == (1.2e12, "元")
    assert amount("218.48亿元，增长7.3%") == (7.3, "%")
    assert amount("没有数") is None


@pytest.mark.parametrize(
    ("question", "what", "level"),
    [
        ("低空经济在哪些省的报告里出现过", "低空经济", "省"),
        ("大熊猫国家公园写在哪个省的政府工作报告里", "大熊猫国家公园", "省"),
        ("提到大熊猫的省有哪些", "大熊猫", "省"),
        ("报告里哪些提到了港珠澳大桥", "港珠澳大桥", "报告"),
        ("谁在报告里提到了银发经济", "银发经济", ""),
        ("银发经济都有谁提到了？", "银发经济", ""),
        ("票根经济最近挺火，哪些省在搞", "票根经济", "省"),
        ("首发经济，哪几个省的报告里写到了", "首发经济", "省"),
        ("首发经济这个提法，哪几个省写进了报告", "首发经济", "省"),
        ("有几份报告谈到耐心资本", "耐心资本", "报告"),
        ("哪些地方部署了算力网建设", "算力网建设", "地方"),
        ("哪些省提到低空经济？请列出来", "低空经济", "省"),
        ("哪些省去年写了“票根经济”这个词", "票根经济", "省"),
    ],
)
def test_who_mentions_a_thing_is_asked_in_many_orders(question: str, what: str, level: str) -> None:
    sweep = sweep_of(question)
    assert sweep is not None
    assert (sweep.text, sweep.level, sweep.order) == (what, level, 0)
    assert (sweep.without, sweep.least, sweep.most) == ("", None, None)


@pytest.mark.parametrize(
    ("question", "what", "without", "order"),
    [
        ("除了江苏，还有哪些省提到低空经济", "低空经济", "江苏", 0),
        ("除江苏以外，哪些省提到低空经济", "低空经济", "江苏", 0),
        ("除了江苏和浙江之外，还有谁提到低空经济", "低空经济", "江苏和浙江", 0),
        ("除开江苏，人形机器人都有哪些省提了", "人形机器人", "江苏", 0),
        ("不算江苏，GDP增长目标最高的是哪个省", "GDP增长目标", "江苏", 1),
        ("除了江苏，哪个省GDP增速最低", "GDP增速", "江苏", -1),
    ],
)
def test_places_that_are_left_out(question: str, what: str, without: str, order: int) -> None:
    sweep = sweep_of(question)
    assert sweep is not None
    assert (sweep.text, sweep.without, sweep.order) == (what, without, order)


@pytest.mark.parametrize(
    ("question", "what", "inside", "outside"),
    [
        ("哪几个省把GDP目标定在5.5%左右", "GDP目标", [(5.5, "%")], [(5.0, "%"), (6.0, "%"), (5.5, "元")]),
        ("哪些省的GDP目标是5%", "GDP目标", [(5.0, "%")], [(4.5, "%"), (5.5, "%")]),
        ("哪些省GDP目标在5%以上", "GDP目标", [(5.0, "%"), (5.5, "%")], [(4.9, "%")]),
        ("哪些省GDP目标不低于5%", "GDP目标", [(5.0, "%"), (5.5, "%")], [(4.9, "%")]),
        ("哪些省GDP目标低于5%", "GDP目标", [(4.5, "%")], [(5.5, "%")]),
        ("哪些省去年GDP超过5万亿元", "去年GDP", [(5.1e12, "元"), (1.4e13, "元")], [(4.9e12, "元"), (6.0, "%")]),
        ("哪个省的GDP不到1万亿元", "GDP", [(9e11, "元")], [(1.1e12, "元")]),
        ("哪几个省GDP目标超过5%", "GDP目标", [(5.5, "%")], [(4.5, "%")]),
    ],
)
def test_reports_whose_figure_lies_within_bounds(
    question: str, what: str, inside: list[tuple[float, str]], outside: list[tuple[float, str]]
) -> None:
    sweep = sweep_of(question)
    assert sweep is not None
    assert (sweep.text, sweep.level) == (what, "省")
    assert all(within(value, sweep) for value in inside)
    assert not any(within(value, sweep) for value in outside)


@pytest.mark.parametrize("how", ["超过", "高于", "低于", "不到"])
def test_a_figure_at_the_bound_is_not_beyond_it(how: str) -> None:
    sweep = sweep_of(f"哪几个省GDP目标{how}5%")
    assert sweep is not None
    assert not within((5.0, "%"), sweep)


def test_without_bounds_every_figure_is_within() -> None:
    sweep = sweep_of("哪个省GDP增长目标最高")
    assert sweep is not None
    assert within((5.0, "%"), sweep)
    assert within((1e12, "元"), sweep)


@pytest.mark.parametrize(
    ("texts", "alike"),
    [
        (["增长5%左右", "增长5.5%左右"], True),
        (["80万辆", "1200辆"], True),
        (["占三分之二", "占66%"], True),
        (["百分之五", "5%"], True),
        (["增长1.5倍", "增长3倍"], True),
        (["提高0.5个百分点", "提高1.2个百分点"], True),
        (["占全国的35%", "80万辆"], False),
        (["三分之二", "80万辆"], False),
        (["增长30%", "增长2倍"], False),
        (["提高0.5个百分点", "35%"], False),
        (["增长5%", "增长6%", "80万辆"], False),
    ],
)
def test_only_figures_of_one_sort_are_set_side_by_side(texts: list[str], alike: bool) -> None:
    assert comparable(texts) is alike
    assert comparable(texts[::-1]) is alike


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("公路总里程2万5千公里", 25_000, "公里"),
        ("装机达到6亿5千万千瓦", 6.5e8, "千瓦"),
        ("帮扶1万2千多户", 12_000, "户"),
        ("占三分之二", 200 / 3, "%"),
        ("下降三分之一", -100 / 3, "%"),
        ("百分之十四点二", 14.2, "%"),
        ("1.06亿人", 1.06e8, "人"),
        ("超过1.52万亿美元", 1.52e12, "美元"),
        ("10多万户", 1e5, "户"),
        ("约3万亩", 3e4, "亩"),
    ],
)
def test_an_amount_counts_every_scale(text: str, value: float, unit: str) -> None:
    found = amount(text)
    assert found is not None
    assert found == (pytest.approx(value, rel=1e-3), unit)


@pytest.mark.parametrize(("text", "wanted"), [("三千万人", (3e7, "人")), ("两万亿元", (2e12, "元"))])
def test_a_numeral_has_its_scale_as_well(text: str, wanted: tuple[float, str]) -> None:
    assert amount(text) == wanted


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("江苏和浙江谁的GDP目标高", 1),
        ("江苏和浙江哪个失业率低", -1),
        ("江苏和浙江谁的高速公路长", 1),
        ("江苏和浙江的GDP各是多少", 0),
        ("江苏省长和浙江省长分别是谁", 0),
        ("江苏、浙江去年GDP从高到低排个序", 1),
    ],
)
def test_which_end_is_asked_for_first(question: str, order: int) -> None:
    assert wants_order(understand_alone(question)) == order


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("哪些省提到“海洋牧场”和“林下经济”", ("海洋牧场", "林下经济")),
        ("海洋牧场哪几家写了", ("海洋牧场",)),
        ("除了江苏，提到海洋牧场的还有哪些省", ("海洋牧场",)),
    ],
)
def test_what_is_looked_for_goes_by_all_its_names(question: str, things: tuple[str, ...]) -> None:
    sweep = sweep_of(question)
    assert sweep is not None
    assert ((sweep.text, *sweep.others), sweep.order) == (things, 0)


@pytest.mark.parametrize(
    ("question", "without"),
    [("不算2008年，哪些年的报告提到海洋牧场", "2008年"), ("除了江苏还有哪些省提到海洋牧场", "江苏")],
)
def test_what_is_left_out_may_be_a_year_or_come_without_a_comma(question: str, without: str) -> None:
    sweep = sweep_of(question)
    assert sweep is not None
    assert (sweep.text, sweep.without) == ("海洋牧场", without)


def test_the_bound_may_stand_before_who_is_asked() -> None:
    sweep = sweep_of("GDP目标定在5.5%以上的是哪几个省")
    assert sweep is not None
    assert (sweep.text, sweep.level, sweep.least, sweep.most) == ("GDP目标", "省", (5.5, "%"), None)
    assert sweep_of("除了江苏，GDP目标") is None


@pytest.mark.parametrize("question", ["还有谁", "那还有哪些省？", "还有别的省提到吗", "还有没有别的", "都有谁"])
def test_who_else_continues_the_chat(question: str) -> None:
    assert continues(question)


@pytest.mark.parametrize("question", ["", "还有多少", "还有钱吗", "还有谁提到海洋牧场", "那浙江呢", "谁"])
def test_a_question_with_a_thing_of_its_own_continues_nothing(question: str) -> None:
    assert not continues(question)


@pytest.mark.parametrize(
    ("question", "what", "level", "without"),
    [
        ("几个省提到海洋牧场", "海洋牧场", "省", ""),
        ("海洋牧场在几份报告里出现", "海洋牧场", "报告", ""),
        ("这3个省里哪些提到海洋牧场", "海洋牧场", "省", ""),
        ("哪些省提到海洋牧场，除了江苏", "海洋牧场", "省", "江苏"),
        ("各省报告里写到的海洋牧场有哪些", "海洋牧场", "省", ""),
    ],
)
def test_who_is_asked_with_the_reports_told_or_left_out(question: str, what: str, level: str, without: str) -> None:
    sweep = sweep_of(question)
    assert sweep is not None
    assert (sweep.text, sweep.level, sweep.without, sweep.order) == (what, level, without, 0)


def test_a_bound_may_stand_before_who() -> None:
    sweep = sweep_of("GDP目标在5%以上的省有哪些")
    assert sweep is not None
    assert (sweep.text, sweep.level, sweep.least) == ("GDP目标", "省", (5.0, "%"))


def test_the_lowest_wage_is_no_lowest_figure() -> None:
    assert sweep_of("哪些省提高了最低工资") is None
