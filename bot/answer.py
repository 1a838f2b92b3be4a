"""The one `Answerer`: search, read, choose or decline. Every answer is cut out of a report.

An `Answer` holds citations; its text is made of them. Every mouth (REPL, command line, Telegram, the
evaluation) calls the same object. Knows nothing of wording or chats.
"""

import math
import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, product, takewhile

from bot.across import LOCAL, Sweep, amount, comparable, continues, is_meant, sweep_of, wants_order, within
from bot.compound import asks_several, differ_in_time, parts, understand
from bot.confidence import MOST_LEAD, NETWORK, THRESHOLD, judgement_for, probability
from bot.evidence import UNKNOWN, Reading, strength
from bot.frame import COMPARED
from bot.front import about_report
from bot.line import Line, lines_of
from bot.naming import Texts, naming
from bot.neural import NeuralReader, Opinion, compared, context_of
from bot.places import PROPER, inner_places, other_places, own_places, short
from bot.question import LAST_YEAR, Ask, Concept, Question, relative_years, years_in
from bot.reader import (
    Belief,
    Candidate,
    Spans,
    Support,
    field_candidate,
    labelled,
    looked_at,
    looks,
    read,
    reconsider,
    widened,
)
from bot.reason import Reason
from bot.resolve import OFFERED, TRIED, Target, named_in, resolve, telling
from bot.spelling import Words, mend, mend_names
from index.lexicon import lexicon
from index.library import Entry, Hit, Library
from index.passages import Passage, Standing, years_named
from index.tokens import part_of_speech, terms, words
from index.view import clean


@dataclass(frozen=True, slots=True)
class Citation:
    """A span and where it stands: `source[start:end]` cleaned is `text`, within the quoted sentence."""

    report: str
    section: tuple[str, ...]
    page: int | None  # of the file, from 1, where it has pages
    paragraph: int
    text: str
    start: int
    end: int
    quote: str
    quote_start: int
    quote_end: int

    def __post_init__(self) -> None:
        if not self.quote_start <= self.start < self.end <= self.quote_end:
            raise ValueError(f"a span at {self.start}:{self.end} outside its quote")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the report says, or why nothing is said. `nearby` is what it does say close to the question."""

    question: str
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    confidence: float
    reason: Reason | None
    nearby: tuple[Citation, ...]
    choices: tuple[str, ...]  # the reports that may have been meant, where the question left several
    searched: tuple[str, ...]  # the reports gone through, where it asked all of them
    elapsed_ms: float

    def __post_init__(self) -> None:
        if bool(self.citations) is (self.reason is not None):
            raise ValueError("an answer has citations or a reason, never both")

    @property
    def found(self) -> bool:
        """Whether the report answers."""
        return bool(self.citations)

    @property
    def text(self) -> str:
        """The answer in the report's own words; empty where there is none."""
        return "；".join(citation.text for citation in self.citations)


DEPTH = 30  # passages that are read
MORE = 10  # passages read beside them because they name all that is asked about
JUDGED = 2  # passages the network reads at a time,
MOST_JUDGED = 8  # till one seems to answer, or all that it reads
SURE = 1.0  # logit from which one does
LOOKED = 3  # best candidates, of which it reads the sentences alone
BESIDE = 0.35  # sure enough beside a surer figure in the same unit of another report
ALIKE = 0.6  # how well a sentence must name a thing to count as naming it
TELLING = 0.65  # share of what is asked that a sentence must name where no report is named,
AHEAD = 0.2  # and by how much more than any sentence of the other reports
SHOWN = 10  # passages that travel with an answer
FIELD_CONFIDENCE = 0.97  # of what the parser found in the front matter
COMPOUND = 4  # characters of a word that may be taken apart where the reports never write it
_RANKED = re.compile("(?:[居列排在]|位[居列])?全[国省市](?=第|前|首|榜)")  # 居全市第三 tells nothing of 全市
LEAST_SIMILARITY = 0.75  # cosine; e5's lie between this and 0.95
LONGEST_QUESTION = 4096  # characters; more is no question


