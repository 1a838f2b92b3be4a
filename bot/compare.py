"""One question asked of many reports, as a table: a row a report, each cell cut out of it or none.

Cells are put in order and drawn by their parsed value with units made alike; what is shown is the report's own words.
Pure but for the asking, which is handed in; knows answers and places, nothing of libraries or screens.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.across import amount
from bot.answer import Answer, Citation
from bot.places import held_places
from index.errors import BaogaoError
from index.library import Entry

COLUMNS = ("report", "place", "year", "text", "value", "unit", "quote", "start", "end")
SILENT = "没有说"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one report says to the question; no citations where it says nothing, no value where that is no figure."""

    report: str
    place: str
    year: int | None
    citations: tuple[Citation, ...]
    value: float | None  # in the plain unit: 1.2万亿元 is 1.2e12 元
    unit: str

    def __post_init__(self) -> None:
        if self.value is not None and not self.citations:
            raise ValueError(f"a value without a citation: {self.report}")

    @property
    def text(self) -> str:
        """The report's own words; empty where it is silent."""
        return "；".join(citation.text for citation in self.citations)


def chosen(entries: Sequence[Entry], regions: Sequence[str], years: Sequence[int]) -> list[Entry]:
    """The reports of some places and years, ordered by both; `BaogaoError` names a place or year that none is of."""
    held = list(dict.fromkeys(e.place for e in entries if e.place))
    places = {region: [place for _, place in held_places(region, held)] for region in regions}
    if lacking := next((region for region, found in places.items() if not found), None):
        raise BaogaoError(f"索引里没有 {lacking} 的报告；有的是：{'、'.join(held) or '（空）'}。")
    meant = [place for found in places.values() for place in found] or held
    of_places = [e for e in entries if not regions or e.place in meant]
    wanted = [e for e in of_places if not years or e.year in years]
    if lacking_year := next((y for y in years if not any(e.year == y for e in of_places)), None):
        known = "、".join(str(y) for y in sorted({e.year for e in of_places if e.year}))
        raise BaogaoError(f"索引里没有 {lacking_year} 年的这些报告；有的年份是：{known or '（无）'}。")
    order = {place: number for number, place in enumerate(meant)}
    return sorted(wanted, key=lambda e: (order.get(e.place, len(order)), e.year or 0, e.name))


def compare(entries: Sequence[Entry], ask: Callable[[str], Answer]) -> Iterator[Cell]:
    """A cell for each report, in the order given; `ask` puts the question to one report by name."""
    for entry in entries:
        answer = ask(entry.name)
        parsed = amount(answer.text) if answer.found else None
        value, unit = parsed or (None, "")
        yield Cell(entry.name, entry.place, entry.year, answer.citations, value, unit)


def as_row(cell: Cell) -> dict[str, str | float | int | None]:
    """A cell as plain values in the order of `COLUMNS`; quote and offsets are those of its first citation."""
    first = cell.citations[0] if cell.citations else None
    return {
        "report": cell.report,
        "place": cell.place,
        "year": cell.year,
        "text": cell.text or None,
        "value": cell.value,
        "unit": cell.unit or None,
        "quote": first.quote if first else None,
        "start": first.start if first else None,
        "end": first.end if first else None,
    }


def drawable(cells: Sequence[Cell]) -> tuple[list[float | None], str]:
    """The values of the cells that share the commonest unit, None for the others, and that unit: one axis' worth."""
    units = Counter(cell.unit for cell in cells if cell.value is not None)
    unit = units.most_common(1)[0][0] if units else ""
    return [cell.value if cell.unit == unit else None for cell in cells], unit
