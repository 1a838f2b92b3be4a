"""A PDF becomes lines on pages, through PDFium.

A PDF without a text layer is a scan: its pages are recognised where the extra `ocr` is installed (`index.ocr`), and
refused by name where not.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median
from typing import Any, NamedTuple

from index.errors import ReportError
from index.layout import Line, flow, plain

FEWEST = 20  # Chinese characters on an average page; a scan has none, or a stamp and a page number
MOST_PAGES = 2000
SHARPNESS = 200 / 72  # pixels a point: 200 dpi
WIDEST = 4000  # pixels of a page's longer side
_HYPHEN = ord("-")


def pdf_text(name: str, data: bytes, say: Callable[[str], None]) -> tuple[str, tuple[int, ...]]:
    """The text of a PDF and the offset at which each page begins; `say` hears of what takes long."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise ReportError(f"{name} 有密码；请先去掉密码再加入。") from error
        raise ReportError(f"{name} 不是完好的 PDF；请重新下载或导出。") from error
    try:
        if len(document) > MOST_PAGES:
            raise ReportError(f"{name} 有 {len(document)} 页，超过 {MOST_PAGES} 页的上限；请只放报告正文。")
        pages = [_lines(document[number]) for number in range(len(document))]
        if _is_scan(pages):
            pages = _recognised(name, data, document, say)
    except pypdfium2.PdfiumError as error:
        raise ReportError(f"{name} 不是完好的 PDF；请重新下载或导出。") from error
    finally:
        document.close()
    return flow(pages)


def _is_scan(pages: Sequence[Sequence[Line]]) -> bool:
    han = sum("\u4e00" <= c <= "\u9fff" for page in pages for line in page for c in line.text)
    return han < FEWEST * max(1, len(pages))


def _recognised(name: str, data: bytes, document: Any, say: Callable[[str], None]) -> list[list[Line]]:
    """The lines of a scan's pages, a page in memory at a time."""
    from index import ocr

    recognise = ocr.recogniser()
    if recognise is None:
        raise ReportError(
            f"{name} 是扫描件，没有文字层；请运行 pip install 'baogaotong[ocr]' 装上文字识别再加入，或换成带文字的版本。"
        )
    say(f"{name} 是扫描件，正在识别 {len(document)} 页的文字；认错的字会留在引文里。")

    def read(number: int) -> list[Line]:
        page = document[number]
        scale = min(SHARPNESS, WIDEST / max(page.get_size()))
        picture = page.render(scale=scale).to_numpy()
        return ocr.lines_of(recognise(picture), picture.shape[1])

    pages = [ocr.remembered(data, number, partial(read, number)) for number in range(len(document))]
    if _is_scan(pages):
        raise ReportError(f"{name} 是扫描件，认不出多少文字；请换成更清楚的扫描，或带文字的版本。")
    return pages


def _lines(page: Any) -> list[Line]:
    """PDFium puts a line break where the characters jump; each line keeps where it stands."""
    text = page.get_textpage()
    height = page.get_height()
    lines: list[Line] = []
    line: list[_Character] = []
    for character in _characters(text):
        if character.text in "\r\n":
            lines += _line(line, height)
            line = []
        else:
            line.append(character)
    return lines + _line(line, height)


class _Character(NamedTuple):
    text: str
    left: float
    bottom: float
    right: float
    top: float


def _characters(text: Any) -> Iterator[_Character]:
    from pypdfium2 import raw

    for at in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, at)
        code = _HYPHEN if code == 2 else code  # PDFium's mark for a hyphen at the end of a line
        if (
            (code >= 32 or code in (9, 10, 13))
            and code <= 0x10FFFF
            and not 0xD800 <= code < 0xE000
            and code not in (0xFFFE, 0xFFFF)
        ):
            yield _Character(chr(code), *text.get_charbox(at, loose=True))


def _line(characters: list[_Character], height: float) -> list[Line]:
    """One line, or none where there is nothing but space."""
    inked = [c for c in characters if not c.text.isspace()]
    if not inked:
        return []
    text = plain("".join(c.text for c in characters)).strip()
    size = median(c.top - c.bottom for c in inked)
    return [Line(text, min(c.left for c in inked), max(c.right for c in inked), height - inked[0].top, size)]
