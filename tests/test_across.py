import pytest

from bot.across import amount, is_meant, sweep_of


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
