"""BibTeX files, read by bibtexparser. Pure."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from litwatch.identifiers import identifier
from litwatch.library.entry import Entry, author, citation, kind_of, languages, year_in
from litwatch.model import Citation, ReportKind

if TYPE_CHECKING:
    from bibtexparser.model import Entry as BibtexEntry

_KINDS: dict[str, ReportKind] = {"inproceedings": "abstract", "conference": "abstract", "unpublished": "preprint"}
_PMID = re.compile(r"(?:PMID:?\s*|pubmed(?:\.ncbi\.nlm\.nih\.gov)?/)(\d{1,8})", re.IGNORECASE)


def parse_bibtex(text: str) -> Iterator[Entry]:
    """Yield each entry with the line it starts in, or the reason it could not be read."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.library import Library
    from bibtexparser.middlewares import LatexDecodingMiddleware, RemoveEnclosingMiddleware
    from bibtexparser.model import Entry as Block

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it cannot read is told as a row, once
    parsed = parse_string(text, parse_stack=[])
    found: list[Entry] = []
    # An entry whose key or field stands twice is whole all the same.
    entries = [*parsed.entries]
    for failed in parsed.failed_blocks:
        twin = failed.ignore_error_block
        if isinstance(twin, Block):
            entries.append(twin)
        else:
            found.append((failed.start_line or 0, "not a BibTeX entry; mend or delete it"))
    for entry in entries:
        library = Library([entry])
        for plain in (RemoveEnclosingMiddleware(), LatexDecodingMiddleware(allow_inplace_modification=True)):
            library = plain.transform(library)
        readable = next(iter(library.entries), None)
        outcome = _from(readable) if readable else "a BibTeX entry whose TeX cannot be read; mend or delete it"
        found.append((entry.start_line or 0, outcome))
    yield from ((line + 1, outcome) for line, outcome in sorted(found, key=lambda pair: pair[0]))


def _from(entry: BibtexEntry) -> Citation | str:
    plain = {field.key.casefold(): re.sub(r"[{}]", "", str(field.value)) for field in reversed(entry.fields)}
    return _citation(entry.entry_type.casefold(), plain)


def _citation(kind: str, fields: Mapping[str, str]) -> Citation | str:
    title = fields.get("title", "")
    if not title.strip():
        return "no title; add one or delete the entry"
    pmid = _PMID.search(" ".join(fields.get(name, "") for name in ("note", "url", "annote")))
    names = re.split(r"\s+and\s+", fields.get("author", "").strip())
    return citation(
        title=title,
        found=[
            identifier("doi", fields.get("doi", "")),
            identifier("pmid", fields.get("pmid", "") or (pmid[1] if pmid else "")),
            identifier("pmcid", fields.get("pmcid", "") or fields.get("pmc", "")),
        ],
        year=year_in(fields.get("year", "") or fields.get("date", "")),
        kind=_KINDS.get(kind, kind_of(fields.get("type", ""))),
        journal=fields.get("journal", "") or fields.get("journaltitle", "") or fields.get("booktitle", ""),
        volume=fields.get("volume", ""),
        issue=fields.get("number", "") or fields.get("issue", ""),
        pages=fields.get("pages", "").replace("--", "-"),
        authors=tuple(author(name) for name in names if name),
        abstract=fields.get("abstract", ""),
        languages=languages(fields.get("language", "") or fields.get("langid", "")),
        keywords=tuple(
            part for part in (word.strip() for word in re.split("[;,]", fields.get("keywords", ""))) if part
        ),
        links=(fields.get("url", ""),),
    )
