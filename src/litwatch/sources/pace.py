"""The pacer: never more than N requests to one host in any one-second window. No I/O."""

from __future__ import annotations

import heapq
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

# A clock read before a packet leaves and one read after it arrives differ by scheduling noise.
MARGIN_S = 0.01


class Turns(Protocol):
    """Turns that are kept elsewhere, for several processes; taken beside one's own."""

    def turn(self) -> AbstractContextManager[None]:
        """Wait for a turn, and hold it while the body runs."""
        ...


# Given a host, its number of turns and how long each rests, the turns that others take part in.
Sharing = Callable[[str, int, float], Turns]


class Pacer:
    """Lets at most ``floor(per_second)`` requests *arrive* in any window of ``floor(per_second) / per_second`` seconds.

    Each request takes one of N turns and gives it back when its answer has begun (or it failed); a turn that was
    given back rests for a whole window. A request arrives between the two, so request i + N arrives more than a
    window after request i however the network delays either of them. A rate below one is a spacing: 1 / 1.3 means
    that each request waits 1.3 s after the one before it. Safe to share between threads.
    """

    def __init__(
        self,
        per_second: float,
        *,
        shared: Callable[[int, float], Turns] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        turns = max(1, int(per_second))
        self.window_s = turns / per_second + MARGIN_S
        self._shared = shared(turns, self.window_s) if shared else None
        self._free_at = [-math.inf] * turns  # a heap: when each idle turn may next be taken
        self._changed = threading.Condition()
        self._clock = clock
        self._sleep = sleep

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and hold it while the body runs."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._free_at))
            free_at = heapq.heappop(self._free_at)
        try:
            # A sleep may end early by the clock's resolution, hence the loop.
            while (wait := free_at - self._clock()) > 0:
                self._sleep(wait)
            with self._shared.turn() if self._shared else nullcontext():
                yield
        finally:
            with self._changed:
                heapq.heappush(self._free_at, self._clock() + self.window_s)
                self._changed.notify()
