"""Which reports a question is about.

Fail closed: what a question says of place and year filters the reports before anything is searched. A place or year
that is not held is declined; where the question, or the chat before it, leaves several reports, it asks back.
Pure: knows questions, places and the library's entries, nothing of passages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.compound import understand
from bot.frame import COMPARED, Mention, Operand, operands
from bot.places import NATION, ancestors, held_places, is_joined, other_places, own_places, paired_letters, short
from bot.question import FIGURES, SHIFTS, YEAR, Question, understand_alone, years_in
from bot.reason import Reason
from index.chinese import simplified
from index.library import Entry
from index.passages import Standing

TRIED = 3  # reports that may tell of a year, the likeliest first
OFFERED = 6  # reports named when asking back


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked, and the reports that may answer it, the likeliest first."""

    names: tuple[str, ...]
    text: str
    untimed: str = ""  # the same without the time that only was assumed
    thing: str = ""  # what is asked, whoever's: one for all sides where they are compared


@dataclass(frozen=True, slots=True)
class Scope:
    """The targets of a question; without any, why, and the reports that it may have meant or that are nearest."""

    targets: tuple[Target, ...]
    reason: Reason | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What a question itself says of reports: held places, places outside them, years, the edition (2018年政府工作报告)."""

    places: tuple[str, ...]
    elsewhere: tuple[str, ...]
    years: tuple[int, ...]
    editions: tuple[int, ...]
    text: str  # the question without the editions, its places (苏, 我国, China) by the names that are known
    whole: str  # with them
    mentions: tuple[Mention, ...]  # where it names places and years in `whole`


_YEARS = r"((?:(?:19|20)\d\d年?|(?<!\d)\d\d年)(?:[、和与跟,，](?:19|20)\d\d年?)*)(?:度|的)?"
_EDITION = re.compile(
    f"{_YEARS}(?:([\u4e00-\u9fff]{{0,6}}?)(?:政府工作|政府|工作)报告|(全国|国务院|中央|国家|总理|[\u4e00-\u9fff]{{2,5}}[省市区县])?的?报告)"
    "(?:中|里面?|上|提到|说|指出)?的?"
)
_JOINED = "(?:[、,，和与跟及同比]|以及|还有|对比|相比|还是)*"
_MARK = "\x00"
_RUN = re.compile(  # behind a year that is an edition's: 2008年和2018年两份国务院报告
    "(?:[的度、和与跟,，]|两份|几份|那份|这份|(?:19|20)\\d\\d年?|国务院|全国|国家|中央|总理|政府|工作)*报告"
)
_POINTING = re.compile("^那?(?:这个|这一|该|此|同样的)")
_BOTH = re.compile(
    "(?:它|他|她)(?:们)?[俩两]个?|两者|二者|(?<![\u4e00-\u9fff])(?:[这那]?两个?(?:省份|地方|省|市|地|年|家|边|头)?)(?=谁|哪|比|的|相|差|到|[今去]年|(?:19|20)\\d\\d)"
)
_THEN = re.compile("(?<=[比跟和与])(?:那会儿|那时候?|那年|当时|那一年|前一个|前面那个|上面那个|之前那个)")
_THAT = re.compile("(?<=[比跟和与])(?:这个|那个|它)(?=[高低多少快慢大小长短]|相)")
_IT = re.compile("(?<=[比跟和与])(?:它|那边|那里|前者|前面那个|上面那个)")
_WHO_MORE = re.compile("(?:那)?(.{2,8}?)的?呢[,，？?](?:谁|哪[个边家])的?.{0,6}[高低多少快慢大小长短]")
_SET = re.compile("定[的得在了为]|红线|控制线|安排|拟")  # what a year's own report does


def resolve(text: str, history: Sequence[str], entries: Sequence[Entry]) -> Scope:
    """The reports a question asks, in the light of the chat's earlier questions."""
    if len(entries) < 2:
        return Scope((Target(tuple(e.name for e in entries), text),), None, ())
    own = own_places([entry.place for entry in entries])
    context: Entry | None = None
    for number, earlier in enumerate(history):
        scope = _resolve(earlier, history[:number], entries, own, context)
        if len(scope.targets) == 1:
            context = next(e for e in entries if e.name == scope.targets[0].names[0])
    return _resolve(text, history, entries, own, context)


