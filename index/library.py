"""The index on disk: reports in, ranked passages out.

A library is a folder of generations; `CURRENT` names the one in force and is switched in a single rename,
so that a crash or a full disk at any moment leaves the old one working, and readers need no lock. A rebuild
embeds only passages whose text is new. Knows nothing of questions or answers.
"""

import hashlib
import json
import os
import re
import shutil
import uuid
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from index.dense import Choice, Dense, index_of
from index.encoder import Encoder
from index.errors import LibraryError
from index.fusion import reciprocal_rank_fusion
from index.passages import Passage, Standing, passages_of
from index.pending import Pending
from index.report import Report, parse_report
from index.sources import Source, read_source
from index.sparse import Sparse
from index.tokens import terms as terms_of
from index.view import clean

FORMAT = 13
POOL = 60  # candidates each search gives to the fusion
PART = 128  # texts encoded before their rows are put on disk: what an interruption can cost, some 2 s
HELD = 200  # queries that the recall of an approximate index is measured with
_MEND = "请运行 baogao index build 重建。"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found; the ranks (from 1) say which search found it where."""

    passage: Passage
    score: float
    dense_rank: int | None
    sparse_rank: int | None
    similarity: float  # cosine with the question; 0 where the dense search did not come across it


@dataclass(frozen=True, slots=True)
class Entry:
    """One report in the manifest: its passages are rows [first, first + count)."""

    name: str
    sha256: str  # of the file's bytes as added
    source: str  # the decoded text's file within the generation
    first: int
    count: int
    place: str
    year: int | None
    since: int | None  # the first year it looks back on
    pages: tuple[int, ...] = ()  # offset at which each page begins; empty where the file had no pages
    said_place: str | None = None  # by a person, above what the text tells; it outlives a rebuild
    said_year: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a build did."""

    reports: int
    passages: int
    embedded: int  # passages that went through the encoder; the others kept their rows
    duplicates: tuple[str, ...]  # files whose content was there already under another name


@dataclass(frozen=True, slots=True)
class Stats:
    """What a library is made of and what it costs."""

    reports: int
    passages: int
    dimension: int
    dense: Choice
    size: int  # bytes of the generation in force

    @property
    def size_of_passage(self) -> float:
        """Bytes on disk for each passage."""
        return self.size / self.passages if self.passages else 0.0


