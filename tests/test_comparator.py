"""What the watched drug was compared with; nothing where nothing was."""

from __future__ import annotations

import time

import pytest

from reading import read

COMPARED: dict[str, tuple[str, set[tuple[str, str]]]] = {
    "placebo": ("METHODS: In this randomised trial adults received ketamine or placebo.", {("placebo", "placebo")}),
    "saline": (
        "METHODS: Adults were randomised to ketamine or an equal volume of normal saline.",
        {("normal saline", "placebo")},
    ),
    "saline as the placebo": (
        "METHODS: This randomised, placebo-controlled trial gave ketamine or saline.",
        {("saline", "placebo")},
    ),
    "another drug": ("METHODS: Adults were randomised to ketamine or midazolam.", {("midazolam", "active")}),
    "an active placebo": (
        "METHODS: Adults were randomised to ketamine or active placebo (midazolam).",
        {("midazolam", "active")},
    ),
    "a control group's drug": (
        "METHODS: In a randomised trial one group received ketamine and the control group received morphine.",
        {("morphine", "active")},
    ),
    "usual treatment": (
        "METHODS: Adults were randomised to ketamine or treatment as usual.",
        {("treatment as usual", "standard_care")},
    ),
    "another route": (
        "METHODS: Adults were randomised to oral ketamine compared with intravenous ketamine.",
        {("intravenous ketamine", "dose_or_route")},
    ),
    "other doses": (
        "METHODS: Adults were randomised to doses of ketamine of 0.1 mg/kg or 0.5 mg/kg.",
        {("ketamine 0.1 mg/kg or 0.5 mg/kg", "dose_or_route")},
    ),
    "what everybody got": (
        "METHODS: Adults were randomised to ketamine or placebo; all patients received ondansetron 4 mg.",
        {("placebo", "placebo")},
    ),
    "rescue": (
        "METHODS: Adults were randomised to ketamine or placebo. Rescue metoclopramide was allowed.",
        {("placebo", "placebo")},
    ),
    "alone or with another drug": (
        "METHODS: Adults were randomised to ketamine 0.3 mg/kg alone or with dexamethasone 8 mg.",
        {("ketamine alone", "other")},
    ),
    "with and without": (
        "METHODS: In this trial all were given prochlorperazine with or without ketamine by a computer list.",
        {("without ketamine", "other")},
    ),
    "with and without a procedure": (
        "METHODS: Sixty adults chose ketamine with or without an occipital nerve block.",
        {("ketamine alone", "other")},
    ),
    "with and without an illness": (
        "METHODS: Adults with migraine with or without aura were followed after ketamine, prospectively.",
        set(),
    ),
    "a combination": (
        "METHODS: Adults were randomised to the combination of ketamine and morphine or to morphine alone.",
        {("morphine alone", "other")},
    ),
    "people not given it": (
        "METHODS: In a cohort, users of ketamine were compared with matched adults who had not been given ketamine.",
        {("no ketamine", "other")},
    ),
    "people before a change": (
        "METHODS: We compared adults seen in the year before (n = 21) and after (n = 18) ketamine was introduced.",
        {("before the change", "other")},
    ),
    "controls of the past who got a drug": (
        "METHODS: Adults given ketamine were compared with historical controls who had received morphine.",
        {("morphine", "active")},
    ),
    "another length": (
        "METHODS: Adults were randomised to a 4-hour infusion or a 5-day infusion of ketamine.",
        {("4-hour infusion or a 5-day infusion", "dose_or_route")},
    ),
    "doses in random order": (
        "METHODS: Eighteen adults had 0.1, 0.25 and 0.5 mg/kg of ketamine in random order.",
        {("ketamine 0.1, 0.25 and 0.5 mg/kg", "dose_or_route")},
    ),
    "what usual treatment was": (
        "METHODS: Children were randomly assigned to ketamine or to standard therapy (metoclopramide and ibuprofen).",
        {("standard therapy", "standard_care")},
    ),
    "sugar water": (
        "METHODS: In a crossover trial adults received ketamine and an equivalent volume of glucose.",
        {("glucose", "placebo")},
    ),
    "a waiting list": (
        "METHODS: Adults began ketamine at once or after eight weeks on a waiting list.",
        {("waiting list", "other")},
    ),
    "an arm of a list": (
        "METHODS: Adults will be randomised. Arm 1: ketamine IV push. Arm 2: metoclopramide IV push.",
        {("metoclopramide", "active")},
    ),
    "as effective as": (
        "METHODS: This trial asks if ketamine is as effective as valproate in 128 adults.",
        {("valproate", "active")},
    ),
    "the rival first": (
        "METHODS: Adults were followed. RESULTS: Compared with midazolam, a single ketamine infusion lowered pain.",
        {("midazolam", "active")},
    ),
    "what both groups got with a placebo": (
        "METHODS: Adults were randomised to escitalopram 10 mg + ketamine or escitalopram 10 mg + placebo.",
        {("placebo", "placebo")},
    ),
    "a control group with less of it": (
        "METHODS: Adults were randomised. The control group received talks and a low dose of ketamine.",
        {("ketamine in another dose", "dose_or_route")},
    ),
    "a longer infusion, told as a sentence": (
        "METHODS: Ten were randomised to a 96-h ketamine infusion at 0.6 mg/kg/h, while 10 received a 40-min infusion.",
        {("96-h ketamine infusion at 0.6 mg/kg/h, while 10 received a 40-min infusion", "dose_or_route")},
    ),
    "an active placebo without a name": (
        "METHODS: Adults were randomised to ketamine or an active placebo.",
        {("active placebo", "active")},
    ),
    "usual analgesics": (
        "METHODS: Adults were randomised to ketamine or their usual analgesics.",
        {("usual analgesics", "standard_care")},
    ),
    "a gas": (
        "METHODS: Adults treated one attack with ketamine and the next with 100% oxygen, in random order.",
        {("oxygen", "active")},
    ),
    "two doses without a weight": (
        "METHODS: Adults treated one attack with 5 mg and one with 15 mg of nasal ketamine, blinded.",
        {("one attack with 5 mg and one with 15 mg of", "dose_or_route")},
    ),
    "a muscle or a vein": (
        "METHODS: Adults were randomly allotted to 0.5 mg/kg IM or 0.2 mg/kg IV ketamine.",
        {("IV ketamine", "dose_or_route")},
    ),
    "only, for alone": (
        "METHODS: Children with ketamine added to their morphine were compared with children on morphine only.",
        {("morphine alone", "other")},
    ),
    "matched admissions": (
        "METHODS: Admissions treated with ketamine were matched one to two with admissions on dihydroergotamine.",
        {("dihydroergotamine", "active")},
    ),
    "beyond what everybody takes": (
        "METHODS: Adults were randomised to ketamine or to no treatment beyond their usual sumatriptan.",
        {("no treatment", "other")},
    ),
    "those who do not use it": (
        "METHODS: In a cohort, users of ketamine spray were compared with non-users from the same clinic.",
        {("no ketamine", "other")},
    ),
    "visits after and before": (
        "METHODS: Visits in the months after the ketamine protocol began were compared with visits before it.",
        {("before the change", "other")},
    ),
    "a word that only adds": (
        "METHODS: In this trial of ketamine we measured pain as well as doses of ondansetron.",
        set(),
    ),
    "a drug that only names an effect": (
        "METHODS: Twelve adults received ketamine. RESULTS: Ketamine worked other than by dopamine agonist effects.",
        set(),
    ),
    "the solvent": ("METHODS: Ketamine diluted in 100 mL of saline was infused in 12 adults, prospectively.", set()),
    "before and after": ("METHODS: Pain before and after ketamine was compared in 12 adults, prospectively.", set()),
    "trials that are wanted": (
        "METHODS: Twelve adults received ketamine. CONCLUSION: Placebo-controlled trials are needed.",
        set(),
    ),
    "earlier trials": (
        "BACKGROUND: Ketamine has beaten midazolam before. METHODS: Twelve adults received ketamine.",
        set(),
    ),
}


