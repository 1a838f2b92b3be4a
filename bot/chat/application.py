"""The Telegram service put together: PTB's Application with our queue, lanes and outbox; start, run, stop, check.

`run` serves until SIGTERM or SIGINT: answers in hand are finished, what waits stays in the ledger for the next
start. Handlers know what to say; nothing here does.
"""

import asyncio
import contextlib
import secrets
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from telegram import BotCommand
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot import wording
from bot.answer import Answerer
from bot.chat import poll
from bot.chat.desk import Desk
from bot.chat.faults import Faults
from bot.chat.feedback import Anonymous, Feedback, open_salt
from bot.chat.handlers import Handlers
from bot.chat.inline import Inline
from bot.chat.lanes import Inbox, Lanes
from bot.chat.ledger import Ledger
from bot.chat.limits import AllowList, Guard
from bot.chat.logs import LOGGER, fields
from bot.chat.metrics import Meter, NoMeter, PrometheusMeter
from bot.chat.outbox import CONNECTIONS, Outbox, Pace, Wire, task_prefix
from bot.chat.poll import ServiceError
from bot.chat.taps import Taps
from bot.wording import EN, ZH

TELEGRAM = "https://api.telegram.org"
THREADS = 2  # answers at a time; they share Python's one lock, so more would only wait for each other
GRACE = 25.0  # seconds for the answers in hand at SIGTERM; systemd and Docker kill after 90 and 10 unless told
MESSAGES_PER_SECOND = 30.0  # what Telegram lets a bot send (Bots FAQ)
PRUNED_EVERY = 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service runs."""

    token: str
    server: str = TELEGRAM
    webhook: str | None = None
    listen: str = "127.0.0.1"
    port: int = 8443
    metrics_port: int | None = None
    allowed: tuple[int, ...] = ()
    keeps_feedback: bool = True
    logs_text: bool = False
    rate: float = MESSAGES_PER_SECOND  # 0: as fast as it goes
    pause: float = 1.0  # seconds before a first retry
    grace: float = GRACE

    @property
    def api(self) -> str:
        """The Bot API's address up to where the token begins."""
        server = self.server.rstrip("/")
        return server if server.endswith("/bot") else f"{server}/bot"


