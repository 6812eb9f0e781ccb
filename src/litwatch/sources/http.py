"""One transport for every source: paced, patient within a budget, and sceptical of what comes back.

What a body must look like is said by the caller (`litwatch.sources.expect`); what it means is the source's business.
Proxies, cookies and ~/.netrc: see `litwatch.sources.wire.session`.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import requests
import stamina

from litwatch import __version__
from litwatch.config import LOOPBACK
from litwatch.errors import SourceRefused
from litwatch.redaction import Redactor
from litwatch.sources.exchange import Line, Order, Reply, Timing
from litwatch.sources.expect import Expectation, anything
from litwatch.sources.pace import Pacer, Sharing
from litwatch.sources.setback import Setback
from litwatch.sources.wire import session

__all__ = ["Client", "Reply", "Timing", "Transport"]

# What is kept of a request's time for the try after a Retry-After.
LAST_TRY_SHARE = 0.1


class Transport:
    """What all sources of one run share: who asks, the secrets to hide, the pace per host.

    ``down`` names the sources that have not answered for some runs: each of their requests is tried once only.
    ``sharing`` gives the turns that other processes on the same hosts take part in.
    Safe to share between threads. `close` it, or use it as a context manager.
    """

    def __init__(
        self,
        contact: str | None = None,
        secrets: Iterable[str] = (),
        timing: Timing | None = None,
        down: Iterable[str] = (),
        sharing: Sharing | None = None,
    ) -> None:
        self.contact = contact
        self._sharing = sharing
        self._down = frozenset(down)
        self.redact = Redactor([*secrets, *([contact] if contact else [])])
        self.timing = timing or Timing()
        self.user_agent = f"litwatch/{__version__}" + (f" (+mailto:{contact})" if contact else "")
        self._pacers: dict[str, Pacer] = {}
        self._lock = threading.Lock()
        self._sessions: list[requests.Session] = []
        weakref.finalize(self, _close, self._sessions)

    def client(
        self, *, source: str, base: str, per_second: float, transient: Callable[[int, bytes], bool] | None = None
    ) -> Client:
        """Return the client of one source at ``base`` (a URL that ends in a slash).

        All clients of one host share one pace: that of the first. ``transient`` may name answers (status,
        body) that deserve another try although their code says otherwise. Raises `SourceRefused` for plain http to
        anything but this machine.
        """
        parts = urlsplit(base)
        loopback = parts.hostname in LOOPBACK
        if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
            raise SourceRefused(source, f"{self.redact.line(base)}: plain http is allowed on loopback only")
        headers = {"User-Agent": self.user_agent, "Accept-Encoding": "gzip", "Accept": "*/*"}
        made = session(base, headers, loopback=loopback)
        shared = partial(self._sharing, parts.netloc) if self._sharing else None
        with self._lock:
            self._sessions.append(made)
            pacer = self._pacers.setdefault(parts.netloc, Pacer(per_second * self.timing.haste, shared=shared))
        timing = replace(self.timing, attempts=1) if source in self._down else self.timing
        line = Line(session=made, pacer=pacer, timing=timing)
        return Client(source=source, base=base, line=line, redact=self.redact, transient=transient)

    def close(self) -> None:
        """Close every connection."""
        _close(self._sessions)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _close(sessions: list[requests.Session]) -> None:
    for made in sessions:
        made.close()


class Client:
    """Asks one service, from one thread at a time. Its time budget begins with its first request."""

    def __init__(
        self,
        *,
        source: str,
        base: str,
        line: Line,
        redact: Redactor,
        transient: Callable[[int, bytes], bool] | None,
    ) -> None:
        self.source = source
        self.base = base
        self.redact = redact
        self._line = line
        self._transient = transient
        self._ends: float | None = None

    @property
    def requests(self) -> int:
        """Return how many requests were sent, each try and each redirect counted."""
        return self._line.sent

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        expect: Expectation = anything,
        accept: Iterable[int] = (),
    ) -> Reply:
        """Ask for ``path`` under the base and return the whole answer, once ``expect`` believes it.

        A status in ``accept`` (404, say) is returned as it is, without a value, instead of being raised. Raises
        `SourceUnavailable` (tries or time spent), `SourceRefused` (the service says no), `UnexpectedAnswer` (it says
        something else than promised); each message is one line without secrets.
        """
        return self._ask(self._order("GET", path, {"params": dict(params or {})}, expect, accept), path)

    def post(
        self,
        path: str,
        form: Mapping[str, str] | None = None,
        *,
        json: Any = None,
        expect: Expectation = anything,
        accept: Iterable[int] = (),
    ) -> Reply:
        """Send ``form`` (or ``json``) to ``path``; otherwise as `get`."""
        content = {"json": json} if json is not None else {"data": dict(form or {})}
        return self._ask(self._order("POST", path, content, expect, accept), path)

    def _order(
        self, method: Any, path: str, content: Mapping[str, Any], expect: Expectation, accept: Iterable[int]
    ) -> Order:
        return Order(
            method=method,
            url=urljoin(self.base, path),
            content=content,
            expect=expect,
            accept=frozenset(accept),
            transient=self._transient,
        )

    def _ask(self, order: Order, path: str) -> Reply:
        """Try until believed, refused, or out of tries or time."""
        timing = self._line.timing
        now = time.monotonic()
        if self._ends is None:
            self._ends = now + timing.source_s
        until = min(now + timing.request_s, self._ends)
        tries = 0

        def again(error: Exception) -> bool | float:
            left = until - time.monotonic()
            if not isinstance(error, Setback) or not error.again or left <= 0:
                return False
            if error.retry_after is None:
                return True
            return max(0.0, min(error.retry_after, timing.retry_after_cap_s, left * (1 - LAST_TRY_SHARE)))

        try:
            for attempt in stamina.retry_context(
                on=again,
                attempts=timing.attempts,
                timeout=None,  # `again` looks at the time that is left
                wait_initial=timing.first_wait_s,
                wait_max=timing.longest_wait_s,
                wait_jitter=timing.jitter_s,
            ):
                with attempt:
                    tries += 1
                    return self._once(order, until)
        except Setback as error:
            spent = f" ({tries} tries)" if tries > 1 else ""
            where = self.redact.line((path or self.base).partition("?")[0])
            raise error.kind(self.source, f"{where}: {error}{spent}") from error.__cause__
        raise AssertionError("unreachable: the last try returns or raises")

    def _once(self, order: Order, until: float) -> Reply:
        """Try once; whatever is raised carries no secret, in its own words or further down a traceback.

        Not later than here: stamina logs what it retries.
        """
        try:
            return self._line.attempt(order, until)
        except Setback as error:
            clean = Setback(
                error.kind, self.redact.line(str(error), cap=300), again=error.again, retry_after=error.retry_after
            )
            raise clean from (None if self.redact.holds(error) else error.__cause__)
