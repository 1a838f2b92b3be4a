"""Questions that are more than one, or less than one.

"GDP多少，增速呢" asks two things; "那增长呢？" leans on what was asked before it. Knows questions, no reports.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.question import (
    BY_HOW_MUCH,
    FIGURES,
    SHIFTS,
    YEAR,
    Ask,
    Concept,
    Question,
    concepts_of,
    understand_alone,
    what_is_asked,
)
from index.lexicon import lexicon
from index.passages import Standing

SWAPPED = 0.35  # the same where the later question only puts another thing in its place: 那背街小巷呢
INHERITED = 0.6  # weight that a concept keeps when a later question names something of its own

# -- less than one: follow-ups ----------------------------------------------------------------------


def understand(text: str, history: Sequence[str] = (), *, own_places: Sequence[str] = ()) -> Question:
    """Understand a question; a leaning one ("那增长呢？") takes what it lacks from the questions before it.

    `own_places` are the names of the report's own place, which say nothing about what is asked.
    """
    question = understand_alone(text, own_places)
    if not history:
        return question
    if question.follows and (retold := _retold(question.normal, history[-1])):
        again = understand_alone(retold, own_places)
        timed = again.year is not None or again.shift is not None or again.standing is not Standing.ACHIEVED
        return replace(again, text=text, standing=again.standing if timed else None)  # 二期呢: perhaps yet to come
    before = understand(history[-1], history[:-1], own_places=own_places)
    return lean(question, before) if _leans(question, before) else question


def _leans(question: Question, before: Question) -> bool:
    """Whether a question needs the one before it: it says so, or names nothing but a part of what that one named."""
    things = [c.text for c in question.concepts if c.weight >= 1 and not YEAR.fullmatch(c.text)]
    whole = [c.text for c in before.concepts]
    return question.follows or all(any(thing in text and thing != text for text in whole) for thing in things)


def lean(question: Question, before: Question) -> Question:
    """Fill what a leaning question leaves out from the one before it."""
    question = replace(question, concepts=tuple(c for c in question.concepts if not YEAR.fullmatch(c.text)))
    whole = {c.text for c in before.concepts}  # 今年产多少 after 粮食产量 names nothing new
    parted = tuple(c for c in question.concepts if not any(c.text in text and c.text != text for text in whole))
    question = replace(question, concepts=parted)
    own = [c for c in question.concepts if c.weight >= 1]
    same = {v for c in question.concepts for v in c.variants}
    kept = tuple(
        c
        for c in before.concepts
        if not same & set(c.variants) and not (own and _rival(own, c)) and not _is_the_whole(before.normal, c)
    )
    if _ALL_OF_THEM.search(question.normal):  # 新增多少，现在总共多少
        kept = tuple(c for c in kept if not _NEW.match(c.text))
    timed = question.year is not None or question.shift is not None
    bare = question.ask is Ask.KEYWORD or (question.ask is Ask.NAME and not _WHICH.search(question.normal))
    if question.ask is Ask.AMOUNT and not question.concepts and _MUCH.search(question.normal):  # 今年要到多少
        bare = before.ask in (Ask.SHARE, Ask.MONEY, Ask.COUNT)
    deeds = tuple(c for c in question.concepts if c.weight < 1)
    if deeds and not own:  # 新增的呢: what is done is all that is new, and takes the place of what was done
        kept = tuple(c for c in kept if c.weight >= 1 and not _rival(deeds, c))
        question = replace(question, concepts=tuple(replace(c, weight=1.0) for c in deeds))
    if own:  # what is asked now matters more than what was asked before
        swapped = question.follows and not _OF_IT.search(question.normal)
        kept = tuple(replace(c, weight=c.weight * (SWAPPED if swapped else INHERITED)) for c in kept)
    told: tuple[str, ...] = (before.before, before.normal)
    if _ALL_OF_THEM.search(question.normal):
        told = tuple(_NEW.sub("", text) for text in told)
    return replace(
        question,
        concepts=(*kept, *question.concepts),
        ask=before.ask if bare else question.ask,
        unit=before.unit if bare else question.unit,
        counted=before.counted if bare else question.counted,
        year=question.year if timed else before.year,
        shift=question.shift if timed else before.shift,
        standing=question.standing if question.standing or timed else before.standing,
        before=" ".join(filter(None, (_untimed(t) if timed else t for t in told))),
    )


_MUCH = re.compile("多少[呢啊]?[?？]?$")
_ALL_OF_THEM = re.compile("总共|一共|总数|总量|合计|累计|目前有|现在有|现有")
_NEW = re.compile("新(?:增|建|引进|开|设|办|登记|注册|认定|培育)|净增")
_OF_IT = re.compile("其中|里面|当中|^(?:它|这个|这些|该|那里|那儿)")


def _is_the_whole(text: str, concept: Concept) -> bool:
    """Whether a question only names a thing as what another is a part of: 占GDP多少."""
    return bool(re.search(f"占(?:全?[国省市县区])?的?{re.escape(concept.text)}", text, re.IGNORECASE))


_WHICH = re.compile("哪[个家所条项部块](?!数)|名[称字]|叫(?:什么|啥)")  # asks for a name, whatever was asked before
_INSTEAD = re.compile("^(?:那么?|还有|另外)?(?P<thing>[^,，;；?？]{2,8}?)的?呢(?P<rest>[,，].*)?[?？。]?$")
_NUMBERED = re.compile("[\\d一二三四五六七八九十]+(期|号线|号楼|号井|号机组|中|小|院)")
_TOWN = ("城镇居民", "城市居民", "城里人", "城镇", "城市", "城里", "市民")
_COUNTRY = ("农村居民", "农牧民", "乡下人", "村里人", "农民", "农村", "乡下", "村里")


def _retold(text: str, before: str) -> str | None:
    """The question before with another thing in its place: 城里人收入多少 for 那城里人呢 after 农村居民收入多少."""
    match = _INSTEAD.match(text)
    if not match:
        return None
    if number := _NUMBERED.fullmatch(match["thing"]):
        alike = [m for m in _NUMBERED.finditer(before) if m[1] == number[1] and m.group() != number.group()]
        if alike:
            return f"{before[: alike[-1].start()]}{number.group()}{before[alike[-1].end() :]}{match['rest'] or ''}"
    rows: list[Mapping[str, int]] = [{word: side for side, words in enumerate((_TOWN, _COUNTRY)) for word in words}]
    rows += [rivals.thing for rivals in lexicon().rivals]
    for row in rows:
        others = sorted((w for w in row if w in before and row.get(match["thing"], row[w]) != row[w]), key=len)
        if others and len({row[word] for word in others}) == 1:
            return before.replace(others[-1], match["thing"]) + (match["rest"] or "")
    return None


def _untimed(text: str) -> str:
    """A question without its times, where the one that leans on it has a time of its own: 今年呢."""
    for _, pattern in SHIFTS:
        text = pattern.sub("", text)
    return YEAR.sub("", text).strip()


_RIVALS = (
    ("城镇", "城市", "城里", "市民", "农村", "农民", "乡村", "居民", "城乡"),
    ("第一产业", "第二产业", "第三产业", "一产", "二产", "三产", "农业", "工业", "服务业"),
    ("pm10", "pm2.5"),
    ("国家级", "省级", "市级"),
    ("新建", "新修", "新改建", "养护", "维修", "改造", "拆除"),
    ("开工", "建成", "完工", "签约"),
    ("收储", "出让"),
)


def _rival(own: Sequence[Concept], other: Concept) -> bool:
    """A word of the same row replaces the earlier one: 农村 after 城镇."""
    for row in _RIVALS:
        if any(v in row or any(v.startswith(r) for r in row) for v in other.variants) and any(
            v in row or any(v.startswith(r) for r in row) for c in own for v in c.variants
        ):
            return True
    return False


# -- more than one ----------------------------------------------------------------------------------

_STOPS = re.compile("[,;?。!？，；、]+|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_AND = re.compile("和|与|跟|以及|还是|、|,| and | or | vs\\.? |比(?!例|重|较|上年|去年|全[国省市区]|平均)")
_BOTH = re.compile(
    "分别|各是|各有|各多少|哪个|哪一?个|哪边|哪一?方|哪头|谁|比(?!例|重|全[国省市区]|平均)|相差|差多少|多还是|高还是|对比|还是|都是多少|compare|difference|which|both|respectively"
)
_GROWTH_TOO = re.compile(
    "^(?P<thing>[^,]{2,}?)(?:和|与|及|以及|、)(?:同比)?(?P<growth>增速|增幅|增长率|涨幅)(?:各|分别)?(?:都)?(?:是|有)?(?:多少)?(?P<rest>[^,多少几]{0,8})$"
)
_ASKS = re.compile(
    "多少|好多|几(?![乎十百千万])|哪|谁|什么|么事|啥|咋|怎么|怎样|如何|为何|[多好][大长高久远]|还是|有没有|[吗呢没]$"
)
_COMPARABLE = FIGURES | {Ask.KEYWORD, Ask.NAME, Ask.PERSON, Ask.LIST}
_ASKING = FIGURES | {Ask.PERSON, Ask.PLACE, Ask.LIST, Ask.NAME, Ask.YESNO}


def parts(question: Question, own_places: Sequence[str] = ()) -> tuple[Question, ...]:
    """The questions a question asks: two for "城镇和农村居民收入分别是多少", itself where it is one."""
    if found := _who_and_when(question, own_places):
        return found
    ways = [_level_and_growth, _in_turn, *([] if BY_HOW_MUCH.search(question.normal) else [_two_years, _two_things])]
    if any(
        sum(word in question.normal.lower() for word in row) > 1 for row in _RIVALS
    ):  # 城里人和农村人谁涨得快，分别涨多少
        ways = [ways[0], *ways[2:], _in_turn]
    found = next((asked for way in ways if (asked := way(question, own_places))), ())
    named = len(found) == 1 or all(_is_about_something(q) for q in found)
    return found if found and named else (question,)


def _is_about_something(question: Question) -> bool:
    """Whether it names a thing, or by several general words what it is about: 重大工程投资."""
    return any(c.weight >= 1 for c in question.concepts) or len(question.concepts) > 2


_ASKED = re.compile("多少|好多|几(?![乎十百千万年])|什么时候|哪[天年里儿]|谁|咋|怎么")
_MEASURE = "(?:[人户件起次家个生员]数|人次|案件|金额|总额|资金|税额|投资额?|数量|总数|总量|产[量值]|里程|面积|规模|增速|增幅|增加值|占比|比重)"
_MEASURES = re.compile(f"{_MEASURE}(?:和|与|及|以及|跟|、|[,，]| )[^,，、]{{0,6}}{_MEASURE}")
_ROW = re.compile(
    "多少(?!国家和地区|国家与地区)[^,，。多少几]{2,8}(?:和|与|以及|、)[^,，。多少几]{2,8}[?？]?$"
)  # 来了多少国家和运动员


def asks_several(question: Question) -> bool:
    """Whether it asks for more than one thing: 安置了多少户，最大的在哪; 投多少钱几月建好; 欠薪的金额和人数."""
    asked = [match.start() for match in _ASKED.finditer(question.normal)]
    twice = any(later - earlier > 2 for earlier, later in pairwise(asked))
    in_turn = sum(bool(_ASKS.search(clause)) for clause in _STOPS.split(question.normal)) > 1
    return in_turn or twice or bool(_MEASURES.search(question.normal) or _ROW.search(question.normal))


def differ_in_time(asked: Sequence[Question], report_year: int | None) -> bool:
    """Whether some questions are of different years, so that hardly one sentence answers them all."""
    return len({question.year_in(report_year) for question in asked} - {None}) > 1


_WHO = re.compile("(?:是|由)?(?:谁|哪位|什么人)")
_WHEN = re.compile("在?(?:哪一?天|什么时候|啥时候|几月几[日号]|几号|何时|哪年|什么时间)")


def _who_and_when(question: Question, own_places: Sequence[str]) -> tuple[Question, ...]:
    """ "这份报告是谁在哪天作的": two questions about the report itself, whatever stands between them."""
    text = question.normal
    if not (_WHO.search(text) and _WHEN.search(text)) or any(c.weight >= 1 for c in question.concepts):
        return ()
    return tuple(understand_alone(_STOPS.sub(" ", pattern.sub("", text)), own_places) for pattern in (_WHEN, _WHO))


def _level_and_growth(question: Question, own_places: Sequence[str]) -> tuple[Question, ...]:
    """ "社零总额和增幅": how large a thing is, and by how much it grew."""
    match = _GROWTH_TOO.match(question.normal)
    if not match:
        return ()
    thing = f"{match['thing']} {match['rest']}".strip()
    level, growth = (understand_alone(f"{thing}{word}", own_places) for word in ("是多少", match["growth"]))
    return (replace(level, ask=Ask.AMOUNT), growth) if level.ask not in (Ask.GROWTH, Ask.SHARE, Ask.RANK) else ()


def _in_turn(question: Question, own_places: Sequence[str]) -> tuple[Question, ...]:
    """ "GDP多少，涨了几个点": clauses that each ask for something; the later ones lean on the first."""
    texts: list[str] = []
    preamble = ""
    for piece in filter(None, map(str.strip, _STOPS.split(question.normal))):
        ask = what_is_asked(piece)[0]
        if ask is Ask.YESNO and texts and not any(c.weight >= 1 for c in concepts_of(piece)):
            continue  # 有没有说法
        if ask in _ASKING or (texts and piece.endswith("呢")):
            texts.append(f"{preamble} {piece}".strip())
            preamble = ""
        else:
            preamble = f"{preamble} {piece}".strip()
    if len(texts) < 2 or preamble:
        return ()
    found = [understand_alone(texts[0], own_places)]
    if found[0].ask is Ask.YESNO or not _is_about_something(found[0]):
        return ()
    return (found[0], *(lean(understand_alone(text, own_places), found[0]) for text in texts[1:]))


_TURN = "(?:变?[高低多少快慢大小升降涨跌增减]了?)"
_VERDICT = re.compile(f"[,，]?(?:到底|究竟)?是?{_TURN}还是{_TURN}[?？]?$")


def _two_years(question: Question, own_places: Sequence[str]) -> tuple[Question, ...]:
    """ "今年的目标比去年高吗", "2008年和2018年GDP目标": the same thing at two times."""
    text = question.normal
    years = sorted([*YEAR.finditer(text), *(m for _, p in SHIFTS for m in p.finditer(text))], key=lambda m: m.start())
    if len(years) != 2 or not (_BOTH.search(text) or question.ask in FIGURES | {Ask.KEYWORD}):
        return ()
    text = _VERDICT.sub("", text)
    before, cut = text[: years[0].start()], years[1].start()
    stop = _STOPS.search(text, years[0].end(), cut)
    asks_too = _ASKS.search(text, cut) or re.search("目标|预期|计划", text[cut:])
    if stop and question.ask is not Ask.KEYWORD and not asks_too:  # 今年目标多少？去年可是涨了两成
        return (understand_alone(text[: stop.start()], own_places),)
    if stop and _KNOWN.search(text, years[0].end(), cut):  # 目标我知道了，去年实际多少
        return (understand_alone(f"{text[cut:].strip(' ?？')}{_thing_of(_KNOWN.sub('', text[:cut]))}", own_places),)
    first, second = before + _AND.sub(" ", text[years[0].start() : cut]), before + _BOTH.sub(" ", text[cut:])
    one, other = understand_alone(first, own_places), understand_alone(second, own_places)
    if not _names_a_thing(one):
        one = replace(
            understand_alone(f"{first.strip()}{_thing_of(second)}", own_places), standing=one.standing or other.standing
        )
    elif not _names_a_thing(other):
        other = replace(
            understand_alone(f"{second.strip(' ,')}{_thing_of(first)}", own_places), standing=other.standing
        )
    ask = next((q.ask for q in (question, one, other) if q.ask in FIGURES), Ask.AMOUNT)
    return replace(one, ask=ask), replace(other, ask=ask)


_KNOWN = re.compile("我?们?(?:已经)?(?:知道|清楚|看到|听说)了?")
_SET = re.compile("(?:[定计划安排预期目标实际完成达到]{1,2})的?")


def _thing_of(text: str) -> str:
    """What a question of some time is about, without that time and whether it is planned or done: GDP增速 of 今年定的GDP增速."""
    return _SET.sub("", _untimed(text).strip(" ,?的")).strip("的")


def _names_a_thing(question: Question) -> bool:
    return any(c.weight >= 1 and not YEAR.fullmatch(c.text) for c in question.concepts)


_INDICATOR = re.compile(
    "GDP|地区?生产总值|经济总量|规上工业|规模以上工业|工业增加值|固投|固定资产投资|社零|社消|零售|财政收入|预算收入|进出口|外贸|居民收入|可支配收入|粮食产量",
    re.IGNORECASE,
)


def _two_things(question: Question, own_places: Sequence[str]) -> tuple[Question, ...]:
    """ "城镇和农村居民收入分别是多少", "收储的土地和出让的哪个多": two things at one time."""
    text = re.sub("分别|各自", "", question.normal)
    halves = _halves(text) if question.ask in _COMPARABLE and question.values < 3 else None
    if not halves or not (_BOTH.search(question.normal) or all(_INDICATOR.search(half) for half in halves)):
        return ()
    ask = question.ask if question.ask in FIGURES else Ask.AMOUNT
    return tuple(
        replace(
            q,
            ask=q.ask if q.ask in FIGURES else ask,
            unit=q.unit or question.unit,
            year=q.year if q.year is not None or q.shift is not None else question.year,
            shift=q.shift if q.shift is not None or q.year is not None else question.shift,
            standing=q.standing or question.standing,
        )
        for q in (understand_alone(half, own_places) for half in halves)
    )


def _halves(text: str) -> tuple[str, str] | None:
    """The two questions around an "and"; the second's words stand in for what the first leaves out."""
    for match in _AND.finditer(text):
        left, right = text[: match.start()], text[match.end() :]
        if len(left) < 2 or len(right) < 2 or _ASKS.match(right):  # 跟哪个集团合作
            continue
        for row in _RIVALS:
            one = next((w for w in row if w in left.lower()), None)
            other = next((w for w in row if w in right.lower() and w != one), None)
            if one and other and len(concepts_of(right)) < len(concepts_of(left)):
                at = left.lower().find(one)
                return left, left[:at] + other + left[at + len(one) :]
            if one and other:
                at = right.lower().find(other)
                return left[: left.lower().find(one)] + right[:at] + one + right[at + len(other) :], right
        tail = re.search("(?:分别|各)?(?:是|有|完成|达到)?多少.*$", right)
        if concepts_of(left) and concepts_of(right):
            return left + (tail.group() if tail else ""), right
    return None