def _resolve(
    text: str, history: Sequence[str], entries: Sequence[Entry], own: Sequence[str], context: Entry | None
) -> Scope:
    named = named_in(_recalled(text, history, entries), entries)
    if named.elsewhere and not named.places and not named.editions:
        return Scope((), Reason.OTHER_PLACE, _nearest(named.elsewhere[0], entries))
    asked = understand(named.text, history, own_places=own)
    if sides := operands(named.whole, named.mentions):
        return _beside(sides, asked, history, entries, own, context)
    years = named.years or (() if asked.year is None else (asked.year,))
    places = named.places or ((context.place,) if context else tuple(dict.fromkeys(e.place for e in entries)))
    sure = bool(named.places or context)
    found: dict[tuple[str, int | None], tuple[str, ...]] = {}  # by place, and year or edition
    for place in places:
        held = [e for e in entries if e.place == place]
        for edition in named.editions:
            found[place, edition] = tuple(e.name for e in held if e.year == edition)
        for year in () if named.editions else years or (None,):
            found[place, year] = _of(held, year, asked.standing, context, sure)
    if not sure:  # any place may be meant: those that can tell are the choice
        found = {key: names for key, names in found.items() if names}
        of_all = _places_of(years, entries)
        if len(of_all) == 1:  # one place has a report right of the year
            found = {key: names for key, names in found.items() if key[0] in of_all}
        if len({place for place, _ in found}) != 1:
            fitting = [n for names in found.values() for n in names] or [e.name for e in entries]
            return Scope((), Reason.WHICH_REPORT, tuple(dict.fromkeys(fitting))[:OFFERED])
    if several := [names for (_, year), names in found.items() if len(names) > 1 and year is None]:
        return Scope((), Reason.WHICH_REPORT, several[0][-OFFERED:])
    if missing := [key for key, names in found.items() if not names]:
        return _lacking(*missing[0], entries)
    text = _asked_again(named, history, entries, own) or named.text
    return Scope((Target(next(iter(found.values())), text),), None, ())


def _beside(
    sides: Sequence[Operand],
    asked: Question,
    history: Sequence[str],
    entries: Sequence[Entry],
    own: Sequence[str],
    context: Entry | None,
) -> Scope:
    """The targets of a question that sets places or years side by side."""
    place = sides[0].place or (context.place if context else "")
    if not place:
        years = [side.year for side in sides if side.year is not None]
        of_all = _places_of(years, entries)
        if len(of_all) != 1:
            fitting = [e.name for e in entries if e.place in of_all] or [e.name for e in entries]
            return Scope((), Reason.WHICH_REPORT, tuple(fitting)[:OFFERED])
        place = of_all.pop()
    several_places, several_years = ({getattr(side, what) for side in sides} for what in ("place", "year"))
    targets: list[Target] = []
    for side in sides:
        held = [e for e in entries if e.place == (side.place or place)]
        standing = asked.standing or understand_alone(side.text, own).standing
        standing = standing or (Standing.PLANNED if _SET.search(asked.normal) else None)
        if side.edition:
            side = replace(side, text=side.text.replace("当年", "今年"))
            names = tuple(e.name for e in held if e.year == side.year)
        else:
            names = _of(held, side.year, standing, context, sure=True)
        if not names:
            return _lacking(side.place or place, side.year, entries)
        if len(names) > 1 and side.year is None:
            return Scope((), Reason.WHICH_REPORT, names[-OFFERED:])
        is_told = _names_a_thing(side.text, own) and not (history and _POINTING.search(side.text))
        thing = side.text if is_told else _recalled_thing(side, history, entries, own)
        when = f"{side.year}年" if side.year and not side.edition and len(several_years | {None}) > 1 else ""
        where = side.place if len(several_places) > 1 and short(side.place) not in thing else ""
        where += "的" * thing.startswith("长")  # 浙江省 长寿
        plain = f"{where}{when}{thing}"
        is_open = _is_untimed(thing, side, asked, own)  # 浙江粮食产量比江苏多吗: the last result is meant
        targets.append(Target(names, f"{where}{when}去年{thing}" if is_open else plain, plain * is_open, _core(thing)))
    if len({target.names for target in targets}) == 1 and not several_places - {place}:
        return Scope((Target(targets[0].names, asked.normal),), None, ())
    return Scope(tuple(targets), None, ())


def _core(thing: str) -> str:
    """What is asked without its time and its asking word: the same for sides that are compared."""
    for _, pattern in SHIFTS:
        thing = pattern.sub("", thing)
    return re.sub("^的|的?(?:是|有)?多少.*$", "", thing)


def _is_untimed(thing: str, side: Operand, asked: Question, own: Sequence[str]) -> bool:
    """Whether a figure is asked for and of no time."""
    alone = understand_alone(thing, own)
    timed = side.year is not None or alone.year is not None or alone.shift is not None or asked.shift is not None
    return not timed and Standing.PLANNED not in (alone.standing, asked.standing) and alone.ask in FIGURES


def _recalled_thing(side: Operand, history: Sequence[str], entries: Sequence[Entry], own: Sequence[str]) -> str:
    """What an earlier question asked, of the side of one that names nothing: 山东呢？比重庆多还是少."""
    earlier = next((text for text in reversed(history) if _names_a_thing(text, own)), None)
    if earlier is None:
        return side.text
    before = named_in(earlier, entries)
    year = "" if side.year or not before.years else f"{before.years[0]}年"
    return f"{year}{_without(before, entries)}"


