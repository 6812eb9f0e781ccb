"""When a digest is due: calendar periods through clock changes, skipped days and clocks set wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from litwatch.config import DigestSettings
from litwatch.model import Message, Outgoing
from litwatch.schedule import WEEKDAYS, due, is_ahead, latest_label, mail_due, next_slot, period

ZONES = (
    "Europe/Oslo",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Pacific/Auckland",
    "UTC",
)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@cache
def schedule(every: str, on: str | int, at: str, zone: str) -> DigestSettings:
    return DigestSettings.model_validate({"every": every, "on": on, "at": at, "timezone": zone})


def instant(text: str, zone: str = "UTC") -> datetime:
    """Return a local time; a trailing ``/2`` picks its second occurrence."""
    text, _, second = text.partition("/")
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=1 if second else 0).astimezone(UTC)


NAMED = {
    "a Monday at the slot": ("week", "monday", "07:00", "Europe/Oslo", "2026-11-16T07:00", "2026-W47"),
    "a minute before it": ("week", "monday", "07:00", "Europe/Oslo", "2026-11-16T06:59", "2026-W46"),
    "the Sunday after": ("week", "monday", "07:00", "Europe/Oslo", "2026-11-22T23:59", "2026-W47"),
    "the 53rd week of 2026": ("week", "monday", "07:00", "Europe/Oslo", "2026-12-28T07:00", "2026-W53"),
    "New Year's Day in it": ("week", "monday", "07:00", "Europe/Oslo", "2027-01-01T12:00", "2026-W53"),
    "the first week of 2027": ("week", "monday", "07:00", "Europe/Oslo", "2027-01-04T07:00", "2027-W01"),
    "a Friday slot on New Year's Day": ("week", "friday", "07:00", "Europe/Oslo", "2027-01-01T07:00", "2026-W53"),
    "2024 ends in week 1 of 2025": ("week", "tuesday", "07:00", "UTC", "2024-12-31T07:00", "2025-W01"),
    "a day": ("day", "monday", "07:00", "Europe/Oslo", "2026-11-16T07:00", "2026-11-16"),
    "the small hours of a day": ("day", "monday", "07:00", "Europe/Oslo", "2026-11-16T06:59", "2026-11-15"),
    "New Year's morning": ("day", "monday", "07:00", "UTC", "2027-01-01T06:59", "2026-12-31"),
    "a month": ("month", 15, "07:00", "Europe/Oslo", "2026-11-15T07:00", "2026-11"),
    "before the month's day": ("month", 15, "07:00", "Europe/Oslo", "2026-11-15T06:59", "2026-10"),
    "January before its day": ("month", 28, "07:00", "Europe/Oslo", "2027-01-27T12:00", "2026-12"),
    "the 28th of February": ("month", 28, "07:00", "Europe/Oslo", "2027-02-28T07:00", "2027-02"),
    "east of the date line": ("week", "monday", "07:00", "Pacific/Auckland", "2026-11-16T07:00", "2026-W47"),
}


@pytest.mark.parametrize("case", NAMED.values(), ids=NAMED.keys())
def test_the_period_is_the_latest_whose_slot_has_passed(case: tuple[str, str | int, str, str, str, str]) -> None:
    every, on, at, zone, local, label = case

    assert label == period(instant(local, zone), schedule(every, on, at, zone)).label


def test_the_clock_may_be_told_in_any_zone() -> None:
    monthly = schedule("month", 16, "00:30", "Pacific/Kiritimati")
    now = instant("2026-11-16T01:00", "Pacific/Kiritimati").astimezone(ZoneInfo("Etc/GMT+12"))

    assert 14 == now.day
    assert "2026-11" == period(now, monthly).label
    assert "2026-12" == next_slot(now, monthly).label


CLOCK_CHANGES = {
    "Oslo's gap": ("sunday", "02:30", "Europe/Oslo", "2026-03-29", "2026-03-29T01:00"),
    "Oslo's fold, the first time": ("sunday", "02:30", "Europe/Oslo", "2026-10-25", "2026-10-25T00:30"),
    "New York's fold, the first time": ("sunday", "01:30", "America/New_York", "2026-11-01", "2026-11-01T05:30"),
    "New York's gap": ("sunday", "02:00", "America/New_York", "2026-03-08", "2026-03-08T07:00"),
    "Cairo's gap at midnight": ("friday", "00:00", "Africa/Cairo", "2026-04-24", "2026-04-23T22:00"),
    "Havana's gap at midnight": ("sunday", "00:30", "America/Havana", "2026-03-08", "2026-03-08T05:00"),
    "Havana's fold behind midnight": ("sunday", "00:30", "America/Havana", "2026-11-01", "2026-11-01T04:30"),
    "Lord Howe's half-hour gap": ("sunday", "02:15", "Australia/Lord_Howe", "2026-10-04", "2026-10-03T15:30"),
    "the day Apia skipped": ("friday", "07:00", "Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),
    "the day behind Oslo's gap": ("monday", "00:30", "Europe/Oslo", "2026-03-30", "2026-03-29T22:30"),
    "Casablanca before Ramadan's end": ("sunday", "02:30", "Africa/Casablanca", "2026-03-22", "2026-03-22T02:00"),
}


@pytest.mark.parametrize("case", CLOCK_CHANGES.values(), ids=CLOCK_CHANGES.keys())
def test_a_slot_in_a_clock_change_is_its_first_real_instant(case: tuple[str, str, str, str, str]) -> None:
    on, at, zone, day, expected = case
    weekly = schedule("week", on, at, zone)
    iso = date.fromisoformat(day).isocalendar()
    label = f"{iso.year}-W{iso.week:02d}"

    found = next_slot(instant(expected) - MINUTE, weekly)

    assert (label, instant(expected)) == (found.label, found.slot)
    assert label == period(instant(expected), weekly).label
    assert label != period(instant(expected) - MINUTE, weekly).label


def test_behind_a_skipped_day_the_next_slot_is_on_the_right_weekday() -> None:
    weekly = schedule("week", "friday", "07:00", "Pacific/Apia")

    assert instant("2012-01-06T07:00", "Pacific/Apia") == next_slot(instant("2011-12-31T12:00"), weekly).slot


def first_instant(day: date, at: str, zone: ZoneInfo) -> datetime:
    """Walk minute by minute to the first instant whose local time has reached the slot's: the rule, spelled out."""
    wanted = datetime.combine(day, time.fromisoformat(at))
    now = wanted.replace(tzinfo=UTC) - timedelta(hours=15)
    while now.astimezone(zone).replace(tzinfo=None) < wanted:
        now += MINUTE
    return now


