"""What one chat message shows: an answer, a paragraph, a page of passages, each with its buttons. Pure.

A button carries a few characters of plain data; what they refer to is a `Slip`, plain data too, which holds
places in reports and checks them against the reports' hashes. Knows no chat service.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.answer import Answer, Citation
from bot.chat import markup
from bot.chat.markup import Rich, Run
from bot.reason import Reason
from bot.wording import Words, gone_through
from index.library import Library
from index.report import Report
from index.view import clean

PAGE = 3  # passages shown at a time
MOST_INLINE = 5  # results of an inline query
_MARK = ("blockquote", "b", "u")
_QUOTE = ("blockquote",)
_FOLDED = ("blockquote expandable",)


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a message; `data` comes back when it is tapped, 64 bytes at most (Bot API)."""

    label: str
    data: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.data.encode()) <= 64:
            raise ValueError(f"button data of {len(self.data.encode())} bytes: {self.data!r}")


@dataclass(frozen=True, slots=True)
class Card:
    """A message: its text, and rows of buttons."""

    text: Rich
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of a report that a button leads to."""

    report: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Slip:
    """What the buttons below one answer refer to."""

    question: str
    history: tuple[str, ...]
    spans: tuple[Spot, ...]  # what was cited, or what stands nearby
    passages: tuple[Spot, ...]
    suggestions: tuple[str, ...]
    found: bool
    hashes: Mapping[str, str]  # of the reports, so that a changed one is noticed

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "question": self.question,
            "history": list(self.history),
            "spans": [[s.report, s.start, s.end] for s in self.spans],
            "passages": [[s.report, s.start, s.end] for s in self.passages],
            "suggestions": list(self.suggestions),
            "found": self.found,
            "hashes": dict(self.hashes),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Slip":
        """From plain data; KeyError, TypeError or ValueError where it is none."""
        return cls(
            question=str(data["question"]),
            history=tuple(map(str, data["history"])),
            spans=tuple(Spot(str(r), int(a), int(b)) for r, a, b in data["spans"]),
            passages=tuple(Spot(str(r), int(a), int(b)) for r, a, b in data["passages"]),
            suggestions=tuple(map(str, data["suggestions"])),
            found=bool(data["found"]),
            hashes={str(k): str(v) for k, v in data["hashes"].items()},
        )

    def is_current(self, library: Library) -> bool:
        """Whether every report it points into is still there, unchanged."""
        return all(name in library.entries and library.entries[name].sha256 == h for name, h in self.hashes.items())


def slip_of(answer: Answer, history: Sequence[str], suggestions: Sequence[str], library: Library) -> Slip:
    """What the buttons below an answer will refer to."""
    shown = answer.citations or answer.nearby
    spans = tuple(Spot(c.report, c.start, c.end) for c in shown)
    cited = {(c.report, c.start) for c in shown}
    others = [
        Spot(h.passage.report, h.passage.start, h.passage.end)
        for h in answer.hits
        if not any(h.passage.report == r and h.passage.start <= at < h.passage.end for r, at in cited)
    ]
    named = {spot.report for spot in (*spans, *others)}
    hashes = {name: library.entries[name].sha256 for name in named}
    return Slip(answer.question, tuple(history), spans, tuple(others), tuple(suggestions), answer.found, hashes)


# -- answers ----------------------------------------------------------------------------------------


def answer_text(answer: Answer, words: Words, library: Library) -> Rich:
    """The answer in bold, each quoted sentence once with its spans marked, its place; or why there is none."""
    counted: list[Rich] = [(Run(gone_through(answer, words)),)] if answer.searched else []
    if answer.found:
        quotes = _quotes(answer.citations, words, library, marked=True)
        return markup.joined([(Run(answer.text, ("b",)),), *quotes, *counted])
    blocks: list[Rich] = [(Run(words.reasons[answer.reason or Reason.NOT_IN_REPORT]),), *counted]
    if answer.nearby:
        blocks += [(Run(words.nearby),), *_quotes(answer.nearby, words, library, marked=False)]
    return markup.joined(blocks)


def answer_card(answer: Answer, slip: Slip, name: str, words: Words, library: Library) -> Card:
    """The message for an answer; `name` is what its slip is kept under."""
    text = answer_text(answer, words, library)
    if slip.suggestions:
        text = markup.joined([text, (Run(words.try_these),)])
    return Card(text, answer_buttons(slip, name, words))


def answer_buttons(slip: Slip, name: str, words: Words, voted: str = "") -> tuple[tuple[Button, ...], ...]:
    """Suggested questions a row each, then where to read on, then the votes; the one given is ticked."""
    rows = [*suggestion_buttons(slip, name)]
    reading = []
    if slip.spans:
        reading.append(Button(words.context, f"c:{name}"))
    if slip.passages:
        reading.append(Button(words.others, f"p:{name}:0"))
    if slip.spans:
        reading.append(Button(words.source, f"s:{name}"))
    if reading:
        rows.append(tuple(reading))
    votes = (Button("👍" + " ✓" * (voted == "u"), f"u:{name}"), Button("👎" + " ✓" * (voted == "d"), f"d:{name}"))
    return (*rows, votes)


def suggestion_buttons(slip: Slip, name: str) -> tuple[tuple[Button, ...], ...]:
    """A row for each suggested question."""
    return tuple((Button(question, f"q:{name}:{n}"),) for n, question in enumerate(slip.suggestions))


def _quotes(citations: Sequence[Citation], words: Words, library: Library, *, marked: bool) -> list[Rich]:
    """One block for each quoted sentence, with all its spans marked, and its place."""
    sentences: dict[tuple[str, int], list[Citation]] = {}
    for citation in citations:
        sentences.setdefault((citation.report, citation.quote_start), []).append(citation)
    blocks = []
    for (name, _), group in sentences.items():
        spans = [(c.start, c.end) for c in group] if marked else []
        source = library.report(name).text
        quote = tuple(_marked(source, group[0].quote_start, group[0].quote_end, spans))
        place = words.place(name, group[0].section, group[0].page, group[0].paragraph)
        blocks.append((*quote, Run("\n"), Run(place, ("i",))))
    return blocks


def _marked(source: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> Iterator[Run]:
    at = start
    for first, last in sorted(spans):
        if first < at:
            continue  # a span inside another
        yield Run(clean(source[at:first]), _QUOTE)
        yield Run(clean(source[first:last]), _MARK)
        at = last
    yield Run(clean(source[at:end]), _QUOTE)


# -- reading on -------------------------------------------------------------------------------------


def paragraph_text(spot: Spot, words: Words, library: Library) -> Rich:
    """The whole paragraph around a span, folded, the span marked, its place below."""
    report = library.report(spot.report)
    start, end, _, _ = _paragraph_at(report, spot.start)
    inside = [(spot.start, min(spot.end, end))] if start <= spot.start < end else []
    runs = [
        Run(run.text, (*_FOLDED, *run.tags[1:])) for run in _marked(report.text, start, end, inside)
    ]  # the same marks, in a quote that opens on a tap
    return (*runs, Run("\n"), Run(_place(spot, words, library), ("i",)))


def context_text(slip: Slip, words: Words, library: Library) -> Rich:
    """The paragraphs of all that was cited, each once."""
    seen: dict[tuple[str, int], Spot] = {}
    for spot in slip.spans:
        seen.setdefault((spot.report, _paragraph_at(library.report(spot.report), spot.start)[3]), spot)
    return markup.joined([paragraph_text(spot, words, library) for spot in seen.values()])


def passages_card(slip: Slip, name: str, page: int, words: Words, library: Library) -> Card | None:
    """One page of the other passages, with buttons to turn it; None where there is no such page."""
    first = page * PAGE
    shown = slip.passages[first : first + PAGE]
    if page < 0 or not shown:
        return None
    head = words.others_head.format(first=first + 1, last=first + len(shown), count=len(slip.passages))
    blocks: list[Rich] = [(Run(head),), *(_passage(spot, words, library) for spot in shown)]
    turn = []
    if page:
        turn.append(Button(words.previous, f"t:{name}:{page - 1}"))
    if first + PAGE < len(slip.passages):
        turn.append(Button(words.next, f"t:{name}:{page + 1}"))
    return Card(markup.shorten(markup.joined(blocks), markup.LONGEST), (tuple(turn),) if turn else ())


def _passage(spot: Spot, words: Words, library: Library) -> Rich:
    report = library.report(spot.report)
    quote = Run(clean(report.text[spot.start : spot.end]), _QUOTE)
    return (quote, Run("\n"), Run(_place(spot, words, library), ("i",)))


def source_caption(spot: Spot, words: Words, library: Library) -> Rich:
    """Where in the file a span stands, and the sentence's beginning, short enough for a caption."""
    report = library.report(spot.report)
    head = words.source_caption.format(
        place=_place(spot, words, library),
        line=report.text.count("\n", 0, spot.start) + 1,
        start=spot.start,
        end=spot.end,
    )
    quote = Run(clean(report.text[spot.start : spot.end]), _QUOTE)
    return markup.shorten((Run(head), Run("\n"), quote), markup.LONGEST_CAPTION)


