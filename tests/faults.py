"""Faults as the real services commit them, by name.

Those of a service that answers are put into a loopback server with `interpose`; those of one that is not reached at all
(`NOWHERE`) are addresses that its source is sent to. Error bodies: recorded or transcribed ones (National Library of
Medicine), short, as they came.
"""

from __future__ import annotations

import gzip
import json
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from threading import Thread
from typing import Any

import trustme

from litwatch.demo.exchange import Reply, Request
from litwatch.demo.server import Script
from litwatch.sources.exchange import BODY_CAP

HTML = b"<!DOCTYPE html>\n<html><head><title>Maintenance</title></head><body><h1>Back soon</h1></body></html>"
LIMIT = b'{"error":"API rate limit exceeded","api-key":"192.0.2.7","count":"4","limit":"3"}'
TIMEOUT = (
    b"<eFetchResult><ERROR> Error: External viewer error: Empty Response. Bytes read: 0 Status: Timeout</ERROR>"
    b"</eFetchResult>"
)
PROLOG = (
    b'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
BACKEND = b'{"header":{"type":"esearch","version":"0.3"},"esearchresult":{"ERROR":"Search Backend failed: timed out"}}'


def cut(share: float) -> Script:
    """Close the connection when that share of the genuine body is out."""
    return lambda _request, genuine: replace(genuine, cut_after=int(len(genuine.body) * share))


def truncated(share: float) -> Script:
    """Answer the first share of the genuine body as if it were the whole."""
    return lambda _request, genuine: replace(genuine, body=genuine.body[: int(len(genuine.body) * share)])


def altered(alter: Callable[[Any], Any]) -> Script:
    """Answer the genuine JSON after ``alter``; what is not JSON stays."""

    def script(_request: Request, genuine: Reply) -> Reply:
        if genuine.type != "application/json" or genuine.status != 200:
            return genuine
        return replace(genuine, body=json.dumps(alter(json.loads(genuine.body))).encode())

    return script


def _without(name: str) -> Callable[[Any], Any]:
    return lambda answer: {key: value for key, value in answer.items() if key != name}


def _message(**given: Any) -> Callable[[Any], Any]:
    return lambda answer: {**answer, "message": {**answer["message"], **given}}


def rewritten(pattern: bytes, by: bytes) -> Script:
    """Answer the genuine body with ``pattern`` replaced, which must be in it."""

    def script(_request: Request, genuine: Reply) -> Reply:
        body, times = re.subn(pattern, by, genuine.body, count=1, flags=re.DOTALL)
        assert times, genuine.body
        return replace(genuine, body=body)

    return script


def redirected(request: Request, _genuine: Reply) -> Reply:
    """Send the client to where it is."""
    return Reply(status=307, headers=(("Location", f"?again={request.time}"),))


def garbled(_request: Request, genuine: Reply) -> Reply:
    """Put a byte that no character begins with into the middle of the body."""
    half = len(genuine.body) // 2
    return replace(genuine, body=genuine.body[:half] + b"\xff" + genuine.body[half:])


ANY: Mapping[str, Script] = {
    "500 with a diagnostic page": Reply(status=500, body=HTML, type="text/html"),
    "502 without a body": Reply(status=502),
    "503 for maintenance": Reply(status=503, body=HTML, type="text/html"),
    "429 without Retry-After": Reply(status=429, body=LIMIT),
    "429 with Retry-After": Reply(status=429, body=LIMIT, headers=(("Retry-After", "1"),)),
    "403 from a firewall": Reply(status=403, body=HTML, type="text/html"),
    "a page of HTML with 200": Reply(body=HTML, type="text/html"),
    "an empty body with 200": Reply(),
    "null with 200": Reply(body=b"null"),
    "a list with 200": Reply(body=b"[]"),
    "a rate limit with 200": Reply(body=LIMIT),
    "gzip that is none": Reply(body=b"not gzip", headers=(("Content-Encoding", "gzip"),)),
    "gzip without its end": Reply(body=gzip.compress(b"x" * 9999)[:-9], headers=(("Content-Encoding", "gzip"),)),
    "no answer at all": Reply(cut_after=-1),
    "a connection cut after the head": cut(0),
    "a connection cut after a tenth": cut(0.1),
    "a connection cut in the middle": cut(0.5),
    "half a body": truncated(0.5),
    "a body without its last tenth": truncated(0.9),
    "a redirect to another host": Reply(status=302, headers=(("Location", "http://192.0.2.1/"),)),
    "a redirect into the cloud": Reply(status=301, headers=(("Location", "http://169.254.169.254/latest/"),)),
    "a redirect in a circle": redirected,
    "204 and nothing": Reply(status=204),
    "400 from a proxy": Reply(status=400, body=HTML, type="text/html"),
    "401 from a proxy": Reply(status=401, body=HTML, type="text/html"),
    "410 and gone": Reply(status=410, body=HTML, type="text/html"),
    "404 from a proxy": Reply(status=404, body=HTML, type="text/html"),
    "429 with a negative wait": Reply(status=429, body=LIMIT, headers=(("Retry-After", "-5"),)),
    "429 with a word": Reply(status=429, body=LIMIT, headers=(("Retry-After", "abc"),)),
    "429 until tomorrow": Reply(status=429, body=LIMIT, headers=(("Retry-After", "86400"),)),
    "429 until a day": Reply(status=429, body=LIMIT, headers=(("Retry-After", "Fri, 20 Nov 2026 08:00:00 GMT"),)),
    "a connection cut at the last byte": cut(0.999),
    "zeros in place of a body": Reply(body=bytes(500)),
    "a byte that is no character": garbled,
    "a bomb": Reply(body=gzip.compress(bytes(60_000_000), 9), headers=(("Content-Encoding", "gzip"),)),
    "more than any honest answer": Reply(body=b" " * (BODY_CAP + 1), headers=(("Content-Encoding", "identity"),)),
}
# These spend a source's patience: commit them with a `Timing` that has little of it.
SLOW: Mapping[str, Script] = {
    "silence": Reply(delay_s=3600),
    "a byte now and then": Reply(body=b"{" * 9999, drip_s=0.2),
}
PUBMED: Mapping[str, tuple[str, Script]] = {
    "an error with 200": ("esearch", Reply(body=BACKEND)),
    "an error with 200, in XML": (
        "esearch",
        rewritten(b"<eSearchResult>.*</", b"<eSearchResult><ERROR>failed</ERROR></"),
    ),
    "an unreadable count": ("esearch", rewritten(rb"<Count>\d+", b"<Count>many")),
    "no result": ("esearch", rewritten(b"<eSearchResult>.*</", b"<eSearchResult></")),
    "fewer ids than counted": ("esearch", rewritten(rb"<Id>\d+</Id>", b"")),
    "a refused key": (
        "esearch",
        Reply(status=400, body=b'{"error":"API key invalid","api-key":"0123","type":"invalid"}'),
    ),
    "a backend timeout as 400": ("efetch", Reply(status=400, body=TIMEOUT, type="text/xml")),
    "XML that ends after its prolog": ("efetch", Reply(body=PROLOG, type="text/xml")),
    "JSON in place of XML": ("efetch", Reply(body=b'{"error":"cannot"}')),
    "another root element": (
        "efetch",
        Reply(body=PROLOG.replace(b"PubmedArticleSet", b"a") + b"<a/>", type="text/xml"),
    ),
}
CLINICALTRIALS: Mapping[str, tuple[str, Script]] = {
    "a refused parameter": (
        "studies",
        Reply(status=400, body=b"`query.recrs` is unknown parameter", type="text/plain"),
    ),
    "no studies": ("studies", altered(_without("studies"))),
    "studies that are no list": ("studies", altered(lambda answer: {**answer, "studies": {}})),
    "a total that is not reached": ("studies", altered(lambda answer: {**answer, "totalCount": 9999})),
    "the same page for ever": ("studies", altered(lambda answer: {**answer, "nextPageToken": "again"})),
    "a version without a stamp": ("version", altered(_without("dataTimestamp"))),
}
EUROPEPMC: Mapping[str, tuple[str, Script]] = {
    "an error with 200": ("", Reply(body=b'{"errCode":404,"errMsg":"not found"}')),
    "an error with 200, in XML": ("", Reply(body=b"<errorBean><errCode>0</errCode></errorBean>", type="text/xml")),
    "no list of results": ("", altered(_without("resultList"))),
    "an empty list and a total": ("", altered(lambda answer: {**answer, "resultList": {"result": []}})),
    "a total that is not reached": ("", altered(lambda answer: {**answer, "hitCount": 9999})),
    "a total that is text": ("", altered(lambda answer: {**answer, "hitCount": "1"})),
}
ISRCTN: Mapping[str, tuple[str, Script]] = {
    "everything, since the filter was dropped": ("", rewritten(rb'totalCount="\d+"', b'totalCount="28673"')),
    "a total that is not reached": ("", rewritten(rb'totalCount="\d+"', b'totalCount="7"')),
    "no total": ("", rewritten(rb' totalCount="\d+"', b"")),
    "another namespace": ("", rewritten(rb'xmlns="[^"]*"', b'xmlns="urn:other"')),
    "the format of the WHO": ("", Reply(body=b"<trials><trial/></trials>", type="text/xml")),
    "JSON in place of XML": ("", Reply(body=b'{"trials": []}')),
}
CTIS: Mapping[str, tuple[str, Script]] = {
    "a refusal of the gateway": ("search", Reply(status=403, body=b'{"message":"Missing Authentication Token"}')),
    "no pagination": ("search", altered(_without("pagination"))),
    "no data": ("search", altered(_without("data"))),
    "a total that is not reached": ("search", altered(lambda answer: {**answer, "pagination": {"totalRecords": 99}})),
    "more than is given out": ("search", altered(lambda answer: {**answer, "pagination": {"totalRecords": 10_000}})),
    "a trial that is a page of HTML": ("retrieve", Reply(body=HTML, type="text/html")),
}
CROSSREF: Mapping[str, tuple[str, Script]] = {
    "a failure with 200": ("", altered(lambda answer: {**answer, "status": "failed"})),
    "another message": ("", altered(lambda answer: {**answer, "message-type": "work"})),
    "no message": ("", altered(_without("message"))),
    "works that nobody asked for": ("", altered(_message(items=[{"DOI": "10.5555/foreign"}]))),
    "a total that is not reached": ("", altered(_message(**{"total-results": 99}))),
    "a total that is text": ("", altered(_message(**{"total-results": "1"}))),
}
OWN: Mapping[str, Mapping[str, tuple[str, Script]]] = {
    "pubmed": PUBMED,
    "clinicaltrials": CLINICALTRIALS,
    "europepmc": EUROPEPMC,
    "isrctn": ISRCTN,
    "ctis": CTIS,
    "crossref": CROSSREF,
}


def faults(service: str) -> dict[str, tuple[str, Script]]:
    """Return every fault of a service by name, with the path under which it is committed."""
    return {name: ("", script) for name, script in ANY.items()} | dict(OWN[service])


@contextmanager
def _refusing() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    yield f"http://127.0.0.1:{port}/"


@contextmanager
def _never_accepting() -> Iterator[str]:
    """Let the kernel take connections that nobody ever reads from."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        yield f"http://127.0.0.1:{deaf.getsockname()[1]}/"


@contextmanager
def _unknown() -> Iterator[str]:
    yield "https://service.invalid/"  # a name that never resolves: https://www.rfc-editor.org/rfc/rfc6761#section-6.4


@contextmanager
def _vouched_for_by_nobody() -> Iterator[str]:
    """Shake hands under a certificate of an authority that nobody trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            with suppress(OSError):  # the client hangs up, and in the end the listener closes
                while True:
                    connection, _ = listening.accept()
                    with connection, suppress(OSError):
                        context.wrap_socket(connection, server_side=True).close()

        greeting = Thread(target=greet, daemon=True)
        greeting.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}/"
        listening.shutdown(socket.SHUT_RDWR)
    greeting.join(timeout=5)


NOWHERE: Mapping[str, Callable[[], AbstractContextManager[str]]] = {
    "a port where nobody listens": _refusing,
    "a host that no name server knows": _unknown,
    "a certificate that nobody vouches for": _vouched_for_by_nobody,
    "a host that takes the connection and no more": _never_accepting,
}
