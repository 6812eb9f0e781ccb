"""What each term of the strategy is worth in one source: how often it stands, and what only it brings.

Two questions a term (how many records hold it; which of them hold the other concepts too). What only one term brings is
then worked out here, from the keys, so that no term costs a third.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from litwatch.config import Search
from litwatch.model import AnyRecord
from litwatch.search.bench import READ_AT_MOST, Bench, newest_first, whole_set
from litwatch.search.units import TRUNCATING, Unit, alone, concept_alone, narrowed, natively, units

MOST_UNITS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """How many requests a source needs: to list what a strategy matches, and to read titles. Counting takes one."""

    listing: int
    reading: int


# ClinicalTrials.gov is asked for its version and two queries; a set of more records than one page takes more.
PRICES: Mapping[str, Price] = {
    "pubmed": Price(listing=1, reading=2),
    "europepmc": Price(listing=1, reading=1),
    "clinicaltrials": Price(listing=3, reading=3),
}


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

    source: str
    total: int
    concepts: Mapping[str, int]
    worths: tuple[Worth, ...]
    titles: Mapping[str, AnyRecord]


def planned(search: Search, source: str, roles: Sequence[str], *, read: bool) -> int:
    """Return the most requests that `count` sends; tries after a failure and further pages are not counted."""
    wanted = [unit for unit in units(search, source) if unit.role in roles]
    price = PRICES[source]
    return price.listing + len(search.concepts) + (1 + price.listing) * len(wanted) + (price.reading if read else 0)


def count(
    bench: Bench,
    search: Search,
    source: str,
    roles: Sequence[str],
    *,
    held: Mapping[str, AnyRecord],
    read: bool,
    now: datetime,
) -> Counts:
    """Ask ``source`` (one of `PRICES`) for each unit of the concepts ``roles``.

    ``held`` are its records at hand; titles of others are read if ``read``, `READ_AT_MOST` at most. Raises
    `SourceError`.
    """
    every = units(search, source)
    total = bench.counted(search).hits if source == "pubmed" else bench.matched(source, search, now).hits
    concepts = {
        role: bench.counted(_apart(search, source, [unit for unit in every if unit.role == role]), source).hits
        for role in search.concepts
    }
    asked = []
    for unit in every:
        if unit.role in roles:
            lone = bench.counted(_apart(search, source, [unit]), source)
            asked.append((unit, lone, bench.matched(source, narrowed(search, unit), now)))
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
        titles |= bench.titles(source, search, list(dict.fromkeys(missing))[:READ_AT_MOST], now)
    return Counts(source=source, total=total, concepts=concepts, worths=worths, titles=titles)


def _apart(search: Search, source: str, asked: Sequence[Unit]) -> Search:
    """Return a strategy of these units of one concept and nothing else, as ``source`` can be asked for it."""
    if source not in TRUNCATING:
        return natively(search, source, " OR ".join(f'"{unit.text}"' for unit in asked))
    if len(asked) == 1:
        return alone(asked[0])
    return concept_alone(search, asked[0].role)


def _fewest_first(worths: Sequence[Worth]) -> Sequence[Worth]:
    """Return the units with the fewest records of their own first: of those every title can be shown."""
    return sorted(worths, key=lambda worth: len(worth.only or ()))


def _only(unit: Unit, sets: Mapping[Unit, frozenset[str]]) -> tuple[str, ...]:
    times = Counter(key for other, keys in sets.items() if other.role == unit.role for key in keys)
    return tuple(sorted((key for key in sets[unit] if times[key] == 1), key=newest_first))
