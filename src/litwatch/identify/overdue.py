"""Registered trials that completed over a year ago and show no results. Pure.

A year is what the FDAAA final rule and the WHO joint statement allow; the sentence says on what dates it rests, since
a registry that was never updated looks the same as a trial that was never reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from litwatch.identify.dates import last_day
from litwatch.identify.stages import GOES_ON, stage_of
from litwatch.identify.words import STATUS, enum_key, in_words
from litwatch.model import AnyRecord, PartialDate, Registration, Relation, Told

OVERDUE_DAYS = 365
# One that never began enrolled nobody and owes no results; of the others the registry says that they go on, and their
# completion date is a forgotten plan at worst.
_OWES_NOTHING = frozenset({"never"}) | GOES_ON


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A registration without results, ``days`` after its completion; ``basis`` is a sentence for the reader."""

    report_id: str
    days: int
    basis: str


def overdue(reports: Iterable[Told], relations: Iterable[Relation], now: datetime) -> tuple[Overdue, ...]:
    """Return the overdue registrations among ``reports``, the longest overdue first.

    Results on the registry settle it, and so does a certain results report, of this registration or of another of its
    study. A possible results report does not, but is named.
    """
    told = sorted(reports, key=lambda entry: entry.report_id)
    linked: dict[str, list[Relation]] = defaultdict(list)
    for relation in relations:
        if relation.kind == "results_of":
            linked[relation.to_report].append(relation)
    registrations: dict[str, list[Told]] = defaultdict(list)
    for entry in told:
        if isinstance(entry.record, Registration):
            registrations[entry.study_id].append(entry)
    found = []
    for siblings in registrations.values():
        results = [relation for entry in siblings for relation in linked[entry.report_id]]
        posted = any(isinstance(e.record, Registration) and e.record.results_posted for e in siblings)
        if posted or any(relation.certain for relation in results):
            continue
        possible = sorted({relation.from_report for relation in results})
        judged = (_judge(entry.report_id, entry.record, possible, now) for entry in siblings)
        found += [entry for entry in judged if entry is not None]
    return tuple(sorted(found, key=lambda entry: (-entry.days, entry.report_id)))


def _judge(report_id: str, record: AnyRecord, possible: Sequence[str], now: datetime) -> Overdue | None:
    if not isinstance(record, Registration) or not _owes_results(record):
        return None
    name, ended = _ended(record)
    last = last_day(ended)
    if ended is None or last is None or (now.date() - last).days <= OVERDUE_DAYS:
        return None
    when = {"ACTUAL": "actual", "ESTIMATED": "planned"}.get(ended.type or "", "not said whether actual or planned")
    basis = (
        f"{name} {ended.value} ({when}), status {in_words(record.status, STATUS)}; no results posted on "
        f"{record.registry or record.source} and no results report linked by {now.date()}"
    )
    if possible:
        basis += f"; possibly reported in {', '.join(possible)}"
    return Overdue(report_id=report_id, days=(now.date() - last).days, basis=f"{basis}.")


def _owes_results(record: Registration) -> bool:
    if stage_of(record.status) in _OWES_NOTHING or enum_key(record.study_type) == "EXPANDED_ACCESS":
        return False
    return not (record.enrolment == 0 and record.enrolment_type == "ACTUAL")


def _ended(record: Registration) -> tuple[str, PartialDate | None]:
    """Return the date from which results are due: of the primary outcome's last measurement, or of the whole study."""
    if record.primary_completion is not None:
        return "Primary completion", record.primary_completion
    return "Completion", record.completion
