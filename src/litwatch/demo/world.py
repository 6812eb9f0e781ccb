"""The records that the imitated services hold, and which of them stand at a given time.

A record may be given in several versions; at any time the latest one whose `since` has passed stands. Tests build small
worlds with `article` and `trial`; `demo_world` loads the bundled two weeks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any, Protocol, TypeVar

import yaml

from litwatch.demo.ctis_trial import CtisTrial, ctis_trial
from litwatch.demo.deposit import Deposit, deposit
from litwatch.demo.isrctn_trial import IsrctnTrial, isrctn
from litwatch.demo.span import ALWAYS
from litwatch.demo.work import Work, work

# The Mondays of the demonstration, 07:00 in Oslo, as UTC.
WEEK_ONE = datetime(2026, 11, 9, 6, 0, tzinfo=UTC)
WEEK_TWO = WEEK_ONE + timedelta(weeks=1)
SUMMARY = "Summary written for the litwatch demonstration; not the published abstract."


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A pointer from one article to another: PubMed's ``CommentsCorrections``."""

    type: str  # RetractionIn, RetractionOf, ErratumIn …
    source: str
    pmid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What PubMed holds about one article.

    ``title``, ``vernacular`` and ``abstract`` may hold the inline markup <i>, <b>, <sub>, <sup> and <u>; any other
    angle bracket is text. ``abstract`` maps labels to text; an unstructured abstract has the one label ``""``.
    ``authors`` are "Last F" strings, or "collective: Name". ``published`` is YYYY[-MM[-DD]], or free text for
    ``MedlineDate``. ``mesh`` entries are "Heading", "Heading/qualifier", with ``*`` behind a major one.
    """

    pmid: str
    title: str
    abstract: Mapping[str, str] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    journal: str = "Journal of Invented Examples"
    abbreviation: str = ""
    issn: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    published: str = "2020"
    electronic: str = ""  # YYYY-MM-DD
    created: date = date(2020, 1, 1)  # when PubMed created the record
    revised: date | None = None
    entered: date | None = None  # PubMed's entry date; the publication date for papers added late
    doi: str = ""
    pmcid: str = ""
    languages: tuple[str, ...] = ("eng",)
    vernacular: str = ""
    types: tuple[str, ...] = ("Journal Article",)
    mesh: tuple[str, ...] = ()
    chemicals: tuple[str, ...] = ()  # substances, [nm]
    keywords: tuple[str, ...] = ()
    databanks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    conflicts: str = ""
    copyright: str = ""
    status: str = ""  # of the citation; MEDLINE if there are headings, else PubMed-not-MEDLINE
    version: int = 1
    since: date = ALWAYS  # this version is served from this day on
    until: date = date.max  # and no longer from this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What ClinicalTrials.gov holds about one trial: ``study`` in the shape of its API."""

    nct: str
    study: Mapping[str, Any]
    aliases: tuple[str, ...] = ()
    since: date = ALWAYS
    until: date = date.max


class Versioned(Protocol):
    """A record that stands from one day to another."""

    @property
    def since(self) -> date:
        """Return the first day."""
        ...

    @property
    def until(self) -> date:
        """Return the first day on which it no longer stands."""
        ...


