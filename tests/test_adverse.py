"""Adverse events that happened, each with its sentence; none that was denied, and `none` only where it is said."""

from __future__ import annotations

import pytest

from reading import read

TOLD: dict[str, tuple[str, list[str]]] = {
    "a list after": (
        "RESULTS: Adverse events included nausea (12%), vivid dreams (8%), and brain fog (2%).",
        ["nausea", "vivid dreams", "brain fog"],
    ),
    "such as": (
        "RESULTS: Side effects such as fatigue and dizziness were more common with ketamine.",
        ["fatigue", "dizziness"],
    ),
    "a list before": (
        "RESULTS: Drowsiness, nausea and jaw ache were the most common adverse events.",
        ["drowsiness", "nausea", "jaw ache"],
    ),
    "the most common of a group": (
        "RESULTS: The most common adverse events in the ketamine group were dizziness, unpleasant taste, and headache.",
        ["dizziness", "unpleasant taste", "headache"],
    ),
    "an abbreviation, rates, and what follows": (
        "RESULTS: Adverse events (AEs) were nausea (RR 1.4 [1.1, 1.8]), and headache (25%); the latter was brief.",
        ["nausea", "headache"],
    ),
    "the length of a wanted seizure": ("RESULTS: Seizure duration was longer with ketamine than with propofol.", []),
    "somebody had it": ("RESULTS: One patient reported transient hallucinations.", ["transient hallucinations"]),
    "somebody became it": ("RESULTS: Two patients got slightly agitated.", ["agitation"]),
    "counted without a verb": ("RESULTS: Nausea in 3. Pain fell.", ["nausea"]),
    "two of them in some": ("RESULTS: Nausea and vomiting in two patients.", ["nausea", "vomiting"]),
    "some had it": ("RESULTS: Three had nausea and vomiting.", ["nausea", "vomiting"]),
    "denied after": (
        "RESULTS: Three patients reported dizziness and there were no hallucinations or dysphoria.",
        ["dizziness"],
    ),
    "denied before": ("RESULTS: No hallucinations were reported by any patient.", []),
    "denied, then one": (
        "RESULTS: There were no side effects except nausea in two patients.",
        ["no side effects", "nausea"],
    ),
    "none": ("RESULTS: No serious adverse events occurred.", ["no serious adverse events"]),
    "nobody": ("RESULTS: No patient experienced severe side effects.", ["no severe side effects"]),
    "no other": ("RESULTS: One patient reported nausea. There were no other side effects.", ["nausea"]),
    "no difference is not none": ("RESULTS: There was no difference in side effects between the groups.", []),
    "without more of them is not none": ("RESULTS: Pain fell without increasing side effects.", []),
    "unnamed but there": ("RESULTS: Mild side effects were seen in most patients.", ["mild side effects"]),
    "at least one": ("RESULTS: In all, 74% reported at least one adverse event.", ["at least one adverse event"]),
    "planned to be watched": ("METHODS: Adverse events such as nausea will be recorded.", []),
    "measured": ("METHODS: Nausea and sedation were assessed at 30 min.", []),
    "a complaint that got better": ("RESULTS: Ketamine reduced nausea more than placebo did.", []),
    "of the literature": ("BACKGROUND: Ketamine can cause hallucinations. RESULTS: Pain fell.", []),
    "told by a verb": (
        "RESULTS: One participant vomited. Blood pressure rose in all.",
        ["vomiting", "blood pressure increase"],
    ),
    "why somebody stopped": ("RESULTS: Two patients discontinued ketamine because of dysphoria.", ["dysphoria"]),
    "counted in brackets": (
        "RESULTS: Tolerance was good apart from diplopia (4 cases) and nightmares (2 cases).",
        ["diplopia", "nightmares"],
    ),
    "a scale is no count": ("RESULTS: Ratings of sedation (0-10) and pain were similar.", []),
    "most often": (
        "RESULTS: Side effects were reported by 144 (71%), most often fatigue (25%) and double vision (22%).",
        ["fatigue", "double vision"],
    ),
    "a ratio is no event": ("RESULTS: Ketamine led to more adverse events (risk ratio 3.26).", []),
    "in the last sentence": ("Ten were treated. Pain fell. Mild nausea occurred in five.", ["mild nausea"]),
}


@pytest.mark.parametrize("name", TOLD)
def test_the_adverse_events_are_those_that_happened(name: str) -> None:
    abstract, terms = TOLD[name]

    assert terms == [event.term for event in read(abstract).adverse_events]


def test_nothing_said_is_nothing_found() -> None:
    assert () == read("METHODS: Twelve adults received ketamine. RESULTS: Pain fell by half.").adverse_events


def test_a_plan_has_no_adverse_events() -> None:
    found = read("Adverse events may include nausea.", title="Ketamine for migraine: protocol for a randomised trial")

    assert () == found.adverse_events
