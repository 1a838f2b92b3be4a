"""The synonyms of `lexicon.txt`: how people ask, and the words reports use for it.

`report words < everyday words` leads one way, `a, b = c, d` both ways; a leading `!` takes its words only
where they stand as words of their own; `word / longer, words` says that inside those longer words it is another;
`a, b | c | d` are things side by side: what is told of one is not told of another. Knows nothing of questions beyond
their characters.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("lexicon.txt")


@dataclass(frozen=True, slots=True)
class Rivals:
    """Things that stand side by side, such as 高铁 and 铁路, each by the words that name it."""

    pattern: re.Pattern[str]  # the longest word first, so that 高速公路 names no 公路
    thing: Mapping[str, int]

    def named(self, text: str) -> set[int]:
        """Which of them a text names."""
        return {self.thing[word] for word in self.pattern.findall(text.lower())}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`variants[word]` are the words a report may use where a person says `word`, the word itself first."""

    variants: Mapping[str, tuple[str, ...]]
    whole: frozenset[str]  # these count only as whole words, never inside another
    traps: Mapping[str, tuple[str, ...]]  # longer words inside which a word means something else
    rivals: tuple["Rivals", ...] = ()

    def __post_init__(self) -> None:
        for word, others in self.variants.items():
            if not word or others[0] != word:
                raise ValueError(f"the variants of {word!r} do not begin with it: {others}")


def parse_lexicon(text: str) -> Lexicon:
    """Parse the data file; a line that is neither comment nor group raises ValueError with its number."""
    variants: dict[str, dict[str, None]] = {}
    whole: set[str] = set()
    traps: dict[str, tuple[str, ...]] = {}
    rivals: list[Rivals] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if "|" in line:
            sides = [_words(side) for side in line.split("|")]
            told = [word for side in sides for word in side]
            if not all(sides) or len(set(told)) < len(told):
                raise ValueError(f"lexicon line {number} is no group: {line!r}")
            rivals.append(_rivals(sides))
            continue
        if "/" in line:
            word, _, longer = line.partition("/")
            traps[word.strip()] = _words(longer)
            continue
        body = line.removeprefix("!").strip()
        left, found, right = body.partition("<" if "<" in body else "=")
        report_words, everyday = _words(left), _words(right)
        if not found or not report_words or not everyday:
            raise ValueError(f"lexicon line {number} is no group: {line!r}")
        both_ways = "<" not in body
        for word in (*report_words, *everyday):
            known = variants.setdefault(word, {word: None})
            known.update(dict.fromkeys([*report_words, *everyday] if both_ways else report_words))
        if line.startswith("!"):
            whole.update((*report_words, *everyday))
    return Lexicon({word: tuple(others) for word, others in variants.items()}, frozenset(whole), traps, tuple(rivals))


def _rivals(sides: Sequence[Sequence[str]]) -> Rivals:
    thing = {word: number for number, side in enumerate(sides) for word in side}
    longest_first = sorted(thing, key=len, reverse=True)
    return Rivals(re.compile("|".join(map(re.escape, longest_first))), thing)


def _words(side: str) -> tuple[str, ...]:
    return tuple(word.strip().lower() for word in side.split(",") if word.strip())


@cache
def lexicon() -> Lexicon:
    """The lexicon shipped with the package, read once."""
    return parse_lexicon(_FILE.read_text("utf-8"))