@pytest.mark.parametrize("name", COMPARED)
def test_the_comparators_are_the_studys_own(name: str) -> None:
    abstract, expected = COMPARED[name]

    assert expected == {(one.name, one.type) for one in read(abstract).comparator}


def test_a_case_has_no_comparator() -> None:
    found = read("A man received ketamine; placebo had not helped him.", title="Ketamine for migraine: a case report")

    assert () == found.comparator


def test_a_synthesis_may_compare_with_drugs_it_does_not_name() -> None:
    found = read(
        "We searched PubMed. Six trials compared ketamine with placebo, and four with active drugs. "
        "Ketamine was no better than active drugs.",
        title="Review of trials of ketamine for acute headache",
    )

    assert "systematic_review" == found.design
    assert {("placebo", "placebo"), ("active drugs", "active")} == {(one.name, one.type) for one in found.comparator}


def test_what_a_background_says_its_purpose_is_was_compared() -> None:
    found = read(
        "Background: Migraine is common. The purpose of this randomised and investigator-initiated trial in adults was "
        "to compare ketamine with ketorolac. Methods: Adults were randomised. Results: Pain fell.",
    )

    assert [("ketorolac", "active")] == [(one.name, one.type) for one in found.comparator]


@pytest.mark.parametrize(
    "told", ["midazolam {} ketamine", "ketamine or {} midazolam", "ketamine alone {} or with midazolam"]
)
@pytest.mark.parametrize("row", [".", "(", ", ", "a-"])
def test_a_row_of_marks_takes_no_longer_than_words(told: str, row: str) -> None:
    started = time.process_time()

    read(f"METHODS: Adults were randomised to {told.format(row * 40)} by lot.")

    assert time.process_time() - started < 2  # seconds; were a mark both word and gap, many times as long
