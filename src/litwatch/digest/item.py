"""One item of a digest in words: what a reader sees of a report, in reading order. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from litwatch.config import Config
from litwatch.digest import wording
from litwatch.digest.links import report_url
from litwatch.identifiers import display, url
from litwatch.identify.notices import NOTICE_FIELDS
from litwatch.identify.words import ALLOCATION, MASKING, STATUS, STUDY_TYPE, in_words
from litwatch.model import Change, Citation, Digest, Item, Kin, News, Quote, Registration, Relation
from litwatch.text import shortened

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


def item_view(item: Item, number: int, digest: Digest, config: Config) -> ItemView:
    """Return one item in words; ``item.news`` must be set."""
    news = item.news
    if news is None:
        raise ValueError(f"{item.report_id}: only printed items have a view")
    record = news.record
    kin = {entry.report_id: entry for entry in digest.kin}
    return ItemView(
        number=number,
        title=title_link(record.title, report_url(record)),
        badges=_badges(news),
        byline=_byline(record),
        facts=(*_facts(news), *_overdue(news, digest)),
        major=tuple(_capped(change) for change in news.changes if _shown(change)),
        minor=sum(not _shown(change) for change in news.changes),
        related=tuple(_related(news, relation, kin) for relation in news.relations if relation.kind != "duplicate_of"),
        links=_links(record, config),
        why=_why(news),
    )


def title_link(text: str, href: str) -> Link:
    """Return a title as a link, cut to what a line can hold."""
    return Link(text=shortened(text, 400) or "[no title]", href=href)


def _shown(change: Change) -> bool:
    """Tell whether a change is printed: a notice always is, since it is why the item stands there."""
    return change.grade == "major" or change.field in NOTICE_FIELDS


def _capped(change: Change) -> Change:
    return replace(change, old=shortened(change.old, QUOTE_CAP), new=shortened(change.new, QUOTE_CAP))


def _badges(news: News) -> tuple[str, ...]:
    record = news.record
    badges = [wording.STANDINGS.get(news.standing, news.standing), wording.KINDS[record.kind]]
    if isinstance(record, Citation):
        pointers = {entry.ref_type for entry in record.corrections}
        if "Retracted Publication" in record.publication_types or "RetractionIn" in pointers:
            badges.append("retracted")
        if "ExpressionOfConcernIn" in pointers:
            badges.append("expression of concern")
        language = next(iter(record.languages), "eng")
        if language not in {"eng", "en"}:
            badges.append(f"in {shortened(language, 20)}")
    return tuple(badges)


def _byline(record: Citation | Registration) -> str:
    if isinstance(record, Registration):
        parts = [f"{record.registry} {record.key}", record.sponsor, f"registered {wording.partial(record.published)}"]
        return " · ".join(part for part in parts if part.strip() and part != "registered ")
    names = [shortened(str(author), NAME_CAP) for author in record.authors]
    authors = ", ".join(names[:AUTHORS_SHOWN]) + (" et al." if len(names) > AUTHORS_SHOWN else "")
    journal = shortened(record.journal_abbreviation or record.journal, NAME_CAP)
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
    status = in_words(record.status, STATUS)
    enrolled = (
        f"{record.enrolment} ({(record.enrolment_type or 'type not stated').lower()})" if record.enrolment else ""
    )
    design = ", ".join(
        words
        for words in (
            in_words(record.study_type, STUDY_TYPE) if record.study_type else "",
            in_words(record.allocation, ALLOCATION) if record.allocation else "",
            f"masking {in_words(record.masking, MASKING)}" if record.masking else "",
        )
        if words
    )
    arms = "; ".join(
        shortened(f"{arm.label}: {arm.description}" if arm.description else arm.label, 200) for arm in record.arms
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
            shortened(f"{outcome.measure} [{outcome.time_frame or 'no time frame'}]", 300) if outcome else "",
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
    return Fact(name=name, value=value, quote=shortened(words.text, QUOTE_CAP), place=words.field)


def _overdue(news: News, digest: Digest) -> tuple[Fact, ...]:
    return tuple(
        Fact(name="Results overdue", value=basis, place="registry field")
        for report_id, basis in digest.overdue
        if report_id == news.report_id
    )


def _related(news: News, relation: Relation, kin: Mapping[str, Kin]) -> tuple[str, Link, str]:
    outward, inward = wording.RELATIONS.get(relation.kind, (relation.kind, relation.kind))
    forward = relation.from_report == news.report_id
    other = kin.get(relation.to_report if forward else relation.from_report)
    doubt = "" if relation.certain else "possibly "
    evidence = shortened(relation.evidence, QUOTE_CAP)
    told = f"; you read of it in {other.told_in}" if other and other.told_in else ""
    target = _report_link(other, relation.to_report if forward else relation.from_report)
    return f"{doubt}{outward if forward else inward}", target, f"{evidence}{told}"


def _report_link(other: Kin | None, report_id: str) -> Link:
    """Return a link to a related report by the identifier a reader knows it by."""
    if other is None:
        return Link(text=report_id)
    known = next((entry for entry in other.record.identifiers if url(entry)), None)
    name = f"{display(known)}, {shortened(other.title, NAME_CAP)}" if known else shortened(other.title, NAME_CAP)
    return Link(text=name, href=url(known) if known else "")


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
        f"{hit.id}: “{shortened(hit.words[0] if hit.words else hit.quote.text, NAME_CAP)}” ({hit.quote.field})"
        for hit in news.appraisal.questions[:3]
    ]
    told = f"First told in {news.first_told_in}." if news.first_told_in else ""
    label = f"Label {news.appraisal.label}: {shortened(news.appraisal.label_reason, QUOTE_CAP)}."
    reason = shortened(news.reason, QUOTE_CAP)
    return " ".join(part for part in (reason, told, label, "; ".join(words)) if part)
