import pytest

from bot.line import lines_of
from index.passages import LONGEST, Standing, passages_of, year_of
from index.report import Report, parse_report
from index.view import clean


def test_passages_hold_the_law_and_every_sentence_once(seed: Report) -> None:
    passages = passages_of(seed)
    assert all(seed.text[p.start : p.end] == p.text for p in passages)
    assert [pair for p in passages for pair in p.sentences] == [(s.start, s.end) for s in seed.sentences]


def test_passages_keep_within_one_section_and_size(seed: Report) -> None:
    section = {s.start: s.section for s in seed.sentences}
    for passage in passages_of(seed):
        assert len({section[start] for start, _ in passage.sentences}) == 1
        assert len(passage.sentences) == 1 or len(clean(passage.text)) <= LONGEST


def test_headings_travel_but_are_no_part_of_the_text(seed: Report) -> None:
    passage = next(p for p in passages_of(seed) if "124.4 亿元" in p.text)
    assert passage.headings == ("一、2019年工作回顾", "（一）聚焦转型提质，实力湛江步履稳健", "第三产业不断壮大")
    assert "工作回顾" not in passage.text
    assert passage.embedding_text.startswith("一、2019年工作回顾 ")


def test_year_and_standing_come_from_the_section_and_the_words(seed: Report) -> None:
    def of(words: str) -> tuple[int | None, Standing]:
        passage = next(p for p in passages_of(seed) if words in clean(p.text))
        return passage.year, passage.standing

    assert of("地区生产总值218.48亿元") == (2019, Standing.ACHIEVED)
    assert of("地区生产总值增长7%左右") == (2020, Standing.PLANNED)
    assert of("新建停车泊位800个") == (2020, Standing.PLANNED)
    assert of("还面临不少困难和问题")[1] is Standing.NEITHER


@pytest.mark.parametrize("words", ["比上年", "比去年", "较上年", "与上年", "同去年"])
def test_a_year_that_is_only_measured_against_is_not_the_year_told(words: str) -> None:
    report = parse_report("x.txt", "2020年甲县政府工作报告\n各位代表：\n二、2020年工作安排\n修路三条。\n")
    assert year_of(f"安排支出134亿元，{words}增加4亿元。", report, 1) == 2020
    assert year_of("上年完成支出130亿元。", report, 1) == 2019


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("生猪存栏恢复到216万头，为2017年末的97.3%。", 2020),  # only measured against
        ("农村收入是2011年的2.1倍。", 2020),
        ("接待游客52万人，恢复到2019年的118%和121%。", 2020),
        ("建设新校区，2023年秋季招生，修路8公里。", 2020),  # a later clause's
        ("建设新校区,2023年秋季招生,修路8公里。", 2020),
        ("教学楼2023年完工。", 2023),
        ("投资1,200万元于2023年建成学校，2025年招生。", 2023),
        ("粮食稳步增产，到2025年达到50万吨。", 2025),
        ("去年承诺的8件实事办成7件，今年接着办。", 2019),
        ("新建公园3个，今年再建5个。", 2020),
    ],
)
def test_which_year_a_sentence_speaks_of(text: str, year: int) -> None:
    report = parse_report("x.txt", "2020年甲县政府工作报告\n各位代表：\n二、2020年工作安排\n修路三条。\n")
    assert year_of(text, report, 1) == year


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("力争新建学校5所。", Standing.PLANNED),
        ("新建学校5所已建成。", Standing.ACHIEVED),
        ("城区学校已由10所增加到15所。", Standing.ACHIEVED),
        ("学校已全面开放。", Standing.ACHIEVED),
        ("计划新建学校5所，选址早已议定。", Standing.PLANNED),
    ],
)
def test_what_is_already_so_was_achieved(text: str, standing: Standing) -> None:
    report = parse_report("x.txt", f"2020年甲县政府工作报告\n各位代表：\n各项工作\n{text}\n")
    assert [p.standing for p in passages_of(report) if text[:4] in p.text] == [standing]


FIVE_YEARS = """2026年甲省政府工作报告
——2026年1月20日在甲省第十四届人民代表大会第四次会议上
甲省省长　张明
各位代表：
一、2025年工作回顾
生产总值突破3万亿元。
二、第十五个五年规划的目标
{}修建公路500公里。
三、2026年工作安排
修建水库3座。
"""


