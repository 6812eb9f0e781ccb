"""One trial of the ISRCTN registry (its ``default`` XML format) as a `Registration`. Pure.

Source: https://www.isrctn.com/page/api and recorded answers. Contacts, centres and ethics committees hold personal
data: they are never read, and addresses and the section on contacts are taken out of the plain-English summary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from lxml import etree

from litwatch.identifiers import find, identifier, url
from litwatch.model import (
    Intervention,
    Outcome,
    PartialDate,
    Reference,
    Registration,
    SecondaryId,
)
from litwatch.sources.expect import Unbelieved
from litwatch.text import clean_text, one_line

NAMESPACE = "http://www.67bricks.com/isrctn"
_NS = {"i": NAMESPACE}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CONTACT = re.compile(r"^\s*Who is the main contact\?.*", re.IGNORECASE | re.DOTALL | re.MULTILINE)
_PMID = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,8})")
_ARTICLE = re.compile(r"^\s*(?:\d{4} )?(Results|Protocol|Interim results|Thesis results)\b[^\n]*", re.MULTILINE)
_NOTHING = re.compile(r"nil known|not (?:available|applicable|provided)[^.]*|n/?a|none|-", re.IGNORECASE)


def parse_trial(full: Any, today: date) -> Registration:
    """Return the registration that a ``fullTrial`` element describes.

    The format gives no status: it follows from the dates and the registry's overrides, as of ``today``. Raises
    `Unbelieved` when the element has no valid number.
    """
    trial = full.find("i:trial", _NS)
    number = identifier("isrctn", f"ISRCTN{_text(trial, 'i:isrctn')}") if trial is not None else None
    if trial is None or number is None:
        raise Unbelieved("a trial without an ISRCTN number")
    title = _line(trial, "i:trialDescription/i:title")
    official = _line(trial, "i:trialDescription/i:scientificTitle")
    summary = _public(_text(trial, "i:trialDescription/i:plainEnglishSummary"))
    assigned = trial.find("i:isrctn", _NS).get("dateAssigned", "")
    enrolled, planned = (
        _number(trial, f"i:participants/i:{name}") for name in ("totalFinalEnrolment", "targetEnrolment")
    )
    sponsors = [one_line(name.text or "") for name in full.iterfind("i:sponsor/i:organisation", _NS)]
    return Registration(
        source="isrctn",
        key=number.value,
        kind="registration",
        title=title or official or "[no title]",
        url=url(number),
        identifiers=(number,),
        mentions=tuple(entry for entry in find(f"{title}\n{official}\n{summary}") if entry != number),
        published=_day(assigned),
        created=_day(assigned),
        revised=_day(trial.get("lastUpdated", "")),
        registry="ISRCTN",
        official_title=official,
        acronym=_line(trial, "i:trialDescription/i:acronym"),
        secondary_ids=tuple(_secondary(trial)),
        status=_status(trial, today),
        why_stopped=_line(trial, "i:trialDesign/i:reasonAbandoned"),
        start=_date(trial, "i:participants/i:recruitmentStart"),
        completion=_date(trial, "i:trialDesign/i:overallEndDate"),
        results_posted=_results(trial),
        enrolment=enrolled if enrolled is not None else planned,
        enrolment_type=None
        if enrolled is None and planned is None
        else ("ESTIMATED" if enrolled is None else "ACTUAL"),
        study_type=_line(trial, "i:trialDesign/i:primaryStudyDesign").upper(),
        phases=tuple(
            word
            for word in _lines(trial, "i:interventions/i:intervention/i:phase")
            if not re.fullmatch(r"not (?:applicable|specified)", word, re.IGNORECASE)
        ),
        allocation=_allocation(_line(trial, "i:trialDesign/i:secondaryStudyDesign")),
        intervention_model=_line(trial, "i:trialDesign/i:studyDesign"),
        purpose=", ".join(_lines(trial, "i:trialDesign/i:trialTypes/i:trialType")),
        interventions=tuple(_interventions(trial)),
        primary_outcomes=tuple(_outcomes(trial, "primaryOutcome")),
        secondary_outcomes=tuple(_outcomes(trial, "secondaryOutcome")),
        conditions=tuple(_lines(trial, "i:conditions/i:condition/i:description")),
        sponsor=sponsors[0] if sponsors else "",
        collaborators=tuple(sponsors[1:]),
        countries=tuple(_lines(trial, "i:participants/i:recruitmentCountries/i:country")),
        summary=summary,
        description=_public(_text(trial, "i:trialDescription/i:studyHypothesis")),
        eligibility="\n\n".join(_criteria(trial)),
        references=tuple(_references(trial)),
    )


def _text(element: Any, path: str) -> str:
    found = element.findtext(path, "", _NS)
    return clean_text(found).strip()


def _line(element: Any, path: str) -> str:
    return one_line(_text(element, path))


def _lines(element: Any, path: str) -> Iterator[str]:
    """Yield each text at ``path`` once."""
    found = (one_line(entry.text or "") for entry in element.iterfind(path, _NS))
    yield from dict.fromkeys(word for word in found if word)


def _public(text: str) -> str:
    """Return ``text`` without the section on contacts and without mail addresses."""
    return _MAIL.sub("[address removed]", _CONTACT.sub("", text)).strip()


def _criteria(trial: Any) -> Iterator[str]:
    """Yield the criteria under the headings that ClinicalTrials.gov uses."""
    for name, heading in (("inclusion", "Inclusion Criteria:"), ("exclusion", "Exclusion Criteria:")):
        if text := _public(_text(trial, f"i:participants/i:{name}")):
            yield f"{heading}\n{text}"


def _number(element: Any, path: str) -> int | None:
    text = _text(element, path)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 7 else None  # noqa: PLR2004  # sane numbers


def _day(stamp: str) -> PartialDate | None:
    """Return the day of an ISO timestamp, whose seconds may have nine decimals."""
    match = _DATE.match(stamp)
    return PartialDate(value=match[0]) if match else None


def _date(element: Any, path: str) -> PartialDate | None:
    return _day(_text(element, path))


def _status(trial: Any, today: date) -> str:
    """Return the recruitment status in the registry's words: an override, else what the dates say today."""
    for name in ("i:trialDesign/i:overallStatusOverride", "i:participants/i:recruitmentStatusOverride"):
        if override := _line(trial, name):
            return override
    first, last, end = (
        _passed(_text(trial, path), today)
        for path in (
            "i:participants/i:recruitmentStart",
            "i:participants/i:recruitmentEnd",
            "i:trialDesign/i:overallEndDate",
        )
    )
    if end:
        return "Completed"
    if last:
        return "No longer recruiting"
    if first is None:
        return ""
    return _line(trial, "i:participants/i:recruitmentStartStatusOverride") or (
        "Recruiting" if first else "Not yet recruiting"
    )


