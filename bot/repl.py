"""`baogao chat`: the conversation at a terminal, or over a pipe. Knows `Dialogue` and `wording`, no search."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bot import wording
from bot.dialogue import Dialogue
from index.errors import BaogaoError
from index.view import clean

COMMANDS = ("/help", "/reports", "/source", "/context", "/new", "/quit")
PROMPT = "问> "


def chat(dialogue: Dialogue, *, history_file: Path, colour: bool) -> int:
    """Talk until /quit or the end of input; 0."""
    lines = _typed(history_file) if sys.stdin.isatty() and sys.stdout.isatty() else _piped()
    if sys.stdin.isatty():
        print(wording.WELCOME)
    for line in lines:
        text = line.strip()
        if not text:
            continue
        if text in ("/quit", "/exit", "/q"):
            break
        try:
            print(respond(dialogue, text, colour=colour), end="\n\n", flush=True)
        except BaogaoError as error:
            print(error, file=sys.stderr)
    if sys.stdin.isatty():
        print(wording.GOODBYE)
    return 0


def respond(dialogue: Dialogue, text: str, *, colour: bool) -> str:
    """What the chat says to one line: a command's result or an answer."""
    if text.startswith("/"):
        command, _, argument = text.partition(" ")
        return _COMMANDS.get(command, _unknown)(dialogue, argument.strip())
    answer = dialogue.ask(text)
    bold, mark = (_bold, _highlight) if colour else (str, wording.brackets)
    return wording.lay_out(answer, lambda name: dialogue.answerer.library.report(name).text, bold=bold, mark=mark)


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m"


def _highlight(text: str) -> str:
    return f"\x1b[1;33m{text}\x1b[0m"


# -- commands ---------------------------------------------------------------------------------------


def _help(_dialogue: Dialogue, _argument: str) -> str:
    return wording.HELP


def _reports(dialogue: Dialogue, _argument: str) -> str:
    entries = dialogue.answerer.library.entries.values()
    return "\n".join(f"{e.name}：{e.place or '？'} {e.year or '？'}年" for e in entries)


def _new(dialogue: Dialogue, _argument: str) -> str:
    dialogue.forget()
    return wording.FORGOTTEN


def _source(dialogue: Dialogue, argument: str) -> str:
    citations = (dialogue.last.citations or dialogue.last.nearby) if dialogue.last else ()
    if not argument.isdecimal() or not 1 <= int(argument) <= len(citations):
        return wording.no_such_source(argument or "？", len(citations))
    citation = citations[int(argument) - 1]
    report = dialogue.answerer.library.report(citation.report)
    paragraph = report.paragraphs[citation.paragraph - 1]
    return f"{clean(report.text[paragraph.start : paragraph.end])}\n    —— {wording.place(citation)}"


def _context(dialogue: Dialogue, _argument: str) -> str:
    citations = (dialogue.last.citations or dialogue.last.nearby) if dialogue.last else ()
    if not citations:
        return wording.NOTHING_YET
    report = dialogue.answerer.library.report(citations[0].report)
    number = citations[0].paragraph
    around = report.paragraphs[max(0, number - 2) : number + 1]
    return "\n\n".join(
        f"{'▶' if p.number == number else ' '} 第{p.number}段　{clean(report.text[p.start : p.end])}" for p in around
    )


def _unknown(_dialogue: Dialogue, _argument: str) -> str:
    return wording.UNKNOWN_COMMAND


_COMMANDS: dict[str, Callable[[Dialogue, str], str]] = {
    "/help": _help,
    "/reports": _reports,
    "/source": _source,
    "/context": _context,
    "/new": _new,
}

# -- lines in ---------------------------------------------------------------------------------------


def _piped() -> Iterator[str]:
    yield from sys.stdin


def _typed(history_file: Path) -> Iterator[str]:
    """prompt_toolkit's line editor: history, completion, wide characters. Ctrl-C drops a line, Ctrl-D ends."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory

    history_file.parent.mkdir(parents=True, exist_ok=True)
    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(history_file)),
        completer=WordCompleter(list(COMMANDS), sentence=True),
        complete_while_typing=False,
    )
    while True:
        try:
            yield session.prompt(PROMPT)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
