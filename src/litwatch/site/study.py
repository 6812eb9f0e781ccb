"""Studies as the site lists them: the reports of one investigation, and what a table says of them. Pure.

The latest peer-reviewed report speaks for its study; numbers of two reports are never mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from litwatch.config import Config
from litwatch.digest import wording
from litwatch.digest.evidence import column_of
from litwatch.digest.links import source_words
from litwatch.identify.notices import is_retracted
from litwatch.identify.stages import Stage, stage_of
from litwatch.identify.words import STATUS, in_words
from litwatch.model import Citation, Registration, Told
from litwatch.site.addresses import slug, study_page
from litwatch.text import one_line

# Which kind of report speaks for its study, the first one it has.
SPEAKS = ("article", "abstract", "preprint", "protocol", "registration", "notice")
RETRACTED = "retracted"
PUBLISHED = "published"
STAGES: dict[Stage, str] = {
    "planned": "not yet recruiting",
    "recruiting": "recruiting",
    "running": "under way",
    "closed": "not recruiting",
    "paused": "paused",
    "completed": "completed",
    "stopped": "stopped early",
    "never": "never begun",
    "unsaid": "another status",
}
SOUGHT = (*STAGES.values(), PUBLISHED, RETRACTED)  # in the order of a trial's life


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One study: its reports, the speaking one first, and the words by which lists show, sort and filter it."""

    study_id: str
    reports: tuple[Told, ...]
    title: str
    source: str  # first author and year, or the registration's number
    date: str  # ISO 8601, as precise as known
    design: str
    people: int | None
    routes: tuple[str, ...]
    questions: tuple[str, ...]
    statuses: tuple[str, ...]  # what its registries say, "published", "retracted"
    stages: tuple[str, ...]  # the same in the words of `STAGES`
    columns: tuple[str, ...]  # of the evidence map
    label: str

    @property
    def page(self) -> str:
        """Return where its page stands."""
        return study_page(self.study_id)

    @property
    def name(self) -> str:
        """Return its name in addresses."""
        return slug(self.study_id)

    @property
    def year(self) -> str:
        """Return the year of the speaking report."""
        return self.date[:4]


def studies_of(reports: Iterable[Told], config: Config) -> tuple[Study, ...]:
    """Return every study with a core or adjacent report, the latest first."""
    groups: dict[str, list[Told]] = {}
    for report in reports:
        groups.setdefault(report.study_id, []).append(report)
    order = [question.id for question in config.questions]
    found = [
        _study(study_id, group, order)
        for study_id, group in groups.items()
        if any(report.appraisal.label != "off" for report in group)
    ]
    found.sort(key=lambda study: study.study_id)
    return tuple(sorted(found, key=lambda study: study.date, reverse=True))


def off_topic(reports: Iterable[Told]) -> tuple[Told, ...]:
    """Return the reports whose study is off topic altogether, the latest first."""
    everything = list(reports)
    listed = {report.study_id for report in everything if report.appraisal.label != "off"}
    rest = sorted((report for report in everything if report.study_id not in listed), key=lambda one: one.report_id)
    return tuple(sorted(rest, key=date_of, reverse=True))


def date_of(report: Told) -> str:
    """Return a report's own date, as precise as known: of publication or registration, else of the trial's start."""
    record = report.record
    dates = [record.published]
    if isinstance(record, Registration):
        dates += [record.first_submitted, record.start]
    return next((date.value for date in dates if date is not None and date.value), "")


def status_words(record: Citation | Registration) -> tuple[str, ...]:
    """Return what a report adds to its study's status."""
    if isinstance(record, Registration):
        return (in_words(record.status, STATUS),) if record.status else ()
    if is_retracted(record):
        return (RETRACTED,)
    return (PUBLISHED,) if record.kind in {"article", "preprint", "abstract"} else ()


def stage_words(record: Citation | Registration) -> tuple[str, ...]:
    """Return what a report is sought by: for a trial the stage it stands at, whatever its registry calls it."""
    if isinstance(record, Registration):
        return (STAGES[stage_of(record.status)],) if record.status else ()
    return status_words(record)


def _study(study_id: str, group: Sequence[Told], order: Sequence[str]) -> Study:
    thread = _thread(group)
    speaker = next((report for report in thread if report.appraisal.label != "off"), thread[0])
    record, read = speaker.record, speaker.appraisal
    touched = {hit.id for report in thread for hit in report.appraisal.questions if report.appraisal.label != "off"}
    people = record.enrolment if isinstance(record, Registration) else read.population_n
    routes = dict.fromkeys(route for report in thread for route in report.appraisal.routes)
    return Study(
        study_id=study_id,
        reports=(speaker, *(report for report in thread if report is not speaker)),
        title=one_line(record.title) or "[no title]",
        source=one_line(source_words(record)),
        date=date_of(speaker),
        design="registered trial" if record.kind == "registration" else wording.DESIGNS.get(read.design, read.design),
        people=people,
        routes=tuple(wording.ROUTES.get(route, route) for route in routes if route != "unspecified"),
        questions=tuple(name for name in order if name in touched),
        statuses=tuple(dict.fromkeys(word for report in thread for word in status_words(report.record))),
        stages=tuple(dict.fromkeys(word for report in thread for word in stage_words(report.record))),
        columns=tuple(dict.fromkeys(column_of(report) for report in thread if report.appraisal.label != "off")),
        label="core" if any(report.appraisal.label == "core" for report in thread) else "adjacent",
    )


def _thread(group: Sequence[Told]) -> list[Told]:
    """Return the reports of a study: peer-reviewed ones first, within a kind the latest first."""
    latest = sorted(sorted(group, key=lambda one: one.report_id), key=date_of, reverse=True)
    return sorted(latest, key=lambda one: SPEAKS.index(one.record.kind))
