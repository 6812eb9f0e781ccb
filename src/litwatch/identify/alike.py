"""Which known report a citation is that shares no identifier with it, by the rules of `dedupe`. Pure.

Three outcomes: duplicate (its record is folded into the report), possible (told, and shown to a human beside the
other), distinct. Only an index of known records is searched; whom it names are compared as they stand now, and a record
that a rule would fold into a report must be contradicted by none of the report's other records. Two reports are never
joined here, and a preprint, a protocol and a notice are never another kind of report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from litwatch.identifiers import first_value
from litwatch.identify.compared import address, is_compared
from litwatch.identify.dedupe import Index, Reference
from litwatch.identify.dedupe.blocking import pairs_by_parts
from litwatch.identify.dedupe.clusters import faces_of, judged
from litwatch.identify.dedupe.columns import Columns
from litwatch.identify.dedupe.face import Face
from litwatch.identify.dedupe.grouping import Groups, Pair, unjudged, would_join
from litwatch.identify.dedupe.rules import ACCEPT, NONE, POSSIBLE, VETO
from litwatch.model import AnyRecord, Citation, Known

_OWN_KINDS = frozenset({"preprint", "protocol", "notice"})  # each a report of its own beside any other kind
_AUTHORS_READ = 40
_AT_ONCE = 2_000  # records added to an index at once: bounds the memory


def as_reference(record: Citation) -> Reference:
    """Return ``record`` as the rules compare it."""
    return Reference(
        record_id=address(record),
        title=record.title,
        author="; ".join(
            author.collective or f"{author.last}, {author.initials or author.fore}"
            for author in record.authors[:_AUTHORS_READ]
        ),
        year=record.published.value[:4] if record.published else "",
        journal=record.journal or record.journal_abbreviation,
        volume=record.volume,
        number=record.issue,
        pages=record.pages,
        doi=first_value(record.identifiers, "doi"),
        pmid=record.key if record.source == "pubmed" else first_value(record.identifiers, "pmid"),
        abstract=" ".join(part.text for part in record.abstract),
        issn=record.issn,
        type="meeting abstract" if record.kind == "abstract" else "",
    )


def grown(index: Index, known: Iterable[Known]) -> Index:
    """Return ``index`` with the records of ``known`` that it lacks; itself where it lacks none."""
    held = index.record_ids()
    lacking = {name: entry.record for entry in known if (name := address(entry.record)) not in held}
    fresh = [record for _, record in sorted(lacking.items()) if is_compared(record)]
    for start in range(0, len(fresh), _AT_ONCE):
        index = index.add(map(as_reference, fresh[start : start + _AT_ONCE]))
    return index


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A report that a record is (``certain``), or may be, a record of."""

    report_id: str
    reason: str
    certain: bool


def alike(fresh: Sequence[Citation], known: Sequence[Known], index: Index) -> dict[str, tuple[Twin, ...]]:
    """Return for each of ``fresh`` that is or may be a known report, or that of another of them, which; by address.

    A certain twin stands first, and there is one at most. One of ``fresh`` may stand in ``known`` as well: a record
    that has changed, which is compared with every report but its own. Of new records of one report the fullest gives it
    its name. ``index`` holds every record of ``known`` that is compared (see `grown`).
    """
    if not fresh:
        return {}
    bench = _Bench(fresh, known, index)
    return {name: tuple(twins) for name, twins in bench.outcome().items() if twins}


def _near(faces: Sequence[Face], index: Index) -> dict[int, set[str]]:
    """Return the known records that a rule likes as they stand in the index, by the place of the face they are like."""
    pairs = index.near(faces)
    if not pairs:
        return {}
    known = {face.record_id: face for _, face in pairs}
    place = {name: len(faces) + at for at, name in enumerate(known)}
    one = np.array([at for at, _ in pairs], dtype=np.int64)
    other = np.array([place[face.record_id] for _, face in pairs], dtype=np.int64)
    verdicts = judged(Columns([*faces, *known.values()]), one, other)
    found: dict[int, set[str]] = defaultdict(set)
    for at in verdicts.liked.tolist():
        found[pairs[at][0]].add(pairs[at][1].record_id)
    return found


