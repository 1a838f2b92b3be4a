"""A report file becomes a `Report`: who, where, when, and the tree of sections, paragraphs and sentences.

Everything found carries exact offsets into the source, which is kept as published. The grammar is what
government work reports have in common: parts, mostly numbered, bracketed subsections, run-in headings, pages
that end in the middle of a word. Knows nothing of passages, search or questions.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from index.errors import ReportError
from index.furniture import furniture
from index.view import View, view

LARGEST_FILE = 20 * 1024 * 1024  # bytes; the longest report seen has under 100 KiB
LAST_LINES = 6  # lines in which the issuer is looked for
FRONT_LINES = 60  # non-blank lines in which title, date, meeting and speaker are looked for
LONGEST_HEADING = 60  # characters of a heading that stands on a line of its own
LONGEST_RUN_IN = 24  # characters of a first sentence that serves as its paragraph's heading, or of a bare heading
LEAST_BARE = 3  # bare headings of a report that has any
SHORTEST_CUT_LINE = 18  # a page's last line is full; a shorter line without a stop is a line of its own


@dataclass(frozen=True, slots=True)
class Field:
    """A piece of front matter: `text` is the cleaned slice `source[start:end]`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what it heads. A run-in heading is also the first sentence of its stretch."""

    heading: str
    level: int  # 0 the report itself, 1 一、 or a part without a number, 2 （一）, 3 1. , 4 run-in; one without a number within a part 2 or 3
    start: int
    end: int
    parent: int | None
    run_in: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, from its first to its last non-blank character."""

    start: int
    end: int
    section: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph with its page breaks healed; `number` counts from 1 through the report."""

    start: int
    end: int
    section: int
    number: int


@dataclass(frozen=True, slots=True)
class Report:
    """A parsed report. Every non-blank character stands in exactly one sentence, heading line or piece of furniture."""

    name: str
    text: str
    place: str  # 湛河区, 江苏省, 全国; empty where the report does not tell
    year: int | None  # the year the report is read out in, and plans for
    since: int | None  # the first year it looks back on; five years at the turn of a term or a plan
    title: Field | None
    region: Field | None
    date: Field | None
    meeting: Field | None
    speaker: Field | None
    office: Field | None  # the speaker's, as it stands beside the name
    issuer: Field | None  # who put the document out, from its last lines
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    sentences: tuple[Sentence, ...]
    furniture: tuple[tuple[int, int], ...]  # lines of the page around the report: never a sentence, never an answer

    def headings(self, section: int) -> tuple[str, ...]:
        """The cleaned headings above a section and its own, outermost first, the title left out."""
        path: list[str] = []
        at: int | None = section
        while at:
            path.append(self.sections[at].heading)
            at = self.sections[at].parent
        return tuple(reversed(path))


def read_report(path: Path, name: str | None = None) -> Report:
    """Read and parse one report file; `ReportError` says in a sentence why a file is none."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ReportError(
                f"{path} 有 {size // 1048576} MiB，超过 {LARGEST_FILE // 1048576} MiB 的上限；请只放报告正文。"
            )
        data = path.read_bytes()
    except OSError as error:
        raise ReportError(f"读不了 {path}（{error.strerror or error}）；请检查路径和权限。") from error
    return parse_report(name or path.name, decode(data, str(path)))


def decode(data: bytes, name: str) -> str:
    """Bytes of a text file as text: UTF-8 or UTF-16 with a byte order mark, UTF-8, GB18030, bare UTF-16."""
    if not data.strip():
        raise ReportError(f"{name} 是空文件；请换成报告的文本文件。")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        attempts = ["utf-16"]
    elif b"\x00" in data[:4096]:
        attempts = ["utf-16-le", "utf-16-be"]
    else:
        attempts = ["utf-8-sig", "gb18030"]
    for encoding in attempts:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if reads_like_chinese(text):
            return text
    raise ReportError(f"{name} 不是中文文本（试过 UTF-8、GB18030、UTF-16）；请先把报告另存为纯文本。")


def reads_like_chinese(text: str) -> bool:
    """Whether a decoded text is Chinese prose, and not bytes in a wrong encoding."""
    control = sum(1 for c in text if (ord(c) < 32 and c not in "\t\n\r\f\v") or c == "\ufffd")
    common = sum(text.count(c) for c in "的，。、和一年")
    han = sum(1 for c in text if "\u4e00" <= c <= "\u9fff")
    return control * 100 <= len(text) and han * 5 >= len(text) - text.count("\n") and common * 100 >= han


