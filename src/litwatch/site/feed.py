"""The Atom feed of the digests, one entry each. Pure.

Source: RFC 4287, and the W3C feed validator's rules (https://validator.w3.org/feed/docs/): ids that never change
wherever the site moves, one ``updated`` an entry, a ``self`` link where the site's address is known.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin

from lxml import etree

from litwatch.site.addresses import digest_page
from litwatch.text import one_line

NAMESPACE = "http://www.w3.org/2005/Atom"
PATH = "feed.xml"
ENTRIES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One digest in the feed: its subject, when it was made, and what it printed as (title, path on the site)."""

    label: str
    subject: str
    updated: datetime
    items: tuple[tuple[str, str], ...]


def feed(watch_id: str, name: str, entries: Sequence[Entry], *, begun: datetime, url: str | None) -> bytes:
    """Return the feed of ``entries``, the latest first; ``begun`` stands for ``updated`` while there is none.

    Without the site's ``url`` its links are relative to the feed's own address, as RFC 4287 allows, and an item has
    none.
    """
    base = f"{url.rstrip('/')}/" if url else ""
    root = etree.XML(f'<feed xmlns="{NAMESPACE}" xml:lang="en"/>')
    _add(root, "title", one_line(name))
    _add(root, "subtitle", "A literature watch: one entry for each digest.")
    _add(root, "id", _urn(watch_id))
    _add(root, "updated", _instant(entries[0].updated if entries else begun))
    _add(_add(root, "author"), "name", "litwatch")
    _add(root, "generator", "litwatch")
    _add(root, "link", rel="alternate", type="text/html", href=urljoin(base, "index.html"))
    if base:
        _add(root, "link", rel="self", type="application/atom+xml", href=urljoin(base, PATH))
    for entry in entries[:ENTRIES]:
        _add_entry(root, watch_id, entry, base)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8") + b"\n"


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    child.text = text or None
    return child


def _add_entry(root: etree._Element, watch_id: str, entry: Entry, base: str) -> None:
    child = _add(root, "entry")
    _add(child, "title", one_line(entry.subject) or entry.label)
    _add(child, "id", _urn(f"{watch_id}/{entry.label}"))
    _add(child, "updated", _instant(entry.updated))
    _add(child, "link", rel="alternate", type="text/html", href=urljoin(base, digest_page(entry.label)))
    _add(child, "content", _listed(entry, base), type="html")


def _listed(entry: Entry, base: str) -> str:
    """Return the subject and the items as HTML, which Atom carries as text: markup in a title stays text twice over."""
    whole = etree.Element("div")
    etree.SubElement(whole, "p").text = one_line(entry.subject)
    rows = etree.SubElement(whole, "ul") if entry.items else whole
    for title, path in entry.items:
        row = etree.SubElement(rows, "li")
        place = etree.SubElement(row, "a", href=urljoin(base, path)) if path and base else row
        place.text = one_line(title, cap=300)
    return str(etree.tostring(whole, encoding="unicode", method="html"))


def _urn(name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"litwatch:{name}").urn


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
