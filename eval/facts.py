"""How well figures become facts, on sentences labelled by hand: `python -m eval.facts [FOLDER…]`.

The labels hold offsets, the hash of the source and the label's own words, never a report's sentence. Reports are looked
for by hash in `seeds/` and in the folders named; those that are absent are skipped and said so. Judges by its own rules.

How it was labelled: a figure is a quantity with a unit, never a date, a rank, part of a name, or a span of time that only
says when. Its indicator is the noun phrase as a table's head would have it, without verbs but with 新增. A total over
years, or an aim of a plan, has the last of them as its year; what a figure rose from (由7家增至16家) has none.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.facts import Fact, facts_of
from eval.text import f1
from index.errors import BaogaoError
from index.report import Report, parse_report
from index.sources import read_source

LABELS = Path(__file__).with_name("labelled-figures.jsonl")
SEEDS = Path(__file__).resolve().parent.parent / "seeds"
CLOSE = 0.6  # character F1 from which two namings of an indicator say the same


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of which every figure is labelled."""

    split: str  # tune: its misses were looked at; test: labelled after that, before the extractor was run on it
    report: str
    sha256: str  # of the decoded source
    start: int
    end: int
    figures: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over the labelled sentences; the rates are shares of them."""

    labelled: int
    extracted: int
    matched: int
    indicator: int  # of the matched: named in the label's very words
    indicator_close: int  # … or in words that share most characters with them, or hold them
    unit: int
    year: int
    standing: int

    @property
    def rates(self) -> dict[str, float]:
        """Precision and recall of extraction, accuracy of what is said of a figure that was found."""
        found = max(self.matched, 1)
        return {
            "precision": self.matched / max(self.extracted, 1),
            "recall": self.matched / max(self.labelled, 1),
            "indicator": self.indicator / found,
            "indicator_close": self.indicator_close / found,
            "unit": self.unit / found,
            "year": self.year / found,
            "standing": self.standing / found,
        }


def read_labels(path: Path = LABELS) -> list[Sentence]:
    """The labelled sentences."""
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [Sentence(r["split"], r["report"], r["sha256"], r["start"], r["end"], tuple(r["figures"])) for r in rows]


def held(files: Iterable[Path]) -> dict[str, Report]:
    """The reports among some files, by the hash of their decoded text."""
    found = {}
    for path in files:
        try:
            source = read_source(path)
        except BaogaoError:
            continue
        digest = hashlib.sha256(source.text.encode("utf-8")).hexdigest()
        found[digest] = parse_report(source.name, source.text)
    return found


def same(ours: str, label: str) -> bool:
    """Whether two namings of an indicator say the same: one holds the other, or most characters are shared."""
    return bool(ours) and (ours in label or label in ours or f1(ours, [label]) >= CLOSE)


def measure(labels: Sequence[Sentence], reports: Mapping[str, Report]) -> Score:
    """Compare what is extracted from the labelled sentences of the reports at hand with their labels."""
    counts = dict.fromkeys(Score.__dataclass_fields__, 0)
    facts = {digest: list(facts_of(report)) for digest, report in reports.items()}
    for sentence in labels:
        if sentence.sha256 not in reports:
            continue
        found = [f for f in facts[sentence.sha256] if sentence.start <= f.start < sentence.end]
        counts["labelled"] += len(sentence.figures)
        counts["extracted"] += len(found)
        for label in sentence.figures:
            fact = next((f for f in found if _is_same_figure(f, label)), None)
            if fact is None:
                continue
            counts["matched"] += 1
            counts["indicator"] += fact.indicator == label["indicator"]
            counts["indicator_close"] += same(fact.indicator, label["indicator"])
            counts["unit"] += fact.unit == label["unit"]
            counts["year"] += fact.year == label["year"]
            counts["standing"] += fact.standing.value == label["standing"]
    return Score(**counts)


def _is_same_figure(fact: Fact, label: Mapping[str, Any]) -> bool:
    return bool(fact.start < label["end"] and label["start"] < fact.end and fact.value == label["value"])


def main(arguments: Sequence[str]) -> int:
    """Print the figures for the labelled reports found in `seeds/` and the folders named."""
    labels = read_labels()
    wanted = {sentence.report: sentence.sha256 for sentence in labels}
    reports = held(p for folder in [SEEDS, *map(Path, arguments)] for p in folder.rglob("*.txt") if p.name in wanted)
    reports = {digest: report for digest, report in reports.items() if digest in wanted.values()}
    for name, digest in wanted.items():
        if digest not in reports:
            print(f"没有 {name}，跳过。", file=sys.stderr)
    for split in dict.fromkeys(sentence.split for sentence in labels):
        of_split = [sentence for sentence in labels if sentence.split == split]
        for name in dict.fromkeys(s.report for s in of_split if s.sha256 in reports):
            _show(name, measure([s for s in of_split if s.report == name], reports))
        _show(split, measure(of_split, reports))
    return 0


def _show(title: str, score: Score) -> None:
    rates = "  ".join(f"{name} {rate:.3f}" for name, rate in score.rates.items())
    print(f"{title}：{score.labelled} 个数，提取 {score.extracted}，对上 {score.matched}\n  {rates}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