class Library:
    """An opened generation; everything it needs is in memory, so that a rebuild never disturbs it."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        """Open the index in a folder; `LibraryError` says what is wrong and what to do."""
        self.folder = folder
        self.encoder = encoder
        generation = _current(folder)
        if generation is None:
            raise LibraryError(f"{folder} 里还没有索引；请运行 baogao index build。")
        try:
            manifest = json.loads((generation / "manifest.json").read_text("utf-8"))
            if manifest["format"] != FORMAT:
                raise LibraryError(f"索引的格式是 {manifest['format']}，本程序用 {FORMAT}；{_MEND}")
            if manifest["encoder"] != encoder.name:
                raise LibraryError(
                    f"索引是用模型 {manifest['encoder']} 建的，现在用的是 {encoder.name}；请换回原来的 --model，或重建索引。"
                )
            self.entries = {item["name"]: _entry(item) for item in manifest["reports"]}
            self._rows = (generation / "passages.jsonl").read_bytes().splitlines()
            self._texts = {e.name: (generation / e.source).read_bytes() for e in self.entries.values()}
            self._dense = Dense.load(generation / "dense.faiss")
            self._sparse_folder = generation / "sparse"
            self._sparse_index = Sparse.load(self._sparse_folder, len(self._rows))
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise LibraryError(f"索引 {folder} 损坏（{type(error).__name__}）；{_MEND}") from error
        if not len(self._dense) == len(self._rows) == sum(e.count for e in self.entries.values()):
            raise LibraryError(f"索引 {folder} 损坏（段落数和向量数对不上）；{_MEND}")
        self.report = lru_cache(maxsize=512)(self._parse)
        self._passage = lru_cache(maxsize=4096)(self._read_passage)

    def __len__(self) -> int:
        return len(self._rows)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The reports' names, in the order they were added."""
        return tuple(self.entries)

    @property
    def vectors(self) -> NDArray[np.float32]:
        """All rows, (passages, dimension)."""
        return self._dense.rows

    def _parse(self, name: str) -> Report:
        entry = self.entries[name]
        return parse_report(name, self._texts[name].decode("utf-8"), entry.said_place, entry.said_year)

    def _read_passage(self, number: int) -> Passage:
        return _passage_from(json.loads(self._rows[number]), self._texts)

    def plain(self, name: str) -> str:
        """A report's text without white space, unparsed: quick to look for a word in."""
        return "".join(self._texts[name].decode("utf-8").split())

    def passages(self) -> Iterator[Passage]:
        """All passages, in the order of their rows."""
        return map(self._read_passage, range(len(self)))

    def passage_at(self, report: str, offset: int) -> Passage:
        """The passage of a report in which a source offset stands, or the next one below a heading."""
        entry = self.entries[report]
        found = map(self._passage, range(entry.first, entry.first + entry.count))
        return next(p for p in found if offset < p.end)

    def page_at(self, report: str, offset: int) -> int | None:
        """The page, from 1, on which a source offset stands; None where the file had no pages."""
        pages = self.entries[report].pages
        return bisect_right(pages, offset) or 1 if pages else None

    def check(self, reports: Collection[str]) -> None:
        """Raise `LibraryError` for a name that the library does not hold."""
        unknown = sorted(set(reports) - set(self.entries))
        if unknown:
            raise LibraryError(f"索引里没有 {unknown[0]}；有的是：{'、'.join(self.names) or '（空）'}。")

    def search(
        self,
        text: str,
        terms: Sequence[str],
        *,
        reports: Collection[str] | None = None,
        k: int = 20,
        ways: Collection[str] = ("dense", "sparse"),
    ) -> list[Hit]:
        """The k best passages for a question's text and terms; `reports` limits them before the search.

        `ways` names the searches that take part, for measuring one alone.
        """
        among = None if reports is None else self._ranges(reports)
        pool = max(POOL, k)
        dense = self._dense.search(self.encoder.encode_query([text])[0], pool, among) if "dense" in ways else []
        sparse = self._sparse_index.search(terms, pool, among) if "sparse" in ways else []
        dense_rank = {number: rank for rank, (number, _) in enumerate(dense, 1)}
        sparse_rank = {number: rank for rank, (number, _) in enumerate(sparse, 1)}
        fused = reciprocal_rank_fusion([list(dense_rank), list(sparse_rank)])
        cosine = dict(dense)
        return [
            Hit(self._passage(n), score, dense_rank.get(n), sparse_rank.get(n), cosine.get(n, 0.0))
            for n, score in fused[:k]
        ]

    def _ranges(self, reports: Collection[str]) -> list[tuple[int, int]]:
        self.check(reports)
        return [(e.first, e.first + e.count) for name, e in self.entries.items() if name in set(reports)]


# -- changing a library -----------------------------------------------------------------------------


def build(folder: Path, files: Iterable[Path | Source], encoder: Encoder, progress: Progress | None = None) -> Change:
    """Make the library hold exactly these files; what a person said of one that it holds already stays said."""
    sources = _sources(files)
    with _locked(folder):
        return _write(folder, _as_said(folder, sources), encoder, progress)


def add(folder: Path, files: Iterable[Path | Source], encoder: Encoder, progress: Progress | None = None) -> Change:
    """Add files; one of a name that is there replaces it, the same content twice is one report."""
    sources = _sources(files)
    with _locked(folder):
        return _write(folder, [*_held(folder), *_as_said(folder, sources)], encoder, progress)


def correct(folder: Path, name: str, encoder: Encoder, *, place: str | None = None, year: int | None = None) -> Change:
    """Say what place and year a report is of; None takes back what was said, and the text tells again."""
    with _locked(folder):
        held = _held(folder)
        if name not in {source.name for source in held}:
            raise LibraryError(f"索引里没有 {name}；有的是：{'、'.join(s.name for s in held) or '（空）'}。")
        said = [replace(s, place=place, year=year) if s.name == name else s for s in held]
        return _write(folder, said, encoder, None)


def _sources(files: Iterable[Path | Source]) -> list[Source]:
    return [file if isinstance(file, Source) else read_source(file) for file in files]


