"""Which records are of one report: blocking, comparison, rules, clusters. Pure; the records' order is nothing to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from litwatch.errors import InputError
from litwatch.identify.dedupe import blocking
from litwatch.identify.dedupe.claims import Claims
from litwatch.identify.dedupe.columns import Columns, Mask, Numbers
from litwatch.identify.dedupe.face import Face, face
from litwatch.identify.dedupe.features import compare
from litwatch.identify.dedupe.grouping import Groups, Pair, unjudged, would_join
from litwatch.identify.dedupe.reference import Reference, reference
from litwatch.identify.dedupe.rules import ACCEPT, NONE, POSSIBLE, VETO, holding, score

AT_ONCE = 20_000  # pairs compared at once: bounds the memory
_SURE = np.array([rule.sure for rule in VETO] + [False])  # the last is that of `NONE`


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """A record that is of the same report as another, and why."""

    record_id: str
    of: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The records of one report: the fullest is kept, the others are its duplicates; most clusters have one record."""

    cluster_id: str  # the first of its record ids in the order of the alphabet
    kept: str
    duplicates: tuple[Duplicate, ...] = ()

    @property
    def record_ids(self) -> tuple[str, ...]:
        """Every record of the cluster, the kept one first."""
        return (self.kept, *(duplicate.record_id for duplicate in self.duplicates))


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """Two records that a human should look at."""

    record_id_a: str
    record_id_b: str
    score: int  # 0 to 100
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Every record in one cluster, in the order of the first of its records; and the pairs left to a human."""

    clusters: tuple[Cluster, ...]
    possible: tuple[Possible, ...]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the rules said of pairs: the index of the rule that accepts, forbids or doubts, and the score."""

    one: Numbers
    other: Numbers
    accept: Numbers
    veto: Numbers
    doubt: Numbers
    score: Numbers

    @property
    def liked(self) -> Numbers:
        """Where a rule accepts the pair, or leaves it to a human, unless another forbids it."""
        return np.flatnonzero((self.accept != NONE) | (self.doubt != NONE))


def cluster(records: Iterable[Reference | Mapping[str, str | None]]) -> list[Cluster]:
    """Return the clusters of ``records``: every record in one, in the order of the first record of each.

    A record is a `Reference` or a row of named fields. Raises `InputError` where two share a record id.
    """
    return list(resolve(records).clusters)


def resolve(records: Iterable[Reference | Mapping[str, str | None]]) -> Resolution:
    """Return clusters, and pairs left to a human. Raises `InputError` where two records share a record id."""
    return resolve_faces(faces_of(records))


def faces_of(records: Iterable[Reference | Mapping[str, str | None]]) -> list[Face]:
    """Return the comparable form of each record; one without an id is numbered by its place, from 1."""
    return [
        face(record if isinstance(record, Reference) else reference(record, record_id=str(number)))
        for number, record in enumerate(records, start=1)
    ]


def resolve_faces(faces: Sequence[Face], *, beside: int | None = None, pairs: Sequence[Pair] = ()) -> Resolution:
    """Do what `resolve` promises, for records in comparable form.

    With ``beside``, only the first so many are compared with each other, and with the others in ``pairs`` (places).
    Raises `InputError` where two records share a record id.
    """
    order = {one.record_id: place for place, one in enumerate(faces)}
    if len(order) < len(faces):
        raise InputError(_repeated(faces))
    rank = sorted(range(len(faces)), key=lambda place: _title_order(faces[place]))
    by_title = [faces[place] for place in rank]
    if beside is None:
        one, other = blocking.pairs(by_title)
    else:
        new = [place for place in rank if place < beside]
        back = {place: at for at, place in enumerate(rank)}
        firsts, seconds = blocking.pairs([faces[place] for place in new])
        ends = [(new[a], new[b]) for a, b in zip(firsts.tolist(), seconds.tolist(), strict=True)]
        sorted_ends = sorted(sorted((back[a], back[b])) for a, b in (*ends, *pairs))
        one, other = np.array(sorted_ends, dtype=np.int64).reshape(-1, 2).T
    return _resolution(by_title, judged(Columns(by_title), one, other), order)


def _title_order(one: Face) -> tuple[str, str, int, str]:
    return one.title, one.authors, one.year, one.record_id


def judged(columns: Columns, one: Numbers, other: Numbers) -> Verdicts:
    """Return what the rules say of the pairs ``one[k], other[k]``."""
    parts = []
    for start in range(0, max(len(one), 1), AT_ONCE):
        features = compare(columns, one[start : start + AT_ONCE], other[start : start + AT_ONCE])
        claims = Claims(features)
        parts.append([*(holding(rules, claims) for rules in (ACCEPT, VETO, POSSIBLE)), score(features, claims)])
    accept, veto, doubt, points = (np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True))
    return Verdicts(one, other, accept, veto, doubt, points)


