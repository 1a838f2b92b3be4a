"""Which reports a question is about.

Fail closed: what a question says of place and year filters the reports before anything is searched. A place or year
that is not held is declined; where the question, or the chat before it, leaves several reports, it asks back.
Pure: knows questions, places and the library's entries, nothing of passages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.across import wants_order
from bot.compound import understand
from bot.places import NATION, ancestors, held_places, is_joined, other_places, own_places, paired_letters
from bot.question import FIGURES, SHIFTS, YEAR, understand_alone, years_in
from bot.reason import Reason
from index.chinese import simplified
from index.library import Entry
from index.passages import Standing

TRIED = 2  # reports that may tell of a year, the likeliest first
OFFERED = 6  # reports named when asking back


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked, and the reports that may answer it, the likeliest first."""

    names: tuple[str, ...]
    text: str


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


_YEARS = r"((?:(?:19|20)\d\d年?|(?<!\d)\d\d年)(?:[、和与跟,，](?:19|20)\d\d年?)*)(?:度|的)?"
_EDITION = re.compile(
    f"{_YEARS}(?:([\u4e00-\u9fff]{{0,6}}?)(?:政府工作|政府|工作)报告|(全国|国务院|中央|国家|总理|[\u4e00-\u9fff]{{2,5}}[省市区县])?的?报告)"
    "(?:中|里面?|上|提到|说|指出)?的?"
)
_EDITIONS = re.compile(r"((?:19|20)\d\d年)(?:政府工作)?报告([、和与跟])((?:19|20)\d\d年)的?(?:政府工作)?报告")
_JOINED = "(?:[、,，和与跟及同比]|以及|还有|对比|相比|还是)*"
_MARK = "\x00"
_DEGREES = "高|低|多|少|快|慢|大|小|(?<![省市县区州部局院校厂首])长|短"
_LONGER = re.compile("(?:更|比较|最)?(?<![省市县区州部局院校厂首])[长短][吗呢些一点]*$")
_NOW = re.compile("(?:现在|目前|当前|眼下)的?")
_RELATION = re.compile(
    f"[,，](?:哪一?[个省市地年]|谁)[省市]?(?:更|最)?(?:{_DEGREES})[吗呢]?$|得?(?:{_DEGREES})还是|分别|各自|各(?=[\u4e00-\u9fff]{{0,4}}(?:多少|几))|各(?=是|有)|(?:之间)?(?:相差|差)(?:了)?多少|(?:谁|哪个|哪一个|哪边|哪省|哪年|哪一年|哪里)(?:的)?(?:更|比较|最|定得)?(?:{_DEGREES})|"
    f"[更]?(?:{_DEGREES})(?:多少|还是.{{1,2}})|比一比|排个?序|排一下|相比|对比|比较(?=.{{0,2}}$)|(?:{_DEGREES})吗|对比一?下"
)


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
    named = named_in(text, entries)
    if named.elsewhere and not named.places and not named.editions:
        return Scope((), Reason.OTHER_PLACE, _nearest(named.elsewhere[0], entries))
    asked = understand(named.text, history, own_places=own)
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
        if len(of_all) == 1:  # 2018年和2022年的赤字率: one place has reports right of these years
            found = {key: names for key, names in found.items() if key[0] in of_all}
        if len({place for place, _ in found}) != 1:
            fitting = [n for names in found.values() for n in names] or [e.name for e in entries]
            return Scope((), Reason.WHICH_REPORT, tuple(dict.fromkeys(fitting))[:OFFERED])
    if several := [names for (_, year), names in found.items() if len(names) > 1 and year is None]:
        return Scope((), Reason.WHICH_REPORT, several[0][-OFFERED:])
    if missing := [key for key, names in found.items() if not names]:
        place, year = missing[0]
        nearest = sorted((e for e in entries if e.place == place), key=lambda e: abs((e.year or 0) - (year or 0)))
        return Scope((), Reason.OTHER_YEAR, tuple(e.name for e in nearest[:2]))
    if len(set(found.values())) == 1:
        text = _asked_again(named, history, entries, own) or named.text
        return Scope((Target(next(iter(found.values())), text),), None, ())
    rest = _each(_without(named, entries, years=len(named.years) > 1))
    open_ended = not named.editions and asked.year is None and asked.shift is None and asked.standing is None
    figure = understand_alone(rest, own).ask in FIGURES
    if not figure and wants_order(asked) and not rest.endswith("目标"):  # 吞吐量谁大 asks for figures
        rest = f"{_LONGER.sub('', rest)}{'多长' if _LONGER.search(named.text) else '多少'}"
    if open_ended and (figure or wants_order(asked)):  # 浙江粮食产量比江苏多吗: people then mean the result
        rest = f"去年{_NOW.sub('', rest)}"
    several_years = len(years) > 1 and not named.editions
    return Scope(
        tuple(
            Target(names, f"{place if len(places) > 1 else ''}{f'{year}年' if year and several_years else ''}{rest}")
            for (place, year), names in found.items()
        ),
        None,
        (),
    )


