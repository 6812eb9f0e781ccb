"""PubMed-format files (.nbib), read by Biopython. Pure."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from litwatch.identifiers import identifier
from litwatch.library.entry import Entry, author, blocks, citation, year_in

_NEXT = re.compile(r"^\s*$(?=\n+PMID-)", re.MULTILINE)


def parse_nbib(text: str) -> Iterator[Entry]:
    """Yield each record with the line it starts in, or the reason it could not be read."""
    from Bio import Medline

    for line, block in blocks(text, _NEXT):
        entry = Medline.read(io.StringIO(block))  # type: ignore[no-untyped-call]  # Biopython is untyped here
        title = str(entry.get("TI") or entry.get("BTI") or entry.get("TT") or "")
        if not title:
            yield line, "no title (TI); add one or delete the record"
            continue
        dois = [value for value in [*entry.get("AID", []), str(entry.get("LID", ""))] if "[doi]" in value]
        yield (
            line,
            citation(
                title=title,
                found=[
                    identifier("pmid", str(entry.get("PMID", ""))),
                    *(identifier("doi", value.replace("[doi]", "")) for value in dois[:1]),
                    identifier("pmcid", str(entry.get("PMC", ""))),
                ],
                year=year_in(str(entry.get("DP", ""))),
                kind="article",
                journal=str(entry.get("JT") or entry.get("TA") or ""),
                volume=str(entry.get("VI", "")),
                issue=str(entry.get("IP", "")),
                pages=str(entry.get("PG", "")),
                authors=tuple(author(name) for name in entry.get("FAU", []) or entry.get("AU", [])),
                abstract=str(entry.get("AB", "")),
            ),
        )
