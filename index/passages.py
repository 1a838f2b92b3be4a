"""A `Report` becomes passages: whole sentences of one section, sized for the encoder.

Each passage knows the year it speaks of and whether it tells what was achieved or what is planned, from
the section it stands in and from its own words. Knows nothing of search or questions.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TypeVar

from index.chinese import han_to_int
from index.report import Report, Section, Sentence, half_width
from index.view import clean

T = TypeVar("T")
LEAST_PARTS = 3  # parts of a report whose order tells results from plans though none looks back
LONGEST = 200  # characters of a passage of several sentences; the encoder reads about 500


class Standing(StrEnum):
    """What a sentence is: a result, an intention, or neither."""

    ACHIEVED = "achieved"
    PLANNED = "planned"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences of one section: `report.text[start:end] == text`."""

    report: str  # the report's name in the library
    start: int
    end: int
    text: str
    headings: tuple[str, ...]  # outermost first; never part of the text unless run-in
    paragraph: int
    sentences: tuple[tuple[int, int], ...]
    year: int | None
    standing: Standing

    def __post_init__(self) -> None:
        if len(self.text) != self.end - self.start or not self.sentences:
            raise ValueError(f"a passage of {self.end - self.start} characters holds {len(self.text)}")

    @property
    def embedding_text(self) -> str:
        """What the encoder and the word index see: the headings, then the cleaned text."""
        return " ".join([*self.headings, clean(self.text)])


def passages_of(report: Report) -> list[Passage]:
    """Every sentence of the report is in exactly one passage."""
    found: list[Passage] = []
    over = years_over(report)
    for _, group in groupby(report.sentences, key=lambda s: (*_home(s), over.get(s.start))):
        for chunk in _chunks(report, list(group)):
            start, end = chunk[0].start, chunk[-1].end
            text = report.text[start:end]
            section, told = chunk[0].section, over.get(start)
            said = [clean(report.text[s.start : s.end]) for s in chunk]
            year, standing = _told(said, report, section, told)
            found.append(
                Passage(
                    report=report.name,
                    start=start,
                    end=end,
                    text=text,
                    headings=report.headings(section),
                    paragraph=chunk[0].paragraph,
                    sentences=tuple((s.start, s.end) for s in chunk),
                    year=year,
                    standing=standing,
                )
            )
    return found


def _told(sentences: Sequence[str], report: Report, section: int, over: int | None) -> tuple[int | None, Standing]:
    """Year and standing of a passage, from its cleaned sentences: of the first if it begins with its time, else of most.

    One that recalls 1958 does not date the others; nothing is achieved or planned where one turns to what is wanting.
    """
    told = [sentence for sentence in sentences if not _SALUTATION.match(sentence)] or sentences
    told = told[:1] if _TIMED.match(told[0]) else told
    years = [year for sentence in told if (year := year_of(sentence, report, section, over))]
    year = _most(years, year_of("", report, section, over)) if years else None
    if any(map(_CONCERNS.search, sentences)):
        return year, Standing.NEITHER
    default = standing_of("", report, section, over)
    return year, _most([standing_of(sentence, report, section, over) for sentence in told], default)


def _most(values: Sequence[T], default: T | None) -> T:
    """The commonest; of those as common what is not the default."""
    count = Counter(values)
    return max(count, key=lambda value: (count[value], value != default))


def _home(sentence: Sentence) -> tuple[int, int]:
    """Sentences with the same home share passages: one paragraph's, or all front matter together."""
    return (sentence.paragraph if sentence.section else 0), sentence.section


