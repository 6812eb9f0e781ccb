"""A digest as the templates see it: plain words in reading order, the same for HTML and text. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from litwatch.config import Config
from litwatch.digest import wording
from litwatch.digest.item import QUOTE_CAP, ItemView, Link, item_view, title_link
from litwatch.digest.links import report_url
from litwatch.identify.words import STATUS, in_words
from litwatch.model import Digest, News, Registration, Section, Told
from litwatch.text import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """One section: what it prints, what it points at, and (first digest) what is known."""

    id: str
    title: str
    state: str
    items: tuple[ItemView, ...]
    pointers: tuple[tuple[int, str, str], ...]  # number, title, section printed in
    known: tuple[tuple[Link, str], ...]
    is_question: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """One source's receipt in words."""

    platform: str
    state: str
    asked: str
    counts: str
    version: str  # of the service's data or interface, or each export with its day
    query: str
    warnings: tuple[str, ...]
    last_complete: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The whole digest in words."""

    subject: str
    preheader: str
    name: str
    about: str
    label: str
    range: str
    headline: str
    alarms: tuple[str, ...]
    notes: tuple[str, ...]
    sections: tuple[SectionView, ...]
    off_topic: int
    duplicates: int
    receipts: tuple[ReceiptView, ...]
    footer: tuple[str, ...]
    first: bool


def view_of(digest: Digest, config: Config) -> View:
    """Return ``digest`` in words."""
    zone = config.digest.zone
    numbers = _numbers(digest)
    questions = {question.id for question in config.questions}
    return View(
        subject=wording.subject(digest),
        preheader=wording.preheader(digest),
        name=digest.watch_name,
        about=config.watch.about or "",
        label=digest.label,
        range=f"{wording.day(digest.since, zone)} to {wording.day(digest.until, zone)}"
        if digest.since
        else wording.day(digest.until, zone),
        headline=wording.headline(digest, zone),
        alarms=wording.alarms(digest.receipts, zone),
        notes=digest.notes,
        sections=tuple(_section(section, numbers, digest, config, questions) for section in digest.sections),
        off_topic=digest.counts.off_topic,
        duplicates=digest.counts.duplicates,
        receipts=tuple(
            ReceiptView(
                platform=receipt.platform,
                state=receipt.state,
                asked=wording.moment(receipt.asked, zone),
                counts=f"{receipt.hits} match the query, {receipt.new} new, {receipt.changed} changed, "
                f"{receipt.gone} gone; {receipt.known} known",
                version=receipt.version,
                query=receipt.query,
                warnings=tuple(
                    one_line(line, cap=QUOTE_CAP) for line in (*receipt.warnings, receipt.error or "") if line
                ),
                last_complete=wording.moment(receipt.last_complete, zone),
            )
            for receipt in digest.receipts
        ),
        footer=(*wording.FOOTER, *config.watch.notes),
        first=digest.since is None and digest.counts.remembered > 0,
    )


def printed(digest: Digest) -> tuple[tuple[Section, News], ...]:
    """Return every printed item with its section, in reading order."""
    return tuple((section, item.news) for section in digest.sections for item in section.items if item.news)


def _numbers(digest: Digest) -> dict[str, int]:
    return {news.report_id: number for number, (_, news) in enumerate(printed(digest), start=1)}


def _section(
    section: Section, numbers: dict[str, int], digest: Digest, config: Config, questions: set[str]
) -> SectionView:
    titles = {news.report_id: news.record.title for _, news in printed(digest)}
    return SectionView(
        id=section.id,
        title=section.title,
        state=section.state_of_the_question,
        items=tuple(item_view(item, numbers[item.report_id], digest, config) for item in section.items if item.news),
        pointers=tuple(
            (numbers[item.report_id], one_line(titles[item.report_id], cap=160), item.see)
            for item in section.items
            if item.see
        ),
        known=tuple(_known(report) for report in section.remembered),
        is_question=section.id in questions,
    )


def _known(report: Told) -> tuple[Link, str]:
    design = wording.DESIGNS.get(report.appraisal.design, report.appraisal.design)
    record = report.record
    if isinstance(record, Registration):
        design = f"{record.registry} {record.key}, {in_words(record.status, STATUS)}"
    return title_link(record.title, report_url(record)), f"{design}, {wording.partial(record.published)}".strip(", ")
