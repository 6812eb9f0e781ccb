"""One item of a digest in words: what a reader sees of a report, in reading order. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from litwatch.config import Config
from litwatch.digest import wording
from litwatch.digest.facts import QUOTE_CAP, Fact, report_facts
from litwatch.digest.languages import other_languages
from litwatch.digest.links import free_url, registry_words, report_url
from litwatch.digest.trial_facts import registered_when, trial_facts
from litwatch.identifiers import display, url
from litwatch.identify.notices import NOTICE_FIELDS, is_retracted
from litwatch.model import Change, Citation, Digest, Item, Kin, News, Registration, Relation
from litwatch.text import shortened

NAME_CAP = 80
AUTHORS_SHOWN = 3
IN_SHORT = frozenset({"Design", "People", "Route and dose", "Outcome as stated", "Status", "Enrolment", "Planned dose"})


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
    told_in: str  # the digest that first told of it, where this is a notice or a change
    facts: tuple[Fact, ...]
    major: tuple[Change, ...]
    minor: tuple[Change, ...]  # what differs in a way that matters little
    related: tuple[tuple[str, Link, str], ...]  # how, to what, because
    links: tuple[Link, ...]
    why: str

    @property
    def short(self) -> str:
        """Return the item's facts in one line without their words, for a digest too long to hold them all."""
        stated = [fact for fact in self.facts if fact.name in IN_SHORT]
        minor = (f"{one.field}: {one.old or 'not stated'} -> {one.new or 'not stated'}" for one in self.minor)
        return "; ".join([*minor, *(f"{fact.name.lower()}: {fact.value}" for fact in stated)]) or self.why


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
        told_in=news.first_told_in or "",
        facts=(*_facts(news), *_overdue(news, digest), *_registered(news, kin)),
        major=tuple(_capped(change) for change in news.changes if stands_out(change)),
        minor=tuple(_capped(change, NAME_CAP) for change in news.changes if not stands_out(change)),
        related=tuple(_related(news, relation, kin) for relation in news.relations if relation.kind != "duplicate_of"),
        links=_links(record, config),
        why=_why(news),
    )


def title_link(text: str, href: str) -> Link:
    """Return a title as a link, cut to what a line can hold."""
    return Link(text=shortened(text, 400) or "[no title]", href=href)


def stands_out(change: Change) -> bool:
    """Tell whether a change stands out: a notice always does, since it is why the item is there."""
    return change.grade == "major" or change.field in NOTICE_FIELDS


def _capped(change: Change, cap: int = QUOTE_CAP) -> Change:
    return replace(change, old=shortened(change.old, cap), new=shortened(change.new, cap))


def _badges(news: News) -> tuple[str, ...]:
    record = news.record
    badges = [wording.STANDINGS.get(news.standing, news.standing), wording.KINDS[record.kind]]
    if isinstance(record, Citation):
        pointers = {entry.ref_type for entry in record.corrections}
        if is_retracted(record):
            badges.append("retracted")
        if "ExpressionOfConcernIn" in pointers:
            badges.append("expression of concern")
        if language := other_languages(record.languages):
            badges.append(f"in {language}")
        if free_url(record):
            badges.append("free full text")
    return tuple(badges)


def _byline(record: Citation | Registration) -> str:
    if isinstance(record, Registration):
        registered = f"registered {wording.partial(record.published)}" if record.published else ""
        sponsor = shortened(record.sponsor, NAME_CAP)
        parts = (registry_words(record), sponsor, registered, registered_when(record))
        return " · ".join(part for part in parts if part)
    names = [shortened(str(author), NAME_CAP) for author in record.authors]
    authors = ", ".join(names[:AUTHORS_SHOWN]) + (" et al." if len(names) > AUTHORS_SHOWN else "")
    journal = shortened(record.journal_abbreviation or record.journal, NAME_CAP)
    return " · ".join(part for part in (authors, journal, wording.partial(record.published)) if part)


def _facts(news: News) -> tuple[Fact, ...]:
    """Return the record's facts; one that was told before and differs in small things alone is not told all over."""
    record, read = news.record, news.appraisal
    if news.standing == "changed" and news.changes and all(change.grade == "minor" for change in news.changes):
        return ()
    return trial_facts(record, read) if isinstance(record, Registration) else report_facts(record, read)


def _overdue(news: News, digest: Digest) -> tuple[Fact, ...]:
    return tuple(
        Fact(name="Results overdue", value=basis, place="registry field")
        for report_id, basis in digest.overdue
        if report_id == news.report_id
    )


def _registered(news: News, kin: Mapping[str, Kin]) -> tuple[Fact, ...]:
    """Say how the trial that a publication reports was registered, or that no registration is named."""
    if isinstance(news.record, Registration) or news.record.kind == "notice":
        return ()
    ends = [
        kin[relation.to_report].record
        for relation in news.relations
        if relation.kind in {"results_of", "protocol_of"} and relation.certain and relation.to_report in kin
    ]
    found = [record for record in ends if isinstance(record, Registration)]
    named = [entry.value for entry in news.record.mentions]
    if found:
        words = "; ".join(", ".join(part for part in (one.key, registered_when(one)) if part) for one in found)
        return (Fact(name="Registration", value=words, place="registry fields"),)
    if named:
        return (Fact(name="Registration", value=f"{', '.join(named[:3])}, as the report names it"),)
    return (Fact(name="Registration", value="not stated in the record"),)


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
    if free := free_url(record):
        found.append(Link(text="free full text", href=free))
    named = {entry.kind: entry.value for entry in record.identifiers}
    template = config.digest.resolver or ""
    if template and all(f"{{{kind}}}" not in template or kind in named for kind in ("doi", "pmid")):
        filled = template
        for kind in ("doi", "pmid"):
            filled = filled.replace(f"{{{kind}}}", quote(named.get(kind, ""), safe=""))
        found.append(Link(text="your library", href=filled))
    return tuple(found)


def _why(news: News) -> str:
    """Return why the item is here: the standing's reason, then the words that put it under its questions."""
    words = [
        f"{hit.id} “{shortened(phrase, NAME_CAP)}” ({wording.place(hit.quote.field)})"
        for hit in news.appraisal.questions[:3]
        for phrase in (hit.words or (hit.quote.text,))[:1]
    ]
    aside = news.appraisal.label != "core" or news.standing == "possible_duplicate"
    because = shortened(wording.reasoned(news.appraisal.label_reason), QUOTE_CAP)
    label = f"{news.appraisal.label}: {because}." if aside else ""
    reason = shortened(news.reason, QUOTE_CAP)
    return " ".join(part for part in (reason, label.capitalize(), "; ".join(words)) if part)
