"""The service as its operator meets it: the command's exits, its log, webhook, metrics, feedback, errors."""

import io
import json
import logging
import re
import signal
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import wording
from bot.answer import Answer, Answerer
from bot.chat.logs import LOGGER, OneLine
from eval.questions import load
from index.library import Library
from tests.bot_api import TOKEN, BotApi, Fault, bot_api
from tests.service import command, play, running, talking


class Stumbling(Answerer):
    """Fails at one question, with the token in its mouth."""

    def answer(self, question: str, history: Sequence[str] = (), **more: Any) -> Answer:
        if "绊倒" in question:
            raise ValueError(f"stumbled\nover https://api.telegram.org/bot{TOKEN}/getMe")
        return super().answer(question, history, **more)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def exit_of(
    api_calls: Sequence[Fault], method: str, library: Library, folder: Path, *arguments: str, token: str = TOKEN
) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command over a server that fails like this."""

    async def main() -> tuple[int, str, str]:
        async with bot_api() as api:
            api.fail(method, *api_calls)
            async with command(api, *arguments, folder=folder, index=library.folder, token=token) as bot:
                return await bot.ended()

    return play(main())


def test_a_wrong_token_is_one_sentence(library: Library, tmp_path: Path) -> None:
    code, out, err = exit_of([], "getMe", library, tmp_path, token="123:wrong-token-of-somebody")
    assert (code, out, err) == (2, "", wording.BAD_TOKEN + "\n")


def test_no_token_is_one_sentence(library: Library, tmp_path: Path) -> None:
    code, out, err = exit_of([], "getMe", library, tmp_path, token="")
    assert (code, out, err) == (2, "", wording.NO_TOKEN + "\n")


def test_a_token_revoked_later_ends_the_service(library: Library, tmp_path: Path) -> None:
    code, _, err = exit_of([Fault("status", 401, description="Unauthorized")], "getUpdates", library, tmp_path)
    assert code == 2
    assert err.splitlines()[-1] == wording.BAD_TOKEN
    assert TOKEN not in err


def test_two_pollers_end_the_service(library: Library, tmp_path: Path) -> None:
    conflict = [Fault("status", 409, description="Conflict: terminated by other getUpdates request")] * 2
    code, _, err = exit_of(conflict, "getUpdates", library, tmp_path)
    assert code == 2
    assert err.splitlines()[-1] == wording.CONFLICT
    assert "Traceback" not in err


def test_a_second_process_with_the_same_state_is_refused(library: Library, tmp_path: Path) -> None:
    async def main() -> None:
        async with bot_api() as api, command(api, folder=tmp_path, index=library.folder) as first:
            await api.until(lambda: api.called("getUpdates"), "the first to poll")
            async with command(api, folder=tmp_path, index=library.folder) as second:
                code, _, err = await second.ended()
            assert (code, err.splitlines()[-1]) == (2, wording.ALREADY_RUNNING.format(tmp_path))
            assert (await first.ended(signal.SIGTERM))[0] == 0

    play(main())


def test_check_says_whether_it_could_run(library: Library, tmp_path: Path) -> None:
    code, out, _ = exit_of([], "getMe", library, tmp_path, "--check")
    assert (code, out) == (0, "机器人 @baogao_test_bot 在线。\n索引完好，1 份报告。\n")
    code, _, err = exit_of([], "getMe", library, tmp_path, "--check", token="123:no")
    assert (code, err) == (1, wording.BAD_TOKEN + "\n")
    code, _, err = exit_of([Fault("status", 502, description="Bad Gateway")], "getMe", library, tmp_path, "--check")
    assert (code, err) == (1, wording.CHECK_UNREACHABLE.format("Bad Gateway") + "\n")


def test_check_finds_a_damaged_index(tmp_path: Path) -> None:
    damaged = tmp_path / "index"
    generation = damaged / "generations" / "x"
    generation.mkdir(parents=True)
    (damaged / "CURRENT").write_text("x\n")

    async def main() -> None:
        async with bot_api() as api:
            async with command(api, "--check", folder=tmp_path, index=damaged) as bot:
                code, _, err = await bot.ended()
            assert code == 1
            assert "manifest.json" in err

    play(main())


def test_the_log_is_a_line_an_update_without_text_or_token(library: Library, tmp_path: Path) -> None:
    async def main() -> str:
        async with bot_api() as api:
            api.fail("getMe", Fault("status", 502), Fault("cut"))
            api.fail("sendMessage", Fault("cut"))
            async with command(api, folder=tmp_path, index=library.folder) as bot:
                for text in ("2019年GDP多少", "2018年GDP", "/help"):
                    api.say(text)
                await api.replies(3)
                await api.until(lambda: not api.updates, "all to be confirmed")  # so all three are on disk
                code, _, err = await bot.ended(signal.SIGTERM)
            assert code == 0
            return err

    log = play(main())
    assert TOKEN not in log
    assert "GDP" not in log
    assert "Traceback" not in log
    lines = [line for line in log.splitlines() if " update id=" in line]
    shape = r"\S+Z info baogao\.telegram update id=\d+ kind=\S+ ms=[\d.]+ (?:found=(?:yes|no) )?chat=[0-9a-f]{12}$"
    assert all(re.match(shape, line) for line in lines), lines
    told = [" ".join(re.findall(r"(?:kind|found)=\S+", line)) for line in lines]
    assert told == ["kind=question found=yes", "kind=question found=no", "kind=/help"]


def test_an_error_has_one_number_in_chat_and_log_and_no_secrets(library: Library, tmp_path: Path) -> None:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(OneLine([TOKEN]))

    async def main() -> list[str]:
        async with talking(Stumbling(library), tmp_path / "state") as api:
            api.say("会绊倒的问题")
            api.say("2019年GDP多少")
            return [s.text for s in await api.replies(2)]

    LOGGER.addHandler(handler)
    try:
        told, answered = play(main())
    finally:
        LOGGER.removeHandler(handler)
    number = re.fullmatch(re.escape(wording.ZH.error).replace(r"\{\}", "([0-9A-F]{8})"), told)
    assert number
    assert answered.startswith("218.48亿元")
    (line,) = [line for line in log.getvalue().splitlines() if f"reference={number[1]}" in line and "trace=" in line]
    assert "stumbled\\nover https://api.telegram.org/bot<token>/getMe" in line
    assert TOKEN not in log.getvalue()


def test_a_person_who_blocked_the_bot_is_no_error(answerer: Answerer, tmp_path: Path) -> None:
    async def main() -> None:
        async with talking(answerer, tmp_path / "state") as api:
            api.fail("sendMessage", Fault("status", 403, description="Forbidden: bot was blocked by the user"))
            api.say("2019年GDP多少", 7)
            api.say("低保多少人", 8)
            await api.until(lambda: api.in_chat(7) or api.in_chat(8))
            assert len(api.shown) == 1

    play(main())


def test_a_webhook_takes_updates_from_who_knows_the_secret(answerer: Answerer, tmp_path: Path) -> None:
    port = free_port()

    async def main() -> None:
        async with (
            bot_api() as api,
            running(api, answerer, tmp_path / "state", webhook=f"http://127.0.0.1:{port}/报告/hook", port=port),
        ):
            await api.until(lambda: api.webhook)
            assert len(api.webhook["secret_token"]) >= 32
            question = {"update_id": 5, "message": api.message("2019年GDP多少")}
            assert await api.post(question, secret="guess") == 403
            assert await api.post(question, secret="") == 403
            assert [await api.post(question) for _ in range(3)] == [200] * 3
            assert await api.post({"update_id": "x"}) == 200
            assert await api.post({"update_id": 6, "message": {**api.message("低保多少人"), "message_id": 99}}) == 200
            assert [s.text.split("\n")[0] for s in await api.replies(2)] == ["218.48亿元", "6738人"]
            assert not api.called("getUpdates")

    play(main())


def test_metrics_count_updates(answerer: Answerer, tmp_path: Path) -> None:
    port = free_port()

    async def main() -> str:
        async with talking(answerer, tmp_path / "state", metrics_port=port) as api:
            for text in ("2019年GDP多少", "2018年GDP", "/help"):
                api.say(text)
            await api.replies(3)
            async with httpx.AsyncClient() as client:
                for _ in range(1000):  # the last reply is out before it is counted
                    page = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
                    if 'kind="/help"} 1.0' in page:
                        return page
                raise AssertionError(page)

    page = play(main())
    assert 'baogao_updates_total{found="yes",kind="question"} 1.0' in page
    assert 'baogao_updates_total{found="no",kind="question"} 1.0' in page
    assert 'baogao_update_seconds_count{kind="question"} 2.0' in page


def conversation(answerer: Answerer, folder: Path, *, keeps_feedback: bool) -> None:
    async def main(api: BotApi) -> None:
        api.say("2019年GDP多少", 4711)
        api.say("湛河区的大学有几所", 4711)
        answer, declined = await api.replies(2)
        api.tap(answer, answer.button("👍"), person=4711)
        api.tap(declined, declined.button("👎"), person=4711)
        await api.until(lambda: declined.button("👎")["text"] == "👎 ✓")

    async def run() -> None:
        async with talking(answerer, folder, keeps_feedback=keeps_feedback) as api:
            await main(api)

    play(run())


def test_feedback_is_a_question_file_without_names(answerer: Answerer, tmp_path: Path) -> None:
    conversation(answerer, tmp_path / "state", keeps_feedback=True)
    path = tmp_path / "state" / "feedback.jsonl"
    cases = load(path, {"zhanhe-2020.txt": answerer.library.report("zhanhe-2020.txt").text})
    assert [(c.question, c.answers, c.tags) for c in cases] == [
        ("湛河区的大学有几所", (), ("unanswered", "to-check")),
        ("2019年GDP多少", (("218.48亿元",),), ("up",)),
        ("湛河区的大学有几所", (), ("down", "to-check")),
    ]
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len({row["chat"] for row in rows}) == 1
    assert "4711" not in path.read_text("utf-8")
    assert "甲" not in path.read_text("utf-8")


def test_feedback_can_be_left_off(answerer: Answerer, tmp_path: Path) -> None:
    conversation(answerer, tmp_path / "state", keeps_feedback=False)
    assert not (tmp_path / "state" / "feedback.jsonl").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping_while_telegram_is_away(library: Library, tmp_path: Path, number: signal.Signals) -> None:
    async def main() -> None:
        async with bot_api() as api:
            api.fail("getMe", *[Fault("status", 502)] * 50)
            async with command(api, folder=tmp_path, index=library.folder) as bot:
                await api.until(lambda: len(api.called("getMe")) >= 2, "a second try")
                code, _, err = await bot.ended(number)
            assert code == 0, err

    play(main())
