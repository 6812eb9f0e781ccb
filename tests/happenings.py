"""What happens in the world while a watch runs: new records and changes at every source, as a test schedules them.

Each happening knows what a reader must be told of it, once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from litwatch.demo.ctis_trial import CtisTrial, ctis_trial
from litwatch.demo.deposit import Deposit, deposit
from litwatch.demo.isrctn_trial import IsrctnTrial, isrctn
from litwatch.demo.registration import trial
from litwatch.demo.work import Work, work
from litwatch.demo.world import Article, Trial, World, article
from weeks import EVERY_SERVICE, MONDAY, Week

BEFORE = date(2024, 3, 4)  # when the records appeared that the first run remembers
# A title per number, so that no two records look like one report: 40 × 41 pairs.
PLACES = [
    "Aalen", "Bergen", "Cadiz", "Dover", "Exeter", "Faro", "Graz", "Hanover", "Imola", "Jena", "Kiel", "Lund",
    "Malmo", "Nantes", "Oslo", "Porto", "Quimper", "Riga", "Siena", "Turku", "Ulm", "Varna", "Wells", "Xanten",
    "York", "Zadar", "Bath", "Cork", "Delft", "Essen", "Fulda", "Ghent", "Hull", "Izmir", "Jersey", "Kazan", "Lyon",
    "Metz", "Nice", "Ostend",
]  # fmt: skip
THINGS = [
    "aura", "nausea", "sleep", "work", "school", "sport", "travel", "mood", "memory", "balance", "light", "noise",
    "smell", "weather", "coffee", "tea", "water", "bread", "walking", "driving", "reading", "music", "colour",
    "screens", "phones", "nights", "mornings", "weekends", "holidays", "seasons", "ageing", "youth", "pregnancy",
    "menopause", "posture", "jaw", "neck", "teeth", "eyes", "ears", "skin",
]  # fmt: skip

HOLDERS = tuple(service for service in EVERY_SERVICE if service != "crossref")
CHANGING = ("clinicaltrials", "isrctn", "ctis", "crossref")
Happening = Article | Trial | Deposit | IsrctnTrial | CtisTrial | Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a reader must be told once: a report, and how it stands (new, notice, changed)."""

    report_id: str
    standing: str


def title(number: int) -> str:
    """Return a title that no other number has, and that matches the test watch."""
    place, thing = PLACES[number % len(PLACES)], THINGS[number % len(THINGS)]
    return f"Ketamine for migraine and {thing} in {place}"


def said(number: int) -> str:
    """Return an abstract that no other number has."""
    return f"Ketamine was given for migraine in {PLACES[number % len(PLACES)]}: {number + 20} adults kept a diary."


def doi(number: int) -> str:
    """Return the DOI of PubMed's record with this number."""
    return f"10.99999/paper.{number}"


def appears(service: str, number: int, day: date) -> tuple[Happening, ...]:
    """Return the records that a service holds from ``day`` on; a PubMed paper comes with its work at Crossref."""
    when, since = day.isoformat(), {"since": day}
    if service == "pubmed":
        paper = article(1000 + number, title(number), said(number), doi=doi(number), created=when, published=when)
        return paper, work(doi(number), title(number), **since)
    if service == "clinicaltrials":
        return (trial(f"NCT{number:08d}", title(number), first_posted=when, status="RECRUITING", **since),)
    if service == "europepmc":
        given: dict[str, Any] = {"doi": f"10.99998/draft.{number}/v1", "published": when, "since": day}
        return (deposit(f"PPR{number}", title(number), abstract=said(number), **given),)
    if service == "isrctn":
        return (isrctn(f"ISRCTN{number:08d}", title(number), assigned=when, start="2020-01-01", **since),)
    if service == "ctis":
        return (ctis_trial(f"2024-{number:06d}-18-00", title(number), decided=when, **since),)
    raise ValueError(service)


def changes(service: str, number: int, appeared: date, day: date) -> tuple[Happening, ...]:
    """Return the later version of a record: a trial that is halted, a paper whose retraction Crossref knows."""
    first, when, since = appeared.isoformat(), day.isoformat(), {"since": day}
    if service == "clinicaltrials":
        given = {"first_posted": first, "last_update": when, "status": "SUSPENDED"}
        return (trial(f"NCT{number:08d}", title(number), **given, **since),)
    if service == "isrctn":
        given = {"assigned": first, "start": "2020-01-01", "override": "Suspended", "updated": when}
        return (isrctn(f"ISRCTN{number:08d}", title(number), **given, **since),)
    if service == "ctis":
        return (ctis_trial(f"2024-{number:06d}-18-00", title(number), decided=first, updated=when, status=6, **since),)
    if service == "crossref":
        retracted = {"type": "retraction", "doi": f"10.99999/notice.{number}", "day": when}
        return (work(doi(number), title(number), updates=[retracted], **since),)
    raise ValueError(service)


def report_of(service: str, number: int) -> str:
    """Return the id of the report that a service's record with this number becomes."""
    return {
        "pubmed": f"pubmed:{1000 + number}",
        "clinicaltrials": f"clinicaltrials:NCT{number:08d}",
        "europepmc": f"europepmc:PPR:10.99998/draft.{number}",
        "isrctn": f"isrctn:ISRCTN{number:08d}",
        "ctis": f"ctis:2024-{number:06d}-18",
        "crossref": f"pubmed:{1000 + number}",
    }[service]


def world_of(happenings: Iterable[Happening]) -> World:
    """Return the world in which all this happens."""
    given = tuple(happenings)

    def those(kind: type) -> Any:
        return tuple(one for one in given if isinstance(one, kind))

    return World(
        articles=those(Article),
        trials=those(Trial),
        deposits=those(Deposit),
        isrctn=those(IsrctnTrial),
        ctis=those(CtisTrial),
        works=those(Work),
    )


def day_of(week: int) -> date:
    """Return the Thursday before the Monday of a week; the watch begins in week 0."""
    return MONDAY.date() + timedelta(weeks=week, days=-4)


def told_by(week: Week, label: str) -> list[Told]:
    """Return what a digest tells; what is told late is told."""
    sections = week.digest(label)["sections"]
    return [
        Told(report_id=item["report_id"], standing="new" if item["standing"] == "late" else item["standing"])
        for section in sections
        for item in section["items"]
        if "title" in item
    ]
