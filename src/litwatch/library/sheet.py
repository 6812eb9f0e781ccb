"""CSV files: columns found by the names that databases and reference managers give them, or by a mapping. Pure.

Embase also writes records as stacks: a field a row, its name in the first cell and its values behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from litwatch.identifiers import identifier
from litwatch.library.entry import Entry, citation, kind_of, languages, people, year_in
from litwatch.library.rows import rows
from litwatch.model import Citation
from litwatch.text import one_line

# What a column may be called, in lower case without punctuation: PubMed, Scopus, Embase, CENTRAL, PsycINFO (ProQuest,
# EBSCO, Ovid), Web of Science, Zotero, Rayyan and Covidence exports.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "article title", "document title", "primary title", "ti"),
    "authors": ("authors", "author", "author s", "author names", "author full names", "au"),
    "year": ("year", "publication year", "pubdate", "publication date", "date", "published year", "py"),
    "journal": (
        "journal",
        "source title",
        "journal book",
        "publication title",
        "journal title",
        "pubtitle",
        "source",
        "publication",
        "so",
    ),
    "volume": ("volume", "vol", "vl"),
    "issue": ("issue", "number", "is"),
    "pages": ("pages", "page", "page range", "pagination"),
    "doi": ("doi", "digital object identifier", "digitalobjectidentifier", "di"),
    "pmid": ("pmid", "pubmed id", "medline pmid", "accession number pubmed", "pm"),
    "pmcid": ("pmcid", "pmc id", "pubmed central id"),
    "abstract": ("abstract", "abstract note", "abstract en", "ab"),
    "type": ("publication type", "document type", "documenttype", "doctype", "item type", "type", "pt"),
    "language": ("language", "language of original document", "article language", "language of article", "la"),
    "keywords": ("keywords", "author keywords", "kw"),
    "trials": ("clinical trial numbers", "clinical trial number"),
}
_FIRST = ("page start", "start page", "startpage", "first page", "bp")
_LAST = ("page end", "end page", "endpage", "last page", "ep")
_NAMES = frozenset(name for names in (*COLUMNS.values(), _FIRST, _LAST) for name in names)
_LISTS = frozenset((*COLUMNS["authors"], *COLUMNS["keywords"], *COLUMNS["trials"]))
PREAMBLE = 5  # rows that may stand before the column names: the search, the day of the export
STACKED = 2  # names of fields in the first cells of the first rows, which no sheet has


class NoTitleColumn(ValueError):
    """No column holds titles; the message lists the columns there are."""


def parse_csv(text: str, mapping: Mapping[str, str] | None = None) -> Iterator[Entry]:
    """Yield each row with the line it starts in, or the reason it could not be read.

    ``mapping`` gives a column for a field of `COLUMNS`. Raises `NoTitleColumn`.
    """
    header = text.lstrip("\n").split("\n", 1)[0]
    found = rows(text, max(",;\t", key=header.count))
    ahead = list(islice(found, PREAMBLE + 1))
    top = [cells for _, cells in ahead if not isinstance(cells, str)]
    if sum(_plain(cells[0]) in _NAMES for cells in top) >= STACKED:
        yield from _stacked(chain(ahead, found), mapping or {})
        return
    begin = next((at for at, (_, cells) in enumerate(ahead) if "title" in _heads(cells, mapping or {})), None)
    if begin is None:
        names = [cell.strip() for cell in top[0]] if top else []
        _places(names, mapping or {})
        raise NoTitleColumn(f"no column holds titles; found {_columns(names)}" if names else "an empty file")
    names = [cell.strip() for cell in ahead[begin][1]]
    places = _places(names, mapping or {})
    for line, cells in chain(ahead[begin + 1 :], found):
        if isinstance(cells, str):
            yield line, cells
        elif len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            yield line, f"{len(cells)} cells under {len(names)} column names; quote the cell that holds the separator"
        else:
            yield line, _from({name: cells[at].strip() for name, at in places.items() if at < len(cells)})


def _heads(cells: Sequence[str] | str, mapping: Mapping[str, str]) -> Mapping[str, int]:
    """Return where each field would stand if ``cells`` were the column names."""
    if isinstance(cells, str):
        return {}
    names = [cell.strip() for cell in cells]
    return _places(names, {field: column for field, column in mapping.items() if column in names})


def _stacked(found: Iterable[tuple[int, list[str] | str]], mapping: Mapping[str, str]) -> Iterator[Entry]:
    """Read records of one field a row; the row of the title begins the next."""
    begun, stack = 0, dict[str, str]()
    for line, cells in found:
        if isinstance(cells, str):
            yield line, cells
            continue
        name, *values = (cell.strip() for cell in cells)
        if "title" in _heads([name], mapping):
            if begun:
                yield begun, _unstacked(stack, mapping)
            begun, stack = line, {}
        # Of other fields than lists, what comes behind the first value is its address.
        many = _plain(name) in _LISTS
        stack.setdefault(name, "; ".join(value for value in values if value) if many else "".join(values[:1]))
    yield begun, _unstacked(stack, mapping)


def _unstacked(stack: Mapping[str, str], mapping: Mapping[str, str]) -> Citation | str:
    values = list(stack.values())
    return _from({field: values[at] for field, at in _heads(list(stack), mapping).items()})


def _columns(names: list[str]) -> str:
    return one_line(", ".join(name for name in names if name), cap=200) or "none"


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.casefold()).split())


def _places(names: list[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """Return where each field stands. Raises `NoTitleColumn` for a mapped column that is not there."""
    plain = [_plain(name) for name in names]
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
        numbers=row.get("trials", ""),
    )
