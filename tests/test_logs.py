import logging
import sys

from bot.chat.logs import OneLine, fields


def record(message: str, **more: object) -> logging.LogRecord:
    return logging.makeLogRecord({"name": "httpx", "levelname": "INFO", "created": 0.0, "msg": message, **more})


def test_a_record_is_one_line_with_the_token_taken_out() -> None:
    line = OneLine(["12:ab"]).format(record('POST "https://api.telegram.org/bot12:ab/getMe"\nbot12%3Aab'))
    assert line == '1970-01-01T00:00:00Z info httpx POST "https://api.telegram.org/bot<token>/getMe"\\nbot<token>'


def test_a_traceback_stays_on_its_line() -> None:
    try:
        raise ValueError("12:ab")
    except ValueError:
        line = OneLine(["12:ab"]).format(record("failed", exc_info=sys.exc_info()))
    assert line.startswith("1970-01-01T00:00:00Z info httpx failed trace=Traceback (most recent call last):\\n")
    assert line.endswith("ValueError: <token>")


def test_fields_are_told_apart() -> None:
    assert fields(kind="a", ms=1.26, found=True, chat=None, text='a b="c') == "kind=a ms=1.3 found=yes text='a b=\"c'"
