"""The real service over the tests' Bot API, for one test: in this process, or as the command in one of its own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.answer import Answerer
from bot.chat.application import Settings, serve
from tests.bot_api import TOKEN, BotApi, bot_api
from tests.conftest import ROOT


@asynccontextmanager
async def running(api: BotApi, answerer: Answerer, folder: Path, **settings: Any) -> AsyncIterator[None]:
    """The service in this process, stopped as by SIGTERM at the end."""
    stopping = asyncio.Event()
    chosen = replace(Settings(TOKEN, api.url, rate=0, pause=0.01), **settings)
    task = asyncio.create_task(serve(chosen, answerer, folder, stopping))
    watch = asyncio.create_task(_watch(task))
    try:
        await api.until(lambda: task.done() or api.called("getUpdates") or api.webhook)
        yield
    finally:
        watch.cancel()
        stopping.set()
        await task


async def _watch(task: "asyncio.Task[None]") -> None:
    await asyncio.wait({task})


@asynccontextmanager
async def talking(answerer: Answerer, folder: Path, **settings: Any) -> AsyncIterator[BotApi]:
    """A server and the service on it."""
    async with bot_api() as api, running(api, answerer, folder, **settings):
        yield api


async def command(
    api: BotApi, *arguments: str, folder: Path, index: Path, token: str = TOKEN
) -> asyncio.subprocess.Process:
    """`baogao telegram` as its own process."""
    environment = {**os.environ, "BAOGAO_TELEGRAM_TOKEN": token, "BAOGAO_STATE": str(folder), "OMP_NUM_THREADS": "1"}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "telegram", "--base-url", api.url, "--index", str(index), "--rate", "0",
        *arguments, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
