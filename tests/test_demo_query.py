"""The imitated PubMed evaluates the query it is sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from litwatch.config import Config
from litwatch.configfile import load
from litwatch.demo.pubmed_search import Found, PubMed
from litwatch.demo.world import WEEK_ONE, WEEK_TWO, World, article, demo_world
from litwatch.search.strategy import pubmed_query

NOW = datetime(2026, 11, 16, 6, 30, tzinfo=UTC)

ARTICLES = (
    article(
        1,
        "Ketamine for migraine.",
        "Infusions over five days.",
        mesh=["Ketamine/therapeutic use*", "Migraine Disorders/drug therapy*"],
        created="2026-01-05",
        revised="2026-11-10",
        published="2025-12",
        authors=["Doe J"],
        types=["Journal Article", "Randomized Controlled Trial"],
        databanks={"ClinicalTrials.gov": ["NCT00000001"]},
    ),
    article(2, "S-ketamine in <i>cluster</i> headache.", mesh=["Cluster Headache", "Ketamine"], created="2026-06-30"),
    article(3, "Esketamine and headache after birth.", chemicals=["Esketamine"], created="2025-05-05"),
    article(4, "Ketorolac for migraines in children.", mesh=["Migraine with Aura/drug therapy"], created="2024-02-02"),
    article(5, "Kétamine et migraine.", vernacular="La kétamine.", languages=["fre"], created="2023-03-03"),
    article(
        6,
        "Headache of the spine.",
        "The ketamine group, unlike the headache group, slept.",
        mesh=["Post-Dural Puncture Headache"],
        published="2009-03",
        created="2026-11-12",
        entered="2009-03-01",
        keywords=["lumbar puncture"],
    ),
    article(7, "Asthma.", mesh=["Asthma", "Atherosclerosis"], created="2020-01-01", published="2020"),
)
WORLD = World(articles=ARTICLES, phrases=frozenset({"apple watch"}), unknown=frozenset({"ketamnie"}))


@pytest.fixture(scope="module")
def shipped() -> Config:
    """Return the watch that the project ships."""
    path = Path(__file__).parent.parent / "config.yaml"
    return load(path, {}).config


@pytest.fixture(scope="module")
def pubmed() -> PubMed:
    return PubMed(WORLD)


def found(pubmed: PubMed, term: str) -> Found:
    return pubmed.search(term, NOW)


FINDS = {
    "a word in the title": ("ketorolac[ti]", "4"),
    "a truncated word finds its plural": ("migrain*[tiab]", "1 4 5"),
    "without truncation a plural is another word": ("migraine[tiab]", "1 5"),
    "the hyphen splits": ("ketamine[ti]", "1 2 5"),
    "diacritics do not count": ('"kétamine"[tt]', "5"),
    "case does not count": ("KETAMINE[tiab]", "1 2 5 6"),
    "inline markup is not text": ('"cluster headache"[tiab]', "2"),
    "a phrase needs its words in order": ('"headache cluster"[tiab] OR asthma[ti]', "7"),
    "a phrase may be truncated": ('"cluster headach*"[tiab]', "2"),
    "words without quotes are a phrase if known as one": ("cluster headache[tiab]", "2"),
    "words without quotes are joined by AND otherwise": ("headache ketamine[tiab]", "2 6"),
    "author keywords belong to title and abstract": ('"lumbar puncture"[tiab]', "6"),
    "booleans bind left to right": ("asthma[ti] OR ketorolac[ti] AND children[ti]", "4"),
    "parentheses bind first": ("asthma[ti] OR (ketorolac[ti] AND children[ti])", "4 7"),
    "NOT excludes": ("migrain*[tiab] NOT ketorolac[tiab]", "1 5"),
    "lower-case or is a stop word": ("asthma[ti] or ketorolac[ti]", ""),
    "operands side by side are joined by AND": ("ketamine[tiab] migraine[tiab]", "1 5"),
    "a heading": ('"Cluster Headache"[Mesh]', "2"),
    "a heading explodes": ('"Headache Disorders, Primary"[Mesh]', "1 2 4"),
    "the wider heading brings in the secondary headaches": ('"Headache Disorders"[mh]', "1 2 4 6"),
    "without explosion": ('"Migraine Disorders"[Mesh:noexp]', "1"),
    "an entry term means its heading": ("migraine[mh]", "1 4"),
    "a heading with a qualifier": ('"Ketamine/therapeutic use"[Majr]', "1"),
    "only major topics": ("ketamine[majr]", "1"),
    "a substance": ("esketamine[nm]", "3"),
    "a publication type": ('"randomized controlled trial"[pt]', "1"),
    "an accession number": ("NCT00000001[si]", "1"),
    "ids": ("1,3[uid] OR 7[pmid]", "1 3 7"),
    "a day": ("2026/01/05[crdt]", "1"),
    "a month": ("2026/11[crdt]", "6"),
    "a range of dates with a tag on each": ('"2026/01/01"[crdt] : "2026/12/31"[crdt]', "1 2 6"),
    "a range of dates with one tag": ("2026/01/01:2026/12/31[crdt]", "1 2 6"),
    "a range open to the future": ('"2026/06/30"[Date - Create] : "3000"[Date - Create]', "2 6"),
    "an old paper added late has an old entry date": ("2026/11/01:2026/11/30[edat]", ""),
    "the date of revision": ("2026/11/09:2026/11/16[lr]", "1 6"),
    "a partial publication date counts from its first day": ("2025/12/01:2025/12/01[dp]", "1"),
    "words near each other": ('"ketamine slept"[tiab:~6]', "6"),
    "words not near enough": ('"ketamine slept"[tiab:~2]', ""),
    "untagged words are mapped": ("migraine", "1 4 5"),
    "an untagged phrase is not mapped": ('"cluster headache"', "2"),
    "a bare number is a PMID": ("3", "3"),
    "an unknown tag means mapping": ("migraine[foo]", "1 4 5"),
    "a tag over a group is ignored": ("(migraine OR asthma)[ti]", "1 4 5 7"),
    "a parenthesis too many is ignored": ("(ketorolac[ti]))", "4"),
    "too short a stem is not truncated": ("ket*[tiab]", ""),
    "the typographic asterisk is not one": ("migrain∗[tiab]", ""),
    "an HTML entity is not a sign": ("&quot;ketamine&quot;[ti]", ""),
}


@pytest.mark.parametrize(("term", "pmids"), FINDS.values(), ids=FINDS.keys())
def test_a_query_finds_what_pubmed_would(pubmed: PubMed, term: str, pmids: str) -> None:
    assert sorted(found(pubmed, term).pmids) == pmids.split()


def test_the_newest_record_comes_first(pubmed: PubMed) -> None:
    assert found(pubmed, "ketamine[tiab]").pmids == ("6", "5", "2", "1")


TRANSLATIONS = {
    "truncation": ("ketamin*[tiab]", '"ketamin*"[Title/Abstract]'),
    "mesh and words": ('"Ketamine"[Mesh] OR spravato[tiab]', '"Ketamine"[MeSH Terms] OR "spravato"[Title/Abstract]'),
    "blocks keep their parentheses": (
        "(asthma[ti] OR copd[ti]) AND (a1[ti] OR b1[ti])",
        '("asthma"[Title] OR "copd"[Title]) AND ("a1"[Title] OR "b1"[Title])',
    ),
    "left to right is made visible": (
        "asthma[ti] OR copd[ti] AND b1[ti]",
        '("asthma"[Title] OR "copd"[Title]) AND "b1"[Title]',
    ),
    "a month becomes a range": ("2026/11[crdt]", "2026/11/01:2026/11/30[Date - Create]"),
    "a substance": ("esketamine[nm]", '"esketamine"[Supplementary Concept]'),
}


@pytest.mark.parametrize(("term", "translation"), TRANSLATIONS.values(), ids=TRANSLATIONS.keys())
def test_a_translation_reads_as_pubmeds(pubmed: PubMed, term: str, translation: str) -> None:
    assert found(pubmed, term).translation == translation


def test_an_unknown_quoted_phrase_drops_out_of_an_or_with_a_warning(pubmed: PubMed) -> None:
    result = found(pubmed, 'ketorolac[ti] OR "body battery"[tiab]')
    assert result.pmids == ("4",)
    assert result.translation == '"ketorolac"[Title]'
    assert result.quoted_not_found == ('"body battery"[tiab]',)


def test_an_unknown_quoted_phrase_empties_an_and(pubmed: PubMed) -> None:
    assert found(pubmed, 'ketorolac[ti] AND "body battery"[tiab]').pmids == ()


def test_a_phrase_of_the_phrase_index_is_no_warning_even_if_nothing_holds_it(pubmed: PubMed) -> None:
    assert found(pubmed, '"Apple Watch"[tiab] OR "spreading depolarisation"[tiab]').quoted_not_found == ()


def test_a_heading_that_does_not_exist_finds_nothing_and_says_so(pubmed: PubMed) -> None:
    result = found(pubmed, '"Ketaminosis"[Mesh]')
    assert (result.pmids, result.quoted_not_found) == ((), ('"Ketaminosis"[Mesh]',))


def test_a_stop_word_under_a_tag_empties_the_query(pubmed: PubMed) -> None:
    result = found(pubmed, "the[tiab] AND asthma[tiab]")
    assert (result.pmids, result.not_found, result.translation) == ((), ("the",), "the[tiab] AND asthma[tiab]")


def test_a_misspelt_word_is_reported(pubmed: PubMed) -> None:
    assert found(pubmed, "ketamnie[tiab] OR ketorolac[ti]").not_found == ("ketamnie",)


def test_stop_words_of_an_untagged_query_are_ignored_and_named(pubmed: PubMed) -> None:
    result = found(pubmed, "the asthma")
    assert (result.pmids, result.ignored) == (("7",), ("the",))


def test_a_record_is_found_from_the_day_of_its_creation(pubmed: PubMed) -> None:
    before = datetime(2026, 11, 11, 23, 0, tzinfo=UTC)
    assert pubmed.search("6[uid]", before).pmids == ()
    assert found(pubmed, "6[uid]").pmids == ("6",)


# --- conformance with recorded answers


def recorded(shared: Path, name: str) -> tuple[str, dict[str, Any]]:
    text = (shared / "data/recordings/eutils/pubmed-filters" / f"{name}.json").read_text("utf-8")
    answer = json.loads(text)
    return answer["term"], answer["esearchresult"]


SAME_TRANSLATION = [
    "bracket-inside-phrase",
    "html-entity-ampersand",
    "legitimate-zero",
    "mesh-heading-nonexistent",
    "modifier-ignored",
    "stopword-with-tag",
    "typographic-asterisk",
    "unknown-field-tag",
    "unknown-tag-with-space",
    "valid-query",
    "dropped-phrase-with-hits",
]


@pytest.mark.shared
@pytest.mark.parametrize("name", SAME_TRANSLATION)
def test_a_recorded_query_is_translated_and_warned_about_as_recorded(shared: Path, name: str) -> None:
    term, answer = recorded(shared, name)
    known = frozenset({"apple watch", "readiness score", "recovery score", "training readiness"})
    result = PubMed(World(articles=ARTICLES, phrases=known)).search(term, NOW)
    # The recorded forms differ in their order only: PubMed lists plural before possessive, or the other way round.
    assert sorted(result.translation.split(" OR ")) == sorted(answer["querytranslation"].split(" OR "))
    warnings, errors = answer.get("warninglist", {}), answer.get("errorlist", {})
    assert [one.replace("&", "&amp;") for one in result.quoted_not_found] == warnings.get("quotedphrasesnotfound", [])
    assert list(result.not_found) == errors.get("phrasesnotfound", [])


# --- the demonstration's own records


@pytest.mark.shared
def test_the_recall_query_of_the_vocabulary_finds_all_but_the_near_misses_by_name(shared: Path) -> None:
    query = json.loads((shared / "domain/vocabulary.json").read_text("utf-8"))["queries"]["pubmed_recall"]
    world = demo_world()
    result = PubMed(world).search(query, WEEK_TWO)
    missed = set(world.articles_at(WEEK_TWO)) - set(result.pmids)
    assert missed == {"34822214", "37638187", "34176409", "98000027"}  # other drugs; no word of headache
    assert (result.not_found, result.quoted_not_found, result.mapped) == ((), (), ())


def test_the_shipped_strategy_finds_the_news_of_week_two(shipped: Config) -> None:
    pubmed = PubMed(demo_world())
    query = pubmed_query(shipped.search)
    before, after = pubmed.search(query, WEEK_ONE), pubmed.search(query, WEEK_TWO)
    news = {"99000002", "99000003", "99000004", "99000005", "99000008", "99000009"}
    assert set(after.pmids) - set(before.pmids) == news
    assert set(before.pmids) <= set(after.pmids)
    assert (after.not_found, after.quoted_not_found) == ((), ())
