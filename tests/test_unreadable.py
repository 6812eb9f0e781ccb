"""A trial that EU CTIS lists and cannot give in full: said so, retried, and told once when it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from happenings import BEFORE, Told, appears, changes, day_of, report_of, told_by, world_of
from litwatch.demo.exchange import Reply
from litwatch.health import judge
from litwatch.model import Answer, SearchRun, Unreadable
from test_cli import litwatch_
from weeks import EVERY_SERVICE, MONDAY, Week, a_watch

W47, W48, W49 = "2026-W47", "2026-W48", "2026-W49"
LISTED = Reply(status=404, body=b"not found", type="text/plain")
WORLD = world_of(
    [
        *(record for number in (1, *range(11, 16)) for record in appears("ctis", number, BEFORE)),
        *changes("ctis", 1, BEFORE, day_of(1)),
        *(record for number in (2, 3) for record in appears("ctis", number, day_of(1))),
        *appears("ctis", 4, day_of(2)),
    ]
)
CHANGED = Told(report_id=report_of("ctis", 1), standing="changed")
NEW = {number: Told(report_id=report_of("ctis", number), standing="new") for number in (2, 3, 4)}


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with a_watch(tmp_path, WORLD, mail=False, services=EVERY_SERVICE) as watch:
        assert watch.run().complete
        yield watch


def withhold(week: Week, *numbers: int) -> None:
    for number in numbers:
        week.server.interpose("ctis", LISTED, path=f"retrieve/2024-{number:06d}")


def ctis(week: Week, label: str) -> tuple[str, str]:
    (receipt,) = [source for source in week.digest(label)["sources"] if source["source"] == "ctis"]
    return receipt["state"], " / ".join(receipt["warnings"])


def text(week: Week, label: str) -> str:
    return " ".join((week.folder / "out" / label / "digest.txt").read_text(encoding="utf-8").split())


@pytest.mark.parametrize("number", [1, 2], ids=["a known one that moved", "a new one"])
def test_one_is_a_warning_and_is_told_once_when_it_can_be_read(week: Week, number: int) -> None:
    withhold(week, number)
    assert week.run(weeks=1).complete

    state, warnings = ctis(week, W47)
    assert ("warnings", True) == (state, f"2024-{number:06d}-18-00 could not be read" in warnings)
    assert f"2024-{number:06d}-18-00 could not be read: listed, but answered with HTTP 404" in text(week, W47)
    now = {CHANGED, NEW[2], NEW[3]}
    later = CHANGED if number == 1 else NEW[number]
    assert now - {later} == set(told_by(week, W47))
    for command in ("check", "status"):
        assert f"2024-{number:06d}-18-00 could not be read" in litwatch_(command, folder=week.folder, weeks=1).stdout
    with week.store() as store:
        assert not [entry.record.key for entry in store.known() if entry.vanished]

    week.server.clear()
    assert week.run(weeks=1).complete
    assert {later, NEW[4]} == set(told_by(week, W48))
    week.run(weeks=1)
    assert [] == told_by(week, W49)


def test_several_are_suspect_once_and_then_cost_nothing_of_the_others(week: Week) -> None:
    withhold(week, 1, 2)
    assert not week.run(weeks=1).complete
    assert "suspect" == ctis(week, W47)[0]
    assert [] == told_by(week, W47)

    assert week.run(weeks=1).complete
    state, warnings = ctis(week, W48)
    assert ("warnings", True) == (state, "a second time, so the others are believed" in warnings)
    assert {NEW[3], NEW[4]} == set(told_by(week, W48))

    week.server.clear()
    assert week.run(weeks=1).complete
    assert sorted([CHANGED, NEW[2]], key=repr) == sorted(told_by(week, W49), key=repr)
    assert "complete" == ctis(week, W49)[0]


def test_the_greater_part_is_a_changed_format_and_stays_suspect() -> None:
    unreadable = tuple(Unreadable(key=str(number), reason="no title") for number in range(6))
    answer = Answer(records=(), matched=frozenset(), hits=10, unreadable=unreadable)
    state, warnings = judge(answer, None, None)
    before = SearchRun(
        source="ctis",
        platform="EU CTIS",
        interface="",
        query="ketamine",
        started=MONDAY,
        finished=MONDAY,
        state=state,
        warnings=warnings,
    )
    assert ("suspect", "suspect") == (state, judge(answer, None, before)[0])
