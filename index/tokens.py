"""Chinese text becomes search terms: jieba's words, the domain's own words whole, figures with their units.

Both sides of the lexical search, passages and questions, go through `terms`. Knows nothing of synonyms.
"""

import hashlib
import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import jieba

from index.cache import cache_folder

LEAST_FREQUENT = 10  # occurrences in jieba's own corpus
COMMON = 300  # occurrences there of a word that is meant where it stands
DOMAIN_FREQUENCY = 5000  # enough that a domain word beats its parts
_DOMAIN_WORDS = Path(__file__).with_name("domain_words.txt")
_FIGURE = re.compile(
    r"(?<![A-Za-z\d.])\d+(?:\.\d+)?(?:%|‰|[万亿]?(?:美元|元|吨|亩|户|人|平方米|公里)|[\u4e00-\u9fff])?"
)
_WORD = re.compile(r"[A-Za-z]+(?:\d+(?:\.\d+)?)?|[\u4e00-\u9fff]+")
_STOP = frozenset("的 了 和 与 及 或 在 是 为 以 对 把 被 将 等 着 地 得 之 其 并 而 从 由 向 到 各 个".split())


def terms(text: str) -> list[str]:
    """Terms of a cleaned text in order; compound words give their parts as well, so that either finds them."""
    found: list[str] = []
    for word in words(text):
        if word in _STOP or not (word[0].isalnum()):
            continue
        found.append(word.lower())
        if len(word) > 3 and _is_han(word):
            found.extend(part for part in _parts(word) if part != word)
    return found


def words(text: str) -> list[str]:
    """jieba's segmentation with figures kept whole."""
    found: list[str] = []
    at = 0
    for match in _FIGURE.finditer(text):
        found.extend(_segment(text[at : match.start()]))
        found.append(match.group())
        at = match.end()
    found.extend(_segment(text[at:]))
    return found


def _segment(text: str) -> Iterable[str]:
    return _tokenizer().lcut(text) if text else ()


@cache
def _parts(word: str) -> tuple[str, ...]:
    return tuple(part for part in _tokenizer().lcut_for_search(word) if len(part) > 1)


def _is_han(word: str) -> bool:
    return all("\u4e00" <= c <= "\u9fff" for c in word)


@cache
def _tokenizer() -> jieba.Tokenizer:
    """jieba over its own dictionary's commoner words and the domain's; rarer ones are left to its HMM.

    The whole dictionary takes half a second to load, most of a cold answer; the kept third takes 0.15 s.
    Dictionary and load cache live in the user's folder instead of the shared /tmp.
    """
    jieba.setLogLevel("ERROR")
    tokenizer = jieba.Tokenizer(str(_dictionary()))
    tokenizer.tmp_dir = str(cache_folder())
    tokenizer.initialize()  # FREQ, which tells ordinary words, is empty before
    return tokenizer


def _dictionary() -> Path:
    """The dictionary file in the user's cache, written on first use."""
    domain = [w for w in _DOMAIN_WORDS.read_text("utf-8").splitlines() if w and not w.startswith("#")]
    mark = hashlib.sha256("\n".join([jieba.__version__, str(LEAST_FREQUENT), *domain]).encode()).hexdigest()[:12]
    dictionary = cache_folder() / f"words-{mark}.txt"
    if not (dictionary.is_file() and _tags_beside(dictionary).is_file()):
        _write_dictionary(dictionary, domain)
    return dictionary


def _write_dictionary(path: Path, domain: Iterable[str]) -> None:
    with jieba.get_dict_file() as lines:
        rows = [line.decode("utf-8").split() for line in lines]
    rows = [row for row in rows if int(row[1]) >= LEAST_FREQUENT]
    rows += [[word.strip(), str(DOMAIN_FREQUENCY), "n"] for word in domain]
    tags = {word: tag for word, _, tag in rows}
    for target, found in (
        (_tags_beside(path), [f"{word} {tag}" for word, tag in tags.items() if tag[0] != "n"]),
        (path, [" ".join(row) for row in rows]),
    ):
        building = target.with_name(f"{target.name}.{os.getpid()}")
        building.write_text("\n".join(found), "utf-8")
        os.replace(building, target)


def _tags_beside(dictionary: Path) -> Path:
    return dictionary.with_name(f"tags-{dictionary.name}")


@cache
def _tags() -> dict[str, str]:
    lines = _tags_beside(_dictionary()).read_text("utf-8").splitlines()
    return dict(line.split(" ") for line in lines)


def is_common(word: str) -> bool:
    """Whether jieba's corpus has a word often enough that hardly anybody writes it by mistake."""
    return (_tokenizer().FREQ.get(word) or 0) >= COMMON


def part_of_speech(word: str) -> str:
    """jieba's tag of a word (n noun, v verb, vn verbal noun, d adverb …); empty where its dictionary lacks the word."""
    if tag := _tags().get(word):
        return tag
    return "n" if _tokenizer().FREQ.get(word) else ""
