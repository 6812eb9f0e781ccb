"""Whatever happens in whatever order over the weeks, nothing is lost, nothing told twice, and no failure is hidden."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from faults import faults
from happenings import BEFORE, CHANGING, HOLDERS, Happening, Told, appears, changes, report_of, told_by, world_of
from litwatch.demo.server import SERVICES
from weeks import EVERY_SERVICE, a_watch

FAULTS = [(service, name) for service in SERVICES for name in sorted(faults(service))]
# Memory where there is some: a store on a disk spends its time waiting for it.
FAST = Path("/dev/shm")  # noqa: S108  # the folder in it is made safely
MOST = 1500  # numbers that have a title of their own


class Weeks(RuleBasedStateMachine):
    """A watch on every source, and a world in which anything may happen between two Mondays."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        memory = FAST if FAST.is_dir() else None
        self.folder = Path(self.open.enter_context(tempfile.TemporaryDirectory(dir=memory)))
        self.happened: list[Happening] = []
        self.numbers: dict[str, list[int]] = {service: [] for service in EVERY_SERVICE}
        self.changed: set[Told] = set()
        self.number = 0
        self.broken: set[str] = set()
        self.expected: Counter[Told] = Counter()
        self.told: Counter[Told] = Counter()

    @initialize(counts=st.fixed_dictionaries({service: st.integers(0, 3) for service in HOLDERS}))
    def begin(self, counts: dict[str, int]) -> None:
        for service, count in counts.items():
            for _ in range(count):
                self._appears(service)
        self.week = self.open.enter_context(
            a_watch(self.folder, world_of(self.happened), mail=False, services=EVERY_SERVICE)
        )
        assert self.week.run().collected.complete

    def _appears(self, service: str) -> int:
        self.number += 1
        since = BEFORE if not hasattr(self, "week") else self.week.now.date()
        self.happened += appears(service, self.number, since)
        self.numbers[service].append(self.number)
        if service == "pubmed":
            self.numbers["crossref"].append(self.number)
        return self.number

    @precondition(lambda self: self.number < MOST)
    @rule(service=st.sampled_from(HOLDERS))
    def a_record_appears(self, service: str) -> None:
        number = self._appears(service)
        self.week.server.serve(world_of(self.happened))
        self.expected[Told(report_id=report_of(service, number), standing="new")] += 1

    @rule(service=st.sampled_from(CHANGING), data=st.data())
    def a_record_changes(self, service: str, data: st.DataObject) -> None:
        news = Told(report_id="", standing="notice" if service == "crossref" else "changed")
        known = [
            number
            for number in self.numbers[service]
            if Told(report_id=report_of(service, number), standing="new") not in self.expected - self.told
            and Told(report_id=report_of(service, number), standing=news.standing) not in self.changed
        ]
        if not known:
            return
        number = data.draw(st.sampled_from(known))
        news = Told(report_id=report_of(service, number), standing=news.standing)
        self.happened += changes(service, number, BEFORE, self.week.now.date())
        self.week.server.serve(world_of(self.happened))
        self.changed.add(news)
        self.expected[news] += 1

    @rule(fault=st.sampled_from(FAULTS))
    def a_source_breaks(self, fault: tuple[str, str]) -> None:
        service, name = fault
        path, script = faults(service)[name]
        self.week.server.interpose(service, script, path=path)
        self.broken.add(service)

    @rule()
    def every_source_is_mended(self) -> None:
        self.week.server.clear()
        self.broken.clear()

    @rule()
    def a_week_passes(self) -> None:
        outcomes = self.week.run(weeks=1)
        label = outcomes.told.label
        assert label is not None
        states = {source["source"]: source["state"] for source in self.week.digest(label)["sources"]}
        failed = {name for name, state in states.items() if state == "failed"}
        assert failed <= self.broken
        assert set(states.values()) <= {"complete", "failed", "skipped"}
        assert outcomes.collected.complete == (not failed)
        self.told.update(told_by(self.week, label))
        assert Counter() == self.told - self.expected, "told twice, or without cause"

    @rule()
    def the_run_is_repeated_at_once(self) -> None:
        assert self.week.run(weeks=1 / 168).told.label is None

    def teardown(self) -> None:
        if hasattr(self, "week"):
            self.every_source_is_mended()
            self.a_week_passes()
            self.a_week_passes()
            assert Counter() == self.expected - self.told, "lost"
        self.open.close()


def _any_weeks(examples: int) -> None:
    run_state_machine_as_test(
        Weeks,
        settings=settings(
            max_examples=examples,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_happens_nothing_is_lost_and_nothing_is_told_twice() -> None:
    _any_weeks(4)


@pytest.mark.long
def test_whatever_happens_five_hundred_times_nothing_is_lost_and_nothing_is_told_twice() -> None:
    _any_weeks(500)
