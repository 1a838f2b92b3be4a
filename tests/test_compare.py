import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.answer import Answer, Answerer, Citation
from bot.cli import main
from bot.compare import COLUMNS, Cell, as_row, chosen, compare, drawable
from bot.plot import chinese_font, labels, scaled, write_plot
from bot.reason import Reason
from index.errors import BaogaoError
from index.library import Entry, Library
from index.view import clean


def entry(name: str, place: str, year: int | None) -> Entry:
    return Entry(name, "", "", 0, 0, place, year, None)


HELD = [
    entry("a", "江苏省", 2026),
    entry("b", "全国", 2024),
    entry("c", "全国", 2018),
    entry("d", "江苏省", 2025),
    entry("e", "", None),
]


def citation(report: str, text: str) -> Citation:
    return Citation(report, (), None, 1, text, 10, 10 + len(text), text, 10, 10 + len(text))


def answer(*citations: Citation) -> Answer:
    reason = None if citations else Reason.NOT_IN_REPORT
    return Answer("q", citations, (), 0.9, reason, (), (), (), 1.0)


def cell(place: str, year: int | None, value: float | None, unit: str) -> Cell:
    return Cell(f"{place}{year}", place, year, (citation("r", "x"),) if value is not None else (), value, unit)


def test_rows_are_places_as_held_and_their_years_in_order() -> None:
    assert [e.name for e in chosen(HELD, [], [])] == ["d", "a", "c", "b", "e"]
    assert [e.name for e in chosen(HELD, ["国务院"], [])] == ["c", "b"]
    assert [e.name for e in chosen(HELD, ["全国", "苏"], [2018, 2026])] == ["c", "a"]


def test_a_place_or_year_that_is_not_held_is_named() -> None:
    with pytest.raises(BaogaoError, match=r"没有 浙江 的报告；有的是：江苏省、全国"):
        chosen(HELD, ["浙江"], [])
    with pytest.raises(BaogaoError, match=r"没有 2020 年.*：2018、2024"):
        chosen(HELD, ["全国"], [2020])


def test_values_are_made_alike_and_silence_is_a_cell() -> None:
    said = {"a": answer(citation("a", "达到1.2万亿元")), "b": answer(citation("b", "3000亿元")), "c": answer()}
    cells = list(compare(HELD[:3], said.__getitem__))
    assert [(c.report, c.value, c.unit, c.text) for c in cells] == [
        ("a", 1.2e12, "元", "达到1.2万亿元"),
        ("b", 3e11, "元", "3000亿元"),
        ("c", None, "", ""),
    ]
    assert as_row(cells[2]) == dict.fromkeys(COLUMNS) | {"report": "c", "place": "全国", "year": 2018}
    assert as_row(cells[1])["start"] == 10


def test_a_value_needs_its_citation() -> None:
    with pytest.raises(ValueError, match="without a citation"):
        Cell("a", "", None, (), 1.0, "元")


def test_only_one_unit_stands_on_an_axis() -> None:
    cells = [
        cell("全国", 2018, 6.5, "%"),
        cell("全国", 2019, 7e13, "元"),
        cell("全国", 2020, None, ""),
        cell("全国", 2021, 6, "%"),
    ]
    assert drawable(cells) == ([6.5, None, None, 6], "%")
    assert drawable([]) == ([], "")


def test_scales_that_a_person_reads() -> None:
    assert scaled([1.2e12, None, 3e11], "元") == ([1.2, None, 0.3], "万亿元")
    assert scaled([6.5], "%") == ([6.5], "%")
    assert scaled([120.0], "人") == ([120.0], "人")


def test_labels_tell_the_cells_apart() -> None:
    timeline = [cell("全国", 2018, 1, "%"), cell("全国", 2019, 1, "%")]
    assert labels(timeline, True) == ["2018", "2019"]
    places = [cell("江苏省", 2026, 1, "%"), cell("全国", 2026, 1, "%")]
    assert labels(places, True) == ["江苏省", "全国"]
    assert labels(places, False) == ["jiangsusheng", "quanguo"]
    assert labels([*places, cell("全国", 2024, 1, "%")], True)[1:] == ["全国 2026", "全国 2024"]


def test_a_chinese_font_is_known_by_its_file(tmp_path: Path) -> None:
    assert chinese_font([tmp_path, tmp_path / "none"]) is None
    (tmp_path / "opentype").mkdir()
    (tmp_path / "opentype" / "NotoSansCJK-Regular.ttc").touch()
    assert chinese_font([tmp_path]) == "Noto Sans CJK SC"


@pytest.mark.parametrize(("font", "title"), [("SimHei", "增速"), (None, "zengsu")])
def test_a_plot_shows_letters_that_can_be_read(font: str | None, title: str, tmp_path: Path) -> None:
    path = tmp_path / "out.svg"
    write_plot(
        "增速", [cell("全国", 2018, 6.5, "%"), cell("全国", 2020, None, ""), cell("全国", 2024, 5, "%")], path, font
    )
    drawn = path.read_text("utf-8")
    texts = [element.text for element in ElementTree.fromstring(drawn).iter() if element.tag.endswith("}text")]
    assert title in texts
    assert {"2018", "2020", "2024", "6.5"} <= set(texts)
    assert font is None or "SimHei" in drawn
    assert font or all(t is None or t.isascii() for t in texts)


def test_what_cannot_be_drawn_is_said(tmp_path: Path) -> None:
    with pytest.raises(BaogaoError, match=r"\.svg 或 \.png"):
        write_plot("x", [cell("全国", 2018, 6.5, "%")], tmp_path / "out.doc", None)
    with pytest.raises(BaogaoError, match="没有可以画的数"):
        write_plot("x", [cell("全国", 2018, None, "")], tmp_path / "out.svg", None)
    with pytest.raises(BaogaoError, match="写不了"):
        write_plot("x", [cell("全国", 2018, 6.5, "%")], tmp_path / "none" / "out.svg", None)


def test_the_cell_of_the_seed_report_is_its_answer(answerer: Answerer) -> None:
    entries = list(answerer.library.entries.values())
    (found,) = compare(entries, lambda name: answerer.answer("GDP增速目标", reports=[name]))
    assert (found.place, found.year, found.text, found.value, found.unit) == (
        "湛河区",
        2020,
        "地区生产总值增长7%左右",
        7.0,
        "%",
    )
    at = found.citations[0]
    assert clean(answerer.library.report(found.report).text[at.start : at.end]) == found.text


def test_the_command_in_every_form(library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = ["--index", str(library.folder)]
    assert main(["compare", "GDP增速目标", "--csv", *index]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert tuple(row) == COLUMNS
    assert (row["text"], row["value"], row["year"]) == ("地区生产总值增长7%左右", "7.0", "2020")
    assert main(["compare", "2030年GDP增速目标", "--csv", *index]) == 1
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["text"], row["start"]) == ("没有说", "")
    assert main(["compare", "GDP增速目标", "--json", "--plot", str(tmp_path / "a.svg"), *index]) == 0
    assert json.loads(capsys.readouterr().out)[0]["report"] == "zhanhe-2020.txt"
    assert (tmp_path / "a.svg").is_file()
    assert main(["compare", "GDP增速目标", *index]) == 0
    assert "二、2020年工作安排 · 第22段" in capsys.readouterr().out
    assert main(["compare", "GDP增速目标", "--region", "浙江", *index]) == 2
