"""What a study page says of one report: each fact with the passages it was read from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from litwatch.config import Config
from litwatch.digest import wording
from litwatch.digest.facts import Fact, dose_line
from litwatch.digest.item import Link
from litwatch.digest.links import free_url, registry_words
from litwatch.digest.trial_facts import trial_facts
from litwatch.identifiers import display, url
from litwatch.model import AnyRecord, Appraisal, Citation, Quote, Registration
from litwatch.site.passages import Excerpts, Passage
from litwatch.text import shortened

NOT_STATED = "not stated"
AUTHORS_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One fact: a name, a value, where it was looked for, and the words it was read from."""

    name: str
    value: str
    place: str = ""
    passages: tuple[Passage, ...] = ()


def lines_of(record: AnyRecord, read: Appraisal, config: Config) -> tuple[Line, ...]:
    """Return the facts of a report, then the questions it bears on."""
    excerpts = Excerpts(record)
    if isinstance(record, Registration):
        facts = tuple(_field(fact) for fact in trial_facts(record, read))
    else:
        facts = tuple(_gathered(_report(record, read, excerpts)))
    return (*facts, *_questions(read, config, excerpts))


def _gathered(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield ``lines`` in their order; those not stated that follow each other share one."""
    for missing, group in groupby(lines, key=lambda line: line.value == NOT_STATED):
        if not missing:
            yield from group
            continue
        first, *others = group
        yield replace(first, name=", ".join([first.name, *(line.name.lower() for line in others)]))


def links_of(record: AnyRecord) -> tuple[Link, ...]:
    """Return where a report can be read: by its validated identifiers, and where its full text is free."""
    links = [Link(text=display(entry), href=url(entry)) for entry in record.identifiers if url(entry)]
    if free := free_url(record):
        links.append(Link(text="free full text", href=free))
    return tuple(links)


def byline(record: AnyRecord) -> str:
    """Return who reports where and when: authors, journal and date, or registry, number, sponsor and date."""
    if isinstance(record, Registration):
        parts = [registry_words(record), record.sponsor]
        parts.append(f"registered {wording.partial(record.published)}" if record.published else "")
    else:
        names = [shortened(str(author), 80) for author in record.authors]
        many = " et al." if len(names) > AUTHORS_SHOWN else ""
        place = ";".join(part for part in (record.volume, record.pages) if part)
        journal = " ".join(part for part in (record.journal or record.publisher, place) if part)
        parts = [", ".join(names[:AUTHORS_SHOWN]) + many, journal, wording.partial(record.published)]
    return " · ".join(shortened(part, 300) for part in parts if part)


def _field(fact: Fact) -> Line:
    words = (Passage(words=fact.quote, place=fact.place),) if fact.quote else ()
    return Line(name=fact.name, value=fact.value, place="" if words else fact.place, passages=words)


def _report(record: Citation, read: Appraisal, excerpts: Excerpts) -> Iterator[Line]:
    missing = "in title or abstract" if record.abstract else "in the title; the record has no abstract"

    def line(name: str, value: str, quotes: Iterable[Quote | None]) -> Line:
        found = [quote for quote in quotes if quote is not None] if value else []
        passages = tuple(_apart(excerpts.passage(quote) for quote in found))
        return Line(name=name, value=value or NOT_STATED, place="" if value else missing, passages=passages)

    level = f", level {read.level} by design (OCEBM 2011)" if read.level else ""
    flags = f"; {', '.join(read.flags)}" if read.flags else ""
    design = f"{wording.DESIGNS.get(read.design, read.design)}{level}{flags}" if read.design != "other" else ""
    yield line("Design", design, [read.design_quote])
    yield line("People", str(read.population_n) if read.population_n is not None else "", [read.n_quote])
    yield line("Diagnosis", ", ".join(one.name for one in read.diagnosis), [one.quote for one in read.diagnosis])
    yield line("Setting", ", ".join(one.name for one in read.setting), [one.quote for one in read.setting])
    routes = [wording.ROUTES.get(route, route) for route in read.routes if route != "unspecified"]
    yield line("Route", ", ".join(routes), [])
    yield line("Dose", "; ".join(dict.fromkeys(map(dose_line, read.doses))), [dose.quote for dose in read.doses])
    compared = dict.fromkeys(entry.name for entry in read.comparator)
    yield line("Compared with", ", ".join(compared), [entry.quote for entry in read.comparator])
    direction = read.outcome.direction if read.outcome else ""
    stated = wording.DIRECTIONS.get(direction, direction.replace("_", " "))
    yield line(
        "Outcome as stated", f"read as: {stated}" if stated else "", [read.outcome.quote] if read.outcome else []
    )
    named = dict.fromkeys(event.term for event in read.adverse_events)
    yield line("Adverse events named", ", ".join(named), [event.quote for event in read.adverse_events])
    left = "; ".join(map(wording.withdrawal, read.withdrawals))
    yield line("Withdrawals", left, [one.quote for one in read.withdrawals])
    follow = read.followup
    length = wording.span(follow.value, follow.value_high, follow.unit) if follow else ""
    yield line("Follow-up", length, [follow.quote] if follow else [])


def _apart(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Yield ``passages`` without those whose words stand in one shown before them."""
    shown: list[tuple[str, str]] = []
    for passage in passages:
        if not any(passage.words in text and passage.place == place for text, place in shown):
            yield passage
        shown.append((f"{passage.before}{passage.words}{passage.after}", passage.place))


def _questions(read: Appraisal, config: Config, excerpts: Excerpts) -> Iterator[Line]:
    labels = {question.id: question.label for question in config.questions}
    for hit in read.questions:
        if hit.id in labels:
            mention = " (mentioned only)" if hit.strength == "mention" else ""
            passage = excerpts.passage(hit.quote)
            yield Line(name=hit.id, value=f"{labels[hit.id]}{mention}", passages=(passage,))
