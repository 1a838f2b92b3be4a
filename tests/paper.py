"""Small real files of each kind, made from lines of text: what the tests of reading files read."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import docx

ACROSS = 28  # characters of a full line, as in an official document on A4
DOWN = 22  # lines of a page
SIZE = 16.0


def docx_of(lines: Iterable[str]) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    data = BytesIO()
    document.save(data)
    return data.getvalue()


def html_of(lines: Iterable[str], charset: str = "utf-8") -> bytes:
    body = "".join(f"<p>　　{line}</p>\n" for line in lines)
    page = (
        f"<!DOCTYPE html><html><head><meta charset='{charset}'><title>报告</title><style>p {{}}</style></head><body>"
        "<div><a href='/'>首页</a> &gt; <a href='/a'>政务公开</a> &gt; 正文</div><span>【字号：</span><a>大</a> <a>中</a> <a>小</a>】"
        f"<div>来源：本站</div>{body}<div>分享到：</div><div>相关链接：</div><a>省长答记者问，全文在此。</a><script>x</script></body></html>"
    )
    return page.encode(charset)


def set_in_pages(lines: Iterable[str], header: str = "") -> list[list[tuple[str, float, float]]]:
    """Lines as a printer sets them: (text, x, y from the top); paragraphs indented, pages numbered."""
    printed: list[tuple[str, float]] = []
    for line in lines:
        rest = line
        indent = 2
        while rest:
            room = ACROSS - indent
            while rest[room : room + 1] and rest[room] in "。，；：！？、）”%":  # no line begins with these
                room -= 1
            printed.append((rest[:room], 80 + indent * SIZE))
            rest, indent = rest[room:], 0
    pages = []
    for number, at in enumerate(range(0, len(printed), DOWN), 1):
        page = [(header, 200.0, 40.0)] if header else []
        page += [(text, x, 80 + 28.0 * row) for row, (text, x) in enumerate(printed[at : at + DOWN])]
        pages.append([*page, (f"— {number} —", 270.0, 780.0)])
    return pages


def pdf_of(pages: Sequence[Sequence[tuple[str, float, float]]]) -> bytes:
    """A PDF whose font is named and not embedded, with a ToUnicode map: enough for its text layer."""
    codes = {c: n for n, c in enumerate(sorted({c for page in pages for text, _, _ in page for c in text}), 1)}
    pairs = [f"<{n:04x}> <{c.encode('utf-16-be').hex()}>" for c, n in codes.items()]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    cmap = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
    cmap += "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
    cmap += "".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar\n" for b in blocks)
    cmap += "endcmap CMapName currentdict /CMap defineresource pop end end"
    first = 7
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        " /Supplement 0 >> /FontDescriptor 5 0 R /DW 1000 >>",
        "<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800"
        " /Descent -200 /CapHeight 800 /StemV 80 >>",
        _stream(cmap),
    ]
    for number, page in enumerate(pages):
        shown = "".join(
            f"BT /F {SIZE} Tf 1 0 0 1 {x} {842 - y} Tm <{''.join(f'{codes[c]:04x}' for c in text)}> Tj ET\n"
            for text, x, y in page
        )
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >>"
            f" /Contents {first + 2 * number + 1} 0 R >>"
        )
        objects.append(_stream(shown))
    data, offsets = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Root 1 0 R /Size {len(objects) + 1} >>\n"
    )
    return data + f"{end}startxref\n{len(data)}\n%%EOF\n".encode()


def _stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def ofd_of(pages: Sequence[Sequence[tuple[str, float, float]]]) -> bytes:
    name = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    files = {
        "OFD.xml": f"<ofd:OFD {name}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {name}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for number, page in enumerate(pages):
        shown = "".join(
            f'<ofd:TextObject Boundary="{x} {y} {len(text) * SIZE} {SIZE}" Size="{SIZE}">'
            f'<ofd:TextCode X="0" Y="{SIZE}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
            for text, x, y in page
        )
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f"<ofd:Page {name}><ofd:Content><ofd:Layer>{shown}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    return zip_of({path: text.encode() for path, text in files.items()})


def zip_of(files: dict[str, bytes]) -> bytes:
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return data.getvalue()
