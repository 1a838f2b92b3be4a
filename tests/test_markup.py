import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.markup import LONGEST, Rich, Run, cut, length, plain, shorten, to_html
from tests.bot_api import parse_entities

TAGS = st.sampled_from([(), ("b",), ("i",), ("blockquote",), ("blockquote", "b", "u"), ("blockquote expandable", "b")])
RICH = st.lists(st.builds(Run, st.text(max_size=60), TAGS), max_size=8).map(tuple)


def test_html_opens_and_closes_only_what_changes() -> None:
    rich = (Run("a", ("blockquote",)), Run("b", ("blockquote", "b", "u")), Run("c", ("blockquote",)), Run("d"))
    assert to_html(rich) == "<blockquote>a<b><u>b</u></b>c</blockquote>d"
    assert to_html((Run("x", ("blockquote expandable",)),)) == "<blockquote expandable>x</blockquote>"


def test_what_people_and_reports_write_is_escaped() -> None:
    assert to_html((Run("<b>&lt;", ("b",)),)) == "<b>&lt;b&gt;&amp;lt;</b>"
    assert to_html((Run("a\x00\ud800b"),)) == "ab"


def test_length_counts_utf_16_units() -> None:
    assert length("字") == 1
    assert length("😀") == 2


def test_a_cut_is_at_a_sentence_end_and_loses_nothing() -> None:
    rich = (Run("第一句。第二句很长。", ("blockquote",)), Run("第三句。"))
    parts = cut(rich, 11)
    assert [plain(part) for part in parts] == ["第一句。第二句很长。", "第三句。"]
    assert [to_html(part) for part in cut(rich, 6)] == [
        "<blockquote>第一句。</blockquote>",
        "<blockquote>第二句很长。</blockquote>",
        "第三句。",
    ]


def test_without_a_sentence_end_a_comma_serves_and_then_anything() -> None:
    assert [plain(p) for p in cut((Run("一二三，四五六"),), 5)] == ["一二三，", "四五六"]
    assert [plain(p) for p in cut((Run("😀" * 5),), 4)] == ["😀😀", "😀😀", "😀"]


def test_shortened_text_ends_in_an_ellipsis() -> None:
    assert plain(shorten((Run("一句。二句。"),), 4)) == "一句。…"
    assert plain(shorten((Run("一句。"),), 4)) == "一句。"


@settings(deadline=None)
@given(RICH, st.integers(2, 40))
def test_every_part_is_sendable(rich: Rich, limit: int) -> None:
    for part in cut(rich, limit):
        assert length(plain(part)) <= limit
        if any(not c.isspace() and ord(c) >= 32 for c in plain(part)) and not any(
            0xD800 <= ord(c) < 0xE000 for c in plain(part)
        ):
            parse_entities(to_html(part), LONGEST)


@pytest.mark.parametrize("size", [4096, 4097, 20_000])
def test_long_texts_fill_their_messages(size: int) -> None:
    parts = cut((Run("字" * 99 + "。"),) * (size // 100) + (Run("尾" * (size % 100)),))
    assert sum(len(plain(p)) for p in parts) == size
    assert all(len(plain(p)) >= 4000 for p in parts[:-1] if size > 5000)
