"""Inline mode: `@bot question` in any chat offers up to five cited passages to send. No follow-ups, no memory."""

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode

from bot.chat import cards, markup
from bot.chat.desk import Asker, Desk
from bot.chat.lanes import current_visit
from bot.chat.limits import AllowList
from bot.chat.outbox import Outbox
from bot.chat.typed import tidy

CACHE = 300  # seconds Telegram may give the same reply to the same query (its default)


class Inline:
    """The callback for inline queries."""

    def __init__(self, desk: Desk, outbox: Outbox, allowed: AllowList) -> None:
        self._desk = desk
        self._outbox = outbox
        self._allowed = allowed

    async def offer(self, update: Update, _context: object) -> None:
        """@bot question, in any chat: up to five cited passages to send."""
        visit, query = current_visit(), update.inline_query
        if query is None:
            return
        visit.kind = "inline"
        visit.check()
        asker = Asker(query.from_user.id, query.from_user.id, query.from_user.language_code)
        words = self._desk.words(asker)
        typed = tidy(query.query)
        visit.text = typed.text
        found: tuple[cards.Offer, ...] = ()
        if typed.text and not visit.flooded and self._allowed.admits(asker.person):
            answer = await self._desk.answer_alone(typed.text)
            visit.found = answer.found
            found = cards.offers(answer, words, self._desk.library)
        results = [_article(n, offer) for n, offer in enumerate(found)]
        label = words.inline_open if found or not typed.text else words.inline_nothing
        await self._outbox.once(
            visit.ticket,
            "inline",
            lambda: self._outbox.bot.answer_inline_query(
                query.id,
                results,
                cache_time=1 if visit.flooded else CACHE,
                button=InlineQueryResultsButton(label, start_parameter="inline"),
            ),
        )


def _article(number: int, offer: cards.Offer) -> InlineQueryResultArticle:
    text = markup.to_html(markup.shorten(offer.text, markup.LONGEST))
    content = InputTextMessageContent(text, ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True))
    return InlineQueryResultArticle(str(number), offer.title, content, description=offer.description)
