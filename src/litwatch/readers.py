"""The reading of many reports, shared with processes of our own: ``python -m litwatch.readers`` is one of them.

What a report says of itself is a pure function of it, and the first reading of a large watch is nearly all that its run
does. A helper that cannot start or ends early costs time and nothing else: what it was given is read here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import BinaryIO

from litwatch.appraise import appraise
from litwatch.config import Config
from litwatch.model import AnyRecord, Appraisal
from litwatch.store import codec

FROM = 1_000  # reports; fewer are read before a helper has started
MOST = 3  # helpers, one a core beside our own; each takes about 60 MB

Records = Mapping[str, AnyRecord]
Appraisals = dict[str, Appraisal]


@contextmanager
def readers(config: Config, waiting: int) -> Iterator[Callable[[Records], Appraisals]]:
    """Yield what reads a batch of reports, by report id; with helpers where ``waiting`` reports are worth them."""
    count = min((os.cpu_count() or 1) - 1, MOST) if waiting >= FROM else 0
    helpers = [_Helper(config) for _ in range(count)]
    try:
        yield partial(_shared, config, helpers)
    finally:
        for helper in helpers:
            helper.end()


def _shared(config: Config, helpers: Sequence[_Helper], records: Records) -> Appraisals:
    """Read ``records`` in as many parts as there are readers, and return them in their order."""
    names = list(records)
    hands = [helper for helper in helpers if helper.is_here]
    parts = [names[at :: len(hands) + 1] for at in range(len(hands) + 1)]
    for helper, part in zip(hands, parts[1:], strict=True):
        helper.give({name: records[name] for name in part})
    found = {name: appraise(records[name], config) for name in parts[0]}
    for helper in hands:
        found |= helper.take()
    return {name: found.get(name) or appraise(records[name], config) for name in names}


class _Helper:
    """A process that reads what it is given."""

    def __init__(self, config: Config) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        command = [sys.executable, "-P", "-m", "litwatch.readers"]  # -P: nothing of the folder we stand in is imported
        with suppress(OSError):  # no process to be had: all is read here
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        self._send(config.model_dump_json(by_alias=True))

    @property
    def is_here(self) -> bool:
        """Tell whether there is somebody to give reports to."""
        return self._process is not None

    def give(self, records: Records) -> None:
        """Hand over a batch; its answer is taken before the next."""
        self._send(json.dumps({name: codec.record_text(record) for name, record in records.items()}))

    def take(self) -> Appraisals:
        """Return the reading of the batch; nothing from a helper that has ended."""
        if self._process is None or self._process.stdout is None:
            return {}
        try:
            answer = self._process.stdout.readline()
        except OSError:
            answer = b""
        if not answer.endswith(b"\n"):  # it ended before it had said all
            self.end()
            return {}
        return {name: codec.appraisal_of(text) for name, text in json.loads(answer).items()}

    def end(self) -> None:
        """Let the process go."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with suppress(OSError):  # what it was not sent any more is flushed on closing
                process.communicate()

    def _send(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        try:
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()
        except OSError:
            self.end()


def work(inbox: BinaryIO, outbox: BinaryIO) -> None:
    """Read the configuration, then batch after batch until the pipe ends; each is a line of JSON."""
    config = Config.model_validate_json(inbox.readline())
    for line in inbox:
        records = {name: codec.record_of(text) for name, text in json.loads(line).items()}
        found = {name: codec.appraisal_text(appraise(record, config)) for name, record in records.items()}
        outbox.write(f"{json.dumps(found)}\n".encode())
        outbox.flush()


if __name__ == "__main__":
    work(sys.stdin.buffer, sys.stdout.buffer)
