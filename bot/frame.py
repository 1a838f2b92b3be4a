"""What a question over several reports asks of each of them.

拿上海跟广东比一比，研发投入强度各是多少 puts two places into one frame, 研发投入强度多少. The places and years that take turns
become marks of one character; what the marks and the words that only relate them leave is what is asked. Where each
has words of its own (上海港和宁波舟山港) each is asked in those. Pure: knows places' names and questions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.places import PROPER
from bot.question import BARE_GOAL, SHIFTS, YEAR, concepts_of
from index.lexicon import lexicon
from index.tokens import part_of_speech


@dataclass(frozen=True, slots=True)
class Mention:
    """A place or years as a question names them, `text[start:end]`; `edition` where they are a report's own year.

    `within`: what is named is an area in the place (苏州), whose name is part of what is asked.
    """

    start: int
    end: int
    place: str
    years: tuple[int, ...]
    edition: bool
    within: bool = False


@dataclass(frozen=True, slots=True)
class Operand:
    """One of the things that a question sets side by side: a place, a year or both, and what is asked of it."""

    place: str
    year: int | None
    edition: bool
    text: str


_PLACE, _YEAR = "\ue000", "\ue001"
_MARK = f"[{_PLACE}{_YEAR}]"
_DEGREES = "高|低|多|少|快|慢|大|小|长|短|强|弱"
_CHOICE = (
    "(?:到底|究竟|看看)?(?:(?:谁|哪一?[个座](?:地方|省份|城市|地区|省|市)|哪一?[个省市年地边家方头届份]|哪[儿里])的?)"
)
_PROPER = re.compile(PROPER)
_REPORT = "(?:[那这]份)?(?:国务院|中央|全国|国家|总理)?的?(?:政府工作|政府|工作)?报告(?:里面|里|中|上|当中)?"
_SAID = f"(?:{_REPORT}|[说讲写提](?:到|过|出)?(?=的|多少|[:：]|[上去今]))"
_LEVELS = "(?:[这那]?[两几三四双各](?:个|家|份)?(?:省份|直辖市|省区市|省市|地方|地区|省|市|地|国|年)(?![长委级])|[两几三四双各]份|[省市](?=[和与跟比的、]))"
_BEFORE = re.compile(
    f"(?:拿|把|在|要是|如果|请问|问一?下|看看|看|从|到|至|整个|离|距|相当于|抵得?上|赶得?上|比得上|半个)+(?={_MARK})"
)
_LEAD = re.compile("^(?:同样|同|都|一样)(?:都)?(?:是|为|作为)(?P<what>[^,，]*)[,，]")
_AFTER = re.compile(
    f"(?<={_MARK})(?:{_LEVELS}|{_SAID}|[那这]份|人(?=[和与跟比谁哪现去今一,，的更平没{_PLACE}{_YEAR}]|$)|那边|这边|当中|之中|当时|的)+"
)
_PARTS = "[一二三四五六七八九十]分之[一二三四五六七八九十]"
_RELATING = (  # words that only say how the sides stand to each other
    "放(?:在)?一(?:起|块儿?)(?:来)?(?:看|比)?|比一比|比一下|比较一?下|比比看?|比起来|做个?(?:对比|比较)|(?:相|对|作|做)比(?:较)?(?!例|重)一?下?|pk|PK|vs\\.?|VS|"
    "差[距别][大多远高]不[大多远高]|还?相?差(?:距)?(?:有|是)?(?:了|出)?(?:大概|大约)?(?:多少|多大|几[十百千万]*)(?:个百分点|百分点|个点|公里|[个家万亿岁倍点])*|相差?|之间的?(?:差距?)?|"
    "是不是|有没有|难道|应该|追上|超过了?|比不比得?上|的?(?:多少|几)倍|(?:涨|翻|增|多|降|变)了?(?:多少|几)倍?(?=[呢吗了？?]*$)|"
    "(?:多|少|高|低|长|短)(?:了|出)?(?:大概|大约)?几[十百千万]+[\u4e00-\u9fff]{0,3}$|"
    f"的?(?:一半|{_PARTS})(?:都|也|还)?(?:不到|没有|没到)?|(?:能|可以)?顶(?:得上)?(?:多少|几)个?|不如|不及|一样(?:多|高)?|相同|持平|"
    "[,，]?一个[是定]?(?=多少)|(?:隔壁)?邻居|兄弟(?:省份?|俩)?|老对手|(?:把)?这?[两几]个?(?:数字?|数据)都?[报说列给写](?:一?下|出来|给我)?|(?:怎么|如何|咋|怎样)排(?:序|名|位|的)?|多(?=增长|增了)|"
    "的?(?:[一二两三四五六七八九十]|\\d+(?:\\.\\d+)?)倍(?:多|以上|左右|不止)?(?:了|吧)?(?=[吗呢了？?]*$)|排一?排|排个?[序队名]|排一?下[序队名]?|从[高大多]到[低小少]|从[低小少]到[高大多]|分别|各自|各(?!地|级|类|项|种|界|国|省|市|县|区|族|行|业|方|部|个|位|界)|都是(?=多少)|加起来|加一块儿?|加在一起|合起来|"
    "(?:是)?(.)?(?:多|少|高|低|长|短|快|慢|大|小)了?还是\\1(?:多|少|高|低|长|短|快|慢|大|小)了?|"
    "[涨增降跌升][了没](?:吗|没有?)?$|[多少](?=[收产建挣拿卖种](?:了|出)?多少)|[又也](?=[是有提定安说]|多少)|写的?(?=多少)|所?报的|全国(?:平均)?水平|^[讲说](?=[上去今过])|[两几三四双](?:个?(?:省份|地方|省|市|地|国|年)|家|者|边)(?=各|都|分别|谁|哪|$)|(?:它|他|她)(?:们)?[俩两]?个?(?=谁|哪|各|的|$)|两者|二者|双方|两边|还是(?=[,，？?]|$)|还是.{0,2}的?$|"
    "(?:麻烦|请|帮我|给我|都?给我|我?想(?:知道|问|了解)|我指的?是?|我(?:在|要)写)"
)
_VERB = "(?:定|涨|增|升|降|长|开|来|走|跑|建|产|卖|排|显|花|算|增长|提高|上涨|下降)"
_GROWN = dict.fromkeys(["涨", "增", "升", "增长", "提高", "上涨"], "增速") | {"定": ""}  # 涨得快 asks how fast
_RELATED = re.compile(_RELATING)
_CHOSEN = re.compile(
    f"(?:是|属|[定设排]得)?{_CHOICE}(?:的)?(?:更|最|还|比较)*(?:(?P<verb>{_VERB})得)?(?:更|最|还|比较)*(?:(?:{_DEGREES})(?:一?[些点])?(?=[呢吗了？?,，]|$))?"
)
_JUDGED = re.compile(
    f"(?:是|属|[定设排]得)?{_CHOICE}(?P<judged>[^,，]{{1,8}})$|(?:(?P<verb>{_VERB})|[\u4e00-\u9fff])得(?:更|最|还|比较|很|要|不)*[\u4e00-\u9fff]{{1,2}}$"
)
_TAILS = re.compile("(?:来着|一下|了没有?|没有|没|[吗呢吧啊呀了]|(?<![什怎这那多])么)+$")
_ENDS = re.compile(
    f"(?P<verb>{_VERB}得)?(?:更|最|还|比较|要|不)*(?<![多什])(?P<how>{_DEGREES})(?:(?:不|还是|或)(?:高|低|多|少|快|慢|大|小|长|短))?(?:过|了|出|一?[些点]|(?P<more>(?:多少|几)(?P<unit>[\u4e00-\u9fff]{{0,3}})))*$"
)
_EDGES = re.compile("^[和与跟及同比、,，对有;；的]+|(?:(?<!占)比|[和与跟及同、,，对有;；])+$|(?<=[\u4e00-\u9fff])是$")
_DIFFERENCE = re.compile(  # 比贵州多几百公里: what is counted
    "[多少高低长短差](?:了|出)?(?:大概|大约)?(?:多少|几)?[十百千万亿]*(?P<unit>公里|家|人|岁|吨|斤|辆|套|所|张|座|户)"
)
COMPARED = re.compile(
    "谁|哪[个边家方儿里]|[高低多少快慢大小长短]还是|相?差(?:多少|距)|相差|分别|各[是有]|比.*[高低多少快慢大小长短]|(?:是|有).*的[\\d一二两三四五六七八九十几多][\\d.少]*倍"
)
_STOPS = re.compile("[,，;；?？:：。!！]")
_WHOLE = re.compile("^(?:[里中]?(?:全[国省市区]|当年|那年|同期|自己|自家)的?)+")
_STOP = re.compile("[,，;；?？:：。!！()（）]")
_PARENTHESES = re.compile("[()（）]")
_ASKS = re.compile("(?:多少|几)[\u4e00-\u9fff]{0,3}$|多长$|(?:叫|是)?(?:什么|谁)(?:名字)?$")
_SPAN = re.compile("从.{0,2}(?:19|20)\\d\\d.*[到至]")
_CHANGE = re.compile("(?:增加|减少|提高|上升|下降|增长|变化)了?(?=多少)")
_GOAL = re.compile("(?:增长|增速)(?:预期)?目标")  # of the economy, where nothing else is named
_NOW = re.compile("(?:现在|目前|当前|眼下)的?")
_LONG = re.compile("(?<![省市县区州部局院校厂首会队])[长短]$")


def operands(text: str, mentions: Sequence[Mention]) -> tuple[Operand, ...]:
    """What a question sets side by side, in order, with what it asks of each; empty where it names less than two."""
    text, mentions = _without_editions(text, mentions)
    places = list(dict.fromkeys(m.place for m in mentions if m.place))
    years = list(dict.fromkeys(year for m in mentions for year in m.years))
    if len(places) < 2 and len(years) < 2:
        return ()
    edition = any(m.edition for m in mentions)
    if len(places) < 2:
        place = places[0] if places else ""
        change = _CHANGE.search(text, max(m.end for m in mentions))
        if change and _SPAN.search(text):  # by how much follows from the two
            text = text[: change.start()] + text[change.end() :]
        things = _things(text, [m for m in mentions if m.years], [m for m in mentions if not m.years])
        asked = {year: thing for m, thing in things for year in m.years}
        return tuple(Operand(place, year, edition, asked[year]) for year in years)
    sides = [m for m in mentions if m.place]
    dates = [m for m in mentions if m.years]
    own = _own_years(text, sides, dates)
    things = _things(text, sides, dates)
    found: dict[tuple[str, int | None], Operand] = {}
    for side, thing in things:
        for year, is_edition in own.get(side.place) or [(None, False)]:
            found.setdefault((side.place, year), Operand(side.place, year, is_edition, thing))
    return tuple(found.values())


def _without_editions(text: str, mentions: Sequence[Mention]) -> tuple[str, Sequence[Mention]]:
    """Text and mentions without the editions that only say where to look: 1991年与1997年哪年多（看1992、1998年报告）; 2010年报告里09年."""
    plain = [m for m in mentions if m.years and not m.edition]
    told = {year for m in plain for year in m.years}
    editions = [m for m in mentions if m.years and m.edition]
    looked_up = [m for m in editions if all(m.start > other.end for other in plain)]
    if len(told) > 1 and looked_up == editions != []:
        start = max((m.end() for m in _STOP.finditer(text, 0, editions[0].start)), default=editions[0].start)
        end = next((m.start() for m in _STOP.finditer(text, editions[-1].end)), len(text))
        return text[:start] + " " * (end - start) + text[end:], [m for m in mentions if m not in editions]
    one_place = len({m.place for m in mentions if m.place}) < 2
    if (
        one_place
        and len(told) == len(editions) == 1
        and editions[0].years == (max(told) + 1,)
        and not COMPARED.search(text)
    ):
        return text, [m for m in mentions if m not in editions]
    return text, mentions


def _own_years(
    text: str, sides: Sequence[Mention], dates: Sequence[Mention]
) -> dict[str, list[tuple[int | None, bool]]]:
    """The years of each place: its own where they are told apart, else all of them."""
    places = list(dict.fromkeys(side.place for side in sides))
    of: dict[str, list[tuple[int | None, bool]]] = {}
    for date in dates:
        nearest = min(sides, key=lambda side: (_gap(text, side, date), side.start))
        of.setdefault(nearest.place, []).extend((year, date.edition) for year in date.years)
    lone = next((place for place in places if place not in of), None)
    own_time = lone is not None and any(
        pattern.search(text[side.start : side.end + 6]) or _NOW.match(text[side.end :])
        for side in sides
        if side.place == lone
        for _, pattern in SHIFTS
    )
    if len(of) == len(places) or (of and own_time) or any(date.edition for date in dates):
        return of
    whole: list[tuple[int | None, bool]] = [(year, date.edition) for date in dates for year in date.years]
    return dict.fromkeys(places, whole) if whole else {}


def _gap(text: str, one: Mention, other: Mention) -> int:
    """Characters between two mentions; a stop between them counts for many."""
    between = text[min(one.end, other.end) : max(one.start, other.start)]
    return len(between) + 20 * len(re.findall("[,，;；?？和与跟比]", between))


def _things(text: str, sides: Sequence[Mention], others: Sequence[Mention]) -> list[tuple[Mention, str]]:
    """Each side, where it is named first, with what is asked of it."""
    first = {side.place or side.years: side for side in reversed(sides)}
    again = [side for side in sides if first[side.place or side.years] is not side]
    sides = [side for side in sides if side not in again]
    marked, labels = _marked(_PARENTHESES.sub(",", text), sides, [*others, *again])
    marked = _LEAD.sub(
        lambda m: "" if _is_thing(_bare(re.sub(_MARK, "", marked[m.end() :]))) else m["what"] + ",", marked
    )
    for _ in range(2):
        marked = _AFTER.sub("", _BEFORE.sub("", marked))
    before, *parts = marked.replace(_YEAR, "").split(_PLACE)
    last, *rest = _STOPS.split(parts[-1].lstrip(",，、"), maxsplit=1)
    behind = "".join(rest)
    told = [_bare(part) for part in (*parts[:-1], last)]
    if re.search(_CHOICE, last) and any("多少" in clause and _is_thing(clause) for clause in _clauses(behind)):
        told[-1] = ""  # 谁更长寿，预期寿命各多少: the judging clause comes first
    things = [part for part in told if _is_thing(part)]
    head = _leading(before, things)
    tail = _asking(behind, asked=bool(things), figures="多少" in "".join([head, *told]))
    differing = _DIFFERENCE.search(text)
    ask = next((m.group() for part in told if (m := _ASKS.search(part)) and "点" not in m.group()), "多少")
    ask += differing["unit"] if differing and ask == "多少" else ""
    found: list[tuple[Mention, str]] = []
    for number, side in enumerate(sides):
        mine = _own_or_shared(number, told, things)
        if tail and "多少" not in tail:
            mine = _ASKS.sub("", mine)
        found.append((side, _question(f"{head}{labels[number]}{mine}{tail}", ask)))
    return found


def _leading(before: str, things: Sequence[str]) -> str:
    """What stands before the sides: GDP目标，江苏和浙江…; clauses that only lead up to what is asked are left out."""
    *context, own = _STOPS.split(before)
    head = _bare(own)
    said = [head, *things]
    is_asked = _is_known if any(map(_is_thing, said)) else _is_thing
    clauses = [bare for clause in context if is_asked(bare := _bare(clause))]
    if clauses and not any(map(_is_known, said)):
        return f"{clauses[-1]}{head}"
    when = next((w for clause in context if (w := _time_of(clause))), "")
    return head if _time_of(head) else f"{when}{head}"


def _own_or_shared(number: int, told: Sequence[str], things: Sequence[str]) -> str:
    """What a side says itself, or in its own time what the nearest other one says: 天津今年的GDP目标和上海去年的."""
    mine = told[number]
    is_whole = not mine.endswith("的") and not any(mine != t and mine.rstrip("的") in t for t in things)
    others = (*reversed(told[:number]), *told[number + 1 :])
    last = _WHOLE.sub("", mine)
    if whole := next((t for t in others if last and t != last and t.endswith(last)), ""):  # 全国的目标 behind GDP目标
        return whole
    if _is_thing(mine) and is_whole:
        return mine
    other = next((t for t in others if t and t in (things or told)), "")
    when = _time_of(mine)
    if not other or other == mine:
        return mine
    return f"{when}{_untimed(other)}" if when else other


def _marked(text: str, sides: Sequence[Mention], others: Sequence[Mention]) -> tuple[str, list[str]]:
    """The text with its sides and the other mentions as marks, and the proper name that a side begins: 上海港."""
    labels: dict[int, str] = {}
    pieces: list[str] = []
    at = 0
    for mention in sorted([*sides, *others], key=lambda m: m.start):
        if mention.start < at:
            continue
        pieces.append(text[at : mention.start])
        pieces.append(_PLACE if mention in sides else _YEAR)
        at = mention.end
        if mention in sides:
            name = _PROPER.match(text, at) if mention.place else None
            at = name.end() if name else at
            labels[mention.start] = text[mention.start : at] if name or mention.within else ""
    return "".join([*pieces, text[at:]]), [labels.get(side.start, "") for side in sides]


def _bare(part: str) -> str:
    """A stretch without the words that relate the sides."""
    part = _TAILS.sub("", _RELATED.sub("", _NOW.sub("", part).strip(" ,，?？")))
    part = _JUDGED.sub(_growth_or_nothing, part)
    part = _CHOSEN.sub(lambda m: _GROWN.get(m["verb"] or "", m["verb"] or ""), part)
    part = _TAILS.sub("", _EDGES.sub("", part))
    ends = _ENDS.search(part)
    if ends and not _is_word(part, ends):
        unit = "" if "点" in (ends["unit"] or "") else ends["unit"]  # a difference's, not the sides' own
        asks = f"多少{unit}" if ends["more"] else "多长" if _LONG.search(ends["how"]) else ""
        verb = (ends["verb"] or "").rstrip("得")
        part = part[: ends.start()] + _GROWN.get(verb, verb) + asks
    return _EDGES.sub("", part)


def _growth_or_nothing(match: re.Match[str]) -> str:
    """What stays of a judgement such as 谁卡得更严: nothing, but that growth was judged, or the thing it names."""
    judged = match["judged"]
    if judged is None:
        return _GROWN.get(match["verb"] or "", match["verb"] or "")
    grown = next((verb for verb in _GROWN if judged.startswith(f"{verb}得")), "")
    names = _is_known(judged) or "的" in match.group() or "多少" in judged or bool(_time_of(judged))
    return match.group() if names and not grown else _GROWN.get(grown, "")


def _is_word(part: str, ends: re.Match[str]) -> bool:
    """Whether the degree at the end is the end of a word: 增长, 省长."""
    if ends["more"] or ends["verb"]:
        return False
    pair, word = part[max(0, ends.start("how") - 1) : ends.end("how")], part[: ends.start("how")][-2:]
    return (
        len(pair) == 2
        and pair[0] not in "更最还要不比谁"
        and word not in ("目标", "数量", "比例")
        and (bool(part_of_speech(pair)) or pair[0] in "省市县区州")
    )


def _clauses(text: str) -> list[str]:
    """The clauses of a stretch that say something once the relating words are out."""
    return [bare for clause in _STOPS.split(text) if (bare := _bare(clause))]


def _asking(text: str, *, asked: bool, figures: bool) -> str:
    """What stands behind the sides, without a clause that only judges: 哪儿空气最差 behind 分别是多少."""
    kept: list[str] = []
    for clause in _STOPS.split(text):
        bare = _bare(clause)
        judges = bool(re.search(_CHOICE, clause)) and asked
        if "多少" in bare or _time_of(bare) or (_is_thing(bare) and not judges and not figures):
            kept.append(bare)
            figures = figures or "多少" in bare
    return "".join(kept)


def _is_thing(text: str) -> bool:
    return bool(_GOAL.search(text)) or any(
        c.weight >= 1 and not YEAR.fullmatch(c.text) for c in concepts_of(_untimed(text))
    )


def _is_known(text: str) -> bool:
    """Whether a text names a thing of the lexicon."""
    return any(c.weight >= 1 and c.text in lexicon().variants for c in concepts_of(_untimed(text)))


def _time_of(text: str) -> str:
    found = next((m for _, pattern in SHIFTS if (m := pattern.search(text))), None)
    return found.group() if found else ""


def _untimed(text: str) -> str:
    for _, pattern in SHIFTS:
        text = pattern.sub("", text)
    return text


def _question(text: str, ask: str) -> str:
    """The question as one puts it to one report: 多少 once, at its end where nothing asks."""
    text = BARE_GOAL.sub(r"\1经济\2", text)
    text = re.sub("(?:多少){2,}", "多少", _EDGES.sub("", text.strip(" ?？")))
    text = re.sub("多少(?=.*(?:多少|几))(?![\u4e00-\u9fff]{0,3}$)", "", text)
    asks = re.search("多少|几[个家所条座]|多[长大高]|什么|谁|叫|哪|何时|目标$|how|what", text)
    if asks:
        return text
    return f"{text}{'多少公里' if '里程' in text and ask == '多少' else ask}"
