"""Dates as precise as their source gave them, read without inventing a day. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from litwatch.model import PartialDate


def last_day(partial: PartialDate | None) -> date | None:
    """Return the last day that a partial date can mean."""
    if partial is None:
        return None
    match len(partial.value):
        case 4:
            return date(int(partial.value), 12, 31)
        case 7:
            year, month = int(partial.value[:4]), int(partial.value[5:])
            return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        case _:
            return date.fromisoformat(partial.value[:10])
