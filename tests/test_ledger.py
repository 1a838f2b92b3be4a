import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat.ledger import OLDEST_ANSWER, REMEMBERED, Ledger, Send
from tests.conftest import ROOT


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path)
    yield opened
    opened.close()


def test_an_update_is_taken_once_and_waits_until_it_is_done(ledger: Ledger) -> None:
    first, second = {"update_id": 5, "message": "一"}, {"update_id": 4, "message": "二"}
    assert [p.update for p in ledger.take([first, second, first])] == [first, second]
    assert ledger.take([second]) == []
    assert [p.update for p in ledger.waiting()] == [first, second]
    ledger.done(ledger.waiting()[0].ticket)
    assert [p.update for p in ledger.waiting()] == [second]
    assert ledger.take([first]) == []


def test_a_number_with_other_content_is_another_update(ledger: Ledger) -> None:
    ledger.take([{"update_id": 5, "message": "一"}])
    assert len(ledger.take([{"update_id": 5, "message": "二"}])) == 1


def test_sends_go_from_begun_to_arrived_or_refused(ledger: Ledger) -> None:
    assert ledger.send(1, "reply") is None
    ledger.begun(1, "reply", (3, 4, 5))
    assert ledger.send(1, "reply") == Send(None, (3, 4, 5))
    ledger.refused(1, "reply")
    assert ledger.send(1, "reply") is None
    ledger.arrived(1, "reply", 9)
    assert ledger.send(1, "reply") == Send(9, ())
    ledger.done(1)
    assert ledger.send(1, "reply") is None


def test_heights_only_rise(ledger: Ledger) -> None:
    assert ledger.height(7) == 0
    for number in (5, 3):
        ledger.raise_height(7, number)
    assert ledger.height(7) == 5


def test_what_is_written_together_fails_together(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.together():
            ledger.keep_chat("7", {"history": ["一"]})
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert ledger.chat("7") == {}
    ledger.keep_chat("7", {"history": ["二"]})
    assert ledger.chat("7") == {"history": ["二"]}


def test_an_answer_belongs_to_its_chat(ledger: Ledger) -> None:
    ledger.keep_answer("a", 7, 70, {"question": "一"})
    assert ledger.answer("a", 7) == {"question": "一"}
    assert ledger.answer("a", 8) is None
    assert ledger.answer_to(7, 70) == ("a", {"question": "一"})
    ledger.forget_chat(7)
    assert ledger.answer("a", 7) is None


def test_a_group_that_moves_takes_its_memory_along(ledger: Ledger) -> None:
    ledger.keep_chat("-5:7", {"history": ["一"]})
    ledger.move_chat(-5, -1005)
    assert ledger.chat("-1005:7") == {"history": ["一"]}
    assert ledger.chat("-5:7") == {}


def test_old_things_go_and_waiting_ones_stay(ledger: Ledger) -> None:
    now = time.time()
    done, waiting = ledger.take([{"update_id": 1}, {"update_id": 2}])
    ledger.done(done.ticket)
    ledger.keep_answer("a", 7, None, {})
    ledger.prune(now + REMEMBERED + 60)
    assert ledger.waiting() == [waiting]
    assert ledger.answer("a", 7) == {}
    assert [p.update for p in ledger.take([{"update_id": 1}])] == [{"update_id": 1}]
    ledger.prune(now + OLDEST_ANSWER + 60)
    assert ledger.answer("a", 7) is None


def test_a_killed_process_leaves_all_it_wrote(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from bot.chat.ledger import Ledger; l = Ledger(Path(sys.argv[1]));"
        "(p,) = l.take([{'update_id': 1, 'x': '一'}]); l.begun(p.ticket, 'reply', (1,)); l.keep_chat('7', {'a': 1});"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False)
    ledger = Ledger(tmp_path)
    (parcel,) = ledger.waiting()
    assert parcel.update == {"update_id": 1, "x": "一"}
    assert ledger.send(parcel.ticket, "reply") == Send(None, (1,))
    assert ledger.chat("7") == {"a": 1}
    ledger.close()


def test_nobody_else_can_read_it(ledger: Ledger, tmp_path: Path) -> None:
    assert ledger.waiting() == []
    assert (tmp_path / "ledger.sqlite3").stat().st_mode & 0o077 == 0
