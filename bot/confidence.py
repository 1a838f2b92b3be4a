"""Which candidate is best, and how sure it is: two linear models over features, fitted on our own tune questions.

The fit is `python -m eval.calibrate`; the numbers below are its output. Pure.
"""

import math
from collections.abc import Mapping

THRESHOLD = 0.5
PREFERENCE = {
    "acts": -1.6,
    "adds": 0.27,
    "attachment": 8.21,
    "cohesion": 1.28,
    "context": 0.46,
    "counted": 0.03,
    "figure": 0.58,
    "form": 1.24,
    "head": -0.05,
    "heading": 2.4,
    "indicator": 0.58,
    "joint": 0.03,
    "lexical": 2.31,
    "line": 0.81,
    "missing": 0.43,
    "narrow": -1.81,
    "person": 0.0,
    "purity": 1.98,
    "rank": 3.62,
    "similarity": -0.52,
    "time": 0.0,
    "unasked": -1.18,
}
INTERCEPT = -15.46
COEFFICIENTS = {
    "acts": 1.25,
    "adds": -0.0,
    "attachment": 1.76,
    "cohesion": -0.39,
    "context": 2.28,
    "counted": 0.73,
    "figure": 0.18,
    "form": 3.15,
    "head": 0.87,
    "heading": 1.39,
    "indicator": 0.84,
    "joint": -2.08,
    "lead": 1.27,
    "lexical": 1.0,
    "line": 3.42,
    "missing": 0.08,
    "narrow": -0.26,
    "person": -1.92,
    "purity": 0.39,
    "rank": 2.57,
    "similarity": 1.1,
    "time": -0.0,
    "unasked": -0.16,
    "unknown": 0.39,
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
