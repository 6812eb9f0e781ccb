"""The site in a real browser, as readers use it: with a mouse, with the keyboard alone, without scripts, on paper."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from browser import Eyes
from litwatch.demo.run import run as run_demo
from litwatch.site.order import by_dose, by_length, by_number

SHOWN_IN = {"year": 1, "route": 4, "question": 5, "status": 6}  # the column that shows what a filter asks for
YEAR, PEOPLE, DOSE, FOLLOW_UP = 1, 3, 1, 9  # columns of the studies, and of the doses
KINDS = ("index.html", "studies/index.html", "doses.html", "map.html", "answers.html", "log.html", "questions/Q01.html")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demonstration's site."""
    folder = tmp_path_factory.mktemp("demo")
    list(run_demo(folder))
    return folder / "site"


def column(rows: Sequence[dict[str, Any]], place: int) -> list[str]:
    return [row["keys"][place] or "" for row in rows]


def test_each_filter_shows_the_studies_that_have_its_value_and_no_other(eyes: Eyes, site: Path) -> None:
    page = site / "studies" / "index.html"
    wanted = {
        "question": "Q03",
        "design": "Randomised",
        "route": "intranasal",
        "status": "recruiting",
        "year": "2018",
        "label": "adjacent",
    }
    steps: list[list[object]] = [["rows"]]
    for name, value in wanted.items():
        steps += [["select", name, value], ["rows"], ["text", "output"], ["hash"], ["select", name, ""]]

    everything, *looks = eyes.visit(page, *steps)

    for place, (name, value) in enumerate(wanted.items()):
        rows, count, address = looks[3 * place : 3 * place + 3]
        expected = [row["cells"][0] for row in everything if value in row["data"][name].split("|")]
        assert 0 < len(expected) < len(everything), name
        assert expected == [row["cells"][0] for row in rows], name
        if name in SHOWN_IN:
            assert all(value in row["cells"][SHOWN_IN[name]] for row in rows), name
        assert f"{len(expected)} of {len(everything)} studies" == count
        assert f"#{name}={value}" == address


def test_filters_and_words_narrow_together_and_an_address_keeps_them(eyes: Eyes, site: Path) -> None:
    page = site / "studies" / "index.html"

    before, both, again, address, cleared = eyes.visit(
        page,
        *(["rows"], ["fill", "text", "KETAMINE infusion"], ["select", "design", "Cohorts"], ["rows"]),
        *(["reload"], ["rows"], ["hash"], ["click", "button[type=reset]"], ["rows"]),
    )

    words = ("ketamine", "infusion")
    expected = [
        row
        for row in before
        if "Cohorts" in row["data"]["design"].split("|")
        and all(word in " ".join(row["cells"]).lower() for word in words)
    ]
    assert 0 < len(expected) < len(before)
    assert expected == both == again
    assert "#text=KETAMINE+infusion&design=Cohorts" == address
    assert before == cleared


def test_numbers_and_dates_sort_by_what_they_mean(eyes: Eyes, site: Path) -> None:
    heading = "thead th:nth-child({})"
    studies = eyes.visit(
        site / "studies" / "index.html",
        *(step for place in (YEAR, YEAR, PEOPLE, PEOPLE) for step in (["click", heading.format(place + 1)], ["rows"])),
    )
    doses = eyes.visit(
        site / "doses.html",
        *(step for place in (DOSE, FOLLOW_UP) for step in (["click", heading.format(place + 1)], ["rows"])),
    )

    dates = [column(rows, YEAR) for rows in studies[:2]]
    assert [sorted(dates[0], reverse=True), sorted(dates[0])] == dates
    people = [[float(key or 0) for key in column(rows, PEOPLE)] for rows in studies[2:]]
    assert [sorted(people[0], reverse=True), sorted(people[0])] == people
    assert [row["cells"][PEOPLE] for row in studies[2][:3]] == ["245", "175", "140"]
    amounts = [row["cells"][DOSE].split("\n")[0] for row in doses[0] if " mg/kg " in f"{row['cells'][DOSE]} "]
    assert len(amounts) > 3
    assert amounts == sorted(amounts, key=lambda words: float(words.split()[1].split("-")[0]))
    lengths = [row["cells"][FOLLOW_UP].split("\n")[0] for row in doses[1] if row["keys"][FOLLOW_UP]]
    assert lengths.index("2 hours") < lengths.index("28 days") < lengths.index("6 weeks") < lengths.index("3-6 months")


