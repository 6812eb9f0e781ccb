"""The demonstration's mail server: a real SMTP server on loopback that keeps each accepted message as a file."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP


class PostOffice:
    """A context manager that takes mail on ``port`` and writes it to ``folder`` as NUMBER-RECIPIENT.eml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.letters: list[Path] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        opening = self._loop.create_server(lambda: SMTP(self, loop=self._loop), "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(opening, self._loop).result()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._server is not None:
            self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        if self._server is None:
            raise RuntimeError("the post office is closed")
        return int(self._server.sockets[0].getsockname()[1])

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Keep one message."""
        del server, session
        place = self.folder / f"{len(self.letters) + 1:02d}-{envelope.rcpt_tos[0]}.eml"
        place.write_bytes(envelope.content)
        self.letters.append(place)
        return "250 kept"