def _allocation(design: str) -> str:
    return "RANDOMIZED" if re.match(r"randomi[sz]ed", design, re.IGNORECASE) else ""


def _passed(stamp: str, today: date) -> bool | None:
    match = _DATE.match(stamp)
    try:
        return datetime.fromisoformat(match[0]).date() <= today if match else None
    except ValueError:
        return None


def _secondary(trial: Any) -> Iterator[SecondaryId]:
    """Yield the further numbers; what a field is called says little: a device number stands under eudraCTNumber."""
    given: dict[str, str] = {}
    for name in ("eudraCTNumber", "clinicalTrialsGovNumber", "irasNumber", "protocolSerialNumber"):
        if value := _line(trial, f"i:externalRefs/i:{name}"):
            given.setdefault(value, name)
    for entry in trial.iterfind("i:externalRefs/i:secondaryNumbers/i:secondaryNumber", _NS):
        if value := one_line(entry.text or ""):
            given.setdefault(value, one_line(entry.get("numberType") or ""))
    for value, kind in given.items():
        if not _NOTHING.fullmatch(value):
            yield SecondaryId(value=value, type=kind)


def _interventions(trial: Any) -> Iterator[Intervention]:
    for entry in trial.iterfind("i:interventions/i:intervention", _NS):
        name, description = _line(entry, "i:drugNames"), _public(_text(entry, "i:description"))
        if name or description:
            yield Intervention(
                name=name or "not named", type=_line(entry, "i:interventionType"), description=description
            )


def _outcomes(trial: Any, name: str) -> Iterator[Outcome]:
    """Yield the outcomes: one free text in older records, a list of measures in newer ones."""
    listed = list(trial.iterfind(f"i:trialDescription/i:{name}s/i:outcomeMeasure", _NS))
    for entry in listed:
        words = {etree.QName(part).localname: one_line(part.text or "") for part in entry.iter(etree.Element)}
        measure = words.get("variable") or words.get("outcome") or one_line("".join(entry.itertext()))
        if measure:
            yield Outcome(measure=measure, time_frame=words.get("timepoints", ""), description=words.get("method", ""))
    text = _text(trial, f"i:trialDescription/i:{name}")
    if text and not listed:
        yield Outcome(measure=one_line(text))


def _results(trial: Any) -> PartialDate | None:
    """Return when results were published on the registry itself."""
    days = [
        day
        for entry in trial.iterfind("i:outputs/i:output", _NS)
        if "basicresult" in re.sub(r"\W", "", entry.get("outputType") or "").lower()
        and (day := _day(entry.get("dateCreated") or entry.get("datePublished") or ""))
    ]
    return min(days, key=lambda day: day.value, default=None)


def _references(trial: Any) -> Iterator[Reference]:
    """Yield the publications the registration names as results or protocol."""
    lines = [match[0] for match in _ARTICLE.finditer(_text(trial, "i:results/i:publicationDetails"))]
    for entry in trial.iterfind("i:outputs/i:output", _NS):
        words = " ".join([*(entry.get("outputType") or "").split(), *_addresses(entry.iter(etree.Element))])
        lines.append(words)
    seen: set[str] = set()
    for line in lines:
        match = _PMID.search(line)
        kind = "PROTOCOL" if "protocol" in line.lower() else ("RESULT" if "result" in line.lower() else "")
        if match and kind and match[1] not in seen:
            seen.add(match[1])
            yield Reference(type=kind, pmid=match[1], citation=one_line(line))


def _addresses(elements: Iterable[Any]) -> Iterator[str]:
    for element in elements:
        yield from (value for value in (*element.attrib.values(), element.text or "") if "://" in value)
