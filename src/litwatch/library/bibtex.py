"""BibTeX files, read by bibtexparser. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litwatch.identifiers import identifier
from litwatch.library.entry import Entry, author, citation, year_in
from litwatch.model import Citation, ReportKind

_KINDS: dict[str, ReportKind] = {"inproceedings": "abstract", "conference": "abstract", "unpublished": "preprint"}
_PMID = re.compile(r"(?:PMID:?\s*|pubmed(?:\.ncbi\.nlm\.nih\.gov)?/)(\d{1,8})", re.IGNORECASE)


def parse_bibtex(text: str) -> Iterator[Entry]:
    """Yield each entry with the line it starts in, or the reason it could not be read."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.middlewares import LatexDecodingMiddleware, RemoveEnclosingMiddleware

    stack = [RemoveEnclosingMiddleware(), LatexDecodingMiddleware(allow_inplace_modification=True)]
    parsed = parse_string(text, parse_stack=stack)
    found: list[Entry] = [
        (block.start_line or 0, "not a BibTeX entry, or one whose key or field stands twice; mend or delete it")
        for block in parsed.failed_blocks
    ]
    for entry in parsed.entries:
        fields = {field.key.casefold(): re.sub(r"[{}]", "", str(field.value)) for field in entry.fields}
        found.append((entry.start_line or 0, _from(entry.entry_type.casefold(), fields)))
    yield from ((line + 1, outcome) for line, outcome in sorted(found, key=lambda pair: pair[0]))


def _from(kind: str, fields: dict[str, str]) -> Citation | str:
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
        kind=_KINDS.get(kind, "article"),
        journal=fields.get("journal", "") or fields.get("journaltitle", "") or fields.get("booktitle", ""),
        volume=fields.get("volume", ""),
        issue=fields.get("number", "") or fields.get("issue", ""),
        pages=fields.get("pages", "").replace("--", "-"),
        authors=tuple(author(name) for name in names if name),
        abstract=fields.get("abstract", ""),
    )
