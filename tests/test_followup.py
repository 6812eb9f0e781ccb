"""The longest time after treatment at which an outcome is told; nothing where none is stated."""

from __future__ import annotations

import pytest

from reading import read

TIMES: dict[str, tuple[str, tuple[float, float | None, str] | None]] = {
    "a list of times": ("METHODS: Pain was measured at 30, 60 and 120 min after ketamine.", (120, None, "minute")),
    "the longest of several": ("RESULTS: Pain had fallen at 2 hours and after 4 weeks.", (4, None, "week")),
    "a range": ("METHODS: Patients were phoned 3 to 6 months after ketamine.", (3, 6, "month")),
    "a day of the schedule": ("METHODS: Pain was assessed on days 1, 7 and 14.", (14, None, "day")),
    "in words": ("RESULTS: Relief lasted for six weeks in both.", (6, None, "week")),
    "followed up": ("METHODS: Patients were followed for 1 year.", (1, None, "year")),
    "hours, hyphenated": ("RESULTS: At the 24-h follow-up pain had returned.", (24, None, "hour")),
    "a rate at a time": ("RESULTS: The 30-day hospital readmission rate was lower after ketamine.", (30, None, "day")),
    "ages with their spread": ("RESULTS: They were 36.4 ± 9.6 years old and reported pain.", None),
    "only an infusion": ("METHODS: Ketamine was infused over 40 minutes.", None),
    "only ages": ("METHODS: Adults aged 18 to 65 years received ketamine.", None),
    "only an interval": ("METHODS: Ketamine was given every 8 hours.", None),
    "only when a dose is repeated": (
        "METHODS: Ketamine 25 mg was taken at the onset of aura, repeated once after 30 min if needed.",
        None,
    ),
    "only an illness": ("METHODS: Patients with migraine for 5 years received ketamine.", None),
    "only recruitment": ("METHODS: Patients were recruited over 3 years.", None),
    "only a wash-out": ("METHODS: After a wash-out of 2 weeks ketamine was given.", None),
    "only the literature": (
        "BACKGROUND: Relief has lasted for 6 weeks in other studies. METHODS: Ketamine was given.",
        None,
    ),
    "a visit without a time": ("RESULTS: Pain was lower at the follow-up visit.", None),
    "how long an infusion ran": ("RESULTS: The infusion lasted 4.8 days on average. Pain fell.", None),
    "a course with nothing after it": (
        "METHODS: Five adults took ketamine 25 mg three times daily for four weeks. RESULTS: Two had fewer attacks.",
        (4.0, None, "week"),
    ),
    "occasions": ("METHODS: Ketamine was given on two days. RESULTS: Pain fell.", None),
    "within a time": (
        "RESULTS: The incidence of headache within 72 h was lower with ketamine.",
        (72.0, None, "hour"),
    ),
    "followed beside a dose": (
        "METHODS: Ketamine 75 mg was compared with ketorolac 30 mg, followed for 120 minutes.",
        (120.0, None, "minute"),
    ),
}


@pytest.mark.parametrize("name", TIMES)
def test_the_follow_up_is_the_longest_time_told(name: str) -> None:
    abstract, expected = TIMES[name]

    found = read(abstract).followup

    assert expected == ((found.value, found.value_high, found.unit) if found else None), found


def test_a_review_has_no_follow_up() -> None:
    assert read("Relief lasted 6 weeks.", title="Ketamine for migraine: a systematic review").followup is None
