"""Reports as BibTeX. Pure; each row is exactly one entry, whatever its text holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.middlewares import default_unparse_stack
from bibtexparser.model import Entry, Field

from litwatch.digest.languages import named_languages
from litwatch.digest.links import registry_words
from litwatch.digest.wording import KINDS
from litwatch.export.rows import Row
from litwatch.model import Registration
from litwatch.text import one_line

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    '"': "''",
    "@": r"{@}",
}


def to_bibtex(rows: Iterable[Row]) -> bytes:
    """Return ``rows`` as BibTeX in UTF-8."""
    library = Library()
    taken: set[str] = set()
    for row in rows:
        library.add(_entry(row, taken))
    # The library is this function's own: copying every entry before writing it would only cost time.
    return write_string(library, unparse_stack=default_unparse_stack(allow_inplace_modification=True)).encode()


def _entry(row: Row, taken: set[str]) -> Entry:
    citation = row.citation
    trial = row.record if isinstance(row.record, Registration) else None
    plain = {
        "title": f"{{{_escaped(row.title)}}}",
        "author": " and ".join(map(_author, row.authors)),
        "year": row.year,
        "journal": _escaped(citation.journal if citation else ""),
        "volume": _escaped(citation.volume if citation else ""),
        "number": _escaped(citation.issue if citation else ""),
        "pages": _escaped(citation.pages if citation else "").replace("-", "--"),
        "doi": _escaped(row.identifier("doi")),
        "pmid": row.identifier("pmid"),
        "language": _escaped(named_languages(citation.languages) if citation else ""),
        "note": KINDS[row.record.kind] if row.record.kind != "article" else "",
        "howpublished": _escaped(registry_words(trial) if trial else ""),
        "url": row.url,
    }
    kind = "article" if citation and citation.journal else "misc"
    return Entry(kind, _key(row, taken), [Field(name, value) for name, value in plain.items() if value])


def _author(name: str) -> str:
    """Return one author; a group is braced, or it would be taken apart into names."""
    return _escaped(name) if "," in name else f"{{{_escaped(name)}}}"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in one_line(text, cap=20_000))


def _key(row: Row, taken: set[str]) -> str:
    """Return a citation key such as ``etchison2018``, made unique by a number."""
    first = row.authors[0].partition(",")[0] if row.authors else row.record.key
    ascii_name = unicodedata.normalize("NFKD", first).encode("ascii", "ignore").decode().lower()
    stem = (re.sub(r"[^a-z0-9]", "", ascii_name) or "anonymous") + row.year
    number = 1
    key = stem
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    taken.add(key)
    return key
