"""Rows that were encoded for a build which did not come to its end: kept a part at a time, so that the next one goes on.

Each part is one .npz file, put in place by a rename; nothing is unpickled. A part that cannot be read is as none.
"""

import os
import time
import uuid
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float32]
KEPT = 30 * 86400  # seconds for which parts wait to be asked for


class Pending:
    """The parts in a folder, of one encoder; the builder that uses them holds the library's lock."""

    def __init__(self, folder: Path, encoder: str) -> None:
        self.folder = folder
        self._encoder = encoder

    def rows(self) -> dict[str, Row]:
        """All rows that this encoder has left, by the keys of their texts."""
        found: dict[str, Row] = {}
        for path in self._parts():
            found |= self._read(path)
        return found

    def keep(self, keys: Sequence[str], rows: Row) -> None:
        """Write one part; OSError where the disk is full."""
        self.folder.mkdir(exist_ok=True)
        path = self.folder / f".{uuid.uuid4().hex[:12]}"
        try:
            with path.open("wb") as file:
                np.savez(file, encoder=np.array(self._encoder), keys=np.array(keys), rows=rows)
            os.replace(path, self.folder / f"{path.name[1:]}.npz")
        finally:
            path.unlink(missing_ok=True)

    def forget(self, keys: Collection[str]) -> None:
        """Remove the parts that are wholly in an index now, unreadable ones, and those nobody has asked for in a month."""
        for path in self._parts():
            rows = self._read(path, of_any=True)
            if rows.keys() <= set(keys) or time.time() - path.stat().st_mtime > KEPT:
                path.unlink(missing_ok=True)
        for path in self.folder.glob(".*"):
            path.unlink(missing_ok=True)
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _parts(self) -> list[Path]:
        return sorted(self.folder.glob("*.npz"))

    def _read(self, path: Path, *, of_any: bool = False) -> Mapping[str, Row]:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as part:
                if not of_any and str(part["encoder"]) != self._encoder:
                    return {}
                return dict(zip(part["keys"].tolist(), part["rows"], strict=True))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return {}
