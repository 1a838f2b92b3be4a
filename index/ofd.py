"""An OFD (GB/T 33190, the fixed-layout format of Chinese offices) becomes lines on pages.

It is a zip of XML and no light kept library reads it, so the standard library does: text objects in the order
of the page, lines told by their baselines. Signatures, pictures and annotations are left alone.
"""

import posixpath
from collections.abc import Iterator
from xml.etree import ElementTree
from zipfile import ZipFile

from index.errors import ReportError
from index.layout import Line, flow, plain


def ofd_text(name: str, archive: ZipFile) -> tuple[str, tuple[int, ...]]:
    """The text of an OFD and the offset at which each page begins."""
    try:
        pages = [list(_lines(_parse(archive, path))) for path in _pages(archive)]
    except (KeyError, ValueError, IndexError, ElementTree.ParseError) as error:
        raise ReportError(f"{name} 不是完好的 OFD；请重新下载或导出。") from error
    if not any(line.text for page in pages for line in page):
        raise ReportError(f"{name} 里没有文字（可能是扫描件）；请先做文字识别（OCR），或换成带文字的版本。")
    return flow(pages)


def _parse(archive: ZipFile, path: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(path))


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: ElementTree.Element, tag: str) -> Iterator[ElementTree.Element]:
    return (found for found in element.iter() if _tag(found) == tag)


def _beside(path: str, location: str) -> str:
    """A location is absolute in the package, or relative to the file that names it."""
    return (
        location.lstrip("/")
        if location.startswith("/")
        else posixpath.normpath(posixpath.join(posixpath.dirname(path), location))
    )


def _pages(archive: ZipFile) -> Iterator[str]:
    for root in _all(_parse(archive, "OFD.xml"), "DocRoot"):
        document = _beside("OFD.xml", (root.text or "").strip())
        for page in _all(_parse(archive, document), "Page"):
            yield _beside(document, page.attrib["BaseLoc"])


def _lines(page: ElementTree.Element) -> Iterator[Line]:
    """Neighbouring text codes on one baseline are one line."""
    pieces: list[tuple[str, float, float]] = []
    baseline, size = 0.0, 0.0
    for text_object in _all(page, "TextObject"):
        x, y, width, _ = (float(n) for n in text_object.attrib["Boundary"].split()[:4])
        for code in _all(text_object, "TextCode"):
            text = plain(code.text or "")
            at = y + float(code.attrib.get("Y") or 0)
            if pieces and abs(at - baseline) > size / 2:
                yield _line(pieces, baseline, size)
                pieces = []
            baseline, size = at, float(text_object.attrib["Size"])
            pieces.append((text, x + float(code.attrib.get("X") or 0), x + width))
    if pieces:
        yield _line(pieces, baseline, size)


def _line(pieces: list[tuple[str, float, float]], baseline: float, size: float) -> Line:
    pieces.sort(key=lambda piece: piece[1])
    return Line("".join(p[0] for p in pieces).strip(), pieces[0][1], max(p[2] for p in pieces), baseline, size)
