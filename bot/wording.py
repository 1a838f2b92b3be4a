"""Every sentence a person can see, in Chinese and for the chat in English, and how an answer is laid out as text.

Pure; knows no screen or chat.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

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
    """Where a citation stands: report, headings, page where the file has pages, paragraph."""
    return ZH.place(citation.report, citation.section, citation.page, citation.paragraph)


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
    counted = ["", gone_through(answer, ZH)] if answer.searched else []
    if answer.found:
        lines = [bold(answer.text), "", *_quotes(answer.citations, source_of, mark)]
        if answer.nearby:
            lines += ["", OTHERS, *_quotes(answer.nearby, source_of, str)]
        return "\n".join([*lines, *counted])
    lines = [REASONS[answer.reason or Reason.NOT_IN_REPORT], *counted]
    if answer.choices:
        lines += ["", HELD, *(f"  {report_name(name)}" for name in answer.choices)]
    if answer.nearby:
        lines += ["", NEARBY, *_quotes(answer.nearby, source_of, str)]
    return "\n".join(lines)


def report_name(name: str) -> str:
    """A report's name as a person says it."""
    return name.removesuffix(".txt")


def _quotes(citations: tuple[Citation, ...], source_of: Callable[[str], str], mark: Mark) -> list[str]:
    lines: list[str] = []
    for number, citation in enumerate(citations, 1):
        lines.append(f"[{number}] {marked_quote(citation, source_of(citation.report), mark)}")
        lines.append(f"    —— {place(citation)}")
    return lines


# -- the chat: Chinese and English -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """What the Telegram bot says in one language; `{…}` are filled in with `str.format`."""

    code: str
    reasons: Mapping[Reason, str]
    commands: tuple[tuple[str, str], ...]
    start: str
    help: str
    about: str
    group_hello: str
    reports_head: str
    report_line: str
    no_reports: str
    forgotten: str
    nothing_yet: str
    no_such_source: str
    ask_usage: str
    unknown_command: str
    empty: str
    noise: str
    shortened: str
    text_only: Mapping[str, str]
    language_ask: str
    language_set: str
    nearby: str
    counted: str
    silent: str
    try_these: str
    page: str
    paragraph: str
    context: str
    others: str
    others_head: str
    no_others: str
    source: str
    source_caption: str
    previous: str
    next: str
    thanks_up: str
    thanks_down: str
    asked: str
    stale: str
    flood: str
    not_allowed: str
    error: str
    inline_open: str
    inline_nothing: str

    def place(self, report: str, section: Sequence[str], page: int | None, paragraph: int) -> str:
        """Where something stands: report, headings, page where the file has pages, paragraph."""
        paged = [] if page is None else [self.page.format(page)]
        return " · ".join([report, *section, *paged, self.paragraph.format(paragraph)])


