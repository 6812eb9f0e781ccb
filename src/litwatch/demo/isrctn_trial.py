"""A trial of ISRCTN in readable fields, built into the registry's ``default`` XML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from litwatch.demo.span import ALWAYS, span_of

NAMESPACE = "http://www.67bricks.com/isrctn"


@dataclass(frozen=True, slots=True, kw_only=True)
class IsrctnTrial:
    """What ISRCTN holds about one trial: the ``fullTrial`` element as text, and all its words."""

    number: str  # ISRCTN12345678
    xml: str
    words: str
    since: date = ALWAYS
    until: date = date.max


def isrctn(number: str, title: str = "A trial", **given: Any) -> IsrctnTrial:
    """Build an ISRCTN trial from the fields of `_full_trial`, plus ``since`` and ``until``."""
    span = span_of(given, str(given.get("assigned", "2020-01-01")))
    xml = _full_trial(number, title, **given)
    return IsrctnTrial(number=number, xml=xml, words=f"{number} {_plain(xml)}", **span)


def _plain(xml: str) -> str:
    return re.sub(r"<[^>]*>", " ", xml)


def _full_trial(
    number: str,
    title: str,
    *,
    scientific_title: str = "",
    acronym: str = "",
    summary: str = "",
    hypothesis: str = "",
    primary: str = "",
    secondary: str = "",
    nct: str = "",
    eudract: str = "",
    other_numbers: Sequence[str] = (),
    design: str = "Interventional",
    randomised: bool = True,
    end: str = "2030-01-01",
    start: str = "2020-02-01",
    recruitment_end: str = "2029-01-01",
    override: str = "",
    reason: str = "",
    planned: int = 40,
    enrolled: int | None = None,
    conditions: Sequence[str] = ("Migraine",),
    drugs: str = "Ketamine",
    description: str = "",
    phase: str = "Phase II",
    countries: Sequence[str] = ("United Kingdom",),
    sponsor: str = "Example Trust",
    publications: str = "",
    assigned: str = "2020-01-01",
    updated: str = "",
) -> str:
    def one(name: str, text: str) -> str:
        return f"<{name}>{escape(text)}</{name}>" if text else f"<{name}/>"

    def stamp(day: str) -> str:
        return f"{day}T00:00:00.000Z"

    numbers = "".join(one("secondaryNumber", value) for value in other_numbers)
    listed = "".join(f"<condition>{one('description', word)}</condition>" for word in conditions)
    where = "".join(one("country", word) for word in countries)
    stopped = one("overallStatusOverride", override) if override else ""
    stopped += one("reasonAbandoned", reason) if reason else ""
    return (
        f'<fullTrial><trial lastUpdated="{updated or assigned}T12:30:12.405392221Z" version="3" isPublished="true" '
        f'publicIdentifierType="isrctn" publicIdentifierCanonical="{number}">'
        f'<isrctn dateAssigned="{assigned}T11:46:55.594873Z">{number.removeprefix("ISRCTN")}</isrctn>'
        f"<trialDescription>{one('title', title)}{one('scientificTitle', scientific_title)}{one('acronym', acronym)}"
        f"{one('studyHypothesis', hypothesis)}{one('plainEnglishSummary', summary)}<primaryOutcomes/>"
        f"{one('primaryOutcome', primary)}<secondaryOutcomes/>{one('secondaryOutcome', secondary)}</trialDescription>"
        f"<externalRefs><doi>10.1186/{number}</doi>{one('eudraCTNumber', eudract)}<irasNumber/>"
        f"{one('clinicalTrialsGovNumber', nct)}<protocolSerialNumber/><secondaryNumbers>{numbers}</secondaryNumbers>"
        f"</externalRefs><trialDesign>{one('primaryStudyDesign', design)}"
        f"{one('secondaryStudyDesign', 'Randomised controlled trial' if randomised else 'Cohort study')}"
        f"{stopped}{one('overallEndDate', stamp(end))}</trialDesign>"
        f"<participants><recruitmentCountries>{where}</recruitmentCountries>{one('targetEnrolment', str(planned))}"
        f"{one('totalFinalEnrolment', '' if enrolled is None else str(enrolled))}"
        f"{one('recruitmentStart', stamp(start))}{one('recruitmentEnd', stamp(recruitment_end))}"
        f"<recruitmentStartStatusOverride/>{one('recruitmentStatusOverride', override)}</participants>"
        f"<conditions>{listed}</conditions><interventions><intervention>{one('description', description)}"
        f"<interventionType>Drug</interventionType>{one('phase', phase)}{one('drugNames', drugs)}</intervention>"
        f"</interventions><results>{one('publicationDetails', publications)}</results><outputs/></trial>"
        "<contact><forename>Nobody</forename><surname>Inparticular</surname><contactDetails>"
        "<email>nobody@example.org</email></contactDetails></contact>"
        f"<sponsor>{one('organisation', sponsor)}</sponsor></fullTrial>"
    )
