"""A bibliographic reference as a file gives it: the fields of CONTRACT.md, all text, nothing repaired yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One record to compare. Only ``record_id`` and ``title`` are owed; an empty field is unknown."""

    record_id: str
    title: str
    author: str = ""  # "Last, F. and Last, F.", "Last F; Last F", "Last F.Last F." and the like
    year: str = ""
    journal: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    abstract: str = ""
    issn: str = ""
    isbn: str = ""
    type: str = ""


FIELDS = tuple(field.name for field in fields(Reference))
ALIASES = {"id": "record_id", "authors": "author", "issue": "number", "entrytype": "type", "publication_type": "type"}


@lru_cache(maxsize=256)
def _field(name: str | None) -> str:
    """Return the field that a column name stands for, or nothing."""
    plain = name.strip().casefold() if name else ""
    field = ALIASES.get(plain, plain)
    return field if field in FIELDS else ""


def reference(row: Mapping[str, str | None], *, record_id: str = "") -> Reference:
    """Return the reference that a row of named fields holds; names in any case, other fields ignored.

    ``record_id`` is used where the row has none.
    """
    known: dict[str, str] = {}
    for name, value in row.items():
        field = _field(name)
        if value and field:
            known.setdefault(field, value)
    known["record_id"] = known.get("record_id", "").strip() or record_id
    known.setdefault("title", "")
    return Reference(**known)
