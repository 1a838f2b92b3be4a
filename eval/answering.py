"""The answering suite: every question through the `Answerer`, each answer judged by what the report says.

Right: all strings of one gold appear in the answer, and the answer is short enough to be one. The rest is told
apart: wrong or declined where the report answers, refused or falsely answered where it does not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.answer import Answer, Answerer
from eval.questions import Case, Place
from eval.text import exact_match, f1, quantities, squeeze, unbroken

Progress = Callable[[int, int], None]
FIGURE_TYPES = frozenset({"amount", "growth", "share", "count", "money", "comparison"})
LONGEST = 160  # characters; a longer answer is right only if its gold is as long
LONGER_THAN_GOLD = 3


class Verdict(StrEnum):
    """What became of one question."""

    RIGHT = "right"
    WRONG = "wrong"
    DECLINED = "declined"  # the report answers, we did not
    REFUSED = "refused"  # the report does not answer, nor did we
    FALSE = "false"  # the report does not answer, we did


@dataclass(frozen=True, slots=True)
class Result:
    """One judged question; shares are 0 to 1, None where they do not apply."""

    case: Case
    answer: Answer
    verdict: Verdict
    exact: float | None
    f1: float | None
    items: tuple[int, int] | None  # of a list: found, asked for
    figure: float | None  # value and unit are the gold's, and the span stands in the evidence
    cited: float | None  # a quote holds the evidence
    verbatim: bool  # every span is the source's own slice
    first: float | None  # share of the evidence in the first passage
    five: float | None  # and in the first five
    report: float | None  # the first citation is of a report that answers, where the question names them

    @property
    def good(self) -> bool:
        """Whether a person was served well: a right answer or a right refusal."""
        return self.verdict in (Verdict.RIGHT, Verdict.REFUSED)


def answer_all(
    answerer: Answerer, cases: Sequence[Case], sources: Mapping[str, str], progress: Progress | None = None
) -> list[Result]:
    """Answer and judge all questions, in order."""
    results = []
    for number, case in enumerate(cases, 1):
        results.append(judge(case, answerer.answer(case.question, case.history), sources))
        if progress:
            progress(number, len(cases))
    return results


def judge(case: Case, answer: Answer, sources: Mapping[str, str]) -> Result:
    """Compare one answer with its gold."""
    answered = case.answerable and answer.found
    golds = [unbroken("".join(gold)) for gold in case.answers]
    said = unbroken(answer.text)
    spans = [(c.report, c.start, c.end) for c in answer.citations]
    quotes = [(c.report, c.quote_start, c.quote_end) for c in answer.citations]
    hits = [(h.passage.report, h.passage.start, h.passage.end) for h in answer.hits]
    listed = next((gold for gold in case.answers if len(gold) > 1), None)
    return Result(
        case=case,
        answer=answer,
        verdict=_verdict(case, answer),
        exact=exact_match(said, golds) if answered else 0.0 if case.answerable else None,
        f1=f1(said, golds) if answered else 0.0 if case.answerable else None,
        items=(_found(listed, answer.text), len(listed)) if listed else None,
        figure=_figure(case, answer.text, spans) if answered and case.type in FIGURE_TYPES else None,
        cited=float(covered(case, quotes) > 0) if answered and case.evidence else None,
        verbatim=all(squeeze(sources[c.report][c.start : c.end]) == squeeze(c.text) for c in answer.citations),
        first=covered(case, hits[:1]) if case.answerable and case.evidence else None,
        five=covered(case, hits[:5]) if case.answerable and case.evidence else None,
        report=float(spans[0][0] in case.reports) if answered and case.reports else None,
    )


def _verdict(case: Case, answer: Answer) -> Verdict:
    if not case.answerable:
        return Verdict.FALSE if answer.found else Verdict.REFUSED
    if not answer.found:
        return Verdict.DECLINED
    return Verdict.RIGHT if any(_holds(gold, answer.text) for gold in case.answers) else Verdict.WRONG


def _holds(gold: Sequence[str], text: str) -> bool:
    longest = max(LONGEST, LONGER_THAN_GOLD * sum(map(len, gold)))
    return len(squeeze(text)) <= longest and _found(gold, text) == len(gold)


def _found(gold: Sequence[str], text: str) -> int:
    squeezed = squeeze(text)
    return sum(squeeze(piece) in squeezed for piece in gold)


def _figure(case: Case, text: str, spans: Sequence[Place]) -> float | None:
    """Value and unit as in a gold; year and standing are right where the span stands in the evidence."""
    wanted = [quantities("；".join(gold)) for gold in case.answers]
    if not any(wanted):
        return None
    placed = not case.evidence or covered(case, spans) > 0
    return float(placed and any(gold and gold <= quantities(text) for gold in wanted))


def covered(case: Case, stretches: Sequence[Place]) -> float:
    """Share of the evidence pieces that stand, or mostly stand, in one of the stretches."""
    if not case.evidence:
        return 0.0
    hits = sum(any(overlaps(place, other) for place in places for other in stretches) for places in case.evidence)
    return hits / len(case.evidence)


def overlaps(one: Place, other: Place) -> bool:
    """Whether two stretches of one report share at least half of the shorter."""
    shared = min(one[2], other[2]) - max(one[1], other[1])
    return one[0] == other[0] and 2 * shared >= min(one[2] - one[1], other[2] - other[1])
