"""What every bibliography format gives: a `Citation` from the few facts a reference manager keeps. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from litwatch.identifiers import find
from litwatch.model import AbstractSection, AnyRecord, Author, Citation, Identifier, PartialDate, ReportKind
from litwatch.text import clean_text, one_line

LIBRARY = "known"  # the source name of known studies

# One record of a file: the line it starts in, and the record or the reason it could not be read.
Entry = tuple[int, AnyRecord | str]


def blocks(text: str, end: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield (first line, text) of each stretch that a line matching ``end`` closes, and of what is left over."""
    position = 0
    for match in [*end.finditer(text), None]:
        block = text[position : match.start() if match else len(text)]
        if block.strip():
            lead = len(block) - len(block.lstrip())
            yield text.count("\n", 0, position + lead) + 1, block.lstrip()
        position = match.end() if match else len(text)


def year_in(text: str) -> str:
    """Return the first year in ``text``, or ""."""
    match = re.search(r"\b(1[89]|20)\d\d\b", text)
    return match[0] if match else ""


def author(name: str) -> Author:
    """Read "Last, First"; a name without a comma is a group's."""
    last, comma, rest = one_line(name).partition(",")
    return Author(last=last.strip(), fore=rest.strip()) if comma else Author(collective=one_line(name))


def citation(
    *,
    title: str,
    found: Iterable[Identifier | None],
    year: str,
    kind: ReportKind,
    journal: str,
    volume: str,
    issue: str,
    pages: str,
    authors: tuple[Author, ...],
    abstract: str,
) -> Citation:
    """Return the citation; its key is the PMID, else the DOI, else a hash of title and year."""
    identifiers = tuple(dict.fromkeys(entry for entry in found if entry is not None))
    named = {entry.kind: entry.value for entry in identifiers}
    digest = hashlib.sha256(f"{title.casefold()}|{year}".encode()).hexdigest()[:16]
    key = next((f"{kind}:{named[kind]}" for kind in ("pmid", "doi") if kind in named), f"title:{digest}")
    return Citation(
        source=LIBRARY,
        key=key,
        kind=kind,
        title=one_line(title),
        url="",
        identifiers=identifiers,
        published=PartialDate(value=year) if year else None,
        journal=one_line(journal),
        volume=one_line(volume),
        issue=one_line(issue),
        pages=one_line(pages),
        authors=authors,
        abstract=(AbstractSection(text=clean_text(abstract)),) if abstract else (),
        mentions=find(f"{title}\n{abstract}"),
    )
