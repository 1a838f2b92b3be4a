"""Scanned pages: through a double of the recogniser, and through RapidOCR where the extra and a Chinese font are here."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from io import BytesIO
from pathlib import Path

import pytest

import index.ocr
from bot.plot import font_folders
from index.errors import ReportError
from index.files import extract
from index.ocr import Picture, Piece, lines_of
from index.report import Report, parse_report
from index.sources import read_sources
from index.view import clean
from tests.paper import SIZE, pdf_of, set_in_pages

SCALE = 200 / 72
FONTS = ("wqy-", "notosanscjk", "notoserifcjk", "sourcehan", "simsun", "uming")


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BAOGAO_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def printed(seed: Report) -> list[list[tuple[str, float, float]]]:
    stretches = [(p.start, p.end) for p in seed.paragraphs]
    stretches += [(s.start, s.end) for s in seed.sections if not s.run_in]
    return set_in_pages([clean(seed.text[start:end]) for start, end in sorted(stretches)])


class Reader:
    """Reads pages in turn, out of what was printed on them, boxes a little off; Ctrl-C comes at a page."""

    def __init__(self, pages: Sequence[Sequence[tuple[str, float, float]]], interrupted_at: int = 0) -> None:
        self.pages = list(pages)
        self.interrupted_at = interrupted_at
        self.pictures: list[Picture] = []

    def __call__(self, picture: Picture) -> Sequence[Piece]:
        self.pictures.append(picture)
        if len(self.pictures) == self.interrupted_at:
            raise KeyboardInterrupt
        found = []
        for number, (text, x, y) in enumerate(self.pages.pop(0)):
            off = number % 3 - 1
            box = (x, y - SIZE, x + SIZE * len(text), y + 3)
            found.append(Piece(text, *(off + SCALE * side for side in box)))
        return found


def scan(count: int) -> bytes:
    return pdf_of([[(str(number), 80.0, 80.0)] for number in range(count)])


def test_a_scan_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.ocr, "recogniser", lambda: None)
    with pytest.raises(ReportError, match=r"^a\.pdf 是扫描件.*pip install 'baogaotong\[ocr\]'") as caught:
        extract("a.pdf", scan(2))
    assert str(caught.value).count("。") == 1


def test_a_recognised_scan_has_the_sentences_and_pages_of_the_report(
    printed: list[list[tuple[str, float, float]]], seed: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(printed)
    monkeypatch.setattr(index.ocr, "recogniser", lambda: reader)
    path = tmp_path / "扫描.pdf"
    path.write_bytes(scan(len(printed)))
    told: list[str] = []
    (source,) = read_sources([str(path)], say=told.append)
    assert told == [f"{path} 是扫描件，正在识别 {len(printed)} 页的文字；认错的字会留在引文里。"]
    assert {picture.shape for picture in reader.pictures} == {(2339, 1653, 3)}  # A4 at 200 dpi
    report = parse_report(source.name, source.text)
    assert [clean(report.text[s.start : s.end]) for s in report.sentences] == [
        clean(seed.text[s.start : s.end]) for s in seed.sentences
    ]
    for page, start in zip(printed, source.pages, strict=True):
        assert source.text[start:].startswith(page[0][0])


def test_recognising_goes_on_at_the_page_where_it_was_interrupted(
    printed: list[list[tuple[str, float, float]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = scan(len(printed))
    monkeypatch.setattr(index.ocr, "recogniser", lambda: Reader(printed, interrupted_at=4))
    with pytest.raises(KeyboardInterrupt):
        extract("a.pdf", data)
    later = Reader(printed[3:])
    monkeypatch.setattr(index.ocr, "recogniser", lambda: later)
    found = extract("a.pdf", data)
    assert len(later.pictures) == len(printed) - 3
    assert extract("a.pdf", data) == found  # nothing is left to read from


def test_a_scan_of_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.ocr, "recogniser", lambda: Reader([[], []]))
    with pytest.raises(ReportError, match=r"^a\.pdf 是扫描件，认不出多少文字；请"):
        extract("a.pdf", scan(2))


def test_columns_are_read_one_after_the_other_below_what_stands_across() -> None:
    def piece(text: str, left: float, top: float) -> Piece:
        return Piece(text, left, top, left + 10 * len(text), top + 12)

    left = [piece("甲" * 10, 0, 40 + 20 * n) for n in range(5)]
    right = [piece("乙" * 10, 120, 41 + 20 * n) for n in range(5)]
    title = piece("题" * 12, 50, 0)
    mixed = sorted([*left, *right, title], key=lambda p: p.top)
    assert [line.text[0] for line in lines_of(mixed, 220)] == ["题", *"甲" * 5, *"乙" * 5]
    assert {line.size for line in lines_of(mixed, 220)} == {10.0}
    single = [piece("甲" * 20, 0, 20 * n) for n in range(5)]
    assert [line.top for line in lines_of(single, 220)] == [0, 20, 40, 60, 80]


def test_rapidocr_reads_a_printed_page(printed: list[list[tuple[str, float, float]]]) -> None:
    pytest.importorskip("rapidocr", reason="the extra `ocr` is not installed")
    fonts = [p for folder in font_folders() for p in folder.rglob("*") if p.name.lower().startswith(FONTS)]
    if not fonts:
        pytest.skip("no Chinese font here")
    from PIL import Image, ImageDraw, ImageFont

    face = ImageFont.truetype(fonts[0], int(SIZE * SCALE))
    page = Image.new("L", (int(595 * SCALE), int(842 * SCALE)), 255)
    for text, x, y in printed[1]:
        ImageDraw.Draw(page).text((x * SCALE, y * SCALE), text, font=face, fill=20, anchor="ls")
    data = BytesIO()
    page.save(data, "PDF", resolution=200)
    read = "".join(extract("a.pdf", data.getvalue()).text.split())
    wanted = "".join(text for text, _, _ in printed[1][:-1])
    assert len(wanted) > 400
    assert SequenceMatcher(None, read, wanted, autojunk=False).ratio() > 0.98
