"""A small trained network reads passages for a question: which of them answers, and where.

It is multilingual-e5-small with two heads, trained by `eval.training` and run by ONNX Runtime in 8 bits. What it
says is evidence for `bot.reader`, never an answer by itself. Knows texts, nothing of reports or libraries.
"""

import contextlib
import hashlib
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError
from index.passages import Passage, Standing

MODEL = Path(__file__).with_name("reader.onnx")
VOCABULARY = Path(__file__).with_name("reader-tokenizer.json")
SHA256 = "b089ba2025db1b150316a802dbe3500d2f1e1a0b18e25a2f553a6ca8a27c46d2"  # of reader.onnx, as `eval.training export` prints it
ABREAST = min(2, os.cpu_count() or 1)  # passages read at a time
LONGEST_QUESTION = 48  # tokens
LONGEST_PASSAGE = 208  # tokens read at a time
OVERLAP = 40  # tokens that two windows of a longer one share,
WINDOWS = 6  # and how many of them are read
TRIED = 8  # beginnings of a span; the likeliest are enough
BREVITY = 0.8  # how a span's weight falls with its length: of answers nearly as likely the brief one says it
LOOSE_BEFORE = frozenset(" 是在的了，。、；：,;:")  # characters that a piece may begin with and an answer does not,
LOOSE_BEHIND = frozenset(" 的起在，。、；：,;:（《“「(")  # and those at an end
_BEGIN, _SEPARATOR = "<s>", "</s>"

Shares = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """What the network thinks of one passage among those it read for a question.

    `answers` is the chance, over all passages read and none of them, that this one answers; `starts[i]` and
    `ends[i]` are the chances that an answer in it begins, or has its last character, at `text[i]`.
    """

    answers: float
    none: float  # the chance that no passage read answers; the same for all of them
    logit: float  # what `answers` was made of; comparable between questions
    starts: Shares
    ends: Shares

    def inside(self, start: int, end: int) -> float:
        """How much of the belief about where the answer lies is in `text[start:end]`, 0 to 1."""
        return float(self.starts[start:end].sum() + self.ends[start:end].sum()) / 2

    def best(self, longest: int) -> tuple[float, int, int]:
        """The best answer `text[start:end]` of at most so many characters, with its weight in front."""
        best = -1.0, 0, 0
        for start in np.argsort(-self.starts)[:TRIED]:
            ends = self.ends[start : start + longest]
            weights = self.starts[start] * ends / np.arange(1, len(ends) + 1) ** BREVITY
            if (weight := float(weights.max(initial=-2.0))) > best[0]:
                best = weight, int(start), int(start + weights.argmax()) + 1
        return best


def context_of(passage: Passage, report_year: int | None) -> str:
    """What a passage's text does not say itself: its year, whether it is a result or a plan, its headings."""
    when = "" if passage.year is None else f"{passage.year}年"
    if passage.year is not None and report_year is not None:
        when += {0: "今年", -1: "去年"}.get(passage.year - report_year, "")
    standing = {Standing.ACHIEVED: "完成", Standing.PLANNED: "计划"}.get(passage.standing, "")
    return f"{when}{standing} {' '.join(passage.headings)}。"


