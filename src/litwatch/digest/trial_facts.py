"""What an item says of a registered trial: its registry fields, in the order a clinician asks. Pure.

A field that the registry leaves empty is "not stated"; a plan is told as a plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from litwatch.digest import wording
from litwatch.digest.facts import QUOTE_CAP, Fact, dose_line, gathered
from litwatch.identify.words import ALLOCATION, MASKING, STATUS, STUDY_TYPE, in_words
from litwatch.model import Appraisal, Outcome, Registration
from litwatch.text import shortened

FIELD = "registry field"
COUNTRIES_SHOWN = 6
ARMS_SHOWN = 6
_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty-four)"
_UNIT = r"(?:min(?:ute)?s?|h|hrs?|hours?|d|days?|weeks?|wks?|months?|years?)"
_TIME = re.compile(rf"\b{_NUMBER}[ -]?{_UNIT}\b|\b(?:minute|hour|day|week|month|year)s? {_NUMBER}\b", re.IGNORECASE)


def trial_facts(record: Registration, read: Appraisal) -> tuple[Fact, ...]:
    """Return a registration's facts; neighbours that are not stated share a line."""
    return tuple(gathered(_facts(record, read), "the registry"))


def _facts(record: Registration, read: Appraisal) -> Iterator[Fact]:
    status = in_words(record.status, STATUS)
    yield _field("Status", f"{status}; {record.why_stopped}" if record.why_stopped else status)
    kind = f" ({record.enrolment_type.lower()})" if record.enrolment_type else ""
    yield _field("Enrolment", f"{record.enrolment}{kind}" if record.enrolment is not None else "")
    yield _field("Design", _design(record))
    yield _field("Arms", _arms(record))
    doses = [dose for dose in read.doses if dose.role not in {"reported", "anaesthesia"}]
    words = "; ".join(dict.fromkeys(dose_line(dose) for dose in doses))
    quotes = list(dict.fromkeys(dose.quote.text for dose in doses))
    places = ", ".join(dict.fromkeys(wording.place(dose.quote.field) for dose in doses))
    yield Fact(name="Planned dose", value=words, quote=shortened("” “".join(quotes), QUOTE_CAP), place=places)
    outcome = next(iter(record.primary_outcomes), None)
    yield _field("Primary outcome", shortened(_measured(outcome), 300) if outcome else "")
    name = "Primary completion" if record.primary_completion or not record.completion else "Completion"
    completion = record.primary_completion or record.completion
    when = f" ({completion.type.lower()})" if completion and completion.type else ""
    yield _field(name, f"{wording.partial(completion)}{when}" if completion else "")
    more = len(record.countries) - COUNTRIES_SHOWN
    named = ", ".join(record.countries[:COUNTRIES_SHOWN])
    yield _field("Countries", f"{named} and {more} more" if more > 0 else named)
    posted = f"posted {wording.partial(record.results_posted)}" if record.results_posted else "none posted"
    yield _field("Results on the registry", posted)


def _field(name: str, value: str) -> Fact:
    return Fact(name=name, value=value, place=FIELD)


def _measured(outcome: Outcome) -> str:
    """Return what is measured and when; a time that stands in the measure's own words is not said to be missing."""
    if outcome.time_frame:
        return f"{outcome.measure} [{outcome.time_frame}]"
    return outcome.measure if _TIME.search(outcome.measure) else f"{outcome.measure} [time frame not stated]"


def _design(record: Registration) -> str:
    parts = (
        in_words(record.study_type, STUDY_TYPE) if record.study_type else "",
        in_words(record.allocation, ALLOCATION) if record.allocation else "",
        f"masking {in_words(record.masking, MASKING)}" if record.masking else "",
    )
    return ", ".join(part for part in parts if part)


def _arms(record: Registration) -> str:
    arms = [f"{arm.label}: {arm.description}" if arm.description else arm.label for arm in record.arms]
    more = f"; and {len(arms) - ARMS_SHOWN} more" if len(arms) > ARMS_SHOWN else ""
    return "; ".join(shortened(arm, 160) for arm in arms[:ARMS_SHOWN]) + more


def registered_when(record: Registration) -> str:
    """Say whether a trial was registered before it began, as far as the registry's dates tell; else nothing."""
    first, start = record.first_submitted or record.published, record.start
    if first is None or start is None or not (first.value and start.value):
        return ""
    length = min(len(first.value), len(start.value))
    if first.value[:length] == start.value[:length]:
        return "" if length < len("2026-01-01") else "prospectively registered"
    return "prospectively registered" if first.value < start.value else "registered after its start date"
