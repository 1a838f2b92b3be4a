"""The service's log: one line an event on stderr, `key=value`, and never the token.

Tracebacks are folded into their line. The token is taken out of the finished line, whoever wrote it (httpx
puts it into its URLs). Knows nothing of updates.
"""

import logging
import sys
import time
from collections.abc import Collection
from typing import TextIO
from urllib.parse import quote

LOGGER = logging.getLogger("baogao.telegram")


class OneLine(logging.Formatter):
    """A record as one line, with secrets replaced."""

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__()
        forms = {form for secret in secrets if secret for form in (secret, quote(secret), quote(secret, safe=""))}
        self._secrets = sorted(forms, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """`time level logger message`, a traceback behind it with its line ends escaped."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        line = f"{stamp} {record.levelname.lower()} {record.name} {record.getMessage()}"
        if record.exc_info:
            line += f" trace={self.formatException(record.exc_info)}"
        if record.stack_info:
            line += f" stack={record.stack_info}"
        line = line.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n")
        for secret in self._secrets:
            line = line.replace(secret, "<token>")
        return line


def set_up(secrets: Collection[str], stream: TextIO | None = None) -> None:
    """Send everything that is logged to stderr as single lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(OneLine(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in ("httpx", "httpcore", "telegram", "apscheduler", "tornado", "jieba"):
        logging.getLogger(name).setLevel(logging.WARNING)  # a line a request says nothing that ours do not
    logging.captureWarnings(True)


def fields(**values: object) -> str:
    """`key=value` pairs; text that could break the line is quoted."""
    return " ".join(f"{key}={_value(value)}" for key, value in values.items() if value is not None)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.1f}"
    text = str(value)
    return text if text and text.isprintable() and not any(c in ' "=' for c in text) else repr(text)
