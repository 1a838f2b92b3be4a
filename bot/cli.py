"""The command line: the only place where everything is put together.

stdout carries answers only; progress and errors go to stderr. Exit code 0 answered, 1 the report does not
say, 2 usage or environment error.
"""

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import BaogaoError, ReportError

if TYPE_CHECKING:
    from bot.answer import Answer, Answerer
    from bot.chat.application import Settings
    from bot.neural import NeuralReader
    from index.encoder import Encoder
    from index.library import Change, Entry, Library, Progress, Stats
    from index.sources import Source

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
_EPILOG = """\
例子：
  baogao ask 2020年GDP目标
  baogao ask --json "去年低保保障了多少人"
  echo '{"id":"q1","question":"那增长呢？","history":["2019年GDP多少"]}' | baogao ask --jsonl
  baogao chat
  baogao index add 报告.txt
  baogao compare "GDP增速目标" --region 全国 --plot 增速.svg
  baogao facts --report zhanhe-2020.txt --csv
  baogao ask --json "2019年GDP" | baogao verify -
  BAOGAO_TELEGRAM_TOKEN=… baogao telegram
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; every error a person can mend becomes one sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BaogaoError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        going_on = "，编码过的留着，再运行同样的命令就接着做" if options.run in (_index_add, _index_build) else ""
        print(f"已中断；索引保持原样{going_on}。", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="baogao",
        description="报告通：问政府工作报告，用报告的原文回答，并指出在哪一段；报告没说的就说没有。",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--index", type=Path, metavar="DIR", help="索引文件夹（默认在用户数据文件夹，或环境变量 BAOGAO_INDEX）"
    )
    shared.add_argument("--model", metavar="ID", help="别的 sentence-transformers 模型（名称或文件夹）")
    shared.add_argument(
        "--reader", choices=("both", "rules"), default="both", help="用规则和神经网络一起读（默认），或只用规则"
    )
    commands = parser.add_subparsers(required=True, metavar="命令")

    ask = commands.add_parser(
        "ask", parents=[shared], help="问一个问题", description="问一个问题，例：baogao ask 2020年GDP目标"
    )
    ask.add_argument("question", nargs="*", help="问题")
    ask.add_argument("--json", action="store_true", help="输出一个 JSON 对象")
    ask.add_argument("--jsonl", action="store_true", help="从标准输入逐行读问题对象，逐行输出答案对象")
    ask.add_argument("--report", action="append", metavar="NAME", help="只问这份报告（可多次）")
    ask.set_defaults(run=_ask)

    chat = commands.add_parser("chat", parents=[shared], help="连续对话", description="连续对话；能接着上一个问题问。")
    chat.set_defaults(run=_chat)

    _table_options(commands, shared)
    index = commands.add_parser("index", help="建立和维护索引", description="建立和维护索引。")
    actions = index.add_subparsers(required=True, metavar="动作")
    for name, text, run in (
        ("build", "用这些文件重建索引（不给就用自带的报告）", _index_build),
        ("add", "加入文件、文件夹、压缩包或网址", _index_add),
        ("remove", "按名称去掉报告", _index_remove),
        ("set", "更正一份报告的地方和年份", _index_set),
        ("list", "列出报告：名称、地方、年份、回顾的年份、段落数", _index_list),
        ("verify", "检查索引是否完好", _index_verify),
    ):
        action = actions.add_parser(name, parents=[shared], help=text, description=text)
        if name in ("build", "add"):
            action.add_argument(
                "files",
                nargs="*" if name == "build" else "+",
                metavar="文件",
                help=".txt .md .html .docx .pdf .ofd，装着它们的 .zip 或文件夹，或 http(s) 网址",
            )
            action.add_argument("--region", metavar="地方", help="这些报告是哪里的（不给就从文字里读）")
            action.add_argument("--year", type=int, metavar="年份", help="这些报告是哪一年的（不给就从文字里读）")
            action.add_argument("--allow-private", action="store_true", help="也读内部网络的网址")
        elif name == "set":
            action.add_argument("name", metavar="名称")
            action.add_argument(
                "values", nargs="+", metavar="region=地方|year=年份", help="等号后面空着就改回从文字里读"
            )
        elif name == "list":
            action.add_argument("--stats", action="store_true", help="再列出整个索引的大小和向量索引的种类")
        elif name == "remove":
            action.add_argument("names", nargs="+", metavar="名称")
        action.set_defaults(run=run)

    _telegram_options(commands, shared)
    _eval_options(commands, shared)
    bench = commands.add_parser(
        "bench", parents=[shared], help="量速度和大小", description="量速度、内存和大小，并和不分结构的简单做法比。"
    )
    bench.add_argument("--json", action="store_true", help="输出一个 JSON 对象")
    bench.set_defaults(run=_bench)
    return parser


def _table_options(commands: Any, shared: argparse.ArgumentParser) -> None:
    """compare, facts, verify: what goes through whole reports."""
    compare = commands.add_parser(
        "compare",
        parents=[shared],
        help="同一个问题问每份报告",
        description="同一个问题问每份报告，列成表，每格都是原文；没有的写“没有说”。例：baogao compare GDP增速目标 --region 全国",
    )
    compare.add_argument("question", nargs="+", help="问题")
    compare.add_argument("--region", action="append", default=[], metavar="地方", help="只问这个地方的报告（可多次）")
    compare.add_argument(
        "--year", action="append", default=[], type=int, metavar="年", help="只问这一年的报告（可多次）"
    )
    compare.add_argument("--plot", type=Path, metavar="FILE", help="画成图（.svg 或 .png）")
    _row_format(compare)
    compare.set_defaults(run=_compare)

    facts = commands.add_parser(
        "facts",
        parents=[shared],
        help="列出报告里的每个数",
        description="列出报告里的每个数：指标、值、单位、约数、增减、年份、完成还是计划、位置。",
    )
    facts.add_argument("--report", action="append", metavar="NAME", help="只列这份报告（可多次）")
    _row_format(facts).add_argument("--parquet", type=Path, metavar="FILE", help="写成 Parquet 文件（要装 pyarrow）")
    facts.set_defaults(run=_facts)

    verify = commands.add_parser(
        "verify",
        parents=[shared],
        help="核对一个答案",
        description="核对 baogao ask --json 输出的答案：每段原文是否还在报告的那个位置。0 都在，1 有不在的，2 文件不能用。",
    )
    verify.add_argument("answer", metavar="ANSWER.json", help="答案文件；- 是标准输入")
    verify.set_defaults(run=_verify)


def _row_format(command: argparse.ArgumentParser) -> Any:
    group = command.add_mutually_exclusive_group()
    group.add_argument("--csv", action="store_true", help="输出 CSV")
    group.add_argument("--json", action="store_true", help="输出 JSON")
    return group


def _telegram_options(commands: Any, shared: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "telegram",
        parents=[shared],
        help="Telegram 机器人",
        description="Telegram 机器人；令牌放在环境变量 BAOGAO_TELEGRAM_TOKEN 里。Ctrl-C 或 SIGTERM 答完手上的再停。",
        epilog="例子：\n  BAOGAO_TELEGRAM_TOKEN=… baogao telegram\n"
        "  BAOGAO_TELEGRAM_TOKEN=… baogao telegram --check\n"
        "  BAOGAO_TELEGRAM_TOKEN=… baogao telegram --webhook https://example.com/baogao --port 8443\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--check", action="store_true", help="只检查令牌、网络和索引：好退出 0，不好退出 1")
    command.add_argument("--webhook", metavar="URL", help="让 Telegram 把消息送到这个 https 网址（默认自己去取）")
    command.add_argument("--port", type=int, default=8443, metavar="N", help="webhook 在本机的端口（默认 8443）")
    command.add_argument("--listen", default="127.0.0.1", metavar="ADDR", help="webhook 的本机地址（默认 127.0.0.1）")
    command.add_argument("--base-url", metavar="URL", help="自己架的 Bot API 服务器（默认 https://api.telegram.org）")
    command.add_argument("--state", type=Path, metavar="DIR", help="对话和反馈存在哪里（默认用户状态文件夹）")
    command.add_argument("--allow", type=int, nargs="+", default=[], metavar="ID", help="只为这些用户或群服务")
    command.add_argument("--no-log", action="store_true", help="不记录 👍/👎 和没答上的问题")
    command.add_argument("--log-text", action="store_true", help="日志里写出问题的文字（默认不写）")
    command.add_argument("--metrics-port", type=int, metavar="N", help="在本机这个端口给 Prometheus 看数字")
    command.add_argument("--rate", type=float, default=30.0, metavar="N", help="每秒最多发几条（默认 30；0 不限）")
    command.set_defaults(run=_telegram)


def _eval_options(commands: Any, shared: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "eval",
        parents=[shared],
        help="跑评测",
        description="用问题集量检索和回答：不给问题文件就用自带的。",
        epilog="例子：\n  baogao eval --out 结果\n  baogao eval 我的问题.jsonl --report 我的报告.txt\n"
        "  baogao eval 几份报告的问题.jsonl --index 索引文件夹\n"
        "  baogao eval --compare 旧/results.json 新/results.json\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("questions", nargs="?", type=Path, metavar="QUESTIONS.jsonl", help="问题文件")
    command.add_argument("--report", action="append", type=Path, metavar="FILE", help="问题所问的报告（可多次）")
    command.add_argument("--out", type=Path, metavar="DIR", help="把 report.md、results.json、逐题结果和图写到这里")
    command.add_argument("--split", action="append", choices=("tune", "test"), help="只跑这一部分")
    command.add_argument("--no-retrieval", action="store_true", help="不量各种检索做法（快）")
    command.add_argument("--check", action="store_true", help="低于记录的下限就以 1 退出")
    command.add_argument("--record", action="store_true", help="把这次的结果记为下限")
    command.add_argument("--floors", type=Path, metavar="FILE", help="下限文件（默认是自带问题的那一份）")
    command.add_argument("--compare", nargs=2, type=Path, metavar="JSON", help="比较两次的 results.json")
    command.add_argument(
        "--public",
        nargs="*",
        metavar="NAME",
        help="用公开的中文阅读理解数据量（数据在 BAOGAO_MRC 文件夹）；可以只量几份，如 cmrc2018_dev",
    )
    command.add_argument("--limit", type=int, metavar="N", help="公开数据每份只取 N 个问题")
    command.set_defaults(run=_eval)


# -- asking -----------------------------------------------------------------------------------------


def _ask(options: argparse.Namespace) -> int:
    if options.jsonl:
        return _ask_lines(options)
    question = " ".join(options.question).strip()
    if not question:
        print("请给出问题，例如：baogao ask 2020年GDP目标", file=sys.stderr)
        return 2
    answerer = _answerer(options)
    answer = answerer.answer(question, reports=options.report)
    if options.json:
        print(json.dumps(as_object(answer, source_of=_source_of(answerer)), ensure_ascii=False))
    else:
        from bot import wording

        colour = _colour()
        bold, mark = (_bold, _highlight) if colour else (str, wording.brackets)
        print(wording.lay_out(answer, lambda name: answerer.library.report(name).text, bold=bold, mark=mark))
    return 0 if answer.found else 1


def _ask_lines(options: argparse.Namespace) -> int:
    """One object a line in, one a line out, in order, each as soon as it is ready; bad lines give an error object."""
    answerer = _answerer(options)
    bad = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        asked: Any = None
        try:
            asked = json.loads(line)
            question, history = _question_of(asked)
        except (ValueError, UnicodeDecodeError, RecursionError) as error:
            bad += 1
            identity = asked.get("id") if isinstance(asked, dict) else None
            result: dict[str, Any] = {"id": identity, "error": f"第 {number} 行不是问题对象（{error}）"}
        else:
            answer = answerer.answer(question, history, reports=options.report)
            result = as_object(answer, asked.get("id"), source_of=_source_of(answerer))
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return 2 if bad else 0


def _question_of(asked: Any) -> tuple[str, list[str]]:
    if not isinstance(asked, dict) or not isinstance(asked.get("question"), str):
        raise ValueError('要有字符串 "question"')
    history = asked.get("history") or []
    if not isinstance(history, list) or not all(isinstance(item, str) for item in history):
        raise ValueError('"history" 要是字符串的列表')
    return asked["question"], history


def _source_of(answerer: "Answerer") -> Callable[[str], str]:
    return lambda name: answerer.library.report(name).text


def as_object(answer: "Answer", identity: object = None, *, source_of: Callable[[str], str]) -> dict[str, Any]:
    """The answer as the JSON object that others script against.

    `sha256` is that of the text a span is cut out of; `page` stands only where the file has pages.
    """
    from bot.verify import source_hash

    hashes = {name: source_hash(source_of(name)) for name in {c.report for c in answer.citations}}
    return {
        "id": identity,
        "question": answer.question,
        "found": answer.found,
        "answer": answer.text,
        "spans": [
            {
                "text": c.text,
                "quote": c.quote,
                "report": c.report,
                "section": list(c.section),
                "start": c.start,
                "end": c.end,
                "sha256": hashes[c.report],
                **({} if c.page is None else {"page": c.page}),
            }
            for c in answer.citations
        ],
        "passages": [
            {
                "report": h.passage.report,
                "section": list(h.passage.headings),
                "text": h.passage.text,
                "start": h.passage.start,
                "end": h.passage.end,
                "score": round(h.score, 6),
            }
            for h in answer.hits
        ],
        "confidence": round(answer.confidence, 4),
        "reason": answer.reason.value if answer.reason else None,
        "elapsed_ms": round(answer.elapsed_ms, 2),
        "choices": list(answer.choices),
        "searched": list(answer.searched),
    }


def _chat(options: argparse.Namespace) -> int:
    from platformdirs import user_state_path

    from bot.dialogue import Dialogue
    from bot.repl import chat

    history = user_state_path("baogaotong", appauthor=False) / "history"
    return chat(Dialogue(_answerer(options)), history_file=history, colour=_colour())


def _telegram(options: argparse.Namespace) -> int:
    from bot import wording
    from bot.chat.application import TELEGRAM, Settings, run
    from bot.chat.logs import set_up

    token = os.environ.get("BAOGAO_TELEGRAM_TOKEN", "").strip()
    if not token:
        raise BaogaoError(wording.NO_TOKEN)
    for url in filter(None, (options.base_url, options.webhook)):
        if not url.startswith(("http://", "https://")):
            raise BaogaoError(wording.BAD_URL.format(url))
    set_up([token])
    settings = Settings(
        token=token,
        server=options.base_url or TELEGRAM,
        webhook=options.webhook,
        listen=options.listen,
        port=options.port,
        metrics_port=options.metrics_port,
        allowed=tuple(options.allow),
        keeps_feedback=not options.no_log,
        logs_text=options.log_text,
        rate=options.rate,
    )
    if options.check:
        return _telegram_check(options, settings)
    run(settings, _answerer(options), _telegram_state(options, settings))
    return 0


def _telegram_check(options: argparse.Namespace, settings: "Settings") -> int:
    """Whether the service could run: Telegram knows the token, the index is sound."""
    from bot import wording
    from bot.chat.application import check
    from index.library import exists, verify

    folder = _folder(options)
    try:
        print(wording.CHECK_BOT.format(check(settings)))
        if not exists(folder):
            _build(folder, _seeds(), _encoder(options), wording.BUILDING)
        if findings := verify(folder):
            raise BaogaoError("\n".join(findings))
        print(wording.CHECK_INDEX.format(len(_answerer(options).library.names)))
    except BaogaoError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _telegram_state(options: argparse.Namespace, settings: "Settings") -> Path:
    """A folder for each bot on each server: their update numbers have nothing to do with each other."""
    import hashlib

    if options.state:
        return Path(options.state)
    if named := os.environ.get("BAOGAO_STATE"):
        return Path(named)
    from platformdirs import user_state_path

    bot = hashlib.sha256(f"{settings.api}{settings.token}".encode()).hexdigest()[:12]
    return user_state_path("baogaotong", appauthor=False) / f"telegram-{bot}"


# -- tables and proofs ------------------------------------------------------------------------------

Row = Mapping[str, str | float | int | None]
WIDE = 200  # columns of a table that goes into a file or a pipe


def _compare(options: argparse.Namespace) -> int:
    from bot import compare

    answerer = _answerer(options)
    entries = compare.chosen(list(answerer.library.entries.values()), options.region, options.year)
    question = " ".join(options.question).strip()
    with _progress("逐份提问") as progress:
        cells = []
        for cell in compare.compare(entries, lambda name: answerer.answer(question, reports=[name])):
            cells.append(cell)
            progress(len(cells), len(entries))
    if options.csv:
        shown = ({**row, "text": row["text"] or compare.SILENT} for row in map(compare.as_row, cells))
        _print_csv(list(shown), compare.COLUMNS)
    elif options.json:
        print(json.dumps([compare.as_row(cell) for cell in cells], ensure_ascii=False, indent=1))
    else:
        from bot.wording import place

        rows = [
            [c.place or c.report, str(c.year or "？"), c.text or compare.SILENT, "；".join(map(place, c.citations[:1]))]
            for c in cells
        ]
        _print_table(question, ["地方", "年份", "报告的原话", "出处"], rows)
    if options.plot:
        from bot import plot

        font = plot.chinese_font(plot.font_folders())
        if font is None:
            print(plot.NO_FONT, file=sys.stderr)
        plot.write_plot(question, cells, options.plot, font)
    return 0 if any(cell.citations for cell in cells) else 1


def _facts(options: argparse.Namespace) -> int:
    from bot import facts

    library = _open(options)
    names = options.report or library.names
    library.check(names)
    found = [fact for name in names for fact in facts.facts_of(library.report(name))]
    if options.parquet:
        facts.write_parquet(found, options.parquet)
        print(f"{len(found)} 个数，写到了 {options.parquet}。", file=sys.stderr)
    elif options.csv:
        _print_csv([facts.as_row(fact) for fact in found], facts.COLUMNS)
    elif options.json:
        print(json.dumps([facts.as_row(fact) for fact in found], ensure_ascii=False, indent=1))
    else:
        from bot.wording import STANDINGS
        from index.view import clean

        heads = ["指标", "增减", "数", "年份", "性质", "报告", "位置"]
        rows = [
            [
                fact.indicator or "？",
                fact.change,
                clean(library.report(fact.report).text[fact.start : fact.end]),
                str(fact.year or "？"),
                STANDINGS[fact.standing],
                fact.report,
                f"{fact.start}:{fact.end}",
            ]
            for fact in found
        ]
        _print_table(f"{len(found)} 个数", heads, rows)
    return 0 if found else 1


def _verify(options: argparse.Namespace) -> int:
    from bot import verify

    try:
        data = sys.stdin.buffer.read() if options.answer == "-" else Path(options.answer).read_bytes()
        text = data.decode("utf-8")
    except OSError as error:
        raise ReportError(f"读不了 {options.answer}（{error.strerror or error}）；请检查路径和权限。") from error
    except UnicodeDecodeError as error:
        raise ReportError(f"{options.answer} 不是 UTF-8 文本；请给出 baogao ask --json 的输出。") from error
    spans = verify.read_answers(text)
    library = _open(options)
    stands = True
    for number, span in enumerate(spans, 1):
        findings = verify.check(span, lambda n: library.report(n).text if n in library.entries else None)
        print(verify.sentence(number, span, findings))
        stands = stands and findings == (verify.Finding.STANDS,)
    return 0 if stands else 1


def _print_csv(rows: Sequence[Row], columns: Sequence[str]) -> None:
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
    table = Table(title=Text(title), title_justify="left")
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


# -- composing --------------------------------------------------------------------------------------


def _ready(options: argparse.Namespace) -> "tuple[Path, Encoder]":
    """The index's folder and its model; built from the reports that ship with the program where there is none yet."""
    from index.library import exists

    folder, encoder = _folder(options), _encoder(options)
    if not exists(folder):
        _build(folder, _seeds(), encoder, "第一次使用，正在建索引")
    return folder, encoder


