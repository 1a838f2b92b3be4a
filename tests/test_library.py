import math
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

import index.dense
import index.library
from bot.cli import main
from index.dense import Choice
from index.encoder import Progress, Rows
from index.errors import LibraryError, ReportError
from index.library import Library, Stats, add, build, exists, remove, stats, verify
from index.tokens import terms
from tests.conftest import ROOT, KeywordEncoder

Write = Callable[[str, str], Path]
ONE = "2020年甲县政府工作报告\n一、2019年工作回顾\n全年修路3公里。种树5亩。\n二、2020年工作安排\n今年修路8公里。"
TWO = "2020年乙县政府工作报告\n一、2019年工作回顾\n全年修路70公里。\n二、2020年工作安排\n今年种树90亩。"


def encoder() -> KeywordEncoder:
    return KeywordEncoder("修路", "种树")


def texts(library: Library, question: str, **how: object) -> list[str]:
    return [hit.passage.text for hit in library.search(question, terms(question), **how)]  # type: ignore[arg-type]


def test_search_finds_by_either_way_and_keeps_the_ranks(tmp_path: Path, write_report: Write) -> None:
    build(tmp_path / "i", [write_report("one.txt", ONE)], encoder())
    hits = Library(tmp_path / "i", encoder()).search("种树", terms("种树"))
    assert "种树5亩" in hits[0].passage.text
    assert (hits[0].dense_rank, hits[0].sparse_rank) == (1, 1)
    assert hits[-1].sparse_rank is None


def test_reports_limit_the_search_before_it(tmp_path: Path, write_report: Write) -> None:
    build(tmp_path / "i", [write_report("one.txt", ONE), write_report("two.txt", TWO)], encoder())
    library = Library(tmp_path / "i", encoder())
    assert {h.passage.report for h in library.search("修路", terms("修路"), reports=["two.txt"])} == {"two.txt"}
    with pytest.raises(LibraryError, match=r"没有 three\.txt"):
        library.search("修路", [], reports=["three.txt"])


def test_add_embeds_only_what_is_new_and_remove_leaves_no_trace(tmp_path: Path, write_report: Write) -> None:
    one, two = write_report("one.txt", ONE), write_report("two.txt", TWO)
    first = build(tmp_path / "i", [one], encoder())
    later = encoder()
    change = add(tmp_path / "i", [two], later)
    assert change.reports == 2
    assert change.embedded == len(later.encoded) == change.passages - first.passages
    again = encoder()
    assert build(tmp_path / "i", [one, two], again).embedded == 0
    assert again.encoded == []
    remove(tmp_path / "i", ["one.txt"], encoder())
    library = Library(tmp_path / "i", encoder())
    assert library.names == ("two.txt",)
    assert not [t for t in texts(library, "修路 种树", k=50) if "8公里" in t or "5亩" in t]


def test_a_changed_file_replaces_itself_and_the_same_content_is_one_report(tmp_path: Path, write_report: Write) -> None:
    build(tmp_path / "i", [write_report("one.txt", ONE)], encoder())
    change = add(tmp_path / "i", [write_report("one.txt", TWO), write_report("copy.txt", TWO)], encoder())
    assert (change.reports, change.duplicates) == (1, ("copy.txt",))
    assert Library(tmp_path / "i", encoder()).entries["one.txt"].place == "乙县"


def test_another_model_is_refused_by_both_names(tmp_path: Path, write_report: Write) -> None:
    build(tmp_path / "i", [write_report("one.txt", ONE)], encoder())
    with pytest.raises(LibraryError, match=r"keywords:修路,种树.*keywords:房"):
        Library(tmp_path / "i", KeywordEncoder("房"))


def test_missing_and_damaged_indexes_say_what_to_do(tmp_path: Path, write_report: Write) -> None:
    with pytest.raises(LibraryError, match="baogao index build"):
        Library(tmp_path / "none", encoder())
    assert not exists(tmp_path / "none")
    build(tmp_path / "i", [write_report("one.txt", ONE)], encoder())
    assert verify(tmp_path / "i") == []
    for name in ("passages.jsonl", "dense.faiss", "manifest.json"):
        build(tmp_path / name, [write_report("one.txt", ONE)], encoder())
        path = next((tmp_path / name / "generations").rglob(name))
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        findings = verify(tmp_path / name)
        assert findings
        assert all("baogao index build" in finding for finding in findings)
        with pytest.raises(LibraryError, match="baogao index build"):
            Library(tmp_path / name, encoder())
        build(tmp_path / name, [write_report("one.txt", ONE)], encoder())
        assert verify(tmp_path / name) == []


