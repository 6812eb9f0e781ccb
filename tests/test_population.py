"""How many people were treated or analysed: not screened, not infusions; None where the words do not settle it."""

from __future__ import annotations

import pytest

from reading import read

COUNTS: dict[str, tuple[str, int | None]] = {
    "treated": ("METHODS: We treated 14 adults with ketamine.", 14),
    "in words": ("METHODS: Twenty-three patients received ketamine.", 23),
    "a hundred in words": ("METHODS: One hundred and twelve adults received ketamine.", 112),
    "n in a bracket": ("METHODS: Adults with migraine (n = 28) received ketamine.", 28),
    "thousands": ("METHODS: We studied 1,204 patients who received ketamine.", 1204),
    "screened and randomised": ("RESULTS: Of 90 patients screened, 61 were randomised to ketamine or placebo.", 61),
    "assessed and randomised": ("RESULTS: 130 patients were assessed, and 67 were randomly assigned to ketamine.", 67),
    "invited and interviewed": ("RESULTS: We invited 242 patients; 169 were interviewed about ketamine.", 169),
    "arms": ("METHODS: Adults were randomised to ketamine (n = 30) or placebo (n = 31).", 61),
    "arms in the sentence": ("METHODS: 20 patients received ketamine and 18 patients received saline.", 38),
    "a total beside its arms": (
        "METHODS: 40 adults were randomised: 20 patients to ketamine and 20 patients to placebo.",
        40,
    ),
    "in each group": (
        "METHODS: Adults were randomised to two groups of ketamine or saline, 17 patients in each group.",
        34,
    ),
    "infusions of few patients": ("METHODS: Six patients received 49 infusions of ketamine.", 6),
    "lost ones": ("RESULTS: We enrolled 34 patients; 4 patients were lost to follow-up after ketamine.", 34),
    "a planned number": ("METHODS: We will recruit 60 adults, who will receive ketamine or placebo.", 60),
    "eligible to receive": ("METHODS: Seventy-seven patients were eligible to receive six ketamine infusions.", 77),
    "a number per centre": ("METHODS: We expect to recruit 10 patients per centre for ketamine.", None),
    "ages": ("METHODS: Adults aged 18 to 65 years received ketamine.", None),
    "nothing": ("METHODS: Ketamine was given to adults.", None),
    "controls that another sentence counts": (
        "METHODS: Twenty patients received ketamine. Eighteen healthy volunteers were scanned once.",
        38,
    ),
    "a second sample": (
        "RESULTS: In the original sample (N = 50) two classes were found, in the confirmatory sample (N = 55) too.",
        105,
    ),
    "two times of different people": (
        "METHODS: We compared records of adults in the year before (n = 212) and after (n = 187) its introduction.",
        None,
    ),
    "infusions of outpatients are no people": (
        "METHODS: Sixty-three children received 277 outpatient infusions of ketamine.",
        63,
    ),
    "more in the same bracket": (
        "METHODS: Participants (n=156; 81% women) were randomized to ketamine or placebo.",
        156,
    ),
}


@pytest.mark.parametrize("name", COUNTS)
def test_the_number_of_people_is_the_one_treated_or_analysed(name: str) -> None:
    abstract, number = COUNTS[name]

    found = read(abstract)

    assert number == found.population_n, found.n_quote
    assert (found.n_quote is None) is (number is None)


def test_one_patient_is_one() -> None:
    found = read("A 34-year-old woman with migraine received ketamine.", title="Ketamine for migraine: a case report")

    assert 1 == found.population_n


def test_a_narrative_review_has_no_number() -> None:
    found = read("In earlier trials 61 patients received ketamine.", title="Ketamine for migraine: a narrative review")

    assert found.population_n is None


def test_siblings_are_people_and_a_pair_of_them_a_case() -> None:
    found = read("Two siblings with hemiplegic migraine were given oral ketamine 25 mg.", "Oral ketamine: two siblings")

    assert (2, "case_report") == (found.population_n, found.design)
