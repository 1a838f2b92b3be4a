"""Which candidate is best, and how sure it is: two linear models over features, fitted on our own tune questions.

The fit is `python -m eval.calibrate`; the numbers below are its output. Pure.
"""

import math
from collections.abc import Mapping

THRESHOLD = 0.5
PREFERENCE = {
    "acts": -0.06,
    "adds": 0.3,
    "attachment": 8.25,
    "cohesion": 0.98,
    "context": -0.32,
    "counted": 0.17,
    "figure": 2.19,
    "form": 0.63,
    "head": 0.46,
    "heading": 0.11,
    "indicator": 2.19,
    "joint": -0.58,
    "lexical": 2.13,
    "line": -0.67,
    "listed": -0.29,
    "missing": 0.39,
    "narrow": -1.29,
    "outline": 2.62,
    "person": 0.0,
    "purity": 2.03,
    "rank": 3.4,
    "similarity": -0.8,
    "time": 0.0,
    "unasked": -1.04,
}
INTERCEPT = -14.15
COEFFICIENTS = {
    "acts": 0.72,
    "adds": -0.0,
    "attachment": 1.77,
    "cohesion": -0.12,
    "context": 2.67,
    "counted": 0.97,
    "figure": 0.46,
    "form": 3.49,
    "head": 0.65,
    "heading": 0.73,
    "indicator": 1.12,
    "joint": -2.47,
    "lead": 1.02,
    "lexical": 0.61,
    "line": 2.97,
    "listed": 0.91,
    "missing": 0.02,
    "narrow": -0.23,
    "outline": 0.0,
    "person": -1.83,
    "purity": 0.44,
    "rank": 2.28,
    "similarity": 0.55,
    "time": -0.0,
    "unasked": 0.41,
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
