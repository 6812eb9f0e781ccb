"""RIS files, as Zotero, EndNote, Embase, CENTRAL and PsycINFO write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from litwatch.identifiers import identifier
from litwatch.library.entry import Entry, author, blocks, citation, kind_of, languages, year_in
from litwatch.model import Citation, Identifier, ReportKind

_KINDS: dict[str, ReportKind] = {"ABST": "abstract", "CONF": "abstract", "CPAPER": "abstract", "UNPB": "preprint"}
# A line of an abstract may begin with "ER-positive", so nothing may stand behind the dash.
_RIS_END = re.compile(r"^ER\s{0,2}-[^\S\n]*$", re.MULTILINE)
_RIS_START = re.compile(r"^\ufeff?TY\s{0,2}-", re.MULTILINE)
# Some databases write one blank where the format has two; "PD-L1" at the beginning of a line is no tag.
_TAG = re.compile(r"^([A-Z][A-Z0-9])(?:  -| -(?=\s))[^\S\n]?", re.MULTILINE)
_PMID = re.compile(r"\b(?:PMID|PUBMED)\b:?\s*(\d{1,8})\b", re.IGNORECASE)
_PUBMED_PAGE = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,8})\b")
_NOTES = ("custom1", "custom3", "custom5", "notes", "note", "pubmed_id")


def parse_ris(text: str) -> Iterator[Entry]:
    """Yield each record of a RIS file with the line it starts in, or the reason it could not be read."""
    for first, block in blocks(text, _RIS_END):
        starts = [match.start() for match in _RIS_START.finditer(block)]
        if not starts:
            yield first, "not a RIS record: no TY line before ER; mend or delete it"
            continue
        # A record whose ER line is missing ends where the next begins.
        line, before = first, 0
        for start, end in zip(starts, [*starts[1:], len(block)], strict=True):
            line += block.count("\n", before, start)
            before = start
            yield line, _read(block[start:end])


def _read(record: str) -> Citation | str:
    import rispy

    found = rispy.loads(f"{_TAG.sub(_tag, record).strip()}\nER  - \n")
    return _from_ris(found[0]) if found else "not a RIS record; mend or delete it"


def _tag(match: re.Match[str]) -> str:
    return f"{match[1]}  - "


def _from_ris(entry: Mapping[str, object]) -> Citation | str:
    title = _first(entry, "title", "primary_title", "translated_title")
    if not title:
        return "no title (TI or T1); add one or delete the record"
    names = _all(entry, "authors") or _all(entry, "first_authors")
    kinds = _all(entry, "type_of_work") + _unknown(entry, "PT")
    return citation(
        title=title,
        found=[
            identifier("doi", _first(entry, "doi")),
            *(_pmids(entry)),
            identifier("pmcid", _first(entry, "custom2", "pubmed_central")),
        ],
        year=year_in(_first(entry, "year", "publication_year", "date")),
        kind=_KINDS.get(_first(entry, "type_of_reference"), kind_of("; ".join(kinds))),
        journal=_first(entry, "journal_name", "secondary_title", "alternate_title3", "alternate_title1"),
        volume=_first(entry, "volume"),
        issue=_first(entry, "number"),
        pages="-".join(part for part in (_first(entry, "start_page"), _first(entry, "end_page")) if part),
        authors=tuple(author(name) for name in names if name.strip(" ,")),
        abstract=_first(entry, "abstract", "notes_abstract"),
        languages=languages(_first(entry, "language")),
        publication_types=tuple(dict.fromkeys(kinds)),
        keywords=tuple(_all(entry, "keywords")),
        links=_all(entry, "urls"),
    )


def _all(entry: Mapping[str, object], field: str) -> list[str]:
    value = entry.get(field)
    return [str(one) for one in (value if isinstance(value, list) else [value]) if one]


def _first(entry: Mapping[str, object], *fields: str) -> str:
    return next((value for field in fields for value in _all(entry, field)), "")


def _unknown(entry: Mapping[str, object], tag: str) -> list[str]:
    """Return the values of a tag that is not the format's own: PT and XR of CENTRAL."""
    unknown = entry.get("unknown_tag")
    return [str(value) for value in unknown.get(tag, ())] if isinstance(unknown, Mapping) else []


def _pmids(entry: Mapping[str, object]) -> Iterable[Identifier | None]:
    """Yield the PMID where Zotero, EndNote and PubMed-shaped files put it; a bare accession number only from PubMed."""
    database = f"{_first(entry, 'name_of_database')} {_first(entry, 'database_provider')}".lower()
    accession = _first(entry, "accession_number")
    if accession.isdigit() and any(word in database for word in ("pubmed", "medline", "nlm")):
        yield identifier("pmid", accession)
    for text in [text for field in _NOTES for text in _all(entry, field)] + _unknown(entry, "XR"):
        match = _PMID.search(text)
        if match:
            yield identifier("pmid", match[1])
    for address in _all(entry, "urls"):
        match = _PUBMED_PAGE.search(address)
        if match:
            yield identifier("pmid", match[1])
