"""The search-term lab on a world whose counts can be told by hand, evaluated by a server that is sent real queries."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.cli import COMMANDS
from litwatch.config import Concept, Search
from litwatch.demo.ctis_trial import ctis_trial
from litwatch.demo.deposit import deposit
from litwatch.demo.exchange import Reply
from litwatch.demo.isrctn_trial import isrctn
from litwatch.demo.registration import trial
from litwatch.demo.world import World, article
from litwatch.model import Citation
from litwatch.search.matching import holds, matches
from litwatch.search.recall import wilson
from litwatch.search.units import edit, units
from test_cli import litwatch_
from weeks import EVERY_SERVICE, Week, a_watch

WORLD = World(
    articles=(
        article(11, "Ketamine for migraine", published="2026-03", mesh=("Ketamine", "Migraine Disorders")),
        article(12, "Ketamine in migraine: a second report", published="2024"),
        article(13, "Esketamine for migraine", published="2026-06-01"),
        article(14, "Ketamine for depression", published="2025"),
        article(15, "Headache after anaesthesia with ketamine", published="2026-05"),
        article(
            16,
            "Parenteral drugs for acute migraine: a guideline",
            "Evidence was assessed.",
            mesh=("Infusions, Parenteral",),
        ),
        article(17, "NMDA antagonists in refractory hemicrania", "We infused a dissociative drug.", doi="10.1000/x17"),
    )
)


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with a_watch(tmp_path, WORLD, mail=False) as watch:
        yield watch


def _config(week: Week, name: str, *, drug: str, condition: str = "migrain*") -> Path:
    text = (week.folder / "config.yaml").read_text(encoding="utf-8")
    path = week.folder / name
    text = text.replace("synonyms: [ketamine]", "synonyms: [ketamine, esketamine]")
    text = text.replace("synonyms: [migraine]", "synonyms: [migraine, headache]")
    path.write_text(
        text.replace("terms: [ketamin*]", f"terms: [{drug}]").replace("terms: [migrain*]", f"terms: [{condition}]"),
        encoding="utf-8",
    )
    return path


def test_counts_tell_what_each_term_brings_and_keep_their_word_on_requests(week: Week) -> None:
    _config(week, "config.yaml", drug="ketamin*, esketamin*, spravato")

    done = litwatch_("search", "counts", "--json", folder=week.folder)

    document = json.loads(done.stdout)
    assert 0 == done.returncode
    assert 3 == document["total"]
    assert {"drug": 5, "condition": 4} == document["concepts"]
    terms = {entry["term"]: entry for entry in document["terms"] if entry["concept"] == "drug"}
    assert {
        "Ketamine": (1, 1, []),
        "ketamin*": (4, 2, ["12"]),
        "esketamin*": (1, 1, ["13"]),
        "spravato": (0, 0, []),
    } == {name: (e["alone"], e["together"], [one["key"] for one in e["only"]]) for name, e in terms.items()}
    assert ["spravato"] == [name for name, entry in terms.items() if entry["dead"]]
    assert "Esketamine for migraine" == terms["esketamin*"]["only"][0]["title"]
    assert "6 terms: at most 17 requests to PubMed." in done.stderr
    assert document["requests"] == len(week.server.asked("pubmed")) <= 17


COUNTED = World(
    deposits=(
        deposit("PPR1", "Ketamine in migraine"),
        deposit("PPR2", "Esketamine in migraine"),
        deposit("PPR3", "Esketamine in sepsis"),
    ),
    trials=(
        trial("NCT00000001", "Ketamine in migraine", first_posted="2024-01-01"),
        trial(
            "NCT00000002",
            "Esketamine in migraine",
            first_posted="2024-01-01",
            interventions=({"type": "DRUG", "name": "Esketamine"},),
        ),
    ),
)


@pytest.mark.parametrize(
    ("source", "platform", "term", "expected"),
    [
        ("europepmc", "Europe PMC", "esketamin*", (2, 1, ["PPR:PPR2"], "Esketamine in migraine")),
        ("clinicaltrials", "ClinicalTrials.gov", "esketamine", (1, 1, ["NCT00000002"], "Esketamine in migraine")),
    ],
)
def test_counts_are_had_from_other_sources_that_count(
    tmp_path: Path, source: str, platform: str, term: str, expected: tuple[int, int, list[str], str]
) -> None:
    with a_watch(tmp_path, COUNTED, mail=False, services=EVERY_SERVICE) as week:
        _config(week, "config.yaml", drug="ketamin*, esketamin*")
        done = litwatch_("search", "counts", "--source", source, "--json", folder=week.folder)
        lines = litwatch_("search", "counts", "--source", source, "--no-titles", folder=week.folder).stdout
        sent = len(week.server.asked(source))

    document = json.loads(done.stdout)
    assert (0, source, 2) == (done.returncode, document["source"], document["total"])
    (entry,) = (one for one in document["terms"] if one["term"] == term)
    alone, together, only, title = expected
    assert (alone, together, only) == (entry["alone"], entry["together"], [one["key"] for one in entry["only"]])
    assert title == entry["only"][0]["title"]
    assert f"The strategy matches 2 records of {platform}." in lines
    most = int(re.search(rf"at most (\d+) requests to {re.escape(platform)}", done.stderr)[1])  # type: ignore[index]
    assert document["requests"] <= most
    assert document["requests"] < sent <= 2 * most


def test_counts_of_one_concept_cost_less_and_a_dry_run_nothing(week: Week) -> None:
    done = litwatch_("search", "counts", "--concept", "drug", "--dry-run", folder=week.folder)

    assert (0, "", []) == (done.returncode, done.stdout, week.server.asked("pubmed"))
    assert "2 terms: at most 9 requests to PubMed." in done.stderr


def test_counts_take_titles_from_the_store_before_they_ask(week: Week) -> None:
    week.run()
    before = len(week.server.asked("pubmed"))

    done = litwatch_("search", "counts", "--json", folder=week.folder)

    asked = week.server.asked("pubmed")[before:]
    assert [] == [request.path for request in asked if "efetch" in request.path]
    assert {"Ketamine in migraine: a second report"} == {
        one["title"]
        for entry in json.loads(done.stdout)["terms"]
        for one in entry["only"]
        if entry["concept"] == "drug"
    }


def test_counts_refuse_a_native_query_in_one_line(week: Week) -> None:
    text = (week.folder / "config.yaml").read_text(encoding="utf-8")
    native = text.replace("  concepts:", "  native: {pubmed: 'ketamine[tiab]'}\n  concepts:")
    (week.folder / "config.yaml").write_text(native, encoding="utf-8")

    done = litwatch_("search", "counts", folder=week.folder)

    assert 2 == done.returncode
    assert done.stderr.startswith("litwatch: search counts: needs pubmed enabled")


def test_a_diff_names_what_is_gained_and_lost_and_by_which_term(week: Week) -> None:
    week.run()
    old = _config(week, "old.yaml", drug="ketamin*, esketamin*")
    new = _config(week, "new.yaml", drug="ketamin*", condition="migrain*, headache*")
    before = len(week.server.requests)

    done = litwatch_("search", "diff", old.name, new.name, "--json", folder=week.folder)

    document = json.loads(done.stdout)
    (pubmed,) = (source for source in document["sources"] if source["source"] == "pubmed")
    assert 0 == done.returncode
    assert (3, 3) == (pubmed["old_hits"], pubmed["new_hits"])
    assert [("15", "Headache after anaesthesia with ketamine", ["headache*"], False)] == [
        (entry["key"], entry["title"], entry["terms"], entry["known"]) for entry in pubmed["gained"]
    ]
    assert [("13", "Esketamine for migraine", ["esketamin*"])] == [
        (entry["key"], entry["title"], entry["terms"]) for entry in pubmed["lost"]
    ]
    assert {"core", "adjacent", "off"} >= {entry["label"] for entry in pubmed["gained"]}
    assert 0 == pubmed["extra_per_week"]  # one of each in the last 52 weeks
    assert document["requests"] == len(week.server.requests) - before


def test_a_diff_of_the_stored_records_asks_nobody(week: Week) -> None:
    _config(week, "config.yaml", drug="ketamin*, esketamin*")
    week.run()
    old = _config(week, "old.yaml", drug="ketamin*, esketamin*")
    text = old.read_text(encoding="utf-8").replace("ketamin*, esketamin*", "ketamin*")
    (week.folder / "narrow.yaml").write_text(text, encoding="utf-8")
    before = len(week.server.requests)

    lost = json.loads(
        litwatch_("search", "diff", "old.yaml", "narrow.yaml", "--stored", "--json", folder=week.folder).stdout
    )
    gained = json.loads(litwatch_("search", "diff", "narrow.yaml", "--stored", "--json", folder=week.folder).stdout)

    assert before == len(week.server.requests)
    assert [("13", ["esketamin*"])] == [(entry["key"], entry["terms"]) for entry in lost["stored"]["lost"]]
    assert [("13", ["esketamin*"])] == [(entry["key"], entry["terms"]) for entry in gained["stored"]["gained"]]


def test_a_diff_with_itself_is_empty_and_a_failed_source_exits_1(week: Week) -> None:
    same = litwatch_("search", "diff", "config.yaml", folder=week.folder)
    week.server.interpose("pubmed", Reply(status=403, body=b"no", type="text/plain"))
    failed = litwatch_("search", "diff", "config.yaml", folder=week.folder)

    assert 0 == same.returncode
    assert "PubMed: the query is the same; 2 match" in same.stdout
    assert 1 == failed.returncode
    assert "litwatch: pubmed: esearch.fcgi:" in failed.stderr


def test_recall_names_the_concept_that_excludes_and_the_word_that_would_have_caught(week: Week) -> None:
    (week.folder / "known.txt").write_text("11  # the first\n13, 16\n10.1000/x17\n999\n", encoding="utf-8")
    _config(week, "config.yaml", drug="ketamin*, esketamin*")

    done = litwatch_("search", "recall", "known.txt", "--json", folder=week.folder)

    document = json.loads(done.stdout)
    pubmed = document["sources"][0]
    assert (0, 4, 2) == (done.returncode, pubmed["held"], pubmed["found"])
    assert pytest.approx((0.1500, 0.8500), abs=1e-4) == tuple(pubmed["interval"])
    misses = {miss["key"]: miss for miss in pubmed["missed"]}
    assert ["drug"] == misses["16"]["excluded_by"]
    assert ["drug", "condition"] == misses["17"]["excluded_by"]
    caught = {(one["term"], one["place"]) for one in misses["16"]["would_catch"]["drug"]}
    assert {("Infusions, Parenteral", "indexing"), ("parenteral", "title")} <= caught
    assert ("hemicrania", "title") in {(o["term"], o["place"]) for o in misses["17"]["would_catch"]["condition"]}
    suggestions = {one["term"]: (one["concept"], one["gain"], one["cost"]) for one in pubmed["suggestions"]}
    assert ("drug", 1, 0) == suggestions["parenteral"]
    assert {"title": None, "identifiers": {"pmid": "999"}, "held_by": [], "found_by": []} == document["reports"][-1]


def test_suggestions_are_ranked_by_gain_and_then_by_cost(tmp_path: Path) -> None:
    world = World(
        articles=(
            article(1, "Alpha zeta of migraine"),
            article(2, "Alpha beta of migraine"),
            article(3, "Beta gamma of migraine in somebody"),
            article(4, "Zeta of migraine"),
        )
    )
    with a_watch(tmp_path, world, mail=False) as week:
        (week.folder / "known.txt").write_text("1 2", encoding="utf-8")
        done = litwatch_("search", "recall", "known.txt", "--json", folder=week.folder)

    ranked = [(one["term"], one["gain"], one["cost"]) for one in json.loads(done.stdout)["sources"][0]["suggestions"]]
    assert [("alpha", 2, 0), ("beta", 1, 1), ("zeta", 1, 1)] == ranked


def _named(week: Week, watch: str) -> None:
    place = week.folder / "config.yaml"
    place.write_text(place.read_text(encoding="utf-8").replace("id: test-watch", f"id: {watch}"), encoding="utf-8")


def test_a_word_that_only_registries_are_asked_by_is_suggested_to_pubmed(week: Week) -> None:
    _config(week, "config.yaml", drug="ketamin*")  # headache is a synonym there, and no term
    (week.folder / "known.txt").write_text("15", encoding="utf-8")
    done = litwatch_("search", "recall", "known.txt", "--json", folder=week.folder)

    suggested = {one["term"] for one in json.loads(done.stdout)["sources"][0]["suggestions"]}
    assert "headache" in suggested
    assert not [term for term in suggested if "ketamin" in term]


def test_recall_of_the_shipped_seven_needs_no_file(week: Week) -> None:
    _named(week, "ketamine-migraine")
    done = litwatch_("search", "recall", folder=week.folder)

    assert 0 == done.returncode
    assert "in no source that was asked: PMID 29923953" in done.stdout.replace("doi:10.1097/aap.0000000000000827, ", "")


def test_recall_of_another_watch_takes_its_known_studies_or_asks_for_a_file(week: Week) -> None:
    _named(week, "psilocybin-cluster")
    asks = litwatch_("search", "recall", folder=week.folder)
    (week.folder / "known").mkdir()
    (week.folder / "known" / "mine.ris").write_text("TY  - JOUR\nTI  - One\nAN  - 11\nDB  - PubMed\nER  - \n")
    takes = litwatch_("search", "recall", folder=week.folder)

    assert (2, 1) == (asks.returncode, asks.stderr.count("\n"))
    assert "name a FILE of known reports, or list such files under known:" in asks.stderr
    assert 0 == takes.returncode
    assert "Lauritsen" not in takes.stdout
    assert "PubMed: 1 of 1 found" in takes.stdout


TRIALS = World(
    ctis=(
        ctis_trial("2024-512301-18-00", "Ketamine in migraine"),
        ctis_trial("2024-512302-18-01", "Esketamine in cluster headache", conditions=["Cluster headache"]),
    ),
    isrctn=(isrctn("ISRCTN12345671", "Ketamine infusion for migraine"),),
    trials=(trial("NCT00000001", "Ketamine in migraine", first_posted="2024-01-01"),),
)


def test_recall_of_registrations_asks_the_registries_ctis_among_them(tmp_path: Path) -> None:
    with a_watch(tmp_path, TRIALS, mail=False, services=EVERY_SERVICE) as week:
        numbers = "2024-512301-18-00 2024-512302-18 2024-599999-18-00 ISRCTN12345671 NCT00000001"
        (week.folder / "known.txt").write_text(numbers, encoding="utf-8")
        done = litwatch_("search", "recall", "known.txt", "--json", folder=week.folder)
        document = json.loads(done.stdout)
        asked = len(week.server.requests)

    sources = {source["source"]: source for source in document["sources"]}
    assert {"clinicaltrials": (1, 1), "isrctn": (1, 1), "ctis": (2, 1)} == {
        name: (sources[name]["held"], sources[name]["found"]) for name in ("clinicaltrials", "isrctn", "ctis")
    }
    (miss,) = sources["ctis"]["missed"]
    assert ("2024-512302-18", ["condition"]) == (miss["key"], miss["excluded_by"])
    assert "cluster headache" in {word["term"].casefold() for word in miss["would_catch"]["condition"]}
    assert asked == document["requests"]


def test_a_diff_reads_the_titles_of_ctis_and_says_who_did_not_answer(tmp_path: Path) -> None:
    with a_watch(tmp_path, TRIALS, mail=False, services=EVERY_SERVICE) as week:
        _config(week, "new.yaml", drug="ketamin*, esketamin*", condition="migrain*, cluster headach*")
        text = (week.folder / "new.yaml").read_text(encoding="utf-8")
        text = text.replace("mesh: [Migraine Disorders]", "mesh: [Migraine Disorders, Headache Disorders]")
        text = text.replace("synonyms: [migraine, headache]", "synonyms: [migraine, cluster headache]")
        (week.folder / "new.yaml").write_text(text, encoding="utf-8")
        week.server.interpose("isrctn", Reply(status=403, body=b"no", type="text/plain"))
        done = litwatch_("search", "diff", "config.yaml", "new.yaml", folder=week.folder)

    assert 1 == done.returncode
    gained = next(line for line in done.stdout.splitlines() if "ctis:2024-512302-18" in line)
    assert gained.endswith("Esketamine in cluster headache  [esketamine, cluster headache]")
    assert "ISRCTN: not compared, because it did not answer: isrctn: " in done.stdout
    assert "which records stand under Headache Disorders is known to the live comparison only" in done.stdout


def test_a_line_that_is_no_number_is_named_and_the_others_are_tried(week: Week) -> None:
    (week.folder / "known.txt").write_text("11\nwhat is this\n", encoding="utf-8")

    done = litwatch_("search", "recall", "known.txt", folder=week.folder)

    assert 1 == done.returncode
    assert "known.txt:2: what: neither a PMID, a DOI nor a trial number" in done.stderr
    assert "PubMed: 1 of 1 found" in done.stdout


def test_show_tells_query_translation_warnings_and_flaws_by_line_and_column(week: Week) -> None:
    text = (week.folder / "config.yaml").read_text(encoding="utf-8")
    query = "ketamine AND migraine[tiabb]"
    native = text.replace("  concepts:", f"  native:\n    pubmed: {query}\n  concepts:")
    (week.folder / "config.yaml").write_text(native, encoding="utf-8")
    line = native.splitlines().index(f"    pubmed: {query}") + 1

    done = litwatch_("search", "show", folder=week.folder)

    assert 78 == done.returncode
    assert f"PubMed\tquery\t{query}" in done.stdout
    assert "PubMed\tmapped\tketamine -> " in done.stdout
    column = len("    pubmed: ") + query.index("[tiabb]") + 1
    assert f"config.yaml:{line}:{column}: error: search.native.pubmed: [tiabb]: PubMed does not know" in done.stderr


def test_show_offline_asks_nobody(week: Week) -> None:
    done = litwatch_("search", "show", "--offline", "--json", folder=week.folder)

    document = json.loads(done.stdout)
    assert (0, [], []) == (done.returncode, document["flaws"], week.server.requests)
    assert ["pubmed", "clinicaltrials"] == [source["source"] for source in document["sources"]]


def test_the_lab_leaves_the_folder_as_it_was(week: Week) -> None:
    before = sorted(path.name for path in week.folder.iterdir())

    _named(week, "ketamine-migraine")
    for arguments in (("show",), ("counts",), ("diff", "config.yaml"), ("recall",)):
        assert 0 == litwatch_("search", *arguments, folder=week.folder).returncode

    assert before == sorted(path.name for path in week.folder.iterdir())
    assert "search" in COMMANDS


def test_an_edit_is_told_in_the_querys_own_terms() -> None:
    old = '("Ketamine"[Mesh] OR ketamin*[tiab]) AND (migrain*[tiab] OR "a b"[tiab])'
    new = '("Ketamine"[Mesh] OR ketamin*[tiab] OR spravato[tiab]) AND (migrain*[tiab])'

    assert ("+ spravato[tiab]", '- "a b"[tiab]') == edit(old, new)
    assert () == edit(old, old)
    assert ("the same terms, combined otherwise",) == edit("a[ti] AND b[ti]", "b[ti] AND a[ti]")


def test_a_registry_is_asked_by_whole_words() -> None:
    search = Search(
        concepts={
            "drug": Concept(terms=("ketamin*", "CI-581"), synonyms=("ketamine", "Ketamine"), mesh=("Ketamine",)),
            "condition": Concept(terms=("migraine",)),
        }
    )

    assert ["ketamine", "CI-581", "migraine"] == [unit.text for unit in units(search, "clinicaltrials")]
    assert ["Ketamine", "ketamin*", "CI-581", "migraine"] == [unit.text for unit in units(search, "pubmed")]


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("ketamin*", "(S)-Ketamine in pain", True),
        ("ketamin*", "Esketamine in pain", False),
        ("kétamine", "La ketamine", True),
        ("cluster headach*", "Cluster-headaches", True),
        ("cluster headache", "headache in a cluster", False),
        ("CI-581", "ci 581", True),
    ],
)
def test_words_match_as_pubmed_reads_them(term: str, text: str, found: bool) -> None:  # noqa: FBT001
    assert found == holds(term, text)


def test_a_record_of_a_source_with_a_native_query_is_not_judged_here() -> None:
    concepts = {"drug": Concept(terms=("ketamin*",)), "condition": Concept(terms=("migrain*",))}
    record = Citation(source="pubmed", key="1", kind="article", title="Ketamine for migraine", url="")

    assert matches(record, Search(concepts=concepts))
    assert not matches(record, Search(concepts=concepts, native={"pubmed": "ketamine"}))


@given(held=st.integers(1, 500), share=st.floats(0, 1))
def test_the_wilson_interval_holds_the_share_and_stays_a_proportion(held: int, share: float) -> None:
    found = round(held * share)

    low, high = wilson(found, held)

    assert 0 <= low <= found / held + 1e-12
    assert found / held - 1e-12 <= high <= 1


def test_the_wilson_interval_is_the_published_one() -> None:
    # 81 of 263: Newcombe, Stat Med 1998;17:857-872, table I, method 3.
    assert pytest.approx((0.2553, 0.3662), abs=1e-4) == wilson(81, 263)
    assert pytest.approx((0.0, 0.1611), abs=1e-4) == wilson(0, 20)


@pytest.mark.shared
def test_the_readme_states_what_titles_alone_find_of_the_domains_files(shared: Path) -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
    from bench_strategy import rows, shipped

    figures: dict[tuple[str, str], tuple[int, int]] = {}
    for name in ("publications", "trials", "negatives"):
        for row in rows(shared / f"domain/{name}.jsonl", shipped()):
            hits, of = figures.get((name, row.label), (0, 0))
            figures[name, row.label] = (hits + (not row.lacking), of + 1)

    assert figures["publications", "relevant"][0] >= 25
    assert figures["negatives", ""][0] <= 9
    for key in (
        ("publications", "relevant"),
        ("publications", "borderline"),
        ("trials", "relevant"),
        ("negatives", ""),
    ):
        assert "{} of {}".format(*figures[key]) in readme
