"""The transport against a server that breaks every promise it can."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from litwatch import __version__
from litwatch.errors import SourceError, SourceRefused, SourceUnavailable, UnexpectedAnswer
from litwatch.sources.eutils import is_transient
from litwatch.sources.exchange import BODY_CAP
from litwatch.sources.expect import json_object, xml
from litwatch.sources.http import Client, Timing, Transport
from pathology import (
    Answer,
    Chunked,
    Drip,
    DripHeaders,
    Drop,
    DropWithoutLength,
    Empty200,
    Endless,
    GzipBomb,
    Hang,
    Html200,
    NoContent,
    NotGzip,
    NotHttp,
    Overloaded,
    PathologicalServer,
    RateLimited,
    RateLimited200,
    Redirect,
    Reset,
    Resource,
    RetryAfter,
    TimedOut400,
    TruncatedGzip,
    head,
)

SECRET = 'k3y/with +signs"é'
FAST = Timing(
    attempts=3, connect_s=1, read_s=0.5, request_s=3, source_s=20, first_wait_s=0.01, longest_wait_s=0.05, jitter_s=0.01
)
BODY = b'<?xml version="1.0"?>\n<list>' + b"<item>ketamine</item>" * 500 + b"</list>\n"
GOOD = Answer(BODY)
LIST = xml("list")


@pytest.fixture
def server() -> Iterator[PathologicalServer]:
    with PathologicalServer() as running:
        yield running


def client_of(server: PathologicalServer, timing: Timing = FAST, **options: Any) -> Client:
    transport = Transport("librarian@example.org", [SECRET], timing)
    return transport.client(source="testbed", base=server.url, **{"per_second": 1000, **options})


@pytest.mark.parametrize(
    "resource",
    [
        pytest.param(GOOD, id="plain"),
        pytest.param(Answer(BODY, gzipped=True), id="gzip"),
        pytest.param(Answer(b"\xef\xbb\xbf" + BODY), id="byte-order mark"),
        pytest.param(Answer(BODY, type="text/plain"), id="XML called plain text"),
        pytest.param(Answer(BODY, type="text/html"), id="XML called HTML"),
        pytest.param(Chunked(BODY), id="chunked"),
        pytest.param(DropWithoutLength(BODY, len(BODY)), id="no length, but whole"),
        pytest.param(Drip(b"<list/>", every=0.01), id="slow but in time"),
    ],
)
def test_a_whole_answer_is_returned_whole(server: PathologicalServer, resource: Resource) -> None:
    server.script("data", resource)

    reply = client_of(server).post("data", {"term": "ketamine"}, expect=LIST)

    assert 200 == reply.status
    assert reply.body.removeprefix(b"\xef\xbb\xbf") in {BODY, b"<list/>"}


MENDS_ITSELF = [
    pytest.param(RateLimited, id="429"),
    pytest.param(RateLimited200, id="429 inside 200"),
    pytest.param(RetryAfter("0"), id="429 with Retry-After"),
    pytest.param(RetryAfter("abc"), id="429 with a Retry-After that is no number"),
    pytest.param(RetryAfter("-5"), id="429 with a negative Retry-After"),
    pytest.param(RetryAfter("1e9"), id="429 with an exponent"),
    pytest.param(RetryAfter("3.5.1"), id="429 with dots"),
    pytest.param(RetryAfter("Wed, 21 Oct 2015 07:28:00 GMT"), id="429 with a date that is over"),
    pytest.param(RetryAfter("Wed, 99 Oct 2015 07:28:00"), id="429 with a date that is none"),
    pytest.param(Overloaded, id="502 with HTML"),
    pytest.param(TimedOut400, id="400 Status: Timeout"),
    pytest.param(Html200, id="HTML with 200"),
    pytest.param(Empty200, id="empty 200"),
    pytest.param(Answer(b"<?xml version='1.0'?>\n<!DOCTYPE list SYSTEM 'x'>"), id="prolog only"),
    pytest.param(Answer(b'{"list": []}', type="application/json"), id="JSON where XML was asked"),
    pytest.param(Answer(b"try again later"), id="plain text where XML was asked"),
    pytest.param(Answer(b"<error/>"), id="another root"),
    pytest.param(Drop(BODY, 100), id="drop"),
    pytest.param(Drop(BODY, len(BODY) - 1), id="drop before the last byte"),
    pytest.param(Drop(BODY, 0), id="headers only"),
    pytest.param(DropWithoutLength(BODY, 5000), id="drop without length"),
    pytest.param(Chunked(BODY, drops=True), id="drop in a chunk"),
    pytest.param(TruncatedGzip(BODY), id="truncated gzip"),
    pytest.param(TruncatedGzip(BODY, less=1), id="gzip without its last byte"),
    pytest.param(NotGzip(), id="gzip that is none"),
    pytest.param(Reset(), id="reset"),
    pytest.param(NotHttp(), id="not HTTP"),
    pytest.param(Hang(), id="silence"),
]


@pytest.mark.parametrize("resource", MENDS_ITSELF)
def test_a_passing_trouble_is_tried_again_and_forgotten(server: PathologicalServer, resource: Resource) -> None:
    server.script("data", resource, GOOD)
    client = client_of(server, transient=is_transient)

    reply = client.post("data", {"term": "ketamine"}, expect=LIST)

    assert BODY == reply.body
    assert 2 == client.requests == len(server.asked)


@pytest.mark.parametrize("resource", MENDS_ITSELF)
def test_a_lasting_trouble_is_named_after_the_last_try(server: PathologicalServer, resource: Resource) -> None:
    server.script("data", resource)
    client = client_of(server, transient=is_transient)

    with pytest.raises((SourceUnavailable, UnexpectedAnswer)) as raised:
        client.post("data", expect=LIST)

    assert 3 == client.requests
    assert str(raised.value).startswith("testbed: data: ")
    assert str(raised.value).endswith("(3 tries)")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("resource", "kind", "says"),
    [
        pytest.param(Answer(b"unknown parameter", status=400), SourceRefused, "HTTP 400: unknown parameter", id="400"),
        pytest.param(Answer(b"", status=401), SourceRefused, "HTTP 401", id="401"),
        pytest.param(Answer(b"", status=403), SourceRefused, "HTTP 403", id="403"),
        pytest.param(Answer(b"", status=404), SourceRefused, "HTTP 404", id="404"),
        pytest.param(NoContent, UnexpectedAnswer, "HTTP 204", id="204"),
        pytest.param(GzipBomb(), UnexpectedAnswer, "more than 33554432 bytes", id="gzip bomb"),
        pytest.param(Endless(), UnexpectedAnswer, "more than 33554432 bytes", id="endless body"),
        pytest.param(Redirect("http://example.org/x"), UnexpectedAnswer, "another host (example.org)", id="off-host"),
        pytest.param(Redirect("http://169.254.169.254/"), UnexpectedAnswer, "another host", id="metadata address"),
        pytest.param(Redirect("http://localhost:1/"), UnexpectedAnswer, "another host", id="another port"),
        pytest.param(Redirect("file:///etc/passwd"), UnexpectedAnswer, "another host (nowhere)", id="file"),
        pytest.param(Answer(status=302), UnexpectedAnswer, "302: redirected to no address", id="without a word where"),
        pytest.param(Redirect("http://[nowhere/"), UnexpectedAnswer, "no address", id="to no address"),
        pytest.param(Redirect("data", status=307), UnexpectedAnswer, "more than 2 redirects", id="loop"),
        pytest.param(Redirect("other", status=302), UnexpectedAnswer, "POST redirected", id="POST to GET"),
    ],
)
def test_a_permanent_trouble_is_named_at_once(
    server: PathologicalServer, resource: Resource, kind: type[SourceError], says: str
) -> None:
    server.script("data", resource)
    client = client_of(server, timing=Timing(attempts=3, request_s=30))

    with pytest.raises(kind, match=r"^testbed: data: ") as raised:
        client.post("data", expect=LIST)

    assert says in str(raised.value)
    assert "tries" not in str(raised.value)
    assert len(server.asked) == (3 if "redirects" in says else 1)


def test_too_many_requests_are_believed_also_inside_an_answer_of_the_right_kind(server: PathologicalServer) -> None:
    limited = Answer(b' {"error":"API rate limit exceeded","count":"4"}', type="application/json")
    server.script("data", limited, Answer(b'{"found": "rate limit"}'))
    server.script("other", limited)
    client = client_of(server)

    assert {"found": "rate limit"} == client.post("data", expect=json_object).value
    with pytest.raises(SourceUnavailable, match=r"^testbed: other: HTTP 429: \{\"error\":\"API rate limit exceeded\""):
        client.post("other", expect=json_object)
    assert 5 == client.requests


def test_the_last_second_of_a_requests_time_is_used_as_well(server: PathologicalServer) -> None:
    server.script("data", RateLimited, GOOD)
    brief = Timing(attempts=2, request_s=0.9, first_wait_s=0.01, longest_wait_s=0.01, jitter_s=0.01)

    assert BODY == client_of(server, timing=brief).get("data", expect=LIST).body


def test_nothing_is_sent_more_often_than_is_counted(server: PathologicalServer) -> None:
    server.script("data", Reset())
    client = client_of(server)
    with pytest.raises(SourceUnavailable):
        client.get("data")

    assert 3 == client.requests == len(server.asked)


def test_between_two_tries_the_waits_grow_to_their_limit(server: PathologicalServer) -> None:
    server.script("data", RateLimited)
    patient = replace(FAST, attempts=4, request_s=9, first_wait_s=0.3, longest_wait_s=0.3, jitter_s=0)
    with pytest.raises(SourceUnavailable, match=r"\(4 tries\)$"):
        client_of(server, patient).get("data", expect=LIST)
    gaps = [later.at - earlier.at for earlier, later in pairwise(server.asked)]

    assert 0.3 <= min(gaps)
    assert min(gaps[1:]) < 0.55


def test_a_trouble_is_told_in_a_line_of_its_own_with_the_place_but_without_what_was_asked(
    server: PathologicalServer,
) -> None:
    server.script("data", Answer(b"x" * 500, status=503))
    with pytest.raises(SourceUnavailable) as raised:
        client_of(server, replace(FAST, attempts=2)).get("data?id=7", expect=LIST)

    assert f"testbed: data: HTTP 503: {'x' * 290} (2 tries)" == str(raised.value)


@pytest.mark.parametrize(("path", "told"), [("data", True), (f"data?api_key={SECRET}", False)])
def test_the_cause_of_a_trouble_is_kept_unless_it_would_tell_a_secret(path: str, told: bool) -> None:  # noqa: FBT001  # a case
    transport = Transport(None, [SECRET], replace(FAST, attempts=1))
    client = transport.client(source="testbed", base="http://127.0.0.1:1/", per_second=1000)

    with pytest.raises(SourceUnavailable, match="connection refused") as raised:
        client.get(path)
    assert told == (raised.value.__cause__ is not None)


def test_what_was_not_believed_is_described(server: PathologicalServer) -> None:
    server.script("data", Answer(b"try again later"))

    says = r"^testbed: data: plain text where XML was asked \(HTTP 200, 15 bytes\) \(3 tries\)$"
    with pytest.raises(UnexpectedAnswer, match=says):
        client_of(server).get("data", expect=LIST)


def test_what_is_sent_as_json_arrives_as_json(server: PathologicalServer) -> None:
    server.script("data", Answer(b"{}", type="application/json"))

    reply = client_of(server).post("data", json={"term": "ketamine"}, expect=json_object)

    assert ("POST", b'{"term": "ketamine"}') == (server.asked[0].method, server.asked[0].body)
    assert "application/json" == server.asked[0].headers["content-type"] == reply.headers["content-type"]


def test_a_closed_transport_holds_no_connection(server: PathologicalServer) -> None:
    server.script("data", GOOD)
    with Transport(None, [], FAST) as transport:
        client = transport.client(source="testbed", base=server.url, per_second=1000)
        for _ in range(2):
            client.get("data", expect=LIST)
    client.get("data", expect=LIST)

    first, second, third = (asked.connection for asked in server.asked)
    assert first == second != third


@pytest.mark.parametrize("body", [b"<list>a rate limit exceeded</list>", b"<list>{rate limit exceeded}</list>"])
def test_a_record_may_tell_of_a_rate_limit_exceeded(server: PathologicalServer, body: bytes) -> None:
    server.script("data", Answer(body))

    assert body == client_of(server).get("data", expect=LIST).body


def test_a_redirect_within_the_host_is_followed_twice_at_most(server: PathologicalServer) -> None:
    server.script("old", Redirect("/older", status=301))
    server.script("older", Redirect("new?of=NCT1", status=301))
    server.script("new", GOOD)

    reply = client_of(server).get("old", {"a": "b"}, expect=LIST)

    assert f"{server.url}new?of=NCT1" == reply.url
    assert [("GET", "/old?a=b"), ("GET", "/older"), ("GET", "/new?of=NCT1")] == [
        (asked.method, asked.target) for asked in server.asked
    ]


def test_a_status_the_caller_accepts_is_an_answer(server: PathologicalServer) -> None:
    server.script("study", Answer(b"NCT number NCT00000000 not found", status=404, type="text/plain"))

    reply = client_of(server).get("study", expect=json_object, accept={404})

    assert (404, None) == (reply.status, reply.value)


@pytest.mark.parametrize(
    ("resource", "limit"),
    [
        pytest.param(Drip(BODY, every=0.05), 1.5, id="body byte by byte"),
        pytest.param(DripHeaders(every=0.05), 1.5, id="headers byte by byte"),
        pytest.param(RetryAfter("86400"), 1.5, id="Retry-After of a day"),
        pytest.param(RetryAfter("9" * 400), 1.5, id="Retry-After without end"),
        pytest.param(
            RetryAfter("Thu, 19 Nov 2026 00:00:00 GMT", Date="Mon, 16 Nov 2026 00:00:00 GMT"),
            1.5,
            id="Retry-After of three days hence",
        ),
    ],
)
def test_nothing_holds_a_request_longer_than_its_budget(
    server: PathologicalServer, resource: Resource, limit: float
) -> None:
    server.script("data", resource)
    client = client_of(server, timing=Timing(attempts=3, connect_s=1, read_s=0.5, request_s=1))
    started = time.monotonic()

    with pytest.raises(SourceUnavailable):
        client.post("data", expect=LIST)

    assert time.monotonic() - started < limit


def test_what_a_deadline_cuts_off_is_not_taken_for_whole(server: PathologicalServer) -> None:
    # Without a length, the end of the connection is the end of the body: here the deadline itself ends it.
    class Slow(DropWithoutLength):
        def __call__(self, connection: Any, asked: Any) -> bool:
            super().__call__(connection, asked)
            time.sleep(1)
            return False

    server.script("data", Slow(BODY, len(BODY)))
    client = client_of(server, timing=Timing(attempts=1, read_s=5, request_s=0.4))

    with pytest.raises(SourceUnavailable, match="too slow"):
        client.post("data", expect=LIST)


def test_a_packed_body_that_a_deadline_cuts_off_is_called_late_and_not_broken(server: PathologicalServer) -> None:
    def slow(connection: Any, asked: Any) -> bool:
        connection.sendall(head(200, {"Content-Encoding": "gzip", "Connection": "close"}) + gzip.compress(BODY)[:-20])
        time.sleep(1)
        return False

    server.script("data", slow)
    client = client_of(server, timing=Timing(attempts=1, read_s=5, request_s=0.4))

    with pytest.raises(SourceUnavailable, match=TOO_SLOW):
        client.post("data", expect=LIST)


def test_the_budget_of_a_source_ends_all_its_requests(server: PathologicalServer) -> None:
    server.script("data", Drip(b"<list/>", every=0.05))
    client = client_of(server, timing=Timing(attempts=1, request_s=5, source_s=0.6))

    client.post("data", expect=LIST)
    with pytest.raises(SourceUnavailable, match="too slow"):
        client.post("data", expect=LIST)


TOO_SLOW = r"^testbed: data: too slow: the time for this request is spent$"


def test_nothing_is_asked_once_the_budget_of_a_source_is_spent(server: PathologicalServer) -> None:
    server.script("data", GOOD)
    client = client_of(server, timing=Timing(attempts=2, request_s=5, source_s=0.5))

    client.get("data", expect=LIST)
    time.sleep(0.5)
    with pytest.raises(SourceUnavailable, match=TOO_SLOW):
        client.get("data", expect=LIST)

    assert 1 == client.requests == len(server.asked)


def test_the_wait_for_a_turn_is_part_of_a_requests_time(server: PathologicalServer) -> None:
    server.script("data", GOOD)
    client = client_of(server, timing=Timing(attempts=2, request_s=0.5), per_second=1)

    client.get("data", expect=LIST)
    with pytest.raises(SourceUnavailable, match=TOO_SLOW):
        client.get("data", expect=LIST)

    assert 1 == client.requests == len(server.asked)


@pytest.mark.parametrize(
    ("word", "timing", "least", "most"),
    [
        ("0", FAST, 0.0, 0.9),
        ("1", FAST, 1.0, 1.9),
        ("86400", replace(FAST, request_s=30, retry_after_cap_s=0.5), 0.5, 1.4),  # no longer than the cap
        ("86400", replace(FAST, request_s=2), 1.7, 2.0),  # nor so long that no time were left for the answer
    ],
)
def test_retry_after_is_waited_for(
    server: PathologicalServer, word: str, timing: Timing, least: float, most: float
) -> None:
    server.script("data", RetryAfter(word), GOOD)
    assert BODY == client_of(server, timing).post("data", expect=LIST).body

    first, second = (asked.at for asked in server.asked)

    assert least <= second - first < most


def test_headers_without_end_are_ended_on_a_connection_that_was_kept_as_well(server: PathologicalServer) -> None:
    server.script("data", GOOD, DripHeaders())
    client = client_of(server, replace(FAST, read_s=5, request_s=0.7))
    client.get("data", expect=LIST)
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match=TOO_SLOW):
        client.get("data", expect=LIST)

    assert time.monotonic() - began < 4
    assert {1} == {asked.connection for asked in server.asked}


def test_a_gzip_bomb_stays_small_in_memory(server: PathologicalServer) -> None:
    server.script("data", GzipBomb(500))
    client = client_of(server, timing=Timing(attempts=1))
    tracemalloc.start()
    try:
        with pytest.raises(UnexpectedAnswer):
            client.post("data", expect=LIST)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 3 * BODY_CAP


def test_the_server_never_sees_more_than_three_in_a_second(server: PathologicalServer) -> None:
    server.script("data", GOOD)
    client = client_of(server, per_second=3)
    for _ in range(8):
        client.post("data", expect=LIST)
    times = [asked.at for asked in server.asked]

    assert min(late - early for early, late in zip(times, times[3:], strict=False)) > 1.0
    assert {1} == {asked.connection for asked in server.asked}, "the connection is kept"


def test_a_request_says_who_asks_and_carries_nothing_else(
    server: PathologicalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    server.script("data", Answer(BODY, headers={"Set-Cookie": "ncbi_sid=42"}))
    client = client_of(server)
    client.post("data", {"term": "ketamine"}, expect=LIST)
    client.post("data", {"term": "ketamine"}, expect=LIST)

    sent = server.asked[-1]

    assert "litwatch/" in sent.headers["user-agent"]
    assert sent.headers["user-agent"].endswith(" (+mailto:librarian@example.org)")
    assert {"host", "user-agent", "accept-encoding", "accept", "content-length", "content-type"} == set(sent.headers)
    assert ("gzip", "*/*") == (sent.headers["accept-encoding"], sent.headers["accept"])
    assert {"term": "ketamine"} == sent.form


class Shared:
    """Turns kept elsewhere, which note for which host, how many and how long."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def __call__(self, host: str, turns: int, window_s: float) -> Shared:
        self.told.append((host, turns, round(window_s, 2)))
        return self

    def turn(self) -> AbstractContextManager[None]:
        self.told.append("turn")
        return nullcontext()


