"""What a person sees of a run: tables on the screen, a Markdown report, SVG plots. Only lays out; computes nothing."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.plot import drawing
from eval.compare import Comparison

NAMES = {
    "overall": "总分（答对＋该拒则拒）",
    "right": "答对（有答案的问题中）",
    "declined": "有答案却没答",
    "refusals": "该拒则拒",
    "wrong_confident": "答错却自信",
    "exact_match": "完全一致 EM",
    "f1": "字符 F1",
    "list_items": "列表项找到",
    "figure_exact": "数字全对（值、单位、年份、性质）",
    "citation_holds": "引文含证据",
    "verbatim": "逐字可核",
    "evidence_first": "证据在第 1 段",
    "evidence_in_5": "证据在前 5 段",
    "recall_5": "证据召回 recall@5",
    "report_first": "首条引文出自该问的报告",
    "aurc": "风险—覆盖曲线下面积",
    "calibration_error": "校准误差 ECE",
}
_GROUP = ("overall", "right", "wrong_confident", "declined", "refusals", "evidence_in_5")
_SHORT = ("总分", "答对", "答错却自信", "没答", "该拒则拒", "前5段")
_BAD = {"wrong": "答错", "declined": "没答", "false": "不该答却答了"}
Rows = list[list[str]]


def _cell(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _summary(found: dict[str, Any]) -> tuple[list[str], Rows]:
    groups = [group for group in found["summary"] if group != "all" or len(found["summary"]) != 2]
    rows = []
    for name, title in NAMES.items():
        span = found["intervals"].get(name)
        cells = [_cell(found["summary"][group][name]) for group in groups]
        rows.append([title, *cells, f"{span[0]:.3f}–{span[1]:.3f}" if span else "—"])
    return ["指标", *({"all": "全部"}.get(group, group) for group in groups), "95% 区间"], rows


def _groups(groups: dict[str, dict[str, float | None]], title: str, most: int = 20) -> tuple[list[str], Rows]:
    return [title, *_SHORT], [[key, *(_cell(row[name]) for name in _GROUP)] for key, row in list(groups.items())[:most]]


def _retrieval(found: dict[str, Any]) -> tuple[list[str], Rows]:
    table = found["retrieval"]
    names = list(next(iter(table.values()), {}))
    return ["检索", *names], [[key, *(_cell(row[name]) for name in names)] for key, row in table.items()]


def _misses(found: dict[str, Any]) -> tuple[list[str], Rows]:
    rows = [
        [row["id"], _BAD[row["verdict"]], row["question"], row["answer"] or row["reason"] or "", _gold(row["gold"])]
        for row in found["results"]
        if row["verdict"] in _BAD
    ]
    return ["编号", "结果", "问题", "答", "标准答案"], rows


def _gold(gold: Sequence[Sequence[str]]) -> str:
    return " | ".join("；".join(one) for one in gold)


def _sections(found: dict[str, Any]) -> Iterable[tuple[str, tuple[list[str], Rows]]]:
    yield "结果", _summary(found)
    if found["retrieval"]:
        yield "检索：每个做法值多少", _retrieval(found)
    yield "按类型", _groups(found["by_type"], "类型")
    yield "按标签", _groups(found["by_tag"], "标签")
    yield "没答好的问题", _misses(found)


def show(found: dict[str, Any], console: Console) -> None:
    """The tables a person reads; the missed questions stay in the report."""
    console.print(f"{found['questions']}：{found['count']} 个问题，回答耗时中位数 {found['elapsed_ms']:.0f} 毫秒")
    for title, (heads, rows) in _sections(found):
        if rows and title != "没答好的问题":
            console.print(_table(title, heads, rows))


def _table(title: str, heads: Sequence[str], rows: Rows) -> Table:
    table = Table(title=title, title_justify="left")
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left", no_wrap=number == 0)
    for row in rows:
        table.add_row(*row)
    return table


def show_comparison(compared: Comparison, console: Console) -> None:
    """What changed hands between two runs."""
    console.print(
        f"共同的问题 {compared.count} 个：总分 {compared.before:.3f} → {compared.after:.3f}，"
        f"变好 {len(compared.gained)}，变坏 {len(compared.lost)}，配对检验 p = {compared.p_value:.3f}"
    )
    for title, rows in (("变好", compared.gained), ("变坏", compared.lost), ("仍没答好，但结果变了", compared.moved)):
        if rows:
            console.print(_table(title, ["编号", "问题", "之前", "之后"], [list(row) for row in rows]))


def _public(measured: dict[str, dict[str, Any]]) -> Iterable[tuple[str, list[str], Rows]]:
    for name, found in measured.items():
        names = list(next(iter(found["retrieval"].values())))
        rows = [[way, *(_cell(row[n]) for n in names)] for way, row in found["retrieval"].items()]
        yield f"{name}：{found['questions']} 个问题，{found['paragraphs']} 段", ["检索", *names], rows
        reading = [[way, _cell(row["exact_match"]), _cell(row["f1"])] for way, row in found["reading"].items()]
        if reading:
            yield f"{name}：阅读", ["段落", "EM", "F1"], reading


def show_public(measured: dict[str, dict[str, Any]], console: Console) -> None:
    """The public yardsticks as tables."""
    for title, heads, rows in _public(measured):
        console.print(_table(title, heads, rows))


def write_public(measured: dict[str, dict[str, Any]], folder: Path) -> None:
    """public.json and public.md."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "public.json").write_text(json.dumps(measured, ensure_ascii=False, indent=1), "utf-8")
    parts = [f"## {title}\n\n{markdown_table(heads, rows)}" for title, heads, rows in _public(measured)]
    (folder / "public.md").write_text("\n\n".join(parts) + "\n", "utf-8")


