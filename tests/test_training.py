"""What the network learns from: groups, gold spans, sampling, and one step that runs."""

import json
import random
from pathlib import Path

import pytest
import torch

from bot.answer import Answerer
from bot.neural import MODEL, NeuralReader
from eval import training
from eval.derived import cases_of
from eval.questions import load
from eval.training import (
    Group,
    Network,
    Smoothed,
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
    smooth,
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
    answered, closer, unanswered, _ = case_groups(answerer, name, cases)
    (right,) = [window for window in answered.windows if window.answers]
    assert right.span is not None
    assert right.text[slice(*right.span)] == "6738人"
    assert right.text.startswith("2019年去年完成 ")
    assert not any(window.answers for window in unanswered.windows)
    (alone,) = [window for window in closer.windows if window.answers]  # its sentence, among those of other candidates
    assert alone.span is not None
    assert alone.text[slice(*alone.span)] == "6738人"
    assert alone.text.startswith("2019年去年完成 ")
    assert len(alone.text) < len(right.text)
    assert len(closer.windows) > 1
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


def test_smoothing_leaves_the_outputs_and_spreads_the_outliers() -> None:
    torch.manual_seed(0)
    folder = converted_folder()
    network, tokens = Network(folder).eval(), Tokens(folder)
    text = "全年新建停车泊位500个，改造老旧小区12个。" * 6
    ids = torch.tensor([tokens.encode("停车泊位多少", Window(text, True, None)).ids])
    block = network.bert.encoder.layer[0].output
    seen: list[torch.Tensor] = []
    with torch.no_grad():
        before = network(ids, torch.ones_like(ids))
        smooth(network, tokens, [])  # without texts nothing is known of the inputs
        assert not any(isinstance(module, Smoothed) for module in network.modules())
        smooth(network, tokens, [text])
        block.dense.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
        block.dense.linear.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
        after = network(ids, torch.ones_like(ids))
    layers = len(network.bert.encoder.layer)
    assert sum(isinstance(module, Smoothed) for module in network.modules()) == 3 * layers
    for mine, theirs in zip(after, before, strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-3, rtol=0)
    was, now = (given.abs().flatten(0, 1).amax(0) for given in seen)
    assert now.max() / now.median() < was.max() / was.median()


def test_a_smoothed_layer_is_the_layer_it_stands_for() -> None:
    torch.manual_seed(0)
    linear = torch.nn.Linear(4, 3)
    weight, bias = linear.weight.detach().clone(), linear.bias.detach().clone()
    peaks = torch.tensor([100.0, 1.0, 0.0, 0.5])  # an input that never showed is no infinity
    smoothed = Smoothed(linear, peaks)
    inputs = torch.randn(5, 4)
    torch.testing.assert_close(smoothed(inputs), inputs @ weight.T + bias, atol=1e-4, rtol=1e-4)
    assert smoothed.inverse[0] < smoothed.inverse[1]
    torch.testing.assert_close(linear.weight * smoothed.inverse, weight)
    assert set(smoothed.state_dict()) == {"inverse", "linear.weight", "linear.bias"}


def test_smoothing_is_undone_when_a_shipped_file_is_read(tmp_path: Path) -> None:
    import onnx
    from onnx import helper, numpy_helper

    weight = torch.tensor([[1.0, -2.0], [3.0, 0.5]])
    inverse, scale = torch.tensor([0.5, 4.0]), torch.tensor([0.25, 0.5])  # a scale an output
    codes = (weight / inverse / scale[:, None]).round().to(torch.int8)
    held = {
        "network.bert.a.dense.inverse": inverse,
        "network.bert.a.dense.linear.bias": torch.tensor([7.0, 8.0]),
        "w_quantized": codes.T.contiguous(),
        "w_scale": scale,
        "network.span.bias": torch.zeros(2),
        "network.pick.bias": torch.ones(1),
    }
    node = helper.make_node("MatMulInteger", ["x", "w_quantized"], ["y"], name="/bert/a/dense/linear/MatMul_quant")
    graph = helper.make_graph([node], "g", [], [], [numpy_helper.from_array(v.numpy(), k) for k, v in held.items()])
    onnx.save(helper.make_model(graph), str(tmp_path / "reader.onnx"))
    state = read_state(tmp_path / "reader.onnx")
    assert set(state) == {"bert.a.dense.weight", "bert.a.dense.bias", "span.bias", "pick.bias"}
    wanted = codes.float() * scale[:, None] * inverse
    torch.testing.assert_close(state["bert.a.dense.weight"], wanted)
    assert state["bert.a.dense.bias"].tolist() == [7.0, 8.0]


@pytest.mark.parametrize(("given", "share"), [((), 0.0), (("--dropout", "0.25"), 0.25)])
def test_only_layers_that_learn_drop_outputs(
    given: tuple[str, ...], share: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks: list[Network] = []
    monkeypatch.setattr(training, "Network", lambda folder: networks.append(Network(folder)) or networks[-1])
    monkeypatch.setattr(torch, "save", lambda *_: None)
    write_groups([made(1, 1)], tmp_path / "g.jsonl")
    options = ["--epochs", "0", "--frozen", "10", "--threads", "1", *given]
    assert training.main(["train", str(tmp_path / "out.pt"), str(tmp_path / "g.jsonl"), *options]) == 0
    (network,) = networks
    blocks = [b for layer in network.bert.encoder.layer for b in (layer.attention.output, layer.output)]
    assert [block.dropout.p for block in blocks] == [0.0] * 20 + [share] * 4
    dropouts = {id(m): m.p for m in network.modules() if isinstance(m, torch.nn.Dropout)}
    assert sum(p > 0 for p in dropouts.values()) == (4 if share else 0)
    assert network.training
    ids = torch.ones((1, 8), dtype=torch.long)
    with torch.no_grad():
        first, again = (network(ids, torch.ones_like(ids))[0] for _ in range(2))
        assert torch.equal(first, again) is (share == 0)
        network.eval()
        first, again = (network(ids, torch.ones_like(ids))[0] for _ in range(2))
        assert torch.equal(first, again)
