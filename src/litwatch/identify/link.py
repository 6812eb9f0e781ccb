"""Which reports are of one study: typed relations with their evidence, and the studies they make. Pure.

Only certain relations join a study; everything else is shown beside it as a possibility.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from litwatch.identifiers import display
from litwatch.identify.claims import trial_relations
from litwatch.identify.decisions import decided
from litwatch.identify.holdings import Holdings, arrange
from litwatch.identify.later import follow_ups
from litwatch.identify.numbers import Groups
from litwatch.identify.one import resembling
from litwatch.identify.pointers import pointed_relations
from litwatch.identify.resemble import resemblances
from litwatch.model import Known, Likeness, Mark, Relation

# Talk about a study is not part of it.
_TALK = frozenset({"mentions", "comment_on"})
# A notice belongs to the study of what it corrects; one that corrects several studies belongs to none.
_NOTICES = frozenset({"erratum_of", "retraction_of", "concern_about"})


def relations(
    known: Sequence[Known], marks: Sequence[Mark] = (), likenesses: Iterable[Likeness] = ()
) -> tuple[Relation, ...]:
    """Return every relation between the reports of ``known``, each kind once per pair, sorted.

    ``known`` is every record of the store, in any order; ``likenesses`` are why records may be of one report. Evidence
    found twice is told together, and one certain piece makes the relation certain. What people decided in ``marks``
    (the oldest first) outweighs it all.
    """
    held = arrange(known)
    trials = tuple(trial_relations(held))
    found = [
        *_twin_relations(held),
        *trials,
        *follow_ups(held, trials),
        *pointed_relations(held),
        *resembling(known, likenesses),
        *resemblances(held),
    ]
    return decided(_settle(found), marks)


def _twin_relations(held: Holdings) -> Iterable[Relation]:
    for twin in held.pairs:
        number = display(twin.number)
        evidence = {
            2: f"the registrations carry each other's number ({number})",
            1: f"one registration names the other's number ({number}) as its own",
            0: f"both registrations name {number}",
        }[twin.strength]
        yield Relation(
            kind="same_trial_as",
            from_report=twin.first,
            to_report=twin.second,
            evidence=evidence if twin.certain else f"{evidence}, but so do other trials, or the numbers disagree",
            certain=twin.certain,
        )


def _settle(found: Iterable[Relation]) -> tuple[Relation, ...]:
    """Merge the evidence of each (kind, from, to), and drop a guess about a pair that something certain is known of."""
    merged: dict[tuple[str, str, str], list[Relation]] = defaultdict(list)
    for relation in found:
        if relation.from_report != relation.to_report:
            merged[relation.kind, relation.from_report, relation.to_report].append(relation)
    sure = {frozenset(key[1:]) for key, group in merged.items() if any(relation.certain for relation in group)}
    twins = {frozenset(key[1:]) for key in merged if key[0] == "duplicate_of"}
    settled = []
    for key, group in sorted(merged.items()):
        certain = any(relation.certain for relation in group)
        if not certain and (frozenset(key[1:]) in sure or (key[0] == "same_trial_as" and frozenset(key[1:]) in twins)):
            continue
        evidence = sorted({relation.evidence for relation in group if relation.certain or not certain})
        first = group[0]
        settled.append(
            Relation(
                kind=first.kind,
                from_report=first.from_report,
                to_report=first.to_report,
                evidence="; ".join(evidence),
                certain=certain,
            )
        )
    return tuple(settled)


def studies(
    report_ids: Iterable[str],
    relations: Iterable[Relation],
    previous: Mapping[str, str],
    apart: frozenset[frozenset[str]] = frozenset(),
) -> tuple[dict[str, str], dict[str, str]]:
    """Return each report's study, and each study id that no longer stands with the one that took it in.

    ``previous`` is the mapping that held so far, the oldest report first: of the ids that meet in one study the oldest
    stands for ever and the others become its aliases. A new study is called after its smallest report id. The order
    of ``report_ids`` and ``relations`` does not matter. No study holds a pair of ``apart``: of the links that together
    would make it, the last in the order of report ids is passed over.
    """
    reports = sorted(set(report_ids))
    groups = _groups(reports, relations, apart)
    members: dict[str, list[str]] = defaultdict(list)
    for report_id in reports:
        members[groups.root(report_id)].append(report_id)
    in_use: dict[str, list[str]] = defaultdict(list)
    for report_id, study_id in previous.items():
        if report_id in groups:
            in_use[study_id].append(report_id)
    standing: dict[str, list[str]] = defaultdict(list)
    for study_id, holders in in_use.items():
        founder = study_id.removeprefix("study:")
        # When a link is withdrawn, the id stays with the report it was called after.
        standing[groups.root(founder if founder in groups else min(holders))].append(study_id)
    mapping: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for root, group in members.items():
        ids = standing.get(root) or [f"study:{group[0]}"]
        mapping |= dict.fromkeys(group, ids[0])
        aliases |= dict.fromkeys(ids[1:], ids[0])
    return mapping, aliases


def _groups(reports: Sequence[str], relations: Iterable[Relation], apart: frozenset[frozenset[str]]) -> Groups:
    groups = Groups(reports)
    notices: dict[str, list[str]] = defaultdict(list)
    for relation in sorted(relations, key=lambda entry: (entry.from_report, entry.to_report, entry.kind)):
        present = relation.from_report in groups and relation.to_report in groups
        if not relation.certain or relation.kind in _TALK or not present:
            continue
        if relation.kind in _NOTICES:
            notices[relation.from_report].append(relation.to_report)
        else:
            _join(groups, relation.from_report, relation.to_report, apart)
    standing = groups.copy()
    for notice, targets in notices.items():
        if len({standing.root(target) for target in targets}) == 1:
            _join(groups, notice, targets[0], apart)
    return groups


def _join(groups: Groups, first: str, second: str, apart: frozenset[frozenset[str]]) -> None:
    """Join two reports' studies, unless people hold one of the one apart from one of the other."""
    roots = {groups.root(first), groups.root(second)}
    if not any({groups.root(report_id) for report_id in pair if report_id in groups} == roots for pair in apart):
        groups.join(first, second)
