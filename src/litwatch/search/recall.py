"""Which known reports the strategy finds, which concept excludes a missed one, and which word would catch it.

A source counts only reports that it holds: relative recall is found / held. Asks through the bench.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt

from litwatch.config import Search
from litwatch.errors import SourceError
from litwatch.model import AnyRecord
from litwatch.search.bench import Bench, by_key
from litwatch.search.candidates import candidates
from litwatch.search.matching import found_by
from litwatch.search.units import TRUNCATING, Unit, concept_alone, narrowed, natively, units
from litwatch.sources.ctis import BASE

ASKED = ("pubmed", "clinicaltrials", "isrctn", "ctis", "europepmc")  # each can be asked for a report by its number
BATCH = 100  # reports looked up in one query
MOST_PRICED = 12  # suggestions whose cost is asked
Z = 1.959964  # of a 95% interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A report that a source holds and the strategy does not find. ``excluded_by`` are the concepts without a match."""

    title: str
    key: str
    excluded_by: tuple[str, ...]
    words: Mapping[str, Mapping[Unit, str]]  # by concept: what stands in it that would have caught it, and where


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A word for one concept: how many of the missed it would catch, and how many more records it would bring."""

    unit: Unit
    gain: int
    cost: int | None  # None where it was not asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """One source's share. ``held`` and ``found`` are positions in the file's list of reports."""

    source: str
    platform: str
    held: tuple[int, ...] = ()
    found: tuple[int, ...] = ()
    misses: tuple[Miss, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    failure: str = ""


def wilson(found: int, held: int) -> tuple[float, float]:
    """Return the 95% Wilson score interval of a proportion; (0, 1) of nothing.

    Source: Wilson, J Am Stat Assoc 1927;22:209-212.
    """
    if held == 0:
        return 0.0, 1.0
    share, square = found / held, Z * Z / held
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * sqrt(share * (1 - share) / held + square / (4 * held))
    return max(0.0, middle - half), min(1.0, middle + half)


def recall(
    bench: Bench, search: Search, reports: Sequence[AnyRecord], names: Sequence[str], now: datetime
) -> tuple[Recall, ...]:
    """Ask each of the sources ``names`` for the reports it holds, and whether the strategy finds them."""
    found = []
    for name in (name for name in ASKED if name in names):
        blank = Recall(source=name, platform=bench.source(name, search).platform)
        try:
            found.append(_one(bench, search, reports, blank, now))
        except SourceError as error:
            found.append(replace(blank, failure=str(error)))
    return tuple(found)


def _one(bench: Bench, search: Search, reports: Sequence[AnyRecord], blank: Recall, now: datetime) -> Recall:
    name = blank.source
    looked = _held(bench, search, name, reports, now)
    if not looked:
        return blank
    keys = [record.key for record in looked.values()]
    found = _among(bench, name, search, keys, now)
    missed = [record for record in looked.values() if record.key not in found]
    blocks = {
        role: _in_block(bench, search, role, name, missed, now)
        for role in (search.concepts if missed and name not in search.native else ())
    }
    misses = tuple(
        _miss(record, search, [role for role in blocks if record.key not in blocks[role]]) for record in missed
    )
    return replace(
        blank,
        held=tuple(looked),
        found=tuple(at for at, record in looked.items() if record.key in found),
        misses=misses,
        suggestions=_suggested(bench, search, misses) if name == "pubmed" else _unpriced(misses),
    )


def _among(bench: Bench, name: str, search: Search, keys: Sequence[str], now: datetime) -> frozenset[str]:
    """Return which of ``keys`` the strategy finds; PubMed is asked about them alone, however large its whole set is."""
    if name == "pubmed":
        search = natively(search, name, f"({bench.source(name, search).query}) AND ({by_key(name, keys)})")
    return bench.matched(name, search, now).matched & frozenset(keys)


def _in_block(
    bench: Bench, search: Search, role: str, name: str, missed: Sequence[AnyRecord], now: datetime
) -> frozenset[str]:
    """Return the keys of those of ``missed`` that one concept finds by itself; CTIS cannot be asked for one."""
    keys = [record.key for record in missed]
    if name == "ctis":
        return frozenset(record.key for record in missed if found_by(record, search)[role])
    if name in TRUNCATING:
        block = bench.source(name, concept_alone(search, role)).query
    else:
        block = " OR ".join(f'"{unit.text}"' for unit in units(search, name) if unit.role == role)
    asked = natively(search, name, f"({block}) AND ({by_key(name, keys)})")
    return bench.matched(name, asked, now).matched & frozenset(keys)


def _held(bench: Bench, search: Search, name: str, reports: Sequence[AnyRecord], now: datetime) -> dict[int, AnyRecord]:
    """Return the source's record of each report that it holds, by the report's position."""
    looked: dict[int, AnyRecord] = {}
    queries = {at: query for at, report in enumerate(reports) if (query := _lookup(name, report))}
    positions = list(queries)
    for start in range(0, len(positions), BATCH):
        batch = positions[start : start + BATCH]
        records = bench.records(name, search, " OR ".join(queries[at] for at in batch), now)
        for at in batch:
            match = next((record for record in records if _numbers(record) & _numbers(reports[at])), None)
            if match is not None:
                looked[at] = match
    return looked


def _numbers(report: AnyRecord) -> set[tuple[str, str]]:
    """Return what a report and its record share; resubmissions to CTIS are one trial."""
    values = ((entry.kind, entry.value.casefold()) for entry in report.identifiers)
    return {(kind, value[:BASE] if kind == "euct" else value) for kind, value in values}


def _lookup(name: str, report: AnyRecord) -> str:
    """Return a query of the source's own syntax for one report, or "" where the source does not know its numbers."""
    named = {entry.kind: entry.value for entry in reversed(report.identifiers)}
    if name == "pubmed":
        if "pmid" in named:
            return f"{named['pmid']}[uid]"
        return f'"{named["doi"]}"[aid]' if "doi" in named else ""
    if name == "europepmc":
        # What PubMed holds is PubMed's to find; the strategy leaves it out here.
        return f'(DOI:"{named["doi"]}" NOT SRC:MED)' if "doi" in named else ""
    kind = {"clinicaltrials": "nct", "isrctn": "isrctn", "ctis": "euct"}[name]
    return named.get(kind, "")


