"""Which candidate is best, and how sure it is: two linear models over features, fitted on our own tune questions.

The fit is `python -m eval.calibrate`; the numbers below are its output. Pure.
"""

import math
from collections.abc import Mapping

THRESHOLD = 0.5
PREFERENCE = {
    "acts": -1.3,
    "adds": 0.28,
    "attachment": 8.05,
    "cohesion": 1.1,
    "context": 0.68,
    "counted": -0.47,
    "figure": 0.53,
    "form": 0.76,
    "heading": 2.46,
    "indicator": 0.53,
    "joint": -0.58,
    "lexical": 2.03,
    "line": 0.91,
    "missing": -0.06,
    "narrow": -1.79,
    "purity": 1.94,
    "rank": 3.61,
    "similarity": -0.73,
    "time": 0.0,
    "unasked": -1.19,
}
INTERCEPT = -12.02
COEFFICIENTS = {
    "acts": 1.47,
    "adds": -0.0,
    "attachment": 2.23,
    "cohesion": -1.13,
    "context": 2.21,
    "counted": 1.61,
    "figure": 0.1,
    "form": 0.44,
    "heading": 1.08,
    "indicator": 0.83,
    "joint": -1.35,
    "lead": 1.01,
    "lexical": 0.75,
    "line": 4.03,
    "missing": -0.12,
    "narrow": 0.18,
    "purity": 0.35,
    "rank": 2.22,
    "similarity": 1.4,
    "time": -0.0,
    "unasked": -0.47,
    "unknown": 0.48,
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
