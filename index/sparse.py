"""BM25 over our own terms, through bm25s. Knows nothing of texts: terms in, document numbers out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

_FOLDED = "的"  # stands in for a document without terms, which bm25s cannot take; nobody asks for it


class Sparse:
    """A BM25 index (Lucene's variant, k1 1.5, b 0.75: bm25s's defaults)."""

    def __init__(self, index: Any, count: int) -> None:
        self._index = index
        self._count = count

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> "Sparse":
        """Index documents given as terms."""
        import bm25s

        index = bm25s.BM25()
        index.index([list(terms) or [_FOLDED] for terms in documents], show_progress=False)
        return cls(index, len(documents))

    @classmethod
    def load(cls, folder: Path, count: int) -> "Sparse":
        """Read what `save` wrote: arrays and JSON, nothing is unpickled."""
        import bm25s

        return cls(bm25s.BM25.load(str(folder), allow_pickle=False), count)

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        self._index.save(str(folder), show_progress=False)

    def __len__(self) -> int:
        return self._count

    def search(
        self, terms: Sequence[str], k: int, among: Sequence[tuple[int, int]] | None = None
    ) -> list[tuple[int, float]]:
        """The k best document numbers with their scores, best first, ties by number; zero scores never come out."""
        known = [term for term in terms if term in self._index.vocab_dict]
        if not known or not self._count:
            return []
        scores = self._index.get_scores(known)
        if among is not None:
            mask = np.zeros(self._count, bool)
            for low, high in among:
                mask[low:high] = True
            scores = np.where(mask, scores, 0.0)
        found = np.flatnonzero(scores > 0)
        best = found[np.lexsort((found, -scores[found]))][:k]
        return [(int(n), float(scores[n])) for n in best]
