import json
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.cli import main
from eval import render
from eval.suite import below_floors, floors_of, outcome, read_floors, run
from index.library import Library

ROWS: list[dict[str, Any]] = [
    {
        "id": "1",
        "question": "2019年GDP",
        "answers": [["218.48亿元"]],
        "evidence": ["地区生产总值218.48亿元"],
        "type": "amount",
    },
    {
        "id": "2",
        "question": "低保多少人",
        "answers": [["6738人"]],
        "evidence": ["6738人"],
        "type": "count",
        "split": "tune",
    },
    {"id": "3", "question": "2018年GDP", "answerable": False, "tags": ["near-miss"]},
]


@pytest.fixture
def questions(write_report: Callable[[str, str], Path]) -> Path:
    return write_report("q.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS))


@pytest.fixture
def found(library: Library, questions: Path) -> dict[str, Any]:
    return outcome(run(library, questions, retrieval=False))


def test_the_outcome_is_plain_data(found: dict[str, Any]) -> None:
    again = json.loads(json.dumps(found))
    assert again["count"] == 3
    assert again["summary"]["all"]["overall"] == 1.0
    assert set(again["summary"]) == {"all", "tune", "test"}
    assert [row["verdict"] for row in again["results"]] == ["right", "right", "refused"]


def test_a_split_can_run_alone(library: Library, questions: Path) -> None:
    assert [r.case.id for r in run(library, questions, splits=["tune"], retrieval=False).results] == ["2"]


def test_a_fall_or_another_file_is_under_the_floor(found: dict[str, Any]) -> None:
    floors = json.loads(json.dumps(floors_of(found)))
    assert below_floors(found, floors) == []
    fallen = json.loads(json.dumps(found))
    fallen["summary"]["test"]["right"] -= 0.02
    fallen["summary"]["all"]["wrong_confident"] += 0.02
    fallen["summary"]["all"]["verbatim"] -= 0.001
    assert len(below_floors(fallen, floors)) == 3
    assert "不是同一份" in below_floors(found | {"sha256": "0"}, floors)[0]


def test_the_recorded_floors_can_be_read() -> None:
    assert read_floors()["floors"]["test"]["verbatim"] == 1.0


def test_the_report_and_its_files(found: dict[str, Any], tmp_path: Path) -> None:
    render.write(found, tmp_path)
    assert {p.name for p in tmp_path.iterdir()} >= {"report.md", "results.json", "questions.jsonl", "calibration.svg"}
    assert "| 总分" in (tmp_path / "report.md").read_text("utf-8")
    assert (tmp_path / "risk-coverage.svg").read_bytes().count(b"<svg") == 1
    assert len((tmp_path / "questions.jsonl").read_text("utf-8").splitlines()) == 3


def test_drawing_leaves_no_import_hook_behind(found: dict[str, Any], tmp_path: Path) -> None:
    before = list(sys.meta_path)
    render.write(found, tmp_path)
    assert not {type(finder).__name__ for finder in sys.meta_path} & {"PluginImportFixer"}
    assert len(sys.meta_path) <= len(before)
    assert find_spec("no_such_package") is None  # a warning here is an error


def test_the_screen_shows_a_table(found: dict[str, Any]) -> None:
    console = Console(record=True, width=120)
    render.show(found, console)
    assert "答错却自信" in console.export_text()


def test_anyones_own_questions_and_report(
    questions: Path, seed_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    code = main(["eval", str(questions), "--report", str(seed_file), "--no-retrieval", "--out", str(out)])
    assert code == 0
    assert "3 个问题" in capsys.readouterr().out
    assert main(["eval", "--compare", str(out / "results.json"), str(out / "results.json")]) == 0
    assert "变好 0" in capsys.readouterr().out
