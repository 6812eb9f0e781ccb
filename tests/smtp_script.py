"""A mail relay that fails on cue: a real socket on loopback that plays a script of answers, phase by phase."""

from __future__ import annotations

import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import BinaryIO, Self

FIN, RST, HANG = "fin", "rst", "hang"
GOOD: dict[str, bytes] = {
    "banner": b"220 relay.test ESMTP",
    "EHLO": b"250-relay.test\r\n250 SIZE 10000000",
    "HELO": b"250 relay.test",
    "MAIL": b"250 2.1.0 ok",
    "RCPT": b"250 2.1.5 ok",
    "DATA": b"354 go ahead",
    "dot": b"250 2.0.0 queued",
    "RSET": b"250 2.0.0 ok",
    "QUIT": b"221 2.0.0 bye",
    "AUTH": b"235 2.7.0 welcome",
}

Act = bytes | str
"""What the relay does: the bytes it answers (CRLF is added), or one of FIN, RST, HANG."""


class _Over(Exception):
    """This connection has played its part."""


class ScriptedRelay:
    """A context manager that listens on ``port``. ``script`` maps a phase to what happens there.

    Phases are the commands, ``banner``, ``body`` (at the first bytes of the content) and ``dot``. A sequence of acts is
    played one a time over all connections, the last one for ever. What reached the relay is in ``heard``, the content
    of each message it took in ``accepted``.
    """

    def __init__(self, script: Mapping[str, Act | Sequence[Act]] | None = None) -> None:
        self._script = script or {}
        self._played: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        # A small window, so that a client notices in time that nobody reads what it sends.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._threads: list[threading.Thread] = []
        self.port = int(self._listener.getsockname()[1])
        self.connections = 0
        self.heard: list[bytes] = []
        self.accepted: list[bytes] = []

    def __enter__(self) -> Self:
        self._start(self._listen)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._closing.set()
        with socket.socket() as knock:  # wakes the listener
            knock.connect(("127.0.0.1", self.port))
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    @property
    def commands(self) -> list[str]:
        """Return the verbs heard, in order; whatever is not a known command as ``?``."""
        return [line.split(b" ")[0].strip().decode("ascii", "replace").upper() for line in self.heard]

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._closing.is_set():
                connection.close()
                return
            self.connections += 1
            self._start(self._converse, connection)

    def _converse(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            connection.settimeout(5)
            try:
                self._act(connection, "banner")
                while line := lines.readline():
                    self.heard.append(line)
                    verb = line[:4].decode("ascii", "replace").upper().strip()
                    answer = self._act(connection, verb)
                    if verb == "DATA" and answer.startswith(b"354"):
                        self._take(connection, lines)
                    if verb == "QUIT":
                        return
            except (_Over, OSError):
                return

    def _take(self, connection: socket.socket, lines: BinaryIO) -> None:
        if "body" in self._script:
            lines.readline()
            self._act(connection, "body")
        content = bytearray()
        for line in lines:
            if line == b".\r\n":
                break
            content += line[1:] if line.startswith(b".") else line
        else:
            raise _Over
        if self._next("dot")[:1] == b"2":
            self.accepted.append(bytes(content))
        self._act(connection, "dot")

    def _next(self, phase: str) -> Act:
        """Return what comes next in a phase, without playing it."""
        acts = self._script.get(phase, GOOD.get(phase, b"502 5.5.1 what?"))
        if isinstance(acts, (bytes, str)):
            return acts
        return acts[min(self._played[phase], len(acts) - 1)]

    def _act(self, connection: socket.socket, phase: str) -> bytes:
        """Play what comes next in a phase, and return what was answered."""
        with self._lock:
            act = self._next(phase)
            self._played[phase] += 1
        if isinstance(act, bytes):
            connection.sendall(act + b"\r\n")
            return act
        if act == HANG:
            self._closing.wait(20)
        elif act == RST:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise _Over
