import pytest

from bot.evidence import NAMED, Reading, is_trap, strength
from bot.line import lines_of
from bot.question import Concept, understand_alone
from index.figures import Kind
from index.report import parse_report

FRONT = "2026年甲县政府工作报告\n各位代表：\n"
FIVE_YEARS = """一、过去五年工作回顾
五年来，各项事业取得成就。接待游客500万人次，新增就业40万人，培训职工9万人。
2025年，各项工作取得成效。新增就业8万人，粮食产量70万吨。
粮食产量累计320万吨。
"""


def reading(question: str, body: str) -> Reading:
    report = parse_report("2026年甲县政府工作报告.txt", FRONT + body)
    return Reading(understand_alone(question), report, lines_of(report), {})


def measured(question: str, body: str) -> list[str]:
    """The figures of a report, dates and spans of time aside, that can measure what is asked."""
    asked = reading(question, body)
    return [
        line.text[figure.start : figure.end]
        for line in asked.lines
        if asked.fits(line)
        for figure in line.figures
        if figure.kind in (Kind.COUNT, Kind.MONEY) and asked.measures(line, figure)
    ]


@pytest.mark.parametrize(
    ("year", "body", "found"),
    [
        (2025, "大气质量持续改善，2023年优良天数达到250天。", []),
        (2023, "大气质量持续改善，2023年优良天数达到250天。", ["250天"]),
        (2025, "大气质量持续改善，优良天数达到250天。", ["250天"]),
        (2015, "财政收入由2015年的10.3亿元增加到15.6亿元。", ["10.3亿元"]),
        (2025, "财政收入由2015年的10.3亿元增加到15.6亿元。", ["15.6亿元"]),
        (2019, "财政收入由2015年的10.3亿元增加到15.6亿元。", []),
    ],
)
def test_a_figure_is_of_the_year_that_its_clause_names(year: int, body: str, found: list[str]) -> None:
    assert measured(f"{year}年优良天数和财政收入多少", f"一、2025年工作回顾\n{body}\n") == found


@pytest.mark.parametrize(
    ("question", "found"), [("低保多少钱", ["850元"]), ("现在低保多少钱", []), ("低保涨了没有", [])]
)
def test_what_is_so_now_is_told_by_no_plan(question: str, found: list[str]) -> None:
    assert measured(question, "二、2026年工作安排\n低保标准提高到850元。\n") == found


def test_a_word_inside_a_longer_one_that_means_something_else_is_a_trap() -> None:
    exports = Concept(("出口",), 1.0)
    assert is_trap(exports, "进出口总额1.85亿元")
    assert not is_trap(exports, "进出口总额1.85亿元，其中出口1.2亿元")
    assert not is_trap(exports, "完成固定资产投资42.8亿元")


def test_a_plan_does_not_answer_for_a_past_year() -> None:
    assert measured("2025年新建学校几所", "各项工作\n力争新建学校5所。\n") == []
    assert measured("2026年新建学校几所", "各项工作\n力争新建学校5所。\n") == ["5所"]
    assert measured("2025年新建学校几所", "各项工作\n新建学校5所。\n") == ["5所"]


@pytest.mark.parametrize("question", ["2025年新增就业多少人", "去年培训职工多少人", "2025年粮食产量多少"])
def test_a_sum_of_five_years_does_not_answer_for_one(question: str) -> None:
    assert measured(question, FIVE_YEARS) == ["8万人", "70万吨"]  # of what 2025 opens


def test_a_sum_of_five_years_answers_for_all_five() -> None:
    everything = ["500万人次", "40万人", "9万人", "8万人", "70万吨", "320万吨"]
    assert measured("五年新增就业多少人", FIVE_YEARS) == everything
    assert measured("2025年新增就业多少人", FIVE_YEARS) != everything


@pytest.mark.parametrize("question", ["高速公路总里程多少", "电站总装机多少", "果园总面积多少亩"])
def test_what_is_new_is_no_total(question: str) -> None:
    asked = reading(question, "各项工作\n新建高速公路20公里。\n")
    assert asked.conflict("新建高速公路20公里") == 1
    assert asked.conflict("高速公路达到300公里") == 0


