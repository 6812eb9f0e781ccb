"""Exports of the WHO's registry portal (ICTRP), XML and CSV, as registrations. Pure.

Source: recorded exports; https://www.who.int/clinical-trials-registry-platform. The portal copies other registries with
a delay of weeks. Contacts are personal data and are never read. One trial of the old EU register comes once a country.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from lxml import etree

from litwatch.identifiers import find, url
from litwatch.library.entry import Entry
from litwatch.model import Identifier, Intervention, Outcome, PartialDate, Registration, SecondaryId
from litwatch.text import clean_text, one_line

ROOTS = frozenset({"Trials_downloaded_from_ICTRP", "Trials_central"})
PORTAL = "https://trialsearch.who.int/Trial2.aspx?TrialID="
_COUNTRY = re.compile(r"(EUCTR\d{4}-\d{6}-\d{2})-([A-Z]{2}|Outside-EU/EEA|3rd)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_FORMATS = ("%Y%m%d", "%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%B %d, %Y", "%B %Y", "%Y")


class NotAnExport(ValueError):
    """The file is no ICTRP export; the message says what it is instead."""


def is_export(header: str) -> bool:
    """Tell whether the first line of a CSV file is an ICTRP export's."""
    return header.lstrip("\ufeff").split(",", 1)[0].strip('" ') == "TrialID"


def parse_ictrp_xml(content: bytes) -> Iterator[Entry]:
    """Yield each trial with the line it starts in, or the reason it could not be read. Raises `NotAnExport`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise NotAnExport(f"XML that is cut short or broken ({error.msg}); export it again") from error
    if root.tag not in ROOTS:
        raise NotAnExport(f"XML of another kind (root {str(root.tag)[:60]}); export from the ICTRP portal")
    yield from _joined((_line(trial), _fields(trial)) for trial in root.iterchildren("Trial"))


def _line(trial: Any) -> int:
    line: int | None = trial.sourceline
    return line or 0


def _fields(trial: Any) -> dict[str, str]:
    return {str(field.tag): field.text or "" for field in trial}


def parse_ictrp_csv(text: str) -> Iterator[Entry]:
    """Yield each trial of a CSV export, whose columns are named with spaces where the XML has underscores."""
    rows = csv.reader(text.splitlines(keepends=True))
    names = [name.strip().strip("\ufeff").replace(" ", "_") for name in next(rows)]
    yield from _joined((rows.line_num, dict(zip(names, cells, strict=False))) for cells in rows if any(cells))


def exported(content: str) -> str:
    """Return the ISO day on which the portal made an export, or ""."""
    match = re.search(r"\b(\d{1,2})/(\d{1,2})/(20\d\d) \d{1,2}:\d\d:\d\d [AP]M", content)
    return f"{match[3]}-{int(match[1]):02}-{int(match[2]):02}" if match else ""


def _joined(rows: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[Entry]:
    """Yield one registration per trial: the rows of one EudraCT number are one, with all their countries."""
    found: dict[str, tuple[int, Registration]] = {}
    for line, row in rows:
        record = _registration(row)
        if isinstance(record, str):
            yield line, record
            continue
        first_line, held = found.get(record.key, (line, record))
        found[record.key] = first_line, _merged(held, record)
    yield from found.values()


def _merged(held: Registration, other: Registration) -> Registration:
    """Return the row that was refreshed last, with the countries and numbers of both."""
    latest = max(held, other, key=lambda record: record.revised.value if record.revised else "")
    return replace(
        latest,
        countries=tuple(dict.fromkeys((*held.countries, *other.countries))),
        identifiers=tuple(dict.fromkeys((*held.identifiers, *other.identifiers))),
        secondary_ids=tuple(dict.fromkeys((*held.secondary_ids, *other.secondary_ids))),
    )


def _registration(row: Mapping[str, str]) -> Registration | str:
    number = one_line(row.get("TrialID", ""))
    title = one_line(row.get("Public_title", "")) or one_line(row.get("Scientific_title", ""))
    if not number:
        return "no TrialID; export the trial again or delete the row"
    country = _COUNTRY.fullmatch(number)
    own = find(number)
    target = one_line(row.get("Target_size", ""))
    official = one_line(row.get("Scientific_title", ""))
    posted = _date(row.get("results_date_posted", ""))
    return Registration(
        source="ictrp",
        key=country[1] if country else number,
        kind="registration",
        title=title or "[no title]",
        url=next((link for entry in own if (link := url(entry))), "") or f"{PORTAL}{quote(number, safe='')}",
        identifiers=own or (Identifier(kind="ictrp", value=number),),
        mentions=tuple(entry for entry in find(f"{title}\n{official}") if entry not in own),
        published=_date(row.get("Date_registration3", "")) or _date(row.get("Date_registration", "")),
        revised=_date(row.get("Last_Refreshed_on", "")),
        registry=one_line(row.get("Source_Register", "")) or "ICTRP",
        official_title=official,
        acronym=one_line(row.get("Acronym", "")),
        secondary_ids=tuple(_secondary(row)),
        status=one_line(row.get("Recruitment_Status", "")),
        start=_date(row.get("Date_enrollement", "")),
        completion=_date(row.get("results_date_completed", "")),
        results_posted=posted,
        enrolment=int(target) if target.isascii() and target.isdigit() and len(target) < 8 else None,  # noqa: PLR2004  # sane numbers
        enrolment_type="ESTIMATED" if target.isascii() and target.isdigit() else None,
        study_type=one_line(row.get("Study_type", "")),
        intervention_model=one_line(row.get("Study_design", "")),
        phases=tuple(word for word in (one_line(row.get("Phase", "")),) if word and word != "N/A"),
        interventions=tuple(Intervention(name=word) for word in _listed(row.get("Intervention", ""))),
        primary_outcomes=tuple(Outcome(measure=word) for word in _listed(row.get("Primary_outcome", ""))),
        conditions=tuple(_listed(row.get("Condition", ""))),
        sponsor=one_line(row.get("Primary_sponsor", "")),
        countries=tuple(_listed(row.get("Countries", ""))) or ((country[2],) if country else ()),
        eligibility=_text(row.get("Inclusion_Criteria", "")),
    )


def _secondary(row: Mapping[str, str]) -> Iterator[SecondaryId]:
    """Yield the further numbers. ``other_records`` says that there are others; a bridge to them names its side only."""
    for value in _listed(row.get("Secondary_ID", "") or row.get("SecondaryIDs", "")):
        yield SecondaryId(value=value, type="Secondary_ID")
    if row.get("Bridging_flag_truefalse", "").strip().lower() == "true":
        yield SecondaryId(value=f"bridged ({row.get('Bridged_type', '').strip() or 'side not given'})", type="ICTRP")


def _listed(text: str) -> list[str]:
    """Return the parts of a list joined by semicolons or line breaks, each once."""
    parts = (one_line(part) for part in re.split(r";|\n", _text(text)))
    return list(dict.fromkeys(part for part in parts if part))


def _text(text: str) -> str:
    return clean_text(_BREAK.sub("\n", text)).strip()


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
