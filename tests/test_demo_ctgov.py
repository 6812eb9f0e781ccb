"""The imitated ClinicalTrials.gov: paging, errors and registrations as documented and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
import requests
import yaml

from litwatch.demo.ctgov import ClinicalTrials
from litwatch.demo.essie import BadQuery, compile_query
from litwatch.demo.registration import trial
from litwatch.demo.server import LoopbackServer
from litwatch.demo.world import WEEK_TWO, World, demo_world
from loopback import registry, registry_query


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(demo_world()) as running:
        yield running


def ids(answer: requests.Response) -> list[str]:
    return [one["protocolSection"]["identificationModule"]["nctId"] for one in answer.json()["studies"]]


@pytest.fixture(scope="module")
def many() -> Iterator[LoopbackServer]:
    studies = tuple(trial(f"NCT{number:08}", f"Ketamine study {number}") for number in range(1, 1_021))
    with LoopbackServer(World(trials=(*studies, trial("NCT00009999", aliases=["NCT00008888"])))) as running:
        yield running


def test_the_data_are_of_the_last_working_morning(server: LoopbackServer) -> None:
    server.now = WEEK_TWO  # a Monday, 06:00 UTC
    assert registry(server, "version").json() == {"apiVersion": "2.0.5", "dataTimestamp": "2026-11-13T09:00:04"}
    server.now = WEEK_TWO + timedelta(hours=4)
    assert registry(server, "version").json()["dataTimestamp"] == "2026-11-16T09:00:04"


PAGE_SIZES = {
    "none": ({}, 10),
    "zero": ({"pageSize": "0"}, 10),
    "given": ({"pageSize": "7"}, 7),
    "too many": ({"pageSize": "5000"}, 1000),
}


@pytest.mark.parametrize(("params", "size"), PAGE_SIZES.values(), ids=PAGE_SIZES.keys())
def test_a_page_has_the_documented_size(many: LoopbackServer, params: dict[str, str], size: int) -> None:
    assert len(ids(registry(many, **params))) == size


REFUSED = {
    "an unknown parameter": ({"query.recrs": "x"}, "`query.recrs` is unknown parameter"),
    "a negative page size": ({"pageSize": "-1"}, "`pageSize` has incorrect format"),
    "a broken expression": (
        {"filter.advanced": "AREA[Nonsense]x"},
        "Error parsing query in `filter.advanced`: unknown area `Nonsense`",
    ),
    "an unknown field": ({"fields": "NCTId,Nonsense"}, "`fields` contains invalid field name `Nonsense`"),
    "an unknown status": ({"filter.overallStatus": "DONE"}, "Invalid value in parameter `overallStatus`: `DONE`"),
    "a made-up token": ({"pageToken": "abc"}, "`pageToken` is invalid"),
    "a number that is none": ({"filter.ids": "NCT1,xyz"}, "`filter.ids` has incorrect format: xyz"),
}


@pytest.mark.parametrize(("params", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_request_is_refused_in_plain_text(many: LoopbackServer, params: dict[str, str], message: str) -> None:
    answer = registry_query(many, params)
    assert (answer.status_code, answer.text) == (400, message)
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.shared
def test_the_unknown_parameter_error_is_the_recorded_one(many: LoopbackServer, shared: Path) -> None:
    recorded = (shared / "data/recordings/errors/ctgov_unknown_parameter_http400.txt").read_text("utf-8")
    assert registry_query(many, {"query.recrs": "x"}).text == recorded.strip()


def test_pages_follow_each_other_and_an_exactly_full_one_is_not_the_last(many: LoopbackServer) -> None:
    query = {"query.term": "ketamine study", "pageSize": "510", "countTotal": "true"}
    seen: list[str] = []
    sizes: list[int] = []
    totals: list[int | None] = []
    token: str | None = ""
    while token is not None:
        answer = registry_query(many, query | ({"pageToken": token} if token else {}))
        page = ids(answer)
        seen += page
        sizes.append(len(page))
        totals.append(answer.json().get("totalCount"))
        token = answer.json().get("nextPageToken")
    assert sizes == [510, 510, 0]
    assert totals == [1020, None, None]
    assert len(set(seen)) == 1020


def test_a_token_belongs_to_its_query(many: LoopbackServer) -> None:
    token = registry(many, pageSize="5").json()["nextPageToken"]
    assert registry_query(many, {"query.term": "other", "pageToken": token}).status_code == 400


def test_an_earlier_number_redirects_and_an_unknown_one_is_not_found(many: LoopbackServer) -> None:
    url = many.url("clinicaltrials") + "studies/"
    moved = requests.get(url + "NCT00008888", allow_redirects=False, timeout=10)
    assert (moved.status_code, moved.headers["Location"]) == (301, "/api/v2/studies/NCT00009999")
    gone = requests.get(url + "NCT00007777", timeout=10)
    assert (gone.status_code, gone.text) == (404, "NCT number NCT00007777 not found")
    assert requests.get(url + "nct9999", timeout=10).status_code == 200
    assert requests.get(url + "ISRCTN1", timeout=10).status_code == 400


def test_filters_are_ignored_beside_a_query_of_numbers_only(many: LoopbackServer) -> None:
    query = {"query.term": "NCT00000001, NCT00000002", "filter.advanced": "AREA[OverallStatus]RECRUITING"}
    assert ids(registry_query(many, query)) == ["NCT00000001", "NCT00000002"]


def test_ids_filter_by_number_or_earlier_number(many: LoopbackServer) -> None:
    assert ids(registry_query(many, {"filter.ids": "NCT00008888|NCT00000003"})) == ["NCT00000003", "NCT00009999"]


def test_fields_cut_the_study(many: LoopbackServer) -> None:
    query = {"query.id": "NCT00000001", "fields": "NCTId|OverallStatus,protocolSection.conditionsModule"}
    assert registry_query(many, query).json()["studies"] == [
        {
            "protocolSection": {
                "identificationModule": {"nctId": "NCT00000001"},
                "statusModule": {"overallStatus": "COMPLETED"},
                "conditionsModule": {"conditions": ["Migraine"]},
            }
        }
    ]


def test_studies_are_sorted_as_asked(server: LoopbackServer) -> None:
    query = {"sort": "LastUpdatePostDate:desc", "pageSize": "3", "fields": "LastUpdatePostDate"}
    studies = registry_query(server, query).json()["studies"]
    days = [one["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]["date"] for one in studies]
    assert days == sorted(days, reverse=True)
    assert days[0] == "2026-11-11"


def test_the_registry_takes_no_post(server: LoopbackServer) -> None:
    assert requests.post(server.url("clinicaltrials") + "studies", timeout=10).status_code == 405
    assert isinstance(server.part("clinicaltrials"), ClinicalTrials)


@pytest.mark.shared
def test_every_bundled_registration_is_valid_by_the_openapi_file(server: LoopbackServer, shared: Path) -> None:
    document = yaml.load((shared / "data/recordings/ctgov/ctg-oas-v2.0.5.yaml").read_text("utf-8"), yaml.CSafeLoader)
    named = document["paths"]["/studies"]["get"]["parameters"]
    parameters = {one["name"] for one in named if "name" in one}
    answer = registry(server, pageSize="1000", countTotal="true").json()
    assert len(answer["studies"]) == answer["totalCount"] == len({one.nct for one in demo_world().trials})
    schema = document["paths"]["/studies"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    validator = jsonschema.Draft7Validator({**schema, "components": document["components"]})
    assert [error.message for error in validator.iter_errors(answer)] == []
    assert not validator.is_valid({"studies": [{"hasResults": "no"}]})
    assert {"query.cond", "query.intr", "filter.ids", "pageToken"} <= parameters
    assert all(registry_query(server, {name: ""}).status_code == 200 for name in parameters - {"format"})


# --- the registry's language

STUDY = trial(
    "NCT00000001",
    "Ketamine Infusion for Headaches",
    conditions=["Chronic Daily Headache"],
    interventions=[{"name": "Ketamine", "others": ["Ketalar"]}],
    summary="The clinic treats migraine as well.",
    eligibility="Exclusion Criteria:\n\n* Epilepsy",
    last_update="2026-10-15",
    start="2026-03 estimated",
    enrolment="56 estimated",
).study
ESSIE = {
    "a word": ("ketamine", "BasicSearch", True),
    "plural tolerance": ("headache", "ConditionSearch", True),
    "a word of another area": ("migraine", "ConditionSearch", False),
    "the wide area": ("migraine", "BasicSearch", True),
    "eligibility is not in the wide area": ("epilepsy", "BasicSearch", False),
    "another name of the drug": ("ketalar", "InterventionSearch", True),
    "OR": ("migraine OR headache", "ConditionSearch", True),
    "bare words are joined by AND": ("ketamine migraine", "BasicSearch", True),
    "AND binds closer than OR": ("ketamine OR epilepsy AND asthma", "BasicSearch", True),
    "parentheses": ("(ketamine OR epilepsy) AND asthma", "BasicSearch", False),
    "NOT": ("ketamine NOT migraine", "BasicSearch", False),
    "a phrase": ('"daily headache"', "ConditionSearch", True),
    "a phrase in another order": ('"headache daily"', "ConditionSearch", False),
    "an area of one's own": ("AREA[EligibilityCriteria]epilepsy", "ConditionSearch", True),
    "an area over a group": ("AREA[BriefTitle](ketamine AND headache)", "ConditionSearch", True),
    "a range of days": ("AREA[LastUpdatePostDate]RANGE[2026-10-01,MAX]", "BasicSearch", True),
    "a range that has passed": ("AREA[LastUpdatePostDate]RANGE[MIN,2026-10-14]", "BasicSearch", False),
    "a partial date": ("AREA[StartDate]RANGE[2026-02-15,03/31/2026]", "BasicSearch", True),
    "a range of numbers": ("AREA[EnrollmentCount]RANGE[50,60]", "BasicSearch", True),
    "a missing piece": ("AREA[WhyStopped]MISSING", "BasicSearch", True),
    "an enumeration": ("AREA[OverallStatus]COMPLETED", "BasicSearch", True),
}


@pytest.mark.parametrize(("query", "area", "matches"), ESSIE.values(), ids=ESSIE.keys())
def test_an_essie_expression_is_evaluated(query: str, area: str, matches: bool) -> None:  # noqa: FBT001  # a table's column
    assert compile_query(query, area)(STUDY) is matches


@pytest.mark.parametrize("query", ["(ketamine", "AREA[Nonsense]x", "OR ketamine", "AREA[StartDate]RANGE[2026]", '""'])
def test_a_broken_essie_expression_is_refused(query: str) -> None:
    with pytest.raises(BadQuery):
        compile_query(query, "BasicSearch")
