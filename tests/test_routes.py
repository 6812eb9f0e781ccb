"""By which routes the watched drug is given, and not another's."""

from __future__ import annotations

import pytest

from reading import read

ROUTES = {
    "in the title": ("", "Intranasal ketamine for migraine", ("intranasal",)),
    "spelled out": ("METHODS: Adults received intravenous ketamine.", "", ("iv",)),
    "abbreviated": ("METHODS: Adults received ketamine 0.5 mg/kg IM.", "", ("im",)),
    "with stops": ("METHODS: Rats got ketamine, 10 mg/kg i.p., once.", "", ("ip",)),
    "under the skin": ("METHODS: Subcutaneous ketamine was given for ten days.", "", ("sc",)),
    "under the tongue": ("METHODS: Sublingual ketamine was tried at home.", "", ("sublingual",)),
    "an infusion of unsaid route": ("METHODS: Ketamine was infused over 2 h.", "", ("iv",)),
    "an infusion under the skin": ("METHODS: A subcutaneous ketamine infusion was given.", "", ("sc",)),
    "none said": ("METHODS: Adults received ketamine.", "", ("unspecified",)),
    "two that are compared": ("METHODS: Oral ketamine was compared with intravenous ketamine.", "", ("iv", "oral")),
    "the other drug's": ("METHODS: Intranasal ketamine or intravenous morphine was given.", "", ("intranasal",)),
    "the other drug's, named with and": (
        "METHODS: Intranasal ketamine and intravenous ketorolac were compared.",
        "",
        ("intranasal",),
    ),
    "only in the background": (
        "BACKGROUND: Intravenous ketamine has been used before. METHODS: Adults received oral ketamine.",
        "",
        ("oral",),
    ),
    "only what might be": (
        "METHODS: Adults received oral ketamine. CONCLUSION: Intravenous ketamine might serve.",
        "",
        ("oral",),
    ),
    "a grade, no route": ("METHODS: Adults with ASA IV were given ketamine tablets.", "", ("oral",)),
    "a review of one route": (
        "Oral tablets are compared with intravenous ketamine, which needs a clinic.",
        "Oral ketamine for migraine: a systematic review",
        ("oral",),
    ),
    "a sentence that names no drug": (
        "METHODS: Ten adults were treated. Doses were given by intramuscular injection.",
        "",
        ("im",),
    ),
}


@pytest.mark.parametrize("name", ROUTES)
def test_the_routes_are_those_of_the_watched_drug(name: str) -> None:
    abstract, title, routes = ROUTES[name]

    assert routes == read(abstract, title=title or "Ketamine for migraine").routes


def test_a_record_without_the_drug_has_no_route() -> None:
    assert () == read("METHODS: Intravenous ketorolac was given.", title="Ketorolac for migraine").routes
