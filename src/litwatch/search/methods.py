"""The methods paragraph of a watch, and the PRISMA-S items that it and the search log cover. Pure.

Source: Rethlefsen et al., PRISMA-S, Syst Rev 2021;10:39 (sixteen items). An item that only a human can answer says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from litwatch.config import Config
from litwatch.digest.wording import day, moment
from litwatch.model import SearchRun
from litwatch.search.flow import REGISTERS, Flow
from litwatch.whole import rank

BELIEVED = frozenset({"complete", "warnings"})
BESIDE = frozenset({"known", "crossref"})  # read beside the search: your own files, and notices on known reports
BY_HAND = "not covered: for you to state"
EVERY = {"day": "daily", "week": "weekly", "month": "monthly"}


def methods(config: Config, runs: Sequence[SearchRun], counts: Flow) -> str:
    """Return paragraph, queries and checklist as Markdown; ``runs`` is the whole search log, the latest first."""
    zone = config.digest.zone
    last = _last(runs)
    lines = ["## Search methods", "", _paragraph(config, runs, last, counts, zone), "", "### Queries, as sent", ""]
    for run in last:
        lines += [f"- {run.platform} ({run.interface}), {moment(run.started, zone)}, {run.hits} records:", ""]
        lines += [f"      {run.query}", ""]
    lines += ["### PRISMA-S", "", "| item | answer |", "|---|---|"]
    lines += [f"| {item} | {_cell(answer)} |" for item, answer in _checklist(config, runs, last, counts, zone)]
    return "\n".join(lines) + "\n"


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
    concepts = " AND ".join(config.search.concepts)
    searched = [run for run in last if run.source not in BESIDE]
    asked = _and([run.platform for run in searched])
    tried = [run for run in runs if run.source not in BESIDE and run.state != "skipped"]
    first = min(run.started for run in runs if run.state in BELIEVED)
    versions = sorted({run.litwatch_version for run in runs if run.litwatch_version})
    failed = sum(run.state not in BELIEVED for run in tried)
    failures = (
        f"{failed} of {len(tried)} searches failed or were not believed; each later one asks for the whole set again. "
        if failed
        else f"All {len(tried)} searches were complete. "
    )
    return (
        f"{asked} were searched for {concepts} with litwatch (version {', '.join(versions)}), first on "
        f"{day(first, zone)} and last on {day(max(run.started for run in last), zone)}; digests were made "
        f"{EVERY[config.digest.every]}. Each search asked for the whole set that the query matches, without limits of "
        f"date, language or publication type beyond the query itself, and read every known record again. {failures}"
        f"Queries, translations, times and counts of each stand in the search log. {counts.identified} records were "
        f"identified and {counts.duplicates} duplicates removed by identifiers and by title, author and year; "
        f"{counts.screened} were screened by label, of which {counts.set_aside} were set aside as off topic."
    )


def _checklist(
    config: Config, runs: Sequence[SearchRun], last: Sequence[SearchRun], counts: Flow, zone: ZoneInfo
) -> tuple[tuple[str, str], ...]:
    databases = [run for run in last if run.source not in REGISTERS and run.source not in BESIDE]
    registers = [run for run in last if run.source in REGISTERS]
    edits = [run for run in runs if run.edit and run.state in BELIEVED]
    citing = config.sources.europepmc.citing if config.sources.europepmc.enabled else ()
    native = ", ".join(config.search.native)
    dates = "; ".join(f"{run.platform} {moment(run.started, zone)}" for run in last)
    return (
        ("1 Database name", "; ".join(f"{run.platform} ({run.interface})" for run in databases) or "none"),
        ("2 Multi-database searching", "none: each source was searched by itself"),
        ("3 Study registries", "; ".join(f"{run.platform} ({run.interface})" for run in registers) or "none"),
        ("4 Online resources and browsing", BY_HAND),
        ("5 Citation searching", f"works citing {_and([f'PMID {pmid}' for pmid in citing])}" if citing else "none"),
        ("6 Contacts", BY_HAND),
        ("7 Other methods", "notices on known DOIs (Crossref)" if config.sources.crossref.enabled else "none"),
        ("8 Full search strategies", "above, as sent; every earlier one in `litwatch log --format csv`"),
        ("9 Limits and restrictions", "none beyond the queries"),
        ("10 Search filters", "none" if not native else f"see the native queries of {native}"),
        ("11 Prior work", BY_HAND),
        ("12 Updates", f"{len(runs)} searches since {day(min(run.started for run in runs), zone)}" if runs else "none"),
        ("13 Dates of searches", f"last: {dates}; all in the search log" if dates else "none yet"),
        ("14 Peer review", f"{BY_HAND}; terms were edited {len(edits)} times, each edit is logged"),
        ("15 Total records", f"{counts.identified}; by source in `litwatch log --flow`"),
        ("16 Deduplication", f"by litwatch, by identifiers and by title, author and year; {counts.duplicates} removed"),
    )


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
