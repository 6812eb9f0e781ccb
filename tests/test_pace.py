"""The pacer: no window sees more requests than permitted, and nobody waits without need."""

from __future__ import annotations

import threading
import time
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
