"""One trial of the EU's Clinical Trials Information System as a `Registration`. Pure.

The interface is undocumented; source: recorded answers, in the structure before June 2024 (``authorizedPartI`` at the
root) and the one since (``authorizedApplication``). Contacts, sites and investigators are never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from litwatch.identifiers import find, url
from litwatch.model import Identifier, Intervention, Outcome, PartialDate, Registration, SecondaryId
from litwatch.sources.expect import Unbelieved
from litwatch.sources.fields import Fields
from litwatch.text import one_line

# The public status: ``ctStatus`` of a search, ``ctPublicStatusCode`` of a trial. A trial's own ``ctStatus`` is another
# thing, the application's status ("Authorised" for a trial that recruits). Source: the portal's own table.
STATUS = {
    1: "Under evaluation",
    2: "Authorised, recruitment pending",
    3: "Authorised, recruiting",
    4: "Ongoing, recruiting",
    5: "Ongoing, recruitment ended",
    6: "Temporarily halted",
    7: "Suspended",
    8: "Ended",
    9: "Expired",
    10: "Revoked",
    11: "Not authorised",
    12: "Cancelled",
}
_NUMBER = re.compile(r"(\d{4}-\d{6}-\d{2})-(\d{2})")
_DAY_FIRST = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_OTHER_REGISTRIES = (
    ("nctNumber", "nctNumber"),
    ("isrctnNumber", "isrctnNumber"),
    ("whoUniversalTrialNumber", "whoUniversalTrialNumber"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One line of a search: what is needed to tell whether the trial is meant, and whether it moved."""

    number: str  # 2024-512310-18-01
    base: str  # 2024-512310-18, the same for every resubmission
    text: str  # all that it says of title, conditions, endpoints and products
    moved: str  # ISO day of the last publication
    fields: Fields


def parse_overview(line: Any) -> Overview:
    """Read one member of a search's ``data``. Raises `Unbelieved` when it has no valid number."""
    fields = Fields(line)
    match = _NUMBER.fullmatch(fields.line("ctNumber"))
    if match is None:
        raise Unbelieved("a trial without an EU CT number")
    names = ("ctTitle", "shortTitle", "conditions", "endPoint", "primaryEndPoint", "product")
    words = [fields.line(name) for name in names]
    moved = day_first(fields.line("lastPublicationUpdate")) or day_first(fields.line("lastUpdated"))
    return Overview(
        number=match[0],
        base=match[1],
        text="\n".join([*words, *fields.strings("therapeuticAreas")]),
        moved=moved.value if moved else "",
        fields=fields,
    )


def day_first(text: str, kind: Literal["ACTUAL", "ESTIMATED"] | None = None) -> PartialDate | None:
    """Read a search's DD/MM/YYYY."""
    match = _DAY_FIRST.fullmatch(text.strip())
    if match is None or not ("01" <= match[2] <= "12"):
        return None
    return PartialDate(value=f"{match[3]}-{match[2]}-{match[1]}", type=kind)


def parse_trial(detail: Any, overview: Overview) -> Registration:
    """Return the registration: the full trial with the dates and the status of its line in the search.

    Raises `Unbelieved` when ``detail`` is not the trial asked for; an unknown number gets an empty object.
    """
    fields, line = Fields(detail), overview.fields
    if fields.line("ctNumber") != overview.number:
        raise Unbelieved(f"another trial than {overview.number}, or none")
    part = _part_one(fields)
    details = part.block("trialDetails")
    names, plan = details.block("clinicalTrialIdentifiers"), details.block("trialInformation")
    title = names.line("publicTitle") or line.line("ctTitle") or names.line("fullTitle")
    official = names.line("fullTitle") or line.line("ctTitle")
    objective = plan.block("trialObjective").text("mainObjective")
    number = Identifier(kind="euct", value=overview.number)
    secondary = tuple(_secondary(fields, names))
    sponsors = _sponsors(part, line)
    enrolled = line.line("totalNumberEnrolled")
    return Registration(
        source="ctis",
        key=overview.base,
        kind="registration",
        title=title or "[no title]",
        url=url(number),
        identifiers=(number,),
        mentions=tuple(entry for entry in find(f"{title}\n{official}\n{objective}") if entry != number),
        published=day_first(line.line("decisionDateOverall")),
        created=day_first(line.line("decisionDateOverall")),
        revised=PartialDate(value=overview.moved) if overview.moved else None,
        registry="EU CTIS",
        official_title=official,
        acronym="",
        organisation_id=names.line("shortTitle") or line.line("shortTitle"),
        secondary_ids=secondary,
        status=public_status(overview) or _status(fields.whole("ctPublicStatusCode")),
        start=day_first(line.line("startDateEU"), "ACTUAL")
        or _estimated(plan.block("trialDuration"), "estimatedRecruitmentStartDate"),
        completion=day_first(line.line("endDate"), "ACTUAL")
        or day_first(line.line("endDateEU"), "ACTUAL")
        or _estimated(plan.block("trialDuration"), "estimatedGlobalEndDate", "estimatedEndDate"),
        results_posted=PartialDate(value="", raw="date not given")
        if line.line("resultsFirstReceived").lower() == "yes"
        else None,
        enrolment=int(enrolled) if enrolled.isascii() and enrolled.isdigit() and len(enrolled) < 8 else None,  # noqa: PLR2004  # sane numbers
        enrolment_type="ESTIMATED" if enrolled else None,
        study_type="INTERVENTIONAL",  # nothing else is registered here
        phases=tuple(word for word in (" ".join(line.line("trialPhase").split()),) if word),
        interventions=tuple(_interventions(part)),
        primary_outcomes=tuple(_outcomes(plan, "primaryEndPoints", line.line("primaryEndPoint"))),
        secondary_outcomes=tuple(_outcomes(plan, "secondaryEndPoints", line.line("endPoint"))),
        conditions=tuple(_conditions(part, line)),
        sponsor=sponsors[0] if sponsors else "",
        collaborators=sponsors[1:],
        countries=tuple(entry.partition(":")[0] for entry in line.strings("trialCountries")),
        summary=objective,
        eligibility="\n".join(_criteria(plan)),
    )


