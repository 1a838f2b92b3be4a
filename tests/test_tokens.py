import subprocess
import sys

from index.tokens import terms, words


def test_figures_stay_whole_with_their_units() -> None:
    assert "218.48亿元" in words("完成地区生产总值218.48亿元，增长7.3%")
    assert "7.3%" in words("增长7.3%")


def test_domain_words_stay_whole_and_give_their_parts() -> None:
    found = terms("一般公共预算收入")
    assert found[0] == "一般公共预算收入"
    assert {"预算", "收入"} <= set(found)


def test_stop_words_and_punctuation_are_no_terms() -> None:
    assert terms("的，和。") == []


def test_a_word_is_known_before_anything_was_cut() -> None:
    cold = "from index.tokens import is_common, part_of_speech; print(is_common('校区'), part_of_speech('山西'))"
    told = subprocess.run([sys.executable, "-c", cold], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "n"]
