"""Crossref: notices of every kind kept apart, one event told once, self-pointing rows ignored, polite batches."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from golden import agrees, cases
from litwatch.demo.exchange import Reply
from litwatch.demo.server import LoopbackServer
from litwatch.demo.work import Work, work
from litwatch.demo.world import World
from litwatch.errors import SourceUnavailable, UnexpectedAnswer
from litwatch.identifiers import identifier
from litwatch.model import Citation, Known
from litwatch.sources.crossref import Crossref
from litwatch.sources.crossref_work import KINDS, parse_work
from litwatch.sources.expect import Unbelieved
from litwatch.sources.http import Transport
from weeks import MONDAY, STEADY, Week

RETRACTED = {"type": "retraction", "doi": "10.99999/notice", "day": "2026-11-11"}


def adapter(server: LoopbackServer, folder: Path, contact: str = "test@example.org") -> Crossref:
    watch = Week(folder, server, None, ["crossref"]).watch
    return Crossref(watch.config, watch.secrets, Transport(contact=contact, timing=STEADY))


def known(*dois: str) -> list[Known]:
    """Return PubMed records with these DOIs."""
    found = []
    for at, doi in enumerate(dois):
        named = identifier("doi", doi)
        assert named is not None
        record = Citation(source="pubmed", key=str(at), kind="article", title="A", url="", identifiers=(named,))
        found.append(Known(record=record, report_id=f"pubmed:{at}"))
    return found


def works(count: int, **more: Any) -> tuple[Work, ...]:
    return tuple(work(f"10.99999/w{number}", **more) for number in range(count))


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[LoopbackServer, Crossref]]:
    with LoopbackServer(World(works=works(3)), now=MONDAY) as server:
        yield server, adapter(server, tmp_path)


@pytest.mark.parametrize("case", cases("crossref", ".json"), ids=lambda path: path.stem)
def test_a_work_is_read_with_one_pointer_per_event(case: Path, update_golden: bool) -> None:  # noqa: FBT001  # a fixture
    read, strange = parse_work(json.loads(case.read_text(encoding="utf-8")))

    agrees(read, case, update=update_golden)
    assert frozenset() == strange


def updated(*rows: dict[str, Any]) -> list[str]:
    read, _ = parse_work({"DOI": "10.99999/a", "updated-by": list(rows)})
    return [entry.ref_type for entry in read.corrections]


def row(kind: str, doi: str = "10.99999/n", source: str = "publisher") -> dict[str, Any]:
    return {"type": kind, "DOI": doi, "source": source, "updated": {"date-parts": [[2026, 1, 2]]}}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_update_is_kept_apart(kind: str) -> None:
    (read,) = updated(row(kind.replace("-", "_")))
    is_retraction = kind in {"retraction", "withdrawal", "removal"}
    assert (read == "RetractionIn") == is_retraction
    if kind in {"erratum", "corrigendum", "correction", "addendum", "clarification"}:
        assert "ErratumIn" == read


def test_publisher_and_retraction_watch_on_one_event_are_one_notice() -> None:
    assert ["RetractionIn"] == updated(row("retraction"), row("retraction", source="retraction-watch"))
    assert ["RetractionIn"] == updated(row("retraction"), row("retraction", "10.99999/a", "retraction-watch"))
    assert ["ErratumIn"] == updated(row("correction"), row("erratum", source="retraction-watch"))
    assert ["ErratumIn", "ErratumIn"] == updated(row("correction"), row("correction", "10.99999/other"))
    assert ["ErratumIn", "RetractionIn"] == updated(row("retraction"), row("correction"))


def test_a_row_that_points_at_the_work_itself_is_a_slip_unless_retraction_watch_says_so() -> None:
    assert [] == updated(row("correction", "10.99999/A"))
    assert ["RetractionIn"] == updated(row("retraction", "10.99999/a", "retraction-watch"))


def test_a_kind_that_is_unknown_is_a_warning_and_no_notice() -> None:
    read, strange = parse_work({"DOI": "10.99999/a", "updated-by": [row("reinstatement")]})
    assert ((), frozenset({"reinstatement"})) == (read.corrections, strange)


@pytest.mark.parametrize("item", [None, [], {}, {"DOI": ""}, {"DOI": 7}, {"DOI": "not a doi"}])
def test_what_is_no_work_is_refused(item: object) -> None:
    with pytest.raises(Unbelieved):
        parse_work(item)


@pytest.mark.parametrize(
    "broken",
    [
        {"updated-by": "retraction"},
        {"updated-by": [None, {}, {"type": 7}]},
        {"title": []},
        {"title": [None]},
        {"issued": {"date-parts": [[None]]}},
        {"issued": {"date-parts": []}},
        {"issued": None},
        {"update-to": [{"DOI": None}]},
    ],
)
def test_fields_that_are_not_as_promised_cost_nothing_of_the_work(broken: dict[str, Any]) -> None:
    read, _ = parse_work({"DOI": "10.99999/a"} | broken)
    assert ("10.99999/a", ()) == (read.key, read.corrections)


def recorded_works(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "DOI" in value and ("title" in value or "update-to" in value) and "prefix" in value:
            yield value
            return
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from recorded_works(inner)


def recorded_bodies(path: Path) -> Iterator[bytes]:
    """Yield the JSON bodies of one recording, whichever tool made it."""
    if path.suffix == ".json":
        yield path.read_bytes()
        return
    content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    for exchange in content.get("interactions") or content.get("http_interactions"):
        if "api.crossref.org" not in exchange["request"]["uri"]:
            continue
        body = exchange["response"]["body"]
        given = body.get("string") or base64.b64decode(body.get("base64_string", ""))
        raw = given if isinstance(given, bytes) else given.encode()
        raw = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
        if raw.startswith(b"{"):
            yield raw


@pytest.mark.shared
def test_every_recorded_work_is_read_without_loss(shared: Path) -> None:
    count, notices, pointing_at_itself = 0, 0, 0
    for path in sorted((shared / "data/recordings/crossref").rglob("*.*")):
        for body in recorded_bodies(path):
            for item in recorded_works(json.loads(body)):
                read, strange = parse_work(item)
                assert item["DOI"].casefold() == read.key
                assert bool(item.get("title")) == (read.title != "[no title]")
                targets = {entry["DOI"].casefold() for entry in item.get("update-to", ())}
                assert (read.kind == "notice") == bool(targets - {read.key})
                notices += read.kind == "notice"
                pointing_at_itself += targets == {read.key}
                assert bool(item.get("updated-by")) == bool(read.corrections or strange)
                count += 1
    assert count >= 60
    assert notices >= 15
    assert pointing_at_itself >= 1


@pytest.mark.shared
def test_the_test_server_answers_in_the_recorded_shape(shared: Path, small: tuple[LoopbackServer, Crossref]) -> None:
    server, _ = small
    url = server.url("crossref")
    listed = shared / "data/recordings/crossref/habanero/test_works_no_id_withlimit.yaml"
    recorded = json.loads(next(recorded_bodies(listed)))
    ours = requests.get(f"{url}works", {"rows": "2"}, timeout=10)
    assert set(recorded) == set(ours.json())
    assert set(recorded["message"]) == set(ours.json()["message"])
    assert (3, 2) == (ours.json()["message"]["total-results"], len(ours.json()["message"]["items"]))
    assert ("public", "5") == (ours.headers["x-api-pool"], ours.headers["x-rate-limit-limit"])
    polite = requests.get(f"{url}works", {"mailto": "a@example.org"}, timeout=10)
    assert ("polite", "10") == (polite.headers["x-api-pool"], polite.headers["x-rate-limit-limit"])
    missing = requests.get(f"{url}works/10.99999/none", timeout=10)
    body = (shared / "data/recordings/errors/crossref_http404.txt").read_text(encoding="utf-8").strip()
    assert (404, body) == (missing.status_code, missing.text)


def test_every_doi_that_is_known_is_asked_in_batches(tmp_path: Path) -> None:
    dois = [f"10.99999/w{number}" for number in range(100)]
    with LoopbackServer(World(works=works(90)), now=MONDAY) as server:
        answer = adapter(server, tmp_path).census(known(*dois), MONDAY)

        assert (90, 3) == (answer.hits, answer.requests)
        assert {"polite"} == {
            "polite" if "mailto:" in request.headers["user-agent"] else "public" for request in server.asked("crossref")
        }


def test_without_an_address_the_public_limit_holds(tmp_path: Path) -> None:
    with LoopbackServer(World(works=works(1)), now=MONDAY) as server:
        assert 1 == adapter(server, tmp_path, contact="").census(known("10.99999/w0"), MONDAY).hits


def test_a_doi_with_a_comma_or_a_slash_is_asked_by_itself(tmp_path: Path) -> None:
    strange = "10.99999/a,b(c)/d"
    with LoopbackServer(World(works=(work(strange, updates=[RETRACTED]),)), now=MONDAY) as server:
        answer = adapter(server, tmp_path).census(known(strange, "10.99999/none,such"), MONDAY)

    assert [strange] == [record.key for record in answer.records]
    assert ["RetractionIn"] == [entry.ref_type for record in answer.records for entry in record.corrections]  # type: ignore[union-attr]  # a citation


def test_without_a_known_doi_nothing_is_asked(small: tuple[LoopbackServer, Crossref]) -> None:
    server, source = small
    answer = source.census([], MONDAY)

    assert answer.skipped
    assert [] == server.asked("crossref")


def test_a_doi_that_is_not_given_today_is_not_gone(small: tuple[LoopbackServer, Crossref]) -> None:
    _, source = small
    record = Citation(source="crossref", key="10.99999/was", kind="article", title="A", url="")
    answer = source.census([*known("10.99999/w0"), Known(record=record, report_id="pubmed:9")], MONDAY)

    assert (frozenset(), frozenset({"10.99999/was"})) == (answer.gone, answer.unread)


def listing(*items: object, total: object = None) -> Reply:
    message = {"total-results": len(items) if total is None else total, "items": list(items)}
    return Reply(body=json.dumps({"status": "ok", "message-type": "work-list", "message": message}).encode())


UNBELIEVABLE = {
    "a filter that was ignored": listing({"DOI": "10.99999/foreign"}),
    "more announced than given": listing({"DOI": "10.99999/w0"}, total=2),
    "more than were asked": listing(*({"DOI": "10.99999/w0"} for _ in range(9))),
    "a total that is text": listing({"DOI": "10.99999/w0"}, total="1"),
    "another message": Reply(body=b'{"status":"ok","message-type":"work","message":{}}'),
    "a failure with 200": Reply(body=b'{"status":"failed","message-type":"validation-failure","message":[]}'),
}


@pytest.mark.parametrize("name", UNBELIEVABLE)
def test_an_answer_that_cannot_be_right_is_not_believed(small: tuple[LoopbackServer, Crossref], name: str) -> None:
    server, source = small
    server.interpose("crossref", UNBELIEVABLE[name])

    with pytest.raises(UnexpectedAnswer):
        source.census(known("10.99999/w0", "10.99999/w1"), MONDAY)


def test_too_many_requests_are_told_as_such(small: tuple[LoopbackServer, Crossref]) -> None:
    server, source = small
    server.interpose("crossref", Reply(status=429, body=b"slow down", type="text/plain"))

    with pytest.raises(SourceUnavailable, match="429"):
        source.census(known("10.99999/w0"), MONDAY)


def test_one_work_that_cannot_be_read_costs_nothing_of_the_others(small: tuple[LoopbackServer, Crossref]) -> None:
    server, source = small
    server.interpose("crossref", listing({"DOI": "10.99999/w0"}, {"DOI": None}))
    answer = source.census(known("10.99999/w0", "10.99999/w1"), MONDAY)

    assert (1, 1) == (len(answer.records), len(answer.unreadable))


def test_a_steady_week_of_three_hundred_dois_takes_eight_requests(tmp_path: Path) -> None:
    dois = [f"10.99999/w{number}" for number in range(300)]
    with LoopbackServer(World(works=works(300)), now=MONDAY) as server:
        assert 8 == adapter(server, tmp_path).census(known(*dois), MONDAY).requests