V = TypeVar("V", bound=Versioned)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All records of all services, of all times.

    ``phrases`` are multi-word phrases that the real PubMed's phrase index holds although no article here uses them;
    ``unknown`` are single words that it does not hold.
    """

    articles: tuple[Article, ...] = ()
    trials: tuple[Trial, ...] = ()
    deposits: tuple[Deposit, ...] = ()
    isrctn: tuple[IsrctnTrial, ...] = ()
    ctis: tuple[CtisTrial, ...] = ()
    works: tuple[Work, ...] = ()
    phrases: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    def articles_at(self, now: datetime) -> dict[str, Article]:
        """Return the articles that stand at ``now`` by PMID, newest first."""
        standing = _standing(self.articles, now, lambda item: item.pmid)
        return dict(sorted(standing.items(), key=lambda pair: -int(pair[0])))

    def trials_at(self, now: datetime) -> dict[str, Trial]:
        """Return the trials that stand at ``now`` by NCT number."""
        return _standing(self.trials, now, lambda item: item.nct)

    def deposits_at(self, now: datetime) -> dict[str, Deposit]:
        """Return the records of Europe PMC that stand at ``now`` by database and number."""
        return _standing(self.deposits, now, lambda item: f"{item.database}:{item.number}")

    def isrctn_at(self, now: datetime) -> dict[str, IsrctnTrial]:
        """Return the trials of ISRCTN that stand at ``now`` by number."""
        return _standing(self.isrctn, now, lambda item: item.number)

    def ctis_at(self, now: datetime) -> dict[str, CtisTrial]:
        """Return the trials of EU CTIS that stand at ``now`` by number."""
        return _standing(self.ctis, now, lambda item: item.number)

    def works_at(self, now: datetime) -> dict[str, Work]:
        """Return the works of Crossref that stand at ``now`` by DOI."""
        return _standing(self.works, now, lambda item: item.doi.casefold())


def _standing(items: Iterable[V], now: datetime, key: Any) -> dict[str, V]:
    today = now.astimezone(UTC).date()
    latest: dict[str, V] = {}
    for item in items:
        held = latest.get(key(item))
        if item.since <= today and (held is None or item.since >= held.since):
            latest[key(item)] = item
    return {name: item for name, item in latest.items() if today < item.until}


def article(
    pmid: int | str, title: str = "An article", abstract: str | Mapping[str, str] = "", **given: Any
) -> Article:
    """Build an article; lists become tuples and ISO dates become dates, so that a line of YAML will do.

    It stands from ``since`` on, which is the day of its creation unless given; that is the first day of its
    publication date unless given.
    """
    sections = {"": abstract} if isinstance(abstract, str) and abstract else abstract or {}
    for name in ("created", "revised", "entered", "since", "until"):
        if isinstance(given.get(name), str):
            given[name] = date.fromisoformat(given[name])
    for name in ("authors", "languages", "types", "mesh", "chemicals", "keywords"):
        if name in given:
            given[name] = tuple(given[name])
    if "databanks" in given:
        given["databanks"] = {name: tuple(numbers) for name, numbers in given["databanks"].items()}
    if "notices" in given:
        given["notices"] = tuple(one if isinstance(one, Notice) else Notice(**one) for one in given["notices"])
    given["published"] = str(given.get("published", "2020"))
    given.setdefault("created", first_day(given["published"]) or date(2020, 1, 1))
    given.setdefault("since", given["created"])
    return Article(pmid=str(pmid), title=title, abstract=sections, **given)


def first_day(text: str) -> date | None:
    """Return a YYYY[-MM[-DD]] date, a partial one on its first day; None if ``text`` does not begin with a year."""
    match = re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)
    return date(int(match[1]), int(match[2] or 1), int(match[3] or 1)) if match else None


@lru_cache(maxsize=1)
def demo_world() -> World:
    """Load the two bundled weeks. The file says what is real in it and what is invented."""
    from litwatch.demo.registration import trial

    articles = tuple(
        article(**{"copyright": SUMMARY} | entry)
        for entry in _versions("articles.yaml", {item.name for item in fields(Article)})
    )
    works = tuple(work(**entry) for entry in _versions("works.yaml", None))
    noticed = {one.doi for one in works}
    return World(
        articles=articles,
        trials=tuple(trial(**entry) for entry in _versions("trials.yaml", None)),
        deposits=tuple(deposit(**entry) for entry in _versions("deposits.yaml", None)),
        isrctn=tuple(isrctn(**entry) for entry in _versions("isrctn.yaml", None)),
        ctis=tuple(ctis_trial(**entry) for entry in _versions("ctis.yaml", None)),
        works=(*works, *(_work(one) for one in articles if one.doi and one.doi not in noticed)),
    )


def _work(one: Article) -> Work:
    """Return Crossref's plain work of an article."""
    day = first_day(one.published)
    return work(one.doi, one.title, journal=one.journal, issued=day.isoformat() if day else "2020", since=one.since)


def _versions(name: str, known: set[str] | None) -> Iterable[dict[str, Any]]:
    text = resources.files("litwatch.demo").joinpath("data", name).read_text("utf-8")
    for entry in yaml.safe_load(text):
        later = entry.pop("then", [])
        if known is not None and (strange := set(entry) - known):
            raise ValueError(f"{name}: {entry.get('pmid')}: unknown fields {sorted(strange)}")
        facts: dict[str, Any] = entry
        for change in [{}, *later]:
            facts = {**facts, **change}
            yield dict(facts)
