"""Nearest rows by inner product, through FAISS; the rows are unit vectors, so this is the cosine.

Exact while that is fast; beyond, an inverted file whose recall is measured as it is built. Knows nothing of texts:
rows in, row numbers out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isqrt
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]

EXACT_UNTIL = 150_000  # rows; one thread here searched 20,000 in 1 ms, 150,000 in 8.4 ms, 200,000 in 11 ms
RECALL_AT = 30  # rows that are read for a question
LEAST_RECALL = 0.95  # of the exact RECALL_AT; at 200,000 rows that takes a third of the exact search's time
FIRST_PROBES = 16
TRAINED_ON = 64  # rows a list; more cost time and find the same


@dataclass(frozen=True, slots=True)
class Choice:
    """Which FAISS index holds the rows; lists and probes are 0 and the recall is 1 where it is exact."""

    type: str  # FAISS's own name
    lists: int
    probes: int
    recall: float  # of the exact search's best RECALL_AT, the mean over the held queries


class Dense:
    """A FAISS index over float32 rows of shape (n, dimension)."""

    def __init__(self, index: "faiss.Index") -> None:
        self._index = index

    @classmethod
    def of(cls, rows: Rows) -> "Dense":
        """Index the rows in order, exactly (IndexFlatIP)."""
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

        The limit holds before the search, and up to EXACT_UNTIL rows of it are searched exactly whatever the index.
        FAISS pads with -1 where fewer rows exist: those never come out.
        """
        k = min(k, len(self))
        if k < 1:
            return []
        parameters = None
        if among is not None:
            allowed = np.zeros(len(self), bool)
            for low, high in among:
                allowed[low:high] = True
            count = int(allowed.sum())
            if not count:
                return []
            selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))  # type: ignore[call-arg,arg-type]
            parameters = self._limited(selector, count)
        scores, numbers = self._index.search(query.reshape(1, -1), k, params=parameters)
        return [(int(n), float(s)) for n, s in zip(numbers[0], scores[0], strict=True) if n >= 0]

    def _limited(self, selector: "faiss.IDSelector", count: int) -> "faiss.SearchParameters":
        if not isinstance(self._index, faiss.IndexIVF):
            return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        probes = self._index.nlist if count <= EXACT_UNTIL else self._index.nprobe
        return faiss.SearchParametersIVF(sel=selector, nprobe=probes)  # type: ignore[call-arg]


def index_of(rows: Rows, held: Callable[[], Rows]) -> tuple[Dense, Choice]:
    """The index that suits the number of rows; `held` gives queries that its recall is measured with, if it has to be.

    The queries must lie where questions lie: e5 puts questions apart from passages, and rows taken as queries find
    0.99 of what the exact search finds where questions find 0.67.
    """
    if len(rows) <= EXACT_UNTIL:
        return Dense.of(rows), Choice("IndexFlatIP", 0, 0, 1.0)
    queries = held()
    index = _inverted(rows)
    exact = Dense.of(rows)._index.search(queries, RECALL_AT)[1]
    probes, recall = FIRST_PROBES, 0.0
    while True:
        index.nprobe = probes = min(probes, index.nlist)
        recall = _recall(index.search(queries, RECALL_AT)[1], exact)
        if recall >= LEAST_RECALL or probes == index.nlist:
            return Dense(index), Choice(type(index).__name__, index.nlist, probes, round(recall, 4))
        probes *= 2


def _inverted(rows: Rows) -> "faiss.IndexIVFFlat":
    """Builds in seconds and keeps the rows as they are; HNSW took 160 s for 200,000 and found less in the same time."""
    width = rows.shape[1]
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(width), width, isqrt(len(rows)), faiss.METRIC_INNER_PRODUCT)
    index.cp.max_points_per_centroid = TRAINED_ON
    index.cp.min_points_per_centroid = 1  # no word on stderr where there are few
    index.train(rows)
    index.add(rows)
    return index


def _recall(found: NDArray[np.int64], exact: NDArray[np.int64]) -> float:
    """The mean share of the exact search's rows that another found too."""
    shares = [len(set(f) & set(e)) / len(e) for f, e in zip(found.tolist(), exact.tolist(), strict=True)]
    return sum(shares) / len(shares)