def _recalled(text: str, history: Sequence[str], entries: Sequence[Entry]) -> str:
    """The question with the sides that it only points at named: 它俩谁高, 比那会儿高吗."""
    if not history:
        return text
    said = [named_in(earlier, entries) for earlier in history]
    places = list(dict.fromkeys(place for named in said for place in named.places))[-2:]
    now = named_in(text, entries).places
    if len(now) == 1 and places and now[0] != places[-1]:  # 陕西呢？这两家谁高
        text = _BOTH.sub(f"{places[-1]}和{now[0]}", text, count=1)
    elif len(places) == 2:
        text = _BOTH.sub("和".join(places), text, count=1)
    if places:
        text = _IT.sub(places[-1], text, count=1)
    if places and (match := _WHO_MORE.match(text)):  # 浙江呢，谁更多
        now = named_in(match[1], entries).places
        if len(now) == 1 and now[0] != places[-1]:
            text = f"{places[-1]}和{text}"
    years = [(year, named.editions) for named in said for year in (named.editions or named.years)]
    if years:
        year, edition = years[-1]
        then = f"{year}年{'报告' * bool(edition)}"
        text = _THEN.sub(then, text, count=1)
        text = text if places else _THAT.sub(then, text, count=1)
    return text


def _lacking(place: str, year: int | None, entries: Sequence[Entry]) -> Scope:
    """A report of a year that a place has none of: the nearest ones are offered."""
    nearest = sorted((e for e in entries if e.place == place), key=lambda e: abs((e.year or 0) - (year or 0)))
    return Scope((), Reason.OTHER_YEAR, tuple(e.name for e in nearest[:2]))


def _places_of(years: Sequence[int], entries: Sequence[Entry]) -> set[str]:
    """The places that have a report of each of some years, or one that looks back on just that year; none without years."""
    held = {(e.place, e.year) for e in entries}
    places = {e.place for e in entries} if years else set()
    return {place for place in places if all({(place, year), (place, year + 1)} & held for year in years)}


def named_in(text: str, entries: Sequence[Entry]) -> Named:
    """What a question says of reports."""
    held = tuple(dict.fromkeys(e.place for e in entries if e.place))
    text = re.sub("中央(?=的?报告)|总理(?=的?报告)", NATION, paired_letters(simplified(text), held))
    named = held_places(text, held)
    if any(place != NATION for _, place in named):  # 广东是全国唯一…的省份, 内蒙古增速比全国低多少 ask one report
        named = [(w, place) for w, place in named if place != NATION or _is_a_side(text, w)]
    places = [place for _, place in named]
    for written, place in named:
        if written not in own_places([place]) and written != "总理":  # 总理 names an office as well
            text = re.sub(re.escape(written), place, text, count=1, flags=re.IGNORECASE)
    elsewhere: list[str] = []
    parts: list[tuple[str, str]] = []  # areas within held places: 宁波 of 浙江省
    for other in other_places(text, own_places(held)):
        above = next((place for place in held if place in ancestors(other)), None)
        if above and above not in places and (not places or _is_a_side(text, other) or COMPARED.search(text)):
            parts.append((other, above))
        elif not above and other not in places:
            elsewhere.append(other)
    places += [above for _, above in parts]
    mentions = _mentions(
        text, [w if w in own_places([place]) else place for w, place in named], [p for _, p in named], parts
    )
    editions = tuple(dict.fromkeys(year for m in mentions if m.edition for year in m.years))
    bare = text
    if match := _EDITION.search(text):
        editions = tuple(dict.fromkeys((*editions, *years_in(match[1]))))
        bare = f"{text[: match.start()]}{match[2] or match[3] or ''}{text[match.end() :]}"
    return Named(tuple(dict.fromkeys(places)), tuple(elsewhere), years_in(bare), editions, bare, text, mentions)


def _is_a_side(text: str, written: str) -> bool:
    """Whether a place is one of several asked about, not what another is measured by: joined, or with a year of its own."""
    name = re.escape(written)
    return is_joined(text, written) or bool(
        re.search(
            f"(?:19|20)\\d\\d年?的?(?:[国中][务央]?院?)?{name}|{name}(?:政府|工作|的)*(?:19|20)\\d\\d年|[,，、]{name}|{name}[^,，]{{0,12}}[,，、和与跟比][^,，]*{name}",
            text,
        )
    )


