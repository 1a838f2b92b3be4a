"""Whether the spans of an answer object still stand in the reports held, checked without asking anything again.

Pure: knows the object that `baogao ask --json` prints and a way to a report's text, nothing of search.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from index.errors import BaogaoError
from index.view import clean, view


class Finding(Enum):
    """What became of one span."""

    STANDS = "对得上"
    NOT_HELD = "索引里没有这份报告"
    CHANGED = "报告和回答时的不是同一个版本"
    TEXT = "那个位置不是这段文字"
    QUOTE = "引文不在那个位置"


@dataclass(frozen=True, slots=True)
class Span:
    """A span as an answer object states it; `sha256` is of the decoded source, None in objects that lack it."""

    report: str
    text: str
    quote: str
    start: int
    end: int
    sha256: str | None


def read_answers(text: str) -> list[Span]:
    """The spans of an answer object, or of one a line; `BaogaoError` where it is none."""
    try:
        try:
            objects = [json.loads(text)]
        except ValueError:
            objects = [json.loads(line) for line in text.splitlines() if line.strip()]
        found = [_span(row) for o in objects for row in _spans(o)]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BaogaoError(f"这不是 baogao ask --json 输出的答案对象（{type(error).__name__}）；请检查文件。") from error
    if not found:
        raise BaogaoError("答案里没有可核对的原文（spans 是空的）。")
    return found


def _spans(found: Any) -> list[Any]:
    if not isinstance(found, dict) or not isinstance(found["spans"], list):
        raise TypeError("an answer object holds a list of spans")
    return found["spans"]


def _span(row: Any) -> Span:
    texts = [row[name] for name in ("report", "text", "quote")]
    offsets = [row[name] for name in ("start", "end")]
    digest = row.get("sha256")
    if not all(isinstance(t, str) for t in texts) or not all(type(n) is int for n in offsets):
        raise TypeError("a span holds texts and whole offsets")
    if digest is not None and not isinstance(digest, str):
        raise TypeError("a hash is a text")
    return Span(texts[0], texts[1], texts[2], offsets[0], offsets[1], digest)


def source_hash(source: str) -> str:
    """The hash by which an answer names the text it was cut out of."""
    return hashlib.sha256(source.encode("utf-8")).hexdigest()


def check(span: Span, source_of: Callable[[str], str | None]) -> tuple[Finding, ...]:
    """All that is wrong with a span, or that it stands; `source_of` gives None for a report that is not held."""
    source = source_of(span.report)
    if source is None:
        return (Finding.NOT_HELD,)
    return tuple(_findings(span, source)) or (Finding.STANDS,)


def _findings(span: Span, source: str) -> Iterator[Finding]:
    if span.sha256 is not None and span.sha256 != source_hash(source):
        yield Finding.CHANGED
    if not (0 <= span.start < span.end <= len(source)) or clean(source[span.start : span.end]) != span.text:
        yield Finding.TEXT
    elif not _quote_stands(span, source):
        yield Finding.QUOTE


def _quote_stands(span: Span, source: str) -> bool:
    """Whether the quote, somewhere in the cleaned source, holds the span where the span stands."""
    whole = view(source)
    begin = whole.index(span.start)
    at = whole.text.find(span.quote) if span.quote else -1
    while at >= 0:
        if at <= begin and begin + len(span.text) <= at + len(span.quote):
            return True
        at = whole.text.find(span.quote, at + 1)
    return False


def sentence(number: int, span: Span, findings: tuple[Finding, ...]) -> str:
    """What became of a span, as one line."""
    said = "，".join(finding.value for finding in findings)
    mark = "✓" if findings == (Finding.STANDS,) else "✗"
    return f"{mark} [{number}] {span.report} {span.start}:{span.end} “{span.text}”：{said}。"
