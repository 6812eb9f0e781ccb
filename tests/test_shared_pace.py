"""The pace of a host holds over processes that share a store, on either back end."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select, update

from litwatch.store import Store, open_store
from litwatch.store.tables import pace
from postgres import Postgres

ASK = """
import sys, time
from litwatch.store import open_store
with open_store(sys.argv[1], sys.argv[2]) as store:
    turns = store.turns("host.test", 3, 0.5)
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(6):
        with turns.turn():
            print(time.time(), flush=True)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/litwatch.db"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.new_url()


def test_no_window_sees_more_requests_than_turns_however_many_processes_ask(url: str) -> None:
    with open_store(url, "first"):
        pass
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ASK, url, f"watch-{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()
    asked = sorted(float(line) for process in processes for line in process.communicate("go\n", timeout=60)[0].split())

    assert 18 == len(asked)
    assert all(later - earlier >= 0.5 for earlier, later in zip(asked, asked[3:], strict=False))
    assert asked[-1] - asked[0] < 6  # and nobody waited much longer than the window asks


def test_turns_are_laid_once_whoever_comes_second_and_none_is_set_free_by_it(url: str) -> None:
    with open_store(url, "watch") as store:
        with store.turns("host.test", 2, 60.0).turn():
            pass
        resting = rows(store)
        with store.turns("host.test", 3, 60.0).turn():
            pass
        with store.turns("other.test", 1, 60.0).turn():
            pass
        laid = rows(store)

    assert ["host.test 0", "host.test 1", "host.test 2", "other.test 0"] == sorted(laid)
    assert resting["host.test 0"] == laid["host.test 0"] > time.time()
    assert 0.0 == resting["host.test 1"]
    assert [0.0] == [free_at for free_at in laid.values() if free_at < time.time()]


def rows(store: Store) -> dict[str, float]:
    """Return when each turn is free."""
    with store.begin() as connection:
        return {f"{row.host} {row.turn}": row.free_at for row in connection.execute(select(pace))}


def test_a_turn_lost_with_its_process_comes_back(url: str) -> None:
    with open_store(url, "watch") as store:
        turns = store.turns("host.test", 1, 0.0)
        with turns.turn():
            pass
        with store.begin() as connection:  # as a clock that was set back by a year left it
            connection.execute(update(pace).values(free_at=time.time() + 31_536_000))
        began = time.monotonic()
        with turns.turn():
            pass

        assert time.monotonic() - began < 5
