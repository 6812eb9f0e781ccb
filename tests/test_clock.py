"""Downtime and clocks that step: one digest a period, one catch-up digest, and nothing lost or told twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from litwatch.demo.world import World
from test_pipeline import KNOWN_TRIAL, OLD, paper
from weeks import MONDAY, Week, a_watch

PAPERS = tuple(
    paper(100 + day, created=(MONDAY + timedelta(days=day)).date().isoformat(), published="2026-11")
    for day in range(1, 70, 3)
)
WORLD = World(articles=(OLD, *PAPERS), trials=(KNOWN_TRIAL,))


def labels(week: Week) -> list[str]:
    return sorted(path.name for path in (week.folder / "out").iterdir())


def told(week: Week) -> list[str]:
    return sorted(report for label in labels(week) for report in week.told(label))


def published(now: datetime) -> list[str]:
    return sorted(f"pubmed:{item.pmid}" for item in PAPERS if item.since <= now.date())


@pytest.mark.parametrize(
    ("down", "made"),
    [
        (timedelta(hours=1), 1),
        (timedelta(days=6), 1),
        (timedelta(days=8), 1),
        (timedelta(days=15), 1),
        (timedelta(days=60), 1),
    ],
    ids=str,
)
def test_downtime_over_the_slot_ends_in_one_digest_that_leaves_nothing_out(
    tmp_path: Path, down: timedelta, made: int
) -> None:
    with a_watch(tmp_path, WORLD, mail=False) as week:
        week.run()
        week.now = MONDAY + timedelta(weeks=1, hours=-2) + down
        week.run()
        week.now += timedelta(hours=2)
        week.run()

        assert 1 + made == len(labels(week))
        assert published(week.now) == told(week)
        text = (tmp_path / "out" / labels(week)[-1] / "digest.txt").read_text(encoding="utf-8")
        assert (down > timedelta(days=7)) == ("No digest was made since 2026-W46" in " ".join(text.split()))


@pytest.mark.parametrize(
    "wrong",
    [
        MONDAY - timedelta(hours=1),
        MONDAY - timedelta(days=8),
        MONDAY + timedelta(days=37),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC),
    ],
    ids=str,
)
def test_a_clock_that_steps_repeats_nothing_and_loses_nothing(tmp_path: Path, wrong: datetime) -> None:
    with a_watch(tmp_path, WORLD, mail=False) as week:
        week.run()
        _run_at(week, wrong, MONDAY + timedelta(days=2))
        for number in range(1, 9):
            _run_at(week, MONDAY + timedelta(weeks=number), MONDAY + timedelta(weeks=number))

        assert len(labels(week)) == len(set(labels(week)))
        everything = told(week)
        assert len(everything) == len(set(everything))
        with week.store() as store:
            waiting = {news.report_id for news in store.pending()}
        assert set(published(MONDAY + timedelta(weeks=8))) == set(everything) | waiting
        if wrong < MONDAY + timedelta(weeks=8):
            assert not waiting


def _run_at(week: Week, now: datetime, services: datetime) -> None:
    """Run with the watch's clock at ``now`` while the services live in the real time ``services``."""
    week.now = now
    week.run(services=services)