def parse_report(name: str, text: str, place: str | None = None, year: int | None = None) -> Report:
    """Parse decoded text; pure. A text without a single sentence raises `ReportError`.

    A `place` or `year` that is given stands above what the text and the name tell.
    """
    lines = list(_lines(text))
    cleaned = [view(text, *line).text for line in lines]
    body = next((i for i, c in enumerate(cleaned) if _SALUTATION.match(c) or _PART.match(c)), 0)
    titles = [i for i, c in enumerate(cleaned[: max(body, FRONT_LINES)]) if _TITLE.match(half_width(c))]
    aside = furniture(cleaned, body, titles)
    begin = max(0, body - FRONT_LINES + 1)
    front = [view(text, *lines[i]) for i in range(begin, min(begin + FRONT_LINES, len(lines))) if i not in aside]
    title = _title(front)
    bare = _bare_headings([cleaned[i] for i in range(body, len(lines)) if i not in aside])
    builder = _Builder(text, title, bare)
    kept = [i for i in range(len(lines)) if i not in aside]
    first = sum(i < body for i in kept)
    for start, end in _heal_page_breaks([lines[i] for i in kept], [cleaned[i] for i in kept], first, bare):
        builder.add(start, end)
    if not any(_ENDING.search(view(text, s.start, s.end).text) for s in builder.sentences):
        raise ReportError(f"{name} 里没有一个完整的句子；请检查它是不是报告正文。")
    date = _first(_DATE, front)
    region = _region(front)
    year = year or _year(date, name, text, builder.sections)
    return Report(
        name=name,
        text=text,
        place=place or _place(region, name),
        year=year,
        since=_since(year, text, builder.sections),
        title=title,
        region=region,
        date=date,
        meeting=_meeting(front),
        speaker=(speaker := _speaker(front)),
        office=_office(front, speaker),
        issuer=_first(_ISSUER, [view(text, *lines[i]) for i in kept[-LAST_LINES:]]),
        sections=tuple(builder.sections),
        paragraphs=tuple(builder.paragraphs),
        sentences=tuple(builder.sentences),
        furniture=tuple(lines[i] for i in sorted(aside) if cleaned[i]),
    )


# -- lines, page breaks, sentences ------------------------------------------------------------------

_ENUMERATED = "[一二三四五六七八九十百]{1,3}"
_NUMBERED_PART, _NAMED_PART = re.compile(f"^{_ENUMERATED}、"), re.compile(f"^第{_ENUMERATED}部分")
_PART = re.compile(f"{_NUMBERED_PART.pattern}|{_NAMED_PART.pattern}")
_TIME = '(?:19|20)\\d\\d年|过去[一五]年|今后[一五]年|今年|[“「"]?十[一二三四五六]五[”」"]?'
_BARE_PART = re.compile(
    f"^(?!为|.*(?:是|实现|完成|坚持|贯彻|落实))(?:附件?\\d?[：:]?)?(?:关于)?(?P<time>{_TIME})?(?:{_TIME}|[\u4e00-\u9fff、]){{0,18}}"
    "(?:回顾|总结|成就|成绩|安排|部署|打算|计划|任务|主要工作|重点工作|工作重点|要求|思路|目标|举措|实事|困难|不足|挑战|问题|自身建设)：?$"
)  # a part that has no number
_GLOSSARY = re.compile("^(?:附件?\\d?[：:]?)?(?:《?政府工作报告》?)?(?:有关|部分|相关)?名词(?:解释|注释|说明)[：:]?$")
_PROBLEMS = re.compile("^(?:当前)?(?:存在|面临)的?(?:主要)?(?:困难|问题|不足|挑战|、|和|与)+$")
_ANNEX = re.compile("^附[件录]?\\d?[：:]?|^名词")
_BARE = re.compile(f"^(?!同志|第|.*(?:各位代表|先生们))[\u4e00-\u9fff“”、， ]{{4,{LONGEST_RUN_IN}}}$")
_SUBSECTION = re.compile(rf"^[（(]{_ENUMERATED}[）)]")
_POINT = re.compile(r"^(?:\d{1,2}[．.、](?!\d)|[（(]\d{1,2}[）)])")
_ENDING = re.compile("[。！？!?；;：:…][”’」』）)】]*$")
_STOP = re.compile("[。！？!?]+[”’」』）)】]*")
_SALUTATION = re.compile("^各位代表[：:！!，,]?$")


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of the non-blank lines, trimmed."""
    for match in re.finditer(r"[^\n\r\f\v\u2028\u2029]+", text):
        line = match.group()
        stripped = line.strip()
        if stripped:
            start = match.start() + line.index(stripped[0])
            yield start, start + len(stripped)


def _level(line: str) -> int:
    """The heading level a line's opening mark announces; 0 for none."""
    return 1 if _PART.match(line) else 2 if _SUBSECTION.match(line) else 3 if _POINT.match(line) else 0


