"""The bundled weeks: what is invented says so, and nothing unreal is told of a real record."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from litwatch.demo.deposit import Deposit
from litwatch.demo.registration import trial
from litwatch.demo.run import drop
from litwatch.demo.world import WEEK_ONE, WEEK_TWO, Article, Trial, World, article, demo_world
from litwatch.library import read_file

MARK = "[Invented for this demonstration"
ARTICLES = [pytest.param(one, id=f"{one.pmid}-{one.since}") for one in demo_world().articles]
TRIALS = [pytest.param(one, id=f"{one.nct}-{one.since}") for one in demo_world().trials]


@pytest.mark.parametrize("one", ARTICLES)
def test_an_article_is_invented_and_marked_in_every_way_or_in_none(one: Article) -> None:
    invented = one.title.startswith(MARK)
    assert one.pmid.startswith("99") is invented
    assert one.doi.startswith("10.5555/") is invented
    assert (one.journal == "Journal of Invented Examples") is invented
    assert all("Example" in name for name in one.authors) is invented
    assert any("Retract" in kind for kind in (*one.types, *(notice.type for notice in one.notices))) <= invented
    assert one.copyright.startswith("Summary written for the litwatch demonstration")


@pytest.mark.parametrize("one", TRIALS)
def test_a_registration_is_invented_and_marked_in_every_way_or_in_none(one: Trial) -> None:
    identification = one.study["protocolSection"]["identificationModule"]
    assert one.nct.startswith("NCT99") is identification["briefTitle"].startswith(MARK)
    assert one.nct == identification["nctId"]


@pytest.mark.parametrize("one", demo_world().deposits, ids=lambda one: f"{one.number}-{one.since}")
def test_a_preprint_is_invented_and_marked_in_every_way_or_in_none(one: Deposit) -> None:
    invented = str(one.result["title"]).startswith(MARK)
    assert one.number.startswith("PPR99") is invented
    assert (one.result["bookOrReportDetails"]["publisher"] == "Example Preprints") is invented
    assert all(name["fullName"].startswith("Example") is invented for name in one.result["authorList"]["author"])
    assert ("doi" not in one.result) or str(one.result["doi"]).startswith("10.5555/") is invented
    text = str(one.result["abstractText"])
    assert text.startswith("This record is invented" if invented else "Summary written for the litwatch demonstration.")


def test_every_registration_of_isrctn_and_ctis_is_invented_and_says_so() -> None:
    world = demo_world()
    assert {one.number for one in world.isrctn} == {"ISRCTN99000001"}
    assert all(f"<title>{MARK}" in one.xml for one in world.isrctn)
    assert all(one.number.startswith("2025-599") for one in world.ctis)
    assert all(str(one.line["ctTitle"]).startswith(MARK) for one in world.ctis)


def test_every_work_with_a_notice_is_invented_and_every_article_with_a_doi_is_a_work() -> None:
    world = demo_world()
    noticed = [one for one in world.works if "updated-by" in one.work or "update-to" in one.work]
    assert {one.doi for one in noticed} == {"10.5555/litwatch.demo.1", "10.5555/litwatch.demo.6"}
    assert all(one.work["title"][0].startswith(MARK) for one in noticed)
    works = world.works_at(WEEK_TWO)
    assert {one.doi.casefold() for one in world.articles_at(WEEK_TWO).values() if one.doi} == works.keys()


def test_the_exports_of_week_two_are_invented_and_none_holds_a_contact(tmp_path: Path) -> None:
    for week in ("one", "two"):
        (tmp_path / week).mkdir()
        drop(week, tmp_path / week, WEEK_ONE)
    read = {path: read_file(path) for path in sorted(tmp_path.rglob("*")) if path.is_file()}
    assert [3, 3, 1, 1] == [len(file.records) for file in read.values()]
    for path, file in read.items():
        assert not file.unreadable
        assert not re.search(r"Contact_(?!\w*/>)|@", path.read_text(encoding="utf-8"))
        for record in file.records:
            assert record.title.startswith(MARK) is ("two" in path.parts)


def test_what_is_new_in_week_two_is_invented() -> None:
    world = demo_world()
    new = world.articles_at(WEEK_TWO).keys() - world.articles_at(WEEK_ONE).keys()
    new |= world.trials_at(WEEK_TWO).keys() - world.trials_at(WEEK_ONE).keys()
    new |= {key[4:] for key in world.deposits_at(WEEK_TWO).keys() - world.deposits_at(WEEK_ONE).keys()}
    assert len(new) == 8
    assert all(re.sub(r"^(NCT|PPR)", "", key).startswith("99") for key in new)
    assert world.isrctn_at(WEEK_TWO).keys() == world.isrctn_at(WEEK_ONE).keys()
    assert world.ctis_at(WEEK_TWO).keys() == world.ctis_at(WEEK_ONE).keys()


def test_every_bundled_article_has_an_abstract_unless_it_is_a_notice() -> None:
    without = {one.pmid for one in demo_world().articles if not one.abstract}
    assert without == {"99000002"}


def test_a_record_stands_from_its_day_to_its_end_in_its_latest_version() -> None:
    world = World(
        articles=(
            article(1, "first", published="2020-05"),
            article(1, "second", since="2026-11-10"),
            article(2, "gone", until="2026-11-10"),
        )
    )
    assert {pmid: one.title for pmid, one in world.articles_at(WEEK_ONE).items()} == {"2": "gone", "1": "first"}
    assert {pmid: one.title for pmid, one in world.articles_at(WEEK_TWO).items()} == {"1": "second"}
    assert world.articles[0].created == date(2020, 5, 1)


def test_an_article_is_built_from_one_line() -> None:
    one = article(
        7,
        "Ketamine.",
        {"RESULTS": "None."},
        created="2026-11-10",
        authors=["Doe J"],
        databanks={"ISRCTN": ["ISRCTN12345678"]},
        notices=[{"type": "ErratumIn", "source": "J Ex. 2026;1:1"}],
    )
    assert (one.pmid, one.abstract, one.since) == ("7", {"RESULTS": "None."}, date(2026, 11, 10))
    assert (one.databanks, one.notices[0].type) == ({"ISRCTN": ("ISRCTN12345678",)}, "ErratumIn")


def test_a_trial_is_built_in_the_shape_of_the_registry() -> None:
    study = trial("NCT00000001", "T", start="2026-03 estimated", results_posted="2026-11-10").study
    status = study["protocolSection"]["statusModule"]
    assert status["startDateStruct"] == {"date": "2026-03", "type": "ESTIMATED"}
    assert status["resultsFirstPostDateStruct"] == {"date": "2026-11-10", "type": "ACTUAL"}
    assert "completionDateStruct" not in status
    assert study["hasResults"] is True
