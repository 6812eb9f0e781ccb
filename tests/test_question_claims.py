"""Who gained more, how long the drug was taken, what a review tells of its use: claims that no single word makes."""

from __future__ import annotations

import pytest

from litwatch.appraise import appraise
from reading import CONFIG, article

MIGRAINE = "Ketamine for migraine"
# What is read -> the question, and whether it bears on it with evidence of its own.
CLAIMS: dict[str, tuple[str, str, str, bool]] = {
    "responders and the others": (
        MIGRAINE,
        "RESULTS: Responders were younger than non-responders (41 and 49 years).",
        "Q07",
        True,
    ),
    "a feature that goes with relief": (
        MIGRAINE,
        "RESULTS: Age under 40 and episodic disease were associated with relief at two hours.",
        "Q07",
        True,
    ),
    "a feature that does not": (MIGRAINE, "RESULTS: Pain relief was independent of genotype.", "Q07", True),
    "no difference by a feature": (
        MIGRAINE,
        "RESULTS: Relief did not differ between those with and without medication overuse, nor by sex.",
        "Q07",
        True,
    ),
    "a faster relapse": (MIGRAINE, "RESULTS: Relapse was faster in those with medication overuse.", "Q07", True),
    "subgroups": (MIGRAINE, "RESULTS: In prespecified subgroups, women with aura gained more.", "Q07", True),
    "less likely to respond": (MIGRAINE, "RESULTS: Opioid users were less likely to respond.", "Q07", True),
    "with and without it": (
        MIGRAINE,
        "RESULTS: 14 of 20 with aura and 9 of 30 without aura were pain-free at two hours.",
        "Q07",
        True,
    ),
    "a marker and the fall": (
        MIGRAINE,
        "RESULTS: Baseline BDNF correlated with the fall in headache days.",
        "Q07",
        True,
    ),
    "the rate of responders": (MIGRAINE, "RESULTS: The responder rate was 52% with ketamine and 40%.", "Q07", False),
    "what the treatment goes with": (
        MIGRAINE,
        "RESULTS: Treatment with ketamine was associated with improvement in six of six.",
        "Q07",
        False,
    ),
    "what became of the others": (
        MIGRAINE,
        "METHODS: Nonresponders were randomly assigned again to ketamine.",
        "Q07",
        False,
    ),
    "two groups of treatment": (
        MIGRAINE,
        "RESULTS: Relief was similar in patients with migraine of both groups.",
        "Q07",
        False,
    ),
    "a stratified allocation": (
        MIGRAINE,
        "METHODS: Adults were given ketamine or saline; randomization was stratified by site.",
        "Q07",
        False,
    ),
    "a year of a spray": (
        MIGRAINE,
        "METHODS: 33 patients used compounded ketamine spray for a mean of 14 months.",
        "Q09",
        True,
    ),
    "years of injections": (
        MIGRAINE,
        "METHODS: Eleven patients were treated with weekly ketamine injections over two years.",
        "Q09",
        True,
    ),
    "years of the drug": ("Two years of oral ketamine for cluster headache", "", "Q09", True),
    "twice daily for weeks": (
        MIGRAINE,
        "METHODS: Adults were randomised to ketamine 40 mg or placebo twice daily for 12 weeks.",
        "Q09",
        True,
    ),
    "an exposure": (MIGRAINE, "RESULTS: Mean exposure to ketamine was 42.9 months.", "Q09", True),
    "long-term by name": ("Long-term oral ketamine in cluster headache", "", "Q09", True),
    "a short course": (MIGRAINE, "METHODS: Adults took ketamine lozenges daily for two weeks.", "Q09", False),
    "how long they were ill": (
        MIGRAINE,
        "METHODS: Adults given ketamine had had migraine for 12 years.",
        "Q09",
        False,
    ),
    "how long they were followed": (
        MIGRAINE,
        "METHODS: After ketamine treatment, adults were followed by telephone once a month for 6 months.",
        "Q09",
        False,
    ),
    "another drug that was taken so long": (
        MIGRAINE,
        "METHODS: Adults had a five-day ketamine infusion and then topiramate for six months.",
        "Q09",
        False,
    ),
    "after the end of treatment": (
        MIGRAINE,
        "RESULTS: Relief by ketamine was kept for two years following treatment completion.",
        "Q09",
        False,
    ),
    "who may not take part": (
        MIGRAINE,
        "METHODS: Adults were given ketamine; a history of substance abuse was an exclusion criterion.",
        "Q09",
        False,
    ),
    "time on the drug is no lasting relief": (
        MIGRAINE,
        "METHODS: Adults received intermittently dosed ketamine spray for up to 36 months.",
        "Q08",
        False,
    ),
    "infusions in a review": (
        "Ketamine in headache medicine: a narrative review",
        (
            "This review covers ketamine. Infusions from 0.1 to 1 mg/kg/h over days have been used in refractory "
            "migraine. "
            "Intranasal ketamine 25 mg shortened aura in one trial."
        ),
        "Q01",
        True,
    ),
    "sprays in a systematic review": (
        "Ketamine for migraine: systematic review",
        "We searched PubMed. Eleven studies were included: six of intravenous infusion and three of intranasal spray.",
        "Q02",
        True,
    ),
    "another drug's infusions in a review": (
        "Treatments of refractory migraine: a review",
        "This review covers nasal ketamine, which shortened aura. Lidocaine infusions have been used for days.",
        "Q01",
        False,
    ),
    "a controlled comparison without lots": (
        "Ketamine or valproate for migraine: a prospective comparison",
        "METHODS: In this prospective comparison, 90 adults were given ketamine (odd days) or valproate (even days).",
        "Q10",
        True,
    ),
    "a trial by envelopes": (
        MIGRAINE,
        "METHODS: Patients were allocated by sealed envelopes to ketamine or dexketoprofen.",
        "Q10",
        True,
    ),
    "a trial that needs to be done": (
        "Ketamine or valproate for migraine: a comparison",
        (
            "METHODS: Ninety adults were given ketamine or valproate, on odd and even days. "
            "CONCLUSION: These findings need to be investigated in a randomised trial of ketamine."
        ),
        "Q10",
        False,
    ),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_bears_on_its_question(name: str) -> None:
    title, abstract, question, evident = CLAIMS[name]

    hits = {hit.id: hit for hit in appraise(article(title, abstract), CONFIG).questions if hit.strength == "evidence"}

    assert evident == (question in hits), hits.get(question)


def test_an_approval_does_not_stand_for_the_regimen_nor_a_purpose_for_what_was_found() -> None:
    route = appraise(
        article(
            "Intranasal ketamine for headache",
            "To study intranasal ketamine in headache. METHODS: The review board approved our interviews of patients "
            "given intranasal ketamine.",
        ),
        CONFIG,
    )
    harm = appraise(
        article(
            MIGRAINE,
            "OBJECTIVE: To assess long-term safety of ketamine. CONCLUSION: No new signals were seen during long-term "
            "treatment with ketamine.",
        ),
        CONFIG,
    )

    assert "To study intranasal" in next(hit.quote.text for hit in route.questions if hit.id == "Q02")
    assert "No new signals" in next(hit.quote.text for hit in harm.questions if hit.id == "Q09")
