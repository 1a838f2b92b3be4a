"""A library of several reports: the right one is asked, or none. The small reports are invented for these tests."""

from pathlib import Path

import pytest

from bot.answer import Answerer
from bot.chat import cards, markup
from bot.neural import NeuralReader
from bot.reason import Reason
from bot.wording import EN, ZH, lay_out
from index.encoder import open_encoder
from index.library import Library, build
from index.sources import Source
from tests.conftest import KeywordEncoder
from tests.service import play, talking

REPORT = """{place}政府工作报告

——{year}年1月20日在{place}第十四届人民代表大会第四次会议上

各位代表：

一、{last}年工作回顾

过去一年，全年完成地区生产总值{gdp}万亿元，增长{grown}%。一般公共预算收入增长{income}%。{deed}

二、{year}年工作安排

今年经济社会发展的主要预期目标是：地区生产总值增长{goal}%左右，居民消费价格涨幅2%左右。
"""
SU, ZHE, HUI = "江苏2026.txt", "浙江2026.txt", "安徽2026.txt"


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory, network: NeuralReader, seed_file: Path) -> Answerer:
    folder = tmp_path_factory.mktemp("several")
    rows = {
        SU: {"place": "江苏省", "gdp": 14, "grown": 5.3, "income": 2.1, "goal": 5, "deed": "低空经济加快发展。"},
        ZHE: {
            "place": "浙江省",
            "gdp": 9.4,
            "grown": 5.5,
            "income": 1.8,
            "goal": 5.5,
            "deed": "低空飞行器制造加快发展。",
        },
    }
    for name, row in rows.items():
        (folder / name).write_text(REPORT.format(year=2026, last=2025, **row), "utf-8")
    encoder = open_encoder()
    build(folder / "index", [seed_file, folder / SU, folder / ZHE], encoder)
    return Answerer(Library(folder / "index", encoder), network)


def three_reports(folder: Path, deeds: dict[str, str], network: NeuralReader) -> Answerer:
    """Three reports of one year, each with deeds of its own."""
    rows = {
        SU: {"place": "江苏省", "gdp": 14, "grown": 5.3, "income": 2.1, "goal": 5},
        ZHE: {"place": "浙江省", "gdp": 9.4, "grown": 5.5, "income": 1.8, "goal": 5.5},
        HUI: {"place": "安徽省", "gdp": 5.3, "grown": 5.6, "income": 3.4, "goal": 6},
    }
    for name, row in rows.items():
        (folder / name).write_text(REPORT.format(year=2026, last=2025, deed=deeds[name], **row), "utf-8")
    encoder = open_encoder()
    build(folder / "index", [folder / name for name in rows], encoder)
    return Answerer(Library(folder / "index", encoder), network)


@pytest.fixture(scope="module")
def uneven(tmp_path_factory: pytest.TempPathFactory, network: NeuralReader) -> Answerer:
    """One report says how many vehicles were made, one by how much their number grew."""
    deeds = {
        SU: "新能源汽车产量80万辆。低空经济加快发展。",
        ZHE: "新能源汽车产量增长35%。低空经济加快发展。",
        HUI: "新能源汽车产量170万辆。低空经济起飞。",
    }
    return three_reports(tmp_path_factory.mktemp("uneven"), deeds, network)


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory, network: NeuralReader) -> Answerer:
    """Reports that name things which the others do not."""
    deeds = {
        SU: "海洋牧场加快建设。在中小学探索实施春秋假。共享单车管理更加规范，充电桩建设提速。高铁里程达到3000公里。",
        ZHE: "火星探测任务取得成果。推进移风易俗，天价彩礼专项整治见效。铁路里程达到4200公里。",
        HUI: "林下经济蓬勃兴起。海洋牧场起步。城乡居民收入比缩小至2.2。云雾毛尖茶叶产量12万吨。生态移民搬迁3000户。",
    }
    return three_reports(tmp_path_factory.mktemp("telling"), deeds, network)


def reports(answerer: Answerer, question: str, *history: str) -> list[str]:
    return [citation.report for citation in answerer.answer(question, history).citations]


def test_place_and_year_choose_the_report(several: Answerer) -> None:
    assert several.answer("江苏2026年GDP增长目标").text == "地区生产总值增长5%左右"
    assert several.answer("浙江2026年GDP增长目标").text == "地区生产总值增长5.5%左右"
    assert reports(several, "2020年GDP目标") == ["zhanhe-2020.txt"]
    assert several.answer("那浙江呢？", ["江苏2026年GDP增长目标"]).text == "地区生产总值增长5.5%左右"


def test_what_is_not_clear_is_asked_back_and_shown(several: Answerer) -> None:
    answer = several.answer("GDP增长目标是多少")
    assert (answer.reason, set(answer.choices)) == (Reason.WHICH_REPORT, {SU, ZHE, "zhanhe-2020.txt"})
    assert answer.hits
    assert "江苏2026" in lay_out(answer, lambda _: "")


