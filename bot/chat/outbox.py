"""What the bot sends: each message once, whatever breaks on the way.

A message is noted in the ledger right before it goes onto the wire and again when Telegram confirms it. In
between nobody knows whether it arrived (a cut line, a kill); then the outbox looks: it tries to edit the next
message numbers into this very message, and Telegram tells by its reply whether one of them is it. Knows
nothing of questions and answers.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpx
from telegram import Bot, InlineKeyboardMarkup, ReplyParameters
from telegram.constants import FloodLimit, ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter
from telegram.request import HTTPXRequest

from bot.chat import markup
from bot.chat.ledger import Ledger, Send
from bot.chat.logs import LOGGER, fields
from bot.chat.markup import Rich

MOST_TRIES = 40  # with 30 s between the later ones about 18 minutes, longer than Telegram's usual outages
LONGEST_PAUSE = 30.0  # seconds
LOOKED_AT = 24  # message numbers behind the last known one; other chats' messages share the numbering
CONNECTIONS = 128
LIMITED_TRIES = 5  # at Telegram's "too many requests", each after the time it asks for
os.environ.setdefault("PTB_TIMEDELTA", "1")  # PTB's opt-in to its next version; else every 429 warns of it
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

_at_the_wire: ContextVar[Callable[[], None] | None] = ContextVar("at_the_wire", default=None)


class StoppingError(Exception):
    """The service is stopping before a message could be sent; its update stays in the ledger."""


class Wire(HTTPXRequest):
    """The HTTP client; tells whoever waits for it that a request leaves now: the rate limiter, the wait for a
    connection and its handshakes are behind it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, httpx_kwargs={"event_hooks": {"request": [_tell_when_it_leaves]}})


async def _tell_when_it_leaves(request: httpx.Request) -> None:
    note = _at_the_wire.get()
    if note is None:
        return

    async def trace(event: str, _info: object) -> None:
        if event.endswith(".send_request_headers.started"):
            note()

    request.extensions["trace"] = trace


