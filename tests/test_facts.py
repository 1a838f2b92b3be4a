import csv
import io
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.facts import COLUMNS, Fact, facts_of, noun_before, taken_apart
from eval.facts import held, measure, read_labels, same
from index.library import Library
from index.passages import Standing
from index.report import Report, parse_report
from index.view import clean


@pytest.fixture(scope="module")
def facts(seed: Report) -> list[Fact]:
    return list(facts_of(seed))


def told(text: str) -> list[tuple[str, float, str, str, str]]:
    """Indicator, value, unit, qualifier, change of the figures of a sentence."""
    report = parse_report("x.txt", f"政府工作报告\n2020年1月1日\n各位代表：\n{text}\n")
    return [(f.indicator, f.value, f.unit, f.qualifier, f.change) for f in facts_of(report)]


def test_every_fact_stands_at_its_offsets(seed: Report, facts: list[Fact]) -> None:
    for fact in facts:
        written = clean(seed.text[fact.start : fact.end])
        assert written in fact.sentence
        assert taken_apart(written)[0] == fact.value


def test_a_clause_that_only_says_a_rise_inherits_the_indicator(facts: list[Fact]) -> None:
    found = [(f.indicator, f.value, f.unit, f.change) for f in facts if f.sentence.startswith("全年完成地区生产总值")]
    assert found[:4] == [
        ("地区生产总值", 218.48, "亿元", ""),
        ("地区生产总值", 7.3, "%", "增长"),
        ("固定资产投资", 42.8, "亿元", ""),
        ("固定资产投资", 23.7, "%", "增长"),
    ]


def test_year_and_standing_are_those_of_the_sentence(facts: list[Fact]) -> None:
    told = {(f.value, f.qualifier, f.year, f.standing) for f in facts if f.indicator == "地区生产总值"}
    assert told == {
        (218.48, "", 2019, Standing.ACHIEVED),
        (7.3, "", 2019, Standing.ACHIEVED),
        (7.0, "左右", 2020, Standing.PLANNED),
    }
    assert {f.place for f in facts} == {"湛河区"}


def test_a_counted_noun_behind_the_figure_is_the_indicator(facts: list[Fact]) -> None:
    streets = next(f for f in facts if "东晶街" in f.sentence and f.unit == "条")
    assert (streets.indicator, streets.value, streets.standing) == ("背街小巷", 8.0, Standing.PLANNED)
    assert told("建设10个国家临床重点专科，办理人大代表建议1253件。") == [
        ("国家临床重点专科", 10.0, "个", "", ""),
        ("人大代表建议", 1253.0, "件", "", ""),
    ]


def test_a_list_shares_its_change_and_the_head_that_only_its_last_part_writes() -> None:
    assert told("优势产业、高技术制造业增加值分别增长6.8%、12.3%。") == [
        ("优势产业增加值", 6.8, "%", "", "增长"),
        ("高技术制造业增加值", 12.3, "%", "", "增长"),
    ]


def test_names_dates_ranks_and_spans_of_time_are_no_figures() -> None:
    assert told("2019年，连续5年居全省第1位，建强12345热线，规模超百亿元，谈判3.0版，六大产业向好。") == []


def test_a_year_that_is_only_compared_with_is_not_the_year_told() -> None:
    text = "政府工作报告\n2008年3月5日\n各位代表：\n二、2008年主要任务\n安排科技支出1134亿元，比上年增加134亿元。\n"
    found = list(facts_of(parse_report("x.txt", text)))
    assert [(f.indicator, f.value, f.year, f.standing) for f in found] == [
        ("科技支出", 1134.0, 2008, Standing.PLANNED),
        ("科技支出", 134.0, 2008, Standing.PLANNED),
    ]


def test_full_width_figures_are_whole() -> None:
    assert told("工业增加值平均每年增长１５．３％，实现了预期的发展。") == [("工业增加值", 15.3, "%", "", "增长")]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("218.48亿元", (218.48, "亿元", "")),
        ("超过1.52万亿美元", (1.52, "万亿美元", "超过")),
        ("40余次", (40.0, "次", "余")),
        ("1100多万", (1100.0, "万", "多")),
        ("5%-5.5%左右", (5.0, "%", "左右")),
        ("0.5个百分点", (0.5, "个百分点", "")),
        ("百分之六", (6.0, "%", "")),
        ("约3万亩", (3.0, "万亩", "约")),
    ],
)
def test_a_figure_is_taken_apart(written: str, expected: tuple[float, str, str]) -> None:
    assert taken_apart(written) == expected


@pytest.mark.parametrize(
    ("lead", "noun"),
    [
        ("全年完成地区生产总值", "地区生产总值"),
        ("城镇居民人均可支配收入达到", "城镇居民人均可支配收入"),
        ("2007年，全国财政收入达到", "全国财政收入"),
        ("同比增长", ""),
        ("占地区生产总值的", ""),
        ("发放小额担保贷款", "小额担保贷款"),
    ],
)
def test_the_noun_before_a_figure(lead: str, noun: str) -> None:
    assert noun_before(lead) == noun


def test_the_command_prints_rows(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "--csv", "--index", str(library.folder)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["indicator"], rows[0]["value"], rows[0]["unit"]) == ("地区生产总值", "218.48", "亿元")
    assert (rows[0]["year"], rows[0]["standing"], rows[0]["start"], rows[0]["end"]) == (
        "2019",
        "achieved",
        "343",
        "351",
    )
    assert main(["facts", "--report", "没有.txt", "--index", str(library.folder)]) == 2


def test_parquet_without_pyarrow_is_one_sentence(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert main(["facts", "--parquet", str(tmp_path / "x.parquet"), "--index", str(library.folder)]) == 2
    assert capsys.readouterr().err == "写 Parquet 要装 pyarrow：请运行 pip install pyarrow，或改用 --csv、--json。\n"


def test_no_such_thing_as_a_figure_without_a_place() -> None:
    with pytest.raises(ValueError, match="5:5"):
        Fact("x", 1.0, "个", "", "", None, Standing.NEITHER, "", "x", 5, 5, "x")


def test_the_labels_hold_no_sentence_and_the_seed_report_scores(seed_file: Path) -> None:
    labels = read_labels()
    assert sum(len(s.figures) for s in labels if s.split == "tune") == 156
    assert sum(len(s.figures) for s in labels if s.split == "test") == 52
    assert len({s.report for s in labels}) == 9
    assert all(len(f["indicator"]) <= 20 for s in labels for f in s.figures)
    score = measure(labels, held([seed_file]))
    assert score.labelled == 39  # the other reports are absent: skipped
    assert (score.rates["precision"], score.rates["recall"]) == (1.0, 1.0)
    assert min(score.rates[name] for name in ("indicator_close", "unit", "year", "standing")) == 1.0


def test_two_namings_say_the_same_where_one_holds_the_other() -> None:
    assert same("各类户外广告", "户外广告")
    assert same("城镇新增就业人数", "城镇新增就业人口")
    assert not same("户外广告", "养老床位")
    assert not same("", "养老床位")
