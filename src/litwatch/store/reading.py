"""Reading what the store knows into values. Functions inside the store's transaction; nothing here writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, select

from litwatch.model import AnyRecord, Appraisal, Citation, Event, Likeness, News, Relation, Standing, Told
from litwatch.store import codec
from litwatch.store import tables as t
from litwatch.store.news import ARRIVALS, merged
from litwatch.whole import LIBRARY, rank, whole

T = TypeVar("T")
BATCH = 500  # reports whose text is held beside what it is turned into


def reports(connection: Connection, watch_id: str, accepted: frozenset[str], *, abstracts: bool) -> tuple[Told, ...]:
    """Do what `Store.reports` promises; ``accepted`` are the labels of accepted digests."""
    labels = first_labels(connection, watch_id)
    links = relations(connection, watch_id)
    marks = verdicts(connection, watch_id)
    touching: dict[str, list[Relation]] = {}
    for entry in links:
        for end in {entry.from_report, entry.to_report}:
            touching.setdefault(end, []).append(entry)
    told = []
    for row, held, appraisal in _read(connection, watch_id):
        label = labels.get(row.report_id)
        told.append(
            Told(
                report_id=row.report_id,
                study_id=row.study_id,
                record=_tellable(_whole([entry.content for entry in held]), abstracts=abstracts),
                sources=tuple((entry.source, entry.key) for entry in held),
                appraisal=appraisal,
                relations=tuple(touching.get(row.report_id, ())),
                told_in=label if label in accepted else None,
                first_seen=codec.instant_of(row.first_seen),
                remembered=row.remembered,
                vanished=all(entry.vanished for entry in held),
                mark=marks.get(row.report_id),
            )
        )
    return tuple(told)


def _read(connection: Connection, watch_id: str) -> Iterator[tuple[Row[Any], list[Row[Any]], Appraisal]]:
    """Yield each report that has been read, by its id, with its records and what was read of it."""
    columns = t.appraisal.c
    query = select(t.report).join(
        t.appraisal, (columns.watch_id == t.report.c.watch_id) & (columns.report_id == t.report.c.report_id)
    )
    found = connection.execute(query.where(t.report.c.watch_id == watch_id)).all()
    ordered = sorted(found, key=lambda row: row.report_id)
    for batch in batched(ordered):
        names = [row.report_id for row in batch]
        held, read = records(connection, watch_id, names), appraisals(connection, watch_id, names)
        yield from ((row, held[row.report_id], read[row.report_id]) for row in batch)


def batched(several: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield ``several`` by batches."""
    for start in range(0, len(several), BATCH):
        yield several[start : start + BATCH]


def texts(connection: Connection, watch_id: str, report_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Do what `Store.texts` promises."""
    found = records(connection, watch_id, report_ids)
    return {name: tuple(row.content for row in found[name]) for name in report_ids}


def _whole(found: Sequence[str]) -> AnyRecord:
    return whole([codec.record_of(text) for text in found])


def _tellable(record: AnyRecord, *, abstracts: bool) -> AnyRecord:
    """Return ``record`` without what is read in it and never told; of tens of thousands that fills memory."""
    if not isinstance(record, Citation):
        return record
    abstract = record.abstract if abstracts else ()
    return replace(record, abstract=abstract, mesh=(), chemicals=(), keywords=(), other_abstracts=())


def pending(connection: Connection, watch_id: str, told: Mapping[str, Told]) -> tuple[News, ...]:
    """Do what `Store.pending` promises."""
    waiting = t.news.c.watch_id == watch_id, t.news.c.label.is_(None)
    labels = first_labels(connection, watch_id)
    home, told_as = homes(connection, watch_id), _told_as(connection, watch_id)
    fresh = connection.execute(select(t.news.c.report_id).where(*waiting, ~t.news.c.remembered).distinct()).scalars()
    full: dict[str, AnyRecord] = {}
    for batch in batched(sorted({home.get(name, name) for name in fresh} & told.keys())):
        read = texts(connection, watch_id, batch)
        full |= {name: _tellable(_whole(found), abstracts=True) for name, found in read.items()}
    found: dict[str, list[News]] = {}
    for row in connection.execute(select(t.news).where(*waiting).order_by(t.news.c.report_id, t.news.c.id)):
        report = told.get(home.get(row.report_id, row.report_id))
        if report is None:
            continue  # parted from another just now, and not read yet: it waits for the next digest
        # What joined a report of which the reader has heard, or which stands in the library, is no arrival.
        heard = told_as.get(report.report_id, set()) - {row.report_id} or LIBRARY in dict(report.sources)
        standing: Standing = "duplicate" if heard and row.standing in ARRIVALS else row.standing
        found.setdefault(report.report_id, []).append(
            News(
                id=row.id,
                report_id=report.report_id,
                study_id=report.study_id,
                standing=standing,
                reason=row.reason,
                record=full.get(report.report_id, report.record),
                sources=report.sources,
                appraisal=report.appraisal,
                changes=codec.changes_of(row.changes),
                relations=report.relations,
                first_told_in=labels.get(report.report_id),
                remembered=row.remembered,
                found=codec.instant_of(row.found),
            )
        )
    return tuple(merged(entries) for _, entries in sorted(found.items()))


def history(connection: Connection, watch_id: str) -> dict[str, tuple[Event, ...]]:
    """Do what `Store.history` promises."""
    query = select(t.news).where(t.news.c.watch_id == watch_id).order_by(t.news.c.id)
    home = homes(connection, watch_id)
    found: dict[str, list[Event]] = {}
    for row in connection.execute(query):
        found.setdefault(home.get(row.report_id, row.report_id), []).append(
            Event(
                found=codec.instant_of(row.found),
                standing=row.standing,
                reason=row.reason,
                changes=codec.changes_of(row.changes),
                label=row.label,
            )
        )
    return {report_id: tuple(events) for report_id, events in found.items()}


def records(
    connection: Connection, watch_id: str, report_ids: Sequence[str] | None = None
) -> dict[str, list[Row[Any]]]:
    """Return the records of each report (of ``report_ids``, or of all), the one that speaks for it first."""
    return _by_report(connection, select(t.record), watch_id, report_ids)


def hashes(connection: Connection, watch_id: str, report_ids: Sequence[str] | None = None) -> dict[str, str]:
    """Return the hash that tells two states of one report's records apart (of ``report_ids``, or of all)."""
    columns = t.record.c
    query = select(columns.report_id, columns.source, columns.key, columns.vanished, columns.hash)
    found = _by_report(connection, query, watch_id, report_ids)
    return {
        report_id: rows[0].hash if len(rows) == 1 else codec.content_hash("|".join(row.hash for row in rows))
        for report_id, rows in found.items()
    }


def _by_report(
    connection: Connection, query: Select[Any], watch_id: str, report_ids: Sequence[str] | None
) -> dict[str, list[Row[Any]]]:
    query = query.where(t.record.c.watch_id == watch_id)
    if report_ids is not None:
        query = query.where(t.record.c.report_id.in_(report_ids))
    found: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.report_id, []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row.vanished, rank(row.source), row.source, row.key))
    return found