Text = tuple[str, int, str]  # a report, the number of the line that a text begins in, and the text


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best reading of one question: a candidate in a report, or none, and how sure it is."""

    asked: Question
    hits: tuple[Hit, ...]
    report: str
    candidate: Candidate | None
    confidence: float
    candidates: tuple[Candidate, ...]  # all that were read, best first


class Answerer:
    """Answers questions over a library of reports; safe to share between threads once built.

    `ways` and `timed` switch a search, or year and standing, off: the evaluation measures what each is worth.
    """

    def __init__(
        self,
        library: Library,
        network: NeuralReader | None = None,
        *,
        ways: Collection[str] = ("dense", "sparse"),
        timed: bool = True,
    ) -> None:
        self.library = library
        self.network = network
        self._ways, self._timed = ways, timed
        self._lines = lru_cache(maxsize=512)(self._read_lines)
        self._count = lru_cache(maxsize=8192)(self._count_lines)
        self._vocabulary = lru_cache(maxsize=512)(self._read_vocabulary)

    def answer(self, question: str, history: Sequence[str] = (), *, reports: Collection[str] | None = None) -> Answer:
        """Answer from the library, or from the named reports only; `history` holds the chat's earlier questions."""
        begun = time.perf_counter()
        names = tuple(reports if reports is not None else self.library.names)
        self.library.check(names)
        found = self._over(question, history, names)
        return replace(found, question=question, elapsed_ms=(time.perf_counter() - begun) * 1000)

    def _over(self, question: str, history: Sequence[str], names: Sequence[str]) -> Answer:
        """Find out which reports are asked, and ask them."""
        entries = [self.library.entries[name] for name in names]
        own = own_places([entry.place for entry in entries])
        if len(entries) < 2:
            return self._ask(question, history, names, own)
        typed = mend_names(question[:LONGEST_QUESTION], own)
        asked = understand(typed, history, own_places=own)
        if reason := triage(asked):
            return _declined(reason)
        sweep = sweep_of(history[-1] if history and continues(asked.normal) else asked.normal)
        if sweep and not (history and sweep.level in LOCAL and not continues(asked.normal)):
            left_out = named_in(sweep.without, entries).places
            around = typed if sweep.order else typed.replace(sweep.text, " ")  # 中国质量奖 names no report of China's
            places = set(named_in(around, entries).places) - set(left_out)
            years = years_in(sweep.without)
            meant = [
                e for e in entries if is_meant(sweep.level, e.place) and e.place not in left_out and e.year not in years
            ]
            swept = [e for e in meant if not places or e.place in places]
            has_sides = len(places) > 1 and sweep.order and not (sweep.least or sweep.most)  # 江苏和浙江谁最高
            of_several = len(swept) > 1 or (swept and sweep.without)  # 江苏哪个市最高 is a question to one report
            names = _of_the_year(swept, sweep, asked)
            if of_several and not has_sides and names:
                return self._sweep(sweep, names, own)
            if of_several and not has_sides and sweep.order:  # but 2000年报告里哪个省先试点 asks one report
                return _declined(Reason.OTHER_YEAR, (), tuple(e.name for e in swept[:OFFERED]))
        scope = resolve(self._owned(typed, entries), history, entries)
        plain = [named_in(earlier, entries).text for earlier in history]
        if scope.reason is Reason.WHICH_REPORT:
            told = [self._ask(typed, plain, [name], own) for name in self._likely_reports(asked, names)]
            if len(found := [answer for answer in told if answer.found]) == 1:
                return found[0]
        if scope.reason:
            return _declined(scope.reason, self.search(asked, names)[:SHOWN], scope.choices)
        if len(scope.targets) == 1:
            return self._first(scope.targets[0], plain, own)
        alike = len({target.thing for target in scope.targets}) == 1
        return _together(self._each(scope.targets, plain, own, alike=alike), wants_order(asked), alike=alike)

    def _owned(self, typed: str, entries: Sequence[Entry]) -> str:
        """A comparison of a place with a name that only one other report tells of, with that one's place before it."""
        named = named_in(typed, entries)
        if len(named.places) != 1 or not COMPARED.search(typed):
            return typed
        for name in _SIDES.findall(typed):
            holding = [e for e in entries if name in self.library.plain(e.name)]
            if len(holding) == 1 and holding[0].place not in named.places and not part_of_speech(name):
                return typed.replace(name, f"{short(holding[0].place)}{name}")
        return typed

    def _each(
        self, targets: Sequence[Target], history: Sequence[str], own: Sequence[str], *, alike: bool
    ) -> list[Answer]:
        """The answers of the sides of a question.

        The last result is meant where no time is named, else what is told of no year, so that all tell the same sort of
        figure. Figures in one unit vouch for each other: one side may be less sure where together they are sure enough.
        """
        found = [self._first(target, history, own) for target in targets]
        if not alike or (all(answer.found for answer in found) and comparable([answer.text for answer in found])):
            return found
        freed = [self._first(replace(t, text=t.untimed), history, own) if t.untimed else None for t in targets]
        told = [
            [a for a in (first, other) if a and a.found and (a is first or not _is_planned(a))]
            for first, other in zip(found, freed, strict=True)
        ]
        if fitting := next((row for row in product(*told) if comparable([answer.text for answer in row])), None):
            return list(fitting)
        again = [self._first(target, history, own, least=BESIDE) for target in targets]
        units = {value and value[1] for value in (amount(answer.text) for answer in again)}
        mean = sum(answer.confidence for answer in again) / len(again)
        vouched = all(answer.found for answer in again) and None not in units and len(units) == 1
        return again if vouched and mean >= THRESHOLD else found

    def _first(self, target: Target, history: Sequence[str], own: Sequence[str], *, least: float = THRESHOLD) -> Answer:
        """The answer of the likeliest report that has one; what the next one says stands beside it."""
        answers = [self._ask(target.text, history, [name], own, least=least) for name in target.names]
        best = next((answer for answer in answers if answer.found), answers[0])
        others = [c for other in answers if other is not best for c in other.citations]
        return replace(best, nearby=(*best.nearby, *others)) if best.found else best

    def _likely_reports(self, asked: Question, names: Sequence[str]) -> list[str]:
        """The few reports that may be meant where none is named: the one that alone names a thing (蟠桃大会), or those
        of which one sentence names most of what is asked; none where many do."""
        things = [concept for concept in asked.concepts if concept.weight >= 1]
        for concept in things:
            own_name = len(concept.text) == 2 and not part_of_speech(concept.text)  # 川超
            if len(concept.text) >= 3 or own_name:
                holding = [n for n in names if any(v in self.library.plain(n) for v in concept.variants)]
                if len(holding) == 1:
                    return holding
        counts = {c: sum(self._count(name, c.variants) for name in names) for c in things}
        weights = {c: math.log((1 + sum(len(self._lines(n)[0]) for n in names)) / (1 + counts[c])) for c in things}
        told: dict[str, float] = {}  # of what is asked, how much one sentence of a report names
        for hit in self.search(asked, names) if len(things) > 1 else ():
            for line in self._lines_in(hit.passage):
                named = sum(w * s for c, w in weights.items() if (s := strength(c, line.text)) >= ALIKE)
                told[hit.passage.report] = max(
                    told.get(hit.passage.report, 0.0), named / (sum(weights.values()) or 1.0)
                )
        most = max(told.values(), default=0.0)
        likely = sorted((name for name, share in told.items() if share > most - AHEAD), key=lambda name: -told[name])
        return likely if most >= TELLING and len(likely) <= TRIED else []

    def _ask(
        self,
        typed: str,
        history: Sequence[str],
        names: Sequence[str],
        own: Sequence[str],
        *,
        least: float = THRESHOLD,
    ) -> Answer:
        """Ask some reports as one; `own` are all places that a question may name to say which reports it asks."""
        asked = self.understand(typed, history, names, own)
        reason = triage(asked)
        hits = () if reason else self.search(asked, names)
        if not reason and asked.follows and not history and not asked.concepts:
            reason = Reason.NOT_IN_REPORT  # 那增长呢, with nothing before it, names nothing that could grow
        outcomes = [] if reason else self.read(asked, hits, own)
        if not reason and not all(o.confidence >= least for o in outcomes):
            reason = Reason.NOT_IN_REPORT
        places = other_places(asked.normal, own_places([self.library.entries[name].place for name in names]))
        inner = inner_places(asked.normal).items()
        places += [bare for bare, name in inner if any(name in self.library.plain(report) for report in names)]
        if not reason and not all(self._stands_for(o, places) for o in outcomes):
            reason = Reason.OTHER_PLACE
        nearby: tuple[Citation, ...] = ()
        if reason is Reason.NOT_IN_REPORT and outcomes:
            reason, nearby = self._why_not(outcomes[0], bool(places))
        citations = () if reason else tuple(dict.fromkeys(c for o in outcomes for c in self.cite(o)))
        ordered = self._reorder(hits, outcomes)
        confidence = min((o.confidence for o in outcomes), default=0.0)
        return Answer(typed, citations, tuple(ordered[:SHOWN]), confidence, reason, nearby, (), (), 0.0)

    def _sweep(self, sweep: Sweep, names: Sequence[str], own: Sequence[str]) -> Answer:
        """Go through reports: every one that mentions a thing, or those whose figure is the highest or lowest."""
        if not sweep.order:
            cited = self._mentions(sweep, names)
            shown = [Hit(self.library.passage_at(c.report, c.start), 0.0, None, None, 0.0) for c in cited[:SHOWN]]
            return replace(_swept(tuple(cited), (), names, MENTIONED if cited else 0.0), hits=tuple(shown))
        found = [answer for name in names if (answer := self._ask(sweep.text, (), [name], own)).found]
        valued = [(value, answer) for answer in found if (value := amount(answer.text)) is not None]
        units = [unit for (_, unit), _ in valued]
        unit = max(units, key=units.count, default="")
        ordered = sorted(
            ((value, answer) for (value, u), answer in valued if u == unit), key=lambda pair: -sweep.order * pair[0]
        )
        bounded = sweep.least or sweep.most
        best = [a for value, a in ordered if (within((value, unit), sweep) if bounded else value == ordered[0][0])]
        rest = [c for _, answer in ordered if answer not in best for c in answer.citations[:1]]
        hits = [answer.hits[0] for _, answer in ordered]
        confidence = min((answer.confidence for answer in best), default=0.0)
        return replace(
            _swept(tuple(c for answer in best for c in answer.citations[:1]), tuple(rest), names, confidence),
            hits=tuple(hits[:SHOWN]),
        )

    def _mentions(self, sweep: Sweep, names: Sequence[str]) -> list[Citation]:
        """The first sentence of each report that names what is looked for, with a stretch of it as the span."""
        lines = {name: self._lines(name)[0] for name in names}
        texts = Texts(lines, {name: self.library.plain(name).lower() for name in names})
        found = naming([sweep.text, *sweep.others], texts, shorter=sweep.shorter, exact=sweep.exact)
        for longest in PHRASES:
            spans = {name: _phrase_around(line.text, start, end, longest) for name, (line, start, end) in found.items()}
            if sum(end - start for start, end in spans.values()) <= LEGIBLE:
                break
        return [c for name in names if name in found for c in self._cited(name, ((found[name][0], *spans[name]),))]

    def understand(self, question: str, history: Sequence[str], names: Sequence[str], own: Sequence[str]) -> Question:
        """The question understood, its typing slips mended by what the named reports say."""
        typed = mend_names(question[:LONGEST_QUESTION], own)
        asked = self._mended(understand(typed, history, own_places=own), history, names, own)
        asked = self._parted(asked, names)
        return asked if self._timed else replace(asked, year=None, shift=None, standing=None)

    def read(self, asked: Question, hits: Sequence[Hit], own: Sequence[str]) -> list[Outcome]:
        """The best reading of each part of a question; of the whole, sure or not, where it has one part or one is not sure.

        The whole of a question that asks for several things is answered by a whole sentence.
        """
        outcomes: list[Outcome] = []
        names = list(dict.fromkeys(hit.passage.report for hit in hits))
        asked_parts = parts(asked, own)
        for part in asked_parts:
            said = {o.candidate.spans for o in outcomes if o.candidate}
            found = self._read(part, hits, said=said)
            if found.confidence < THRESHOLD and len(asked_parts) > 1:  # what it asks may stand elsewhere
                found = max(found, self._read(part, self.search(part, names), said=said), key=lambda o: o.confidence)
            outcomes.append(found)
        sure = all(outcome.confidence >= THRESHOLD for outcome in outcomes)
        year = self.library.entries[hits[0].passage.report].year if hits else None
        if len(outcomes) > 1 and (sure or differ_in_time([outcome.asked for outcome in outcomes], year)):
            return [replace(o, candidate=o.candidate and labelled(o.candidate)) for o in outcomes]
        several = len(outcomes) > 1 or asks_several(asked)
        (whole,) = [self._read(asked, hits, whole=True)] if several else outcomes
        return [replace(whole, candidate=whole.candidate and labelled(whole.candidate)) if asked.values > 1 else whole]

    # -- reading --

    def search(self, asked: Question, names: Collection[str]) -> tuple[Hit, ...]:
        """The passages that are read for a question, best first."""
        if not self.library.names:
            return ()
        among = None if set(names) == set(self.library.names) else names
        places = {self.library.entries[name].place for name in names}
        own = own_places(list(places)) if len(places) == 1 else []
        found = self.library.search(*search_text(asked, own), reports=among, k=DEPTH, ways=self._ways)
        return (*found, *self._naming(asked, names, {hit.passage for hit in found}))

    def _naming(self, asked: Question, names: Collection[str], found: Collection[Passage]) -> list[Hit]:
        """Passages with a sentence that names all the things asked about, which the searches ranked too low."""
        things = [c.variants for c in asked.concepts if c.weight >= 1]
        more: dict[Passage, None] = {}
        for name in names if things and len(names) == 1 else ():
            for line in self._lines(name)[0]:
                text = line.text.lower()
                if all(any(v in text for v in variants) for variants in things):
                    more[self.library.passage_at(name, line.sentence.start)] = None
        return [Hit(passage, 0.0, None, None, 0.0) for passage in more if passage not in found][:MORE]

    def _read(
        self,
        asked: Question,
        hits: Sequence[Hit],
        *,
        rules_only: bool = False,
        said: Collection[Spans] = (),
        whole: bool = False,
    ) -> Outcome:
        """The best candidate whose spans are not `said` already, by another part of the question.

        `whole` sentences answer a question that asks for several things.
        """
        names = list(dict.fromkeys(hit.passage.report for hit in hits))
        weights = self._rarity(asked, names[0]) if names else {}
        readings: dict[str, tuple[Reading, Mapping[int, Support], list[Candidate]]] = {}
        for name in names:
            reading = Reading(asked, self.library.report(name), self._lines(name)[0], weights)
            field = about_report(asked, reading.report)
            if field and (candidate := field_candidate(reading, field)):
                return Outcome(asked, tuple(hits), name, candidate, FIELD_CONFIDENCE, ())
            lines, support = self._support(name, hits)
            readings[name] = reading, support, read(reading, lines, support)
        found = _merged({name: candidates for name, (_, _, candidates) in readings.items()})
        announced = bool(found) and found[0][1].spans[0][0].number < 0  # headings, which stand in no passage
        if self.network and hits and not rules_only and not announced:
            beliefs = self._ask_network(asked, hits, found)
            found = _merged({name: reconsider(r, cs, beliefs, support) for name, (r, support, cs) in readings.items()})
        found = [(name, candidate) for name, candidate in found if candidate.spans not in said]
        if self.network and found and NETWORK in found[0][1].features:
            found = self._looked(asked, found)
        if whole:
            found = [(name, widened(candidate)) for name, candidate in found]
        if not found:
            return Outcome(asked, tuple(hits), "", None, 0.0, ())
        name, best = found[0]
        others = [c for _, c in found[1:] if judgement_for(c.features) is judgement_for(best.features)]
        rival = next((c.score for c in others if said_by(c) != said_by(best)), best.score - MOST_LEAD)
        sure = probability(best.features, best.score - rival)
        return Outcome(asked, tuple(hits), name, best, sure, tuple(c for _, c in found))

    def _rarity(self, asked: Question, name: str) -> dict[str, float]:
        """Weight of each concept by how few lines of the nearest report name it."""
        lines, _ = self._lines(name)
        return {c.text: rarity(self._count(name, c.variants), len(lines)) for c in asked.concepts}

    def _count_lines(self, name: str, variants: tuple[str, ...]) -> int:
        lines, _ = self._lines(name)
        concept = Concept(variants, 1.0)
        return sum(1 for line in lines if strength(concept, line.text) >= 0.9)

    def _ask_network(
        self, asked: Question, hits: Sequence[Hit], found: Sequence[tuple[str, Candidate]]
    ) -> tuple[Belief, ...]:
        """What the network thinks of some passages: the rules' best and the best found, and of the next two till one seems to answer."""
        named = [
            hit.passage
            for name, best in found[:1]
            for hit in hits
            if hit.passage.report == name and hit.passage.start <= best.line.sentence.start < hit.passage.end
        ]
        order = tuple(dict.fromkeys([*named, *(hit.passage for hit in hits)]))
        beliefs: tuple[Belief, ...] = ()
        for at in range(0, MOST_JUDGED, JUDGED):
            beliefs += self.beliefs(asked, order[at : at + JUDGED])
            if at + JUDGED >= len(order) or max(belief.opinion.logit for belief in beliefs) >= SURE:
                break
        opinions = compared([belief.opinion for belief in beliefs])
        return tuple(replace(belief, opinion=opinion) for belief, opinion in zip(beliefs, opinions, strict=True))

    def _looked(self, asked: Question, found: list[tuple[str, Candidate]]) -> list[tuple[str, Candidate]]:
        """The best few candidates ranked once more, by what the network thinks of the words around them; then the others."""
        few = list(takewhile(lambda row: row[1].lines[0].number >= 0, found[:LOOKED]))  # headings stand in no passage
        texts = [[(name, c.lines[0].number, look.text) for look in looks(c)] for name, c in few]
        opinions = self._read_alone(asked, list(dict.fromkeys(chain.from_iterable(texts))))
        looked = [
            (name, looked_at(c, [opinions[text] for text in row])) for (name, c), row in zip(few, texts, strict=True)
        ]
        return [*sorted(looked, key=lambda row: -row[1].score), *found[len(few) :]]

    def _read_alone(self, asked: Question, texts: Sequence[Text]) -> dict[Text, Opinion]:
        """What the network thinks of texts, of each by itself."""
        assert self.network is not None
        questions: dict[str, list[Text]] = {}
        for text in texts:
            questions.setdefault(self.asking(asked, text[0], [text[2]]), []).append(text)
        found: dict[Text, Opinion] = {}
        for question, few in questions.items():
            read = [(self._context(name, self._lines(name)[0][number]), text) for name, number, text in few]
            found |= zip(few, self.network.read(question, read), strict=True)
        return found

    def _context(self, name: str, line: Line) -> str:
        passage = self.library.passage_at(name, line.sentence.start)
        return context_of(passage, self.library.report(name).year)

    def beliefs(self, asked: Question, passages: tuple[Passage, ...]) -> tuple[Belief, ...]:
        """What the network thinks of each of some passages for a question."""
        return self._judge(self.asking(asked, passages[0].report, [clean(p.text) for p in passages]), passages)

    def asking(self, asked: Question, report: str, texts: Sequence[str]) -> str:
        """What the network is asked about some texts of a report: the question in their words, and in their year's."""
        told = "".join(texts)
        text = network_text(asked, told)
        year = self.library.entries[report].year
        if year and asked.shift == -1 and texts and year - 1 in years_named(texts[0]):
            text = LAST_YEAR.sub(f"{year - 1}年", text)
        if not years_named(told) & set(years_in(text)):  # a year that they name themselves is best asked for by name
            text = relative_years(text, year)
        return without_places(text, own_places([entry.place for entry in self.library.entries.values()]))

    def _judge(self, question: str, passages: tuple[Passage, ...]) -> tuple[Belief, ...]:
        """What the network thinks of some passages."""
        assert self.network is not None
        lines = [self._lines_in(passage) for passage in passages]
        contexts = [context_of(passage, self.library.report(passage.report).year) for passage in passages]
        texts = ["".join(line.text for line in group) for group in lines]
        opinions = self.network.read(question, list(zip(contexts, texts, strict=True)))
        return tuple(Belief(group, opinion) for group, opinion in zip(lines, opinions, strict=True))

    def _lines_in(self, passage: Passage) -> tuple[Line, ...]:
        lines, at = self._lines(passage.report)
        return tuple(lines[at[start]] for start, _ in passage.sentences)

    def _support(self, name: str, hits: Sequence[Hit]) -> tuple[list[Line], dict[int, Support]]:
        """The lines of a report that the searches found, and what they think of each, by line number."""
        lines, at = self._lines(name)
        support: dict[int, Support] = {}
        for rank, hit in enumerate(hits):
            if hit.passage.report == name:
                lexical = 0.0 if hit.sparse_rank is None else 1 / (1 + (hit.sparse_rank - 1) / 3)
                similarity = (max(hit.similarity, LEAST_SIMILARITY) - LEAST_SIMILARITY) * 10
                backing = Support(1 / (1 + rank / 3), lexical, similarity)
                support |= {at[start]: backing for start, _ in hit.passage.sentences}
        return [lines[n] for n in support], support

    def _read_lines(self, name: str) -> tuple[tuple[Line, ...], Mapping[int, int]]:
        """A report's lines, and the line number at each sentence's start."""
        lines = lines_of(self.library.report(name))
        return lines, {line.sentence.start: line.number for line in lines}

    # -- typing slips --

    def _mended(self, asked: Question, history: Sequence[str], names: Sequence[str], own: Sequence[str]) -> Question:
        """The question with its typing slips mended, if the reports know what was meant."""
        if not names:
            return asked
        texts, vocabulary = self._vocabulary(tuple(names[:8]))
        known = lexicon().variants
        unknown = [
            c.text
            for c in asked.concepts
            if c.text not in known and not any(v in texts for v in c.variants) and not _is_a_word(c.text)
        ]
        if not unknown:
            return asked
        mended = mend(asked.normal, unknown, vocabulary, lambda piece: piece in texts or piece in known)
        if mended == asked.normal:
            return asked
        return replace(understand(mended, history, own_places=own), text=asked.text)

    def _parted(self, asked: Question, names: Sequence[str]) -> Question:
        """The question with compounds that the reports never write taken apart: 粮食总产量 is 粮食…，总产量 in some."""
        texts = self._vocabulary(tuple(names[:8]))[0] if names else ""

        def apart(concept: Concept) -> tuple[Concept, ...]:
            if len(concept.text) < COMPOUND or not texts or any(v in texts for v in concept.variants):
                return (concept,)
            pieces = [piece for piece in words(concept.text) if len(piece) > 1]
            if len(pieces) < 2 or "".join(pieces) != concept.text or not all(piece in texts for piece in pieces):
                return (concept,)
            return tuple(Concept((piece,), concept.weight) for piece in pieces)

        return replace(asked, concepts=tuple(piece for concept in asked.concepts for piece in apart(concept)))

    def _read_vocabulary(self, names: tuple[str, ...]) -> tuple[str, Words]:
        """The reports' text and the words in it that a slip may have been meant for."""
        texts = "\n".join(clean(self.library.report(name).text) for name in names)
        words = {w for w in lexicon().variants if w in texts} | {t for t in terms(texts) if len(t) >= 2}
        everyday = {w for w, others in lexicon().variants.items() if len(w) >= 3 and any(o in texts for o in others)}
        own = own_places([self.library.entries[name].place for name in names])
        return texts, Words.of(words | everyday | set(own))

    # -- choosing and declining --

    def _stands_for(self, outcome: Outcome, places: Sequence[str]) -> bool:
        """Whether a cited sentence names every other place that was asked about."""
        if outcome.candidate is None:
            return False
        quoted = _RANKED.sub("", "".join(line.text for line, _, _ in outcome.candidate.spans))
        return all(place in quoted or short(place) in quoted for place in places)

    def _why_not(self, outcome: Outcome, elsewhere: bool) -> tuple[Reason, tuple[Citation, ...]]:
        """Why the report does not answer, and what it does say nearby."""
        asked = outcome.asked
        freed = replace(asked, year=None, shift=None, standing=None)
        relaxed = self._read(freed, outcome.hits, rules_only=True) if freed != asked else outcome
        near = relaxed if relaxed.candidate else outcome
        nearby = tuple(self.cite(near))[:3] if near.candidate and near.confidence > NEARBY_FROM else ()
        if elsewhere:
            return Reason.OTHER_PLACE, nearby
        if freed != asked and relaxed.confidence >= THRESHOLD:
            timed = asked.year is not None or asked.shift is not None
            return (Reason.OTHER_YEAR if timed else Reason.NOT_IN_REPORT), nearby
        return Reason.NOT_IN_REPORT, nearby

    def cite(self, outcome: Outcome) -> list[Citation]:
        """The citations of an outcome's candidate."""
        return self._cited(outcome.report, outcome.candidate.spans) if outcome.candidate else []

    def _cited(self, name: str, spans: Sequence[tuple[Line, int, int]]) -> list[Citation]:
        report = self.library.report(name)
        citations = []
        for line, first, last in spans:
            start, end = line.span(first, last)
            sentence = line.sentence
            citations.append(
                Citation(
                    report=name,
                    section=report.headings(sentence.section),
                    page=self.library.page_at(name, start),
                    paragraph=sentence.paragraph,
                    text=clean(report.text[start:end]),
                    start=start,
                    end=end,
                    quote=clean(report.text[sentence.start : sentence.end]),
                    quote_start=sentence.start,
                    quote_end=sentence.end,
                )
            )
        return citations

    def _reorder(self, hits: Sequence[Hit], outcomes: Sequence[Outcome]) -> list[Hit]:
        """The passages that hold the answer first, in its order, then the others as they were found."""
        places = [(o.report, o.candidate.line.sentence.start) for o in outcomes if o.candidate]
        first: list[Hit] = []
        for report, at in places:
            hit = next((h for h in hits if h.passage.report == report and h.passage.start <= at < h.passage.end), None)
            hit = hit or Hit(self.library.passage_at(report, at), 0.0, None, None, 0.0)
            if hit not in first:
                first.append(hit)
        return [*first, *(hit for hit in hits if hit not in first)]


