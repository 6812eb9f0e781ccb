"""One run at a time: a lock that dies with its holder, and a lease row that also serves where such a lock cannot reach.

The lock is a file beside a SQLite store, an advisory lock on a PostgreSQL server. Neither is trusted alone: a file lock
means little on a network file system, an advisory lock nothing behind a pooler that shares connections.
"""

from __future__ import annotations

import fcntl
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import and_, delete, insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from litwatch.errors import Busy, StoreError
from litwatch.store import codec
from litwatch.store.opening import APPLICATION_ID, store_error
from litwatch.store.tables import lease
from litwatch.store.transactions import Transactions

LOG = structlog.get_logger()
HEARTBEAT_S = 60
MISSED = 3


@contextmanager
def held(store: Transactions, owner: str, now: datetime) -> Iterator[None]:
    """Hold the lease of ``store``'s watch; a helper thread renews it until the block ends.

    Raises `Busy` while another run holds it. A lease whose holder missed three heartbeats is taken over.
    """
    lock = _file_lock if _is_sqlite(store) else _advisory_lock
    with lock(store, owner):
        _take(store, owner, now)
        store.owner = owner
        done = threading.Event()
        beating = threading.Thread(target=_beat, args=(store, owner, now, done), daemon=True, name="lease")
        beating.start()
        try:
            yield
        finally:
            done.set()
            beating.join()
            store.owner = None
            with store.begin() as connection:
                connection.execute(delete(lease).where(lease.c.watch_id == store.watch_id, lease.c.owner == owner))


def _is_sqlite(store: Transactions) -> bool:
    return store.engine.dialect.name == "sqlite"


@contextmanager
def _advisory_lock(store: Transactions, owner: str) -> Iterator[None]:
    """Hold an advisory lock on a connection of its own; the server lets go of it when that connection dies."""
    del owner
    # Two signed 32-bit keys: the program, the watch.
    keys = {"program": APPLICATION_ID, "watch": zlib.crc32(store.watch_id.encode()) - 2**31}
    try:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.execute(text("SELECT pg_try_advisory_lock(:program, :watch)"), keys).scalar():
                holder = connection.execute(select(lease.c.owner).where(lease.c.watch_id == store.watch_id)).scalar()
                raise Busy(f"{store.watch_id}: another run holds the watch: {holder or 'unknown'}")
            try:
                yield
            finally:
                with suppress(SQLAlchemyError):  # where the connection is lost, so is the lock
                    connection.execute(text("SELECT pg_advisory_unlock(:program, :watch)"), keys)
                connection.invalidate()  # closed, not pooled
    except SQLAlchemyError as error:
        raise store_error(store.name, error) from error


@contextmanager
def _file_lock(store: Transactions, owner: str) -> Iterator[None]:
    """Hold a lock on a file beside a SQLite store; the kernel lets go of it when its holder dies."""
    path = Path(f"{make_url(store.url).database}.{store.watch_id}.lock")
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}; give this user write access to the folder") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Busy(f"{store.watch_id}: another run holds the watch: {file.read() or 'unknown'}") from None
        file.truncate(0)
        file.write(owner)
        file.flush()
        yield


def _take(store: Transactions, owner: str, now: datetime) -> None:
    """Write the lease row, unless a living run holds it.

    Behind the lock file of a SQLite store on this host no other run can be alive, so the row of a killed one is taken
    over at once; without that lock it is taken over when three heartbeats are missing.
    """
    here = lease.c.watch_id == store.watch_id
    alone = _is_sqlite(store)
    with _racing(store), store.begin() as connection:
        row = connection.execute(select(lease).where(here).with_for_update()).one_or_none()
        if row is not None:
            silence = now - codec.instant_of(row.heartbeat)
            same_host = row.owner.partition(":")[0] == owner.partition(":")[0]
            stale = abs(silence) > timedelta(seconds=HEARTBEAT_S * MISSED)
            if not stale and not (alone and same_host):
                raise Busy(f"{store.watch_id}: another run holds the watch: {row.owner}, since {row.started}")
            connection.execute(delete(lease).where(here))
        instant = codec.instant_text(now)
        values = {"watch_id": store.watch_id, "owner": owner, "started": instant, "heartbeat": instant}
        connection.execute(insert(lease).values(values))


@contextmanager
def _racing(store: Transactions) -> Iterator[None]:
    """Call it busy when another run wrote the lease row between our look and our writing."""
    try:
        yield
    except StoreError as error:
        if isinstance(error.__cause__, IntegrityError):
            raise Busy(f"{store.watch_id}: another run took the watch at the same moment") from error
        raise


def _beat(store: Transactions, owner: str, now: datetime, done: threading.Event) -> None:
    """Renew the lease every minute. Instants are counted from the run's own clock, which tests may have fixed."""
    beats = 0
    while not done.wait(HEARTBEAT_S):
        beats += 1
        instant = codec.instant_text(now + timedelta(seconds=HEARTBEAT_S * beats))
        mine = and_(lease.c.watch_id == store.watch_id, lease.c.owner == owner)
        try:
            with store.plain() as connection:
                connection.execute(update(lease).where(mine).values(heartbeat=instant))
        except StoreError as error:
            # The run's own transactions tell what ails the store; a beat that fails is made good by the next.
            LOG.warning("lease not renewed", cause=str(error))
