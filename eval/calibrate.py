"""Fits the models of `bot.confidence` on the tune questions, writes them, and prints what they cost.

First which candidate is best (a conditional logit over the candidates of each question), then how sure the best
one is (logistic regression); both with a little L2, by Newton's method. With the network the choice is made twice:
among all candidates, then among the few whose sentences it read alone; which those are the weights in force decide,
so after a large change run it twice. Run it after every change to the features:
`python -m eval.calibrate [QUESTIONS.jsonl …] [--also REPORT QUESTIONS.jsonl]…`; only the questions marked tune are
read, and all those about other reports, which keep the weights from leaning on one report's ways. Nothing imports it.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.answer import Answerer, Outcome, said_by, triage
from bot.confidence import CLOSE, FILE, MOST_LEAD, THRESHOLD, Judgement
from bot.neural import NeuralReader
from bot.places import other_places, own_places
from bot.reader import LOOK, Candidate
from eval.questions import Case, load
from eval.suite import QUESTIONS
from eval.text import squeeze
from index.cache import cache_folder
from index.encoder import open_encoder
from index.library import Library, build

Matrix = NDArray[np.float64]
RIDGE = 6.0
LEARNED = "network"  # the tag of questions that the network was trained on
BRIEF = 25  # characters; a right answer this short is preferred to a longer one
SEEDS = Path(__file__).resolve().parent.parent / "seeds"
MOST_CANDIDATES = 40  # of one question; the rest never win


@dataclass(frozen=True, slots=True)
class Reading:
    """All candidates read for one question, and which of them are right."""

    case: Case
    candidates: tuple[Candidate, ...]
    right: tuple[bool, ...]


def fit(features: Matrix, right: Matrix, *, ridge: float = RIDGE, steps: int = 50) -> Matrix:
    """Coefficients (d + 1,), intercept last, for features (n, d) and labels (n,) of 0 and 1."""
    design = np.hstack([features, np.ones((len(features), 1))])
    penalty = np.eye(design.shape[1]) * ridge
    penalty[-1, -1] = 0.0
    weights = np.zeros(design.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (chance - right) + penalty @ weights
        curve = design.T @ (design * (chance * (1 - chance))[:, None]) + penalty
        step = np.linalg.solve(curve, gradient)
        weights -= step
        if float(np.abs(step).max()) < 1e-8:
            break
    return np.asarray(weights, np.float64)


def fit_choice(groups: Sequence[tuple[Matrix, Matrix]], *, ridge: float = RIDGE, steps: int = 60) -> Matrix:
    """Weights (d,) that make the right candidates of each group (features (n, d), labels (n,)) likely to be chosen."""
    weights = np.zeros(groups[0][0].shape[1])
    for _ in range(steps):
        gradient, curve = ridge * weights, ridge * np.eye(len(weights))
        for features, right in groups:
            scores = features @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            among = chance * right / (chance * right).sum()
            gradient += features.T @ (chance - among)
            mean = features.T @ chance
            curve += features.T @ (features * chance[:, None]) - np.outer(mean, mean)
        step = np.linalg.solve(curve, gradient)
        weights -= 0.7 * step
        if float(np.abs(step).max()) < 1e-6:
            break
    return np.asarray(weights, np.float64)


def readings(answerer: Answerer, cases: Sequence[Case]) -> list[Reading]:
    """The candidates of every question that reaches the reader, judged one by one."""
    names = answerer.library.names
    own = own_places([entry.place for entry in answerer.library.entries.values()])
    found = []
    for case in cases:
        asked = answerer.understand(case.question, case.history, names, own)
        if triage(asked) or other_places(asked.normal, own):
            continue
        outcomes = answerer.read(asked, answerer.search(asked, names), own)
        found += [_judged(case, outcome, len(outcomes) > 1) for outcome in outcomes if outcome.candidates]
    return found


def _judged(case: Case, outcome: Outcome, is_part: bool) -> Reading:
    counted = any if is_part else all
    kept = outcome.candidates[:MOST_CANDIDATES]
    said = [squeeze(said_by(candidate)) for candidate in kept]
    right = tuple(any(counted(squeeze(piece) in text for piece in gold) for gold in case.answers) for text in said)
    return Reading(case, kept, right)


def _brief(reading: Reading) -> tuple[bool, ...]:
    """The right candidates that are not much longer than a gold; all right ones where none is so brief."""
    longest = max(BRIEF, 4 * max(sum(map(len, gold)) for gold in reading.case.answers))
    brief = tuple(
        right and len(said_by(candidate)) <= longest
        for candidate, right in zip(reading.candidates, reading.right, strict=True)
    )
    return brief if any(brief) else reading.right


def rows(candidates: Sequence[Candidate], names: Sequence[str]) -> Matrix:
    """Features as an (n, d) matrix."""
    return np.array([[c.features[name] for name in names] for c in candidates], np.float64)


def best_of(seen: Sequence[Reading], names: Sequence[str], choice: Matrix) -> list[tuple[int, float]]:
    """For each reading the candidate that the weights choose, and its lead over the next one that says another thing."""
    found = []
    for reading in seen:
        scores = rows(reading.candidates, names) @ choice
        top = int(scores.argmax())
        said = said_by(reading.candidates[top])
        others = [s for s, c in zip(scores, reading.candidates, strict=True) if said_by(c) != said]
        found.append((top, min(MOST_LEAD, scores[top] - max(others, default=-np.inf))))
    return found


def before(reading: Reading) -> Reading:
    """All candidates of a reading as they were before the best few were looked at once more."""
    plain = (replace(c, features={n: v for n, v in c.features.items() if n not in LOOK}) for c in reading.candidates)
    return replace(reading, candidates=tuple(plain))


def closer(reading: Reading, first: Judgement) -> Reading:
    """The few that were looked at once more, with the scores that other weights gave them `first`."""
    few = [(c, right) for c, right in zip(reading.candidates, reading.right, strict=True) if CLOSE in c.features]
    scores = [sum(weight * c.features[name] for name, weight in first.preference.items()) for c, _ in few]
    anew = [replace(c, features={**c.features, "first": score}) for (c, _), score in zip(few, scores, strict=True)]
    return replace(reading, candidates=tuple(anew), right=tuple(right for _, right in few))


def fit_judgement(seen: Sequence[Reading]) -> tuple[Judgement, Matrix, Matrix]:
    """Both models of one way of reading; with them each reading's chance and whether its choice is right."""
    names = sorted(seen[0].candidates[0].features)
    groups = [(rows(r.candidates, names), np.array(_brief(r), np.float64)) for r in seen if any(r.right)]
    choice = fit_choice([pair for pair in groups if len(pair[1]) > 1])
    best = best_of(seen, names, choice)
    features = np.array(
        [[*rows([r.candidates[top]], names)[0], lead] for r, (top, lead) in zip(seen, best, strict=True)], np.float64
    )
    labels = np.array([r.right[top] for r, (top, _) in zip(seen, best, strict=True)], np.float64)
    *weights, intercept = fit(features, labels)
    chance = 1 / (1 + np.exp(-(features @ np.array(weights) + intercept)))
    judgement = Judgement(_rounded(names, choice), _rounded([*names, "lead"], weights), round(float(intercept), 3))
    return judgement, chance, labels


