"""What one chat remembers: its earlier questions and the last answer, bounded. Knows no mouth in particular."""

from dataclasses import dataclass, field

from bot.answer import Answer, Answerer

REMEMBERED = 6  # questions; a follow-up leans on the last ones only


@dataclass(slots=True)
class Dialogue:
    """One chat with an `Answerer`."""

    answerer: Answerer
    history: list[str] = field(default_factory=list)
    last: Answer | None = None

    def ask(self, question: str) -> Answer:
        """Answer a question in the light of the earlier ones, and remember it."""
        answer = self.answerer.answer(question, self.history)
        self.history = [*self.history, question][-REMEMBERED:]
        self.last = answer
        return answer

    def forget(self) -> None:
        """Begin anew."""
        self.history.clear()
        self.last = None
