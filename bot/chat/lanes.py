"""From updates on disk to handlers: one lane a chat, so that a chat's order holds while chats run side by side.

Each update becomes a `Visit`, which the handlers fill in and the log line tells. What is not finished when the
service stops stays in the ledger. Knows the ledger and the guard, no questions.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Coroutine, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from telegram import Bot, Update
from telegram.ext import BaseUpdateProcessor

from bot.chat.feedback import Anonymous
from bot.chat.ledger import Json, Ledger, Parcel
from bot.chat.limits import Guard
from bot.chat.logs import LOGGER, fields
from bot.chat.metrics import Meter

MOST_IN_HAND = 2000  # updates in memory; the others wait at Telegram
MOST_TRIES = 3  # an update that was being worked on at so many deaths of the process is given up


class HopelessError(Exception):
    """An update that is not tried once more."""


@dataclass(slots=True)
class Visit:
    """One update on its way through the handlers."""

    ticket: int
    flooded: bool
    hopeless: bool  # it was being worked on whenever the process died
    kind: str = "other"
    found: bool | None = None
    text: str | None = None
    unfinished: bool = False  # stays in the ledger
    failed: str | None = None  # the reference number of an error

    def check(self) -> None:
        """Raise `HopelessError` for an update that the process has died on again and again."""
        if self.hopeless:
            raise HopelessError(f"ticket {self.ticket} was in hand when the process died {MOST_TRIES} times")


_visit: ContextVar[Visit] = ContextVar("visit")


def current_visit() -> Visit:
    """The visit whose handler is running."""
    return _visit.get()


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of an update from its arrival."""

    ticket: int
    person: int | None
    flooded: bool
    at: float


class Inbox:
    """Keeps what arrives and hands it on; holds back when too much is in hand."""

    def __init__(self, ledger: Ledger, guard: Guard, queue: "asyncio.Queue[object]", bot: Bot) -> None:
        self._ledger = ledger
        self._guard = guard
        self._queue = queue
        self._bot = bot
        self._room = asyncio.Semaphore(MOST_IN_HAND)
        self._arrivals: dict[int, Arrival] = {}  # by the identity of the update, which its queue keeps alive

    async def accept(self, updates: Sequence[Json]) -> None:
        """Keep the new ones of a batch on disk, then queue them."""
        for parcel in self._ledger.take(updates):
            await self._queue_up(parcel)

    async def resume(self) -> None:
        """Queue what an earlier process left unfinished."""
        waiting = self._ledger.waiting()
        if waiting:
            LOGGER.info("taking up where the last run stopped: %s", fields(updates=len(waiting)))
        for parcel in waiting:
            await self._queue_up(parcel)

    async def _queue_up(self, parcel: Parcel) -> None:
        try:
            update = Update.de_json(parcel.update, self._bot)
            person, dated = _sender(update)
        except Exception as error:  # PTB raises whatever comes up inside it on data that is no update
            LOGGER.error("not an update: %s", fields(update=parcel.update.get("update_id"), error=repr(error)))
            self._ledger.done(parcel.ticket)
            return
        flooded = person is not None and not self._guard.admit(person, time.monotonic(), dated)
        await self._room.acquire()
        self._arrivals[id(update)] = Arrival(parcel.ticket, person, flooded, time.perf_counter())
        await self._queue.put(update)

    def arrival(self, update: Update) -> Arrival:
        """What is known of a queued update."""
        return self._arrivals[id(update)]

    def leave(self, update: Update) -> None:
        """An update has been dealt with."""
        arrival = self._arrivals.pop(id(update))
        if arrival.person is not None:
            self._guard.release(arrival.person)
        self._room.release()


def _sender(update: Update) -> tuple[int | None, float]:
    """Whose pace an update counts to, and when it was sent; inline queries, one a keystroke, have their own."""
    if update.inline_query:
        return -update.inline_query.from_user.id, 0.0
    person = update.effective_user or update.effective_chat
    message = update.message or update.channel_post
    return (person.id if person else None), (message.date.timestamp() if message else 0.0)


def lane_of(update: Update) -> object:
    """Updates with the same lane are dealt with one after another."""
    if update.inline_query:
        return "inline", update.inline_query.from_user.id
    if update.effective_chat:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user else None


@dataclass(slots=True)
class _Lane:
    lock: asyncio.Lock
    users: int = 0


class Lanes(BaseUpdateProcessor):
    """PTB's update processor: waits for the lane, runs the handlers, marks the ledger, writes the log line."""

    def __init__(
        self, inbox: Inbox, ledger: Ledger, stopping: asyncio.Event, meter: Meter, names: Anonymous, *, texts: bool
    ) -> None:
        super().__init__(MOST_IN_HAND)
        self._inbox = inbox
        self._ledger = ledger
        self._stopping = stopping
        self._meter = meter
        self._names = names
        self._texts = texts  # whether the log shows what people write
        self._lanes: dict[object, _Lane] = {}

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    def waiting(self, chat: int) -> int:
        """How many updates of a chat wait behind the one being worked on."""
        lane = self._lanes.get(chat)
        return lane.users - 1 if lane else 0

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Deal with one update when its lane is free."""
        assert isinstance(update, Update)
        try:
            async with self._lane(lane_of(update)):
                if self._stopping.is_set():
                    return
                await self._visit(update, self._inbox.arrival(update), coroutine)
        finally:
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # no effect on one that has run
            self._inbox.leave(update)

    @asynccontextmanager
    async def _lane(self, key: object) -> AsyncIterator[None]:
        lane = self._lanes.setdefault(key, _Lane(asyncio.Lock()))
        lane.users += 1
        try:
            async with lane.lock:  # asyncio's locks are first come, first served
                yield
        finally:
            lane.users -= 1
            if not lane.users:
                del self._lanes[key]

    async def _visit(self, update: Update, arrival: Arrival, coroutine: Awaitable[Any]) -> None:
        ticket = arrival.ticket
        visit = Visit(ticket, arrival.flooded, hopeless=self._ledger.begin(ticket) > MOST_TRIES)
        token = _visit.set(visit)
        try:
            await coroutine
        except BaseException:
            self._ledger.leave(ticket)
            raise
        finally:
            _visit.reset(token)
        if visit.unfinished:
            self._ledger.leave(ticket)
        else:
            self._ledger.done(ticket)
        seconds = time.perf_counter() - arrival.at
        self._meter.update(visit.kind, seconds, visit.found)
        chat = update.effective_chat
        LOGGER.info(
            "update %s",
            fields(
                id=update.update_id,
                kind=visit.kind,
                ms=seconds * 1000,
                found=visit.found,
                chat=self._names.name(chat.id) if chat else None,
                error=visit.failed,
                unfinished=True if visit.unfinished else None,
                text=visit.text if self._texts else None,
            ),
        )