@pytest.mark.parametrize(
    ("question", "body", "found"),
    [
        ("高铁里程多少公里", "铁路里程达到3000公里。", []),
        ("高铁里程多少公里", "铁路里程达到3000公里，其中高铁800公里。", ["800公里"]),
        ("铁路里程多少公里", "高铁里程800公里，铁路里程3000公里。", ["3000公里"]),
        (
            "铁路和高铁里程各多少公里",
            "铁路里程3000公里，高铁里程800公里。",
            ["3000公里", "800公里"],
        ),  # both are asked for
        ("公路里程多少公里", "高速公路里程达到700公里。", []),
        ("本科招生多少人", "招收硕士300人，本科2000人。", ["2000人"]),
        ("汽车产能多少辆", "汽车产量30万辆，产能达到50万辆。", ["50万辆"]),
        ("协议外资多少", "实际使用外资10亿美元，协议金额30亿美元。", ["30亿美元"]),
        ("竣工了多少个项目", "50个重点项目开工建设，30个项目竣工投产。", ["30个"]),
        ("高中新建几所", "3所小学、2所高中建成投用。", ["2所"]),
        ("要建多少套保障房", "新开工保障房5000套。", ["5000套"]),
        ("中小学教师补贴多少钱", "提高中小学教师补贴500元。", ["500元"]),
    ],
)
def test_a_figure_of_a_thing_beside_it_does_not_answer(question: str, body: str, found: list[str]) -> None:
    assert measured(question, f"各项工作\n{body}\n") == found


@pytest.mark.parametrize(
    ("question", "body", "found"),
    [
        ("高速公路里程多少公里", "新增高速公路里程50公里，高速公路总里程突破1000公里。", ["突破1000公里"]),
        ("现在一共建成多少座充电站", "新建充电站30座，累计建成充电站500座。", ["500座"]),
        ("新能源汽车保有量多少辆", "新登记新能源汽车5万辆。", []),
        ("财政收入多少", "财政收入比上年增加30亿元，达到500亿元。", ["500亿元"]),
        ("养老金一个月多少钱", "养老金标准达到2400元/年。", []),
        ("盖了多少栋安置楼", "建成安置楼20栋、2000套。", ["20栋"]),
        ("净增多少家规上企业", "新认定规上企业58家，净增42家。", ["42家"]),
        ("风电多装了多少", "风电装机达到78万千瓦，新增20万千瓦。", ["20万千瓦"]),
        ("风电装机有多少", "风电装机达到78万千瓦，新增20万千瓦。", ["78万千瓦"]),
    ],
)
def test_a_figure_must_be_of_the_sort_that_is_asked_for(question: str, body: str, found: list[str]) -> None:
    assert measured(question, f"各项工作\n{body}\n") == found


def test_what_is_new_or_added_answers_where_it_is_asked_for() -> None:
    assert "50公里" in measured("新增高速公路里程多少公里", "各项工作\n新增高速公路里程50公里，总里程突破1000公里。\n")
    assert "30亿元" in measured("财政收入增加多少", "各项工作\n财政收入比上年增加30亿元，达到500亿元。\n")


@pytest.mark.parametrize(
    ("question", "found"),
    [("乡镇有多少个", ["80个"]), ("乡镇原来有多少个", ["120个"]), ("乡镇从多少个整合到多少个", ["120个", "80个"])],
)
def test_what_a_figure_came_from_answers_only_where_that_is_asked(question: str, found: list[str]) -> None:
    assert measured(question, "各项工作\n乡镇由120个整合为80个。\n") == found


@pytest.mark.parametrize(("question", "found"), [("城镇低保标准多少元", ["700元"]), ("农村低保标准多少元", ["600元"])])
def test_town_and_country_have_each_their_own_figure(question: str, found: list[str]) -> None:
    assert measured(question, "各项工作\n城乡低保标准分别提高到每月700元、600元。\n") == found


def test_a_rate_is_no_change_of_it() -> None:
    asked = reading("城镇化率是多少", "各项工作\n城镇化率提高1.2个百分点，达到65%。\n")
    (line,) = [line for line in asked.lines if line.figures and "城镇化率" in line.text]
    assert [asked.measures(line, figure) for figure in line.figures] == [False, True]


def test_a_ratio_measures_the_gap_between_town_and_country() -> None:
    assert measured("城乡收入差距多大", "各项工作\n城乡居民收入比缩小至2.3。\n") == ["2.3"]


def test_quotation_marks_are_not_asked_for_and_a_later_clause_tells_of_the_same_thing() -> None:
    assert strength(Concept(("三公经费",), 1.0), "“三公”经费下降12%") == 1.0
    assert strength(Concept(("粮食总产量",), 1.0), "粮食播种面积62.8万亩，总产量27.3万吨") > NAMED
    assert strength(Concept(("农业增加值",), 1.0), "农业稳定发展第三产业增加值5亿元") < NAMED
