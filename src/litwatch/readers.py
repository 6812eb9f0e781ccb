"""The reading of many reports, shared with processes of our own: ``python -m litwatch.readers`` is one of them.

What a report says of itself is a pure function of it, and the first reading of a large watch is nearly all that its run
does. A helper that cannot start or ends early costs time and nothing else: what it was given is read here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import BinaryIO

from litwatch.appraise import appraise
from litwatch.config import Config
from litwatch.store import codec
from litwatch.whole import whole

FROM = 1_000  # reports; fewer are read before a helper has started
MOST = 4  # helpers, one a core; each takes about 50 MB

Reports = Mapping[str, Sequence[str]]  # the records of each report as the store keeps them, by report id
Appraisals = dict[str, str]  # as the store keeps them, by report id


def read_all(config: Config, batches: Iterable[Reports], waiting: int) -> Iterator[Appraisals]:
    """Yield what each of ``batches`` says, report by report id; with helpers where ``waiting`` reports are worth them.

    While the caller keeps one batch, the helpers read the next.
    """
    cores = os.cpu_count() or 1
    helpers = [_Helper(config) for _ in range(min(cores, MOST))] if waiting >= FROM and cores > 1 else []
    given: Reports | None = None
    try:
        for batch in batches:
            found = _taken(config, helpers, given) if given is not None else None
            _give(helpers, batch)
            given = batch
            if found is not None:
                yield found
        if given is not None:
            yield _taken(config, helpers, given)
    finally:
        for helper in helpers:
            helper.end()


def _give(helpers: Sequence[_Helper], batch: Reports) -> None:
    """Share a batch out among the helpers."""
    for at, helper in enumerate(helpers):
        helper.give({name: batch[name] for name in list(batch)[at :: len(helpers)]})


def _taken(config: Config, helpers: Sequence[_Helper], batch: Reports) -> Appraisals:
    """Return what the helpers read of ``batch``, in its order; what none of them did is read here."""
    found: Appraisals = {}
    for helper in helpers:
        found |= helper.take()
    return {name: found.get(name) or _read(texts, config) for name, texts in batch.items()}


def _read(texts: Sequence[str], config: Config) -> str:
    """Return what the report says whose records are ``texts``."""
    return codec.appraisal_text(appraise(whole([codec.record_of(text) for text in texts]), config))


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

    def give(self, reports: Reports) -> None:
        """Hand over a batch; its answer is taken before the next."""
        self._send(json.dumps(reports))

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
        found: Appraisals = json.loads(answer)
        return found

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
        found = {name: _read(texts, config) for name, texts in json.loads(line).items()}
        outbox.write(f"{json.dumps(found)}\n".encode())
        outbox.flush()


if __name__ == "__main__":
    work(sys.stdin.buffer, sys.stdout.buffer)
