"""What the chat's handlers share: the answerer off the event loop, the memory of each chat, the words of each person.

Between `Dialogue` and the handlers; plain data goes into the ledger, the answerer never does. Knows nothing of
Telegram's objects.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import TypeVar

from bot.answer import Answer, Answerer
from bot.chat import suggestions
from bot.chat.cards import Slip, slip_of
from bot.chat.feedback import Anonymous, Feedback
from bot.chat.ledger import Ledger
from bot.dialogue import REMEMBERED, Dialogue
from bot.reason import Reason
from bot.resolve import narrowed
from bot.wording import EN, ZH, Words, words_for
from index.library import Library

SAME_ANSWERS = (
    1024  # kept, some 10 KB each: suggestions were tried before they are tapped, people ask for the same few figures
)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Asker:
    """Where a question comes from: the chat, and in a group the person, for follow-ups are a person's own."""

    chat: int
    person: int | None
    language: str | None

    @property
    def key(self) -> str:
        """What the memory is kept under."""
        return str(self.chat) if self.chat == self.person or self.person is None else f"{self.chat}:{self.person}"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with what its buttons refer to, and the chat's questions with this one behind them."""

    answer: Answer
    slip: Slip
    history: tuple[str, ...]


class Desk:
    """Answers for chats and remembers them."""

    def __init__(
        self, answerer: Answerer, ledger: Ledger, feedback: Feedback, names: Anonymous, pool: Executor
    ) -> None:
        self._answerer = answerer
        self._pool = pool
        self._ask = lru_cache(maxsize=SAME_ANSWERS)(self._work_out)
        self._examples: asyncio.Future[tuple[str, ...]] | None = None
        self.ledger = ledger
        self.feedback = feedback
        self.names = names

    @property
    def library(self) -> Library:
        """The reports."""
        return self._answerer.library

    async def _off_loop(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def answer(self, asker: Asker, question: str) -> Reply:
        """Answer in the light of the chat's earlier questions; remembers nothing yet."""
        history = self._history(asker)
        answer, more = await self._off_loop(lambda: self._with_suggestions(question, history))
        slip = slip_of(answer, history, more or self._examples_ready(answer), self.library)
        return Reply(answer, slip, (*history, question)[-REMEMBERED:])

    def _work_out(self, question: str, history: tuple[str, ...] = ()) -> Answer:
        return Dialogue(self._answerer, list(history)).ask(question)

    def _with_suggestions(self, question: str, history: tuple[str, ...]) -> tuple[Answer, tuple[str, ...]]:
        """The answer, and where there is none, questions about what the report has nearby."""
        answer = self._ask(question, history)
        if answer.reason is Reason.WHICH_REPORT:
            return answer, tuple(narrowed(question, self.library.entries[name]) for name in answer.choices)
        senseless = answer.reason in (Reason.NOT_A_QUESTION, Reason.OUT_OF_SCOPE)
        return answer, () if answer.found or senseless else suggestions.nearby(self.library, self._ask, answer)

    def _examples_ready(self, answer: Answer) -> tuple[str, ...]:
        """Three of the examples, for those who asked nothing that the report could say."""
        ready = self._examples
        if answer.found or ready is None or not ready.done() or ready.exception():
            return ()
        return ready.result()[:3]

    async def answer_alone(self, question: str) -> Answer:
        """Answer a question that belongs to no chat."""
        return await self._off_loop(lambda: self._ask(question))

    async def examples(self) -> tuple[str, ...]:
        """Five questions the reports do answer, found once."""
        if self._examples is None:
            self._examples = asyncio.ensure_future(self._draw())
        return await asyncio.shield(self._examples)

    async def _draw(self) -> tuple[str, ...]:
        """Try by try, so that people's questions come in between and stopping waits for one try at most."""
        tries = suggestions.drawn(self.library, self._ask)
        found: list[str] = []
        while len(found) < suggestions.EXAMPLES:
            tried = await self._off_loop(lambda: next(tries, None))
            if tried is None:
                break
            found += filter(None, [tried])
        return tuple(found)

    async def close(self) -> None:
        """Begin nothing new; what a thread has begun is waited for."""
        if self._examples:
            self._examples.cancel()
            await asyncio.wait({self._examples})
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)

    # -- memory --

    def words(self, asker: Asker) -> Words:
        """The language chosen by /lang, else the one of the person's client."""
        chosen = self.ledger.chat(asker.key).get("language")
        return {"zh": ZH, "en": EN}.get(str(chosen)) or words_for(asker.language)

    def choose_language(self, asker: Asker, code: str) -> Words:
        """Speak this language in this chat from now on."""
        self.ledger.keep_chat(asker.key, {**self.ledger.chat(asker.key), "language": code})
        return self.words(asker)

    def _history(self, asker: Asker) -> tuple[str, ...]:
        kept = self.ledger.chat(asker.key).get("history")
        return tuple(map(str, kept)) if isinstance(kept, list) else ()

    def remember(self, asker: Asker, name: str, asked: int | None, shown: int, reply: Reply) -> None:
        """Keep the chat's questions and what the buttons below an answer refer to."""
        with self.ledger.together():
            memory = {**self.ledger.chat(asker.key), "history": list(reply.history), "last": name}
            self.ledger.keep_chat(asker.key, memory)
            self.ledger.keep_answer(name, asker.chat, asked, {**reply.slip.as_json(), "shown": shown})

    def forget(self, asker: Asker) -> None:
        """Begin anew; the language stays."""
        memory = self.ledger.chat(asker.key)
        self.ledger.keep_chat(asker.key, {k: v for k, v in memory.items() if k == "language"})

    def last_slip(self, asker: Asker) -> Slip | None:
        """What the chat's last answer refers to."""
        name = self.ledger.chat(asker.key).get("last")
        return self.slip(str(name), asker.chat) if name else None

    def slip(self, name: str, chat: int) -> Slip | None:
        """What the buttons below an answer refer to; None where that is gone, another chat's, or of a changed report."""
        kept = self.ledger.answer(name, chat)
        try:
            slip = Slip.from_json(kept) if kept else None
        except (KeyError, TypeError, ValueError):
            return None
        return slip if slip and slip.is_current(self.library) else None

    def about(self, words: Words) -> str:
        """What this is."""
        return words.about.format(version=version("baogaotong"))
