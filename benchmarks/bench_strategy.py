"""What the shipped strategy finds by title alone: recall on the domain's known studies, noise from its near misses.

A floor, not the strategy's recall: in use abstracts and indexing are searched as well. Run:
``python benchmarks/bench_strategy.py ../shared/domain``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from litwatch.config import Search
from litwatch.configfile import load
from litwatch.model import Citation
from litwatch.search.matching import found_by
from litwatch.search.recall import wilson
from litwatch.search.strategy import pubmed_query

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One study of the domain's files by its title; ``lacking`` are the concepts without a word in it."""

    name: str
    label: str
    title: str
    lacking: tuple[str, ...]


def shipped() -> Search:
    """Return the strategy that `litwatch init` writes."""
    return load(ROOT / "config.yaml", {}).config.search


def rows(path: Path, search: Search) -> tuple[Row, ...]:
    """Read one of the domain's files; the titles are judged by PubMed's terms of the strategy."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        name = str(entry.get("gold_id") or entry.get("id") or entry.get("nct") or "")
        record = Citation(source="pubmed", key=name, kind="article", title=str(entry.get("title") or ""), url="")
        lacking = tuple(role for role, units in found_by(record, search).items() if not units)
        found.append(Row(name=name, label=str(entry.get("label", "")), title=record.title, lacking=lacking))
    return tuple(found)


def report(name: str, entries: Sequence[Row]) -> list[str]:
    """Return one file's figures by label, and each miss with the concept whose word must stand elsewhere."""
    lines = []
    for label in dict.fromkeys(entry.label for entry in entries):
        mine = [entry for entry in entries if entry.label == label]
        wanted = label in {"relevant", "borderline"}
        hits = sum(not entry.lacking for entry in mine)
        low, high = wilson(hits, len(mine))
        what = "found" if wanted else "admitted as noise"
        lines.append(f"{name}, {label or 'near misses'}: {hits} of {len(mine)} {what} ({low:.0%} to {high:.0%})")
        lines += [_missed(entry) for entry in mine if wanted and entry.lacking]
    return lines


def _missed(entry: Row) -> str:
    lacking = " and ".join(entry.lacking)
    return f"    {entry.name}: abstract or indexing would have to hold a word of {lacking}: {entry.title[:90]}"


def main(folder: Path) -> None:
    """Print the figures, or that the domain's files are not here."""
    if not folder.is_dir():
        print(f"strategy: {folder} is not here, nothing measured")
        return
    search = shipped()
    print(f"title only, terms of: {pubmed_query(search)}")
    for name in ("publications", "trials", "negatives"):
        for line in report(name, rows(folder / f"{name}.jsonl", search)):
            print(line)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "domain")