@pytest.mark.parametrize(
    ("question", "reason"),
    [("安徽2026年GDP增长目标", Reason.OTHER_PLACE), ("2031年哪个省GDP增长目标最高", Reason.OTHER_YEAR)],
)
def test_what_is_not_held_is_declined(several: Answerer, question: str, reason: Reason) -> None:
    assert several.answer(question).reason is reason


def test_a_thing_that_one_report_names_is_asked_of_it(several: Answerer) -> None:
    assert reports(several, "蟠桃大会") == ["zhanhe-2020.txt"]


def test_all_that_mention_a_thing_with_those_that_do_not(several: Answerer) -> None:
    answer = several.answer("哪些省提到低空经济")
    assert [(c.report, c.text) for c in answer.citations] == [(SU, "低空经济加快发展")]
    assert answer.searched == (SU, ZHE)
    assert [hit.passage.report for hit in answer.hits] == [SU]
    shown = lay_out(answer, lambda name: several.library.report(name).text)
    assert "2 份报告中 1 份说到。没有说到的：浙江2026。" in shown


def test_a_thing_that_stands_nowhere_as_it_is_asked_is_sought_by_its_parts(several: Answerer) -> None:
    answer = several.answer("哪些省提到发展低空经济")
    assert [(c.report, c.text) for c in answer.citations] == [(SU, "低空经济加快发展")]


def test_the_highest_and_the_higher_come_first(several: Answerer) -> None:
    assert reports(several, "2026年哪个省GDP增长目标最高") == [ZHE]
    assert reports(several, "江苏和浙江2026年GDP增长目标哪个高") == [ZHE, SU]
    assert reports(several, "江苏和浙江2026年GDP增长目标哪个低") == [SU, ZHE]


@pytest.mark.parametrize(
    "question",
    ["江苏和浙江去年新能源汽车产量哪个高", "去年新能源汽车产量，浙江比江苏多吗", "江苏和浙江去年新能源汽车产量差多少"],
)
def test_a_number_is_not_set_against_a_share(uneven: Answerer, question: str) -> None:
    answer = uneven.answer(question)
    assert (answer.found, answer.citations) == (False, ())
    assert answer.reason is Reason.NOT_IN_REPORT


def test_each_report_alone_gives_its_number_or_its_share(uneven: Answerer) -> None:
    assert "80万辆" in uneven.answer("江苏去年新能源汽车产量").text
    assert "35%" in uneven.answer("浙江去年新能源汽车产量").text


def test_a_number_is_set_against_a_number(uneven: Answerer) -> None:
    answer = uneven.answer("江苏和安徽去年新能源汽车产量哪个高")
    assert [c.report for c in answer.citations] == [HUI, SU]
    assert "170万辆" in answer.citations[0].text
    assert "80万辆" in answer.citations[1].text


def test_two_things_asked_of_two_reports_need_not_be_of_one_sort(uneven: Answerer) -> None:
    answer = uneven.answer("江苏去年的GDP和浙江今年的GDP增长目标分别是多少")
    assert [c.report for c in answer.citations] == [SU, ZHE]
    assert "14万亿元" in answer.citations[0].text
    assert "5.5%" in answer.citations[1].text


def test_a_place_that_is_left_out_is_not_asked(uneven: Answerer) -> None:
    assert set(reports(uneven, "除了江苏，还有哪些省提到低空经济")) == {ZHE, HUI}
    assert reports(uneven, "除了安徽，今年GDP增长目标最高的是哪个省") == [ZHE]


def test_one_report_that_is_left_over_is_asked(uneven: Answerer) -> None:
    assert reports(uneven, "除了江苏和安徽，还有哪些省提到低空经济") == [ZHE]


def test_all_whose_figure_lies_within_bounds_are_named(uneven: Answerer) -> None:
    assert reports(uneven, "哪几个省把今年的GDP增长目标定在5.5%左右") == [ZHE]
    assert set(reports(uneven, "哪些省今年GDP增长目标在5.5%以上")) == {ZHE, HUI}
    assert reports(uneven, "哪几个省今年GDP增长目标低于5.5%") == [SU]


def test_every_span_stands_at_its_offsets(several: Answerer) -> None:
    for question in ("江苏2026年GDP增长目标", "哪些省提到低空经济", "江苏和浙江2026年GDP增长目标哪个高"):
        for citation in several.answer(question).citations:
            source = several.library.report(citation.report).text
            assert source[citation.start : citation.end] == citation.text


def test_a_telegram_message_counts_who_mentions_it(several: Answerer) -> None:
    answer = several.answer("哪些省提到低空经济")
    shown = markup.to_html(cards.answer_text(answer, ZH, several.library))
    assert f"{len(answer.searched)} 份报告中 1 份说到。" in shown
    assert "没有说到的" in shown
    assert "1 of " in markup.to_html(cards.answer_text(answer, EN, several.library))


