"""Looking after a store: is it whole, and a copy that can be restored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, text

from litwatch.errors import StoreError
from litwatch.store import codec
from litwatch.store import tables as t
from litwatch.store.opening import HEAD, open_engine, vacuum_into
from litwatch.store.transactions import Transactions, insert_all

READ_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a whole store holds: its schema and the number of rows of each table."""

    name: str
    schema: str
    rows: dict[str, int]


def check(url: str) -> Health:
    """Read everything the store holds. Raises `StoreError` for the first thing that is not as it was written."""
    engine, name = open_engine(url, read_only=True)
    store = Transactions(engine, "", url=url, name=name)
    with store.plain() as connection:
        if engine.dialect.name == "sqlite":
            damage = connection.execute(text("PRAGMA integrity_check(1)")).scalar()
            if damage != "ok":
                raise StoreError(f"{name}: damaged ({damage}); restore a backup and run again")
            if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
                raise StoreError(f"{name}: rows point at rows that are gone; restore a backup and run again")
        for column, read in (
            (t.record.c.content, codec.record_of),
            (t.record_version.c.content, codec.record_of),
            (t.appraisal.c.content, codec.appraisal_of),
            (t.search_run.c.content, codec.run_of),
            (t.news.c.changes, codec.changes_of),
        ):
            for content in connection.execute(select(column)).yield_per(READ_AT_ONCE).scalars():
                read(content)
        rows = {
            table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            for table in t.METADATA.sorted_tables
        }
    engine.dispose()
    return Health(name=name, schema=HEAD, rows=rows)


def backup(url: str, target: Path) -> None:
    """Write the whole store, all its watches, to the new SQLite file ``target``, verified.

    The file is a store itself: restoring is to name it under ``store`` or to put it where the store was. Raises
    `StoreError`; an existing file is never overwritten.
    """
    engine, name = open_engine(url, read_only=True)
    try:
        if engine.dialect.name == "sqlite":
            vacuum_into(engine, name, target)
        else:
            _copied(Transactions(engine, "", url=url, name=name), target)
    finally:
        engine.dispose()


def _copied(source: Transactions, target: Path) -> None:
    if target.exists():
        raise StoreError(f"{target}: exists already; name another file, or move it away")
    engine, name = open_engine(f"sqlite:///{target.absolute()}")
    sink = Transactions(engine, "", url="", name=name)
    with source.plain() as reading, sink.plain() as writing:
        reading.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")  # one moment for all tables
        for table in t.METADATA.sorted_tables:
            rows = reading.execute(select(table)).mappings().all()
            insert_all(writing, table, [dict(row) for row in rows])
    engine.dispose()
