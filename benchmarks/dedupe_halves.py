"""Labelled sets as a watch meets them: one half is known and indexed, the other arrives.

Each record is an export's row without the identifiers that a service would give it but its DOI; it is identified as
`litwatch run` identifies it, against the index as the store keeps it. A record's half depends on its id alone.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from litwatch.identifiers import identifier
from litwatch.identify.alike import grown
from litwatch.identify.compared import address
from litwatch.identify.dedupe import Index
from litwatch.identify.identify import identify
from litwatch.library.entry import author, people
from litwatch.model import AbstractSection, Answer, Citation, Known, PartialDate

Row = Mapping[str, str]
NOW = datetime(2026, 11, 16, tzinfo=UTC)


def citation(row: Row) -> Citation:
    """Return a row as the source `files` would give it."""
    names = row.get("author", "")
    doi = identifier("doi", row.get("doi", "")) if row.get("doi") else None
    year = row.get("year", "")[:4]
    return Citation(
        source="files",
        key=row.get("ID") or row["record_id"],
        kind="article",
        title=row["title"],
        url="",
        identifiers=(doi,) if doi else (),
        published=PartialDate(value=year) if year.isdigit() else None,
        authors=people(names) if ";" in names or " and " in names else tuple(map(author, filter(None, [names]))),
        journal=row.get("journal", ""),
        volume=row.get("volume", ""),
        issue=row.get("number", ""),
        pages=row.get("pages", ""),
        abstract=(AbstractSection(text=row["abstract"]),) if row.get("abstract") else (),
        issn=row.get("issn", ""),
    )


def halves(rows: Sequence[Row]) -> tuple[list[Citation], list[Citation]]:
    """Return the records that are known and those that arrive."""
    known: list[Citation] = []
    arriving: list[Citation] = []
    for record in map(citation, rows):
        first = blake2b(record.key.encode(), digest_size=1).digest()[0] % 2 == 0
        (known if first else arriving).append(record)
    return known, arriving


def arrive(known: Sequence[Citation], arriving: Sequence[Citation], index: bytes) -> tuple[dict[str, str], float]:
    """Return the report that each arriving record is of, by key, and the CPU seconds that this took."""
    held = tuple(Known(record=record, report_id=address(record)) for record in known)
    answer = Answer(records=tuple(arriving), matched=frozenset(), hits=len(arriving), nature="exports")
    started = time.process_time()
    found = identify(
        answer,
        source="files",
        known=held,
        last_complete=NOW,
        strategy_changed=False,
        now=NOW,
        index=lambda: grown(Index.from_bytes(index), held),
    )
    return {finding.record.key: finding.report_id for finding in found}, time.process_time() - started


def index_of(known: Sequence[Citation]) -> bytes:
    """Return the index of ``known`` as the store keeps it."""
    return grown(Index.empty(), [Known(record=record, report_id=address(record)) for record in known]).to_bytes()


def judge(known: Sequence[Citation], homes: Mapping[str, str], truth: Sequence[Sequence[str]]) -> tuple[int, int, int]:
    """Return, of the arriving records: told once too little (FP), told once too often (FN), rightly not told (TP).

    One that is folded into a report of another label is a false one, however often its own is told.
    """
    label = {name: f"cluster {number}" for number, names in enumerate(truth) for name in names}
    of = {record.key: label.get(record.key, record.key) for record in known}
    of |= {key: label.get(key, key) for key in homes}
    heard = {of[record.key] for record in known}
    false = missed = right = 0
    for key, home in sorted(homes.items(), key=lambda pair: pair[1] != f"files:{pair[0]}"):
        if home != f"files:{key}":
            wrong = of[home.removeprefix("files:")] != of[key]
            false += wrong
            right += not wrong
        else:
            missed += of[key] in heard
            heard.add(of[key])
    return false, missed, right
