"""What the chat service must not forget, on disk: updates received, what was sent for them, chats, answers.

One SQLite file, JSON text in its columns. An update is on disk (fsync) before Telegram is told that it
arrived; later marks survive a kill -9 of the process. Knows nothing of Telegram's objects or of reports.
"""

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]

REMEMBERED = 2 * 86400  # seconds that an update's number is known; Telegram keeps updates for one day
OLDEST_ANSWER = 90 * 86400  # seconds that buttons work
MOST_ANSWERS = 50_000
OLDEST_CHAT = 180 * 86400  # seconds after its last question that a chat is forgotten
MOST_CHATS = 20_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS updates (
    ticket INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL, digest TEXT NOT NULL,
    body TEXT, tries INTEGER NOT NULL DEFAULT 0, at REAL NOT NULL, UNIQUE (number, digest));
CREATE INDEX IF NOT EXISTS waiting ON updates (ticket) WHERE body IS NOT NULL;
CREATE TABLE IF NOT EXISTS sends (
    ticket INTEGER NOT NULL, step TEXT NOT NULL, message INTEGER, after TEXT NOT NULL, PRIMARY KEY (ticket, step));
CREATE TABLE IF NOT EXISTS chats (chat TEXT PRIMARY KEY, at REAL NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
    answer TEXT PRIMARY KEY, chat INTEGER NOT NULL, asked INTEGER, at REAL NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS asked ON answers (chat, asked);
CREATE TABLE IF NOT EXISTS heights (chat INTEGER PRIMARY KEY, message INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Parcel:
    """An update that waits for its answer. Tickets count in the order of arrival, and are never used twice."""

    ticket: int
    update: Json


@dataclass(frozen=True, slots=True)
class Send:
    """One message sent for an update, or begun: then `message` is None and nobody knows whether it arrived."""

    message: int | None
    after: tuple[int, ...]  # message numbers behind which it can only be


class Ledger:
    """The open file; one process at a time, one thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / "ledger.sqlite3"
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # questions lie in it until they are answered
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        self._depth = 0
        self.prune(time.time())

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside is on disk together or not at all. Never awaits inside."""
        if self._depth == 0:
            self._db.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("ROLLBACK")
            raise
        self._depth -= 1
        if self._depth == 0:
            self._db.execute("COMMIT")

    # -- updates --

    def take(self, updates: Sequence[Json]) -> list[Parcel]:
        """Those updates that are new, now safely on disk; each has its int `update_id`.

        A repeated update has the same number and the same content. One with a known number but other content is
        a new one: Telegram begins to count anew after a quiet week.
        """
        new: list[Parcel] = []
        # FULL: the write-ahead log is flushed at this commit, and with it every mark made before
        self._db.execute("PRAGMA synchronous=FULL")
        try:
            with self.together():
                for update in updates:
                    body = json.dumps(update, ensure_ascii=True, sort_keys=True)
                    digest = hashlib.sha256(body.encode("ascii")).hexdigest()[:16]
                    added = self._db.execute(
                        "INSERT OR IGNORE INTO updates (number, digest, body, at) VALUES (?, ?, ?, ?)",
                        (update["update_id"], digest, body, time.time()),
                    )
                    if added.rowcount and added.lastrowid is not None:
                        new.append(Parcel(added.lastrowid, update))
        finally:
            self._db.execute("PRAGMA synchronous=NORMAL")
        return new

    def waiting(self) -> list[Parcel]:
        """The updates that were received and not done with, in the order of their arrival."""
        rows = self._db.execute("SELECT ticket, body FROM updates WHERE body IS NOT NULL ORDER BY ticket")
        return [Parcel(ticket, json.loads(body)) for ticket, body in rows]

    def begin(self, ticket: int) -> int:
        """Note that an update is being worked on; how many times it has been by now."""
        self._db.execute("UPDATE updates SET tries = tries + 1 WHERE ticket = ?", (ticket,))
        row = self._db.execute("SELECT tries FROM updates WHERE ticket = ?", (ticket,)).fetchone()
        return int(row[0]) if row else 0

    def leave(self, ticket: int) -> None:
        """Work on an update was stopped by request; that does not count as a try."""
        self._db.execute("UPDATE updates SET tries = tries - 1 WHERE ticket = ?", (ticket,))

    def done(self, ticket: int) -> None:
        """An update is done with: its text goes, its number stays known."""
        with self.together():
            self._db.execute("UPDATE updates SET body = NULL WHERE ticket = ?", (ticket,))
            self._db.execute("DELETE FROM sends WHERE ticket = ?", (ticket,))

    # -- messages sent --

    def send(self, ticket: int, step: str) -> Send | None:
        """What is known of a message sent for an update."""
        row = self._db.execute("SELECT message, after FROM sends WHERE ticket = ? AND step = ?", (ticket, step))
        found = row.fetchone()
        return Send(found[0], tuple(json.loads(found[1]))) if found else None

    def begun(self, ticket: int, step: str, after: Sequence[int]) -> None:
        """A message is about to go onto the wire."""
        self._db.execute("INSERT OR REPLACE INTO sends VALUES (?, ?, NULL, ?)", (ticket, step, json.dumps(list(after))))

    def refused(self, ticket: int, step: str) -> None:
        """It certainly did not arrive."""
        self._db.execute("DELETE FROM sends WHERE ticket = ? AND step = ?", (ticket, step))

    def arrived(self, ticket: int, step: str, message: int) -> None:
        """It arrived, under this message number; 0 where it has none."""
        self._db.execute("INSERT OR REPLACE INTO sends VALUES (?, ?, ?, '[]')", (ticket, step, message))

    def height(self, chat: int) -> int:
        """The highest number a message of ours had in a chat, of all private ones together where it is 0."""
        row = self._db.execute("SELECT message FROM heights WHERE chat = ?", (chat,)).fetchone()
        return int(row[0]) if row else 0

    def raise_height(self, chat: int, message: int) -> None:
        """A message of ours had this number in a chat."""
        self._db.execute(
            "INSERT INTO heights VALUES (?, ?) ON CONFLICT (chat) DO UPDATE SET message = MAX(message, excluded.message)",
            (chat, message),
        )

    # -- chats, answers, notes --

    def chat(self, chat: str) -> Json:
        """What is remembered of a chat; empty at first."""
        row = self._db.execute("SELECT body FROM chats WHERE chat = ?", (chat,)).fetchone()
        return dict(json.loads(row[0])) if row else {}

    def keep_chat(self, chat: str, body: Json) -> None:
        """Remember a chat."""
        self._db.execute("INSERT OR REPLACE INTO chats VALUES (?, ?, ?)", (chat, time.time(), _dumped(body)))

    def forget_chat(self, chat: int) -> None:
        """Nothing of a chat or its answers remains."""
        with self.together():
            self._db.execute("DELETE FROM chats WHERE chat = ? OR chat LIKE ?", (str(chat), f"{chat}:%"))
            self._db.execute("DELETE FROM answers WHERE chat = ?", (chat,))

    def move_chat(self, old: int, new: int) -> None:
        """A group became a supergroup and has a new number."""
        with self.together():
            for (key,) in self._db.execute("SELECT chat FROM chats WHERE chat LIKE ?", (f"{old}:%",)).fetchall():
                renamed = f"{new}:{key.partition(':')[2]}"
                self._db.execute("UPDATE OR REPLACE chats SET chat = ? WHERE chat = ?", (renamed, key))
            self._db.execute("UPDATE OR REPLACE chats SET chat = ? WHERE chat = ?", (str(new), str(old)))
            self._db.execute("DELETE FROM answers WHERE chat = ?", (old,))  # their messages stay in the old group

    def answer(self, answer: str, chat: int) -> Json | None:
        """What the buttons below an answer refer to; None where it is gone or another chat's."""
        row = self._db.execute("SELECT body FROM answers WHERE answer = ? AND chat = ?", (answer, chat)).fetchone()
        return dict(json.loads(row[0])) if row else None

    def keep_answer(self, answer: str, chat: int, asked: int | None, body: Json) -> None:
        """Remember an answer, and the number of the message that asked for it."""
        values = (answer, chat, asked, time.time(), _dumped(body))
        self._db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", values)

    def change_answer(self, answer: str, body: Json) -> None:
        """Remember something else under an answer that is there."""
        self._db.execute("UPDATE answers SET body = ? WHERE answer = ?", (_dumped(body), answer))

    def answer_to(self, chat: int, asked: int) -> tuple[str, Json] | None:
        """The latest answer to a message, and its name."""
        query = "SELECT answer, body FROM answers WHERE chat = ? AND asked = ? ORDER BY at DESC LIMIT 1"
        row = self._db.execute(query, (chat, asked)).fetchone()
        return (row[0], dict(json.loads(row[1]))) if row else None

    def note(self, name: str) -> str | None:
        """A single value."""
        row = self._db.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def keep_note(self, name: str, value: str) -> None:
        """Remember a single value."""
        self._db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))

    def prune(self, now: float) -> None:
        """Let go of what is old or too much."""
        with self.together():
            self._db.execute("DELETE FROM updates WHERE body IS NULL AND at < ?", (now - REMEMBERED,))
            for table, oldest, most in (
                ("chats", OLDEST_CHAT, MOST_CHATS),
                ("answers", OLDEST_ANSWER, MOST_ANSWERS),
            ):
                self._db.execute(f"DELETE FROM {table} WHERE at < ?", (now - oldest,))
                newest = f"SELECT rowid FROM {table} ORDER BY at DESC LIMIT {most}"
                self._db.execute(f"DELETE FROM {table} WHERE rowid NOT IN ({newest})")


def _dumped(body: Json) -> str:
    return json.dumps(body, ensure_ascii=True)
