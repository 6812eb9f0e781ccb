"""What of a record is compared: its fields repaired and in comparable form, one small tuple a record. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from litwatch.identifiers import identifier
from litwatch.identify.dedupe.marks import Mark
from litwatch.identify.dedupe.names import are_cut, read_authors
from litwatch.identify.dedupe.places import UNKNOWN, read_issns, read_journal, read_pages, read_volume, read_year
from litwatch.identify.dedupe.reference import Reference
from litwatch.identify.dedupe.titles import plain, read_title

NAMES_CAP = 400  # characters
OPENING_CHARS = 240  # of an abstract: more tells no two reports apart that this does not
_MEETING_TYPE = re.compile(r"abstract|conference|meeting|cpaper|\bconf\b", re.IGNORECASE)


class Face(NamedTuple):
    """A record's comparable form. Empty strings and zeros are unknown."""

    record_id: str
    title: str
    digits: str
    part: str
    marks: int
    authors: str
    first_author: str
    author_count: int
    authors_cut: int  # 1 where the list says that it leaves some out
    names: str  # the author field as given
    journal: str
    issn: str
    year: int
    volume: str
    supplement: str
    issue: str
    page_letters: str
    first_page: int
    last_page: int
    perhaps_page: int  # another first page that a damaged field may have had
    doi: str
    pmid: str
    opening: str
    richness: int


def face(reference: Reference) -> Face:
    """Return the comparable form of ``reference``."""
    title = read_title(reference.title)
    names = read_authors(reference.author)
    journal, meeting_journal = read_journal(reference.journal) if reference.journal else ("", False)
    volume, supplement, issue, meeting_volume = read_volume(reference.volume, reference.number)
    pages = read_pages(reference.pages) if reference.pages else UNKNOWN
    if meeting_journal and not volume and issue and reference.pages.strip().isdigit():
        volume, issue, pages = issue, reference.pages.strip(), UNKNOWN  # written one column to the right
    if pages.first == 1 and not volume:
        pages = UNKNOWN  # published ahead of print: the pages are counted, not placed
    doi = identifier("doi", unquote(reference.doi)) if reference.doi else None
    pmid = identifier("pmid", reference.pmid) if reference.pmid else None
    marks = title.marks
    if meeting_journal or meeting_volume or (reference.type and _MEETING_TYPE.search(reference.type)):
        marks |= Mark.MEETING
    opening = plain(reference.abstract[: OPENING_CHARS + 120])[:OPENING_CHARS] if reference.abstract else ""
    return Face(
        record_id=reference.record_id,
        title=title.words,
        digits=title.digits,
        part=title.part,
        marks=int(marks),
        authors=" ".join(names),
        first_author=names[0] if names else "",
        author_count=len(names),
        authors_cut=int(are_cut(reference.author)),
        names=reference.author[:NAMES_CAP],
        journal=journal,
        issn=read_issns(f"{reference.issn} {reference.isbn}"),
        year=read_year(reference.year),
        volume=volume,
        supplement=supplement,
        issue=issue,
        page_letters=pages.letters,
        first_page=pages.first,
        last_page=pages.last,
        perhaps_page=pages.perhaps,
        doi=doi.value if doi else "",
        pmid=pmid.value if pmid else "",
        opening=opening,
        richness=_richness(reference),
    )


def _richness(reference: Reference) -> int:
    """Weigh what a reader would miss: a PMID most, then an abstract, then the rest; the fullest record is kept."""
    present = (reference.doi, reference.author, reference.year, reference.journal, reference.volume, reference.pages)
    return 8 * bool(reference.pmid) + 3 * bool(reference.abstract) + sum(bool(value) for value in present)
