"""Chinese numerals, digits and scripts as plain values. Pure; knows nothing of reports.

Numerals: 二〇一九, 一百零三, 百分之七点三, 3万, 1.06亿. Script: traditional to simplified, full-width to ASCII.
"""

import re
import unicodedata
from functools import cache

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_HAN_NUMBER = re.compile("[零〇一二两三四五六七八九十百千]+")


def value_of(text: str) -> float:
    """The first number written in the text, Arabic or Chinese, without its scale; NaN where there is none."""
    if match := _NUMBER.search(text):
        return float(match.group().replace(",", ""))
    if match := _HAN_NUMBER.search(text.removeprefix("百分之")):
        whole = float(han_to_int(match.group()))
        rest = text.removeprefix("百分之")[match.end() :]
        if rest.startswith("点") and (decimals := _HAN_NUMBER.match(rest[1:])):
            whole += float("0." + "".join(str(_DIGITS.get(c, 0)) for c in decimals.group()))
        return whole
    return float("nan")


_SCALES = {"千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3, "百": 1e2, "亿": 1e8}
_MIXED = re.compile(r"(\d+)([万亿])(\d+)(千万|百万|千|百|万)?")
_PARTS = re.compile("([一二两三四五六七八九十]+|\\d+)分之([一二两三四五六七八九十]+|\\d+)")


def evened(text: str) -> str:
    """The text with a number of two scales, or of parts, in one piece: 2万5千公里 -> 2.5万公里, 三分之二 -> 66.67%."""

    def one(match: re.Match[str]) -> str:
        whole, scale, rest, small = match.groups()
        value = int(whole) + int(rest) * _SCALES.get(small or "", 1) / _SCALES[scale]
        return f"{value:g}{scale}"

    def share(match: re.Match[str]) -> str:
        return f"{100 * value_of(match[2]) / (value_of(match[1]) or 1):.4g}%"

    return _PARTS.sub(share, _MIXED.sub(one, text))


def han_to_int(text: str) -> int:
    """一百零三 -> 103; 二〇一九 -> 2019."""
    if not any(c in _SMALL or c in _LARGE for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _SMALL:
            section += (digit or 1) * _SMALL[c]
            digit = 0
        else:
            total += (section + digit) * _LARGE[c]
            section = digit = 0
    return total + section + digit


def simplified(text: str) -> str:
    """Full-width forms as ASCII, traditional characters as simplified (OpenCC's t2s table)."""
    folded = "".join(
        unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" or c == "\u3000" else c for c in text
    )
    if any("\u4e00" <= c <= "\u9fff" for c in folded):
        return str(_converter().convert(folded))
    return folded


@cache
def _converter():  # type: ignore[no-untyped-def]
    from opencc import OpenCC

    return OpenCC("t2s")
