"""What the watched drug was compared with; nothing where nothing was."""

from __future__ import annotations

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
