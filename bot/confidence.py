"""Which candidate is best, and how sure it is: two linear models over features, fitted on our own tune questions.

The fit is `python -m eval.calibrate`; the numbers below are its output. Pure.
"""

import math
from collections.abc import Mapping

THRESHOLD = 0.5
PREFERENCE = {
    "acts": -0.22,
    "adds": 0.37,
    "attachment": 7.58,
    "cohesion": 0.92,
    "context": -0.05,
    "counted": 0.18,
    "figure": 2.19,
    "form": 0.51,
    "head": 0.21,
    "heading": 0.15,
    "indicator": 2.19,
    "joint": -0.48,
    "lexical": 2.07,
    "line": -0.22,
    "missing": 0.41,
    "narrow": -1.15,
    "person": 0.0,
    "purity": 2.34,
    "rank": 2.95,
    "similarity": -0.86,
    "time": 0.0,
    "unasked": -1.07,
}
INTERCEPT = -14.01
COEFFICIENTS = {
    "acts": 0.9,
    "adds": -0.0,
    "attachment": 1.6,
    "cohesion": -0.19,
    "context": 2.44,
    "counted": 0.58,
    "figure": 0.35,
    "form": 3.13,
    "head": 0.66,
    "heading": 1.08,
    "indicator": 1.08,
    "joint": -2.38,
    "lead": 1.04,
    "lexical": 0.96,
    "line": 3.2,
    "missing": 0.09,
    "narrow": -0.11,
    "person": -1.7,
    "purity": 0.34,
    "rank": 2.19,
    "similarity": 0.81,
    "time": -0.0,
    "unasked": 0.19,
    "unknown": 0.45,
}


def preference(features: Mapping[str, float]) -> float:
    """What the candidates of one question are ranked by."""
    return sum(weight * features[name] for name, weight in PREFERENCE.items())


def probability(features: Mapping[str, float], lead: float) -> float:
    """Calibrated chance, 0 to 1, that the best candidate is right; `lead` is its score above the next one's."""
    known = {**features, "lead": min(lead, MOST_LEAD)}
    value = INTERCEPT + sum(weight * known[name] for name, weight in COEFFICIENTS.items())
    return 1 / (1 + math.exp(-value))


MOST_LEAD = 3.0  # scores; beyond this a lead says nothing more
