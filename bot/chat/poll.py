"""How updates reach us, as plain JSON: long polling, or a webhook. Nothing is acknowledged before it is kept.

A batch is handed to `accept`, which has it on disk when it returns; only then does the next request confirm it,
or the webhook answer 200. One update that cannot be read never holds up the others. Knows no update's meaning.
"""

import asyncio
import hmac
import json
import random
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from bot import wording
from bot.chat.ledger import Json
from bot.chat.logs import LOGGER, fields
from index.errors import BaogaoError

LONG_POLL = 25  # seconds that Telegram may hold a request; below the 30 s after which some proxies cut
LONGEST_PAUSE = 30.0
CONFLICTS = 2  # one may be left over from a process just killed; a second means that there are two
CONFLICT_SPAN = 60.0  # seconds within which conflicts count together
LARGEST_BODY = 1 << 20  # bytes of a webhook request; the largest updates have some 30 KB
KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "inline_query",
    "my_chat_member",
)
Accept = Callable[[Sequence[Json]], Awaitable[None]]


class ServiceError(BaogaoError):
    """The bot cannot go on; the message says in one sentence why."""


async def poll(base: str, accept: Accept, *, pause: float = 1.0) -> None:
    """Fetch updates until cancelled. `base` is the Bot API address with the token in it.

    A wrong token and a second poller raise `ServiceError`; everything else is waited out.
    """
    offset: int | None = None  # at first all that is unconfirmed; the ledger knows what of it was kept before
    failures = 0
    conflicts: list[float] = []
    clock = asyncio.get_running_loop().time
    async with httpx.AsyncClient(timeout=httpx.Timeout(10, read=LONG_POLL + 10)) as client:
        while True:
            status, reply = await _get_updates(client, base, offset)
            if status == 200 and isinstance(batch := reply.get("result"), list):
                failures = 0
                readable = readable_updates(batch)
                await accept(readable)
                if readable:
                    offset = max(u["update_id"] for u in readable) + 1
                elif batch:
                    await asyncio.sleep(pause)  # nothing in it can be confirmed; it will come again
                continue
            if status in (401, 404):
                raise ServiceError(wording.BAD_TOKEN)
            if status == 409:
                conflicts = [at for at in conflicts if clock() - at < CONFLICT_SPAN] + [clock()]
                if len(conflicts) >= CONFLICTS:
                    raise ServiceError(wording.CONFLICT)
            failures += 1
            wait = _retry_after(reply) or min(LONGEST_PAUSE, pause * 2 ** (failures - 1)) * random.uniform(0.8, 1.2)
            LOGGER.warning("no updates: %s", fields(status=status, why=reply.get("description"), wait=wait))
            await asyncio.sleep(wait)


async def _get_updates(client: httpx.AsyncClient, base: str, offset: int | None) -> tuple[int, Json]:
    """HTTP status and body; status 0 where there was no reply."""
    data = {"timeout": str(LONG_POLL), "allowed_updates": json.dumps(KINDS)}
    if offset is not None:
        data["offset"] = str(offset)
    try:
        response = await client.post(f"{base}/getUpdates", data=data)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return 0, {"description": type(error).__name__}
    try:
        body = response.json()
    except ValueError:
        body = None
    return response.status_code, body if isinstance(body, dict) else {"description": "no JSON object"}


def readable_updates(batch: Sequence[Any]) -> list[Json]:
    """The updates of a batch that have a number, in the order of their numbers."""
    found = [
        u for u in batch if isinstance(u, dict) and type(u.get("update_id")) is int and 0 <= u["update_id"] < 2**63
    ]
    if len(found) < len(batch):
        LOGGER.error("updates without a number left out: %s", fields(count=len(batch) - len(found)))
    return sorted(found, key=lambda u: int(u["update_id"]))


def _retry_after(reply: Json) -> float | None:
    parameters = reply.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, int | float) and seconds > 0 else None


class Webhook:
    """An HTTP server for Telegram's POSTs; who does not know the secret is sent away."""

    def __init__(self, url: str, address: str, port: int, secret: str, accept: Accept) -> None:
        import tornado.web
        from tornado.httpserver import HTTPServer

        class Door(tornado.web.RequestHandler):
            async def post(self) -> None:
                given = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
                if not hmac.compare_digest(given.encode(), secret.encode()):
                    self.set_status(403)
                    return
                try:
                    update = json.loads(self.request.body)
                except (ValueError, RecursionError):
                    self.set_status(400)
                    return
                await accept(readable_updates([update]))  # a bad one is taken and dropped, or it would come for ever

            def log_exception(self, *_args: Any) -> None:
                LOGGER.error("webhook request failed", exc_info=True)

        class Quiet(tornado.web.Application):
            def log_request(self, handler: tornado.web.RequestHandler) -> None:
                """Updates are logged when they are dealt with."""

        path = re.escape(quote(urlsplit(url).path or "/", safe="/%"))
        self._server = HTTPServer(Quiet([(path, Door)]), max_body_size=LARGEST_BODY)
        try:
            self._server.listen(port, address)
        except OSError as error:
            raise ServiceError(wording.NO_PORT.format(port, error.strerror or error)) from error

    async def close(self) -> None:
        """Take no more requests."""
        self._server.stop()
        await self._server.close_all_connections()
