"""Which instant the clock gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from litwatch.clock import clock_from
from litwatch.errors import ConfigError


@pytest.mark.parametrize("environment", [{}, {"LITWATCH_NOW": ""}])
def test_the_clock_is_the_systems_in_utc(environment: dict[str, str]) -> None:
    now = clock_from(environment)

    assert timedelta() == now().utcoffset()
    assert abs(datetime.now(UTC) - now()) < timedelta(seconds=5)


def test_a_fixed_instant_stands_still_and_is_told_in_utc() -> None:
    now = clock_from({"LITWATCH_NOW": "2026-11-16T07:00:00+01:00"})

    assert now() == now() == datetime(2026, 11, 16, 6, tzinfo=UTC)
    assert now().tzinfo is UTC


@pytest.mark.parametrize("text", ["yesterday", "2026-11-16T07:00:00", "2026-11-16"])
def test_an_instant_without_an_offset_or_sense_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        clock_from({"LITWATCH_NOW": text})

    (problem,) = raised.value.problems
    assert f"LITWATCH_NOW: {text!r}: write ISO 8601 with offset, such as 2026-11-16T07:00:00+01:00" == problem


def test_the_environment_is_the_processs_own_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITWATCH_NOW", "2026-11-16T07:00:00Z")

    assert datetime(2026, 11, 16, 7, tzinfo=UTC) == clock_from()()
