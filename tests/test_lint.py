"""Flaws of a strategy, told with line and column before anything is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from litwatch import strictyaml
from litwatch.config import Concept, Search
from litwatch.configfile import load
from litwatch.search.lint import flaws

ROOT = Path(__file__).parent.parent


def strategy(native: dict[str, str] | None = None, *drug: str) -> Search:
    concepts = {
        "drug": Concept(terms=drug or ("ketamin*",), false_friends=("ketorolac", "ketoprofen")),
        "condition": Concept(terms=("migrain*",)),
    }
    return Search(concepts=concepts, native=native or {})


@pytest.mark.parametrize(
    ("query", "marked", "grade", "words"),
    [
        ("ketamine[foo] AND migraine[tiab]", "[foo]", "error", "does not know this field tag"),
        ("(ketamine OR esketamine)[tiab]", ")[tiab]", "error", "behind a bracket is ignored"),
        ("“ketamine”[tiab]", "“", "error", "plain quotation mark"),
        ("ketamin∗[tiab]", "∗", "error", "plain asterisk"),
        ("(ketamine[tiab] AND migraine[tiab]", "(", "error", "never closed"),
        ("ketamine[tiab]) AND migraine[tiab]", ")", "error", "without its ("),
        ('"ketamine[tiab] AND migraine[tiab]', '"', "error", "quotation mark without its partner"),
        ("ket*[tiab] AND migraine[tiab]", "ket*", "error", "ketorolac"),
        ("keto*[tiab] AND migraine[tiab]", "keto*", "warning", "listed as false friends"),
        ("ketamine AND migraine[tiab]", "ketamine", "warning", "automatic term mapping"),
        ("ketamine[tiab] OR esketamine[tiab] AND migraine[tiab]", "OR", "warning", "left to right"),
        ("ketamine[tiab] and migraine[tiab]", "and", "warning", "capitals"),
        ("ketamine[tiab] &amp; migraine[tiab]", "&amp;", "error", "HTML escape"),
    ],
)
def test_a_flaw_of_a_pubmed_query_is_told_where_it_stands(query: str, marked: str, grade: str, words: str) -> None:
    found = [flaw for flaw in flaws(strategy({"pubmed": query})) if words in flaw.message]

    assert found, flaws(strategy({"pubmed": query}))
    assert (grade, query.index(marked)) == (found[0].grade, found[0].offset)


@pytest.mark.parametrize(
    "query",
    [
        '("Ketamine"[Mesh] OR ketamin*[tiab]) AND (migrain*[tiab] OR "cluster headache"[tiab])',
        '"Ketamine/therapeutic use"[Majr] AND "migraine"[mh:noexp]',
        '"ketamine migraine"[tiab:~3]',
        "ketamin*[ti] AND 2020/01/01:2026/12/31[crdt] AND english[la]",
    ],
)
def test_a_sound_query_has_no_flaw(query: str) -> None:
    assert () == flaws(strategy({"pubmed": query}))


def test_a_query_too_long_for_the_library_is_read_by_our_own_rules_and_said_to_be() -> None:
    """Three thousand terms took the library more than ten minutes."""
    query = " OR ".join(f"ketamine{number}[tiab]" for number in range(3_000)) + " OR ketamin∗[tiab]"
    found = flaws(strategy({"pubmed": query}))

    assert any("not checked one by one" in flaw.message for flaw in found)
    assert any("plain asterisk" in flaw.message for flaw in found)


def test_the_shipped_strategy_has_no_error() -> None:
    shipped = load(ROOT / "config.yaml", {}).config.search

    assert [] == [flaw for flaw in flaws(shipped) if flaw.grade == "error"]


def test_a_registry_that_cannot_truncate_is_not_asked_for_stems() -> None:
    (flaw,) = flaws(strategy({"clinicaltrials": "ketamin* AND migraine"}))

    assert ("error", 7) == (flaw.grade, flaw.offset)


def test_terms_of_a_concept_are_looked_at_too() -> None:
    found = {
        flaw.path[-1]: (flaw.grade, flaw.message) for flaw in flaws(strategy(None, "ketamin*", "ket*", "S-ketamine"))
    }

    assert "error" == found[1][0]
    assert "ketorolac" in found[1][1]
    assert ("warning", "S-ketamine: finds nothing that ketamin* does not find as well") == found[2]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("q: ketamine[foo]", "ketamine[foo]"),
        ("q: 'it''s ketamine[foo]'", "it's ketamine[foo]"),
        ('q: "a \\"b\\" ketamine[foo]"', 'a "b" ketamine[foo]'),
        ("q: >-\n  first line\n  then ketamine[foo]", "first line then ketamine[foo]"),
        ("q: |\n  first line\n  then ketamine[foo]\n", "first line\nthen ketamine[foo]\n"),
        ("q: first line\n  then ketamine[foo]", "first line then ketamine[foo]"),
        ("a: {b: 1}\nq:   ketamine[foo]   # why", "ketamine[foo]"),
    ],
)
def test_a_character_of_a_value_is_found_in_the_file(written: str, value: str) -> None:
    assert value == strictyaml.read(written).value["q"]

    line, column = strictyaml.position(written, ("q",), value.index("[foo]"))

    assert written.splitlines()[line - 1][column - 1 :].startswith("[foo]")