def test_the_turns_of_a_host_are_those_that_others_take_part_in(server: PathologicalServer) -> None:
    server.script("data", GOOD)
    shared = Shared()
    transport = Transport(None, [], replace(FAST, haste=2), sharing=shared)

    transport.client(source="testbed", base=server.url, per_second=3).get("data", expect=LIST)

    assert [(server.url.split("/")[2], 6, 1.01), "turn"] == shared.told
    assert server.asked[0].headers["user-agent"] == f"litwatch/{__version__}"


def test_each_host_has_a_pace_of_its_own(server: PathologicalServer) -> None:
    server.script("data", GOOD)
    with PathologicalServer() as other:
        other.script("data", GOOD)
        transport = Transport(None, [], FAST)
        began = time.monotonic()
        for one in (server, other):
            transport.client(source="testbed", base=one.url, per_second=1).get("data", expect=LIST)
        assert time.monotonic() - began < 0.9


def test_a_source_that_has_been_down_for_long_is_tried_once(server: PathologicalServer) -> None:
    server.script("data", RateLimited)
    transport = Transport("librarian@example.org", [], FAST, down=["testbed"])
    for source, tries in (("testbed", 1), ("other", 3)):
        client = transport.client(source=source, base=server.url, per_second=1000)
        with pytest.raises(SourceUnavailable):
            client.get("data")
        assert tries == client.requests


