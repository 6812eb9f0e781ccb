"""Sources that are files: exports of databases that cannot be asked, dropped into a folder by hand.

WHO's ICTRP has no interface for the public; Embase, CENTRAL, PsycINFO and Scopus need a licence. What is dropped in is
news like any source's. A file that is taken away again takes nothing with it.
"""

from __future__ import annotations

from collections.abc import Sequence
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
        paths = self._paths()
        if not paths:
            return Answer(
                records=(),
                matched=frozenset(),
                hits=0,
                nature="exports",
                skipped=f"no export has been dropped into {self._folder.name}/ yet",
            )
        records: dict[str, AnyRecord] = {}
        unreadable: list[Unreadable] = []
        days: dict[str, date] = {}
        for day, path in sorted((_dropped(path), path) for path in paths):
            try:
                file = read_file(path, source=self.name)
            except InputError as error:
                unreadable.append(Unreadable(key=path.name, reason=str(error)))
                continue
            made = _day(file) or day
            days[path.name] = made
            records |= {record.key: _stamped(record, made) for record in file.records}
            unreadable += [Unreadable(key=f"{row.file}:{row.line}", reason=row.reason) for row in file.unreadable]
        held = {entry.record.key for entry in known if entry.record.source == self.name}
        return Answer(
            records=tuple(records[key] for key in sorted(records)),
            matched=frozenset(held | records.keys()),
            hits=len(records),
            version="; ".join(f"{name} of {day.isoformat()}" for name, day in sorted(days.items())),
            warnings=self._reminder(days, today),
            unreadable=tuple(unreadable),
            nature="exports",
        )

    def _paths(self) -> list[Path]:
        try:
            return sorted(
                path
                for path in (self._folder.iterdir() if self._folder.exists() else ())
                if path.is_file() and path.suffix.lower() in self.suffixes
            )
        except OSError as error:
            raise UnexpectedAnswer(self.name, f"{self._folder}: cannot be read: {error.strerror}") from error

    def _reminder(self, days: dict[str, date], today: date | None) -> tuple[str, ...]:
        newest = max(days.values(), default=None)
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


def _stamped(record: AnyRecord, day: date) -> AnyRecord:
    """Return the record as having come into being here on ``day``: an export says nothing of when its source got it."""
    return replace(record, created=PartialDate(value=day.isoformat()))
