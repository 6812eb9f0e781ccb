"""Europe PMC: cursors, errors under HTTP 200, versions of one preprint, and every recorded answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from golden import agrees, cases
from litwatch.demo.deposit import Deposit, deposit
from litwatch.demo.exchange import Reply, Request
from litwatch.demo.server import LoopbackServer
from litwatch.demo.world import World
from litwatch.errors import SourceError, SourceUnavailable, UnexpectedAnswer
from litwatch.model import Known
from litwatch.sources.europepmc import EuropePmc
from litwatch.sources.europepmc_record import parse_result
from litwatch.sources.expect import Unbelieved
from litwatch.sources.http import Transport
from weeks import MONDAY, STEADY, Week

TEXT = "Ketamine was given for migraine."


def preprint(number: int, **more: Any) -> Deposit:
    return deposit(f"PPR{number}", "Ketamine in migraine", abstract=TEXT, doi=f"10.99999/rs.{number}/v1", **more)


def adapter(server: LoopbackServer, folder: Path, citing: tuple[int, ...] = ()) -> EuropePmc:
    watch = Week(folder, server, None, ["europepmc"]).watch
    ours = watch.config.sources.europepmc.model_copy(update={"citing": citing})
    sources = watch.config.sources.model_copy(update={"europepmc": ours})
    return EuropePmc(watch.config.model_copy(update={"sources": sources}), watch.secrets, Transport(timing=STEADY))


def kept(source: EuropePmc) -> list[Known]:
    return [Known(record=one, report_id=f"europepmc:{one.key}") for one in source.census([], MONDAY).records]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[LoopbackServer, EuropePmc]]:
    with LoopbackServer(World(deposits=tuple(preprint(number) for number in (1, 2, 3))), now=MONDAY) as server:
        yield server, adapter(server, tmp_path)


@pytest.mark.parametrize("case", cases("europepmc", ".json"), ids=lambda path: path.stem)
def test_a_record_is_read_whole(case: Path, update_golden: bool) -> None:  # noqa: FBT001  # a fixture
    read = parse_result(json.loads(case.read_text(encoding="utf-8")))

    agrees(read, case, update=update_golden)
    assert "example.org;" not in repr(read)
    assert "jane@" not in repr(read)


@pytest.mark.parametrize("result", [None, [], "x", {}, {"id": "1"}, {"source": "MED", "id": 7}, {"source": {}}])
def test_what_is_no_record_is_refused(result: object) -> None:
    with pytest.raises(Unbelieved):
        parse_result(result)


@pytest.mark.shared
def test_every_recorded_answer_is_read_without_loss(shared: Path) -> None:
    count = 0
    for path in sorted((shared / "data/recordings/europepmc").rglob("*.json")):
        for result in json.loads(path.read_text(encoding="utf-8"))["resultList"]["result"]:
            read = parse_result(result)
            named = {one.kind: one.value for one in read.identifiers}
            assert f"{result['source']}:{result['id']}" == read.key or result["source"] == "PPR"
            assert result.get("pmid") == named.get("pmid")
            assert result.get("doi", "").casefold() == named.get("doi", "")
            assert ("pmcid" in named) == ("pmcid" in result)
            assert read.title
            assert len(result.get("authorList", {}).get("author", read.authors)) == len(read.authors)
            assert len(result.get("pubTypeList", {}).get("pubType", [])) == len(read.publication_types)
            assert len(result.get("meshHeadingList", {}).get("meshHeading", [])) == len(read.mesh)
            assert len(result.get("keywordList", {}).get("keyword", [])) == len(read.keywords)
            pointers = result.get("commentCorrectionList", {}).get("commentCorrection", [])
            assert len(pointers) == len(read.corrections)
            assert bool(result.get("abstractText")) == bool(read.abstract)
            assert not re.search(r"</?(h4|i|b|sub|sup|p)>", read.abstract_text)
            if result.get("isOpenAccess") == "Y":
                assert read.free_full_text.startswith("https://")
            count += 1
    assert count >= 150


@pytest.mark.shared
def test_the_test_server_answers_in_the_recorded_shape(shared: Path, small: tuple[LoopbackServer, EuropePmc]) -> None:
    server, _ = small
    base = shared / "data/recordings/europepmc/pyEuropePMC"
    recorded = json.loads((base / "search_cancer_core.json").read_text(encoding="utf-8"))
    empty = json.loads((base / "search_no_results.json").read_text(encoding="utf-8"))

    def ask(query: str, size: int) -> dict[str, Any]:
        form = {"query": query, "format": "json", "resultType": "core", "pageSize": str(size)}
        answer: dict[str, Any] = requests.post(server.url("europepmc") + "searchPOST", data=form, timeout=10).json()
        return answer

    first = ask("ketamine", 2)
    assert set(first) == set(recorded) - {"nextPageUrl"}  # which the service leaves out of answers to a POST
    assert set(first["request"]) == set(recorded["request"])
    assert set(ask("nothing", 25)) == set(empty)
    known = {name for result in recorded["resultList"]["result"] for name in result} | {
        "versionNumber",
        "bookOrReportDetails",
    }
    assert {name for result in first["resultList"]["result"] for name in result} <= known
    fits = ask("ketamine", 3)
    assert "nextCursorMark" not in fits


def test_the_cursor_is_walked_to_its_end(tmp_path: Path) -> None:
    with LoopbackServer(World(deposits=tuple(preprint(number) for number in range(2000))), now=MONDAY) as server:
        answer = adapter(server, tmp_path).census([], MONDAY)

        assert (2000, 2000, 2) == (answer.hits, len(answer.records), answer.requests)
        assert ["*", "*"] != [request.get("cursorMark") for request in server.asked("europepmc")]


def test_all_versions_of_a_preprint_are_one_record_and_the_latest_speaks(tmp_path: Path) -> None:
    versions = tuple(
        deposit(f"PPR{at}", f"Ketamine in migraine, version {at}", doi=f"10.21203/rs.3.rs-77/v{at}", version=at)
        for at in (2, 1, 3)
    )
    with LoopbackServer(World(deposits=versions), now=MONDAY) as server:
        answer = adapter(server, tmp_path).census([], MONDAY)

    assert ["PPR:10.21203/rs.3.rs-77"] == [record.key for record in answer.records]
    assert "version 3" in answer.records[0].title


def test_what_pubmed_holds_is_left_to_pubmed(tmp_path: Path) -> None:
    journal = deposit("1", "Ketamine in migraine", database="MED", abstract=TEXT, pmid="1")
    only = deposit("PMC2", "Ketamine in migraine", database="PMC", abstract=TEXT, pmcid="PMC2")
    with LoopbackServer(World(deposits=(journal, only)), now=MONDAY) as server:
        answer = adapter(server, tmp_path).census([], MONDAY)

    assert frozenset({"PMC:PMC2"}) == answer.matched


def test_papers_that_cite_a_followed_study_are_found_and_say_so(tmp_path: Path) -> None:
    citing = deposit("9", "A review of infusions", database="MED", pmid="9", cites=[29449018])
    with LoopbackServer(World(deposits=(citing, preprint(1))), now=MONDAY) as server:
        off = adapter(server, tmp_path).census([], MONDAY)
        answer = adapter(server, tmp_path, citing=(29449018,)).census([], MONDAY)

    assert "MED:9" not in off.matched
    assert {"MED:9", "PPR:10.99999/rs.1"} == answer.matched
    assert (("MED:9", "Found because it cites PMID 29449018."),) == answer.how


def test_a_known_record_is_read_again_filed_elsewhere_or_gone(tmp_path: Path) -> None:
    early = deposit("PMC5", "Ketamine in migraine", database="PMC", pmcid="PMC5", until="2026-11-10")
    later = deposit("500", "Ketamine in migraine", database="MED", pmid="500", pmcid="PMC5", since="2026-11-10")
    gone = preprint(7, until="2026-11-10")
    renamed = preprint(8, until="2026-11-10")
    other = deposit("PPR8", "A title of another topic", doi="10.99999/rs.8/v1", since="2026-11-10")
    with LoopbackServer(World(deposits=(preprint(1), early, later, gone, renamed, other)), now=MONDAY) as server:
        source = adapter(server, tmp_path)
        known = kept(source)
        server.now = MONDAY.replace(day=16)
        answer = source.census(known, server.now)

    assert frozenset({"PPR:10.99999/rs.7"}) == answer.gone
    assert frozenset({"PMC:PMC5"}) == answer.unread
    assert "A title of another topic" in {record.title for record in answer.records}
    assert "PPR:10.99999/rs.8" not in answer.matched


def altered(**given: object) -> Any:
    def script(_request: Request, genuine: Reply) -> Reply:
        return replace(genuine, body=json.dumps(json.loads(genuine.body) | given).encode())

    return script


def twice(request: Request, _genuine: Reply) -> Reply:
    """Answer one page under ever new cursors."""
    page = [{"id": f"PPR{number}", "source": "PPR", "title": "Ketamine"} for number in (1, 2, 3)]
    content = {"hitCount": 6, "nextCursorMark": f"{request.get('cursorMark')}A", "resultList": {"result": page}}
    return Reply(body=json.dumps(content).encode())


UNBELIEVABLE = {
    "an error with 200": Reply(body=b'{"errCode":404,"errMsg":"no such query"}'),
    "an error with 200 as XML": Reply(body=b"<errorBean><errCode>0</errCode></errorBean>", type="application/xml"),
    "a total that is not reached": altered(hitCount=9),
    "a total that is text": altered(hitCount="3"),
    "no list": altered(resultList={}),
    "a list that is none": altered(resultList={"result": "none"}),
    "an empty page with a total": altered(resultList={"result": []}),
    "one page for every cursor": twice,
}


@pytest.mark.parametrize("name", UNBELIEVABLE)
def test_an_answer_that_cannot_be_right_is_not_believed(small: tuple[LoopbackServer, EuropePmc], name: str) -> None:
    server, source = small
    server.interpose("europepmc", UNBELIEVABLE[name])

    with pytest.raises(UnexpectedAnswer):
        source.census([], MONDAY)


def test_maintenance_is_told_as_such(small: tuple[LoopbackServer, EuropePmc]) -> None:
    server, source = small
    server.interpose("europepmc", Reply(status=503, body=b"<html>Maintenance</html>", type="text/html"))

    with pytest.raises(SourceUnavailable, match="503"):
        source.census([], MONDAY)


def test_a_repeated_cursor_ends_the_walk(small: tuple[LoopbackServer, EuropePmc]) -> None:
    server, source = small
    server.interpose("europepmc", altered(nextCursorMark="*"))

    assert (3, 1) == ((answer := source.census([], MONDAY)).hits, answer.requests)


def test_one_record_that_cannot_be_read_costs_nothing_of_the_others(small: tuple[LoopbackServer, EuropePmc]) -> None:
    server, source = small

    def spoil(_request: Request, genuine: Reply) -> Reply:
        content = json.loads(genuine.body)
        del content["resultList"]["result"][1]["id"]
        return replace(genuine, body=json.dumps(content).encode())

    server.interpose("europepmc", spoil)
    answer = source.census([], MONDAY)

    assert (2, 1, 3) == (len(answer.records), len(answer.unreadable), answer.hits)


def test_a_query_that_is_refused_is_an_error_and_not_an_empty_set(small: tuple[LoopbackServer, EuropePmc]) -> None:
    server, source = small
    source._main = "((ketamine"  # noqa: SLF001  # a native query may be broken like this

    with pytest.raises(SourceError, match="Europe PMC reports error 404"):
        source.search()
    assert len(server.asked("europepmc")) >= 1


def test_a_steady_week_of_two_hundred_records_takes_one_request(tmp_path: Path) -> None:
    with LoopbackServer(World(deposits=tuple(preprint(number) for number in range(200))), now=MONDAY) as server:
        source = adapter(server, tmp_path)
        known = kept(source)

        assert 1 == source.census(known, MONDAY).requests
