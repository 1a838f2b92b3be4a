"""How sure a candidate is: a logistic function of its features, fitted on our own tune questions.

The fit is `python -m eval.calibrate`; the numbers below are its output. Pure.
"""

import math
from collections.abc import Mapping

THRESHOLD = 0.5
INTERCEPT = -6.96
COEFFICIENTS = {
    "acts": 0.33,
    "attachment": 2.41,
    "context": 1.63,
    "counted": 1.21,
    "figure": 0.13,
    "fit": 0.1,
    "line": 2.41,
    "missing": 0.51,
    "purity": 0.23,
    "relevance": 2.76,
    "unasked": 0.34,
    "unknown": -0.19,
}


def probability(features: Mapping[str, float]) -> float:
    """Calibrated chance, 0 to 1, that a candidate with these features is right."""
    value = INTERCEPT + sum(weight * features[name] for name, weight in COEFFICIENTS.items())
    return 1 / (1 + math.exp(-value))
