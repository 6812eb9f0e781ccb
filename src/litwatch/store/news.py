"""Several pieces of untold news on one report become one; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from litwatch.model import Change, Grade, News

# A reader who has not heard of a report yet hears of it once, under the most telling of its standings.
WEIGHT = ("notice", "new", "by_new_terms", "late", "possible_duplicate", "changed", "duplicate")
ARRIVALS = frozenset({"new", "by_new_terms", "late", "possible_duplicate"})


def merged(entries: Sequence[News]) -> News:
    """Return one piece of news for one report's ``entries``, the oldest first."""
    first = entries[0]
    if len(entries) == 1:
        return first
    told = min(entries, key=lambda entry: WEIGHT.index(entry.standing))
    untold_before = any(entry.standing in {"new", "by_new_terms", "late"} for entry in entries)
    changes = () if untold_before and told.standing != "notice" else chained([c for e in entries for c in e.changes])
    return replace(
        told,
        id=first.id,
        also=tuple(entry.id for entry in entries[1:]),
        changes=changes,
        remembered=any(entry.remembered for entry in entries) and told.standing != "notice",
    )


def chained(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return one change a field: its first old value to its last new one; none where it came back to where it was."""
    found: dict[str, Change] = {}
    for change in changes:
        before = found.get(change.field)
        if before is None:
            found[change.field] = change
            continue
        grade: Grade = "major" if "major" in {before.grade, change.grade} else "minor"
        found[change.field] = replace(change, old=before.old, grade=grade)
    return tuple(change for change in found.values() if change.old != change.new)
