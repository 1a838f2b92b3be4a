"""Every question is answered once: over failures of the network, kills, restarts, floods and many chats at once."""

import asyncio
import contextlib
import gc
import signal
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.answer import Answerer
from bot.wording import ZH
from index.library import Library
from tests.bot_api import BotApi, Fault, bot_api
from tests.service import command, play, running, talking

QUESTIONS = ("2019年GDP多少", "低保多少人", "2020年GDP目标", "今年修几条背街小巷", "报告人是谁")
ANSWERS = ("218.48亿元", "6738人", "地区生产总值增长7%左右", "8条", "陈斌")


def test_many_chats_with_five_questions_each_at_once(
    answerer: Answerer, tmp_path: Path, capsys: pytest.CaptureFixture[str], chats_at_once: int
) -> None:
    chats = range(1001, 1001 + chats_at_once)

    async def main() -> list[float]:
        async with talking(answerer, tmp_path / "state") as api:
            asked = time.monotonic()
            for n in range(5):
                for chat in chats:
                    api.say(QUESTIONS[(chat + n) % 5], chat)
            await api.replies(5 * len(chats))
            sent = [call.at - asked for call in api.calls if call.method == "sendMessage"]
            for chat in chats:
                firsts = [s.text.split("\n")[0] for s in api.in_chat(chat)]
                assert firsts == [ANSWERS[(chat + n) % 5] for n in range(5)]
            assert len(api.shown) == len(sent) == 5 * len(chats)
            return sent

    seconds = play(main())
    median, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    with capsys.disabled():
        rate = len(seconds) / max(seconds)
        print(f"\n{len(seconds)} questions at once: {rate:.0f} a second, p50 {median:.2f} s, p95 {p95:.2f} s")


@pytest.mark.parametrize(
    "faults",
    [
        [Fault("status", 502, description="Bad Gateway")],
        [Fault("status", 500), Fault("status", 500)],
        [Fault("status", 429, retry_after=1, description="Too Many Requests: retry after 1")],
        [Fault("cut")],
        [Fault("cut-after")],
        [Fault("cut"), Fault("cut-after")],
        [Fault("cut-after"), Fault("status", 502)],
    ],
    ids=lambda faults: "+".join(f"{f.kind}{f.code if f.kind == 'status' else ''}" for f in faults),
)
def test_a_failing_send_ends_in_one_message(answerer: Answerer, tmp_path: Path, faults: list[Fault]) -> None:
    async def main() -> None:
        async with talking(answerer, tmp_path / "state") as api:
            api.say("/help")
            await api.replies(1)
            api.fail("sendMessage", *faults)
            api.say(QUESTIONS[0])
            api.say(QUESTIONS[1])
            await api.replies(3)
            assert [s.text.split("\n")[0] for s in api.shown[1:]] == [ANSWERS[0], ANSWERS[1]]

    play(main())


def test_a_cut_while_looking_is_waited_out(answerer: Answerer, tmp_path: Path) -> None:
    async def main() -> None:
        async with talking(answerer, tmp_path / "state") as api:
            api.say("/help")
            await api.replies(1)
            api.fail("sendMessage", Fault("cut-after"))
            api.fail("editMessageText", Fault("status", 502), Fault("cut"), Fault("status", 429, retry_after=1))
            api.say(QUESTIONS[0])
            api.say(QUESTIONS[1])
            await api.replies(3)
            assert [s.text.split("\n")[0] for s in api.shown[1:]] == [ANSWERS[0], ANSWERS[1]]

    play(main())


def test_a_typing_sign_that_takes_long_holds_no_answer_up(answerer: Answerer, tmp_path: Path) -> None:
    async def main() -> None:
        async with bot_api() as api:
            slow = Fault("hold")
            api.fail("sendChatAction", slow)
            async with running(api, answerer, tmp_path / "state"):
                api.say(QUESTIONS[0])
                (shown,) = await api.replies(1)
                assert shown.text.startswith(ANSWERS[0])
                assert slow.reached.is_set()
                slow.released.set()

    play(main())
    gc.collect()  # what was left open would warn here, and warnings are errors


def test_polling_goes_on_after_failures(answerer: Answerer, tmp_path: Path) -> None:
    failures = [Fault("status", 502), Fault("cut"), Fault("status", 429, retry_after=1), Fault("cut-after")]

    async def main() -> None:
        async with talking(answerer, tmp_path / "state") as api:
            api.fail("getUpdates", *failures)
            api.say(QUESTIONS[0])
            await api.replies(1)
            api.say(QUESTIONS[1])
            await api.replies(2)
            assert [s.text.split("\n")[0] for s in api.shown] == [ANSWERS[0], ANSWERS[1]]

    play(main())


