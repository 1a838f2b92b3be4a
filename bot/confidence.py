"""Which candidate is best, and how sure it is: two linear models over features, fitted on our own tune questions.

The fit is `python -m eval.calibrate`; the numbers below are its output. Pure.
"""

import math
from collections.abc import Mapping

THRESHOLD = 0.5
PREFERENCE = {
    "acts": -1.2,
    "adds": 0.32,
    "attachment": 7.47,
    "cohesion": 0.68,
    "context": 0.89,
    "counted": -0.56,
    "figure": 0.48,
    "form": 0.84,
    "heading": 2.54,
    "indicator": 0.48,
    "joint": 0.23,
    "lexical": 1.58,
    "line": 1.07,
    "missing": -1.05,
    "narrow": -1.68,
    "purity": 2.23,
    "rank": 3.32,
    "similarity": -0.77,
    "time": 0.0,
    "unasked": -1.11,
}
INTERCEPT = -11.90
COEFFICIENTS = {
    "acts": 1.61,
    "adds": 0.0,
    "attachment": 1.8,
    "cohesion": -0.01,
    "context": 1.68,
    "counted": 1.01,
    "figure": -0.05,
    "form": 1.14,
    "heading": 1.53,
    "indicator": 0.64,
    "joint": -1.35,
    "lead": 0.86,
    "lexical": 0.15,
    "line": 3.34,
    "missing": 0.03,
    "narrow": 0.13,
    "purity": 0.81,
    "rank": 2.49,
    "similarity": 1.72,
    "time": 0.0,
    "unasked": -0.48,
    "unknown": -0.07,
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
