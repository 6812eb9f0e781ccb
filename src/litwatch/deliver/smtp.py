"""Handing a message to the mail relay, phase by phase.

smtplib raises the same error before DATA and after the final dot, so the phases are driven here one by one; only the
answer to the dot is ever ambiguous. Timeouts follow RFC 5321, 4.5.3.2: a spurious timeout behind the dot sends twice.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from litwatch.config import Smtp
from litwatch.errors import DeliveryError
from litwatch.model import Delivered, Message

PER_CONNECTION = 50
CODE_TRANSIENT, CODE_PERMANENT, CODE_END = 400, 500, 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long each phase may take, in seconds."""

    connect_s: float = 30
    command_s: float = 60
    dot_s: float = 600


class _Failed(Exception):
    """A phase before the point of no return failed; nothing was sent."""

    def __init__(self, code: int, answer: str) -> None:
        self.code = code
        super().__init__(answer)

    def delivered(self) -> Delivered:
        refused = CODE_PERMANENT <= self.code < CODE_END
        return Delivered(state="refused" if refused else "not_sent", answer=str(self))


class Mailer:
    """A connection to the relay, opened when first needed and anew after any error. Use as a context manager."""

    def __init__(self, smtp: Smtp, password: str | None, patience: Patience = Patience()) -> None:  # frozen
        self._smtp = smtp
        self._password = password
        self._patience = patience
        self._open: smtplib.SMTP | None = None
        self._sent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._quit()

    def rehearse(self) -> str:
        """Greet and log in, send nothing; return the relay's name for itself.

        Raises `DeliveryError`.
        """
        try:
            server = self._connected()
        except _Failed as error:
            raise DeliveryError(f"{self._where}: {error}") from error
        greeting = (server.ehlo_resp or server.helo_resp or b"").decode("utf-8", "replace").split("\n")[0]
        self._quit()
        return greeting

    def send(self, message: Message) -> Delivered:
        """Send one message to its one recipient; whatever happens is told by the result, never raised."""
        if self._sent >= PER_CONNECTION:
            self._quit()
        try:
            server = self._connected()
            self._envelope(server, message)
        except _Failed as error:
            self._quit(politely=CODE_TRANSIENT <= error.code < CODE_END and error.code != 421)  # noqa: PLR2004  # closing
            return error.delivered()
        delivered = self._content(server, message)
        self._sent += 1
        if delivered.state in {"unknown", "not_sent"}:
            self._quit(politely=False)
        return delivered

    @property
    def _where(self) -> str:
        return f"{self._smtp.host}:{self._smtp.port}"

    def _connected(self) -> smtplib.SMTP:
        """Return an open, encrypted, authenticated connection."""
        if self._open is not None:
            return self._open
        try:
            server = self._greeted()
            self._open, self._sent = server, 0
            if self._smtp.security == "starttls":
                self._expect(server.starttls(context=self._context()), "STARTTLS")
                self._expect(server.ehlo(), "EHLO")
            if self._smtp.user:
                self._authenticate(server)
        except smtplib.SMTPAuthenticationError as error:
            self._quit()
            # Kept and tried again next run: a wrong password is mended by a person, and must not cost a digest.
            raise _Failed(0, f"login refused ({error.smtp_code}); check user and LITWATCH_SMTP_PASSWORD") from error
        except smtplib.SMTPNotSupportedError as error:
            self._quit()
            raise _Failed(0, f"the relay does not offer what is configured: {error}") from error
        except smtplib.SMTPConnectError as error:
            raise _Failed(error.smtp_code, _words(error.smtp_error) or str(error.smtp_code)) from error
        except smtplib.SMTPResponseException as error:
            self._quit()
            raise _Failed(error.smtp_code, _words(error.smtp_error)) from error
        except (smtplib.SMTPException, OSError, UnicodeError, ValueError) as error:
            self._quit(politely=False)
            raise _Failed(0, _cause(error)) from error
        return server

    def _greeted(self) -> smtplib.SMTP:
        patience = self._patience
        if self._smtp.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._smtp.host, self._smtp.port, timeout=patience.connect_s, context=self._context()
            )
        else:
            server = smtplib.SMTP(self._smtp.host, self._smtp.port, timeout=patience.connect_s)
        if server.sock is not None:
            server.sock.settimeout(patience.command_s)
        self._expect(server.ehlo(), "EHLO")
        return server

    def _context(self) -> ssl.SSLContext:
        # Without a context smtplib would not verify the certificate.
        return ssl.create_default_context(cafile=str(self._smtp.ca_file) if self._smtp.ca_file else None)

    def _authenticate(self, server: smtplib.SMTP) -> None:
        if self._password is None:
            raise _Failed(0, "no password; set LITWATCH_SMTP_PASSWORD or LITWATCH_SMTP_PASSWORD_FILE")
        if not self._password.isascii():
            # smtplib encodes credentials as ASCII only; RFC 4616 says UTF-8.
            raise _Failed(0, "the password holds characters beyond ASCII, which this client cannot send")
        server.login(str(self._smtp.user), self._password)

    def _expect(self, answer: tuple[int, bytes], command: str) -> None:
        code, text = answer
        if not 200 <= code < 400:  # noqa: PLR2004  # RFC 5321: 2yz done, 3yz go on
            raise _Failed(code, f"{command}: {code} {_words(text)}")

    def _envelope(self, server: smtplib.SMTP, message: Message) -> None:
        limit = server.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(message.content):
            raise _Failed(552, f"the message has {len(message.content)} bytes, the relay takes {limit}")
        try:
            if self._sent:
                self._expect(server.rset(), "RSET")
            self._expect(server.mail(self._smtp.sender), "MAIL")
            self._expect(server.rcpt(message.recipient), "RCPT")
            code, text = server.docmd("DATA")
            if code != 354:  # noqa: PLR2004  # RFC 5321: start mail input
                raise _Failed(code, f"DATA: {code} {_words(text)}")
        except (smtplib.SMTPException, OSError) as error:
            raise _Failed(0, _cause(error)) from error

    def _content(self, server: smtplib.SMTP, message: Message) -> Delivered:
        """Send the content and the final dot: from the dot on, silence may mean either."""
        stuffed = re.sub(rb"(?m)^\.", b"..", message.content)
        if not stuffed.endswith(b"\r\n"):
            stuffed += b"\r\n"
        try:
            server.send(stuffed)
        except (smtplib.SMTPException, OSError) as error:
            return Delivered(state="not_sent", answer=_cause(error))
        if server.sock is not None:
            server.sock.settimeout(self._patience.dot_s)
        try:
            server.send(b".\r\n")
            code, text = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            return Delivered(state="unknown", answer=_cause(error))
        if server.sock is not None:
            server.sock.settimeout(self._patience.command_s)
        answer = f"{code} {_words(text)}"
        if 200 <= code < 300:  # noqa: PLR2004  # RFC 5321: 2yz accepted
            return Delivered(state="sent", answer=answer)
        if CODE_TRANSIENT <= code < CODE_PERMANENT:
            return Delivered(state="not_sent", answer=answer)
        return Delivered(state="refused" if CODE_PERMANENT <= code < CODE_END else "unknown", answer=answer)

    def _quit(self, *, politely: bool = True) -> None:
        """Leave; what the relay says to that never changes what became of a message."""
        server, self._open = self._open, None
        if server is None:
            return
        if politely and server.sock is not None:
            server.sock.settimeout(min(self._patience.command_s, 10))
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
        server.close()


def _words(text: bytes | str) -> str:
    decoded = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(decoded.split())[:200]


def _cause(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the relay's certificate does not verify: {error.verify_message}; set ca_file if it is your own"
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}" if str(error) else type(error).__name__
