"""Changes in what a registration lists: outcomes, arms, interventions, conditions, countries, references. Pure.

A list is a set here: its order never matters, and an entry's name may stand in it twice (one outcome at two times).
What stands on both sides is left out, so that only the difference is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from litwatch.identify import words
from litwatch.identify.words import differing, essence, in_words, shortened
from litwatch.model import Arm, Change, Grade, Intervention, Outcome, Registration

T = TypeVar("T")
Named = tuple[str, str]  # an entry's name and its text

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


def _arms(arms: Iterable[Arm]) -> list[Named]:
    return [
        (arm.label, f"{arm.description} {' '.join(sorted(arm.interventions, key=essence))}".strip()) for arm in arms
    ]


def _interventions(interventions: Iterable[Intervention]) -> list[Named]:
    return [(entry.name, entry.description) for entry in interventions]


def _outcome_changes(field: str, old: Sequence[Outcome], new: Sequence[Outcome], grade: Grade) -> Iterator[Change]:
    """Yield a change of the measures, of the time frames of a measure that stands, and of its description."""
    before, after = (_by_essence(outcomes, lambda entry: entry.measure) for outcomes in (old, new))
    was = [_outcome(entry) for key, entries in before.items() if key not in after for entry in entries]
    now = [_outcome(entry) for key, entries in after.items() if key not in before for entry in entries]
    if was or now:
        yield _list_change(field, was, now, grade)
    for key in sorted(before.keys() & after.keys()):
        yield from _standing_changes(field, before[key], after[key], grade)


def _standing_changes(
    field: str, before: Sequence[Outcome], after: Sequence[Outcome], grade: Grade
) -> Iterator[Change]:
    """Yield what changed in one measure that stands on both sides."""
    frames = [{essence(entry.time_frame): entry.time_frame for entry in entries} for entries in (before, after)]
    if frames[0].keys() != frames[1].keys():
        gone = [frame for key, frame in sorted(frames[0].items()) if key not in frames[1]]
        came = [frame for key, frame in sorted(frames[1].items()) if key not in frames[0]]
        yield Change(
            field=f"{field} time frame",
            old=shortened(f"{before[0].measure}: {_frames(gone)}"),
            new=shortened(f"{after[0].measure}: {_frames(came)}"),
            grade=grade,
        )
    said = [{essence(entry.description): entry.description for entry in entries} for entries in (before, after)]
    if said[0].keys() != said[1].keys():
        parts = differing(*(" ".join(text for _, text in sorted(side.items())) for side in said))
        yield Change(field=f"{field} description", old=parts[0], new=parts[1], grade="minor")


def _frames(frames: Sequence[str]) -> str:
    return "; ".join(frame or "not stated" for frame in frames) or _ABSENT


def _by_essence(entries: Iterable[T], name: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for entry in entries:
        found.setdefault(essence(name(entry)), []).append(entry)
    return found


def _outcome(entry: Outcome) -> str:
    return f"{entry.measure} [{entry.time_frame}]" if entry.time_frame else entry.measure


def _named_changes(field: str, old: Iterable[Named], new: Iterable[Named], grade: Grade) -> Iterator[Change]:
    """Yield one change where entries with a name and a text came, went, or say something else."""
    before, after = (_by_essence(entries, lambda entry: entry[0]) for entries in (old, new))
    was, now = [], []
    for key in sorted(before.keys() | after.keys()):
        texts = [sorted((text for _, text in side.get(key, ())), key=essence) for side in (before, after)]
        if [essence(text) for text in texts[0]] == [essence(text) for text in texts[1]]:
            continue
        if len(texts[0]) == len(texts[1]) == 1:
            parts = differing(texts[0][0], texts[1][0])
            was.append(f"{before[key][0][0]}: {parts[0]}")
            now.append(f"{after[key][0][0]}: {parts[1]}")
            continue
        was += [_named(before[key][0][0], text) for text in _only(texts[0], texts[1])]
        now += [_named(after[key][0][0], text) for text in _only(texts[1], texts[0])]
    if was or now:
        yield _list_change(field, was, now, grade)


def _only(texts: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return what of ``texts`` is not among ``others``, counting how often each stands."""
    left = Counter(map(essence, others))
    found = []
    for text in texts:
        if left[essence(text)]:
            left[essence(text)] -= 1
        else:
            found.append(text)
    return found


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
