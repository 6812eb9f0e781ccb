"""Registries' own words for how a trial stands, and what follows from them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conftest import NOW
from litwatch.digest.awaited import awaited
from litwatch.digest.state import state_of
from litwatch.identify.overdue import overdue
from litwatch.identify.stages import stage_of
from litwatch.model import Citation, PartialDate, Registration, Told
from litwatch.sources.ctis_trial import STATUS as CTIS
from test_charts import registered
from test_digest import CONFIG, news, told


def with_status(number: int, status: str, due: str = "2027-03", **given: object) -> Told:
    return registered(number, status, due, **given)


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("RECRUITING", "recruiting"),
        ("Not yet recruiting", "planned"),
        ("Not Recruiting", "closed"),
        ("No longer recruiting", "closed"),
        ("Authorised, recruitment pending", "planned"),
        ("Ongoing, recruiting", "recruiting"),
        ("Ongoing, recruitment ended", "running"),
        ("Suspended", "paused"),
        ("Ended", "completed"),
        ("Not authorised", "never"),
        ("Recruiting soon, perhaps", "unsaid"),
        ("UNKNOWN", "unsaid"),
        ("", "unsaid"),
    ],
)
def test_a_stage_is_known_by_the_whole_status_of_any_registry(status: str, stage: str) -> None:
    assert stage == stage_of(status)


def test_every_public_status_of_ctis_has_a_stage() -> None:
    assert "unsaid" not in {stage_of(status) for status in CTIS.values()}


@pytest.mark.parametrize(
    ("status", "due", "state"),
    [
        ("Ongoing, recruiting", "2027-01-01", "expected"),
        ("Temporarily halted", "2027-01-01", "expected"),
        ("SUSPENDED", "2026-01-31", "date_passed"),
        ("Not Recruiting", "2026-06", "date_passed"),
        ("Ended", "2026-06", "awaited"),
        ("Ended", "2024-06", "overdue"),
        ("Not authorised", "2027-06", None),
        ("", "2027-06", "expected"),
        ("", "2026-06", None),
    ],
)
def test_trials_of_every_registry_are_awaited(status: str, due: str, state: str | None) -> None:
    assert [state] * (state is not None) == [
        entry.state for entry in awaited([with_status(1, status, due)], CONFIG, NOW)
    ]


def test_a_halted_trial_owes_no_results_yet() -> None:
    assert () == overdue([with_status(1, "Temporarily halted", "2020-01")], [], NOW)
    assert () == overdue([with_status(1, "Cancelled", "2020-01")], [], NOW)
    assert 1 == len(overdue([with_status(1, "Ended", "2020-01")], [], NOW))


def test_a_trial_in_two_registries_counts_once_and_is_settled_by_either() -> None:
    one, other = with_status(1, "COMPLETED", "2024-03-01"), with_status(2, "Ended", "2024-06", study_id="study:1")
    running = with_status(3, "Ongoing, recruiting")

    state = state_of("Q01", [one, other, running], NOW)

    assert state.startswith(
        "2 trials registered, 1 recruiting, 1 completed without results posted on the registry "
        "(the earliest since 1 Mar 2024)."
    )
    assert isinstance(other.record, Registration)
    posted = replace(other, record=replace(other.record, results_posted=PartialDate(value="2025-01-01")))
    assert "without results" not in state_of("Q01", [one, posted], NOW)


def test_a_retracted_report_is_counted_as_such_and_never_the_latest() -> None:
    old, withdrawn = told(news(1)), told(news(2))
    assert isinstance(withdrawn.record, Citation)
    record = replace(
        withdrawn.record, publication_types=("Retracted Publication",), published=PartialDate(value="2026-12")
    )

    assert state_of("Q01", [old, replace(withdrawn, record=record)], NOW).endswith(
        "2 publications known (1 retracted), the latest Example 2026 (PMID 1)."
    )
    assert "1 publication known (1 retracted)." in state_of("Q01", [replace(withdrawn, record=record)], NOW)
