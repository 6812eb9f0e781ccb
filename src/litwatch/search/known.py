"""Known reports to try a strategy on: a file of records, a list of numbers, or those the watch names. Reads files."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from litwatch.config import Config
from litwatch.errors import InputError
from litwatch.identifiers import guess, url
from litwatch.library import find_files, read_file
from litwatch.library.ris import parse_ris
from litwatch.model import AnyRecord, Citation

LISTS = frozenset({".txt", ".pmid", ".pmids", ""})


def named_reports(config: Config) -> tuple[tuple[AnyRecord, ...], tuple[str, ...]]:
    """Return the reports that the watch itself names, and one line for each that cannot be read.

    They are the publications of the article that a shipped watch follows, or else the known studies. Raises
    `InputError` where there are neither.
    """
    shipped = resources.files("litwatch.watches").joinpath(f"{config.watch.id}.ris")
    if shipped.is_file():
        return tuple(entry for _, entry in parse_ris(shipped.read_text("utf-8")) if not isinstance(entry, str)), ()
    files = [known_reports(path) for path in find_files(config.known)]
    if not files:
        raise InputError("search recall: name a FILE of known reports, or list such files under known: in config.yaml")
    return tuple(record for records, _ in files for record in records), tuple(line for _, bad in files for line in bad)


def known_reports(path: Path) -> tuple[tuple[AnyRecord, ...], tuple[str, ...]]:
    """Return the records of ``path`` and one line for each that cannot be read.

    Raises `InputError` when the file cannot be used, or holds no record.
    """
    if path.suffix.lower() in LISTS:
        records, bad = _listed(path)
    else:
        file = read_file(path)
        records, bad = file.records, tuple(str(row) for row in file.unreadable)
    if not records:
        raise InputError(f"{path}: holds no record that can be looked up; give RIS, NBIB, or one PMID a line")
    return records, bad


def _listed(path: Path) -> tuple[tuple[AnyRecord, ...], tuple[str, ...]]:
    """Read one number a line: a PMID, a DOI or a trial number; ``#`` begins a comment."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "not UTF-8"
        raise InputError(f"{path}: cannot be read: {cause}") from error
    found: dict[str, AnyRecord] = {}
    bad: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        for word in line.partition("#")[0].replace(",", " ").split():
            entry = guess(word)
            if entry is None:
                bad.append(f"{path.name}:{number}: {word[:60]}: neither a PMID, a DOI nor a trial number")
                continue
            key = f"{entry.kind}:{entry.value}"
            found[key] = Citation(
                source="known", key=key, kind="article", title="", url=url(entry), identifiers=(entry,)
            )
    return tuple(found.values()), tuple(bad)
