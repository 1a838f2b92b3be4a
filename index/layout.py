"""Lines as they stand on pages become running text: one paragraph a line, and where each page begins.

Page numbers and the headers and footers that repeat are left out; lines that a margin cut are joined, told by
their place on the page and not by their words. Knows nothing of file formats.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

EDGE_LINES = 2  # lines at the top and at the bottom of a page that may be a running header or footer
_PAGE_NUMBER = re.compile(  # 一: a dash as it is recognised in a scan
    r"^[-—–─―一·•~\s]*(?:第\s*)?[\d０-９]{1,4}(?:\s*[/／]\s*\d{1,4})?(?:\s*页)?[-—–─―一·•~\s]*$|^第.{1,4}页共.{1,4}页$"
)
_UNBROKEN = re.compile(
    r"(?:[\w.,%+/-]+(?<=[!-~])|.)[。，、；：！？”’」』）》】%％…]*", re.ASCII
)  # no line is broken in it
_HEADING = re.compile("(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])")
# Fonts hand out the radical in place of the character that looks the same. Kangxi radicals decompose under NFKC;
# these supplements do not.
_RADICALS = str.maketrans(
    "⺠⻓⻅⻋⻔⻛⻜⻝⻢⻥⻦⻬⻘⻄⻆⻉⻚⻩⻰⻮⻳⻨⻣⻤⻙⻁⺟⻑⻒⻐⻎⻟",
    "民长见车门风飞食马鱼鸟齐青西角贝页黄龙齿龟麦骨鬼韦虎母長镸釒辶飠",
)
_LOOKALIKES = re.compile("[\u2f00-\u2fd5\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; measures in any unit, `top` grows downwards."""

    text: str
    left: float
    right: float
    top: float
    size: float  # of its characters


def flow(pages: Sequence[Sequence[Line]]) -> tuple[str, tuple[int, ...]]:
    """The text, and the offset in it at which each page begins."""
    repeated = _repeated(pages)
    parts: list[str] = []
    begins: list[int] = []
    length = 0
    before: tuple[Line, float] | None = None  # the last line, and the right margin of its column
    for page in pages:
        body = list(_body(page, repeated))
        first = True
        for line in body:
            left, right = _margins(line, body)
            if parts and not (before and _continues(*before, line, left)):
                parts.append("\n")
                length += 1
            if first:
                begins.append(length)
                first = False
            parts.append(line.text)
            length += len(line.text)
            before = (line, right)
        if first:
            begins.append(length)
    return "".join(parts), tuple(begins)


def plain(text: str) -> str:
    """Characters as they are typed: radicals and compatibility forms become the characters that they show."""
    return _LOOKALIKES.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text).translate(_RADICALS)


def _repeated(pages: Sequence[Sequence[Line]]) -> set[str]:
    """What stands at the edge of at least half of the pages, figures aside."""
    if len(pages) < 3:
        return set()
    counts = Counter(text for page in pages for text in {_shape(line) for line in _edges(page)})
    return {text for text, count in counts.items() if count >= max(3, len(pages) / 2)}


def _edges(page: Sequence[Line]) -> list[Line]:
    return [*page[:EDGE_LINES], *page[-EDGE_LINES:]]


def _shape(line: Line) -> str:
    return re.sub(r"[\d０-９\s]+", "", line.text)


def _body(page: Sequence[Line], repeated: set[str]) -> Iterator[Line]:
    for number, line in enumerate(page):
        at_edge = number < EDGE_LINES or number >= len(page) - EDGE_LINES
        if at_edge and (_PAGE_NUMBER.match(line.text.strip()) or (line.text.strip() and _shape(line) in repeated)):
            continue
        if line.text.strip():
            yield line


def _margins(line: Line, body: Sequence[Line]) -> tuple[float, float]:
    """The edges of the column that a line stands in; an indented line is up to four characters off its left one."""
    near = [other for other in body if abs(other.left - line.left) <= 4.5 * line.size]
    return min(other.left for other in near), _edge([other.right for other in near], line.size / 4)


def _edge(rights: Sequence[float], width: float) -> float:
    """The margin that several lines end at; a stop that hangs beyond it (LibreOffice's default) is not the margin."""
    counts = Counter(round(right / width) for right in rights)
    step, most = counts.most_common(1)[0]
    if most >= max(2, len(rights) / 3):
        return step * width
    shared = [step for step, count in counts.items() if count >= max(2, len(rights) / 5)]
    return max(shared) * width if shared else max(rights)


def _continues(before: Line, right: float, line: Line, left: float) -> bool:
    """In the same size, from the margin, and what it begins with had no room on the line before: one paragraph."""
    if before.text.endswith("。") and _HEADING.match(line.text):  # whatever room was left
        return False
    start = _UNBROKEN.match(line.text)
    need = sum(0.5 if c.isascii() else 1 for c in start.group()) if start else 1
    full = before.right + (need - 0.4) * before.size > right
    flush = line.left <= left + 0.8 * line.size
    return full and flush and abs(before.size - line.size) <= 0.15 * before.size
