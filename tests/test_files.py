import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from bot.answer import Answerer
from bot.chat import cards, markup
from bot.cli import as_object, main
from bot.dialogue import Dialogue
from bot.neural import NeuralReader
from bot.repl import respond
from bot.wording import EN, ZH
from index import files
from index.errors import LibraryError, ReportError
from index.fetch import fetch
from index.files import extract
from index.layout import Line, flow, plain
from index.library import Library, add, build, correct
from index.passages import passages_of
from index.report import Report, parse_report
from index.sources import read_source, read_sources
from index.view import clean
from tests.conftest import KeywordEncoder
from tests.paper import docx_of, html_of, ofd_of, pdf_of, set_in_pages, zip_of

TOY = "甲县政府工作报告\n各位代表：\n一、2020年工作回顾\n全年的生产总值增长5%，一件大事完成了。"


@pytest.fixture(scope="module")
def lines(seed: Report) -> list[str]:
    """The seed's paragraphs and headings, cleaned, in order."""
    stretches = [(p.start, p.end) for p in seed.paragraphs]
    stretches += [(s.start, s.end) for s in seed.sections if not s.run_in]
    return [clean(seed.text[start:end]) for start, end in sorted(stretches)]


def quiet(_sentence: str) -> None:
    pass


def copy_of(kind: str, lines: list[str]) -> bytes:
    pages = set_in_pages(lines, header="湛河区政府工作报告汇编")
    return {
        "docx": lambda: docx_of(lines),
        "html": lambda: html_of(lines),
        "pdf": lambda: pdf_of(pages),
        "ofd": lambda: ofd_of(pages),
    }[kind]()


# -- each kind --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["docx", "html", "pdf", "ofd"])
def test_a_copy_of_the_seed_has_its_sentences_and_answers_as_it_does(
    kind: str, seed: Report, lines: list[str], library: Library, network: NeuralReader, tmp_path: Path
) -> None:
    path = tmp_path / f"湛河区.{kind}"
    path.write_bytes(copy_of(kind, lines))
    build(tmp_path / "index", [path], library.encoder)
    copied = Library(tmp_path / "index", library.encoder)
    report = copied.report(path.name)
    assert [clean(report.text[s.start : s.end]) for s in report.sentences] == [
        clean(seed.text[s.start : s.end]) for s in seed.sentences
    ]
    assert (report.place, report.year, report.since) == ("湛河区", 2020, 2019)
    answer = Answerer(copied, network).answer("2020年GDP目标")
    assert answer.text == "地区生产总值增长7%左右"
    citation = answer.citations[0]
    assert clean(report.text[citation.start : citation.end]) == citation.text


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "gb2312"])
def test_a_page_is_read_in_its_charset_and_its_furniture_is_no_passage(charset: str) -> None:
    report = parse_report("x", extract("x.html", html_of(TOY.splitlines(), charset)).text)
    assert (report.place, report.year) == ("甲县", 2021)
    assert [report.text[a:b] for a, b in report.furniture] == [
        "首页 > 政务公开 > 正文",
        "【字号：大 中 小】",
        "来源：本站",
        "分享到：",
        "相关链接：",
        "省长答记者问，全文在此。",
    ]
    said = "".join(p.text for p in passages_of(report))
    assert "答记者问" not in said
    assert "增长5%" in said


def test_a_table_is_a_line_a_row() -> None:
    page = "<html><p>各项指标的完成情况如下，一年来都好。</p><table><tr><td>指标</td><td>增长</td></tr><tr><td>生产总值</td><td>5%</td></tr></table>"
    assert [line.split() for line in extract("x.html", page.encode()).text.splitlines()[1:]] == [
        ["指标", "增长"],
        ["生产总值", "5%"],
    ]


def test_markdown_loses_its_marks_and_keeps_its_numbering() -> None:
    text = extract(
        "a.md", "# 甲县政府工作报告\n\n## 一、回顾\n\n1. 一年来的[工作](http://x)，**完成**。\n> 的确。\n".encode()
    ).text
    assert text == "甲县政府工作报告\n\n一、回顾\n\n1. 一年来的工作，**完成**。\n的确。\n"


def test_pages_of_a_pdf_are_known_and_their_numbers_and_headers_dropped(lines: list[str]) -> None:
    pages = set_in_pages(lines, header="湛河区政府工作报告汇编")
    extracted = extract("a.pdf", pdf_of(pages))
    assert len(extracted.pages) == len(pages)
    assert extracted.pages[0] == 0
    for page, start in zip(pages, extracted.pages, strict=True):
        assert extracted.text[start:].startswith(page[1][0])  # what stands below the header
    assert "汇编" not in extracted.text
    assert "— 3 —" not in extracted.text


