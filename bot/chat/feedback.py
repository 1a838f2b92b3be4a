"""Votes and unanswered questions, appended to a local JSONL that `baogao eval` reads as a question file.

No names: a chat is a hash with a salt that never leaves this machine. A 👍 line carries the answer and its
sentence as gold; the others are marked `to-check`. Knows no chat service.
"""

import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def open_salt(folder: Path) -> bytes:
    """This machine's salt, made at first use."""
    path = folder / "salt"
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        salt = secrets.token_bytes(32)
        file.write(salt)
    return salt


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Turns numbers of chats and people into names that nobody can turn back without the salt."""

    salt: bytes

    def name(self, identity: int | None) -> str:
        """A short stable name."""
        return hmac.new(self.salt, str(identity).encode(), hashlib.sha256).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Feedback:
    """The file; with no path nothing is kept."""

    path: Path | None

    def unanswered(self, chat: str, question: str, history: Sequence[str], reason: str) -> None:
        """A question the report did not answer."""
        self._append(chat, question, history, "unanswered", reason=reason)

    def vote(
        self,
        chat: str,
        question: str,
        history: Sequence[str],
        *,
        right: bool,
        spans: Sequence[str],
        quotes: Sequence[str],
    ) -> None:
        """A person said whether an answer was right; what they call right is gold, what wrong stays open."""
        if right and spans:
            self._append(chat, question, history, "up", answers=[list(spans)], evidence=list(dict.fromkeys(quotes)))
        else:
            self._append(chat, question, history, "up" if right else "down", said=list(spans))

    def _append(self, chat: str, question: str, history: Sequence[str], kind: str, **more: Any) -> None:
        if self.path is None:
            return
        answers = more.pop("answers", [])
        row = {
            "id": f"{kind}-{secrets.token_hex(6)}",
            "question": question,
            "history": list(history),
            "answerable": bool(answers),
            "answers": answers,
            "evidence": more.pop("evidence", []),
            "type": "feedback",
            "tags": [kind] if answers else [kind, "to-check"],
            "split": "test",
            "reason": more.pop("reason", None),
            "chat": chat,
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            **more,
        }
        line = (json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8", "replace")
        # one write in append mode: a kill leaves a whole line or none
        handle = os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)
