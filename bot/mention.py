"""Which of several reports mention a thing: the question taken apart by what in it is not the thing.

People turn such a question in every order (哪些省提到X; X都有谁写了; 写X的是哪几家), so what is read is not the order but
the words: who is asked (哪些省, 谁家, 哪几年), what saying or doing is asked about, the report; the rest is the thing.
Knows questions, nothing of libraries.
"""

import re
from dataclasses import dataclass
from itertools import accumulate

from index.lexicon import lexicon
from index.tokens import words

LEVELS = "省区市|省市区|省份|省市|省区|省级|省|地方|地区|城市|市|区县|县|年份|年度|年|届|报告|份"
_COUNTED = "(?:(?:哪些|哪几)(?:个|份|家|篇)?|(?:几|多少)[个份家篇])"
_WHO = re.compile(
    f"(?:{_COUNTED}|哪一?[个份]?)(?:的)?(?P<level>{LEVELS})|(?P<one>(?:哪几|哪些|哪|谁|几)家)|"
    f"(?<=的)(?P<set>{LEVELS})(?:都|一共|总共|分别)*(?:有|是)(?:哪些|哪几个?|哪[个份]|多少|几个?|谁)|"
    "(?P<of>报告(?:里面|里头|里边|里|中|当中)?)(?:有|都有)?(?:哪些|哪几[个份])(?=[都也]|提|写|说|讲|谈|涉及|出现)|(?P<some>哪些)(?=都?在?(?:提|写|说|讲|谈))|"
    f"(?P<any>有没有(?:哪个)?(?P<kind>{LEVELS}))|(?P<all>[都还]有谁|谁(?=都?在)|哪[里儿](?=都?在))|(?P<who>(?:都|还|到底)?(?:有|是)?谁(?:们)?|哪里|哪儿)"
)
_OF_ALL = re.compile(  # 历年报告里写到的X有哪几个: not who, but of all of them
    "^(?:历年|历次|历届|(?P<places>各省市?|各地|各省区市))(?:的?(?:国务院|全国|中央|政府|工作))*(?:报告)(?:里面|里头|里|中)?的?(?P<rest>.+?)(?:都|一共|分别)*(?:有|是)(?:哪些|哪几\\w?)(?:\\w)?$"
)
_SAY = (
    "写成|写作|叫作|叫做|也叫|又叫|提到|提出|提及|提过|提了|写到|写了|写过|写进|写入|写上|写明|写着|说到|说了|说过|说起|说要|讲到|讲了|讲过|讲起|谈到|谈及|谈起|谈过|"
    "涉及|出现|部署|强调|点名|点过名|列入|列进|列上|列为|喊出|喊过|点了|落|记了|记过|用了|用过|提[^高升供前速质取倡请醒]|(?<=[^高升供前速质取倡请])提$|[写讲说谈]"
)
_SAYS = re.compile(f"(?:{_SAY})")
_DO = "申办|筹办|举办|承办|主办|关心|关注|支持|重视|整治|治理|治|开设|搞|办|做|推进|推行|推广|推|弄|试点|试|干|抓|建设|建|争|发展|发|放|拿|打造|实施|开展|布局|引进|开通|设立|用上|有"
_DOES = re.compile(f"(?:{_DO})")
_REPORT = "(?:(?:国务院|全国|中央|总理|省级|各省|各地|历年|历次|这些|政府|工作|今年|去年|本年|(?:19|20)\\d\\d年?|里面|里头|里边|里|中|当中|上|的)*报告(?:里面|里头|里边|里|中|当中|上)?的?)"
_AIDS = "(?:正?在|打算|计划|准备|已经?|正|要|想|将|会|能|也|都)"
_BEFORE = re.compile(  # what stands before a thing and is none of it
    f"^(?:{_REPORT}|(?:这|全部|所有)?(?:\\d+|十[一二三四五六七八九]?|几)个?(?:{LEVELS})(?:里|中|当中)?|请问|想知道|我想知道|想问|帮我?(?:找|查|看)(?:一?下|找|查|看)?|其中|今年|去年|本年|当年|(?:19|20)\\d\\d年|历年|历次|"
    f"(?:特别|重点|专门|直接|明确)*(?:{_SAY})(?:了|过|到)*|(?:{_DO})(?:了|过|到)+|{_AIDS}+(?:特别|重点|专门|直接|明确)*(?:{_DO})(?=.{{2}})|{_AIDS}|[给把被由对就]|"
    "还|曾经?|分别|一共|总共|本省|本市|自己|自家|[的了过到进及是有里或和、])"
)
_BEHIND = re.compile(
    f"(?:{_REPORT}|(?:{_SAY})(?:了|过|到|进|去|及|的)*|(?:(?:{_AIDS}|[、和])+(?:{_DO})|^(?:{_DO})|[搞办推弄干抓])(?:了|过|到|的)*|"
    f"(?:(?:这个?|那个?|的)(?:词|词语|字|说法|提法|字眼|事儿?|东西|概念|话题|名|项目|内容|情况|问题)|说法|提法|字眼|这[两二三四五六七八几]个字|[这那](?:类|种|些)(?:新词|新说法|东西|事|词)?|新词|之类的?|等等|(?:的)?[也都]算)|"
    f"(?:的(?:{LEVELS})?(?:都|一共|总共|分别)*)|[都还也]有|都|还|也|一共|总共|分别|到底|今年|去年|历年|历次|最近|[的了过到进及是有在被由把呢呀啊吗嘛])$"
)
_DOING = re.compile(f"^(?:{_DO}|用)+(?=.{{2}})")
_NEGATED = re.compile("(?:没有?|未|不)(?:再|曾)?(?:提|写|说|讲|谈|涉及|出现|部署)")
_QUOTED = re.compile('[“"「『](.{1,20}?)[”"」』]')
_ASIDE = re.compile("[(（](.{2,16}?)[)）]")
_STOPS = re.compile("[,，?？;；。!！:：]")
_COMMENT = re.compile("(?:最近|现在|今年|近来)?(?:很|挺|特别|真)?(?:火|热|流行|热门|受关注)$")
_ORDER = re.compile(
    "最(?:高|大|多(?!跑)|快|低|小|少|慢)|垫底|领跑|居首|榜首|第一(?![\u4e00-\u9fff])|更[高大多快低小少慢]"
)
_DEGREE = re.compile(
    "的?(?:[定排]得)?(?:更|最|比较|还算)|的?(?:[定排]得)?(?:更|最|还)?[高大多快低小少慢长短强弱](?:[些点呢啊呀吗]|一[些点])*(?:$|[(（])"
)
_POINTER = re.compile("^(?:它|这个|那个|这|那|该|此)?(?:好它?|它|一下|出来|来)?$|[它]")
_SUCH_AS = re.compile(
    "(.+?)(?:这[类种些样]|那[类种些样]|之类|(?<=、..)等|(?<=、...)等|(?<=、....)等)"
)  # 苏超、赣超这类省内足球联赛
_OR = re.compile("或者?是?")
_NAME = re.compile("[a-z]+-?\\d{2,}", re.IGNORECASE)  # C919 is a name wherever it stands


