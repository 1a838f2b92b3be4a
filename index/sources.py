"""Files, folders, archives and web addresses become sources: named, hashed, decoded texts about to be indexed.

A file that is named must be a report; one that only lies in a folder or an archive may be something else, and is
passed over with a word. Knows nothing of the index.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import ReportError
from index.files import KINDS, LARGEST_ARCHIVE, extract, is_archive, to_nobody, unpack
from index.report import LARGEST_FILE, parse_report

_OTHER = "里没有能读的报告"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A report about to be indexed: its name, its file's hash, its decoded text; what a person says of it."""

    name: str
    sha256: str
    text: str
    pages: tuple[int, ...] = ()  # offset at which each page begins, where the file has pages
    place: str | None = None  # said by a person; stands above what the text tells
    year: int | None = None


def read_source(path: Path) -> Source:
    """Read one report file of any kind; `ReportError` where it is none."""
    return _source(path.name, _read(path, LARGEST_FILE), str(path), to_nobody)


def read_sources(
    names: Iterable[str],
    *,
    say: Say,
    allow_private: bool = False,
    place: str | None = None,
    year: int | None = None,
) -> list[Source]:
    """The reports that are named: files, archives, URLs, and everything supported in folders.

    `say` hears, a sentence each, of files in folders and archives that are no reports, and of what takes long.
    `place` and `year` are said of every report.
    """
    found: list[Source] = []
    for name in names:
        found += _named(name, say, allow_private)
    return [replace(source, place=place, year=year) for source in found]


def _named(name: str, say: Say, allow_private: bool) -> list[Source]:
    from urllib.parse import unquote

    if name.lower().startswith(("http://", "https://")):
        from index.fetch import fetch

        data = fetch(name, allow_private=allow_private)
        if is_archive(data):
            return _unpacked(unquote(name), data, say)
        return [_sound(_source(unquote(name), data, name, say))]
    path = Path(name)
    if not path.is_dir():
        return _file(path, say)
    found: list[Source] = []
    files = sorted(p for p in path.rglob("*") if p.suffix.lower() in KINDS and p.is_file())
    if not files:
        raise ReportError(f"文件夹 {path} {_OTHER}（{' '.join(KINDS)}）；请换一个文件夹。")
    for file in files:
        if file.name.startswith((".", "~$")):
            continue
        try:
            found += map(_sound, _file(file, say))
        except ReportError as error:
            say(f"跳过：{error}")
    if not found:
        raise ReportError(f"文件夹 {path} {_OTHER}；请换一个文件夹。")
    return found


def _file(path: Path, say: Say) -> list[Source]:
    archive = path.suffix.lower() == ".zip"
    data = _read(path, LARGEST_ARCHIVE if archive else LARGEST_FILE)
    if is_archive(data):
        return _unpacked(str(path), data, say)
    return [_source(path.name, data, str(path), say)]


def _unpacked(name: str, data: bytes, say: Say) -> list[Source]:
    return list(_members(name, data, say)) or _none(name)


def _members(name: str, data: bytes, say: Say) -> Iterator[Source]:
    for member, content in unpack(name, data):
        try:
            yield _sound(_source(member, content, f"{name} 里的 {member}", say))
        except ReportError as error:
            say(f"跳过：{error}")


def _none(name: str) -> list[Source]:
    raise ReportError(f"{name} {_OTHER}；请换一个文件。")


def _source(name: str, data: bytes, shown: str, say: Say) -> Source:
    text, pages = extract(shown, data, say)
    return Source(name, hashlib.sha256(data).hexdigest(), text, pages)


def _sound(source: Source) -> Source:
    """The source, if a report can be made of it."""
    parse_report(source.name, source.text)
    return source


def _read(path: Path, limit: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > limit:
            raise ReportError(f"{path} 有 {size // 1048576} MiB，超过 {limit // 1048576} MiB 的上限；请只放报告正文。")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ReportError(f"没有 {path}；请检查路径。") from error
    except OSError as error:
        raise ReportError(f"读不了 {path}（{error.strerror or error}）；请检查路径和权限。") from error
