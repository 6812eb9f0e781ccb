"""Handing a message to the mail relay, phase by phase.

smtplib raises the same error before DATA and after the final dot, so the phases are driven here one by one; only the
answer to the dot is ever ambiguous. Timeouts follow RFC 5321, 4.5.3.2: a spurious timeout behind the dot sends twice.
Every error of smtplib is an `OSError`.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import time
from types import TracebackType
from typing import Self

from litwatch.config import Smtp
from litwatch.deliver.connection import (
    PATIENT,
    Failed,
    Patience,
    cause,
    connect,
    expect_done,
    is_done,
    is_final,
    is_passing,
    wait,
    words,
)
from litwatch.errors import DeliveryError
from litwatch.model import Delivered, Message
from litwatch.redaction import Redactor

PER_CONNECTION = 50
# In a row; then the relay is down or deaf, and asking again for each recipient would take all night.
FAILED_CONNECTIONS = 2
SILENCES = 2
BLOCK = 65_536  # bytes sent under one timeout
GO_AHEAD = 354
LIMIT = re.compile("[1-9][0-9]{0,17}")  # of a message's bytes; 0 is none, by RFC 1870


class Mailer:
    """A connection to the relay, opened when first needed and anew after any error. Use as a context manager."""

    def __init__(self, smtp: Smtp, password: str | None, patience: Patience = PATIENT) -> None:
        self._smtp = smtp
        self._password = password
        self._masked = Redactor([] if password is None else [password, f"\x00{smtp.user}\x00{password}"])
        self._patience = patience
        self._open: smtplib.SMTP | None = None
        self._sent = 0  # on the open connection
        self._unanswered = 0  # connections in a row that came to nothing
        self._silences = 0  # messages in a row that were waited for to the end of patience
        self.hopeless = ""  # why no message can leave before a person, or time, has mended it

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._quit(politely=error is None)

    def rehearse(self) -> str:
        """Greet and log in, send nothing; return the relay's name for itself.

        Raises `DeliveryError`, permanent where a person has to mend the settings.
        """
        try:
            server = self._connected()
        except Failed as error:
            where = f"{self._smtp.host}:{self._smtp.port}"
            raise DeliveryError(f"{where}: {error}", permanent=error.for_all or error.final) from error
        # smtplib keeps the refusal of EHLO as well; HELO was spoken only where there was one.
        greeting = server.helo_resp or server.ehlo_resp or b""
        self._quit()
        return words(greeting.split(b"\n")[0])

    def send(self, message: Message) -> Delivered:
        """Send one message to its one recipient; whatever happens is told by the result, never raised.

        The states are ``sent``, ``not_sent`` (try again), ``refused`` (for good) and ``unknown``: the relay fell silent
        behind the final dot, and the message may have arrived or not.
        """
        if self.hopeless:
            return Delivered(state="not_sent", answer=self.hopeless)
        started = time.monotonic()
        stuffed = re.sub(rb"(?m)^\.", b"..", message.content)
        try:
            server = self._ready()
            self._envelope(server, message.recipient, len(stuffed))
        except Failed as error:
            if error.for_all:
                self.hopeless = self._clean(str(error), message.recipient)
            self._quit()
            delivered = error.delivered()
        else:
            delivered = self._content(server, stuffed)
            self._sent += 1
            if delivered.state in {"unknown", "not_sent"}:
                self._quit()
        delivered = Delivered(state=delivered.state, answer=self._clean(delivered.answer, message.recipient))
        self._note_silence(delivered, time.monotonic() - started)
        return delivered

    def _clean(self, answer: str, recipient: str) -> str:
        """Return what the relay said without the recipient's address, and without the login it may quote."""
        return self._masked(re.sub(re.escape(recipient), "[recipient]", answer, flags=re.IGNORECASE))

    def _note_silence(self, delivered: Delivered, seconds: float) -> None:
        settled = delivered.state in {"sent", "refused"}
        self._silences = 0 if settled or seconds < self._patience.command_s else self._silences + 1
        if self._silences >= SILENCES and not self.hopeless:
            self.hopeless = f"the relay has stopped answering: {delivered.answer}"

    def _ready(self) -> smtplib.SMTP:
        """Return a connection on which MAIL may follow: the open one, or a fresh one. Raises `Failed`."""
        if self._open is not None and self._sent < PER_CONNECTION:
            with contextlib.suppress(OSError):
                if is_done(self._open.rset()[0]):
                    return self._open
        self._quit()
        try:
            return self._connected()
        except Failed as error:
            self._unanswered += 1
            if self._unanswered >= FAILED_CONNECTIONS and not error.final:
                self.hopeless = str(error)
            raise

    def _connected(self) -> smtplib.SMTP:
        try:
            self._open = connect(self._smtp, self._password, self._patience)
        except Failed as error:
            raise Failed(self._masked(str(error)), error.code, for_all=error.for_all) from error
        self._sent = self._unanswered = 0
        return self._open

    def _envelope(self, server: smtplib.SMTP, recipient: str, size: int) -> None:
        options = []
        if server.has_extn("size"):
            limit = server.esmtp_features["size"]
            if LIMIT.fullmatch(limit) and int(limit) < size:
                raise Failed(f"the message has {size} bytes, the relay takes {limit}", 552)
            options = [f"SIZE={size}"]
        try:
            expect_done("MAIL", server.mail(self._smtp.sender, options))
            expect_done("RCPT", server.rcpt(recipient))
            code, text = server.docmd("DATA")
        except OSError as error:
            raise Failed(cause(error)) from error
        if code != GO_AHEAD:
            raise Failed(f"DATA: {code} {words(text)}", code)

    def _content(self, server: smtplib.SMTP, stuffed: bytes) -> Delivered:
        """Send the content and the final dot: from the dot on, silence may mean either."""
        if not stuffed.endswith(b"\r\n"):
            stuffed += b"\r\n"
        try:
            for start in range(0, len(stuffed), BLOCK):
                server.send(stuffed[start : start + BLOCK])
        except OSError as error:
            return Delivered(state="not_sent", answer=cause(error))
        wait(server, self._patience.dot_s)
        try:
            server.send(b".\r\n")
            code, text = server.getreply()
        except OSError as error:
            return Delivered(state="unknown", answer=cause(error))
        wait(server, self._patience.command_s)
        answer = f"{code} {words(text)}"
        if is_done(code):
            return Delivered(state="sent", answer=answer)
        if is_final(code):
            return Delivered(state="refused", answer=answer)
        return Delivered(state="not_sent" if is_passing(code) else "unknown", answer=answer)

    def _quit(self, *, politely: bool = True) -> None:
        """Leave; what the relay says to that never changes what became of a message.

        Not ``politely`` where the connection may be amid a content. A connection that is gone takes no time: smtplib
        knows.
        """
        server, self._open = self._open, None
        if server is None:
            return
        if politely:
            wait(server, min(self._patience.command_s, 10))
            with contextlib.suppress(OSError):
                server.quit()
        server.close()
