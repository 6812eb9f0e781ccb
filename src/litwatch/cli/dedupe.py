"""The command that clusters the records of a file: no store, no source, no network."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import click

from litwatch.errors import InputError

if TYPE_CHECKING:
    from litwatch.identify.dedupe import Index, Possible, Reference, Resolution

HEADER = ("record_id", "cluster_id", "decision", "reason")
LIKE_SHOWN = 5
POSSIBLE_HEADER = ("record_id_a", "record_id_b", "score", "reason")


@click.command()
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--possible",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the pairs that a human should look at to this CSV file.",
)
@click.option(
    "--index",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Compare with the records of earlier runs as well, which this file holds, and add these; made when absent.",
)
def dedupe(file: Path, possible: Path | None, index: Path | None) -> None:
    """Find the records of a file that are of the same report.

    In: CSV with a header (title is needed; record_id, author, year, journal, volume, number, pages, doi, pmid,
    abstract, issn, isbn and type are used where they are there) or RIS. Out: one CSV row a record, in the order of the
    file: record_id, cluster_id, decision (unique, kept or duplicate) and the reason. Nothing is dropped.

    Works on any topic. Versions, corrections, protocols and replies are other reports, and stay apart.
    """
    from litwatch.identify.dedupe import resolve
    from litwatch.identify.dedupe.reading import decoded, read

    order: list[str] = []
    try:
        with _opened(file) as stream:
            references = read(decoded(stream))
            if index is None:
                resolution = resolve(_noted(references, order))
            else:
                held = _held(index)
                fresh = list(_noted(references, order))
                resolution = held.resolve(fresh)
                _keep_index(index, held.add(fresh))
    except InputError as error:
        raise InputError(f"{file}: {error}") from error
    if possible is not None:
        _write_possible(possible, resolution.possible)
    for row in _rows(order, resolution):
        sys.stdout.write(row)
    sys.stdout.flush()


def _noted(references: Iterable[Reference], order: list[str]) -> Iterator[Reference]:
    """Yield ``references``, their ids added to ``order``."""
    for one in references:
        order.append(one.record_id)
        yield one


def _held(file: Path) -> Index:
    """Return the index of ``file``, an empty one where there is none yet. Raises `InputError`."""
    from litwatch.identify.dedupe import Index

    try:
        return Index.from_bytes(file.read_bytes()) if file.exists() else Index.empty()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    except InputError as error:
        raise InputError(f"{file}: {error}") from error


def _keep_index(file: Path, index: Index) -> None:
    """Write the index whole or not at all. Raises `InputError` where it cannot be written."""
    try:
        with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as stream:
            stream.write(index.to_bytes())
        Path(stream.name).replace(file)
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror}") from error


@contextmanager
def _opened(file: Path) -> Iterator[Iterable[bytes]]:
    """Open ``file``, or stdin for ``-``. Raises `InputError`."""
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = file.open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}") from error
    with stream:
        yield stream


def _rows(order: Iterable[str], resolution: Resolution) -> Iterator[str]:
    """Yield the lines of the answer."""
    said: dict[str, tuple[str, str, str]] = {}
    like: dict[str, list[str]] = {}
    for pair in resolution.possible:
        like.setdefault(pair.record_id_a, []).append(pair.record_id_b)
        like.setdefault(pair.record_id_b, []).append(pair.record_id_a)
    for cluster in resolution.clusters:
        count = len(cluster.duplicates)
        if not count:
            others = ", ".join(like.get(cluster.kept, ())[:LIKE_SHOWN])
            reason = f"possibly the same as {others}: for a human" if others else "no other record matches"
            said[cluster.kept] = (cluster.cluster_id, "unique", reason)
            continue
        said[cluster.kept] = (cluster.cluster_id, "kept", f"the fullest of {count + 1} records")
        for one in cluster.duplicates:
            said[one.record_id] = (cluster.cluster_id, "duplicate", f"{one.reason} as {one.of}")
    yield _line(HEADER)
    for record_id in order:
        yield _line((record_id, *said[record_id]))


def _line(cells: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _write_possible(file: Path, pairs: Iterable[Possible]) -> None:
    """Write the pairs left to a human, best first. Raises `InputError` where the file cannot be written."""
    try:
        with file.open("w", encoding="utf-8", newline="") as stream:
            stream.write(_line(POSSIBLE_HEADER))
            for pair in pairs:
                stream.write(_line((pair.record_id_a, pair.record_id_b, pair.score, pair.reason)))
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror}") from error