def test_repeated_and_disordered_updates_are_answered_once(answerer: Answerer, tmp_path: Path) -> None:
    async def main() -> None:
        async with talking(answerer, tmp_path / "state") as api:
            first = {"update_id": 50, "message": api.message(QUESTIONS[0])}
            second = {"update_id": 51, "message": api.message(QUESTIONS[1])}
            late = {"update_id": 49, "message": api.message(QUESTIONS[2], 8)}
            api.updates.extend([second, first, first, second])
            api.push_raw(second)
            await api.replies(2)
            api.repeats = True
            api.updates.extend([first, late])
            api.push_raw(second)
            await api.replies(3)
            api.say(QUESTIONS[3], 9)
            await api.replies(4)
            assert [s.text.split("\n")[0] for s in api.shown] == list(ANSWERS[:4])

    play(main())


def test_malformed_updates_hold_nobody_up(answerer: Answerer, tmp_path: Path) -> None:
    async def main() -> None:
        async with talking(answerer, tmp_path / "state") as api:
            bad: list[object] = [
                None, 5, "x", [], {}, {"update_id": "7"}, {"update_id": None}, {"update_id": 2**70},
                {"update_id": 60}, {"update_id": 61, "message": None}, {"update_id": 62, "message": 5},
                {"update_id": 63, "message": {"text": QUESTIONS[0]}}, {"update_id": 64, "message": {"message_id": 1}},
                {"update_id": 65, "message": {**api.message("x"), "text": 5}},
                {"update_id": 66, "message": {**api.message("x"), "date": "yesterday"}},
                {"update_id": 67, "message": {**api.message("x"), "chat": 7}},
                {"update_id": 68, "message": {**api.message("x"), "entities": [{"type": "bot_command", "offset": -5, "length": 900}]}},
                {"update_id": 69, "callback_query": {"id": "q"}}, {"update_id": 70, "inline_query": {}},
                {"update_id": 71, "callback_query": {"id": "q", "from": {"id": 7, "is_bot": False, "first_name": "甲"}, "chat_instance": "1"}},
                {"update_id": 72, "surprise": {"text": QUESTIONS[0]}},
            ]  # fmt: skip
            for update in bad:
                api.push_raw(update)
            api.say(QUESTIONS[0], 8)
            await api.until(lambda: api.in_chat(8))
            assert api.in_chat(8)[0].text.startswith(ANSWERS[0])
            assert not [s for s in api.shown if "Traceback" in s.text or "Error" in s.text]

    play(main())


def waiting(ledger: Path) -> int:
    """How many updates are not done with."""
    with contextlib.closing(sqlite3.connect(ledger)) as file:
        return int(file.execute("SELECT COUNT(*) FROM updates WHERE body IS NOT NULL").fetchone()[0])


def test_a_flood_is_told_once_and_others_are_served(answerer: Answerer, tmp_path: Path) -> None:
    async def main() -> None:
        async with talking(answerer, tmp_path / "state") as api:
            for _ in range(100):
                api.say(QUESTIONS[0], 7)
            api.say(QUESTIONS[1], 8)
            await api.until(lambda: api.in_chat(8) and len(api.in_chat(7)) == 21)
            assert [s.text for s in api.in_chat(7)].count(ZH.flood) == 1
            ledger = tmp_path / "state" / "ledger.sqlite3"
            await api.until(lambda: not waiting(ledger), "the flood to run off")
            api.say("/new", 7)
            await api.replies(22, 7)
            assert [s.text for s in api.in_chat(7)].count(ZH.flood) == 1
            assert api.in_chat(7)[-1].text == ZH.forgotten

    play(main())


def test_only_those_allowed_are_served(answerer: Answerer, tmp_path: Path) -> None:
    async def main() -> None:
        async with talking(answerer, tmp_path / "state", allowed=(7, -1001)) as api:
            for chat, person in ((7, 7), (8, 8), (-1001, 9), (-1002, 9), (-1002, 7)):
                api.say(f"/ask {QUESTIONS[0]}", chat, person)
            await api.replies(5)
            served = {(s.chat, s.text.startswith(ANSWERS[0])) for s in api.shown}
            assert served == {(7, True), (8, False), (-1001, True), (-1002, False), (-1002, True)}
            assert [s.text for s in api.in_chat(8)] == [ZH.not_allowed]

    play(main())


# -- stopping and starting again --------------------------------------------------------------------


def restarted(
    answerer: Answerer,
    folder: Path,
    first: Callable[[BotApi], Awaitable[None]],
    then: Callable[[BotApi], Awaitable[None]],
) -> None:
    async def main() -> None:
        async with bot_api() as api:
            async with running(api, answerer, folder):
                await first(api)
            async with running(api, answerer, folder):
                await then(api)

    play(main())


