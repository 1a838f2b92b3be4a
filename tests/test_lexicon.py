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


RIVALS = parse_lexicon("高铁, 高速铁路 | 铁路 | 高速公路 | 公路\nLNG | 煤炭\n").rivals


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("高速公路通车", {2}),  # and no 公路
        ("高速铁路开通", {0}),  # and no 铁路
        ("高铁和铁路", {0, 1}),
        ("高速公路与公路", {2, 3}),
        ("水路", set()),
        ("", set()),
    ],
)
def test_things_side_by_side_are_named_by_their_longest_word(text: str, things: set[int]) -> None:
    assert RIVALS[0].named(text) == things


def test_rivals_are_named_in_either_case_and_are_no_synonyms() -> None:
    assert RIVALS[1].named("lng") == RIVALS[1].named("LNG接收站") == {0}
    assert parse_lexicon("高铁 | 铁路\n").variants == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("高铁", "铁路"),
        ("出口", "进口"),
        ("调查失业率", "登记失业率"),
        ("产能", "产量"),
        ("开工", "投产"),
        ("初中", "小学"),
    ],
)
def test_the_shipped_rivals_are_told_apart(one: str, other: str) -> None:
    assert any(r.named(one) and r.named(other) and not r.named(one) & r.named(other) for r in lexicon().rivals)


@pytest.mark.parametrize(
    ("short", "full"), [("营改增", "营业税改征增值税"), ("进博会", "进口博览会"), ("5g", "第五代移动通信")]
)
def test_a_short_name_and_its_full_one_stand_for_each_other(short: str, full: str) -> None:
    known = lexicon().variants
    assert full in known[short]
    assert short in known[full]


@pytest.mark.parametrize("line", ["|", "甲 |", "甲 | 甲", "甲, 乙 | 乙"])
def test_things_side_by_side_are_told_apart_by_words_of_their_own(line: str) -> None:
    with pytest.raises(ValueError, match="line 1"):
        parse_lexicon(line)
