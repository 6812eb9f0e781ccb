"""RIS files, as Zotero, EndNote, Embase, CENTRAL and PsycINFO write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from litwatch.identifiers import identifier
from litwatch.library.entry import Entry, author, blocks, citation, year_in
from litwatch.model import Citation, Identifier, ReportKind

_KINDS: dict[str, ReportKind] = {"ABST": "abstract", "CONF": "abstract", "CPAPER": "abstract", "UNPB": "preprint"}
_RIS_END = re.compile(r"^ER\s{0,2}-.*$", re.MULTILINE)
_RIS_START = re.compile(r"^\ufeff?TY\s{0,2}-", re.MULTILINE)


def parse_ris(text: str) -> Iterator[Entry]:
    """Yield each record of a RIS file with the line it starts in, or the reason it could not be read."""
    import rispy

    for line, block in blocks(text, _RIS_END):
        start = _RIS_START.search(block)
        if start is None:
            yield line, "not a RIS record: no TY line before ER; mend or delete it"
            continue
        found = rispy.loads(f"{block[start.start() :].strip()}\nER  - \n")
        first = line + block[: start.start()].count("\n")
        yield first, _from_ris(found[0]) if found else "not a RIS record; mend or delete it"


def _from_ris(entry: dict[str, object]) -> Citation | str:
    title = _first(entry, "title", "primary_title", "translated_title")
    if not title:
        return "no title (TI or T1); add one or delete the record"
    candidates = [
        identifier("doi", _first(entry, "doi")),
        *(_pmids(entry)),
        identifier("pmcid", _first(entry, "custom2", "pubmed_central")),
    ]
    names = entry.get("authors") or entry.get("first_authors") or []
    return citation(
        title=title,
        found=candidates,
        year=year_in(_first(entry, "year", "publication_year", "date")),
        kind=_KINDS.get(str(entry.get("type_of_reference", "")), "article"),
        journal=_first(entry, "journal_name", "secondary_title", "alternate_title3", "alternate_title1"),
        volume=_first(entry, "volume"),
        issue=_first(entry, "number"),
        pages="-".join(part for part in (_first(entry, "start_page"), _first(entry, "end_page")) if part),
        authors=tuple(author(str(name)) for name in names) if isinstance(names, list) else (),
        abstract=_first(entry, "abstract", "notes_abstract"),
    )


def _first(entry: dict[str, object], *fields: str) -> str:
    for field in fields:
        value = entry.get(field)
        if isinstance(value, list):
            value = value[0] if value else ""
        if value:
            return str(value)
    return ""


def _pmids(entry: dict[str, object]) -> Iterable[Identifier | None]:
    """Yield the PMID where Zotero, EndNote and PubMed-shaped files put it; a bare accession number only from PubMed."""
    database = _first(entry, "name_of_database").lower()
    accession = _first(entry, "accession_number")
    if accession.isdigit() and any(word in database for word in ("pubmed", "medline", "nlm")):
        yield identifier("pmid", accession)
    for field in ("custom1", "custom3", "notes", "note", "pubmed_id"):
        match = re.search(r"PMID:?\s*(\d{1,8})", _first(entry, field))
        if match:
            yield identifier("pmid", match.group(1))
    urls = entry.get("urls")
    for url in urls if isinstance(urls, list) else ():
        match = re.search(r"pubmed\.ncbi\.nlm\.nih\.gov/(\d{1,8})|ncbi\.nlm\.nih\.gov/pubmed/(\d{1,8})", str(url))
        if match:
            yield identifier("pmid", match.group(1) or match.group(2))
