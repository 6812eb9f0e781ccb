"""The state of a question in one sentence, from every report the watch knows. Pure.

Each number counts reports of the store or stands in a registry field; nothing is estimated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from litwatch.digest.links import source_words
from litwatch.digest.wording import partial
from litwatch.identify.notices import is_retracted
from litwatch.identify.words import enum_key
from litwatch.model import Citation, PartialDate, Registration, Told

# Registry enumerations, mapped explicitly: "recruit" as a substring would also match "not recruiting".
RECRUITING = frozenset({"RECRUITING", "ENROLLING_BY_INVITATION"})
PLANNED = frozenset({"NOT_YET_RECRUITING"})
COMPLETED = frozenset({"COMPLETED"})
CONTROLLED = frozenset({"rct"})  # a trial that does not randomise may have no control group at all


def about(question: str, reports: Iterable[Told]) -> tuple[Told, ...]:
    """Return the core reports that bear on ``question``."""
    return tuple(
        report
        for report in reports
        if report.appraisal.label == "core"
        and report.mark != "exclude"
        and any(hit.id == question for hit in report.appraisal.questions)
    )


def state_of(question: str, reports: Sequence[Told], now: datetime) -> str:
    """Return the sentence for ``question``: registrations by status, last controlled report, how long it is quiet."""
    known = about(question, reports)
    if not known:
        return "No report known yet."
    parts = [_registrations(known), _controlled(known), _articles(known)]
    return " ".join(part for part in (*parts, _quiet(known, now)) if part)


def _registrations(known: Sequence[Told]) -> str:
    trials = [report.record for report in known if isinstance(report.record, Registration) and not report.vanished]
    if not trials:
        return "No trial registered."
    parts = [f"{len(trials)} trial{'s' * (len(trials) > 1)} registered"]
    for name, statuses in (("not yet recruiting", PLANNED), ("recruiting", RECRUITING)):
        count = sum(enum_key(trial.status) in statuses for trial in trials)
        if count:
            parts.append(f"{count} {name}")
    silent = [trial for trial in trials if enum_key(trial.status) in COMPLETED and trial.results_posted is None]
    if silent:
        oldest = min((date.value for trial in silent if (date := _completed(trial)) is not None), default="")
        since = f" (the earliest since {partial(PartialDate(value=oldest))})" if oldest else ""
        parts.append(f"{len(silent)} completed without results posted on the registry{since}")
    return f"{', '.join(parts)}."


def _completed(trial: Registration) -> PartialDate | None:
    return trial.primary_completion or trial.completion


def _controlled(known: Sequence[Told]) -> str:
    trials = [
        report.record
        for report in known
        if isinstance(report.record, Citation)
        and report.appraisal.design in CONTROLLED
        and report.record.published
        and not is_retracted(report.record)
    ]
    if not trials:
        return "No controlled report known."
    last = max(trials, key=lambda record: (record.published.value if record.published else "", record.key))
    return f"Last controlled report: {source_words(last)}."


def _articles(known: Sequence[Told]) -> str:
    records = [
        report.record for report in known if isinstance(report.record, Citation) and report.record.kind != "notice"
    ]
    if not records:
        return "No publication known."
    last = max(records, key=lambda record: (record.published.value if record.published else "", record.key))
    return f"{len(records)} publication{'s' * (len(records) != 1)} known, the latest {source_words(last)}."


def _quiet(known: Sequence[Told], now: datetime) -> str:
    """Say how long nothing came in, counted from what was found since the watch began."""
    found = [report.first_seen for report in known if not report.remembered]
    if not found:
        return ""
    weeks = (now - max(found)).days // 7
    return f"Nothing new for {weeks} week{'s' * (weeks > 1)}." if weeks else ""
