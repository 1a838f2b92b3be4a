import json
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.questions import load
from eval.retrieval import IDEAS, WAYS, measure, ranked, retrieval_table
from index.library import Library


def test_measures_by_hand() -> None:
    qrels = {"q1": {"a": 1}, "q2": {"b": 1, "c": 1}}
    run = {"q1": ranked(["x", "a"]), "q2": ranked(["b"])}
    found = measure(qrels, run)
    assert found["success@1"] == 0.5
    assert found["success@5"] == 1.0
    assert found["recall@5"] == 0.75  # one of one, one of two
    assert found["mrr"] == 0.75  # 1/2 and 1/1


def test_every_way_and_idea_gets_a_row(library: Library, write_report: Callable[[str, str], Path]) -> None:
    row = {"id": "q", "question": "2019年GDP", "answers": [["218.48亿元"]], "evidence": ["地区生产总值218.48亿元"]}
    sources = {name: library.report(name).text for name in library.names}
    told: list[tuple[int, int]] = []
    cases = load(write_report("q.jsonl", json.dumps(row, ensure_ascii=False)), sources)
    table = retrieval_table(library, cases, None, lambda done, total: told.append((done, total)))
    assert list(table) == [f"{way} {idea}" for way in WAYS for idea in IDEAS]
    assert table["fused +year/standing"]["success@1"] == pytest.approx(1.0)
    assert told[-1] == (18, 18)