def _phrase_around(text: str, start: int, end: int, longest: int) -> tuple[int, int]:
    """The clause that a thing stands in, or the phrase between stops, or the thing alone: the first that is short enough."""
    for stops in ("，。；：？！", "，。；：、？！"):
        first = max(text.rfind(stop, 0, start) for stop in stops) + 1
        last = min((at for stop in stops if (at := text.find(stop, end)) >= 0), default=len(text))
        if last - first <= longest:
            return first, last
    return start, end


_SIDES = re.compile(  # 义新欧 in 跟义新欧比
    "(?:^|(?<=[跟和与同比是、,，]))[\u4e00-\u9fff]{3,6}?(?=[跟和与同比的、,，相]|谁|哪|$|[\u4e00-\u9fff]得)"
)
PHRASES = (40, 20, 10, 0)  # characters of a mention, the longest of these with which all are
LEGIBLE = 150  # characters together
MENTIONED = 0.95  # that a report which names a thing mentions it


def _is_planned(answer: Answer) -> bool:
    return bool(answer.hits) and answer.hits[0].passage.standing is Standing.PLANNED


def _declined(reason: Reason, hits: Sequence[Hit] = (), choices: tuple[str, ...] = ()) -> Answer:
    return Answer("", (), tuple(hits), 0.0, reason, (), choices, (), 0.0)


