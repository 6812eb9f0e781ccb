"""The evidence map: how many studies of which design bear on each question. Pure.

A study counts once in a cell, however many reports it has; what is only registered or planned stands in a column of its
own and is no evidence yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from litwatch.config import Config
from litwatch.digest.state import about
from litwatch.model import MapCell, Told

# Column by column, in the order of the map; OCEBM's order as far as a design settles it.
COLUMNS = {
    "Syntheses": ("systematic_review", "meta_analysis"),
    "Randomised": ("rct",),
    "Controlled": ("non_randomised_trial",),
    "Cohorts": ("cohort_prospective", "cohort_retrospective"),
    "Cross-sectional": ("cross_sectional",),
    "Case reports": ("case_series", "case_report"),
    "Reviews": ("narrative_review", "guideline"),
    "Laboratory": ("animal", "in_vitro"),
    "Other": ("other",),
    "Registered": ("protocol", "registry_entry"),
}
_COLUMN = {design: name for name, designs in COLUMNS.items() for design in designs}


def evidence(reports: Sequence[Told], config: Config, new: Collection[str] = ()) -> tuple[MapCell, ...]:
    """Return the filled cells of the map, by question and column; ``new`` are the report ids that this digest adds."""
    cells = []
    for question in config.questions:
        columns: dict[str, dict[str, list[Told]]] = defaultdict(lambda: defaultdict(list))
        for report in about(question.id, reports):
            columns[column_of(report)][report.study_id].append(report)
        cells += [
            _cell(question.id, name, list(columns[name].values()), frozenset(new))
            for name in COLUMNS
            if name in columns
        ]
    return tuple(cells)


def column_of(report: Told) -> str:
    """Return the column of the map that ``report`` stands in."""
    """Return the column of the map that ``report`` stands in."""
    if report.record.kind in {"registration", "protocol"}:
        return "Registered"
    return _COLUMN.get(report.appraisal.design, "Other")


def _cell(question: str, column: str, studies: Sequence[Sequence[Told]], new: frozenset[str]) -> MapCell:
    """Return one cell. A study's people are those of the report that states most: its reports are not added up."""
    sizes = [max((report.appraisal.population_n or 0 for report in study), default=0) for study in studies]
    return MapCell(
        question=question,
        design=column,
        studies=len(studies),
        people=sum(sizes),
        stated=sum(size > 0 for size in sizes),
        new=sum(any(report.report_id in new for report in study) for study in studies),
    )
