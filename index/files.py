"""A file's bytes become decoded text: plain text, Markdown, HTML, DOCX, PDF, OFD, and zip archives of them.

What a file is, its first bytes tell before its name does. Nothing is written to disk; nothing is fetched.
`ReportError` says in a sentence why a file gives no text.
"""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

from index.errors import ReportError
from index.report import LARGEST_FILE, decode, reads_like_chinese

KINDS = (".txt", ".md", ".html", ".htm", ".docx", ".pdf", ".ofd", ".zip")
MOST_MEMBERS = 2000  # of an archive; a library of every province for twenty years has 600
LARGEST_ARCHIVE = 10 * LARGEST_FILE  # bytes of all members, unpacked


class Extracted(NamedTuple):
    """A file's text, and the offset in it at which each page begins; none where a format has no pages."""

    text: str
    pages: tuple[int, ...]


def to_nobody(_sentence: str) -> None:
    """For those who do not want to hear."""


def extract(name: str, data: bytes, say: Callable[[str], None] = to_nobody) -> Extracted:
    """The text of one file; `say` hears of what takes long."""
    if len(data) > LARGEST_FILE:
        raise ReportError(f"{name} 超过 {LARGEST_FILE // 1048576} MiB 的上限；请只放报告正文。")
    suffix = PurePosixPath(name.lower()).suffix
    if data.startswith(b"%PDF-"):
        from index.pdf import pdf_text

        return _checked(name, *pdf_text(name, data, say))
    if data.startswith(b"PK\x03\x04"):
        return _extract_package(name, data)
    if data.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise ReportError(f"{name} 是旧式 Word 或 RTF 文件；请在 Word 或 WPS 里另存为 .docx 再加入。")
    if suffix in (".docx", ".ofd", ".pdf", ".zip") and data.strip():
        raise ReportError(f"{name} 的内容不是 {suffix[1:].upper()}；请重新下载或导出。")
    if suffix in (".html", ".htm") or re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)", data[:200], re.I):
        return _checked(name, _html_text(name, data), ())
    text = decode(data, name)
    return Extracted(_unmarked(text) if suffix == ".md" else text, ())


def is_archive(data: bytes) -> bool:
    """Whether the bytes are a zip of files, and not a document that happens to be one."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        return _package(ZipFile(BytesIO(data))) is None
    except BadZipFile:
        return False


def unpack(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The supported files in an archive, in memory, by their own names; a name that comes twice keeps its folders."""
    with _open(name, data) as archive:
        members = [(path, info) for info in archive.infolist() if (path := _member_name(info)) is not None]
        base = [PurePosixPath(path).name for path, _ in members]
        for (path, info), short in zip(members, base, strict=True):
            yield short if base.count(short) == 1 else path, _read(name, archive, info)


def _checked(name: str, text: str, pages: tuple[int, ...]) -> Extracted:
    if not text.strip():
        raise ReportError(f"{name} 里没有文字；请换成有报告正文的文件。")
    if not reads_like_chinese(re.sub(r"\s+", "\n", text)):
        raise ReportError(f"{name} 里读出来的不是中文；请换一个版本，或先另存为纯文本。")
    return Extracted(text, pages)


# -- zip, and the documents that are one ------------------------------------------------------------


def _open(name: str, data: bytes) -> ZipFile:
    """An archive whose size is within the limits, by what its directory says."""
    try:
        archive = ZipFile(BytesIO(data))
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise ReportError(f"{name} 不是完好的压缩文件；请重新下载或打包。") from error
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > LARGEST_ARCHIVE:
        raise ReportError(
            f"{name} 里的文件太多或解开后太大（上限 {MOST_MEMBERS} 个、{LARGEST_ARCHIVE // 1048576} MiB）；请分开加入。"
        )
    return archive