def _resolution(faces: Sequence[Face], found: Verdicts, order: Mapping[str, int]) -> Resolution:
    best = np.flatnonzero((found.accept != NONE) & (found.veto == NONE))
    best = best[np.lexsort((found.other[best], found.one[best], -found.score[best]))]
    accepted: dict[Pair, str] = {
        (one, other): ACCEPT[rule].reason
        for one, other, rule in zip(
            found.one[best].tolist(), found.other[best].tolist(), found.accept[best].tolist(), strict=True
        )
    }
    groups = Groups(_vetoes(faces, found, list(accepted)))
    for one, other in accepted:
        groups.join(one, other)
    clusters = [_cluster(faces, group, accepted) for group in groups.groups()]
    clustered = {record_id for one in clusters for record_id in one.record_ids}
    clusters += [Cluster(cluster_id=one, kept=one) for one in order if one not in clustered]
    clusters.sort(key=lambda one: min(order[record_id] for record_id in one.record_ids))
    return Resolution(clusters=tuple(clusters), possible=tuple(_possible(faces, found, groups)))


def _vetoes(faces: Sequence[Face], found: Verdicts, accepted: Sequence[Pair]) -> set[Pair]:
    """Return the pairs that may not share a cluster, among them those that only the clusters bring together."""
    joined = np.full(len(faces), NONE, dtype=np.int64)
    groups = would_join(accepted)
    for number, group in enumerate(groups):
        joined[group] = number
    inside = (joined[found.one] != NONE) & (joined[found.one] == joined[found.other])
    judged_inside = _as_pairs(found, inside)
    vetoes = _as_pairs(found, inside & (found.veto != NONE))
    new = list(unjudged(groups, judged_inside))
    if new:
        places = sorted({place for pair in new for place in pair})
        back = {place: at for at, place in enumerate(places)}
        ends = np.array([(back[one], back[other]) for one, other in new], dtype=np.int64)
        verdicts = judged(Columns([faces[place] for place in places]), ends[:, 0], ends[:, 1])
        vetoes.update(pair for pair, veto in zip(new, verdicts.veto.tolist(), strict=True) if veto != NONE)
    return vetoes


def _as_pairs(found: Verdicts, which: Mask) -> set[Pair]:
    return set(zip(found.one[which].tolist(), found.other[which].tolist(), strict=True))


def _cluster(faces: Sequence[Face], group: Sequence[int], accepted: Mapping[Pair, str]) -> Cluster:
    kept = min(group, key=lambda place: (-faces[place].richness, faces[place].record_id))
    others = sorted((place for place in group if place != kept), key=lambda place: faces[place].record_id)
    duplicates = []
    for place in others:
        twin = next((other for other in (kept, *group) if (min(place, other), max(place, other)) in accepted), kept)
        reason = accepted[min(place, twin), max(place, twin)]
        duplicates.append(Duplicate(record_id=faces[place].record_id, of=faces[twin].record_id, reason=reason))
    return Cluster(
        cluster_id=min(faces[place].record_id for place in group),
        kept=faces[kept].record_id,
        duplicates=tuple(duplicates),
    )


def _possible(faces: Sequence[Face], found: Verdicts, groups: Groups) -> list[Possible]:
    doubted = np.flatnonzero(((found.doubt != NONE) | (found.accept != NONE)) & ~_SURE[found.veto])
    shown = []
    for at in doubted.tolist():
        one, other = int(found.one[at]), int(found.other[at])
        if other in groups.members(one):
            continue
        low, high = sorted((faces[one].record_id, faces[other].record_id))
        rule = POSSIBLE[found.doubt[at]] if found.doubt[at] != NONE else ACCEPT[found.accept[at]]
        but = f"; but {VETO[found.veto[at]].reason}" if found.veto[at] != NONE else ""
        shown.append(
            Possible(record_id_a=low, record_id_b=high, score=int(found.score[at]), reason=f"{rule.reason}{but}")
        )
    return sorted(shown, key=lambda pair: (-pair.score, pair.record_id_a, pair.record_id_b))


def _repeated(faces: Sequence[Face]) -> str:
    seen: set[str] = set()
    for one in faces:
        if one.record_id in seen:
            return f"record_id: {one.record_id}: given to two records; give each its own"
        seen.add(one.record_id)
    return "record_id: given to two records"