@dataclass(frozen=True, slots=True)
class Mention:
    """What is looked for, by each name that the question gives it, and at which level.

    `shorter` are the same without a verb that may or may not be part of the name (引进首店), good only where it is rare;
    `exact` where it stood in quotation marks.
    """

    things: tuple[str, ...]
    level: str
    shorter: tuple[str, ...] = ()
    exact: bool = False


def mention_of(plain: str, among: str = "") -> Mention | None:
    """What a question asks all reports for; None where it asks none who mentions a thing.

    `among` is the level where the question has told already of which reports it speaks: 这3个省里，哪些….
    """
    if _NEGATED.search(plain):  # 哪些省没有提到: no report says so
        return None
    if match := _OF_ALL.search(plain):
        things = _named(match["rest"])
        return Mention(things, "省" if match["places"] else "年") if things else None
    quoted = [q.strip() for q in _QUOTED.findall(plain) if q.strip()]
    clauses = [clause.strip() for clause in _STOPS.split(plain) if clause.strip()]
    asking = [
        (number, match)
        for number, clause in enumerate(clauses)
        if (match := _asks(clause, f"{plain}{among and '报告'}", bool(quoted)))
    ]
    if not asking:
        return None
    level = next((of for _, m in asking if (of := m["level"] or m["set"] or m["kind"] or (m["of"] and "报告"))), among)
    if level == "省级" or "省级" in plain:
        level = "省"
    if quoted:
        return Mention(tuple(dict.fromkeys(quoted)), level, exact=True)
    found: list[str] = []
    for number, match in asking:
        clause = clauses[number]
        behind, before = clause[match.end() :], clause[: match.start()]
        others = [clauses[n] for n in (*range(number - 1, -1, -1), *range(number + 1, len(clauses)))]
        found.extend(next((named for part in (behind, before, *others) if (named := _named(part))), ()))
    shorter = [bare for thing in found if (bare := _DOING.sub("", thing)) != thing]
    return Mention(tuple(dict.fromkeys(found)), level, tuple(shorter)) if found else None