def _read(name: str, archive: ZipFile, info: ZipInfo) -> bytes:
    """One member, never more than the limit whatever the directory claims."""
    if info.flag_bits & 1:
        raise ReportError(f"{name} 有密码；请先解开再加入。")
    try:
        with archive.open(info) as member:
            data = member.read(LARGEST_FILE + 1)
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise ReportError(f"{name} 不是完好的压缩文件；请重新下载或打包。") from error
    except Exception as error:
        if type(error).__module__ not in ("zlib", "lzma", "_lzma"):
            raise
        raise ReportError(f"{name} 不是完好的压缩文件；请重新下载或打包。") from error
    if len(data) > LARGEST_FILE:
        raise ReportError(f"{name} 里有文件超过 {LARGEST_FILE // 1048576} MiB 的上限；请只放报告正文。")
    return data


def _member_name(info: ZipInfo) -> str | None:
    """The path of a supported file, its name mended where it was packed in GBK; None for anything else."""
    path = info.filename
    if not info.flag_bits & 0x800:
        raw = path.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                path = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    path = path.replace("\\", "/")
    parts = PurePosixPath(path).parts
    hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in parts)
    supported = PurePosixPath(path.lower()).suffix in KINDS
    return None if info.is_dir() or hidden or not supported else path


def _package(archive: ZipFile) -> str | None:
    names = set(archive.namelist())
    if "OFD.xml" in names:
        return "ofd"
    return "docx" if "[Content_Types].xml" in names and any(n.startswith("word/") for n in names) else None


def _extract_package(name: str, data: bytes) -> Extracted:
    with _open(name, data) as archive:
        kind = _package(archive)
        if kind is None:
            raise ReportError(f"{name} 是压缩文件里的压缩文件，或不是报告；请先解开再加入。")
        for info in archive.infolist():
            if not info.is_dir() and info.filename.endswith((".xml", ".rels")):
                _read(name, archive, info)
        if kind == "ofd":
            from index.ofd import ofd_text

            return _checked(name, *ofd_text(name, archive))
    return _checked(name, _docx_text(name, data), ())


# -- the formats ------------------------------------------------------------------------------------


def _html_text(name: str, data: bytes) -> str:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    if not data.strip():
        raise ReportError(f"{name} 是空文件；请换成报告的文本文件。")
    try:
        page = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        page = bytes_to_str(data, detect_encoding(data, from_html_meta=True) or "gb18030")
    text = extract_plain_text(page, main_content=False, list_bullets=False, alt_texts=False)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _docx_text(name: str, data: bytes) -> str:
    import docx

    try:
        body = docx.Document(BytesIO(data)).element.body
    except Exception as error:  # python-docx lets whatever its parser and its package reader raise through
        raise ReportError(f"{name} 不是完好的 Word 文件；请在 Word 或 WPS 里重新保存为 .docx。") from error
    return "\n".join(_docx_lines(body))


def _docx_lines(element: Any) -> Iterator[str]:
    """Paragraphs in order, a row of a table on one line; deleted text, headers and footers are left out."""
    for child in element.iterchildren("*"):
        tag = child.tag.rpartition("}")[2]
        if tag == "p":
            yield from _docx_paragraph(child).split("\n")
        elif tag == "tr":
            cells = ("".join(_docx_lines(cell)).strip() for cell in child.iterchildren("{*}tc"))
            yield "\t".join(cell for cell in cells if cell)
        elif tag not in ("sectPr", "del", "moveFrom"):
            yield from _docx_lines(child)


def _docx_paragraph(paragraph: Any) -> str:
    pieces: list[str] = []
    for node in paragraph.iter("*"):
        tag = node.tag.rpartition("}")[2]
        if tag == "t" and not any(a.tag.endswith(("}Fallback", "}moveFrom")) for a in node.iterancestors("*")):
            pieces.append(node.text or "")
        elif tag in ("br", "cr"):
            pieces.append("\n")
        elif tag == "tab" and node.getparent().tag.endswith("}r"):
            pieces.append("\t")
    return "".join(pieces)


def _unmarked(text: str) -> str:
    """Markdown without the marks that stand before a line and around a link; numbering and `**` stay."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?)", "", text, flags=re.MULTILINE)
    return re.sub(r"!?\[([^\]\n]*)\]\([^)\n]*\)", r"\1", text)
