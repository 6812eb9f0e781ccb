"""CSV files: columns found by the names that databases and reference managers give them, or by a mapping. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from litwatch.identifiers import identifier
from litwatch.library.entry import Entry, citation, kind_of, languages, people, year_in
from litwatch.library.rows import rows
from litwatch.model import Citation
from litwatch.text import one_line

# What a column may be called, in lower case without punctuation: PubMed, Scopus, CENTRAL, PsycINFO, Web of Science,
# Zotero, Rayyan and Covidence exports.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "article title", "document title", "primary title", "ti"),
    "authors": ("authors", "author", "author s", "author names", "author full names", "au"),
    "year": ("year", "publication year", "pubdate", "date", "published year", "py"),
    "journal": ("journal", "source title", "journal book", "publication title", "source", "publication", "so"),
    "volume": ("volume", "vol", "vl"),
    "issue": ("issue", "number", "is"),
    "pages": ("pages", "page", "page range", "pagination"),
    "doi": ("doi", "digital object identifier", "di"),
    "pmid": ("pmid", "pubmed id", "medline pmid", "accession number pubmed", "pm"),
    "pmcid": ("pmcid", "pmc id", "pubmed central id"),
    "abstract": ("abstract", "abstract note", "abstract en", "ab"),
    "type": ("publication type", "document type", "item type", "type", "pt"),
    "language": ("language", "language of original document", "la"),
    "keywords": ("keywords", "author keywords", "kw"),
}
_FIRST, _LAST = ("page start", "start page", "first page", "bp"), ("page end", "end page", "last page", "ep")


class NoTitleColumn(ValueError):
    """No column holds titles; the message lists the columns there are."""


def parse_csv(text: str, mapping: Mapping[str, str] | None = None) -> Iterator[Entry]:
    """Yield each row with the line it starts in, or the reason it could not be read.

    ``mapping`` gives a column for a field of `COLUMNS`. Raises `NoTitleColumn`.
    """
    header = text.lstrip("\n").split("\n", 1)[0]
    found = rows(text, max(",;\t", key=header.count))
    _, names = next(found, (0, []))
    if isinstance(names, str) or not names:
        raise NoTitleColumn("an empty file")
    names = [name.strip() for name in names]
    places = _places(names, mapping or {})
    if "title" not in places:
        raise NoTitleColumn(f"no column holds titles; found {_columns(names)}")
    for line, cells in found:
        if isinstance(cells, str):
            yield line, cells
        elif len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            yield line, f"{len(cells)} cells under {len(names)} column names; quote the cell that holds the separator"
        else:
            yield line, _from({name: cells[at].strip() for name, at in places.items() if at < len(cells)})


def _columns(names: list[str]) -> str:
    return one_line(", ".join(name for name in names if name), cap=200) or "none"


def _places(names: list[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """Return where each field stands. Raises `NoTitleColumn` for a mapped column that is not there."""
    plain = [" ".join(re.sub(r"[^a-z0-9]+", " ", name.casefold()).split()) for name in names]
    found: dict[str, int] = {}
    for field, wanted in {**COLUMNS, "first page": _FIRST, "last page": _LAST}.items():
        at = next((plain.index(name) for name in wanted if name in plain), None)
        if at is not None:
            found[field] = at
    for field, column in mapping.items():
        if column not in names:
            raise NoTitleColumn(f"no column {column!r}; found {_columns(names)}")
        found[field] = names.index(column)
    return found


def _from(row: dict[str, str]) -> Citation | str:
    if not row.get("title"):
        return "no title; add one or delete the row"
    pages = row.get("pages", "") or "-".join(row[name] for name in ("first page", "last page") if row.get(name))
    return citation(
        title=row["title"],
        found=[identifier(kind, row.get(kind, "")) for kind in ("pmid", "doi", "pmcid")],
        year=year_in(row.get("year", "")),
        kind=kind_of(row.get("type", "")),
        journal=row.get("journal", ""),
        volume=row.get("volume", ""),
        issue=row.get("issue", ""),
        pages=pages,
        authors=people(row.get("authors", "")),
        abstract=row.get("abstract", ""),
        languages=languages(row.get("language", "")),
        keywords=tuple(part for part in (word.strip() for word in row.get("keywords", "").split(";")) if part),
    )
