"""Every figure of a report as a fact: what it measures, how much, when, planned or achieved, and where it stands.

A fact is a quantity with a unit. Dates, ranks, names that hold a number (5A级, 12345热线) and spans of time that only
say when (连续5年, 53年的总和) are none. Pure; knows reports, nothing of questions or libraries.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from bot.line import Line, lines_of, respective_subject
from index.chinese import evened, value_of
from index.errors import BaogaoError
from index.figures import Figure, Kind, figures
from index.passages import Standing, standing_of, year_of
from index.report import Report
from index.tokens import part_of_speech, words
from index.view import View


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure: `source[start:end]` cleaned is the figure as written; `value` counts in `unit` (218.48 亿元)."""

    indicator: str  # the words of the report; empty where its sentence does not say
    value: float
    unit: str
    qualifier: str  # 约 左右 以上 以内 超 近 …, or empty
    change: str  # 增长 下降 提高 …, or empty
    year: int | None
    standing: Standing
    place: str
    report: str
    start: int
    end: int
    sentence: str

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError(f"a figure at {self.start}:{self.end}")


def facts_of(report: Report) -> Iterator[Fact]:
    """The facts of a report, in order."""
    for line in map(_half_width, lines_of(report)):
        earlier: list[tuple[Figure, str, str]] = []  # this sentence's figures so far, their indicator and change
        for figure in line.figures:
            end = _whole_end(line.text, figure)
            written = line.text[figure.start : end]
            if not _is_quantity(line.text, figure, written):
                continue
            value, unit, qualifier = taken_apart(written)
            lead = _lead(line, figure)
            change = _change(lead, earlier[-1] if earlier else None, figure, line.text)
            indicator = _indicator(line, figure, end, lead, earlier)
            year, standing = _time(report, line, lead)
            start, stop = line.span(figure.start, end)
            yield Fact(
                indicator=indicator,
                value=value,
                unit=unit or _shared_unit(line, figure),
                qualifier=qualifier,
                change=change,
                year=year,
                standing=standing,
                place=report.place,
                report=report.name,
                start=start,
                end=stop,
                sentence=line.text,
            )
            earlier.append((figure, indicator, change))


_HALF = str.maketrans("０１２３４５６７８９．％", "0123456789.%")


def _half_width(line: Line) -> Line:
    """The line with full-width figures (５．４％) as ASCII, one character for one, and its figures read anew."""
    folded = line.text.translate(_HALF)
    if folded == line.text:
        return line
    return replace(line, view=View(folded, line.view.offsets), figures=tuple(figures(folded)))


# -- the figure itself ------------------------------------------------------------------------------

_BEFORE = "约|近|超过|超|突破|逾|不低于|不少于|不超过|至少|接近|不到"
_AFTER = "左右|以上|以下|以内|以外|之内|上下"
_PARTS = re.compile(
    rf"^(?:每年)?(?P<before>{_BEFORE})?(?:每年)?(?P<number>[\d.,]+(?:[%％]?[-—–－~～至到][\d.,]+)?|百分之[^百]+?(?={_AFTER}|$)|[一二两三四五六七八九十百千零〇]+)"
    rf"(?P<scale>(?:万亿|[十百千万亿])*)(?P<more>多|余|来)?(?P<rest>.*?)(?P<after>{_AFTER})?$"
)
_SPAN_BEFORE = re.compile("(?:连续|过去|最近|前|后|未来|今后|为期|历时|每|成立|第|这|为|的|近)$")
_LASTING = re.compile("(?:延长|缩短|压缩|压减|减少|提前|提高|增加)(?:了|到|至)?$")
_TIMES = {"年", "周年", "世纪", "天", "个月"}
_PAIR = re.compile("（[\u4e00-\u9fff]）")
_NAME_UNITS = {"级", "代", "期", "环", "度", "国", "省", "步", "线"}


def taken_apart(written: str) -> tuple[float, str, str]:
    """Value, unit with its scale, and qualifier of a figure as written.

    >>> taken_apart("超过1.52万亿美元")
    (1.52, '万亿美元', '超过')
    """
    match = _PARTS.match(evened(written))
    if match is None:
        return value_of(written), "", ""
    if match["number"].startswith("百分之"):
        return value_of(match["number"]), "%", match["before"] or match["after"] or ""
    more, rest = match["more"] or "", match["rest"]
    if not more and rest[-1:] in ("余", "多"):
        more, rest = rest[-1], rest[:-1]
    elif not more and rest[:1] in ("余", "多"):
        more, rest = rest[0], rest[1:]
    unit = (match["scale"] + rest).replace("％", "%")
    return value_of(match["number"]), unit, match["before"] or match["after"] or more