def test_the_page_of_an_offset(lines: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(copy_of("pdf", lines))
    build(tmp_path / "index", [path], KeywordEncoder("甲"))
    library = Library(tmp_path / "index", KeywordEncoder("甲"))
    pages = library.entries["a.pdf"].pages
    assert [library.page_at("a.pdf", at) for at in (0, pages[1] - 1, pages[1], pages[-1] + 5)] == [1, 1, 2, len(pages)]


def test_a_citation_tells_the_page_to_every_mouth(
    lines: list[str], library: Library, network: NeuralReader, tmp_path: Path
) -> None:
    path = tmp_path / "湛河区.pdf"
    path.write_bytes(copy_of("pdf", lines))
    build(tmp_path / "index", [path], library.encoder)
    answerer = Answerer(Library(tmp_path / "index", library.encoder), network)
    dialogue = Dialogue(answerer)
    shown = respond(dialogue, "2020年GDP目标", colour=False)
    printed = ["".join(text for text, _, _ in page) for page in set_in_pages(lines, header="湛河区政府工作报告汇编")]
    number = next(n for n, text in enumerate(printed, 1) if "地区生产总值增长7%左右" in text)
    assert number > 1
    place = f"湛河区.pdf · 二、2020年工作安排 · 第{number}页 · 第22段"
    assert shown.endswith(f"—— {place}")
    assert respond(dialogue, "/source 1", colour=False).endswith(f"—— {place}")
    answer = answerer.answer("2020年GDP目标")
    (span,) = as_object(answer, source_of=lambda name: answerer.library.report(name).text)["spans"]
    assert (span["text"], span["page"]) == ("地区生产总值增长7%左右", number)
    assert place in markup.to_html(cards.answer_text(answer, ZH, answerer.library))
    slip = cards.slip_of(answer, (), (), answerer.library)
    assert f" · page {number} · paragraph 22" in markup.to_html(cards.context_text(slip, EN, answerer.library))
    assert place in markup.to_html(cards.source_caption(slip.spans[0], ZH, answerer.library))


def test_a_hyphen_at_the_end_of_a_pdf_line_stays() -> None:
    lines = ["甲" * 24 + "5G-A网络建设一年来进展很好，一年来的工作也很好，大家都满意。"]
    assert "5G-A网络" in extract("a.pdf", pdf_of(set_in_pages(lines))).text


def test_columns_are_joined_each_within_itself() -> None:
    def line(text: str, left: float, top: float) -> Line:
        return Line(text, left, left + 10.0 * len(text), top, 10.0)

    page = [line("甲甲甲甲甲", 20, 0), line("甲甲甲甲甲甲甲", 0, 20), line("甲甲。", 0, 40)]
    page += [line("乙乙乙乙乙", 220, 0), line("乙乙乙乙乙乙乙", 200, 20), line("乙。", 200, 40)]
    assert flow([page]) == ("甲甲甲甲甲甲甲甲甲甲甲甲甲甲。\n乙乙乙乙乙乙乙乙乙乙乙乙乙。", (0,))


def set_flush(*texts: str, size: float = 10.0) -> list[Line]:
    """Lines from the left margin, each as wide as its characters; two spaces indent."""
    return [
        Line(text.strip(), size * 2 * text.startswith("  "), size * len(text), 2 * size * number, size)
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize("hanging", [1, 2])
def test_a_stop_that_hangs_beyond_the_margin_does_not_break_a_paragraph(hanging: int) -> None:
    full = ["乙" * 20 + "，" * (number < hanging) for number in range(7)]  # 20 characters fill a line
    page = set_flush("  " + "甲" * 18, *full, "丙" * 5 + "。", "  丁丁丁。")
    assert flow([page])[0] == "甲" * 18 + "".join(full) + "丙" * 5 + "。\n丁丁丁。"


@pytest.mark.parametrize("mark", ["二、", "十二、", "（三）", "(三)"])
def test_a_heading_mark_behind_a_full_line_that_ends_its_sentence_begins_a_line(mark: str) -> None:
    full = "乙" * 19 + "。"
    page = set_flush("  " + "甲" * 18, "乙" * 20, full, f"{mark}丙丙丙")
    assert flow([page])[0] == "甲" * 18 + "乙" * 20 + full + f"\n{mark}丙丙丙"


def test_a_heading_mark_within_a_sentence_or_on_the_next_line_of_one_begins_none() -> None:
    page = set_flush("  " + "甲" * 18, "乙" * 20, "（三）丙丙丙。")
    assert flow([page])[0] == "甲" * 18 + "乙" * 20 + "（三）丙丙丙。"
    page = set_flush("  " + "甲" * 18, "乙" * 19 + "。", "三年来丙丙丙。")
    assert flow([page])[0] == "甲" * 18 + "乙" * 19 + "。三年来丙丙丙。"


def test_a_radical_becomes_the_character_it_looks_like() -> None:
    assert plain("⼀年的⼯作，为⼈⺠，２０１９年") == "一年的工作，为人民，２０１９年"


# -- what is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"", "是空文件"),
        ("a.html", b" ", "是空文件"),
        ("a.txt", bytes(range(256)) * 50, "不是中文文本"),
        ("a.pdf", b"%PDF-1.5\nbroken", "不是完好的 PDF"),
        ("a.pdf", pdf_of([[("1", 80.0, 80.0)]] * 2), "是扫描件"),
        ("a.docx", b"no zip at all", "内容不是 DOCX"),
        ("a.docx", zip_of({"[Content_Types].xml": b"x", "word/document.xml": b"x"}), "不是完好的 Word"),
        ("a.ofd", zip_of({"OFD.xml": b"<x"}), "不是完好的 OFD"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "另存为 .docx"),
        ("a.html", b"<html><body><p>plain English, " + b"word " * 100, "不是中文"),
        ("a.zip", zip_of({"b.zip": b"x"}), "压缩文件里的压缩文件"),
    ],
)
def test_what_gives_no_text_is_refused_in_one_sentence(name: str, data: bytes, said: str) -> None:
    with pytest.raises(ReportError, match=said) as caught:
        extract(name, data)
    assert str(caught.value).startswith(name)
    assert str(caught.value).count("。") == 1
    assert "；请" in str(caught.value)


