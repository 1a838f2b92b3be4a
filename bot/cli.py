"""The command line: the only place where everything is put together.

stdout carries answers only; progress and errors go to stderr. Exit code 0 answered, 1 the report does not
say, 2 usage or environment error.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import BaogaoError, ReportError

if TYPE_CHECKING:
    from bot.answer import Answer, Answerer
    from bot.chat.application import Settings
    from bot.neural import NeuralReader
    from index.encoder import Encoder
    from index.library import Change, Library, Progress

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
_EPILOG = """\
例子：
  baogao ask 2020年GDP目标
  baogao ask --json "去年低保保障了多少人"
  echo '{"id":"q1","question":"那增长呢？","history":["2019年GDP多少"]}' | baogao ask --jsonl
  baogao chat
  baogao index add 报告.txt
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
        print("已中断；索引保持原样。", file=sys.stderr)
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

    index = commands.add_parser("index", help="建立和维护索引", description="建立和维护索引。")
    actions = index.add_subparsers(required=True, metavar="动作")
    for name, text, run in (
        ("build", "用这些文件重建索引（不给就用自带的报告）", _index_build),
        ("add", "加入文件或文件夹", _index_add),
        ("remove", "按名称去掉报告", _index_remove),
        ("list", "列出报告", _index_list),
        ("verify", "检查索引是否完好", _index_verify),
    ):
        action = actions.add_parser(name, parents=[shared], help=text, description=text)
        if name in ("build", "add"):
            action.add_argument("files", nargs="*" if name == "build" else "+", type=Path, metavar="文件")
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
    command.add_argument("--compare", nargs=2, type=Path, metavar="JSON", help="比较两次的 results.json")
    command.add_argument("--public", action="store_true", help="用公开的中文阅读理解数据量（数据在 BAOGAO_MRC 文件夹）")
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
        print(json.dumps(as_object(answer), ensure_ascii=False))
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
            result = as_object(answerer.answer(question, history, reports=options.report), asked.get("id"))
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return 2 if bad else 0


def _question_of(asked: Any) -> tuple[str, list[str]]:
    if not isinstance(asked, dict) or not isinstance(asked.get("question"), str):
        raise ValueError('要有字符串 "question"')
    history = asked.get("history") or []
    if not isinstance(history, list) or not all(isinstance(item, str) for item in history):
        raise ValueError('"history" 要是字符串的列表')
    return asked["question"], history


def as_object(answer: "Answer", identity: object = None) -> dict[str, Any]:
    """The answer as the JSON object that others script against."""
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


def _answerer(options: argparse.Namespace) -> "Answerer":
    from bot.answer import Answerer
    from index.library import Library, exists

    folder, encoder, network = _folder(options), _encoder(options), _network(options)
    if not exists(folder):
        _build(folder, _seeds(), encoder, "第一次使用，正在建索引")
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
    files = _files(options.files) if options.files else _seeds()
    return _say(_build(_folder(options), files, _encoder(options), "建索引"))


def _index_add(options: argparse.Namespace) -> int:
    from index.library import add

    with _progress("加入报告") as progress:
        return _say(add(_folder(options), _files(options.files), _encoder(options), progress))


def _index_remove(options: argparse.Namespace) -> int:
    from index.library import remove

    with _progress("去掉报告") as progress:
        return _say(remove(_folder(options), options.names, _encoder(options), progress))


def _index_list(options: argparse.Namespace) -> int:
    from index.library import Library

    library = Library(_folder(options), _encoder(options))
    for entry in library.entries.values():
        print(f"{entry.name}\t{entry.place or '？'}\t{entry.year or '？'}\t{entry.count} 段")
    return 0


def _index_verify(options: argparse.Namespace) -> int:
    from index.library import verify

    findings = verify(_folder(options))
    for finding in findings:
        print(finding)
    if not findings:
        print("索引完好。")
    return 2 if findings else 0


def _build(folder: Path, files: Sequence[Path], encoder: "Encoder", title: str) -> "Change":
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


def _files(paths: Sequence[Path]) -> list[Path]:
    """The files named, and the text files in the folders named."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*.txt") if p.is_file())
            if not inside:
                raise ReportError(f"文件夹 {path} 里没有 .txt 报告；请换一个文件夹。")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise ReportError(f"没有 {path}；请检查路径。")
    return found


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
    if options.public:
        from bot.neural import NeuralReader
        from eval.public import run_public

        with _progress("公开数据") as progress:
            measured = run_public(
                _encoder(options),
                NeuralReader(),
                limit=options.limit,
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
    if options.record:
        suite.FLOORS.write_text(json.dumps(suite.floors_of(found), indent=1) + "\n", "utf-8")
    findings = suite.below_floors(found, suite.read_floors()) if options.check else []
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