def _as_said(folder: Path, sources: Sequence[Source]) -> list[Source]:
    """The sources with what was said before of reports of their names, where nothing new is said."""
    if not exists(folder):
        return list(sources)
    try:
        said = {source.name: source for source in _held(folder)}
    except LibraryError:
        return list(sources)  # a damaged generation remembers nothing; the rebuild mends it
    return [
        replace(s, place=s.place or old.place, year=s.year or old.year) if (old := said.get(s.name)) else s
        for s in sources
    ]


def remove(folder: Path, names: Collection[str], encoder: Encoder, progress: Progress | None = None) -> Change:
    """Take reports out; no trace of them stays in any search."""
    with _locked(folder):
        held = _held(folder)
        unknown = sorted(set(names) - {source.name for source in held})
        if unknown:
            raise LibraryError(f"索引里没有 {unknown[0]}；有的是：{'、'.join(s.name for s in held) or '（空）'}。")
        return _write(folder, [source for source in held if source.name not in names], encoder, progress)


def stats(folder: Path) -> Stats:
    """What the library in a folder is made of; `LibraryError` where there is none."""
    generation = _current(folder)
    if generation is None:
        raise LibraryError(f"{folder} 里还没有索引；请运行 baogao index build。")
    try:
        manifest = json.loads((generation / "manifest.json").read_text("utf-8"))
        return Stats(
            reports=len(manifest["reports"]),
            passages=len(manifest["keys"]),
            dimension=manifest["dimension"],
            dense=Choice(**manifest["dense"]) if "dense" in manifest else Choice("IndexFlatIP", 0, 0, 1.0),
            size=sum(path.stat().st_size for path in generation.rglob("*") if path.is_file()),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryError(f"索引 {folder} 损坏（{type(error).__name__}）；{_MEND}") from error


def exists(folder: Path) -> bool:
    """Whether a folder holds an index, sound or not."""
    return (folder / "CURRENT").is_file()


def verify(folder: Path) -> list[str]:
    """What is wrong with the index on disk, a sentence each; none where all is well."""
    generation = _current(folder)
    if generation is None:
        return [f"{folder} 里没有可用的索引；{_MEND}"]
    try:
        manifest = json.loads((generation / "manifest.json").read_text("utf-8"))
        wanted = dict(manifest["files"])
        entries = [_entry(item) for item in manifest["reports"]]
    except (OSError, ValueError, KeyError, TypeError):
        return [f"清单 manifest.json 损坏；{_MEND}"]
    findings = []
    for name, digest in wanted.items():
        try:
            found = hashlib.sha256((generation / name).read_bytes()).hexdigest()
        except OSError:
            findings.append(f"文件 {name} 不见了；{_MEND}")
            continue
        if found != digest:
            findings.append(f"文件 {name} 的内容变了（应为 {digest[:12]}，实为 {found[:12]}）；{_MEND}")
    return findings or _check_laws(generation, entries)


def _check_laws(generation: Path, entries: Sequence[Entry]) -> list[str]:
    findings = []
    texts = {e.name: (generation / e.source).read_bytes() for e in entries}
    rows = (generation / "passages.jsonl").read_bytes().splitlines()
    vectors = Dense.load(generation / "dense.faiss").rows
    if len(rows) != len(vectors):
        findings.append(f"有 {len(rows)} 个段落却有 {len(vectors)} 个向量；{_MEND}")
    elif len(vectors) and float(np.abs(np.linalg.norm(vectors, axis=1) - 1).max()) > 1e-3:
        findings.append(f"有向量的长度不是 1；{_MEND}")
    for number, row in enumerate(rows):
        try:
            _passage_from(json.loads(row), texts)
        except (ValueError, KeyError, TypeError):
            findings.append(f"第 {number + 1} 个段落和原文对不上；{_MEND}")
    return findings


def _held(folder: Path) -> list[Source]:
    """What the library holds now, read from its own copy."""
    generation = _current(folder)
    if generation is None:
        return []
    try:
        manifest = json.loads((generation / "manifest.json").read_text("utf-8"))
        return [
            Source(
                name=item["name"],
                sha256=item["sha256"],
                text=(generation / item["source"]).read_bytes().decode("utf-8"),
                pages=tuple(item.get("pages", ())),
                place=item.get("said_place"),
                year=item.get("said_year"),
            )
            for item in manifest["reports"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryError(f"索引 {folder} 损坏（{type(error).__name__}）；{_MEND}") from error


def _write(folder: Path, sources: Sequence[Source], encoder: Encoder, progress: Progress | None) -> Change:
    chosen, duplicates = _distinct(sources)
    known = _known_rows(folder, encoder.name)
    passages: list[Passage] = []
    entries: list[Entry] = []
    for source in chosen:
        report = parse_report(source.name, source.text, source.place, source.year)
        own = passages_of(report)
        entries.append(
            Entry(
                name=source.name,
                sha256=source.sha256,
                source=f"source-{source.sha256[:16]}.txt",
                first=len(passages),
                count=len(own),
                place=report.place,
                year=report.year,
                since=report.since,
                pages=source.pages,
                said_place=source.place,
                said_year=source.year,
            )
        )
        passages.extend(own)
    keys = [_key(p.embedding_text) for p in passages]
    pending = Pending(folder / "pending", encoder.name)
    known |= pending.rows()
    new = {key: p.embedding_text for key, p in zip(keys, passages, strict=True) if key not in known}
    known |= _encode(new, encoder, pending, progress)
    matrix = np.stack([known[key] for key in keys]) if keys else np.empty((0, encoder.dimension), np.float32)
    generations = folder / "generations"
    generations.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    building = generations / f".building-{uuid.uuid4().hex[:12]}"
    try:
        building.mkdir()
        texts = {s.name: s.text for s in chosen}
        for entry in entries:
            (building / entry.source).write_bytes(texts[entry.name].encode("utf-8"))
        with (building / "passages.jsonl").open("w", encoding="utf-8") as lines:
            for passage in passages:
                lines.write(json.dumps(_passage_as(passage), ensure_ascii=True) + "\n")
        dense, choice = index_of(matrix, lambda: _held_queries(passages, encoder))
        dense.save(building / "dense.faiss")
        Sparse.of([terms_of(p.embedding_text) for p in passages] or [[]]).save(building / "sparse")
        files = {
            str(path.relative_to(building)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(building.rglob("*"))
            if path.is_file()
        }
        manifest = {
            "format": FORMAT,
            "encoder": encoder.name,
            "dimension": int(matrix.shape[1]),
            "dense": asdict(choice),
            "keys": keys,
            "reports": [asdict(entry) for entry in entries],
            "files": files,
        }
        (building / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")
        _flush(building)
        generation = generations / uuid.uuid4().hex[:12]
        os.replace(building, generation)
        _switch(folder, generation.name)
        pending.forget(keys)
    except OSError as error:
        raise _unwritten(folder, error) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    _sweep(folder)
    return Change(len(entries), len(passages), len(new), tuple(duplicates))


def _encode(
    texts: dict[str, str], encoder: Encoder, pending: Pending, progress: Progress | None
) -> dict[str, NDArray[np.float32]]:
    """Rows by key; each part of them is on disk before the next is encoded, so that an interruption loses one part."""
    order = sorted(texts, key=lambda key: len(texts[key]))  # texts of a length make batches without padding
    rows: dict[str, NDArray[np.float32]] = {}
    for at in range(0, len(order), PART):
        keys = order[at : at + PART]
        told = partial(_tell, progress, at, len(order)) if progress else None
        part = encoder.encode_document([texts[key] for key in keys], progress=told)
        if len(order) > PART:
            try:
                pending.keep(keys, part)
            except OSError as error:
                raise _unwritten(pending.folder, error) from error
        rows |= zip(keys, part, strict=True)
    return rows


def _unwritten(folder: Path, error: OSError) -> LibraryError:
    return LibraryError(f"写不了索引 {folder}（{error.strerror or error}）；原来的索引还在，请检查磁盘空间和权限。")


def _tell(progress: Progress, before: int, total: int, done: int) -> None:
    progress(before + done, total)


def _held_queries(passages: Sequence[Passage], encoder: Encoder) -> NDArray[np.float32]:
    """A clause out of each of HELD passages, encoded as a question: that lies where people's questions lie."""
    picked = passages[:: max(1, len(passages) // HELD)]
    return encoder.encode_query([_middle_clause(clean(passage.text)) for passage in picked])


def _middle_clause(text: str) -> str:
    clauses = [clause for clause in re.split("[，。；：！？]", text) if clause]
    return clauses[len(clauses) // 2][:30] if clauses else text[:30]


def _distinct(sources: Sequence[Source]) -> tuple[list[Source], list[str]]:
    """Later files replace earlier ones of their name; the same content under a second name is left out."""
    by_name = {source.name: source for source in sources}
    seen: dict[str, str] = {}
    chosen, duplicates = [], []
    for source in by_name.values():
        if source.sha256 in seen:
            duplicates.append(source.name)
            continue
        seen[source.sha256] = source.name
        chosen.append(source)
    return chosen, duplicates


def _known_rows(folder: Path, encoder: str) -> dict[str, NDArray[np.float32]]:
    """Rows of the generation in force by the hash of their text, if the same model made them."""
    generation = _current(folder)
    if generation is None:
        return {}
    try:
        manifest = json.loads((generation / "manifest.json").read_text("utf-8"))
        if manifest["encoder"] != encoder or manifest["format"] != FORMAT:
            return {}
        path = generation / "dense.faiss"
        if hashlib.sha256(path.read_bytes()).hexdigest() != manifest["files"]["dense.faiss"]:
            return {}
        return dict(zip(manifest["keys"], Dense.load(path).rows, strict=True))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        return {}  # a damaged generation lends nothing; the rebuild mends it


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


def _entry(item: dict[str, Any]) -> Entry:
    return Entry(**{**item, "pages": tuple(item.get("pages", ()))})


# -- passages as lines ------------------------------------------------------------------------------


def _passage_as(passage: Passage) -> dict[str, object]:
    return {
        "report": passage.report,
        "start": passage.start,
        "end": passage.end,
        "headings": passage.headings,
        "paragraph": passage.paragraph,
        "sentences": passage.sentences,
        "year": passage.year,
        "standing": passage.standing.value,
        "digest": _key(passage.text)[:8],
    }


def _passage_from(row: dict[str, object], texts: dict[str, bytes]) -> Passage:
    name, start, end = str(row["report"]), int(str(row["start"])), int(str(row["end"]))
    text = _decoded(texts[name])[start:end]
    if _key(text)[:8] != row["digest"]:
        raise ValueError(f"the passage at {start}:{end} of {name} is not what was indexed")
    sentences = row["sentences"]
    headings = row["headings"]
    if not isinstance(sentences, list) or not isinstance(headings, list):
        raise ValueError("a passage without sentences")
    return Passage(
        report=name,
        start=start,
        end=end,
        text=text,
        headings=tuple(str(h) for h in headings),
        paragraph=int(str(row["paragraph"])),
        sentences=tuple((int(a), int(b)) for a, b in sentences),
        year=None if row["year"] is None else int(str(row["year"])),
        standing=Standing(str(row["standing"])),
    )


@lru_cache(maxsize=256)
def _decoded(data: bytes) -> str:
    return data.decode("utf-8")


# -- the folder -------------------------------------------------------------------------------------


def _current(folder: Path) -> Path | None:
    try:
        generation = folder / "generations" / (folder / "CURRENT").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return generation if generation.is_dir() else None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One builder at a time; readers need no lock."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "lock", timeout=60)
        with lock:
            yield
    except Timeout as error:
        raise LibraryError(f"另一个程序正在改索引 {folder}；请等它结束再试。") from error
    except PermissionError as error:
        raise LibraryError(f"写不了 {folder}（{error.strerror}）；请用 --index 指一个能写的文件夹。") from error


def _switch(folder: Path, generation: str) -> None:
    pointer = folder / f".current-{uuid.uuid4().hex[:8]}"
    try:
        with pointer.open("w", encoding="utf-8") as file:
            file.write(generation + "\n")
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(folder / "generations")
        os.replace(pointer, folder / "CURRENT")
        _sync_folder(folder)
    finally:
        pointer.unlink(missing_ok=True)


def _flush(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove what a crash left behind and all generations but the one in force and the one before it."""
    current = _current(folder)
    others = [p for p in (folder / "generations").iterdir() if p != current]
    finished = sorted((p for p in others if not p.name.startswith(".")), key=lambda p: p.stat().st_mtime)
    for path in [*(p for p in others if p.name.startswith(".")), *finished[:-1]]:
        shutil.rmtree(path, ignore_errors=True)
    for pointer in folder.glob(".current-*"):
        pointer.unlink(missing_ok=True)
