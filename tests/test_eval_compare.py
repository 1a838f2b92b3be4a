from pathlib import Path

import pytest

from eval.compare import compare, read_results
from eval.questions import QuestionsError


def run(*verdicts: str) -> dict[str, object]:
    return {
        "results": [
            {"id": str(n), "question": "？", "gold": [], "verdict": verdict} for n, verdict in enumerate(verdicts)
        ]
    }


def test_what_changed_hands() -> None:
    found = compare(run("right", "wrong", "declined", "refused"), run("right", "right", "wrong", "false"))
    assert [row[0] for row in found.gained] == ["1"]
    assert [row[0] for row in found.lost] == ["3"]
    assert [row[0] for row in found.moved] == ["2"]
    assert (found.before, found.after, found.count) == (0.5, 0.5, 4)
    assert found.p_value == 1.0


def test_the_paired_test_is_exact() -> None:
    found = compare(run(*["wrong"] * 6), run(*["right"] * 6))
    assert found.p_value == pytest.approx(2 * 0.5**6)  # six of six one way


def test_runs_without_common_questions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionsError):
        compare(run("right"), {"results": []})
    with pytest.raises(QuestionsError, match="读不了"):
        read_results(tmp_path / "none.json")