def _asks(clause: str, told: str, quoted: bool) -> re.Match[str] | None:
    """Where a clause asks who; a bare 谁 only beside a word of saying, a town or a year only beside one or a report."""
    for match in _WHO.finditer(clause):
        rest = f"{clause[: match.start()]} {clause[match.end() :]}"
        if _ORDER.search(rest) or _DEGREE.match(clause[match.end() :]):
            continue
        says = bool(_SAYS.search(rest))
        tells = says or "报告" in clause
        singular = match["level"] and clause[match.start()] == "哪" and clause[match.start() + 1] not in "些几"
        does = bool(_DOES.search(rest)) and not singular
        if match["who"]:
            fits = says
        elif match["set"]:
            fits = True
        elif match["some"]:
            fits = "报告" in told
        elif match["one"] or match["of"] or match["any"] or match["all"]:
            fits = tells or does
        elif match["level"] in ("城市", "市", "区县", "县", "年", "年份", "年度", "届"):
            fits = tells
        else:
            fits = tells or does or quoted
        if fits:
            return match
    return None


def _named(part: str) -> tuple[str, ...]:
    """The thing that a stretch of a question names, bare of all that is none of it; a name within it beside it."""
    asides = [name for aside in _ASIDE.findall(part) if len(name := _bare(aside)) > 1]
    bare = _bare(_COMMENT.sub("", _ASIDE.sub("", part)))
    if len(bare) < 2 or _POINTER.search(bare):
        return ()
    if match := _SUCH_AS.match(bare):
        return tuple(match[1].split("、"))
    ways = [way for part in _OR.split(bare) if len(way := _bare(part)) > 1]
    return tuple(dict.fromkeys([*ways, *asides, *_NAME.findall(bare)]))


def _bare(part: str) -> str:
    """The stretch without the words around a thing, taken off one by one from both ends, a single character only where it is a word."""
    known = lexicon().variants
    part = part.strip(_MARKS)
    while part and (len(part) < 3 or part not in known):
        cuts = {0, *accumulate(map(len, words(part)))}
        before, behind = _BEFORE.match(part), _BEHIND.search(part)
        if before and (before.end() > 1 or before.end() in cuts or part[1:] in known):
            part = part[before.end() :].strip(_MARKS)
        elif behind and (len(behind.group()) > 1 or behind.start() in cuts or part[:-1] in known):
            part = part[: behind.start()].strip(_MARKS)
        else:
            break
    return part


_MARKS = ' 、“”"「」『』《》'
