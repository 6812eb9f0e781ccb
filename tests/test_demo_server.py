"""The loopback server: addresses, log, transmission, faults on demand, weeks."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from litwatch.demo.exchange import Reply, Request
from litwatch.demo.server import LoopbackServer
from litwatch.demo.world import WEEK_ONE, WEEK_TWO, World, article, demo_world
from loopback import ask, registry, search


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(demo_world()) as running:
        yield running


# --- the server


def test_the_addresses_end_as_the_real_ones_do(server: LoopbackServer) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/entrez/eutils/", server.url("pubmed"))
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api/v2/", server.url("clinicaltrials"))


def test_every_request_is_logged(server: LoopbackServer) -> None:
    search(server, "ketamine[tiab]", retmax="0")
    registry(server, "version")
    assert [(one.service, one.method, one.path) for one in server.requests] == [
        ("pubmed", "POST", "esearch.fcgi"),
        ("clinicaltrials", "GET", "version"),
    ]
    assert server.asked("pubmed")[0].get("term") == "ketamine[tiab]"


@pytest.mark.parametrize("service", ["pubmed", "clinicaltrials"])
def test_answers_are_gzipped_for_who_accepts_it(server: LoopbackServer, service: str) -> None:
    path = {"pubmed": "esearch.fcgi?db=pubmed&term=asthma", "clinicaltrials": "version"}[service]
    zipped = requests.get(server.url(service) + path, headers={"Accept-Encoding": "gzip"}, timeout=10)
    plain = requests.get(server.url(service) + path, headers={"Accept-Encoding": "identity"}, timeout=10)
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert zipped.content == plain.content


def test_a_path_of_no_service_is_not_found(server: LoopbackServer) -> None:
    assert requests.get(server.url("pubmed").replace("entrez", "nowhere"), timeout=10).status_code == 404


def test_closing_waits_for_nobody() -> None:
    session = requests.Session()

    def hang_up() -> None:
        with pytest.raises(requests.ConnectionError):
            registry(running)

    with LoopbackServer(World()) as running:
        running.interpose("clinicaltrials", Reply(delay_s=60), path="studies")
        session.get(running.url("clinicaltrials") + "version", timeout=10)  # kept alive
        waiting = threading.Thread(target=hang_up)
        waiting.start()
        while not running.asked("clinicaltrials", "studies"):
            time.sleep(0.005)
        begun = time.monotonic()
    waiting.join(5)
    session.close()
    assert time.monotonic() - begun < 5
    assert not waiting.is_alive()


# --- faults


def test_a_scripted_answer_is_given_as_often_as_asked_for(server: LoopbackServer) -> None:
    server.interpose("pubmed", Reply(status=503, body=b"down", type="text/html"), times=2)
    assert [ask(server, "esearch", term="asthma").status_code for _ in range(3)] == [503, 503, 200]


def test_a_scripted_answer_may_concern_one_path_only(server: LoopbackServer) -> None:
    server.interpose("pubmed", Reply(status=429, headers=(("Retry-After", "7"),)), path="efetch")
    assert ask(server, "esearch", term="asthma").status_code == 200
    assert ask(server, "efetch", id="23365053").headers["Retry-After"] == "7"
    server.clear()
    assert ask(server, "efetch", id="23365053").status_code == 200


def test_a_script_may_spoil_the_genuine_answer(server: LoopbackServer) -> None:
    def half(request: Request, genuine: Reply) -> Reply:
        return Reply(body=genuine.body[: len(genuine.body) // 2], type=genuine.type)

    whole = ask(server, "efetch", id="23365053", retmode="xml").content
    server.interpose("pubmed", half)
    assert ask(server, "efetch", id="23365053", retmode="xml").content == whole[: len(whole) // 2]


@pytest.mark.parametrize("cut_after", [-1, 0, 5])
def test_a_connection_can_be_cut(server: LoopbackServer, cut_after: int) -> None:
    server.interpose("pubmed", Reply(body=b"0123456789", cut_after=cut_after), times=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        ask(server, "esearch", term="asthma")
    assert ask(server, "esearch", term="asthma").status_code == 200


def test_a_service_can_be_taken_down_alone(server: LoopbackServer) -> None:
    server.take_down("pubmed")
    with pytest.raises(requests.ConnectionError):
        ask(server, "esearch", term="asthma")
    assert registry(server, "version").status_code == 200


def test_an_answer_can_be_slow(server: LoopbackServer) -> None:
    server.interpose("pubmed", Reply(body=b"01234", drip_s=0.02, delay_s=0.05))
    begun = time.monotonic()
    assert ask(server, "esearch", term="asthma").content == b"01234"
    assert time.monotonic() - begun >= 0.13


# --- weeks


def test_week_two_adds_and_changes_records(server: LoopbackServer) -> None:
    server.now = WEEK_ONE
    assert search(server, "99000002[uid]")["count"] == "0"
    before = ask(server, "efetch", id="99000001", retmode="xml").text
    server.now = WEEK_TWO
    assert search(server, "99000002[uid]")["count"] == "1"
    after = ask(server, "efetch", id="99000001", retmode="xml").text
    assert "Retracted Publication" not in before
    assert 'RefType="RetractionIn"' in after


def test_week_two_brings_the_registry_its_news(server: LoopbackServer) -> None:
    def facts(nct: str) -> tuple[str, bool]:
        study = registry(server, f"studies/{nct}").json()
        return study["protocolSection"]["statusModule"]["overallStatus"], study["hasResults"]

    server.now = WEEK_ONE
    assert facts("NCT05306899") == ("NOT_YET_RECRUITING", False)
    assert facts("NCT02697071") == ("COMPLETED", False)
    assert registry(server, "studies/NCT99000001").status_code == 404
    server.now = WEEK_TWO
    assert facts("NCT05306899") == ("RECRUITING", False)
    assert facts("NCT02697071") == ("COMPLETED", True)
    assert registry(server, "studies/NCT99000001").status_code == 200


def test_a_record_may_be_withdrawn() -> None:
    world = World(articles=(article(1, "Ketamine."), article(2, "Ketamine.", until="2026-11-10")))
    with LoopbackServer(world, WEEK_ONE) as server:
        assert search(server, "ketamine[ti]")["idlist"] == ["2", "1"]
        server.now = WEEK_TWO
        assert search(server, "ketamine[ti]")["idlist"] == ["1"]
