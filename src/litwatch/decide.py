"""Keeping what people decide about two reports, at once: same joins them, different parts them for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from litwatch.configfile import Loaded
from litwatch.errors import InputError
from litwatch.identifiers import guess
from litwatch.identify.compared import address
from litwatch.identify.decisions import pairs
from litwatch.identify.one import parted
from litwatch.library import LIBRARY
from litwatch.model import Finding, Known, Mark
from litwatch.pipeline import read
from litwatch.store import Store


def decide_pair(
    watch: Loaded, store: Store, ids: tuple[str, str], verdict: str, note: str, now: datetime
) -> tuple[str, str]:
    """Keep ``verdict`` (same, different, clear) on two reports or on two records of one; return their report ids.

    An id is a report's, an identifier, or a record's address as `litwatch show` lists it (source:key). Of two records
    of one report that are different one leaves it, and is told as a report of its own unless it has been. Raises
    `InputError`.
    """
    known = store.known()
    one, other = _two(known, ids)
    names = address(one.record), address(other.record)
    if one.report_id != other.report_id:
        names = one.report_id, other.report_id
    elif verdict == "same":
        raise InputError(f"{ids[1]}: is {ids[0]} already; name two reports")
    leaves = one.report_id == other.report_id and (
        verdict == "different" or frozenset(names) in pairs(store.marks())  # else there is nothing to take back
    )
    store.mark(Mark(report_id=names[0], verdict=verdict, other_id=names[1], note=note, made=now))
    if leaves:
        _part(store, one, other, known, now)
    read(watch, store, now)
    return names


def _part(store: Store, one: Known, other: Known, known: Sequence[Known], now: datetime) -> None:
    leaver, moves = parted(one, other, known, store.likenesses())
    name = address(leaver.record)
    remembered = {report.report_id for report in store.reports() if report.remembered}
    reason = f"You marked it as different from {leaver.report_id} on {now.date()}: a report of its own."
    news = Finding(record=leaver.record, report_id=name, standing="new", reason=reason)
    quiet = leaver.record.source == LIBRARY or leaver.report_id in remembered
    store.rehome(moves, arrivals=() if quiet else (news,), now=now)


def _two(known: Sequence[Known], ids: tuple[str, str]) -> tuple[Known, Known]:
    """Return the record that each id means, not the same one. Raises `InputError`."""
    meant = [_meant(known, text) for text in ids]
    for at in (0, 1):  # what one id can only mean, the other does not
        if len(meant[at]) == 1 and len(meant[1 - at]) > 1:
            meant[1 - at] = [entry for entry in meant[1 - at] if entry is not meant[at][0]]
    for text, found in zip(ids, meant, strict=True):
        reports = {entry.report_id for entry in found}
        if len(reports) > 1:
            raise InputError(f"{text}: means {', '.join(sorted(reports))}; name one of them")
    (one, *rest), (other, *others) = meant
    if one.report_id != other.report_id:
        return one, other
    if one is other and not rest and not others:
        raise InputError(f"{ids[1]}: is {address(one.record)} itself; name two reports or two records of one")
    for text, found in zip(ids, meant, strict=True):
        if len(found) > 1:
            listed = ", ".join(address(entry.record) for entry in found)
            raise InputError(f"{text}: means several records of {one.report_id}: {listed}; name one of them")
    return one, other


def _meant(known: Sequence[Known], text: str) -> list[Known]:
    """Return the records that ``text`` can mean: the one of that address, or those that carry the identifier."""
    exact = [entry for entry in known if address(entry.record) == text]
    if exact:
        return exact
    entry = guess(text)
    found = [one for one in known if entry is not None and entry in one.record.identifiers]
    if not found:
        raise InputError(f"{text}: not known here; `litwatch list` names the reports")
    return found