_TOLD = re.compile(
    r"：.|^[^\d]*\d{1,2}[．.、）)].*\d|^[（(][^\d）)]+[）)].*\d"
)  # 2.“双替代”：指以电代煤。 3.改造小区12个。


def _is_heading_line(line: str) -> bool:
    level = _level(line)
    if (
        not level
        or len(line) > LONGEST_HEADING
        or (level > 1 and line.endswith("。") and _TOLD.search(half_width(line)))
    ):
        return False
    return not _STOP.search(line[:-1]) and not line.endswith(("；", ";"))


def _bare_headings(cleaned: list[str]) -> dict[str, int]:
    """Levels of the lines that are headings without a number: of parts, and within parts of short lines, some before long ones."""
    parts = _bare_parts(cleaned)
    levels = {_level(line) for line in cleaned if _is_heading_line(line)} | {1 for _ in parts}
    found: dict[str, int] = {}  # with the length of the line behind
    for before, line, behind in zip(cleaned, cleaned[1:], cleaned[2:], strict=False):
        opens = _ENDING.search(before) or before in parts or _is_heading_line(before)
        if opens and _BARE.match(line) and _ENDING.search(behind) and line not in parts:
            found[line] = len(behind)
    long = sum(length > LONGEST_HEADING for length in found.values())
    within = found if 1 in levels and long >= LEAST_BARE else {}
    return dict.fromkeys(within, 3 if 2 in levels else 2) | dict.fromkeys(parts, 1)


def _bare_parts(cleaned: list[str]) -> frozenset[str]:
    """The lines that head parts without a number: those with their time, or, where no part has either, those that name one.

    Of lines that only name one there must be one that looks back, and none between numbered parts.
    """
    body = cleaned[: next((n for n, line in enumerate(cleaned) if _ANNEX.match(line)), len(cleaned))]
    bare = {line: match for line in cleaned if (match := _BARE_PART.match(half_width(line)))}
    dated = {line for line, match in bare.items() if match["time"]}
    looking_back = any(re.search("回顾|总结|成就", line) for line in bare)
    named = bare if looking_back and not dated and not any(map(_PART.match, body)) else dated
    return frozenset(named) | {line for line in cleaned if _GLOSSARY.match(line) or _PROBLEMS.match(line)}


def _heal_page_breaks(
    lines: list[tuple[int, int]], cleaned: list[str], body: int, bare: Mapping[str, int]
) -> Iterator[tuple[int, int]]:
    """Join the lines that a page break cut in the middle of a sentence; front matter, before `body`, is left alone."""
    at = 0
    while at < len(lines):
        start, end = lines[at]
        while at + 1 < len(lines) and at >= body and cleaned[at] not in bare and _is_cut(cleaned[at], cleaned[at + 1]):
            at += 1
            end = lines[at][1]
        yield start, end
        at += 1


def _is_cut(line: str, following: str) -> bool:
    if len(line) < SHORTEST_CUT_LINE or _ENDING.search(line) or _is_heading_line(line):
        return False
    return not (_level(following) or _SALUTATION.match(following) or following.startswith(("——", "●", "■")))


