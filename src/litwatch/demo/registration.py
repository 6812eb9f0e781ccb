"""A trial's registration in readable fields, built into the shape of the ClinicalTrials.gov API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from litwatch.demo.span import ALWAYS
from litwatch.demo.world import Trial


def trial(nct: str, title: str = "A trial", **given: Any) -> Trial:
    """Build a trial from the fields of `_study`, plus ``aliases``, ``since`` and ``until``.

    It stands from ``first_posted`` on unless ``since`` is given.
    Dates of the trial are "YYYY-MM[-DD]" with "actual" or "estimated" behind it; ``enrolment`` likewise ("54 actual").
    """
    aliases = tuple(given.pop("aliases", ()))
    since = _day(given.pop("since", given.get("first_posted") or ALWAYS))
    until = _day(given.pop("until", date.max))
    study = _without_gaps(_study(nct, title, aliases, **given))
    return Trial(nct=nct, aliases=aliases, since=since, until=until, study=study)


def _study(
    nct: str,
    title: str,
    aliases: Sequence[str],
    *,
    official_title: str = "",
    acronym: str = "",
    org_id: str = "",
    secondary_ids: Sequence[Mapping[str, str]] = (),  # id, type, domain
    status: str = "COMPLETED",
    last_known_status: str = "",
    why_stopped: str = "",
    verified: str = "",
    start: str = "",
    primary_completion: str = "",
    completion: str = "",
    first_posted: str = "2020-01-01",
    last_update: str = "",
    results_posted: str = "",
    sponsor: str = "Example Hospital",
    sponsor_class: str = "OTHER",
    collaborators: Sequence[str] = (),
    summary: str = "",
    description: str = "",
    conditions: Sequence[str] = ("Migraine",),
    keywords: Sequence[str] = (),
    study_type: str = "INTERVENTIONAL",
    phases: Sequence[str] = ("NA",),
    enrolment: str = "40 estimated",
    allocation: str = "",
    model: str = "",
    purpose: str = "",
    masking: str = "",
    who_masked: Sequence[str] = (),
    arms: Sequence[Mapping[str, Any]] = (),  # label, type, description, interventions
    interventions: Sequence[Mapping[str, Any]] = ({"name": "Ketamine"},),  # name, type, description, others
    primary: Sequence[Mapping[str, str]] = (),  # measure, time, description
    secondary: Sequence[Mapping[str, str]] = (),
    eligibility: str = "",
    countries: Sequence[str] = (),
    references: Sequence[Mapping[str, str]] = (),  # pmid, type, citation
    condition_mesh: Sequence[str] = (),
    intervention_mesh: Sequence[str] = (),
) -> dict[str, Any]:
    updated = last_update or results_posted or first_posted
    count, _, count_type = enrolment.partition(" ")
    status_module = {
        "statusVerifiedDate": verified or updated[:7],
        "overallStatus": status,
        "lastKnownStatus": last_known_status,
        "whyStopped": why_stopped,
        "expandedAccessInfo": {"hasExpandedAccess": False},
        "startDateStruct": _dated(start),
        "primaryCompletionDateStruct": _dated(primary_completion),
        "completionDateStruct": _dated(completion),
        "studyFirstSubmitDate": first_posted,
        "studyFirstSubmitQcDate": first_posted,
        "studyFirstPostDateStruct": _dated(f"{first_posted} actual" if first_posted else ""),
        "resultsFirstSubmitDate": results_posted,
        "resultsFirstPostDateStruct": _dated(f"{results_posted} actual" if results_posted else ""),
        "lastUpdateSubmitDate": updated,
        "lastUpdatePostDateStruct": _dated(f"{updated} actual" if updated else ""),
    }
    protocol = {
        "identificationModule": {
            "nctId": nct,
            "nctIdAliases": list(aliases),
            "orgStudyIdInfo": {"id": org_id or nct.removeprefix("NCT")},
            "secondaryIdInfos": [dict(one) for one in secondary_ids],
            "organization": {"fullName": sponsor, "class": sponsor_class},
            "briefTitle": title,
            "officialTitle": official_title,
            "acronym": acronym,
        },
        "statusModule": status_module,
        "sponsorCollaboratorsModule": {
            "leadSponsor": {"name": sponsor, "class": sponsor_class},
            "collaborators": [{"name": name, "class": "OTHER"} for name in collaborators],
        },
        "descriptionModule": {"briefSummary": summary, "detailedDescription": description},
        "conditionsModule": {"conditions": list(conditions), "keywords": list(keywords)},
        "designModule": {
            "studyType": study_type,
            "phases": list(phases) if study_type == "INTERVENTIONAL" else [],
            "designInfo": {
                "allocation": allocation,
                "interventionModel": model,
                "primaryPurpose": purpose,
                "maskingInfo": {"masking": masking, "whoMasked": list(who_masked)},
            },
            "enrollmentInfo": {"count": int(count), "type": count_type.upper()} if count else {},
        },
        "armsInterventionsModule": {
            "armGroups": [_arm(one) for one in arms],
            "interventions": [_intervention(one) for one in interventions],
        },
        "outcomesModule": {
            "primaryOutcomes": [_outcome(one) for one in primary],
            "secondaryOutcomes": [_outcome(one) for one in secondary],
        },
        "eligibilityModule": {"eligibilityCriteria": eligibility, "sex": "ALL"},
        "contactsLocationsModule": {"locations": [{"country": name} for name in countries]},
        "referencesModule": {"references": [dict(one) for one in references]},
    }
    derived = {
        "miscInfoModule": {"versionHolder": updated},
        "conditionBrowseModule": {"meshes": [{"id": "", "term": term} for term in condition_mesh]},
        "interventionBrowseModule": {"meshes": [{"id": "", "term": term} for term in intervention_mesh]},
    }
    results = [{"type": "PRIMARY", "title": one["measure"], "timeFrame": one.get("time", "")} for one in primary]
    return {
        "protocolSection": protocol,
        "resultsSection": {"outcomeMeasuresModule": {"outcomeMeasures": results}} if results_posted else {},
        "derivedSection": derived,
        "hasResults": bool(results_posted),
    }


def _dated(text: str) -> dict[str, str]:
    day, _, kind = text.partition(" ")
    return {"date": day, "type": kind.upper()} if day else {}


def _arm(one: Mapping[str, Any]) -> dict[str, Any]:
    names = {"label": "label", "type": "type", "description": "description", "interventions": "interventionNames"}
    return {names[name]: value for name, value in one.items()}


def _intervention(one: Mapping[str, Any]) -> dict[str, Any]:
    names = {"name": "name", "type": "type", "description": "description", "others": "otherNames"}
    return {"type": "DRUG", **{names[name]: value for name, value in one.items()}}


def _outcome(one: Mapping[str, str]) -> dict[str, str]:
    names = {"measure": "measure", "time": "timeFrame", "description": "description"}
    return {names[name]: value for name, value in one.items()}


def _without_gaps(value: Any) -> Any:
    """Return ``value`` without empty strings, lists and objects: the registry leaves out what is not given."""
    if isinstance(value, dict):
        kept = {name: _without_gaps(part) for name, part in value.items()}
        return {name: part for name, part in kept.items() if part not in ("", [], {})}
    if isinstance(value, list):
        return [_without_gaps(part) for part in value]
    return value


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
