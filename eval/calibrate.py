"""Fits the coefficients of `bot.confidence` on the tune questions and prints them with what they cost.

Logistic regression with a little L2, by Newton's method. Run it after every change to the features:
`python -m eval.calibrate QUESTIONS.jsonl`. Nothing imports it.
"""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def fit(features: Matrix, right: Matrix, *, ridge: float = 0.5, steps: int = 50) -> Matrix:
    """Coefficients (d + 1,), intercept last, for features (n, d) and labels (n,) of 0 and 1."""
    design = np.hstack([features, np.ones((len(features), 1))])
    penalty = np.eye(design.shape[1]) * ridge
    penalty[-1, -1] = 0.0
    weights = np.zeros(design.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (chance - right) + penalty @ weights
        curve = design.T @ (design * (chance * (1 - chance))[:, None]) + penalty
        step = np.linalg.solve(curve, gradient)
        weights -= step
        if float(np.abs(step).max()) < 1e-8:
            break
    return np.asarray(weights, np.float64)
