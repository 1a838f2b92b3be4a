"""Every sentence a person can see, and how an answer is laid out as text. Pure; knows no screen or chat."""

from collections.abc import Callable

from bot.answer import Answer, Citation
from bot.reason import Reason
from index.passages import Standing

Mark = Callable[[str], str]

REASONS = {
    Reason.NOT_IN_REPORT: "报告里没有说。",
    Reason.OTHER_YEAR: "报告里没有那一年的这个内容。",
    Reason.OTHER_PLACE: "这份报告说的不是那个地方。",
    Reason.NOT_A_QUESTION: "这不像一个问题；可以这样问：2020年GDP目标",
    Reason.OUT_OF_SCOPE: "我只回答政府工作报告里写着的内容。",
    Reason.WHICH_REPORT: "索引里有几份报告都可能是您要问的；请说明是哪个地方、哪一年。",
}
STANDINGS = {Standing.ACHIEVED: "完成", Standing.PLANNED: "计划", Standing.NEITHER: "—"}
NEARBY = "报告里相近的说法："
OTHERS = "另外："
HELD = "索引里有："
WELCOME = "报告通：问政府工作报告，用原文回答。输入问题；/help 看命令，Ctrl-D 退出。"
HELP = """\
直接输入问题，例如：
  2020年GDP目标
  去年低保保障了多少人
  那农民收入呢？          （接着上一个问题问）
命令：
  /reports     索引里有哪些报告
  /source N    第 N 条出处的整段原文
  /context     答案所在段落的前后段落
  /new         忘掉前面的问题
  /help        这份说明
  /quit        退出"""
FORGOTTEN = "好，从头开始。"
NOTHING_YET = "还没有答案可看；请先问一个问题。"
UNKNOWN_COMMAND = "没有这个命令；/help 看有哪些。"
GOODBYE = "再见。"
BUILDING = "第一次使用，正在建索引"


def no_such_source(number: str, count: int) -> str:
    """A citation number that does not exist."""
    return f"没有第 {number} 条出处；这个答案有 {count} 条。" if count else NOTHING_YET


def place(citation: Citation) -> str:
    """Where a citation stands: report, headings, paragraph."""
    return " · ".join([citation.report, *citation.section, f"第{citation.paragraph}段"])


def marked_quote(citation: Citation, source: str, mark: Mark) -> str:
    """The quoted sentence with the span marked, cleaned as it is shown."""
    from index.view import clean

    before = clean(source[citation.quote_start : citation.start])
    after = clean(source[citation.end : citation.quote_end])
    return f"{before}{mark(citation.text)}{after}"


def brackets(text: str) -> str:
    """The mark that needs no colour."""
    return f"【{text}】"


def lay_out(answer: Answer, source_of: Callable[[str], str], *, bold: Mark = str, mark: Mark = brackets) -> str:
    """An answer as lines of text: the span, each quoted sentence once, and its place; or why there is none."""
    if answer.found:
        lines = [bold(answer.text), "", *_quotes(answer.citations, source_of, mark)]
        if answer.nearby:
            lines += ["", OTHERS, *_quotes(answer.nearby, source_of, str)]
        return "\n".join([*lines, *_gone_through(answer)])
    lines = [REASONS[answer.reason or Reason.NOT_IN_REPORT], *_gone_through(answer)]
    if answer.choices:
        lines += ["", HELD, *(f"  {report_name(name)}" for name in answer.choices)]
    if answer.nearby:
        lines += ["", NEARBY, *_quotes(answer.nearby, source_of, str)]
    return "\n".join(lines)


def report_name(name: str) -> str:
    """A report's name as a person says it."""
    return name.removesuffix(".txt")


def _gone_through(answer: Answer) -> list[str]:
    """How many of the reports gone through say it, and which do not."""
    if not answer.searched:
        return []
    telling = {c.report for c in (*answer.citations, *answer.nearby)}
    silent = [report_name(name) for name in answer.searched if name not in telling]
    counted = f"{len(answer.searched)} 份报告中 {len(telling)} 份说到。"
    return ["", counted + (f"没有说到的：{'、'.join(silent)}。" if silent and telling else "")]


def _quotes(citations: tuple[Citation, ...], source_of: Callable[[str], str], mark: Mark) -> list[str]:
    lines: list[str] = []
    for number, citation in enumerate(citations, 1):
        lines.append(f"[{number}] {marked_quote(citation, source_of(citation.report), mark)}")
        lines.append(f"    —— {place(citation)}")
    return lines