def write(found: dict[str, Any], folder: Path) -> None:
    """report.md, results.json, questions.jsonl and the plots, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found["results"])
    (folder / "questions.jsonl").write_text(lines, "utf-8")
    (folder / "report.md").write_text(markdown(found), "utf-8")
    (folder / "risk-coverage.svg").write_bytes(_risk_plot(found))
    (folder / "calibration.svg").write_bytes(_calibration_plot(found))


def markdown(found: dict[str, Any]) -> str:
    """The run as a Markdown report."""
    parts = [
        "# 评测报告",
        f"{found['questions']}：{found['count']} 个问题；{found['measured']}，提交 {found['commit'] or '未知'}；"
        f"回答耗时中位数 {found['elapsed_ms']:.1f} 毫秒。",
        "![风险—覆盖曲线](risk-coverage.svg) ![校准](calibration.svg)",
    ]
    for title, (heads, rows) in _sections(found):
        if rows:
            parts += [f"## {title}", markdown_table(heads, rows)]
    return "\n\n".join(parts) + "\n"


def markdown_table(heads: Sequence[str], rows: Rows) -> str:
    """A Markdown table; bars and newlines in cells are escaped."""
    marks = ["---"] + ["---:"] * (len(heads) - 1)
    cells = ([cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in [list(heads), marks, *rows])
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def _plot(title: str, across: str, up: str) -> Any:
    pygal = drawing()
    config = pygal.Config(js=[], show_legend=True, range=(0, 1), xrange=(0, 1), width=640, height=480)
    return pygal.XY(config, title=title, x_title=across, y_title=up, legend_at_bottom=True, pretty_print=True)


def _risk_plot(found: dict[str, Any]) -> bytes:
    plot = _plot("风险—覆盖曲线", "回答了多少问题", "其中答错的比例")
    curve = found["risk_coverage"]
    plot.add("按置信度从高到低", list(zip(curve["coverage"], curve["risk"], strict=True)), show_dots=False)
    drawn: bytes = plot.render()
    return drawn


def _calibration_plot(found: dict[str, Any]) -> bytes:
    plot = _plot("校准", "置信度", "实际答对的比例")
    plot.add("实测", [(sure, right) for sure, right, _ in found["calibration"]])
    plot.add("理想", [(0, 0), (1, 1)], show_dots=False, stroke_style={"dasharray": "4, 4"})
    drawn: bytes = plot.render()
    return drawn
