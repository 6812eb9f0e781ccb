"""A rendered digest as one mail per recipient, its bytes frozen. Pure: the same input gives the same bytes.

Rules: RFC 5322 (lines of at most 998 octets), RFC 2919 (List-ID), RFC 2369 and 8058 (List-Unsubscribe), RFC 3834
(Auto-Submitted).
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from litwatch.config import Config, Smtp
from litwatch.model import Attachment, Message, Rendered

ATTACHMENTS_CAP = 500_000  # bytes in all; more is left to the folder copy
SUFFIXES = {"ris": ".ris", "csv": ".csv"}


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject that survives folding: the standard library's own does not round-trip every accented text."""

    def fold(self, *, policy: Any) -> str:
        charset = "us-ascii" if str(self).isascii() else "utf-8"
        header = Header(str(self), charset, maxlinelen=76, header_name="Subject")
        return f"Subject: {header.encode(linesep=policy.linesep)}{policy.linesep}"


class _Addresses(UnstructuredHeader, BaseHeader):
    """A list of addresses in angle brackets, folded at commas only: encoded, Gmail and Outlook would not read it."""

    def fold(self, *, policy: Any) -> str:
        parts = (part.strip() for part in str(self).split(","))
        joined = f",{policy.linesep} ".join(parts)
        return f"{self.name}: {joined}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)
for _name in ("list-unsubscribe", "list-id", "message-id"):
    _HEADERS.map_to_type(_name, _Addresses)
POLICY = EmailPolicy(linesep="\r\n", max_line_length=78, header_factory=_HEADERS)


def recipient_hash(watch_id: str, address: str) -> str:
    """Return the name under which a recipient appears in file names and output: never the address itself."""
    return hmac.new(watch_id.encode(), address.lower().encode(), hashlib.sha256).hexdigest()[:16]


def messages(rendered: Rendered, config: Config, now: datetime) -> tuple[Message, ...]:
    """Return one message per recipient, each address once; none where no mail is configured."""
    smtp = config.delivery.smtp
    if smtp is None:
        return ()
    recipients = {address.lower(): address for address in reversed(smtp.to)}
    return tuple(message_to(recipients[key], rendered, config, smtp, now) for key in sorted(recipients))


def message_to(recipient: str, rendered: Rendered, config: Config, smtp: Smtp, now: datetime) -> Message:
    """Return the message to one recipient. ``now`` becomes its Date and stays with it through every retry."""
    digest = recipient_hash(config.watch.id, recipient)
    domain = smtp.sender.rpartition("@")[2]
    identity = f"<{rendered.label}.{config.watch.id}.{digest}@{domain}>"
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(display_name="litwatch", addr_spec=smtp.sender)
    mail["To"] = Address(addr_spec=recipient)
    if smtp.reply_to:
        mail["Reply-To"] = Address(addr_spec=smtp.reply_to)
    mail["Subject"] = rendered.subject
    mail["Date"] = now
    mail["Message-ID"] = identity
    mail["List-ID"] = f"<{config.watch.id}.{domain}>"
    mail["List-Unsubscribe"] = ", ".join(f"<{address}>" for address in _unsubscribe(smtp, config.watch.id))
    if smtp.unsubscribe and smtp.unsubscribe.startswith("https://"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail["Precedence"] = "bulk"
    attached = attachments(rendered, config)
    mail.set_content(rendered.text, cte="quoted-printable")
    mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    for attachment in attached:
        maintype, _, subtype = attachment.media_type.partition("/")
        mail.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=attachment.name)
    _fix_boundaries(mail, identity)
    return Message(
        recipient=recipient,
        recipient_hash=digest,
        message_id=identity,
        date=now,
        subject=rendered.subject,
        content=mail.as_bytes(),
    )


def attachments(rendered: Rendered, config: Config) -> tuple[Attachment, ...]:
    """Return the files the configuration wants in the mail, or none when together they are too large for one."""
    suffixes = tuple(SUFFIXES[name] for name in config.digest.attach)
    wanted = tuple(attachment for attachment in rendered.attachments if attachment.name.endswith(suffixes))
    return wanted if sum(len(attachment.content) for attachment in wanted) <= ATTACHMENTS_CAP else ()


def _unsubscribe(smtp: Smtp, watch_id: str) -> tuple[str, ...]:
    mailto = f"mailto:{smtp.reply_to or smtp.sender}?subject=unsubscribe%20{watch_id}"
    return (smtp.unsubscribe, mailto) if smtp.unsubscribe else (mailto,)


def _fix_boundaries(mail: EmailMessage, identity: str) -> None:
    """Derive each part's boundary from the message's identity: the library would draw it by lot."""
    for index, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        digest = hashlib.sha256(f"{identity}{index}".encode()).hexdigest()[:24]
        part.set_boundary(f"=_{digest}")