class NeuralReader:
    """The shipped network, loaded when first asked. Safe to share between threads."""

    def __init__(self, model: Path = MODEL, vocabulary: Path = VOCABULARY, sha256: str | None = SHA256) -> None:
        """`sha256` is what the model file must hash to; None for a model of one's own."""
        self._model, self._vocabulary, self._sha256 = model, vocabulary, sha256
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None
        self._workers = ThreadPoolExecutor(ABREAST)

    def preload(self) -> None:
        """Begin to load in the background, while the caller opens an index; `read` tells what went wrong."""

        def load() -> None:
            with contextlib.suppress(EncoderError):
                self._parts()

        threading.Thread(target=load).start()

    def _parts(self) -> tuple[Any, Any]:
        """ONNX Runtime's session and the tokenizer."""
        with self._lock:
            self._loaded = self._loaded or (self._session(), self._tokenizer())
            return self._loaded

    def _session(self) -> Any:
        import onnxruntime

        try:
            data = self._model.read_bytes()
        except OSError as error:
            raise EncoderError(
                f"读不了阅读模型 {self._model.name}（{error.strerror}）；请重新安装 baogaotong。"
            ) from error
        if self._sha256 and hashlib.sha256(data).hexdigest() != self._sha256:
            raise EncoderError(f"阅读模型 {self._model.name} 的内容不对；请重新安装 baogaotong。")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # passages side by side scale better than one over several cores
        options.inter_op_num_threads = 1
        # where a processor's 8-bit products would overflow (AVX2 without VNNI) others are used, no slower
        options.add_session_config_entry("session.x64quantprecision", "1")
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])

    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._vocabulary))

    def pieces(self, text: str) -> list[tuple[int, int]]:
        """[start, end) of the pieces that a text is read as; LONGEST_PASSAGE at a time."""
        found: list[tuple[int, int]] = self._parts()[1].encode(text, add_special_tokens=False).offsets
        return found

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Opinion]:
        """An opinion on each passage, given as (context, text).

        One run a passage, so that nothing is padded, and ABREAST runs at a time; one too long for a run is read by
        windows.
        """
        session, tokenizer = self._parts()
        begin, separator = (tokenizer.token_to_id(mark) for mark in (_BEGIN, _SEPARATOR))
        asked = tokenizer.encode(question, add_special_tokens=False).ids[-LONGEST_QUESTION:]

        def one(passage: tuple[str, str]) -> tuple[float, Shares, Shares]:
            context, text = passage
            encoded = tokenizer.encode(context + text, add_special_tokens=False)
            ahead = sum(end <= len(context) for _, end in encoded.offsets)
            views = []
            for window in windows(len(encoded.ids), ahead):
                ids = [encoded.ids[number] for number in window]
                whole = np.array([[begin, *asked, separator, *ids, separator]], np.int64)
                spans, logits = session.run(None, {"ids": whole})
                first = len(asked) + 2
                edges = [_tight(context + text, *encoded.offsets[number]) for number in window]
                shares = _shares(spans[0, first : first + len(ids)], edges, len(context), len(text))
                views.append((float(logits[0]), *shares))
            return _blended(views)

        found = self._workers.map(one, passages)
        return compared([Opinion(0.0, 0.0, logit, starts, ends) for logit, starts, ends in found])


def windows(count: int, ahead: int) -> list[list[int]]:
    """The numbers of the pieces read at a time, of `count` the first `ahead` of which tell the context, and go before all."""
    if count <= LONGEST_PASSAGE:
        return [list(range(count))]
    ahead = min(ahead, LONGEST_PASSAGE // 2)
    room = LONGEST_PASSAGE - ahead
    starts = range(ahead, max(ahead + 1, count - OVERLAP), room - OVERLAP)[:WINDOWS]
    return [[*range(ahead), *range(start, min(count, start + room))] for start in starts]


def _blended(views: Sequence[tuple[float, Shares, Shares]]) -> tuple[float, Shares, Shares]:
    """One opinion of those on the windows of a text: it answers as well as its best one does."""
    logits = np.array([logit for logit, _, _ in views], np.float32)
    weights = _softmax(logits)
    starts, ends = (sum(w * view[side] for w, view in zip(weights, views, strict=True)) for side in (1, 2))
    return float(logits.max()), np.asarray(starts, np.float32), np.asarray(ends, np.float32)


def compared(opinions: Sequence[Opinion]) -> list[Opinion]:
    """Opinions on passages for one question, their chances taken over all of them."""
    none, *chances = _softmax(np.array([0.0, *(opinion.logit for opinion in opinions)], np.float32)).tolist()
    return [replace(o, answers=chance, none=none) for o, chance in zip(opinions, chances, strict=True)]


def _shares(logits: Shares, edges: Sequence[tuple[int, int]], skipped: int, length: int) -> tuple[Shares, Shares]:
    """Token logits (n, 2) as chances by character of the text behind the context."""
    starts, ends = np.zeros(length, np.float32), np.zeros(length, np.float32)
    chances = np.stack([_softmax(logits[:, 0]), _softmax(logits[:, 1])], axis=1)
    for (first, last), (start, end) in zip(edges, chances, strict=True):
        if last > skipped and last > first:
            starts[max(0, first - skipped)] += start
            ends[last - 1 - skipped] += end
    return starts, ends


def _tight(text: str, start: int, end: int) -> tuple[int, int]:
    """A piece without what it holds beside an answer: 是湖北 can begin one with 湖 only, 公里。 end one with 里 only.

    A word is taken off only where two characters are left, for 目的 is one word.
    """

    def is_loose(character: str, loose: frozenset[str]) -> bool:
        return character in loose and end - start > 1 + character.isalnum()

    while is_loose(text[start], LOOSE_BEFORE):
        start += 1
    while is_loose(text[end - 1], LOOSE_BEHIND):
        end -= 1
    return start, end


def _softmax(logits: Shares) -> Shares:
    raised = np.exp(logits - logits.max())
    whole: Shares = raised / raised.sum()
    return whole
