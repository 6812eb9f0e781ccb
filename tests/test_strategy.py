"""The search strategy: concepts in, exact queries out, evaluated by a server that knows nothing of concepts."""

from __future__ import annotations

from pathlib import Path

import pytest

from litwatch.config import Concept, Search
from litwatch.configfile import load
from litwatch.demo.server import LoopbackServer
from litwatch.demo.world import World, article
from litwatch.search.strategy import clinicaltrials_queries, problems, pubmed_query, readable
from loopback import search as ask

ROOT = Path(__file__).parent.parent
SHIPPED = load(ROOT / "config.yaml", {}).config.search


def strategy(**given: object) -> Search:
    drug = Concept(terms=("ketamin*", "CI-581"), mesh=("Ketamine",), synonyms=("ketamine",))
    condition = Concept(
        terms=("migraine", "cluster headach*"), mesh=("Headache Disorders, Primary",), synonyms=("cluster headache",)
    )
    return Search(**({"concepts": {"drug": drug, "condition": condition}} | given))  # type: ignore[arg-type]  # test shorthand


def test_every_pubmed_term_carries_its_field_tag() -> None:
    expected = (
        '("Ketamine"[Mesh] OR ketamin*[tiab] OR "CI-581"[tiab]) AND '
        '("Headache Disorders, Primary"[Mesh] OR "migraine"[tiab] OR "cluster headach*"[tiab])'
    )

    assert expected == pubmed_query(strategy())


def test_a_native_query_goes_verbatim() -> None:
    native = {"pubmed": 'ketamine[ti] NOT "x y"[tiab]', "clinicaltrials": "ketamine AND (migraine OR headache)"}

    assert native["pubmed"] == pubmed_query(strategy(native=native))
    assert ({"query.term": native["clinicaltrials"]},) == clinicaltrials_queries(strategy(native=native))


def test_a_native_registry_query_may_name_its_fields() -> None:
    native = {"clinicaltrials": "query.cond=migraine&query.intr=ketamine"}

    assert ({"query.cond": "migraine", "query.intr": "ketamine"},) == clinicaltrials_queries(strategy(native=native))


def test_the_registry_is_asked_by_field_and_again_by_all_words() -> None:
    condition = '"cluster headache" OR migraine OR "Headache Disorders, Primary"'
    drug = 'ketamine OR "CI-581"'

    assert (
        {"query.cond": condition, "query.intr": drug},
        {"query.term": f"({drug}) AND ({condition})"},
    ) == clinicaltrials_queries(strategy())
    assert f"query.cond={condition} & query.intr={drug} | query.term=({drug}) AND ({condition})" == readable(
        clinicaltrials_queries(strategy())
    )


def test_a_third_concept_is_a_further_block_everywhere() -> None:
    concepts = {**strategy().concepts, "setting": Concept(terms=("emergency",))}
    both = strategy(concepts=concepts)

    assert pubmed_query(both).endswith(' AND ("emergency"[tiab])')
    fielded, anywhere = clinicaltrials_queries(both)
    assert "(emergency)" == fielded["query.term"]
    assert anywhere["query.term"].endswith(" AND (emergency)")


def test_a_truncation_no_whole_word_stands_for_is_a_problem_only_where_it_is_asked() -> None:
    bare = strategy(concepts={"drug": Concept(terms=("ketamin*",)), "condition": Concept(terms=("migraine",))})

    assert [("search", "concepts", "drug", "terms", 0)] == [path for path, _ in problems(bare, ["clinicaltrials"])]
    assert [] == list(problems(bare, ["pubmed"]))
    native = strategy(concepts=bare.concepts, native={"clinicaltrials": "ketamine"})
    assert [] == list(problems(native, ["clinicaltrials"]))


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("S-ketamine for migraine", True),
        ("Ketamina y migrañas, migraine", True),
        ("Arketamine in cluster headache", True),
        ("Hydroxynorketamine and headaches", True),
        ("Spravato in cephalalgia", True),
        ("Ketorolac for migraine", False),
        ("Ketogenic diet for migraine", False),
        ("Ketamine for depression", False),
        ("Ketamine blocks spreading depression", True),
        ("CI-581 in hemicrania continua", True),
    ],
)
def test_the_shipped_strategy_finds_what_it_should(title: str, found: bool) -> None:  # noqa: FBT001
    with LoopbackServer(World(articles=(article(1, title), article(2, "Something else")))) as server:
        result = ask(server, pubmed_query(SHIPPED))

    assert (["1"] if found else []) == result["idlist"]


@pytest.mark.shared
def test_the_shipped_strategy_finds_all_that_the_domains_own_query_finds(shared: Path) -> None:
    import json

    reference = json.loads((shared / "domain/vocabulary.json").read_text(encoding="utf-8"))["queries"]["pubmed_recall"]
    titles = [
        json.loads(line)["title"]
        for name in ("publications", "trials", "negatives")
        for line in (shared / f"domain/{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    world = World(articles=tuple(article(number, title) for number, title in enumerate(titles, start=1)))
    with LoopbackServer(world) as server:
        theirs = set(ask(server, reference, retmax="9999")["idlist"])
        ours = set(ask(server, pubmed_query(SHIPPED), retmax="9999")["idlist"])

    assert len(theirs) > 20
    assert set() == theirs - ours
