"""A rendered digest as one mail per recipient, its bytes frozen. Pure: the same input gives the same bytes.

Rules: RFC 5322 (lines of at most 998 octets), RFC 2919 (List-ID), RFC 2369 and 8058 (List-Unsubscribe), RFC 3834
(Auto-Submitted).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import textwrap
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from html import escape
from typing import Any
from urllib.parse import quote

from litwatch.config import Config, Smtp
from litwatch.model import Attachment, Message, Rendered
from litwatch.text import one_line

ATTACHMENTS_CAP = 500_000  # bytes in all; more is left to the folder copy
ADDRESS_CAP = 900  # characters of the unsubscribe address; RFC 5322 ends a line at 998
RESERVED = ":/?#[]@!$&'()*+,;=%~"  # RFC 3986
SUFFIXES = {"ris": ".ris", "csv": ".csv"}


class _Literal(UnstructuredHeader, BaseHeader):
    """A header that means what it says: the standard library would decode what looks encoded, line breaks included."""

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds["parse_tree"] = None  # what folds by itself needs none
        kwds["decoded"] = value


class _Subject(_Literal):
    """A subject that survives folding: the standard library's own does not round-trip every accented text."""

    def fold(self, *, policy: Any) -> str:
        charset = "utf-8" if "=?" in str(self) else None  # otherwise by need
        header = Header(str(self), charset, maxlinelen=76, header_name=self.name)
        return f"{self.name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"


class _Verbatim(_Literal):
    """A header sent as it is: encoded or broken inside an address, mail programs would not read it."""

    def fold(self, *, policy: Any) -> str:
        separate = str(self).replace(">, <", f">,{policy.linesep} <")
        return f"{self.name}: {separate}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)
for _name in ("from", "to", "reply-to", "message-id", "list-id", "list-unsubscribe"):
    _HEADERS.map_to_type(_name, _Verbatim)
POLICY = EmailPolicy(linesep="\r\n", max_line_length=78, header_factory=_HEADERS)


def recipient_hash(watch_id: str, address: str) -> str:
    """Return the name under which a recipient appears in file names and output: never the address itself."""
    return hmac.new(watch_id.encode(), address.lower().encode(), hashlib.sha256).hexdigest()[:16]


def messages(
    rendered: Rendered, config: Config, now: datetime, *, written_to: Collection[str] | None = None
) -> tuple[Message, ...]:
    """Return one message per recipient, each address once; none where no mail is configured.

    Whoever is not among those already ``written_to`` (lower-cased addresses; None: everybody is) is told what this is.
    """
    smtp = config.delivery.smtp
    if smtp is None:
        return ()
    recipients = {address.lower(): address for address in reversed(smtp.to)}
    return tuple(
        message_to(
            recipients[key], rendered, config, smtp, now, welcome=written_to is not None and key not in written_to
        )
        for key in sorted(recipients)
    )


def message_to(
    recipient: str, rendered: Rendered, config: Config, smtp: Smtp, now: datetime, *, welcome: bool
) -> Message:
    """Return the message to one recipient. ``now`` becomes its Date and stays with it through every retry.

    ``welcome`` puts before the digest what it is, for who gets the first.
    """
    digest = recipient_hash(config.watch.id, recipient)
    domain = smtp.sender.rpartition("@")[2]
    identity = f"<{rendered.label}.{config.watch.id}.{digest}@{domain}>"
    mail = EmailMessage(policy=POLICY)
    mail["From"] = f"litwatch <{smtp.sender}>"
    mail["To"] = recipient
    if smtp.reply_to:
        mail["Reply-To"] = smtp.reply_to
    mail["Subject"] = one_line(rendered.subject)
    mail["Date"] = now
    mail["Message-ID"] = identity
    mail["List-ID"] = f"{_phrase(config.watch.name)}<{config.watch.id}.{domain}>"
    for name, value in _unsubscribe(smtp, config.watch.id):
        mail[name] = value
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail["Precedence"] = "bulk"
    attached, left_out = _attached(rendered, config)
    before = _welcome(config) if welcome else ""
    after = [note for note in (left_out, _leaving(smtp, config.watch.id)) if note]
    mail.set_content(_framed(rendered.text, before, after), cte="quoted-printable")
    page, inline = _shown(rendered, f"{config.watch.id}@{domain}")
    mail.add_alternative(_framed_page(page, before, after), subtype="html", cte="quoted-printable")
    _, part = mail.iter_parts()
    for cid, picture in inline:
        part.add_related(picture.content, "image", "png", cid=cid, filename=picture.name, disposition="inline")
    for attachment in attached:
        maintype, _, subtype = attachment.media_type.partition("/")
        mail.add_attachment(
            attachment.content,
            maintype=maintype,
            subtype=subtype,
            filename=attachment.name,
            params={"charset": "utf-8"} if maintype == "text" else None,
        )
    _fix_boundaries(mail, identity)
    return Message(
        recipient=recipient,
        recipient_hash=digest,
        message_id=identity,
        date=now,
        subject=rendered.subject,
        content=mail.as_bytes(),
    )


