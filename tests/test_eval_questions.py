import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.questions import QuestionsError, load
from eval.suite import QUESTIONS
from index.report import Report

SOURCES = {"r.txt": "全年完成地区生产总值 218.48 亿元，增长 7.3%。面临不少困难。"}
GOOD: dict[str, Any] = {
    "id": "1",
    "question": "GDP多少",
    "answerable": True,
    "answers": [["218.48亿元"]],
    "evidence": ["地区生产总值218.48亿元"],
}
Write = Callable[[str, str], Path]


TWO = {"江苏2026.txt": "全年增长 5%。江苏有 13 个市。", "浙江2026.pdf": "外贸好。全年增长 5%。"}
ASKED: dict[str, Any] = {"question": "增长多少", "answers": [["5%"]], "evidence": ["全年增长5%"]}


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_a_case_knows_where_its_evidence_stands(write_report: Write) -> None:
    (case,) = load(write_report("q.jsonl", lines(GOOD)), SOURCES)
    (((name, start, end),),) = case.evidence
    assert SOURCES[name][start:end] == "地区生产总值 218.48 亿元"
    assert (case.split, case.history, case.answers) == ("test", (), (("218.48亿元",),))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answers": [["218.49亿元"]]}, "218.49亿元"),
        ({"evidence": ["生产总值219"]}, "生产总值219"),
        ({"answerable": False}, "answerable"),
        ({"answers": []}, "answerable"),
        ({"split": "dev"}, "dev"),
        ({"question": 7}, "question"),
        ({"id": "0"}, "id 0"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(write_report: Write, change: dict[str, Any], said: str) -> None:
    path = write_report("q.jsonl", lines(GOOD | {"id": "0"}, GOOD | change))
    with pytest.raises(QuestionsError, match=f"第 2 行.*{said}"):
        load(path, SOURCES)


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (["浙江2026"], ("浙江2026.pdf",)),
        (["浙江2026.pdf"], ("浙江2026.pdf",)),
        (["浙江2026", "江苏2026.txt"], ("浙江2026.pdf", "江苏2026.txt")),
    ],
)
def test_the_reports_that_answer_are_named_with_or_without_their_ending(
    write_report: Write, said: list[str], held: tuple[str, ...]
) -> None:
    (case,) = load(write_report("q.jsonl", lines(ASKED | {"reports": said})), TWO)
    assert case.reports == held
    (places,) = case.evidence
    assert {name for name, _, _ in places} == set(held)  # sought in those only
    for name, start, end in places:
        assert TWO[name][start:end] == "全年增长 5%"


def test_where_no_reports_are_named_the_evidence_may_stand_in_any(write_report: Write) -> None:
    (case,) = load(write_report("q.jsonl", lines(ASKED)), TWO)
    assert case.reports == ()
    assert [name for name, _, _ in case.evidence[0]] == list(TWO)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reports": ["安徽2026"]}, "安徽2026"),
        ({"reports": ["江苏2026", "安徽2026"]}, "安徽2026"),
        ({"reports": ["江苏2026.pdf"]}, "江苏2026.pdf"),
        ({"reports": ["浙江2026"], "evidence": ["江苏有13个市"]}, "江苏有13个市"),
        ({"reports": ["浙江2026"], "answers": [["13个"]]}, "13个"),
    ],
)
def test_a_report_that_is_not_held_or_does_not_say_it_is_refused(
    write_report: Write, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(QuestionsError, match=f"第 2 行.*{said}"):
        load(write_report("q.jsonl", lines(ASKED, ASKED | {"id": "2"} | change)), TWO)


def test_what_is_no_json_or_no_file_is_refused(write_report: Write, tmp_path: Path) -> None:
    with pytest.raises(QuestionsError, match="第 1 行"):
        load(write_report("q.jsonl", "{oops\n"), SOURCES)
    with pytest.raises(QuestionsError, match="没有问题"):
        load(write_report("empty.jsonl", "\n"), SOURCES)
    with pytest.raises(QuestionsError, match="读不了"):
        load(tmp_path / "missing.jsonl", SOURCES)


def test_the_splits_share_no_value_of_one_evidence(write_report: Write) -> None:
    rows = lines(GOOD | {"split": "tune"}, GOOD | {"id": "2", "question": "经济总量呢", "split": "test"})
    with pytest.raises(QuestionsError, match="同一个值"):
        load(write_report("q.jsonl", rows), SOURCES)


def test_the_shipped_questions_are_sound_and_enough(seed: Report) -> None:
    cases = load(QUESTIONS, {seed.name: seed.text})
    assert len(cases) >= 320
    assert sum(not case.answerable for case in cases) >= 80
    assert {case.split for case in cases} == {"tune", "test"}
    assert all(case.evidence for case in cases if case.answerable)
