"""Reciprocal rank fusion: one ranking out of several. Pure; knows nothing of passages or scores."""

from collections.abc import Sequence

RRF_K = 60  # Cormack, Clarke and Buettcher 2009


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[int]], *, weights: Sequence[float] | None = None, k: int = RRF_K
) -> list[tuple[int, float]]:
    """Ids with their scores, best first: the sum of weight / (k + rank), ranks from 1; ties by id.

    >>> reciprocal_rank_fusion([[7, 3], [3]], k=1)
    [(3, 0.8333333333333333), (7, 0.5)]
    """
    scores: dict[int, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, item in enumerate(ranking, 1):
            scores[item] = scores.get(item, 0.0) + weight / (k + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
