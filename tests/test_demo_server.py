"""The loopback server behaves like the services it imitates, in its envelopes, limits and error forms."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
import yaml
from lxml import etree

from litwatch.demo.ctgov import ClinicalTrials
from litwatch.demo.eutils import EUtils
from litwatch.demo.exchange import Reply, Request
from litwatch.demo.registration import trial
from litwatch.demo.server import LoopbackServer
from litwatch.demo.world import WEEK_ONE, WEEK_TWO, World, article, demo_world

DTD = Path(__file__).parent / "data" / "pubmed" / "pubmed_250101.dtd"


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(demo_world()) as running:
        yield running


def ask(server: LoopbackServer, program: str, **params: str) -> requests.Response:
    return requests.post(server.url("pubmed") + f"{program}.fcgi", data={"db": "pubmed", **params}, timeout=10)


def search(server: LoopbackServer, term: str, **params: str) -> dict[str, Any]:
    answer = ask(server, "esearch", term=term, retmode="json", **params).json()
    result: dict[str, Any] = answer["esearchresult"]
    return result


def registry(server: LoopbackServer, path: str = "studies", **params: str) -> requests.Response:
    return requests.get(server.url("clinicaltrials") + path, params=params, timeout=10)


def registry_query(server: LoopbackServer, params: Mapping[str, str]) -> requests.Response:
    return requests.get(server.url("clinicaltrials") + "studies", params=dict(params), timeout=10)


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


# --- esearch


@pytest.mark.shared
def test_a_search_answers_in_the_recorded_shape(server: LoopbackServer, shared: Path) -> None:
    recorded = json.loads((shared / "data/recordings/eutils/fastpaper/pubmed_esearch.json").read_text("utf-8"))
    ours = ask(server, "esearch", term="ketamine migraine", retmode="json", retmax="3").json()
    assert list(ours) == list(recorded)
    assert ours["header"] == recorded["header"]
    assert list(ours["esearchresult"]) == list(recorded["esearchresult"])
    for name, value in recorded["esearchresult"].items():
        assert type(ours["esearchresult"][name]) is type(value)  # the numbers are strings
    assert list(ours["esearchresult"]["translationset"][0]) == ["from", "to"]


def test_twenty_ids_are_given_unless_asked(server: LoopbackServer) -> None:
    assert len(search(server, "ketamin*[tiab]")["idlist"]) == 20
    assert search(server, "ketamin*[tiab]")["retmax"] == "20"
    assert len(search(server, "ketamin*[tiab]", retmax="1000")["idlist"]) > 30


def test_get_and_post_are_the_same(server: LoopbackServer) -> None:
    params = {"db": "pubmed", "term": "ketamin*[tiab] AND migrain*[tiab]", "retmode": "json"}
    by_get = requests.get(server.url("pubmed") + "esearch.fcgi", params=params, timeout=10)
    assert by_get.json() == ask(server, "esearch", **params).json()


def test_a_long_get_is_refused(server: LoopbackServer) -> None:
    params = {"db": "pubmed", "term": " OR ".join(["ketamine[tiab]"] * 600)}
    assert requests.get(server.url("pubmed") + "esearch.fcgi", params=params, timeout=10).status_code == 414


def test_a_count_alone_loses_every_warning(server: LoopbackServer) -> None:
    assert search(server, '"Ketaminosis"[Mesh]', rettype="count") == {"count": "0"}


def test_nothing_found_carries_a_message(server: LoopbackServer) -> None:
    result = search(server, '"Ketamine"[Mesh] AND 1804[dp]')
    assert result["warninglist"]["outputmessages"] == ["No items found."]
    assert "errorlist" not in result


def test_beyond_the_window_is_an_error_with_status_200_and_broken_json(server: LoopbackServer) -> None:
    answer = ask(server, "esearch", term="ketamin*[tiab]", retmode="json", retstart="9999")
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)
    assert "'retstart' cannot be larger than 9998" in json.loads(answer.text, strict=False)["esearchresult"]["ERROR"]


@pytest.mark.shared
def test_the_window_error_is_the_recorded_one(server: LoopbackServer, shared: Path) -> None:
    path = shared / "data/recordings/eutils/pubmed-filters/window-exceeded.raw-invalid-json.txt"
    answer = ask(server, "esearch", term="ketamin*[tiab]", retmode="json", retstart="9999")
    assert answer.text.strip() == path.read_text("utf-8").strip()


def test_beyond_the_window_is_an_error_in_xml_too(server: LoopbackServer) -> None:
    answer = ask(server, "esearch", term="ketamin*[tiab]", retstart="9999")
    assert "cannot be larger than 9998" in etree.fromstring(answer.content).findtext("ERROR", "")


def test_a_page_across_the_edge_of_the_window_is_cut_and_says_so() -> None:
    world = World(articles=tuple(article(number, "Ketamine.") for number in range(1, 10_051)))
    with LoopbackServer(world) as server:
        result = search(server, "ketamine[ti]", retstart="9990", retmax="10")
    assert (result["count"], result["retmax"], len(result["idlist"])) == ("10050", "9", 9)
    assert result["warninglist"]["outputmessages"] == [
        "Restrictions achieved. start and count adjusted to 9990, 9",
    ]


def test_date_parameters_become_part_of_the_query(server: LoopbackServer) -> None:
    result = search(
        server,
        "ketamin*[tiab] OR esketamin*[tiab] OR retraction[ti]",
        datetype="crdt",
        mindate="2026/11/10",
        maxdate="2026/11/15",
    )
    assert "2026/11/10:2026/11/15[Date - Create]" in result["querytranslation"]
    assert set(result["idlist"]) == {"99000003", "99000004", "99000005", "99000008", "99000002"}


def test_an_unknown_database_is_an_error_with_status_200(server: LoopbackServer) -> None:
    answer = requests.post(
        server.url("pubmed") + "esearch.fcgi", data={"db": "pubmde", "term": "x", "retmode": "json"}, timeout=10
    )
    assert (answer.status_code, answer.json()["esearchresult"]["ERROR"]) == (200, "Invalid db name specified: pubmde")


def test_the_key_is_echoed_when_it_is_refused(server: LoopbackServer) -> None:
    part = server.part("pubmed")
    assert isinstance(part, EUtils)
    part.valid_keys = frozenset({"good"})
    refused = ask(server, "esearch", term="asthma", api_key="wrong")
    assert (refused.status_code, refused.json()["api-key"]) == (400, "wrong")
    assert ask(server, "esearch", term="asthma", api_key="good").headers["X-RateLimit-Limit"] == "10"


def test_the_fourth_request_in_a_second_is_refused_when_the_limit_is_on(server: LoopbackServer) -> None:
    assert {ask(server, "esearch", term="asthma").status_code for _ in range(6)} == {200}  # off by default
    part = server.part("pubmed")
    assert isinstance(part, EUtils)
    part.limit_rate = True
    time.sleep(1.01)
    answers = [ask(server, "esearch", term="asthma") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[-1].json() == {
        "error": "API rate limit exceeded",
        "api-key": "127.0.0.1",
        "count": "4",
        "limit": "3",
    }
    assert [one.headers["X-RateLimit-Remaining"] for one in answers] == ["2", "1", "0", "0"]
    assert "Retry-After" not in answers[-1].headers


# --- efetch


def test_every_bundled_record_is_valid_by_the_dtd_in_either_week(server: LoopbackServer) -> None:
    declared = DTD.read_text("utf-8").replace("%mathml-in-pubmed;", "<!ELEMENT mml:math ANY>", 1)
    dtd = etree.DTD(BytesIO(re.sub(r"<!ENTITY % mathml-in-pubmed[^>]*>", "", declared, count=1).encode()))
    for week in (WEEK_ONE, WEEK_TWO):
        server.now = week
        ids = ",".join(search(server, "all[sb] OR medline[sb] OR pubmed[sb]", retmax="1000")["idlist"])
        tree = etree.fromstring(ask(server, "efetch", id=ids, retmode="xml").content)
        assert len(tree) == len(demo_world().articles_at(week))
        assert dtd.validate(tree), str(dtd.error_log)


def test_hostile_text_stays_well_formed() -> None:
    titles = ["</ArticleTitle>", "<i>unbalanced", "&amp; <script>", "a\x00b\ud800c\x0bd", "<i><b>x</i></b>"]
    world = World(articles=tuple(article(number, title) for number, title in enumerate(titles, 1)))
    with LoopbackServer(world) as server:
        tree = etree.fromstring(ask(server, "efetch", id="1,2,3,4,5", retmode="xml").content)
    texts = ["".join(map(str, title.itertext())) for title in tree.iter("ArticleTitle")]
    assert texts == ["</ArticleTitle>", "<i>unbalanced", "&amp; <script>", "a b c d", "<i><b>x</i></b>"]


def test_unknown_pmids_are_simply_missing(server: LoopbackServer) -> None:
    tree = etree.fromstring(ask(server, "efetch", id="23365053,1,99999999", retmode="xml").content)
    assert [one.findtext("MedlineCitation/PMID") for one in tree] == ["23365053"]


def test_a_set_without_records_is_empty_with_status_200(server: LoopbackServer) -> None:
    answer = ask(server, "efetch", id="1", retmode="xml")
    assert (answer.status_code, len(etree.fromstring(answer.content))) == (200, 0)


def test_a_stored_search_can_be_fetched_in_parts_and_lost(server: LoopbackServer) -> None:
    result = search(server, "ketamin*[tiab]", usehistory="y", retmax="0")
    stored = {"WebEnv": result["webenv"], "query_key": result["querykey"], "retmode": "xml"}
    pages = [
        etree.fromstring(ask(server, "efetch", retstart=start, retmax="30", **stored).content) for start in ("0", "30")
    ]
    assert sum(map(len, pages)) == int(result["count"])
    part = server.part("pubmed")
    assert isinstance(part, EUtils)
    part.forget_history()
    lost = ask(server, "efetch", retstart="0", retmax="30", **stored)
    assert "Cannot retrieve history data. query_key: 1" in etree.fromstring(lost.content).findtext("ERROR", "")


@pytest.mark.shared
def test_the_errors_of_a_stored_search_are_the_recorded_ones(server: LoopbackServer, shared: Path) -> None:
    errors = shared / "data/recordings/eutils/errors"
    stored = search(server, "ketamin*[tiab]", usehistory="y", retmax="0")["webenv"]
    beyond = ask(server, "efetch", WebEnv=stored, query_key="1", retstart="9999", retmode="xml")
    assert beyond.status_code == 400
    assert beyond.text.strip() == (errors / "efetch_history_beyond_9998_http400.xml").read_text("utf-8").strip()
    lost = ask(server, "efetch", WebEnv="MCID_5f93ELIDED", query_key="1", retstart="12000", retmax="500").text
    assert lost.split() == (errors / "efetch_history_webenv_lost.xml").read_text("utf-8").split()


def test_too_many_ids_and_none_are_refused(server: LoopbackServer) -> None:
    assert ask(server, "efetch", id=",".join(map(str, range(1, 10_002))), retmode="xml").status_code == 400
    assert "ID list is empty" in ask(server, "efetch", id="", retmode="xml").text


def test_biopython_reads_the_answers(server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # it keeps a folder of its own there
    from Bio import Entrez

    read: Callable[[BytesIO], Any] = Entrez.read
    found = read(BytesIO(ask(server, "esearch", term='ketamin*[tiab] OR "body battery"[tiab]').content))
    assert int(found["Count"]) > 30
    assert found["WarningList"]["QuotedPhraseNotFound"] == ['"body battery"[tiab]']
    records = read(BytesIO(ask(server, "efetch", id="99000001,99000006,99000007", retmode="xml").content))
    retracted, foreign, marked = (one["MedlineCitation"] for one in records["PubmedArticle"])
    assert "Retracted Publication" in retracted["Article"]["PublicationTypeList"]
    assert retracted["CommentsCorrectionsList"][0].attributes["RefType"] == "RetractionIn"
    assert foreign["Article"]["Journal"]["JournalIssue"]["PubDate"] == {"MedlineDate": "2019 Nov-Dec"}
    assert foreign["Article"]["VernacularTitle"].startswith("[Oppdiktet")
    assert marked["Article"]["AuthorList"][0]["CollectiveName"] == "Example Laboratory"
    assert "Ca<sup>2+</sup>" in marked["Article"]["ArticleTitle"]


# --- ClinicalTrials.gov


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