def _whole_end(text: str, figure: Figure) -> int:
    """Where a figure ends with the second name of its unit: 2.5万套（间）."""
    pair = _PAIR.match(text, figure.end) if figure.kind is Kind.COUNT and figure.unit else None
    return pair.end() if pair else figure.end


def _is_quantity(text: str, figure: Figure, written: str) -> bool:
    if figure.kind in (Kind.DATE, Kind.ORDINAL):
        return False
    before = text[: figure.start]
    if figure.unit in _TIMES:
        return bool(_LASTING.search(before)) and not _SPAN_BEFORE.search(before)
    if figure.kind is Kind.COUNT and not re.search(r"\d", written):
        return bool(re.search("[百千万亿]", written) and re.search("[一二两三四五六七八九]", written))  # not 三大, 百亿
    if figure.unit in _NAME_UNITS and not re.search("[万亿]", written):
        return False
    if not re.search(r"[\d一二两三四五六七八九]", written):  # 超百亿元 only names a size
        return False
    if not figure.unit and figure.kind is Kind.COUNT:  # with a scale it counts what follows: 6600多万纳税人
        return bool(re.search("[万亿]", written)) or text[figure.end : figure.end + 1] in ("、", "和", "及")
    return True


def _shared_unit(line: Line, figure: Figure) -> str:
    """The unit of the next figure of a list that names it once: 97、62微克/立方米."""
    after = next((f for f in line.figures if f.start >= figure.end and f.unit), None)
    return taken_apart(line.text[after.start : after.end])[1] if after and after.start - figure.end <= 8 else ""


# -- what stands before it --------------------------------------------------------------------------

_CHANGES = (
    "增长|下降|提高|上升|上涨|减少|降低|增加|回落|扩大|精简|改善|压减|消减|缩减|缩短|延长|提升|下调|上调|增至|增到|降至|降到|升至|减至|"
    "下滑|收窄"
)
_LINK = "了|到|至|为|达|达到|分别|各|均|都|平均|约|近|超过|超|突破|接近|由|从|将"
_CHANGED = re.compile(rf"(?<!新)({_CHANGES})(?:{_LINK})*$")
_COMPARED = re.compile(
    rf"(?:同比|环比|(?:比(?![例重])|较)(?:[^，,；]{{1,12}}?))(?=(?:分别|各|均|名义|实际|年均)*(?:{_CHANGES}|翻|多|少|高|低)|$)"
)
# a year that is only compared with says nothing of the year told: 今年安排1134亿元，比上年增加134亿元
_MEASURED_AGAINST = re.compile(
    rf"(?:比(?![例重])|较|由|从)(?:(?:19|20)\d\d年|去年|上年)[^，,；。]{{0,8}}?(?=\d|{_CHANGES}|翻|多|少|高|低)"
)
_SHARE = re.compile(r"占(?!比)(?:全[国省市区球]|[^，、]{1,10})?(?:的)?$")


def _lead(line: Line, figure: Figure) -> str:
    """What stands in a figure's clause before it and behind the figure before."""
    clause = line.clauses[line.clause_at(figure.start)]
    begin = max(
        [clause.start, *(f.end for f in line.figures if clause.start <= f.start < figure.start and _cuts(line, f))]
    )
    return line.text[begin : figure.start]


def _cuts(line: Line, figure: Figure) -> bool:
    return _is_quantity(line.text, figure, line.text[figure.start : figure.end])


def _change(lead: str, before: tuple[Figure, str, str] | None, figure: Figure, text: str) -> str:
    if match := _CHANGED.search(lead):
        return {"增至": "增加", "增到": "增加", "降至": "降低", "降到": "降低", "升至": "上升", "减至": "减少"}.get(
            match[1], match[1]
        )
    listed = before and text[before[0].end : figure.start] in ("、", "和", "及", "以及")
    return before[2] if before and listed else ""


def _time(report: Report, line: Line, lead: str) -> tuple[int | None, Standing]:
    """Year and standing: the sentence's, but for a figure right behind 去年的 or 2007年."""
    text = _MEASURED_AGAINST.sub("", line.text)
    standing = standing_of(text, report, line.sentence.section, line.over)
    year = year_of(text, report, line.sentence.section, line.over)
    near = _COMPARED.sub("", lead)
    if report.year is not None and (named := re.search(r"((?:19|20)\d\d)年的?|去年的?|上年的?", near)):
        year = int(named[1]) if named[1] else report.year - 1
        if year < report.year and standing is Standing.PLANNED:
            standing = Standing.ACHIEVED
    return year, standing


# -- the indicator ----------------------------------------------------------------------------------

