"""What the bot does with messages: commands, questions, everything that is no text.

Turns Telegram's objects into calls of the `Desk` and its cards into messages. Buttons are in `taps`, inline mode in
`inline`, errors in `faults`.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from telegram import (
    Bot,
    ChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
)
from telegram.constants import ChatAction, ChatMemberStatus, ChatType
from telegram.error import TelegramError

from bot.chat import cards, markup
from bot.chat.cards import Button
from bot.chat.desk import Asker, Desk
from bot.chat.hearing import COMMANDS, addressed, command_of, is_ours, kind_of, thread_of
from bot.chat.lanes import Lanes, Visit, current_visit
from bot.chat.limits import AllowList, Guard
from bot.chat.markup import Rich, Run
from bot.chat.outbox import Outbox, task_prefix
from bot.chat.typed import Typed, tidy
from bot.wording import Words

TYPING_PATIENCE = 0.5  # seconds an answer that is ready waits for its own typing sign


class Handlers:
    """Bound methods are the callbacks that `application` registers."""

    def __init__(self, desk: Desk, outbox: Outbox, lanes: Lanes, guard: Guard, allowed: AllowList) -> None:
        self._desk = desk
        self._outbox = outbox
        self._lanes = lanes
        self._guard = guard
        self._allowed = allowed
        self._signs: set[asyncio.Task[None]] = set()  # asyncio itself keeps no hold of them

    @property
    def _bot(self) -> Bot:
        return self._outbox.bot

    # -- messages --

    async def message(self, update: Update, _context: object) -> None:
        """Any message, post, or edit of one."""
        visit, message = current_visit(), update.effective_message
        if message is None:
            return
        edited = bool(update.edited_message or update.edited_channel_post)
        visit.kind = "edited" if edited else "message"
        visit.check()
        self._outbox.saw(message.chat_id, message.message_id)
        if message.migrate_to_chat_id:
            self._desk.ledger.move_chat(message.chat_id, message.migrate_to_chat_id)
            return
        private = message.chat.type == ChatType.PRIVATE
        text = message.text if message.text is not None else message.caption
        command, argument = command_of(message, self._bot.username)
        said = text if private else addressed(message, self._bot)
        if command == "ask":
            said = argument
        if not private and said is None and not command:
            return  # people among themselves
        if not private and command and not is_ours(message, self._bot.username):
            return
        asker, words = self._asker(message)
        if not await self._admitted(visit, message, asker, words):
            return
        if command and command != "ask":
            visit.kind = f"/{command}" if command in COMMANDS else "/?"
            if not edited:
                await self._command(message, asker, words, command, argument)
            return
        if said is None or (not said.strip() and not message.text):
            visit.kind = kind_of(message)
            if visit.kind != "service":
                await self._say(message, words.text_only.get(visit.kind, words.text_only["other"]))
            return
        typed = tidy(said)
        visit.text = typed.text
        if not typed.text:
            hint = words.noise if not typed.blank else words.ask_usage if command else words.empty
            await self._say(message, hint)
        elif edited:
            await self._ask_again(message, asker, words, typed)
        else:
            await self.ask(message, asker, words, typed)

    def _asker(self, message: Message) -> tuple[Asker, Words]:
        person = message.from_user
        asker = Asker(message.chat_id, person.id if person else None, person.language_code if person else None)
        return asker, self._desk.words(asker)

    async def _admitted(self, visit: Visit, message: Message, asker: Asker, words: Words) -> bool:
        """Whether this person and chat are served now; says why not, of a flood once."""
        if not self._allowed.admits(asker.chat, asker.person):
            visit.kind = "not-allowed"
            if not visit.flooded:
                await self._say(message, words.not_allowed)
            return False
        if visit.flooded:
            visit.kind = "flood"
            if self._guard.tell(asker.person or asker.chat):
                await self._say(message, words.flood)
            return False
        return True

    async def _say(self, message: Message, text: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
        await self._send(message, (Run(text),), keyboard)

    async def _send(self, message: Message, text: Rich, keyboard: InlineKeyboardMarkup | None = None) -> int:
        """Send into the message's chat; as a reply where it would else be unclear to what."""
        visit = current_visit()
        together = message.chat.type != ChatType.PRIVATE or self._lanes.waiting(message.chat_id) > 0
        return await self._outbox.send(
            visit.ticket,
            "reply",
            message.chat_id,
            text,
            keyboard=keyboard,
            reply_to=message.message_id if together else None,
            thread=thread_of(message),
        )

    # -- questions --

    async def ask(
        self, message: Message, asker: Asker, words: Words, typed: Typed, *, tapped: str | None = None
    ) -> None:
        """Answer a question; `tapped` is one that a button asked, and is shown above its answer."""
        visit = current_visit()
        visit.kind = "question" if visit.kind != "button" else visit.kind
        async with self._typing(message):
            reply = await self._desk.answer(asker, typed.text)
        visit.found = reply.answer.found
        name = answer_name(visit.ticket)
        card = cards.answer_card(reply.answer, reply.slip, name, words, self._desk.library)
        text = card.text
        if tapped:
            text = markup.joined([(Run(words.asked.format(tapped), ("i",)),), text])
        if typed.shortened:
            text = markup.joined([text, (Run(words.shortened.format(count=len(typed.text)), ("i",)),)])
        shown = await self._send(message, text, keyboard_of(card.buttons))
        asked = None if tapped else message.message_id
        self._desk.remember(asker, name, asked, shown, reply)
        if not reply.answer.found:
            reason = str(reply.answer.reason or "")
            chat = self._desk.names.name(asker.chat)
            self._desk.feedback.unanswered(chat, typed.text, reply.slip.history, reason)

    async def _ask_again(self, message: Message, asker: Asker, words: Words, typed: Typed) -> None:
        """A question was edited: change its answer in place; answer anew where there is none."""
        kept = self._desk.ledger.answer_to(message.chat_id, message.message_id)
        if kept is None:
            await self.ask(message, asker, words, typed)
            return
        name, slip = kept
        if slip.get("question") == typed.text:
            return  # Telegram also reports edits that leave the text as it was
        current_visit().kind = "edited"
        reply = await self._desk.answer(asker, typed.text)
        current_visit().found = reply.answer.found
        card = cards.answer_card(reply.answer, reply.slip, name, words, self._desk.library)
        shown = int(slip.get("shown") or 0)
        if not shown or not await self._outbox.edit(message.chat_id, shown, card.text, keyboard_of(card.buttons)):
            shown = await self._send(message, card.text, keyboard_of(card.buttons))
        self._desk.remember(asker, name, message.message_id, shown, reply)

    @contextlib.asynccontextmanager
    async def _typing(self, message: Message) -> AsyncIterator[None]:
        """Show that an answer is coming; never a reason for it not to come.

        A slow sign is left to itself: a request that is cancelled while it connects leaves its socket open.
        """
        sign = asyncio.create_task(self._sign(message), name=f"{task_prefix(self._bot)}typing")
        self._signs.add(sign)
        sign.add_done_callback(self._signs.discard)
        yield
        await asyncio.wait({sign}, timeout=TYPING_PATIENCE)

    async def _sign(self, message: Message) -> None:
        with contextlib.suppress(TelegramError):
            await self._bot.send_chat_action(message.chat_id, ChatAction.TYPING, message_thread_id=thread_of(message))

    # -- commands --

    async def _command(self, message: Message, asker: Asker, words: Words, command: str, argument: str) -> None:
        if command == "start":
            await self._start(message, words)
        elif command == "help":
            await self._say(message, words.help)
        elif command == "about":
            await self._say(message, self._desk.about(words))
        elif command == "reports":
            await self._say(message, reports_text(self._desk, words))
        elif command == "new":
            self._desk.forget(asker)
            await self._say(message, words.forgotten)
        elif command == "source":
            await self._source(message, asker, words, argument)
        elif command == "lang":
            await self._language(message, asker, words, argument)
        elif message.chat.type == ChatType.PRIVATE:
            await self._say(message, words.unknown_command)

    async def _start(self, message: Message, words: Words) -> None:
        """Who this is, and five questions that the reports do answer."""
        name = answer_name(current_visit().ticket)
        examples = await self._desk.examples()
        slip = cards.Slip("", (), (), (), examples, False, {})
        text = markup.joined([(Run(words.start),), (Run(words.try_these),)]) if examples else (Run(words.start),)
        shown = await self._send(message, text, keyboard_of(cards.suggestion_buttons(slip, name)))
        self._desk.ledger.keep_answer(name, message.chat_id, None, {**slip.as_json(), "shown": shown})

    async def _source(self, message: Message, asker: Asker, words: Words, argument: str) -> None:
        slip = self._desk.last_slip(asker)
        number = argument.strip() or "1"
        if slip is None or not slip.spans:
            await self._say(message, words.nothing_yet)
        elif not (number.isdecimal() and len(number) < 4 and 1 <= int(number) <= len(slip.spans)):
            await self._say(message, words.no_such_source.format(number=tidy(number).text[:20], count=len(slip.spans)))
        else:
            await self._send(message, cards.paragraph_text(slip.spans[int(number) - 1], words, self._desk.library))

    async def _language(self, message: Message, asker: Asker, words: Words, argument: str) -> None:
        code = {"zh": "zh", "cn": "zh", "中文": "zh", "en": "en", "english": "en", "英文": "en"}.get(argument.lower())
        if code:
            await self._say(message, self._desk.choose_language(asker, code).language_set)
            return
        buttons = ((Button("中文", "l:zh"), Button("English", "l:en")),)
        await self._say(message, words.language_ask, keyboard_of(buttons))

    # -- membership --

    async def membership(self, update: Update, _context: object) -> None:
        """Added to a group: one line on how to be asked. Removed or blocked: forget the chat."""
        visit, change = current_visit(), update.my_chat_member
        if change is None:
            return
        visit.kind = "membership"
        gone = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
        before, now = change.old_chat_member.status, change.new_chat_member.status
        if now in gone:
            self._desk.ledger.forget_chat(change.chat.id)
        elif (
            before in gone
            and change.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)
            and _can_speak(change.new_chat_member)
        ):
            words = self._desk.words(Asker(change.chat.id, None, change.from_user.language_code))
            await self._outbox.send(visit.ticket, "hello", change.chat.id, (Run(words.group_hello),))


def answer_name(ticket: int) -> str:
    """What an answer is kept under: the same for an update however often it is worked on."""
    return format(ticket, "x")


def keyboard_of(rows: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup | None:
    """Buttons as Telegram wants them."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(b.label, callback_data=b.data) for b in row] for row in rows])


def reports_text(desk: Desk, words: Words) -> str:
    """The reports that can be asked."""
    lines = [
        words.report_line.format(name=e.name, place=e.place or "？", year=e.year or "？", count=e.count)
        for e in desk.library.entries.values()
    ]
    return "\n".join([words.reports_head, *lines]) if lines else words.no_reports


def _can_speak(member: ChatMember) -> bool:
    return getattr(member, "can_send_messages", True) is not False
