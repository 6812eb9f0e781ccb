"""The overview: each printed item in one line, the lines that matter most first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from litwatch.digest import wording
from litwatch.identify.notices import NOTICE_FIELDS
from litwatch.model import Citation, News, Registration
from litwatch.text import shortened

TITLE_CAP = 110
VALUE_CAP = 40
FIELDS_SHOWN = 4
PLANS = frozenset({"registration", "protocol"})
# In the order in which a reader wants to know.
GROUPS = {
    "notice": "Corrections, retractions, concerns",
    "summary": "Guidelines and evidence summaries",
    "results": "New results",
    "changed": "Changed",
    "plans": "New trials and protocols",
    "adjacent": "Adjacent, not about the topic itself",
    "older": "Older reports found now",
    "doubt": "Possible duplicates",
    "minor": "Minor changes only",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """One line of the overview; ``number`` is the item's, ``place`` the section that prints it."""

    number: int
    place: str
    group: str
    what: str
    title: str


def glance_of(number: int, place: str, news: News) -> Glance:
    """Return the line of one item: what it is or what changed, and its title."""
    record = news.record
    title = record.acronym if isinstance(record, Registration) and record.acronym else record.title
    return Glance(
        number=number,
        place=place,
        group=_group(place, news),
        what=_what(news),
        title=shortened(title, TITLE_CAP) or "[no title]",
    )


def ordered(lines: Iterable[Glance]) -> tuple[Glance, ...]:
    """Return ``lines`` group by group, each in the order of the digest."""
    places = {name: place for place, name in enumerate(GROUPS.values())}
    return tuple(sorted(lines, key=lambda line: (places[line.group], line.number)))


def _group(place: str, news: News) -> str:
    if news.standing == "notice":
        return GROUPS["notice"]
    if news.standing == "possible_duplicate":
        return GROUPS["doubt"]
    if news.standing == "changed" and all(change.grade == "minor" for change in news.changes):
        return GROUPS["minor"]
    if place == "S1":
        return GROUPS["adjacent"]
    if news.standing in {"late", "by_new_terms"}:
        return GROUPS["older"]
    if news.standing == "changed":
        return GROUPS["changed"]
    if place == "S0":
        return GROUPS["summary"]
    return GROUPS["plans" if news.record.kind in PLANS else "results"]


def _what(news: News) -> str:
    record, read = news.record, news.appraisal
    major = [change for change in news.changes if change.grade == "major"]
    if news.standing == "notice":
        notices = [change.field for change in news.changes if change.field in NOTICE_FIELDS]
        told = f" of a report told in {news.first_told_in}" if news.first_told_in else ""
        return f"{', '.join(notices) or 'notice'}{told}"
    if news.standing == "changed":
        if not major:
            names = list(dict.fromkeys(change.field for change in news.changes))
            return ", ".join(names[:FIELDS_SHOWN]) + (" and more" if len(names) > FIELDS_SHOWN else "") or "changed"
        first, more = major[0], len(news.changes) - 1
        words = f"{first.field}: {_short(first.old)} → {_short(first.new)}"
        return f"{words}, and {more} more change{'s' * (more != 1)}" if more else words
    kind = wording.KINDS[record.kind]
    if isinstance(record, Citation) and record.kind == "article" and read.design != "other":
        kind = wording.DESIGNS.get(read.design, read.design)
    people = read.population_n if isinstance(record, Citation) else record.enrolment
    planned = "planned " if isinstance(record, Registration) and record.enrolment_type == "ESTIMATED" else ""
    size = f", {planned}n = {people}" if people else ""
    late = {"late": "late arrival: ", "by_new_terms": "found by new terms: "}.get(news.standing, "")
    return f"{late}{kind}{size}{_outcome(news)}"


def _outcome(news: News) -> str:
    """Say how the stated outcome of a comparison was read; the words it was read from stand with the item."""
    direction = news.appraisal.outcome.direction if news.appraisal.outcome else ""
    return f", outcome read as {wording.DIRECTIONS[direction]}" if direction in wording.COMPARED else ""


def _short(value: str) -> str:
    return shortened(value, VALUE_CAP) or "not stated"
