"""A connection to the mail relay: greeted, encrypted and logged in as configured; and what a failure there means."""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import cast

from litwatch.config import LOOPBACK, Smtp
from litwatch.model import Delivered
from litwatch.text import one_line

LOGIN_ACCEPTED, LOGIN_CONTINUES, LOGIN_REQUIRED, LOGIN_REFUSED = 235, 334, 530, 535


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long each phase may take, in seconds (RFC 5321, 4.5.3.2)."""

    connect_s: float = 30
    command_s: float = 60
    dot_s: float = 600  # a spurious timeout behind the final dot sends twice


PATIENT = Patience()


class Failed(Exception):
    """A phase before the point of no return failed; nothing was sent. ``code`` is the relay's, or 0.

    With ``for_all`` no other message can fare better before a person mends the settings.
    """

    def __init__(self, answer: str, code: int = 0, *, for_all: bool = False) -> None:
        self.code = code
        self.for_all = for_all
        super().__init__(answer)

    @property
    def final(self) -> bool:
        """Tell whether the relay refused for good."""
        return is_final(self.code)

    def delivered(self) -> Delivered:
        """Return what it means to the message."""
        return Delivered(state="refused" if self.final else "not_sent", answer=str(self))


def connect(smtp: Smtp, password: str | None, patience: Patience) -> smtplib.SMTP:
    """Return a fresh connection, encrypted and authenticated as configured. Raises `Failed`."""
    try:
        server = _dialled(smtp, patience)
        try:
            _greet(server)
            if smtp.security == "starttls":
                server.starttls(context=_context(smtp))
                _greet(server)
            _log_in(server, smtp, password)
        except BaseException:
            server.close()
            raise
    except smtplib.SMTPConnectError as error:
        raise Failed(f"greeting: {error.smtp_code} {words(error.smtp_error)}", error.smtp_code) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Failed("the relay does not offer STARTTLS, and mail never goes out in the clear", for_all=True) from error
    except ssl.SSLCertVerificationError as error:
        why = f"the relay's certificate does not verify: {error.verify_message}; set ca_file if it is your own"
        raise Failed(why, for_all=True) from error
    except smtplib.SMTPResponseException as error:
        raise Failed(f"STARTTLS: {error.smtp_code} {words(error.smtp_error)}") from error
    except (OSError, UnicodeError) as error:
        raise Failed(cause(error)) from error
    return server


def _dialled(smtp: Smtp, patience: Patience) -> smtplib.SMTP:
    if smtp.security == "tls":
        context = _context(smtp)
        server: smtplib.SMTP = smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=patience.connect_s, context=context)
    else:
        server = smtplib.SMTP(smtp.host, smtp.port, timeout=patience.connect_s)
    wait(server, patience.command_s)
    # The final dot is a small write behind a large one; without this each message waits 40 ms for it.
    cast("socket.socket", server.sock).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return server


def _context(smtp: Smtp) -> ssl.SSLContext:
    # Without a context smtplib would not verify the certificate.
    try:
        return ssl.create_default_context(cafile=str(smtp.ca_file) if smtp.ca_file else None)
    except OSError as error:
        raise Failed(f"ca_file: {smtp.ca_file}: {error.strerror}", for_all=True) from error


def _greet(server: smtplib.SMTP) -> None:
    code, text = server.ehlo()
    if is_final(code):
        code, text = server.helo()
    if not is_done(code):
        raise Failed(f"EHLO: {code} {words(text)}")


def _log_in(server: smtplib.SMTP, smtp: Smtp, password: str | None) -> None:
    """Log in where a user is configured.

    Not by `smtplib.SMTP.login`: it encodes as ASCII where RFC 4616 wants UTF-8, and answers one wrong password with as
    many failed logins as the relay offers mechanisms.
    """
    user = smtp.user
    if not user:
        return
    if password is None:
        raise Failed("no password; set LITWATCH_SMTP_PASSWORD or LITWATCH_SMTP_PASSWORD_FILE", for_all=True)
    if not isinstance(server.sock, ssl.SSLSocket) and smtp.host not in LOOPBACK:
        raise Failed("a password is sent over TLS only", for_all=True)
    credentials = _base64(f"\x00{user}\x00{password}")
    offered = server.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        code, _ = server.docmd("AUTH", "PLAIN " + credentials)
    elif "LOGIN" in offered:
        code, _ = server.docmd("AUTH", "LOGIN " + _base64(user))
        if code == LOGIN_CONTINUES:
            code, _ = server.docmd(_base64(password))
    else:
        raise Failed("the relay offers no login by password (AUTH PLAIN or LOGIN)", for_all=True)
    if code != LOGIN_ACCEPTED:
        # The relay's words are left out: it may quote what it was sent. The message is kept for the next run, since a
        # wrong password is mended by a person and must not cost a digest.
        raise Failed(f"login: {code}; check user and LITWATCH_SMTP_PASSWORD", for_all=is_final(code))


def expect_done(command: str, answer: tuple[int, bytes]) -> None:
    """Raise `Failed` unless the relay agreed to ``command``."""
    code, text = answer
    if code in {LOGIN_REQUIRED, LOGIN_REFUSED}:
        raise Failed(f"{command}: {code} {words(text)}; check user and LITWATCH_SMTP_PASSWORD", for_all=True)
    if not is_done(code):
        raise Failed(f"{command}: {code} {words(text)}", code)


def is_done(code: int) -> bool:
    """Tell whether a reply code means agreed and done (RFC 5321, 4.2.1: 2yz)."""
    return 200 <= code < 300  # noqa: PLR2004  # as the RFC spells it


def is_final(code: int) -> bool:
    """Tell whether a reply code means refused for good (RFC 5321, 4.2.1: 5yz)."""
    return 500 <= code < 600  # noqa: PLR2004  # as the RFC spells it


def is_passing(code: int) -> bool:
    """Tell whether a reply code means refused for now (RFC 5321, 4.2.1: 4yz)."""
    return 400 <= code < 500  # noqa: PLR2004  # as the RFC spells it


def wait(server: smtplib.SMTP, seconds: float) -> None:
    """Let each further read and write on the connection take at most ``seconds``."""
    if server.sock is not None:
        server.sock.settimeout(seconds)


def words(text: bytes | str) -> str:
    """Return what the relay said as one clean line."""
    return one_line(text.decode(errors="replace") if isinstance(text, bytes) else text, cap=200)


def cause(error: BaseException) -> str:
    """Return an error of the library or the system as one clean line."""
    # smtplib says that the server hung up whatever ended the connection, a silence above all.
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, OSError):
        error = error.__context__
    if isinstance(error, socket.gaierror):
        return "host name not found"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return words(error.strerror).lower()
    return words(str(error))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
