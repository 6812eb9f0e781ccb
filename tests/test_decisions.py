"""What people decide is kept, and what a reader followed is told on: whole weeks and small situations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.demo.registration import trial
from litwatch.demo.world import Article, World, article
from litwatch.identify.decisions import arrivals, decided, different, pairs, verdicts
from litwatch.identify.link import relations, studies
from litwatch.model import Citation, DataBank, Identifier, Known, Mark, Registration, Relation
from weeks import Week, a_watch

W46, W47, W48 = "2026-W46", "2026-W47", "2026-W48"
MADE = datetime(2026, 11, 16, 9, tzinfo=UTC)
NCT = "NCT00000001"


def mark(report_id: str, verdict: str, other: str = "", note: str = "") -> Mark:
    return Mark(report_id=report_id, verdict=verdict, other_id=other, note=note, made=MADE)


def link(kind: str, origin: str, target: str, *, certain: bool = True) -> Relation:
    return Relation(kind=kind, from_report=origin, to_report=target, evidence="a field", certain=certain)  # type: ignore[arg-type]  # test shorthand


# --- the pure part


def test_the_last_decision_on_a_report_or_a_pair_stands() -> None:
    marks = (
        mark("a", "include"),
        mark("a", "exclude"),
        mark("b", "exclude"),
        mark("b", "clear"),
        mark("a", "same", "b"),
        mark("b", "different", "a"),
    )

    assert {"a": "exclude"} == verdicts(marks)
    assert frozenset({frozenset({"a", "b"})}) == different(marks)
    assert {} == pairs((*marks, mark("a", "clear", "b")))


def test_what_is_marked_different_is_linked_by_no_evidence_and_what_is_the_same_certainly_is() -> None:
    found = (link("same_trial_as", "a", "b"), link("same_trial_as", "c", "d", certain=False))

    kept = decided(found, (mark("b", "different", "a"), mark("c", "same", "d", "one cohort")))

    (only,) = kept
    assert ("duplicate_of", "d", "c", True) == (only.kind, only.from_report, only.to_report, only.certain)
    assert "marked as the same by hand on 2026-11-16: one cohort" == only.evidence


NAMES = ("a", "b", "c", "d", "e")
PAIRS = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1])


@settings(deadline=None)
@given(st.lists(PAIRS, max_size=8), st.lists(PAIRS, max_size=3), st.randoms(use_true_random=False))
def test_no_study_ever_holds_two_that_people_hold_apart(
    links: list[tuple[str, str]], apart: list[tuple[str, str]], chance: object
) -> None:
    found = [link("same_trial_as", *pair) for pair in links]
    vetoes = frozenset(frozenset(pair) for pair in apart)

    joined, _ = studies(NAMES, found, {}, vetoes)
    shuffled, _ = studies(NAMES, sorted(found, key=lambda _: chance.random()), {}, vetoes)  # type: ignore[attr-defined]  # a Random

    assert all(joined[one] != joined[other] for one, other in apart)
    assert joined == shuffled


def known(report_id: str) -> Known:
    number = Identifier(kind="nct", value=NCT)
    record: Citation | Registration
    if report_id == "trial":
        record = Registration(
            source="clinicaltrials", key=NCT, kind="registration", title="A trial", url="", identifiers=(number,)
        )
    else:
        record = Citation(
            source="pubmed",
            key=report_id,
            kind="article",
            title="Its results",
            url="",
            publication_types=("Randomized Controlled Trial",),
            data_banks=(DataBank(name="ClinicalTrials.gov", accessions=(NCT,)),),
        )
    return Known(record=record, report_id=report_id, study_id=f"study:{report_id}")


HELD = (known("paper"), known("trial"))
LINKS = relations(HELD)


def test_a_link_found_later_between_told_reports_is_news_of_the_trial_once() -> None:
    (news,) = arrivals((), LINKS, HELD, waiting=frozenset(), told_in={"trial": "2026-W40"}, marks=())

    assert ("trial", "changed", "major") == (news.report_id, news.standing, news.changes[0].grade)
    assert news.reason.startswith("The trial you read about in 2026-W40 now has a results paper: ")
    assert () == arrivals(LINKS, LINKS, HELD, waiting=frozenset(), told_in={}, marks=())


@pytest.mark.parametrize("waits", ["paper", "trial"])
def test_a_link_of_what_waits_to_be_told_is_told_with_it(waits: str) -> None:
    assert () == arrivals((), LINKS, HELD, waiting=frozenset({waits}), told_in={}, marks=())


def test_an_excluded_report_returns_for_a_new_certain_link_to_an_included_study_alone() -> None:
    def found(*marks: Mark, links: tuple[Relation, ...] = LINKS) -> list[str]:
        news = arrivals((), links, HELD, waiting=frozenset(), told_in={}, marks=marks)
        return [entry.report_id for entry in news if "You excluded it" in entry.reason]

    assert ["paper"] == found(mark("paper", "exclude"), mark("trial", "include"))
    assert [] == found(mark("paper", "exclude"))
    doubtful = tuple(replace(entry, certain=False) for entry in LINKS)
    assert [] == found(mark("paper", "exclude"), mark("trial", "include"), links=doubtful)


# --- whole weeks

TRIAL = trial(NCT, "Ketamine infusion in migraine", status="COMPLETED", first_posted="2024-01-01")


def paper(pmid: int, title: str = "Ketamine infusion for migraine", **fields: object) -> Article:
    return article(pmid, title, abstract="Ketamine infusion was given for migraine.", **fields)


RESULTS = paper(
    7,
    "Ketamine infusion or saline in migraine",
    created="2026-11-11",
    published="2026-11",
    types=("Journal Article", "Randomized Controlled Trial"),
    databanks={"ClinicalTrials.gov": (NCT,)},
)
OLD = paper(1, created="2018-03-01", published="2018-03")


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with a_watch(tmp_path, World(articles=(OLD, RESULTS), trials=(TRIAL,))) as watch:
        yield watch


def items(week: Week, label: str) -> dict[str, dict[str, object]]:
    sections = week.digest(label)["sections"]
    return {item["report_id"]: item for section in sections for item in section["items"] if "title" in item}


def test_the_trial_you_read_about_now_has_a_results_paper(week: Week) -> None:
    week.write_config(first_run="report")
    week.run()
    assert f"clinicaltrials:{NCT}" in items(week, W46)

    week.run(weeks=1)

    sentence = f"The trial you read about in {W46} now has a results paper."
    assert sentence in str(items(week, W47)["pubmed:7"]["why_here"])
    text = (week.folder / "out" / W47 / "digest.txt").read_text(encoding="utf-8")
    assert sentence in " ".join(text.split())


def test_an_excluded_report_is_quiet_but_for_a_notice(tmp_path: Path) -> None:
    edited, pulled = date(2026, 11, 12), date(2026, 11, 19)
    longer = replace(OLD, title="Ketamine infusion for migraine in the long run")
    retracted = replace(longer, types=("Journal Article", "Retracted Publication"))
    versions = (
        replace(OLD, until=edited),
        replace(longer, since=edited, until=pulled),
        replace(retracted, since=pulled),
    )
    with a_watch(tmp_path, World(articles=versions, trials=(TRIAL,))) as week:
        week.run()
        with week.store() as store:
            store.mark(mark("pubmed:1", "exclude", note="anaesthesia for ECT"))

        week.run(weeks=1)
        assert "pubmed:1" not in items(week, W47)
        assert any("you excluded the report" in note and "pubmed:1" in note for note in week.digest(W47)["notes"])

        week.run(weeks=1)
        assert "notice" == items(week, W48)["pubmed:1"]["standing"]


def test_two_reports_marked_different_are_never_linked_again(week: Week) -> None:
    week.run()
    week.run(weeks=1)
    with week.store() as store:
        assert 1 == len({store.studies()[name] for name in ("pubmed:7", f"clinicaltrials:{NCT}")})
        store.mark(mark("pubmed:7", "different", f"clinicaltrials:{NCT}"))

    for _ in range(2):
        week.run(weeks=1)
        with week.store() as store:
            assert 2 == len({store.studies()[name] for name in ("pubmed:7", f"clinicaltrials:{NCT}")})
            assert [] == [entry for entry in store.relations() if "pubmed:7" in {entry.from_report, entry.to_report}]


def test_a_study_id_leads_to_its_study_for_ever(week: Week) -> None:
    week.run()
    week.run(weeks=1)

    with week.store() as store:
        aliases, joined = store.aliases(), store.studies()
        assert set(aliases) | set(joined.values()) >= {"study:pubmed:7", f"study:clinicaltrials:{NCT}"}
        assert all(study_id in joined.values() for study_id in aliases.values())
