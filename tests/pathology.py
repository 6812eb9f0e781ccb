"""A raw HTTP server on loopback whose resources are named by what is wrong with them.

It writes bytes, not messages, so that it can break any promise of the protocol. Each path has a script: its resources
are served in order, the last one for ever.
"""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

LINE = b"\r\n"


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    target: str
    headers: Mapping[str, str]  # lower-case names
    body: bytes
    at: float  # monotonic seconds
    connection: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


Resource = Callable[[socket.socket, Asked], bool]
"""Writes to the connection; returns whether the connection may be used again."""


def head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers.items())]
    return LINE.join(line.encode("latin-1") for line in lines) + LINE + LINE


@dataclass(frozen=True)
class Answer:
    """What it should be: a whole body with its length."""

    body: bytes = b""
    status: int = 200
    type: str = "text/xml; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    gzipped: bool = False

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        body = gzip.compress(self.body) if self.gzipped else self.body
        headers = {"Content-Type": self.type, "Content-Length": str(len(body)), **self.headers}
        if self.gzipped:
            headers["Content-Encoding"] = "gzip"
        connection.sendall(head(self.status, headers) + body)
        return True


@dataclass(frozen=True)
class Chunked:
    """A chunked body; ``drops`` leaves out its end."""

    body: bytes
    drops: bool = False

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        half = len(self.body) // 2
        parts = [b"%x\r\n%s\r\n" % (len(part), part) for part in (self.body[:half], self.body[half:])]
        end = b"" if self.drops else b"0\r\n\r\n"
        if self.drops:
            parts[1] = parts[1][: len(parts[1]) // 2]
        connection.sendall(
            head(200, {"Transfer-Encoding": "chunked", "Content-Type": "text/xml"}) + b"".join(parts) + end
        )
        return not self.drops


@dataclass(frozen=True)
class Drop:
    """Promises a length, sends ``after`` bytes, and closes."""

    body: bytes
    after: int

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        headers = {"Content-Type": "text/xml", "Content-Length": str(len(self.body))}
        connection.sendall(head(200, headers) + self.body[: self.after])
        return False


@dataclass(frozen=True)
class DropWithoutLength:
    """Promises nothing, sends ``after`` bytes, and closes as if that were all."""

    body: bytes
    after: int

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        connection.sendall(head(200, {"Content-Type": "text/xml", "Connection": "close"}) + self.body[: self.after])
        return False


@dataclass(frozen=True)
class TruncatedGzip:
    """A gzip stream without its last ``less`` bytes, its length honestly given."""

    body: bytes
    less: int = 20

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        packed = gzip.compress(self.body)[: -self.less]
        headers = {"Content-Type": "text/xml", "Content-Encoding": "gzip", "Content-Length": str(len(packed))}
        connection.sendall(head(200, headers) + packed)
        return False


@dataclass(frozen=True)
class GzipBomb:
    """A small gzip stream that inflates to ``megabytes``."""

    megabytes: int = 500

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        packed = gzip.compress(bytes(1024 * 1024)) * self.megabytes
        headers = {"Content-Type": "text/xml", "Content-Encoding": "gzip", "Content-Length": str(len(packed))}
        connection.sendall(head(200, headers) + packed)
        return False


@dataclass(frozen=True)
class NotGzip:
    """Says gzip and is not."""

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        headers = {"Content-Encoding": "gzip", "Content-Length": "11"}
        connection.sendall(head(200, headers) + b"hello world")
        return False


@dataclass(frozen=True)
class Endless:
    """A body without end, as fast as it goes."""

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        connection.sendall(head(200, {"Content-Type": "text/xml", "Connection": "close"}))
        while True:
            connection.sendall(b" " * 65536)


@dataclass(frozen=True)
class Drip:
    """A body of single bytes, ``every`` so many seconds: no single read takes long."""

    body: bytes
    every: float = 0.05

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        connection.sendall(head(200, {"Content-Type": "text/xml", "Content-Length": str(len(self.body))}))
        for byte in self.body:
            connection.sendall(bytes([byte]))
            time.sleep(self.every)
        return True


@dataclass(frozen=True)
class DripHeaders:
    """Headers without end, byte by byte."""

    every: float = 0.05

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            connection.sendall(b"x")
            time.sleep(self.every)


@dataclass(frozen=True)
class Hang:
    """Silence, until the client goes away."""

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        connection.recv(1)
        return False


@dataclass(frozen=True)
class Reset:
    """A connection reset instead of an answer."""

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False


@dataclass(frozen=True)
class NotHttp:
    """Bytes of some other protocol."""

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        connection.sendall(b"\x16\x03\x01\x02\x00SSH-2.0 whatever\r\n\r\n")
        return False


@dataclass(frozen=True)
class Redirect:
    """To ``location``: an address, or a path on this server."""

    location: str
    status: int = 302

    def __call__(self, connection: socket.socket, asked: Asked) -> bool:
        connection.sendall(head(self.status, {"Location": self.location, "Content-Length": "0"}))
        return True


HTML = b"<!DOCTYPE html>\n<html><body><h1>Service under maintenance</h1></body></html>"
OVER_LIMIT = b'{"error":"API rate limit exceeded","api-key":"203.0.113.7","count":"4","limit":"3"}'
Html200 = Answer(HTML, type="text/html")
Empty200 = Answer(b"")
NoContent = Answer(b"", status=204)
RateLimited = Answer(OVER_LIMIT, status=429, type="application/json")
RateLimited200 = Answer(OVER_LIMIT, type="application/json")
Overloaded = Answer(HTML, status=502, type="text/html")
TimedOut400 = Answer(
    b"<eFetchResult><ERROR> Error: External viewer error: Empty Response. Bytes read: 0 Status: Timeout</ERROR>"
    b"</eFetchResult>",
    status=400,
)


def RetryAfter(value: str, status: int = 429, **headers: str) -> Answer:  # noqa: N802  # named like its neighbours
    return Answer(OVER_LIMIT, status=status, headers={"Retry-After": value, **headers})


class PathologicalServer:
    """Serves scripts on 127.0.0.1 until the ``with`` block ends."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._scripts: dict[str, list[Resource]] = {}
        self._connections: dict[int, socket.socket] = {}
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"

    def script(self, path: str, *resources: Resource) -> str:
        """Serve ``resources`` one after the other at ``path``; return its address."""
        self._scripts[f"/{path}"] = list(resources)
        return self.url + path

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # Closing alone would leave the accepting thread asleep.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            connections = list(self._connections.values())
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # closed already
                continue
        for thread in self._threads:
            thread.join(timeout=5)

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        number = 0
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            number += 1
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._connections[number] = connection
            self._start(self._converse, connection, number)

    def _converse(self, connection: socket.socket, number: int) -> None:
        try:
            while (asked := _read_request(connection, number)) is not None:
                with self._lock:
                    self.asked.append(asked)
                    script = self._scripts.get(asked.path, [Answer(b"no such path", status=404, type="text/plain")])
                    resource = script.pop(0) if len(script) > 1 else script[0]
                if not resource(connection, asked):
                    return
        except OSError:  # the client went away, which is what many a test is about
            return
        finally:
            connection.close()
            with self._lock:
                self._connections.pop(number, None)


def _read_request(connection: socket.socket, number: int) -> Asked | None:
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65536)
        if not more:
            return None
        received += more
    top, _, body = received.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", "0"))
    while len(body) < length:
        body += connection.recv(65536)
    return Asked(method, target, headers, body, time.monotonic(), number)
