"""One try of one request: sent, redirects followed within the host, read whole, believed or not. No retries here."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http.client import HTTPException
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from litwatch.errors import SourceUnavailable, UnexpectedAnswer
from litwatch.sources.expect import Expectation, Unbelieved
from litwatch.sources.pace import Pacer
from litwatch.sources.setback import TOO_MANY_REQUESTS, Setback, fault, refusal
from litwatch.sources.wire import Broken, OutOfTime, TooLarge, Watch, deadline, read_body

BODY_CAP = 32 * 1024 * 1024  # decoded bytes
MAX_REDIRECTS = 2
OK = 200
REDIRECTS = frozenset({301, 302, 303, 307, 308})
KEEPS_METHOD = frozenset({307, 308})
LIMITED = re.compile(rb"\s*\{.{0,2000}rate limit exceeded", re.DOTALL)  # NCBI now and then says so inside a 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long to wait for what, in seconds."""

    attempts: int = 5
    connect_s: float = 10
    read_s: float = 30  # the longest silence
    request_s: float = 60  # one request with all its tries and waits
    source_s: float = 600  # all requests of one client
    first_wait_s: float = 1
    longest_wait_s: float = 20
    jitter_s: float = 1
    retry_after_cap_s: float = 120
    haste: float = 1  # multiplies each source's permitted rate; above 1 only for services of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer that was believed. ``value`` is what the expectation returned."""

    status: int
    headers: Mapping[str, str]  # names in any case
    body: bytes
    value: Any = None
    url: str = ""  # after redirects


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked, and what would be believed; see `litwatch.sources.http.Client.post`."""

    method: Literal["GET", "POST"]
    url: str
    content: Mapping[str, Any]  # requests' own words: params, data, json
    expect: Expectation
    accept: frozenset[int]
    transient: Callable[[int, bytes], bool] | None = None


@dataclass(kw_only=True)
class Line:
    """A session with one service, its pace, and the number of requests it sent."""

    session: requests.Session
    pacer: Pacer
    timing: Timing
    sent: int = 0

    def attempt(self, order: Order, until: float) -> Reply:
        """Return the believed answer; raises `Setback` for everything else. ``until`` is monotonic time."""
        for _ in range(MAX_REDIRECTS + 1):
            response, body = self._exchange(order, until)
            status = response.status_code
            if status not in REDIRECTS or status in order.accept:
                return _judge(order, response, body)
            # The parameters are in the new address already.
            content = {part: value for part, value in order.content.items() if part != "params"}
            order = replace(order, url=_onward(order, response), content=content)
        raise Setback(UnexpectedAnswer, f"more than {MAX_REDIRECTS} redirects")

    def _exchange(self, order: Order, until: float) -> tuple[requests.Response, bytes]:
        watch = Watch()
        try:
            with deadline(until - time.monotonic(), watch):
                response, body = self._send_and_read(order, until)
        except TooLarge as error:
            raise Setback(UnexpectedAnswer, f"an answer of more than {BODY_CAP} bytes") from error
        except OutOfTime as error:
            raise _too_slow() from error
        except Broken as error:
            raise _too_slow() if _spent(until) else Setback(SourceUnavailable, str(error), again=True) from error
        except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
            raise _too_slow() if _spent(until) else fault(error) from error
        if watch.rang:  # the connection was ended here, so what looks like the end of the body is not
            raise _too_slow()
        return response, body

    def _send_and_read(self, order: Order, until: float) -> tuple[requests.Response, bytes]:
        with self.pacer.turn():
            left = until - time.monotonic()
            if left <= 0:
                raise OutOfTime
            self.sent += 1
            response = self.session.request(
                order.method,
                order.url,
                **order.content,
                stream=True,
                timeout=(min(self.timing.connect_s, left), min(self.timing.read_s, left)),
                allow_redirects=False,
            )
        try:
            return response, read_body(response, until=until, cap=BODY_CAP)
        finally:
            response.close()


def _judge(order: Order, response: requests.Response, body: bytes) -> Reply:
    """Return the reply if its status and body are what was promised; raises `Setback`."""
    status = response.status_code
    if status == OK and LIMITED.match(body):
        status = TOO_MANY_REQUESTS
    if status != OK and status not in order.accept:
        transient = order.transient is not None and order.transient(status, body)
        raise refusal(status, response.headers, body, transient=transient)
    try:
        value = order.expect(body) if status == OK else None
    except Unbelieved as error:
        raise Setback(UnexpectedAnswer, f"{error} (HTTP {status}, {len(body)} bytes)", again=True) from error
    return Reply(status=status, headers=response.headers, body=body, value=value, url=order.url)


def _onward(order: Order, response: requests.Response) -> str:
    """Return where a redirect leads, if it may be followed: same scheme, host and port, and a POST stays one."""
    status = response.status_code
    try:
        target = urljoin(order.url, response.headers["Location"])
        here, there = urlsplit(order.url), urlsplit(target)
    except (KeyError, ValueError) as error:  # brackets that hold no IPv6 address, for one
        raise Setback(UnexpectedAnswer, f"HTTP {status}: redirected to no address") from error
    if (here.scheme, here.netloc) != (there.scheme, there.netloc):
        where = there.hostname or "nowhere"
        raise Setback(UnexpectedAnswer, f"HTTP {status}: redirected to another host ({where})")
    if order.method == "POST" and status not in KEEPS_METHOD:
        raise Setback(UnexpectedAnswer, f"HTTP {status}: a POST redirected as GET")
    return target


def _spent(until: float) -> bool:
    return time.monotonic() >= until


def _too_slow() -> Setback:
    return Setback(SourceUnavailable, "too slow: the time for this request is spent")
