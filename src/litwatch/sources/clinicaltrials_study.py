"""One study of the ClinicalTrials.gov API as a `Registration`. Pure.

Source: the service's data structure (https://clinicaltrials.gov/data-api/about-api/study-data-structure). Contacts,
officials and sites hold personal data: they are never read; of locations only the countries are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from litwatch.identifiers import find, identifier, url
from litwatch.model import (
    Arm,
    Intervention,
    Outcome,
    Reference,
    Registration,
    SecondaryId,
)
from litwatch.sources.expect import Unbelieved
from litwatch.sources.fields import Fields, certainty
from litwatch.text import one_line

NO_TARGET = 99_999_999  # enrolment where none applies, such as expanded access


def parse_study(study: Any) -> Registration:
    """Return the registration that ``study``, one member of ``studies``, describes.

    Raises `Unbelieved` when it is not a study, or has no valid number.
    """
    protocol = Fields(study).block("protocolSection")
    names = protocol.block("identificationModule")
    number = identifier("nct", names.line("nctId"))
    if number is None:
        raise Unbelieved("a study without an NCT number")
    aliases = tuple(one_line(alias) for alias in names.strings("nctIdAliases"))
    secondary = tuple(_secondary(names))
    title = names.line("briefTitle") or names.line("officialTitle")
    text = f"{title}\n{names.line('officialTitle')}\n{protocol.block('descriptionModule').text('briefSummary')}"
    own = (number, *(entry for alias in aliases if (entry := identifier("nct", alias)) is not None))
    return Registration(
        source="clinicaltrials",
        key=number.value,
        kind="registration",
        title=title or "[no title]",
        url=url(number),
        identifiers=own,
        mentions=tuple(entry for entry in find(text) if entry not in own),
        registry="ClinicalTrials.gov",
        official_title=names.line("officialTitle"),
        acronym=names.line("acronym"),
        organisation_id=names.block("orgStudyIdInfo").line("id"),
        secondary_ids=secondary,
        aliases=aliases,
        **_status(protocol.block("statusModule")),
        **_design(protocol.block("designModule")),
        **_plan(protocol),
        mesh=tuple(_mesh(Fields(study).block("derivedSection"))),
    )


def _secondary(names: Fields) -> Iterator[SecondaryId]:
    for entry in names.blocks("secondaryIdInfos"):
        if entry.line("id"):
            yield SecondaryId(value=entry.line("id"), type=entry.line("type"), domain=entry.line("domain"))


def _status(status: Fields) -> dict[str, Any]:
    return {
        "status": status.line("overallStatus"),
        "last_known_status": status.line("lastKnownStatus"),
        "why_stopped": status.line("whyStopped"),
        "status_verified": status.date("statusVerifiedDate"),
        "start": status.struct("startDateStruct"),
        "primary_completion": status.struct("primaryCompletionDateStruct"),
        "completion": status.struct("completionDateStruct"),
        "first_submitted": status.date("studyFirstSubmitDate"),
        "published": status.struct("studyFirstPostDateStruct"),
        "created": status.date("studyFirstSubmitDate"),
        # hasResults says that results were submitted; only this date says that they were published.
        "results_posted": status.struct("resultsFirstPostDateStruct"),
        "last_update_submitted": status.date("lastUpdateSubmitDate"),
        "revised": status.struct("lastUpdatePostDateStruct"),
    }


def _design(design: Fields) -> dict[str, Any]:
    info, masking = design.block("designInfo"), design.block("designInfo").block("maskingInfo")
    enrolment = design.block("enrollmentInfo")
    count = enrolment.whole("count")
    return {
        "study_type": design.line("studyType"),
        "phases": design.strings("phases"),
        "allocation": info.line("allocation"),
        "intervention_model": info.line("interventionModel") or info.line("observationalModel"),
        "purpose": info.line("primaryPurpose"),
        "masking": masking.line("masking"),
        "who_masked": masking.strings("whoMasked"),
        "enrolment": None if count == NO_TARGET else count,
        "enrolment_type": certainty(enrolment.line("type")),
    }


def _plan(protocol: Fields) -> dict[str, Any]:
    arms, outcomes = protocol.block("armsInterventionsModule"), protocol.block("outcomesModule")
    conditions, sponsors = protocol.block("conditionsModule"), protocol.block("sponsorCollaboratorsModule")
    locations = protocol.block("contactsLocationsModule").blocks("locations")
    description = protocol.block("descriptionModule")
    return {
        "arms": tuple(
            Arm(
                label=arm.line("label"),
                type=arm.line("type"),
                description=arm.text("description"),
                interventions=arm.strings("interventionNames"),
            )
            for arm in arms.blocks("armGroups")
        ),
        "interventions": tuple(
            Intervention(
                name=entry.line("name"),
                type=entry.line("type"),
                description=entry.text("description"),
                other_names=entry.strings("otherNames"),
            )
            for entry in arms.blocks("interventions")
        ),
        "primary_outcomes": _outcomes(outcomes, "primaryOutcomes"),
        "secondary_outcomes": _outcomes(outcomes, "secondaryOutcomes"),
        "other_outcomes": _outcomes(outcomes, "otherOutcomes"),
        "conditions": conditions.strings("conditions"),
        "keywords": conditions.strings("keywords"),
        "sponsor": sponsors.block("leadSponsor").line("name"),
        "collaborators": tuple(entry.line("name") for entry in sponsors.blocks("collaborators")),
        "countries": tuple(dict.fromkeys(entry.line("country") for entry in locations if entry.line("country"))),
        "summary": description.text("briefSummary"),
        "description": description.text("detailedDescription"),
        "eligibility": protocol.block("eligibilityModule").text("eligibilityCriteria"),
        "references": tuple(
            Reference(type=entry.line("type"), pmid=entry.line("pmid"), citation=entry.text("citation"))
            for entry in protocol.block("referencesModule").blocks("references")
        ),
    }


def _outcomes(module: Fields, name: str) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(
            measure=entry.line("measure"), time_frame=entry.line("timeFrame"), description=entry.text("description")
        )
        for entry in module.blocks(name)
    )


def _mesh(derived: Fields) -> Iterator[str]:
    for module in ("conditionBrowseModule", "interventionBrowseModule"):
        for mesh in derived.block(module).blocks("meshes"):
            if mesh.line("term"):
                yield mesh.line("term")
