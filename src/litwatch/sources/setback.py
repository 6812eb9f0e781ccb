"""One try that failed: what it was, in a few words, and whether another try may help. Pure."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from requests import exceptions as asked
from urllib3 import exceptions as wire

from litwatch.errors import SourceError, SourceRefused, SourceUnavailable, UnexpectedAnswer

TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500
BAD_REQUEST = 400
# Codes below 500 that a later try may mend; every other 4xx stays what it is.
TRANSIENT = frozenset({408, 425, TOO_MANY_REQUESTS})
EXCERPT_BYTES = 4000


class Setback(Exception):
    """A failed try; with ``again`` another one may help.

    ``retry_after`` is the server's own word, in seconds, if it gave one that can be read.
    """

    def __init__(
        self, kind: type[SourceError], message: str, *, again: bool = False, retry_after: float | None = None
    ) -> None:
        self.kind = kind
        self.again = again
        self.retry_after = retry_after
        super().__init__(message)


def refusal(status: int, headers: Mapping[str, str], body: bytes, *, transient: bool) -> Setback:
    """Return what a status other than the promised one means. The excerpt is not redacted yet."""
    words = " ".join(body[:EXCERPT_BYTES].decode(errors="replace").split())
    message = f"HTTP {status}: {words}" if words else f"HTTP {status}"
    if status in TRANSIENT or status >= SERVER_ERROR or transient:
        return Setback(SourceUnavailable, message, again=True, retry_after=retry_after(headers))
    return Setback(SourceRefused if status >= BAD_REQUEST else UnexpectedAnswer, message)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a server asks to wait, or None where it says nothing that can be understood.

    A date counts from the answer's own Date, so that neither side's clock matters. The caller clamps the number.
    Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    try:
        word = headers["Retry-After"].strip()
        if word.isascii() and word.isdigit():
            return float(word[:9])
        return (parsedate_to_datetime(word) - parsedate_to_datetime(headers["Date"])).total_seconds()
    except (KeyError, ValueError, TypeError, OverflowError):  # not a date, or one with and one without a zone
        return None


def fault(error: Exception) -> Setback:
    """Return what an exception of requests, urllib3 or the socket means."""
    chain = _chain(error)
    for meaning in (_connection, _timing):
        for link in chain:
            if known := meaning(link):
                return known
    said = (link.strerror for link in chain if isinstance(link, OSError) and link.strerror)
    return Setback(SourceUnavailable, f"connection failed ({next(said, type(chain[-1]).__name__)})", again=True)


def _connection(link: BaseException) -> Setback | None:
    if isinstance(link, ssl.SSLCertVerificationError):
        return Setback(SourceUnavailable, f"TLS: {link.verify_message}")
    if isinstance(link, socket.gaierror):
        return Setback(SourceUnavailable, "host name not found", again=True)
    if isinstance(link, ConnectionRefusedError):
        return Setback(SourceUnavailable, "connection refused", again=True)
    return None


def _timing(link: BaseException) -> Setback | None:
    if isinstance(link, asked.ConnectTimeout | wire.ConnectTimeoutError):
        return Setback(SourceUnavailable, "no connection in time", again=True)
    if isinstance(link, asked.Timeout | wire.TimeoutError | TimeoutError):
        return Setback(SourceUnavailable, "no answer in time", again=True)
    if isinstance(link, asked.InvalidURL | asked.InvalidSchema | asked.InvalidHeader):
        return Setback(UnexpectedAnswer, f"cannot be asked ({type(link).__name__})")
    return None


def _chain(error: BaseException) -> list[BaseException]:
    """Return the exception and what lies beneath it: causes, contexts, and exceptions carried as arguments."""
    chain: list[BaseException] = []
    queue: list[BaseException | None] = [error]
    while queue:
        link = queue.pop(0)
        if link is None or link in chain:
            continue
        chain.append(link)
        reason = getattr(link, "reason", None)
        queue += [part for part in (reason, *link.args) if isinstance(part, BaseException)]
        queue += [link.__cause__, link.__context__]
    return chain
