import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answerer
from eval.answering import Result, Verdict, answer_all, covered, judge, overlaps
from eval.measures import MEASURES
from eval.questions import load

Write = Callable[[str, str], Path]


@pytest.fixture
def judged(answerer: Answerer, write_report: Write) -> Callable[..., Result]:
    sources = {name: answerer.library.report(name).text for name in answerer.library.names}

    def judge_one(question: str, answers: list[list[str]], evidence: list[str], **more: Any) -> Result:
        row = {"id": "q", "question": question, "answers": answers, "evidence": evidence, "answerable": bool(answers)}
        cases = load(write_report("q.jsonl", json.dumps(row | more, ensure_ascii=False)), sources)
        (result,) = answer_all(answerer, cases, sources)
        return result

    return judge_one


def test_a_right_figure_is_right_in_every_measure(judged: Callable[..., Result]) -> None:
    result = judged("2019年GDP", [["218.48亿元"]], ["全年完成地区生产总值218.48亿元"], type="amount")
    assert result.verdict is Verdict.RIGHT
    assert (result.exact, result.f1, result.figure, result.cited, result.first, result.five) == (1, 1, 1, 1, 1, 1)
    assert result.verbatim
    assert result.good


def test_a_wrong_gold_makes_a_wrong_answer(judged: Callable[..., Result]) -> None:
    result = judged("2019年GDP", [["42.8亿元"]], ["完成固定资产投资42.8亿元"], type="amount")
    assert result.verdict is Verdict.WRONG
    assert (result.exact, result.figure) == (0, 0)


def test_declined_refused_and_false_are_told_apart(judged: Callable[..., Result]) -> None:
    assert judged("2018年GDP", [], []).verdict is Verdict.REFUSED
    assert judged("2018年GDP", [["218.48亿元"]], ["218.48亿元"]).verdict is Verdict.DECLINED
    assert judged("2019年GDP", [], []).verdict is Verdict.FALSE


def test_list_items_are_counted(judged: Callable[..., Result]) -> None:
    gold = ["经济下行压力加大", "产业结构不尽合理", "六稳"]
    result = judged("面临哪些困难和问题", [gold], ["一是经济下行压力加大"], type="list")
    assert result.items == (2, 3)
    assert result.verdict is Verdict.WRONG


def test_a_moved_offset_is_not_verbatim(answerer: Answerer, judged: Callable[..., Result]) -> None:
    from dataclasses import replace

    result = judged("2019年GDP", [["218.48亿元"]], ["全年完成地区生产总值218.48亿元"])
    (citation,) = result.answer.citations
    moved = replace(result.answer, citations=(replace(citation, start=citation.start - 1),))
    sources = {citation.report: answerer.library.report(citation.report).text}
    assert not judge(result.case, moved, sources).verbatim


def test_stretches_overlap_by_half_of_the_shorter() -> None:
    assert overlaps(("r", 0, 10), ("r", 5, 40))
    assert not overlaps(("r", 0, 10), ("r", 6, 40))
    assert not overlaps(("r", 0, 10), ("s", 0, 10))


def test_coverage_is_a_share_of_the_evidence(judged: Callable[..., Result]) -> None:
    result = judged("2019年GDP", [["218.48亿元"]], ["全年完成地区生产总值218.48亿元", "经济下行压力加大"])
    (gdp,), _ = result.case.evidence
    assert covered(result.case, [gdp]) == 0.5


def test_the_report_of_the_first_citation_is_judged_where_the_question_names_reports(
    answerer: Answerer, judged: Callable[..., Result]
) -> None:
    from dataclasses import replace

    gold, evidence = [["218.48亿元"]], ["全年完成地区生产总值218.48亿元"]
    right = judged("2019年GDP", gold, evidence, reports=["zhanhe-2020"])
    assert right.report == 1
    text = answerer.library.report("zhanhe-2020.txt").text
    (citation,) = right.answer.citations
    astray = replace(right.answer, citations=(replace(citation, report="other.txt"), citation))
    wrong = judge(right.case, astray, {"zhanhe-2020.txt": text, "other.txt": text})
    assert wrong.report == 0  # only the first counts
    unnamed = judged("2019年GDP", gold, evidence)
    declined = judged("2018年GDP", gold, evidence, reports=["zhanhe-2020"])
    assert (unnamed.report, declined.report) == (None, None)
    assert MEASURES["report_first"]([right, wrong, unnamed, declined]) == 0.5
    assert MEASURES["report_first"]([right]) == 1
