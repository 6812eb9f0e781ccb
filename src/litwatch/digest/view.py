"""A digest as the templates see it: plain words in reading order, the same for HTML and text. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote

from litwatch.config import Config
from litwatch.digest import wording
from litwatch.identifiers import display, url
from litwatch.model import (
    Change,
    Citation,
    Digest,
    Identifier,
    Item,
    News,
    Quote,
    Registration,
    Relation,
    Section,
    Told,
)
from litwatch.text import one_line

QUOTE_CAP = 240
NAME_CAP = 80
AUTHORS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of an item: a name, a value, and the words it was read from with their place."""

    name: str
    value: str
    quote: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link with its text; ``href`` is https and built from a validated identifier, or empty."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One printed item. ``number`` counts through the whole digest."""

    number: int
    title: Link
    badges: tuple[str, ...]
    byline: str
    facts: tuple[Fact, ...]
    major: tuple[Change, ...]
    minor: int
    related: tuple[tuple[str, Link, str], ...]  # how, to what, because
    links: tuple[Link, ...]
    why: str


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
        items=tuple(item_view(item, numbers[item.report_id], config) for item in section.items if item.news),
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
        design = f"{record.registry} {record.key}, {record.status.replace('_', ' ').lower()}"
    return _title(record.title, report_url(record)), f"{design}, {wording.partial(record.published)}".strip(", ")


def item_view(item: Item, number: int, config: Config) -> ItemView:
    """Return one item in words; ``item.news`` must be set."""
    news = item.news
    if news is None:
        raise ValueError(f"{item.report_id}: only printed items have a view")
    record = news.record
    return ItemView(
        number=number,
        title=_title(record.title, report_url(record)),
        badges=_badges(news),
        byline=_byline(record),
        facts=tuple(_facts(news)),
        major=tuple(_capped(change) for change in news.changes if change.grade == "major"),
        minor=sum(change.grade == "minor" for change in news.changes),
        related=tuple(_related(news, relation) for relation in news.relations if relation.kind != "duplicate_of"),
        links=_links(record, config),
        why=_why(news),
    )


def report_url(record: Citation | Registration) -> str:
    """Return the report's address from its own validated identifiers, the source's first."""
    kinds = ("nct",) if isinstance(record, Registration) else ("pmid", "doi", "pmcid")
    for kind in kinds:
        for entry in record.identifiers:
            if entry.kind == kind and url(entry):
                return url(entry)
    return next((url(entry) for entry in record.identifiers if url(entry)), "")


def _title(text: str, href: str) -> Link:
    return Link(text=one_line(text, cap=400) or "[no title]", href=href)


def _capped(change: Change) -> Change:
    return replace(change, old=one_line(change.old, cap=QUOTE_CAP), new=one_line(change.new, cap=QUOTE_CAP))


def _badges(news: News) -> tuple[str, ...]:
    record = news.record
    badges = [wording.STANDINGS.get(news.standing, news.standing), wording.KINDS[record.kind]]
    if isinstance(record, Citation):
        if "Retracted Publication" in record.publication_types:
            badges.append("retracted")
        language = next(iter(record.languages), "eng")
        if language not in {"eng", "en"}:
            badges.append(f"in {one_line(language, cap=20)}")
    return tuple(badges)


def _byline(record: Citation | Registration) -> str:
    if isinstance(record, Registration):
        parts = [f"{record.registry} {record.key}", record.sponsor, f"registered {wording.partial(record.published)}"]
        return " · ".join(part for part in parts if part.strip() and part != "registered ")
    names = [one_line(str(author), cap=NAME_CAP) for author in record.authors]
    authors = ", ".join(names[:AUTHORS_SHOWN]) + (" et al." if len(names) > AUTHORS_SHOWN else "")
    journal = one_line(record.journal_abbreviation or record.journal, cap=NAME_CAP)
    return " · ".join(part for part in (authors, journal, wording.partial(record.published)) if part)


def _facts(news: News) -> list[Fact]:
    record = news.record
    return _trial_facts(record) if isinstance(record, Registration) else _report_facts(news)


