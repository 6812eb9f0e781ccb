"""Whatever a source fails of, the week costs nothing of the others, says so, and is made up for once it is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from faults import NOWHERE, SLOW, faults
from happenings import BEFORE, CHANGING, HOLDERS, Told, appears, changes, day_of, report_of, told_by, world_of
from litwatch.demo.server import Script
from litwatch.sources import SOURCES
from weeks import BRISK, EVERY_SERVICE, STEADY, Week, a_watch

W47, W48, W49 = "2026-W47", "2026-W48", "2026-W49"
KNOWN = {service: number for number, service in enumerate(HOLDERS, start=1)} | {"crossref": 1}
FRESH = {service: number for number, service in enumerate(HOLDERS, start=11)}
WORLD = world_of(
    [
        happening
        for service in EVERY_SERVICE
        for happening in (
            *(appears(service, KNOWN[service], BEFORE) if service in HOLDERS else ()),
            *(appears(service, FRESH[service], day_of(1)) if service in HOLDERS else ()),
            *(changes(service, KNOWN[service], BEFORE, day_of(1)) if service in CHANGING else ()),
        )
    ]
)


def news(service: str) -> set[Told]:
    """Return what one source has to tell in the second week."""
    told = set()
    if service in HOLDERS:
        told.add(Told(report_id=report_of(service, FRESH[service]), standing="new"))
    if service in CHANGING:
        standing = "notice" if service == "crossref" else "changed"
        told.add(Told(report_id=report_of(service, KNOWN[service]), standing=standing))
    return told


# Of each sort of fault one, so that each service commits several in the ordinary suite; `make test-long` has them all.
SAMPLE = {
    "503 for maintenance",
    "a total that is not reached",
    "XML that ends after its prolog",
    "fewer ids than counted",
    "a trial that is a page of HTML",
    "works that nobody asked for",
    "everything, since the filter was dropped",
    "clinicaltrials: a redirect into the cloud",
    "europepmc: a connection cut in the middle",
    "isrctn: a byte that is no character",
    "crossref: gzip without its end",
    "ctis: a host that takes the connection and no more",
    "pubmed: a certificate that nobody vouches for",
    "europepmc: a host that no name server knows",
}
Fault = tuple[str, Script] | Callable[[], AbstractContextManager[str]]


def cases() -> list[Any]:
    every: list[tuple[str, str, Fault]] = []
    for service in EVERY_SERVICE:
        every += [(service, name, fault) for name, fault in faults(service).items()]
        every += [(service, name, ("", script)) for name, script in SLOW.items()]
        every += [(service, name, place) for name, place in NOWHERE.items()]
    return [
        pytest.param(
            service,
            fault,
            id=f"{service}: {name}",
            marks=[] if {name, f"{service}: {name}"} & SAMPLE else pytest.mark.long,
        )
        for service, name, fault in every
    ]


@pytest.mark.parametrize(("service", "fault"), cases())
def test_one_source_failing_costs_nothing_of_the_others_and_is_caught_up(
    tmp_path: Path, service: str, fault: Fault
) -> None:
    with a_watch(tmp_path, WORLD, mail=False, services=EVERY_SERVICE) as week:
        assert week.run().complete
        before = held(week, service)
        with commit(week, service, fault):
            assert not week.run(weeks=1).complete

        others = [name for name in EVERY_SERVICE if name != service]
        assert {service: "failed"} | dict.fromkeys(others, "complete") == states(week, W47)
        assert set().union(*(news(name) for name in others)) == set(told_by(week, W47))
        assert before == held(week, service)
        text = " ".join((tmp_path / "out" / W47 / "digest.txt").read_text(encoding="utf-8").split())
        assert f"{SOURCES[service].platform} could not be searched: {service}: " in text
        assert "Last complete search: Monday 9 November 2026" in text

        assert week.run(weeks=1).complete
        assert sorted(news(service), key=repr) == sorted(told_by(week, W48), key=repr)
        week.run(weeks=1)
        assert [] == told_by(week, W49)


@contextmanager
def commit(week: Week, service: str, fault: Fault) -> Iterator[None]:
    """Have a service commit a fault inside the block."""
    if isinstance(fault, tuple):
        path, script = fault
        week.server.interpose(service, script, path=path)
        week.timing = BRISK if script in SLOW.values() else STEADY
        yield
        week.server.clear()
        return
    with fault() as address:
        week.send_elsewhere(service, address)
        week.timing = BRISK
        yield
    week.send_elsewhere(service, None)


def held(week: Week, service: str) -> list[str]:
    with week.store() as store:
        return [repr(known.record) for known in store.known() if known.record.source == service]


def states(week: Week, label: str) -> dict[str, str]:
    return {source["source"]: source["state"] for source in week.digest(label)["sources"] if source["hits"] is not None}
