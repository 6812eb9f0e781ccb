"""The dosing table: every dose of the watched drug that core reports state, in their own words. Pure.

A dose that a report tells of other people's work, or gives as an anaesthetic, is not the report's own and is left out.
A registered plan stands beside results, and says that it is one: it has no outcome.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from litwatch.config import Config
from litwatch.digest import wording
from litwatch.digest.links import report_url, source_words
from litwatch.model import Appraisal, Citation, Dose, DoseRow, Registration, Told

NOT_ITS_OWN = frozenset({"reported", "anaesthesia", "rescue", "rescue_repeat", "co_treatment"})


def dose_rows(reports: Iterable[Told], config: Config, new: Collection[str] = ()) -> tuple[DoseRow, ...]:
    """Return a row for each dose, the latest reports first; ``new`` are the report ids that this digest adds."""
    stems = tuple(term.rstrip("*").casefold() for term in config.search.concepts["drug"].terms)
    chosen = [report for report in reports if report.appraisal.label == "core" and report.mark != "exclude"]
    chosen.sort(key=lambda report: report.report_id)
    chosen.sort(key=lambda report: report.record.published.value if report.record.published else "", reverse=True)
    return tuple(row for report in chosen for row in _rows(report, stems, report.report_id in new))


def _rows(report: Told, stems: Sequence[str], new: bool) -> Iterator[DoseRow]:  # noqa: FBT001  # private
    seen = set()
    for dose in report.appraisal.doses:
        watched = any(stem in dose.drug.casefold() for stem in stems)
        key = (dose.drug, dose.value, dose.value_high, dose.unit, dose.per, dose.mode, dose.role)
        if watched and dose.role not in NOT_ITS_OWN and key not in seen:
            seen.add(key)
            yield _row(report, dose, new)


def _row(report: Told, dose: Dose, new: bool) -> DoseRow:  # noqa: FBT001  # private
    read, record = report.appraisal, report.record
    planned = isinstance(record, Registration) or record.kind == "protocol"
    return DoseRow(
        report_id=report.report_id,
        title=record.title,
        source=source_words(record),
        href=report_url(record),
        kind=record.kind,
        drug=dose.drug,
        route=", ".join(wording.ROUTES.get(route, route) for route in read.routes if route != "unspecified"),
        dose=dose_words(dose),
        role=_role(dose, planned=planned),
        duration=_duration(dose),
        frequency=dose.freq or "",
        people=_people(record, read),
        people_quote=read.n_quote.text if read.n_quote else "",
        design=wording.DESIGNS.get(read.design, read.design),
        comparator=", ".join(entry.name for entry in read.comparator),
        comparator_quote=" … ".join(dict.fromkeys(entry.quote.text for entry in read.comparator)),
        outcome=read.outcome.quote.text if read.outcome and not planned else "",
        adverse_events=", ".join(event.term for event in read.adverse_events),
        adverse_events_quote=" … ".join(dict.fromkeys(event.quote.text for event in read.adverse_events)),
        followup=wording.span(read.followup.value, read.followup.value_high, read.followup.unit)
        if read.followup
        else "",
        followup_quote=read.followup.quote.text if read.followup else "",
        quote=dose.quote.text,
        field=dose.quote.field,
        new=new,
    )


def _role(dose: Dose, *, planned: bool) -> str:
    """Return what a dose is for; that of a plan was given to nobody yet, as far as the plan says."""
    words = wording.DOSE_ROLES.get(dose.role, dose.role.replace("_", " "))
    if not planned:
        return words
    return "planned" if dose.role == "study" else f"planned: {words}"


def dose_words(dose: Dose) -> str:
    """Return a dose with its unit, such as 0.5 mg/kg or 0.2-0.4 mg/kg/h."""
    high = f"-{dose.value_high:g}" if dose.value_high is not None else ""
    return f"{dose.value:g}{high} {dose.unit}{f'/{dose.per}' if dose.per else ''}".strip()


def _duration(dose: Dose) -> str:
    return wording.span(dose.duration.value, dose.duration.value_high, dose.duration.unit) if dose.duration else ""


def _people(record: Citation | Registration, read: Appraisal) -> str:
    if isinstance(record, Registration):
        kind = (record.enrolment_type or "").lower()
        return f"{record.enrolment}{f' ({kind})' if kind else ''}" if record.enrolment is not None else ""
    return str(read.population_n) if read.population_n is not None else ""