def _shown(rendered: Rendered, where: str) -> tuple[str, list[tuple[str, Attachment]]]:
    """Return the page with its pictures taken from the message itself, and each picture with its Content-ID."""
    page, inline = rendered.html, []
    for picture in rendered.pictures:
        identity = f"{picture.name.partition('.')[0]}.{rendered.label}.{where}"
        page = page.replace(f'src="{picture.name}"', f'src="cid:{identity}"')
        inline.append((f"<{identity}>", picture))
    return page, inline


def _attached(rendered: Rendered, config: Config) -> tuple[tuple[Attachment, ...], str]:
    """Return the files the configuration wants in the mail; too large for one, none and a sentence that says so."""
    suffixes = tuple(SUFFIXES[name] for name in config.digest.attach)
    wanted = tuple(attachment for attachment in rendered.attachments if attachment.name.endswith(suffixes))
    size = sum(attachment.size for attachment in wanted)
    if size <= ATTACHMENTS_CAP:
        return wanted, ""
    names = " and ".join(attachment.name for attachment in wanted)
    return (), (
        f"Not attached, being too large for a mail ({size // 1000} kB): {names}. "
        f"Whoever runs this watch finds them in the delivery folder under {rendered.label}."
    )


def _welcome(config: Config) -> str:
    """Return what this is, for who gets it for the first time."""
    return (
        f"What this is: your address was added to the literature watch “{one_line(config.watch.name)}”. Once a "
        f"{config.digest.every} it tells what is new, changed or corrected in the sources named below, arranged by "
        "open questions; each number stands with the words it was read from. It reports and does not advise. "
        "This is the latest digest; from now on each one reaches you as it is made."
    )


def _leaving(smtp: Smtp, watch_id: str) -> str:
    """Return why the reader gets this, and how to leave."""
    way = f"open {smtp.unsubscribe}" if smtp.unsubscribe else f"write to {smtp.reply_to or smtp.sender}"
    return f"You get this because your address is on the list of the watch {watch_id}. To leave it, {way}."


def _framed(text: str, before: str, after: Sequence[str]) -> str:
    lead = f"{textwrap.fill(before, 72, break_on_hyphens=False)}\n\n" if before else ""
    return (
        lead
        + text
        + "".join(f"\n{textwrap.fill(note, 72, break_long_words=False, break_on_hyphens=False)}\n" for note in after)
    )


def _framed_page(html: str, before: str, after: Sequence[str]) -> str:
    """Return ``html`` with a paragraph before what is read, and paragraphs behind it."""
    opening, start, rest = html.partition('<main role="main">')
    if before and start:
        html = f"{opening}{start}{_paragraph(before)}{rest}"
    elif before:
        html = _paragraph(before) + html
    notes = "".join(map(_paragraph, after))
    head, end, tail = html.rpartition("</main>" if "</main>" in html else "</body>")
    return f"{head}{notes}{end}{tail}" if end else html + notes


def _paragraph(words: str) -> str:
    return f'<p class="fact" style="margin: 4px 0; font-size: 15px; line-height: 21px">{escape(words)}</p>\n'


def _unsubscribe(smtp: Smtp, watch_id: str) -> Iterator[tuple[str, str]]:
    """Yield the headers by which a reader leaves: by a web address where the operator runs one, always by mail."""
    ways = [f"<mailto:{quote(smtp.reply_to or smtp.sender, safe='@')}?subject=unsubscribe%20{watch_id}>"]
    address = quote(smtp.unsubscribe or "", safe=RESERVED)
    if address and len(address) <= ADDRESS_CAP:
        ways.insert(0, f"<{address}>")
        if address.startswith("https://"):
            yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    yield "List-Unsubscribe", ", ".join(ways)


def _phrase(name: str) -> str:
    """Return ``name`` as the quoted phrase of a header that must not be encoded, or nothing if it is not Latin."""
    latin = unicodedata.normalize("NFKD", one_line(name)).encode("ascii", "ignore").decode()
    plain = " ".join(re.sub(r'["\\]', "", latin).split())
    return f'"{plain}" ' if len(plain) * 2 > len(name) else ""


def _fix_boundaries(mail: EmailMessage, identity: str) -> None:
    """Derive each part's boundary from the message's identity: the library would draw it by lot."""
    for index, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        digest = hashlib.sha256(f"{identity}{index}".encode()).hexdigest()[:24]
        part.set_boundary(f"=_{digest}")