def _place(spot: Spot, words: Words, library: Library) -> str:
    report = library.report(spot.report)
    _, _, section, number = _paragraph_at(report, spot.start)
    return words.place(spot.report, report.headings(section), library.page_at(spot.report, spot.start), number)


def _paragraph_at(report: Report, offset: int) -> tuple[int, int, int, int]:
    """Start, end, section and number of the paragraph an offset stands in; of the nearest below a heading."""
    for paragraph in report.paragraphs:
        if offset < paragraph.end:
            return paragraph.start, paragraph.end, paragraph.section, paragraph.number
    last = report.paragraphs[-1]
    return last.start, last.end, last.section, last.number


# -- inline -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """One result of an inline query: what the list shows, and the message it sends."""

    title: str
    description: str
    text: Rich


def offers(answer: Answer, words: Words, library: Library) -> tuple[Offer, ...]:
    """The cited passages first, then others, each with its place."""
    found = []
    if answer.found:
        quote = answer.citations[0].quote
        found.append(Offer(answer.text[:100], quote[:200], answer_text(answer, words, library)))
    shown = {c.quote_start for c in answer.citations}
    for hit in answer.hits:
        passage = hit.passage
        if any(passage.start <= at < passage.end for at in shown):
            continue
        spot = Spot(passage.report, passage.start, passage.end)
        title = passage.headings[-1] if passage.headings else passage.report
        found.append(Offer(title[:100], clean(passage.text)[:200], _passage(spot, words, library)))
    return tuple(found[:MOST_INLINE])