ZH = Words(
    code="zh",
    reasons=REASONS,
    commands=(
        ("start", "认识一下，看几个例子"),
        ("ask", "提问（在群里用）"),
        ("source", "第 N 条出处的整段原文"),
        ("reports", "能问哪些报告"),
        ("new", "忘掉前面的问题"),
        ("lang", "换语言 / language"),
        ("help", "怎么用"),
        ("about", "这是什么，记录什么"),
    ),
    start="我是报告通。问政府工作报告里的事，我用报告的原话回答，并指出在哪一段；报告没说的，我就说没有。",
    help=(
        "直接把问题发给我，例如：2020年GDP目标。可以接着问：那增长呢？\n"
        "答案下面的按钮：上下文是整段原文，其他出处是别的相关段落，原文是报告文件，👍/👎 告诉我答得对不对。\n\n"
        "/ask 问题 · 在群里提问（或者 @ 我、回复我）\n/source N · 第 N 条出处的整段\n/reports · 能问哪些报告\n"
        "/new · 忘掉前面的问题\n/lang · 换语言\n/about · 这是什么"
    ),
    about=(
        "报告通 {version}。每个答案都是从报告里切出来的原文，一个字也不编。\n"
        "为了能接着问，我记住每个聊天最近几个问题；/new 就忘掉。👍/👎 和没答上的问题会记下来改进，不记名字。"
    ),
    group_hello="大家好，我是报告通。@ 我、回复我，或者用 /ask 问题，我用政府工作报告的原文回答。",
    reports_head="可以问这些报告：",
    report_line="{name}：{place} {year}年，{count} 段",
    no_reports="现在一份报告也没有。",
    forgotten=FORGOTTEN,
    nothing_yet=NOTHING_YET,
    no_such_source="没有第 {number} 条出处；这个答案有 {count} 条。",
    ask_usage="请把问题写在后面，例如：/ask 2020年GDP目标",
    unknown_command="没有这个命令；/help 看有哪些。",
    empty="请写下问题，例如：2020年GDP目标",
    noise="这里面没有我能读的字；请用文字提问，例如：2020年GDP目标",
    shortened="（问题太长，只看了前 {count} 个字。）",
    text_only={
        "photo": "我看不了图片；请把问题写成文字。",
        "voice": "我听不了语音；请把问题写成文字。",
        "video": "我看不了视频；请把问题写成文字。",
        "sticker": "这个贴纸不错，可惜我只懂文字。请写下问题。",
        "document": "我不读发来的文件；请把问题写成文字。/reports 看能问哪些报告。",
        "location": "我不看位置；请把问题写成文字。",
        "contact": "我不收名片；请把问题写成文字。",
        "other": "我只懂文字；请写下问题，例如：2020年GDP目标",
    },
    language_ask="用哪种语言？ / Which language?",
    language_set="好，用中文。报告的原话一直是中文。",
    nearby=NEARBY,
    counted="{all} 份报告中 {telling} 份说到。",
    silent="没有说到的：{}。",
    try_these="可以问：",
    page="第{}页",
    paragraph="第{}段",
    context="上下文",
    others="其他出处",
    others_head="相关的段落（{first}–{last}，共 {count}）：",
    no_others="没有别的相关段落了。",
    source="原文",
    source_caption="{place}\n在文件第 {line} 行（字符 {start}–{end}）：",
    previous="‹ 上一页",
    next="下一页 ›",
    thanks_up="谢谢！",
    thanks_down="谢谢，记下了。",
    asked="问：{}",
    stale="这个按钮已经过期；请重新提问。",
    flood="您发得太快了；请等我答完这些再问。超出的几条没有看。",
    not_allowed="这个机器人只为登记过的人服务；请联系它的管理员。",
    error="出错了，这个问题没能回答。编号 {}；请再试一次，或把编号告诉管理员。",
    inline_open="打开报告通",
    inline_nothing="报告里没有说 · 打开报告通",
)

