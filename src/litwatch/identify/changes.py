"""What changed in a record since it was last read, graded for a reviewer. Pure.

Only watched fields count. Order, white space, typography, contacts, sites, revision dates, keywords, MeSH and the
passage from online to print are noise: a watch that alarms at noise is switched off.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from litwatch.identify import words
from litwatch.identify.listed import listed_changes
from litwatch.identify.nature import RETRACTED_TITLE
from litwatch.identify.notices import notice_changes
from litwatch.identify.words import differing, enum_key, essence, in_words
from litwatch.model import AnyRecord, Change, Citation, Grade, PartialDate, Registration

SLIP_DAYS = 90
ENROLMENT_PERCENT = 20
_NO_TARGET = 99_999_999  # ClinicalTrials.gov's enrolment where none was set
_REST = {4: "-01-01", 7: "-01", 10: ""}


def compare(old: AnyRecord, new: AnyRecord) -> tuple[Change, ...]:
    """Return the watched fields in which ``new`` differs from ``old``, the major ones first.

    A record compared with itself gives (); which fields differ does not depend on the direction.
    """
    if old == new:
        return ()
    found: list[Change] = []
    if isinstance(old, Registration) and isinstance(new, Registration):
        found += _registration_changes(old, new)
    elif isinstance(old, Citation) and isinstance(new, Citation):
        found += _citation_changes(old, new)
    found += _text_change("title", _title(old), _title(new))
    return tuple(sorted(found, key=lambda change: change.grade != "major"))


def _title(record: AnyRecord) -> str:
    """Return the title without a mark of retraction, which is told as such, and a translation's brackets."""
    return RETRACTED_TITLE.sub("", record.title).strip()


def _registration_changes(old: Registration, new: Registration) -> Iterator[Change]:
    yield from _status_changes(old, new)
    yield from _results_changes(old, new)
    yield from listed_changes(old, new)
    yield from _enum_change("allocation", old.allocation, new.allocation, words.ALLOCATION, "major")
    yield from _masking_changes(old, new)
    yield from _enrolment_changes(old, new)
    yield from _date_change("primary completion", old.primary_completion, new.primary_completion, slip="major")
    yield from _date_change("start", old.start, new.start)
    # ISRCTN and CTIS give one end only; where it slips the answer does.
    only_end = old.primary_completion is None and new.primary_completion is None
    yield from _date_change("completion", old.completion, new.completion, slip="major" if only_end else "minor")
    yield from _enum_change("study type", old.study_type, new.study_type, words.STUDY_TYPE, "minor")
    yield from _enum_change("design", old.intervention_model, new.intervention_model, words.MODEL, "minor")
    yield from _enum_change("purpose", old.purpose, new.purpose, words.PURPOSE, "minor")
    yield from _text_change("official title", old.official_title, new.official_title)
    yield from _text_change("sponsor", old.sponsor, new.sponsor)
    yield from _text_change("eligibility", old.eligibility, new.eligibility)
    yield from _text_change("summary", old.summary, new.summary)
    yield from _text_change("description", old.description, new.description)


def _citation_changes(old: Citation, new: Citation) -> Iterator[Change]:
    yield from notice_changes(old, new)
    yield from _text_change("abstract", _abstract(old), _abstract(new))
    before, after = ([author.collective or author.last for author in entry.authors] for entry in (old, new))
    if [essence(name) for name in before] != [essence(name) for name in after]:
        yield from _text_change("authors", ", ".join(before), ", ".join(after))
    if new.kind == "preprint" and old.version != new.version:
        yield Change(field="version", old=str(old.version), new=str(new.version), grade="minor")
    if old.kind != new.kind:
        yield Change(field="kind", old=old.kind, new=new.kind, grade="minor")


def _abstract(citation: Citation) -> str:
    """Return the abstract without its labels, which come and go with the journal's style."""
    return " ".join(section.text for section in citation.abstract)


