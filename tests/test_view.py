import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.view import View, clean, view


def test_page_breaks_spaces_and_marks_are_gone_but_mapped_back() -> None:
    source = "一般公共\n\n预算收入 **6.96** 亿元"
    cleaned = view(source)
    assert cleaned.text == "一般公共预算收入6.96亿元"
    start = cleaned.text.index("6.96亿元")
    assert source[slice(*cleaned.span(start, start + 6))] == "6.96** 亿元"


def test_a_space_between_latin_words_stays() -> None:
    assert clean("GDP growth 7 %") == "GDP growth7%"


def test_an_empty_stretch_is_refused() -> None:
    with pytest.raises(ValueError, match="no such stretch"):
        View("ab", (0, 1)).span(1, 1)


@given(st.text(alphabet="年增长7.3% \n*\u3000亿元ab", max_size=60))
def test_every_character_of_a_view_stands_at_its_offset(source: str) -> None:
    cleaned = view(source)
    assert len(cleaned.text) == len(cleaned.offsets)
    for character, offset in zip(cleaned.text, cleaned.offsets, strict=True):
        assert character == source[offset] or (character == " " and source[offset].isspace())
    assert list(cleaned.offsets) == sorted(set(cleaned.offsets))


@given(st.text(alphabet="年7. \n*", max_size=40), st.integers(0, 45))
def test_index_finds_the_first_kept_character_at_or_after(source: str, offset: int) -> None:
    cleaned = view(source)
    expected = next((i for i, o in enumerate(cleaned.offsets) if o >= offset), len(cleaned.offsets))
    assert cleaned.index(offset) == expected
