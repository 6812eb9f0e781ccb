"""The pacer: no window sees more requests than permitted, and nobody waits without need."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest

from litwatch.sources.pace import Pacer


@pytest.mark.parametrize("per_second", [pytest.param(3, id="without a key"), pytest.param(10, id="with a key")])
def test_no_second_ever_sees_more_requests_than_permitted(per_second: int) -> None:
    now = 0.0
    arrivals: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    pacer = Pacer(per_second, clock=lambda: now, sleep=sleep)
    for number in range(600):
        with pacer.turn():
            now += (number * 7919 % 13) / 20  # on its way: from nothing to 0.6 s
            arrivals.append(now)
            now += (number * 104729 % 11) / 30  # on its way back
    windows = [late - early for early, late in zip(arrivals, arrivals[per_second:], strict=False)]

    assert min(windows) > 1.0


def test_a_steady_weeks_three_requests_wait_for_nothing() -> None:
    slept: list[float] = []
    pacer = Pacer(3, clock=lambda: 0.0, sleep=slept.append)
    for _ in range(3):
        with pacer.turn():
            pass

    assert [] == slept


def test_threads_that_share_a_host_share_its_pace() -> None:
    pacer = Pacer(10)
    arrivals: list[float] = []

    def ask() -> None:
        for _ in range(10):
            with pacer.turn():
                arrivals.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    arrivals.sort()

    assert 40 == len(arrivals)
    assert min(late - early for early, late in zip(arrivals, arrivals[10:], strict=False)) > 1.0


def test_a_rate_below_one_is_a_spacing() -> None:
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    pacer = Pacer(1 / 1.3, clock=lambda: now, sleep=sleep)
    starts = []
    for _ in range(20):
        with pacer.turn():
            starts.append(now)

    assert all(1.3 <= later - earlier < 1.33 for earlier, later in pairwise(starts))


class Shared:
    """Turns kept elsewhere, which note who took them and when."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def __call__(self, turns: int, window_s: float) -> Shared:
        self.told.append((turns, round(window_s, 3)))
        return self

    @contextmanager
    def turn(self) -> Iterator[None]:
        self.told.append("taken")
        yield
        self.told.append("given back")


def test_turns_that_others_take_part_in_are_taken_beside_ones_own() -> None:
    shared = Shared()
    pacer = Pacer(3.5, shared=shared)
    with pacer.turn():
        shared.told.append("asked")

    assert [(3, 0.867), "taken", "asked", "given back"] == shared.told


def test_a_turn_is_given_back_by_a_request_that_failed() -> None:
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    pacer = Pacer(1, clock=lambda: now, sleep=sleep)
    with pytest.raises(OSError, match="reset"), pacer.turn():
        raise OSError("reset")
    with pacer.turn():
        assert 1.0 < now < 1.1


def test_a_turn_that_is_held_is_waited_for() -> None:
    pacer = Pacer(1)
    begun, answered = threading.Event(), threading.Event()

    def ask() -> None:
        with pacer.turn():
            begun.set()
            answered.wait(5)

    first = threading.Thread(target=ask)
    first.start()
    begun.wait(5)
    second = threading.Thread(target=ask)
    second.start()
    second.join(0.2)
    assert second.is_alive()
    answered.set()
    for thread in (first, second):
        thread.join(5)
        assert not thread.is_alive()
