"""Sources that are files: exports of databases that cannot be asked, dropped into a folder by hand.

WHO's ICTRP has no interface for the public; Embase, CENTRAL, PsycINFO and Scopus need a licence. What is dropped in is
news like any source's. A file that is taken away again takes nothing with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from litwatch.config import Config, Secrets
from litwatch.errors import InputError, UnexpectedAnswer
from litwatch.library import LibraryFile, read_file
from litwatch.model import Answer, AnyRecord, Known, PartialDate, Unreadable
from litwatch.sources.http import Transport

REMINDER_DAYS = 60


class _Folder:
    """A folder of exports."""

    name: str
    platform: str
    caution = ""
    follows = False
    suffixes: frozenset[str]
    reminder = ""  # what to say when the newest export is old

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.interface = str(folder)
        self.query = f"every export in {folder.name}/"

    def search(self) -> Answer:
        """Read the files as they are. Raises `SourceError`."""
        return self._read((), None)

    def census(self, known: Sequence[Known], now: datetime) -> Answer:
        """Return every record of every file, of each the one that was exported last. Raises `SourceError`."""
        return self._read(known, now.date())

    def _read(self, known: Sequence[Known], today: date | None) -> Answer:
        held = {entry.record.key: entry.record for entry in known if entry.record.source == self.name}
        files, unreadable = self._files()
        if not files and not unreadable:
            return self._nothing(len(held))
        records: dict[str, AnyRecord] = {}
        for day, file in files:
            records |= {record.key: _stamped(record, held, today or day) for record in file.records}
            unreadable += [Unreadable(key=f"{row.file}:{row.line}", reason=row.reason) for row in file.unreadable]
        return Answer(
            records=tuple(records[key] for key in sorted(records)),
            matched=frozenset(held.keys() | records.keys()),
            hits=len(records),
            version="; ".join(f"{file.file} of {day.isoformat()}" for day, file in files),
            warnings=self._reminder(max((day for day, _ in files), default=None), today),
            unreadable=tuple(unreadable),
            nature="exports",
        )

    def _nothing(self, held: int) -> Answer:
        here = f"{self._folder.name}/"
        why = (
            f"{here} is empty now; {held} records of earlier exports stay known" if held else f"no export in {here} yet"
        )
        return Answer(records=(), matched=frozenset(), hits=0, nature="exports", skipped=why)

    def _files(self) -> tuple[list[tuple[date, LibraryFile]], list[Unreadable]]:
        """Return each export with its day, the oldest first, and the files that are none."""
        files: list[tuple[date, LibraryFile]] = []
        unreadable: list[Unreadable] = []
        for path in self._paths():
            if path.suffix.lower() not in self.suffixes:
                reason = f"not an export; use {', '.join(sorted(self.suffixes))}"
                unreadable.append(Unreadable(key=path.name, reason=reason))
                continue
            try:
                file = read_file(path, source=self.name)
                files.append((_day(file) or _dropped(path), file))
            except (InputError, OSError) as error:
                unreadable.append(Unreadable(key=path.name, reason=str(error).removeprefix(f"{path}: ")))
        return sorted(files, key=lambda pair: (pair[0], pair[1].file)), unreadable

    def _paths(self) -> list[Path]:
        """Return the files in the folder but for hidden ones. Raises `UnexpectedAnswer` if it cannot be read."""
        try:
            inside = list(self._folder.iterdir()) if self._folder.exists() else []
            return sorted(path for path in inside if path.is_file() and not path.name.startswith((".", "~")))
        except OSError as error:
            raise UnexpectedAnswer(self.name, f"{self._folder}: cannot be read: {error.strerror}") from error

    def _reminder(self, newest: date | None, today: date | None) -> tuple[str, ...]:
        if not self.reminder or newest is None or today is None or (today - newest).days <= REMINDER_DAYS:
            return ()
        return (f"the newest export is of {newest}, {(today - newest).days} days ago; {self.reminder}",)


class Ictrp(_Folder):
    """The source ``ictrp``; see `litwatch.sources.Source`."""

    name = "ictrp"
    platform = "WHO ICTRP"
    caution = "there is no interface to ask: litwatch reads the exports you drop in, and no commercial use is allowed"
    suffixes = frozenset({".xml", ".csv"})
    reminder = "export again from https://trialsearch.who.int and drop the file in"

    def __init__(self, config: Config, secrets: Secrets, transport: Transport) -> None:
        del secrets, transport  # nothing is asked over the network
        super().__init__(config.sources.ictrp.folder)


class Files(_Folder):
    """The source ``files``; see `litwatch.sources.Source`."""

    name = "files"
    platform = "imported files"
    suffixes = frozenset({".ris", ".nbib", ".bib", ".csv"})

    def __init__(self, config: Config, secrets: Secrets, transport: Transport) -> None:
        del secrets, transport  # nothing is asked over the network
        super().__init__(config.sources.files.folder)


def _dropped(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


def _day(file: LibraryFile) -> date | None:
    return date.fromisoformat(file.exported) if file.exported else None


def _stamped(record: AnyRecord, held: Mapping[str, AnyRecord], day: date) -> AnyRecord:
    """Return the record as having come into being on the day it was first read here.

    An export says nothing of when its source got a record, and may be dropped in long after it was made.
    """
    before = held.get(record.key)
    return replace(record, created=before.created if before else PartialDate(value=day.isoformat()))
