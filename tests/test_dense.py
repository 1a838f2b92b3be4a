from pathlib import Path

import numpy as np
import pytest

from index import dense
from index.dense import Choice, Dense, index_of


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


def test_few_rows_are_searched_exactly_and_nothing_is_measured() -> None:
    made, choice = index_of(unit_rows(50), lambda: pytest.fail("nothing to measure"))
    assert choice == Choice("IndexFlatIP", 0, 0, 1.0)
    assert len(made) == 50


def test_many_rows_are_searched_approximately_and_the_recall_is_what_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dense, "EXACT_UNTIL", 3000)
    rows, queries = unit_rows(4000, 16), unit_rows(4100, 16)[4000:]
    made, choice = index_of(rows, lambda: queries)
    assert (choice.type, choice.lists) == ("IndexIVFFlat", 63)  # 63² ≤ 4000 < 64²
    assert 16 <= choice.probes < 63
    made.save(tmp_path / "d")
    loaded = Dense.load(tmp_path / "d")
    exact = [set(np.argsort(-(rows @ query))[:30].tolist()) for query in queries]
    found = [{n for n, _ in loaded.search(query, 30)} for query in queries]
    recall = sum(len(a & b) for a, b in zip(exact, found, strict=True)) / 30 / len(queries)
    assert 0.95 <= choice.recall < 1
    assert recall == pytest.approx(choice.recall, abs=1e-3)
    np.testing.assert_array_equal(loaded.rows, rows)
    assert capfd.readouterr().err == ""


def test_the_limit_is_searched_exactly_in_an_approximate_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "EXACT_UNTIL", 3000)
    rows, queries = unit_rows(4000, 16), unit_rows(4100, 16)[4000:]
    made, _ = index_of(rows, lambda: queries)
    among = [(10, 40), (2000, 4000)]
    inside = [n for low, high in among for n in range(low, high)]
    for query in queries[:20]:
        order = np.argsort(-(rows[inside] @ query))[:30]
        assert [n for n, _ in made.search(query, 30, among)] == [inside[at] for at in order]
    wide = [n for n, _ in made.search(queries[0], 30, [(0, 3500)])]  # more than are searched exactly
    assert len(wide) == 30
    assert max(wide) < 3500
    assert made.search(queries[0], 30, []) == []
