"""Reading files of records: known studies, and exports of databases that cannot be asked.

One module a format, each a pure parser; `read_file` chooses by suffix. What comes of the records, known or news, is
the caller's business.
"""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from litwatch.errors import InputError
from litwatch.library.bibtex import parse_bibtex
from litwatch.library.entry import LIBRARY, Entry
from litwatch.library.ictrp import NotAnExport, exported, is_export, parse_ictrp_csv, parse_ictrp_xml
from litwatch.library.nbib import parse_nbib
from litwatch.library.ris import parse_ris
from litwatch.library.sheet import COLUMNS, NoTitleColumn, parse_csv
from litwatch.model import AnyRecord

__all__ = ["COLUMNS", "LIBRARY", "LibraryFile", "Row", "find_files", "read_file"]

SIZE_CAP = 64_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record that could not be read: the file, the line it starts in, and the reason."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryFile:
    """What one file held. ``read + len(unreadable)`` is the number of records in it."""

    file: str
    records: tuple[AnyRecord, ...]
    unreadable: tuple[Row, ...]
    exported: str = ""  # the ISO day on which a portal made the file, where it says so


def find_files(patterns: Sequence[str]) -> tuple[Path, ...]:
    """Return the files that ``patterns`` name, sorted, each once."""
    found = (glob.glob(pattern, recursive=True) for pattern in patterns)  # noqa: PTH207  # the patterns are absolute
    return tuple(sorted({Path(name) for names in found for name in names}))


def read_file(path: Path, *, source: str = LIBRARY, mapping: Mapping[str, str] | None = None) -> LibraryFile:
    """Read one file; its records belong to ``source``. ``mapping`` names a CSV file's columns.

    Raises `InputError` when the file as a whole cannot be used; a record that cannot is a `Row`.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    if len(content) > SIZE_CAP:
        raise InputError(f"{path}: larger than {SIZE_CAP // 1_000_000} MB; split it")
    records: dict[str, AnyRecord] = {}
    rows: list[Row] = []
    text = _decode(content).replace("\r\n", "\n").replace("\r", "\n")
    try:
        for line, outcome in _entries(path, content, text, mapping):
            if isinstance(outcome, str):
                rows.append(Row(file=path.name, line=line, reason=outcome))
            else:
                records.setdefault(outcome.key, replace(outcome, source=source))
    except NoTitleColumn as error:
        raise InputError(f"{path}: {error}; name it with --map title=COLUMN, or export RIS") from error
    except NotAnExport as error:
        raise InputError(f"{path}: {error}") from error
    day = exported(text) if path.suffix.lower() in {".xml", ".csv"} else ""
    return LibraryFile(file=path.name, records=tuple(records.values()), unreadable=tuple(rows), exported=day)


def _entries(path: Path, content: bytes, text: str, mapping: Mapping[str, str] | None) -> Iterable[Entry]:
    suffix = path.suffix.lower()
    if suffix == ".xml":
        return parse_ictrp_xml(content)
    if suffix == ".csv":
        return parse_ictrp_csv(text) if is_export(text.split("\n", 1)[0]) else parse_csv(text, mapping)
    parse = _PARSERS.get(suffix)
    if parse is None:
        known = ", ".join(sorted([*_PARSERS, ".csv", ".xml"]))
        raise InputError(f"{path}: {path.suffix or 'no suffix'}: not a format of records; use {known}")
    return parse(text)


def _decode(content: bytes) -> str:
    """Decode UTF-8, or Windows-1252 as older reference managers write it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


_PARSERS: Mapping[str, Callable[[str], Iterator[Entry]]] = {
    ".ris": parse_ris,
    ".nbib": parse_nbib,
    ".bib": parse_bibtex,
}
