"""Which reports turned out to be one, and which record leaves its report because somebody says so. Pure.

A report is called after its first record, and the name stays an address for ever: a report that joins another leaves it
behind, and leads to it. Only certain evidence joins (a shared identifier that arrived later), or a person's word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from litwatch.identify.compared import address
from litwatch.identify.decisions import pairs
from litwatch.identify.numbers import Groups
from litwatch.model import Known, Likeness, Mark, Relation
from litwatch.whole import rank


def homes(known: Iterable[Known]) -> dict[str, str]:
    """Return the report that each record is of, by the record's address."""
    return {address(entry.record): entry.report_id for entry in known}


def at_home(marks: Iterable[Mark], known: Iterable[Known]) -> tuple[Mark, ...]:
    """Return ``marks`` with each report under the name it goes by now; a pair that is one report is left out."""
    home = homes(known)
    found = (
        replace(
            mark,
            report_id=home.get(mark.report_id, mark.report_id),
            other_id=home.get(mark.other_id, mark.other_id),
        )
        for mark in marks
    )
    return tuple(mark for mark in found if mark.report_id != mark.other_id)


def unions(known: Sequence[Known], likenesses: Iterable[Likeness], marks: Iterable[Mark]) -> dict[str, str]:
    """Return the records that move to another report, by address: reports found to be one go by the oldest one's name.

    What people hold apart in ``marks`` (the oldest first) is never joined, whatever else says so.
    """
    home = homes(known)
    decisions = pairs(marks)
    apart = [{home.get(name, name) for name in pair} for pair, mark in decisions.items() if mark.verdict == "different"]
    said = [tuple(sorted(pair)) for pair, mark in decisions.items() if mark.verdict == "same"]
    found = [(entry.record, entry.report_id) for entry in likenesses if entry.certain]
    age: dict[str, tuple[str, int, str]] = {}
    for entry in known:
        since = entry.first_seen.isoformat() if entry.first_seen else ""
        own = since, rank(entry.report_id.partition(":")[0]), entry.report_id
        age[entry.report_id] = min(age.get(entry.report_id, own), own)
    groups = Groups(age)
    for one, other in sorted(said) + sorted(found):
        ends = home.get(one, one), home.get(other, other)
        if ends[0] not in groups or ends[1] not in groups:
            continue
        roots = {groups.root(end) for end in ends}
        if not any({groups.root(name) for name in pair if name in groups} == roots for pair in apart):
            groups.join(*ends)
    oldest: dict[str, str] = {}
    for name in sorted(age, key=age.__getitem__):
        oldest.setdefault(groups.root(name), name)
    moves = {name: oldest[groups.root(report_id)] for name, report_id in home.items()}
    return {name: report_id for name, report_id in moves.items() if home[name] != report_id}


def resembling(known: Iterable[Known], likenesses: Iterable[Likeness]) -> tuple[Relation, ...]:
    """Return a relation for each record that is like a report it is not of."""
    home = homes(known)
    reports = set(home.values())
    found = {}
    for entry in likenesses:
        ends = home.get(entry.record, ""), home.get(entry.report_id, entry.report_id)
        if ends[0] != ends[1] and set(ends) <= reports:
            found[ends] = Relation(
                kind="duplicate_of",
                from_report=ends[0],
                to_report=ends[1],
                evidence=entry.reason,
                certain=entry.certain,
            )
    return tuple(found.values())


def left_behind(names: Iterable[str], known: Iterable[Known]) -> tuple[Relation, ...]:
    """Return a relation from each of ``names`` that no report goes by any more to the report it leads to."""
    home = homes(known)
    reports = set(home.values())
    return tuple(
        Relation(kind="duplicate_of", from_report=name, to_report=home[name], evidence="one report", certain=True)
        for name in sorted(set(names) - reports)
        if name in home
    )


def parted(
    one: Known, other: Known, known: Sequence[Known], likenesses: Iterable[Likeness]
) -> tuple[Known, Mapping[str, str]]:
    """Return which of two records of one report leaves it, and the moves: its followers go with it.

    The record that the report is called after stays; of two others the second leaves. What joined the report because it
    is like the record that leaves goes with it.
    """
    leaver = one if address(other.record) == other.report_id else other
    name = address(leaver.record)
    here = {address(entry.record) for entry in known if entry.report_id == leaver.report_id}
    followers = {entry.record for entry in likenesses if entry.certain and entry.report_id == name} & here
    return leaver, dict.fromkeys(sorted({name, *followers} - {leaver.report_id}), name)
