"""How sure a candidate is: a logistic function of its features, fitted on our own tune questions.

The fit is `python -m eval.calibrate`; the numbers below are its output. Pure.
"""

import math
from collections.abc import Mapping

THRESHOLD = 0.5
INTERCEPT = -7.48
COEFFICIENTS = {
    "attachment": 1.67,
    "context": 1.05,
    "counted": 1.93,
    "figure": 1.25,
    "fit": 0.18,
    "line": 2.46,
    "missing": -0.33,
    "purity": 1.53,
    "relevance": 3.56,
    "unasked": 0.69,
    "unknown": -0.86,
}


def probability(features: Mapping[str, float]) -> float:
    """Calibrated chance, 0 to 1, that a candidate with these features is right."""
    value = INTERCEPT + sum(weight * features[name] for name, weight in COEFFICIENTS.items())
    return 1 / (1 + math.exp(-value))
