"""Which candidate is best, and how sure it is: two linear models over features, fitted on our own tune questions.

The fit is `python -m eval.calibrate`; the numbers below are its output. Pure.
"""

import math
from collections.abc import Mapping

THRESHOLD = 0.5
PREFERENCE = {
    "acts": -0.14,
    "adds": 0.29,
    "anchor": 1.42,
    "attachment": 6.06,
    "cohesion": 0.83,
    "conflict": 0.0,
    "context": -0.11,
    "counted": 0.03,
    "figure": 2.09,
    "form": 0.94,
    "head": 0.56,
    "heading": -0.09,
    "indicator": 2.09,
    "joint": -0.47,
    "lexical": 2.05,
    "line": 0.02,
    "listed": -0.56,
    "missing": 0.45,
    "narrow": -1.13,
    "outline": 2.93,
    "person": 0.0,
    "purity": 1.88,
    "rank": 3.62,
    "similarity": -1.11,
    "time": 0.0,
    "unasked": -1.05,
}
INTERCEPT = -13.41
COEFFICIENTS = {
    "acts": 0.6,
    "adds": -0.0,
    "anchor": 0.25,
    "attachment": 1.68,
    "cohesion": -0.07,
    "conflict": -0.38,
    "context": 2.6,
    "counted": 0.93,
    "figure": 0.5,
    "form": 3.36,
    "head": 0.53,
    "heading": 0.92,
    "indicator": 1.02,
    "joint": -2.73,
    "lead": 0.86,
    "lexical": 0.53,
    "line": 3.13,
    "listed": 1.16,
    "missing": 0.15,
    "narrow": -0.31,
    "outline": 0.0,
    "person": -1.86,
    "purity": 0.51,
    "rank": 2.13,
    "similarity": 0.39,
    "time": -0.0,
    "unasked": 0.33,
    "unknown": 0.54,
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
