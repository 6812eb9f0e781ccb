"""SIGTERM and SIGINT: finish what must not be cut in two, let go of the rest, and be gone within ten seconds.

The first process of a container gets no default handler from the kernel, so without this a `docker stop` would end in a
kill -9 in the middle of whatever went on.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self

GRACE_S = 8.0  # container engines kill after ten
AGAIN_S = 3.0  # an exit raised in a callback (of a collected object, of a library) is swallowed there, and raised again


class Termination:
    """Whether this process was asked to end. Use as a context manager in the main thread.

    The first signal ends the block by `SystemExit`, except within `uncut`, which ends in its own time; what is not gone
    after eight seconds, or at a second signal, is cut off. Whatever is cut off, the next run takes up. The exit code is
    ``code``, or as a shell gives it for the signal.
    """

    def __init__(self, code: int | None = None) -> None:
        self._code = code
        self._uncut = False
        self._signal = 0

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._asked) for number in (signal.SIGTERM, signal.SIGINT)}
        return self

    def __exit__(self, *_: object) -> None:
        if self._signal:
            # All is let go of; what still waits for a slow service, in a thread, has nothing to lose.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(128 + self._signal if self._code is None else self._code)
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def requested(self) -> bool:
        """Tell whether the end was asked for."""
        return self._signal != 0

    @contextmanager
    def uncut(self) -> Iterator[None]:
        """Let the body end in its own time when the end is asked for meanwhile, and end then."""
        self._uncut = True
        try:
            yield
        finally:
            self._uncut = False
        if self._signal:
            raise SystemExit(128 + self._signal)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self.requested:
            os._exit(128 + number)
        self._signal = number
        watchdog = threading.Timer(GRACE_S, os._exit, (128 + number,))
        watchdog.daemon = True
        watchdog.start()
        signal.signal(signal.SIGALRM, self._again)
        signal.setitimer(signal.ITIMER_REAL, AGAIN_S, AGAIN_S)
        self._let_go()

    def _again(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._let_go()

    def _let_go(self) -> None:
        # Nothing but this: whatever the main thread was at, it may hold a lock that anything more would wait for.
        if not self._uncut:
            raise SystemExit(128 + self._signal)
