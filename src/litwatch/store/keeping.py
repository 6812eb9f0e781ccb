"""Keeping what a search run came to. Functions inside the store's transaction; nothing else writes these tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, select, update

from litwatch.model import Finding, SearchRun
from litwatch.store import codec
from litwatch.store import tables as t

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
    query = select(t.record).where(t.record.c.watch_id == watch_id)
    kept = {(row.source, row.key): row for row in connection.execute(query)}
    for finding in sorted(findings, key=lambda entry: (entry.record.source, entry.record.key)):
        before = kept.get((finding.record.source, finding.record.key))
        _keep_finding(connection, watch_id, finding, now, before, remember=remember)
        if finding.standing in TELLABLE:
            label = told_in.get(finding.report_id) if finding.standing != "changed" else None
            _keep_news(connection, watch_id, finding, now, remember=remember, label=label)
    _keep_matches(connection, watch_id, run.source, matched)


def announce(connection: Connection, watch_id: str, findings: Sequence[Finding], found: datetime) -> None:
    """Keep news on known reports that no record brought."""
    for finding in findings:
        _keep_news(connection, watch_id, finding, codec.instant_text(found), remember=False, label=None)


def _log(connection: Connection, watch_id: str, run: SearchRun) -> None:
    values = {
        "watch_id": watch_id,
        "source": run.source,
        "started": codec.instant_text(run.started),
        "state": run.state,
        "content": codec.run_text(run),
    }
    connection.execute(insert(t.search_run).values(values))


def _keep_finding(
    connection: Connection, watch_id: str, finding: Finding, now: str, kept: Row[Any] | None, *, remember: bool
) -> None:
    record = finding.record
    place = {"watch_id": watch_id, "source": record.source, "key": record.key}
    content = codec.record_text(record)
    values = {"content": content, "hash": codec.content_hash(content), "vanished": finding.vanished}
    if kept is None:
        _keep_report(connection, watch_id, finding.report_id, now, remember=remember)
        more = {"report_id": finding.report_id, "matched": False, "first_seen": now}
        connection.execute(insert(t.record).values(place | values | more))
    elif (kept.hash, kept.vanished) != (values["hash"], values["vanished"]):
        connection.execute(update(t.record).filter_by(**place).values(values))
    if kept is None or kept.hash != values["hash"]:
        version = {"hash": values["hash"], "content": content, "seen": now}
        connection.execute(insert(t.record_version).values(place | version))


def _keep_report(connection: Connection, watch_id: str, report_id: str, now: str, *, remember: bool) -> None:
    place = {"watch_id": watch_id, "report_id": report_id}
    if connection.execute(select(t.report.c.report_id).filter_by(**place)).first() is None:
        more = {"study_id": f"study:{report_id}", "first_seen": now, "remembered": remember}
        connection.execute(insert(t.report).values(place | more))


def _keep_news(
    connection: Connection, watch_id: str, finding: Finding, now: str, *, remember: bool, label: str | None
) -> None:
    values = {
        "watch_id": watch_id,
        "report_id": finding.report_id,
        "standing": finding.standing,
        "reason": finding.reason,
        "changes": codec.changes_text(finding.changes),
        "found": now,
        "remembered": remember and finding.standing != "changed",
        "label": label,
    }
    connection.execute(insert(t.news).values(values))


def _keep_matches(connection: Connection, watch_id: str, source: str, matched: Collection[str]) -> None:
    here = and_(t.record.c.watch_id == watch_id, t.record.c.source == source)
    for key, was in connection.execute(select(t.record.c.key, t.record.c.matched).where(here)).all():
        if was != (key in matched):
            connection.execute(update(t.record).where(here, t.record.c.key == key).values(matched=key in matched))
