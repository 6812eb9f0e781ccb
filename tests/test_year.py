"""A simulated year: every source has news and faults at random, and every piece of news is told exactly once."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from faults import faults
from happenings import (
    BEFORE,
    CHANGING,
    HOLDERS,
    Happening,
    Told,
    appears,
    changes,
    day_of,
    report_of,
    told_by,
    world_of,
)
from litwatch.demo.server import Script
from weeks import EVERY_SERVICE, a_watch

WEEKS = 52
FAULTY = 0.15  # of the weeks of each source


def schedule(dice: random.Random) -> tuple[list[Happening], Counter[Told]]:
    """Return what happens in a year, and what must be told of it."""
    number = 0
    happens: list[Happening] = []
    told: Counter[Told] = Counter()
    for service in HOLDERS:
        for _ in range(12):
            number += 1
            happens += appears(service, number, BEFORE)
            source = "crossref" if service == "pubmed" else service
            if source in CHANGING and dice.random() < 0.7:
                happens += changes(source, number, BEFORE, day_of(dice.randint(1, WEEKS)))
                standing = "notice" if source == "crossref" else "changed"
                told[Told(report_id=report_of(source, number), standing=standing)] += 1
    for week in range(1, WEEKS + 1):
        for service in HOLDERS:
            if dice.random() < 0.5:
                number += 1
                happens += appears(service, number, day_of(week))
                told[Told(report_id=report_of(service, number), standing="new")] += 1
    return happens, told


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_over_a_year_with_faults_in_15_percent_nothing_is_lost_and_nothing_is_told_twice(
    tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311  # a reproducible year
    happens, expected = schedule(dice)
    catalogue: dict[str, list[tuple[str, Script]]] = {
        service: [entry for _, entry in sorted(faults(service).items())] for service in EVERY_SERVICE
    }
    told: Counter[Told] = Counter()
    failures = 0
    with a_watch(tmp_path, world_of(happens), mail=False, services=EVERY_SERVICE) as week:
        assert week.run().complete
        for number in range(1, WEEKS + 3):
            broken = [name for name in EVERY_SERVICE if number <= WEEKS and dice.random() < FAULTY]
            for service in broken:
                path, script = dice.choice(catalogue[service])
                week.server.interpose(service, script, path=path)
            outcomes = week.run(weeks=1)
            week.server.clear()
            assert outcomes.told.label is not None
            states = {source["source"]: source["state"] for source in week.digest(outcomes.told.label)["sources"]}
            failures += sum(state == "failed" for state in states.values())
            assert {name for name, state in states.items() if state == "failed"} <= set(broken)
            told.update(told_by(week, outcomes.told.label))

    assert Counter() == expected - told, "lost"
    assert Counter() == told - expected, "told twice, or without cause"
    assert failures >= 25