def test_a_changed_source_is_noticed(tmp_path: Path, write_report: Write) -> None:
    build(tmp_path / "i", [write_report("one.txt", ONE)], encoder())
    source = next((tmp_path / "i" / "generations").rglob("source-*.txt"))
    source.write_text(source.read_text("utf-8").replace("8公里", "9公里"), "utf-8")
    assert any(source.name in finding for finding in verify(tmp_path / "i"))


def test_a_bad_file_changes_nothing(tmp_path: Path, write_report: Write) -> None:
    build(tmp_path / "i", [write_report("one.txt", ONE)], encoder())
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\0\1\2\3" * 100)
    with pytest.raises(ReportError):
        add(tmp_path / "i", [bad], encoder())
    assert Library(tmp_path / "i", encoder()).names == ("one.txt",)


def test_nothing_is_pickled(tmp_path: Path, write_report: Write) -> None:
    build(tmp_path / "i", [write_report("one.txt", ONE)], encoder())
    for path in (tmp_path / "i").rglob("*.npy"):
        assert b"'|O'" not in path.read_bytes()[:128]
    assert not [p for p in (tmp_path / "i").rglob("*") if p.suffix in {".pkl", ".pickle"}]


_SLOW_BUILD = """
import sys, time
from pathlib import Path
from tests.conftest import KeywordEncoder
from index.library import add
class Slow(KeywordEncoder):
    def encode_document(self, texts, *, progress=None):
        print("encoding", flush=True)
        time.sleep(60)
add(Path(sys.argv[1]), [Path(sys.argv[2])], Slow("修路", "种树"))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_build_leaves_the_old_index_working(tmp_path: Path, write_report: Write, how: signal.Signals) -> None:
    build(tmp_path / "i", [write_report("one.txt", ONE)], encoder())
    command = [sys.executable, "-c", _SLOW_BUILD, str(tmp_path / "i"), str(write_report("two.txt", TWO))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == b"encoding\n"
    assert "种树5亩" in texts(Library(tmp_path / "i", encoder()), "种树")[0]  # readable while another builds
    process.send_signal(how)
    process.wait()
    process.stdout.close()
    assert verify(tmp_path / "i") == []
    assert Library(tmp_path / "i", encoder()).names == ("one.txt",)
    assert add(tmp_path / "i", [write_report("two.txt", TWO)], encoder()).reports == 2


_FULL_DISK = """
import resource, sys
from pathlib import Path
from tests.conftest import KeywordEncoder
from index.errors import LibraryError
from index.library import add
resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    add(Path(sys.argv[1]), [Path(sys.argv[2])], KeywordEncoder("修路", "种树"))
except LibraryError as error:
    print(error)
