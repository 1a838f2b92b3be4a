"""What the bot does when a button is tapped: read on, see other passages, get the file, ask a suggestion, vote.

A button's data is `letter:answer[:number]`; what it refers to is looked up in the ledger, so it works after a
restart. One that refers to nothing any more says so. Every tap is acknowledged exactly once.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import CallbackQuery, InlineKeyboardMarkup, InputFile, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from bot.chat import cards, markup
from bot.chat.cards import Slip
from bot.chat.desk import Asker, Desk
from bot.chat.handlers import Handlers, keyboard_of
from bot.chat.hearing import thread_of
from bot.chat.lanes import current_visit
from bot.chat.limits import AllowList, Guard
from bot.chat.outbox import Outbox
from bot.chat.typed import tidy
from bot.wording import Words
from index.report import Report
from index.view import clean


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap that refers to something: the answer it belongs to, by name and content, and its number if it has one."""

    query: CallbackQuery
    message: Message
    asker: Asker
    words: Words
    name: str
    slip: Slip
    letter: str
    number: int


class Taps:
    """The callback for buttons."""

    def __init__(self, desk: Desk, outbox: Outbox, handlers: Handlers, guard: Guard, allowed: AllowList) -> None:
        self._desk = desk
        self._outbox = outbox
        self._handlers = handlers
        self._guard = guard
        self._allowed = allowed

    async def tap(self, update: Update, _context: object) -> None:
        """Any button."""
        visit, query = current_visit(), update.callback_query
        if query is None:
            return
        visit.kind = "button"
        visit.check()
        message = query.message if isinstance(query.message, Message) else None
        person = query.from_user
        asker = Asker(message.chat_id if message else person.id, person.id, person.language_code)
        words = self._desk.words(asker)
        if message:
            self._outbox.saw(message.chat_id, message.message_id)
        if not self._allowed.admits(asker.chat, asker.person):
            await self._acknowledge(query, words.not_allowed)
            return
        if visit.flooded:
            visit.kind = "flood"
            self._guard.tell(person.id)
            await self._acknowledge(query, words.flood)
            return
        letter, name, number = _parsed(query.data or "")
        if letter == "l" and name in ("zh", "en"):
            await self._acknowledge(query, self._desk.choose_language(asker, name).language_set)
            return
        slip = self._desk.slip(name, asker.chat) if message else None
        action = _ACTIONS.get(letter)
        if action is None or slip is None or message is None:
            await self._acknowledge(query, words.stale, alert=True)
            return
        await action(self, Tap(query, message, asker, words, name, slip, letter, number))

    async def _acknowledge(self, query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
        """Stop the button's clock; a query too old for it (after a restart) is let go."""
        try:
            await self._outbox.once(
                current_visit().ticket,
                "acknowledge",
                lambda: self._outbox.bot.answer_callback_query(query.id, text, show_alert=alert),
            )
        except (BadRequest, Forbidden):
            return

    async def _context(self, tap: Tap) -> None:
        if not tap.slip.spans:
            await self._acknowledge(tap.query, tap.words.stale, alert=True)
            return
        await self._acknowledge(tap.query)
        await self._send(tap, cards.context_text(tap.slip, tap.words, self._desk.library))

    async def _passages(self, tap: Tap) -> None:
        """A page of other passages: the first as a new message, others in place of the page shown."""
        card = cards.passages_card(tap.slip, tap.name, tap.number, tap.words, self._desk.library)
        if card is None:
            await self._acknowledge(tap.query, tap.words.no_others)
            return
        await self._acknowledge(tap.query)
        keyboard = keyboard_of(card.buttons)
        if tap.letter == "t":
            await self._outbox.edit(tap.asker.chat, tap.message.message_id, card.text, keyboard)
        else:
            await self._send(tap, card.text, keyboard)

    async def _send(self, tap: Tap, text: markup.Rich, keyboard: InlineKeyboardMarkup | None = None) -> None:
        await self._outbox.send(
            current_visit().ticket,
            "reply",
            tap.asker.chat,
            text,
            keyboard=keyboard,
            reply_to=tap.message.message_id,
            thread=thread_of(tap.message),
        )

    async def _source(self, tap: Tap) -> None:
        """The report's file, with the place in its caption; sent once, then known to Telegram by an id."""
        if not tap.slip.spans:
            await self._acknowledge(tap.query, tap.words.stale, alert=True)
            return
        await self._acknowledge(tap.query)
        spot = tap.slip.spans[0]
        entry = self._desk.library.entries[spot.report]
        caption = markup.to_html(cards.source_caption(spot, tap.words, self._desk.library))
        note = f"file:{entry.sha256}"
        known = self._desk.ledger.note(note)
        text = self._desk.library.report(spot.report).text
        upload = InputFile(text.encode("utf-8", "replace"), filename=spot.report)
        try:
            sent = await self._send_file(tap, known or upload, caption)
        except BadRequest:
            if not known:
                raise
            self._desk.ledger.refused(current_visit().ticket, "file")
            sent = await self._send_file(tap, upload, caption)  # Telegram no longer knows the id
        if isinstance(sent, Message) and sent.document:
            self._outbox.saw(tap.asker.chat, sent.message_id)
            self._desk.ledger.keep_note(note, sent.document.file_id)

    async def _send_file(self, tap: Tap, file: str | InputFile, caption: str) -> object:
        return await self._outbox.once(
            current_visit().ticket,
            "file",
            lambda: self._outbox.bot.send_document(
                tap.asker.chat,
                file,
                caption=caption,
                parse_mode=ParseMode.HTML,
                message_thread_id=thread_of(tap.message),
            ),
        )

    async def _suggestion(self, tap: Tap) -> None:
        """Ask the question on the button, as if the person had typed it."""
        if not 0 <= tap.number < len(tap.slip.suggestions):
            await self._acknowledge(tap.query, tap.words.stale, alert=True)
            return
        question = tap.slip.suggestions[tap.number]
        current_visit().text = question
        await self._acknowledge(tap.query)
        await self._handlers.ask(tap.message, tap.asker, tap.words, tidy(question), tapped=question)

    async def _vote(self, tap: Tap) -> None:
        """Write the vote down and tick its button; the same vote of the same person counts once."""
        right = tap.letter == "u"
        voter = self._desk.names.name(tap.asker.person)
        kept = self._desk.ledger.answer(tap.name, tap.asker.chat) or {}
        votes = kept.get("votes") or {}
        await self._acknowledge(tap.query, tap.words.thanks_up if right else tap.words.thanks_down)
        if votes.get(voter) == tap.letter:
            return
        self._desk.ledger.change_answer(tap.name, {**kept, "votes": {**votes, voter: tap.letter}})
        library = self._desk.library
        texts = [clean(library.report(s.report).text[s.start : s.end]) for s in tap.slip.spans if tap.slip.found]
        quotes = [_sentence(library.report(s.report), s.start) for s in tap.slip.spans if tap.slip.found]
        self._desk.feedback.vote(
            self._desk.names.name(tap.asker.chat),
            tap.slip.question,
            tap.slip.history,
            right=right,
            spans=texts,
            quotes=quotes,
        )
        buttons = cards.answer_buttons(tap.slip, tap.name, tap.words, tap.letter)
        await self._outbox.edit_keyboard(tap.asker.chat, tap.message.message_id, keyboard_of(buttons))


_ACTIONS: dict[str, Callable[[Taps, Tap], Awaitable[None]]] = {
    "c": Taps._context,
    "p": Taps._passages,
    "t": Taps._passages,
    "s": Taps._source,
    "q": Taps._suggestion,
    "u": Taps._vote,
    "d": Taps._vote,
}


def _parsed(data: str) -> tuple[str, str, int]:
    """Letter, answer and number of a button's data; of anything else, what no button has."""
    letter, _, rest = data.partition(":")
    name, _, number = rest.partition(":")
    return letter, name, int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else -1


def _sentence(report: Report, offset: int) -> str:
    """The sentence an offset stands in."""
    inside = next((s for s in report.sentences if s.start <= offset < s.end), None)
    return clean(report.text[inside.start : inside.end]) if inside else ""