def _rounded(names: Sequence[str], weights: Sequence[float] | Matrix) -> dict[str, float]:
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}


def _opened(folder: str, reports: Sequence[Path], questions: Sequence[Path]) -> tuple[Library, list[Case]]:
    """An index of reports and the cases about them."""
    encoder, place = open_encoder(), cache_folder() / "calibrate" / folder
    build(place, reports, encoder)
    library = Library(place, encoder)
    sources = {name: library.report(name).text for name in library.names}
    return library, [case for path in questions for case in load(path, sources)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit on the tune questions of the files, write `confidence.json`, print trade-offs and what stays wrong.

    Questions that the network learned from teach the rules' models only: it is surer of them than of any other.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path, nargs="*", default=[QUESTIONS])
    parser.add_argument("--also", type=Path, nargs=2, action="append", default=[], metavar=("REPORT", "QUESTIONS"))
    options = parser.parse_args(arguments)
    library, cases = _opened("seeds", sorted(SEEDS.glob("*.txt")), options.questions)
    asked = [(library, [case for case in cases if case.split == "tune"])]
    asked += [_opened(report.stem, [report], [questions]) for report, questions in options.also]
    fitted = {}
    for name, network in (("rules", None), ("closer", NeuralReader())):
        seen = [
            reading
            for library, cases in asked
            for reading in readings(
                Answerer(library, network), [c for c in cases if not network or LEARNED not in c.tags]
            )
        ]
        if network:
            seen = [reading for reading in seen if CLOSE in reading.candidates[0].features]
            fitted["both"], *_ = fit_judgement([before(reading) for reading in seen])
            seen = [closer(reading, fitted["both"]) for reading in seen]
        fitted[name], chance, labels = fit_judgement(seen)
        print(f"{name}: {len(seen)} readings, {int(labels.sum())} right, {sum(any(r.right) for r in seen)} could be")
        for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
            sure = chance >= threshold
            print(
                f"{threshold}: answered {sure.sum()}, of these wrong {(sure & (labels == 0)).sum()}, "
                f"right but declined {(~sure & (labels == 1)).sum()}"
            )
        for number in np.argsort(chance):
            right = bool(labels[number])
            if right is not bool(chance[number] >= THRESHOLD):
                case = seen[number].case
                print(f"{'lost' if right else 'wrong'} {chance[number]:.2f} {case.id} {case.question}")
    text = json.dumps({name: asdict(row) for name, row in fitted.items()}, ensure_ascii=False, indent=1, sort_keys=True)
    FILE.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
