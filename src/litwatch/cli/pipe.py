"""Standard output whose reader may leave early, as in `litwatch list | head`."""

from __future__ import annotations

import io
import sys
from typing import IO


class _Pipe(io.FileIO):
    """Drops what nobody reads any more. The command goes on, so that its exit code means what it always means."""

    def write(self, content: object) -> int:
        """Write, or pretend to."""
        try:
            return super().write(content)  # type: ignore[arg-type]  # a buffer, passed on as it came
        except BrokenPipeError:
            return memoryview(content).nbytes  # type: ignore[arg-type]  # the same buffer


def forgiving(stdout: IO[str]) -> IO[str]:
    """Return standard output as it is, but that a closed pipe is no error."""
    if stdout is not sys.__stdout__:
        return stdout  # a caller's own, in a test for one
    raw = _Pipe(stdout.fileno(), "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=stdout.encoding, errors=stdout.errors, line_buffering=raw.isatty()
    )
