"""Text with marks for a chat: measured, cut at sentence ends, written as Telegram's HTML.

A text is a tuple of `Run`s, each with its tags, so that it can be cut anywhere and every part is whole HTML
again. Pure; knows nothing of answers.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 4096  # characters of a message after entity parsing (Bot API, sendMessage)
LONGEST_CAPTION = 1024  # of a caption (Bot API, sendDocument)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with the tags around it, outermost first: `("blockquote", "b")`."""

    text: str
    tags: tuple[str, ...] = ()


Rich = tuple[Run, ...]


def plain(rich: Rich) -> str:
    """The text that remains after entity parsing."""
    return "".join(run.text for run in rich)


def length(text: str) -> int:
    """Length as Telegram counts it, in UTF-16 units: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def to_html(rich: Rich) -> str:
    """The text as HTML for parse mode HTML; everything but our own tags escaped."""
    out: list[str] = []
    opened: tuple[str, ...] = ()
    for run in rich:
        if not run.text:
            continue
        kept = 0
        while kept < min(len(opened), len(run.tags)) and opened[kept] == run.tags[kept]:
            kept += 1
        out += [_closing(tag) for tag in reversed(opened[kept:])]
        out += [f"<{tag}>" for tag in run.tags[kept:]]
        opened = run.tags
        out.append(html.escape(_sendable(run.text), quote=False))
    out += [_closing(tag) for tag in reversed(opened)]
    return "".join(out)


def _closing(tag: str) -> str:
    return f"</{tag.partition(' ')[0]}>"


def _sendable(text: str) -> str:
    """Without what JSON and Telegram refuse: lone surrogates and control characters."""
    return "".join(c for c in text if c in "\n\t" or not (ord(c) < 32 or 0xD800 <= ord(c) < 0xE000))


def cut(rich: Rich, limit: int = LONGEST) -> list[Rich]:
    """Parts no longer than the limit, each ending at a sentence's end where one is in reach."""
    parts: list[Rich] = []
    rest = _trimmed(rich)
    while rest:
        if length(plain(rest)) <= limit:
            parts.append(rest)
            break
        head, rest = _split(rest, _cut_at(plain(rest), limit))
        if head := _trimmed(head):
            parts.append(head)
        rest = _trimmed(rest)
    return parts


def shorten(rich: Rich, limit: int) -> Rich:
    """The first part, with an ellipsis where something is left out."""
    if length(plain(rich)) <= limit:
        return rich
    return (*cut(rich, limit - 1)[0], Run("…"))


_ENDS = (re.compile(r"[。！？；!?]+[”」』）)]*|\n"), re.compile(r"[，、,：:\s]"))


def _cut_at(text: str, limit: int) -> int:
    """Position in code points of the best cut within the limit; at least 1."""
    reach, units = 0, 0
    for character in text:
        units += 2 if ord(character) > 0xFFFF else 1
        if units > limit:
            break
        reach += 1
    for pattern in _ENDS:
        ends = [m.end() for m in pattern.finditer(text[:reach]) if m.end() >= reach // 4]
        if ends:
            return ends[-1]
    return max(reach, 1)


def _split(rich: Rich, at: int) -> tuple[Rich, Rich]:
    head: list[Run] = []
    for number, run in enumerate(rich):
        if at < len(run.text):
            rest = (Run(run.text[at:], run.tags), *rich[number + 1 :])
            return (*head, Run(run.text[:at], run.tags)), rest
        head.append(run)
        at -= len(run.text)
    return tuple(head), ()


def _trimmed(rich: Rich) -> Rich:
    """Without white space at either end, as Telegram trims it."""
    runs = list(rich)
    while runs and not runs[0].text.strip():
        runs.pop(0)
    while runs and not runs[-1].text.strip():
        runs.pop()
    if runs:
        runs[0] = Run(runs[0].text.lstrip(), runs[0].tags)
        runs[-1] = Run(runs[-1].text.rstrip(), runs[-1].tags)
    return tuple(runs)


def joined(blocks: Iterator[Rich] | list[Rich], between: str = "\n\n") -> Rich:
    """Blocks one after another with plain white space between."""
    found: list[Run] = []
    for block in blocks:
        if found:
            found.append(Run(between))
        found.extend(block)
    return tuple(found)
