import pytest

from eval.text import exact_match, f1, locate, quantities, squeeze


def test_squeeze_folds_what_two_writings_of_one_span_differ_in() -> None:
    assert squeeze("**６.９６ 亿元**\n\nＧＤＰ") == "6.96亿元gdp"


def test_locate_finds_a_piece_across_a_page_break() -> None:
    source = "完成一般公共\n\n预算收入 6.96 亿元。"
    ((start, end),) = locate(source, "一般公共预算收入6.96亿元")
    assert source[start:end] == "一般公共\n\n预算收入 6.96 亿元"
    assert locate(source, "没有") == []
    assert locate(source, " * ") == []


def test_exact_match_ignores_punctuation_and_case() -> None:
    assert exact_match("《GDP》增长。", ["gdp增长"]) == 1.0
    assert exact_match("增长7.3%", ["7.3%"]) == 0.0


@pytest.mark.parametrize(
    ("prediction", "gold", "expected"),
    [
        ("人民政府", "人民政府", 1.0),
        # 区人民政府 (5) and 人民政府 (4) share a run of 4: precision 4/5, recall 4/4
        ("区人民政府", "人民政府", 2 * 0.8 * 1.0 / 1.8),
        # the runs 学校 and 医院 are 2 each, only the longest counts: 2/5 and 2/5
        ("学校和医院", "医院与学校", 0.4),
        ("无", "有", 0.0),
    ],
)
def test_f1_is_over_the_longest_common_run(prediction: str, gold: str, expected: float) -> None:
    assert f1(prediction, [gold]) == pytest.approx(expected)


def test_a_figure_is_one_segment_of_f1() -> None:
    assert f1("218.48亿元", ["8.48亿元"]) == pytest.approx(2 / 3)  # 亿 and 元 of three segments each


def test_quantities_are_numbers_with_units() -> None:
    assert quantities("达到 6.96 亿元，增长8%") == {("6.96", "亿元"), ("8", "%")}
    assert quantities("没有数字") == set()
