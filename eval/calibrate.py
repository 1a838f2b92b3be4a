"""Fits the coefficients of `bot.confidence` on the tune questions and prints them with what they cost.

Logistic regression with a little L2, by Newton's method. Run it after every change to the features:
`python -m eval.calibrate [QUESTIONS.jsonl …]`; only the questions marked tune are read. Nothing imports it.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.answer import Answerer, Outcome, own_places, triage
from bot.confidence import COEFFICIENTS
from bot.places import other_places
from eval.questions import Case, load
from eval.suite import QUESTIONS
from eval.text import squeeze
from index.cache import cache_folder
from index.encoder import open_encoder
from index.library import Library, build

Matrix = NDArray[np.float64]


def fit(features: Matrix, right: Matrix, *, ridge: float = 0.5, steps: int = 50) -> Matrix:
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


def observations(answerer: Answerer, cases: Sequence[Case]) -> Iterator[tuple[Case, Outcome, bool]]:
    """Each reading of each question, and whether it is right; questions that never reach the reader are left out."""
    names = answerer.library.names
    own = own_places([entry.place for entry in answerer.library.entries.values()])
    for case in cases:
        asked = answerer.understand(case.question, case.history, names, own)
        if triage(asked) or other_places(asked.normal, own):
            continue
        outcomes = answerer.read(asked, answerer.search(asked, names), own)
        for outcome in outcomes:
            if outcome.candidate:
                said = squeeze("".join(citation.text for citation in answerer.cite(outcome)))
                counted = any if len(outcomes) > 1 else all
                right = any(counted(squeeze(piece) in said for piece in gold) for gold in case.answers)
                yield case, outcome, right


def main(paths: Sequence[Path]) -> None:
    """Fit on the tune questions of the files and print coefficients, trade-offs and the readings it gets wrong."""
    encoder, folder = open_encoder(), cache_folder() / "eval"
    build(folder, sorted((Path(__file__).resolve().parent.parent / "seeds").glob("*.txt")), encoder)
    library = Library(folder, encoder)
    sources = {name: library.report(name).text for name in library.names}
    cases = [case for path in paths for case in load(path, sources) if case.split == "tune"]
    seen = [
        (case, outcome, outcome.candidate.features, right)
        for case, outcome, right in observations(Answerer(library), cases)
        if outcome.candidate
    ]
    names = list(COEFFICIENTS)
    features = np.array([[row[name] for name in names] for _, _, row, _ in seen])
    labels = np.array([right for *_, right in seen], np.float64)
    *weights, intercept = fit(features, labels)
    chance = 1 / (1 + np.exp(-(features @ np.array(weights) + intercept)))
    print(f"INTERCEPT = {intercept:.2f}")
    print("COEFFICIENTS =", {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)})
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
        sure = chance >= threshold
        print(
            f"{threshold}: answered {sure.sum()}, of these wrong {(sure & (labels == 0)).sum()}, "
            f"right but declined {(~sure & (labels == 1)).sum()}"
        )
    for number in np.argsort(chance):
        case, outcome, _, right = seen[number]
        if bool(right) is not bool(chance[number] >= 0.5) and outcome.candidate:
            line, start, end = outcome.candidate.spans[0]
            print(
                f"{'lost' if right else 'wrong'} {chance[number]:.2f} {case.id} {case.question} | {line.text[start:end][:60]}"
            )


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]] or [QUESTIONS])
