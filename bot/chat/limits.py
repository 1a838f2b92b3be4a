"""Who may ask, and how fast: a guard for each person, and an optional list of those who are let in.

A person floods who has too many messages waiting for their answers, or sends faster than anybody reads for
longer than a burst. Knows no Telegram; time is handed in.
"""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

MOST_WAITING = 20  # unanswered messages of one person; more is no conversation
BURST = 60  # messages a person may send at once, over time
REFILL = 1.0  # messages a second; Telegram lets a bot send about one a second into a chat
MOST_PEOPLE = 50_000  # whose pace is remembered


@dataclass(slots=True)
class _Pace:
    tokens: float
    arrived: float
    dated: float
    waiting: int = 0
    told: bool = False


@dataclass(slots=True)
class Guard:
    """Counts what each person has waiting; `admit` and `release` come in pairs."""

    most_waiting: int = MOST_WAITING
    burst: float = BURST
    _people: "OrderedDict[int, _Pace]" = field(default_factory=OrderedDict)

    def admit(self, person: int, now: float, dated: float) -> bool:
        """Whether a message is to be answered. `now` is our clock, `dated` the message's own.

        The longer of the two spans counts, so that a backlog written over hours is no flood.
        """
        pace = self._people.get(person) or _Pace(self.burst, now, dated)
        self._people[person] = pace
        self._people.move_to_end(person)
        span = max(now - pace.arrived, dated - pace.dated, 0.0)
        pace.tokens = min(self.burst, pace.tokens + span * REFILL)
        pace.arrived, pace.dated = now, max(dated, pace.dated)
        if not pace.waiting and pace.tokens >= self.burst / 2:
            pace.told = False  # that flood is over
        pace.waiting += 1
        if pace.waiting > self.most_waiting or pace.tokens < 1:
            return False
        pace.tokens -= 1
        return True

    def release(self, person: int) -> None:
        """A message has been dealt with."""
        if pace := self._people.get(person):
            pace.waiting = max(0, pace.waiting - 1)
        while len(self._people) > MOST_PEOPLE:
            oldest, pace = next(iter(self._people.items()))
            if pace.waiting:
                break
            del self._people[oldest]

    def tell(self, person: int) -> bool:
        """Whether to say that this is too fast: once a flood."""
        pace = self._people.get(person)
        if pace is None or pace.told:
            return False
        pace.told = True
        return True


@dataclass(frozen=True, slots=True)
class AllowList:
    """The users and chats that are served; all, where none is named."""

    ids: Collection[int] = ()

    def admits(self, *who: int | None) -> bool:
        """Whether one of these ids is served."""
        return not self.ids or any(identity in self.ids for identity in who if identity is not None)
