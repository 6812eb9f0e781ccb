"""A trial of EU CTIS in readable fields, built into its line of a search and its full record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from litwatch.demo.span import ALWAYS, span_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CtisTrial:
    """What EU CTIS holds about one trial: its line in a search and what ``retrieve`` gives."""

    number: str  # 2024-512310-18-00
    line: Mapping[str, Any]
    detail: Mapping[str, Any]
    since: date = ALWAYS
    until: date = date.max


def ctis_trial(number: str, title: str = "A trial", **given: Any) -> CtisTrial:
    """Build an EU CTIS trial from the fields of `_line_and_detail`, plus ``since`` and ``until``."""
    span = span_of(given, str(given.get("decided", "2024-06-05")))
    line, detail = _line_and_detail(number, title, **given)
    return CtisTrial(number=number, line=line, detail=detail, **span)


def _line_and_detail(
    number: str,
    title: str,
    *,
    short_title: str = "",
    status: int = 2,
    conditions: Sequence[str] = ("Migraine",),
    product: str = "Ketamine",
    substance: str = "ketamine",
    routes: Sequence[str] = ("INTRAVENOUS USE",),
    daily_dose: str = "",
    unit: str = "mg milligram(s)",
    primary: Sequence[str] = (),
    secondary: Sequence[str] = (),
    objective: str = "",
    countries: Sequence[str] = ("Denmark",),
    sponsor: str = "Example University Hospital",
    phase: str = "Therapeutic exploratory (Phase II)",
    enrolment: int = 40,
    decided: str = "2024-06-05",
    started: str = "",
    ended: str = "",
    expected_end: str = "2027-01-01",
    updated: str = "",
    nct: str = "",
    eudract: str = "",
    results: bool = False,
) -> tuple[dict[str, Any], dict[str, Any]]:
    def day_first(day: str) -> str:
        return "/".join(reversed(day.split("-")))

    last = updated or decided
    line: dict[str, Any] = {"ctNumber": number, "ctStatus": status, "ctTitle": title, "shortTitle": short_title}
    line |= {"startDateEU": day_first(started)} if started else {}
    line |= {"endDateEU": day_first(ended)} if ended else {}
    line |= {
        "conditions": ", ".join(conditions),
        "trialCountries": [f"{country}:{status}" for country in countries],
        "decisionDateOverall": day_first(decided),
        "decisionDate": f"DK: {day_first(decided)}",
        "therapeuticAreas": ["Diseases [C] - Nervous System Diseases [C10]"],
        "sponsor": sponsor,
        "sponsorType": "Hospital/Clinic/Other health care facility",
        "trialPhase": phase,
        "endPoint": ", ".join(secondary),
        "product": product,
        "ageRangeSecondary": [""],
        "ageGroup": "18-64 years",
        "gender": "Female, Male",
        "trialRegion": 1,
        "totalNumberEnrolled": str(enrolment),
        "primaryEndPoint": ", ".join(primary),
        "resultsFirstReceived": "Yes" if results else "No",
        "lastUpdated": day_first(last),
        "lastPublicationUpdate": day_first(last),
    }
    identifiers: dict[str, Any] = {"additionalRegistries": []}
    identifiers |= {"nctNumber": {"id": 1, "number": nct}} if nct else {}
    part = {
        "products": [
            {
                "productName": product,
                "jsonActiveSubstanceNames": substance,
                "routes": list(routes),
                "doseUom": unit,
                "maxDailyDoseAmount": daily_dose,
                "productDictionaryInfo": {"prodName": product, "pharmForm": "SOLUTION FOR INJECTION"},
            }
        ],
        "trialDetails": {
            "clinicalTrialIdentifiers": {
                "fullTitle": title,
                "publicTitle": title,
                "shortTitle": short_title,
                "secondaryIdentifyingNumbers": identifiers,
            },
            "trialInformation": {
                "trialObjective": {"mainObjective": objective},
                "endPoint": {
                    "primaryEndPoints": [{"number": at, "endPoint": text} for at, text in enumerate(primary, 1)],
                    "secondaryEndPoints": [{"number": at, "endPoint": text} for at, text in enumerate(secondary, 1)],
                },
                "trialDuration": {"estimatedEndDate": expected_end},
            },
        },
        "medicalConditions": [{"medicalCondition": word} for word in conditions],
        "sponsors": [{"primary": True, "organisation": {"name": sponsor}}],
    }
    application: dict[str, Any] = {"authorizedPartI": part}
    application |= {"eudraCt": {"isTransitioned": True, "eudraCtCode": eudract}} if eudract else {}
    return line, {
        "ctNumber": number,
        "ctStatus": "Authorised",  # the application's status, not the trial's
        "ctPublicStatusCode": status,
        "publishDate": f"{last}T03:39:42.531268872",
        "authorizedApplication": application,
    }
