"""The pace of each host, kept by the store: for all watches, processes and machines that share it.

The same rule as `litwatch.sources.pace.Pacer`, whose turns live in one process: a turn is taken, held while a request
is under way, and rests for a window afterwards. Here a turn that is taken carries an end of its own, so that a process
that dies with it blocks the others no longer than seconds.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, func, literal_column, select, text, update

from litwatch.store.tables import pace
from litwatch.store.transactions import Transactions

HELD_S = 10.0  # a request arrives long before, even where its answer does not
LONGEST_NAP_S = 1.0
# Both back ends read this; SQLAlchemy has it as an extension of each.
_LAY = text("INSERT INTO pace (host, turn, free_at) VALUES (:host, :turn, 0) ON CONFLICT DO NOTHING")


class SharedTurns:
    """The turns of one host: ``turns`` at a time, each resting ``window_s`` seconds after its request."""

    def __init__(self, store: Transactions, host: str, turns: int, window_s: float) -> None:
        self._store = store
        self._host = host
        self._turns = turns
        self._window_s = window_s
        self._laid = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and hold it while the body runs. Raises `StoreError`."""
        self._lay()
        while isinstance(taken := self._take(), float):
            # Many may wait for one turn: whoever wakes first takes it, hence the spread.
            time.sleep(min(taken, LONGEST_NAP_S) + random.uniform(0.001, 0.02))  # noqa: S311  # no secret
        try:
            yield
        finally:
            with self._store.plain() as connection:
                self._set(connection, taken, _now(connection) + self._window_s)

    def _lay(self) -> None:
        """Make sure that each turn has a row, of whichever process."""
        if self._laid:
            return
        with self._store.plain() as connection:
            connection.execute(_LAY, [{"host": self._host, "turn": turn} for turn in range(self._turns)])
        self._laid = True

    def _take(self) -> int | float:
        """Return the number of the turn that was taken, or for how many seconds none will be free."""
        query = (
            select(pace.c.turn, pace.c.free_at)
            .where(pace.c.host == self._host, pace.c.turn < self._turns)
            .order_by(pace.c.free_at, pace.c.turn)
            .limit(1)
            .with_for_update()
        )
        with self._store.plain() as connection:
            row = connection.execute(query).one()
            now = _now(connection)
            # Further ahead than any holder may be, the row was written by a clock that was set back since.
            if now < row.free_at <= now + HELD_S:
                return float(row.free_at - now)
            self._set(connection, row.turn, now + HELD_S)
            return int(row.turn)

    def _set(self, connection: Connection, turn: int, free_at: float) -> None:
        here = (pace.c.host == self._host, pace.c.turn == turn)
        connection.execute(update(pace).where(*here).values(free_at=free_at))


def _now(connection: Connection) -> float:
    """Return the time all processes of this store agree on."""
    if connection.dialect.name == "sqlite":
        return time.time()
    return float(connection.execute(select(func.extract("epoch", literal_column("clock_timestamp()")))).scalar_one())
