"""Registry numbers as keys to a trial: one form per number, and which registrations are one trial. Pure.

Registries share secondary numbers: of fourteen trials under one programme number each names it, and none is the other.
A number that two registrations of one registry name therefore says nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from litwatch.identifiers import REGISTRIES, find, identifier
from litwatch.model import Identifier, Registration

SHARED_KINDS = REGISTRIES | {"utn"}
_EU_TYPES = {"EUDRACT_NUMBER": "eudract", "CTIS": "euct"}
_FIRST_EU_CT = "500000"  # CTIS counts from here, EudraCT never came so far
_COUNTRY = re.compile(r"^EUCTR(\d{4}-\d{6}-\d{2}).*$")


def trial_number(entry: Identifier) -> Identifier | None:
    """Return ``entry`` in the one form that all registers' spellings of it share, or None if it is no trial's number.

    The EU register's number with its country (EUCTR2019-001260-29-DK) is the EudraCT number of the same trial; an EU CT
    number's last two digits count resubmissions of one trial, and people leave them out.
    """
    if entry.kind == "euct" or (entry.kind == "eudract" and entry.value[5:] >= _FIRST_EU_CT):
        return Identifier(kind="euct", value=entry.value[:14])
    if entry.kind == "euctr":
        return Identifier(kind="eudract", value=_COUNTRY.sub(r"\1", entry.value))
    if entry.kind == "actrn":
        return Identifier(kind="actrn", value=entry.value.rstrip("ap"))
    return entry if entry.kind in SHARED_KINDS else None


def trial_numbers(entries: Iterable[Identifier]) -> frozenset[Identifier]:
    """Return the trial numbers among ``entries``."""
    return frozenset(number for entry in entries if (number := trial_number(entry)) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A registration's own numbers (with its earlier ones) and the numbers it names as its trial's elsewhere."""

    report_id: str
    own: frozenset[Identifier]
    named: frozenset[Identifier]


def numbered(report_id: str, registration: Registration) -> Numbered:
    """Read the numbers of one registration."""
    own = {number for number in trial_numbers(registration.identifiers) if number.kind != "utn"}
    for alias in registration.aliases:
        own |= trial_numbers(find(alias))
    named = set(trial_numbers(registration.identifiers))
    for entry in registration.secondary_ids:
        kind = _EU_TYPES.get(entry.type)
        typed = identifier(kind, entry.value) if kind else None
        named |= trial_numbers([typed] if typed else find(entry.value))
    return Numbered(report_id=report_id, own=frozenset(own), named=frozenset(named - own))


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """Two registrations that name each other's number (``direct``) or the same third one."""

    first: str
    second: str
    number: Identifier
    strength: int  # 2: each names the other; 1: one names the other; 0: both name a third number
    certain: bool


def twins(registrations: Sequence[Numbered]) -> tuple[Twin, ...]:
    """Return the registrations that are one trial in several registries, the doubtful ones marked.

    Links are believed from the strongest kind down, and only where the trials they would join hold no two different
    numbers of one registry; where they do, none of that kind within is believed.
    """
    merged = _merge(registrations)
    candidates = sorted(_candidates(merged), key=lambda twin: (-twin.strength, twin.first, twin.second))
    groups = Groups(entry.report_id for entry in merged.values())
    believed = []
    for strength in (2, 1, 0):
        level = [twin for twin in candidates if twin.strength == strength]
        trial = groups.copy()
        for twin in level:
            trial.join(twin.first, twin.second)
        for twin in level:
            members = [merged[member] for member in trial.members(twin.first)]
            certain = _consistent(members) and not (strength == 0 and len(members) > _CHAIN)
            if certain:
                groups.join(twin.first, twin.second)
            believed.append(
                Twin(first=twin.first, second=twin.second, number=twin.number, strength=strength, certain=certain)
            )
    return tuple(believed)


_CHAIN = 4  # more registrations than this behind one third number are a programme, not a trial