def _of_the_year(entries: Sequence[Entry], sweep: Sweep, asked: Question) -> list[str]:
    """The reports that a sweep goes through: those of a year it names, or a place's likeliest to tell of that year."""
    if not sweep.order:  # a year within what is looked for (2035年远景目标) is no year of a report
        years = years_in(asked.normal.replace(sweep.text, " ").replace(sweep.without or " ", " "))
        return [e.name for e in entries if not years or e.year in years]
    if asked.year is None:
        return [e.name for e in entries]
    places = dict.fromkeys(e.place for e in entries)
    found = [telling([e for e in entries if e.place == place], asked.year, asked.standing)[:1] for place in places]
    return [e.name for likeliest in found for e in likeliest]


def _swept(
    citations: tuple[Citation, ...], nearby: tuple[Citation, ...], names: Sequence[str], confidence: float
) -> Answer:
    reason = None if citations else Reason.NOT_IN_REPORT
    return Answer("", citations, (), confidence, reason, nearby, (), tuple(names), 0.0)


def _together(answers: Sequence[Answer], order: int, *, alike: bool) -> Answer:
    """Answers of several reports as one, the larger or smaller figure first where that is asked; all or none.

    `alike`: the same is asked of all, so a share beside a number answers no such question.
    """
    if order:
        values = [amount(answer.text) for answer in answers]
        if all(values) and len({value[1] for value in values if value}) == 1:
            ranked = sorted(
                zip(values, range(len(answers)), strict=True), key=lambda p: -order * (p[0][0] if p[0] else 0)
            )
            answers = [answers[number] for _, number in ranked]
    citations = tuple(c for answer in answers for c in answer.citations)
    lacking = next((answer for answer in answers if not answer.found), None)
    if alike and not lacking and not comparable([answer.text for answer in answers]):
        lacking = replace(answers[0], citations=(), reason=Reason.NOT_IN_REPORT)  # a number against a growth
    hits = [answer.hits[depth] for depth in range(SHOWN) for answer in answers if depth < len(answer.hits)]
    return Answer(
        "",
        () if lacking else citations,
        tuple(hits[:SHOWN]),
        min(answer.confidence for answer in answers),
        lacking.reason if lacking else None,
        citations[:3] if lacking else (),
        (),
        (),
        0.0,
    )


