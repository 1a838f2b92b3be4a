import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from index.library import Library
from tests.conftest import ROOT


def run(*arguments: str, library: Library, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bot.cli", *arguments, "--index", str(library.folder)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=ROOT, check=False)


def test_answered_is_0_and_declined_is_1(library: Library) -> None:
    done = run("ask", "2020年GDP目标", library=library)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "地区生产总值增长7%左右"
    assert "【地区生产总值增长7%左右】" in done.stdout
    assert "二、2020年工作安排 · 第22段" in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""
    assert run("ask", "2018年GDP", library=library).returncode == 1


def test_json_has_the_fields_that_others_script_against(library: Library) -> None:
    found = json.loads(run("ask", "--json", "2019年GDP", library=library).stdout)
    assert list(found) == [
        "id",
        "question",
        "found",
        "answer",
        "spans",
        "passages",
        "confidence",
        "reason",
        "elapsed_ms",
        "choices",
        "searched",
    ]
    assert (found["found"], found["answer"], found["reason"]) == (True, "218.48亿元", None)
    span = found["spans"][0]
    assert list(span) == ["text", "quote", "report", "section", "start", "end", "sha256"]
    assert library.report(span["report"]).text[span["start"] : span["end"]] == "218.48亿元"
    assert len(found["passages"]) >= 5
    for passage in found["passages"]:
        assert list(passage) == ["report", "section", "text", "start", "end", "score"]
        assert library.report(passage["report"]).text[passage["start"] : passage["end"]] == passage["text"]


def test_lines_in_lines_out_in_order_with_history(library: Library) -> None:
    asked = [
        {"id": "a", "question": "2019年GDP多少"},
        {"id": 2, "question": "那增长呢？", "history": ["2019年GDP多少"]},
        {"question": "2018年GDP"},
    ]
    done = run("ask", "--jsonl", library=library, stdin="\n".join(json.dumps(a) for a in asked) + "\n")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(f["id"], f["answer"]) for f in found] == [("a", "218.48亿元"), (2, "增长7.3%"), (None, "")]
    assert found[2]["reason"] == "other-year"
    assert found[2]["passages"]
    assert done.returncode == 0


def test_a_bad_line_is_named_and_the_others_answered(library: Library) -> None:
    lines = ['{"id": 1, "question": "2019年GDP"}', "nonsense", '{"id": 3}', '{"id": 4, "question": "2019年GDP"}']
    done = run("ask", "--jsonl", library=library, stdin="\n".join(lines))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [f["id"] for f in found] == [1, None, 3, 4]
    assert "第 2 行" in found[1]["error"]
    assert done.returncode == 2


def test_no_question_and_no_such_report(library: Library) -> None:
    assert run("ask", library=library).returncode == 2
    done = run("ask", "--report", "没有.txt", "2019年GDP", library=library)
    assert done.returncode == 2
    assert done.stderr.startswith("索引里没有 没有.txt")
    assert "Traceback" not in done.stderr


def test_index_commands(library: Library, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = str(library.folder)
    assert main(["index", "list", "--index", folder]) == 0
    assert capsys.readouterr().out.startswith("zhanhe-2020.txt\t湛河区\t2020\t")
    assert main(["index", "verify", "--index", folder]) == 0
    assert main(["index", "verify", "--index", str(tmp_path / "none")]) == 2
    assert main(["index", "add", str(tmp_path / "none.txt"), "--index", folder]) == 2
    assert "没有" in capsys.readouterr().err


def test_index_is_chosen_by_the_environment(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BAOGAO_INDEX", str(library.folder))
    assert main(["ask", "2019年GDP"]) == 0
    assert capsys.readouterr().out.startswith("218.48亿元\n")
