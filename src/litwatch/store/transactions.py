"""One watch's way into the database: transactions whose every failure is a `StoreError`.

While a lease is held each transaction first makes sure that it still is: a run that slept through its lease (a stopped
process, a suspended machine) must not go on beside the one that took it over.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import stamina
from sqlalchemy import Connection, Engine, Table, insert, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from litwatch.errors import Busy, StoreError
from litwatch.store.opening import store_error
from litwatch.store.tables import lease

# serialization_failure, deadlock_detected: https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html
LOST_RACES = frozenset({"40001", "40P01"})
ATTEMPTS = 5


class LostRace(StoreError):
    """The server undid the transaction for another one's sake; the same work may be tried again."""


class Transactions:
    """Begins transactions for one watch; ``name`` is the store's, for messages. ``owner`` holds the lease, if any."""

    def __init__(self, engine: Engine, watch_id: str, *, url: str, name: str) -> None:
        self.watch_id = watch_id
        self.url = url
        self.name = name
        self.engine = engine
        self.owner: str | None = None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Yield a connection inside one transaction.

        Raises `StoreError` for whatever the database says, and `Busy` when the lease was taken over meanwhile.
        """
        with self.plain() as connection:
            self._fence(connection)
            yield connection

    @contextmanager
    def plain(self) -> Iterator[Connection]:
        """Yield a connection inside one transaction that needs no lease. Raises `StoreError`."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in LOST_RACES:
                raise LostRace(str(store_error(self.name, error))) from error
            raise store_error(self.name, error) from error

    def _fence(self, connection: Connection) -> None:
        if self.owner is None:
            return
        # FOR SHARE: whoever takes the lease over waits until this transaction has ended.
        query = select(lease.c.owner).where(lease.c.watch_id == self.watch_id).with_for_update(read=True)
        holder = connection.execute(query).scalar()
        if holder != self.owner:
            raise Busy(f"{self.watch_id}: the lease was taken over by {holder or 'another run'}; this run stops here")


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert ``rows``, if any, in their order, in one statement."""
    if rows:
        connection.execute(insert(table), rows)


P = ParamSpec("P")
R = TypeVar("R")


def tried_again(method: Callable[P, R]) -> Callable[P, R]:
    """Do ``method``, which is one transaction, again when the server undid it for another transaction's sake."""

    @functools.wraps(method)
    def patient(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in stamina.retry_context(on=LostRace, attempts=ATTEMPTS, wait_initial=0.05, wait_max=1.0):
            with attempt:
                return method(*args, **kwargs)
        raise AssertionError("unreachable: the last try returns or raises")

    return patient