def _held(known: Iterable[Known], wanted: Collection[str], fresh: Collection[str]) -> dict[str, list[Citation]]:
    """Return the records of the reports ``wanted`` that are compared, but for those of ``fresh``."""
    found: dict[str, list[Citation]] = defaultdict(list)
    for entry in known:
        record = entry.record
        if entry.report_id in wanted and is_compared(record) and address(record) not in fresh:
            found[entry.report_id].append(record)
    return found


@dataclass(slots=True)
class _Seen:
    """What the rules said of the records of two nodes, all together."""

    score: int = -1  # of the best pair that is accepted
    accepted: str = ""
    vetoed: bool = False
    sure: bool = False  # no human need be asked
    doubt: str = ""

    @property
    def duplicate(self) -> bool:
        return bool(self.accepted) and not self.vetoed

    @property
    def possible(self) -> bool:
        return bool(self.doubt or self.accepted) and not self.sure and not self.duplicate


class _Bench:
    """New records and the known reports near them, as nodes: the new ones first, then the reports by their ids."""

    def __init__(self, fresh: Sequence[Citation], known: Sequence[Known], index: Index) -> None:
        self._fresh = sorted(fresh, key=address)
        self._names = [address(record) for record in self._fresh]
        faces = faces_of(map(as_reference, self._fresh))
        near = _near(faces, index)
        named = {name for found in near.values() for name in found}.union(self._names)
        homes = {name: entry.report_id for entry in known if (name := address(entry.record)) in named}
        self._home = [homes.get(name, "") for name in self._names]
        reports = _held(known, {homes[name] for name in named & homes.keys()}, set(self._names))
        asked = {
            (at, report_id)
            for at, found in near.items()
            for report_id in {homes.get(name, "") for name in found}
            if report_id in reports and report_id != self._home[at]
        }
        self._reports = sorted({report_id for _, report_id in asked})
        self._records: list[tuple[int, ...]] = [(at,) for at in range(len(faces))]  # of each node, places in faces
        self._kinds = [{record.kind} for record in self._fresh]
        for report_id in self._reports:
            held = sorted(reports[report_id], key=address)
            self._records.append(tuple(range(len(faces), len(faces) + len(held))))
            self._kinds.append({record.kind for record in held})
            faces += faces_of(map(as_reference, held))
        self._faces = faces
        self._columns = Columns(faces)
        node = {report_id: len(self._fresh) + at for at, report_id in enumerate(self._reports)}
        pairs = {(at, node[report_id]) for at, report_id in asked}
        self._seen = self._compared(sorted(pairs | self._among_fresh()))

    def _among_fresh(self) -> set[Pair]:
        faces = self._faces[: len(self._fresh)]
        rank = sorted(range(len(faces)), key=lambda at: (faces[at].title, faces[at].record_id))
        places = np.array(rank, dtype=np.int64)
        found: set[Pair] = set()
        for part in pairs_by_parts([faces[at] for at in rank]):  # nine of ten are not liked: none of them is held
            one, other = (places[column] for column in part)
            verdicts = judged(self._columns, np.minimum(one, other), np.maximum(one, other))
            liked = verdicts.liked
            found.update(zip(verdicts.one[liked].tolist(), verdicts.other[liked].tolist(), strict=True))
        return {(a, b) for a, b in found if not self._home[a] or self._home[a] != self._home[b]}

    def _compared(self, asked: Sequence[Pair]) -> dict[Pair, _Seen]:
        """Compare every record of one node with every record of the other, for each pair of nodes."""
        ends = [(a, b, pair) for pair in asked for a in self._records[pair[0]] for b in self._records[pair[1]]]
        seen = {pair: _Seen() for pair in asked}
        if not ends:
            return seen
        one, other = (np.array([end[at] for end in ends], dtype=np.int64) for at in (0, 1))
        verdicts = judged(self._columns, one, other)
        columns = (verdicts.accept, verdicts.veto, verdicts.doubt, verdicts.score)
        for (_, _, pair), accept, veto, doubt, score in zip(ends, *(c.tolist() for c in columns), strict=True):
            found = seen[pair]
            if accept != NONE and score > found.score:
                found.score, found.accepted = score, ACCEPT[accept].reason
            found.vetoed |= veto != NONE
            found.sure |= veto != NONE and VETO[veto].sure
            if doubt != NONE:
                found.doubt = found.doubt or POSSIBLE[doubt].reason
        for (one_node, other_node), found in seen.items():
            kinds = self._kinds[one_node] ^ self._kinds[other_node]
            if kinds & _OWN_KINDS:
                found.vetoed = found.sure = True
            elif kinds:
                found.doubt = ""  # an abstract and the article of the same title: two reports, unless a rule accepts
        return seen

    def outcome(self) -> dict[str, list[Twin]]:
        """Join the new records with each other and with at most one report each, the best pairs first."""
        accepted = sorted(
            (pair for pair, found in self._seen.items() if found.duplicate),
            key=lambda pair: (-self._seen[pair].score, self._name(pair[0]), self._name(pair[1])),
        )
        loose = would_join(accepted)
        more = [pair for pair in unjudged(loose, set(self._seen)) if not self._both_known(*pair)]
        self._seen |= self._compared(more)
        groups = Groups(self._against(loose))
        refused = [pair for pair in accepted if not groups.join(*pair) and pair[1] not in groups.members(pair[0])]
        twins: dict[str, list[Twin]] = {name: [] for name in self._names}
        for group in groups.groups():
            self._fold(group, twins)
        for pair in sorted({*refused, *(pair for pair, found in self._seen.items() if found.possible)}):
            self._doubt(pair, groups, twins)
        return twins

    def _against(self, loose: Iterable[Sequence[int]]) -> set[Pair]:
        """Return the pairs of nodes that may not meet: what a rule forbids, and any two reports already told apart."""
        found = {pair for pair, seen in self._seen.items() if seen.vetoed}
        for group in loose:
            found |= {(a, b) for a in group for b in group if a < b and self._both_known(a, b)}
        return found

    def _both_known(self, one: int, other: int) -> bool:
        return bool(self._report(one) and self._report(other))

    def _report(self, node: int) -> str:
        """Return the report that a node is known as, or nothing."""
        return self._home[node] if node < len(self._fresh) else self._reports[node - len(self._fresh)]

    def _name(self, node: int) -> str:
        return self._names[node] if node < len(self._fresh) else self._reports[node - len(self._fresh)]

    def _fold(self, group: Sequence[int], twins: dict[str, list[Twin]]) -> None:
        """Say of each new record of one group which report it is; the group's only known report, or its fullest."""
        anchor = next((node for node in group if self._report(node)), None)
        if anchor is None:
            anchor = min(group, key=lambda node: (-self._faces[node].richness, self._name(node)))
        for node in group:
            if node != anchor:
                pairs = [(min(node, other), max(node, other)) for other in (anchor, *group) if other != node]
                reason = next(self._seen[pair].accepted for pair in pairs if self._is_accepted(pair))
                report_id = self._report(anchor) or self._name(anchor)
                twins[self._name(node)].append(Twin(report_id=report_id, reason=reason, certain=True))

    def _is_accepted(self, pair: Pair) -> bool:
        return pair in self._seen and self._seen[pair].duplicate

    def _doubt(self, pair: Pair, groups: Groups, twins: dict[str, list[Twin]]) -> None:
        """Note a pair for a human, on the new one of the two; not where they have met already."""
        one, other = pair
        if other in groups.members(one):
            return
        if other < len(self._fresh) and (self._report(one) or not self._report(other)):
            one, other = other, one  # of two new ones the later in the order of addresses is said to resemble the other
        if one >= len(self._fresh):
            return
        seen = self._seen[pair]
        target = next((n for n in sorted(groups.members(other)) if self._report(n)), None)
        report_id = self._report(target) if target is not None else self._report(other) or self._name(other)
        if all(twin.report_id != report_id for twin in twins[self._name(one)]):
            reason = seen.doubt or seen.accepted
            twins[self._name(one)].append(Twin(report_id=report_id, reason=reason, certain=False))


def changed(old: AnyRecord, new: AnyRecord) -> bool:
    """Tell whether what is compared of a record differs from what it was."""
    return isinstance(old, Citation) and isinstance(new, Citation) and as_reference(old) != as_reference(new)
