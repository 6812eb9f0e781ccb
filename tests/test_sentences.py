"""Sentences with their places in the original text, each typed by its part in the study."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.appraise.headings import kinds_of_heading
from litwatch.appraise.sentences import sentences_of

LABELLED = (
    "BACKGROUND: Migraine is common. OBJECTIVE: To test a nasal spray. METHODS: Adults (n = 12) got 0.2 mg/kg i.v. "
    "Pain was rated. RESULTS: Pain fell (p < .05). Two vs. 5 patients vomited. CONCLUSION: More work is needed. "
    "TRIAL REGISTRATION: NCT00000001."
)


def test_headings_type_the_sentences_under_them_and_belong_to_none() -> None:
    found = [(sentence.kind, sentence.text) for sentence in sentences_of(LABELLED, "abstract")]

    assert [
        ("background", "Migraine is common."),
        ("aim", "To test a nasal spray."),
        ("methods", "Adults (n = 12) got 0.2 mg/kg i.v."),
        ("methods", "Pain was rated."),
        ("results", "Pain fell (p < .05)."),
        ("results", "Two vs. 5 patients vomited."),
        ("conclusion", "More work is needed."),
        ("note", "NCT00000001."),
    ] == found


def test_without_headings_wording_and_place_decide() -> None:
    text = (
        "Cluster headache remains hard to treat. The aim of this study was to test a slow infusion. "
        "Fourteen adults were recruited at one clinic and were given the drug over two hours. "
        "Attacks decreased significantly in nine of them (p = 0.01). "
        "These findings suggest that a larger trial is warranted."
    )

    assert ["background", "aim", "methods", "results", "conclusion"] == [
        sentence.kind for sentence in sentences_of(text, "abstract")
    ]


def test_headings_copied_without_colon_still_count() -> None:
    text = "Background Pain is common. Methods We treated ten adults. Results All improved. Conclusions It may help."

    assert ["background", "methods", "results", "conclusion"] == [
        sentence.kind for sentence in sentences_of(text, "abstract")
    ]


def test_a_title_is_a_title() -> None:
    assert ["title"] == [sentence.kind for sentence in sentences_of("Ketamine for migraine: a case series", "title")]


UNBROKEN = {
    "a rate with dots": "The pump ran at 0.2 mg. kg-1. h-1 for a day.",
    "an abbreviated route before a number": "They got it i.v. 2 hours before.",
    "versus": "Drug vs. Placebo was compared.",
    "a bracket with a stop": "Doses (low. Medium. High) were given.",
    "an initial": "The scale of J. Smith was used.",
    "a registry address": "See ClinicalTrials.gov for it.",
}


@pytest.mark.parametrize("name", UNBROKEN)
def test_a_stop_inside_a_sentence_does_not_end_it(name: str) -> None:
    assert [UNBROKEN[name]] == [sentence.text for sentence in sentences_of(UNBROKEN[name], "abstract")]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The score fell.It rose later.", 2),
        ("It fell. rTMS followed.", 2),
        ("It fell [3]. Then it rose.", 2),
        ("One line\nAnother line", 2),
        ("", 0),
    ],
)
def test_sentences_are_told_apart(text: str, count: int) -> None:
    assert count == len(sentences_of(text, "abstract"))


@pytest.mark.parametrize(
    ("heading", "kinds"),
    [
        ("Methods and results", ("methods", "results")),
        ("DESIGN, SETTING, AND PARTICIPANTS", ("methods",)),
        ("MAIN OUTCOMES AND MEASURES", ("methods",)),
        ("CONCLUSIONS AND RELEVANCE", ("conclusion",)),
        ("Case presentation", ("methods", "results")),
        ("TRIAL REGISTRATION NUMBER", ("note",)),
        ("UNASSIGNED", ("background", "aim", "methods", "results", "conclusion")),
    ],
)
def test_a_heading_announces_its_kinds(heading: str, kinds: tuple[str, ...]) -> None:
    assert kinds == kinds_of_heading(heading)


@given(st.text(alphabet="aB. \n:()1ME", max_size=80) | st.text(max_size=80))
def test_every_sentence_is_an_exact_stretch_and_they_stand_in_order(text: str) -> None:
    found = sentences_of(text, "abstract")

    assert all(sentence.text == text[sentence.start : sentence.end] for sentence in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_a_heading_that_stays_the_only_one_heads_its_first_sentence() -> None:
    text = "Purpose: to describe the course after ketamine. Forty adults were followed. Fatigue was reported by 15."

    assert ["aim", "methods", "results"] == [one.kind for one in sentences_of(text, "abstract")]
