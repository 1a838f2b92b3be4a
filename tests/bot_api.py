"""A Bot API server of our own on 127.0.0.1, which enforces the API's rules; and the people who write to the bot.

It keeps what was sent as chats would show it, numbers messages as Telegram does (all private chats share one
numbering), and can be told to fail: a status, a cut line, a held reply. Knows nothing of the bot's code.
"""

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx
import tornado.web
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
BOT = {"id": 110201543, "is_bot": True, "first_name": "报告通", "username": "baogao_test_bot"}
_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "blockquote", "tg-spoiler"}
_METHODS = {
    "getMe", "getUpdates", "deleteWebhook", "setWebhook", "setMyCommands", "sendMessage", "sendChatAction",
    "sendDocument", "editMessageText", "editMessageReplyMarkup", "answerCallbackQuery", "answerInlineQuery",
}  # fmt: skip


class RefusalError(Exception):
    """A reply with `ok: false`."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.retry_after = code, description, retry_after


class _Entities(HTMLParser):
    """Telegram's parse mode HTML: known tags, well nested, four named entities."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS or any(name not in ("href", "expandable", "class") for name, _ in attrs):
            raise RefusalError(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        if tag == "blockquote" and "blockquote" in self._open:
            raise RefusalError(400, "Bad Request: can't parse entities: nested blockquote")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise RefusalError(400, f"Bad Request: can't parse entities: unexpected end tag {tag}")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise RefusalError(400, "Bad Request: can't parse entities: unescaped <")
        self.text += data

    def handle_entityref(self, name: str) -> None:
        known = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
        if name not in known:
            raise RefusalError(400, f"Bad Request: can't parse entities: unknown entity {name}")
        self.text += known[name]

    def handle_charref(self, name: str) -> None:
        self.text += chr(int(name[1:], 16) if name[0] in "xX" else int(name))

    def result(self) -> str:
        self.close()
        if self._open:
            raise RefusalError(400, f"Bad Request: can't parse entities: can't find end tag {self._open[-1]}")
        return self.text


def parse_entities(html: str, limit: int) -> str:
    """The text after entity parsing; a `RefusalError` where Telegram would refuse."""
    parser = _Entities()
    parser.feed(html)
    text = parser.result().strip()
    if not text:
        raise RefusalError(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > limit:
        raise RefusalError(400, "Bad Request: message is too long")
    return text


@dataclass
class Shown:
    """A message of the bot as a chat shows it."""

    chat: int
    number: int
    text: str
    html: str
    keyboard: list[list[dict[str, Any]]]
    reply_to: int | None
    document: str | None = None
    edits: int = 0

    def button(self, label: str) -> dict[str, Any]:
        return next(b for row in self.keyboard for b in row if label in b["text"])


@dataclass
class Fault:
    """What goes wrong with the next call of a method."""

    kind: str  # status, cut (nothing is done), cut-after (done, no reply), hold (done, reply when released)
    code: int = 500
    retry_after: int | None = None
    description: str = "Internal Server Error"
    released: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Call:
    """One request that arrived."""

    method: str
    data: dict[str, Any]
    at: float


class BotApi:
    """The server's state."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.shown: list[Shown] = []
        self.actions: list[Shown | dict[str, Any]] = []
        self.faults: dict[str, deque[Fault]] = {}
        self.updates: list[dict[str, Any]] = []
        self.answered: dict[str, dict[str, Any]] = {}  # callback and inline queries
        self.open_queries: set[str] = set()
        self.webhook: dict[str, Any] = {}
        self.confirmed = 0
        self.repeats = False  # hand out confirmed updates again, as a broken server might
        self._deaths: list[Callable[[], str | None]] = []
        self._news = asyncio.Event()
        self._poller = 0
        self._update_id = 864_000_000
        self._private_number = 1000
        self._group_numbers: dict[int, int] = {}
        self._query = 0
        self.url = ""

    # -- people --

    def number(self, chat: int) -> int:
        """The next message number of a chat."""
        if chat > 0:
            self._private_number += 1
            return self._private_number
        self._group_numbers[chat] = self._group_numbers.get(chat, 0) + 1
        return self._group_numbers[chat]

    def push(self, **content: Any) -> int:
        """A new update; its number."""
        self._update_id += 1
        self.push_raw({"update_id": self._update_id, **content})
        return self._update_id

    def push_raw(self, update: Any) -> None:
        """Anything at all in the place of an update."""
        self.updates.append(update)
        self._news.set()

    def message(self, text: str | None, chat: int = 7, person: int | None = None, **more: Any) -> dict[str, Any]:
        """A message as an update carries it; a chat above 0 is private."""
        language = more.pop("language", "zh-hans")
        person = person or (chat if chat > 0 else 7)
        kind = {"type": "private", "first_name": "甲"} if chat > 0 else {"type": "supergroup", "title": "群"}
        content: dict[str, Any] = {
            "message_id": self.number(chat),
            "date": int(time.time()),
            "chat": {"id": chat, **kind},
            "from": {"id": person, "is_bot": False, "first_name": "甲", "language_code": language},
            **more,
        }
        if text is not None:
            content["text"] = text
            if text.startswith("/"):
                length = len(text.split()[0].encode("utf-16-le")) // 2
                content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return content

    def say(self, text: str | None, chat: int = 7, person: int | None = None, **more: Any) -> int:
        """A person writes a message; its number."""
        content = self.message(text, chat, person, **more)
        self.push(message=content)
        return int(content["message_id"])

    def tap(self, shown: Shown, button: dict[str, Any] | str, person: int = 7, **more: Any) -> str:
        """A person taps a button below a message; the query's id."""
        self._query += 1
        query = f"q{self._query}"
        self.open_queries.add(query)
        data = button if isinstance(button, str) else button["callback_data"]
        message = self.message(shown.text, shown.chat, BOT["id"])  # type: ignore[arg-type]
        message |= {"message_id": shown.number, "from": BOT}
        person_ = {"id": person, "is_bot": False, "first_name": "甲", "language_code": more.pop("language", "zh")}
        self.push(callback_query={"id": query, "from": person_, "message": message, "chat_instance": "1", "data": data})
        return query

    def inline(self, text: str, person: int = 7) -> str:
        """A person types `@bot text` somewhere; the query's id."""
        self._query += 1
        query = f"i{self._query}"
        self.open_queries.add(query)
        person_ = {"id": person, "is_bot": False, "first_name": "甲", "language_code": "zh"}
        self.push(inline_query={"id": query, "from": person_, "query": text, "offset": ""})
        return query

    # -- what tests wait for and ask --

    @contextmanager
    def watching(self, death: Callable[[], str | None]) -> Iterator[None]:
        """Waits inside end as soon as this tells that nothing will come any more."""
        self._deaths.append(death)
        try:
            yield
        finally:
            self._deaths.remove(death)

    async def until(
        self, condition: Callable[[], Any], what: str = "a message", seconds: float = 300.0, *, watched: bool = True
    ) -> Any:
        """The condition's value once it is true; an AssertionError if that never comes.

        The seconds are for hopeless cases, not for slow machines: whoever died is noticed at once.
        """
        end = time.monotonic() + seconds
        while not (value := condition()):
            gone = [why for death in self._deaths if watched and (why := death())]
            chats = [(s.chat, s.text[:40]) for s in self.shown[-20:]]
            assert not gone, f"waited for {what}, but {gone[0]}\nthe chats show {chats}"
            assert time.monotonic() < end, f"waited {seconds:.0f} s for {what}\nthe chats show {chats}"
            await asyncio.sleep(0.005)
        return value

    async def replies(self, count: int, chat: int | None = None) -> list[Shown]:
        """The messages of the bot (in a chat), once there are so many."""
        what = f"message {count}" + ("" if chat is None else f" in chat {chat}")
        return list(await self.until(lambda: len(found := self.in_chat(chat)) >= count and found, what))

    def in_chat(self, chat: int | None = None) -> list[Shown]:
        """The messages of the bot, in a chat or in all."""
        return [s for s in self.shown if chat is None or s.chat == chat]

    def called(self, method: str) -> list[dict[str, Any]]:
        """The data of each call of a method."""
        return [call.data for call in self.calls if call.method == method]

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of a method go wrong."""
        self.faults.setdefault(method, deque()).extend(faults)

    async def post(self, update: Any, secret: str | None = None) -> int:
        """Deliver an update to the webhook as Telegram does; the HTTP status."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"] if secret is None else secret}
        async with httpx.AsyncClient() as client:
            return (await client.post(self.webhook["url"], json=update, headers=headers)).status_code

    # -- methods --

    async def do(self, method: str, data: dict[str, Any]) -> Any:
        if method not in _METHODS:
            raise RefusalError(404, "Not Found")
        return await getattr(self, "_" + re.sub("([A-Z])", r"_\1", method).lower())(data)

    async def _get_me(self, _data: dict[str, Any]) -> Any:
        more = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True}
        return {**BOT, **more}

    async def _delete_webhook(self, _data: dict[str, Any]) -> Any:
        self.webhook = {}
        return True

    async def _set_webhook(self, data: dict[str, Any]) -> Any:
        self.webhook = data
        return True

    async def _set_my_commands(self, data: dict[str, Any]) -> Any:
        for command in data["commands"]:
            if not (1 <= len(command["description"]) <= 256 and command["command"].isascii()):
                raise RefusalError(400, "Bad Request: BOT_COMMAND_INVALID")
        return True

    async def _get_updates(self, data: dict[str, Any]) -> Any:
        if self.webhook:
            raise RefusalError(409, "Conflict: can't use getUpdates method while webhook is active")
        self._poller += 1
        mine = self._poller
        offset = int(data.get("offset", 0))
        self.confirmed = max(self.confirmed, offset)
        if not self.repeats:
            self.updates = [u for u in self.updates if not _number(u) or _number(u) >= offset]
        end = time.monotonic() + float(data.get("timeout", 0))
        while not self.updates and time.monotonic() < end:
            if self._poller != mine:
                raise RefusalError(409, "Conflict: terminated by other getUpdates request")
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), 0.05)
            except TimeoutError:
                continue
        batch, self.updates = self.updates[:100], self.updates if not self.repeats else []
        return batch

    async def _send_chat_action(self, data: dict[str, Any]) -> Any:
        if data["action"] not in ("typing", "upload_document"):
            raise RefusalError(400, "Bad Request: wrong parameter action in request")
        return True

    async def _send_message(self, data: dict[str, Any]) -> Any:
        text = parse_entities(data["text"], 4096) if data.get("parse_mode") == "HTML" else data["text"]
        reply = data.get("reply_parameters") or {}
        shown = Shown(int(data["chat_id"]), 0, text, data["text"], _keyboard(data), reply.get("message_id"))
        shown.number = self.number(shown.chat)
        self.shown.append(shown)
        return self._as_message(shown)

    async def _send_document(self, data: dict[str, Any]) -> Any:
        caption = parse_entities(data.get("caption", ""), 1024)
        shown = Shown(int(data["chat_id"]), 0, caption, data.get("caption", ""), _keyboard(data), None)
        document = data.get("document")
        shown.document = document if isinstance(document, str) else next(iter(data["files"].values()))
        if isinstance(document, str) and not document.startswith(("FILE-", "attach://")):
            raise RefusalError(400, "Bad Request: wrong remote file identifier specified")
        shown.number = self.number(shown.chat)
        self.shown.append(shown)
        file = {"file_id": "FILE-1", "file_unique_id": "1", "file_name": "report.txt"}
        return {**self._as_message(shown), "document": file}

    def _as_message(self, shown: Shown) -> dict[str, Any]:
        chat = {"id": shown.chat, "type": "private" if shown.chat > 0 else "supergroup"}
        return {"message_id": shown.number, "date": int(time.time()), "chat": chat, "from": BOT, "text": shown.text}

    def _to_edit(self, data: dict[str, Any]) -> Shown:
        found = [s for s in self.shown if (s.chat, s.number) == (int(data["chat_id"]), int(data["message_id"]))]
        if not found:
            raise RefusalError(400, "Bad Request: message to edit not found")
        return found[0]

    async def _edit_message_text(self, data: dict[str, Any]) -> Any:
        text = parse_entities(data["text"], 4096)
        shown = self._to_edit(data)
        if (shown.html, shown.keyboard) == (data["text"], _keyboard(data)):
            raise RefusalError(400, "Bad Request: message is not modified: specified new message content is the same")
        shown.text, shown.html, shown.keyboard = text, data["text"], _keyboard(data)
        shown.edits += 1
        return self._as_message(shown)

    async def _edit_message_reply_markup(self, data: dict[str, Any]) -> Any:
        shown = self._to_edit(data)
        if shown.keyboard == _keyboard(data):
            raise RefusalError(400, "Bad Request: message is not modified")
        shown.keyboard = _keyboard(data)
        return self._as_message(shown)

    async def _answer_callback_query(self, data: dict[str, Any]) -> Any:
        if len(data.get("text", "")) > 200:
            raise RefusalError(400, "Bad Request: MESSAGE_TOO_LONG")
        return self._close(data["callback_query_id"], data)

    async def _answer_inline_query(self, data: dict[str, Any]) -> Any:
        results = data["results"]
        if len(results) > 50 or len({r["id"] for r in results}) < len(results):
            raise RefusalError(400, "Bad Request: RESULT_ID_DUPLICATE")
        for result in results:
            parse_entities(result["input_message_content"]["message_text"], 4096)
        return self._close(data["inline_query_id"], data)

    def _close(self, query: str, data: dict[str, Any]) -> bool:
        if query not in self.open_queries:
            raise RefusalError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.open_queries.discard(query)
        self.answered[query] = data
        return True


