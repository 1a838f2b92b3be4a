"""The documents tell the truth: the transcript is what the program says, the tree is what there is."""

import re
import subprocess
import sys

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
    for room in ("index", "bot", "eval"):
        for path in (ROOT / room).glob("*.py"):
            assert path.stem == "__init__" or re.search(rf"\b{path.stem}\b", text), path


@pytest.mark.parametrize("mark", ["fresh:run", "fresh:test"])
def test_the_set_up_commands_are_marked(mark: str) -> None:
    assert re.search(rf"^<!-- {mark} -->\n```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
