"""The pieces of a registration that ClinicalTrials.gov names, and the search areas made of them.

The pieces that litwatch or its tests ask for, not all of them.
Source: https://clinicaltrials.gov/data-api/about-api/study-data-structure and …/search-areas
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_P = "protocolSection."
_I, _S, _A = _P + "identificationModule.", _P + "statusModule.", _P + "armsInterventionsModule."
_O, _D = _P + "outcomesModule.", _P + "designModule."

PIECES: Mapping[str, str] = {
    "NCTId": _I + "nctId",
    "NCTIdAlias": _I + "nctIdAliases",
    "OrgStudyId": _I + "orgStudyIdInfo.id",
    "SecondaryId": _I + "secondaryIdInfos.id",
    "SecondaryIdType": _I + "secondaryIdInfos.type",
    "BriefTitle": _I + "briefTitle",
    "OfficialTitle": _I + "officialTitle",
    "Acronym": _I + "acronym",
    "OverallStatus": _S + "overallStatus",
    "LastKnownStatus": _S + "lastKnownStatus",
    "WhyStopped": _S + "whyStopped",
    "StartDate": _S + "startDateStruct.date",
    "PrimaryCompletionDate": _S + "primaryCompletionDateStruct.date",
    "CompletionDate": _S + "completionDateStruct.date",
    "StudyFirstPostDate": _S + "studyFirstPostDateStruct.date",
    "ResultsFirstPostDate": _S + "resultsFirstPostDateStruct.date",
    "LastUpdatePostDate": _S + "lastUpdatePostDateStruct.date",
    "LastUpdateSubmitDate": _S + "lastUpdateSubmitDate",
    "LeadSponsorName": _P + "sponsorCollaboratorsModule.leadSponsor.name",
    "CollaboratorName": _P + "sponsorCollaboratorsModule.collaborators.name",
    "BriefSummary": _P + "descriptionModule.briefSummary",
    "DetailedDescription": _P + "descriptionModule.detailedDescription",
    "Condition": _P + "conditionsModule.conditions",
    "Keyword": _P + "conditionsModule.keywords",
    "StudyType": _D + "studyType",
    "Phase": _D + "phases",
    "EnrollmentCount": _D + "enrollmentInfo.count",
    "ArmGroupLabel": _A + "armGroups.label",
    "ArmGroupType": _A + "armGroups.type",
    "ArmGroupDescription": _A + "armGroups.description",
    "InterventionName": _A + "interventions.name",
    "InterventionType": _A + "interventions.type",
    "InterventionOtherName": _A + "interventions.otherNames",
    "InterventionDescription": _A + "interventions.description",
    "PrimaryOutcomeMeasure": _O + "primaryOutcomes.measure",
    "PrimaryOutcomeDescription": _O + "primaryOutcomes.description",
    "SecondaryOutcomeMeasure": _O + "secondaryOutcomes.measure",
    "SecondaryOutcomeDescription": _O + "secondaryOutcomes.description",
    "OtherOutcomeMeasure": _O + "otherOutcomes.measure",
    "EligibilityCriteria": _P + "eligibilityModule.eligibilityCriteria",
    "LocationCountry": _P + "contactsLocationsModule.locations.country",
    "ReferencePMID": _P + "referencesModule.references.pmid",
    "ConditionMeshTerm": "derivedSection.conditionBrowseModule.meshes.term",
    "InterventionMeshTerm": "derivedSection.interventionBrowseModule.meshes.term",
    "HasResults": "hasResults",
}
_TITLES = ("BriefTitle", "OfficialTitle", "Acronym")
_OUTCOMES = (
    "PrimaryOutcomeMeasure",
    "PrimaryOutcomeDescription",
    "SecondaryOutcomeMeasure",
    "SecondaryOutcomeDescription",
    "OtherOutcomeMeasure",
)
_IDS = ("NCTId", "NCTIdAlias", "OrgStudyId", "SecondaryId")
_ARMS = ("InterventionName", "InterventionType", "InterventionOtherName", "InterventionDescription")
_GROUPS = ("ArmGroupLabel", "ArmGroupType", "ArmGroupDescription")
AREAS: Mapping[str, tuple[str, ...]] = {
    "BasicSearch": (
        *_IDS, *_TITLES, *_ARMS, *_GROUPS, *_OUTCOMES, "Condition", "Keyword", "Phase", "BriefSummary",
        "LeadSponsorName", "CollaboratorName", "StudyType", "LocationCountry", "ConditionMeshTerm",
        "InterventionMeshTerm",
    ),
    "ConditionSearch": ("Condition", "BriefTitle", "OfficialTitle", "ConditionMeshTerm", "Keyword", "NCTId"),
    "InterventionSearch": (*_ARMS, *_GROUPS, "BriefTitle", "OfficialTitle", "InterventionMeshTerm", "Keyword"),
    "InterventionNameSearch": ("InterventionName", "InterventionOtherName"),
    "TitleSearch": _TITLES,
    "OutcomeSearch": _OUTCOMES,
    "SponsorSearch": ("LeadSponsorName", "CollaboratorName"),
    "IdSearch": _IDS,
    "EligibilitySearch": ("EligibilityCriteria",),
    "PatientSearch": (*_TITLES, "Condition", "Keyword", "BriefSummary", "EligibilityCriteria", *_ARMS),
    "LocationSearch": ("LocationCountry",),
}  # fmt: skip


def values(study: Mapping[str, Any], piece: str) -> tuple[str, ...]:
    """Return every value of a piece in a study, as text."""
    return tuple(str(value) for value in _walk(study, PIECES[piece].split(".")))


def _walk(value: Any, steps: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for part in value:
            yield from _walk(part, steps)
    elif not steps:
        yield value
    elif isinstance(value, Mapping) and steps[0] in value:
        yield from _walk(value[steps[0]], steps[1:])


def path_of(field: str) -> list[str] | None:
    """Return the steps to a piece, a dotted path or a module; None if there is no such field."""
    if field in PIECES:
        return PIECES[field].split(".")
    known = {path.rsplit(".", cut)[0] for path in PIECES.values() for cut in range(path.count(".") + 1)}
    name = field[:1].lower() + field[1:]
    exact = [path for path in known if path == field or path.rpartition(".")[2] == name]
    return min(exact, key=len).split(".") if exact else None


def prune(value: Any, paths: list[list[str]]) -> Any:
    """Return only those parts of ``value`` that ``paths`` lead to."""
    if isinstance(value, list):
        return [prune(part, paths) for part in value]
    if not isinstance(value, Mapping) or [] in paths:
        return value
    wanted: dict[str, list[list[str]]] = {}
    for path in paths:
        wanted.setdefault(path[0], []).append(path[1:])
    return {name: prune(value[name], more) for name, more in wanted.items() if name in value}