def _number(update: Any) -> int:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if type(number) is int else 0


def _keyboard(data: dict[str, Any]) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = (data.get("reply_markup") or {}).get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not button["text"] or not 1 <= len(button["callback_data"].encode()) <= 64:
            raise RefusalError(400, "Bad Request: BUTTON_DATA_INVALID")
    return rows


_JSON = {"reply_markup", "reply_parameters", "commands", "results", "allowed_updates", "button"}


class _Door(tornado.web.RequestHandler):
    def initialize(self, api: BotApi) -> None:
        self.api = api

    async def post(self, token: str, method: str) -> None:
        data: dict[str, Any] = {name: self.get_body_argument(name, strip=False) for name in self.request.body_arguments}
        data |= {name: json.loads(value) for name, value in data.items() if name in _JSON}
        data["files"] = {name: files[0]["body"].decode() for name, files in self.request.files.items()}
        if token != TOKEN:
            self._refuse(RefusalError(401, "Unauthorized"))
            return
        self.api.calls.append(Call(method, data, time.monotonic()))
        waiting = self.api.faults.get(method)
        fault = waiting.popleft() if waiting else None
        if fault:
            fault.reached.set()
        if fault and fault.kind == "status":
            self._refuse(RefusalError(fault.code, fault.description, fault.retry_after))
            return
        if fault and fault.kind == "cut":
            self._cut()
            return
        try:
            result = await self.api.do(method, data)
        except RefusalError as refusal:
            self._refuse(refusal)
            return
        if fault and fault.kind == "cut-after":
            self._cut()
            return
        if fault and fault.kind == "hold":
            await fault.released.wait()
        self.write({"ok": True, "result": result})

    def _cut(self) -> None:
        self.request.connection.stream.close()  # type: ignore[union-attr]

    def _refuse(self, refusal: RefusalError) -> None:
        body: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
        if refusal.retry_after:
            body["parameters"] = {"retry_after": refusal.retry_after}
        self.set_status(refusal.code)
        self.write(body)


class _Quiet(tornado.web.Application):
    def log_request(self, handler: tornado.web.RequestHandler) -> None:
        """Tests look at `calls`."""


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    """A running server on a free port."""
    api = BotApi()
    server = HTTPServer(_Quiet([(r"/bot([^/]+)/(\w+)", _Door, {"api": api})]))
    sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    api.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    try:
        yield api
    finally:
        server.stop()
        await server.close_all_connections()
