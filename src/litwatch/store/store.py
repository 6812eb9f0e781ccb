"""Records, reports, studies, decisions and the search log of one watch.

Digests and mail are in `litwatch.store.outbox`. Every method is one transaction; none asks a network or a clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, and_, delete, func, insert, select, update
from sqlalchemy.engine import make_url

from litwatch.model import AbstractSection, Event, Finding, Known, Likeness, Mark, News, Relation, SearchRun, Told
from litwatch.store import codec, reading
from litwatch.store import tables as t
from litwatch.store.keeping import announce, keep, rehome
from litwatch.store.lease import held
from litwatch.store.opening import open_engine
from litwatch.store.outbox import Outbox
from litwatch.store.pace import SharedTurns
from litwatch.store.transactions import Transactions, insert_all, tried_again
from litwatch.text import clean_text

BELIEVED = ("complete", "warnings")


def open_store(url: str, watch_id: str, *, read_only: bool = False) -> Store:
    """Open (and create or migrate) the store at ``url`` for one watch.

    Raises `StoreError`.
    """
    engine, name = open_engine(url, read_only=read_only)
    return Store(engine, watch_id, url=url, name=name)


class Store:
    """One watch's store. Use as a context manager, or call `close`."""

    def __init__(self, engine: Engine, watch_id: str, *, url: str, name: str) -> None:
        self.watch_id = watch_id
        self.url = url
        self.name = name
        self._engine = engine
        self._transactions = Transactions(engine, watch_id, url=url, name=name)
        self.begin = self._transactions.begin
        self.outbox = Outbox(self._transactions)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def lease(self, owner: str, now: datetime) -> AbstractContextManager[None]:
        """Hold the watch for one run. Raises `Busy` while another run holds it."""
        return held(self._transactions, owner, now)

    def running(self) -> tuple[str, datetime] | None:
        """Return who holds the watch and since when, if a run is at it (or was killed at it)."""
        with self.begin() as connection:
            row = connection.execute(select(t.lease).where(t.lease.c.watch_id == self.watch_id)).one_or_none()
            return (row.owner, codec.instant_of(row.started)) if row else None

    def turns(self, host: str, turns: int, window_s: float) -> SharedTurns:
        """Return the turns of ``host`` that all watches and processes of this store share."""
        return SharedTurns(self._transactions, host, turns, window_s)

    def copy_to(self, folder: Path) -> Store:
        """Return a store on a copy of this one in ``folder``, for a rehearsal that must change nothing."""
        target = folder / "rehearsal.db"
        if make_url(self.url).get_backend_name() == "sqlite":
            raw = self._engine.raw_connection()
            try:
                raw.cursor().execute("VACUUM INTO ?", (str(target),))
            finally:
                raw.close()
            return open_store(f"sqlite:///{target}", self.watch_id)
        copy = open_store(f"sqlite:///{target}", self.watch_id)
        with self.begin() as source, copy.begin() as sink:
            for table in (table for table in t.METADATA.sorted_tables if "watch_id" in table.c):
                rows = source.execute(select(table).where(table.c.watch_id == self.watch_id)).mappings().all()
                insert_all(sink, table, [dict(row) for row in rows])
        return copy

    # -- the search log

    def runs(self, source: str | None = None, *, limit: int | None = None) -> tuple[SearchRun, ...]:
        """Return the search runs, the latest first."""
        query = select(t.search_run.c.content).where(t.search_run.c.watch_id == self.watch_id)
        if source is not None:
            query = query.where(t.search_run.c.source == source)
        with self.begin() as connection:
            rows = connection.execute(query.order_by(t.search_run.c.id.desc()).limit(limit)).scalars()
            return tuple(codec.run_of(content) for content in rows)

    def last_complete(self, source: str) -> SearchRun | None:
        """Return the last run of ``source`` whose answer was believed."""
        run = t.search_run
        query = select(run.c.content).where(
            and_(run.c.watch_id == self.watch_id, run.c.source == source, run.c.state.in_(BELIEVED))
        )
        with self.begin() as connection:
            content = connection.execute(query.order_by(run.c.id.desc()).limit(1)).scalar()
            return codec.run_of(content) if content else None

    # -- records and reports

    def is_empty(self) -> bool:
        """Tell whether nothing was ever kept for this watch."""
        with self.begin() as connection:
            query = select(t.search_run.c.id).where(t.search_run.c.watch_id == self.watch_id).limit(1)
            return connection.execute(query).first() is None

    def known(self) -> tuple[Known, ...]:
        """Return every record of the watch, by source and key."""
        query = (
            select(t.record, t.report.c.study_id)
            .join_from(t.record, t.report)
            .where(t.record.c.watch_id == self.watch_id)
            .order_by(t.record.c.source, t.record.c.key)
        )
        with self.begin() as connection:
            return tuple(
                Known(
                    record=codec.record_of(row.content),
                    report_id=row.report_id,
                    study_id=row.study_id,
                    matched=row.matched,
                    vanished=row.vanished,
                    first_seen=codec.instant_of(row.first_seen),
                )
                for row in connection.execute(query)
            )

    def held(self) -> dict[str, int]:
        """Return how many records the watch holds of each source."""
        query = select(t.record.c.source, func.count()).where(t.record.c.watch_id == self.watch_id)
        with self.begin() as connection:
            return {row[0]: row[1] for row in connection.execute(query.group_by(t.record.c.source))}

    @tried_again
    def keep(
        self,
        run: SearchRun,
        findings: Sequence[Finding],
        matched: frozenset[str] | None,
        *,
        remember: bool = False,
        told_in: Mapping[str, str] | None = None,
    ) -> None:
        """Keep one search run and what came of it, in one transaction.

        ``matched`` are the keys the query matches now; None for a run that was not believed, of which only the log's
        row is kept. With ``remember``, what is new counts as known before the watch began. ``told_in`` names the digest
        that told of a report before this store existed.
        """
        with self.begin() as connection:
            keep(connection, self.watch_id, run, findings, matched, remember=remember, told_in=told_in or {})

    def unappraised(self, reader: str) -> tuple[str, ...]:
        """Return the reports not yet appraised as they stand by ``reader`` (at most 64 characters)."""
        with self.begin() as connection:
            query = select(t.appraisal.c.report_id, t.appraisal.c.config_hash, t.appraisal.c.record_hash)
            rows = connection.execute(query.where(t.appraisal.c.watch_id == self.watch_id))
            done = {row.report_id: (row.config_hash, row.record_hash) for row in rows}
            hashes = reading.hashes(connection, self.watch_id)
        return tuple(name for name, found in sorted(hashes.items()) if done.get(name) != (reader, found))

    def texts(self, report_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the records of each of these reports as they are kept, the one that speaks for it first."""
        with self.begin() as connection:
            return reading.texts(connection, self.watch_id, report_ids)

    def abstracts(self, report_ids: Sequence[str]) -> dict[str, tuple[AbstractSection, ...]]:
        """Return the abstract of each of these reports: the first of its records that has one gives it."""
        found = self.texts(report_ids)
        return {name: next(filter(None, map(codec.abstract_of, texts)), ()) for name, texts in found.items()}

    @tried_again
    def appraise(self, appraisals: Mapping[str, str], reader: str) -> None:
        """Keep what was read of each report, as `codec.appraisal_text` writes it, in place of what was read before."""
        names = sorted(appraisals)
        with self.begin() as connection:
            hashes = reading.hashes(connection, self.watch_id, names)
            rows = [
                {
                    "watch_id": self.watch_id,
                    "report_id": report_id,
                    "config_hash": reader,
                    "record_hash": hashes[report_id],
                    "content": appraisals[report_id],
                }
                for report_id in names
            ]
            here = t.appraisal.c.watch_id == self.watch_id
            connection.execute(delete(t.appraisal).where(here, t.appraisal.c.report_id.in_(names)))
            insert_all(connection, t.appraisal, rows)

    def likenesses(self) -> tuple[Likeness, ...]:
        """Return why records are, or may be, of a report, by record and report."""
        with self.begin() as connection:
            return reading.likenesses(connection, self.watch_id)

    def likeness_index(self) -> bytes | None:
        """Return the index of records that are compared, as it was kept; None where there is none."""
        query = select(t.likeness_index.c.content).where(t.likeness_index.c.watch_id == self.watch_id)
        with self.begin() as connection:
            return connection.execute(query).scalar()

    @tried_again
    def keep_likeness_index(self, content: bytes) -> None:
        """Keep the index in place of the former one."""
        with self.begin() as connection:
            connection.execute(delete(t.likeness_index).where(t.likeness_index.c.watch_id == self.watch_id))
            # As parameters: a statement that has values keeps them, and is kept itself.
            connection.execute(insert(t.likeness_index), {"watch_id": self.watch_id, "content": content})

    @tried_again
    def rehome(self, moves: Mapping[str, str], *, arrivals: Sequence[Finding] = (), now: datetime) -> None:
        """Move records, by their addresses, to the report that each is of.

        ``arrivals`` are news of reports that come of it, kept for those that have had none.
        """
        with self.begin() as connection:
            rehome(connection, self.watch_id, moves, arrivals, now)

    def studies(self) -> dict[str, str]:
        """Return the study of each report, the oldest report first."""
        with self.begin() as connection:
            query = select(t.report.c.report_id, t.report.c.study_id).where(t.report.c.watch_id == self.watch_id)
            return {
                row.report_id: row.study_id
                for row in connection.execute(query.order_by(t.report.c.first_seen, t.report.c.report_id))
            }

    @tried_again
    def link(
        self,
        relations: Sequence[Relation],
        studies: Mapping[str, str],
        aliases: Mapping[str, str],
        *,
        arrivals: Sequence[Finding] = (),
        found: datetime | None = None,
    ) -> None:
        """Replace the relations; move reports to their study; keep every study id that was merged as an alias.

        ``arrivals`` are news that the new relations are by themselves, ``found`` when.
        """
        with self.begin() as connection:
            connection.execute(delete(t.relation).where(t.relation.c.watch_id == self.watch_id))
            rows = [
                {
                    "watch_id": self.watch_id,
                    "kind": entry.kind,
                    "from_report": entry.from_report,
                    "to_report": entry.to_report,
                    "evidence": entry.evidence,
                    "certain": entry.certain,
                }
                for entry in relations
            ]
            insert_all(connection, t.relation, rows)
            query = select(t.report.c.report_id, t.report.c.study_id).where(t.report.c.watch_id == self.watch_id)
            before = {row.report_id: row.study_id for row in connection.execute(query)}
            for report_id, study_id in sorted(studies.items()):
                if before.get(report_id) != study_id:
                    here = and_(t.report.c.watch_id == self.watch_id, t.report.c.report_id == report_id)
                    connection.execute(update(t.report).where(here).values(study_id=study_id))
            for alias, study_id in sorted(aliases.items()):
                place = {"watch_id": self.watch_id, "alias": alias}
                connection.execute(delete(t.study_alias).filter_by(**place))
                connection.execute(insert(t.study_alias).values(place | {"study_id": study_id}))
            if found is not None:
                announce(connection, self.watch_id, arrivals, found)

    def told_in(self) -> dict[str, str]:
        """Return the accepted digest that first told of each report."""
        accepted = self.outbox.accepted()
        with self.begin() as connection:
            labels = reading.first_labels(connection, self.watch_id)
        return {report_id: label for report_id, label in labels.items() if label in accepted}

    def waiting(self) -> frozenset[str]:
        """Return the reports of which some news waits to be told."""
        query = select(t.news.c.report_id).where(t.news.c.watch_id == self.watch_id, t.news.c.label.is_(None))
        with self.begin() as connection:
            home = reading.homes(connection, self.watch_id)
            return frozenset(home.get(name, name) for name in connection.execute(query).scalars())

    def relations(self) -> tuple[Relation, ...]:
        """Return every relation between reports."""
        with self.begin() as connection:
            return reading.relations(connection, self.watch_id)

    # -- what is known and what waits to be told

    def reports(self, *, abstracts: bool = True) -> tuple[Told, ...]:
        """Return every report that has been read, with the accepted digest that first told of it."""
        accepted = self.outbox.accepted()
        with self.begin() as connection:
            return reading.reports(connection, self.watch_id, accepted, abstracts=abstracts)

    def pending(self, reports: Sequence[Told] | None = None) -> tuple[News, ...]:
        """Return what no digest has told yet: one `News` a report, by report id.

        ``reports`` is the answer of `reports`, where it is at hand. What was known before the watch began is given
        as it stands there, all else with its abstract.
        """
        told = {entry.report_id: entry for entry in (self.reports() if reports is None else reports)}
        with self.begin() as connection:
            return reading.pending(connection, self.watch_id, told)

    def history(self) -> dict[str, tuple[Event, ...]]:
        """Return what was ever found out about each report, the oldest first."""
        with self.begin() as connection:
            return reading.history(connection, self.watch_id)

    def aliases(self) -> dict[str, str]:
        """Return the study that each study id which was merged into another belongs to now."""
        with self.begin() as connection:
            query = select(t.study_alias).where(t.study_alias.c.watch_id == self.watch_id)
            return {row.alias: row.study_id for row in connection.execute(query.order_by(t.study_alias.c.alias))}

    # -- decisions

    @tried_again
    def mark(self, entry: Mark) -> None:
        """Keep a decision for ever; a later one on the same report (or pair) stands in its place."""
        values = {
            "watch_id": self.watch_id,
            "report_id": entry.report_id,
            "verdict": entry.verdict,
            "other_id": entry.other_id,
            "note": clean_text(entry.note),
            "made": codec.instant_text(entry.made),
        }
        with self.begin() as connection:
            connection.execute(insert(t.mark).values(values))

    def marks(self) -> tuple[Mark, ...]:
        """Return every decision, the oldest first."""
        with self.begin() as connection:
            query = select(t.mark).where(t.mark.c.watch_id == self.watch_id).order_by(t.mark.c.id)
            return tuple(
                Mark(
                    report_id=row.report_id,
                    verdict=row.verdict,
                    other_id=row.other_id,
                    note=row.note,
                    made=codec.instant_of(row.made),
                )
                for row in connection.execute(query)
            )
