"""A work of Crossref in readable fields, built into the shape of its API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from litwatch.demo.span import ALWAYS, span_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What Crossref holds about one DOI."""

    doi: str
    work: Mapping[str, Any]
    since: date = ALWAYS
    until: date = date.max


def work(doi: str, title: str = "A work", **given: Any) -> Work:
    """Build a Crossref work; ``updates`` are its ``updated-by`` (type, DOI, source, day), ``updates_to`` likewise."""
    issued = str(given.get("issued", "2020"))
    span = span_of(given, f"{issued}-01-01" if len(issued) == len("2020") else issued)
    return Work(doi=doi, work=_work(doi, title, **given), **span)


def _work(
    doi: str,
    title: str,
    *,
    journal: str = "Journal of Invented Examples",
    issued: str = "2020",
    updates: Sequence[Mapping[str, str]] = (),
    updates_to: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    def rows(given: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
        return [
            {
                "DOI": row["doi"],
                "type": row["type"],
                "label": row["type"].replace("_", " ").capitalize(),
                "source": row.get("source", "publisher"),
                "updated": {"date-parts": [[int(part) for part in row.get("day", "2020-01-01").split("-")]]},
            }
            for row in given
        ]

    found: dict[str, Any] = {
        "DOI": doi,
        "type": "journal-article",
        "title": [title],
        "container-title": [journal],
        "issued": {"date-parts": [[int(part) for part in str(issued).split("-")]]},
    }
    found |= {"updated-by": rows(updates)} if updates else {}
    return found | ({"update-to": rows(updates_to)} if updates_to else {})
