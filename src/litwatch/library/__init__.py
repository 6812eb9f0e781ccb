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

__all__ = ["COLUMNS", "LIBRARY", "SUFFIXES", "LibraryFile", "Row", "find_files", "read_file"]

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
    """What one file held: ``len(records) + repeated + len(unreadable)`` is the number of records in it."""

    file: str
    records: tuple[AnyRecord, ...]
    unreadable: tuple[Row, ...]
    repeated: int = 0  # further records with the key of an earlier one
    exported: str = ""  # the ISO day on which a portal made the file, where it says so


def find_files(patterns: Sequence[str]) -> tuple[Path, ...]:
    """Return the files that ``patterns`` name, sorted, each once."""
    found = (glob.glob(pattern, recursive=True) for pattern in patterns)  # noqa: PTH207  # the patterns are absolute
    return tuple(sorted({Path(name) for names in found for name in names}))


def read_file(path: Path, *, source: str = LIBRARY, mapping: Mapping[str, str] | None = None) -> LibraryFile:
    """Read one file; its records belong to ``source``. ``mapping`` names a CSV file's columns.

    Raises `InputError` when the file as a whole cannot be used; a record that cannot is a `Row`.
    """
    content = _content(path)
    records: dict[str, AnyRecord] = {}
    unreadable: list[Row] = []
    repeated = 0
    text = _decode(content).replace("\r\n", "\n").replace("\r", "\n")
    try:
        for line, outcome in _entries(path, content, text, mapping):
            if isinstance(outcome, str):
                unreadable.append(Row(file=path.name, line=line, reason=outcome))
            elif outcome.key in records:
                repeated += 1
            else:
                records[outcome.key] = replace(outcome, source=source)
    except NoTitleColumn as error:
        remedy = "rename the column that holds them to Title"
        # An import marks as known; what was dropped in to be told is not to be lost to it.
        remedy += ", or name it with `litwatch import --map title=COLUMN`" if source == LIBRARY else ""
        raise InputError(f"{path}: {error}; {remedy}") from error
    except NotAnExport as error:
        raise InputError(f"{path}: {error}") from error
    if content.strip() and not records and not unreadable:
        unreadable.append(Row(file=path.name, line=1, reason="no record in the file; export it again"))
    return LibraryFile(
        file=path.name,
        records=tuple(records.values()),
        unreadable=tuple(unreadable),
        repeated=repeated,
        exported=exported(text) if _is_ictrp(path, text) else "",
    )


def _content(path: Path) -> bytes:
    """Return all of a file. Raises `InputError` for what cannot be read, is no file, or is too large."""
    try:
        if not path.is_file() and path.exists():
            raise InputError(f"{path}: not a file; export the records into one")
        with path.open("rb") as file:
            content = file.read(SIZE_CAP + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    if len(content) > SIZE_CAP:
        raise InputError(f"{path}: larger than {SIZE_CAP // 1_000_000} MB; split it")
    return content


def _is_ictrp(path: Path, text: str) -> bool:
    suffix = path.suffix.lower()
    return suffix == ".xml" or (suffix == ".csv" and is_export(text.split("\n", 1)[0]))


def _entries(path: Path, content: bytes, text: str, mapping: Mapping[str, str] | None) -> Iterable[Entry]:
    suffix = path.suffix.lower()
    if suffix == ".xml":
        return parse_ictrp_xml(content)
    if suffix == ".csv":
        return parse_ictrp_csv(text) if _is_ictrp(path, text) else parse_csv(text, mapping)
    parse = _PARSERS.get(suffix)
    if parse is None:
        raise InputError(
            f"{path}: {path.suffix or 'no suffix'}: not a format of records; use {', '.join(sorted(SUFFIXES))}"
        )
    return parse(text)


def _decode(content: bytes) -> str:
    """Decode UTF-8, UTF-16 with its mark, or Windows-1252 as older reference managers write it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


_PARSERS: Mapping[str, Callable[[str], Iterator[Entry]]] = {
    ".ris": parse_ris,
    ".nbib": parse_nbib,
    ".bib": parse_bibtex,
}
SUFFIXES = frozenset({*_PARSERS, ".csv", ".xml"})
