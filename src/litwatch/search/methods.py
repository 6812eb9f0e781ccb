"""The methods paragraph of a watch, and the PRISMA-S items that it and the search log cover. Pure.

To be pasted into a paper: no address or path of the machine that litwatch runs on stands in it. Source: Rethlefsen et
al., PRISMA-S, Syst Rev 2021;10:39 (sixteen items). An item that only a human can answer says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from litwatch.config import Concept, Config
from litwatch.digest.wording import MONTHS
from litwatch.model import SearchRun
from litwatch.search.flow import REGISTERS, Flow
from litwatch.whole import rank

BELIEVED = frozenset({"complete", "warnings"})
BESIDE = frozenset({"known", "crossref"})  # read beside the search: your own files, and notices on known reports
BY_HAND = "for you to state"
EVERY = {"day": "daily", "week": "weekly", "month": "monthly"}
TERMS_NAMED = 3
# The platform of each source, as PRISMA-S asks for it (item 1).
PLATFORMS = {
    "pubmed": "via NCBI E-utilities",
    "clinicaltrials": "via its API, version 2",
    "europepmc": "via its RESTful web service",
    "isrctn": "via its API",
    "ctis": "via its public portal",
    "crossref": "via its REST API",
}


def methods(config: Config, runs: Sequence[SearchRun], counts: Flow) -> str:
    """Return paragraph, queries and checklist as Markdown; ``runs`` is the whole search log, the latest first."""
    zone = config.digest.zone
    last = _last(runs)
    lines = ["## Search methods", "", _paragraph(config, runs, last, counts, zone), "", "### Queries, as sent", ""]
    for run in (run for run in last if run.source in PLATFORMS):
        lines += [f"- {_named(run)}, {_day(run.started, zone)}, {_many(run.hits, 'record')}:", ""]
        lines += [f"      {run.query}", ""]
    lines += ["### PRISMA-S", "", "| item | answer |", "|---|---|"]
    lines += [f"| {item} | {_cell(answer)} |" for item, answer in _checklist(config, runs, last, counts, zone)]
    return "\n".join(lines) + "\n"


def _named(run: SearchRun) -> str:
    """Name a source with its platform, or the exports that were read."""
    if run.source in PLATFORMS:
        return f"{run.platform} ({PLATFORMS[run.source]})"
    if run.source == "files":
        return f"exports of other databases ({run.version}; name the database and platform of each)"
    return f"{run.platform} (exports of its search portal: {run.version})"


def _last(runs: Sequence[SearchRun]) -> tuple[SearchRun, ...]:
    """Return the last believed run of each source."""
    found: dict[str, SearchRun] = {}
    for run in runs:
        if run.state in BELIEVED:
            found.setdefault(run.source, run)
    return tuple(sorted(found.values(), key=lambda run: rank(run.source)))


def _paragraph(
    config: Config, runs: Sequence[SearchRun], last: Sequence[SearchRun], counts: Flow, zone: ZoneInfo
) -> str:
    if not any(run.source not in BESIDE for run in last):
        return "No source has been searched completely yet."
    searched = [run for run in last if run.source not in BESIDE]
    tried = [run for run in runs if run.source not in BESIDE and run.state != "skipped"]
    first = min(run.started for run in runs if run.state in BELIEVED)
    versions = sorted({run.litwatch_version for run in runs if run.litwatch_version})
    failed = sum(run.state not in BELIEVED for run in tried)
    failures = (
        f"{failed} of {len(tried)} searches failed or were not believed; each later one asked for the whole set again. "
        if failed
        else f"All {len(tried)} searches were complete. "
    )
    named = _and([run.platform if run.source in PLATFORMS else _named(run) for run in searched])
    native = [run.platform for run in searched if run.source in config.search.native]
    by_hand = f"The queries of {_and(native)} were written by hand. " if native else ""
    return (
        f"{named} were searched with litwatch (version {', '.join(versions)}) for records that match "
        f"{_and([_concept(role, concept) for role, concept in config.search.concepts.items()], 'AND')}. {by_hand}The "
        f"first search was on {_day(first, zone)}, the last on {_day(max(run.started for run in last), zone)}; what "
        f"they found was reported {EVERY[config.digest.every]}. Each asked for the whole set that the query matches, "
        f"without limits of date, language or publication type beyond the query itself, and asked again for every "
        f"known record. {failures}{_many(counts.identified, 'record was', 'records were')} identified and "
        f"{_many(counts.duplicates, 'duplicate')} removed by identifiers and by title, author and year; of the "
        f"remaining {counts.screened}, {counts.set_aside} were set aside as off topic by the words of their title, "
        f"abstract and indexing, and the others left for human screening."
    )


def _concept(role: str, concept: Concept) -> str:
    """Name a concept by its words, the first few of many: the queries below have them all."""
    shown = ", ".join(concept.terms[:TERMS_NAMED])
    more = len(concept.terms) - TERMS_NAMED
    headings = "; ".join(concept.mesh)
    parts = [f"{shown} and {_many(more, 'further term')}" if more > 0 else shown]
    parts += [f"MeSH: {headings}"] if headings else []
    return f"the {role} ({'; '.join(parts)})"


def _checklist(
    config: Config, runs: Sequence[SearchRun], last: Sequence[SearchRun], counts: Flow, zone: ZoneInfo
) -> tuple[tuple[str, str], ...]:
    databases = [run for run in last if run.source not in REGISTERS and run.source not in BESIDE]
    registers = [run for run in last if run.source in REGISTERS]
    searched = [*databases, *registers]
    edits = {run.config_hash for run in runs if run.edit and run.state in BELIEVED}
    citing = config.sources.europepmc.citing if config.sources.europepmc.enabled else ()
    native = ", ".join(config.search.native)
    dates = "; ".join(f"{run.platform} {_day(run.started, zone)}" for run in searched if run.source in PLATFORMS)
    found = "; ".join(f"{name} {number}" for name, number in (*counts.databases, *counts.registers))
    log = [run for run in runs if run.source not in BESIDE]
    began = f"{len(log)} since {_day(min(run.started for run in log), zone)}, all whole" if log else "none yet"
    cited = f"works citing {_and([f'PMID {pmid}' for pmid in citing])}, in Europe PMC" if citing else "none"
    notices = "retractions, corrections and expressions of concern on known DOIs, in Crossref"
    return (
        ("1 Database name", "; ".join(_named(run) for run in databases) or "none"),
        ("2 Multi-database searching", "none: each source was searched by itself"),
        ("3 Study registries", "; ".join(_named(run) for run in registers) or "none"),
        ("4 Online resources and browsing", BY_HAND),
        ("5 Citation searching", cited),
        ("6 Contacts", BY_HAND),
        ("7 Other methods", notices if config.sources.crossref.enabled else "none"),
        ("8 Full search strategies", "above, as sent; every earlier one is in `litwatch log --format csv`"),
        ("9 Limits and restrictions", f"none beyond the queries{f'; see those of {native}' if native else ''}"),
        ("10 Search filters", f"see the native queries of {native}" if native else "none"),
        ("11 Prior work", BY_HAND),
        ("12 Updates", f"searched again {EVERY[config.digest.every]} at least: {began}"),
        (
            "13 Dates of searches",
            f"last: {dates}; exports as dated above; the search log has every time" if dates else "none yet",
        ),
        ("14 Peer review", f"{BY_HAND}; the terms were edited {_many(len(edits), 'time')}, each edit is logged"),
        ("15 Total records", f"{counts.identified}{f': {found}' if found else ''}"),
        ("16 Deduplication", f"by litwatch: identifiers; title, author and year; {counts.duplicates} removed"),
    )


def _day(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or f'{one}s'}"


def _and(words: Sequence[str], last: str = "and") -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
