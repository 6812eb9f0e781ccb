"""A changed strategy never floods: what an edit brings is told apart, capped, listed in full, and logged."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import rispy

from litwatch.config import Concept, Search
from litwatch.demo.exchange import Reply
from litwatch.demo.world import World, article
from litwatch.identify.identify import identify
from litwatch.model import Answer, Citation, Registration
from litwatch.search.responsible import added, bringing
from litwatch.search.strategy import (
    NO_TRUNCATION,
    clinicaltrials_queries,
    europepmc_query,
    isrctn_query,
    pubmed_query,
    readable,
)
from litwatch.search.units import edit
from test_cli import litwatch_
from weeks import MONDAY, Week, a_watch

OLD_ONES = 40
WORLD = World(
    articles=(
        article(1, "Ketamine for migraine", "Ten patients were infused.", published="2020"),
        *(article(100 + n, f"Esketamine for migraine, part {n}", published="2019") for n in range(OLD_ONES)),
        article(200, "Esketamine for migraine, this week's", created="2026-11-12", published="2026-11-12"),
        article(300, "Retraction: esketamine for migraine", published="2018", types=("Retraction of Publication",)),
    )
)


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with a_watch(tmp_path, WORLD) as watch:
        watch.run()
        watch.write_config(drug="ketamin*, esketamin*")
        text = (watch.folder / "config.yaml").read_text(encoding="utf-8")
        text = text.replace("synonyms: [ketamine]", "synonyms: [ketamine, esketamine]")
        (watch.folder / "config.yaml").write_text(text, encoding="utf-8")
        yield watch


def test_an_edit_fills_its_own_short_section_and_the_attachments_list_it_all(week: Week) -> None:
    week.run(weeks=1)

    digest = week.digest("2026-W47")
    folder = week.folder / "out" / "2026-W47"
    text = (folder / "digest.txt").read_text(encoding="utf-8")
    (section,) = (one for one in digest["sections"] if one["id"] == "S4")
    assert OLD_ONES + 1 == digest["counts"]["by_new_terms"] == len(section["items"])
    assert 1 == digest["counts"]["new"]
    assert 10 == text.count("found by new terms]") + text.count("found by new terms,")
    assert "PubMed: + esketamin*[tiab]" in " ".join(text.split())
    assert f"{OLD_ONES + 1 - 10} more are not printed here" in " ".join(text.split())
    assert all("changed, by esketamin*: PubMed has had it" in item["why_here"] for item in section["items"])
    assert 10 == " ".join(text.split()).count("terms changed, by esketamin*:")
    rows = list(csv.DictReader(io.StringIO((folder / "items.csv").read_bytes().decode("utf-8-sig"))))
    assert OLD_ONES + 1 == sum(row["section"] == "S4" for row in rows)
    assert OLD_ONES + 2 == len(rispy.loads((folder / "items.ris").read_text(encoding="utf-8")))


def test_what_is_really_new_is_told_as_new_and_an_old_notice_is_not(week: Week) -> None:
    week.run(weeks=1)

    standings = {
        item["report_id"]: item["standing"]
        for section in week.digest("2026-W47")["sections"]
        for item in section["items"]
        if "report_id" in item
    }
    assert "new" == standings["pubmed:200"]
    assert "by_new_terms" == standings["pubmed:300"]


def test_the_log_records_the_edit_with_its_hash_and_time_once(week: Week) -> None:
    week.run(weeks=1)
    week.run(weeks=1)

    runs = [json.loads(line) for line in litwatch_("log", "--format", "json", folder=week.folder).stdout.splitlines()]
    pubmed = [run for run in runs if run["source"] == "pubmed"]
    assert [[], ["+ esketamin*[tiab]"], []] == [run["edit"] for run in pubmed]
    assert pubmed[0]["config_hash"] != pubmed[1]["config_hash"] == pubmed[2]["config_hash"]
    assert [False, True, False] == [run["strategy_changed"] for run in pubmed]
    table = litwatch_("log", folder=week.folder).stdout
    assert 1 == table.count("terms edited: + esketamin*[tiab]")


def test_a_first_run_after_an_edit_that_fails_costs_nothing(week: Week) -> None:
    week.server.interpose("pubmed", Reply(status=403, body=b"no", type="text/plain"), times=1)
    week.run(weeks=1)
    week.run(weeks=1)

    counts = [week.digest(label)["counts"]["by_new_terms"] for label in ("2026-W47", "2026-W48")]
    assert [0, OLD_ONES + 1] == counts


def test_nothing_of_the_edit_is_told_twice(week: Week) -> None:
    week.run(weeks=1)
    week.run(weeks=1)

    assert 0 == week.digest("2026-W48")["counts"]["by_new_terms"]
    assert "S4" not in {section["id"] for section in week.digest("2026-W48")["sections"]}


OLD = Search(
    concepts={
        "drug": Concept(terms=("ketamin*",), mesh=("Ketamine",), synonyms=("ketamine",)),
        "condition": Concept(terms=("migrain*", "headache"), synonyms=("migraine",)),
    }
)
NEW = Search(
    concepts={
        "drug": Concept(terms=("ketamin*", "esketamin*"), mesh=("Ketamine",), synonyms=("ketamine", "esketamine")),
        "condition": Concept(
            terms=("migrain*", "headache", "cluster headach*"),
            mesh=("Migraine Disorders",),
            synonyms=("migraine", "cluster headache"),
        ),
    }
)
QUERIES: dict[str, Callable[[Search], str]] = {
    "pubmed": pubmed_query,
    "europepmc": europepmc_query,
    "isrctn": isrctn_query,
    "clinicaltrials": lambda search: readable(clinicaltrials_queries(search)),
}


def test_an_undated_record_that_an_added_term_brings_is_no_news() -> None:
    record = Registration(
        source="clinicaltrials", key="NCT00000009", kind="registration", title="Esketamine in migraine", url=""
    )
    (finding,) = identify(
        Answer(records=(record,), matched=frozenset({record.key}), hits=1),
        source="clinicaltrials",
        known=(),
        last_complete=MONDAY,
        strategy_changed=True,
        now=MONDAY + timedelta(weeks=1),
        terms=lambda _: ("esketamine",),
    )

    assert ("by_new_terms", True) == (finding.standing, "changed, by esketamine: no date" in finding.reason)


@pytest.mark.parametrize("source", QUERIES)
def test_the_terms_an_edit_added_are_read_from_each_sources_query(source: str) -> None:
    query = QUERIES[source]
    whole = {"esketamine", "cluster headache", "Migraine Disorders"}
    expected = whole if source in NO_TRUNCATION else {"esketamin*", "cluster headach*", "Migraine Disorders"}

    parts = edit(query(OLD), query(NEW))
    units = added(parts, NEW, source)

    assert not [part for part in parts if "ketamin" in part.replace("esketamin", "")]

    assert expected - {"Migraine Disorders"} == {unit.text for unit in units} - {"Migraine Disorders"}
    record = Citation(source=source, key="1", kind="article", title="Esketamine, cluster headaches", url="")
    brought = ("esketamine",) if source in NO_TRUNCATION else ("esketamin*", "cluster headach*")
    assert brought == bringing(record, units)
