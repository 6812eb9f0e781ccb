"""The clock: the one place that reads the time, so that every other stage is told it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from litwatch.errors import ConfigError

Clock = Callable[[], datetime]


def clock_from(environment: Mapping[str, str] = os.environ) -> Clock:
    """Return the system clock, or the instant that ``LITWATCH_NOW`` (ISO 8601 with offset) fixes.

    Raises `ConfigError` when LITWATCH_NOW is set and is not such an instant.
    """
    fixed = environment.get("LITWATCH_NOW")
    if not fixed:
        return lambda: datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(fixed)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise ConfigError((f"LITWATCH_NOW: {fixed!r}: write ISO 8601 with offset, such as 2026-11-16T07:00:00+01:00",))
    moment = instant.astimezone(UTC)
    return lambda: moment
