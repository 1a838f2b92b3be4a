"""What a person typed into a chat, made readable: invisible marks, piled-up accents and endless runs go.

A text is never refused here, only tidied and kept to a length that can be read at once. Pure; knows nothing
of what the words mean.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 500  # characters of a question that are read; the longest of the evaluation's has 60
_REPEATS = re.compile(r"([^\d])\1{7,}")  # not of digits, they are a number
_LEGIBLE = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Typed:
    """A readable question; empty where nothing can be read."""

    text: str
    shortened: bool  # whether something behind the first LONGEST characters was left out
    blank: bool  # nothing was typed at all; else an empty text means noise


def tidy(raw: str) -> Typed:
    """The question in a message."""
    kept: list[str] = []
    for character in unicodedata.normalize("NFD", raw[: 20 * LONGEST]):
        category = unicodedata.category(character)
        # accents, piled up or not (neither Chinese nor English needs one), right-to-left marks,
        # joiners, lone surrogates
        if category not in ("Mn", "Me", "Cf", "Cs", "Co", "Cn"):
            kept.append(" " if category == "Cc" or character.isspace() else character)
    text = _REPEATS.sub(lambda run: run.group(1) * 3, unicodedata.normalize("NFC", " ".join("".join(kept).split())))
    if not _LEGIBLE.search(text):
        return Typed("", False, not raw.strip())
    return Typed(text[:LONGEST].strip(), len(text) > LONGEST or len(raw) > 20 * LONGEST, False)
