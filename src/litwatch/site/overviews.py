"""The pages about everything: now, studies, evidence map, answers expected, doses, digests, search log. Pure.

The charts are drawn once, as SVG; the tables beside them say the same to who cannot see them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from litwatch.digest import wording
from litwatch.digest.awaited import awaited
from litwatch.digest.charts import STATES, evidence_map, svg, timeline
from litwatch.digest.dosing import dose_rows
from litwatch.digest.evidence import COLUMNS, evidence
from litwatch.digest.state import state_of
from litwatch.export.bibtex import to_bibtex
from litwatch.export.csv import to_csv
from litwatch.export.doses import doses_csv
from litwatch.export.ris import to_ris
from litwatch.export.rows import told_row
from litwatch.model import Awaited, MapCell
from litwatch.site.facts import links_of
from litwatch.site.past import Past
from litwatch.site.press import File, Press
from litwatch.site.study import SOUGHT

RUNS_SHOWN = 400
# A browser may set a chart in wider letters than those it was measured with.
ROOM = {"left": 40, "right": 40, "top": 8, "bottom": 8}


def overviews(press: Press, pasts: Sequence[Past]) -> Iterator[File]:
    """Yield the overview pages with their charts and downloads; ``pasts`` are the digests, the latest first."""
    shelf = press.shelf
    cells = evidence(shelf.reports, shelf.config, _new(pasts))
    expected = awaited(shelf.reports, shelf.config, shelf.as_of)
    yield _now(press, pasts, expected)
    yield from _studies(press)
    yield from _map(press, cells)
    yield from _answers(press, expected)
    yield from _doses(press)
    zone = shelf.config.digest.zone
    days = {past.label: wording.day(past.until, zone) for past in pasts}
    yield press.page("digests/index.html", "digests.html", "Digests", pasts=pasts, days=days)
    yield _log(press)
    off = [(report, links_of(report.record)) for report in shelf.off_topic]
    yield press.page("off-topic.html", "off-topic.html", "Off topic", reports=off)


def _new(pasts: Sequence[Past]) -> frozenset[str]:
    """Return the reports that the latest digest told as new."""
    sections = pasts[0].sections if pasts else ()
    return frozenset(item.report_id for section in sections for item in section.items if item.is_new)


def _now(press: Press, pasts: Sequence[Past], expected: Sequence[Awaited]) -> File:
    shelf = press.shelf
    zone = shelf.config.digest.zone
    counts = Counter(name for study in shelf.studies if study.label == "core" for name in study.questions)
    return press.page(
        "index.html",
        "index.html",
        "Now",
        latest=pasts[0] if pasts else None,
        day=wording.day(pasts[0].until, zone) if pasts else "",
        alarms=wording.alarms(shelf.receipts, zone),
        receipts=[(receipt, wording.moment(receipt.last_complete, zone)) for receipt in shelf.receipts],
        states={question.id: state_of(question.id, shelf.reports, shelf.as_of) for question in shelf.config.questions},
        counts=counts,
        labels=Counter(study.label for study in shelf.studies),
        off_topic=len(shelf.off_topic),
        overdue=sum(entry.state == "overdue" for entry in expected),
        expected=len(expected),
    )


def _studies(press: Press) -> Iterator[File]:
    studies = press.shelf.studies
    yield press.page(
        "studies/index.html",
        "studies.html",
        "Studies",
        studies=studies,
        designs=[name for name in COLUMNS if any(name in study.columns for study in studies)],
        routes=sorted({route for study in studies for route in study.routes}),
        statuses=[word for word in SOUGHT if any(word in study.stages for study in studies)],
        years=sorted({study.year for study in studies if study.year}, reverse=True),
        off_topic=len(press.shelf.off_topic),
    )
    rows = [told_row(report) for study in studies for report in study.reports]
    yield "studies.csv", to_csv(rows)
    yield "studies.ris", to_ris(rows, abstracts=False)
    yield "studies.bib", to_bibtex(rows)


def _map(press: Press, cells: Sequence[MapCell]) -> Iterator[File]:
    drawing = evidence_map(cells, press.shelf.config)
    if drawing is not None:
        yield "evidence-map.svg", svg(drawing.properties(padding=ROOM)).encode()
    grid = {(cell.question, cell.design): cell for cell in cells}
    columns = [name for name in COLUMNS if any(cell.design == name for cell in cells)]
    yield press.page("map.html", "map.html", "Evidence map", grid=grid, columns=columns, drawn=drawing is not None)


def _answers(press: Press, expected: Sequence[Awaited]) -> Iterator[File]:
    drawing = timeline(expected, press.shelf.config, press.shelf.as_of)
    if drawing is not None:
        yield "answers-expected.svg", svg(drawing.properties(padding=ROOM)).encode()
    states = {name: words for name, (words, _, _) in STATES.items()}
    yield press.page(
        "answers.html",
        "answers.html",
        "Answers expected",
        expected=expected,
        pages=press.shelf.pages,
        states=states,
        drawn=drawing is not None,
    )


def _doses(press: Press) -> Iterator[File]:
    rows = dose_rows(press.shelf.reports, press.shelf.config)
    yield "doses.csv", doses_csv(rows)
    yield press.page("doses.html", "doses.html", "Doses", rows=rows, pages=press.shelf.pages)


def _log(press: Press) -> File:
    shelf = press.shelf
    zone = shelf.config.digest.zone
    runs = [(run, wording.moment(run.started, zone)) for run in shelf.runs[:RUNS_SHOWN]]
    queries = {run.source: run for run in reversed(shelf.runs)}
    return press.page(
        "log.html",
        "log.html",
        "Search log",
        runs=runs,
        earlier=len(shelf.runs) - len(runs),
        queries=[queries[name] for name in sorted(queries)],
    )
