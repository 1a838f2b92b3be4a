"""How sure a candidate is: a logistic function of its features, fitted on our own tune questions.

The fit is `python -m eval.calibrate`; the numbers below are its output. Pure.
"""

import math
from collections.abc import Mapping

THRESHOLD = 0.5
INTERCEPT = -7.0
COEFFICIENTS = {
    "attachment": 3.0,
    "counted": 1.0,
    "line": 2.0,
    "context": 4.0,
    "missing": -2.0,
    "fit": 1.0,
    "time": 1.0,
    "relevance": 1.0,
}


def probability(features: Mapping[str, float]) -> float:
    """Calibrated chance, 0 to 1, that a candidate with these features is right."""
    value = INTERCEPT + sum(weight * features[name] for name, weight in COEFFICIENTS.items())
    return 1 / (1 + math.exp(-value))