def _open(options: argparse.Namespace) -> "Library":
    from index.library import Library

    return Library(*_ready(options))


def _answerer(options: argparse.Namespace) -> "Answerer":
    from bot.answer import Answerer
    from index.library import Library

    network = _network(options)
    folder, encoder = _ready(options)
    if network:
        network.preload()
    return Answerer(Library(folder, encoder), network)


def _network(options: argparse.Namespace) -> "NeuralReader | None":
    from bot.neural import NeuralReader

    return None if options.reader == "rules" else NeuralReader()


def _encoder(options: argparse.Namespace) -> "Encoder":
    from index.encoder import open_encoder

    return open_encoder(options.model)


def _folder(options: argparse.Namespace) -> Path:
    if options.index:
        return Path(options.index)
    if named := os.environ.get("BAOGAO_INDEX"):
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("baogaotong", appauthor=False) / "index"


def _colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m"


def _highlight(text: str) -> str:
    return f"\x1b[1;33m{text}\x1b[0m"


# -- the index --------------------------------------------------------------------------------------


def _index_build(options: argparse.Namespace) -> int:
    files = _read(options) if options.files else _seeds()
    return _say(_build(_folder(options), files, _encoder(options), "建索引"))


def _index_add(options: argparse.Namespace) -> int:
    from index.library import add

    sources = _read(options)
    with _progress("加入报告") as progress:
        return _say(add(_folder(options), sources, _encoder(options), progress))


