"""The bundled weeks: what is invented says so, and nothing unreal is told of a real record."""

from __future__ import annotations

from datetime import date

import pytest

from litwatch.demo.registration import trial
from litwatch.demo.world import WEEK_ONE, WEEK_TWO, Article, Trial, World, article, demo_world

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


def test_what_is_new_in_week_two_is_invented() -> None:
    world = demo_world()
    new = world.articles_at(WEEK_TWO).keys() - world.articles_at(WEEK_ONE).keys()
    new |= world.trials_at(WEEK_TWO).keys() - world.trials_at(WEEK_ONE).keys()
    assert len(new) == 6
    assert all(key.removeprefix("NCT").startswith("99") for key in new)


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
