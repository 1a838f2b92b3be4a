"""Mends typing slips in a question: a stretch that the report does not know, one character or one sound away
from a word it does. Knows words and sounds, not meaning.
"""

import os
import re
from collections.abc import Callable, Collection

LONGEST = 10  # characters of a word that is looked for
_ASKS = re.compile("[的了多少几吗呢]")  # a stretch with one of these is no word: 收了多少税 is no slip of 收了多少粮
SHORTEST_BY_SIGHT = 4  # a word this long may differ in one character; a shorter one must sound the same


def mend(text: str, unknown: Collection[str], vocabulary: Collection[str], knows: Callable[[str], bool]) -> str:
    """The text with unknown stretches replaced by known words; unchanged where nothing fits.

    `unknown` are the question's words that the report lacks; only stretches that touch one are mended.
    """
    touched = [False] * len(text)
    for word in unknown:
        at = text.find(word)
        while at >= 0:
            touched[at : at + len(word)] = [True] * len(word)
            at = text.find(word, at + 1)
    if not any(touched):
        return text
    by_length: dict[int, list[str]] = {}
    for word in sorted(vocabulary):
        if 2 <= len(word) <= LONGEST and _is_han(word):
            by_length.setdefault(len(word), []).append(word)
    for length in range(min(LONGEST, len(text)), 1, -1):
        for start in range(len(text) - length + 1):
            piece = text[start : start + length]
            inside = touched[start : start + length]
            if not (all(inside) if length < SHORTEST_BY_SIGHT else any(inside)) or not _is_han(piece) or knows(piece):
                continue
            if meant := _closest(piece, by_length.get(length, ())):
                text = text[:start] + meant + text[start + length :]
                touched[start : start + length] = [False] * length  # mended once, so that it ends
    return text


def mend_names(text: str, names: Collection[str]) -> str:
    """The text with names written by another character of the same sound put right: 站河区 for 湛河区."""
    for name in names:
        if len(name) < 3 or name in text or not _is_han(name):
            continue
        for start in range(len(text) - len(name) + 1):
            piece = text[start : start + len(name)]
            alike = sum(a == b for a, b in zip(piece, name, strict=True))
            if alike == len(name) - 1 and _is_han(piece) and _sound(piece) == _sound(name):
                return text[:start] + name + text[start + len(name) :]
    return text


def _closest(piece: str, words: Collection[str]) -> str | None:
    if len(piece) >= SHORTEST_BY_SIGHT and not _ASKS.search(piece):
        for word in words:
            if sum(a != b for a, b in zip(piece, word, strict=True)) == 1 and not _ASKS.search(word):
                return word
    alike = [word for word in words if any(a == b for a, b in zip(piece, word, strict=True)) and word != piece]
    sound = _blurred(piece) if alike else ()
    return next((word for word in alike if _blurred(word) == sound), None)


def _blurred(text: str) -> tuple[str, ...]:
    """Sounds without the differences that many speakers do not make: zh and z, ing and in, n and l."""
    return tuple(
        re.sub("^([zcs])h", r"\1", re.sub("g$", "", syllable)).replace("l", "n", 1) for syllable in _sound(text)
    )


def spelled(text: str) -> str:
    """A name as it is written in Latin letters: chenbin for 陈斌."""
    return "".join(_sound(text))


def _sound(text: str) -> tuple[str, ...]:
    """Pinyin without tones, a syllable a character."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # single characters only: quicker to load
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(text))


def _is_han(text: str) -> bool:
    return all("\u4e00" <= c <= "\u9fff" for c in text)
