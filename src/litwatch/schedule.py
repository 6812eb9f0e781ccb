"""When a digest is due: calendar periods in the watch's zone. Pure; nobody here waits for anything.

A slot in the gap of a clock change is due from the first instant after the gap; one in the fold is due once, at its
first occurrence. The clock only knocks: whether a period's digest exists already is the store's word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from litwatch.config import DigestSettings
from litwatch.model import Outgoing, Period

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240))  # between two attempts on one message
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def period(now: datetime, settings: DigestSettings) -> Period:
    """Return the latest period whose slot has passed at ``now`` (aware)."""
    return _period(_current_day(now, settings), settings)


def next_slot(now: datetime, settings: DigestSettings) -> Period:
    """Return the first period whose slot lies after ``now``."""
    return _period(_next_day(_current_day(now, settings), settings), settings)


def due(now: datetime, settings: DigestSettings, last_label: str | None) -> Period | None:
    """Return the period whose digest is due at ``now``, or None.

    ``last_label`` is the latest period that has a digest. A period that does not come after it is never due again: the
    clock was set back, not the calendar. A change of ``every`` starts afresh, since its labels cannot be compared.
    """
    current = period(now, settings)
    if last_label is None or len(last_label) != len(current.label) or current.label > last_label:
        return current
    return None


def is_ahead(now: datetime, settings: DigestSettings, last_label: str | None) -> bool:
    """Tell whether ``last_label`` names a period that has no digest yet by right: the clock is wrong, or was.

    Until that period comes none is due, so somebody has to be told. One period ahead is right where ``on`` was moved
    from Monday to Friday.
    """
    following = next_slot(now, settings).label
    return last_label is not None and len(last_label) == len(following) and last_label > following


def latest_label(labels: Iterable[str], settings: DigestSettings) -> str | None:
    """Return the latest of ``labels`` that is of the kind ``settings`` gives, for `due`; None without any.

    Whoever turns from weeks to months and back has digests of both kinds, and the last one made may be of the other.
    """
    form = {"day": r"\d{4}-\d\d-\d\d", "week": r"\d{4}-W\d\d", "month": r"\d{4}-\d\d"}[settings.every]
    return max((label for label in labels if re.fullmatch(form, label)), default=None)


def mail_due(now: datetime, waiting: Iterable[Outgoing]) -> bool:
    """Tell whether a message that waits should be tried again, for whoever knocks more often than once an hour.

    The pauses grow as a mail relay's do. A clock that was set back asks for no pause: a message is sent rather early
    than never.
    """
    return any(
        entry.last_attempt is None or not entry.last_attempt <= now < entry.last_attempt + pause(entry.attempts)
        for entry in waiting
    )


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts."""
    return PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]


def _period(day: date, settings: DigestSettings) -> Period:
    return Period(label=_label(day, settings), slot=_instant(day, settings))


def _current_day(now: datetime, settings: DigestSettings) -> date:
    """Return the calendar day of the latest slot that has passed; where that day was skipped, its slot lies later."""
    # The watch's zone may be two calendar days ahead of the one ``now`` is told in.
    day = _slot_day(now.date() + timedelta(days=2), settings)
    while _instant(day, settings) > now:
        day = _slot_day(day - timedelta(days=1), settings)
    return day


def _slot_day(latest: date, settings: DigestSettings) -> date:
    """Return the last day not after ``latest`` that carries a slot."""
    if settings.every == "day":
        return latest
    if settings.every == "week":
        return latest - timedelta(days=(latest.weekday() - WEEKDAYS.index(str(settings.on))) % 7)
    day = int(settings.on)
    return (latest if latest.day >= day else latest - timedelta(days=latest.day)).replace(day=day)


def _next_day(day: date, settings: DigestSettings) -> date:
    """Return the day of the slot after the one on ``day``."""
    if settings.every == "month":
        return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)
    return day + timedelta(days=7 if settings.every == "week" else 1)


def _instant(day: date, settings: DigestSettings) -> datetime:
    """Return the first real instant at or after the local slot time on ``day``, in UTC."""
    hour, minute = (int(part) for part in settings.at.split(":"))
    wanted = datetime.combine(day, time(hour, minute))
    earlier = wanted.replace(tzinfo=settings.zone).astimezone(UTC)
    if earlier.astimezone(settings.zone).replace(tzinfo=None) == wanted:
        return earlier
    # In a gap, fold 0 counts with the offset before it and so lands somewhere behind it; the first instant behind the
    # gap is where the offset changes, found by bisection to the second.
    low, high = int((earlier - timedelta(hours=25)).timestamp()), int(earlier.timestamp())
    offset = earlier.astimezone(settings.zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, settings.zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)


def _label(day: date, settings: DigestSettings) -> str:
    if settings.every == "day":
        return day.isoformat()
    if settings.every == "month":
        return f"{day.year:04d}-{day.month:02d}"
    iso = day.isocalendar()
    return f"{iso.year:04d}-W{iso.week:02d}"