# Why a trial stopped belongs to its status: "terminated" alone tells a reviewer nothing.
def _status_changes(old: Registration, new: Registration) -> Iterator[Change]:
    if enum_key(old.status) != enum_key(new.status):
        yield Change(field="status", old=_status(old), new=_status(new), grade="major")
    else:
        grade: Grade = "minor" if old.why_stopped and new.why_stopped else "major"
        yield from _text_change("why stopped", old.why_stopped, new.why_stopped, grade)


def _status(registration: Registration) -> str:
    shown = in_words(registration.status, words.STATUS)
    if registration.why_stopped:
        return f"{shown} (why stopped: {words.shortened(registration.why_stopped)})"
    if enum_key(registration.status) == "UNKNOWN" and registration.last_known_status:
        return f"{shown} (last known: {in_words(registration.last_known_status, words.STATUS)})"
    return shown


def _results_changes(old: Registration, new: Registration) -> Iterator[Change]:
    if (old.results_posted is None) != (new.results_posted is None):
        before, after = (
            (entry.value or entry.raw) if entry else "not posted" for entry in (old.results_posted, new.results_posted)
        )
        yield Change(field="results posted", old=before, new=after, grade="major")
    else:
        yield from _date_change("results posted", old.results_posted, new.results_posted)


def _masking_changes(old: Registration, new: Registration) -> Iterator[Change]:
    before, after = _masking(old), _masking(new)
    if before != after:
        yield Change(field="masking", old=before, new=after, grade="major")


def _masking(registration: Registration) -> str:
    shown = in_words(registration.masking, words.MASKING)
    who = sorted({in_words(entry, words.WHO_MASKED) for entry in registration.who_masked})
    return f"{shown} ({', '.join(who)})" if who else shown


def _enrolment_changes(old: Registration, new: Registration) -> Iterator[Change]:
    before, after = _enrolment(old), _enrolment(new)
    if (before, old.enrolment_type) == (after, new.enrolment_type) or (before is None and after is None):
        return
    grade: Grade = "minor"
    if before is not None and after is not None and 100 * abs(after - before) >= ENROLMENT_PERCENT * before:
        grade = "major" if after != before else "minor"
    yield Change(field="enrolment", old=_enrolled(old), new=_enrolled(new), grade=grade)


def _enrolment(registration: Registration) -> int | None:
    return None if registration.enrolment == _NO_TARGET else registration.enrolment


def _enrolled(registration: Registration) -> str:
    number = _enrolment(registration)
    if number is None:
        return "not stated"
    word = {"ACTUAL": " (actual)", "ESTIMATED": " (planned)"}.get(registration.enrolment_type or "", "")
    return f"{number}{word}"


def _date_change(
    field: str, old: PartialDate | None, new: PartialDate | None, *, slip: Grade = "minor"
) -> Iterator[Change]:
    """Yield a change of day, month or year, or from estimated to actual; more precision of the same date is noise."""
    before, after = (entry.value if entry else "" for entry in (old, new))
    types = (old.type if old else None, new.type if new else None)
    shared = min(len(before), len(after))
    if before[:shared] == after[:shared] and bool(before) == bool(after) and types[0] == types[1]:
        return
    slipped = bool(before and after) and _days(after[:shared]) - _days(before[:shared]) > SLIP_DAYS
    yield Change(field=field, old=_day(old), new=_day(new), grade=slip if slipped else "minor")


def _days(value: str) -> int:
    return date.fromisoformat(value + _REST[len(value)]).toordinal()


def _day(entry: PartialDate | None) -> str:
    if entry is None or not entry.value:
        return "not stated"
    return f"{entry.value} ({entry.type.lower()})" if entry.type else entry.value


def _enum_change(field: str, old: str, new: str, table: dict[str, str], grade: Grade) -> Iterator[Change]:
    if enum_key(old) != enum_key(new):
        yield Change(field=field, old=in_words(old, table), new=in_words(new, table), grade=grade)


def _text_change(field: str, old: str, new: str, grade: Grade = "minor") -> Iterator[Change]:
    if essence(old) != essence(new):
        before, after = differing(old, new)
        yield Change(field=field, old=before, new=after, grade=grade)
