"""The real service over the tests' Bot API: in this process, or as the command in one of its own.

Nothing here waits for ever: a service that died ends a wait at once and says why, and `play` bounds a whole test. The
bounds are for hopeless cases; no test asserts on time.
"""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from bot.answer import Answer, Answerer
from bot.chat.application import Settings, serve
from tests.bot_api import TOKEN, BotApi, bot_api
from tests.conftest import ROOT

LONGEST = 900.0  # seconds of one test on a machine that hardly gives it any time

Result = TypeVar("Result")


def play(scene: Coroutine[Any, Any, Result]) -> Result:
    """Run a test's scene; an AssertionError where it does not come to its end."""

    async def bounded() -> Result:
        try:
            async with asyncio.timeout(LONGEST):
                return await scene
        except TimeoutError as error:
            raise AssertionError(f"the scene has not ended after {LONGEST:.0f} s; see where it waited above") from error

    return asyncio.run(bounded())


class Remembering(Answerer):
    """Another answerer's own answers, each worked out once: tests ask the same few questions hundreds of times."""

    def __init__(self, inner: Answerer) -> None:
        super().__init__(inner.library, inner.network)
        self._inner = inner
        self._known: dict[tuple[str, ...], Answer] = {}

    def answer(self, question: str, history: Sequence[str] = (), **more: Any) -> Answer:
        key = (question, *history)
        if key not in self._known:
            self._known[key] = self._inner.answer(question, history, **more)
        return self._known[key]


remembering = cache(Remembering)


@asynccontextmanager
async def running(api: BotApi, answerer: Answerer, folder: Path, **settings: Any) -> AsyncIterator[None]:
    """The service in this process, stopped as by SIGTERM at the end."""
    stopping = asyncio.Event()
    chosen = replace(Settings(TOKEN, api.url, rate=0, pause=0.01), **settings)
    task = asyncio.create_task(serve(chosen, remembering(answerer), folder, stopping))

    def death() -> str | None:
        return f"the service ended: {task}" if task.done() else None

    asked = len(api.called("getUpdates"))
    with api.watching(death):
        try:
            await api.until(lambda: len(api.called("getUpdates")) > asked or api.webhook, "the service to begin")
            yield
        finally:
            stopping.set()
            await task


@asynccontextmanager
async def talking(answerer: Answerer, folder: Path, **settings: Any) -> AsyncIterator[BotApi]:
    """A server and the service on it."""
    async with bot_api() as api, running(api, answerer, folder, **settings):
        yield api


@dataclass
class Command:
    """`baogao telegram` as its own process; what it writes goes to files, so that it never waits for a reader."""

    api: BotApi
    process: asyncio.subprocess.Process
    out: Path
    err: Path

    async def ended(self, number: signal.Signals | None = None) -> tuple[int, str, str]:
        """Exit code, stdout and stderr, after a signal if one is given."""
        if number is not None:
            self.process.send_signal(number)
        await self.api.until(lambda: self.process.returncode is not None, "the command to end", watched=False)
        assert self.process.returncode is not None
        return self.process.returncode, self.out.read_text("utf-8"), self.err.read_text("utf-8")

    def death(self) -> str | None:
        """What a wait for it is told when it is no more."""
        code = self.process.returncode
        return None if code is None else f"the command ended with {code}:\n{self.err.read_text('utf-8')[-2000:]}"


@asynccontextmanager
async def command(
    api: BotApi, *arguments: str, folder: Path, index: Path, token: str = TOKEN
) -> AsyncIterator[Command]:
    """The command, killed at the end if it still runs."""
    environment = {**os.environ, "BAOGAO_TELEGRAM_TOKEN": token, "BAOGAO_STATE": str(folder), "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as written:
        out, err = Path(written, "out"), Path(written, "err")
        with out.open("wb") as out_file, err.open("wb") as err_file:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.cli", "telegram", "--base-url", api.url, "--index", str(index), "--rate", "0",
                *arguments, cwd=ROOT, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=out_file, stderr=err_file,
            )  # fmt: skip
        bot = Command(api, process, out, err)
        try:
            with api.watching(bot.death):
                yield bot
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
