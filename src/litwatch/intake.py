"""Taking in records: the index that new ones are compared by, and the user's own library.

Known studies are kept, never told as new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from litwatch import __version__
from litwatch.configfile import Loaded
from litwatch.errors import InputError
from litwatch.identify.identify import identify
from litwatch.library import LIBRARY, LibraryFile, find_files, read_file
from litwatch.model import Answer, AnyRecord, Finding, Known, SearchRun
from litwatch.store import Store

if TYPE_CHECKING:
    from litwatch.identify.dedupe import Index


def index_of(store: Store, known: Sequence[Known]) -> Index:
    """Return the index of the records of ``known`` that are compared, brought up to date in the store as well."""
    from litwatch.identify.alike import grown

    held = _index_held(store)
    index = grown(held, known)
    if index is not held:
        store.keep_likeness_index(index.to_bytes())
    return index


def _index_held(store: Store) -> Index:
    from litwatch.identify.dedupe import Index

    content = store.likeness_index()
    try:
        return Index.from_bytes(content) if content else Index.empty()
    except InputError:  # of an older version: it is made again
        return Index.empty()


def keep_library(watch: Loaded, store: Store, now: datetime) -> None:
    """Keep the records of the configured files; what cannot be read is a warning in the search log."""
    files: list[LibraryFile] = []
    warnings: list[str] = []
    for path in find_files(watch.config.known):
        try:
            files.append(read_file(path))
        except InputError as error:
            # Readers of the digest know the file by its name, and are shown no folder of the machine.
            warnings.append(str(error).replace(f"{path}: ", f"{path.name}: ", 1))
    warnings += [str(row) for file in files for row in file.unreadable]
    latest = next(iter(store.runs(LIBRARY, limit=1)), None)
    unchanged = tuple(warnings) == (latest.warnings if latest else ())
    if not unchanged or (files and _unheld(files, store)):
        keep_files(watch, store, files, tuple(warnings), now)


def import_files(
    watch: Loaded, store: Store, paths: tuple[Path, ...], now: datetime, *, mapping: Mapping[str, str]
) -> tuple[LibraryFile, ...]:
    """Keep the records of ``paths`` as known studies and return what was read. Raises `InputError`.

    ``mapping`` names the columns of CSV files (see `litwatch.library.COLUMNS`).
    """
    files = [read_file(path, mapping=mapping) for path in paths]
    keep_files(watch, store, files, tuple(str(row) for file in files for row in file.unreadable), now)
    return tuple(files)


def _unheld(files: list[LibraryFile], store: Store) -> list[AnyRecord]:
    held = {entry.record.key for entry in store.known() if entry.record.source == LIBRARY}
    return [record for file in files for record in file.records if record.key not in held]


def keep_files(watch: Loaded, store: Store, files: list[LibraryFile], warnings: tuple[str, ...], now: datetime) -> None:
    """Keep what ``files`` held and the store does not, with a row of the search log."""
    known = store.known()
    fresh = _unheld(files, store)
    hits = sum(len(file.records) for file in files)
    found = identify(
        Answer(records=tuple(fresh), matched=frozenset(), hits=hits, nature="exports"),
        source=LIBRARY,
        known=known,
        last_complete=None,
        strategy_changed=False,
        now=now,
        index=partial(index_of, store, known),
    )
    run = SearchRun(
        source=LIBRARY,
        platform="known studies",
        interface="files",
        query=", ".join(file.file for file in files),
        started=now,
        finished=now,
        state="warnings" if warnings else "complete",
        hits=hits,
        fetched=hits,
        new=len(fresh),
        warnings=warnings,
        config_hash=watch.hash,
        litwatch_version=__version__,
    )
    matched = frozenset(entry.record.key for entry in known if entry.record.source == LIBRARY)
    store.keep(run, [_quietly(finding) for finding in found], matched | {record.key for record in fresh})


def _quietly(finding: Finding) -> Finding:
    """Return a finding on a known study, which is never told as new."""
    return finding if finding.standing == "duplicate" else replace(finding, standing="same", reason="a known study")
