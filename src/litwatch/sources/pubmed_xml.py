"""PubMed XML, bytes in and model values out: articles, book articles, deletions. Pure, streaming, memory flat.

No DTD is loaded, no entity resolved and nothing fetched, so a DOCTYPE of any year parses and a hostile one does
nothing. lxml refuses nesting beyond 256 levels and text nodes beyond 10 MB (``huge_tree`` off).
Source: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from lxml import etree
from lxml.etree import _Element as Element

from litwatch.identifiers import identifier
from litwatch.model import Citation, Unreadable
from litwatch.sources.pubmed_fields import children, text
from litwatch.sources.pubmed_record import article, book
from litwatch.text import one_line

RECORDS = ("PubmedArticle", "PubmedBookArticle", "DeleteCitation")
ROOT_END = b"</PubmedArticleSet>"
# A batch of 200 records has some 300,000 tags. A tag costs 120 bytes once parsed, and a bad answer is asked for twice.
MAX_TAGS = 2_000_000


class Malformed(ValueError):
    """The bytes are not a whole, well-formed PubmedArticleSet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A PMID that PubMed withdrew."""

    pmid: str


Entry = Citation | Unreadable | Deleted


def read(body: bytes) -> Iterator[Entry]:
    """Read a whole answer of efetch, in its order; what is sound in each record is kept.

    A record that is not well-formed becomes `Unreadable` and costs nothing of the others. Raises `Malformed` when the
    set itself is cut short or not XML, possibly after the first entries.
    """
    if not body.rstrip().endswith(ROOT_END) and b"<PubmedArticleSet/>" not in body[-100:]:
        raise Malformed("the set has no end")
    if body.count(b"<") > MAX_TAGS:
        raise Malformed("more tags than any honest answer has")
    done = 0
    try:
        for entry in read_stream(BytesIO(body)):
            yield entry
            done += 1
    except Malformed:
        yield from _salvage(body, done)


def read_stream(source: BinaryIO) -> Iterator[Entry]:
    """Read a set from a file, holding one record at a time; raises `Malformed` where it is not well-formed."""
    try:
        for _, element in etree.iterparse(
            source,
            events=("end",),
            tag=RECORDS,
            load_dtd=False,
            no_network=True,
            resolve_entities=False,
            huge_tree=False,
            recover=False,
            remove_comments=True,
            remove_pis=True,
        ):
            yield from _entries(element)
            element.clear()
            while element.getprevious() is not None:  # what was read before stays in memory until it is unlinked
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise Malformed(one_line(str(error.msg), cap=200)) from error


_RECORD = re.compile(rb"<(PubmedArticle|PubmedBookArticle|DeleteCitation)[\s>].*?</\1\s*>", re.DOTALL)
_PMID = re.compile(rb"<PMID[^>]*>\s*(\d+)\s*</PMID>")


def _salvage(body: bytes, done: int) -> Iterator[Entry]:
    """Read the records after the first ``done`` each for itself, so that one broken record stays one."""
    broken = 0
    for number, match in enumerate(_RECORD.finditer(body)):
        if number < done:
            continue
        try:
            yield from list(read_stream(BytesIO(b"<PubmedArticleSet>" + match[0] + ROOT_END)))
        except Malformed as error:
            broken += 1
            pmid = _PMID.search(match[0])
            yield Unreadable(key=pmid[1].decode("ascii") if pmid else "", reason=f"not well-formed XML: {error}")
    if not broken:
        raise Malformed("the set is not well-formed outside its records")


def _entries(element: Element) -> Iterable[Entry]:
    if element.tag == "DeleteCitation":
        return [Deleted(pmid=pmid) for child in element if (pmid := text(child))]
    is_book = element.tag == "PubmedBookArticle"
    parts = children(element)
    body = parts.get("BookDocument" if is_book else "MedlineCitation")
    if body is None:
        return [Unreadable(key="", reason=f"{element.tag} without its citation")]
    key = text(children(body).get("PMID"))
    if identifier("pmid", key) is None:
        return [Unreadable(key=key[:20], reason="no PMID" if not key else "the PMID is not a number")]
    if is_book:
        return [book(key, body, parts.get("PubmedBookData"))]
    return [article(key, body, parts.get("PubmedData"))]
