"""One run at a time: a lock file beside a SQLite store, and a lease row that also serves several hosts."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.engine import make_url

from litwatch.errors import Busy, StoreError
from litwatch.store import codec
from litwatch.store.tables import lease
from litwatch.store.transactions import Transactions

HEARTBEAT_S = 60
MISSED = 3


@contextmanager
def held(store: Transactions, owner: str, now: datetime) -> Iterator[None]:
    """Hold the lease of ``store``'s watch; a helper thread renews it until the block ends.

    Raises `Busy` while another run holds it. A lease whose holder missed three heartbeats is taken over.
    """
    with _locked(store, owner):
        _take(store, owner, now)
        done = threading.Event()
        beating = threading.Thread(target=_beat, args=(store, owner, now, done), daemon=True, name="lease")
        beating.start()
        try:
            yield
        finally:
            done.set()
            beating.join()
            with store.begin() as connection:
                connection.execute(delete(lease).where(lease.c.watch_id == store.watch_id, lease.c.owner == owner))


@contextmanager
def _locked(store: Transactions, owner: str) -> Iterator[None]:
    """Hold a lock on a file beside a SQLite store; the kernel lets go of it when its holder dies."""
    parsed = make_url(store.url)
    if parsed.get_backend_name() != "sqlite":
        yield
        return
    path = Path(f"{parsed.database}.{store.watch_id}.lock")
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
    alone = make_url(store.url).get_backend_name() == "sqlite"
    with store.begin() as connection:
        row = connection.execute(select(lease).where(here).with_for_update()).one_or_none()
        if row is not None:
            silence = now - codec.instant_of(row.heartbeat)
            same_host = row.owner.partition(":")[0] == owner.partition(":")[0]
            stale = abs(silence) > timedelta(seconds=HEARTBEAT_S * MISSED)
            if not stale and not (alone and same_host):
                raise Busy(f"{store.watch_id}: another run holds the watch: {row.owner}, since {row.started}")
            connection.execute(delete(lease).where(here))
        text = codec.instant_text(now)
        values = {"watch_id": store.watch_id, "owner": owner, "started": text, "heartbeat": text}
        connection.execute(insert(lease).values(values))


def _beat(store: Transactions, owner: str, now: datetime, done: threading.Event) -> None:
    """Renew the lease every minute. Instants are counted from the run's own clock, which tests may have fixed."""
    beats = 0
    while not done.wait(HEARTBEAT_S):
        beats += 1
        instant = codec.instant_text(now + timedelta(seconds=HEARTBEAT_S * beats))
        mine = and_(lease.c.watch_id == store.watch_id, lease.c.owner == owner)
        with store.begin() as connection:
            connection.execute(update(lease).where(mine).values(heartbeat=instant))
