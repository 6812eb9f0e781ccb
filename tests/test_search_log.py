"""The search log, the methods paragraph and the PRISMA flow: complete, readable, and counts that add up."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from litwatch.demo.exchange import Reply
from litwatch.model import Appraisal, Citation, Told
from litwatch.search.flow import Flow, flow
from litwatch.search.flow_svg import flow_svg
from test_cli import litwatch_
from test_digest import news, told
from test_pipeline import BASE
from weeks import Week, a_watch

SVG = "{http://www.w3.org/2000/svg}"
SOURCES = ("pubmed", "europepmc", "clinicaltrials", "isrctn", "known")
KEYS = {
    "source",
    "platform",
    "interface",
    "version",
    "query",
    "translation",
    "limits",
    "started",
    "hits",
    "fetched",
    "new",
    "duplicates",
    "warnings",
    "error",
    "edit",
    "config_hash",
    "litwatch_version",
}


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """A watch whose second run failed in one source, with two decisions on it."""
    with a_watch(tmp_path_factory.mktemp("logged"), BASE, mail=False) as watch:
        watch.run()
        watch.server.interpose("clinicaltrials", Reply(status=403, body=b"no", type="text/plain"), times=1)
        watch.run(weeks=1)
        litwatch_("mark", "pubmed:1", "include", folder=watch.folder, weeks=1)
        yield watch


def test_every_search_has_a_row_with_all_that_prisma_s_asks_for(week: Week) -> None:
    lines = litwatch_("log", "--format", "json", folder=week.folder).stdout.splitlines()

    runs = [json.loads(line) for line in lines]
    assert ["pubmed", "clinicaltrials"] * 2 == [run["source"] for run in runs]
    assert KEYS <= set(runs[0])
    assert {"none beyond the query"} == {run["limits"] for run in runs}
    assert all(datetime.fromisoformat(run["started"]).tzinfo for run in runs)
    assert "clinicaltrials: version:" in runs[-1]["error"]


def test_the_csv_has_the_same_rows_and_no_cell_that_a_spreadsheet_would_run(week: Week) -> None:
    rows = list(csv.DictReader(io.StringIO(litwatch_("log", "--format", "csv", folder=week.folder).stdout)))

    assert 4 == len(rows)
    assert KEYS <= set(rows[0])
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_the_methods_paragraph_names_sources_queries_dates_and_failures(week: Week) -> None:
    text = litwatch_("log", "--methods", folder=week.folder).stdout

    assert "PubMed and ClinicalTrials.gov were searched with litwatch (version " in text
    assert "the drug (ketamin*; MeSH: Ketamine) AND the condition (migrain*; MeSH: Migraine Disorders)" in text
    assert "| 1 Database name | PubMed (via NCBI E-utilities) |" in text
    assert not re.search(r"127\.0\.0\.1|http:|/tmp|" + re.escape(str(week.folder)), text)
    assert "1 of 4 searches failed or were not believed" in text
    assert '("Ketamine"[Mesh] OR ketamin*[tiab])' in text
    items = [line.split("|")[1].strip().split(" ")[0] for line in text.splitlines() if line.startswith("| ")]
    assert [str(number) for number in range(1, 17)] == items[1:]
    assert "| 11 Prior work | for you to state |" in text


def test_the_flow_comes_as_table_csv_json_and_diagram(week: Week) -> None:
    rows = json.loads(litwatch_("log", "--flow", "--format", "json", folder=week.folder).stdout)

    numbers = {row["what"]: row["n"] for row in rows}
    assert 1 == numbers["studies included"] == numbers["reports of included studies"]
    assert numbers["records identified"] == sum(n for what, n in numbers.items() if what.startswith("records from"))
    table = litwatch_("log", "--flow", folder=week.folder).stdout.splitlines()
    assert [f"{row['stage']}\t{row['what']}\t{row['n']}" for row in rows] == table
    parsed = csv.reader(io.StringIO(litwatch_("log", "--flow", "--format", "csv", folder=week.folder).stdout))
    assert [[row["stage"], row["what"], str(row["n"])] for row in rows] == list(parsed)[1:]
    svg = litwatch_("log", "--flow", "--format", "svg", folder=week.folder).stdout
    assert f"{SVG}svg" == etree.fromstring(svg.encode()).tag


@pytest.mark.parametrize(
    "arguments",
    [("--methods", "--flow"), ("--format", "svg"), ("--methods", "--format", "csv"), ("--flow", "--source", "x")],
)
def test_options_that_do_not_go_together_are_refused_in_one_line(week: Week, arguments: tuple[str, ...]) -> None:
    done = litwatch_("log", *arguments, folder=week.folder)

    assert (2, "") == (done.returncode, done.stdout)
    assert 1 == len(done.stderr.splitlines())


@st.composite
def _reports(draw: st.DrawFn) -> tuple[list[Told], dict[str, str]]:
    reports = []
    notes = {}
    for number in range(draw(st.integers(0, 25))):
        sources = draw(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=4))
        label = draw(st.sampled_from(["core", "adjacent", "off"]))
        mark = draw(st.sampled_from([None, None, "include", "exclude"]))
        reports.append(
            Told(
                report_id=f"pubmed:{number}",
                study_id=f"study:{draw(st.integers(0, 5))}",
                record=Citation(source="pubmed", key=str(number), kind="article", title="A report", url=""),
                sources=tuple((source, f"{number}.{at}") for at, source in enumerate(sources)),
                appraisal=Appraisal(label=label, label_reason=draw(st.sampled_from(["one", "another"]))),  # type: ignore[arg-type]  # drawn from the literals
                first_seen=datetime(2026, 11, 9, tzinfo=UTC),
                mark=mark,
            )
        )
        if mark:
            notes[f"pubmed:{number}"] = draw(st.sampled_from(["", "wrong design", "wrong drug"]))
    return reports, notes


@given(_reports())
def test_the_counts_of_the_flow_add_up_from_top_to_bottom(drawn: tuple[list[Told], dict[str, str]]) -> None:
    reports, notes = drawn

    counted = flow(reports, {}, notes)

    excluded = sum(number for _, number in counted.excluded)
    assert counted.identified - counted.duplicates == counted.screened
    assert counted.screened - counted.set_aside == counted.assessed
    assert counted.assessed - excluded - counted.undecided == counted.included_reports
    assert counted.included_studies <= counted.included_reports
    assert min([number for *_, number in counted.rows()]) >= 0
    assert counted.screened == sum(any(source != "known" for source, _ in report.sources) for report in reports)


def _flow(**given: object) -> Flow:
    values = {
        "databases": (("PubMed", 120), ("Europe PMC", 30)),
        "registers": (("ClinicalTrials.gov", 20),),
        "duplicates": 12,
        "screened": 158,
        "off_topic": (("no word of the condition", 50),),
        "excluded_by_hand": 2,
        "assessed": 106,
        "excluded": (("wrong design", 6),),
        "undecided": 90,
        "included_reports": 10,
        "included_studies": 8,
    }
    return Flow(**(values | given))  # type: ignore[arg-type]  # test shorthand


def test_the_diagram_has_the_official_boxes_with_their_numbers() -> None:
    root = etree.fromstring(flow_svg(_flow(), "A & B <watch>").encode())

    texts = " ".join(
        " ".join((text.text or "").replace("\N{NO-BREAK SPACE}", " ") for text in box.iter(f"{SVG}text"))
        for box in root.iter(f"{SVG}g")
    )
    for official in (
        "Records identified from: Databases (n = 150) PubMed (n = 120) Europe PMC (n = 30) Registers (n = 20)",
        "Records removed before screening: Duplicate records removed (n = 12)",
        "Records screened (n = 158)",
        "Records excluded (n = 52)",
        "Reports sought for retrieval (n = 106)",
        "Reports not retrieved",
        "Reports assessed for eligibility (n = 106)",
        "Reports excluded (n = 6): wrong design (n = 6)",
        "Studies included in review (n = 8) Reports of included studies (n = 10)",
    ):
        assert official in texts
    assert 9 == len(list(root.iter(f"{SVG}g")))


@given(
    st.lists(st.tuples(st.text(min_size=1, max_size=80), st.integers(0, 10**7)), max_size=20),
    st.text(max_size=60),
)
def test_any_reason_is_drawn_inside_its_box(reasons: list[tuple[str, int]], name: str) -> None:
    root = etree.fromstring(flow_svg(_flow(excluded=tuple(reasons)), name).encode())

    for group in root.iter(f"{SVG}g"):
        (frame,) = group.iter(f"{SVG}rect")
        top, height = int(frame.get("y", "0")), int(frame.get("height", "0"))
        for text in group.iter(f"{SVG}text"):
            assert top < int(text.get("y", "0")) <= top + height
            assert len(text.text or "") <= 44


def test_what_only_the_library_or_crossref_adds_was_not_identified_by_a_search() -> None:
    entry = news(1)
    found = told(entry, sources=(("pubmed", "1"), ("crossref", "10.1/x"), ("known", "a")))
    noticed = told(news(2), sources=(("crossref", "10.1/y"),))

    counted = flow([found, noticed], {}, {})

    assert (1, 0, 1) == (counted.identified, counted.duplicates, counted.screened)