def test_memory_buttons_and_votes_outlive_a_restart(answerer: Answerer, tmp_path: Path) -> None:
    async def first(api: BotApi) -> None:
        api.say(QUESTIONS[0])
        await api.replies(1)

    async def then(api: BotApi) -> None:
        api.say("那增长呢？")
        assert (await api.replies(2))[1].text.startswith("增长7.3%")
        api.tap(api.shown[0], api.shown[0].button("上下文"))
        assert "218.48亿元" in (await api.replies(3))[2].text
        for _ in range(2):
            api.tap(api.shown[0], api.shown[0].button("👍"))
        await api.until(lambda: len(api.answered) == 3)
        await api.until(lambda: api.shown[0].button("👍")["text"] == "👍 ✓")

    restarted(answerer, tmp_path / "state", first, then)
    lines = (tmp_path / "state" / "feedback.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 1


def test_stopping_finishes_the_answer_in_hand_and_leaves_the_others(answerer: Answerer, tmp_path: Path) -> None:
    async def main() -> None:
        async with bot_api() as api:
            held = Fault("hold")
            api.fail("sendMessage", held)
            async with running(api, answerer, tmp_path / "state"):
                for question in QUESTIONS:
                    api.say(question)
                await api.until(held.reached.is_set, "the send")
                asyncio.get_running_loop().call_later(0.2, held.released.set)
            assert [s.text.split("\n")[0] for s in api.shown] == [ANSWERS[0]]
            async with running(api, answerer, tmp_path / "state"):
                await api.replies(5)
                assert [s.text.split("\n")[0] for s in api.shown] == list(ANSWERS)

    play(main())


@pytest.mark.parametrize("grace", [25.0, 0.0])
def test_stopping_under_load_leaves_nothing_open_and_loses_nothing(
    answerer: Answerer, tmp_path: Path, grace: float
) -> None:
    chats = range(1, 21)

    async def main() -> None:
        async with bot_api() as api:
            async with running(api, answerer, tmp_path / "state", grace=grace):
                api.say("/help", 99)  # now something is known of Telegram's numbering
                await api.replies(1)
                for n in range(3):
                    for chat in chats:
                        api.say(QUESTIONS[(chat + n) % 5], chat)
                await api.replies(6)
            assert len(api.shown) < 61
            async with running(api, answerer, tmp_path / "state"):
                await api.replies(61)
            for chat in chats:
                firsts = [s.text.split("\n")[0] for s in api.in_chat(chat)]
                assert firsts == [ANSWERS[(chat + n) % 5] for n in range(3)], chat

    play(main())
    gc.collect()  # what was left open would warn here, and warnings are errors


def test_an_answer_that_cannot_be_finished_in_time_is_not_sent_again(answerer: Answerer, tmp_path: Path) -> None:
    async def main() -> None:
        async with bot_api() as api:
            held = Fault("hold")
            async with running(api, answerer, tmp_path / "state", grace=0.1):
                api.say("/help")
                await api.replies(1)
                api.fail("sendMessage", held)
                api.say(QUESTIONS[0])
                await api.until(held.reached.is_set, "the send")
            async with running(api, answerer, tmp_path / "state"):
                api.say(QUESTIONS[1])
                await api.replies(3)
            assert [s.text.split("\n")[0] for s in api.shown[1:]] == [ANSWERS[0], ANSWERS[1]]

    play(main())


def test_looking_for_a_message_changes_no_other(answerer: Answerer, tmp_path: Path) -> None:
    """After a restart an old button is tapped in a group and the line is cut: older answers stay as they are."""
    group = -1001

    async def main() -> None:
        async with bot_api() as api:
            async with running(api, answerer, tmp_path / "state"):
                for question in QUESTIONS[:3]:
                    api.say(f"/ask {question}", group)
                await api.replies(3)
            before = [s.html for s in api.shown]
            async with running(api, answerer, tmp_path / "state"):
                api.fail("sendMessage", Fault("cut"), Fault("cut-after"))
                api.tap(api.shown[0], api.shown[0].button("上下文"))
                await api.replies(4)
                api.say("/help", group)
                await api.replies(5)
            assert [s.html for s in api.shown[:3]] == before
            assert not [s for s in api.shown if s.edits]

    play(main())


@pytest.mark.parametrize("fault", ["hold", "cut", None])
def test_a_kill_in_the_middle_loses_and_doubles_nothing(library: Library, tmp_path: Path, fault: str | None) -> None:
    """Killed while a message is on its way (noted by Telegram or not), or anywhere at all."""
    chats = range(1, 9)

    async def main() -> None:
        async with bot_api() as api:
            folder = tmp_path / "state"
            async with command(api, folder=folder, index=library.folder) as bot:
                api.say("/help", 99)
                await api.replies(1)
                for n in range(5):
                    for chat in chats:
                        api.say(QUESTIONS[(chat + n) % 5], chat)
                await api.replies(12)
                if fault:
                    on_its_way = Fault(fault)
                    api.fail("sendMessage", on_its_way)
                    await api.until(on_its_way.reached.is_set, "one more send")
                await bot.ended(signal.SIGKILL)
            async with command(api, folder=folder, index=library.folder) as bot:
                await api.replies(41)
                api.say("/help", 99)
                await api.replies(2, 99)
                code, _, log = await bot.ended(signal.SIGTERM)
                assert code == 0, log
            for chat in chats:
                firsts = [s.text.split("\n")[0] for s in api.in_chat(chat)]
                assert firsts == [ANSWERS[(chat + n) % 5] for n in range(5)], chat

    play(main())
