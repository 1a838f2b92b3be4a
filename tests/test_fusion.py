from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import reciprocal_rank_fusion


def test_scores_are_sums_of_reciprocal_ranks() -> None:
    fused = dict(reciprocal_rank_fusion([[7, 3, 9], [3, 7]], k=60))
    assert fused[7] == pytest.approx(float(Fraction(1, 61) + Fraction(1, 62)))
    assert fused[3] == pytest.approx(float(Fraction(1, 62) + Fraction(1, 61)))
    assert fused[9] == float(Fraction(1, 63))


def test_ties_go_by_id_and_weights_count() -> None:
    assert [i for i, _ in reciprocal_rank_fusion([[2, 1], [1, 2]])] == [1, 2]
    assert [i for i, _ in reciprocal_rank_fusion([[2], [1]], weights=[2.0, 1.0])] == [2, 1]


@given(st.lists(st.lists(st.integers(0, 9), unique=True), max_size=3))
def test_agrees_with_the_definition(rankings: list[list[int]]) -> None:
    for item, score in reciprocal_rank_fusion(rankings):
        expected = sum(1 / (60 + r.index(item) + 1) for r in rankings if item in r)
        assert abs(score - expected) < 1e-12