def split_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Offsets of the sentences of one paragraph; together they hold every non-blank character of it.

    A `**` between two sentences closes the first when it is the second of a pair, and opens the next
    one otherwise.
    """
    whole = view(text, start, end)
    if not whole.text:
        return []
    sentences: list[tuple[int, int]] = []
    begin = start
    for match in _STOP.finditer(whole.text):
        if match.end() == len(whole.text):
            break
        after, before_next = whole.offsets[match.end() - 1] + 1, whole.offsets[match.end()]
        if text[start:after].count("**") % 2 and (mark := text.find("**", after, before_next)) >= 0:
            after = mark + 2
        sentences.append((begin, after))
        begin = after
    sentences.append((begin, end))
    return [_trim(text, *sentence) for sentence in sentences]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


# -- the tree ---------------------------------------------------------------------------------------

_FIGURE = re.compile(r"\d|[０-９]|百分之")
_ENUMERATOR = re.compile(rf"^(?:{_ENUMERATED}(?:是|要)|第{_ENUMERATED}[，,：:]|首先|其次|再次|最后)")


class _Builder:
    """Grows the section tree block by block."""

    def __init__(self, text: str, title: Field | None, bare: Mapping[str, int]) -> None:
        self.text = text
        self.title = title
        self.bare = bare
        root = Section(title.text, 0, title.start, title.end, None, False) if title else None
        self.sections: list[Section] = [root or Section("", 0, 0, 0, None, False)]
        self.paragraphs: list[Paragraph] = []
        self.sentences: list[Sentence] = []
        self._open = [0]  # the sections being written to, outermost first

    def add(self, start: int, end: int) -> None:
        line = view(self.text, start, end).text
        if not line or (self.title and start == self.title.start):
            return
        if _is_heading_line(line):
            self._enter(line, _level(line), start, end, run_in=False)
            return
        if self.paragraphs and line in self.bare:
            self._enter(line, self.bare[line], start, end, run_in=False)
            return
        number = len(self.paragraphs) + 1
        sentences = split_sentences(self.text, start, end)
        for order, (first, last) in enumerate(sentences):
            sentence = view(self.text, first, last).text
            if level := self._run_in_level(sentence, first, last, order, len(sentences)):
                self._enter(sentence.strip("—。"), level, first, last, run_in=True)
            self.sentences.append(Sentence(first, last, self._open[-1], number))
        while self.sections[self._open[-1]].level == 4:
            self._open.pop()
        self.paragraphs.append(Paragraph(start, end, self._open[-1], number))

    def _enter(self, heading: str, level: int, start: int, end: int, *, run_in: bool) -> None:
        opened = [self.sections[number].heading for number in self._open]
        if any(_NAMED_PART.match(held) for held in opened):  # 一、 within 第一部分, and （一） within that
            inner = level == 2 and any(_NUMBERED_PART.match(held) for held in opened)
            level += inner or (level == 1 and bool(_NUMBERED_PART.match(heading)))
        while self.sections[self._open[-1]].level >= level:
            self._open.pop()
        self.sections.append(Section(heading, level, start, end, self._open[-1], run_in))
        self._open.append(len(self.sections) - 1)

    def _run_in_level(self, sentence: str, start: int, end: int, order: int, count: int) -> int:
        """The level of a sentence that serves as a heading; 0 for an ordinary sentence."""
        if not sentence.endswith("。") or _ENUMERATOR.match(sentence):
            return 0
        if order == 0 and (level := _level(sentence)) and len(sentence) <= LONGEST_HEADING and count > 1:
            return level
        if len(sentence) > LONGEST_RUN_IN or _FIGURE.search(sentence):
            return 0
        raw = self.text[start:end]
        bold = raw.startswith("**") and raw.rstrip("。").endswith("**")
        first = order == 0 and count > 1 and sentence.count("，") <= 1
        return 4 if bold or first else 0


# -- front matter -----------------------------------------------------------------------------------

_TITLE = re.compile(
    "^[\u4e00-\u9fff]{0,10}(?:(?:19|20)\\d\\d年)?[\u4e00-\u9fff]{0,16}政府工作报告(?:[（(].{1,30}[）)])?$"
)
_DATE = re.compile(
    "(?:19|20)\\d\\d年\\d{1,2}月\\d{1,2}日|[一二][〇○零九一二三四五六七八]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
)
_MEETINGS = (
    re.compile(f"(?:[在于]|^)([\u4e00-\u9fff]{{0,12}}?第?{_ENUMERATED}届(?:全国)?人民代表大会第?{_ENUMERATED}次会议)"),
    re.compile(f"^([\u4e00-\u9fff]{{0,12}}?{_ENUMERATED}届人大{_ENUMERATED}次会议)"),
)
_PLACE = "[\u4e00-\u9fff]{1,9}?(?:自治区|特别行政区|自治州|自治县|新区|地区|省|市|州|盟|县|区|旗|乡|镇|街道)"
_REGIONS = (
    re.compile(f"在({_PLACE})第?{_ENUMERATED}届"),
    re.compile(f"^(?:(?:19|20)\\d\\d年)?({_PLACE})(?:人民)?政府工作报告"),
    re.compile(f"^({_PLACE})(?:人民政府|第?{_ENUMERATED}届)"),
    re.compile(f"代表({_PLACE})人民政府"),
    re.compile("代表(国务院)"),
    re.compile("在(第[一二三四五六七八九十]+届全国)人民代表大会"),
)
_OFFICE = "(?:代|副)?(?:区长|县长|市长|省长|主席|州长|盟长|旗长|乡长|镇长|总理|主任|行政长官)"
_SPEAKER = re.compile(
    f"^[\u4e00-\u9fff]{{0,20}}?{_OFFICE}[：:]?([\u4e00-\u9fff·]{{2,4}}|[\u4e00-\u9fff]{{2,10}}·[\u4e00-\u9fff·]{{1,12}}|(?<=[旗盟州]长)(?!.*(?:报告|人民|代表|会议|[上的]$))[\u4e00-\u9fff]{{5,8}})$"
)
_SPEAKER_BEHIND = re.compile(f"次会议上?[）)]?[\u4e00-\u9fff]{{0,12}}?{_OFFICE}([\u4e00-\u9fff·]{{2,4}})$")
_OFFICE_ALONE = re.compile(f"^[\u4e00-\u9fff]{{0,20}}{_OFFICE}$")
_NAME_ALONE = re.compile("^[\u4e00-\u9fff·]{2,4}$")
_ISSUER = re.compile("^([\u4e00-\u9fff]{2,30}(?:秘书处|办公室|办公厅|委员会|人民政府))(?:印|编)?$")
_YEAR = re.compile(r"((?:19|20)\d\d)年")
_NATION = "全国"


def _field(front: View, start: int, end: int) -> Field:
    return Field(front.text[start:end], *front.span(start, end))


def _first(pattern: re.Pattern[str], front: list[View]) -> Field | None:
    for line in front:
        if match := pattern.search(half_width(line.text)):
            return _field(line, *match.span(match.lastindex or 0))
    return None


def half_width(text: str) -> str:
    """Full-width digits as ASCII, one character for one."""
    return text.translate(_DIGITS)


_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def _title(front: list[View]) -> Field | None:
    candidates = [line for line in front if _TITLE.match(half_width(line.text))]
    best = min(candidates, key=lambda line: line.text != "政府工作报告", default=None)
    return _field(best, 0, len(best.text)) if best else None


def _region(front: list[View]) -> Field | None:
    return next((found for pattern in _REGIONS if (found := _first(pattern, front))), None)


def _meeting(front: list[View]) -> Field | None:
    return next((found for pattern in _MEETINGS if (found := _first(pattern, front))), None)


def _speaker(front: list[View]) -> Field | None:
    """Who reads the report out: behind the office on one line, behind the meeting's, or on the next line."""
    found = _first(_SPEAKER, [line for line in front if len(line.text) <= 30])
    if found := found or _first(_SPEAKER_BEHIND, [line for line in front if len(line.text) <= 60]):
        return found
    for line, following in pairwise(front):
        if _OFFICE_ALONE.match(line.text) and _NAME_ALONE.match(following.text):
            return _field(following, 0, len(following.text))
    return None


