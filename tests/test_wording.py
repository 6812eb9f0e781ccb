"""Words that litwatch puts beside what it read: names of languages, places, times, and the overview."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest

from golden_digests import paper
from litwatch.digest.glance import GROUPS, glance_of, ordered
from litwatch.digest.languages import NAMES, TAGS, other_languages, tag
from litwatch.digest.linked import linked
from litwatch.digest.links import named, registry_words
from litwatch.digest.trial_facts import trial_facts
from litwatch.digest.wording import place, reasoned
from litwatch.model import Appraisal, Change, Citation, Identifier, News, Outcome, Registration
from test_digest import label, news, trial


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ((), ""),
        (("eng",), ""),
        (("nor",), "Norwegian"),
        (("fre", "eng"), "French and English"),
        (("und",), ""),
        (("xyz",), "xyz"),
    ],
)
def test_a_language_other_than_english_is_named(codes: tuple[str, ...], words: str) -> None:
    assert words == other_languages(codes)


@pytest.mark.parametrize(
    ("code", "letters"), [("eng", "en"), ("fre", "fr"), ("chi", "zh"), ("mul", "mul"), ("en", "en")]
)
def test_a_document_tells_a_language_by_the_two_letters_of_the_web(code: str, letters: str) -> None:
    assert letters == tag(code)


def test_every_language_that_is_named_has_its_letters() -> None:
    assert NAMES.keys() - {"mul"} == TAGS.keys() - {"eng"}
    assert len(set(TAGS.values())) == len(TAGS)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("abstract", "abstract"),
        ("MeSH", "indexing, MeSH"),
        ("publication type", "indexing, publication type"),
        ("armGroups[0].description", "registry, arm groups, description"),
    ],
)
def test_a_place_is_named_as_a_reader_knows_it(field: str, words: str) -> None:
    assert words == place(field)


def test_a_reason_names_fields_in_plain_words() -> None:
    assert "“K” in the brief title and “M” in the title" == reasoned("“K” in the briefTitle and “M” in the title")


@pytest.mark.parametrize(
    ("measure", "frame", "words"),
    [
        ("Headache days", "28 days", "Headache days [28 days]"),
        ("Pain, 15 minutes after the first spray", "", "Pain, 15 minutes after the first spray"),
        ("Days with headache in weeks 5 to 8", "", "Days with headache in weeks 5 to 8"),
        ("Pain freedom at two hours", "", "Pain freedom at two hours"),
        ("Monthly headache days", "", "Monthly headache days [time frame not stated]"),
    ],
)
def test_a_time_in_the_measures_own_words_is_not_said_to_be_missing(measure: str, frame: str, words: str) -> None:
    entry = trial(1)
    assert isinstance(entry.record, Registration)
    record = replace(entry.record, primary_outcomes=(Outcome(measure=measure, time_frame=frame),))

    facts = {fact.name: fact.value for fact in trial_facts(record, Appraisal(label="core", label_reason="r"))}

    assert words == facts["Primary outcome"]


def test_a_registrys_name_is_not_said_twice() -> None:
    entry = trial(1).record
    assert isinstance(entry, Registration)

    assert "ClinicalTrials.gov NCT00000001" == registry_words(entry)
    assert "ISRCTN12345678" == registry_words(replace(entry, registry="ISRCTN", key="ISRCTN12345678"))
    assert "CTRI/2026/11/099001" == registry_words(replace(entry, registry="CTRI", key="CTRI/2026/11/099001"))


def test_a_report_is_named_with_a_number_to_find_it_by() -> None:
    record = news(7).record
    assert isinstance(record, Citation)

    assert "Example 2026 (PMID 7)" == named(record)
    doi = Identifier(kind="doi", value="10.1/a")
    assert "Example 2026 (doi:10.1/a)" == named(replace(record, identifiers=(doi,)))
    assert "Example 2026" == named(replace(record, identifiers=()))


def test_pmids_and_dois_in_a_sentence_are_links_and_other_numbers_are_not() -> None:
    text = "Etchison 2018 (PMID 29923953), n = 123, see doi:10.1097/AAP.0000000000000827. NCT02657031"

    shown = str(linked(text))

    assert 'href="https://pubmed.ncbi.nlm.nih.gov/29923953/">PMID 29923953</a>' in shown
    assert 'href="https://doi.org/10.1097/AAP.0000000000000827">doi:10.1097/AAP.0000000000000827</a>. ' in shown
    assert 3 == shown.count("<a ")
    assert "&lt;i&gt;" in str(linked("<i>PMID 1</i>"))
    assert '"' not in unescape(str(linked('PMID 1" onload="x'))).split("href=")[1].split(">")[0][1:-1]


def overview(*entries: tuple[str, News]) -> list[tuple[str, str]]:
    lines = (glance_of(number, section, entry) for number, (section, entry) in enumerate(entries, 1))
    return [(line.group, line.what) for line in ordered(lines)]


def test_the_overview_tells_what_matters_most_first() -> None:
    minor = Change(field="contacts", old="a", new="b", grade="minor")
    retraction = Change(field="retraction", old="none", new="J 1", grade="major")

    told = overview(
        ("Q01", trial(1, changes=(minor, minor))),
        ("Q01", trial(2)),
        ("Q02", trial(3, "new", changes=())),
        ("Q03", news(4, "late")),
        ("S1", label(news(5), "adjacent")),
        ("Q01", paper(6)),
        ("S0", news(7)),
        ("S3", news(8, "notice", changes=(retraction,), first_told_in="2026-W40")),
        ("S5", news(9, "possible_duplicate")),
    )

    assert list(GROUPS.values()) == [group for group, _ in told]
    words = dict(told)
    assert "retraction of a report told in 2026-W40" == words[GROUPS["notice"]]
    assert "randomised trial, n = 40, outcome read as no difference" == words[GROUPS["results"]]
    assert "late arrival: randomised trial" == words[GROUPS["older"]]
    assert "contacts" == words[GROUPS["minor"]]
    assert "status: planned → recruiting" == words[GROUPS["changed"]]


def test_an_outcome_without_a_comparison_is_not_told_in_the_overview() -> None:
    entry = paper(1)
    assert entry.appraisal.outcome is not None
    outcome = replace(entry.appraisal.outcome, direction="improved_pre_post")

    ((_, what),) = overview(("Q01", replace(entry, appraisal=replace(entry.appraisal, outcome=outcome))))

    assert "randomised trial, n = 40" == what