"""


def test_a_full_disk_leaves_the_old_index_working(tmp_path: Path, write_report: Write) -> None:
    build(tmp_path / "i", [write_report("one.txt", ONE)], encoder())
    command = [sys.executable, "-c", _FULL_DISK, str(tmp_path / "i"), str(write_report("two.txt", TWO))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert "写不了索引" in done.stdout
    assert Library(tmp_path / "i", encoder()).names == ("one.txt",)
    assert verify(tmp_path / "i") == []


def test_an_open_library_outlives_a_rebuild(tmp_path: Path, write_report: Write) -> None:
    build(tmp_path / "i", [write_report("one.txt", ONE)], encoder())
    library = Library(tmp_path / "i", encoder())
    for _ in range(3):
        build(tmp_path / "i", [write_report("two.txt", TWO)], encoder())
    assert "种树5亩" in texts(library, "种树")[0]
    assert library.report("one.txt").place == "甲县"


def test_what_a_crash_left_behind_is_swept(tmp_path: Path, write_report: Write) -> None:
    build(tmp_path / "i", [write_report("one.txt", ONE)], encoder())
    litter = tmp_path / "i" / "generations" / ".building-dead"
    litter.mkdir()
    os.utime(litter, (time.time() - 9999,) * 2)
    build(tmp_path / "i", [write_report("one.txt", ONE)], encoder())
    assert not litter.exists()


# -- going on after an interruption -----------------------------------------------------------------


class Interrupted(KeywordEncoder):
    """Somebody presses Ctrl-C while it works on the part after so many."""

    def __init__(self, parts: int) -> None:
        super().__init__("修路", "种树")
        self.parts = parts

    def encode_document(self, texts: Sequence[str], *, progress: Progress | None = None) -> Rows:
        if not self.parts:
            raise KeyboardInterrupt
        self.parts -= 1
        return super().encode_document(texts, progress=progress)


@pytest.mark.parametrize("held", [True, False], ids=["added", "the first of all"])
def test_an_interrupted_add_goes_on_where_it_stopped(
    held: bool, tmp_path: Path, seed_file: Path, write_report: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index.library, "PART", 16)
    folder, two = tmp_path / "i", write_report("two.txt", TWO)
    if held:
        build(folder, [write_report("one.txt", ONE)], encoder())
    for parts in (3, 2):
        with pytest.raises(KeyboardInterrupt):
            add(folder, [seed_file, two], Interrupted(parts))
        assert exists(folder) is held
    heard: list[tuple[int, int]] = []
    last = encoder()
    change = add(folder, [seed_file, two], last, lambda done, total: heard.append((done, total)))
    whole = encoder()
    build(tmp_path / "whole", [*([write_report("one.txt", ONE)] if held else []), seed_file, two], whole)
    lent = 2 if held else 0  # one.txt's
    assert len(last.encoded) == change.embedded == len(whole.encoded) - lent - (3 + 2) * 16
    assert heard[-1] == (change.embedded, change.embedded)
    assert set(last.encoded) < set(whole.encoded)
    np.testing.assert_array_equal(Library(folder, last).vectors, Library(tmp_path / "whole", last).vectors)
    assert not (folder / "pending").exists()


def test_what_is_left_over_serves_only_its_own_encoder_and_only_whole(
    tmp_path: Path, seed_file: Path, write_report: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index.library, "PART", 16)
    folder, other = tmp_path / "i", KeywordEncoder("修路")
    with pytest.raises(KeyboardInterrupt):
        add(folder, [seed_file], Interrupted(2))
    build(folder, [write_report("one.txt", ONE)], other)  # something else in between
    parts = sorted((folder / "pending").iterdir())
    assert len(parts) == 2
    parts[0].write_bytes(parts[0].read_bytes()[:200])
    change = build(tmp_path / "i", [seed_file], encoder())
    assert change.embedded == change.passages - 16
    assert not (folder / "pending").exists()


def test_the_command_line_says_that_it_goes_on(
    tmp_path: Path, seed_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.cli._encoder", lambda _options: Interrupted(0))
    assert main(["index", "add", str(seed_file), "--index", str(tmp_path / "i")]) == 130
    assert capsys.readouterr().err.endswith("已中断；索引保持原样，编码过的留着，再运行同样的命令就接着做。\n")


# -- what it is made of -----------------------------------------------------------------------------


def test_stats_tell_the_size_and_the_exact_index(tmp_path: Path, write_report: Write) -> None:
    build(tmp_path / "i", [write_report("one.txt", ONE), write_report("two.txt", TWO)], encoder())
    found = stats(tmp_path / "i")
    (generation,) = (tmp_path / "i" / "generations").iterdir()
    size = sum(os.path.getsize(os.path.join(top, name)) for top, _, names in os.walk(generation) for name in names)
    assert found == Stats(2, 4, 3, Choice("IndexFlatIP", 0, 0, 1.0), size)
    assert found.size_of_passage == size / 4
    with pytest.raises(LibraryError, match="baogao index build"):
        stats(tmp_path / "none")


def test_a_large_library_searches_approximately_and_says_how_well(
    tmp_path: Path,
    seed_file: Path,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(index.dense, "EXACT_UNTIL", 100)
    monkeypatch.setattr(index.dense, "FIRST_PROBES", 1)
    shutil.copytree(library.folder, tmp_path / "i")
    assert build(tmp_path / "i", [seed_file], library.encoder).embedded == 0
    found = stats(tmp_path / "i").dense
    assert (found.type, found.lists) == ("IndexIVFFlat", math.isqrt(len(library)))
    assert 1 < found.probes <= found.lists
    assert 0.95 <= found.recall <= 1
    large = Library(tmp_path / "i", library.encoder)
    np.testing.assert_array_equal(large.vectors, library.vectors)
    question = "2019年GDP"
    assert large.search(question, [], k=1)[0] == library.search(question, [], k=1)[0]
    assert verify(tmp_path / "i") == []
    monkeypatch.setattr("bot.cli._encoder", lambda _options: library.encoder)
    assert main(["index", "list", "--stats", "--index", str(tmp_path / "i")]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("zhanhe-2020.txt\t湛河区\t2020\t")
    assert out[1:5] == [
        "",
        "报告\t1 份",
        f"段落\t{len(library)} 个",
        f"向量\tIndexIVFFlat，384 维，近似：{found.lists} 组里查 {found.probes} 组，前 30 名找回 {found.recall:.3f}",
    ]
    assert [line.split("\t")[0] for line in out[5:]] == ["磁盘", "每段"]
    assert main(["index", "list", "--stats", "--index", str(library.folder)]) == 0
    assert "向量\tIndexFlatIP，384 维，精确\n" in capsys.readouterr().out
