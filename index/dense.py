"""Nearest rows by inner product, through FAISS; the rows are unit vectors, so this is the cosine.

Knows nothing of texts: rows in, row numbers out.
"""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]


class Dense:
    """An exact FAISS index (IndexFlatIP) over float32 rows of shape (n, dimension)."""

    def __init__(self, index: "faiss.Index") -> None:
        self._index = index

    @classmethod
    def of(cls, rows: Rows) -> "Dense":
        """Index the rows in order."""
        index = faiss.IndexFlatIP(rows.shape[1])
        index.add(np.ascontiguousarray(rows, np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> "Dense":
        """Read what `save` wrote; FAISS's own format, nothing is unpickled."""
        return cls(faiss.read_index(str(path)))

    def save(self, path: Path) -> None:
        """Write the index to one file."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def rows(self) -> Rows:
        """All rows, (n, dimension)."""
        found: Rows = self._index.reconstruct_n(0, len(self)) if len(self) else np.empty((0, self._index.d), np.float32)
        return found

    def search(self, query: Rows, k: int, among: Sequence[tuple[int, int]] | None = None) -> list[tuple[int, float]]:
        """The k best row numbers with their cosines, best first; `among` limits them to ranges [low, high).

        The limit holds before the search. FAISS pads with -1 where fewer rows exist: those never come out.
        """
        k = min(k, len(self))
        if k < 1:
            return []
        parameters = None
        if among is not None:
            allowed = np.concatenate([np.arange(low, high) for low, high in among]) if among else np.empty(0)
            if not len(allowed):
                return []
            selector = faiss.IDSelectorBatch(allowed.astype(np.int64))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, numbers = self._index.search(query.reshape(1, -1), k, params=parameters)
        return [(int(n), float(s)) for n, s in zip(numbers[0], scores[0], strict=True) if n >= 0]
