"""Figures over judged questions: rates with bootstrap intervals, risk and coverage, calibration, paired tests.

Pure arithmetic over results; knows nothing of how they came about.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.answering import Result, Verdict

Measure = Callable[[Sequence[Result]], float | None]
RESAMPLES = 2000
SEED = 20200527


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _rate(verdicts: Sequence[Verdict], among: Callable[[Result], bool]) -> Measure:
    return lambda results: _mean(float(r.verdict in verdicts) for r in results if among(r))


def _share_of_items(results: Sequence[Result]) -> float | None:
    asked = [r.items for r in results if r.items]
    return sum(found for found, _ in asked) / sum(wanted for _, wanted in asked) if asked else None


MEASURES: dict[str, Measure] = {
    "overall": _rate((Verdict.RIGHT, Verdict.REFUSED), lambda _: True),
    "right": _rate((Verdict.RIGHT,), lambda r: r.case.answerable),
    "declined": _rate((Verdict.DECLINED,), lambda r: r.case.answerable),
    "refusals": _rate((Verdict.REFUSED,), lambda r: not r.case.answerable),
    "wrong_confident": _rate((Verdict.WRONG, Verdict.FALSE), lambda _: True),
    "exact_match": lambda results: _mean(r.exact for r in results),
    "f1": lambda results: _mean(r.f1 for r in results),
    "list_items": _share_of_items,
    "figure_exact": lambda results: _mean(r.figure for r in results),
    "citation_holds": lambda results: _mean(r.cited for r in results),
    "verbatim": lambda results: _mean(float(r.verbatim) for r in results),
    "evidence_first": lambda results: _mean(_some(r.first) for r in results),
    "evidence_in_5": lambda results: _mean(_some(r.five) for r in results),
    "recall_5": lambda results: _mean(r.five for r in results),
    "report_first": lambda results: _mean(r.report for r in results),
    "aurc": lambda results: risk_coverage(results).area,
    "calibration_error": lambda results: calibration(results).error,
}
LOWER_IS_BETTER = frozenset({"declined", "wrong_confident", "aurc", "calibration_error"})


def _some(share: float | None) -> float | None:
    return None if share is None else float(share > 0)


def summary(results: Sequence[Result]) -> dict[str, float | None]:
    """Every measure over these results, None where none of them can have it."""
    return {name: measure(results) for name, measure in MEASURES.items()}


def interval(results: Sequence[Result], measure: Measure) -> tuple[float, float] | None:
    """A 95 % percentile bootstrap interval over questions."""
    values = np.array([np.nan if (v := measure([r])) is None else v for r in results], np.float64)
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    draws = np.random.default_rng(SEED).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """Risk among the most confident share of questions, for every share; `area` under it is the smaller the better."""

    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    area: float


def risk_coverage(results: Sequence[Result]) -> RiskCoverage:
    """The risk-coverage curve of selective answering (El-Yaniv and Wiener 2010): answered questions by confidence."""
    answered = sorted((r for r in results if r.answer.found), key=lambda r: -r.answer.confidence)
    wrong = np.cumsum([r.verdict is not Verdict.RIGHT for r in answered])
    count = np.arange(1, len(answered) + 1)
    risk = wrong / count
    area = float(risk.mean()) if len(risk) else 0.0
    return RiskCoverage(tuple((count / max(1, len(results))).tolist()), tuple(risk.tolist()), area)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Bins of confidence: how sure (mean), how often right, how many; `error` is the expected calibration error."""

    bins: tuple[tuple[float, float, int], ...]
    error: float


def calibration(results: Sequence[Result], bins: int = 10) -> Calibration:
    """Reliability of the confidence of what was answered."""
    answered = [r for r in results if r.answer.found]
    rows = []
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [r for r in answered if low <= r.answer.confidence < high or (high == 1 and r.answer.confidence == 1)]
        if inside:
            sure = sum(r.answer.confidence for r in inside) / len(inside)
            right = sum(r.verdict is Verdict.RIGHT for r in inside) / len(inside)
            rows.append((sure, right, len(inside)))
    error = sum(abs(sure - right) * count for sure, right, count in rows) / max(1, len(answered))
    return Calibration(tuple(rows), error)


def by(results: Sequence[Result], keys: Callable[[Result], Iterable[str]]) -> dict[str, list[Result]]:
    """Results grouped by type, tag or split, the largest group first; a result may stand in several."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        for key in keys(result):
            groups.setdefault(key, []).append(result)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))
