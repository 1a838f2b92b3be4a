import numpy as np
import pytest

from bot.confidence import COEFFICIENTS, probability
from eval.calibrate import fit


def test_better_coverage_is_surer() -> None:
    low = dict.fromkeys(COEFFICIENTS, 0.2)
    assert 0 < probability(low) < probability(low | {"line": 0.9}) < 1


def test_the_fit_finds_the_odds_of_a_table() -> None:
    # of the plain ones 1 in 4 is right, of the marked ones 3 in 4: log odds -ln 3 and +ln 3
    features = np.array([[0.0]] * 4 + [[1.0]] * 4)
    right = np.array([1.0, 0, 0, 0, 1, 1, 1, 0])
    weight, intercept = fit(features, right, ridge=1e-9)
    assert intercept == pytest.approx(-np.log(3), abs=1e-3)
    assert weight == pytest.approx(2 * np.log(3), abs=1e-3)
