"""Mends typing slips in a question: a stretch that the report does not know, one character or one sound away
from a word it does. Knows words and sounds, not meaning.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from index.tokens import is_common, part_of_speech

LONGEST = 10  # characters of a word that is looked for
_ASKS = re.compile("[的了多少几吗呢]")  # a stretch with one of these is no word: 收了多少税 is no slip of 收了多少粮
_BEHIND = re.compile("[里内]")  # such a beginning may belong to the word before: 项目里点了名 is no slip of 力点
_NEGATING = "没不未无别"
SHORTEST_BY_SIGHT = 4  # a word this long may differ in one character; a shorter one must sound the same


@dataclass(frozen=True, slots=True)
class Words:
    """Words that a slip may have been meant for, by their length, a character and where it stands in them."""

    by_place: Mapping[tuple[int, int, str], tuple[str, ...]]

    @classmethod
    def of(cls, words: Iterable[str]) -> "Words":
        """Those of the words that are looked for."""
        by_place: dict[tuple[int, int, str], list[str]] = {}
        for word in sorted(set(words)):
            if 2 <= len(word) <= LONGEST and _is_han(word):
                for place, character in enumerate(word):
                    by_place.setdefault((len(word), place, character), []).append(word)
        return cls({place: tuple(found) for place, found in by_place.items()})

    def like(self, piece: str) -> list[tuple[str, int]]:
        """Other words as long that share a character in its place, and how many they share."""
        shared: Counter[str] = Counter()
        for place, character in enumerate(piece):
            shared.update(self.by_place.get((len(piece), place, character), ()))
        return sorted((word, count) for word, count in shared.items() if word != piece)


def mend(text: str, unknown: Collection[str], words: Words, knows: Callable[[str], bool]) -> str:
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
    for length in range(min(LONGEST, len(text)), 1, -1):
        for start in range(len(text) - length + 1):
            piece = text[start : start + length]
            inside = touched[start : start + length]
            enough = any(inside) if length >= SHORTEST_BY_SIGHT else sum(inside) >= 2
            if not enough or not _is_han(piece) or knows(piece):
                continue
            if piece[0] in "钱个元块" and text[:start].endswith(("多少", "几")):  # 多少钱建的
                continue
            if length == 2 and (is_common(piece) or piece[0] in _NEGATING):
                continue  # 校区 is no slip of 小区, 没人 none of 每人
            if meant := _closest(piece, words.like(piece)):
                text = text[:start] + meant + text[start + length :]
                touched[start : start + length] = [False] * length  # mended once, so that it ends
    return text


def mend_names(text: str, names: Collection[str]) -> str:
    """The text with names written by another character of the same sound put right: 站河区 for 湛河区, 浙将 for 浙江."""
    for name in names:
        if len(name) < 2 or name in text or not _is_han(name):
            continue
        for start in range(len(text) - len(name) + 1):
            piece = text[start : start + len(name)]
            alike = sum(a == b for a, b in zip(piece, name, strict=True))
            if alike < len(name) - 1 or not _is_han(piece) or (len(name) == 2 and part_of_speech(piece)):
                continue
            if _sound(piece) == _sound(name):
                return text[:start] + name + text[start + len(name) :]
    return text


def _closest(piece: str, alike: Collection[tuple[str, int]]) -> str | None:
    if _BEHIND.match(piece):
        alike = [(word, shared) for word, shared in alike if word[0] == piece[0]]
    if len(piece) >= SHORTEST_BY_SIGHT and not _ASKS.search(piece):
        for word, shared in alike:
            if shared == len(piece) - 1 and not _ASKS.search(word):
                return word
    sound = _blurred(piece) if alike else ()
    return next((word for word, _ in alike if _blurred(word) == sound), None)


@lru_cache(maxsize=4096)
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
