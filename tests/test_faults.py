"""A fault of a service makes its source fail, whatever the fault, and leaves no trace once it is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faults import ANY, CLINICALTRIALS, PUBMED
from litwatch.config import Config, Secrets
from litwatch.configfile import load
from litwatch.demo.server import SERVICES, LoopbackServer, Script
from litwatch.demo.world import WEEK_TWO, demo_world
from litwatch.errors import SourceError
from litwatch.model import Answer
from litwatch.sources import SOURCES
from litwatch.sources.http import Transport
from weeks import IMPATIENT

CASES = [
    pytest.param(service, path, script, id=f"{service}: {name}")
    for service, own in (("pubmed", PUBMED), ("clinicaltrials", CLINICALTRIALS))
    for name, (path, script) in ({name: ("", script) for name, script in ANY.items()} | dict(own)).items()
]


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(demo_world()) as running:
        yield running


@pytest.fixture(scope="module")
def config(server: LoopbackServer) -> Config:
    shipped = load(Path(__file__).parent.parent / "config.yaml", {}, built=SOURCES).config
    here = {name: getattr(shipped.sources, name).model_copy(update={"url": server.url(name)}) for name in SERVICES}
    return shipped.model_copy(update={"sources": shipped.sources.model_copy(update=here)})


def census(config: Config, service: str) -> Answer:
    with Transport(contact="test@example.org", timing=IMPATIENT) as transport:
        return SOURCES[service](config, Secrets(), transport).census((), WEEK_TWO)


@pytest.mark.parametrize(("service", "path", "script"), CASES)
def test_a_faulty_answer_is_never_believed(
    server: LoopbackServer, config: Config, service: str, path: str, script: Script
) -> None:
    server.clear()
    server.interpose(service, script, path=path)
    with pytest.raises(SourceError) as raised:
        census(config, service)
    assert raised.value.source == service
    assert "\n" not in str(raised.value)
    server.clear()
    assert census(config, service).matched