def test_the_reports_that_may_be_meant_are_tapped_in_telegram(several: Answerer, tmp_path: Path) -> None:
    async def main() -> None:
        async with talking(several, tmp_path / "state") as api:
            api.say("GDP目标是多少")
            (asked,) = await api.replies(1)
            offered = [row[0] for row in asked.keyboard[:-1] if row[0]["text"].startswith("江苏省2026年")]
            assert offered, asked.keyboard
            api.tap(asked, offered[0])
            shown = await api.replies(2)
            assert "地区生产总值增长5%左右" in shown[1].text
            assert "江苏2026.txt" in shown[1].text

    play(main())


@pytest.mark.parametrize(
    "question", ["哪些省提到火星移民", "谁提到了火星移民", "哪些省提到共享充电宝", "共享充电宝哪些省写了"]
)
def test_what_nobody_mentions_is_declined_after_all_were_searched(telling: Answerer, question: str) -> None:
    answer = telling.answer(question)
    assert (answer.citations, answer.reason) == ((), Reason.NOT_IN_REPORT)
    assert answer.searched == (SU, ZHE, HUI)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("海洋牧场都有谁写了", {SU, HUI}),
        ("哪些省提到“林下经济”或“春秋假”", {SU, HUI}),
        ("哪些省给中小学放春秋假", {SU}),
        ("除了江苏，提到海洋牧场的还有哪些省", {HUI}),
        ("江苏和浙江谁写了海洋牧场", {SU}),
        ("哪些省在治理天价彩礼", {ZHE}),
        ("2026年哪些省提到海洋牧场", {SU, HUI}),
        ("哪几个省的报告里有5G", set()),
    ],
)
def test_who_mentions_it(telling: Answerer, question: str, told: set[str]) -> None:
    answer = telling.answer(question)
    assert {citation.report for citation in answer.citations} == told
    for citation in answer.citations:
        assert telling.library.report(citation.report).text[citation.start : citation.end] == citation.text


@pytest.mark.parametrize("question", ["还有哪些省提到", "还有别的省提到吗？"])
def test_who_else_is_asked_of_what_was_asked_before(telling: Answerer, question: str) -> None:
    assert reports(telling, question, "哪些省提到林下经济") == [HUI]


@pytest.mark.parametrize(
    ("question", "report", "text"),
    [
        ("云雾毛尖茶叶产量多少", HUI, "12万吨"),
        ("生态移民搬迁多少户", HUI, "3000户"),
        ("城乡居民收入比是多少", HUI, "2.2"),
    ],
)
def test_the_report_that_alone_tells_of_it_is_asked(telling: Answerer, question: str, report: str, text: str) -> None:
    answer = telling.answer(question)
    assert [(c.report, c.text) for c in answer.citations] == [(report, text)]


@pytest.mark.parametrize(
    "question",
    ["GDP是多少", "谁当选了省长", "今年哪些地方遭了灾", "2004年报告说几年之内取消农业税", "哪些省", "哪些省提到“”"],
)
def test_what_many_tell_of_or_none_is_asked_back(telling: Answerer, question: str) -> None:
    answer = telling.answer(question)
    assert (answer.citations, answer.reason) == ((), Reason.WHICH_REPORT)
    assert set(answer.choices) == {SU, ZHE, HUI}


@pytest.mark.parametrize(("place", "thing", "text"), [("江苏", "高铁", "3000公里"), ("浙江", "铁路", "4200公里")])
def test_a_thing_beside_it_is_not_answered_for(telling: Answerer, place: str, thing: str, text: str) -> None:
    assert telling.answer(f"{place}{thing}里程多少").text == text
    other = {"高铁": "铁路", "铁路": "高铁"}[thing]
    assert telling.answer(f"{place}{other}里程多少").reason is Reason.NOT_IN_REPORT


def test_one_report_asked_where_calamity_struck_is_no_question_to_all(telling: Answerer) -> None:
    answer = telling.answer("江苏今年哪些地方遭了灾")
    assert (answer.citations, answer.searched, answer.reason) == ((), (), Reason.NOT_IN_REPORT)


def test_a_bound_before_who_is_asked(telling: Answerer) -> None:
    assert set(reports(telling, "GDP目标在5.5%以上的是哪几个省")) == {ZHE, HUI}


def test_slips_are_looked_up_among_places_that_only_a_person_said(tmp_path: Path) -> None:
    body = "2026年政府工作报告\n各位代表：\n一、2025年工作回顾\n{}\n"
    encoder = KeywordEncoder("路", "桥")
    sources = [
        Source("a.txt", "a" * 64, body.format("修路三条。"), place="青禾县"),
        Source("b.txt", "b" * 64, body.format("修桥两座。"), place="白石县"),
    ]
    build(tmp_path, sources, encoder)
    library = Library(tmp_path, encoder)
    _, words = Answerer(library)._read_vocabulary(tuple(library.names))
    assert ("青禾县", 2) in words.like("青河县")
