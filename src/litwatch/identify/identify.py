"""Which report each record is, and what that means to the reader: the standing of everything a source answered. Pure.

A record is taken for a report already known by an identifier of the report itself, or else by the rules that `dedupe`
has for records without one (`litwatch.identify.alike`). Different PMIDs are never one record, and a registry number
links reports of a study but never merges them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from litwatch.identify.arrival import arrival
from litwatch.identify.beside import first_notices, untold
from litwatch.identify.changes import compare
from litwatch.identify.compared import address, is_compared
from litwatch.identify.notices import NONE, NOTICE_FIELDS
from litwatch.identify.same import Match, Shelf, identity
from litwatch.model import Answer, AnyRecord, Change, Citation, Finding, Known, Likeness, Standing

if TYPE_CHECKING:
    from litwatch.identify.alike import Twin
    from litwatch.identify.dedupe import Index

PLATFORMS = {
    "pubmed": "PubMed",
    "clinicaltrials": "ClinicalTrials.gov",
    "europepmc": "Europe PMC",
    "isrctn": "ISRCTN",
    "ctis": "CTIS",
    "crossref": "Crossref",
    "ictrp": "ICTRP",
    "files": "the imported files",
    "known": "your library",
}


def identify(
    answer: Answer,
    *,
    source: str,
    known: Sequence[Known],
    last_complete: datetime | None,
    strategy_changed: bool,
    now: datetime,
    terms: Callable[[AnyRecord], Sequence[str]] = lambda _: (),
    index: Callable[[], Index] | None = None,
) -> tuple[Finding, ...]:
    """Return a finding for every record of ``answer`` and for every known one that vanished, sorted by key.

    ``known`` is every record of the store, of all sources and the user's library; ``last_complete`` is when the last
    believed run of this source began; ``terms`` names the terms by which a changed strategy finds a record; ``index``
    brings, where it is needed, an index of the records of ``known`` that are compared (`alike.grown`). The order of the
    arguments' members does not matter.
    """
    mine = {entry.record.key: entry for entry in known if entry.record.source == source}
    # The services give one report one record; exports of several databases lie in one folder.
    others = [entry for entry in known if entry.record.source != source]
    shelf = Shelf(known if answer.nature == "exports" else others)
    former = {new: old for old, new in sorted(answer.moved, reverse=True) if old in mine}
    watch = _Watch(
        answer=answer,
        source=source,
        known=known,
        last_complete=last_complete,
        strategy_changed=strategy_changed,
        now=now,
        terms=terms,
    )
    findings, nameless = [], []
    for record in _one_per_key(answer.records):
        if record.key in mine:
            findings.append(watch.known(mine[record.key], record, shelf))
        elif record.key in former:
            findings.append(watch.moved(mine[former[record.key]], record))
        elif (found := watch.identified(shelf, record)) is not None:
            findings.append(found)
        elif answer.nature != "notices":
            nameless.append(record)
        else:
            findings.append(watch.unknown(record, ()))
    asked = [*nameless, *(found.record for found in findings if watch.is_altered(mine, found))]
    twins = _twins([record for record in asked if is_compared(record)], known, index)
    findings = [watch.seconded(found, twins.get(address(found.record), ())) for found in findings]
    findings += [watch.unknown(record, twins.get(address(record), ())) for record in nameless]
    answered = {record.key for record in answer.records} | {old for old, _ in answer.moved}
    gone = (mine[key] for key in (answer.gone & mine.keys()) - answered)
    findings += [watch.gone(held) for held in gone if not held.vanished]
    return tuple(sorted(findings, key=lambda finding: finding.record.key))


def _twins(
    compared: Sequence[Citation], known: Sequence[Known], index: Callable[[], Index] | None
) -> Mapping[str, Sequence[Twin]]:
    """Return what `alike` finds; most weeks have nothing to compare, and do without its libraries."""
    if not compared:
        return {}
    from litwatch.identify.alike import alike, grown
    from litwatch.identify.dedupe import Index

    return alike(compared, known, index() if index else grown(Index.empty(), known))


def _one_per_key(records: Sequence[AnyRecord]) -> Iterator[AnyRecord]:
    """Yield one record per key; of several the highest version, then the latest revision."""
    best: dict[str, AnyRecord] = {}
    for record in records:
        held = best.get(record.key)
        if held is None or _rank(record) > _rank(held):
            best[record.key] = record
    for _, record in sorted(best.items()):
        yield record


def _rank(record: AnyRecord) -> tuple[int, str, str]:
    version = record.version if isinstance(record, Citation) else 1
    return version, record.revised.value if record.revised else "", repr(record)


class _Watch:
    """What one run knows of its source while it judges records."""

    def __init__(
        self,
        *,
        answer: Answer,
        source: str,
        known: Sequence[Known],
        last_complete: datetime | None,
        strategy_changed: bool,
        now: datetime,
        terms: Callable[[AnyRecord], Sequence[str]],
    ) -> None:
        self._platform = PLATFORMS.get(source, source)
        self._nature = answer.nature
        self._how = dict(answer.how)
        self._doubtful: dict[str, Match] = {}  # by key: what an identifier makes a record be, perhaps
        self._others: dict[str, list[AnyRecord]] = defaultdict(list)
        for entry in known:
            if not entry.vanished:
                self._others[entry.report_id].append(entry.record)
        self._last_complete = last_complete
        self._strategy_changed = strategy_changed
        self._now = now
        self._terms = terms

    def known(self, held: Known, record: AnyRecord, shelf: Shelf) -> Finding:
        """Judge a record whose key is known."""
        changes = compare(held.record, record)
        if held.vanished:
            back = Change(
                field="record",
                old=f"no longer in {self._platform}",
                new=f"in {self._platform} again",
                grade="major",
            )
            changes = (back, *changes)
        found = self._changed(held.report_id, record, changes)
        if identity(held.record) == identity(record):
            return found
        match = self._believed(shelf, record, but=held.report_id)
        return replace(found, likenesses=(_likeness(record, match),)) if match else found

    def moved(self, held: Known, record: AnyRecord) -> Finding:
        """Judge a record that took the place of a known one."""
        renamed = Change(field="record", old=held.record.key, new=record.key, grade="minor")
        return self._changed(held.report_id, record, (*compare(held.record, record), renamed))

    def _changed(self, report_id: str, record: AnyRecord, changes: tuple[Change, ...]) -> Finding:
        changes = untold(changes, record, self._beside(report_id, record))
        came = [change.field for change in changes if change.field in NOTICE_FIELDS and change.old == NONE]
        standing: Standing = "notice" if came else ("changed" if changes else "same")
        fields = ", ".join(dict.fromkeys(came or [change.field for change in changes]))
        reason = {
            "notice": f"{self._platform} now shows a notice on it: {fields}.",
            "changed": f"{self._platform} shows a change: {fields}.",
            "same": "Known, without a change that is watched.",
        }[standing]
        return Finding(record=record, report_id=report_id, standing=standing, reason=reason, changes=changes)

    def _beside(self, report_id: str, record: AnyRecord) -> list[AnyRecord]:
        """Return the other records of a report."""
        return [other for other in self._others[report_id] if address(other) != address(record)]

    def _believed(self, shelf: Shelf, record: AnyRecord, *, but: str = "") -> Match | None:
        """Return the report that ``record`` is by its identifiers, or may be; a DOI may cover several reports."""
        match = shelf.find(record, but=but)
        if match is None or not match.certain or match.kind != "doi" or not isinstance(record, Citation):
            return match
        from litwatch.identify.shared_doi import doubts_on_doi

        sharing = shelf.sharing(record, "doi", but=but)
        doubts = [doubts_on_doi(record, self._citations(one.report_id)) for one in sharing]
        for one, doubt in zip(sharing, doubts, strict=True):
            if doubt is None:
                return one
        if len(doubts) > 1 or doubts[0] is None or doubts[0].sure:
            return None  # a supplement's or a book's
        return replace(match, certain=False, reason=f"{match.reason}, but {doubts[0].reason}")

    def _citations(self, report_id: str) -> list[Citation]:
        return [record for record in self._others[report_id] if isinstance(record, Citation)]

    def identified(self, shelf: Shelf, record: AnyRecord) -> Finding | None:
        """Judge a record whose key is new in its source, by its identifiers; None where they say nothing."""
        if self._nature == "notices":
            match = shelf.find(record)
            if match is None:
                return None
            came = first_notices(record, self._others[match.report_id])
            if came:
                return self._changed(match.report_id, record, came)
            reason = f"{self._platform}'s record of a known report."
            return Finding(record=record, report_id=match.report_id, standing="same", reason=reason)
        match = self._believed(shelf, record)
        if match is not None and match.certain:
            return self._folded(record, _likeness(record, match))
        if match is not None:
            self._doubtful[record.key] = match
        return None

    def _folded(self, record: AnyRecord, likeness: Likeness) -> Finding:
        """Judge a record of a known report: no news, but for a notice that it is the first to show."""
        came = first_notices(record, self._others[likeness.report_id])
        if came:
            return replace(self._changed(likeness.report_id, record, came), likenesses=(likeness,))
        return Finding(
            record=record,
            report_id=likeness.report_id,
            standing="duplicate",
            reason=f"The same report as {likeness.report_id}: {likeness.reason}.",
            likenesses=(likeness,),
        )

    def _possible(self, record: AnyRecord, likenesses: tuple[Likeness, ...]) -> Finding:
        first = likenesses[0]
        return Finding(
            record=record,
            report_id=address(record),
            standing="possible_duplicate",
            reason=f"Possibly the same report as {first.report_id}: {first.reason}. "
            f"`litwatch mark {address(record)} same {first.report_id}` (or different) decides.",
            likenesses=likenesses,
        )

    def is_altered(self, mine: Mapping[str, Known], found: Finding) -> bool:
        """Tell whether ``found`` is of a known record of which something that is compared has changed."""
        held = mine.get(found.record.key)
        if held is None or not is_compared(found.record) or held.record == found.record:
            return False
        from litwatch.identify.alike import changed

        return changed(held.record, found.record)

    def seconded(self, found: Finding, twins: Sequence[Twin]) -> Finding:
        """Return ``found`` with the other reports that its record may be of, now that it has changed."""
        more = tuple(
            Likeness(record=address(found.record), report_id=twin.report_id, reason=twin.reason, certain=False)
            for twin in twins
            if all(twin.report_id != likeness.report_id for likeness in found.likenesses)
        )
        return replace(found, likenesses=(*found.likenesses, *more)) if more else found

    def unknown(self, record: AnyRecord, twins: Sequence[Twin]) -> Finding:
        """Judge a record whose key is new in its source, and which no identifier certainly names a known report."""
        likenesses = [
            Likeness(record=address(record), report_id=twin.report_id, reason=twin.reason, certain=twin.certain)
            for twin in twins
        ]
        match = self._doubtful.get(record.key)
        if match is not None and all(match.report_id != entry.report_id for entry in likenesses):
            likenesses.append(_likeness(record, match))
        likenesses.sort(key=lambda entry: not entry.certain)
        if likenesses and likenesses[0].certain:
            return replace(self._folded(record, likenesses[0]), likenesses=tuple(likenesses))
        if likenesses:
            return self._possible(record, tuple(likenesses))
        terms = self._terms(record) if self._strategy_changed else ()
        standing, reason = arrival(
            record, self._platform, self._last_complete, strategy_changed=self._strategy_changed, terms=terms
        )
        if record.kind == "notice" and standing != "by_new_terms":
            reason = f"A notice of its own, new in {self._platform}."
            return Finding(record=record, report_id=address(record), standing="notice", reason=reason)
        how = self._how.get(record.key)
        return Finding(
            record=record,
            report_id=address(record),
            standing=standing,
            reason=f"{reason} {how}" if how else reason,
        )

    def gone(self, held: Known) -> Finding:
        """Tell, once, that the source no longer has a known record."""
        change = Change(
            field="record",
            old=f"in {self._platform}",
            new=f"no longer in {self._platform} (asked {self._now.date()})",
            grade="major",
        )
        return Finding(
            record=held.record,
            report_id=held.report_id,
            standing="changed",
            reason=f"{self._platform} was asked for it by its number and no longer has it.",
            changes=(change,),
            vanished=True,
        )


def _likeness(record: AnyRecord, match: Match) -> Likeness:
    return Likeness(record=address(record), report_id=match.report_id, reason=match.reason, certain=match.certain)
