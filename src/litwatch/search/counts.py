"""What each term of the strategy is worth in PubMed: how often it stands, and what only it brings.

Two requests a term (how many records hold it; which of them hold the other concepts too). What only one term brings is
then worked out here, from the keys, so that no term costs a third request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from litwatch.config import Search
from litwatch.model import AnyRecord
from litwatch.search.bench import READ_AT_MOST, Bench, whole_set
from litwatch.search.units import Unit, alone, concept_alone, narrowed, units

SOURCE = "pubmed"
MOST_UNITS = 100
READING = 2  # requests for the titles: one search, one batch of records


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one unit is worth. ``only`` are the keys no other unit of its concept brings, newest first."""

    unit: Unit
    alone: int
    together: int  # with the other concepts
    only: tuple[str, ...] | None  # None where the search holds more records than one answer lists
    warnings: tuple[str, ...]

    @property
    def dead(self) -> bool:
        """Tell whether it brings nothing at all."""
        return self.together == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The whole picture: the strategy's total, each concept's, each unit's worth, and titles by key."""

    total: int
    concepts: Mapping[str, int]
    worths: tuple[Worth, ...]
    titles: Mapping[str, AnyRecord]


def planned(search: Search, roles: Sequence[str], *, read: bool) -> int:
    """Return the most requests that `count` sends, tries after a failure not counted."""
    wanted = [unit for unit in units(search, SOURCE) if unit.role in roles]
    return 1 + len(search.concepts) + 2 * len(wanted) + (READING if read else 0)


def count(
    bench: Bench, search: Search, roles: Sequence[str], *, held: Mapping[str, AnyRecord], read: bool, now: datetime
) -> Counts:
    """Ask PubMed for each unit of the concepts ``roles``.

    ``held`` are PubMed's records at hand; titles of others are read if ``read``, `READ_AT_MOST` at most. Raises
    `SourceError`.
    """
    total = bench.counted(search).hits
    concepts = {role: bench.counted(concept_alone(search, role)).hits for role in search.concepts}
    asked = []
    for unit in units(search, SOURCE):
        if unit.role in roles:
            lone = bench.counted(alone(unit))
            asked.append((unit, lone, bench.matched(SOURCE, narrowed(search, unit), now)))
    sets = {unit: together.matched for unit, _, together in asked}
    whole = {role: all(whole_set(together) for unit, _, together in asked if unit.role == role) for role in roles}
    worths = tuple(
        Worth(
            unit=unit,
            alone=lone.hits,
            together=together.hits,
            only=_only(unit, sets) if whole[unit.role] else None,
            warnings=lone.warnings,
        )
        for unit, lone, together in asked
    )
    titles = {key: held[key] for worth in worths for key in worth.only or () if key in held}
    missing = [key for worth in _fewest_first(worths) for key in worth.only or () if key not in held]
    if read and missing:
        titles |= bench.titles(SOURCE, search, list(dict.fromkeys(missing))[:READ_AT_MOST], now)
    return Counts(total=total, concepts=concepts, worths=worths, titles=titles)


def _fewest_first(worths: Sequence[Worth]) -> Sequence[Worth]:
    """Return the units with the fewest records of their own first: of those every title can be shown."""
    return sorted(worths, key=lambda worth: len(worth.only or ()))


def _only(unit: Unit, sets: Mapping[Unit, frozenset[str]]) -> tuple[str, ...]:
    times = Counter(key for other, keys in sets.items() if other.role == unit.role for key in keys)
    return tuple(sorted((key for key in sets[unit] if times[key] == 1), key=int, reverse=True))