class Pace(AIORateLimiter):
    """PTB's limiter; chat actions pass it by, they are no messages and would halve the pace of answers.

    `rate` is messages a second over all chats; 0 leaves every limit out, also a group's 20 a minute.
    """

    def __init__(self, rate: float) -> None:
        group = FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP if rate else 0
        super().__init__(overall_max_rate=rate, group_max_rate=group, max_retries=LIMITED_TRIES)

    async def process_request(
        self,
        callback: Callable[..., Any],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Let a request through when it is its turn."""
        if endpoint == "sendChatAction":
            return await callback(*args, **kwargs)
        return await super().process_request(callback, args, kwargs, endpoint, data, rate_limit_args)


@dataclass(frozen=True, slots=True)
class _Message:
    """A text message as it goes out."""

    chat: int
    html: str
    keyboard: InlineKeyboardMarkup | None


class Outbox:
    """Sends on behalf of updates. `step` tells the messages of one update apart."""

    def __init__(self, bot: Bot, ledger: Ledger, stopping: asyncio.Event, *, pause: float = 1.0) -> None:
        self.bot = bot
        self._ledger = ledger
        self._stopping = stopping
        self._pause = pause
        self._seen: dict[int, int] = {}  # the highest number seen, by chat; 0 for all private chats together

    def saw(self, chat: int, message: int) -> None:
        """A message number was seen in a chat."""
        for numbering in (chat, 0) if chat > 0 else (chat,):
            self._seen[numbering] = max(message, self._seen.get(numbering, 0))
        if len(self._seen) > 50_000:
            self._seen = {0: self._seen.get(0, 0)}

    async def send(
        self,
        ticket: int,
        step: str,
        chat: int,
        text: Rich,
        *,
        keyboard: InlineKeyboardMarkup | None = None,
        reply_to: int | None = None,
        thread: int | None = None,
    ) -> int:
        """Send a text, in several messages where it is long, the keyboard below the last; the last one's number."""
        parts = markup.cut(text)
        number = 0
        for n, part in enumerate(parts):
            message = _Message(chat, markup.to_html(part), keyboard if n == len(parts) - 1 else None)
            number = await self._send_one(ticket, f"{step}.{n}", message, reply_to if n == 0 else None, thread)
        return number

    async def _send_one(
        self, ticket: int, step: str, message: _Message, reply_to: int | None, thread: int | None
    ) -> int:
        known = self._ledger.send(ticket, step)
        if known and known.message is not None:
            return known.message
        if known and (found := await self._look(message, known, unsure=True)):
            return self._arrived(ticket, step, message.chat, found)
        reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None

        async def send() -> int:
            sent = await self.bot.send_message(
                message.chat,
                message.html,
                parse_mode=ParseMode.HTML,
                reply_markup=message.keyboard,
                reply_parameters=reply,
                message_thread_id=thread,
            )
            return sent.message_id

        after: tuple[int, ...] = ()

        def note() -> None:
            nonlocal after
            after = self._after(message.chat)
            self._ledger.begun(ticket, step, after)

        for tried in range(1, MOST_TRIES + 1):
            try:
                number = await self._noted(send, note)
                return self._arrived(ticket, step, message.chat, number)
            except (BadRequest, Forbidden, InvalidToken):
                self._ledger.refused(ticket, step)
                raise
            except (NetworkError, RetryAfter) as error:
                unsure = is_uncertain(error)
                if unsure and (found := await self._look(message, Send(None, after), unsure=False)):
                    return self._arrived(ticket, step, message.chat, found)
                self._ledger.refused(ticket, step)
                if tried == MOST_TRIES:
                    raise
                LOGGER.warning("send failed, trying again: %s", fields(tried=tried, error=error))
                await self._wait(tried)
        raise AssertionError("unreachable")

    def _arrived(self, ticket: int, step: str, chat: int, number: int) -> int:
        with self._ledger.together():
            self._ledger.arrived(ticket, step, max(number, 0))
            for numbering in (chat, 0) if chat > 0 else (chat,):
                self._ledger.raise_height(numbering, number)
        return max(number, 0)

    def _after(self, chat: int) -> tuple[int, ...]:
        """Numbers behind which the next message in a chat can only be; behind each, any message of ours is new.

        Private chats share one numbering, a group has its own. None where nothing is known of the numbering.
        """
        numberings = (chat, 0) if chat > 0 else (chat,)
        if chat > 0 and not self._ledger.height(0):
            return ()
        return tuple(max(self._ledger.height(n), self._seen.get(n, 0)) for n in numberings)

    async def _look(self, message: _Message, send: Send, *, unsure: bool) -> int:
        """The number of a message that may have arrived; 0 if it did not.

        `unsure` is what to believe where looking tells nothing: after a kill a noted message has all but surely
        left (the kernel sends what was written), so it counts as arrived, under the number -1.
        """
        candidates = sorted({start + n for start in send.after if start for n in range(1, LOOKED_AT + 1)})
        if not candidates:
            return -1 if unsure else 0
        LOGGER.info("looking for a message: %s", fields(numbers=len(candidates)))
        for tried in range(1, MOST_TRIES + 1):
            try:
                for number in candidates:
                    if await self._is_it(message, number):
                        return number
                return 0
            except InvalidToken:  # a server that cannot edit
                return -1 if unsure else 0
            except (NetworkError, RetryAfter):
                await self._wait(tried)
        return -1 if unsure else 0

    async def _is_it(self, message: _Message, number: int) -> bool:
        """Whether a message number is this message: an edit succeeds on our own messages of this chat only."""
        try:
            await self.bot.edit_message_text(
                message.html,
                chat_id=message.chat,
                message_id=number,
                parse_mode=ParseMode.HTML,
                reply_markup=message.keyboard,
            )
        except BadRequest as error:
            return "not modified" in str(error).lower()
        except Forbidden:
            return False
        return True

    async def edit(self, chat: int, number: int, text: Rich, keyboard: InlineKeyboardMarkup | None) -> bool:
        """Change a message of ours; False where it is gone. Doing it twice does no harm."""
        message = _Message(chat, markup.to_html(markup.shorten(text, markup.LONGEST)), keyboard)
        return bool(await self._patiently(lambda: self._is_it(message, number)))

    async def edit_keyboard(self, chat: int, number: int, keyboard: InlineKeyboardMarkup | None) -> None:
        """Change the buttons below a message of ours; nothing where it is gone."""

        async def edit() -> None:
            try:
                await self.bot.edit_message_reply_markup(chat, number, reply_markup=keyboard)
            except (BadRequest, Forbidden):
                return

        await self._patiently(edit)

    async def once(self, ticket: int, step: str, action: Callable[[], Awaitable[Any]]) -> Any:
        """Do something that must not happen twice and can be asked for again: at most once.

        The result; None where it was done before or Telegram no longer takes it (an old query).
        """
        if self._ledger.send(ticket, step):
            return None

        async def attempt() -> Any:
            try:
                return await self._noted(action, lambda: self._ledger.begun(ticket, step, ()))
            except NetworkError as error:
                if is_uncertain(error):
                    LOGGER.warning("not sure whether it arrived: %s", fields(step=step, error=error))
                    return None
                if not isinstance(error, BadRequest):
                    self._ledger.refused(ticket, step)
                raise

        result = await self._patiently(attempt)
        self._ledger.arrived(ticket, step, 0)
        return result

    async def _noted(self, action: Callable[[], Awaitable[Any]], note: Callable[[], None]) -> Any:
        token = _at_the_wire.set(note)
        try:
            return await action()
        finally:
            _at_the_wire.reset(token)

    async def _patiently(self, action: Callable[[], Awaitable[Any]]) -> Any:
        for tried in range(1, MOST_TRIES):
            try:
                return await action()
            except (BadRequest, Forbidden, InvalidToken):
                raise
            except (NetworkError, RetryAfter) as error:
                LOGGER.warning("request failed, trying again: %s", fields(tried=tried, error=error))
                await self._wait(tried)
        return await action()

    async def _wait(self, tried: int) -> None:
        """Pause before the next try, longer each time; `StoppingError` when the service stops meanwhile."""
        try:
            await asyncio.wait_for(self._stopping.wait(), min(LONGEST_PAUSE, self._pause * 2 ** (tried - 1)))
        except TimeoutError:
            return
        raise StoppingError


def task_prefix(bot: Bot) -> str:
    """How the names of tasks begin that belong to a bot's application; PTB's own choice."""
    return f"Application:{bot.id}:"


def is_uncertain(error: TelegramError) -> bool:
    """Whether a failed request may have arrived all the same: it left, and no reply came."""
    cause = error.__cause__
    return isinstance(cause, httpx.HTTPError) and not isinstance(cause, _UNSENT)
