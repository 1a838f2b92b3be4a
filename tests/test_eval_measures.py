from dataclasses import replace

import pytest

from bot.answer import Answer, Citation
from bot.reason import Reason
from eval.answering import Result, Verdict
from eval.measures import MEASURES, by, calibration, interval, risk_coverage, summary
from eval.questions import Case

CITATION = Citation("r", (), None, 1, "甲", 0, 1, "甲", 0, 1)
CASE = Case("1", "？", (), True, (("甲",),), (), "amount", ("x",), "tune", None)


def result(verdict: Verdict, confidence: float) -> Result:
    found = verdict in (Verdict.RIGHT, Verdict.WRONG, Verdict.FALSE)
    case = replace(CASE, answerable=verdict not in (Verdict.REFUSED, Verdict.FALSE))
    reason = None if found else Reason.NOT_IN_REPORT
    answer = Answer("？", (CITATION,) if found else (), (), confidence, reason, (), (), (), 1.0)
    return Result(case, answer, verdict, None, None, None, None, None, True, None, None, None)


FOUR = [
    result(Verdict.RIGHT, 0.95),
    result(Verdict.WRONG, 0.85),
    result(Verdict.DECLINED, 0.2),
    result(Verdict.REFUSED, 0.1),
]


def test_rates_by_hand() -> None:
    found = summary(FOUR)
    assert found["overall"] == 0.5  # one right, one refused
    assert found["right"] == pytest.approx(1 / 3)
    assert found["declined"] == pytest.approx(1 / 3)
    assert found["refusals"] == 1.0
    assert found["wrong_confident"] == 0.25
    assert found["figure_exact"] is None


def test_risk_rises_with_coverage() -> None:
    curve = risk_coverage(FOUR)
    assert curve.coverage == (0.25, 0.5)
    assert curve.risk == (0.0, 0.5)
    assert curve.area == 0.25


def test_calibration_by_hand() -> None:
    found = calibration(FOUR)
    assert found.bins == ((0.85, 0.0, 1), (0.95, 1.0, 1))
    assert found.error == pytest.approx((0.85 + 0.05) / 2)


def test_an_interval_holds_the_rate_and_narrows() -> None:
    few, many = interval(FOUR, MEASURES["overall"]), interval(FOUR * 50, MEASURES["overall"])
    assert few
    assert many
    assert few[0] <= 0.5 <= few[1]
    assert many[1] - many[0] < few[1] - few[0]
    assert interval(FOUR, MEASURES["figure_exact"]) is None


def test_groups_may_share_results() -> None:
    groups = by(FOUR, lambda r: [r.case.split, r.case.type])
    assert {key: len(group) for key, group in groups.items()} == {"amount": 4, "tune": 4}
