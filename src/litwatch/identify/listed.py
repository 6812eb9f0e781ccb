"""Changes in what a registration lists: outcomes, arms, interventions, conditions, countries, references. Pure.

A list is a set here: its order never matters. What stands on both sides is left out, so that only the difference is
shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from litwatch.identify import words
from litwatch.identify.words import differing, essence, in_words, shortened
from litwatch.model import Arm, Change, Grade, Intervention, Outcome, Registration

_ABSENT = "not listed"


def listed_changes(old: Registration, new: Registration) -> Iterator[Change]:
    """Yield the changes between two readings of one registration's lists."""
    yield from _outcome_changes("primary outcome", old.primary_outcomes, new.primary_outcomes, "major")
    yield from _named_changes("arms", _arms(old.arms), _arms(new.arms), "major")
    yield from _named_changes(
        "interventions", _interventions(old.interventions), _interventions(new.interventions), "major"
    )
    yield from _outcome_changes("secondary outcome", old.secondary_outcomes, new.secondary_outcomes, "minor")
    yield from _outcome_changes("other outcome", old.other_outcomes, new.other_outcomes, "minor")
    phases = [[in_words(phase, words.PHASES) for phase in entry.phases] for entry in (old, new)]
    yield from _set_change("phase", phases[0], phases[1])
    yield from _set_change("conditions", old.conditions, new.conditions)
    yield from _set_change("countries", old.countries, new.countries)
    yield from _set_change("collaborators", old.collaborators, new.collaborators)
    yield from _set_change("other numbers", *([entry.value for entry in r.secondary_ids] for r in (old, new)))
    yield from _set_change("results publications", _results(old), _results(new))


def _results(registration: Registration) -> list[str]:
    """Return the publications named as results; BACKGROUND and automatic references are no news of the trial."""
    return [
        f"PMID {entry.pmid}" if entry.pmid else entry.citation
        for entry in registration.references
        if entry.type == "RESULT"
    ]


def _arms(arms: Iterable[Arm]) -> dict[str, str]:
    return {arm.label: f"{arm.description} {' '.join(sorted(arm.interventions, key=essence))}".strip() for arm in arms}


def _interventions(interventions: Iterable[Intervention]) -> dict[str, str]:
    return {entry.name: entry.description for entry in interventions}


def _outcome_changes(field: str, old: Sequence[Outcome], new: Sequence[Outcome], grade: Grade) -> Iterator[Change]:
    """Yield a change of the measures, of the time frame of a measure that stands, and of its description."""
    before, after = ({essence(entry.measure): entry for entry in outcomes} for outcomes in (old, new))
    if before.keys() == after.keys():
        yield from _frame_changes(field, before, after, grade)
        for key, outcome in before.items():
            if essence(outcome.description) != essence(after[key].description):
                parts = differing(outcome.description, after[key].description)
                yield Change(field=f"{field} description", old=parts[0], new=parts[1], grade="minor")
        return
    was = [_outcome(entry) for key, entry in before.items() if key not in after]
    now = [_outcome(entry) for key, entry in after.items() if key not in before]
    yield _list_change(field, was, now, grade)


def _frame_changes(
    field: str, before: Mapping[str, Outcome], after: Mapping[str, Outcome], grade: Grade
) -> Iterator[Change]:
    for key, outcome in before.items():
        if essence(outcome.time_frame) != essence(after[key].time_frame):
            yield Change(
                field=f"{field} time frame",
                old=shortened(f"{outcome.measure}: {outcome.time_frame or 'not stated'}"),
                new=shortened(f"{after[key].measure}: {after[key].time_frame or 'not stated'}"),
                grade=grade,
            )


def _outcome(entry: Outcome) -> str:
    return f"{entry.measure} [{entry.time_frame}]" if entry.time_frame else entry.measure


def _named_changes(field: str, old: Mapping[str, str], new: Mapping[str, str], grade: Grade) -> Iterator[Change]:
    """Yield one change where entries with a name and a text came, went, or say something else."""
    before, after = ({essence(name): (name, text) for name, text in entries.items()} for entries in (old, new))
    was, now = [], []
    for key in sorted(before.keys() | after.keys()):
        if key not in after:
            was.append(_named(*before[key]))
        elif key not in before:
            now.append(_named(*after[key]))
        elif essence(before[key][1]) != essence(after[key][1]):
            parts = differing(before[key][1], after[key][1])
            was.append(f"{before[key][0]}: {parts[0]}")
            now.append(f"{after[key][0]}: {parts[1]}")
    if was or now:
        yield _list_change(field, was, now, grade)


def _named(name: str, text: str) -> str:
    return f"{name}: {text}" if text else name


def _set_change(field: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Change]:
    before, after = ({essence(entry): entry for entry in entries} for entries in (old, new))
    if before.keys() != after.keys():
        was = [entry for key, entry in sorted(before.items()) if key not in after]
        now = [entry for key, entry in sorted(after.items()) if key not in before]
        yield _list_change(field, was, now, "minor")


def _list_change(field: str, was: Sequence[str], now: Sequence[str], grade: Grade) -> Change:
    if len(was) == len(now) == 1:
        old, new = differing(was[0], now[0])
        return Change(field=field, old=old, new=new, grade=grade)
    return Change(
        field=field,
        old=shortened("; ".join(was)) or _ABSENT,
        new=shortened("; ".join(now)) or _ABSENT,
        grade=grade,
    )
