"""Regressions planted on purpose: the evaluation must see each of them, on the user's report and the real library."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answerer, Citation, Outcome
from bot.cli import main
from eval.answering import Result, Verdict, answer_all, judge
from eval.measures import summary
from eval.questions import Case, QuestionsError, load
from eval.suite import QUESTIONS, below_floors, floors_of, outcome, run
from index.library import Library
from index.report import Report

# the same indicators told apart by year and standing, and years that the report does not tell of
TIMED: list[dict[str, Any]] = [
    {"question": "2019年GDP", "answers": ["218.48亿元"], "evidence": ["地区生产总值218.48亿元"]},
    {
        "question": "今年固定资产投资增长多少",
        "answers": ["增长9%"],
        "evidence": ["固定资产投资增长9%"],
    },
    {
        "question": "今年一般公共预算收入增长目标",
        "answers": ["增长7%以上"],
        "evidence": ["一般公共预算收入增长7%以上"],
    },
    {"question": "2020年新建停车泊位多少", "answers": ["800个"], "evidence": ["新建停车泊位800个"]},
    {"question": "2019年新建停车泊位多少"},
    {"question": "2018年GDP"},
    {"question": "2019年城镇登记失业率是多少"},
    {"question": "2021年规模以上工业增加值目标"},
    {"question": "2017年农村居民收入"},
]


def lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps({"id": str(n)} | row, ensure_ascii=False) + "\n" for n, row in enumerate(rows, 1))


@pytest.fixture
def questions(write_report: Callable[[str, str], Path]) -> Path:
    return write_report("timed.jsonl", lines(TIMED))


@pytest.fixture
def sources(seed: Report) -> dict[str, str]:
    return {seed.name: seed.text}


@pytest.fixture
def cases(questions: Path, sources: dict[str, str]) -> tuple[Case, ...]:
    return load(questions, sources)


# -- the year signal --------------------------------------------------------------------------------


def test_without_the_year_the_rules_fall_in_every_figure(
    library: Library, cases: tuple[Case, ...], sources: dict[str, str]
) -> None:
    told, untold = (summary(answer_all(Answerer(library, timed=timed), cases[1:], sources)) for timed in (True, False))
    assert (told["right"], told["refusals"], told["wrong_confident"]) == (1.0, 1.0, 0.0)
    assert untold["right"] is not None
    assert untold["right"] <= 2 / 3  # 800个, of which one stands in the report, and at most one of the two goals
    assert untold["refusals"] == 0.0
    assert untold["wrong_confident"] is not None
    assert untold["wrong_confident"] >= 5 / 8


# -- offsets ----------------------------------------------------------------------------------------


class Moved(Answerer):
    """Cites one character too far to the right; the words it says stay what they were."""

    def cite(self, outcome: Outcome) -> list[Citation]:
        return [replace(c, start=c.start + 1, end=c.end + 1) for c in super().cite(outcome)]


def test_a_moved_offset_is_not_verbatim_and_falls_under_the_floor(
    library: Library, write_report: Callable[[str, str], Path], sources: dict[str, str]
) -> None:
    few = write_report("few.jsonl", lines([TIMED[1], TIMED[3], TIMED[5]]))
    sound = outcome(run(library, few, retrieval=False))
    assert sound["summary"]["all"]["verbatim"] == 1.0
    moved = answer_all(Moved(library), load(few, sources), sources)
    assert [(r.verdict, r.verbatim) for r in moved] == [
        (Verdict.RIGHT, False),  # by its words alone it would pass
        (Verdict.RIGHT, False),
        (Verdict.REFUSED, True),
    ]
    planted = sound | {"summary": {"all": summary(moved)}}
    assert any("verbatim" in finding for finding in below_floors(planted, floors_of(sound)))


@pytest.mark.parametrize("by", [-1, 1])
def test_each_end_moved_by_one_is_seen(
    answerer: Answerer, cases: tuple[Case, ...], sources: dict[str, str], by: int
) -> None:
    answer = answerer.answer("2019年GDP")
    (citation,) = answer.citations

    def judged(**moved: int) -> Result:
        return judge(cases[0], replace(answer, citations=(replace(citation, **moved),)), sources)

    assert judged().verbatim
    assert not judged(start=citation.start + by).verbatim
    assert not judged(end=citation.end + by).verbatim


def test_a_citation_outside_its_quote_cannot_be_made(answerer: Answerer) -> None:
    (citation,) = answerer.answer("2019年GDP").citations
    with pytest.raises(ValueError, match="outside its quote"):
        replace(citation, start=citation.quote_start - 1)
    with pytest.raises(ValueError, match="outside its quote"):
        replace(citation, end=citation.quote_end + 1)
    with pytest.raises(ValueError, match="outside its quote"):
        replace(citation, start=citation.end)


# -- gold -------------------------------------------------------------------------------------------


def test_an_edited_gold_is_refused_with_its_line(
    tmp_path: Path, sources: dict[str, str], seed_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    at = next(n for n, row in enumerate(rows) if row["answers"] == [["218.48亿元"]])
    rows[at]["answers"] = [["218.84亿元"]]  # two digits exchanged
    copy = tmp_path / "copy.jsonl"
    copy.write_text(lines(rows), "utf-8")
    with pytest.raises(QuestionsError, match=f"第 {at + 1} 行：标准答案“218.84亿元”不在报告里"):
        load(copy, sources)
    assert main(["eval", str(copy), "--report", str(seed_file), "--no-retrieval"]) == 2
    assert f"第 {at + 1} 行" in capsys.readouterr().err


def test_a_gold_edited_into_another_figure_of_the_report_is_seen_as_another_file(
    library: Library, write_report: Callable[[str, str], Path]
) -> None:
    sound = outcome(run(library, write_report("a.jsonl", lines(TIMED[:1])), retrieval=False))
    edited = [{**TIMED[0], "answers": ["42.8亿元"]}]
    planted = outcome(run(library, write_report("b.jsonl", lines(edited)), retrieval=False))
    assert any("不是同一份" in finding for finding in below_floors(planted, floors_of(sound)))


# -- floors -----------------------------------------------------------------------------------------


def test_check_fails_under_the_floors_and_names_what_fell(
    write_report: Callable[[str, str], Path], seed_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = write_report("few.jsonl", lines([TIMED[1], TIMED[5]]))
    floors, out = tmp_path / "floors.json", tmp_path / "out"
    command = ["eval", str(few), "--report", str(seed_file), "--no-retrieval", "--reader", "rules"]
    command += ["--floors", str(floors)]
    assert main([*command, "--record", "--check", "--out", str(out)]) == 0
    recorded = json.loads(floors.read_text("utf-8"))

    found = json.loads((out / "results.json").read_text("utf-8"))
    assert below_floors(found, recorded) == []
    for name, by in (("right", -0.015), ("wrong_confident", 0.015), ("verbatim", -0.0001)):
        lowered = json.loads(json.dumps(found))
        lowered["summary"]["test"][name] += by
        (finding,) = below_floors(lowered, recorded)
        assert finding.startswith(f"test 的 {name} 是 ")

    recorded["floors"]["test"]["wrong_confident"] = -0.02  # as if less had gone wrong before
    floors.write_text(json.dumps(recorded), "utf-8")
    capsys.readouterr()
    assert main([*command, "--check"]) == 1
    assert "test 的 wrong_confident 是 0.000，下限是 -0.020。" in capsys.readouterr().err
