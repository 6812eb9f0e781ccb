"""What people decided about reports and pairs of reports, and which new links are news by themselves. Pure.

A decision stands for ever until a later one on the same pair or report; no evidence of a database overrules it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from litwatch.model import AnyRecord, Change, Finding, Known, Mark, Relation

INCLUDED_LINK = "link to an included study"
# Relations that make a report part of a study; a notice is told by itself, and talk is none.
_OF_A_STUDY = frozenset(
    {"results_of", "protocol_of", "preprint_of", "follow_up_of", "same_trial_as", "update_of", "duplicate_of"}
)
_NAMES = {"results_of": "results paper", "protocol_of": "protocol paper", "follow_up_of": "follow-up report"}
_LINKED = "none linked"


def verdicts(marks: Iterable[Mark]) -> dict[str, str]:
    """Return the standing decision on each report: include or exclude. ``marks`` run from the oldest on."""
    found = {mark.report_id: mark.verdict for mark in marks if not mark.other_id}
    return {report_id: verdict for report_id, verdict in found.items() if verdict != "clear"}


def pairs(marks: Iterable[Mark]) -> dict[frozenset[str], Mark]:
    """Return the standing decision on each pair: same or different."""
    found = {frozenset({mark.report_id, mark.other_id}): mark for mark in marks if mark.other_id}
    return {pair: mark for pair, mark in found.items() if mark.verdict != "clear"}


def different(marks: Iterable[Mark]) -> frozenset[frozenset[str]]:
    """Return the pairs that people hold apart."""
    return frozenset(pair for pair, mark in pairs(marks).items() if mark.verdict == "different")


def decided(relations: Iterable[Relation], marks: Iterable[Mark]) -> tuple[Relation, ...]:
    """Return ``relations`` as people decided: none between two that differ, a certain one between two that are one."""
    standing = pairs(marks)
    kept = [entry for entry in relations if frozenset({entry.from_report, entry.to_report}) not in standing]
    for pair, mark in standing.items():
        if mark.verdict == "same":
            first, second = sorted(pair)
            note = f": {mark.note}" if mark.note else ""
            kept.append(
                Relation(
                    kind="duplicate_of",
                    from_report=second,
                    to_report=first,
                    evidence=f"marked as the same by hand on {mark.made.date()}{note}",
                    certain=True,
                )
            )
    return tuple(sorted(kept, key=lambda entry: (entry.kind, entry.from_report, entry.to_report)))


def arrivals(
    before: Iterable[Relation],
    after: Iterable[Relation],
    known: Sequence[Known],
    *,
    waiting: frozenset[str],
    told_in: Mapping[str, str],
    marks: Sequence[Mark],
) -> tuple[Finding, ...]:
    """Return the news that certain links are by themselves, one a report: between reports with nothing left to tell.

    Where one end waits to be told, its own news says what it is linked to. An excluded report is news again where its
    new link is to an included study. ``told_in`` names the digest that told of a report.
    """
    judged = verdicts(marks)
    studies = {entry.report_id: entry.study_id for entry in known}
    included = {studies[report_id] for report_id in judged.keys() & studies if judged[report_id] == "include"}
    records = {entry.report_id: entry.record for entry in reversed(known)}
    linked = {frozenset({entry.from_report, entry.to_report}) for entry in before if entry.certain}
    found: dict[str, Finding] = {}
    for entry in after:
        ends = frozenset({entry.from_report, entry.to_report})
        if not entry.certain or entry.kind not in _OF_A_STUDY or ends in linked or not ends <= records.keys():
            continue
        for report_id in sorted(ends):
            (other,) = ends - {report_id}
            if judged.get(report_id) == "exclude" and studies[other] in included:
                reason = f"You excluded it; now it is linked to a study you included: {entry.evidence}."
                found[report_id] = _finding(records, report_id, INCLUDED_LINK, other, reason)
        name = _NAMES.get(entry.kind)
        if name and not waiting & ends and judged.get(entry.to_report) != "exclude":
            label = told_in.get(entry.to_report)
            told = f"The {_what(records[entry.to_report])} you read about in {label}" if label else "A known study"
            reason = f"{told} now has a {name}: {entry.evidence}."
            found.setdefault(entry.to_report, _finding(records, entry.to_report, name, entry.from_report, reason))
    return tuple(found[report_id] for report_id in sorted(found))


def _what(record: AnyRecord) -> str:
    return "trial" if record.kind == "registration" else "study"


def _finding(records: Mapping[str, AnyRecord], report_id: str, field: str, other: str, reason: str) -> Finding:
    change = Change(field=field, old=_LINKED, new=f"{records[other].title} ({other})", grade="major")
    return Finding(record=records[report_id], report_id=report_id, standing="changed", reason=reason, changes=(change,))
