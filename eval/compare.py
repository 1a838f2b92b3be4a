"""Two runs over the same questions: what changed hands, and whether the difference may be chance.

The paired test is McNemar's, exact (two-sided binomial over the questions that only one run got good).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.questions import QuestionsError

GOOD = ("right", "refused")
Row = tuple[str, str, str, str]  # id, question, verdict before, verdict after


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two runs; `before` and `after` are the overall shares."""

    gained: tuple[Row, ...]
    lost: tuple[Row, ...]
    moved: tuple[Row, ...]  # still not good, but otherwise so: declined that was wrong
    p_value: float
    before: float
    after: float
    count: int


def read_results(path: Path) -> dict[str, Any]:
    """A `results.json` of an earlier run."""
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if not isinstance(found["results"], list):
            raise ValueError("没有 results")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise QuestionsError(
            f"读不了评测结果 {path}（{error}）；请给出 baogao eval --out 写的 results.json。"
        ) from error
    return found


def compare(before: dict[str, Any], after: dict[str, Any]) -> Comparison:
    """Compare two `results.json` objects over the questions they share."""
    from scipy.stats import binomtest

    old = {row["id"]: row for row in before["results"]}
    shared = [(old[row["id"]], row) for row in after["results"] if row["id"] in old]
    shared = [(a, b) for a, b in shared if (a["question"], a["gold"]) == (b["question"], b["gold"])]
    if not shared:
        raise QuestionsError("这两次评测没有共同的问题，无法比较。")
    gained: list[Row] = []
    lost: list[Row] = []
    moved: list[Row] = []
    for a, b in shared:
        row = (str(a["id"]), str(a["question"]), str(a["verdict"]), str(b["verdict"]))
        was, now = a["verdict"] in GOOD, b["verdict"] in GOOD
        if was != now:
            (gained if now else lost).append(row)
        elif a["verdict"] != b["verdict"]:
            moved.append(row)
    changed = len(gained) + len(lost)
    return Comparison(
        gained=tuple(gained),
        lost=tuple(lost),
        moved=tuple(moved),
        p_value=float(binomtest(len(gained), changed, 0.5).pvalue) if changed else 1.0,
        before=sum(a["verdict"] in GOOD for a, _ in shared) / len(shared),
        after=sum(b["verdict"] in GOOD for _, b in shared) / len(shared),
        count=len(shared),
    )