def _merged(found: Mapping[str, Sequence[Candidate]]) -> list[tuple[str, Candidate]]:
    """The candidates of all reports, best first."""
    pairs = [(name, candidate) for name, candidates in found.items() for candidate in candidates]
    return sorted(pairs, key=lambda pair: -pair[1].score)


def _is_a_word(text: str) -> bool:
    """Whether a word is one of the language's own, and so no slip of another; short ones may be either."""
    return len(text) >= 3 and bool(part_of_speech(text))


def said_by(candidate: Candidate) -> str:
    """The words of a candidate."""
    return "；".join(line.text[start:end] for line, start, end in candidate.spans)


NEARBY_FROM = 0.08  # below this, what was found has nothing to do with the question

_SMALL_TALK = re.compile(
    "^(?:你好|您好|嗨|哈喽|hello|hi|hey|在吗|谢谢|多谢|感谢|再见|拜拜|早上好|晚上好|哈+|嗯+|哦+|好的?|ok|thanks|thank you)[!！。,.，~～啊呀吗哦]*$|"
    "^你(?:是谁|叫什么|会什么|能做什么|几岁|好吗)|who are you",
    re.IGNORECASE,
)
_OUT_OF_SCOPE = re.compile(
    "忽略.{0,12}(?:指令|规则|提示|设定|要求)|无视.{0,10}(?:指令|规则|提示)|ignore .{0,30}(?:instruction|rule|prompt)|系统提示|system prompt|"
    "(?:写|编|作|讲|说|来).{0,4}(?:一?首|一?个|一?篇|段).{0,6}(?:诗|笑话|故事|作文|文章|段子|代码|歌|情书)|天气(?:怎么样|如何|预报|好不好)|(?:今天|明天).{0,4}(?:天气|下雨)|"
    "你(?:觉得|认为|怎么看|喜欢)|帮我(?:写|翻译|编|算|订|买)|扮演|假装|股票|彩票|好玩|去哪.{0,4}(?:玩|旅游)|推荐|你是.{0,3}(?:机器人|人|AI|ai)|tell me a joke|weather|write (?:me )?a",
    re.IGNORECASE,
)


