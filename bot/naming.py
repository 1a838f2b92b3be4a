"""Which reports name a thing, and in which sentence, in the report's own words or in a questioner's.

Knows texts, nothing of questions or libraries.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.line import Line
from index.lexicon import lexicon
from index.tokens import part_of_speech, words

RARE = 1  # sentences a report, in the mean, that the rarest piece of a thing stands in at most
CLOSE = 4  # characters more than a thing has in which its pieces still stand side by side
LONGEST_GAP = 2  # characters of the full name between two of its abbreviation: 进(口)博(览)会
_LINKS = re.compile("[的了和与及或、]")
_GENERAL = re.compile(
    "企业|项目|赛事|产业|政策|工程|技术|制度|工作|活动|孩子|老人|群众|行业|问题|免费|飞船|卫星|[事人者家]"
)


@dataclass(frozen=True, slots=True)
class Texts:
    """The lines of some reports, and all that they say in lower case."""

    lines: Mapping[str, Sequence[Line]]
    plain: Mapping[str, str]


Named = dict[str, tuple[Line, int, int]]  # by report: the first line that names a thing, and where in it


def naming(things: Sequence[str], texts: Texts, *, shorter: Sequence[str] = (), exact: bool = False) -> Named:
    """The reports that name any of some things: as typed, or shorter if that is rare; else by another name; else by the
    pieces of one in a sentence. `exact`: by its names only."""
    typed = [
        name for thing in things for name in (thing.strip().lower(), thing.strip().lower().replace("、", "")) if name
    ]
    typed = list(dict.fromkeys(typed))
    known = lexicon().variants
    other = [name for thing in typed for name in known.get(thing, ())]
    same = [
        name for thing in typed for name in known.get(thing, ()) if thing in known.get(name, ())
    ]  # 营改增 both ways
    joined = "\n".join(texts.plain.values())
    rare = [name for name in map(str.lower, shorter) if joined.count(name) <= RARE * len(texts.plain)]
    for names in ([*typed, *same, *rare], other, [full for thing in typed for full in _full_names(thing, texts)]):
        if found := _literally(names, texts):
            parted = (_piecewise(thing, texts, closely=True) for thing in typed if names[:1] == typed[:1] and not exact)
            return {report: place for way in (*parted, found) for report, place in way.items()}
    return {} if exact else next((found for thing in typed if (found := _piecewise(thing, texts, closely=False))), {})


def _full_names(thing: str, texts: Texts) -> list[str]:
    """What a word that is none of the language's own may be short for: 亚冬会 for 亚洲冬运会."""
    if not 3 <= len(thing) <= 4 or part_of_speech(thing) or not re.fullmatch("[\u4e00-\u9fff]+", thing):
        return []
    pattern = re.compile(f"[\u4e00-\u9fff]{{0,{LONGEST_GAP}}}?".join(thing))
    return list(dict.fromkeys(name for plain in texts.plain.values() for name in pattern.findall(plain)))


def _literally(names: Sequence[str], texts: Texts) -> Named:
    found: Named = {}
    for report, plain in texts.plain.items():
        for name in names:
            if report not in found and name in plain and (place := _first(name, texts.lines[report])):
                found[report] = place
    return found


def _first(name: str, lines: Sequence[Line]) -> tuple[Line, int, int] | None:
    for line in lines:
        if (at := line.text.lower().find(name)) >= 0:
            return line, at, at + len(name)
    return None


def _piecewise(thing: str, texts: Texts, *, closely: bool) -> Named:
    """The first sentence of each report that holds a rare piece of a thing and, at least in part, all that say something.

    `closely`: all of them whole and side by side, but for a few words: 在中小学探索实施春秋假 names 中小学春秋假.
    """
    joined = "\n".join(texts.plain.values())
    pieces = [piece for piece in _pieces(thing, joined) if not _says_little(piece)]
    rare = [piece for piece in pieces if len(piece) > 1 and 0 < joined.count(piece) <= RARE * len(texts.plain)]
    found: Named = {}
    if not rare or (closely and len(pieces) < 2):
        return found
    for report, lines in texts.lines.items():
        for line in lines:
            text = line.text.lower()
            core = max((piece for piece in rare if piece in text), key=len, default="")
            if not core or not all(_stands_in_part(piece, text) for piece in pieces):
                continue
            at = text.find(core)
            near = text[max(0, at - len(thing) - CLOSE) : at + len(thing) + CLOSE]
            if not closely or all(piece in near for piece in pieces):
                found[report] = line, at, at + len(core)
                break
    return found


def _pieces(thing: str, joined: str) -> list[str]:
    """A thing's words; single characters with their neighbours where the reports write them so: 春秋假."""
    found: list[str] = []
    for word in words(thing):
        if (
            found
            and 1 in (len(found[-1]), len(word))
            and not _LINKS.search(found[-1] + word)
            and found[-1] + word in joined
        ):
            found[-1] += word
        elif word[0].isalnum():
            found.append(next((word[:end] for end in range(len(word), 1, -1) if word[:end] in joined), word))
    return found


def _says_little(piece: str) -> bool:
    return bool(_GENERAL.fullmatch(piece)) or part_of_speech(piece)[:1] not in ("", "n", "j", "i", "l")


def _stands_in_part(piece: str, text: str) -> bool:
    return piece in text or any(piece[at : at + 2] in text for at in range(len(piece) - 1))
