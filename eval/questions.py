"""Question files: a JSON object a line, each checked against the source before anything is measured.

A gold or an evidence that does not stand in the report, a repeated id or an unknown field value is refused with
its line number. Splits are by topic: no evidence and asked value may stand in both. Knows nothing of the bot.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.text import locate, squeeze
from index.errors import BaogaoError

SPLITS = ("tune", "test")
Place = tuple[str, int, int]  # report, start, end


class QuestionsError(BaogaoError):
    """A question file that cannot be measured with; the message names the line."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its gold. `answers` are alternatives; all strings of one must appear in a right answer."""

    id: str
    question: str
    history: tuple[str, ...]
    answerable: bool
    answers: tuple[tuple[str, ...], ...]
    evidence: tuple[tuple[Place, ...], ...]  # for each piece, every place where it stands
    type: str
    tags: tuple[str, ...]
    split: str
    reason: str | None  # why it is unanswerable
    reports: tuple[str, ...] = ()  # those that answer it, where several are asked


def load(path: Path, sources: Mapping[str, str]) -> tuple[Case, ...]:
    """Read and verify a file against the texts of the reports it asks about, by report name."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsError(f"读不了问题文件 {path}（{error}）。") from error
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = _case(json.loads(line), sources, number)
            if case.id in seen:
                raise ValueError(f"id {case.id} 在第 {seen[case.id]} 行已经用过")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            wrong = f"缺少字段 {error}" if isinstance(error, KeyError) else str(error)
            raise QuestionsError(f"{path} 第 {number} 行：{wrong}。") from error
        seen[case.id] = number
        cases.append(case)
    if not cases:
        raise QuestionsError(f"{path} 里没有问题。")
    check_splits(cases)
    return tuple(cases)


def _case(raw: dict[str, Any], sources: Mapping[str, str], number: int) -> Case:
    question = raw["question"]
    if not isinstance(question, str):
        raise ValueError("question 要是字符串")
    answers = tuple(tuple([gold] if isinstance(gold, str) else gold) for gold in raw.get("answers") or ())
    answerable = bool(raw.get("answerable", bool(answers)))
    if answerable is not bool(answers):
        raise ValueError("answerable 和 answers 不一致")
    reports = tuple(_named(name, sources) for name in raw.get("reports") or ())
    sources = {name: sources[name] for name in reports} or sources
    for piece in (piece for gold in answers for piece in gold):
        if not _places(piece, sources):
            raise ValueError(f"标准答案“{piece}”不在报告里")
    pieces = raw.get("evidence") or ()
    evidence = tuple(_places(piece, sources) for piece in ([pieces] if isinstance(pieces, str) else pieces))
    for piece, places in zip(pieces, evidence, strict=False):
        if not places:
            raise ValueError(f"证据“{piece}”不在报告里")
    split = raw.get("split") or "test"
    if split not in SPLITS:
        raise ValueError(f"split 要是 {' 或 '.join(SPLITS)}，不是 {split}")
    return Case(
        id=str(raw.get("id") or number),
        question=question,
        history=tuple(raw.get("history") or ()),
        answerable=answerable,
        answers=answers,
        evidence=evidence,
        type=str(raw.get("type") or "other"),
        tags=tuple(raw.get("tags") or ()),
        split=split,
        reason=raw.get("reason"),
        reports=reports,
    )


def _named(name: str, sources: Mapping[str, str]) -> str:
    """A report by its name, with or without the ending of its file."""
    found = next((held for held in sources if name in (held, held.rpartition(".")[0])), None)
    if found is None:
        raise ValueError(f"没有叫“{name}”的报告")
    return found


def _places(piece: str, sources: Mapping[str, str]) -> tuple[Place, ...]:
    return tuple((name, start, end) for name, text in sources.items() for start, end in locate(text, piece))


def check_splits(cases: list[Case]) -> None:
    """Refuse a file whose tune and test share an asked value at the same evidence: that would be tuning on the test."""
    pairs: dict[tuple[Any, Any], Case] = {}
    for case in cases:
        for pair in ((places, frozenset(map(squeeze, gold))) for places in case.evidence for gold in case.answers):
            other = pairs.setdefault(pair, case)
            if other.split != case.split:
                raise QuestionsError(f"{other.id}（{other.split}）和 {case.id}（{case.split}）问的是同一处的同一个值。")
