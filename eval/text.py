"""The evaluation's own normaliser and string measures; the bot's are never used, so that it cannot grade itself.

Exact match and F1 are those of CMRC 2018 (Cui et al., EMNLP 2019) as its official script counts them
(ymcui/cmrc2018, cmrc2018_evaluate.py): its own list of punctuation and case dropped, Chinese cut by character and
the rest by English words, F1 over the longest common run, the best of the golds. Pure.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_DROPPED = re.compile(r"[\s*]")
# what the official script drops. Not in it, and so compared: ， as a half-width comma, the full stop ., brackets (), %
_PUNCTUATION = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_CHINESE = re.compile(r"([\u4e00-\u9fa5])")  # the script's own range
# the script hands the rest to NLTK's word_tokenize: signs stand alone, figures keep their points and commas, the last
# full stop of a run is cut off, and so are English endings
_WORD = re.compile(
    r"\.{2,}|[;@#$%&?!(){}\[\]<>\"«»„‘‒–—―]|,(?!\d)|(?:(?!\.{2,})[^\s;@#$%&?!(){}\[\]<>\"«»„‘‒–—―,]|,(?=\d))+"
)
_ENDING = re.compile(r"(?<=.)(?:'(?:s|m|d|ll|re|ve)|n't|')$")


def squeeze(text: str) -> str:
    """White space and ** removed, compatibility forms folded, lower case: what two spans are compared by."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).lower()


def unbroken(text: str) -> str:
    """White space and ** removed and nothing else: a gold copied across a page break is the one that was cleaned."""
    return _DROPPED.sub("", text)


@lru_cache(maxsize=64)
def _letters(source: str) -> tuple[str, tuple[int, ...]]:
    """A source squeezed, and where each letter of that stands in it; kept, for a question file asks for one often."""
    found = [(letter, offset) for offset, char in enumerate(source) for letter in squeeze(char)]
    return "".join(letter for letter, _ in found), tuple(offset for _, offset in found)


def locate(source: str, piece: str) -> list[tuple[int, int]]:
    """Every place [start, end) in the source where a squeezed piece stands, page-break joins and all."""
    (whole, at), wanted = _letters(source), squeeze(piece)
    found = []
    start = whole.find(wanted) if wanted else -1
    while start >= 0:
        found.append((at[start], at[start + len(wanted) - 1] + 1))
        start = whole.find(wanted, start + 1)
    return found


def segments(text: str) -> list[str]:
    """What F1 counts: Chinese characters, and words and signs of all else, the dropped punctuation left out."""
    found: list[str] = []
    for piece in _CHINESE.split(_bare(text)):
        found.extend(piece if _CHINESE.match(piece) else _words(piece))
    return found


def _bare(text: str) -> str:
    return "".join(char for char in text.lower().strip() if char not in _PUNCTUATION)


def _words(text: str) -> list[str]:
    """A run without Chinese as NLTK cuts it, but for `cannot` and the like, several sentences, and which way a " opens."""
    words: list[str] = _WORD.findall(text)
    if words and len(words[-1]) > 1 and words[-1].endswith(".") and not words[-1].endswith(".."):
        words[-1:] = [words[-1][:-1], "."]
    return [part for word in words for part in _ENDING.sub(r" \g<0>", word).split(" ")]


def exact_match(prediction: str, golds: Sequence[str]) -> float:
    """1 where the prediction equals a gold but for the dropped punctuation, case and outer white space."""
    return float(any(_bare(prediction) == _bare(gold) for gold in golds))


def f1(prediction: str, golds: Sequence[str]) -> float:
    """The best F1 with a gold: the longest common run of segments against both lengths."""
    return max((_f1(segments(prediction), segments(gold)) for gold in golds), default=0.0)


def _f1(one: Sequence[str], other: Sequence[str]) -> float:
    common = _longest_common_run(one, other)
    if not common:
        return 0.0
    precision, recall = common / len(one), common / len(other)
    return 2 * precision * recall / (precision + recall)


def _longest_common_run(one: Sequence[str], other: Sequence[str]) -> int:
    best = 0
    before = [0] * (len(other) + 1)
    for left in one:
        row = [0]
        for number, right in enumerate(other):
            row.append(before[number] + 1 if left == right else 0)
        best = max(best, *row)
        before = row
    return best


_FIGURE = re.compile(r"(\d+(?:[.,]\d+)*)\s*(个?百分点|[%‰]|[万亿千百]*[^\W\d_]?)")


def quantities(text: str) -> set[tuple[str, str]]:
    """The figures in a text as (number, unit) pairs, for figure-exactness: {("6.96", "亿")}."""
    return {(number.replace(",", ""), unit) for number, unit in _FIGURE.findall(squeeze(text))}
