import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answerer
from bot.cli import as_object, main
from bot.verify import Finding, Span, check, read_answers, sentence, source_hash
from index.errors import BaogaoError
from index.library import Library

SOURCE = "各位代表：\n全年完成造林1 800\n亩，新建公园3个。\n全年完成造林1800亩。\n"
DIGEST = source_hash(SOURCE)
AT = SOURCE.index("1 800")


def span(**changed: Any) -> Span:
    row = {
        "report": "a.txt",
        "text": "1800亩",
        "quote": "全年完成造林1800亩，新建公园3个。",
        "start": AT,
        "end": AT + 7,
    }
    return Span(**{**row, "sha256": DIGEST, **changed})


def found(**changed: Any) -> tuple[Finding, ...]:
    return check(span(**changed), {"a.txt": SOURCE}.get)


def test_a_span_stands_across_a_page_break() -> None:
    assert SOURCE[AT : AT + 7] == "1 800\n亩"
    assert found() == (Finding.STANDS,)
    assert found(sha256=None) == (Finding.STANDS,)


def test_each_thing_that_can_be_wrong_is_named() -> None:
    assert found(report="b.txt") == (Finding.NOT_HELD,)
    assert found(sha256="0" * 64) == (Finding.CHANGED,)
    assert found(text="1900亩") == (Finding.TEXT,)
    assert found(start=AT + 1) == (Finding.TEXT,)
    assert found(start=-1) == (Finding.TEXT,)
    assert found(end=10_000) == (Finding.TEXT,)
    assert found(quote="") == (Finding.QUOTE,)
    assert found(quote="全年完成造林2000亩。") == (Finding.QUOTE,)


def test_a_quote_that_stands_elsewhere_only_does_not_hold_the_span() -> None:
    assert found(quote="全年完成造林1800亩。") == (Finding.QUOTE,)


def test_findings_are_one_line_each() -> None:
    assert sentence(2, span(), (Finding.STANDS,)) == f"✓ [2] a.txt {AT}:{AT + 7} “1800亩”：对得上。"
    assert sentence(1, span(), (Finding.CHANGED, Finding.TEXT)).endswith(
        "：报告和回答时的不是同一个版本，那个位置不是这段文字。"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"spans": {}}',
        '{"spans": []}',
        '{"spans": [{"report": "a"}]}',
        '{"spans": [{"report": "a", "text": "b", "quote": "c", "start": "1", "end": 2}]}',
        '{"spans": [{"report": "a", "text": "b", "quote": "c", "start": true, "end": 2}]}',
    ],
)
def test_what_is_no_answer_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(BaogaoError, match="答案"):
        read_answers(text)


def test_answers_a_line_are_read_together() -> None:
    row = '{"spans": [{"report": "a", "text": "b", "quote": "c", "start": 1, "end": 2}]}'
    assert read_answers(f"{row}\n{row}\n") == [Span("a", "b", "c", 1, 2, None)] * 2


@pytest.fixture
def answer_file(answerer: Answerer, tmp_path: Path) -> Callable[[str, str], Path]:
    def write(old: str, new: str) -> Path:
        answer = answerer.answer("2019年GDP")
        found = as_object(answer, source_of=lambda name: answerer.library.report(name).text)
        path = tmp_path / "answer.json"
        path.write_text(json.dumps(found, ensure_ascii=False).replace(old or "\0", new), "utf-8")
        return path

    return write


def test_the_command_says_whether_all_stand(
    library: Library, answer_file: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    index = ["--index", str(library.folder)]
    assert main(["verify", str(answer_file("", "")), *index]) == 0
    assert capsys.readouterr().out == "✓ [1] zhanhe-2020.txt 343:351 “218.48亿元”：对得上。\n"
    assert main(["verify", str(answer_file("218.48亿元", "219.48亿元")), *index]) == 1
    assert capsys.readouterr().out == "✗ [1] zhanhe-2020.txt 343:351 “219.48亿元”：那个位置不是这段文字。\n"
    assert main(["verify", str(answer_file("zhanhe-2020.txt", "zhanhe-2021.txt")), *index]) == 1
    assert "索引里没有这份报告" in capsys.readouterr().out
    assert main(["verify", str(answer_file("spans", "spanner")), *index]) == 2
    assert main(["verify", str(library.folder / "none.json"), *index]) == 2


def test_the_hash_is_that_of_the_source_held(library: Library, answer_file: Callable[[str, str], Path]) -> None:
    rows = json.loads(answer_file("", "").read_text("utf-8"))["spans"]
    assert [row["sha256"] for row in rows] == [source_hash(library.report("zhanhe-2020.txt").text)]
