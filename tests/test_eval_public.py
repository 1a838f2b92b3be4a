"""Public yardsticks, on small files made here: loaders, windows, retrieval measures, reading, what is absent."""

import json
import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import main
from bot.neural import LONGEST_PASSAGE, NeuralReader, Opinion
from eval.public import (
    LONGEST_SPAN,
    READABLE,
    Asked,
    Tally,
    Yardstick,
    choose,
    measure_one,
    policies,
    run_public,
    squad,
    vectors,
    windows,
)
from eval.questions import QuestionsError
from tests.conftest import KeywordEncoder

HARBOUR = "港口在1998年建成，耗资三亿元。码头由张明设计，他是上海人。"
GARDEN = "花園佔地五十畝，種有牡丹。園長是李華，一九八〇年上任。"
Put = Callable[[str, Any], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(name: str, data: Any) -> Path:
        path = tmp_path / name
        lines = [json.dumps(row, ensure_ascii=False) for row in data] if isinstance(data, list) else [json.dumps(data)]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write


def asked(question: str, *golds: str) -> dict[str, Any]:
    return {"question": question, "answers": [{"text": gold, "answer_start": -1} for gold in golds]}


def squad_data() -> dict[str, Any]:
    first = {"context": HARBOUR, "qas": [asked("港口哪年建成", "1998年", "1998年", "1998"), asked("谁设计", "张明")]}
    second = {"context": GARDEN, "qas": [asked("園長是誰？", "李華")]}
    return {"version": "1", "data": [{"title": "一", "paragraphs": [first]}, {"title": "二", "paragraphs": [second]}]}


POLICIES = [
    {"id": "a", "docid": "1", "question": "口罩去哪买", "context": "口罩在药店购买。", "answer": "药店"},
    {"id": "b", "docid": "1", "question": "几时买", "context": "口罩在药店购买。", "answer": "无"},
    {"id": "c", "docid": "2", "question": "车票能退吗", "context": "车票可以免费退。", "answer": "可以"},
]


def test_squad_files_keep_paragraphs_as_published_and_each_gold_once(put: Put) -> None:
    found = squad(put("made.json", squad_data()))
    assert found == Yardstick(
        "made",
        (HARBOUR, GARDEN),
        (
            Asked("港口哪年建成", 0, ("1998年", "1998")),
            Asked("谁设计", 0, ("张明",)),
            Asked("園長是誰？", 1, ("李華",)),
        ),
    )


def test_policies_share_a_context_and_have_no_golds(put: Put) -> None:
    found = policies(put("ncp.json", POLICIES))
    assert found.paragraphs == ("口罩在药店购买。", "车票可以免费退。")
    assert [(a.paragraph, a.golds) for a in found.asked] == [(0, ()), (0, ()), (1, ())]


# -- windows ----------------------------------------------------------------------------------------


def by_character(text: str) -> list[tuple[int, int]]:
    return [(n, n + 1) for n in range(len(text))]


def cut(text: str, longest: int, readable: int) -> list[str]:
    return [text[start:end] for start, end in windows(text, by_character(text), longest, readable)]


def test_a_window_begins_with_the_sentence_that_ended_the_last_one() -> None:
    text = "一二三。四五六。七八九。甲乙丙。"
    assert cut(text, 8, 12) == ["一二三。四五六。", "四五六。七八九。", "七八九。甲乙丙。"]
    assert cut(text, 12, 12) == ["一二三。四五六。七八九。", "七八九。甲乙丙。"]
    assert cut(text, 16, 16) == [text]
    assert cut("", 8, 12) == []


def test_two_neighbours_share_a_window_where_the_network_can_read_both() -> None:
    assert cut("一二三四五。六七八九。", 4, 11) == ["一二三四五。六七八九。"]
    assert cut("一二三四五。六七八九。", 4, 10) == ["一二三四五。", "六七八九。"]


def test_a_sentence_too_long_to_read_is_cut_into_stretches_that_share_half() -> None:
    assert cut("一二三四五六七八九十", 4, 4) == ["一二三四", "三四五六", "五六七八", "七八九十"]
    assert cut("一二三四五六七八九", 4, 4) == ["一二三四", "三四五六", "五六七八", "七八九"]


@given(st.text("一二三。！", max_size=120), st.integers(4, 30), st.integers(2, 15))
def test_every_short_span_of_a_sentence_can_be_chosen(text: str, longest: int, half: int) -> None:
    found = windows(text, by_character(text), longest, 2 * half)
    assert all(end - start <= 2 * half for start, end in found)
    for start in range(len(text)):
        stop = text.find("。", start)
        end = min(start + half, len(text) if stop < 0 else stop, *(n for n in [text.find("！", start)] if n >= 0))
        assert end <= start or any(first <= start and end <= last for first, last in found)


def test_the_network_reads_every_window_to_its_end(network: NeuralReader) -> None:
    text = "，".join(f"第{n}号楼高{n * 3}米、Wing {n}" for n in range(90)) + "。完了。"
    pieces = network.pieces(text)
    assert len(pieces) > 2 * LONGEST_PASSAGE
    found = windows(text, pieces)
    assert all(READABLE // 2 < len(network.pieces(text[a:b])) <= LONGEST_PASSAGE for a, b in found[:-1])
    assert (found[0][0], found[-1][1]) == (0, len(text))
    assert all(before[1] - after[0] > LONGEST_SPAN for before, after in pairwise(found[:-1]))


# -- reading ----------------------------------------------------------------------------------------


def opinion(logit: float, starts: list[float], ends: list[float]) -> Opinion:
    return Opinion(0.5, 0.5, logit, np.array(starts, np.float32), np.array(ends, np.float32))


def test_the_span_is_chosen_over_all_windows() -> None:
    sure_of_place = opinion(0.0, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0])  # e^0 * 1 * 1 / 2**0.8 = 0.57
    sure_of_window = opinion(math.log(2), [0.5, 0.5, 0.0], [0.0, 0.5, 0.5])  # 2 * 0.5 * 0.5 / 1 = 0.5
    assert choose({"a": sure_of_place, "b": sure_of_window}) == ("a", 0, 2)
    surer = opinion(math.log(5), [0.5, 0.5, 0.0], [0.0, 0.5, 0.5])  # 1.25
    assert choose({"a": sure_of_place, "b": surer})[0] == "b"
    assert choose({"b": sure_of_place}, longest=1) == ("b", 0, 1)


def test_means_of_exact_match_and_f1() -> None:
    tally = Tally()
    tally.add("张明", ["张明"])
    tally.add("由张明设计", ["张明"])  # 2 of 5, 2 of 2
    tally.add("上海", ["张明"])
    assert tally.means() == {"exact_match": pytest.approx(1 / 3), "f1": pytest.approx((1 + 0.8 / 1.4 + 0) / 3)}


# -- measuring --------------------------------------------------------------------------------------


def test_the_network_reads_what_is_given_and_what_is_found(network: NeuralReader, put: Put) -> None:
    encoder = KeywordEncoder("港口", "码头", "园长")
    told: list[tuple[int, int]] = []
    made = squad(put("made.json", squad_data()))
    found = measure_one(encoder, network, made, None, lambda done, total: told.append((done, total)))
    assert (found["paragraphs"], found["windows"], found["questions"]) == (2, 2, 3)
    assert found["reading"]["given"] == {"exact_match": 1.0, "f1": 1.0}
    assert found["reading"]["retrieved"] == {"exact_match": 1.0, "f1": 1.0}  # the traditional one as published
    assert told[-1] == (7, 7)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_retrieval_is_measured_by_each_search(network: NeuralReader) -> None:
    made = Yardstick("made", ("苹果很甜。", "香蕉很黄。", "西瓜很大。"), (Asked("苹果", 0, ()), Asked("大西瓜", 2, ())))
    found = measure_one(KeywordEncoder("苹果", "香蕉"), network, made)
    assert found["reading"] == {}
    assert set(found["retrieval"]) == {"dense", "lexical", "fused", "fused windows"}
    assert found["retrieval"]["lexical"]["success@1"] == 1.0
    # 大西瓜 has the constant axis only, as 西瓜很大 has
    assert found["retrieval"]["dense"]["mrr"] == 1.0
    wrong = Yardstick("made", made.paragraphs, (Asked("苹果", 1, ()), Asked("苹果", 0, ())))
    assert measure_one(KeywordEncoder("苹果", "香蕉"), network, wrong)["retrieval"]["dense"]["success@1"] == 0.5


def test_what_is_absent_is_skipped_with_a_line_and_the_limit_spreads(network: NeuralReader, put: Put) -> None:
    folder = put("ncp_train.json", POLICIES).parent
    said: list[str] = []
    found = run_public(KeywordEncoder("口罩", "车票"), network, folder, limit=2, say=said.append)
    assert list(found) == ["ncp_train"]
    assert found["ncp_train"]["questions"] == 2
    assert said == [f"跳过 {name}：{folder} 里没有这个文件。" for name in ("cmrc2018_dev.json", "DRCD_test.json")]


def test_some_can_be_named_and_a_wrong_name_is_told(network: NeuralReader, put: Put) -> None:
    folder = put("ncp_train.json", POLICIES).parent
    said: list[str] = []
    assert run_public(KeywordEncoder("口"), network, folder, names=["DRCD_test"], say=said.append) == {}
    assert len(said) == 1
    with pytest.raises(QuestionsError, match="没有叫 drcd 的公开数据；有的是 cmrc2018_dev、DRCD_test、ncp_train"):
        run_public(KeywordEncoder("口"), network, folder, names=["drcd"])


def test_vectors_are_kept_for_the_same_texts_and_encoder_only(tmp_path: Path) -> None:
    encoder, other = KeywordEncoder("甲"), KeywordEncoder("乙")
    first = vectors(encoder, ["甲", "乙"], tmp_path, lambda _: None)
    assert (vectors(encoder, ["甲", "乙"], tmp_path, lambda _: None) == first).all()
    assert encoder.encoded == ["甲", "乙"]
    assert not (vectors(other, ["甲", "乙"], tmp_path, lambda _: None) == first).all()
    vectors(encoder, ["甲乙"], tmp_path, lambda _: None)
    assert encoder.encoded == ["甲", "乙", "甲乙"]
    assert len(list(tmp_path.iterdir())) == 3


def test_the_command_without_data_says_so_and_ends_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BAOGAO_MRC", str(tmp_path))
    assert main(["eval", "--public", "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr()
    assert told.err.count(f"{tmp_path} 里没有这个文件") == 3
    assert json.loads((tmp_path / "out" / "public.json").read_text("utf-8")) == {}
