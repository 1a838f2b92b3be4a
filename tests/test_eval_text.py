import pytest

from eval.text import exact_match, f1, locate, quantities, segments, squeeze, unbroken


def test_squeeze_folds_what_two_writings_of_one_span_differ_in() -> None:
    assert squeeze("**６.９６ 亿元**\n\nＧＤＰ") == "6.96亿元gdp"


def test_locate_finds_a_piece_across_a_page_break() -> None:
    source = "完成一般公共\n\n预算收入 6.96 亿元。"
    ((start, end),) = locate(source, "一般公共预算收入6.96亿元")
    assert source[start:end] == "一般公共\n\n预算收入 6.96 亿元"
    assert locate(source, "没有") == []
    assert locate(source, " * ") == []


def test_a_piece_copied_across_a_page_break_is_unbroken_but_otherwise_as_it_was() -> None:
    assert unbroken("**预算收入\n\n ６.96 亿元，ＧＤＰ**") == "预算收入６.96亿元，ＧＤＰ"


@pytest.mark.parametrize(
    ("prediction", "gold", "same"),
    [
        ("《GDP》增长。", "gdp增长", True),  # dropped: 《》。; case
        ("光荣和ω-force", "光荣和ωforce", True),  # dropped: the hyphen, inside too
        ("一、二、三", "一二三", True),
        (" 6738人\n", "6738人", True),  # outer white space only
        ("6738 人", "6738人", False),
        ("增长7.3%", "7.3%", False),
        ("7.3%", "7.3", False),  # % is not among the dropped
        ("7.3", "73", False),  # nor is the full stop
        ("3,219", "3219", False),  # nor a half-width comma
        ("3，219", "3219", True),  # but the Chinese one is
        ("（一）", "一", True),  # Chinese brackets are dropped
        ("(一)", "一", False),  # others are not
        ("一—二", "一二", False),  # nor is a dash
        ("", "", True),
        ("", "。", True),  # nothing is left of either
        ("", "无", False),
    ],
)
def test_exact_match_drops_what_the_official_script_drops_and_nothing_else(
    prediction: str, gold: str, same: bool
) -> None:
    assert exact_match(prediction, [gold]) == float(same)
    assert exact_match(prediction, ["别的", gold]) == float(same)  # any gold will do


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("光荣和ω-Force", ["光", "荣", "和", "ωforce"]),
        ("The Yes Man乐队", ["the", "yes", "man", "乐", "队"]),
        ("218.48亿元", ["218.48", "亿", "元"]),
        ("3,219人", ["3,219", "人"]),
        ("7.3%。", ["7.3", "%"]),
        ("A,B(c)", ["a", ",", "b", "(", "c", ")"]),
        ("甲Inc.乙", ["甲", "inc", ".", "乙"]),
        ("wait...", ["wait", "..."]),
        ("Kevin's don't", ["kevin", "'s", "do", "n't"]),
        ("ひらがな和한글", ["ひらがな", "和", "한글"]),  # outside the script's range of Chinese: a word each
        ("《》，。", []),
        ("", []),
    ],
)
def test_segments_are_those_of_the_official_script(text: str, expected: list[str]) -> None:
    assert segments(text) == expected


@pytest.mark.parametrize(
    ("prediction", "gold", "expected"),
    [
        ("人民政府", "人民政府", 1.0),
        # 区人民政府 (5) and 人民政府 (4) share a run of 4: precision 4/5, recall 4/4
        ("区人民政府", "人民政府", 2 * 0.8 * 1.0 / 1.8),
        # the runs 学校 and 医院 are 2 each, only the longest counts: 2/5 and 2/5
        ("学校和医院", "医院与学校", 0.4),
        ("无", "有", 0.0),
        # punctuation inside is dropped before runs are compared: one run of 4
        ("学校、医院", "学校医院", 1.0),
        # words: yes man of three against two; letters do not count
        ("The Yes Man", "yes man", 2 * (2 / 3) * 1.0 / (5 / 3)),
        ("manner", "man", 0.0),
        # 7.3 and % are two segments: 2 of 4 and 2 of 2
        ("增长7.3%", "7.3%", 2 * 0.5 * 1.0 / 1.5),
        ("", "有", 0.0),
        ("。", "。", 0.0),  # nothing is left to share, though the exact match is 1
    ],
)
def test_f1_is_over_the_longest_common_run(prediction: str, gold: str, expected: float) -> None:
    assert f1(prediction, [gold]) == pytest.approx(expected)


def test_the_best_gold_counts_and_no_gold_is_zero() -> None:
    assert f1("区人民政府", ["人民", "区政府", "区人民政府"]) == 1.0
    assert f1("区人民政府", ["人民", "法院"]) == pytest.approx(2 * (2 / 5) * 1.0 / (7 / 5))
    assert f1("人民", []) == exact_match("人民", []) == 0.0


def test_a_figure_is_one_segment_of_f1() -> None:
    assert f1("218.48亿元", ["8.48亿元"]) == pytest.approx(2 / 3)  # 亿 and 元 of three segments each


def test_quantities_are_numbers_with_units() -> None:
    assert quantities("达到 6.96 亿元，增长8%") == {("6.96", "亿元"), ("8", "%")}
    assert quantities("没有数字") == set()