def _report_facts(news: News) -> list[Fact]:
    appraisal = news.appraisal
    level = f", level {appraisal.level} by design (OCEBM 2011)" if appraisal.level else ""
    flags = f"; {', '.join(appraisal.flags)}" if appraisal.flags else ""
    design = wording.DESIGNS.get(appraisal.design, appraisal.design)
    facts = [_fact("Design", f"{design}{level}{flags}", appraisal.design_quote)]
    if appraisal.population_n is not None:
        facts.append(_fact("People", str(appraisal.population_n), appraisal.n_quote))
    if appraisal.routes:
        facts.append(Fact(name="Route", value=", ".join(appraisal.routes)))
    facts += [_fact("Dose", dose.quote.text, dose.quote) for dose in appraisal.doses if dose.role == "study"]
    facts += [_fact("Compared with", entry.name, entry.quote) for entry in appraisal.comparator]
    if appraisal.outcome:
        facts.append(_fact("Outcome as stated", appraisal.outcome.direction.replace("_", " "), appraisal.outcome.quote))
    if appraisal.followup:
        facts.append(
            _fact("Follow-up", f"{appraisal.followup.value:g} {appraisal.followup.unit}", appraisal.followup.quote)
        )
    if appraisal.adverse_events:
        facts.append(
            Fact(name="Adverse events named", value=", ".join(event.term for event in appraisal.adverse_events))
        )
    return facts


def _trial_facts(record: Registration) -> list[Fact]:
    """Return a registration's fields; one it leaves empty is "not stated"."""
    status = record.status.replace("_", " ").lower()
    enrolled = (
        f"{record.enrolment} ({(record.enrolment_type or 'type not stated').lower()})" if record.enrolment else ""
    )
    design = ", ".join(
        part.replace("_", " ").lower() for part in (record.study_type, record.allocation, record.masking) if part
    )
    arms = "; ".join(
        one_line(f"{arm.label}: {arm.description}" if arm.description else arm.label, cap=200) for arm in record.arms
    )
    outcome = next(iter(record.primary_outcomes), None)
    completion = record.primary_completion
    finished = f"{wording.partial(completion)} ({(completion.type or 'type not stated').lower()})" if completion else ""
    values = (
        ("Status", f"{status}; {record.why_stopped}" if record.why_stopped else status),
        ("Enrolment", enrolled),
        ("Design", design),
        ("Arms", arms),
        (
            "Primary outcome",
            one_line(f"{outcome.measure} [{outcome.time_frame or 'no time frame'}]", cap=300) if outcome else "",
        ),
        ("Primary completion", finished),
        (
            "Results on the registry",
            f"posted {wording.partial(record.results_posted)}" if record.results_posted else "none posted",
        ),
    )
    return [Fact(name=name, value=value or "not stated", place="registry field") for name, value in values]


def _fact(name: str, value: str, words: Quote | None) -> Fact:
    if words is None:
        return Fact(name=name, value=value)
    return Fact(name=name, value=value, quote=one_line(words.text, cap=QUOTE_CAP), place=words.field)


def _related(news: News, relation: Relation) -> tuple[str, Link, str]:
    outward, inward = wording.RELATIONS.get(relation.kind, (relation.kind, relation.kind))
    forward = relation.from_report == news.report_id
    other = relation.to_report if forward else relation.from_report
    doubt = "" if relation.certain else "possibly "
    evidence = one_line(relation.evidence, cap=QUOTE_CAP)
    return f"{doubt}{outward if forward else inward}", _report_link(other), evidence


def _report_link(report_id: str) -> Link:
    """Return a link to a report by its id, which is its first record's source and key."""
    source, _, key = report_id.partition(":")
    kind = {"pubmed": "pmid", "clinicaltrials": "nct"}.get(source)
    entry = Identifier(kind=kind, value=key) if kind else None
    return Link(text=display(entry), href=url(entry)) if entry else Link(text=report_id)


def _links(record: Citation | Registration, config: Config) -> tuple[Link, ...]:
    found = [Link(text=display(entry), href=url(entry)) for entry in record.identifiers if url(entry)]
    if isinstance(record, Citation) and record.free_full_text.startswith("https://"):
        found.append(Link(text="free full text", href=record.free_full_text))
    named = {entry.kind: entry.value for entry in record.identifiers}
    template = config.digest.resolver or ""
    if template and all(f"{{{kind}}}" not in template or kind in named for kind in ("doi", "pmid")):
        filled = template
        for kind in ("doi", "pmid"):
            filled = filled.replace(f"{{{kind}}}", quote(named.get(kind, ""), safe=""))
        found.append(Link(text="your library", href=filled))
    return tuple(found)


def _why(news: News) -> str:
    """Return why the item is here: the standing's reason, then the words that matched."""
    words = [
        f"{hit.id}: “{one_line(hit.words[0] if hit.words else hit.quote.text, cap=NAME_CAP)}” ({hit.quote.field})"
        for hit in news.appraisal.questions[:3]
    ]
    told = f"First told in {news.first_told_in}." if news.first_told_in else ""
    label = f"Label {news.appraisal.label}: {one_line(news.appraisal.label_reason, cap=QUOTE_CAP)}."
    reason = one_line(news.reason, cap=QUOTE_CAP)
    return " ".join(part for part in (reason, told, label, "; ".join(words)) if part)
