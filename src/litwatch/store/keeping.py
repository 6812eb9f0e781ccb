"""Keeping what a search run came to. Functions inside the store's transaction; nothing else writes these tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from litwatch.model import Finding, Likeness, SearchRun
from litwatch.store import codec
from litwatch.store import tables as t
from litwatch.store.transactions import insert_all

Place = tuple[str, str]  # source and key of a record
State = tuple[str, bool]  # its hash, and whether it vanished

BATCH = 500  # findings written at once: few statements, and never the text of a whole census in memory twice
TELLABLE = frozenset({"new", "changed", "notice", "late", "by_new_terms", "possible_duplicate"})


def keep(
    connection: Connection,
    watch_id: str,
    run: SearchRun,
    findings: Sequence[Finding],
    matched: frozenset[str] | None,
    *,
    remember: bool,
    told_in: Mapping[str, str],
) -> None:
    """Do what `Store.keep` promises."""
    _log(connection, watch_id, run)
    if matched is None:
        return
    now = codec.instant_text(run.started)
    ordered = sorted(findings, key=lambda entry: (entry.record.source, entry.record.key))
    kept = _kept(connection, watch_id)
    reports = _reports(connection, watch_id)
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        arrived = dict.fromkeys(finding.report_id for finding in batch if _place(finding) not in kept)
        _keep_reports(connection, watch_id, [name for name in arrived if name not in reports], now, remember=remember)
        reports.update(arrived)
        _keep_records(connection, watch_id, batch, now, kept)
        tellable = [finding for finding in batch if finding.standing in TELLABLE]
        _keep_news(connection, watch_id, tellable, now, remember=remember, told_in=told_in)
    _keep_likenesses(connection, watch_id, [likeness for finding in ordered for likeness in finding.likenesses])
    _keep_matches(connection, watch_id, run.source, matched)


def announce(connection: Connection, watch_id: str, findings: Sequence[Finding], found: datetime) -> None:
    """Keep news on known reports that no record brought."""
    _keep_news(connection, watch_id, findings, codec.instant_text(found), remember=False, told_in={})


def rehome(
    connection: Connection, watch_id: str, moves: Mapping[str, str], arrivals: Sequence[Finding], now: datetime
) -> None:
    """Do what `Store.rehome` promises."""
    found = codec.instant_text(now)
    columns = t.record.c
    here = columns.watch_id == watch_id
    held = _reports(connection, watch_id)
    query = select(columns.source, columns.key, columns.report_id).where(here)
    for source, key, former in connection.execute(query).all():
        target = moves.get(f"{source}:{key}", former)
        if target == former:
            continue
        if target not in held:
            remembered = select(t.report.c.remembered).where(t.report.c.watch_id == watch_id)
            was = bool(connection.execute(remembered.where(t.report.c.report_id == former)).scalar())
            _keep_reports(connection, watch_id, [target], found, remember=was)
            held.add(target)
        place = here, columns.source == source, columns.key == key
        connection.execute(update(t.record).where(*place).values(report_id=target))
    read = t.appraisal.c.watch_id == watch_id
    standing = select(columns.report_id).where(here)
    connection.execute(delete(t.appraisal).where(read, t.appraisal.c.report_id.not_in(standing)))
    had = set(connection.execute(select(t.news.c.report_id).where(t.news.c.watch_id == watch_id)).scalars())
    news = [entry for entry in arrivals if entry.report_id not in had]
    _keep_news(connection, watch_id, news, found, remember=False, told_in={})


def _log(connection: Connection, watch_id: str, run: SearchRun) -> None:
    values = {
        "watch_id": watch_id,
        "source": run.source,
        "started": codec.instant_text(run.started),
        "state": run.state,
        "content": codec.run_text(run),
    }
    connection.execute(insert(t.search_run).values(values))


def _place(finding: Finding) -> Place:
    return finding.record.source, finding.record.key


def _kept(connection: Connection, watch_id: str) -> dict[Place, State]:
    columns = t.record.c
    query = select(columns.source, columns.key, columns.hash, columns.vanished).where(columns.watch_id == watch_id)
    return {(row.source, row.key): (row.hash, row.vanished) for row in connection.execute(query)}


def _reports(connection: Connection, watch_id: str) -> set[str]:
    query = select(t.report.c.report_id).where(t.report.c.watch_id == watch_id)
    return set(connection.execute(query).scalars())


def _keep_reports(
    connection: Connection, watch_id: str, report_ids: Sequence[str], now: str, *, remember: bool
) -> None:
    rows = [
        {
            "watch_id": watch_id,
            "report_id": report_id,
            "study_id": f"study:{report_id}",
            "first_seen": now,
            "remembered": remember,
        }
        for report_id in report_ids
    ]
    insert_all(connection, t.report, rows)


def _keep_records(
    connection: Connection, watch_id: str, findings: Sequence[Finding], now: str, kept: Mapping[Place, State]
) -> None:
    records, versions = [], []
    for finding in findings:
        source, key = _place(finding)
        place = {"watch_id": watch_id, "source": source, "key": key}
        content = codec.record_text(finding.record)
        state = codec.content_hash(content), finding.vanished
        before = kept.get((source, key))
        values = {"content": content, "hash": state[0], "vanished": state[1]}
        if before is None:
            more = {"report_id": finding.report_id, "matched": False, "first_seen": now}
            records.append(place | values | more)
        elif before != state:
            connection.execute(update(t.record).filter_by(**place).values(values))
        if before is None or before[0] != state[0]:
            versions.append(place | {"hash": state[0], "content": content, "seen": now})
    insert_all(connection, t.record, records)
    insert_all(connection, t.record_version, versions)


def _keep_news(
    connection: Connection,
    watch_id: str,
    findings: Sequence[Finding],
    now: str,
    *,
    remember: bool,
    told_in: Mapping[str, str],
) -> None:
    rows = [
        {
            "watch_id": watch_id,
            "report_id": finding.report_id,
            "standing": finding.standing,
            "reason": finding.reason,
            "changes": codec.changes_text(finding.changes),
            "found": now,
            "remembered": remember and finding.standing != "changed",
            "label": told_in.get(finding.report_id) if finding.standing != "changed" else None,
        }
        for finding in findings
    ]
    insert_all(connection, t.news, rows)


def _keep_likenesses(connection: Connection, watch_id: str, likenesses: Sequence[Likeness]) -> None:
    """Keep why records are of a report; what is found later about the two stands in place of what was found before."""
    rows = {
        (entry.record, entry.report_id): {
            "watch_id": watch_id,
            "record": entry.record,
            "report_id": entry.report_id,
            "certain": entry.certain,
            "reason": entry.reason,
        }
        for entry in likenesses
    }
    columns = t.likeness.c
    pair = columns.record == bindparam("one"), columns.report_id == bindparam("other")
    if rows:
        former = delete(t.likeness).where(columns.watch_id == watch_id, *pair)
        connection.execute(former, [{"one": one, "other": other} for one, other in rows])
    insert_all(connection, t.likeness, list(rows.values()))


def _keep_matches(connection: Connection, watch_id: str, source: str, matched: Collection[str]) -> None:
    here = and_(t.record.c.watch_id == watch_id, t.record.c.source == source)
    rows = connection.execute(select(t.record.c.key, t.record.c.matched).where(here)).all()
    turned = [{"turned": key, "now": key in matched} for key, was in rows if was != (key in matched)]
    if turned:
        query = update(t.record).where(here, t.record.c.key == bindparam("turned"))
        connection.execute(query.values(matched=bindparam("now")), turned)