def relations(connection: Connection, watch_id: str) -> tuple[Relation, ...]:
    """Return every relation, in the order it was kept."""
    query = select(t.relation).where(t.relation.c.watch_id == watch_id).order_by(t.relation.c.id)
    return tuple(
        Relation(
            kind=row.kind,
            from_report=row.from_report,
            to_report=row.to_report,
            evidence=row.evidence,
            certain=row.certain,
        )
        for row in connection.execute(query)
    )


def homes(connection: Connection, watch_id: str) -> dict[str, str]:
    """Return the report that each record is of which does not give its report the name, by the record's address.

    A report that was joined with another keeps its name as the address of its first record.
    """
    columns = t.record.c
    name = columns.source + ":" + columns.key
    query = select(name, columns.report_id).where(columns.watch_id == watch_id, columns.report_id != name)
    return {row[0]: row[1] for row in connection.execute(query)}


def first_labels(connection: Connection, watch_id: str) -> dict[str, str]:
    """Return the digest that first carried each report, accepted or not."""
    home = homes(connection, watch_id)
    query = select(t.news.c.report_id, t.news.c.label).where(t.news.c.watch_id == watch_id)
    rows = connection.execute(query.where(t.news.c.label.is_not(None)).order_by(t.news.c.id.desc()))
    return {home.get(row.report_id, row.report_id): row.label for row in rows}


def _told_as(connection: Connection, watch_id: str) -> dict[str, set[str]]:
    """Return the names under which each report was told."""
    home = homes(connection, watch_id)
    query = select(t.news.c.report_id).where(t.news.c.watch_id == watch_id, t.news.c.label.is_not(None)).distinct()
    found: dict[str, set[str]] = {}
    for name in connection.execute(query).scalars():
        found.setdefault(home.get(name, name), set()).add(name)
    return found


def likenesses(connection: Connection, watch_id: str) -> tuple[Likeness, ...]:
    """Return why records are, or may be, of reports."""
    query = select(t.likeness).where(t.likeness.c.watch_id == watch_id)
    query = query.order_by(t.likeness.c.record, t.likeness.c.report_id)
    return tuple(
        Likeness(record=row.record, report_id=row.report_id, reason=row.reason, certain=row.certain)
        for row in connection.execute(query)
    )


def appraisals(connection: Connection, watch_id: str, report_ids: Sequence[str]) -> dict[str, Appraisal]:
    """Return what was read of each of these reports."""
    columns = t.appraisal.c
    query = select(columns.report_id, columns.content)
    query = query.where(columns.watch_id == watch_id, columns.report_id.in_(report_ids))
    return {row.report_id: codec.appraisal_of(row.content) for row in connection.execute(query)}


def verdicts(connection: Connection, watch_id: str) -> dict[str, str]:
    """Return the standing decision on each report that has one."""
    query = select(t.mark).where(t.mark.c.watch_id == watch_id, t.mark.c.other_id == "").order_by(t.mark.c.id)
    home = homes(connection, watch_id)
    found = {home.get(row.report_id, row.report_id): row.verdict for row in connection.execute(query)}
    return {report_id: verdict for report_id, verdict in found.items() if verdict != "clear"}
