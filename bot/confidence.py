"""Which candidate is best, and how sure it is: linear models over features, fitted on our own tune questions.

There are weights for the rules alone, for the rules with the network, and for the few best of those, whose sentences
the network has read once more alone. `python -m eval.calibrate` fits them and writes `confidence.json`, which is
read here. Pure, but for that file.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("confidence.json")
THRESHOLD = 0.45  # from here on it answers; eval.calibrate prints what other thresholds would cost
MOST_LEAD = 3.0  # scores; beyond this a lead says nothing more
NETWORK, CLOSE = "belief", "close"  # features that only candidates have which the network read, and read alone


@dataclass(frozen=True, slots=True)
class Judgement:
    """Weights by feature: `preference` ranks the candidates of a question, `certainty` says how sure the best is."""

    preference: Mapping[str, float]
    certainty: Mapping[str, float]  # "lead" is the score above the next candidate's
    intercept: float


@cache
def judgements() -> Mapping[str, Judgement]:
    """What was fitted: "rules", "both" and "closer"."""
    return {name: Judgement(**row) for name, row in json.loads(FILE.read_text("utf-8")).items()}


def judgement_for(features: Mapping[str, float]) -> Judgement:
    """What was fitted on such candidates."""
    return judgements()["closer" if CLOSE in features else "both" if NETWORK in features else "rules"]


def preference(features: Mapping[str, float]) -> float:
    """What the candidates of one question are ranked by."""
    return sum(weight * features[name] for name, weight in judgement_for(features).preference.items())


def probability(features: Mapping[str, float], lead: float) -> float:
    """Calibrated chance, 0 to 1, that the best candidate is right; `lead` is its score above the next one's."""
    model, known = judgement_for(features), {**features, "lead": min(lead, MOST_LEAD)}
    value = model.intercept + sum(weight * known[name] for name, weight in model.certainty.items())
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, value))))
