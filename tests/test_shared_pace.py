"""The pace of a host holds over processes that share a store, on either back end."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select, update

from litwatch.store import Store, open_store
from litwatch.store.pace import HELD_S
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


def test_a_turn_that_is_held_is_nobody_elses_for_seconds_and_rests_for_its_window_afterwards(url: str) -> None:
    with open_store(url, "watch") as store:
        turns = store.turns("host.test", 2, 60.0)
        with turns.turn():
            held = rows(store)
            with turns.turn():
                both = rows(store)
        resting = rows(store)

    now = time.time()
    assert now + 5 < held["host.test 0"] <= now + HELD_S
    assert 0.0 == held["host.test 1"]
    assert held["host.test 0"] == both["host.test 0"]
    assert now + 5 < both["host.test 1"] <= now + HELD_S
    assert all(now + 50 < free_at <= now + 60 for free_at in resting.values())


def test_a_resting_turn_is_waited_for_whatever_else_is_free(url: str) -> None:
    with open_store(url, "watch") as store:
        with store.turns("other.test", 1, 0.0).turn(), store.turns("host.test", 3, 0.0).turn():
            pass
        turns = store.turns("host.test", 1, 0.4)  # of this process; others may take more at a time
        with turns.turn():
            pass
        ended = time.monotonic()
        with turns.turn():
            waited = time.monotonic() - ended

    assert 0.35 < waited < 5


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
