"""References from the lines of a CSV or RIS file, one at a time: nothing is held but the record being read. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from litwatch.errors import InputError
from litwatch.identify.dedupe.reference import ALIASES, FIELDS, Reference, reference

FIELD_CAP = 10_000_000  # characters of one CSV cell
_TAG = re.compile(r"^([A-Z][A-Z0-9]) {0,2}- ?(.*)$")
_START = re.compile(r"^\s*TY\s{0,2}-")
_OLD_END = re.compile(r"(?<=\r)(?!\n)(?=.)", re.DOTALL)  # the end of a line in older files of a Macintosh
_BYTE_ORDER_MARK = "\ufeff"
# Several tags of a field: the first that is given counts; authors are collected.
_RIS = {
    "ID": "record_id",
    "TI": "title",
    "T1": "title",
    "CT": "title",
    "PY": "year",
    "Y1": "year",
    "DA": "year",
    "JF": "journal",
    "JO": "journal",
    "T2": "journal",
    "JA": "journal",
    "J2": "journal",
    "BT": "journal",
    "VL": "volume",
    "IS": "number",
    "CP": "number",
    "DO": "doi",
    "AB": "abstract",
    "N2": "abstract",
    "SN": "issn",
    "TY": "type",
    "SP": "start",
    "EP": "end",
    "AN": "accession",
    "DB": "database",
}
_AUTHORS = frozenset({"AU", "A1"})
_PMID = re.compile(r"PMID:?\s*(\d{1,8})\b|pubmed(?:\.ncbi\.nlm\.nih\.gov|/)/?(\d{1,8})", re.IGNORECASE)
_PMID_TAGS = frozenset({"C1", "C3", "N1", "UR", "L2", "M1"})


def decoded(lines: Iterable[bytes]) -> Iterator[str]:
    """Yield ``lines`` as text: UTF-8, or Windows-1252 where a line is not; without a byte order mark.

    Raises `InputError` where a line is no text.
    """
    for number, line in enumerate(lines, start=1):
        if b"\0" in line:
            raise InputError(f"line {number}: holds bytes that are no text; save the file as CSV (UTF-8) or RIS")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = line.decode("cp1252", errors="replace")
        yield from _OLD_END.split(text.removeprefix(_BYTE_ORDER_MARK) if number == 1 else text)


def read(lines: Iterable[str]) -> Iterator[Reference]:
    """Yield the references of a CSV file with a header or of an RIS file, told apart by the first line with text.

    A record without an id is numbered by its place, from 1. Raises `InputError`: no title column, a broken row, an id
    given twice.
    """
    rest = iter(lines)
    first = next((line for line in rest if line.strip()), "")
    every = chain([first], rest) if first else iter(())
    seen: set[str] = set()
    for number, row in enumerate(_of_ris(every) if _START.match(first) else _of_csv(every), start=1):
        one = reference(row, record_id=str(number))
        if one.record_id in seen:
            raise InputError(
                f"record {number}: record_id {one.record_id}: given before; give each record its own, or none an id"
            )
        seen.add(one.record_id)
        yield one


def _of_csv(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    csv.field_size_limit(FIELD_CAP)
    rows = csv.reader(lines)
    try:
        header = [name.strip().casefold() for name in next(rows, [])]
        names = [ALIASES.get(name, name) for name in header]
        if "title" not in names:
            shown = ", ".join(name for name in header if name)[:200]
            raise InputError(f"header: no column named title; found {shown or 'nothing'}")
        places = [(at, name) for at, name in enumerate(names) if name in FIELDS and name not in names[:at]]
        for row in rows:
            if row:
                yield {name: row[at] for at, name in places if at < len(row)}
    except csv.Error as error:
        why = f"a cell of more than {FIELD_CAP:,} characters: is a quotation mark never closed?"
        shown = why if "limit" in str(error) else "its quotation marks or line ends are broken"
        raise InputError(f"line {rows.line_num}: not a row of this file ({shown}); mend or delete it") from error


def _of_ris(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    row: dict[str, str] = {}
    field = ""
    for line in lines:
        tagged = _TAG.match(line.rstrip("\r\n"))
        if tagged is None:
            if field and line.strip():
                row[field] += f" {line.strip()}"  # a long value goes on in the next line
            continue
        tag, value = tagged[1], tagged[2].strip()
        if tag == "ER":
            if row:
                yield _whole(row)
            row, field = {}, ""
        else:
            field = _note(row, tag, value)
    if row:
        yield _whole(row)


def _note(row: dict[str, str], tag: str, value: str) -> str:
    """Put one tag's value into ``row``; return the field that a following line would go on in, or nothing."""
    if tag in _AUTHORS:
        row["author"] = f"{row['author']} and {value}" if row.get("author") else value
        return "author"
    if tag in _PMID_TAGS:
        found = _PMID.search(value)
        if found:
            row.setdefault("pmid", found[1] or found[2])
        return ""
    field = _RIS.get(tag, "")
    if not field or row.get(field) or not value:
        return ""
    row[field] = value
    return field


def _whole(row: dict[str, str]) -> dict[str, str]:
    pages = "-".join(part for part in (row.pop("start", ""), row.pop("end", "")) if part)
    accession, database = row.pop("accession", ""), row.pop("database", "").casefold()
    if accession.isdigit() and any(name in database for name in ("pubmed", "medline", "nlm")):
        row.setdefault("pmid", accession)
    return {**row, "pages": pages}
