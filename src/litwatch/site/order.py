"""What a column of a table sorts by, where its words would sort wrongly: numbers of one width. Pure."""

from __future__ import annotations

import re

_LEADING = re.compile(r"(\d+(?:\.\d+)?)(?:-\d+(?:\.\d+)?)?\s*(.*)")
_MINUTES = {"minute": 1, "hour": 60, "day": 1_440, "week": 10_080, "month": 43_800, "year": 525_600}


def by_number(words: str) -> str:
    """Return what words such as ``64 (estimated)`` sort by: their number, nothing where none is stated."""
    match = _LEADING.match(words)
    return f"{float(match[1]):014.4f}" if match else ""


def by_dose(drug: str, words: str) -> str:
    """Return what a dose sorts by: the drug, then the unit, since only like can be compared, then the amount."""
    match = _LEADING.match(words)
    return f"{drug} {match[2]} {by_number(words)}" if match else f"{drug} {words}"


def by_length(words: str) -> str:
    """Return what a stretch of time sorts by, such as ``3-6 months``: its least length."""
    match = _LEADING.match(words)
    unit = _MINUTES.get(match[2].rstrip("s"), 0) if match else 0
    return f"{float(match[1]) * unit:014.4f}" if match and unit else ""
