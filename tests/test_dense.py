from pathlib import Path

import numpy as np

from index.dense import Dense


def unit_rows(count: int, width: int = 8) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    rows = np.random.default_rng(1).normal(size=(count, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_search_agrees_with_numpy() -> None:
    rows = unit_rows(50)
    query = rows[7] * 0.5 + rows[9] * 0.5
    expected = np.argsort(-(rows @ query))[:5]
    found = Dense.of(rows).search(query, 5)
    assert [n for n, _ in found] == expected.tolist()
    np.testing.assert_allclose([s for _, s in found], (rows @ query)[expected], rtol=1e-5)


def test_more_than_there_are_gives_what_there_is() -> None:
    assert len(Dense.of(unit_rows(3)).search(unit_rows(1)[0], 10)) == 3


def test_the_limit_holds_before_the_search() -> None:
    rows = unit_rows(50)
    found = Dense.of(rows).search(rows[7], 10, among=[(20, 24)])
    assert sorted(n for n, _ in found) == [20, 21, 22, 23]
    assert Dense.of(rows).search(rows[7], 10, among=[]) == []


def test_saved_and_loaded_rows_are_the_same(tmp_path: Path) -> None:
    rows = unit_rows(5)
    Dense.of(rows).save(tmp_path / "d")
    np.testing.assert_array_equal(Dense.load(tmp_path / "d").rows, rows)
