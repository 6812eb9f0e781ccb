"""What an item says of a publication, line by line in the order a clinician asks. Pure.

Each number carries the words it was read from, with enough of their sentence to judge them by; what a record does not
say is "not stated", with the place that was looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from litwatch.digest import wording
from litwatch.digest.dosing import NOT_ITS_OWN, dose_words
from litwatch.model import AnyRecord, Appraisal, Citation, Dose, Quote
from litwatch.text import one_line, shortened

QUOTE_CAP = 240
CONTEXT = 70  # characters of the sentence shown on either side of a short quote
DOSES_SHOWN = 6
_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z0-9])|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of an item: a name, a value, and the words it was read from with their place."""

    name: str
    value: str
    quote: str = ""
    place: str = ""


def report_facts(record: Citation, read: Appraisal) -> tuple[Fact, ...]:
    """Return a publication's facts; neighbours that are not stated share a line."""
    return tuple(gathered(_facts(record, read), _looked_at(record)))


def _facts(record: Citation, read: Appraisal) -> Iterator[Fact]:
    level = f", level {read.level} by design (OCEBM 2011)" if read.level else ""
    flags = f"; {', '.join(read.flags)}" if read.flags else ""
    design = wording.DESIGNS.get(read.design, read.design)
    if read.design != "other":
        yield fact("Design", f"{design}{level}{flags}", record, read.design_quote)
    else:
        yield Fact(name="Design", value="")
    people = str(read.population_n) if read.population_n is not None else ""
    yield fact("People", people, record, read.n_quote if people else None)
    named = ", ".join(one.name for one in read.diagnosis)
    yield _quoted("Diagnosis", named, record, (one.quote for one in read.diagnosis))
    where = ", ".join(one.name for one in read.setting)
    yield _quoted("Setting", where, record, (one.quote for one in read.setting))
    yield _treatment(record, read)
    compared = ", ".join(dict.fromkeys(entry.name for entry in read.comparator))
    yield _quoted("Compared with", compared, record, (entry.quote for entry in read.comparator))
    if read.outcome:
        said = wording.DIRECTIONS.get(read.outcome.direction, read.outcome.direction.replace("_", " "))
        yield fact("Outcome as stated", f"read as {said}", record, read.outcome.quote)
    else:
        yield Fact(name="Outcome", value="")
    named = ", ".join(dict.fromkeys(event.term for event in read.adverse_events))
    yield _quoted("Adverse events", named, record, (event.quote for event in read.adverse_events))
    left = "; ".join(map(wording.withdrawal, read.withdrawals))
    yield _quoted("Withdrawals", left, record, (one.quote for one in read.withdrawals))
    follow = read.followup
    length = wording.span(follow.value, follow.value_high, follow.unit) if follow else ""
    yield fact("Follow-up", length, record, follow.quote if follow else None)
    yield Fact(name="Funding", value=shortened("; ".join(record.grants), QUOTE_CAP), place="grants in the record")
    yield Fact(name="Conflicts", value=shortened(record.conflicts, QUOTE_CAP), place="statement in the record")


def _treatment(record: Citation, read: Appraisal) -> Fact:
    """Return drug, route and doses in one line, the doses' own words beneath."""
    own = [dose for dose in read.doses if dose.role not in NOT_ITS_OWN]
    routes = [wording.ROUTES.get(route, route) for route in read.routes if route != "unspecified"]
    words = list(dict.fromkeys(dose_line(dose) for dose in own))
    more = f" and {len(words) - DOSES_SHOWN} more" if len(words) > DOSES_SHOWN else ""
    dose = f"{'; '.join(words[:DOSES_SHOWN])}{more}" or "dose not stated"
    route = ", ".join(routes) or "route not stated"
    if not own and not routes:
        return Fact(name="Route and dose", value="")
    return _quoted("Route and dose", f"{route}; {dose}", record, (one.quote for one in own[:DOSES_SHOWN]))


def dose_line(dose: Dose) -> str:
    """Return a dose with its drug and how long or how often it is given."""
    length = (
        f" over {wording.span(dose.duration.value, dose.duration.value_high, dose.duration.unit)}"
        if dose.duration
        else ""
    )
    often = f", {dose.freq}" if dose.freq else ""
    role = "" if dose.role == "study" else f" ({wording.DOSE_ROLES.get(dose.role, dose.role.replace('_', ' '))})"
    return one_line(f"{dose.drug} {dose_words(dose)}{length}{often}{role}")


def fact(name: str, value: str, record: AnyRecord, words: Quote | None) -> Fact:
    """Return a fact with its quote in its sentence; one that is read from no text has none."""
    if not value or words is None:
        return Fact(name=name, value=value)
    return Fact(name=name, value=value, quote=in_context(record, words), place=wording.place(words.field))


def _quoted(name: str, value: str, record: AnyRecord, quotes: Iterable[Quote]) -> Fact:
    """Return a fact that was read in several places."""
    found = list(quotes)
    shown = list(dict.fromkeys(in_context(record, quote) for quote in found))
    distinct = [one for one in shown if not any(one != other and one.strip("… ") in other for other in shown)]
    places = list(dict.fromkeys(wording.place(quote.field) for quote in found))
    return Fact(name=name, value=value, quote=shortened("” “".join(distinct), 2 * QUOTE_CAP), place=", ".join(places))


def in_context(record: AnyRecord, quote: Quote) -> str:
    """Return a quote with some of its sentence on either side, exact words throughout; ellipses mark the cuts."""
    text = (
        {"title": record.title, "abstract": record.abstract_text}.get(quote.field, "")
        if isinstance(record, Citation)
        else ""
    )
    if not text or text[quote.start : quote.end] != quote.text or len(quote.text) > CONTEXT:
        return shortened(quote.text, QUOTE_CAP)
    ends = [match.span() for match in _SENTENCE_END.finditer(text)]
    begin = max((end for _, end in ends if end <= quote.start), default=0)
    # A quote may hold the full stop of its sentence.
    stop = next((max(start + 1, quote.end) for start, _ in ends if start >= quote.end - 1), len(text))
    left, right = max(begin, quote.start - CONTEXT), min(stop, quote.end + CONTEXT)
    if left > begin:
        left = text.find(" ", left, quote.start) + 1 or quote.start
    if right < stop:
        right = text.rfind(" ", quote.end, right) if " " in text[quote.end : right] else quote.end
    return f"{'…' if left > begin else ''}{one_line(text[left:right])}{'…' if right < stop else ''}"


def _looked_at(record: Citation) -> str:
    return "title or abstract" if record.abstract else "the title; the record has no abstract"


def gathered(facts: Iterable[Fact], place: str) -> Iterator[Fact]:
    """Yield ``facts`` in their order; the missing ones that follow each other become one line that names ``place``."""
    for missing, group in groupby(facts, key=lambda entry: not entry.value):
        if not missing:
            yield from group
            continue
        first, *others = (entry.name for entry in group)
        names = ", ".join([first, *(name[0].lower() + name[1:] for name in others)])
        yield Fact(name=names, value=f"not stated in {place}")
