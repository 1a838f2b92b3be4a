"""The scoring of peers, with retrievers of three lines in place of the libraries, which are an extra."""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

import pytest

from eval.peers import PEERS, Retrieve, holds, installed_mib, run_peer, run_peers, table
from eval.questions import Case, load
from tests.conftest import ROOT

TEXT = "全年完成地区生产总值 218.48\n亿元，增长7.3%。新建停车泊位800个。全年保障低保6738人。"
ROWS = [
    {"question": "GDP多少", "answers": [["218.48亿元"]], "evidence": ["地区生产总值218.48亿元"]},
    {"question": "停车位呢", "answers": [["800个"]], "evidence": ["新建停车泊位800个"]},
    {"question": "低保多少人", "answers": [["6738人"]], "evidence": ["保障低保6738人"]},
]
FILLER = [f"第{n}段没有要找的话。" for n in range(4)]
FOUND = {
    "GDP多少": ["完成地区生产总值218.48亿元，增长7.3%", *FILLER],  # first; the page break is no obstacle
    "停车位呢": [*FILLER, "新建停车泊位800个。"],  # fifth
    "低保多少人": [*FILLER, "无", "全年保障低保6738人。"],  # sixth
}


@pytest.fixture
def cases(write_report: Callable[[str, str], Path]) -> tuple[Case, ...]:
    lines = "".join(json.dumps({"id": str(n)} | row, ensure_ascii=False) + "\n" for n, row in enumerate(ROWS))
    return load(write_report("q.jsonl", lines), {"r.txt": TEXT})


def made(text: str, model: str) -> Retrieve:
    assert (text, model) == (TEXT, "a-model")
    return lambda question: FOUND[question]


def test_recall_is_judged_by_text_in_the_first_and_the_first_five(cases: tuple[Case, ...]) -> None:
    found = run_peer(made, cases, TEXT, "a-model")
    assert found["evidence_first"] == pytest.approx(1 / 3)
    assert found["evidence_in_5"] == pytest.approx(2 / 3)
    lengths = [len(piece) for pieces in FOUND.values() for piece in pieces[:5]]
    assert found["mean_characters"] == pytest.approx(sum(lengths) / 15)
    assert found["build_s"] >= 0
    assert found["warm_p50_ms"] >= 0


def test_a_piece_holds_evidence_or_lies_within_it() -> None:
    assert holds("完成生产总值 218.48\n亿元，增长", "生产总值218.48亿元")
    assert holds("生产总值", "生产总值218.48亿元")
    assert not holds("生产总值218.48万元", "生产总值218.48亿元")


def test_what_is_not_installed_is_skipped_with_a_line(cases: tuple[Case, ...]) -> None:
    said: list[str] = []
    peers = {"Made": (made, ("pytest",)), "Absent": (made, ("pytest", "no-such-package"))}
    found = run_peers(cases, TEXT, "a-model", peers, said.append)
    assert list(found) == ["Made"]
    assert said == ["跳过 Absent：没有安装 no-such-package；请运行 pip install -e '.[peers]'。"]


def test_the_size_counts_each_package_once_and_with_what_it_requires() -> None:
    def own(name: str) -> float:
        files = (Path(str(f.locate())) for f in distribution(name).files or ())
        return sum(path.stat().st_size for path in files if path.is_file()) / 2**20

    assert installed_mib(["iniconfig"]) == pytest.approx(own("iniconfig"))  # requires nothing
    assert installed_mib(["iniconfig", "iniconfig", "no-such-package"]) == pytest.approx(own("iniconfig"))
    assert installed_mib(["pytest"]) >= own("pytest") + own("iniconfig") + own("pluggy")


def test_the_table_has_a_row_a_peer() -> None:
    row = {
        "evidence_first": 0.5184,
        "evidence_in_5": 0.8136,
        "build_s": 19.84,
        "warm_p50_ms": 78.6,
        "mean_characters": 214.2,
        "installed_mib": 1308.4,
    }
    heads, marks, only = table({"Haystack": row}).splitlines()
    assert heads.count("|") == marks.count("|") == only.count("|") == 8
    assert only == "| Haystack | 0.518 | 0.814 | 19.8 | 79 | 214 | 1,308 |"


def test_the_libraries_are_loaded_by_their_own_peer_only() -> None:
    code = "import sys, eval.peers; print(sorted({'haystack', 'llama_index', 'torch'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
    assert list(PEERS) == ["baogaotong", "Haystack", "LlamaIndex"]
