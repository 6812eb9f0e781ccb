"""What a reader who followed a study is told when its next report arrives. Pure.

"The trial you read about in 2026-W40 now has a results paper": only on certain links, only of what a digest has told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from litwatch.model import Kin, News, RelationKind, ReportKind

_ARRIVED = frozenset({"new", "late", "by_new_terms"})
# The kind of link that runs from the arrival to what was told, and what it brings.
_BRINGS: dict[RelationKind, str] = {
    "results_of": "results {paper}",
    "protocol_of": "published protocol",
    "follow_up_of": "follow-up {paper}",
    "update_of": "newer version",
}
_PAPERS: dict[ReportKind, str] = {"preprint": "preprint", "abstract": "meeting abstract"}


def threaded(news: News, kin: Sequence[Kin]) -> News:
    """Return ``news`` with the sentences on what the reader read of its study before, at the head of its reason."""
    if news.standing not in _ARRIVED:
        return news
    told = {entry.report_id: entry for entry in kin if entry.told_in}
    sentences = dict.fromkeys(_sentences(news, told))
    return replace(news, reason=" ".join([*sentences, news.reason])) if sentences else news


def _sentences(news: News, told: Mapping[str, Kin]) -> list[str]:
    found = []
    for relation in news.relations:
        outward = relation.from_report == news.report_id
        other = told.get(relation.to_report if outward else relation.from_report)
        if other is None or not relation.certain:
            continue
        if outward and relation.kind in _BRINGS:
            brings = _BRINGS[relation.kind].format(paper=_PAPERS.get(news.record.kind, "paper"))
            found.append(f"The {_named(other)} you read about in {other.told_in} now has a {brings}.")
        elif relation.kind == "preprint_of" and not outward:
            found.append(f"The preprint you read about in {other.told_in} is now published as an article.")
        elif relation.kind == "results_of":
            found.append(f"It is the registration of the results you read about in {other.told_in}.")
    return found


def _named(other: Kin) -> str:
    return {"registration": "trial", "preprint": "preprint"}.get(other.record.kind, "study")
