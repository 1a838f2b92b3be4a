"""A comparison drawn: a line over the years of one place, else a bar a report. Knows cells and fonts, no library.

Where the machine has no Chinese font, names are spelled in pinyin: readable letters instead of empty boxes.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.compare import Cell, drawable
from bot.spelling import spelled
from index.errors import BaogaoError

# how the files of common Chinese fonts begin, and the family each holds
_FONTS = {
    "notosanscjk": "Noto Sans CJK SC",
    "notosanssc": "Noto Sans SC",
    "notoserifcjk": "Noto Serif CJK SC",
    "sourcehansans": "Source Han Sans SC",
    "wqy-zenhei": "WenQuanYi Zen Hei",
    "wqy-microhei": "WenQuanYi Micro Hei",
    "pingfang": "PingFang SC",
    "stheiti": "STHeiti",
    "hiragino sans gb": "Hiragino Sans GB",
    "msyh": "Microsoft YaHei",
    "simhei": "SimHei",
    "simsun": "SimSun",
    "droidsansfallback": "Droid Sans Fallback",
    "uming": "AR PL UMing CN",
    "ukai": "AR PL UKai CN",
}
NO_FONT = "这台机器上没有找到中文字体，图里的名称改用拼音。"
_STEPS = ((1e12, "万亿"), (1e8, "亿"), (1e4, "万"))


def font_folders() -> list[Path]:
    """Where this system keeps its fonts."""
    data = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    shared = [Path(folder) / "fonts" for folder in data.split(":") if folder]
    own = [Path.home() / ".fonts", Path.home() / ".local/share/fonts", Path.home() / "Library/Fonts"]
    windows = [Path(os.environ["WINDIR"]) / "Fonts"] if "WINDIR" in os.environ else []
    return [*shared, *own, Path("/System/Library/Fonts"), Path("/Library/Fonts"), *windows]


def chinese_font(folders: Iterable[Path]) -> str | None:
    """The family of a Chinese font in some folders; None where there is none."""
    names = {path.name.lower() for folder in folders if folder.is_dir() for path in _files(folder)}
    return next((family for begin, family in _FONTS.items() if any(n.startswith(begin) for n in names)), None)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.suffix.lower() in (".ttf", ".otf", ".ttc"))


def labels(cells: Sequence[Cell], chinese: bool) -> list[str]:
    """What tells the cells apart: the year, the place, or both; in pinyin where Chinese cannot be shown."""
    places, years = {c.place for c in cells}, {c.year for c in cells}
    told = []
    for cell in cells:
        place = (cell.place or cell.report) if chinese else _latin(cell.place or cell.report)
        year = str(cell.year or "")
        told.append(year if len(places) == 1 and year else place if len(years) == 1 else f"{place} {year}".strip())
    return told


def _latin(text: str) -> str:
    """Text without a single Chinese character: 江苏省 is jiangsusheng."""
    return spelled(text) if not text.isascii() else text


def scaled(values: Sequence[float | None], unit: str) -> tuple[list[float | None], str]:
    """Values in a unit that a person reads: 1.2e12 元 is 1.2 万亿元; gaps stay gaps."""
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    step, name = next(((s, n) for s, n in _STEPS if largest >= s and unit != "%"), (1.0, ""))
    return [None if value is None else value / step for value in values], name + unit


def write_plot(title: str, cells: Sequence[Cell], path: Path, font: str | None) -> None:
    """Draw the comparable cells into an SVG or PNG file; `BaogaoError` where that cannot be."""
    kind = path.suffix.lower()
    if kind not in (".svg", ".png"):
        raise BaogaoError(f"图只能写成 .svg 或 .png，不能写成 {path.name}；请换一个文件名。")
    values, unit = drawable(cells)
    if all(value is None for value in values):
        raise BaogaoError("没有可以画的数；请换一个问数的问题。")
    data = _chart(title, cells, *scaled(values, unit), font)
    try:
        path.write_bytes(_as_png(data) if kind == ".png" else data)
    except OSError as error:
        raise BaogaoError(f"写不了 {path}（{error.strerror or error}）；请检查文件夹和权限。") from error


def drawing() -> Any:
    """pygal, imported late because only plots need it, and without the import hook that it leaves behind.

    The hook is of a kind that Python has given up: every later import of a missing package would warn of it.
    """
    import pygal
    import pygal.style

    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]
    return pygal


def _chart(title: str, cells: Sequence[Cell], values: Sequence[float | None], unit: str, font: str | None) -> bytes:
    pygal = drawing()
    say = (lambda text: text) if font else _latin
    line = len({cell.place for cell in cells}) == 1 and len(cells) > 1
    style = pygal.style.Style(font_family=f"'{font}', sans-serif" if font else "sans-serif")
    kind: Any = pygal.Line if line else pygal.Bar
    chart = kind(
        js=[],
        style=style,
        title=say(title),
        x_title=say("年份" if line else "报告"),
        y_title=say(unit),
        show_legend=False,
        include_x_axis=True,
        x_label_rotation=45,
        truncate_label=-1,
        print_values=True,
        formatter=lambda value: "" if value is None else f"{value:g}",
        width=960,
        height=540,
    )
    chart.x_labels = labels(cells, bool(font))
    chart.add("", list(values))
    drawn: bytes = chart.render()
    return drawn


def _as_png(svg: bytes) -> bytes:
    try:
        import cairosvg
    except ImportError as error:
        raise BaogaoError("写 PNG 要装 cairosvg：请运行 pip install cairosvg，或改写成 .svg。") from error
    drawn: bytes = cairosvg.svg2png(bytestring=svg)
    return drawn