def _mentions(
    text: str, written: Sequence[str], places: Sequence[str], parts: Sequence[tuple[str, str]]
) -> tuple[Mention, ...]:
    """Where a text names places and years."""
    found: list[Mention] = []
    at = 0
    for name, place in zip(written, places, strict=True):
        start = text.find(name, at)
        if start >= 0:
            at = start + len(name)
            above = next((w for w in _above(place) if text[:start].endswith(w)), "")  # 平顶山湛河区
            found.append(Mention(start - len(above), at, place, (), False))
    for name, place in parts:
        start = text.find(name)
        if start >= 0 and all(start >= m.end or start + len(name) <= m.start for m in found):
            found.append(Mention(start, start + len(name), place, (), False, within=True))
    for match in YEAR.finditer(text):
        is_edition = bool(_RUN.match(text[match.end() :]))
        end = match.end() + (text[match.end() : match.end() + 1] in ("底", "末", "初"))
        found.append(Mention(match.start(), end, "", years_in(match.group()), is_edition))
    return tuple(sorted(found, key=lambda m: m.start))


def _above(place: str) -> list[str]:
    """The names of the areas that a place lies in, the longer ones first."""
    return sorted({written for area in ancestors(place) for written in (area, short(area))}, key=len, reverse=True)


def _of(
    held: Sequence[Entry],
    year: int | None,
    standing: Standing | None,
    context: Entry | None,
    sure: bool,
) -> tuple[str, ...]:
    """The reports of one place that may tell of a year, the likeliest first; all of them where no year is asked.

    Where it is sure that the place is meant and it has one report, that one is asked whatever the year: it may name it.
    """
    if sure and len(held) == 1:
        return (held[0].name,)
    if year is None:
        return (context.name,) if context in held and context else tuple(e.name for e in held)
    return tuple(e.name for e in telling(held, year, standing)[:TRIED])


def telling(held: Sequence[Entry], year: int, standing: Standing | None) -> list[Entry]:
    """The reports of one place that tell of a year: plans in its own year's, results in those that look back on it."""
    planned = [e for e in held if e.year == year]
    told = sorted(
        (e for e in held if e.year is not None and e.since is not None and e.since <= year < e.year),
        key=lambda e: e.year or 0,
    )
    return planned + told if standing is Standing.PLANNED else [*told[:1], *planned, *told[1:]]


def _nearest(place: str, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Held reports to offer for a place that is not held: those that share most of the areas it lies in come first."""
    around = ancestors(place) | {place}
    shared = sorted(entries, key=lambda e: -len(around & (ancestors(e.place) | {e.place})))
    return tuple(e.name for e in shared[:OFFERED])


def _asked_again(named: Named, history: Sequence[str], entries: Sequence[Entry], own: Sequence[str]) -> str:
    """The last full question with another place, year or time, where this one names nothing else: 那浙江呢. Else empty."""
    if not (named.places or named.years) or _names_a_thing(named.text, own):
        return ""
    earlier = next((text for text in reversed(history) if _names_a_thing(text, own)), None)
    if earlier is None:
        return ""
    before, now = named_in(earlier, entries), understand_alone(named.text, own)
    thing = _without(before, entries)
    if not named.years and (now.shift is not None or now.standing is Standing.PLANNED):  # 那重庆今年打算新增多少
        for _, pattern in SHIFTS:
            thing = pattern.sub("", thing)
        if now.shift is not None and now.shift < 0:  # 今年GDP目标, 去年呢
            thing = re.sub("(?:增长|增速|预期)?目标", "", thing)
        word = _TIMES.get(now.shift or 0, "") if now.shift is not None else ""
        return f"{word}{'计划' * (now.standing is Standing.PLANNED)}{thing}"
    year = next(iter(named.years or before.years), None)
    return f"{year or ''}{'年' * bool(year)}{thing}"


_TIMES = {-2: "前年", -1: "去年", 0: "今年", 1: "明年"}


def _names_a_thing(text: str, own: Sequence[str]) -> bool:
    alone = understand_alone(text, own)
    return any(concept.weight >= 1 and not YEAR.fullmatch(concept.text) for concept in alone.concepts)


def _without(named: Named, entries: Sequence[Entry]) -> str:
    """A question about one report without its place and year: what it asks."""
    text = named.text
    held = tuple(dict.fromkeys(e.place for e in entries if e.place))
    for written, place in held_places(text, held):
        if place in named.places:
            text = text.replace(written, _MARK)
    text = re.sub(r"(?:19|20)\d\d年?|(?<!\d)\d\d年", _MARK, text)
    level = "(?:[这那]?(?:省份|直辖市|省市|地方|省|市|年|地|人)(?!长))?的?(?:报告(?=[,，]))?"
    text = re.sub(f"{_MARK}(?:{_JOINED}{_MARK})*{level}", "", text)
    return re.sub("^[、,，和与跟及比]+|[、,，和与跟及比?？]+$", "", text).strip()


def narrowed(question: str, entry: Entry) -> str:
    """The question asked of one report, as a person could type it."""
    return f"{entry.place}{entry.year}年政府工作报告里，{question}" if entry.year else f"{entry.place}{question}"
