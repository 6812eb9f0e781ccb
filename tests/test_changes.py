"""What changed in a record: each grade at its boundary, and noise of every kind that must never alarm."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.identify.changes import compare
from litwatch.model import (
    AbstractSection,
    Arm,
    Author,
    Change,
    Citation,
    CommentCorrection,
    Intervention,
    MeshHeading,
    Outcome,
    PartialDate,
    Reference,
    Registration,
    SecondaryId,
)
from test_identify import judged as identified
from test_identify import known, paper, trial

RICH = trial(
    official_title="A randomised trial of ketamine – in migraine",
    acronym="RICH",
    primary_outcomes=(
        Outcome(measure="Pain intensity", time_frame="2 hours", description="Numeric scale, 0 to 10."),
        Outcome(measure="Pain intensity", time_frame="24 hours", description="Numeric scale, 0 to 10."),
    ),
    secondary_outcomes=(Outcome(measure="Rescue medication", time_frame="24 hours"), Outcome(measure="Nausea")),
    arms=(
        Arm(label="Active", description="Ketamine 0.5 mg/kg over 40 minutes", interventions=("Ketamine", "Care")),
        Arm(label="Active", description="Ketamine 1 mg/kg over 40 minutes", interventions=("Ketamine",)),
        Arm(label="Placebo", description="Saline"),
    ),
    interventions=(
        Intervention(name="Ketamine", description="0.5 mg/kg"),
        Intervention(name="Ketamine", description="1 mg/kg"),
        Intervention(name="Saline", description="100 mL"),
    ),
    conditions=("Migraine", "Chronic Migraine"),
    collaborators=("A University", "B Hospital"),
    phases=("PHASE2", "PHASE3"),
    who_masked=("PARTICIPANT", "INVESTIGATOR"),
    secondary_ids=(SecondaryId(value="R01-1"), SecondaryId(value="2020-100001-12")),
    references=(Reference(type="RESULT", pmid="5"), Reference(type="BACKGROUND", pmid="6")),
    eligibility="Inclusion: adults, 18–65 years.",
    summary="Does ketamine help?",
    keywords=("ketamine",),
    mesh=("Migraine Disorders",),
)
LISTS = (
    "primary_outcomes",
    "secondary_outcomes",
    "arms",
    "interventions",
    "conditions",
    "collaborators",
    "phases",
    "who_masked",
    "secondary_ids",
    "references",
    "countries",
)
TEXTS = ("title", "official_title", "eligibility", "summary", "sponsor")
WRITTEN = st.sampled_from(
    [
        lambda text: text.replace(" ", "  ") + "\n",
        lambda text: text.upper(),
        lambda text: text.replace("–", "-").replace("'", "’"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: f"{text}.",
    ]
)


@given(st.randoms(use_true_random=False), WRITTEN)
def test_no_order_and_no_way_of_writing_a_registration_alarms(chance: random.Random, written: Any) -> None:
    shuffled: dict[str, Any] = {
        name: tuple(chance.sample(getattr(RICH, name), len(getattr(RICH, name)))) for name in LISTS
    }
    texts = {name: written(getattr(RICH, name)) for name in TEXTS}
    outcomes = tuple(
        replace(entry, measure=written(entry.measure), time_frame=written(entry.time_frame))
        for entry in shuffled["primary_outcomes"]
    )

    again = replace(RICH, **{**shuffled, **texts, "primary_outcomes": outcomes})

    assert () == compare(RICH, again)
    assert () == compare(again, RICH)


NOISE: dict[str, dict[str, Any]] = {
    "a revision date": {"revised": PartialDate(value="2026-11-15")},
    "the last update": {"last_update_submitted": PartialDate(value="2026-11-15")},
    "a contact, which is kept nowhere, verified again": {"status_verified": PartialDate(value="2026-11")},
    "terms that the registry assigned": {"mesh": ("Migraine Disorders", "Headache")},
    "keywords": {"keywords": ("ketamine", "migraine")},
    "a background reference": {"references": (*RICH.references, Reference(type="BACKGROUND", pmid="7"))},
    "an automatic reference": {"references": (*RICH.references, Reference(type="DERIVED", pmid="8"))},
    "the address": {"url": "https://example.org/elsewhere"},
    "a date told to the day": {"start": PartialDate(value="2025-03-09")},
}


@pytest.mark.parametrize("name", NOISE)
def test_what_says_nothing_of_a_trial_does_not_alarm(name: str) -> None:
    old = replace(RICH, start=PartialDate(value="2025-03"))

    assert () == compare(old, replace(old, **NOISE[name]))


CITATION = paper(
    abstract=(AbstractSection(label="METHODS", text="Ketamine 0.5 mg/kg was given."),),
    authors=(Author(last="Berg", initials="A"), Author(last="Öz", initials="B")),
    publication_status="aheadofprint",
    mesh=(MeshHeading(descriptor="Ketamine"),),
)
PAPER_NOISE: dict[str, dict[str, Any]] = {
    "MeSH arriving": {"mesh": (*CITATION.mesh, MeshHeading(descriptor="Migraine Disorders")), "status": "MEDLINE"},
    "MeSH in another order": {"chemicals": ("Ketamine",), "keywords": ("migraine",)},
    "from online to print": {
        "publication_status": "ppublish",
        "volume": "46",
        "issue": "3",
        "pages": "201-9",
        "published": PartialDate(value="2027-01"),
        "printed": PartialDate(value="2027-01"),
    },
    "a revision date": {"revised": PartialDate(value="2026-11-15")},
    "first names": {"authors": (Author(last="Berg", fore="Anna"), Author(last="Oz", fore="Bo"))},
    "labels of the abstract": {"abstract": (AbstractSection(text="Ketamine 0.5 mg/kg was given."),)},
    "a decimal point": {"abstract": (AbstractSection(text="Ketamine 0·5 mg/kg was given."),)},
    "free full text": {"free_full_text": "https://example.org/x"},
}


@pytest.mark.parametrize("name", PAPER_NOISE)
def test_what_says_nothing_of_a_paper_does_not_alarm(name: str) -> None:
    assert () == compare(CITATION, replace(CITATION, **PAPER_NOISE[name]))


def only(old: Registration, **given_: Any) -> Change:
    (change,) = compare(old, replace(old, **given_))
    return change


@pytest.mark.parametrize(
    ("status", "why", "shown"),
    [
        ("TERMINATED", "slow accrual", "terminated (why stopped: slow accrual)"),
        ("SUSPENDED", "", "suspended"),
        ("WITHDRAWN", "no funding", "withdrawn (why stopped: no funding)"),
        ("ACTIVE_NOT_RECRUITING", "", "active, not recruiting"),
    ],
)
def test_a_status_is_major_and_says_why_it_stopped(status: str, why: str, shown: str) -> None:
    change = only(RICH, status=status, why_stopped=why)

    assert ("status", "recruiting", shown, "major") == (change.field, change.old, change.new, change.grade)


def test_why_it_stopped_is_major_when_it_comes_later_and_minor_when_reworded() -> None:
    stopped = replace(RICH, status="TERMINATED")

    came = only(stopped, why_stopped="safety")
    assert ("why stopped", "safety", "major") == (came.field, came.new, came.grade)
    assert "minor" == only(replace(stopped, why_stopped="safety"), why_stopped="safety board").grade


@pytest.mark.parametrize(
    ("before", "after", "grade"),
    [
        (50, 60, "major"),
        (50, 59, "minor"),
        (50, 40, "major"),
        (50, 41, "minor"),
        (35, 42, "major"),
        (35, 41, "minor"),
        (0, 1, "major"),
        (50, 0, "major"),
        (None, 50, "minor"),
        (50, None, "minor"),
    ],
)
def test_enrolment_is_major_from_a_fifth_on(before: int | None, after: int | None, grade: str) -> None:
    change = only(replace(RICH, enrolment=before), enrolment=after)

    assert ("enrolment", grade) == (change.field, change.grade)


def test_an_enrolment_that_is_only_said_to_be_actual_is_minor() -> None:
    assert "minor" == only(RICH, enrolment_type="ACTUAL").grade


@given(st.integers(min_value=1, max_value=2000))
def test_a_primary_completion_is_major_from_the_91st_day_on(days: int) -> None:
    first = date(2026, 12, 1)
    old = replace(RICH, primary_completion=PartialDate(value=first.isoformat(), type="ESTIMATED"))
    later = PartialDate(value=(first + timedelta(days=days)).isoformat(), type="ESTIMATED")
    sooner = PartialDate(value=(first - timedelta(days=days)).isoformat(), type="ESTIMATED")

    assert ("major" if days > 90 else "minor") == only(old, primary_completion=later).grade
    assert "minor" == only(old, primary_completion=sooner).grade


@pytest.mark.parametrize(("primary", "grade"), [(None, "major"), (PartialDate(value="2027-01-01"), "minor")])
def test_the_only_end_a_registry_gives_counts_as_its_primary_completion(
    primary: PartialDate | None, grade: str
) -> None:
    """ISRCTN and CTIS state one end of a trial, ClinicalTrials.gov two."""
    old = replace(RICH, primary_completion=primary, completion=PartialDate(value="2027-01-01"))
    assert grade == only(old, completion=PartialDate(value="2027-06-01")).grade


@pytest.mark.parametrize(
    ("field", "given_", "old", "new"),
    [
        (
            "primary outcome time frame",
            {"primary_outcomes": (RICH.primary_outcomes[0], replace(RICH.primary_outcomes[1], time_frame="1 week"))},
            "Pain intensity: 24 hours",
            "Pain intensity: 1 week",
        ),
        (
            "primary outcome time frame",
            {"primary_outcomes": RICH.primary_outcomes[:1]},
            "Pain intensity: 24 hours",
            "Pain intensity: not listed",
        ),
        (
            "primary outcome",
            {"primary_outcomes": (*RICH.primary_outcomes, Outcome(measure="Relapse", time_frame="1 week"))},
            "not listed",
            "Relapse [1 week]",
        ),
        (
            "arms",
            {"arms": (replace(RICH.arms[0], description="Ketamine 0.3 mg/kg over 40 minutes"), *RICH.arms[1:])},
            "0.5 mg/kg",
            "0.3 mg/kg",
        ),
        ("arms", {"arms": RICH.arms[:2]}, "Placebo: Saline", "not listed"),
        (
            "interventions",
            {"interventions": (*RICH.interventions[:2], replace(RICH.interventions[2], description="50 mL"))},
            "100 mL",
            "50 mL",
        ),
        ("allocation", {"allocation": "NON_RANDOMIZED"}, "randomised", "not randomised"),
        ("masking", {"masking": "NONE", "who_masked": ()}, "double (investigator, participant)", "none (open label)"),
        ("masking", {"who_masked": ("PARTICIPANT",)}, "double (investigator, participant)", "double (participant)"),
        ("results posted", {"results_posted": PartialDate(value="2026-11-10")}, "not posted", "2026-11-10"),
    ],
)
def test_a_change_of_design_or_results_is_major_old_to_new(
    field: str, given_: dict[str, Any], old: str, new: str
) -> None:
    change = only(RICH, **given_)

    assert (field, "major") == (change.field, change.grade)
    assert old in change.old
    assert new in change.new


def test_a_time_frame_is_told_beside_an_outcome_that_came() -> None:
    outcomes = (RICH.primary_outcomes[0], replace(RICH.primary_outcomes[1], time_frame="1 week"), Outcome(measure="X"))

    found = compare(RICH, replace(RICH, primary_outcomes=outcomes))

    assert ["primary outcome", "primary outcome time frame"] == [change.field for change in found]


@pytest.mark.parametrize(
    ("ref_type", "field", "grade"),
    [
        ("RetractionIn", "retraction", "major"),
        ("PartialRetractionIn", "partial retraction", "major"),
        ("ExpressionOfConcernIn", "expression of concern", "major"),
        ("ErratumIn", "correction", "minor"),
    ],
)
def test_a_notice_is_a_notice_of_its_own_grade(ref_type: str, field: str, grade: str) -> None:
    noticed = replace(CITATION, corrections=(CommentCorrection(ref_type=ref_type, citation="J. 2026", pmid="9"),))

    (found,) = identified(noticed, held=(known(CITATION),))

    assert "notice" == found.standing
    assert [(field, grade)] == [(change.field, change.grade) for change in found.changes]


def test_a_trial_that_vanished_is_major() -> None:
    (found,) = identified(held=(known(RICH),), gone=frozenset({RICH.key}), source="clinicaltrials")

    assert (True, "major") == (found.vanished, found.changes[0].grade)


def rest(record: Registration | Citation, **given_: Any) -> set[str]:
    return {change.grade for change in compare(record, replace(record, **given_))}


@pytest.mark.parametrize(
    "given_",
    [
        {"secondary_outcomes": ()},
        {"conditions": ("Migraine",)},
        {"countries": ("Norway",)},
        {"sponsor": "Another University"},
        {"eligibility": "Inclusion: adults, 18-70 years."},
        {"phases": ("PHASE3",)},
        {"references": (*RICH.references, Reference(type="RESULT", pmid="9"))},
        {"start": PartialDate(value="2027-01")},
    ],
)
def test_the_rest_of_a_registration_is_minor(given_: dict[str, Any]) -> None:
    assert {"minor"} == rest(RICH, **given_)
