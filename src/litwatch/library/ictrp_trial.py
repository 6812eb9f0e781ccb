"""One trial of an ICTRP export as a registration. Pure.

The portal copies other registries with a delay of weeks, each in its own words: dates in five forms, designs in four.
What is not in one of these forms stays as it is written. Contacts are personal data and are never read.
Source: recorded exports of 2020.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import quote

from litwatch.identifiers import PORTAL, find, url
from litwatch.model import (
    Arm,
    Identifier,
    Intervention,
    Outcome,
    PartialDate,
    Reference,
    Registration,
    SecondaryId,
)
from litwatch.text import clean_text, one_line

_COUNTRY = re.compile(r"(EUCTR\d{4}-\d{6}-\d{2})-([A-Z]{2}|Outside-EU/EEA|3rd)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_FORMATS = ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d-%m-%Y", "%d %B %Y", "%B %d, %Y", "%B %Y", "%Y")
_EU_PHASE = re.compile(r"([A-Z][\w ]*?)(?: -)? \((Phase I{1,3}V?|Phase IV)\): yes")
_GROUP_SIZE = re.compile(r"([^;:]+):\s*(\d{1,7})")
_SECONDARY = ("Secondary_ID", "SecondaryID", "Secondary_IDs", "SecondaryIDs")


def registration(row: Mapping[str, str]) -> Registration | str:
    """Return the trial of one row, whose columns are named as the XML's elements; or why it cannot be read."""
    number = one_line(row.get("TrialID", ""))
    if not number:
        return "no TrialID; export the trial again or delete the row"
    official = _line(row, "Scientific_title")
    title = _line(row, "Public_title") or official
    country = _COUNTRY.fullmatch(number)
    own = find(number) or (Identifier(kind="ictrp", value=number),)
    design = _design(_text(row.get("Study_design", "")))
    target = _line(row, "Target_size")
    counted = target.isascii() and target.isdigit() and len(target) < len("1000000000")
    return Registration(
        source="ictrp",
        key=country[1] if country else number,
        kind="registration",
        title=title or "[no title]",
        url=next((link for entry in own if (link := url(entry))), "") or f"{PORTAL}{quote(number, safe='')}",
        identifiers=own,
        mentions=tuple(entry for entry in find(f"{title}\n{official}") if entry not in own),
        published=_date(row.get("Date_registration3", "")) or _date(row.get("Date_registration", "")),
        revised=_date(row.get("Last_Refreshed_on", "")),
        registry=_line(row, "Source_Register") or "ICTRP",
        official_title=official,
        acronym=_line(row, "Acronym"),
        secondary_ids=tuple(_secondary(row)),
        status=_line(row, "Recruitment_Status"),
        start=_date(row.get("Date_enrollement", "")),
        completion=_date(row.get("results_date_completed", "")),
        results_posted=_date(row.get("results_date_posted", "")),
        enrolment=int(target) if counted else None,
        enrolment_type="ESTIMATED" if counted else None,
        study_type=_line(row, "Study_type"),
        phases=_phases(_text(row.get("Phase", ""))),
        allocation=design["allocation"],
        intervention_model=design["model"],
        purpose=design["purpose"],
        masking=re.sub(r"\s*\(.*", "", design["masking"]),
        who_masked=_masked(design["masking"]),
        # ChiCTR gives a size for each group and no total; a sum would be our number, not the registry's.
        arms=() if counted else tuple(_groups(target)),
        interventions=tuple(Intervention(name=word) for word in _listed(row.get("Intervention", ""))),
        primary_outcomes=tuple(Outcome(measure=word) for word in _listed(row.get("Primary_outcome", ""))),
        conditions=tuple(_listed(row.get("Condition", ""))),
        sponsor=_line(row, "Primary_sponsor"),
        countries=tuple(_listed(row.get("Countries", ""))) or ((country[2],) if country else ()),
        eligibility=_eligibility(row),
        references=tuple(Reference(type="RESULT", citation=link) for link in _listed(row.get("results_url_link", ""))),
    )


def _line(row: Mapping[str, str], name: str) -> str:
    return one_line(html.unescape(row.get(name, "")))


def _secondary(row: Mapping[str, str]) -> Iterator[SecondaryId]:
    """Yield the further numbers. A bridge says only that another registry has the trial too, and on which side."""
    for name in _SECONDARY:
        for value in _listed(row.get(name, "")):
            yield SecondaryId(value=value, type=name)
    if row.get("Bridging_flag_truefalse", "").strip().lower() == "true":
        side = row.get("Bridged_type", "").strip() or "side not given"
        yield SecondaryId(value=f"registered elsewhere too ({side})", type="Bridged_type")


