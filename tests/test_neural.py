"""The network's opinions: hand-worked shares, and the shipped model on the user's report."""

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bot.neural import (
    BREVITY,
    LONGEST_PASSAGE,
    OVERLAP,
    WINDOWS,
    NeuralReader,
    Opinion,
    _tight,
    compared,
    context_of,
    windows,
)
from index.errors import EncoderError
from index.library import Library
from index.view import clean


def opinion(starts: list[float], ends: list[float]) -> Opinion:
    return Opinion(0.9, 0.1, 2.0, np.array(starts, np.float32), np.array(ends, np.float32))


def test_belief_inside_a_stretch_is_the_mean_of_its_starts_and_ends() -> None:
    told = opinion([0.5, 0.25, 0.25, 0.0], [0.0, 0.0, 0.5, 0.5])
    assert told.inside(0, 4) == pytest.approx(1.0)
    assert told.inside(1, 3) == pytest.approx((0.5 + 0.5) / 2)


def test_the_best_span_ends_after_it_starts_and_is_no_longer_than_allowed() -> None:
    told = opinion([0.1, 0.6, 0.3, 0.0], [0.5, 0.0, 0.2, 0.3])
    assert told.best(4) == (pytest.approx(0.6 * 0.3 / 3**BREVITY), 1, 4)  # 0.075; 0.6 * 0.2 / 2**0.8 is 0.069
    assert told.best(2) == (
        pytest.approx(0.6 * 0.2 / 2**BREVITY),
        1,
        3,
    )  # 0.3 * 0.3 / 2**0.8 is 0.052, 0.1 * 0.5 / 1 is 0.05


def test_of_spans_alike_the_briefer_is_best() -> None:
    assert opinion([0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]).best(4)[1:] == (1, 4)
    assert opinion([0.8, 0.2, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]).best(4)[1:] == (0, 4)
    assert opinion([0.0, 0.0], [0.0, 0.0]).best(2) == (0.0, 0, 1)


def test_opinions_of_two_readings_are_compared_as_of_one() -> None:
    one, other = opinion([1.0], [1.0]), replace(opinion([1.0], [1.0]), logit=0.0)
    first, second = compared([one, other])  # e^2 against 1 and, for none, 1
    whole = math.e**2 + 2
    assert (first.answers, second.answers) == (pytest.approx(math.e**2 / whole), pytest.approx(1 / whole))
    assert first.none == second.none == pytest.approx(1 / whole)
    assert first.starts is one.starts


@pytest.mark.parametrize(
    ("piece", "tight"),
    [
        ("是湖北", "湖北"),
        ("公里。", "公里"),
        ("是湖", "是湖"),
        ("的", "的"),
        ("目的", "目的"),
        ("一起", "一起"),
        ("的，", "的"),
        ("《人", "《人"),
        ("在10", "10"),
        ("，，", "，"),
    ],
)
def test_a_piece_is_read_without_what_is_no_part_of_an_answer(piece: str, tight: str) -> None:
    text = f"今{piece}后"
    start, end = _tight(text, 1, 1 + len(piece))
    assert text[start:end] == tight


def test_context_tells_year_and_standing(library: Library) -> None:
    passages = list(library.passages())
    result = next(p for p in passages if "218.48" in clean(p.text))
    plan = next(p for p in passages if "主要预期目标" in clean(p.text))
    assert context_of(result, 2020).startswith("2019年去年完成 一、2019年工作回顾")
    assert context_of(plan, 2020).startswith("2020年今年计划 二、2020年工作安排")
    assert context_of(plan, None).startswith("2020年计划 ")


def test_the_shipped_network_finds_the_passage_and_the_words(library: Library, network: NeuralReader) -> None:
    passages = [p for p in library.passages() if any(w in clean(p.text) for w in ("6738人", "背街小巷", "蟠桃大会"))]
    texts = [clean(p.text) for p in passages]
    told = network.read("吃低保的有几个人", [(context_of(p, 2020), t) for p, t in zip(passages, texts, strict=True)])
    best = max(range(len(told)), key=lambda n: told[n].answers)
    _, start, end = told[best].best(40)
    assert "6738人" in texts[best][start:end]
    assert sum(o.answers for o in told) + told[0].none == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(("count", "ahead"), [(1, 1), (208, 20), (209, 20), (700, 20), (400, 300)])
def test_windows_hold_all_pieces_behind_the_context(count: int, ahead: int) -> None:
    found = windows(count, ahead)
    assert {number for window in found for number in window} == set(range(count))
    assert all(len(window) <= LONGEST_PASSAGE for window in found)
    context = min(ahead, LONGEST_PASSAGE // 2)
    assert all(window[:context] == list(range(context)) for window in found)
    for one, other in pairwise(found):
        assert len(set(one) & set(other)) >= OVERLAP


def test_so_many_windows_are_read_and_no_more() -> None:
    assert len(windows(100_000, 20)) == WINDOWS


def test_an_answer_at_the_end_of_a_long_sentence_is_found(network: NeuralReader) -> None:
    text = "；".join(
        [*(f"改造第{n}小学操场，更换课桌，安装路灯，修缮校舍围墙" for n in range(1, 31)), "发放低保金6738人"]
    )
    assert len(network.pieces(text)) > LONGEST_PASSAGE
    (found,) = network.read("吃低保的有几个人", [("2019年去年完成。", text)])
    _, start, end = found.best(40)
    assert "6738人" in text[start:end]
    assert found.starts.sum() == pytest.approx(1.0, abs=0.05)


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reader.onnx").write_bytes(b"no model")
    with pytest.raises(EncoderError, match="重新安装"):
        NeuralReader(tmp_path / "reader.onnx").read("问", [("", "答。")])
    with pytest.raises(EncoderError, match="重新安装"):
        NeuralReader(tmp_path / "missing.onnx").read("问", [("", "答。")])
