"""One watch's way into the database: transactions whose every failure is a `StoreError`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from litwatch.store.opening import store_error


class Transactions:
    """Begins transactions for one watch; ``name`` is the store's, for messages."""

    def __init__(self, engine: Engine, watch_id: str, *, url: str, name: str) -> None:
        self.watch_id = watch_id
        self.url = url
        self.name = name
        self.engine = engine

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Yield a connection inside one transaction; raise `StoreError` for whatever the database says."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise store_error(self.name, error) from error