def _phases(text: str) -> tuple[str, ...]:
    """Read a phase; the old EU register answers yes or no to each of four."""
    words = one_line(text)
    if "(Phase I):" in words:
        return tuple(f"{name.strip()} ({phase})" for name, phase in _EU_PHASE.findall(words))
    return (words,) if words and words != "N/A" else ()


def _design(text: str) -> dict[str, str]:
    """Read allocation, model, purpose and masking; a design in words of its own is the model as it stands."""
    words = one_line(text)

    def after(*names: str) -> str:
        match = re.search(rf"\b(?:{'|'.join(names)}):\s*((?:[^.,;(]|\([^)]*\))*)", words, re.IGNORECASE)
        return match[1].strip() if match else ""

    def ticked(name: str) -> bool:
        return re.search(rf"\b{name}: yes\b", words, re.IGNORECASE) is not None

    if "Double blind:" in words:  # the old EU register's list of boxes
        boxes = {"None": "Open", "Single": "Single blind", "Double": "Double blind"}
        models = {"Parallel": "Parallel group", "Crossover": "Cross over"}
        return {
            "allocation": "Randomized" if ticked("Randomised") else "Non-randomized",
            "model": ", ".join(word for word, box in models.items() if ticked(box)),
            "purpose": "",
            "masking": next((word for word, box in boxes.items() if ticked(box)), ""),
        }
    found = {
        "allocation": after("Allocation", "Randomization"),
        "model": re.sub(r" Assignment$", "", after("Intervention model", "Assignment", "Observational Model")),
        "purpose": after("Primary purpose", "Study design purpose", "Purpose"),
        "masking": after("Masking", "Blinding"),
    }
    if any(found.values()) or words == "N/A":
        return found
    stated = re.match(r"(?:non-?\s?)?randomi[sz]ed\b", words, re.IGNORECASE)
    return found | {"model": words, "allocation": stated[0].capitalize() if stated else ""}


def _masked(masking: str) -> tuple[str, ...]:
    match = re.search(r"\(([^)]*)\)", masking)
    words = [word.strip() for word in match[1].split(",")] if match else []
    return tuple(word for word in words if word and "mask" not in word.lower() and word.lower() != "open label")


def _groups(target: str) -> Iterator[Arm]:
    for name, size in _GROUP_SIZE.findall(target):
        yield Arm(label=name.strip(), description=f"target size {size}")


def _eligibility(row: Mapping[str, str]) -> str:
    """Return both lists of criteria, each under its heading, with the ages and the gender where they are given."""
    parts = []
    for name, heading in (("Inclusion_Criteria", "Inclusion criteria"), ("Exclusion_Criteria", "Exclusion criteria")):
        text = _text(row.get(name, ""))
        if text:
            headed = text.casefold().startswith((heading.casefold(), heading.casefold().replace(" ", "  ")))
            parts.append(text if headed else f"{heading}: {text}")
    for name, heading in (
        ("Inclusion_agemin", "Minimum age"),
        ("Inclusion_agemax", "Maximum age"),
        ("Inclusion_gender", "Gender"),
    ):
        value = _line(row, name)
        parts += [f"{heading}: {value}"] if value and value != "N/A" else []
    return "\n".join(parts)


def _listed(text: str) -> list[str]:
    """Return the parts of a list joined by semicolons or line breaks, each once."""
    parts = (one_line(part) for part in re.split(r";|\n", _text(text)))
    return list(dict.fromkeys(part for part in parts if part))


def _text(text: str) -> str:
    """Return a field's text with its line breaks; the portal escapes some registries' markup and entities twice."""
    return clean_text(_BREAK.sub("\n", html.unescape(text))).strip()


def _date(text: str) -> PartialDate | None:
    """Read the portal's mixed dates; Date_registration3 alone is the same everywhere."""
    words = one_line(text)
    for form in _FORMATS:
        try:
            day = datetime.strptime(words, form).date()  # noqa: DTZ007  # a calendar day, without a zone
        except ValueError:
            continue
        cut = {"%B %Y": 7, "%Y": 4}.get(form, 10)
        return PartialDate(value=day.isoformat()[:cut])
    return None
