import pytest

from index.lexicon import lexicon, parse_lexicon


def test_one_way_both_ways_whole_and_traps() -> None:
    known = parse_lexicon("# 甲\n地区生产总值, 生产总值 < GDP\n!建 = 修\n出口 / 进出口\n")
    assert known.variants["gdp"] == ("gdp", "地区生产总值", "生产总值")
    assert known.variants["生产总值"] == ("生产总值", "地区生产总值")
    assert known.variants["修"] == ("修", "建")
    assert known.whole == {"建", "修"}
    assert known.traps == {"出口": ("进出口",)}


def test_a_bad_line_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse_lexicon("# 甲\n没有分隔号\n")


def test_the_shipped_file_parses_and_keeps_town_and_country_apart() -> None:
    known = lexicon().variants
    assert "地区生产总值" in known["gdp"]
    assert not set(known["城镇居民收入"]) & set(known["农民收入"])
    assert "一般公共预算支出" not in known["财政收入"]


def test_every_group_has_a_comment_above_its_block() -> None:
    from index import lexicon as module

    lines = module._FILE.read_text("utf-8").splitlines()
    assert lines[0].startswith("#")