def _chunks(report: Report, sentences: list[Sentence]) -> Iterator[list[Sentence]]:
    """Split a long run of sentences into parts of about equal length, none above LONGEST if it can."""
    lengths = [len(clean(report.text[s.start : s.end])) for s in sentences]
    parts = -(-sum(lengths) // LONGEST)
    target = sum(lengths) / max(parts, 1)
    chunk: list[Sentence] = []
    size = 0
    for sentence, length in zip(sentences, lengths, strict=True):
        if chunk and (size + length > LONGEST or size + length / 2 > target):
            yield chunk
            chunk, size = [], 0
        chunk.append(sentence)
        size += length
    if chunk:
        yield chunk


# -- year and standing ------------------------------------------------------------------------------

_LOOKING_BACK = re.compile("回顾|总结|成绩|成就|过去")
_LOOKING_AHEAD = re.compile(
    "安排|目标|任务|计划|今年|打算|建议|总体要求|部署|重点工作|下一步|展望|自身建设|能力建设|建设人民满意"
)
_WANTING = re.compile("(?:困难|问题|不足|挑战|名词(?:解释|注释|说明))[：:]?$")
_PLAN_WORDS = re.compile("(?<![草模虚])拟|力争|确保|预期目标|要坚持|我们要|将要|计划|努力完成|再引进|争取")
_RESULT_WORDS = re.compile(
    "一年来|(?<![比较与同跟和])(?:去年|上年)|过去一年|过去的一年|同比|超额完成|已(?=经(?!绘就|启航|吹响|开启|展开)|[由从达有超降升增成]|完成|建成|突破|基本|全面)|五年来|五”?前[三四]年"
)
_WHOLE_YEAR = re.compile("全年(?!经济社会发展任务)[^，。]{0,14}(?:完成|实现|达)")  # a result, but among plans
_AGAINST = r"[末底]?的(?:近|约|超)?(?:[\d.]+(?:倍|%(?![\u4e00-\u9fff]))|[一二两三四五六七八九十几]+[倍成])"  # 2015年的2.1倍: it is only measured against
# full-width figures too
_YEAR = re.compile(rf"(?<![\d.比较从自由])(?<!恢复[到至])((?:[1１][９9]|[2２][０0])\d\d)年(?!以来|起|{_AGAINST})")
_THIS_YEAR = re.compile("今年|本年度")
_LAST_YEAR = re.compile(  # 比上年 is what this year is measured against, and so is 高于去年, 保持去年水平
    "(?<![比较与同跟和由过持])(?<![高低好快慢多少优]于)(?<!控制在)(?<!稳定在)(?:去年|上年)(?!水平)"
)
# a year told so is the sentence's, also in a later clause
_CLAUSE_END = re.compile(r"[，；;]|,(?!\d{3}(?!\d))")  # not the comma of 1,200
_DATES_ALL = re.compile(f"今年|本年度|{_LAST_YEAR.pattern}|到(?:19|20)\\d\\d年")
_FIVE_YEARS = re.compile("(?:第|“|《)?(十[一二三四五六七八九]|十)(?:个五年|五)")
_CONCERNS = re.compile("困难和问题|问题和不足|困难和挑战|存在不少|面临不少")
_OVER = re.compile("(?:过去[的这]?(?:一年|[三五]年|(\\d{4})年)|[五一]年(?:来(?![临到])|间)|这五年)")
_PERIOD = re.compile('[“「《"]?(十[一二三四五六七八九]?|[七八九])五[”」"]?(?:时期|期间|以来|这五年)')
_BEFORE = 8  # characters that may stand before either in a paragraph that tells of what is over
_SALUTATION = re.compile("各位代表[：:！!，,]?$")
_TIMED = re.compile("(?:各位代表[：！，])?(?:去年|今年|[一五]年来|过去的?[一五]年|(?:进入)?(?:19|20)\\d\\d年)")
_NOT_OVER = re.compile("未来|今后|新的|即将")
_TURN = re.compile("(?:各位代表[！，!,])?(?:新的一年|今年|今后|未来|下一步|展望)")


def years_over(report: Report) -> dict[int, int]:
    """By where a sentence starts, the last of the years that are over of which its paragraph tells; no others.

    A paragraph does so that opens with 五年来 or, in 2026, with “十四五”时期, up to a sentence that turns to what comes,
    and so does all that stands before the first part where no part looks back.
    """
    found: dict[int, int] = {}
    year: int | None = None
    opening = _opening(report)
    for _, group in groupby(report.sentences, key=lambda sentence: sentence.paragraph):
        for number, sentence in enumerate(group):
            text = clean(report.text[sentence.start : sentence.end])
            if sentence.start >= opening or _TURN.match(text) or _starts_in(report.year, text):
                opening = 0
            elif report.year:
                found[sentence.start] = report.year - 1
                continue
            year = _year_over(text, report) if not number else None if _TURN.match(text) else year
            if year is not None:
                found[sentence.start] = year
    return found


def _opening(report: Report) -> int:
    """Where the first part starts, if what stands before it is the look back because no part is; else 0."""
    parts, backs = _parts(report)
    return parts[0].start if len(parts) >= LEAST_PARTS and not backs else 0


def _starts_in(year: int | None, text: str) -> bool:
    return bool(re.match(rf"(?:做好)?(?:今年|{year}年(?!\d))", half_width(text)))


def _year_over(opening: str, report: Report) -> int | None:
    clause = re.split("[，。！；：]", opening.removeprefix("各位代表，"))[0]
    period, over = _PERIOD.search(clause), _OVER.search(clause)
    first = min((match for match in (period, over) if match), key=lambda match: match.start(), default=None)
    if not first or first.start() > _BEFORE or report.year is None or _CONCERNS.search(opening):
        return None
    if _NOT_OVER.search(clause[: first.start()]) or _PLAN_WORDS.search(clause):
        return None
    year = _last_of(first[1]) if first is period else int(first[1] or report.year - 1)
    return year if year < report.year else None


def _last_of(period: str) -> int:
    """The last year of a five-year plan by its number: the fifteenth ends in 2030."""
    return 1955 + 5 * han_to_int(period)


def section_standing(report: Report, section: int) -> Standing:
    """Results or plans, by the outermost headings that tell."""
    told = (_standing_told(heading, report.year) for heading in report.headings(section))
    return next((standing for standing in told if standing), None) or _standing_by_order(report, section)


def _standing_told(heading: str, read_out: int | None) -> Standing | None:
    """What a heading's words tell, or its year, as in 一、2017年主要工作; None where neither does."""
    if _WANTING.search(heading):
        return Standing.NEITHER
    if _LOOKING_BACK.search(heading):
        return Standing.ACHIEVED
    if _LOOKING_AHEAD.search(heading):
        return Standing.PLANNED
    years = years_named(heading)
    return Standing.ACHIEVED if read_out and years and max(years) < read_out else None


def _standing_by_order(report: Report, section: int) -> Standing:
    """Results come before plans: parts after the one that looks back are plans where no heading tells.

    Without a part that looks back, the parts are plans, and what has a heading of its own before them is results.
    """
    parts, backs = _parts(report)
    if not section or (len(parts) < LEAST_PARTS and not backs):
        return Standing.NEITHER
    start = report.sections[section].start
    if start >= (backs[-1].end if backs else parts[0].start):
        return Standing.PLANNED
    return Standing.NEITHER if backs else Standing.ACHIEVED


def _parts(report: Report) -> tuple[list[Section], list[Section]]:
    """The sections of the highest level that has any, and those of them that look back."""
    headed = [s for s in report.sections if s.level and not s.run_in]
    parts = [s for s in headed if s.level == min(part.level for part in headed)]
    return parts, [part for part in parts if _standing_told(part.heading, report.year) is Standing.ACHIEVED]


def standing_of(text: str, report: Report, section: int, over: int | None = None) -> Standing:
    """Standing of a sentence (cleaned): a result where its paragraph tells of what is `over`, else by its own words, else its section's."""
    planned = section_standing(report, section) is Standing.PLANNED
    result = bool(_RESULT_WORDS.search(text)) or (not planned and bool(_WHOLE_YEAR.search(text)))
    plan = bool(_PLAN_WORDS.search(text))
    if _CONCERNS.search(text):
        return Standing.NEITHER
    if over is not None:
        return Standing.ACHIEVED
    if result != plan and (result or section_standing(report, section) is Standing.NEITHER):
        return Standing.ACHIEVED if result else Standing.PLANNED
    return section_standing(report, section)


def years_named(text: str, read_out: int | None = None) -> set[int]:
    """The years that a cleaned text tells of, in figures; 今年 and 去年 too where it is known when they are said.

    较2020年 only measures against one.
    """
    named = {int(year) for year in _YEAR.findall(text)}
    if read_out is not None:
        named |= {read_out} if _THIS_YEAR.search(text) else set()
        named |= {read_out - 1} if _LAST_YEAR.search(text) else set()
    return named


def year_of(text: str, report: Report, section: int, over: int | None = None) -> int | None:
    """The one year a sentence (cleaned) speaks of, `over` where its paragraph tells of that; None where the report does not tell."""
    named, opening = years_named(text, report.year), years_named(_CLAUSE_END.split(text)[0], report.year)
    if len(opening) == 1:
        return opening.pop()
    if len(named) == 1 and _DATES_ALL.search(text):
        return named.pop()
    if over is not None:
        return over
    standing = section_standing(report, section)
    for heading in report.headings(section):
        if years := _YEAR.findall(heading):
            return int(years[-1])
        if standing is Standing.PLANNED and (plan := _FIVE_YEARS.search(heading)):
            return _last_of(plan[1])
    if report.year is None or standing is Standing.NEITHER:
        return named.pop() if len(named) == 1 else None
    return report.year - (standing is Standing.ACHIEVED)