def triage(asked: Question) -> Reason | None:
    """Small talk, orders and noise never reach the report."""
    text = asked.normal.strip()
    if _OUT_OF_SCOPE.search(text):
        return Reason.OUT_OF_SCOPE
    if _SMALL_TALK.search(text) or not re.search("[\u4e00-\u9fffA-Za-z]{2}", text):
        return Reason.NOT_A_QUESTION
    return None


def search_text(asked: Question, own: Sequence[str] = ()) -> tuple[str, list[str]]:
    """What the two searches get: the question with its inherited concepts, and all the words that may stand for it.

    The reports' `own` places are left out: of a place that every passage is about, those that name it are no nearer.
    """
    normal = without_places(asked.normal, own)
    typed = " ".join(c.text for c in asked.concepts if c.text not in asked.normal.lower())
    variants = (variant for concept in asked.concepts for variant in concept.variants)
    words = [word for text in (normal, *variants) for word in terms(text)]
    return f"{normal} {typed}".strip(), list(dict.fromkeys(words))


def without_places(text: str, places: Sequence[str]) -> str:
    """A question without the places that its reports are of; what is called after one keeps its name (上海港)."""
    names = "|".join(map(re.escape, places))  # full ones first
    return re.sub(f"(?>{names})(?!{PROPER})", "", text) or text if places else text


