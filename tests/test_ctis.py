"""EU CTIS: pages from 1, two meanings of a status, resubmissions, two structures, unknown numbers answered with {}."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from golden import agrees, cases
from litwatch.demo.ctis_trial import CtisTrial, ctis_trial
from litwatch.demo.exchange import Reply, Request
from litwatch.demo.server import LoopbackServer
from litwatch.demo.world import World
from litwatch.errors import SourceRefused, UnexpectedAnswer
from litwatch.model import Known
from litwatch.sources.ctis import Ctis
from litwatch.sources.ctis_trial import day_first, parse_overview, parse_trial
from litwatch.sources.expect import Unbelieved
from litwatch.sources.http import Transport
from weeks import MONDAY, STEADY, Week

LATER = MONDAY.replace(day=16)


def trial(number: int, version: int = 0, title: str = "Ketamine in migraine", **more: Any) -> CtisTrial:
    return ctis_trial(f"2024-{number:06d}-18-{version:02d}", title, **more)


def adapter(server: LoopbackServer, folder: Path) -> Ctis:
    watch = Week(folder, server, None, ["ctis"]).watch
    return Ctis(watch.config, watch.secrets, Transport(timing=STEADY))


def kept(source: Ctis) -> list[Known]:
    return [Known(record=one, report_id=f"ctis:{one.key}") for one in source.census([], MONDAY).records]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[LoopbackServer, Ctis]]:
    with LoopbackServer(World(ctis=tuple(trial(number) for number in (1, 2, 3))), now=MONDAY) as server:
        yield server, adapter(server, tmp_path)


@pytest.mark.parametrize("case", cases("ctis", ".json"), ids=lambda path: path.stem)
def test_a_trial_is_read_whole_and_without_its_contacts(case: Path, update_golden: bool) -> None:  # noqa: FBT001  # a fixture
    content = json.loads(case.read_text(encoding="utf-8"))
    read = parse_trial(content["detail"], parse_overview(content["line"]))

    agrees(read, case, update=update_golden)
    assert "Roe" not in repr(read)
    assert "example.org" not in repr(read)


@pytest.mark.parametrize("line", [None, [], {}, {"ctNumber": "2024-512310-18"}, {"ctNumber": 7}])
def test_what_is_no_line_of_a_search_is_refused(line: object) -> None:
    with pytest.raises(Unbelieved):
        parse_overview(line)


DAYS = {"05/06/2024": "2024-06-05", "31/12/2026": "2026-12-31", "12/31/2026": None, "2026-10-04": None, "": None}


@pytest.mark.parametrize("text", DAYS)
def test_days_come_before_months(text: str) -> None:
    read = day_first(text)
    assert DAYS[text] == (read.value if read else None)


@pytest.mark.shared
def test_every_recorded_trial_is_read_without_loss(shared: Path) -> None:
    folder = shared / "data/recordings/ctis"
    for path in sorted((folder / "ctrdata").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        parts = [content.get("authorizedApplication", {}).get("authorizedPartI"), content.get("authorizedPartI")]
        part = next(one for one in parts if one)
        line = {name: content.get(name) for name in ("ctNumber", "trialPhase", "lastPublicationUpdate", "lastUpdated")}
        read = parse_trial(content, parse_overview(line))
        named = [one for one in part["products"] if read.interventions]
        plan = part["trialDetails"]["trialInformation"]["endPoint"]
        eudract = (content.get("authorizedApplication", {}).get("eudraCt") or content.get("eudraCtInfo") or {}).get(
            "eudraCtCode"
        )
        assert content["ctNumber"][:-3] == read.key
        assert read.title
        assert read.eligibility
        assert len(named) == len(read.interventions)
        assert len(plan["primaryEndPoints"]) == len(read.primary_outcomes)
        assert len(plan["secondaryEndPoints"]) == len(read.secondary_outcomes)
        assert len({one["medicalCondition"] for one in part["medicalConditions"]}) == len(read.conditions)
        assert not eudract or eudract in {one.value for one in read.secondary_ids}
        assert not any("@" in text for text in (read.summary, read.eligibility, repr(read)))


@pytest.mark.shared
def test_every_recorded_line_of_a_search_is_read(shared: Path) -> None:
    folder = shared / "data/recordings/ctis"
    lines = json.loads((folder / "ctreg/search.json").read_text(encoding="utf-8"))["data"]
    lines.append(json.loads((folder / "gregory/search_record_2025-523726-40-00.json").read_text(encoding="utf-8")))
    for line in lines:
        read = parse_overview(line)
        day, month, year = line["lastPublicationUpdate"].split("/")
        assert (line["ctNumber"], f"{year}-{month}-{day}") == (read.number, read.moved)
        assert line["ctTitle"].split()[-1] in read.text


@pytest.mark.shared
def test_the_test_server_answers_in_the_recorded_shape(shared: Path, small: tuple[LoopbackServer, Ctis]) -> None:
    server, _ = small
    url = server.url("ctis")
    recordings = shared / "data/recordings"
    recorded = json.loads((recordings / "ctis/ctreg/search.json").read_text(encoding="utf-8"))
    asked = {"pagination": {"page": 1, "size": 2}, "searchCriteria": {"containAll": "ketamine"}}
    ours = requests.post(f"{url}search", json=asked, timeout=10).json()
    assert set(recorded) == set(ours)
    assert set(recorded["pagination"]) == set(ours["pagination"])
    assert set(ours["data"][0]) <= {name for line in recorded["data"] for name in line}
    assert {type(recorded["data"][0][name]) for name in ours["data"][0]} == {type(v) for v in ours["data"][0].values()}

    refused = requests.get(f"{url}search", timeout=10)
    body = (recordings / "errors/ctis_get_search_http403.json").read_text(encoding="utf-8")
    assert (403, json.loads(body)) == (refused.status_code, refused.json())
    unknown = requests.get(f"{url}retrieve/2099-000000-00-00", timeout=10)
    body = (recordings / "errors/ctis_retrieve_unknown_http200.json").read_text(encoding="utf-8")
    assert (200, json.loads(body)) == (unknown.status_code, unknown.json())


def test_page_zero_and_missing_criteria_find_nothing_as_with_the_portal(small: tuple[LoopbackServer, Ctis]) -> None:
    server, _ = small
    for asked in (
        {"pagination": {"page": 0, "size": 10}, "searchCriteria": {"containAll": "ketamine"}},
        {"pagination": {"page": 1}},
    ):
        answer = requests.post(f"{server.url('ctis')}search", json=asked, timeout=10).json()
        assert 0 == answer["pagination"]["totalRecords"]


def test_every_request_is_a_post_from_page_one_with_criteria(tmp_path: Path) -> None:
    with LoopbackServer(World(ctis=tuple(trial(number) for number in range(250))), now=MONDAY) as server:
        answer = adapter(server, tmp_path).search()

        assert 250 == answer.hits
        asked = [json.loads(request.body) for request in server.asked("ctis", "search")]
        assert [1, 2, 3] == [one["pagination"]["page"] for one in asked]
        assert {100} == {one["pagination"]["size"] for one in asked}
        assert {"ketamine"} == {one["searchCriteria"]["containAll"] for one in asked}


def test_only_trials_that_name_the_condition_as_well_are_meant(tmp_path: Path) -> None:
    other = trial(9, title="Ketamine in depression", conditions=["Depression"])
    with LoopbackServer(World(ctis=(trial(1), other)), now=MONDAY) as server:
        answer = adapter(server, tmp_path).census([], MONDAY)

        assert frozenset({"2024-000001-18"}) == answer.matched
        assert 1 == len(server.asked("ctis", "retrieve"))


def test_a_resubmission_is_the_same_trial(tmp_path: Path) -> None:
    again = trial(1, 1, title="Ketamine in migraine, second application", since="2026-11-10")
    with LoopbackServer(World(ctis=(trial(1), again)), now=MONDAY) as server:
        source = adapter(server, tmp_path)
        known = kept(source)
        server.now = LATER
        answer = source.census(known, LATER)

    assert ["2024-000001-18"] == [record.key for record in answer.records]
    assert "2024-000001-18-01" == answer.records[0].identifiers[0].value
    assert frozenset() == answer.gone


def test_the_status_is_the_public_one(tmp_path: Path) -> None:
    with LoopbackServer(World(ctis=(trial(1, status=4),)), now=MONDAY) as server:
        answer = adapter(server, tmp_path).census([], MONDAY)

    assert ["Ongoing, recruiting"] == [record.status for record in answer.records]


def test_only_what_moved_is_retrieved(tmp_path: Path) -> None:
    published = trial(2, updated="2026-11-12", since="2026-11-12")
    halted = trial(3, status=6, since="2026-11-12")  # nothing was published
    with LoopbackServer(World(ctis=(trial(1), trial(2), trial(3), published, halted)), now=MONDAY) as server:
        source = adapter(server, tmp_path)
        known = kept(source)
        server.now = LATER
        answer = source.census(known, LATER)

    assert frozenset({"2024-000001-18"}) == answer.unread
    assert ["2024-000002-18", "2024-000003-18"] == [record.key for record in answer.records]


def test_known_trials_that_no_search_finds_are_gone_only_if_the_registry_denies_them(tmp_path: Path) -> None:
    retitled = trial(
        2,
        title="Another topic",
        conditions=["Gout"],
        product="X",
        substance="x",
        updated="2026-11-10",
        since="2026-11-10",
    )
    world = World(ctis=(trial(1), trial(2), retitled, trial(3, until="2026-11-10"), trial(4)))
    with LoopbackServer(world, now=MONDAY) as server:
        source = adapter(server, tmp_path)
        known = kept(source)
        server.now = LATER

        def hide(_request: Request, genuine: Reply) -> Reply:
            content = json.loads(genuine.body)
            content["data"] = [line for line in content["data"] if line["ctNumber"] != "2024-000004-18-00"]
            content["pagination"]["totalRecords"] = len(content["data"])
            return replace(genuine, body=json.dumps(content).encode())

        server.interpose("ctis", hide, path="search")
        answer = source.census(known, LATER)

    assert frozenset({"2024-000003-18"}) == answer.gone
    assert "2024-000004-18" in answer.unread
    assert frozenset({"2024-000001-18"}) == answer.matched
    assert "Another topic" in {record.title for record in answer.records}


def page(total: int, numbers: tuple[str, ...], **more: Any) -> Reply:
    content = {
        "pagination": {"totalRecords": total, "nextPage": False} | more,
        "data": [{"ctNumber": number, "ctTitle": "Ketamine in migraine"} for number in numbers],
    }
    return Reply(body=json.dumps(content).encode())


TWO = ("2024-000001-18-00", "2024-000002-18-00")
UNBELIEVABLE = {
    "a total that is not reached": page(5, TWO),
    "a total that is text": page(2, TWO, totalRecords="2"),
    "a trial that comes twice in place of another": page(3, (*TWO, TWO[0])),
    "more than the portal gives out": page(10_000, TWO),
    "a page for ever": page(2, TWO, totalRecords=9, nextPage=True),
    "no pagination": Reply(body=b'{"data": []}'),
    "no data": Reply(body=b'{"pagination": {"totalRecords": 0}}'),
    "a page of the gateway": Reply(body=b"<html>Gateway</html>", type="text/html"),
}


@pytest.mark.parametrize("name", UNBELIEVABLE)
def test_an_answer_that_cannot_be_right_is_not_believed(small: tuple[LoopbackServer, Ctis], name: str) -> None:
    server, source = small
    server.interpose("ctis", UNBELIEVABLE[name], path="search")

    with pytest.raises(UnexpectedAnswer):
        source.census([], MONDAY)


def test_a_refused_search_is_an_error_and_not_an_empty_set(small: tuple[LoopbackServer, Ctis]) -> None:
    server, source = small
    server.interpose("ctis", Reply(status=403, body=b'{"message":"Missing Authentication Token"}'), path="search")

    with pytest.raises(SourceRefused, match="403"):
        source.census([], MONDAY)


@pytest.mark.parametrize(
    "answer",
    [
        Reply(body=b"{}"),
        Reply(status=404, body=b"not found", type="text/plain"),
        Reply(status=400, body=b"{}"),
        Reply(body=b'{"ctNumber": "2024-000002-18-00"}'),
    ],
    ids=["an empty object", "404", "400", "another trial"],
)
def test_one_trial_that_cannot_be_read_costs_nothing_of_the_others(
    small: tuple[LoopbackServer, Ctis], answer: Reply
) -> None:
    server, source = small
    server.interpose("ctis", answer, path="retrieve/2024-000001")
    read = source.census([], MONDAY)

    assert (3, 2, ["2024-000001-18-00"]) == (read.hits, len(read.records), [one.key for one in read.unreadable])


def test_a_steady_week_of_sixty_trials_takes_one_request(tmp_path: Path) -> None:
    with LoopbackServer(World(ctis=tuple(trial(number) for number in range(60))), now=MONDAY) as server:
        source = adapter(server, tmp_path)
        known = kept(source)

        assert 1 == source.census(known, MONDAY).requests
