"""A fault of a service makes its source fail, whatever the fault, and leaves no trace once it is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from faults import faults
from litwatch.config import Config, Secrets
from litwatch.configfile import load
from litwatch.demo.ctis_trial import ctis_trial
from litwatch.demo.deposit import deposit
from litwatch.demo.exchange import Reply, Request
from litwatch.demo.isrctn_trial import isrctn
from litwatch.demo.registration import trial
from litwatch.demo.server import SERVICES, LoopbackServer, Script
from litwatch.demo.work import work
from litwatch.demo.world import WEEK_TWO, World, article
from litwatch.errors import SourceError
from litwatch.model import Answer, Citation, Identifier, Known
from litwatch.sources import SOURCES
from litwatch.sources.http import Transport
from weeks import STEADY

WORLD = World(
    articles=(article(1, "Ketamine in migraine", doi="10.99999/w1"), article(2, "Ketamine in migraine")),
    trials=(trial("NCT00000001", "Ketamine in migraine", first_posted="2024-01-01"),),
    deposits=(deposit("PPR1", "Ketamine in migraine", doi="10.99999/p1"),),
    isrctn=(isrctn("ISRCTN12345671", "Ketamine in migraine"),),
    ctis=(ctis_trial("2024-512310-18-00", "Ketamine in migraine"),),
    works=(work("10.99999/w1"),),
)
CASES = [
    pytest.param(service, path, script, id=f"{service}: {name}")
    for service in SERVICES
    for name, (path, script) in faults(service).items()
]


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(WORLD) as running:
        yield running


@pytest.fixture(scope="module")
def config(server: LoopbackServer) -> Config:
    shipped = load(Path(__file__).parent.parent / "config.yaml", {}).config
    here = {name: getattr(shipped.sources, name).model_copy(update={"url": server.url(name)}) for name in SERVICES}
    return shipped.model_copy(update={"sources": shipped.sources.model_copy(update=here)})


# Crossref is asked for what is known.
DOI = Identifier(kind="doi", value="10.99999/w1")
KNOWN = Known(
    record=Citation(source="known", key="1", kind="article", title="A", url="", identifiers=(DOI,)), report_id="known:1"
)


def census(config: Config, service: str) -> Answer:
    with Transport(contact="test@example.org", timing=STEADY) as transport:
        return SOURCES[service](config, Secrets(), transport).census([KNOWN], WEEK_TWO)


def test_thirty_faults_are_committed_by_every_service() -> None:
    assert dict.fromkeys(SERVICES, True) == {service: len(faults(service)) >= 30 for service in SERVICES}


def marked(_request: Request, genuine: Reply) -> Reply:
    """Put a byte order mark before the body, as a proxy of another system may."""
    return replace(genuine, body=b"\xef\xbb\xbf" + genuine.body)


def of_another_year(_request: Request, genuine: Reply) -> Reply:
    """Name the document type of a year to come, as every January does."""
    return replace(genuine, body=genuine.body.replace(b"pubmed_250101", b"pubmed_990101"))


QUIRKS = [*(pytest.param(service, marked, id=f"{service}: a byte order mark") for service in SERVICES)]
QUIRKS += [pytest.param("pubmed", of_another_year, id="pubmed: next year's document type")]


@pytest.mark.parametrize(("service", "script"), QUIRKS)
def test_a_quirk_that_takes_nothing_from_the_answer_costs_nothing(
    server: LoopbackServer, config: Config, service: str, script: Script
) -> None:
    server.clear()
    plain = census(config, service)
    server.interpose(service, script)
    assert plain == census(config, service)
    server.clear()


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