@pytest.mark.parametrize(
    ("opening", "year", "standing"),
    [
        ("五年来，交通面貌一新。", 2025, Standing.ACHIEVED),
        ("“十四五”时期，交通面貌一新。", 2025, Standing.ACHIEVED),
        ("刚刚过去的2025年，交通面貌一新。", 2025, Standing.ACHIEVED),
        ("各位代表，过去五年，交通面貌一新。", 2025, Standing.ACHIEVED),
        ("“十三五”时期，交通面貌一新。", 2020, Standing.ACHIEVED),
        ("五年来，2023年成功举办亚运会。", 2025, Standing.ACHIEVED),
        ("“十五五”时期，交通面貌一新。", 2030, Standing.PLANNED),  # which is not over
        ("“十五五”这五年，交通面貌一新。", 2030, Standing.PLANNED),
        ("未来五年间，交通面貌一新。", 2030, Standing.PLANNED),
        ("新的一年来临，交通面貌一新。", 2030, Standing.PLANNED),
        ("五年来存在不少困难和问题。", 2030, Standing.PLANNED),
        ("五年来的经验要坚持，力争交通面貌一新。", 2030, Standing.PLANNED),
        ("交通面貌一新。", 2030, Standing.PLANNED),
    ],
)
def test_a_paragraph_that_opens_with_what_is_over_tells_results(opening: str, year: int, standing: Standing) -> None:
    report = parse_report("x.txt", FIVE_YEARS.format(opening))
    (line,) = [line for line in lines_of(report) if "500公里" in line.text]
    assert (line.years, line.standing) == (frozenset({year}), standing)


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("全年完成重大工程投资2550亿元。", Standing.PLANNED),  # among plans a year yet to come
        ("“十五五”前四年，累计实施项目312个。", Standing.ACHIEVED),
        ("五年来完成投资30亿元。", Standing.ACHIEVED),
    ],
)
def test_what_is_done_among_plans(text: str, standing: Standing) -> None:
    report = parse_report("x.txt", FIVE_YEARS.format("") + text)
    (line,) = [line for line in lines_of(report) if line.text == text]
    assert line.standing is standing


def test_a_paragraph_that_turns_to_what_comes_tells_plans_from_there() -> None:
    opening = "过去一年，国防建设取得进展。新建营房3座。新的一年，加强国防建设。"
    report = parse_report("x.txt", FIVE_YEARS.format(opening))
    told = {clean(p.text): (p.year, p.standing) for p in passages_of(report)}
    assert told["过去一年，国防建设取得进展。新建营房3座。"] == (2025, Standing.ACHIEVED)
    assert told["新的一年，加强国防建设。修建公路500公里。"] == (2030, Standing.PLANNED)


BARE = "2018年甲县政府工作报告\n各位代表：\n2017年工作回顾\n修路三条。建校五所。\n2018年目标任务\n修路七条。建校九所。\n建设人民满意政府\n开会更少。办事更快。\n"


def test_parts_without_numbers_tell_results_from_plans() -> None:
    told = {clean(p.text): (p.year, p.standing) for p in passages_of(parse_report("x.txt", BARE))}
    assert told["修路三条。建校五所。"] == (2017, Standing.ACHIEVED)
    assert told["修路七条。建校九所。"] == (2018, Standing.PLANNED)
    assert told["开会更少。办事更快。"] == (2018, Standing.PLANNED)


def test_beside_numbered_parts_only_a_line_with_its_time_is_a_part() -> None:
    report = parse_report("x.txt", BARE.replace("2017年工作回顾", "一、2017年工作回顾"))
    assert [s.heading for s in report.sections if s.level == 1] == ["一、2017年工作回顾", "2018年目标任务"]


def test_a_heading_with_a_year_that_is_over_tells_results() -> None:
    text = "2018年甲县政府工作报告\n各位代表：\n一、2017年主要工作\n修路三条。建校五所。\n二、2018年主要工作\n修路七条。建校九所。\n"
    told = [(p.year, p.standing) for p in passages_of(parse_report("x.txt", text, year=2018))]
    assert told[-2:] == [(2017, Standing.ACHIEVED), (2018, Standing.PLANNED)]