EN = Words(
    code="en",
    reasons={
        Reason.NOT_IN_REPORT: "The report does not say.",
        Reason.OTHER_YEAR: "The report does not say this for that year.",
        Reason.OTHER_PLACE: "The report is about another place.",
        Reason.NOT_A_QUESTION: "That does not look like a question. Try: 2020年GDP目标 (GDP target of 2020)",
        Reason.OUT_OF_SCOPE: "I only answer from what government work reports say.",
        Reason.WHICH_REPORT: "Several reports may be meant; say which place and which year.",
    },
    commands=(
        ("start", "What I do, with examples"),
        ("ask", "Ask a question (in groups)"),
        ("source", "The whole paragraph of citation N"),
        ("reports", "Which reports I know"),
        ("new", "Forget the earlier questions"),
        ("lang", "Change language / 换语言"),
        ("help", "How to use me"),
        ("about", "What this is, what is kept"),
    ),
    start=(
        "I am 报告通. Ask about a Chinese government work report; I answer in the report's own words and say where they "
        "stand, or that the report does not say."
    ),
    help=(
        "Send me a question, in Chinese or English: 2020年GDP目标. You may follow up: 那增长呢？\n"
        "Below an answer: Context shows the whole paragraph, More the other passages, Report sends the file, 👍/👎 tells "
        "me whether it was right.\n\n"
        "/ask question · ask in a group (or mention me, or reply to me)\n/source N · paragraph of citation N\n"
        "/reports · which reports I know\n/new · forget the earlier questions\n/lang · change language\n/about · what this is"
    ),
    about=(
        "报告通 (baogaotong) {version}. Every answer is cut out of a report; not a word is made up.\n"
        "So that you can follow up I keep the last few questions of each chat; /new forgets them. 👍/👎 and unanswered "
        "questions are kept to improve the answers, without names."
    ),
    group_hello="Hello, I am 报告通. Mention me, reply to me, or use /ask; I answer from government work reports.",
    reports_head="You can ask about:",
    report_line="{name}: {place} {year}, {count} passages",
    no_reports="There is no report yet.",
    forgotten="All right, from the beginning.",
    nothing_yet="There is no answer to look at yet; ask something first.",
    no_such_source="There is no citation {number}; this answer has {count}.",
    ask_usage="Write the question behind it: /ask 2020年GDP目标",
    unknown_command="I do not know this command; see /help.",
    empty="Please write a question, for example: 2020年GDP目标",
    noise="There is nothing in it that I can read; please ask in words, for example: 2020年GDP目标",
    shortened="(The question is very long; I read its first {count} characters.)",
    text_only={
        "photo": "I cannot see pictures; please write your question.",
        "voice": "I cannot listen to voice messages; please write your question.",
        "video": "I cannot watch videos; please write your question.",
        "sticker": "Nice sticker, but I only read text. Please write your question.",
        "document": "I do not read files that are sent to me; please write your question. /reports lists what I know.",
        "location": "I cannot use locations; please write your question.",
        "contact": "I do not take contacts; please write your question.",
        "other": "I only read text; please write a question, for example: 2020年GDP目标",
    },
    language_ask="用哪种语言？ / Which language?",
    language_set="All right, English. The report's own words stay Chinese.",
    nearby="What the report does say nearby:",
    counted="{telling} of {all} reports say it.",
    silent="Not said by: {}.",
    try_these="You can ask:",
    page="page {}",
    paragraph="paragraph {}",
    context="Context",
    others="More",
    others_head="Related passages ({first}–{last} of {count}):",
    no_others="There are no more related passages.",
    source="Report",
    source_caption="{place}\nLine {line} of the file (characters {start}–{end}):",
    previous="‹ Back",
    next="Next ›",
    thanks_up="Thank you!",
    thanks_down="Thank you, noted.",
    asked="Q: {}",
    stale="This button has expired; please ask again.",
    flood="That is too fast for me; please wait for these answers. I did not read the rest.",
    not_allowed="This bot serves registered people only; please ask its operator.",
    error="Something went wrong and this was not answered. Reference {}; please try again, or tell the operator.",
    inline_open="Open 报告通",
    inline_nothing="The report does not say · open 报告通",
)


def gone_through(answer: Answer, words: Words) -> str:
    """How many of the reports gone through say it, and which do not; empty for a question to one report."""
    if not answer.searched:
        return ""
    telling = {c.report for c in (*answer.citations, *answer.nearby)}
    silent = [report_name(name) for name in answer.searched if name not in telling]
    counted = words.counted.format(all=len(answer.searched), telling=len(telling))
    return counted + (words.silent.format("、".join(silent)) if silent and telling else "")


def words_for(language_code: str | None) -> Words:
    """The words for a Telegram `language_code`: English for English clients, Chinese for all others."""
    return EN if (language_code or "").lower().startswith("en") else ZH


# -- the bot's operator ------------------------------------------------------------------------------

NO_TOKEN = "请把机器人的令牌放进环境变量 BAOGAO_TELEGRAM_TOKEN（向 @BotFather 领取）。"
BAD_TOKEN = "Telegram 不认这个令牌；请检查 BAOGAO_TELEGRAM_TOKEN（向 @BotFather 核对）。"
CONFLICT = "另一个程序正用同一个令牌收消息；请先停掉它，一个机器人只能有一个在跑。"
ALREADY_RUNNING = "这个机器人已经在这台机器上跑着（{}）；请先停掉它。"
NO_METRICS = "没有装 prometheus-client；请运行 pip install 'baogaotong[metrics]'，或去掉 --metrics-port。"
NO_PORT = "端口 {} 用不了（{}）；请换一个。"
BAD_URL = "“{}”不是 http(s) 网址；请检查。"
CHECK_BOT = "机器人 @{} 在线。"
CHECK_UNREACHABLE = "连不上 Telegram（{}）；请检查网络和 --base-url。"
CHECK_INDEX = "索引完好，{} 份报告。"
