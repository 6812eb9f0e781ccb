"""The loopback server's transmission: HTTP/1.1 over real sockets, as well or as badly as a `Reply` says."""

from __future__ import annotations

import gzip
import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from litwatch.demo.exchange import Reply, Request


class HttpServer(ThreadingHTTPServer):
    """Serves one service at ``base`` from a thread of its own. Keeps its connections, so that it stops at once."""

    daemon_threads = False  # joined on close: no thread outlives a test
    request_queue_size = 64

    def __init__(self, service: str, base: str, now: Callable[[], datetime], reply: Callable[[Request], Reply]) -> None:
        self.service, self.base, self.now, self.reply = service, base, now, reply
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Exchange)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """Take a connection, and remember it."""
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Close a connection, and forget it."""
        self._open.discard(request)
        super().shutdown_request(request)

    def stop(self) -> None:
        """Stop at once: hang up on every client, end every wait, join every thread."""
        self.closing.set()
        self.shutdown()
        for connection in tuple(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was quicker
        self.server_close()
        self._thread.join()

    def handle_error(self, request: object, client_address: object) -> None:
        """Print what went wrong, unless a client hung up: that is part of the game."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on as it came


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet for head and body
    timeout = 120
    server: HttpServer

    def _serve(self) -> None:
        request = self._request()
        reply = self.server.reply(request)
        if reply.delay_s and self.server.closing.wait(reply.delay_s):
            self.close_connection = True
            return
        self._transmit(reply, "gzip" in request.headers.get("accept-encoding", ""))

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = _serve  # noqa: N815  # the names http.server dispatches to

    def _request(self) -> Request:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        url = urlsplit(self.path)
        form = body.decode() if "form-urlencoded" in (self.headers.get("Content-Type") or "") else ""
        known = url.path.startswith(self.server.base)
        return Request(
            service=self.server.service if known else "",
            method=self.command,
            path=url.path.removeprefix(self.server.base),
            params=tuple(parse_qsl(url.query, keep_blank_values=True) + parse_qsl(form, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            time=time.monotonic(),
            now=self.server.now(),
        )

    def _transmit(self, reply: Reply, may_zip: bool) -> None:  # noqa: FBT001  # private, one caller
        if reply.cut_after == -1:
            self.close_connection = True
            return
        given = {name.lower() for name, _ in reply.headers}
        body = reply.body
        zipped = may_zip and body and not given & {"content-encoding", "content-length"} and reply.cut_after is None
        if zipped:
            body = gzip.compress(body, compresslevel=1, mtime=0)
        self.send_response(reply.status)
        own = [("Content-Type", reply.type), ("Content-Length", str(len(body)))]
        own += [("Content-Encoding", "gzip")] if zipped else []
        for name, value in [pair for pair in own if pair[0].lower() not in given] + list(reply.headers):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(body[: reply.cut_after], reply.drip_s)
        if reply.cut_after is not None:
            self.close_connection = True

    def _send_body(self, body: bytes, drip_s: float) -> None:
        if not drip_s:
            self.wfile.write(body)
            return
        for at in range(len(body)):
            self.wfile.write(body[at : at + 1])
            self.wfile.flush()
            if self.server.closing.wait(drip_s):
                self.close_connection = True
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Say nothing: `LoopbackServer.requests` is the log."""