def _index_remove(options: argparse.Namespace) -> int:
    from index.library import remove

    with _progress("去掉报告") as progress:
        return _say(remove(_folder(options), options.names, _encoder(options), progress))


def _index_set(options: argparse.Namespace) -> int:
    from index.library import Library, correct

    folder, encoder = _folder(options), _encoder(options)
    library = Library(folder, encoder)
    library.check([options.name])
    entry = library.entries[options.name]
    place, year = entry.said_place, entry.said_year
    for value in options.values:
        key, equals, said = value.partition("=")
        if not equals or key not in ("region", "year"):
            raise ReportError(f"看不懂 {value}；请写成 region=江苏省 或 year=2026。")
        if key == "region":
            place = said.strip() or None
        else:
            year = _year(said) if said.strip() else None
    correct(folder, options.name, encoder, place=place, year=year)
    print(_row(Library(folder, encoder).entries[options.name]))
    return 0


def _year(text: str) -> int:
    if not (text.strip().isdecimal() and 1949 <= int(text) <= 2100):
        raise ReportError(f"{text} 不是年份；请写四位数字，例如 year=2026。")
    return int(text)


def _index_list(options: argparse.Namespace) -> int:
    from index.library import Library

    library = Library(_folder(options), _encoder(options))
    for entry in library.entries.values():
        print(_row(entry))
    if options.stats:
        from index.library import stats

        print("", *_stats_lines(stats(library.folder)), sep="\n")
    return 0