# -- archives and folders ---------------------------------------------------------------------------


def test_an_archive_gives_its_reports_names_in_gbk_and_folders_and_all(tmp_path: Path) -> None:
    info = ZipInfo("一层/二层/2021年甲县政府工作报告.txt".encode("gbk").decode("cp437"))
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as archive:
        archive.writestr(info, TOY)
        archive.writestr("照片.png", b"\x89PNG")
        archive.writestr("空.txt", b"")
        archive.writestr("__MACOSX/._a.txt", b"x")
    raw = bytearray(data.getvalue())
    path = tmp_path / "a.zip"
    path.write_bytes(unflagged(raw))
    told: list[str] = []
    assert [s.name for s in read_sources([str(path)], say=told.append)] == ["2021年甲县政府工作报告.txt"]
    assert len(told) == 1
    assert "空.txt 是空文件" in told[0]


def unflagged(raw: bytearray) -> bytes:
    """The archive as an old Chinese Windows packs it: names in GBK, the flag for UTF-8 not set."""
    name = "一层/二层/2021年甲县政府工作报告.txt"
    packed = name.encode("gbk").decode("cp437").encode("utf-8")
    for signature, flags, length, start in ((b"PK\x03\x04", 6, 26, 30), (b"PK\x01\x02", 8, 28, 46)):
        at = raw.find(signature)
        assert raw[at + start :].startswith(packed)
        raw[at + flags + 1] &= ~0x08
        padded = name.encode("gbk")
        padded = b"./" * ((len(packed) - len(padded)) // 2) + b"/" * ((len(packed) - len(padded)) % 2) + padded
        raw[at + start : at + start + len(packed)] = padded
        assert int.from_bytes(raw[at + length : at + length + 2], "little") == len(packed)
    return bytes(raw)


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zip_of({f"{n}.txt": b"0" * 1000 for n in range(30)}))
    monkeypatch.setattr(files, "LARGEST_ARCHIVE", 29_999)
    with pytest.raises(ReportError, match="解开后太大"):
        read_sources([str(path)], say=quiet)
    monkeypatch.setattr(files, "LARGEST_ARCHIVE", 30_000)
    monkeypatch.setattr(files, "LARGEST_FILE", 999)
    with pytest.raises(ReportError, match="上限"):
        read_sources([str(path)], say=quiet)
    monkeypatch.setattr(files, "MOST_MEMBERS", 29)
    with pytest.raises(ReportError, match="太多"):
        read_sources([str(path)], say=quiet)


def test_a_folder_is_read_with_all_its_kinds_and_others_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.txt").write_text(TOY, "utf-8")
    (tmp_path / "b" / "b.docx").write_bytes(docx_of(TOY.splitlines()))
    (tmp_path / "b" / "c.zip").write_bytes(zip_of({"d.html": html_of(TOY.splitlines())}))
    (tmp_path / "b" / "bad.pdf").write_bytes(b"%PDF-")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    told: list[str] = []
    found = read_sources([str(tmp_path)], say=told.append)
    assert [source.name for source in found] == ["a.txt", "b.docx", "d.html"]
    assert found[0].sha256 == hashlib.sha256(TOY.encode()).hexdigest()
    assert len(told) == 1
    assert "bad.pdf" in told[0]
    with pytest.raises(ReportError, match=r"bad\.pdf"):
        read_sources([str(tmp_path / "b" / "bad.pdf")], say=quiet)
    with pytest.raises(ReportError, match="没有"):
        read_source(tmp_path / "none.pdf")


