"""What a try that failed means, in words, and whether another may help."""

from __future__ import annotations

import socket
import ssl
from http.client import RemoteDisconnected

import pytest
import requests
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, ProtocolError, ReadTimeoutError

from litwatch.errors import SourceError, SourceRefused, SourceUnavailable, UnexpectedAnswer
from litwatch.sources.setback import Setback, fault, refusal, retry_after

DATE = "Mon, 16 Nov 2026 07:00:00 GMT"


@pytest.mark.parametrize(
    ("word", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("9" * 400, 999_999_999.0),
        ("Mon, 16 Nov 2026 07:02:30 GMT", 150.0),
        ("Mon, 16 Nov 2026 06:59:00 GMT", -60.0),
        ("Mon, 16 Nov 2026 09:00:00 +0100", 3600.0),
        ("Mon, 16 Nov 2026 07:02:30 -0000", None),  # without a zone, by RFC 5322, 3.3
        ("Mon, 99 Nov 2026 07:02:30 GMT", None),
        ("", None),
        ("-5", None),
        ("1e9", None),
        ("3.5", None),
        ("²", None),
        ("soon", None),
    ],
)
def test_the_servers_word_on_waiting_is_read_where_it_can_be(word: str, seconds: float | None) -> None:
    assert seconds == retry_after({"Retry-After": word, "Date": DATE})


def test_without_its_word_or_its_own_date_a_server_says_nothing_on_waiting() -> None:
    assert retry_after({"Date": DATE}) is None
    assert retry_after({"Retry-After": DATE}) is None


@pytest.mark.parametrize(
    ("status", "kind", "again"),
    [
        (204, UnexpectedAnswer, False),
        (399, UnexpectedAnswer, False),
        (400, SourceRefused, False),
        (404, SourceRefused, False),
        (408, SourceUnavailable, True),
        (425, SourceUnavailable, True),
        (429, SourceUnavailable, True),
        (499, SourceRefused, False),
        (500, SourceUnavailable, True),
        (503, SourceUnavailable, True),
    ],
)
def test_a_status_says_whether_another_try_may_help(status: int, kind: type[SourceError], again: bool) -> None:  # noqa: FBT001  # a table's column
    setback = refusal(status, {"Retry-After": "9"}, b"", transient=False)

    assert (kind, again, 9.0 if again else None) == (setback.kind, setback.again, setback.retry_after)
    assert f"HTTP {status}" == str(setback)


def test_a_source_may_know_a_refusal_that_passes() -> None:
    setback = refusal(400, {"Retry-After": "9"}, b"Status: Timeout", transient=True)

    assert (SourceUnavailable, True, 9.0) == (setback.kind, setback.again, setback.retry_after)


def test_a_refusal_quotes_the_beginning_of_what_the_server_says_as_one_line() -> None:
    body = b" no\r\n\tsuch \xff key " + b"x" * 5000

    assert f"HTTP 403: no such \ufffd key {'x' * 3983}" == str(refusal(403, {}, body, transient=False))


def certificate(words: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = words
    return error


CONNECTION = HTTPConnection("service.test")
POOL = HTTPConnectionPool("service.test")
MEANINGS: dict[str, tuple[Exception, str, type[SourceError], bool]] = {
    "a certificate": (
        requests.exceptions.SSLError(MaxRetryError(POOL, "/", certificate("self-signed certificate"))),
        "TLS: self-signed certificate",
        SourceUnavailable,
        False,
    ),
    "a name": (
        requests.ConnectionError(MaxRetryError(POOL, "/", socket.gaierror(-2, "Name or service not known"))),
        "host name not found",
        SourceUnavailable,
        True,
    ),
    "a closed port": (ConnectionRefusedError(111, "Connection refused"), "connection refused", SourceUnavailable, True),
    "no connection": (
        requests.ConnectTimeout(MaxRetryError(POOL, "/", ConnectTimeoutError(CONNECTION, "timed out"))),
        "no connection in time",
        SourceUnavailable,
        True,
    ),
    "no connection, as the pool says it": (
        ConnectTimeoutError(CONNECTION, "timed out"),
        "no connection in time",
        SourceUnavailable,
        True,
    ),
    "silence": (requests.ReadTimeout(), "no answer in time", SourceUnavailable, True),
    "silence, as the pool says it": (ReadTimeoutError(POOL, "/", "x"), "no answer in time", SourceUnavailable, True),
    "silence, as the socket says it": (TimeoutError(), "no answer in time", SourceUnavailable, True),
    "no address": (requests.exceptions.InvalidURL(), "cannot be asked (InvalidURL)", UnexpectedAnswer, False),
    "no protocol": (requests.exceptions.InvalidSchema(), "cannot be asked (InvalidSchema)", UnexpectedAnswer, False),
    "no header": (requests.exceptions.InvalidHeader(), "cannot be asked (InvalidHeader)", UnexpectedAnswer, False),
    "a reset": (
        requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104, "Connection reset"))),
        "connection failed (Connection reset)",
        SourceUnavailable,
        True,
    ),
    "an end without a word": (
        requests.ConnectionError(ProtocolError("Connection aborted.", RemoteDisconnected("closed"))),
        "connection failed (RemoteDisconnected)",
        SourceUnavailable,
        True,
    ),
}


@pytest.mark.parametrize(("error", "says", "kind", "again"), MEANINGS.values(), ids=MEANINGS.keys())
def test_an_error_of_the_libraries_is_told_for_what_lies_beneath_it(
    error: Exception,
    says: str,
    kind: type[SourceError],
    again: bool,  # noqa: FBT001  # a table's column
) -> None:
    setback = fault(error)

    assert (says, kind, again, None) == (str(setback), setback.kind, setback.again, setback.retry_after)


def test_a_closed_port_outweighs_that_it_was_not_reached_in_time() -> None:
    late = requests.ConnectTimeout()
    late.__context__ = ConnectionRefusedError(111, "Connection refused")

    assert "connection refused" == str(fault(late))


def test_causes_contexts_and_circles_are_read_through() -> None:
    top, middle, bottom = OSError(), ValueError(), BrokenPipeError(32, "Broken pipe")
    top.__cause__, middle.__context__, bottom.__cause__ = middle, bottom, top

    assert "connection failed (Broken pipe)" == str(fault(top))


def test_what_lies_beside_a_cause_is_read_too() -> None:
    top = OSError()
    top.__cause__, top.__context__ = ValueError(), ConnectionRefusedError(111, "Connection refused")

    assert "connection refused" == str(fault(top))


def test_an_unhoped_for_error_is_named_by_its_kind() -> None:
    setback = fault(requests.RequestException())

    assert isinstance(setback, Setback)
    assert "connection failed (RequestException)" == str(setback)
