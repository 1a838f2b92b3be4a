import numpy as np
import pytest

from bot.confidence import CLOSE, MOST_LEAD, NETWORK, judgements, preference, probability
from eval.calibrate import fit, fit_choice


@pytest.mark.parametrize(("way", "better"), [("rules", "line"), ("closer", "first")])
def test_better_coverage_is_surer(way: str, better: str) -> None:
    model = judgements()[way]
    assert (NETWORK in model.preference) is (CLOSE in model.preference) is (way == "closer")
    low = dict.fromkeys(model.preference, 0.2)
    assert 0 < probability(low, 1.0) < probability(low | {better: 0.9}, 1.0) < 1
    assert probability(low, MOST_LEAD) == probability(low, 1e9)
    assert preference(low) < preference(low | {better: 0.9})


def test_the_network_s_doubt_counts() -> None:
    known = dict.fromkeys(judgements()["closer"].preference, 0.5)
    assert probability(known | {"logit": -2.0}, 1.0) < probability(known | {"logit": 2.0}, 1.0)
    assert probability(known | {"close": -2.0}, 1.0) < probability(known | {"close": 2.0}, 1.0)


def test_the_fit_finds_the_odds_of_a_table() -> None:
    # of the plain ones 1 in 4 is right, of the marked ones 3 in 4: log odds -ln 3 and +ln 3
    features = np.array([[0.0]] * 4 + [[1.0]] * 4)
    right = np.array([1.0, 0, 0, 0, 1, 1, 1, 0])
    weight, intercept = fit(features, right, ridge=1e-9)
    assert intercept == pytest.approx(-np.log(3), abs=1e-3)
    assert weight == pytest.approx(2 * np.log(3), abs=1e-3)


def test_the_choice_learns_what_sets_the_right_candidate_apart() -> None:
    # of two candidates the one with the mark is right three times in four: log odds ln 3
    marked, plain = [1.0], [0.0]
    groups = [(np.array([marked, plain]), np.array([1.0, 0.0]))] * 3 + [
        (np.array([marked, plain]), np.array([0.0, 1.0]))
    ]
    (weight,) = fit_choice(groups, ridge=1e-9)
    assert weight == pytest.approx(np.log(3), abs=1e-3)