def _places_of(years: Sequence[int], entries: Sequence[Entry]) -> set[str]:
    """The places that have a report of each of some years, or one that looks back on just that year; none without years."""
    held = {(e.place, e.year) for e in entries}
    places = {e.place for e in entries} if years else set()
    return {place for place in places if all({(place, year), (place, year + 1)} & held for year in years)}


def named_in(text: str, entries: Sequence[Entry]) -> Named:
    """What a question says of reports."""
    text = simplified(text)
    editions: tuple[int, ...] = ()
    text = _EDITIONS.sub(r"\1\2\3报告", text)
    if match := _EDITION.search(text):
        editions = years_in(match[1])
        whose = match[2] or match[3] or ""
        whose = re.sub("中央|总理", NATION, whose)
        text = f"{text[: match.start()]}{whose}{text[match.end() :]}"
    held = tuple(dict.fromkeys(e.place for e in entries if e.place))
    text = paired_letters(text, held)
    named = held_places(text, held)
    if any(place != NATION for _, place in named):  # 广东是全国唯一…的省份, 内蒙古增速比全国低多少 ask one report
        named = [(written, place) for written, place in named if place != NATION or is_joined(text, written)]
    places = [place for _, place in named]
    for written, place in named:
        if written not in own_places([place]) and written != "总理":  # 总理 names an office as well
            text = re.sub(re.escape(written), place, text, count=1, flags=re.IGNORECASE)
    elsewhere = []
    for other in other_places(text, own_places(held)):
        above = [place for place in held if place in ancestors(other)]
        if above and not places:
            places += above[:1]
        elif not above and other not in places:
            elsewhere.append(other)
    return Named(tuple(dict.fromkeys(places)), tuple(elsewhere), years_in(text), editions, text)


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
    return planned + told if standing is Standing.PLANNED else told + planned


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
    thing = _without(before, entries, years=True)
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


def _each(text: str) -> str:
    """What is asked of each report where the question asks which is more: 哪个去年新增就业多 is 去年新增就业多少."""
    text = re.sub(
        f"^(?:哪一?个|哪边|哪省|谁)的?|(?:[,，]哪[年个省市]|谁的)(?=.+(?:{_DEGREES})[吗呢些一点]*$)", "", text
    )
    text = re.sub("(?:(?:谁|哪一?个)最?[多少高低大小])?[,，?？]都?各?(?=多少)", "", text).replace("有没有多", "有多")
    text = re.sub("(?:哪一?个|谁)?(?:增长?|涨|升|增加)得(?:更|最)?(?:快|慢|多|少)[吗呢些一点]*$", "增速", text)
    return re.sub(
        "(?:更|比较|最|定得)?(?:高|低|多(?!少)|(?<!多)少|快|慢|大|小)[吗呢些一点]*$",
        "多少",
        text,
    )


def _names_a_thing(text: str, own: Sequence[str]) -> bool:
    alone = understand_alone(text, own)
    return any(concept.weight >= 1 and not YEAR.fullmatch(concept.text) for concept in alone.concepts)


def _without(named: Named, entries: Sequence[Entry], *, years: bool) -> str:
    """The question without its places (and years), and without what relates them: what is asked of each report."""
    text = named.text
    held = tuple(dict.fromkeys(e.place for e in entries if e.place))
    for written, place in held_places(text, held):
        if place in named.places:
            text = text.replace(written, _MARK)
    if years:
        text = re.sub(r"(?:19|20)\d\d年?|(?<!\d)\d\d年", _MARK, text)
    level = "(?:[这那]?[两几三四]?[个年省市]?(?:省份|直辖市|省市|地方|省|市|年|地|人)(?!长))?的?(?:报告(?=[,，]))?"
    for _ in range(2):  # 天津人和浙江人
        text = re.sub(f"{_MARK}(?:{_JOINED}{_MARK})*{level}", _MARK, text)
    text = re.sub(f"{_MARK}(.{{1,8}}){_JOINED}{_MARK}\\1", f"{_MARK}\\1", text)  # 湖北省长和江苏省长
    text = _RELATION.sub("", text).replace(_MARK, "")
    return re.sub("^[、,，和与跟及比]+|[、,，和与跟及比?？]+$", "", text).strip()


def narrowed(question: str, entry: Entry) -> str:
    """The question asked of one report, as a person could type it."""
    return f"{entry.place}{entry.year}年政府工作报告里，{question}" if entry.year else f"{entry.place}{question}"
