"""A printed item in one line: what a reader needs to decide whether to read on. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from litwatch.digest import wording
from litwatch.identify.notices import NOTICE_FIELDS
from litwatch.model import Citation, News, Registration
from litwatch.text import shortened

TITLE_CAP = 110
VALUE_CAP = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """One line of the overview; ``number`` is the item's, ``place`` the section that prints it."""

    number: int
    place: str
    what: str
    title: str


def glance_of(number: int, place: str, news: News) -> Glance:
    """Return the line of one item: what it is or what changed, and its title."""
    record = news.record
    title = record.acronym if isinstance(record, Registration) and record.acronym else record.title
    return Glance(number=number, place=place, what=_what(news), title=shortened(title, TITLE_CAP) or "[no title]")


def _what(news: News) -> str:
    record, read = news.record, news.appraisal
    major = [change for change in news.changes if change.grade == "major"]
    if news.standing == "notice":
        told = f", told in {news.first_told_in}" if news.first_told_in else ""
        notices = [change.field for change in news.changes if change.field in NOTICE_FIELDS]
        return f"{', '.join(notices) or 'notice'}{told}"
    if news.standing == "changed":
        if not major:
            return f"{len(news.changes)} minor change{'s' * (len(news.changes) != 1)}"
        first, more = major[0], len(news.changes) - 1
        words = f"{first.field}: {_short(first.old)} → {_short(first.new)}"
        return f"{words}, and {more} more change{'s' * (more != 1)}" if more else words
    kind = wording.KINDS[record.kind]
    if isinstance(record, Citation) and record.kind == "article" and read.design != "other":
        kind = wording.DESIGNS.get(read.design, read.design)
    people = read.population_n if isinstance(record, Citation) else record.enrolment
    planned = "planned " if isinstance(record, Registration) and record.enrolment_type == "ESTIMATED" else ""
    size = f", {planned}n = {people}" if people else ""
    return f"{wording.STANDINGS.get(news.standing, news.standing)} {kind}{size}"


def _short(value: str) -> str:
    return shortened(value, VALUE_CAP) or "not stated"
