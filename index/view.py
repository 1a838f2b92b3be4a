"""A cleaned view over a stretch of the source, which knows where each of its characters came from.

Reports come with page breaks inside words, stray spaces around figures and `**` marks. The source is
never edited: whoever wants to read cleanly makes a `View`, and maps what it found back with `span`.
"""

from dataclasses import dataclass

_DROPPED = frozenset("*\ufeff\u200b\u200c\u200d\u2060")


@dataclass(frozen=True, slots=True)
class View:
    """`source[offsets[i]] == text[i]` for every i; offsets rise strictly."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Source offsets of `text[start:end]`; a stretch must not be empty."""
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no such stretch in a view of {len(self.text)} characters: {start}:{end}")
        return self.offsets[start], self.offsets[end - 1] + 1

    def index(self, offset: int) -> int:
        """Position in the view of the first kept character at or after a source offset."""
        low, high = 0, len(self.offsets)
        while low < high:
            middle = (low + high) // 2
            if self.offsets[middle] < offset:
                low = middle + 1
            else:
                high = middle
        return low


def view(source: str, start: int = 0, end: int | None = None) -> View:
    """The slice without white space and emphasis marks; a space between two Latin words stays."""
    end = len(source) if end is None else end
    kept: list[str] = []
    offsets: list[int] = []
    for offset in range(start, end):
        character = source[offset]
        if character in _DROPPED:
            continue
        if character.isspace() and not _between_latin(source, offset, start, end):
            continue
        kept.append(" " if character.isspace() else character)
        offsets.append(offset)
    return View("".join(kept), tuple(offsets))


def clean(text: str) -> str:
    """The text as a person reads it: page-break joins, white space and emphasis marks gone."""
    return view(text).text


def _between_latin(source: str, offset: int, start: int, end: int) -> bool:
    if not start < offset < end - 1:
        return False
    before, after = source[offset - 1], source[offset + 1]
    return before.isascii() and before.isalpha() and after.isascii() and after.isalpha()