def nominal_days(every: str, on: str | int, around: date) -> Iterator[date]:
    """Yield the days near ``around`` that carry a slot, the calendar read day by day."""
    for offset in range(-70, 71):
        day = around + timedelta(days=offset)
        if (
            every == "day"
            or (every == "week" and WEEKDAYS[day.weekday()] == on)
            or (every == "month" and day.day == on)
        ):
            yield day


@st.composite
def schedules(draw: st.DrawFn) -> DigestSettings:
    every = draw(st.sampled_from(("day", "week", "month")))
    on: str | int = draw(st.integers(1, 28)) if every == "month" else draw(st.sampled_from(WEEKDAYS))
    minutes = draw(st.one_of(st.integers(0, 24 * 4 - 1).map(lambda n: n * 15), st.integers(0, 24 * 60 - 1)))
    return schedule(every, on, f"{minutes // 60:02d}:{minutes % 60:02d}", draw(st.sampled_from(ZONES)))


@effort(max_examples=150, deadline=None)
@given(schedules(), st.datetimes(datetime(2009, 1, 1), datetime(2037, 12, 1)))  # noqa: DTZ001  # made aware below
def test_period_and_next_slot_agree_with_the_rule_spelled_out(settings: DigestSettings, moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC, microsecond=0)
    days = list(nominal_days(settings.every, settings.on, now.date()))
    low = max(index for index, day in enumerate(days) if day < now.date() - 3 * DAY)
    slots = [first_instant(day, settings.at, settings.zone) for day in days[low : low + 10]]

    current, following = period(now, settings), next_slot(now, settings)

    assert max(slot for slot in slots if slot <= now) == current.slot
    assert min(slot for slot in slots if slot > now) == following.slot
    assert current == period(current.slot, settings)
    assert following == period(following.slot, settings)
    assert current.label < following.label
    assert current.slot.tzinfo is following.slot.tzinfo is UTC