def _merge(registrations: Sequence[Numbered]) -> dict[str, Numbered]:
    merged: dict[str, Numbered] = {}
    for entry in registrations:
        before = merged.get(entry.report_id)
        merged[entry.report_id] = (
            Numbered(report_id=entry.report_id, own=before.own | entry.own, named=before.named | entry.named)
            if before
            else entry
        )
    return merged


def holders(registrations: Iterable[Numbered]) -> tuple[dict[Identifier, set[str]], dict[Identifier, set[str]]]:
    """Return which registrations own each number, and which name it."""
    owning: dict[Identifier, set[str]] = defaultdict(set)
    naming: dict[Identifier, set[str]] = defaultdict(set)
    for entry in registrations:
        for number in entry.own:
            owning[number].add(entry.report_id)
        for number in entry.named:
            naming[number].add(entry.report_id)
    return owning, naming


def _candidates(merged: Mapping[str, Numbered]) -> Iterable[Twin]:
    """Yield each pair once, by its strongest link."""
    best: dict[tuple[str, str], tuple[int, Identifier]] = {}
    for first, second, number, strength in _links(merged):
        pair = (first, second) if first < second else (second, first)
        best[pair] = max(best.get(pair, (strength, number)), (strength, number))
    for (first, second), (strength, number) in best.items():
        yield Twin(first=first, second=second, number=number, strength=strength, certain=False)


def _links(merged: Mapping[str, Numbered]) -> Iterable[tuple[str, str, Identifier, int]]:
    owning, naming = holders(merged.values())
    for number, owners in owning.items():
        for first, second in combinations(sorted(owners), 2):
            yield first, second, number, 2  # two registers' copies of the very same number
        for owner in owners:
            for other in naming.get(number, set()) - {owner}:
                yield owner, other, number, 2 if merged[owner].named & merged[other].own else 1
    for number, reports in naming.items():
        if number not in owning:
            for first, second in combinations(sorted(reports), 2):
                yield first, second, number, 0


def _consistent(members: Sequence[Numbered]) -> bool:
    """Tell whether one trial can hold all of ``members``: no registry gives it two numbers."""
    numbers: dict[str, list[frozenset[Identifier]]] = defaultdict(list)
    for entry in members:
        for kind in {number.kind for number in entry.own}:
            numbers[kind].append(frozenset(number for number in entry.own if number.kind == kind))
    for groups in numbers.values():
        # Earlier numbers of one registration are its own; two registrations must share one.
        if any(not first & second for first, second in combinations(groups, 2)):
            return False
    every = frozenset(number for entry in members for number in entry.own)
    owned = {number.kind for number in every}
    for entry in members:
        # A registry's own secondary number of the same registry is a parent or an extension: another trial.
        elsewhere = {number.kind for number in entry.named} - {number.kind for number in entry.own}
        for kind in elsewhere & owned:
            if not {number for number in entry.named if number.kind == kind} & every:
                return False  # it names another number of a registry that already has one here
    return True


class Groups:
    """Disjoint sets of report ids."""

    def __init__(self, members: Iterable[str] = (), root: Mapping[str, str] | None = None) -> None:
        self._root = dict(root) if root is not None else {member: member for member in members}

    def __contains__(self, member: object) -> bool:
        return member in self._root

    def copy(self) -> Groups:
        """Return an independent copy."""
        return Groups(root=self._root)

    def root(self, member: str) -> str:
        """Return the representative of ``member``'s set: its smallest member."""
        while self._root[member] != member:
            self._root[member] = self._root[self._root[member]]
            member = self._root[member]
        return member

    def join(self, first: str, second: str) -> None:
        """Unite the sets of ``first`` and ``second``."""
        low, high = sorted((self.root(first), self.root(second)))
        self._root[high] = low

    def members(self, member: str) -> tuple[str, ...]:
        """Return the whole set of ``member``, sorted."""
        root = self.root(member)
        return tuple(sorted(other for other in self._root if self.root(other) == root))
