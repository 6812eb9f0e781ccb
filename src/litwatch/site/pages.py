"""Every file of the site, one after another, so that no more than one page is in memory at a time. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from litwatch.digest import wording
from litwatch.digest.links import source_words
from litwatch.digest.state import state_of
from litwatch.export.bibtex import to_bibtex
from litwatch.export.ris import to_ris, without_abstracts
from litwatch.export.rows import told_row
from litwatch.identify.notices import is_retracted
from litwatch.model import Citation, Event, Relation, Told
from litwatch.site.addresses import digest_page, question_page, slug
from litwatch.site.facts import Line, byline, lines_of, links_of
from litwatch.site.feed import PATH, Entry, feed
from litwatch.site.overviews import overviews
from litwatch.site.past import Past, past_of
from litwatch.site.press import File, Press, static_files
from litwatch.site.shelf import Shelf
from litwatch.site.study import Study
from litwatch.text import shortened

# The mail's own page is shown as it was sent, but may neither load nor run anything.
_MAIL_POLICY = (
    b'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" '
    b"content=\"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:\">"
)
_COPIED = re.compile(r"[a-z-]+\.(?:html|txt|json|ris|csv|png)")
VALUE_CAP = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """One report of a study's thread in words."""

    told: Told
    kind: str
    byline: str
    retracted: bool
    links: tuple[object, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One entry of a study's history: the day, which report, and what happened."""

    found: datetime
    day: str
    report: str
    event: Event


def files_of_site(
    shelf: Shelf, digests: Iterable[tuple[str, str, Mapping[str, bytes]]], *, url: str | None
) -> Iterator[File]:
    """Yield (path, content) of the whole site.

    ``digests`` are (label, subject, files) of each digest that was delivered, the oldest first; ``url`` is where the
    site will be served, if known.
    """
    press = Press(shelf=shelf)
    yield from static_files()
    pasts: list[Past] = []
    for label, subject, files in digests:
        pasts.insert(0, past_of(label, subject, files, shelf.pages))
        yield from _digest(press, pasts[0], files)
    yield from overviews(press, pasts)
    for question in shelf.config.questions:
        yield _question(press, question.id, pasts)
    for study in shelf.studies:
        yield from _study(press, study)
    yield from _moved(press)
    begun = min((report.first_seen for report in shelf.reports), default=shelf.as_of)
    watch = shelf.config.watch
    yield PATH, feed(watch.id, watch.name, [_entry(past) for past in pasts], begun=begun, url=url)


def _entry(past: Past) -> Entry:
    items = tuple((item.title, item.page) for section in past.sections for item in section.items)
    return Entry(label=past.label, subject=past.subject, updated=past.until, items=items)


def _digest(press: Press, past: Past, files: Mapping[str, bytes]) -> Iterator[File]:
    """Yield a digest's page, then what was delivered; full abstracts stay out of what the site publishes."""
    zone = press.shelf.config.digest.zone
    copied = {name: content for name, content in sorted(files.items()) if _COPIED.fullmatch(name)}
    yield press.page(
        digest_page(past.label),
        "digest.html",
        f"Digest {past.label}",
        past=past,
        day=wording.day(past.until, zone),
        files=[name for name in copied if not name.endswith(".png")],
    )
    for name, content in copied.items():
        if name == "digest.html":
            content = content.replace(b'<meta charset="utf-8">', _MAIL_POLICY, 1)  # noqa: PLW2901  # its copy, guarded
        elif name.endswith(".ris"):
            content = without_abstracts(content)  # noqa: PLW2901  # the same
        yield f"digests/{past.label}/{name}", content


def _question(press: Press, name: str, pasts: Sequence[Past]) -> File:
    shelf = press.shelf
    question = next(one for one in shelf.config.questions if one.id == name)
    chapters = [(past, section) for past in pasts for section in past.sections if section.id == name]
    return press.page(
        question_page(name),
        "question.html",
        f"{name} {question.label}",
        question=question,
        state=state_of(name, shelf.reports, shelf.as_of),
        studies=[study for study in shelf.studies if name in study.questions and study.label == "core"],
        adjacent=sum(name in study.questions and study.label != "core" for study in shelf.studies),
        chapters=[(past, section, wording.day(past.until, shelf.config.digest.zone)) for past, section in chapters],
    )


def _study(press: Press, study: Study) -> Iterator[File]:
    yield press.page(
        study.page,
        "study.html",
        shortened(study.title, 120),
        study=study,
        reports=[_report(report, press) for report in study.reports],
        moments=_moments(study, press.shelf),
        related=list(_related(study, press.shelf)),
    )
    rows = [told_row(report) for report in study.reports]
    yield f"studies/{study.name}.ris", to_ris(rows, abstracts=False)
    yield f"studies/{study.name}.bib", to_bibtex(rows)


def _report(report: Told, press: Press) -> ReportView:
    record = report.record
    return ReportView(
        told=report,
        kind=wording.KINDS[record.kind],
        byline=byline(record),
        retracted=isinstance(record, Citation) and is_retracted(record),
        links=links_of(record),
        lines=lines_of(record, report.appraisal, press.shelf.config),
    )


def _moments(study: Study, shelf: Shelf) -> list[Moment]:
    """Return what was found out about a study, the latest first."""
    zone = shelf.config.digest.zone
    found = [
        Moment(found=event.found, day=wording.day(event.found, zone), report=source_words(report.record), event=event)
        for report in study.reports
        for event in shelf.history.get(report.report_id, ())
    ]
    return sorted(found, key=lambda moment: (moment.found, moment.report), reverse=True)


def _related(study: Study, shelf: Shelf) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (report, how, title, page or address, evidence) of each relation to a report, the certain ones first."""
    own = {report.report_id: report for report in study.reports}
    links = {relation for report in study.reports for relation in report.relations if relation.kind != "duplicate_of"}
    for relation in sorted(links, key=lambda one: (not one.certain, one.kind, one.from_report, one.to_report)):
        forward = relation.from_report in own
        other = shelf.by_id.get(relation.to_report if forward else relation.from_report)
        if other is None:
            continue
        here = own[relation.from_report if forward else relation.to_report]
        yield (
            source_words(here.record),
            _how(relation, forward=forward),
            shortened(other.record.title, 160),
            shelf.pages.get(other.report_id, ""),
            shortened(relation.evidence, VALUE_CAP),
        )


def _how(relation: Relation, *, forward: bool) -> str:
    outward, inward = wording.RELATIONS.get(relation.kind, (relation.kind, relation.kind))
    return f"{'' if relation.certain else 'possibly '}{outward if forward else inward}"


def _moved(press: Press) -> Iterator[File]:
    """Yield a page for each study that was found to be part of another, where its own page once stood."""
    pages = {study.study_id: study for study in press.shelf.studies}
    taken = {study.page for study in press.shelf.studies}
    for alias, study_id in press.shelf.aliases.items():
        path = f"studies/{slug(alias)}.html"
        if study_id in pages and path not in taken:
            taken.add(path)
            yield press.page(path, "moved.html", "Moved", study=pages[study_id])