# -- the web ----------------------------------------------------------------------------------------


class Site(BaseHTTPRequestHandler):
    """A little web site: a report, a redirect, a loop, a forbidden page, one that never ends."""

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self.reply(200, b"User-agent: *\nDisallow: /private/\n")
        elif self.path == "/moved":
            self.reply(302, b"", "/report.html")
        elif self.path == "/loop":
            self.reply(302, b"", "/loop")
        elif self.path == "/inside":
            self.reply(302, b"", "file:///etc/hosts")
        elif self.path == "/long":
            self.reply(200, b"x" * 3000)
        elif self.path == "/report.html":
            self.reply(200, html_of(TOY.splitlines(), "gb18030"))
        else:
            self.reply(404, b"")

    def reply(self, status: int, body: bytes, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


def test_a_url_is_a_source_by_its_address_after_a_redirect_too(site: str) -> None:
    for path in ("/report.html", "/moved"):
        (source,) = read_sources([site + path], say=quiet, allow_private=True)
        assert source.name == site + path
        assert parse_report(source.name, source.text).place == "甲县"


@pytest.mark.parametrize(
    ("path", "said"),
    [("/none", "HTTP 404"), ("/private/a", "robots"), ("/loop", "转向超过 5 次"), ("/inside", "不是 http")],
)
def test_what_the_web_refuses_is_one_sentence(path: str, said: str, site: str) -> None:
    with pytest.raises(ReportError, match=said) as caught:
        fetch(site + path, allow_private=True)
    assert str(caught.value).count("。") == 1


def test_a_long_answer_is_cut_off(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.fetch.LARGEST_FILE", 2048)
    with pytest.raises(ReportError, match="超过 2 KiB"):
        fetch(site + "/long", allow_private=True)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "169.254.1.1", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_addresses_that_are_not_public_are_not_asked(host: str) -> None:
    with pytest.raises(ReportError, match="allow-private"):
        fetch(f"http://{host}:9/report.html")


def test_a_site_that_is_not_there(site: str) -> None:
    with pytest.raises(ReportError, match="连不上"):
        fetch("http://127.0.0.1:1/", allow_private=True)
    assert site


# -- place and year, said by a person ---------------------------------------------------------------


def test_what_is_said_of_a_report_outlives_rebuilds_and_is_taken_back(tmp_path: Path) -> None:
    path, folder, encoder = tmp_path / "a.txt", tmp_path / "index", KeywordEncoder("甲")
    path.write_text(TOY, "utf-8")
    build(folder, [path], encoder)
    correct(folder, "a.txt", encoder, place="乙县", year=2019)
    for _ in range(2):
        entry = Library(folder, encoder).entries["a.txt"]
        assert (entry.place, entry.year, entry.since) == ("乙县", 2019, 2018)
        assert Library(folder, encoder).report("a.txt").year == 2019
        build(folder, [path], encoder)
    add(folder, [path], encoder)
    assert Library(folder, encoder).entries["a.txt"].place == "乙县"
    correct(folder, "a.txt", encoder)
    entry = Library(folder, encoder).entries["a.txt"]
    assert (entry.place, entry.year, entry.since) == ("甲县", 2021, 2020)
    with pytest.raises(LibraryError, match=r"没有 b\.txt"):
        correct(folder, "b.txt", encoder, year=2019)


def test_the_command_line_adds_says_lists(tmp_path: Path, site: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TOY, "utf-8")
    index = ["--index", str(tmp_path / "index")]
    assert main(["index", "add", str(path), "--region", "乙县", "--year", "2018", *index]) == 0
    assert main(["index", "add", f"{site}/report.html", "--allow-private", *index]) == 0
    assert main(["index", "add", f"{site}/report.html", *index]) == 2
    assert "--allow-private" in capsys.readouterr().err
    assert main(["index", "list", *index]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "a.txt\t乙县\t2018\t回顾 2017\t2 段",
        f"{site}/report.html\t甲县\t2021\t回顾 2020\t2 段",
    ]
    assert main(["index", "set", "a.txt", "region=丙县", "year=", *index]) == 0
    assert capsys.readouterr().out == "a.txt\t丙县\t2021\t回顾 2020\t2 段\n"
    assert main(["index", "set", "a.txt", "year=二零", *index]) == 2
    assert main(["index", "set", "a.txt", "colour=red", *index]) == 2
    assert "region=" in capsys.readouterr().err