_TAIL = re.compile(
    rf"(?:{_CHANGES}|{_LINK}|完成|实现|达到|累计|共计|总计|合计|共|年均|名义|实际|净增|控制在|稳定在|保持在|拟按|拟|按|安排|先|再|就|已|也|又|还|"
    "五年|年度|年初预算|预计|力争|确保|高于|低于|不|有|是|(?<!占)比|较|跨上|站上|以|每年|一次性|全部|全年|其中|的|在|至少|同比|环比|开行|发行|保持)+$"
)
_HEAD = re.compile(
    r"^(?:(?:19|20)\d\d年(?:到|至)?(?:底|末)?|五年来?|过去五年|一年来|今年|去年|上年|本年度|全年|年内|其中|到|累计|共计|预计|力争|确保|主要预期目标是|使|让|"
    "将|已|共|每年|全区|全市|全省|目前|截至|[、，,：:；“]|和|及|以及|与|约|按|的)+"
)
_KEPT_FIRST = frozenset(
    "新增 净增 造林 就业 投入 进出口 出口 进口 存款 贷款 融资 减排 消费 调查 登记 研发 参保".split()
)
_DROPPED_FIRST = frozenset(
    "培育 改造 建设 发展 清理 核实 整治 组织 安排 支持 查处 招聘 落实 整合 发放 引进 新建 建成 办理 处理 处置 治理 认定 追回 实施 提升 完成 启动 推进 取消 调整 创建 "
    "加装 选派 举办 开展 救助 治疗 服务 资助 受理 审查 检查 修订 制定 拆除 清运 种植 绿化 培训 转移 减免 化解 帮助".split()
)
_STOP_TAGS = ("v", "p", "d", "r", "u", "y")
_SHARED_HEAD = re.compile("(?:增加值|产量|收入|支出|投资|利润|营收|产值|面积|比重|余额|总额|标准|覆盖率)$")
# jieba calls these verbs or nothing; behind a modifier they are what is measured
_HEADS = frozenset(
    "率 收入 支出 投入 投资 积累 比例 比重 占比 强度 标准 涨幅 增幅 降幅 增速 提案 建议 通道 用户 存款 贷款 支付 转移支付 消费 出口 进口 产量 销量 营收".split()
)
_BODY = re.compile(
    "(?:中心|项目|企业|机构|基地|平台|学校|医院|任务|标准|人员|提案|专科|集群|基金|草案|事项|工程|通道|园区|岗位|床位|线路|站|村|社区|公园|工作者|教师|对象|案件|产品|园)$"
)
_BUILT = re.compile("^(?:新[（(]?[改扩续]?[）)]?建|[改扩续]建)")


def _indicator(line: Line, figure: Figure, end: int, lead: str, earlier: Sequence[tuple[Figure, str, str]]) -> str:
    """The noun phrase a figure belongs to: paired with it, behind it, before it, or that of the figure before."""
    if (paired := _paired(line, figure)) and not _is_light(paired):
        return paired
    if figure.kind is Kind.COUNT and (behind := _behind(line.text, end)):
        return behind
    if own := noun_before(lead):
        return own
    number = line.clause_at(figure.start)
    if earlier and line.clause_at(earlier[-1][0].start) >= number - 1:
        return earlier[-1][1]
    for clause in reversed(line.clauses[:number]):
        figured = any(clause.start <= f[0].start < clause.end for f in earlier)
        if not figured and (found := noun_before(line.text[clause.start : clause.end].rstrip("，,；;：:、。"))):
            return found
        if figured:
            break
    return earlier[-1][1] if earlier else ""


def _is_light(text: str) -> bool:
    return len(text) < 2


def _paired(line: Line, figure: Figure) -> str:
    """The subject of a figure in 甲、乙分别增长1%、2%, with the head that only the last of them writes."""
    subject = respective_subject(line, figure)
    if subject is None:
        return ""
    clause = line.clauses[line.clause_at(figure.start)]
    mine = [f for f in line.figures if clause.start <= f.start < clause.end and f.kind is not Kind.DATE]
    last = respective_subject(line, mine[-1]) or ""
    shared = _SHARED_HEAD.search(last)
    plain = noun_before(subject)
    return plain if shared is None or not plain or _SHARED_HEAD.search(plain) else plain + shared.group()


