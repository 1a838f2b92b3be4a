"""Counts and latencies for Prometheus, on a port of their own; optional.

`prometheus-client` comes with the extra `metrics` and is loaded only when a port is asked for.
"""

from typing import Protocol

from bot import wording
from index.errors import BaogaoError

# seconds; an answer takes some 20 ms, a queue under load seconds
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Meter(Protocol):
    """Is told of every update that was dealt with."""

    def update(self, kind: str, seconds: float, found: bool | None) -> None:
        """One update: what it was, how long it took from arrival, whether an answer was found."""

    def error(self) -> None:
        """One update ended in an error."""

    def close(self) -> None:
        """Give back what is held."""


class NoMeter:
    """Counts nothing."""

    def update(self, kind: str, seconds: float, found: bool | None) -> None:
        """Nothing."""

    def error(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class PrometheusMeter:
    """Serves `/metrics` on a port of this machine."""

    def __init__(self, port: int, address: str = "127.0.0.1") -> None:
        try:
            from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
        except ImportError as error:
            raise BaogaoError(wording.NO_METRICS) from error
        registry = CollectorRegistry()
        self._updates = Counter("baogao_updates", "Updates dealt with", ["kind", "found"], registry=registry)
        self._seconds = Histogram(
            "baogao_update_seconds", "From arrival to done", ["kind"], registry=registry, buckets=_BUCKETS
        )
        self._errors = Counter("baogao_errors", "Updates that ended in an error", registry=registry)
        try:
            self._server, self._thread = start_http_server(port, address, registry)
        except OSError as error:
            raise BaogaoError(wording.NO_PORT.format(port, error.strerror or error)) from error

    def update(self, kind: str, seconds: float, found: bool | None) -> None:
        """Count it."""
        self._updates.labels(kind, {True: "yes", False: "no", None: ""}[found]).inc()
        self._seconds.labels(kind).observe(seconds)

    def error(self) -> None:
        """Count it."""
        self._errors.inc()

    def close(self) -> None:
        """Give the port back."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
