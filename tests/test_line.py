import pytest

from bot.line import children_of, excerpt, lines_of, respective_subject
from index.report import Report, parse_report


def test_a_clause_without_a_subject_continues_the_one_before() -> None:
    report = parse_report("x", "完成地区生产总值218.48亿元，增长7.3%；完成固定资产投资42.8亿元，增长23.7%。")
    (line,) = lines_of(report)
    assert [clause.head for clause in line.clauses] == [0, 0, 2, 2]


def test_a_share_of_something_still_belongs_to_its_subject() -> None:
    report = parse_report("x", "完成第三产业增加值124.4亿元，占地区生产总值的57%，增长7.7%。")
    (line,) = lines_of(report)
    assert [clause.head for clause in line.clauses] == [0, 0, 0]


def test_figures_pair_off_with_their_subjects() -> None:
    report = parse_report("x", "PM10、PM2.5累计浓度分别为97、62微克/立方米，同比下降10.2%、6%。")
    (line,) = lines_of(report)
    assert [respective_subject(line, f) for f in line.figures] == ["PM10", "PM2.5累计浓度"] * 2


def test_the_headings_below_a_section(seed: Report) -> None:
    part = next(i for i, s in enumerate(seed.sections) if s.heading.startswith("二、"))
    headings = [line.text for line in children_of(seed, part)]
    assert len(headings) == 8
    assert headings[0] == "（一）科学谋划理清思路，精心绘就发展蓝图"


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("城乡居民收入分别增长5%、6%。", ["城镇", "农村"]),
        ("城乡居民收入分别从5万元、2万元提高到6万元、3万元。", ["城镇", "农村"] * 2),
        ("城乡低保标准提高到700元、600元。", ["城镇", "农村"]),
        ("甲厂、乙厂产量分别从1万吨、2万吨提高到3万吨、4万吨。", ["甲厂", "乙厂"] * 2),
    ],
)
def test_town_and_country_are_two_subjects_and_figures_go_round_them(text: str, sides: list[str]) -> None:
    (line,) = lines_of(parse_report("x", text))
    found = [respective_subject(line, f) for f in line.figures]
    assert [subject is not None and subject.startswith(side) for subject, side in zip(found, sides, strict=True)] == [
        True
    ] * len(sides)


def test_figures_pair_off_with_the_subjects_of_the_clauses_before() -> None:
    (line,) = lines_of(parse_report("x", "甲厂产量1万吨，乙厂产量2万吨，分别增长1%、2%。"))
    assert [respective_subject(line, f) for f in line.figures] == [None, None, "甲厂产量", "乙厂产量"]
    (line,) = lines_of(parse_report("x", "甲厂产量1万吨，分别增长1%、2%。"))
    assert {respective_subject(line, f) for f in line.figures} == {None}


@pytest.mark.parametrize(
    "text",
    ["城乡低保标准提高到700元。", "城乡居民收入比缩小至2.3。", "甲和乙分别为1家、2家、3家。", "分别为1人、2人。"],
)
def test_figures_that_do_not_pair_off_have_no_subject(text: str) -> None:
    (line,) = lines_of(parse_report("x", text))
    assert {respective_subject(line, f) for f in line.figures} == {None}


def test_a_heading_that_nothing_follows_has_a_place_all_the_same() -> None:
    text = "2018年甲县政府工作报告\n各位代表：\n一、2017年工作回顾\n修路三条。\n二、名词解释\n1.全岗通：一人在岗\n2.双替代：以电代煤\n"
    report = parse_report("x.txt", text)
    part = next(n for n, s in enumerate(report.sections) if s.heading == "二、名词解释")
    assert [line.text for line in children_of(report, part)] == ["1.全岗通：一人在岗", "2.双替代：以电代煤"]


LONG = "一季度，全区生产总值234.6亿元，下降3.4%；零售总额133.8亿元，下降18.9%；新开工项目12个。"


@pytest.mark.parametrize(
    ("text", "words", "longest", "found"),
    [
        (LONG, "18.9%", 80, "一季度，零售总额133.8亿元，下降18.9%"),  # between semicolons, behind what tells the time
        (LONG, "18.9%", 1, "一季度，零售总额133.8亿元，下降18.9%"),  # its clause continues the one before
        (LONG, "133.8亿元", 1, "一季度，零售总额133.8亿元，"),
        (LONG, "234.6亿元", 1, "一季度，全区生产总值234.6亿元，"),
        ("今年建成甲路，新建乙路3公里，改造丙路，绿化丁路。", "3公里", 1, "今年建成甲路，新建乙路3公里，"),
        ("建成甲路，新建乙路3公里，改造丙路，绿化丁路。", "3公里", 1, "新建乙路3公里，"),
        ("今年建成甲路，新建乙路3公里，改造丙路，绿化丁路。", "3公里", 20, "今年建成甲路，新建乙路3公里，改造丙路，"),
        ("新建乙路3公里。", "3公里", 1, "新建乙路3公里。"),
        ("2018年投资10亿元；改造丙路；新开工项目6个。", "6个", 80, "新开工项目6个。"),  # an opening of its own figure
    ],
)
def test_an_excerpt_holds_the_words_and_what_they_continue(text: str, words: str, longest: int, found: str) -> None:
    (line,) = lines_of(parse_report("x", text))
    start = line.text.index(words)
    cut, moved = excerpt(line, start, start + len(words), longest)
    assert cut == found
    assert cut[start + moved : start + len(words) + moved] == words
