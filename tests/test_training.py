"""What the network learns from: groups, gold spans, sampling, and one step that runs."""

import json
import random
from pathlib import Path

import pytest
import torch

from bot.answer import Answerer
from bot.neural import MODEL, NeuralReader
from eval.derived import cases_of
from eval.questions import load
from eval.training import (
    Group,
    Network,
    Tokens,
    Window,
    batches,
    case_groups,
    losses,
    mean_of,
    pruned_vocabulary,
    read_groups,
    read_state,
    sample,
    squad_groups,
    write_groups,
)
from index.report import Report, parse_report
from index.weights import converted_folder


def test_squad_groups_mark_the_passage_that_holds_the_answer_and_mend_its_offset(tmp_path: Path) -> None:
    text = "甲" * 120 + "。" + "乙" * 100 + "在1998年。"
    asked = {"question": "何年", "answers": [{"text": "1998年", "answer_start": 3}]}
    data = {"data": [{"paragraphs": [{"context": text, "qas": [asked]}]}]}
    (tmp_path / "made.json").write_text(json.dumps(data), "utf-8")
    (group,) = squad_groups([tmp_path / "made.json"], NeuralReader().pieces)
    (right,) = [window for window in group.windows if window.answers]
    assert right.span is not None
    assert right.text[slice(*right.span)] == "1998年"
    assert len(group.windows) == 3  # the other passage of the paragraph, and one of the pool


def test_case_groups_hold_the_evidence_and_its_gold_span(answerer: Answerer, tmp_path: Path) -> None:
    name = answerer.library.names[0]
    row = {"question": "吃低保的多少人", "answers": [["6738人"]], "evidence": ["全年城乡低保共保障4983户、6738人"]}
    (tmp_path / "q.jsonl").write_text(json.dumps(row) + "\n" + json.dumps({"question": "郑州房价"}), "utf-8")
    cases = load(tmp_path / "q.jsonl", {name: answerer.library.report(name).text})
    answered, unanswered = case_groups(answerer, name, cases)
    (right,) = [window for window in answered.windows if window.answers]
    assert right.span is not None
    assert right.text[slice(*right.span)] == "6738人"
    assert right.text.startswith("2019年去年完成 ")
    assert not any(window.answers for window in unanswered.windows)
    assert write_groups([answered, unanswered], tmp_path / "groups.jsonl") == 2
    assert read_groups([tmp_path / "groups.jsonl"]) == [answered, unanswered]


def made(answers: int, others: int) -> Group:
    windows = [Window(f"是{n}", True, (0, 1)) for n in range(answers)] + [
        Window(f"非{n}", False, None) for n in range(others)
    ]
    return Group("问", tuple(windows))


def test_a_sample_has_at_most_one_answer_and_distinct_others() -> None:
    chance = random.Random(0)
    for _ in range(50):
        taken = sample(made(2, 5), 3, chance, 0.1)
        assert sum(window.answers for window in taken) <= 1
        assert len(taken) == len(set(taken)) == 3 + taken[0].answers
    assert len(sample(made(0, 1), 3, chance, 0.1)) == 1


def test_batches_are_the_same_for_the_same_seed_and_show_every_group() -> None:
    groups = [Group(str(n), made(1, 3).windows) for n in range(30)]
    first, again = (list(batches(groups, 1.0, 3, seed=5, dropped=0.1)) for _ in range(2))
    assert first == again
    assert sorted(int(group.question) for batch in first for group, _ in batch) == list(range(30))


def test_a_step_lowers_the_loss_on_what_it_saw() -> None:
    torch.manual_seed(0)
    folder = converted_folder()
    network, tokens = Network(folder), Tokens(folder)
    text = "全年城乡低保共保障6738人。"
    right = Window(text, True, (9, 14))
    batch = [(Group("低保多少人", (right,)), [right, Window("新建停车泊位800个。", False, None)])]
    row = tokens.encode("低保多少人", right)
    assert row.start >= row.first
    optimizer = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=0.01)
    before = losses(network, tokens, batch)
    before.sum().backward()
    optimizer.step()
    assert losses(network, tokens, batch).sum() < before.sum()


