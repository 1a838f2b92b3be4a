"""The suite in one call: questions in, judged answers and retrieval measures out, as one plain object.

`outcome` is what `results.json` holds and what two runs are compared by; `below_floors` is what CI fails on.
"""

import hashlib
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.answer import Answerer
from bot.neural import NeuralReader
from eval.answering import Progress, Result, answer_all
from eval.measures import LOWER_IS_BETTER, MEASURES, by, calibration, interval, risk_coverage, summary
from eval.questions import QuestionsError, load
from eval.retrieval import retrieval_table
from index.library import Library

HERE = Path(__file__).resolve().parent
QUESTIONS = HERE / "questions" / "zhanhe-2020.jsonl"
FLOORS = HERE / "questions" / "floors.json"
FLOORED = (
    "overall", "right", "refusals", "wrong_confident", "declined", "exact_match", "f1", "list_items", "figure_exact",
    "citation_holds", "verbatim", "evidence_first", "evidence_in_5", "recall_5",
)  # fmt: skip
SLACK = 0.012  # another processor's rounding was seen to turn two of 278 answers
SLACKS = {
    "verbatim": 0.0,
    "refusals": 0.022,
    "list_items": 0.03,
}  # the last two are counted over a hundred questions or less


@dataclass(frozen=True, slots=True)
class Suite:
    """Everything one run found."""

    questions: Path
    results: list[Result]
    retrieval: dict[str, dict[str, float]]


def run(
    library: Library,
    questions: Path,
    network: NeuralReader | None = None,
    *,
    splits: Sequence[str] = (),
    retrieval: bool = True,
    progress: Progress | None = None,
) -> Suite:
    """Answer and judge a question file (or some splits of it) over a library, and rank its evidence."""
    sources = {name: library.report(name).text for name in library.names}
    cases = [case for case in load(questions, sources) if not splits or case.split in splits]
    if not cases:
        raise QuestionsError(f"{questions} 里没有 {'、'.join(splits)} 的问题。")
    results = answer_all(Answerer(library, network), cases, sources, progress)
    return Suite(questions, results, retrieval_table(library, cases, network, progress) if retrieval else {})


def outcome(suite: Suite) -> dict[str, Any]:
    """The run as plain data, ready for JSON."""
    results = suite.results
    groups = {"all": results} | by(results, lambda r: [r.case.split])
    return {
        "questions": suite.questions.name,
        "sha256": digest(suite.questions),
        "measured": datetime.now(UTC).strftime("%Y-%m-%d"),
        "commit": commit(),
        "count": len(results),
        "summary": {name: summary(group) for name, group in groups.items()},
        "intervals": {name: interval(results, MEASURES[name]) for name in FLOORED},
        "by_type": {key: summary(group) for key, group in by(results, lambda r: [r.case.type]).items()},
        "by_tag": {key: summary(group) for key, group in by(results, lambda r: r.case.tags).items()},
        "retrieval": suite.retrieval,
        "risk_coverage": {"coverage": risk_coverage(results).coverage, "risk": risk_coverage(results).risk},
        "calibration": [list(row) for row in calibration(results).bins],
        "elapsed_ms": sorted(r.answer.elapsed_ms for r in results)[len(results) // 2],
        "results": [line(r) for r in results],
    }


def line(result: Result) -> dict[str, Any]:
    """One judged question as plain data."""
    case, answer = result.case, result.answer
    return {
        "id": case.id,
        "question": case.question,
        "history": list(case.history),
        "split": case.split,
        "type": case.type,
        "tags": list(case.tags),
        "gold": [list(gold) for gold in case.answers],
        "verdict": result.verdict.value,
        "answer": answer.text,
        "reason": answer.reason.value if answer.reason else None,
        "confidence": round(answer.confidence, 4),
        "exact": result.exact,
        "f1": result.f1,
        "items": list(result.items) if result.items else None,
        "figure": result.figure,
        "cited": result.cited,
        "verbatim": result.verbatim,
        "evidence_first": result.first,
        "evidence_in_5": result.five,
        "report_first": result.report,
        "section": list(answer.citations[0].section) if answer.citations else [],
        "start": answer.citations[0].start if answer.citations else None,
    }


def digest(path: Path) -> str:
    """SHA-256 of a question file: a floor belongs to the questions it was measured on."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def commit() -> str | None:
    """The commit the code stands at, if it stands in a checkout."""
    asked = ["git", "-C", str(HERE), "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


# -- floors -----------------------------------------------------------------------------------------


def floors_of(found: dict[str, Any]) -> dict[str, Any]:
    """What to record: the measured figures, where and when they were measured, and on which questions."""
    kept = {split: {n: v for n, v in s.items() if n in FLOORED} for split, s in found["summary"].items()}
    return {key: found[key] for key in ("questions", "sha256", "measured", "commit", "count")} | {"floors": kept}


def below_floors(found: dict[str, Any], floors: dict[str, Any]) -> list[str]:
    """What fell under the recorded floors, a sentence each; a changed question file is a finding too."""
    if found["sha256"] != floors["sha256"]:
        return ["问题文件和记录下限时的不是同一份：若是有意改的，请用 --record 重新记录下限。"]
    findings = []
    for split, wanted in floors["floors"].items():
        for name, floor in wanted.items():
            value = found["summary"].get(split, {}).get(name)
            if value is None or floor is None:
                continue
            worse = value - floor if name in LOWER_IS_BETTER else floor - value
            if worse > SLACKS.get(name, SLACK) + 1e-9:
                findings.append(f"{split} 的 {name} 是 {value:.3f}，下限是 {floor:.3f}。")
    return findings


def read_floors(path: Path = FLOORS) -> dict[str, Any]:
    """The recorded floors."""
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise QuestionsError(f"读不了下限文件 {path}（{error}）；请用 baogao eval --record 记录。") from error
    return found