def noun_before(text: str) -> str:
    """The noun phrase at the end of what stands before a figure, without its verbs; empty where there is none.

    >>> noun_before("全年完成地区生产总值")
    '地区生产总值'
    """
    text = _COMPARED.sub("", text)
    text = text if re.search("(?:比重|比例|份额|率)(?:达|为|约|近)?", text) else _SHARE.sub("", text)
    before = None
    while text != before:
        before = text
        text = _HEAD.sub("", _TAIL.sub("", text))
    tokens = words(text)
    for at, token in enumerate(tokens):  # 支持卫生事业改革…安排资金: what is counted stands behind the last verb
        if (
            part_of_speech(token) in ("p",)
            and token in ("对", "为", "向", "从", "以", "通过", "围绕", "由")
            and at
            and "的" not in tokens[at:]
        ):
            tokens = tokens[:at] if _nominal(tokens[:at]) else tokens[at + 1 :]
            break
    while (
        len(tokens) > 1
        and _is_verb(tokens[-1])
        and not text.endswith("占比")
        and any(not _is_verb(t) for t in tokens[:-1])
    ):
        tokens = tokens[:-1]
    while len(tokens) > 1 and tokens[0] not in _KEPT_FIRST and (_is_verb(tokens[0]) or tokens[0] in _DROPPED_FIRST):
        tokens = tokens[1:]
    kept = "".join(_behind_verb(tokens)).strip("、，的和与及：:”“" if "”" not in text else "、，的和与及：:")
    kept = _BUILT.sub("", _HEAD.sub("", kept))
    return kept if len(kept) >= 2 or kept in ("GDP",) else ""


def _behind_verb(tokens: list[str]) -> list[str]:
    """What stands behind the last plain verb: 依法判决认定涉案案件 is 涉案案件; 用于科技的投入 stays whole."""
    for at in range(len(tokens) - 2, 0, -1):
        if tokens[at] in _DROPPED_FIRST and part_of_speech(tokens[at]) == "v" and tokens[at + 1] not in _NO_OBJECT:
            return tokens[at + 1 :]
    return tokens


_NO_OBJECT = _HEADS | {"的", "和"}


def _nominal(tokens: Sequence[str]) -> bool:
    return any(not _is_verb(t) and part_of_speech(t)[:1] in ("n", "") for t in tokens)


def _is_verb(token: str) -> bool:
    tag = part_of_speech(token)
    return token not in _KEPT_FIRST | _HEADS and tag[:1] in ("v", "d", "p", "r") and tag != "vn"


_DEGREES = frozenset("欠 未 可 再 待 零".split())
_NEVER = frozenset("的 等 让 被 把 为 向 对 在 达 超 占 获 纳入 用于 实现 完成 达到 入选 受益".split())


def _behind(text: str, end: int) -> str:
    """The counted noun right behind a figure: 8条背街小巷改造 counts 背街小巷; empty where a stop or a verb follows."""
    stretch = re.match(r"[^，。；：！？,;:\d]*", text[end : end + 40])
    chained = re.match(r"\d+(?:\.\d+)?[\u4e00-\u9fff]([\u4e00-\u9fff].*)", text[end : end + 40])
    if chained:  # 12类45件民生实事: both count the same
        return _behind(chained[1], 0)
    tokens = words(stretch.group()) if stretch else []
    kept: list[str] = []
    whole = bool(stretch and _BODY.search(stretch.group().rstrip("、和及")) and len(stretch.group()) <= 14)
    for number, token in enumerate(tokens):
        tag = part_of_speech(token)
        verbal = tag[:1] in _STOP_TAGS and tag != "vn" and token not in _KEPT_FIRST | _HEADS
        within = ("“" in kept and "”" not in kept) or ("（" in kept and "）" not in kept)
        first = len(tokens) > 2 and (number == 0 or (number == 1 and verbal)) and tokens[0] in _DEGREES  # 欠发达县域
        if not within and (token in _NEVER or (verbal and not first and not (whole and tag == "v"))):
            break
        kept.append(token)
    while kept and (
        kept[-1] in ("、", "和", "与", "及", "以及", "“", "（") or part_of_speech(kept[-1])[:1] in ("c", "m")
    ):
        kept.pop()
    while len(kept) > 1 and (
        kept[-1] in _DROPPED_FIRST or kept[-1] in ("全面", "全部", "近") or part_of_speech(kept[-1]) == "vn"
    ):
        kept.pop()
    found = "".join(kept)
    return found if len(found) >= 2 and not re.match("[、和）与]", found) else ""


# -- facts as files ---------------------------------------------------------------------------------

COLUMNS = tuple(field.name for field in fields(Fact))


def as_row(fact: Fact) -> dict[str, str | float | int | None]:
    """A fact as plain values, in the order of `COLUMNS`."""
    return asdict(fact) | {"standing": fact.standing.value}


def write_parquet(facts: Sequence[Fact], path: Path) -> None:
    """Write facts as Parquet, where pyarrow is installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise BaogaoError("写 Parquet 要装 pyarrow：请运行 pip install pyarrow，或改用 --csv、--json。") from error
    schema = pyarrow.schema(
        [
            (name, {"value": pyarrow.float64(), "year": pyarrow.int32()}.get(name, pyarrow.string()))
            if name not in ("start", "end")
            else (name, pyarrow.int64())
            for name in COLUMNS
        ]
    )
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([as_row(f) for f in facts], schema=schema), path)