def _stats_lines(stats: "Stats") -> Iterator[str]:
    """What the library costs, a line each for a script to split at tabs."""
    from index.dense import RECALL_AT

    dense = stats.dense
    yield f"报告\t{stats.reports} 份"
    yield f"段落\t{stats.passages} 个"
    yield f"向量\t{dense.type}，{stats.dimension} 维，" + (
        f"近似：{dense.lists} 组里查 {dense.probes} 组，前 {RECALL_AT} 名找回 {dense.recall:.3f}"
        if dense.lists
        else "精确"
    )
    yield f"磁盘\t{stats.size} 字节"
    yield f"每段\t{stats.size_of_passage:.0f} 字节"


def _row(entry: "Entry") -> str:
    """Name, place, year, the years looked back on, passages; one line for a script to split at tabs."""
    back = "？"
    if entry.year and entry.since:
        last = entry.year - 1
        back = str(last) if entry.since == last else f"{entry.since}–{last}"
    return f"{entry.name}\t{entry.place or '？'}\t{entry.year or '？'}\t回顾 {back}\t{entry.count} 段"


def _index_verify(options: argparse.Namespace) -> int:
    from index.library import verify

    findings = verify(_folder(options))
    for finding in findings:
        print(finding)
    if not findings:
        print("索引完好。")
    return 2 if findings else 0


