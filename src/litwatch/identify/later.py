"""Which report of a trial follows up an earlier one of the same trial. Pure.

A title that says follow-up proves nothing by itself: many first reports say how long they followed people. It is a
follow-up where an earlier report of the very same trial does not say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from litwatch.identify.holdings import Holdings
from litwatch.identify.nature import is_follow_up, is_preprint, nature
from litwatch.model import Citation, Relation


def follow_ups(held: Holdings, found: Iterable[Relation]) -> Iterator[Relation]:
    """Yield a certain relation from each follow-up to the first report of its trial.

    ``found`` are the relations of citations to registrations; only certain results count.
    """
    citations = dict(held.citations)
    papers: dict[str, set[str]] = defaultdict(set)
    for relation in found:
        if relation.kind == "results_of" and relation.certain and relation.to_report in held.trials:
            papers[held.trials.root(relation.to_report)].add(relation.from_report)
    for trial in sorted(papers):
        reports = [(report_id, citations[report_id]) for report_id in sorted(papers[trial])]
        peers = [entry for entry in reports if nature(entry[1]) == "results" and not is_preprint(entry[1])]
        first = min((entry for entry in peers if not is_follow_up(entry[1])), key=_dated, default=None)
        if first is None:
            continue
        for report_id, citation in peers:
            if is_follow_up(citation) and _dated((report_id, citation)) > _dated(first):
                yield Relation(
                    kind="follow_up_of",
                    from_report=report_id,
                    to_report=first[0],
                    evidence=f"both report the results of {_number(held, trial)}, and this title, the later one, "
                    "speaks of follow-up",
                    certain=bool(_published(citation) and _published(first[1])),
                )


def _number(held: Holdings, report_id: str) -> str:
    """Return the number by which a reader knows the trial of a registration."""
    return next(record.key for held_id, record in held.registrations if held_id == report_id)


def _dated(entry: tuple[str, Citation]) -> tuple[str, str]:
    return _published(entry[1]), entry[0]


def _published(citation: Citation) -> str:
    return citation.published.value if citation.published else ""
