"""Bytes on the wire: one session per client, a deadline nothing outlives, and a body read whole or not at all.

No retries and no belief here: `litwatch.sources.http` decides what a failure means.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

CHUNK = 65536
GZIP = 16 + zlib.MAX_WBITS  # zlib's word for a gzip header and trailer
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


class Broken(Exception):
    """The body did not arrive whole; the message says how."""


class TooLarge(Exception):
    """The body is larger than any honest answer."""


class OutOfTime(Exception):
    """The deadline passed."""


class Watch:
    """Shuts the connection down when the deadline passes.

    A socket timeout bounds one read only: a server that sends a header byte now and then would hold the caller for
    ever. http.client offers no total, so a timer ends the connection under it.
    """

    def __init__(self) -> None:
        self.sock: socket.socket | None = None
        self.rang = False

    def ring(self) -> None:
        """End the connection."""
        self.rang = True
        if self.sock is not None:
            with suppress(OSError):  # it ended by itself meanwhile
                # Not SSLSocket.shutdown, which takes the TLS state away from under the reading thread.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


_watch: ContextVar[Watch] = ContextVar("watch")


def _note(sock: socket.socket | None) -> None:
    """Let the watch of the `deadline` that is running guard ``sock``."""
    _watch.get().sock = sock


class _Connection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _note(self.sock)

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        _note(self.sock)  # a connection kept alive does not connect again
        super().putrequest(*args, **kwargs)


class _SecureConnection(HTTPSConnection):
    # urllib3 connects, and shakes hands, before it asks.
    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        _note(self.sock)
        super().putrequest(*args, **kwargs)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    """Watched connections; no retries of urllib3's own, as is the default."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = {"https": _SecurePool}  # plain http is for loopback, which has no proxy
        return manager


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Follow nothing: requests reads the address even when told not to follow it, and trips over a hostile one."""


def session(base: str, headers: Mapping[str, str], *, loopback: bool) -> requests.Session:
    """Return a session for one service.

    ``trust_env`` is off, because it would add a password from ~/.netrc to any request whose host is listed there and
    send loopback requests through a proxy. What a hospital network needs of it is taken by hand, and for other hosts
    only: HTTPS_PROXY with NO_PROXY, and a bundle of certificate authorities. Cookies are refused: nothing here has a
    session, and NCBI's would only mark the client.
    """
    made = _Session()
    made.trust_env = False
    made.headers.clear()
    made.headers.update(headers)
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    if not loopback:
        made.proxies = dict(get_environ_proxies(base))
        made.verify = next((os.environ[name] for name in CA_VARIABLES if os.environ.get(name)), True)
    for scheme in ("https://", "http://"):
        made.mount(scheme, _Adapter())
    return made


@contextmanager
def deadline(seconds: float, watch: Watch) -> Iterator[None]:
    """Let ``watch`` guard every connection the body opens in this thread; raises `OutOfTime` for no time at all."""
    if seconds <= 0:
        raise OutOfTime
    timer = threading.Timer(seconds, watch.ring)
    timer.daemon = True
    token = _watch.set(watch)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        _watch.reset(token)


def read_body(
    response: requests.Response, *, until: float, cap: int, clock: Callable[[], float] = time.monotonic
) -> bytes:
    """Return the whole decoded body.

    Raises `Broken` when it ends early, `TooLarge` above ``cap`` decoded bytes, `OutOfTime` after ``until``. The length
    is checked by urllib3, the end of a gzip stream here: urllib3 passes a truncated one as complete.
    Source: https://www.rfc-editor.org/rfc/rfc9112#section-8
    """
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in {"identity", "gzip", "x-gzip", ""}:
        raise Broken(f"unknown content coding {coding[:20]!r}")
    unzip = _Gunzip(cap) if "gzip" in coding else None
    body = bytearray()
    received = 0
    while chunk := response.raw.read1(CHUNK, decode_content=False):
        received += len(chunk)
        body += unzip.feed(chunk) if unzip else chunk
        if max(received, len(body)) > cap:
            raise TooLarge
        if clock() > until:
            raise OutOfTime
    if unzip and received and not unzip.whole:
        raise Broken("a gzip stream that is cut short")
    return bytes(body)


class _Gunzip:
    """Inflates step by step, so that no small body can become a huge one in memory."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._inflate = zlib.decompressobj(wbits=GZIP)

    @property
    def whole(self) -> bool:
        """Tell whether the stream ended where it says it ends."""
        return self._inflate.eof

    def feed(self, data: bytes) -> bytes:
        """Return what ``data`` inflates to; raises `TooLarge` rather than return more than the cap, and `Broken`."""
        out = bytearray()
        while data:
            if self._inflate.eof:  # several members in a row are one stream, RFC 1952 2.2
                self._inflate = zlib.decompressobj(wbits=GZIP)
            try:
                out += self._inflate.decompress(data, self._cap + 1)
            except zlib.error as error:
                raise Broken(f"a broken gzip stream ({error})") from error
            if len(out) > self._cap:
                raise TooLarge
            data = self._inflate.unused_data
        return bytes(out)
