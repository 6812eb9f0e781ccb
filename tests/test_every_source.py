"""Weeks of a watch that asks every source over the web: what is told, once, and what a failing source costs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from litwatch.demo.ctis_trial import ctis_trial
from litwatch.demo.deposit import Deposit, deposit
from litwatch.demo.exchange import Reply
from litwatch.demo.isrctn_trial import isrctn
from litwatch.demo.registration import trial
from litwatch.demo.work import work
from litwatch.demo.world import Article, World, article
from test_cli import litwatch_
from weeks import EVERY_SERVICE, Week, a_watch

W46, W47, W48, W49 = "2026-W46", "2026-W47", "2026-W48", "2026-W49"
LOST_DOI, SLIPPED_DOI = "10.99999/lost", "10.99999/slipped"
SAID = "Ketamine infusion was given for migraine to 24 adults."


def paper(pmid: int, title: str, **more: Any) -> Article:
    return article(pmid, title, abstract=SAID, **more)


def draft(number: str, title: str, **more: Any) -> Deposit:
    return deposit(number, title, abstract=SAID, authors=["Roe J"], server="Invented", **more)


def retraction(source: str, doi: str = "10.99999/notice") -> dict[str, str]:
    return {"type": "retraction", "doi": doi, "source": source, "day": "2026-11-11"}


LOST = paper(11, "Ketamine infusion for migraine, a trial", doi=LOST_DOI, created="2019-01-05", published="2019-01")
SLIPPED = paper(12, "Ketamine in migraine clinics", doi=SLIPPED_DOI, created="2020-01-05", published="2020-01")
BOTH = retraction("publisher"), retraction("retraction-watch", LOST_DOI)
ERRATUM = {"type": "erratum", "doi": "10.99999/erratum", "day": "2026-11-12"}
WORKS = (
    work(LOST_DOI),
    work(LOST_DOI, updates=BOTH[:1], since="2026-11-12"),
    work(LOST_DOI, updates=BOTH, since="2026-11-19"),
    work(SLIPPED_DOI),
    work(SLIPPED_DOI, updates=[ERRATUM], since="2026-11-12"),
)
TO_ARTICLE = {"type": "Preprint of", "source": "MED", "id": "13", "reference": "J Invented Ex. 2026"}
PREPRINTS = (
    draft("PPR4", "An older ketamine preprint on migraine", doi="10.99999/rs.4/v1", published="2025-01-01"),
    draft("PPR5", "Subcutaneous ketamine in migraine", doi="10.99999/rs.3.rs-5/v1", published="2026-11-11"),
    draft(
        "PPR6",
        "Subcutaneous ketamine in migraine",
        doi="10.99999/rs.3.rs-5/v2",
        version=2,
        pointers=[TO_ARTICLE],
        published="2026-11-18",
    ),
)
FINAL = paper(13, "Ketamine under the skin: the final report in migraine", created="2026-11-18", published="2026-11")
STOPPED = {"override": "Stopped", "reason": "Slow recruitment", "updated": "2026-11-11", "since": "2026-11-11"}
ISRCTN = (
    isrctn("ISRCTN12345671", "Ketamine infusion for migraine", assigned="2024-01-02", start="2024-02-01"),
    isrctn("ISRCTN12345671", "Ketamine infusion for migraine", assigned="2024-01-02", start="2024-02-01", **STOPPED),
)
RESUBMITTED = {"since": "2026-11-12", "updated": "2026-11-12"}
CTIS = (
    ctis_trial("2024-512310-18-00", "Ketamine infusion in migraine", nct="NCT00000001"),
    ctis_trial("2024-512310-18-01", "Ketamine infusion in migraine", nct="NCT00000001", **RESUBMITTED),
)
AMERICAN = trial("NCT00000001", "Ketamine infusion in migraine", first_posted="2024-01-01")
EVERYTHING = World(
    articles=(LOST, SLIPPED, FINAL),
    trials=(AMERICAN,),
    deposits=PREPRINTS,
    isrctn=ISRCTN,
    ctis=CTIS,
    works=WORKS,
)
FIRST = {
    "pubmed:11",
    "pubmed:12",
    "clinicaltrials:NCT00000001",
    "europepmc:PPR:10.99999/rs.4",
    "isrctn:ISRCTN12345671",
    "ctis:2024-512310-18",
}


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with a_watch(tmp_path, EVERYTHING, mail=False, services=EVERY_SERVICE) as watch:
        yield watch


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """A watch three weeks old."""
    with a_watch(tmp_path_factory.mktemp("three"), EVERYTHING, mail=False, services=EVERY_SERVICE) as watch:
        for weeks in (0, 1, 1):
            assert watch.run(weeks=weeks).complete
        yield watch


def items(week: Week, label: str) -> dict[str, dict[str, Any]]:
    sections = week.digest(label)["sections"]
    return {item["report_id"]: item for section in sections for item in section["items"] if "title" in item}


def states(week: Week, label: str) -> dict[str, str]:
    return {source["source"]: source["state"] for source in week.digest(label)["sources"]}


def test_a_quiet_second_week_tells_nothing(week: Week) -> None:
    week.run()
    week.run(weeks=1 / 168)
    with week.store() as store:
        assert [] == list(store.pending())


def test_the_first_run_remembers_what_every_source_holds(three: Week) -> None:
    assert FIRST == {entry["report_id"] for entry in three.digest(W46)["remembered"]}
    assert dict.fromkeys(EVERY_SERVICE, "complete") == states(three, W46)


def test_the_second_week_tells_each_sources_news_once(three: Week) -> None:
    told = items(three, W47)
    assert {"pubmed:11", "pubmed:12", "europepmc:PPR:10.99999/rs.3.rs-5", "isrctn:ISRCTN12345671"} == set(told)
    assert len(three.told(W47)) == len(set(three.told(W47)))
    assert "preprint" == told["europepmc:PPR:10.99999/rs.3.rs-5"]["kind"]
    assert ("status", "major") == tuple(told["isrctn:ISRCTN12345671"]["changes"][0][key] for key in ("field", "grade"))
    assert "Slow recruitment" in told["isrctn:ISRCTN12345671"]["changes"][0]["new"]


def test_a_retraction_that_only_crossref_knows_is_told_once_and_first(three: Week) -> None:
    first = three.digest(W47)["sections"][0]
    assert ("S3", "pubmed:11") == (first["id"], first["items"][0]["report_id"])
    notice = items(three, W47)["pubmed:11"]
    assert ("notice", "retraction", "major") == (
        notice["standing"], notice["changes"][0]["field"], notice["changes"][0]["grade"],
    )  # fmt: skip
    assert "crossref" in {record["source"] for record in notice["records"]}
    assert "pubmed:11" not in three.told(W48)  # when Retraction Watch reports the same event in a row of its own


def test_an_erratum_is_never_shown_as_a_retraction(three: Week) -> None:
    item = items(three, W47)["pubmed:12"]
    assert ["correction"] == [change["field"] for change in item["changes"]]
    text = (three.folder / "out" / W47 / "digest.txt").read_text(encoding="utf-8")
    section = text.partition("S3 Corrections")[2]
    _, retracted, corrected = re.split(r"\n(?=\d+\. )", section)[:3]
    assert "Ketamine infusion for migraine, a trial" in retracted
    assert "retraction" in retracted.lower()
    corrected, _, _ = corrected.partition("\n\n\n")
    assert "Ketamine in migraine clinics" in corrected
    assert "retract" not in corrected.lower()


def test_versions_of_a_preprint_are_one_report_and_its_article_is_linked_to_it(three: Week) -> None:
    told = items(three, W48)
    relations = told["pubmed:13"]["relations"]
    assert [("preprint_of", "europepmc:PPR:10.99999/rs.3.rs-5", True)] == [
        (one["kind"], one["report_id"], one["certain"]) for one in relations
    ]
    with three.store() as store:
        preprints = [report for report in store.reports() if report.record.kind == "preprint"]
    assert {"europepmc:PPR:10.99999/rs.4", "europepmc:PPR:10.99999/rs.3.rs-5"} == {one.report_id for one in preprints}


def test_a_resubmission_to_ctis_is_the_same_trial_and_no_news(three: Week) -> None:
    assert not [report for report in three.told(W47) if report.startswith("ctis:") and report != "ctis:2024-512310-18"]
    with three.store() as store:
        held = [known.record for known in store.known() if known.record.source == "ctis"]
    assert ["2024-512310-18-01"] == [entry.value for record in held for entry in record.identifiers]


def test_a_trial_in_two_registries_is_one_study(three: Week) -> None:
    with three.store() as store:
        studies = store.studies()

    assert studies["ctis:2024-512310-18"] == studies["clinicaltrials:NCT00000001"]
    assert studies["isrctn:ISRCTN12345671"] != studies["ctis:2024-512310-18"]


def test_a_filter_that_isrctn_drops_leaves_what_is_known_untouched(week: Week) -> None:
    week.run()
    everything = Reply(
        body=b'<?xml version="1.0"?><allTrials totalCount="28673" xmlns="http://www.67bricks.com/isrctn"/>',
        type="text/xml",
    )
    week.server.interpose("isrctn", everything)
    assert not week.run(weeks=1).complete

    assert "failed" == states(week, W47)["isrctn"]
    assert "isrctn:ISRCTN12345671" not in week.told(W47)
    week.server.clear()
    week.run(weeks=1)
    assert "isrctn:ISRCTN12345671" in week.told(W48)


def test_check_shows_every_sources_query_and_that_ctis_is_undocumented(week: Week) -> None:
    done = litwatch_("check", "--quick", folder=week.folder)

    rows = [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 2]
    shown = {(platform, name): value for platform, name, value in rows}
    platforms = ["PubMed", "ClinicalTrials.gov", "Europe PMC", "ISRCTN", "EU CTIS", "Crossref"]
    assert platforms == list(dict.fromkeys(platform for platform, _, _ in rows))
    assert all((platform, "query") in shown and (platform, "result") in shown for platform in platforms)
    assert shown["Europe PMC", "query"].endswith("NOT (SRC:MED OR SRC:PAT)")
    query = "containAll=ketamine & then=(Migraine Disorders OR migrain* OR migraine)"
    assert ("1 match", query) == (shown["EU CTIS", "result"], shown["EU CTIS", "query"])
    assert "undocumented" in shown["EU CTIS", "caution"]
    assert ["EU CTIS"] == [platform for platform, name in shown if name == "caution"]


def test_status_looks_back_on_each_source(week: Week) -> None:
    week.run()
    week.server.interpose("isrctn", Reply(status=503))
    week.run(weeks=1)

    done = litwatch_("status", "--json", folder=week.folder, weeks=1)
    assert 1 == done.returncode
    history = {source["source"]: source["history"] for source in json.loads(done.stdout)["sources"]}
    assert [("failed", 0), ("complete", 1)] == [(run["state"], run["hits"]) for run in history["isrctn"]]
    assert ["complete", "complete"] == [run["state"] for run in history["ctis"]]
    shown = litwatch_("status", folder=week.folder, weeks=1).stdout
    assert "  isrctn: failed, asked 2026-11-16" in shown
    assert "    before: 2026-11-09 complete (1)" in shown