def _build(folder: Path, files: "Sequence[Path | Source]", encoder: "Encoder", title: str) -> "Change":
    from index.library import build

    with _progress(title) as progress:
        return build(folder, files, encoder, progress)


def _say(change: "Change") -> int:
    for name in change.duplicates:
        print(f"{name} 的内容已经在索引里，没有重复加入。", file=sys.stderr)
    print(f"{change.reports} 份报告，{change.passages} 个段落，新编码 {change.embedded} 个。")
    return 0


def _seeds() -> list[Path]:
    return sorted(SEEDS.glob("*.txt"))


def _read(options: argparse.Namespace) -> "list[Source]":
    """The reports named on the command line, with what is said of them there."""
    year = None if options.year is None else _year(str(options.year))
    return _files(options.files, options.region, year, options.allow_private)


def _files(
    names: Sequence[str | Path], place: str | None = None, year: int | None = None, allow_private: bool = False
) -> "list[Source]":
    """The files and URLs named, and every supported file in the folders and archives named."""
    from index.sources import read_sources

    def say(sentence: str) -> None:
        print(sentence, file=sys.stderr)

    return read_sources(map(str, names), say=say, allow_private=allow_private, place=place, year=year)


@contextmanager
def _progress(title: str) -> Iterator["Progress"]:
    """A progress bar on stderr; over a pipe, a line at the beginning only."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        print(f"{title}…", file=sys.stderr)
        yield lambda _done, _total: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


# -- measuring --------------------------------------------------------------------------------------


def _eval(options: argparse.Namespace) -> int:
    from rich.console import Console

    from eval import render, suite

    console = Console()
    if options.compare:
        from eval.compare import compare, read_results

        render.show_comparison(compare(*map(read_results, options.compare)), console)
        return 0
    if options.public is not None:
        from bot.neural import NeuralReader
        from eval.public import run_public
        from index.cache import cache_folder

        with _progress("公开数据") as progress:
            measured = run_public(
                _encoder(options),
                NeuralReader(),
                names=options.public,
                limit=options.limit,
                kept=cache_folder() / "public",
                progress=progress,
                say=lambda line: print(line, file=sys.stderr),
            )
        render.show_public(measured, console)
        if options.out:
            render.write_public(measured, options.out)
        return 0
    with _progress("评测") as progress:
        ran = suite.run(
            _eval_library(options),
            options.questions or suite.QUESTIONS,
            _network(options),
            splits=options.split or (),
            retrieval=not options.no_retrieval,
            progress=progress,
        )
    found = suite.outcome(ran)
    render.show(found, console)
    if options.out:
        render.write(found, options.out)
        print(f"写到了 {options.out}。", file=sys.stderr)
    floors = options.floors or suite.FLOORS
    if options.record:
        floors.write_text(json.dumps(suite.floors_of(found), indent=1) + "\n", "utf-8")
    findings = suite.below_floors(found, suite.read_floors(floors)) if options.check else []
    for finding in findings:
        print(finding, file=sys.stderr)
    return 1 if findings else 0


def _eval_library(options: argparse.Namespace) -> "Library":
    """The reports asked about: those named, else the named index, else the report that ships with the questions."""
    from index.cache import cache_folder
    from index.library import Library, build

    encoder = _encoder(options)
    if options.index and not options.report:
        return Library(options.index, encoder)
    folder = cache_folder() / "eval"
    build(folder, _files(options.report) if options.report else _seeds(), encoder)
    return Library(folder, encoder)


def _bench(options: argparse.Namespace) -> int:
    from eval.bench import bench, table

    result = bench(_encoder(options))
    print(json.dumps(result, ensure_ascii=False) if options.json else table(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