def test_a_column_sorts_by_numbers_of_one_width() -> None:
    assert by_number("9") < by_number("80 (estimated)") < by_number("1000")
    assert "" == by_number("")
    assert by_dose("ketamine", "0.5 mg/kg") < by_dose("ketamine", "10 mg/kg")
    assert by_length("90 minutes") < by_length("2 hours") < by_length("1 day") < by_length("3-6 months")
    assert "" == by_length("until discharge")


def test_the_keyboard_alone_reaches_and_sorts_and_shows_where_it_is(eyes: Eyes, site: Path) -> None:
    steps: list[list[object]] = []
    for _ in range(25):
        steps += [["press", "Tab"], ["focused"]]
    walk = eyes.visit(site / "studies" / "index.html", *steps)

    assert "Skip to the content" == walk[0]["text"]
    assert all(stop["inside"] for stop in walk)
    assert all(stop["ring"] >= 2 for stop in walk if stop["tag"] != "body"), walk
    fields = [stop["name"] for stop in walk if stop["tag"] in {"input", "select"}]
    assert ["text", "question", "design", "route", "status", "year", "label"] == fields
    assert any(stop["tag"] == "th" for stop in walk)

    people = "thead th:nth-child(4)"
    first, second, third = eyes.visit(
        site / "studies" / "index.html",
        ["focus", people],
        *(step for key in ("Enter", "Space", "Enter") for step in (["press", key], ["tables"])),
    )
    assert ["descending", "ascending", "descending"] == [seen[0]["sorted"][3] for seen in (first, second, third)]


def test_without_scripts_every_study_stands_there_and_nothing_that_needs_them(eyes: Eyes, site: Path) -> None:
    rows, form, more, sorts = eyes.visit(
        site / "studies" / "index.html",
        *(["rows"], ["shown", "form"], ["shown", "[data-more]"], ["style", "thead th", "cursor"]),
        scripts=False,
    )

    text = (site / "studies.csv").read_bytes().decode("utf-8-sig")
    titles = {row["title"] for row in csv.DictReader(io.StringIO(text))}
    assert len(rows) > 40
    assert {row["cells"][0].split("\n")[0] for row in rows} <= titles
    assert not form
    assert not more
    assert {"auto"} == set(sorts)


@pytest.mark.parametrize("width", [320, 1280])
def test_headings_nest_and_tables_say_what_their_cells_are(width: int, eyes: Eyes, site: Path) -> None:
    for name in KINDS:
        headings, tables = eyes.visit(site / name, ["headings"], ["tables"], width=width)

        assert 1 == headings.count(1), name
        assert 1 == headings[0], name
        assert all(later - earlier <= 1 for earlier, later in pairwise(headings)), name
        for table in tables:
            assert table["caption"], name
            assert {"col"} == set(table["columns"]), name
            assert {(len(table["columns"]), "th", "row")} == {tuple(row) for row in table["rows"]}, name


def test_paper_shows_the_words_in_black_as_tables_and_no_controls(eyes: Eyes, site: Path) -> None:
    for scheme in ("light", "dark"):
        menu, form, cells, heads, ink, paper, pages = eyes.visit(
            site / "studies" / "index.html",
            *(["print"], ["style", ".menu", "display"], ["style", "form", "display"], ["style", "tbody td", "display"]),
            *(["style", "thead", "display"], ["style", "body", "color"], ["style", "body", "background-color"]),
            ["pages"],
            scheme=scheme,
            width=680,
        )

        assert (["none"], ["none"], {"table-cell"}) == (menu, form, set(cells))
        assert ["table-header-group"] == heads  # repeated on every sheet
        assert (["rgb(0, 0, 0)"], ["rgb(255, 255, 255)"]) == (ink, paper)
        assert pages <= 6


def test_a_digest_prints_black_on_white_from_a_dark_screen(eyes: Eyes, site: Path) -> None:
    ink, paper, quotes = eyes.visit(
        site / "digests" / "2026-W47" / "digest.html",
        *(["print"], ["style", ".fact", "color"], ["style", ".card, .page", "background-color"]),
        ["style", ".quote, .muted, .link", "color"],
        scheme="dark",
    )

    assert {"rgb(0, 0, 0)"} == set(ink) | set(quotes)
    assert {"rgb(255, 255, 255)"} == set(paper)
