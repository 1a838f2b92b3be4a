"""What happens when a handler fails: the log gets the traceback, the person one sentence with a reference number.

The two share the number and nothing else. Knows no handler in particular.
"""

import secrets

from telegram import Update
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.chat.desk import Asker, Desk
from bot.chat.lanes import current_visit
from bot.chat.logs import LOGGER, fields
from bot.chat.markup import Run
from bot.chat.metrics import Meter
from bot.chat.outbox import Outbox, StoppingError


class Faults:
    """The application's error handler."""

    def __init__(self, desk: Desk, outbox: Outbox, meter: Meter) -> None:
        self._desk = desk
        self._outbox = outbox
        self._meter = meter

    async def fault(self, update: object, error: Exception | None) -> None:
        """Log first, then tell."""
        visit = current_visit()
        if isinstance(error, StoppingError):
            visit.unfinished = True
            return
        if isinstance(error, Forbidden):  # the person blocked the bot, or the group threw it out
            LOGGER.info("not let in: %s", fields(error=error))
            return
        visit.failed = secrets.token_hex(4).upper()
        self._meter.error()
        LOGGER.error("failed: %s", fields(reference=visit.failed, kind=visit.kind), exc_info=error)
        if isinstance(error, BadRequest) and "chat not found" in str(error).lower():
            return
        try:
            await self._tell(update, visit.failed)
        except StoppingError:
            visit.unfinished = True
        except TelegramError as second:
            LOGGER.error("could not tell: %s", fields(reference=visit.failed, error=second))

    async def _tell(self, update: object, reference: str) -> None:
        if not isinstance(update, Update):
            return
        person, chat = update.effective_user, update.effective_chat
        where = Asker(chat.id if chat else 0, person.id if person else None, person.language_code if person else None)
        text = self._desk.words(where).error.format(reference)
        if query := update.callback_query:
            await self._outbox.once(
                current_visit().ticket,
                "acknowledge",
                lambda: self._outbox.bot.answer_callback_query(query.id, text[:200], show_alert=True),
            )
        message = update.effective_message
        if chat and message:
            await self._outbox.send(current_visit().ticket, "fault", chat.id, (Run(text),), reply_to=message.message_id)