def offset_changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield each instant at which the zone's offset changes, to the minute."""
    now = start
    while now < end:
        later = now + DAY
        if now.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            moment = now
            while moment.astimezone(zone).utcoffset() == now.astimezone(zone).utcoffset():
                moment += MINUTE
            yield moment
        now = later


def told_over_ten_years(settings: DigestSettings, start: datetime) -> list[str]:
    """Knock only around each slot and each clock change, and return the labels that were due, in order."""
    end = start + timedelta(days=3652)
    knocks = {start, end}
    slot = next_slot(start, settings).slot
    while slot < end:
        knocks |= {slot - MINUTE, slot, slot + MINUTE, slot + 5 * MINUTE}
        slot = next_slot(slot, settings).slot
    for change in offset_changes(settings.zone, start, end):
        knocks |= {change + minutes * MINUTE for minutes in (-61, -31, -1, 0, 1, 29, 30, 31, 59, 60, 61, 90)}
    told: list[str] = []
    for now in sorted(knocks):
        current = due(now, settings, told[-1] if told else None)
        if current is not None:
            told.append(current.label)
            assert now - current.slot < timedelta(minutes=1) or len(told) == 1
    return told


def weeks(first: str, last: str) -> list[str]:
    """Return every ISO week from one label to another."""
    day = date.fromisoformat(f"{first}-1")
    labels: list[str] = []
    while not labels or labels[-1] < last:
        iso = day.isocalendar()
        labels.append(f"{iso.year}-W{iso.week:02d}")
        day += timedelta(days=7)
    return labels


@pytest.mark.parametrize("start", [2009, 2020])
@pytest.mark.parametrize("zone", ZONES)
def test_in_ten_years_each_week_is_due_exactly_once(zone: str, start: int) -> None:
    for on, at in (("sunday", "02:30"), ("friday", "00:00"), ("sunday", "00:30"), ("monday", "00:30")):
        told = told_over_ten_years(schedule("week", on, at, zone), datetime(start, 1, 1, tzinfo=UTC))

        assert weeks(told[0], told[-1]) == told
        assert len(told) in {522, 523}


@pytest.mark.long
@pytest.mark.parametrize("zone", ZONES)
def test_in_ten_years_each_week_is_due_exactly_once_whatever_the_hour(zone: str) -> None:
    for on in WEEKDAYS:
        for hour in range(24):
            told = told_over_ten_years(schedule("week", on, f"{hour:02d}:30", zone), datetime(2009, 1, 1, tzinfo=UTC))

            assert weeks(told[0], told[-1]) == told