def run(settings: Settings, answerer: Answerer, folder: Path) -> None:
    """Serve until told to stop; `ServiceError` says why it cannot go on. `folder` keeps what must not be forgotten."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(folder / "lock", timeout=0):
            asyncio.run(_main(settings, answerer, folder))
    except Timeout as error:
        raise ServiceError(wording.ALREADY_RUNNING.format(folder)) from error


async def _main(settings: Settings, answerer: Answerer, folder: Path) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await serve(settings, answerer, folder, stopping)


async def serve(settings: Settings, answerer: Answerer, folder: Path, stopping: asyncio.Event) -> None:
    """Serve until the event is set."""
    async with contextlib.AsyncExitStack() as stack:
        ledger = Ledger(folder)
        stack.callback(ledger.close)
        meter: Meter = PrometheusMeter(settings.metrics_port) if settings.metrics_port is not None else NoMeter()
        stack.callback(meter.close)
        names = Anonymous(open_salt(folder))
        feedback = Feedback(folder / "feedback.jsonl" if settings.keeps_feedback else None)
        desk = Desk(answerer, ledger, feedback, names, ThreadPoolExecutor(THREADS, "answers"))
        stack.push_async_callback(desk.close)
        application, inbox = put_together(settings, desk, meter, stopping)
        async with _started(application, settings, stopping):
            if not stopping.is_set():
                await _serve(application, inbox, settings, desk, stopping)


def put_together(
    settings: Settings, desk: Desk, meter: Meter, stopping: asyncio.Event
) -> tuple["Application[Any, Any, Any, Any, Any, Any]", Inbox]:
    """The Application with its handlers, and the inbox that feeds it."""
    bot: ExtBot[int] = ExtBot(
        settings.token,
        base_url=settings.api,
        base_file_url=f"{settings.api.removesuffix('/bot')}/file/bot",
        request=Wire(connection_pool_size=CONNECTIONS, read_timeout=20.0, connect_timeout=10.0, pool_timeout=60.0),
        rate_limiter=Pace(settings.rate),
    )
    ledger, guard, allowed = desk.ledger, Guard(), AllowList(settings.allowed)
    queue: asyncio.Queue[object] = asyncio.Queue()
    inbox = Inbox(ledger, guard, queue, bot)
    lanes = Lanes(inbox, ledger, stopping, meter, desk.names, texts=settings.logs_text)
    application = Application.builder().bot(bot).updater(None).update_queue(queue).concurrent_updates(lanes).build()
    outbox = Outbox(bot, ledger, stopping, pause=settings.pause)
    handlers = Handlers(desk, outbox, lanes, guard, allowed)
    taps = Taps(desk, outbox, handlers, guard, allowed)
    faults = Faults(desk, outbox, meter)

    async def fault(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        await faults.fault(update, context.error)

    application.add_handler(MessageHandler(filters.ALL, handlers.message))
    application.add_handler(CallbackQueryHandler(taps.tap))
    application.add_handler(InlineQueryHandler(Inline(desk, outbox, allowed).offer))
    application.add_handler(ChatMemberHandler(handlers.membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_error_handler(fault)
    return application, inbox


# -- running ----------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def _started(
    application: "Application[Any, Any, Any, Any, Any, Any]", settings: Settings, stopping: asyncio.Event
) -> AsyncIterator[None]:
    try:
        await _patiently(application.initialize, stopping, settings.pause)
        yield
    finally:
        await application.shutdown()
        await application.bot.shutdown()  # closes the connections also where initialising got no further than them


async def _patiently(action: Callable[[], Awaitable[object]], stopping: asyncio.Event, pause: float) -> None:
    """Until it works or the service is told to stop; a wrong token is no matter of patience."""
    tried = 0
    while not stopping.is_set():
        try:
            await action()
            return
        except InvalidToken:
            raise ServiceError(wording.BAD_TOKEN) from None  # PTB's message has the token in it
        except (NetworkError, RetryAfter) as error:
            tried += 1
            LOGGER.warning("no connection yet: %s", fields(tried=tried, error=error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), min(poll.LONGEST_PAUSE, pause * 2 ** (tried - 1)))


async def _serve(
    application: "Application[Any, Any, Any, Any, Any, Any]",
    inbox: Inbox,
    settings: Settings,
    desk: Desk,
    stopping: asyncio.Event,
) -> None:
    await application.start()
    tasks = [
        asyncio.create_task(_source(application, inbox, settings), name="updates"),
        asyncio.create_task(_introduce(application.bot), name="commands"),
        asyncio.create_task(_prepare(desk), name="examples"),
        asyncio.create_task(_tidy(desk.ledger), name="tidy"),
    ]
    updates, stop = tasks[0], asyncio.create_task(stopping.wait())
    LOGGER.info("serving: %s", fields(bot=application.bot.username, reports=len(desk.library.names)))
    try:
        await asyncio.wait({updates, stop}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.set()
        for task in (*tasks, stop):
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        ending = asyncio.create_task(application.stop())
        if (await asyncio.wait({ending}, timeout=settings.grace))[1]:
            LOGGER.warning("answers in hand took too long; they are given at the next start")
            ending.cancel()
        await asyncio.gather(ending, return_exceptions=True)
        await _end(task_prefix(application.bot), 0.0 if ending.cancelled() else settings.grace)
        LOGGER.info("stopped: %s", fields(waiting=len(desk.ledger.waiting())))
    if isinstance(results[0], Exception):
        raise results[0]


async def _end(prefix: str, patience: float) -> None:
    """End the tasks of that name, which PTB keeps to itself; those that are at it may finish for so many seconds."""
    tasks = [task for task in asyncio.all_tasks() if task.get_name().startswith(prefix)]
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=patience)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _source(application: "Application[Any, Any, Any, Any, Any, Any]", inbox: Inbox, settings: Settings) -> None:
    """First what an earlier run left, then what comes."""
    await inbox.resume()
    if settings.webhook is None:
        await _try(application.bot.delete_webhook())
        await poll.poll(application.bot.base_url, inbox.accept, pause=settings.pause)
        return
    secret = secrets.token_urlsafe(32)
    webhook = poll.Webhook(settings.webhook, settings.listen, settings.port, secret, inbox.accept)
    try:
        await _patiently(
            lambda: application.bot.set_webhook(
                settings.webhook or "", secret_token=secret, allowed_updates=list(poll.KINDS)
            ),
            asyncio.Event(),
            settings.pause,
        )
        await asyncio.Event().wait()
    finally:
        await webhook.close()  # the address stays registered: Telegram keeps what comes until the next start


async def _introduce(bot: "ExtBot[Any]") -> None:
    """Tell Telegram the commands, for Chinese and for English clients."""
    for words, code in ((ZH, None), (EN, "en")):
        commands = [BotCommand(name, text) for name, text in words.commands]
        await _try(bot.set_my_commands(commands, language_code=code))


async def _try(action: Awaitable[object]) -> None:
    """Something the service can live without."""
    try:
        await action
    except TelegramError as error:
        LOGGER.warning("left out: %s", fields(error=error))


async def _prepare(desk: Desk) -> None:
    try:
        LOGGER.info("examples: %s", fields(count=len(await desk.examples())))
    except Exception:
        LOGGER.exception("no examples")


async def _tidy(ledger: Ledger) -> None:
    while True:
        await asyncio.sleep(PRUNED_EVERY)
        ledger.prune(time.time())


# -- checking ---------------------------------------------------------------------------------------


def check(settings: Settings) -> str:
    """The bot's user name, if Telegram answers and knows the token; else `ServiceError`."""
    return asyncio.run(_check(settings))


async def _check(settings: Settings) -> str:
    bot: ExtBot[None] = ExtBot(settings.token, base_url=settings.api, request=Wire(connect_timeout=10.0))
    try:
        await bot.initialize()
        return bot.username
    except InvalidToken:
        raise ServiceError(wording.BAD_TOKEN) from None
    except TelegramError as error:
        raise ServiceError(wording.CHECK_UNREACHABLE.format(error)) from error
    finally:
        await bot.shutdown()