def _miss(record: AnyRecord, search: Search, excluded_by: Sequence[str]) -> Miss:
    words = {role: candidates(record, search, role) for role in excluded_by}
    return Miss(title=record.title, key=record.key, excluded_by=tuple(excluded_by), words=words)


def _unpriced(misses: Sequence[Miss]) -> tuple[Suggestion, ...]:
    """Return each unit with the number of missed reports it would catch: those that only its concept excludes."""
    gains = Counter(unit for miss in misses if len(miss.excluded_by) == 1 for unit in miss.words[miss.excluded_by[0]])
    return tuple(Suggestion(unit=unit, gain=gain, cost=None) for unit, gain in gains.most_common())


def _suggested(bench: Bench, search: Search, misses: Sequence[Miss]) -> tuple[Suggestion, ...]:
    """Ask what the likeliest words would bring beyond what the strategy finds, and rank by gain, then cost."""
    if "pubmed" in search.native:
        return ()
    query = bench.source("pubmed", search).query
    priced = []
    for suggestion in _unpriced(misses)[:MOST_PRICED]:
        wider = bench.source("pubmed", narrowed(search, suggestion.unit)).query
        more = bench.counted(natively(search, "pubmed", f"({wider}) NOT ({query})")).hits
        priced.append(replace(suggestion, cost=more - suggestion.gain))
    return tuple(sorted(priced, key=lambda entry: (-entry.gain, entry.cost or 0, entry.unit.text)))
