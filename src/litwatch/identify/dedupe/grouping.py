"""From judged pairs to clusters: the best pairs first, and no cluster that holds a pair known to be different. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

Pair = tuple[int, int]


class Groups:
    """Places joined into groups, under vetoes."""

    def __init__(self, vetoes: Iterable[Pair]) -> None:
        self._against: dict[int, set[int]] = defaultdict(set)
        for one, other in vetoes:
            self._against[one].add(other)
            self._against[other].add(one)
        self._members: dict[int, set[int]] = {}

    def members(self, place: int) -> set[int]:
        """Return the group that ``place`` is in."""
        return self._members.setdefault(place, {place})

    def join(self, one: int, other: int) -> bool:
        """Join the groups of two places; False where they are joined already or where a veto stands between them."""
        smaller, larger = sorted((self.members(one), self.members(other)), key=len)
        if smaller is larger or any(
            not larger.isdisjoint(self._against[place]) for place in smaller & self._against.keys()
        ):
            return False
        larger |= smaller
        for place in smaller:
            self._members[place] = larger
        return True

    def groups(self) -> list[list[int]]:
        """Return every group of two and more, each sorted, in the order of their first places."""
        distinct = {id(group): group for group in self._members.values() if len(group) > 1}
        return sorted(sorted(group) for group in distinct.values())


def would_join(accepted: Iterable[Pair]) -> list[list[int]]:
    """Return the groups that ``accepted`` would make if no veto stood in the way."""
    free = Groups(())
    for one, other in accepted:
        free.join(one, other)
    return free.groups()


def unjudged(groups: Iterable[Sequence[int]], judged: set[Pair]) -> Iterator[Pair]:
    """Yield the pairs inside ``groups`` that nobody has compared yet."""
    for group in groups:
        if len(group) > 2:  # noqa: PLR2004  # a pair holds no third
            yield from (pair for pair in combinations(group, 2) if pair not in judged)