def test_a_sentence_that_recalls_another_year_does_not_date_its_passage() -> None:
    text = "2018年甲县政府工作报告\n各位代表：\n一、2017年工作回顾\n修路三条。1958年建的老校翻新。建校五所。\n"
    (passage,) = [p for p in passages_of(parse_report("x.txt", text)) if "老校" in p.text]
    assert passage.year == 2017


def test_a_glossary_and_what_is_wanting_are_neither() -> None:
    text = (
        BARE.replace("建设人民满意政府", "存在的困难和问题") + "名词解释\n全岗通：一人在岗，事项通办。新词：新的词。\n"
    )
    text += "1.“双替代”：指以电代煤、以气代煤。\n2．“六清”行动：指线索清仓、逃犯清零。\n"
    for words in (text, text.replace("2017年", "").replace("2018年", "")):
        assert "以电代煤" in "".join(p.text for p in passages_of(parse_report("x.txt", words)))
        told = list(
            dict.fromkeys((p.headings[0], p.standing) for p in passages_of(parse_report("x.txt", words)) if p.headings)
        )
        assert told[-2:] == [("存在的困难和问题", Standing.NEITHER), ("名词解释", Standing.NEITHER)]


LONG = "修路三条，建校五所，植树八千棵，" * 4 + "打井九口。\n"


def test_short_lines_before_long_ones_are_headings_within_parts() -> None:
    text = BARE.replace("修路七条。建校九所。\n", f"工业稳步前行\n{LONG}农业不断夯实\n{LONG}民生持续改善\n{LONG}")
    passages = passages_of(parse_report("x.txt", text))
    headed = {p.headings for p in passages if "打井" in p.text}
    assert headed == {("2018年目标任务", line) for line in ("工业稳步前行", "农业不断夯实", "民生持续改善")}
    assert {p.year for p in passages if "打井" in p.text} == {2018}


@pytest.mark.parametrize(
    "text",
    [
        f"工业稳步前行\n{LONG}农业不断夯实\n{LONG}",  # too few
        "工业稳步前行\n修路。\n农业不断夯实\n建校。\n民生持续改善\n植树。\n",  # before short lines
        f"工业稳步前行的势头\n一直没有变\n{LONG}" * 3,  # the second line goes on with the first
    ],
)
def test_other_short_lines_are_no_headings(text: str) -> None:
    report = parse_report("x.txt", BARE.replace("修路七条。建校九所。\n", text))
    assert {s.level for s in report.sections if not s.run_in} == {0, 1}


def test_lines_that_only_sound_like_parts_are_none() -> None:
    text = BARE.replace("建校五所。", "用心办好民生实事\n建校五所。\n2016年是完成规划目标任务\n的一年。")
    report = parse_report("x.txt", text)
    assert [s.heading for s in report.sections if s.level == 1] == ["2017年工作回顾", "2018年目标任务"]


@pytest.mark.parametrize(
    ("opening", "told"),
    [
        ("去年修了八条路。建校五所。建桥三座。", (2017, Standing.ACHIEVED)),
        ("进入2019年，要修八条路。建校五所。", (2019, Standing.PLANNED)),
        ("各位代表！今年修八条路。", (2018, Standing.PLANNED)),
        ("建校五所。去年已建桥三座。植树八棵。", (2018, Standing.PLANNED)),
    ],
)
def test_a_passage_that_opens_with_its_time_is_of_that_time(opening: str, told: tuple[int, Standing]) -> None:
    text = f"2018年甲县政府工作报告\n各位代表：\n一、2017年工作回顾\n修路三条。\n二、2018年工作安排\n{opening}\n"
    passage = passages_of(parse_report("x.txt", text, year=2018))[-1]
    assert (passage.year, passage.standing) == told


def test_what_stands_before_parts_of_which_none_looks_back_is_the_look_back() -> None:
    text = (
        "2018年甲县政府工作报告\n各位代表：\n修路三条。建校五所。\n2018年是换届之年。修路不停。\n"
        "一、修好道路\n修路七条。\n二、办好学校\n建校九所。\n三、植树\n植树千棵。\n"
    )
    told = {p.text: (p.year, p.standing) for p in passages_of(parse_report("x.txt", text, year=2018))}
    front = next(told[t] for t in told if "建校五所" in t)
    assert front == (2017, Standing.ACHIEVED)
    assert told["修路七条。"] == (2018, Standing.PLANNED)
    assert not any("建校五所" in t and "换届之年" in t for t in told)
