"""The documents tell the truth: the transcript is what the program says, the tree is what there is."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index.library import Library
from tests.conftest import ROOT

READMES = ("README.md", "README.zh.md")


@pytest.mark.parametrize("name", READMES)
def test_the_transcript_is_what_the_program_says(name: str, library: Library) -> None:
    text = (ROOT / name).read_text("utf-8")
    block = re.search(r"<!-- transcript -->\n```console\n(.*?)```", text, re.DOTALL)
    assert block
    asked = re.split(r"^\$ baogao ask (.*)\n", block.group(1), flags=re.MULTILINE)[1:]
    assert len(asked) >= 4
    for question, expected in zip(asked[::2], asked[1::2], strict=True):
        command = [sys.executable, "-m", "bot.cli", "ask", question.strip('"'), "--index", str(library.folder)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.stdout.strip() == expected.strip()


@pytest.mark.parametrize("name", READMES)
def test_every_module_is_in_the_tree(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for room in ("index", "bot", "bot/chat", "eval"):
        for path in (ROOT / room).glob("*.py"):
            assert path.stem == "__init__" or re.search(rf"\b{path.stem}\b", text), path


@pytest.mark.parametrize("mark", ["fresh:run", "fresh:test"])
def test_the_set_up_commands_are_marked(mark: str) -> None:
    assert re.search(rf"^<!-- {mark} -->\n```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)


def block(name: str, mark: str) -> str:
    """The code block behind a mark in a document."""
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    assert found
    return found.group(1)


@pytest.mark.parametrize("name", READMES)
def test_systemd_accepts_the_unit(name: str, tmp_path: Path) -> None:
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("no systemd-analyze here")
    unit = tmp_path / "baogaotong.service"
    # verify wants the program to be there
    unit.write_text(block(name, "systemd").replace("/opt/baogaotong/bin/baogao", sys.executable), "utf-8")
    done = subprocess.run([analyze, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if unit.name in line]) == (0, [])


@pytest.mark.parametrize("name", READMES)
def test_the_dockerfile_keeps_the_rules(name: str) -> None:
    text = block(name, "dockerfile")
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    steps = [tuple(line.split(None, 1)) for line in lines]
    order = [step for step, _ in steps]
    known = {"FROM", "RUN", "COPY", "ARG", "ENV", "USER", "WORKDIR", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert set(order) <= known
    assert order[0] == "FROM"
    arguments = dict(reversed(steps))
    assert re.fullmatch(r"[\w./-]+:\d[\w.-]+", arguments["FROM"]), "an image with its version"
    assert arguments["USER"] not in ("root", "0")
    assert order.index("USER") < order.index("ENTRYPOINT")
    assert arguments["WORKDIR"].startswith("/")
    assert isinstance(json.loads(arguments["ENTRYPOINT"]), list)
    assert isinstance(json.loads(arguments["CMD"]), list)
    assert isinstance(json.loads(arguments["HEALTHCHECK"].partition("CMD ")[2]), list)
    for _, argument in steps:
        assert "pip install" not in argument or argument.count("pip install") == argument.count("--no-cache-dir")
        assert "TOKEN" not in argument
    assert block("README.md", "dockerfile") == text


@pytest.mark.parametrize("name", READMES)
def test_every_option_of_the_bot_is_explained(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "telegram", "--help"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    text = (ROOT / name).read_text("utf-8")
    options = set(re.findall(r"--[a-z][a-z-]+", done.stdout)) - {"--help"}
    assert not {option for option in options if not re.search(rf"`[^`]*{option}\b", text)}
