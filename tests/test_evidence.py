import pytest

from bot.evidence import Reading, is_trap
from bot.line import lines_of
from bot.question import Concept, understand_alone
from index.figures import Kind
from index.report import parse_report

FRONT = "2026年甲县政府工作报告\n各位代表：\n"
FIVE_YEARS = """一、过去五年工作回顾
五年来，各项事业取得成就。接待游客500万人次，新增就业40万人，培训职工9万人。
2025年，各项工作取得成效。新增就业8万人，粮食产量70万吨。
粮食产量累计320万吨。
"""


def reading(question: str, body: str) -> Reading:
    report = parse_report("2026年甲县政府工作报告.txt", FRONT + body)
    return Reading(understand_alone(question), report, lines_of(report), {})


def measured(question: str, body: str) -> list[str]:
    """The figures of a report, dates and spans of time aside, that can measure what is asked."""
    asked = reading(question, body)
    return [
        line.text[figure.start : figure.end]
        for line in asked.lines
        if asked.fits(line)
        for figure in line.figures
        if figure.kind in (Kind.COUNT, Kind.MONEY) and asked.measures(line, figure)
    ]


def test_a_word_inside_a_longer_one_that_means_something_else_is_a_trap() -> None:
    exports = Concept(("出口",), 1.0)
    assert is_trap(exports, "进出口总额1.85亿元")
    assert not is_trap(exports, "进出口总额1.85亿元，其中出口1.2亿元")
    assert not is_trap(exports, "完成固定资产投资42.8亿元")


def test_a_plan_does_not_answer_for_a_past_year() -> None:
    assert measured("2025年新建学校几所", "各项工作\n力争新建学校5所。\n") == []
    assert measured("2026年新建学校几所", "各项工作\n力争新建学校5所。\n") == ["5所"]
    assert measured("2025年新建学校几所", "各项工作\n新建学校5所。\n") == ["5所"]


@pytest.mark.parametrize("question", ["2025年新增就业多少人", "去年培训职工多少人", "2025年粮食产量多少"])
def test_a_sum_of_five_years_does_not_answer_for_one(question: str) -> None:
    assert measured(question, FIVE_YEARS) == ["8万人", "70万吨"]  # of what 2025 opens


def test_a_sum_of_five_years_answers_for_all_five() -> None:
    everything = ["500万人次", "40万人", "9万人", "8万人", "70万吨", "320万吨"]
    assert measured("五年新增就业多少人", FIVE_YEARS) == everything
    assert measured("2025年新增就业多少人", FIVE_YEARS) != everything


@pytest.mark.parametrize("question", ["高速公路总里程多少", "电站总装机多少", "果园总面积多少亩"])
def test_what_is_new_is_no_total(question: str) -> None:
    asked = reading(question, "各项工作\n新建高速公路20公里。\n")
    assert asked.conflict("新建高速公路20公里") == 1
    assert asked.conflict("高速公路达到300公里") == 0
