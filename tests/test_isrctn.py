"""ISRCTN: counted first, read whole, filters that are dropped, two formats, and no contact ever kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
from lxml import etree

from golden import agrees, cases
from litwatch.demo.exchange import Reply, Request
from litwatch.demo.isrctn_trial import IsrctnTrial, isrctn
from litwatch.demo.server import LoopbackServer
from litwatch.demo.world import World
from litwatch.errors import UnexpectedAnswer
from litwatch.model import Known
from litwatch.sources.expect import Unbelieved
from litwatch.sources.http import Transport
from litwatch.sources.isrctn import Isrctn
from litwatch.sources.isrctn_trial import NAMESPACE, parse_trial
from weeks import MONDAY, STEADY, Week, held

TODAY = date(2026, 11, 9)
FULL = f"{{{NAMESPACE}}}fullTrial"


def trial(number: int, **more: Any) -> IsrctnTrial:
    return isrctn(f"ISRCTN{number:08d}", "Ketamine in migraine", **more)


def adapter(server: LoopbackServer, folder: Path) -> Isrctn:
    watch = Week(folder, server, None, ["isrctn"]).watch
    return Isrctn(watch.config, watch.secrets, Transport(timing=STEADY))


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[LoopbackServer, Isrctn]]:
    with LoopbackServer(World(isrctn=tuple(trial(number) for number in range(1, 21))), now=MONDAY) as server:
        yield server, adapter(server, tmp_path)


@pytest.mark.parametrize("case", cases("isrctn", ".xml"), ids=lambda path: path.stem)
def test_a_trial_is_read_whole_and_without_its_contacts(case: Path, update_golden: bool) -> None:  # noqa: FBT001  # a fixture
    read = parse_trial(etree.parse(case).getroot().find(FULL), TODAY)

    agrees(read, case, update=update_golden)
    assert "@example.org" not in repr(read)
    assert "Somebody" not in repr(read)


def test_the_status_follows_the_dates() -> None:
    trial_of = {
        day: parse_trial(etree.parse(cases("isrctn", ".xml")[1]).getroot().find(FULL), day).status
        for day in (date(2019, 5, 7), date(2019, 9, 1), date(2026, 10, 1), date(2027, 1, 1))
    }
    assert ["Not yet recruiting", "Recruiting", "No longer recruiting", "Completed"] == list(trial_of.values())


@pytest.mark.parametrize(
    "xml",
    [
        f'<fullTrial xmlns="{NAMESPACE}"/>',
        f'<fullTrial xmlns="{NAMESPACE}"><trial/></fullTrial>',
        "<fullTrial><trial><isrctn>12345671</isrctn></trial></fullTrial>",
    ],
)
def test_what_is_no_trial_is_refused(xml: str) -> None:
    with pytest.raises(Unbelieved):
        parse_trial(etree.fromstring(xml), TODAY)


def rebuilt(content: dict[str, Any]) -> Any:
    """Build the XML back from a recording that was converted to JSON; attributes were lost in that conversion."""

    def add(parent: Any, name: str, value: Any) -> None:
        for one in value if isinstance(value, list) else [value]:
            child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
            if isinstance(one, dict):
                for inner, more in one.items():
                    add(child, inner, more)
            else:
                child.text = str(one)

    full = etree.Element(FULL)
    add(
        full, "trial", {name: value for name, value in content.items() if name not in {"ctrname", "record_last_import"}}
    )
    return full


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.shared
def test_every_recorded_trial_is_read_without_loss(shared: Path) -> None:
    folder = shared / "data/recordings/isrctn"
    count = 0
    for path in sorted((folder / "ctrdata").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        read = parse_trial(rebuilt(content), TODAY)
        participants, design = content["participants"], content["trialDesign"]
        assert f"ISRCTN{content['isrctn']}" == read.key
        assert " ".join(content["trialDescription"]["title"].split()) == read.title
        assert read.status
        assert read.start is not None
        assert design["overallEndDate"][:10] == (read.completion.value if read.completion else "")
        assert read.enrolment is not None
        assert set(listed(participants["recruitmentCountries"]["country"])) == set(read.countries)
        assert len(listed(content["interventions"]["intervention"])) == len(read.interventions)
        assert len(listed(content["conditions"]["condition"])) == len(read.conditions)
        assert read.primary_outcomes
        assert "@" not in read.summary
        count += 1
    raw = etree.parse(folder / "raw/query-default_ISRCTN15873887.xml").getroot()
    read = parse_trial(raw.find(FULL), TODAY)
    assert ("ISRCTN15873887", "No longer recruiting", 35, ("Phase III",)) == (
        read.key, read.status, read.enrolment, read.phases,
    )  # fmt: skip
    assert {"CIV-ID 23-12-045096", "RAS01-M045A"} == {one.value for one in read.secondary_ids}
    assert "redacted" not in repr(read).lower()
    assert count == 9


@pytest.mark.shared
def test_the_recorded_roots_are_told_apart(shared: Path, small: tuple[LoopbackServer, Isrctn]) -> None:
    server, source = small
    folder = shared / "data/recordings/isrctn/raw"
    server.interpose("isrctn", Reply(body=(folder / "count-default.xml").read_bytes(), type="text/xml"), times=1)
    assert 4 == source.search().hits

    who = Reply(body=(folder / "query-who_ISRCTN13555554.xml").read_bytes(), type="text/xml")
    server.interpose("isrctn", who)
    with pytest.raises(UnexpectedAnswer):
        source.search()


@pytest.mark.shared
def test_the_test_server_answers_in_the_recorded_shape(shared: Path, small: tuple[LoopbackServer, Isrctn]) -> None:
    server, _ = small
    folder = shared / "data/recordings/isrctn/raw"
    asked = {"q": "ketamine AND migraine", "limit": "0"}
    url = f"{server.url('isrctn')}query/format/default"
    count = etree.fromstring(requests.get(url, asked, timeout=10).content)
    recorded = etree.parse(folder / "count-default.xml").getroot()
    assert (recorded.tag, list(recorded.attrib), len(recorded)) == (count.tag, list(count.attrib), len(count))

    ours = etree.fromstring(requests.get(url, {"q": "ketamine"}, timeout=10).content)
    theirs = etree.parse(folder / "query-default_ISRCTN15873887.xml").getroot()

    def paths(root: Any) -> set[str]:
        tree = root.getroottree()
        return {
            "/".join(part.split("[")[0] for part in tree.getelementpath(one).split("/"))
            for one in root.iter(etree.Element)
        }

    known_to_be_optional = {f"{{{NAMESPACE}}}{name}" for name in ("overallStatusOverride", "reasonAbandoned")}
    strange = {path for path in paths(ours) - paths(theirs) if path.rsplit("/", 1)[-1] not in known_to_be_optional}
    assert set() == strange
    assert len(ours) == 10  # the limit that holds where none is given
    assert "20" == ours.get("totalCount")


def test_offset_and_page_are_ignored_as_they_are_by_the_registry(small: tuple[LoopbackServer, Isrctn]) -> None:
    server, _ = small
    url = f"{server.url('isrctn')}query/format/default"
    plain = requests.get(url, {"q": "ketamine"}, timeout=10).content
    assert plain == requests.get(url, {"q": "ketamine", "offset": "10", "page": "2"}, timeout=10).content


def test_the_set_is_counted_then_read_whole(small: tuple[LoopbackServer, Isrctn]) -> None:
    server, source = small
    answer = source.census([], MONDAY)

    assert (20, 20, 2) == (answer.hits, len(answer.records), answer.requests)
    assert ["0", "20"] == [request.get("limit") for request in server.asked("isrctn")]


def test_a_query_whose_filter_is_dropped_is_not_believed(tmp_path: Path) -> None:
    everything = tuple(
        isrctn(f"ISRCTN{number:08d}", "A trial of another topic", conditions=["Gout"], drugs="Colchicine")
        for number in range(2500)
    )
    with LoopbackServer(World(isrctn=(*everything, trial(99999999))), now=MONDAY) as server:
        source = adapter(server, tmp_path)
        assert 1 == source.census([], MONDAY).hits

        source.query = f"{source.query} AND lastEdited GE 2026-11-01"  # a date without a time: everything comes back
        with pytest.raises(UnexpectedAnswer, match="2501 trials match, so part of the query was ignored"):
            source.census([], MONDAY)


def document(total: object, *trials: str) -> Reply:
    text = f'<?xml version="1.0"?><allTrials totalCount="{total}" xmlns="{NAMESPACE}">{"".join(trials)}</allTrials>'
    return Reply(body=text.encode(), type="text/xml")


UNBELIEVABLE = {
    "fewer trials than counted": document(20),
    "a total that is no number": document("many"),
    "a total in other digits": document("²"),
    "another namespace": Reply(body=b'<allTrials totalCount="1" xmlns="urn:x"/>', type="text/xml"),
    "no total": Reply(body=f'<allTrials xmlns="{NAMESPACE}"/>'.encode(), type="text/xml"),
    "a failure page": Reply(body=b"<!DOCTYPE html><html></html>", type="text/html"),
    "XML that breaks in the middle": Reply(
        body=f'<allTrials totalCount="1" xmlns="{NAMESPACE}"><a></allTrials>'.encode(), type="text/xml"
    ),
}


@pytest.mark.parametrize("name", UNBELIEVABLE)
def test_an_answer_that_cannot_be_right_is_not_believed(small: tuple[LoopbackServer, Isrctn], name: str) -> None:
    server, source = small
    server.interpose("isrctn", UNBELIEVABLE[name])

    with pytest.raises(UnexpectedAnswer):
        source.census([], MONDAY)


def test_known_trials_that_no_longer_match_are_read_again_or_gone(tmp_path: Path) -> None:
    moved = (
        trial(5, until="2026-11-10"),
        isrctn("ISRCTN00000005", "Aspirin", conditions=["Gout"], drugs="Aspirin", since="2026-11-10"),
    )
    names = isrctn("ISRCTN00000006", "Aspirin", conditions=["Gout"], drugs="Aspirin", summary="See ISRCTN00000005.")
    with LoopbackServer(World(isrctn=(trial(1), *moved, names)), now=MONDAY.replace(day=16)) as server:
        answer = adapter(server, tmp_path).census(held("isrctn", ["ISRCTN00000005", "ISRCTN00000007"]), MONDAY)

    assert {"ISRCTN00000001", "ISRCTN00000005"} == {record.key for record in answer.records}
    assert (frozenset({"ISRCTN00000001"}), frozenset({"ISRCTN00000007"})) == (answer.matched, answer.gone)


def test_one_trial_that_cannot_be_read_costs_nothing_and_nobody_is_called_gone(
    small: tuple[LoopbackServer, Isrctn],
) -> None:
    server, source = small

    def spoil(_request: Request, genuine: Reply) -> Reply:
        return replace(genuine, body=genuine.body.replace(b">00000002</isrctn>", b">none</isrctn>"))

    server.interpose("isrctn", spoil)
    answer = source.census(held("isrctn", ["ISRCTN00000002"]), MONDAY)

    assert (20, 19, frozenset()) == (answer.hits, len(answer.records), answer.gone)
    assert {"a trial without an ISRCTN number"} == {one.reason for one in answer.unreadable}


def test_a_steady_week_of_sixty_trials_takes_two_requests(tmp_path: Path) -> None:
    with LoopbackServer(World(isrctn=tuple(trial(number) for number in range(60))), now=MONDAY) as server:
        source = adapter(server, tmp_path)
        known = [Known(record=one, report_id=f"isrctn:{one.key}") for one in source.census([], MONDAY).records]

        assert 2 == source.census(known, MONDAY).requests
