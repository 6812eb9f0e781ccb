"""One sentence that states the main result; its direction never contradicts it, and a null result counts like any."""

from __future__ import annotations

import pytest

from reading import read

TRIAL = "METHODS: Sixty adults were randomised to ketamine or placebo. RESULTS: "
SERIES = "METHODS: Twelve adults received ketamine, one after the other. RESULTS: "
DIRECTIONS: dict[str, tuple[str, str | None]] = {
    "each arm its amount, the other's the larger": (
        TRIAL + "At one hour pain decreased by 21.5 mm with ketamine and by 33.5 mm with placebo (p = 0.03).",
        "favours_comparator",
    ),
    "each arm its amount, ours the larger": (
        TRIAL + "Pain fell by 4.1 points with ketamine and by 2.0 points with placebo (p = 0.01).",
        "favours_ketamine",
    ),
    "of two amounts the first is of the arm before the verb": (
        TRIAL + "Ketamine reduced pain by 20 mm versus 43 mm with placebo (p = 0.01).",
        "favours_comparator",
    ),
    "equal amounts": (TRIAL + "Pain fell by 3 points with ketamine and by 3 points with placebo.", None),
    "days by which attacks fell": (
        TRIAL + "Migraine days fell by 2.1 days with ketamine and by 4.4 days with placebo (p = 0.02).",
        "favours_comparator",
    ),
    "both arms alike in the same words": (TRIAL + "Pain decreased with ketamine and placebo.", None),
    "more than the other two": (
        TRIAL + "Two ketamine infusions improved pain (p < 0.001) than a single ketamine or placebo infusion.",
        "favours_ketamine",
    ),
    "two treatments compared in a cohort": (
        "METHODS: Adults had ketamine or lidocaine. RESULTS: Response rates were similar with ketamine and lidocaine.",
        "no_difference",
    ),
    "the time to relief": (
        TRIAL + "Time to relief was longer in the ketamine group than in the placebo group (p < 0.001).",
        "favours_comparator",
    ),
    "the time to the next attack": (
        TRIAL + "The time to the next attack was longer with ketamine than with placebo (p < 0.001).",
        "favours_ketamine",
    ),
    "relief of pain is good": (
        TRIAL + "Patients given placebo reported greater pain relief than those given ketamine.",
        "favours_comparator",
    ),
    "each its hour": (
        TRIAL + "Pain was lower with ketamine at 1 h (p = 0.01), but at 24 h placebo was superior (p = 0.02).",
        "mixed",
    ),
    "what the sentence begins with": (
        TRIAL + "Compared with placebo, ketamine increased monthly headache days (difference 1.4; p = 0.03).",
        "favours_comparator",
    ),
    "a ratio is against the other arm": (
        TRIAL + "The odds of a 50% response were higher with ketamine (OR 3.1, 95% CI 1.4 to 6.9).",
        "favours_ketamine",
    ),
    "a ratio that may be one": (
        TRIAL + "The odds of a 50% response were higher with ketamine (OR 1.4, 95% CI 0.7 to 2.9).",
        "no_difference",
    ),
    "levels of what is bad": (
        TRIAL + "Mean pain at 60 minutes was 5.1 with ketamine and 3.2 with placebo (p = 0.01).",
        "favours_comparator",
    ),
    "counts of what is good": (
        TRIAL + "Headache relief occurred in 31/40 given ketamine and 18/40 given placebo (p = 0.006).",
        "favours_ketamine",
    ),
    "counts that no test tells apart": (
        TRIAL + "Headache relief occurred in 19 of 40 given ketamine and 17 of 40 given placebo (95% CI -0.2 to 0.3).",
        "no_difference",
    ),
    "counts of nobody": (
        TRIAL + "Headache relief occurred in 5/0 given ketamine and 3 of 0 given placebo (p = 0.01).",
        None,
    ),
    "levels with a test that cannot be read": (
        TRIAL + "Mean pain was 5.1 with ketamine and 3.2 with placebo (95% CI in the table).",
        None,
    ),
    "levels without a test": (TRIAL + "Mean pain was 5.1 with ketamine and 3.2 with placebo.", None),
    "counts of those without it": (
        TRIAL + "Of all, 51% given ketamine scored zero on pain and 24% given placebo (p = 0.04).",
        None,
    ),
    "a larger reduction is one comparison": (
        TRIAL
        + "Compared with placebo, ketamine brought a larger reduction in attacks (p = 0.01), with effects for days.",
        "favours_ketamine",
    ),
    "rescue": (
        TRIAL + "Fewer patients in the ketamine arm needed rescue medication (12% vs 37%, p = 0.004).",
        "favours_ketamine",
    ),
    "lower pain": (
        TRIAL + "Pain was significantly lower in the ketamine group than in the placebo group.",
        "favours_ketamine",
    ),
    "greater relief": (
        TRIAL + "Pain relief was greater with ketamine than with placebo (p = 0.01).",
        "favours_ketamine",
    ),
    "superior": (TRIAL + "Ketamine was superior to placebo in headache relief.", "favours_ketamine"),
    "but not placebo": (TRIAL + "Ketamine, but not placebo, reduced headache severity.", "favours_ketamine"),
    "the other had no effect": (
        TRIAL + "Ketamine reduced the severity of pain, whereas placebo had no effect.",
        "favours_ketamine",
    ),
    "no difference": (
        TRIAL + "There was no significant difference in pain scores between ketamine and placebo.",
        "no_difference",
    ),
    "did not reduce": (TRIAL + "Ketamine did not reduce pain compared with placebo.", "no_difference"),
    "as good as": (TRIAL + "Both groups had similar pain relief.", "no_difference"),
    "the other was better": (TRIAL + "Placebo was superior to ketamine in headache relief.", "favours_comparator"),
    "higher pain": (TRIAL + "Pain was higher in the ketamine group than in the placebo group.", "favours_comparator"),
    "less relief": (TRIAL + "Pain relief was lower with ketamine than with placebo.", "favours_comparator"),
    "no evidence of being better": (
        TRIAL + "There was no evidence to support the superiority of ketamine over placebo in pain relief.",
        "no_difference",
    ),
    "numbers apart by semicolons": (
        TRIAL + "Ketamine did not improve pain relief compared with placebo (RR 1.0; 95% CI 0.8 to 1.2).",
        "no_difference",
    ),
    "an interval over no difference": (
        TRIAL + "Headache days fell by 3.1 with ketamine and by 2.9 with saline (difference 0.2, 95% CI -1.1 to 1.5).",
        "no_difference",
    ),
    "an interval clear of no difference": (
        TRIAL + "Pain was lower with ketamine than with placebo (difference −1.2; 95% CI −2.0 to −0.4).",
        "favours_ketamine",
    ),
    "a ratio over one": (
        TRIAL + "Relief was greater with ketamine than with placebo (odds ratio 1.4, 95% CI 0.8–2.3).",
        "no_difference",
    ),
    "a p value that finds nothing": (
        TRIAL + "Pain was lower with ketamine than with placebo (2.1 versus 2.4, p = 0.31).",
        "no_difference",
    ),
    "a p value that finds something": (
        TRIAL + "Pain was lower with ketamine than with placebo (2.1 versus 4.4, p = 0.003).",
        "favours_ketamine",
    ),
    "uncertain": (TRIAL + "The evidence that ketamine was better than placebo for pain is very uncertain.", None),
    "what another drug did": (TRIAL + "The use of atropine reduced salivation under ketamine for pain.", None),
    "one end point and not the other": (
        TRIAL + "Pain was lower with ketamine than with placebo at 30 min, but there was no difference at 60 min.",
        "mixed",
    ),
    "pain before and after": (SERIES + "Ketamine reduced headache severity from 8 to 3.", "improved_pre_post"),
    "relief of a series": (SERIES + "Ketamine led to complete relief of pain in eight patients.", "improved_pre_post"),
    "no change of a series": (SERIES + "Ketamine did not improve headache.", "no_difference"),
    "side effects alone": (TRIAL + "Side effects were more frequent with ketamine than with placebo.", None),
    "a wish": (TRIAL + "Further trials of ketamine for pain relief are needed.", None),
    "demographics": (TRIAL + "There were no differences in age and sex between ketamine and placebo.", None),
    "nothing": (TRIAL + "Thirty adults took each drug.", None),
    "what fell more": (
        (
            "METHODS: Adults were randomised to ketamine or ketorolac. "
            "RESULTS: Pain fell more with ketamine (-4.1 v -2.9, P=0.01)."
        ),
        "favours_ketamine",
    ),
    "a dose too small, then one that worked": (
        (
            "METHODS: Adults were randomised to ketamine or saline. "
            "RESULTS: Ketamine was ineffective at 6 mg/kg but relieved pain at 12 mg/kg."
        ),
        "favours_ketamine",
    ),
    "what lowered pain more": (
        (
            "METHODS: Women were randomised to esketamine or fentanyl. "
            "RESULTS: Esketamine lowered pain more than fentanyl (mean difference -1.4, 95% CI -2.3 to -0.5)."
        ),
        "favours_ketamine",
    ),
    "what lowered pain less": (
        (
            "METHODS: Women were randomised to ketamine or fentanyl. "
            "RESULTS: Ketamine lowered pain less than fentanyl (P = .02)."
        ),
        "favours_comparator",
    ),
    "what relieved it more": (
        (
            "METHODS: Women were randomised to ketamine or fentanyl. "
            "RESULTS: Ketamine relieved headache more than fentanyl (P = .02)."
        ),
        "favours_ketamine",
    ),
}


@pytest.mark.parametrize("name", DIRECTIONS)
def test_the_direction_is_the_sentences_own(name: str) -> None:
    abstract, direction = DIRECTIONS[name]

    found = read(abstract).outcome

    assert direction == (found.direction if found else None), found


def test_the_primary_outcome_goes_before_a_kinder_conclusion() -> None:
    found = read(
        TRIAL + "The primary outcome, pain at 30 min, did not differ between ketamine and placebo. "
        "CONCLUSION: Ketamine may relieve pain in some."
    ).outcome

    assert found is not None
    assert ("no_difference", True) == (found.direction, found.quote.text.startswith("The primary outcome"))


def test_a_plan_has_no_outcome() -> None:
    found = read("Ketamine will reduce pain.", title="Ketamine for migraine: protocol for a randomised trial")

    assert found.outcome is None
