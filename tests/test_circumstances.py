"""Setting, diagnosis and withdrawals: with their exact words, and not where hoped for, avoided or denied."""

from __future__ import annotations

import pytest

from litwatch.digest import wording
from reading import read

SETTINGS: dict[str, tuple[str, list[str]]] = {
    "an emergency department": (
        "METHODS: Adults who came to an urban emergency department (ED) with migraine received ketamine.",
        ["emergency department"],
    ),
    "its short form": ("METHODS: We treated adults in the ED with ketamine.", ["emergency department"]),
    "inpatients": ("METHODS: Charts of patients admitted for a five-day ketamine infusion were read.", ["inpatient"]),
    "a clinic for infusions": (
        "METHODS: Outpatients came to our infusion center weekly.",
        ["outpatient", "infusion clinic"],
    ),
    "a headache centre": ("METHODS: At a tertiary headache center we asked users of the spray.", ["headache clinic"]),
    "at home": ("METHODS: Lozenges were taken at home under telehealth supervision.", ["home", "telehealth"]),
    "before hospital": ("METHODS: Prehospital ketamine was given by the crew.", ["prehospital"]),
    "visits as an outcome": ("RESULTS: Emergency department visits fell by half after treatment.", []),
    "fewer of them": ("METHODS: We treated women. RESULTS: There were fewer emergency department returns.", []),
    "avoided": ("RESULTS: Ketamine may avoid hospitalisation. Pain fell in twelve patients.", []),
    "what failed before": ("METHODS: All had failed outpatient therapy and received ketamine.", []),
    "hoped for": ("CONCLUSIONS: Use at home should be studied.", []),
    "of the literature": ("BACKGROUND: Migraine is common in the emergency department. METHODS: We treated ten.", []),
    "where it is not said": ("METHODS: Ten patients received ketamine. RESULTS: Pain fell.", []),
}
DIAGNOSES: dict[str, tuple[str, list[str]]] = {
    "the third edition": ("METHODS: Adults with migraine (ICHD-3) received ketamine.", ["ICHD-3"]),
    "its beta": ("METHODS: Migraine met the ICHD-3 beta criteria.", ["ICHD-3 beta"]),
    "its beta in Greek": ("METHODS: Migraine met the ICHD-IIIβ criteria.", ["ICHD-3 beta"]),
    "spelled out": (
        "METHODS: Migraine was diagnosed by the International Classification of Headache Disorders, 3rd edition.",
        ["ICHD-3"],
    ),
    "the edition ahead": (
        "METHODS: The third edition of the International Classification of Headache Disorders was used.",
        ["ICHD-3"],
    ),
    "the second edition": ("METHODS: All met ICHD-II criteria for cluster headache.", ["ICHD-2"]),
    "without an edition": ("METHODS: Patients who met ICHD criteria were enrolled.", ["ICHD"]),
    "of the society": ("METHODS: Migraine by International Headache Society criteria.", ["IHS"]),
    "a code": ("METHODS: We searched ICD-10 codes for migraine.", ["ICD-10"]),
    "a chronic form": ("METHODS: Twelve adults with chronic migraine received ketamine.", ["chronic migraine"]),
    "both forms": (
        "METHODS: People with chronic or episodic cluster headache received ketamine.",
        ["chronic or episodic cluster headache"],
    ),
    "with what it resists": ("METHODS: Ten had chronic refractory migraine.", ["chronic refractory migraine"]),
    "chronic pain is none": ("METHODS: People with chronic pain and migraine received ketamine.", []),
    "an excluded form": ("METHODS: Migraine was treated; people with chronic cluster headache were excluded.", []),
    "of the literature": ("BACKGROUND: Chronic migraine is a burden. METHODS: Ten adults received ketamine.", []),
}
WITHDRAWALS: dict[str, tuple[str, list[str]]] = {
    "because of an event": (
        "RESULTS: Two patients withdrew because of nausea.",
        ["2 withdrew because of adverse events"],
    ),
    "in words, with a share": (
        "RESULTS: Three of 30 participants (10%) discontinued treatment due to adverse events.",
        ["3 of 30 (10 %) withdrew because of adverse events"],
    ),
    "no reason given": ("RESULTS: Four participants dropped out before day 28.", ["4 withdrew"]),
    "for lack of effect": (
        "RESULTS: Five patients discontinued the spray for lack of efficacy.",
        ["5 withdrew for lack of effect"],
    ),
    "lost": ("RESULTS: Six patients were lost to follow-up.", ["6 withdrew lost to follow-up"]),
    "in how many": (
        "RESULTS: The infusion was discontinued in two patients because of agitation.",
        ["2 withdrew because of adverse events"],
    ),
    "nobody": ("RESULTS: No patient withdrew. Pain fell.", ["nobody withdrew"]),
    "no dropouts": ("RESULTS: There were no dropouts.", ["nobody withdrew"]),
    "a rate": ("RESULTS: The dropout rate was 12%.", ["12 % withdrew"]),
    "not because of events": (
        "RESULTS: Three participants withdrew, none due to adverse events.",
        ["3 withdrew"],
    ),
    "who completed": ("RESULTS: Eighteen of 30 patients completed the study.", ["18 of 30 completed"]),
    "all of them": ("RESULTS: All 24 patients completed the protocol.", ["all 24 completed"]),
    "everybody, uncounted": ("RESULTS: All participants completed both sessions.", ["all completed"]),
    "symptoms of withdrawal": ("RESULTS: Opioid withdrawal symptoms occurred in three patients.", []),
    "withdrawal of overused drugs": ("RESULTS: Withdrawal of the overused drugs succeeded in nine patients.", []),
    "other drugs stopped": ("RESULTS: Seven patients discontinued opioids.", []),
    "a questionnaire filled in": ("RESULTS: Forty patients completed the questionnaire.", []),
    "an infusion that ended": ("RESULTS: The infusion was discontinued after five days.", []),
    "men after women": ("RESULTS: Sixteen women and 4 men completed the study.", []),
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_the_setting_is_where_people_were_treated(name: str) -> None:
    abstract, places = SETTINGS[name]

    assert places == [one.name for one in read(abstract).setting]


@pytest.mark.parametrize("name", DIAGNOSES)
def test_the_diagnosis_is_by_the_criteria_and_form_as_written(name: str) -> None:
    abstract, names = DIAGNOSES[name]

    assert names == [one.name for one in read(abstract).diagnosis]


@pytest.mark.parametrize("name", WITHDRAWALS)
def test_withdrawals_are_told_as_printed(name: str) -> None:
    abstract, told = WITHDRAWALS[name]

    assert told == [wording.withdrawal(one) for one in read(abstract).withdrawals]


def test_a_review_has_no_setting_and_no_withdrawals() -> None:
    found = read("Ketamine is used in the emergency department. Two patients withdrew.", title="Ketamine: a review")

    assert ((), ()) == (found.setting, found.withdrawals)