def test_the_pruned_vocabulary_keeps_chinese_and_the_latin_words_that_are_used() -> None:
    tokenizer = json.loads((converted_folder() / "tokenizer.json").read_text("utf-8"))
    pieces = [piece for piece, _ in tokenizer["model"]["vocab"]]
    kept, smaller = pruned_vocabulary(tokenizer, ["GDP target"])
    vocabulary = [piece for piece, _ in smaller["model"]["vocab"]]
    assert vocabulary == [pieces[old] for old in kept]
    assert "目标" in vocabulary
    assert "▁target" in vocabulary
    assert "▁Ziel" not in vocabulary
    assert vocabulary[smaller["model"]["unk_id"]] == "<unk>"


def test_the_shipped_file_gives_every_weight_but_the_words_and_the_same_opinion(network: NeuralReader) -> None:
    folder = converted_folder()
    learned = Network(folder)
    state = read_state(MODEL)
    wanted = learned.state_dict()
    assert set(wanted) - set(state) == {"bert.embeddings.word_embeddings.weight"}
    assert {name: tuple(rows.shape) for name, rows in state.items()} == {
        name: tuple(wanted[name].shape) for name in state
    }
    learned.load_state_dict(state, strict=False)
    learned.eval()
    context, text = "2019年去年完成 民生。", "新建停车泊位800个。全年城乡低保共保障4983户、6738人。"
    (told,) = network.read("低保保障了多少人", [(context, text)])
    tokens = Tokens(folder)
    window = Window(context + text, True, None)
    ids = tokens.encode("低保保障了多少人", window)
    with torch.no_grad():
        spans, picks = learned(torch.tensor([ids.ids]), torch.ones((1, len(ids.ids)), dtype=torch.long))
    assert picks.sigmoid().item() == pytest.approx(told.answers, abs=0.1)
    inside = spans[0, ids.first : ids.first + ids.count].softmax(0)
    at = text.index("6738人")
    gold = tokens.encode("低保保障了多少人", Window(window.text, True, (len(context) + at, len(context) + at + 5)))
    mine = inside[gold.start - ids.first : gold.end + 1 - ids.first].sum().item() / 2
    assert mine == pytest.approx(told.inside(at, at + 5), abs=0.1)


def test_a_run_s_own_state_is_read_as_it_was_saved(tmp_path: Path) -> None:
    torch.save({"span.bias": torch.tensor([1.0, 2.0])}, tmp_path / "state.pt")
    assert read_state(tmp_path / "state.pt")["span.bias"].tolist() == [1.0, 2.0]


def test_derived_questions_have_their_answer_at_the_evidence(seed: Report) -> None:
    cases = list(cases_of(seed))
    answered = [case for case in cases if case.answerable]
    none = [case for case in cases if not case.answerable]
    assert answered
    assert none
    assert len(none) <= len(answered) / 2
    for case in answered:
        (((name, start, end),),) = case.evidence
        assert name == seed.name
        assert case.answers == ((seed.text[start:end],),)
        assert any(c.isdigit() or c in "一二两三四五六七八九十" for c in seed.text[start:end])
    assert all(case.answers == () and case.evidence == () for case in none)
    assert len({case.id for case in cases}) == len(cases)
    assert all(case.question.strip() and "{" not in case.question for case in cases)
    assert {case.split for case in cases} == {"tune"}


def test_derived_questions_are_the_same_for_the_same_seed(seed: Report) -> None:
    assert list(cases_of(seed, 3)) == list(cases_of(seed, 3))
    asked = [[case.question for case in cases_of(seed, number)] for number in (3, 4)]
    assert asked[0] != asked[1]


def test_an_indicator_with_two_figures_of_a_year_is_not_asked_about() -> None:
    text = (
        "甲县政府工作报告\n2020年1月5日\n一、2019年工作回顾\n"
        "去年粮食产量达到12万吨。城镇新增就业3000人。到年末，城镇新增就业3100人。"
    )
    found = [case for case in cases_of(parse_report("甲县2020.txt", text)) if case.answerable]
    assert {answer for case in found for (answer,) in case.answers} == {"12万吨"}


def test_the_mean_of_two_runs_lies_between_them(tmp_path: Path) -> None:
    for name, value in (("a.pt", 1.0), ("b.pt", 4.0)):
        torch.save({"span.bias": torch.full((2,), value)}, tmp_path / name)
    assert mean_of([tmp_path / "a.pt", tmp_path / "b.pt"])["span.bias"].tolist() == [2.5, 2.5]
