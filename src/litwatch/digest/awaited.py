"""Which registered trials have an answer coming, and when. Pure.

A trial counts once however often it is registered. One with results on a registry, or with a results report that is
certainly its own, is answered and stands here no more; nor does one that was withdrawn or stopped for good, unless it
owes results (`litwatch.identify.overdue`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from litwatch.config import Config
from litwatch.digest.links import report_url
from litwatch.identify.dates import last_day
from litwatch.identify.overdue import Overdue, overdue
from litwatch.identify.stages import GOES_ON, stage_of
from litwatch.identify.words import STATUS, enum_key, in_words
from litwatch.model import Awaited, AwaitedState, Registration, Relation, Told

FAR = "9999"


def begins_quarter(since: datetime | None, now: datetime, config: Config) -> bool:
    """Tell whether ``now`` lies in another quarter of the year than the previous digest, in the watch's zone.

    The overdue trials are listed then, with their basis; in between they would only repeat. The first digest shows them
    among all awaited answers.
    """
    if since is None:
        return False
    then, here = since.astimezone(config.digest.zone), now.astimezone(config.digest.zone)
    return (then.year, (then.month - 1) // 3) != (here.year, (here.month - 1) // 3)


def awaited(
    reports: Sequence[Told], config: Config, now: datetime, *, late: Sequence[Overdue] | None = None
) -> tuple[Awaited, ...]:
    """Return the core trials whose results are awaited, the longest overdue first, those without a date last.

    ``late`` is the answer of `overdue` for ``reports``, where it is at hand.
    """
    found_late = overdue(reports, _relations(reports), now) if late is None else late
    basis = {entry.report_id: entry.basis for entry in found_late}
    answered = _answered(reports)
    found: dict[str, Awaited] = {}
    for report in sorted(reports, key=lambda report: (report.report_id not in basis, report.report_id)):
        if report.study_id in answered or report.study_id in found or not _counts(report):
            continue
        record = report.record
        state = _state(record, report.report_id in basis, now) if isinstance(record, Registration) else None
        if state is not None and isinstance(record, Registration):
            found[report.study_id] = _entry(report, record, state, basis.get(report.report_id, ""), config)
    return tuple(sorted(found.values(), key=lambda entry: (entry.due.value if entry.due else FAR, entry.report_id)))


def _counts(report: Told) -> bool:
    return report.appraisal.label == "core" and report.mark != "exclude" and not report.vanished


def _relations(reports: Sequence[Told]) -> set[Relation]:
    return {relation for report in reports for relation in report.relations}


def _answered(reports: Sequence[Told]) -> frozenset[str]:
    """Return the studies that have results: posted on a registry, or in a report certainly theirs."""
    study_of = {report.report_id: report.study_id for report in reports}
    posted = {
        report.study_id
        for report in reports
        if isinstance(report.record, Registration) and report.record.results_posted
    }
    reported = {
        study_of[relation.to_report]
        for relation in _relations(reports)
        if relation.kind == "results_of" and relation.certain and relation.to_report in study_of
    }
    return frozenset(posted | reported)


def _state(record: Registration, late: bool, now: datetime) -> AwaitedState | None:  # noqa: FBT001  # private
    stage = stage_of(record.status)
    last = last_day(record.primary_completion or record.completion)
    coming = last is not None and last >= now.date()
    if late:
        return "overdue"
    if enum_key(record.study_type) == "EXPANDED_ACCESS":
        return None
    if stage in GOES_ON or stage == "closed":
        return "expected" if coming or last is None else "date_passed"
    if stage == "unsaid":
        return "expected" if coming else None
    return "awaited" if stage == "completed" else None


def _entry(report: Told, record: Registration, state: AwaitedState, basis: str, config: Config) -> Awaited:
    touched = {hit.id for hit in report.appraisal.questions}
    return Awaited(
        report_id=report.report_id,
        study_id=report.study_id,
        number=record.key,
        title=record.acronym or record.title,
        href=report_url(record),
        question=next((question.id for question in config.questions if question.id in touched), ""),
        status=in_words(record.status, STATUS),
        due=record.primary_completion or record.completion,
        state=state,
        basis=basis,
    )
