"""What an edit of the strategy gains and loses: in what is stored, and live in each source. Asks through the bench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from litwatch.config import Search
from litwatch.errors import SourceError
from litwatch.model import AnyRecord, Known
from litwatch.search.bench import Bench, most_read, newest_first, whole_set
from litwatch.search.matching import found_by, matches, place_of
from litwatch.search.units import Unit, changed, narrowed, natively

YEAR_DAYS = 364  # fifty-two weeks
WEEKS = 52
MOST_CHANGED = 40  # units asked for one by one, to name the one responsible


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One record gained or lost, with the units that bring it; ``record`` is None where its title was not read."""

    source: str
    key: str
    record: AnyRecord | None
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One source's sets under both strategies. ``weekly`` is the net number of records a week, None if not known."""

    source: str
    platform: str
    old_query: str
    new_query: str
    old_hits: int = 0
    new_hits: int = 0
    gained: tuple[Moved, ...] = ()
    lost: tuple[Moved, ...] = ()
    weekly: float | None = None
    note: str = ""
    failure: str = ""


def live(
    bench: Bench,
    old: Search,
    new: Search,
    names: Sequence[str],
    held: Mapping[tuple[str, str], AnyRecord],
    now: datetime,
) -> tuple[Difference, ...]:
    """Ask each source for both strategies. A source that fails is a `Difference` with its failure."""
    found = []
    for name in names:
        before, after = bench.source(name, old), bench.source(name, new)
        blank = Difference(source=name, platform=after.platform, old_query=before.query, new_query=after.query)
        try:
            found.append(_one(bench, old, new, blank, held, now))
        except SourceError as error:
            found.append(replace(blank, failure=str(error)))
    return tuple(found)


def _one(
    bench: Bench,
    old: Search,
    new: Search,
    blank: Difference,
    held: Mapping[tuple[str, str], AnyRecord],
    now: datetime,
) -> Difference:
    name = blank.source
    after = bench.matched(name, new, now)
    if blank.old_query == blank.new_query:
        return replace(blank, old_hits=after.hits, new_hits=after.hits, weekly=0.0)
    before = bench.matched(name, old, now)
    totals = replace(blank, old_hits=before.hits, new_hits=after.hits)
    if not (whole_set(before) and whole_set(after)):
        note = "more records than one answer lists: only the totals are compared"
        return replace(totals, weekly=_asked_weekly(bench, blank, new, now), note=note)
    gained = sorted(after.matched - before.matched, key=newest_first)
    lost = sorted(before.matched - after.matched, key=newest_first)
    added, removed = changed(old, new, name)
    records = {key: record for (source, key), record in held.items() if source == name}
    missing = [key for key in (*gained, *lost) if key not in records]
    if missing:
        records |= bench.titles(name, new, missing, now)
    if name == "ctis":
        # It is asked for one word of the drug at a time: each term of another concept would cost them all again.
        brought, took = _standing(added, gained, records), _standing(removed, lost, records)
    else:
        brought = _brought(bench, name, new, added, now) if gained else {}
        took = _brought(bench, name, old, removed, now) if lost else {}
    read = all(key in records for key in (*gained, *lost))
    return replace(
        totals,
        gained=tuple(_moved(name, key, records, brought) for key in gained),
        lost=tuple(_moved(name, key, records, took) for key in lost),
        weekly=_weekly(gained, lost, records, now.date()) if read else _asked_weekly(bench, blank, new, now),
        note=_caps(name, (len(added), len(removed)), [key in records for key in (*gained, *lost)]),
    )


def _caps(name: str, changed: Sequence[int], read: Sequence[bool]) -> str:
    """Say which of the lab's bounds cut something off."""
    notes = (
        [f"{sum(read)} of {len(read)} titles are known, {most_read(name)} at most are asked for"]
        if not all(read)
        else []
    )
    if max(changed) > MOST_CHANGED:
        notes.append(
            f"more than {MOST_CHANGED} terms were changed: which one brings a record is asked of the first only"
        )
    return "; ".join(notes)


