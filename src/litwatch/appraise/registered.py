"""What a registration says in its own fields: what is compared, and until when outcomes are measured. Pure.

A quote is the field's value, and its place is the field's name, as ClinicalTrials.gov names it; all registries are read
into the same fields. A registered plan is no finding: a registration has neither outcome nor adverse events here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from litwatch.appraise.drugs import Drugs, Mention
from litwatch.appraise.times import Length, lengths_in
from litwatch.model import Arm, Comparator, FollowUp, Outcome, Quote, Registration

# The arm types of ClinicalTrials.gov that compare.
_TYPES = {
    "PLACEBO_COMPARATOR": "placebo",
    "SHAM_COMPARATOR": "other",
    "NO_INTERVENTION": "other",
    "ACTIVE_COMPARATOR": "active",
}
_USUAL = re.compile(r"\b(?:usual|standard|routine|conventional)\b", re.IGNORECASE)
_OUTCOMES = ("primary_outcomes", "secondary_outcomes", "other_outcomes")
_NAMES = {
    "primary_outcomes": "primaryOutcomes",
    "secondary_outcomes": "secondaryOutcomes",
    "other_outcomes": "otherOutcomes",
}
_BEFORE = re.compile(
    r"^[\s)]*(?:before|prior|pre\b|pre-|preceding|earlier|apart|intervals?)|^\s*-?\s*(?:recall|old)\b", re.IGNORECASE
)
_EVERY = re.compile(r"\b(?:every|each|last|past|previous|per)\s*$", re.IGNORECASE)


def comparators_registered(record: Registration, drugs: Drugs) -> tuple[Comparator, ...]:
    """Return the arms that the watched drug's arm is compared with, by their registered types; () without types."""
    ours = [arm for arm in record.arms if _watched(arm, drugs)]
    found: dict[tuple[str, str], Comparator] = {}
    for index, arm in enumerate(record.arms):
        entry = _comparator(arm, ours, drugs)
        if entry is not None:
            quote = Quote(text=arm.label, field=f"armGroups[{index}].label", start=0, end=len(arm.label))
            found.setdefault(entry, Comparator(name=entry[0], type=entry[1], quote=quote))
    return tuple(found.values())


def _comparator(arm: Arm, ours: list[Arm], drugs: Drugs) -> tuple[str, str] | None:
    kind = _TYPES.get(arm.type.upper().replace(" ", "_"))
    if kind is None or not arm.label:
        return None
    mentions = _mentions(arm, drugs)
    if kind == "placebo":
        inert = next((one.name for one in mentions if one.inert), "placebo")
        return inert, kind
    if kind == "other" or not mentions:
        return arm.label, "standard_care" if _USUAL.search(f"{arm.label} {arm.description}") else kind
    rival = next((one.name for one in mentions if not one.watched and not one.inert), None)
    if any(one.watched for one in mentions):  # the drug itself, or the drug with another
        return (arm.label, "dose_or_route") if len(ours) > 1 or ours != [arm] else None
    return (rival, kind) if rival else (arm.label, "placebo")


def _watched(arm: Arm, drugs: Drugs) -> bool:
    return any(one.watched for one in _mentions(arm, drugs))


def _mentions(arm: Arm, drugs: Drugs) -> tuple[Mention, ...]:
    """Return the drugs an arm is about: those of its interventions, else of its label, else of its description."""
    for text in (" / ".join(arm.interventions), arm.label, arm.description):
        found = drugs.mentions(text)
        if found:
            return found
    return ()


def followup_registered(record: Registration) -> FollowUp | None:
    """Return the latest time at which a registered outcome is measured, with its time frame; None if none is said."""
    times = list(_times(record))
    if not times:
        return None
    length, quote = max(times, key=lambda pair: pair[0].minutes)
    return FollowUp(value=length.value, value_high=length.value_high, unit=length.unit, quote=quote)


def _times(record: Registration) -> Iterator[tuple[Length, Quote]]:
    for kind in _OUTCOMES:
        outcomes: tuple[Outcome, ...] = getattr(record, kind)
        for index, outcome in enumerate(outcomes):
            frame = outcome.time_frame
            quote = Quote(text=frame, field=f"{_NAMES[kind]}[{index}].timeFrame", start=0, end=len(frame))
            for length in lengths_in(frame):
                if not _BEFORE.match(frame[length.end :]) and not _EVERY.search(frame[: length.start]):
                    yield length, quote
