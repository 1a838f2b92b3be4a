import math
from pathlib import Path

from index.sparse import Sparse

DOCUMENTS = [["甲", "乙"], ["甲", "甲", "丙"], ["丁"]]


def test_scores_are_bm25_worked_out_by_hand() -> None:
    # Lucene's variant: idf = ln(1 + (N - df + 0.5) / (df + 0.5)), k1 1.5, b 0.75, mean length 2
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    first = idf * 1 / (1 + 1.5 * (0.25 + 0.75 * 2 / 2))
    second = idf * 2 / (2 + 1.5 * (0.25 + 0.75 * 3 / 2))
    found = dict(Sparse.of(DOCUMENTS).search(["甲"], 10))
    assert set(found) == {0, 1}  # the document without the term never comes out
    assert math.isclose(found[0], first, rel_tol=1e-5)
    assert math.isclose(found[1], second, rel_tol=1e-5)


def test_unknown_terms_and_empty_documents() -> None:
    assert Sparse.of(DOCUMENTS).search(["戊"], 10) == []
    assert Sparse.of([[], ["甲"]]).search(["甲"], 10)[0][0] == 1


def test_the_limit_and_the_round_trip(tmp_path: Path) -> None:
    sparse = Sparse.of(DOCUMENTS)
    sparse.save(tmp_path / "s")
    loaded = Sparse.load(tmp_path / "s", 3)
    assert loaded.search(["甲"], 10) == sparse.search(["甲"], 10)
    assert [n for n, _ in loaded.search(["甲"], 10, among=[(1, 3)])] == [1]
