"""PubMed's own format (.nbib), read by Biopython. Pure."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from litwatch.identifiers import identifier
from litwatch.library.entry import Entry, author, blocks, citation, kind_of, languages, year_in
from litwatch.model import Citation, DataBank

_NEXT = re.compile(r"^\s*$(?=\n+PMID- )", re.MULTILINE)
_FIELD = re.compile(r"^[A-Z]{2,4} *- ", re.MULTILINE)


def parse_nbib(text: str) -> Iterator[Entry]:
    """Yield each record with the line it starts in, or the reason it could not be read."""
    from Bio import Medline

    for line, block in blocks(text, _NEXT):
        if not _FIELD.match(block):
            yield line, "not a PubMed-format record; mend or delete it"
            continue
        yield line, _from(Medline.read(io.StringIO(block)))  # type: ignore[no-untyped-call]  # Biopython is untyped here


def _from(entry: Mapping[str, Any]) -> Citation | str:
    title = str(entry.get("TI") or entry.get("BTI") or entry.get("TT") or "")
    if not title:
        return "no title (TI); add one or delete the record"
    dois = [value for value in [*entry.get("AID", []), str(entry.get("LID", ""))] if "[doi]" in value]
    types = tuple(entry.get("PT", []))
    found = citation(
        title=title,
        found=[
            identifier("pmid", str(entry.get("PMID", ""))),
            *(identifier("doi", value.replace("[doi]", "").split()[-1]) for value in dois[:1]),
            identifier("pmcid", str(entry.get("PMC", ""))),
        ],
        year=year_in(str(entry.get("DP", ""))),
        kind=kind_of("; ".join(word for word in types if word in _TELLING)),
        journal=str(entry.get("JT") or entry.get("TA") or ""),
        volume=str(entry.get("VI", "")),
        issue=str(entry.get("IP", "")),
        pages=str(entry.get("PG", "")),
        authors=tuple(author(name) for name in [*(entry.get("FAU") or entry.get("AU", [])), *entry.get("CN", [])]),
        abstract=str(entry.get("AB", "")),
        languages=languages(" ".join(entry.get("LA", []))),
        publication_types=types,
        keywords=tuple(word.strip("*") for word in entry.get("OT", [])),
    )
    return _with_banks(found, entry.get("SI", []))


# PubMed's publication types that change what kind of report it is; "Congress" is a whole proceedings.
_TELLING = frozenset({"Preprint", "Clinical Trial Protocol", "Meeting Abstract", "Retraction of Publication"})


def _with_banks(found: Citation, accessions: list[str]) -> Citation:
    """Return ``found`` with the databank numbers (SI), written as ClinicalTrials.gov/NCT02657031."""
    banks: dict[str, list[str]] = {}
    for value in accessions:
        name, _, number = value.partition("/")
        if number:
            banks.setdefault(name, []).append(number)
    return replace(
        found, data_banks=tuple(DataBank(name=name, accessions=tuple(numbers)) for name, numbers in banks.items())
    )
