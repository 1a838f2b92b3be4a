"""Pictures of printed pages become lines, through RapidOCR, where the extra `ocr` is installed.

What was recognised of a page is kept in the cache, so that a long scan is never gone through twice. Knows nothing of
files: pictures in, lines out.
"""

import hashlib
import json
import os
import uuid
from collections.abc import Callable, Sequence
from dataclasses import astuple
from importlib.metadata import version
from importlib.util import find_spec
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.cache import cache_folder
from index.layout import Line, plain

Picture = NDArray[np.uint8]
FEW = 10  # characters; a shorter line tells nothing of the size of its type
ALIKE = 0.25  # sizes that differ by less are one: boxes are drawn by eye


class Piece(NamedTuple):
    """One recognised line of print and its box, in pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


Recognise = Callable[[Picture], Sequence[Piece]]


def recogniser() -> Recognise | None:
    """What recognises print, loaded at its first picture; None where the extra is not installed."""
    if find_spec("rapidocr") is None:
        return None
    loaded: list[Recognise] = []

    def recognise(picture: Picture) -> Sequence[Piece]:
        if not loaded:
            loaded.append(_rapid())
        return loaded[0](picture)

    return recognise


def _rapid() -> Recognise:
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "critical"})

    def recognise(picture: Picture) -> Sequence[Piece]:
        found = engine(picture)
        if not found.txts:
            return []
        corners = [(box.min(axis=0), box.max(axis=0)) for box in found.boxes]
        return [
            Piece(text, float(low[0]), float(low[1]), float(high[0]), float(high[1]))
            for text, (low, high) in zip(found.txts, corners, strict=True)
        ]

    return recognise


def lines_of(pieces: Sequence[Piece], width: float) -> list[Line]:
    """The lines of a page so wide in the order of reading; the size of the type comes from how close characters stand."""
    pieces = [p for p in pieces if p.text.strip()]
    usual = median([_pitch(p) for p in pieces if len(p.text) >= FEW] or [p.bottom - p.top for p in pieces] or [1.0])
    lines = []
    for piece in _in_order(pieces, width):
        own = _pitch(piece) if len(piece.text) >= FEW else usual
        size = usual if abs(own - usual) <= ALIKE * usual else own
        lines.append(Line(plain(piece.text).strip(), piece.left, piece.right, piece.top, size))
    return lines


def _pitch(piece: Piece) -> float:
    return (piece.right - piece.left) / sum(0.5 if c.isascii() else 1.0 for c in piece.text)


def _in_order(pieces: Sequence[Piece], width: float) -> list[Piece]:
    """Downwards; where hardly a line crosses the middle and both halves are full of them, the left column first."""
    pieces = sorted(pieces, key=lambda p: (p.top, p.left))
    middle = width / 2
    left = [p for p in pieces if p.right <= middle]
    right = [p for p in pieces if p.left >= middle]
    across = [p for p in pieces if p.left < middle < p.right]
    if min(len(left), len(right)) < 5 or len(across) > len(pieces) / 5:
        return pieces
    head = min(left[0].top, right[0].top)
    above = [p for p in across if p.top < head]
    return [*above, *left, *right, *(p for p in across if p.top >= head)]


# -- what was recognised before ---------------------------------------------------------------------


def remembered(document: bytes, page: int, recognise: Callable[[], list[Line]]) -> list[Line]:
    """The lines of a document's page, from the cache where they were recognised before."""
    engine = version("rapidocr") if find_spec("rapidocr") else "none"
    folder = cache_folder() / "ocr"
    path = folder / f"{hashlib.sha256(document).hexdigest()[:32]}-{page}-{engine}.json"
    try:
        return [Line(*row) for row in json.loads(path.read_bytes())]
    except (OSError, ValueError, TypeError):
        lines = recognise()
    folder.mkdir(exist_ok=True)
    part = folder / f".{uuid.uuid4().hex[:12]}"
    part.write_text(json.dumps([astuple(line) for line in lines]), "utf-8")
    os.replace(part, path)
    return lines
