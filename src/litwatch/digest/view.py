"""A digest as the templates see it: plain words in reading order, the same for HTML and text. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from litwatch.config import Config
from litwatch.digest import wording
from litwatch.digest.charts import STATES
from litwatch.digest.facts import QUOTE_CAP
from litwatch.digest.glance import Glance, glance_of, ordered
from litwatch.digest.item import ItemView, Link, item_view, title_link
from litwatch.digest.links import registry_words, report_url
from litwatch.identify.words import STATUS, in_words
from litwatch.model import Awaited, Digest, DoseRow, News, Receipt, Registration, Section, Told
from litwatch.text import one_line, shortened

SHORT_QUERY = 160  # characters of a query in the HTML; the text part and digest.json hold it whole


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """One section: what it prints, what it points at, and (first digest) what is known."""

    id: str
    title: str
    state: str
    items: tuple[ItemView, ...]
    pointers: tuple[tuple[int, str, str], ...]  # number, title, section printed in
    known: tuple[tuple[Link, str], ...]
    overdue: tuple[tuple[Link, str], ...]  # trial, the basis on which its results count as overdue
    is_question: bool

    @property
    def is_quiet(self) -> bool:
        """Tell whether the section has nothing to show this time."""
        return not (self.items or self.pointers or self.known or self.overdue)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """One trial whose results are awaited: when, which, and how it stands."""

    when: str
    link: Link
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """One source's receipt in words."""

    platform: str
    state: str
    asked: str
    counts: str
    version: str  # of the service's data or interface, or each export with its day
    query: str
    short_query: str
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
    glance: tuple[Glance, ...]
    sections: tuple[SectionView, ...]
    answers: tuple[AnswerView, ...]
    undated: int  # awaited trials whose registry gives no date
    doses: tuple[DoseRow, ...]  # what the dosing table gained
    doses_known: int
    doses_reports: int
    site: str
    off_topic: int
    duplicates: int
    receipts: tuple[ReceiptView, ...]
    footer: tuple[str, ...]
    first: bool
    is_quiet: bool
    next_answers: str  # in a quiet week, one sentence in place of the pictures


def view_of(digest: Digest, config: Config) -> View:
    """Return ``digest`` in words."""
    zone = config.digest.zone
    numbers = _numbers(digest)
    questions = {question.id for question in config.questions}
    first = digest.since is None and digest.counts.remembered > 0
    is_quiet = not (numbers or first)
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
        glance=ordered(
            glance_of(number, section.id, news) for number, (section, news) in enumerate(printed(digest), 1)
        ),
        sections=tuple(_section(section, numbers, digest, config, questions) for section in digest.sections),
        answers=tuple(_answer(entry) for entry in digest.awaited if entry.due and entry.due.value),
        undated=sum(not (entry.due and entry.due.value) for entry in digest.awaited),
        doses=tuple(row for row in digest.doses if row.new),
        doses_known=len(digest.doses),
        doses_reports=len({row.report_id for row in digest.doses}),
        site=config.site.url or "",
        off_topic=digest.counts.off_topic,
        duplicates=digest.counts.duplicates,
        receipts=tuple(_receipt(receipt, zone) for receipt in digest.receipts),
        footer=(*wording.FOOTER, *config.watch.notes),
        first=first,
        is_quiet=is_quiet,
        next_answers=wording.next_answers(digest.awaited) if is_quiet else "",
    )


def _receipt(receipt: Receipt, zone: ZoneInfo) -> ReceiptView:
    counts = f"{receipt.hits} match the query, {receipt.new} new, {receipt.changed} changed, {receipt.gone} gone"
    return ReceiptView(
        platform=receipt.platform,
        state=receipt.state,
        asked=wording.moment(receipt.asked, zone),
        counts=f"{counts}; {receipt.known} known",
        version=receipt.version,
        query=receipt.query,
        short_query=shortened(receipt.query, SHORT_QUERY),
        warnings=tuple(one_line(line, cap=QUOTE_CAP) for line in (*receipt.warnings, receipt.error or "") if line),
        last_complete=wording.moment(receipt.last_complete, zone),
    )


def _answer(entry: Awaited) -> AnswerView:
    question = f", {entry.question}" if entry.question else ""
    state = f"{STATES[entry.state][0]}, {entry.status}{question}"
    return AnswerView(
        when=wording.partial(entry.due), link=title_link(f"{entry.number} {entry.title}", entry.href), words=state
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
        overdue=tuple((title_link(f"{one.number} {one.title}", one.href), one.basis) for one in section.overdue),
        is_question=section.id in questions,
    )


def _known(report: Told) -> tuple[Link, str]:
    design = wording.DESIGNS.get(report.appraisal.design, report.appraisal.design)
    record = report.record
    if isinstance(record, Registration):
        design = f"{registry_words(record)}, {in_words(record.status, STATUS)}"
    return title_link(record.title, report_url(record)), f"{design}, {wording.partial(record.published)}".strip(", ")
