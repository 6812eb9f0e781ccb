"""The imitated E-utilities: envelopes, limits and error forms as recorded, records valid by the DTD."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from lxml import etree

from litwatch.demo.eutils import EUtils
from litwatch.demo.server import LoopbackServer
from litwatch.demo.world import WEEK_ONE, WEEK_TWO, World, article, demo_world
from loopback import ask, search

DTD = Path(__file__).parent / "data" / "pubmed" / "pubmed_250101.dtd"


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(demo_world()) as running:
        yield running


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
    assert set(result["idlist"]) == {"99000002", "99000003", "99000004", "99000005", "99000008", "99000009"}


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
