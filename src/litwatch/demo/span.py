"""From when to when a record stands, taken out of the fields it is built from."""

from __future__ import annotations

from datetime import date
from typing import Any

ALWAYS = date.min


def span_of(given: dict[str, Any], first: str) -> dict[str, date]:
    """Take ``since`` and ``until`` out of ``given``; a record stands from its first day on."""
    since = given.pop("since", None) or first
    until = given.pop("until", None) or date.max
    return {
        "since": since if isinstance(since, date) else date.fromisoformat(str(since)),
        "until": until if isinstance(until, date) else date.fromisoformat(str(until)),
    }
