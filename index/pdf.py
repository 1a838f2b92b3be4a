"""A PDF becomes lines on pages, through PDFium.

A PDF without a text layer is refused by name: nothing here recognises pictures of characters.
"""

from typing import Any

from index.errors import ReportError
from index.layout import Line, flow, plain

FEWEST = 20  # Chinese characters on an average page; a scan has none, or a stamp and a page number
MOST_PAGES = 2000


def pdf_text(name: str, data: bytes) -> tuple[str, tuple[int, ...]]:
    """The text of a PDF and the offset at which each page begins."""
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
    except pypdfium2.PdfiumError as error:
        raise ReportError(f"{name} 不是完好的 PDF；请重新下载或导出。") from error
    finally:
        document.close()
    han = sum("\u4e00" <= c <= "\u9fff" for page in pages for line in page for c in line.text)
    if han < FEWEST * max(1, len(pages)):
        raise ReportError(f"{name} 是扫描件，没有文字层；请先做文字识别（OCR），或换成带文字的版本。")
    return flow(pages)


def _lines(page: Any) -> list[Line]:
    """PDFium puts a line break where the characters jump; each line keeps where it stands."""
    from pypdfium2 import raw

    text = page.get_textpage()
    height = page.get_height()
    lines: list[Line] = []
    characters: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    sizes: list[float] = []

    def close() -> None:
        if boxes:
            size = sorted(sizes)[len(sizes) // 2]
            left, right = min(b[0] for b in boxes), max(b[2] for b in boxes)
            lines.append(Line(plain("".join(characters)).strip(), left, right, height - boxes[0][3], size))
        characters.clear(), boxes.clear(), sizes.clear()

    for at in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, at)
        if code in (10, 13):
            close()
        elif code and code not in (0xFFFE, 0xFFFF) and not 0xD800 <= code < 0xE000 and code <= 0x10FFFF:
            characters.append(chr(code))
            if not chr(code).isspace():
                box = text.get_charbox(at, loose=True)
                boxes.append(box)
                sizes.append(raw.FPDFText_GetFontSize(text, at) if box[3] <= box[1] else box[3] - box[1])
    close()
    return lines
