"""Questions derived from the facts that `bot.facts` reads: weak supervision for the network. Imported by training only.

A fact whose indicator the lexicon knows, of a known year and standing, becomes a question in one of a dozen patterns;
for every second one there is a question about an indicator that the report gives no figure of. Seeded.
"""

import random
from collections.abc import Iterator, Sequence

from bot.facts import Fact, facts_of
from eval.questions import Case
from index.lexicon import lexicon
from index.passages import Standing
from index.report import Report

MOST = 70  # questions of a report
UNANSWERABLE = 2  # a question without an answer for so many with one
SHORTEST = 4  # characters of a name that says what it is by itself
ACHIEVED = (
    "{when}{name}多少", "{when}{name}是多少", "{name}{when}达到多少", "{when}{name}", "{name}", "{name}多少", "请问{when}的{name}有多少",
    "{when}实现{name}多少", "查一下{when}{name}数据",
)  # fmt: skip
PLANNED = (
    "{when}{name}目标", "{when}{name}目标是多少", "{name}目标定在多少", "{when}{name}预期多少", "{when}计划{name}多少", "{name}目标",
    "{when}打算{name}到多少",
)  # fmt: skip
GROWN = ("{when}{name}增长多少", "{when}{name}增速", "{name}{when}涨了多少", "{name}增幅是多少", "{when}{name}增长率")


def cases_of(report: Report, seed: int = 0) -> Iterator[Case]:
    """Questions about a report, answerable and not."""
    chance = random.Random(f"{seed} {report.name}")
    facts = [fact for fact in facts_of(report) if _is_clear(fact, report)]
    known: dict[tuple[str, int | None, Standing, bool], list[Fact]] = {}
    for fact in facts:
        known.setdefault((fact.indicator, fact.year, fact.standing, _grows(fact)), []).append(fact)
    lone = [found[0] for found in known.values() if len(found) == 1]
    chance.shuffle(lone)
    for number, fact in enumerate(lone[:MOST]):
        yield _case(f"{report.name} {number}", _question(fact, report, chance), fact, report)
    text = report.text
    names = [name for name, others in lexicon().variants.items() if len(name) >= SHORTEST and name.isalpha()]
    absent = [name for name in sorted(names) if not any(other in text for other in lexicon().variants[name])]
    for number, name in enumerate(chance.sample(absent, min(len(absent), len(lone[:MOST]) // UNANSWERABLE))):
        pattern = chance.choice((*ACHIEVED, *PLANNED))
        yield _case(
            f"{report.name} none {number}", pattern.format(when=_when(None, report, chance), name=name), None, report
        )


def _is_clear(fact: Fact, report: Report) -> bool:
    """Whether one figure answers a question about the indicator: known by name, of the report's year or the one before."""
    timed = report.year is not None and fact.year in (report.year, report.year - 1)
    return timed and fact.standing is not Standing.NEITHER and fact.indicator.lower() in lexicon().variants


def _grows(fact: Fact) -> bool:
    return bool(fact.change) and fact.unit == "%"


def _question(fact: Fact, report: Report, chance: random.Random) -> str:
    patterns: Sequence[str] = PLANNED if fact.standing is Standing.PLANNED else GROWN if _grows(fact) else ACHIEVED
    names = [name for name, others in lexicon().variants.items() if fact.indicator.lower() in others[1:2]]
    name = chance.choice([fact.indicator, fact.indicator, *names[:6]])
    return chance.choice(patterns).format(when=_when(fact.year, report, chance), name=name)


def _when(year: int | None, report: Report, chance: random.Random) -> str:
    if report.year is None:
        return ""
    year = year or chance.choice((report.year, report.year - 1))
    return chance.choice((f"{year}年", "今年" if year == report.year else "去年"))


def _case(name: str, question: str, fact: Fact | None, report: Report) -> Case:
    span = (report.name, fact.start, fact.end) if fact else None
    return Case(
        id=name,
        question=question,
        history=(),
        answerable=fact is not None,
        answers=((report.text[fact.start : fact.end],),) if fact else (),
        evidence=((span,),) if span else (),
        type="derived",
        tags=(),
        split="tune",
        reason=None,
    )
