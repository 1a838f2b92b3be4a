"""Who may import whom, held in fresh interpreters; what a cold `ask` must not load."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULES = sorted(p for room in ("index", "bot", "bot/chat", "eval") for p in (ROOT / room).glob("*.py"))

TELEGRAM = {"application", "handlers", "hearing", "inline", "taps", "faults", "lanes", "outbox"}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda p: f"{p.parent.name}.{p.stem}")
def test_arrows(path: Path) -> None:
    rooms = {name.partition(".")[0] for name in imported(path)}
    name = path.stem
    if path.parent.name == "index":
        assert not rooms & {"bot", "eval"}
    if path.parent.name in ("bot", "chat") and name != "cli":
        assert "eval" not in rooms
    if path.parent.name == "bot" and name != "cli":
        assert not [module for module in imported(path) if module.startswith("bot.chat")]
    if path.parent.name == "chat":
        assert not imported(path) & {"bot.repl", "bot.cli"}
    if path.parent.name != "chat" or name not in TELEGRAM:
        assert "telegram" not in rooms
    if path.parent.name == "chat" and name in (
        "markup",
        "typed",
        "limits",
        "ledger",
        "feedback",
        "logs",
        "suggestions",
    ):
        assert not imported(path) & {"bot.wording", *(f"bot.chat.{module}" for module in TELEGRAM)}
    if path.parent.name == "bot" and name in ("question", "line", "reader", "answer", "front", "places", "spelling"):
        assert not imported(path) & {"bot.dialogue", "bot.wording", "bot.repl", "bot.cli"}


def test_no_module_is_named_telegram() -> None:
    assert not [p for p in MODULES if p.stem == "telegram"]


def test_the_answerer_loads_no_chat_and_no_training_library() -> None:
    code = "import sys, bot.answer; print(sorted({'telegram', 'torch', 'sentence_transformers', 'prompt_toolkit', 'eval'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_line_loads_no_chat_service_until_it_is_asked_for() -> None:
    code = "import sys, bot.cli; print(sorted({'telegram', 'httpx', 'tornado', 'sqlite3', 'prometheus_client'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: f"{p.parent.name}.{p.stem}")
def test_every_module_says_what_it_does(path: Path) -> None:
    if path.stem != "__init__":
        assert ast.get_docstring(ast.parse(path.read_text("utf-8")))