_GROWTH = re.compile("增速|增长率|增长速度|增长")
_NOW = re.compile("(?:现在|目前|眼下)(?=.*(?:多少|几))")  # no report says so


def network_text(asked: Question, read: str = "") -> str:
    """What the network gets: the question after those it leans on, as they were typed.

    A thing that the text to be read names only in other words is named in those; a bare goal becomes a question.
    """
    text = _NOW.sub("", " ".join(filter(None, [asked.before, asked.normal])))
    text = LAST_YEAR.sub("去年", text)
    for concept in asked.concepts:
        if concept.weight >= 1 and concept.text not in read:
            other = next((v for v in concept.variants[1:] if v in read), None)
            if other:
                grows = _GROWTH.search(concept.text)  # 经济增速 is no 地区生产总值, but its growth
                other += grows.group() if grows and not _GROWTH.search(other) else ""
                text = re.sub(re.escape(concept.text), other, text, flags=re.IGNORECASE)
    return f"{text}是什么" if asked.ask is Ask.KEYWORD and text.endswith("目标") else text


def rarity(count: int, lines: int) -> float:
    """Weight of a concept that so many of so many lines name: 1 for a rare one, down to 0.4 for a common one."""
    if not count:
        return UNKNOWN
    return 0.4 + 0.6 * math.log((lines + 1) / (count + 1)) / math.log(lines + 1)
