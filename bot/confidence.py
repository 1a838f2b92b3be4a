"""Which candidate is best, and how sure it is: two linear models over features, fitted on our own tune questions.

The fit is `python -m eval.calibrate`; the numbers below are its output. Pure.
"""

import math
from collections.abc import Mapping

THRESHOLD = 0.5
PREFERENCE = {
    "acts": -1.03,
    "adds": 0.42,
    "attachment": 7.14,
    "context": 1.18,
    "counted": -0.69,
    "figure": 0.42,
    "form": 0.78,
    "heading": 2.59,
    "indicator": 0.42,
    "lexical": 1.42,
    "line": 1.81,
    "missing": -0.87,
    "purity": 3.5,
    "rank": 2.56,
    "similarity": -0.34,
    "time": 0.0,
    "unasked": -1.15,
}
INTERCEPT = -11.31
COEFFICIENTS = {
    "acts": 0.46,
    "adds": -0.0,
    "attachment": 1.33,
    "context": 1.68,
    "counted": 1.31,
    "figure": -0.77,
    "form": 2.02,
    "heading": 0.93,
    "indicator": 0.92,
    "lead": 0.65,
    "lexical": 0.98,
    "line": 2.7,
    "missing": 0.45,
    "purity": 0.39,
    "rank": 2.45,
    "similarity": 1.26,
    "time": -0.0,
    "unasked": -0.48,
    "unknown": -0.37,
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
