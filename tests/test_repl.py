import subprocess
import sys

import pytest

from bot import wording
from bot.answer import Answerer
from bot.dialogue import REMEMBERED, Dialogue
from bot.repl import respond
from index.library import Library
from tests.conftest import ROOT


@pytest.fixture
def dialogue(answerer: Answerer) -> Dialogue:
    return Dialogue(answerer)


def test_a_conversation_remembers_and_forgets(dialogue: Dialogue) -> None:
    assert respond(dialogue, "2019年GDP多少", colour=False).startswith("218.48亿元")
    assert respond(dialogue, "那增长呢？", colour=False).startswith("增长7.3%")
    assert respond(dialogue, "/new", colour=False) == wording.FORGOTTEN
    assert dialogue.history == []


def test_commands(dialogue: Dialogue) -> None:
    assert respond(dialogue, "/context", colour=False) == wording.NOTHING_YET
    assert respond(dialogue, "/source 1", colour=False) == wording.NOTHING_YET
    respond(dialogue, "2020年GDP目标", colour=False)
    assert "第22段" in respond(dialogue, "/source 1", colour=False)
    assert respond(dialogue, "/source 9", colour=False) == "没有第 9 条出处；这个答案有 1 条。"
    assert "▶ 第22段" in respond(dialogue, "/context", colour=False)
    assert respond(dialogue, "/reports", colour=False) == "zhanhe-2020.txt：湛河区 2020年"
    assert respond(dialogue, "/nothing", colour=False) == wording.UNKNOWN_COMMAND
    assert "/source N" in respond(dialogue, "/help", colour=False)


def test_colour_marks_the_answer_in_its_quote(dialogue: Dialogue) -> None:
    assert "\x1b[1;33m218.48亿元\x1b[0m" in respond(dialogue, "2019年GDP", colour=True)


def test_memory_is_bounded(dialogue: Dialogue) -> None:
    for _ in range(REMEMBERED + 3):
        dialogue.ask("2019年GDP")
    assert len(dialogue.history) == REMEMBERED


def test_it_works_when_piped(library: Library) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "chat", "--index", str(library.folder)],
        input="2019年GDP多少\n\n那增长呢？\n/quit\n不会问到\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert [block.splitlines()[0] for block in done.stdout.strip().split("\n\n") if not block.startswith("[")] == [
        "218.48亿元",
        "增长7.3%",
    ]