def _asked_weekly(bench: Bench, blank: Difference, new: Search, now: datetime) -> float | None:
    """Ask PubMed how many of the records gained and lost it created in the last fifty-two weeks."""
    if blank.source != "pubmed":
        return None
    days = f"{now - timedelta(days=YEAR_DAYS):%Y/%m/%d}:{now + timedelta(days=2):%Y/%m/%d}[crdt]"
    sides = ((blank.new_query, blank.old_query), (blank.old_query, blank.new_query))
    gained, lost = (
        bench.counted(natively(new, "pubmed", f"(({have}) NOT ({lack})) AND {days}")).hits for have, lack in sides
    )
    return (gained - lost) / WEEKS


def _brought(
    bench: Bench, name: str, search: Search, units: Sequence[Unit], now: datetime
) -> Mapping[Unit, frozenset[str]]:
    """Return what each of the changed units matches together with the other concepts."""
    return {unit: bench.matched(name, narrowed(search, unit), now).matched for unit in units[:MOST_CHANGED]}


def _standing(
    units: Sequence[Unit], keys: Sequence[str], records: Mapping[str, AnyRecord]
) -> Mapping[Unit, frozenset[str]]:
    """Return in which of the records that were read each of the changed units stands."""
    read = {key: records[key] for key in keys if key in records}
    return {unit: frozenset(key for key, record in read.items() if place_of(unit, record)) for unit in units}


def _moved(source: str, key: str, records: Mapping[str, AnyRecord], brought: Mapping[Unit, frozenset[str]]) -> Moved:
    names = tuple(str(unit) for unit, keys in brought.items() if key in keys)
    return Moved(source=source, key=key, record=records.get(key), units=names)


def _weekly(gained: Sequence[str], lost: Sequence[str], records: Mapping[str, AnyRecord], today: date) -> float:
    """Return gained minus lost a week, over the records whose own date lies in the last fifty-two weeks."""
    first = (today - timedelta(days=YEAR_DAYS)).isoformat()
    recent = [sum(_since(records[key]) >= first for key in keys) for keys in (gained, lost)]
    return (recent[0] - recent[1]) / WEEKS


def _since(record: AnyRecord) -> str:
    """Return the day a record came into its source, or was published; partial dates compare by their year and month."""
    stated = record.created or record.published
    return stated.value if stated else ""


def headings_moved(old: Search, new: Search) -> tuple[str, ...]:
    """Return the headings that only one of the strategies has: what stands under them is the service's to know."""
    moved = (unit for side in changed(old, new, "pubmed") for unit in side if unit.kind == "mesh")
    return tuple(dict.fromkeys(unit.text for unit in moved))


def stored(
    old: Search, new: Search, known: Sequence[Known], same_query: Mapping[str, bool]
) -> tuple[tuple[Moved, ...], tuple[Moved, ...]]:
    """Return what the edit gains and loses among the records at hand, by the words that were read of them.

    ``same_query`` tells of each source whether its last complete run asked the old query: what that run matched is
    matched already, whatever the words at hand say (a narrower heading, say).
    """
    gained, lost = [], []
    for entry in known:
        record = entry.record
        if {record.source} & (old.native.keys() | new.native.keys()):
            continue
        read_so, has = matches(record, old), matches(record, new)
        had = read_so or (entry.matched and same_query.get(record.source, False))
        if has and not had:
            gained.append(_explained(record, old, new))
        elif read_so and not has:
            lost.append(_explained(record, new, old))
    return tuple(gained), tuple(lost)


def _explained(record: AnyRecord, without: Search, having: Search) -> Moved:
    """Return the record with the units of ``having`` that ``without`` lacks and that stand in it."""
    lacking = {unit for held in found_by(record, without).values() for unit in held}
    found = [unit for held in found_by(record, having).values() for unit in held]
    names = tuple(str(unit) for unit in found if unit not in lacking)
    return Moved(source=record.source, key=record.key, record=record, units=names or _roles(without, having))


def _roles(without: Search, having: Search) -> tuple[str, ...]:
    """Return the concepts that only one strategy has, where no term explains the difference."""
    return tuple(f"the concept {role}" for role in without.concepts if role not in having.concepts)