def test_the_address_of_who_asks_is_not_told(server: PathologicalServer) -> None:
    server.script("data", Answer(b"librarian@example.org asks too often", status=403))
    with pytest.raises(SourceRefused, match=r"^testbed: data: HTTP 403: \*\*\* asks too often$"):
        client_of(server).get("data")


def test_plain_http_is_for_loopback_alone() -> None:
    with pytest.raises(SourceRefused, match=r"^testbed: http://eutils.example.org/: plain http is allowed on loop"):
        Transport().client(source="testbed", base="http://eutils.example.org/", per_second=3)


@pytest.mark.parametrize("path", ["data", f"data?api_key={SECRET}", "data?api_key=k3y%2fwith+%2Bsigns%22%c3%a9"])
@pytest.mark.parametrize(
    "resource",
    [
        pytest.param(Answer(f'{{"error":"API key invalid","api-key":"{SECRET}"}}'.encode(), status=400), id="echo"),
        pytest.param(Answer(f"no such key: {SECRET}".encode(), status=403), id="echo in words"),
        pytest.param(Answer(("x" * 195 + SECRET).encode(), status=403), id="echo cut in half"),
        pytest.param(RateLimited, id="the caller's address"),
        pytest.param(Redirect(f"http://example.org/?api_key={SECRET}".replace(" ", "%20")), id="redirect"),
        pytest.param(Reset(), id="reset"),
        pytest.param(Hang(), id="silence"),
        pytest.param(NotHttp(), id="not HTTP"),
    ],
)
def test_no_message_and_no_traceback_holds_a_secret(
    server: PathologicalServer, resource: Resource, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server.script("data", resource)
    client = client_of(server)

    with pytest.raises(SourceError) as raised:
        client.post(path, {"api_key": SECRET}, expect=LIST)
    link: BaseException | None = raised.value
    told = "".join(capsys.readouterr())
    while link is not None:
        told += f"{link} {link!r}"
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)

    for leak in ("k3y", "203.0.113.7", "librarian@example.org"):
        assert leak not in told


def test_an_unreachable_host_is_named_in_words() -> None:
    client = Transport(timing=FAST).client(source="testbed", base="http://127.0.0.1:1/", per_second=1000)

    with pytest.raises(SourceUnavailable, match=r"^testbed: x: connection refused \(3 tries\)$"):
        client.get("x")
