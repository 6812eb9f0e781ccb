"""Reports as RIS, for Zotero, EndNote and their kin. Pure.

The fields are those that both read: T2 and J2 for a journal's name and its abbreviation, AN for the PMID or the
registration's number, C2 for the PMCID, M3 for what kind of report it is where TY has no word for it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import rispy

from litwatch.digest.languages import named_languages
from litwatch.digest.wording import KINDS
from litwatch.export.rows import REMEMBERED, Row, rows_of
from litwatch.model import AbstractSection, Digest, Registration
from litwatch.text import one_line

BATCH = 100  # reports read at once
Abstracts = Callable[[Sequence[str]], Mapping[str, tuple[AbstractSection, ...]]]  # of reports, by their ids
TYPES = {
    "article": "JOUR",
    "preprint": "UNPB",
    "abstract": "ABST",
    "protocol": "JOUR",
    "notice": "JOUR",
    "registration": "DBASE",
}


class _Writer(rispy.RisWriter):  # type: ignore[misc]  # the library has no types
    """RIS from its first TY on: the library would number the records before it, which no program asks for."""

    def set_header(self, count: int) -> str:  # noqa: ARG002  # the library's signature
        return ""


def write_digest(digest: Digest, file: BinaryIO, abstracts: Abstracts | None = None) -> None:
    """Write every report of ``digest`` that is not off topic to ``file``.

    ``abstracts`` gives those of the remembered ones, which a digest holds without them.
    """
    _write(rows_of(digest, off_topic=False), file, abstracts)


def to_ris(rows: Iterable[Row], *, abstracts: bool = True) -> bytes:
    """Return ``rows`` as RIS in UTF-8; each row is exactly one record, whatever its text holds.

    ``abstracts`` are left out of what is published: they are under copyright.
    """
    with io.BytesIO() as buffer:
        _write(rows, buffer, None)
        content = buffer.getvalue()
    return content if abstracts else without_abstracts(content)


def _write(rows: Iterable[Row], file: BinaryIO, abstracts: Abstracts | None) -> None:
    out = io.TextIOWrapper(file, encoding="utf-8", newline="\n")
    _Writer().format_lines(out, _Entries(tuple(rows), abstracts))
    out.detach()


class _Entries(Sequence[dict[str, Any]]):
    """The entries of ``rows``, each made when it is written: tens of thousands of them at once would fill memory."""

    def __init__(self, rows: Sequence[Row], abstracts: Abstracts | None) -> None:
        self._rows = rows
        self._abstracts = abstracts
        self._read: Mapping[str, tuple[AbstractSection, ...]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> Any:
        row = self._rows[index]
        if self._abstracts is not None and row.section == REMEMBERED and row.citation is not None:
            if row.report_id not in self._read:
                coming = self._rows[index : index + BATCH]
                self._read = self._abstracts([one.report_id for one in coming if one.section == REMEMBERED])
            row = replace(row, record=replace(row.citation, abstract=self._read[row.report_id]))
        return _entry(row)


def without_abstracts(content: bytes) -> bytes:
    """Return RIS as `to_ris` wrote it, without the abstracts: each is one line."""
    return b"".join(line for line in content.splitlines(keepends=True) if not line.startswith(b"AB  - "))


def _entry(row: Row) -> dict[str, Any]:
    record, citation = row.record, row.citation
    trial = record if isinstance(record, Registration) else None
    first, _, last = (citation.pages if citation else "").partition("-")
    values: dict[str, str | list[str]] = {
        "type_of_reference": TYPES[record.kind],
        "title": row.title,
        "authors": list(row.authors) or ([trial.sponsor] if trial and trial.sponsor else []),
        "year": row.year,
        "date": record.published.value.replace("-", "/") if record.published else "",
        "secondary_title": (citation.journal if citation else "") or (trial.registry if trial else ""),
        "alternate_title1": citation.journal_abbreviation if citation else "",
        "volume": citation.volume if citation else "",
        "number": citation.issue if citation else "",
        "start_page": first,
        "end_page": last,
        "issn": citation.issn if citation else "",
        "doi": row.identifier("doi"),
        "accession_number": row.identifier("pmid") or (trial.key if trial else ""),
        "custom2": row.identifier("pmcid"),
        "name_of_database": {"pubmed": "PubMed"}.get(record.source, trial.registry if trial else ""),
        "type_of_work": KINDS[record.kind] if record.kind != "article" else "",
        "language": named_languages(citation.languages) if citation else "",
        "abstract": row.abstract,
        "keywords": [hit.id for hit in row.appraisal.questions],
        "urls": [row.url] if row.url else [],
        "notes": [f"litwatch: {row.standing}, {row.appraisal.label}"],
    }
    return {key: _flat(value) for key, value in values.items() if value}


def _flat(value: str | list[str]) -> str | list[str]:
    """Return ``value`` without line breaks: one would start a new tag, or a new record."""
    if isinstance(value, list):
        return [one_line(part, cap=50_000) for part in value]
    return one_line(value, cap=50_000)