def _part_one(fields: Fields) -> Fields:
    """Return the scientific part, wherever the structure of the day has it."""
    for part in (fields.block("authorizedApplication").block("authorizedPartI"), fields.block("authorizedPartI")):
        if not part.is_empty:
            return part
    applications = list(fields.blocks("applications"))
    return applications[-1].block("partI") if applications else Fields(None)


def public_status(overview: Overview) -> str:
    """Return a trial's public status, as its line in a search gives it."""
    return _status(overview.fields.whole("ctStatus"))


def _status(code: int | None) -> str:
    return "" if code is None else STATUS.get(code, f"status code {code}")


def _estimated(duration: Fields, *names: str) -> PartialDate | None:
    found = (duration.date(name, "ESTIMATED") for name in names)
    return next((day for day in found if day is not None), None)


def _secondary(fields: Fields, names: Fields) -> Iterator[SecondaryId]:
    eudract = fields.block("authorizedApplication").block("eudraCt").line("eudraCtCode")
    eudract = eudract or fields.block("eudraCtInfo").line("eudraCtCode")
    if eudract:
        yield SecondaryId(value=eudract, type="EUDRACT_NUMBER")
    numbers = names.block("secondaryIdentifyingNumbers")
    for name, kind in _OTHER_REGISTRIES:
        value = numbers.block(name).line("number")
        if value:
            bare = name == "isrctnNumber" and value.isdigit()
            yield SecondaryId(value=f"ISRCTN{value}" if bare else value, type=kind)
    for entry in numbers.blocks("additionalRegistries"):
        if value := entry.line("number"):
            yield SecondaryId(value=value, type="additionalRegistries", domain=entry.line("otherRegistryName"))


def _sponsors(part: Fields, line: Fields) -> tuple[str, ...]:
    listed = sorted(part.blocks("sponsors"), key=lambda entry: not entry.true("primary"))
    found = [entry.block("organisation").line("name") for entry in listed]
    return tuple(dict.fromkeys(name for name in found if name)) or tuple(
        name for name in (line.line("sponsor"),) if name
    )


def _interventions(part: Fields) -> Iterator[Intervention]:
    """Yield the products with route and dose as registered; their names may be of any language, or missing."""
    for product in part.blocks("products"):
        entry = product.block("productDictionaryInfo")
        substance = product.line("jsonActiveSubstanceNames")
        name = product.line("productName") or entry.line("prodName") or substance
        unit = product.line("doseUom").partition(" ")[0]
        amount = product.line("maxDailyDoseAmount")
        words = [
            ", ".join(product.strings("routes")).lower(),
            f"maximum daily dose {amount} {unit}" if amount and unit else "",
            entry.line("pharmForm").lower() if entry.line("pharmForm") != "N/A" else "",
        ]
        if name:
            yield Intervention(
                name=name,
                type="DRUG",
                description="; ".join(word for word in words if word),
                other_names=tuple(word for word in (substance,) if word and word not in {name, "n/a"}),
            )


def _outcomes(plan: Fields, name: str, otherwise: str) -> Iterator[Outcome]:
    listed = [entry.line("endPoint") for entry in plan.block("endPoint").blocks(name)]
    for measure in [word for word in listed if word] or [word for word in (otherwise,) if word]:
        yield Outcome(measure=one_line(measure))


def _conditions(part: Fields, line: Fields) -> Iterator[str]:
    listed = [entry.line("medicalCondition") for entry in part.blocks("medicalConditions")]
    yield from dict.fromkeys([word for word in listed if word] or [word for word in (line.line("conditions"),) if word])


def _criteria(plan: Fields) -> Iterator[str]:
    criteria = plan.block("eligibilityCriteria")
    for name in ("principalInclusionCriteria", "principalExclusionCriteria"):
        for entry in criteria.blocks(name):
            if text := entry.line(name):
                yield f"{'Excluded' if 'Exclusion' in name else 'Included'}: {text}"
