"""Which records are of one report: cases a librarian can edit, traps under every loss of fields, any order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from litwatch.errors import InputError
from litwatch.identify.dedupe import Reference, Resolution, cluster, resolve

CASES: list[dict[str, Any]] = json.loads((ROOT / "tests" / "data" / "dedupe_cases.json").read_text(encoding="utf-8"))
Row = Mapping[str, str]


def outcome(one: Row, other: Row) -> str:
    found = resolve([{**one, "record_id": "a"}, {**other, "record_id": "b"}])
    return "duplicate" if len(found.clusters) == 1 else ("possible" if found.possible else "distinct")


def test_there_are_cases_enough_of_each_kind_and_each_has_a_note() -> None:
    expected = [case["expected"] for case in CASES]

    assert len({case["id"] for case in CASES}) == len(CASES) >= 120
    assert min(expected.count("duplicate"), expected.count("distinct")) >= 40
    assert all(case["note"] for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['note']}")
def test_a_pair_is_judged_as_a_librarian_would_whichever_comes_first(case: dict[str, Any]) -> None:
    one, other = case["record_a"], case["record_b"]

    assert case["expected"] == outcome(one, other) == outcome(other, one)


# An article, another database's record of it, and beside them a report of its own: they must never be one cluster.

ARTICLES = {case["record_a"]["author"]: case["record_a"] for case in CASES if case["id"] < "D041"}  # one a group
TRAPS: dict[str, Callable[[str], str]] = {
    "erratum": lambda title: f"Erratum: {title}",
    "erratum to": lambda title: f"Erratum to: {title}",
    "corrigendum": lambda title: f"Corrigendum to “{title}”",
    "correction": lambda title: f"Correction: {title}",
    "correction behind": lambda title: f"{title} - Correction",
    "author correction": lambda title: f"Author Correction: {title}",
    "place corrected": lambda title: f"{title} (vol 3, pg 12, 2011)",
    "retraction": lambda title: f"Retraction: {title}",
    "retraction of": lambda title: f"Retraction of: {title}",
    "notice of retraction": lambda title: f"Notice of Retraction. {title}",
    "concern": lambda title: f"Expression of Concern: {title}",
    "addendum": lambda title: f"Addendum: {title}",
    "reply": lambda title: f"Reply: {title}",
    "reply behind": lambda title: f"{title}: reply",
    "authors reply": lambda title: f"{title} - authors' reply",
    "response": lambda title: f"Response to: {title}",
    "re": lambda title: f"Re: {title}",
    "comment": lambda title: f"Comment on: {title}",
    "commentary": lambda title: f"Commentary: {title}",
    "protocol": lambda title: f"{title}: study protocol",
    "protocol for": lambda title: f"Protocol for: {title}",
    "rationale": lambda title: f"{title}: rationale and design",
    "analysis plan": lambda title: f"{title}: statistical analysis plan",
    "follow-up": lambda title: f"{title}: five-year follow-up",
    "long-term": lambda title: f"{title}: long-term results",
    "extension": lambda title: f"{title}: open-label extension",
    "part": lambda title: f"{title}. Part II",
    "part 3": lambda title: f"{title}: part 3",
    "roman": lambda title: f"{title} II",
}
LOSSES = {
    "nothing lost": (),
    "no DOI, no PMID": ("doi", "pmid"),
    "no place": ("volume", "number", "pages"),
    "no pages": ("pages", "pmid"),
    "no authors": ("author", "pmid"),
    "title and year alone": ("author", "journal", "volume", "number", "pages", "doi", "pmid"),
}


@pytest.mark.parametrize("trap", TRAPS)
@pytest.mark.parametrize("lost", LOSSES)
def test_a_report_of_its_own_is_never_merged_with_the_article_it_is_about(trap: str, lost: str) -> None:
    rows: list[dict[str, str]] = []
    for number, article in enumerate(ARTICLES.values()):
        elsewhere = {name: value for name, value in article.items() if name not in LOSSES[lost]}
        title = TRAPS[trap](article["title"])
        # A reference manager fills in the article's DOI and place, or the database has given less.
        about = ({**article, "title": title, "pmid": ""}, {**elsewhere, "title": title, "pmid": ""})
        rows += [{**row, "record_id": f"article {number} {at}"} for at, row in enumerate((article, elsewhere))]
        rows += [{**row, "record_id": f"about {number} {at}"} for at, row in enumerate(about)]

    merged = [one for one in cluster(rows) if len({name.split()[0] for name in one.record_ids}) > 1]

    assert [] == merged


OPPOSITES = (
    ("men", "women"),
    ("male", "female"),
    ("typical", "atypical"),
    ("symptomatic", "asymptomatic"),
    ("pregnant", "nonpregnant"),
    ("treated", "untreated"),
    ("ketamine", "esketamine"),
    ("intravenous", "intranasal"),
    ("intravenous", "intramuscular"),
    ("preoperative", "postoperative"),
    ("hypertensive", "hypotensive"),
    ("hyperglycaemic", "hyperlipidaemic"),
    ("non-smoking", "smoking"),
    ("acute", "chronic"),
    ("short-term", "long-term"),
    ("HIV-positive", "HIV-negative"),
    ("type 1", "type 2"),
    ("phase II", "phase III"),
)


@pytest.mark.parametrize(("one", "other"), OPPOSITES, ids=" or ".join)
def test_sibling_papers_that_differ_in_one_word_are_two(one: str, other: str) -> None:
    shared = {"author": "Farrow D; Inoue S; Kallas M", "year": "2012", "journal": "Stroke and Sleep"}
    titles = [f"Sleep apnoea and stroke outcomes in {word} participants of a rural cohort" for word in (one, other)]

    assert "distinct" == outcome({**shared, "title": titles[0]}, {**shared, "title": titles[1]})


def test_words_that_are_only_joined_or_split_stay_one_title() -> None:
    shared = {"author": "Farrow D; Inoue S; Kallas M", "year": "2012", "journal": "Stroke and Sleep"}
    titles = [
        f"Sleep apnoea and stroke in {word} participants of a rural cohort" for word in ("nonsmoking", "non smoking")
    ]

    assert "duplicate" == outcome({**shared, "title": titles[0]}, {**shared, "title": titles[1]})


# --- the whole set


def records() -> list[Reference]:
    """Return every record of the cases, and copies that make larger clusters."""
    rows = [case[side] for case in CASES for side in ("record_a", "record_b")]
    return [Reference(record_id=f"r{number:03d}", **row) for number, row in enumerate(rows)]


def as_sets(found: Resolution) -> tuple[set[tuple[str, ...]], set[tuple[str, str, int, str]]]:
    clusters = {(one.cluster_id, one.kept, *sorted(one.record_ids)) for one in found.clusters}
    return clusters, {(pair.record_id_a, pair.record_id_b, pair.score, pair.reason) for pair in found.possible}


EVERY = records()
WHOLE = as_sets(resolve(EVERY))


@settings(max_examples=25, deadline=None)
@given(st.permutations(EVERY))
def test_the_clusters_are_the_same_for_any_order_of_the_records(order: list[Reference]) -> None:
    assert WHOLE == as_sets(resolve(order))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(EVERY), unique=True, max_size=40))
def test_every_record_is_in_exactly_one_cluster(some: list[Reference]) -> None:
    found = cluster(some)

    assert sorted(one.record_id for one in some) == sorted(name for one in found for name in one.record_ids)
    first = [min(some.index(record) for record in some if record.record_id in one.record_ids) for one in found]
    assert sorted(first) == first


def test_a_cluster_never_holds_two_pmids() -> None:
    pmid = {one.record_id: one.pmid for one in EVERY}

    for one in resolve(EVERY).clusters:
        assert len({pmid[name] for name in one.record_ids} - {""}) <= 1


def test_the_fullest_record_is_kept() -> None:
    full = {"record_id": "z", "abstract": "We counted flares by diary through one winter.", **EVERY_FIELD}
    poor = {
        "record_id": "a",
        "title": full["title"],
        "author": full["author"],
        "journal": full["journal"],
        "year": "2013",
    }

    (one,) = cluster([poor, full])

    assert ("a", "z", "a") == (one.cluster_id, one.kept, one.duplicates[0].record_id)


EVERY_FIELD = {
    "title": "Colchicine dosing intervals and flare frequency in adults with tophaceous gout",
    "author": "Marwick A; Olubunmi T; Sarkissian L",
    "year": "2013",
    "journal": "Journal of Applied Rheumatology",
    "volume": "24",
    "pages": "211-219",
}


def test_nothing_in_gives_nothing_out() -> None:
    assert [] == cluster([])


@pytest.mark.parametrize("titles", [("", ""), ("", "Editorial"), ("Letter", "Letter")], ids=str)
def test_records_that_say_next_to_nothing_are_left_apart(titles: tuple[str, str]) -> None:
    assert 2 == len(cluster([{"title": title} for title in titles]))


def test_two_records_with_one_id_are_refused() -> None:
    with pytest.raises(InputError, match="given to two records"):
        cluster([{"record_id": "x", "title": "A"}, {"record_id": "x", "title": "B"}])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({name: st.text(max_size=30) for name in (*EVERY_FIELD, "doi", "abstract")}), max_size=8
    )
)
def test_no_text_in_any_field_breaks_it(rows: Iterable[dict[str, str]]) -> None:
    rows = list(rows)

    assert len(rows) == sum(len(one.record_ids) for one in cluster(rows))
