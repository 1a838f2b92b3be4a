import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.typed import LONGEST, tidy


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("2020年GDP目标", "2020年GDP目标"),
        ("  2020年\n\tGDP  目标 ", "2020年 GDP 目标"),
        ("\u202e2020年GDP\u200f", "2020年GDP"),
        ("G\u0301\u0316D\u0489\u0336P多少", "GDP多少"),
        ("多少！！！！！！！！！！！！", "多少！！！"),
        ("10000000000元", "10000000000元"),
        ("café", "cafe"),
        ("👍🏽 低保多少人 👨‍👩‍👧", "👍🏽 低保多少人 👨👩👧"),
    ],
)
def test_questions_are_tidied(raw: str, text: str) -> None:
    assert tidy(raw).text == text


def test_noise_and_nothing_are_told_apart() -> None:
    assert (tidy("？！😀").text, tidy("？！😀").blank) == ("", False)
    assert (tidy(" \n").text, tidy(" \n").blank) == ("", True)


def test_a_long_question_is_shortened_and_says_so() -> None:
    typed = tidy("多少人口" * 300)
    assert len(typed.text) == LONGEST
    assert typed.shortened


@settings(deadline=None)
@given(st.text(max_size=3000))
def test_anything_is_tidied(raw: str) -> None:
    typed = tidy(raw)
    assert len(typed.text) <= LONGEST
    assert tidy(typed.text).text == typed.text or typed.shortened