def _office(front: list[View], speaker: Field | None) -> Field | None:
    """What stands before the speaker's name: on its line, behind the meeting's name, or all of the line before."""
    if speaker is None:
        return None
    for before, line in pairwise([front[0], *front]):
        start, end = line.span(0, len(line.text))
        if not start <= speaker.start < end:
            continue
        at = line.index(speaker.start)
        if not at:
            return _field(before, 0, len(before.text)) if _OFFICE_ALONE.match(before.text) else None
        behind = re.search("次会议上?[）)]?", line.text[:at])
        return _field(line, behind.end() if behind else 0, len(line.text[:at].rstrip("：:")))
    return None


def _place(region: Field | None, name: str) -> str:
    if region:
        return _NATION if "国" in region.text else region.text
    if match := re.search(f"({_PLACE})(?:人民)?政府工作报告", name):
        return match.group(1).lstrip("年")
    return _NATION if "国务院" in name or "全国" in name else ""


def _year(date: Field | None, name: str, text: str, sections: list[Section]) -> int | None:
    """The year the report is read out in: its date, its name, the year after the one looked back on."""
    if date and (match := _YEAR.match(half_width(date.text))):
        return int(match.group(1))
    if match := _YEAR.search(name):
        return int(match.group(1))
    for section in sections:
        if "回顾" in section.heading and (years := _YEAR.findall(half_width(section.heading))):
            return int(years[-1]) + 1
    planned = re.findall(r"(20\d\d)年(?:工作安排|主要目标|重点工作|工作任务|政府工作)", half_width(text))
    return int(planned[0]) if planned else None


_FIVE_YEARS = re.compile(
    "五年|(?<!编制)(?<!编制“)(?<!实施)(?<!实施“)“?十[一二三四五六七]五”?(?:时期)?[^，。]{0,24}(?:回顾|总结)|回顾.{0,6}十[一二三四五六七]五"
)


def _since(year: int | None, text: str, sections: list[Section]) -> int | None:
    if year is None:
        return None
    looks_back = any(s.level <= 2 and _FIVE_YEARS.search(s.heading) for s in sections)
    return year - (5 if looks_back or len(re.findall("过去五年|五年来|这五年", text)) > 1 else 1)
