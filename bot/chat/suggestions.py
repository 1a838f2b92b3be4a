"""Questions that a report does answer, drawn from its own sentences and tried before they are shown.

A sentence's figures are asked for by the known word they belong to; a question stays only if the answerer
finds that very figure in that very sentence, and is sure. Knows no chat.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, zip_longest

from bot.answer import Answer
from bot.line import Line, lines_of
from index.figures import Figure, Kind
from index.lexicon import lexicon
from index.library import Library
from index.passages import Standing

SURE = 0.9  # confidence of an example; well above the answerer's own threshold
SURE_NEARBY = 0.8  # of a question beside a declined one: to be close matters more
EXAMPLES = 5
MOST_TRIED = 60  # questions tried for the examples; one takes some 100 ms
MOST_TRIED_NEARBY = 6  # for one declined question, whose person waits
REPORTS_DRAWN = 8  # reports that examples are drawn from
_SHORTEST, _LONGEST = 3, 12  # characters of a word that can be asked for by itself

Ask = Callable[[str], Answer]


def examples(library: Library, ask: Ask, count: int = EXAMPLES) -> tuple[str, ...]:
    """Questions over the library, each about another word and, as far as they go, from another section."""
    return tuple(islice(filter(None, drawn(library, ask)), count))


def drawn(library: Library, ask: Ask) -> Iterator[str]:
    """One question after another that holds; an empty one for each tried in vain, so that a caller may stop between tries."""
    per_report = [_by_section(lines_of(library.report(name))) for name in library.names[:REPORTS_DRAWN]]
    words: set[str] = set()
    entries = (entry for entry in _in_turn(per_report, library.names) if entry[2] not in words)
    for name, line, word, figure in islice(entries, MOST_TRIED):
        question = ask_for(line, word, figure)
        holds = _holds(ask(question), name, line, figure, SURE)
        if holds:
            words.add(word)
        yield question if holds else ""


def nearby(library: Library, ask: Ask, answer: Answer, count: int = 3) -> tuple[str, ...]:
    """Questions about what the report does have close to a declined one."""
    places = [(c.report, c.quote_start) for c in answer.nearby]
    places += [(h.passage.report, start) for h in answer.hits[:5] for start, _ in h.passage.sentences]
    found: list[str] = []
    tried = {answer.question}
    for report, start in dict.fromkeys(places):
        if (line := _line_at(library, report, start)) is None:
            continue
        for word, figure in sorted(_askable(line), key=lambda pair: -_closeness(answer.question, pair[0])):
            question = ask_for(line, word, figure)
            if question in tried:
                continue
            if len(found) == count or len(tried) > MOST_TRIED_NEARBY:
                return tuple(found)
            tried.add(question)
            if _holds(ask(question), report, line, figure, SURE_NEARBY):
                found.append(question)
                break  # one a sentence
    return tuple(found)


def ask_for(line: Line, word: str, figure: Figure) -> str:
    """The question for a figure: its year, its word, and what of it."""
    year = f"{next(iter(line.years))}年" if len(line.years) == 1 else ""
    planned = line.standing is Standing.PLANNED
    if figure.kind is Kind.PERCENT and "增长" in line.text[max(0, figure.start - 3) : figure.start]:
        return f"{year}{word}增长目标是多少" if planned else f"{year}{word}增长多少"
    if figure.kind is Kind.COUNT and figure.unit:
        return f"{year}计划{word}多少{figure.unit}" if planned else f"{year}{word}有多少{figure.unit}"
    return f"{year}{word}目标是多少" if planned and figure.kind is Kind.PERCENT else f"{year}{word}是多少"


def _closeness(question: str, word: str) -> int:
    """How much a word has to do with a question: the same by the lexicon, or pairs of characters in common."""
    meant = {v for said, others in lexicon().variants.items() if said in question.lower() for v in others}
    return 100 * (word in meant) + sum(word[i : i + 2] in question for i in range(len(word) - 1))


def _askable(line: Line) -> Iterator[tuple[str, Figure]]:
    """Known words of a sentence, each with the figure that follows it in its clause."""
    if line.is_heading:
        return
    known = _words()
    for figure in line.figures:
        if figure.kind not in (Kind.PERCENT, Kind.MONEY, Kind.COUNT):
            continue
        clause = line.clauses[line.clause_at(figure.start)]
        before = line.text[clause.start : figure.start]
        inside = [
            before[a:b]
            for a in range(len(before))
            for b in range(a + _SHORTEST, min(a + _LONGEST, len(before)) + 1)
            if before[a:b] in known and len(before) - b <= 4  # the word the figure belongs to stands right before it
        ]
        if inside and not any(f.end <= figure.start and f.start >= clause.start for f in line.figures):
            yield max(inside, key=len), figure


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """The words of the lexicon that are Chinese and long enough to be asked for."""
    return frozenset(w for w in lexicon().variants if len(w) >= _SHORTEST and not w.isascii())


def _holds(answer: Answer, report: str, line: Line, figure: Figure, sure: float) -> bool:
    """Whether an answer is that figure in that sentence, and so sure."""
    start, end = line.span(figure.start, figure.end)
    return answer.confidence >= sure and any(
        c.report == report and c.start <= start and end <= c.end for c in answer.citations
    )


def _line_at(library: Library, report: str, start: int) -> Line | None:
    return next((line for line in lines_of(library.report(report)) if line.sentence.start == start), None)


def _by_section(lines: Sequence[Line]) -> list[list[tuple[Line, str, Figure]]]:
    """What can be asked, a list for each part of the report, both of its halves first."""
    sections: dict[tuple[str, ...], list[tuple[Line, str, Figure]]] = {}
    for line in lines:
        sections.setdefault(line.headings[:2], []).extend((line, word, figure) for word, figure in _askable(line))
    return [found for found in sections.values() if found]


def _in_turn(
    reports: Sequence[list[list[tuple[Line, str, Figure]]]], names: Sequence[str]
) -> Iterator[tuple[str, Line, str, Figure]]:
    """One from each section of each report, then a second from each, and so on."""
    rows = [(name, section) for name, sections in zip(names, reports, strict=False) for section in sections]
    for column in zip_longest(*(section for _, section in rows)):
        for (name, _), entry in zip(rows, column, strict=True):
            if entry is not None:
                yield (name, *entry)
