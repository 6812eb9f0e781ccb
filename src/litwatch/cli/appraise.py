"""The command that reads records from a file: no store, no source, no network."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import IO

import click

from litwatch.cli.setup import WATCH
from litwatch.config import Config
from litwatch.configfile import config_path, load
from litwatch.errors import EXIT_DONE, EXIT_INCOMPLETE, InputError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LOOKED_AT = 8192  # bytes


@click.command()
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
@click.pass_context
def appraise(ctx: click.Context, file: Path) -> None:
    """Read titles and abstracts, print what each says of itself with its exact words.

    One JSON object a line, in and out. In: id, title, abstract; publication_types and mesh if known. Out: label,
    design, level, number of people, routes, doses, comparator, follow-up, adverse events, outcome, questions; what is
    not stated is null or empty. Without a config.yaml here, the ketamine-for-migraine watch that ships with litwatch
    is used.

    A line that cannot be read is named on stderr and the others proceed; then the exit code is 1.
    """
    from litwatch.appraise import appraise as read
    from litwatch.appraise.lines import read_line
    from litwatch.export.facts import facts_line

    config = _config(ctx.find_root().obj["path"])
    complete = True
    with _opened(file) as stream:
        for number, line in enumerate(_lines(stream), start=1):
            if not line.strip():
                continue
            try:
                identifier, record = read_line(line)
            except InputError as error:
                complete = False
                click.echo(f"litwatch: {file}:{number}: {error}", err=True)
                continue
            sys.stdout.buffer.write(facts_line(identifier, read(record, config)))
    sys.stdout.buffer.flush()
    ctx.exit(EXIT_DONE if complete else EXIT_INCOMPLETE)


def _config(given: Path | None) -> Config:
    """Return the watch that is meant, or the one that ships with litwatch where nobody named one."""
    named = given is not None or any(os.environ.get(name) for name in ("LITWATCH_CONFIG", "LITWATCH_CONFIG_FILE"))
    path = config_path(given)
    if named or path.exists():
        return load(path).config
    with resources.as_file(resources.files("litwatch.watches").joinpath(WATCH)) as shipped:
        return load(shipped).config


@contextmanager
def _opened(file: Path) -> Iterator[Iterable[bytes]]:
    """Open ``file``, or stdin for ``-``. Raises `InputError`, also for a file that no line of JSON can come from."""
    if str(file) == "-":
        _refuse_binary(file, sys.stdin.buffer)
        yield sys.stdin.buffer
        return
    try:
        stream = file.open("rb")
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    with stream:
        _refuse_binary(file, stream)
        yield stream


def _refuse_binary(file: Path, stream: IO[bytes]) -> None:
    """Raise `InputError` once, not for each of a thousand lines, where a NUL byte tells that this is no text."""
    peek = getattr(stream, "peek", None)
    if peek is not None and b"\0" in peek(LOOKED_AT):
        raise InputError(f"{file}: not JSON lines in UTF-8 but a binary file, or text in UTF-16")


def _lines(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of ``stream``, without the byte order mark that some programs put first."""
    for index, line in enumerate(stream):
        yield line.removeprefix(BYTE_ORDER_MARK) if index == 0 else line
