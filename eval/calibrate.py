"""Fits the two models of `bot.confidence` on the tune questions and prints them with what they cost.

First which candidate is best (a conditional logit over the candidates of each question), then how sure the best
one is (logistic regression); both with a little L2, by Newton's method. Run it after every change to the features:
`python -m eval.calibrate [QUESTIONS.jsonl …]`; only the questions marked tune are read. Nothing imports it.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.answer import Answerer, Outcome, own_places, said_by, triage
from bot.confidence import COEFFICIENTS, MOST_LEAD, PREFERENCE
from bot.places import other_places
from bot.reader import Candidate
from eval.questions import Case, load
from eval.suite import QUESTIONS
from eval.text import squeeze
from index.cache import cache_folder
from index.encoder import open_encoder
from index.library import Library, build

Matrix = NDArray[np.float64]
RIDGE = 0.3
BRIEF = 25  # characters; a right answer this short is preferred to a longer one
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


def main(paths: Sequence[Path]) -> None:
    """Fit on the tune questions of the files; print both models, trade-offs and the readings they get wrong."""
    encoder, folder = open_encoder(), cache_folder() / "eval"
    build(folder, sorted((Path(__file__).resolve().parent.parent / "seeds").glob("*.txt")), encoder)
    library = Library(folder, encoder)
    sources = {name: library.report(name).text for name in library.names}
    cases = [case for path in paths for case in load(path, sources) if case.split == "tune"]
    seen = readings(Answerer(library), cases)
    names = list(PREFERENCE)
    groups = [(rows(r.candidates, names), np.array(_brief(r), np.float64)) for r in seen if any(r.right)]
    choice = fit_choice([pair for pair in groups if len(pair[1]) > 1])
    _print("PREFERENCE", dict(zip(names, choice, strict=True)))
    certainty_names = [name for name in COEFFICIENTS if name != "lead"]
    best: list[tuple[Reading, int, float]] = []
    for reading in seen:
        scores = rows(reading.candidates, names) @ choice
        top = int(scores.argmax())
        said = said_by(reading.candidates[top])
        others = [s for s, c in zip(scores, reading.candidates, strict=True) if said_by(c) != said]
        best.append((reading, top, min(MOST_LEAD, scores[top] - max(others, default=-np.inf))))
    features = np.vstack([rows([r.candidates[top]], certainty_names)[0] for r, top, _ in best])
    features = np.hstack([features, np.array([[lead] for *_, lead in best])])
    labels = np.array([r.right[top] for r, top, _ in best], np.float64)
    *weights, intercept = fit(features, labels)
    chance = 1 / (1 + np.exp(-(features @ np.array(weights) + intercept)))
    print(f"INTERCEPT = {intercept:.2f}")
    _print("COEFFICIENTS", dict(zip([*certainty_names, "lead"], weights, strict=True)))
    print(f"{len(seen)} readings, {int(labels.sum())} right, {sum(any(r.right) for r in seen)} had a right candidate")
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
        sure = chance >= threshold
        print(
            f"{threshold}: answered {sure.sum()}, of these wrong {(sure & (labels == 0)).sum()}, "
            f"right but declined {(~sure & (labels == 1)).sum()}"
        )
    for number in np.argsort(chance):
        reading, top, _ = best[number]
        right = bool(labels[number])
        if right is not bool(chance[number] >= 0.5):
            said = said_by(reading.candidates[top])[:50]
            print(
                f"{'lost' if right else 'wrong'} {chance[number]:.2f} {reading.case.id} {reading.case.question} | {said}"
            )


def _print(title: str, weights: dict[str, float]) -> None:
    print(f"{title} =", {name: round(float(weight), 2) for name, weight in sorted(weights.items())})


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]] or [QUESTIONS])
