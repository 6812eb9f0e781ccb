"""The pictures and the dosing table: what they count, and that they can be drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from conftest import NOW
from litwatch.digest.awaited import awaited
from litwatch.digest.charts import evidence_map, png, svg, timeline
from litwatch.digest.dosing import dose_rows
from litwatch.digest.evidence import evidence
from litwatch.model import Dose, Duration, MapCell, PartialDate, Quote, Registration, Relation, StatedOutcome, Told
from test_digest import CONFIG, news, told, trial


def registered(number: int, status: str = "RECRUITING", due: str | None = "2027-03", **given: object) -> Told:
    entry = trial(number, "new")
    assert isinstance(entry.record, Registration)
    date = PartialDate(value=due, type="ESTIMATED") if due else None
    record = replace(entry.record, status=status, primary_completion=date)
    return replace(told(replace(entry, record=record, study_id=f"study:{number}")), **given)  # type: ignore[arg-type]  # test shorthand


@pytest.mark.parametrize(
    ("status", "due", "state"),
    [
        ("RECRUITING", "2027-03", "expected"),
        ("ACTIVE_NOT_RECRUITING", "2026-06-01", "date_passed"),
        ("RECRUITING", None, "expected"),
        ("COMPLETED", "2026-03-01", "awaited"),
        ("COMPLETED", "2024-03-01", "overdue"),
        ("WITHDRAWN", "2024-03-01", None),
        ("TERMINATED", "2026-10-01", None),
    ],
)
def test_a_trial_is_awaited_by_its_status_and_its_date(status: str, due: str | None, state: str | None) -> None:
    entries = awaited([registered(1, status, due)], CONFIG, NOW)

    assert ([state] if state else []) == [entry.state for entry in entries]


def test_a_trial_with_results_is_answered_and_one_registered_twice_stands_once() -> None:
    trial_, other = registered(1), registered(2)
    paper = replace(told(news(3)), study_id="study:1")
    results = Relation(
        kind="results_of", from_report="pubmed:3", to_report=trial_.report_id, evidence="e", certain=True
    )

    assert [other.report_id] == [
        entry.report_id for entry in awaited([trial_, other, replace(paper, relations=(results,))], CONFIG, NOW)
    ]
    doubtful = replace(paper, relations=(replace(results, certain=False),))
    assert 2 == len(awaited([trial_, other, doubtful], CONFIG, NOW))
    assert 1 == len(awaited([trial_, replace(other, study_id=trial_.study_id)], CONFIG, NOW))


def test_the_map_counts_studies_not_reports_and_rings_what_is_new() -> None:
    first, again = told(news(1)), replace(told(news(2)), study_id=told(news(1)).study_id)
    sized = [
        replace(one, appraisal=replace(one.appraisal, population_n=size)) for one, size in ((first, 34), (again, 18))
    ]

    (cell,) = evidence(sized, CONFIG, {again.report_id})

    assert ("Q01", "Randomised", 1, 34, 1) == (cell.question, cell.design, cell.studies, cell.people, cell.new)
    assert "Registered" == evidence([registered(1)], CONFIG)[0].design


def test_the_dosing_table_holds_the_watched_drugs_own_doses_with_their_words() -> None:
    def dose(value: float, role: str = "study", drug: str = "ketamine") -> Dose:
        length = Duration(value=40, unit="minute")
        quote = Quote(text=f"{value:g} mg/kg", field="abstract")
        return Dose(drug=drug, value=value, unit="mg", per="kg", duration=length, role=role, quote=quote)

    outcome = StatedOutcome(direction="no_difference", quote=Quote(text="Scores did not differ.", field="abstract"))
    report = told(news(1))
    doses = (dose(0.5), dose(0.5), dose(1, "reported"), dose(10, "study", "metoclopramide"), dose(2, "anaesthesia"))
    report = replace(report, appraisal=replace(report.appraisal, doses=doses, routes=("iv",), outcome=outcome))

    (row,) = dose_rows([report], CONFIG, {"pubmed:1"})

    assert ("0.5 mg/kg", "40 minutes", "intravenous", "Example 2026") == (row.dose, row.duration, row.route, row.source)
    assert ("0.5 mg/kg", "Scores did not differ.", "", True) == (row.quote, row.outcome, row.people, row.new)
    plan = replace(registered(2), appraisal=report.appraisal)
    assert ("", "planned") == (dose_rows([plan], CONFIG)[0].outcome, dose_rows([plan], CONFIG)[0].role)
    assert () == dose_rows([replace(report, mark="exclude")], CONFIG)


def test_both_pictures_can_be_drawn_and_ask_nobody() -> None:
    entries = awaited([registered(1), registered(2, "COMPLETED", "2024-01"), registered(3, due=None)], CONFIG, NOW)
    cells = evidence([told(news(1)), registered(1)], CONFIG, {"pubmed:1"})

    for chart in (timeline(entries, CONFIG, NOW + timedelta(days=1)), evidence_map(cells, CONFIG)):
        drawing = etree.fromstring(svg(chart).encode())
        assert "{http://www.w3.org/2000/svg}svg" == drawing.tag
        picture = png(chart, name="a.png", alt="a")
        assert picture.content.startswith(b"\x89PNG")
        assert len(picture.content) < 100_000
        assert 250 < picture.width < 640
    assert "new in this digest" in svg(evidence_map(cells, CONFIG))
    assert "new in this digest" not in svg(evidence_map(evidence([told(news(1))], CONFIG), CONFIG))
    text = svg(timeline(entries, CONFIG, NOW))
    assert "NCT00000001" in text
    assert "results overdue" in text
    assert "NCT00000003" not in text  # states no date: told in words, not drawn
    assert timeline((), CONFIG, NOW) is None
    assert evidence_map((), CONFIG) is None


def test_a_label_of_two_lines_is_centred_on_its_row() -> None:
    question = CONFIG.questions[0].model_copy(update={"label": "Oral and other non-parenteral forms"})
    config = CONFIG.model_copy(update={"questions": (question,)})
    cell = MapCell(question=question.id, design="Cohorts", studies=3, people=70, stated=3, new=0)

    drawn = etree.fromstring(svg(evidence_map([cell], config)).encode())

    label, number = (
        next(text for text in drawn.iter("{*}text") if str(text.xpath("string()")).startswith(words))
        for words in (question.id, "3")
    )
    first, second = label
    assert (None, "14") == (first.get("dy"), second.get("dy"))
    assert _height(number) == _height(label) + 14 / 2


def _height(text: etree._Element) -> float:
    return float(text.get("transform", "").partition(",")[2].removesuffix(")"))