@pytest.mark.parametrize("zone", ["Europe/Oslo", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia"])
def test_in_ten_years_each_month_and_each_day_is_due_exactly_once(zone: str) -> None:
    start = datetime(2009, 1, 1, tzinfo=UTC)

    months = told_over_ten_years(schedule("month", 28, "02:30", zone), start)
    days = told_over_ten_years(schedule("day", "monday", "02:30", zone), start)

    assert len(months) == len(set(months)) == 121
    first = date.fromisoformat(days[0])
    assert [(first + timedelta(days=count)).isoformat() for count in range(len(days))] == days


PERIOD_LATER = {
    "the period's digest exists": ("2026-W47", None),
    "the one before": ("2026-W46", "2026-W47"),
    "none": (None, "2026-W47"),
    "the clock was set back": ("2026-W48", None),
    "the clock was set back over a year": ("2027-W01", None),
    "five weeks down": ("2026-W42", "2026-W47"),
    "weekly since today": ("2026-11", "2026-W47"),
    "weekly since today, daily before": ("2026-11-15", "2026-W47"),
}


@pytest.mark.parametrize(("last", "expected"), PERIOD_LATER.values(), ids=PERIOD_LATER.keys())
def test_a_period_is_due_until_it_or_a_later_one_has_a_digest(last: str | None, expected: str | None) -> None:
    current = due(instant("2026-11-16T12:00"), schedule("week", "monday", "07:00", "UTC"), last)

    assert expected == (current.label if current else None)


def test_whoever_turns_to_months_and_back_gets_no_week_twice() -> None:
    weekly = schedule("week", "monday", "07:00", "UTC")
    labels = ["2026-W46", "2026-W47", "2026-11"]

    assert "2026-W47" == latest_label(labels, weekly)
    assert due(instant("2026-11-16T12:00"), weekly, latest_label(labels, weekly)) is None
    assert "2026-11" == latest_label(labels, schedule("month", 1, "07:00", "UTC"))
    daily = schedule("day", "monday", "07:00", "UTC")
    assert latest_label(labels, daily) is None
    assert "2026-11-15" == latest_label([*labels, "2026-11-15", "2026-11-09"], daily)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, False),
        ("2026-W47", False),
        ("2026-W48", False),
        ("2026-W49", True),
        ("2038-W03", True),
        ("2038-01", False),
    ],
)
def test_a_digest_of_a_far_period_tells_of_a_wrong_clock(last: str | None, expected: bool) -> None:  # noqa: FBT001  # a case
    now, weekly = instant("2026-11-16T12:00"), schedule("week", "monday", "07:00", "UTC")

    assert expected == is_ahead(now, weekly, last)


def test_moving_the_day_within_the_week_skips_nothing_and_repeats_nothing() -> None:
    monday, friday = (schedule("week", on, "07:00", "UTC") for on in ("monday", "friday"))
    last = period(instant("2026-11-16T07:00"), monday).label

    assert due(instant("2026-11-17T12:00"), friday, last) is None
    assert due(instant("2026-11-20T12:00"), friday, last) is None
    assert not is_ahead(instant("2026-11-17T12:00"), friday, last)
    following = due(instant("2026-11-27T07:00"), friday, last)
    assert following is not None
    assert "2026-W48" == following.label


def outgoing(attempts: int, minutes_ago: float | None) -> Outgoing:
    message = Message(
        recipient="a@example.org", recipient_hash="h", message_id="<m>", date=NOON, subject="s", content=b""
    )
    last = None if minutes_ago is None else NOON - timedelta(minutes=minutes_ago)
    return Outgoing(
        message=message, label="2026-W46", state="prepared", attempts=attempts, prepared=NOON, last_attempt=last
    )


@pytest.mark.parametrize(
    ("attempts", "minutes_ago", "expected"),
    [
        (0, None, True),
        (0, 4, False),
        (0, 5, True),
        (1, 0, False),
        (1, 4, False),
        (1, 5, True),
        (2, 14, False),
        (2, 15, True),
        (3, 59, False),
        (3, 60, True),
        (4, 239, False),
        (9, 240, True),
        (1, -600, True),  # the clock was set back since
    ],
)
def test_the_pauses_between_attempts_grow(attempts: int, minutes_ago: float | None, expected: bool) -> None:  # noqa: FBT001  # a table's column
    assert expected is mail_due(NOON, [outgoing(attempts, minutes_ago)])
    assert not mail_due(NOON, [])
