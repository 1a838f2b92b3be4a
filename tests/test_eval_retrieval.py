import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answer import Answerer
from bot.neural import NeuralReader
from eval.questions import Case, load
from eval.retrieval import IDEAS, NETWORK, WAYS, measure, ranked, reranked, retrieval_table
from index.library import Library


def test_measures_by_hand() -> None:
    qrels = {"q1": {"a": 1}, "q2": {"b": 1, "c": 1}}
    run = {"q1": ranked(["x", "a"]), "q2": ranked(["b"])}
    found = measure(qrels, run)
    assert found["success@1"] == 0.5
    assert found["success@5"] == 1.0
    assert found["recall@5"] == 0.75  # one of one, one of two
    assert found["mrr"] == 0.75  # 1/2 and 1/1


def test_every_way_and_idea_gets_a_row(
    library: Library, network: NeuralReader, write_report: Callable[[str, str], Path]
) -> None:
    row = {"id": "q", "question": "2019年GDP", "answers": [["218.48亿元"]], "evidence": ["地区生产总值218.48亿元"]}
    sources = {name: library.report(name).text for name in library.names}
    told: list[tuple[int, int]] = []
    cases = load(write_report("q.jsonl", json.dumps(row, ensure_ascii=False)), sources)
    table = retrieval_table(library, cases, network, lambda done, total: told.append((done, total)))
    assert list(table) == [f"{way} {idea}" for way in WAYS for idea in (*IDEAS, *NETWORK)]
    assert table["fused +year/standing"]["success@1"] == pytest.approx(1.0)
    assert table["fused +network"]["success@1"] == table["fused as shipped"]["success@1"] == pytest.approx(1.0)
    assert told[-1] == (21, 21)


def test_the_network_orders_passages_by_its_answerable_logit_and_reads_each_once(
    library: Library, network: NeuralReader
) -> None:
    passages = list(library.passages())
    gold = next(p for p in passages if "6738" in p.text)
    others = [p for p in passages if p is not gold][:3]
    case = Case("q", "吃低保的有几个人", (), True, (("6738人",),), (), "count", (), "test", None)
    logits: dict[tuple[str, str], float] = {}
    ordered = reranked(Answerer(library, network), case, [*others, gold], logits)
    assert ordered[0] == gold
    assert sorted(logits.values(), reverse=True) == [logits["q", f"{p.report}:{p.start}"] for p in ordered]
    # what was said of a passage is believed again, here with its sign turned, by an answerer that has no network
    turned = {key: -logit for key, logit in logits.items()}
    assert reranked(Answerer(library), case, [*others, gold], turned) == ordered[::-1]
