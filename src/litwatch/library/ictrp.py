"""Exports of the WHO's registry portal (ICTRP), XML and CSV: the trials in them, one registration each. Pure.

Source: recorded exports; https://www.who.int/clinical-trials-registry-platform. What a row says is read in
`litwatch.library.ictrp_trial`. One trial of the old EU register comes once a country, and is joined here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from lxml import etree

from litwatch.library.entry import Entry
from litwatch.library.ictrp_trial import registration
from litwatch.library.rows import rows
from litwatch.model import Registration

ROOTS = frozenset({"Trials_downloaded_from_ICTRP", "Trials_central"})
_STAMP = re.compile(r"\b(\d{1,2})/(\d{1,2})/(20\d\d) \d{1,2}:\d\d(?::\d\d)? [AP]M\b")


class NotAnExport(ValueError):
    """The file is no ICTRP export; the message says what it is instead."""


def is_export(header: str) -> bool:
    """Tell whether the first line of a CSV file is an ICTRP export's."""
    return header.lstrip("\ufeff").split(",", 1)[0].strip('" ') == "TrialID"


def parse_ictrp_xml(content: bytes) -> Iterator[Entry]:
    """Yield each trial with the line it starts in, or the reason it could not be read. Raises `NotAnExport`.

    Of a broken file the whole trials are read; the one in which it breaks is named, since half a trial looks changed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(content, parser) if content.strip() else None
    if root is None:
        raise NotAnExport("not XML; export it again")
    if root.tag not in ROOTS:
        raise NotAnExport(f"XML of another kind (root {str(root.tag)[:60]}); export from the ICTRP portal")
    trials = list(root.iterchildren("Trial"))
    broken = _broken(parser.error_log, [_line(trial) for trial in trials])
    for line, (reason, _) in sorted(broken.items()):
        yield line, f"XML that is cut short or broken here ({reason}); export it again"
    whole = [trial for at, trial in enumerate(trials) if at not in {place for _, place in broken.values()}]
    yield from _joined((_line(trial), _fields(trial)) for trial in whole)


def _broken(errors: Iterable[Any], starts: list[int]) -> dict[int, tuple[str, int]]:
    """Return, by line, what is wrong there and the place of the trial that holds the line; the first of each trial."""
    found: dict[int, tuple[str, int]] = {}
    places: set[int] = set()
    for error in errors:
        place = bisect_right(starts, error.line) - 1
        if place not in places:
            places.add(place)
            found[error.line] = (str(error.message).strip()[:120], place)
    return found


def _line(trial: Any) -> int:
    line: int | None = trial.sourceline
    return line or 0


def _fields(trial: Any) -> dict[str, str]:
    return {str(field.tag): field.text or "" for field in trial}


def parse_ictrp_csv(text: str) -> Iterator[Entry]:
    """Yield each trial of a CSV export, whose columns are named with spaces where the XML has underscores."""
    found = rows(text)
    _, header = next(found)
    if isinstance(header, str):
        raise NotAnExport(header)
    names = [name.strip().strip("\ufeff").replace(" ", "_") for name in header]
    readable: list[tuple[int, Mapping[str, str]]] = []
    for line, cells in found:
        if isinstance(cells, str):
            yield line, cells
        elif len(cells) != len(names):
            yield line, f"{len(cells)} cells under {len(names)} column names; export it again"
        else:
            readable.append((line, dict(zip(names, cells, strict=True))))
    yield from _joined(readable)


def exported(content: str) -> str:
    """Return the ISO day on which the portal made an export, or ""."""
    for match in _STAMP.finditer(content):
        try:
            return date(int(match[3]), int(match[1]), int(match[2])).isoformat()
        except ValueError:
            continue
    return ""


def _joined(found: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[Entry]:
    """Yield one registration per trial: the rows of one EudraCT number are one, with all their countries."""
    joined: dict[str, tuple[int, Registration]] = {}
    for line, row in found:
        record = registration(row)
        if isinstance(record, str):
            yield line, record
            continue
        first_line, held = joined.get(record.key, (line, record))
        joined[record.key] = first_line, _merged(held, record)
    yield from joined.values()


def _merged(held: Registration, other: Registration) -> Registration:
    """Return the row that was refreshed last, with the countries and numbers of both."""
    latest = max(held, other, key=lambda record: record.revised.value if record.revised else "")
    return replace(
        latest,
        countries=tuple(dict.fromkeys((*held.countries, *other.countries))),
        identifiers=tuple(dict.fromkeys((*held.identifiers, *other.identifiers))),
        secondary_ids=tuple(dict.fromkeys((*held.secondary_ids, *other.secondary_ids))),
    )
