"""The state of a question in one sentence, from every report the watch knows. Pure.

Each number counts reports of the store or stands in a registry field; nothing is estimated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from litwatch.digest.links import named
from litwatch.digest.wording import partial
from litwatch.identify.notices import is_retracted
from litwatch.identify.stages import stage_of
from litwatch.model import Citation, PartialDate, Registration, Told

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
    """Say how many trials are registered; one that several registries hold counts once, as in the evidence map."""
    studies: dict[str, list[Registration]] = defaultdict(list)
    for report in known:
        if isinstance(report.record, Registration) and not report.vanished:
            studies[report.study_id].append(report.record)
    if not studies:
        return "No trial registered."
    parts = [f"{len(studies)} trial{'s' * (len(studies) > 1)} registered"]
    stages = [{stage_of(one.status) for one in registrations} for registrations in studies.values()]
    recruiting = sum("recruiting" in each for each in stages)
    planned = sum("planned" in each and "recruiting" not in each for each in stages)
    parts += [f"{planned} not yet recruiting"] if planned else []
    parts += [f"{recruiting} recruiting"] if recruiting else []
    silent = [registrations for registrations in studies.values() if _is_silent(registrations)]
    if silent:
        ended = [date.value for registrations in silent for one in registrations if (date := _completed(one))]
        since = f" (the earliest since {partial(PartialDate(value=min(filter(None, ended))))})" if any(ended) else ""
        parts.append(f"{len(silent)} completed without results posted on the registry{since}")
    return f"{', '.join(parts)}."


def _is_silent(registrations: Sequence[Registration]) -> bool:
    """Tell whether a trial is completed, as far as any of its registries says, and none of them shows results."""
    return any(stage_of(one.status) == "completed" for one in registrations) and all(
        one.results_posted is None for one in registrations
    )


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
    return f"Last controlled report: {named(last)}."


def _articles(known: Sequence[Told]) -> str:
    records = [
        report.record for report in known if isinstance(report.record, Citation) and report.record.kind != "notice"
    ]
    if not records:
        return "No publication known."
    sound = [record for record in records if not is_retracted(record)]
    retracted = f" ({len(records) - len(sound)} retracted)" if len(sound) < len(records) else ""
    count = f"{len(records)} publication{'s' * (len(records) != 1)} known{retracted}"
    if not sound:
        return f"{count}."
    last = max(sound, key=lambda record: (record.published.value if record.published else "", record.key))
    return f"{count}, the latest {named(last)}."


def _quiet(known: Sequence[Told], now: datetime) -> str:
    """Say how long nothing came in, counted from what was found since the watch began."""
    found = [report.first_seen for report in known if not report.remembered]
    if not found:
        return ""
    weeks = (now - max(found)).days // 7
    return f"Nothing new for {weeks} week{'s' * (weeks > 1)}." if weeks else ""
