"""Five weeks whose digests are kept as golden files: invented reports in our own words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from litwatch.config import Config
from litwatch.model import (
    AbstractSection,
    AdverseEvent,
    Change,
    Citation,
    Comparator,
    Dose,
    Duration,
    FollowUp,
    Identifier,
    News,
    PartialDate,
    Quote,
    Registration,
    Relation,
    Rendered,
    StatedOutcome,
)
from test_digest import PLAIN, label, made, news, receipt, told, trial

TEXT = (
    "Forty adults received ketamine 0.5 mg/kg over 40 minutes or saline. Pain at 60 minutes did not differ. "
    "Three had nausea. All were seen again after 28 days."
)


def said(words: str) -> Quote:
    start = TEXT.index(words)
    return Quote(text=words, field="abstract", start=start, end=start + len(words))


def paper(number: int, **given: object) -> News:
    """Return an invented trial whose abstract states everything a reader asks for."""
    entry = news(number, title="An invented trial of ketamine in chronic migraine", **given)  # type: ignore[arg-type]  # test shorthand
    assert isinstance(entry.record, Citation)
    record = replace(
        entry.record,
        abstract=(AbstractSection(text=TEXT),),
        free_full_text="https://example.org/full",
        languages=("fre",),
        grants=("Example Fund 1",),
        mentions=(Identifier(kind="nct", value="NCT00000002"),),
    )
    dose = Dose(
        drug="ketamine",
        value=0.5,
        unit="mg",
        per="kg",
        mode="infusion",
        duration=Duration(value=40, unit="minute"),
        quote=said("0.5 mg/kg"),
    )
    read = replace(
        entry.appraisal,
        population_n=40,
        n_quote=said("Forty adults"),
        routes=("iv",),
        doses=(dose,),
        comparator=(Comparator(name="saline", type="placebo", quote=said("saline")),),
        outcome=StatedOutcome(direction="no_difference", quote=said("Pain at 60 minutes did not differ.")),
        adverse_events=(AdverseEvent(term="nausea", quote=said("Three had nausea")),),
        followup=FollowUp(value=28, unit="day", quote=said("after 28 days")),
        flags=("n below 50",),
    )
    return replace(entry, record=record, appraisal=read)


def plan(number: int, status: str, due: str, **given: object) -> News:
    """Return an invented registration."""
    entry = trial(number, **given)  # type: ignore[arg-type]  # test shorthand
    assert isinstance(entry.record, Registration)
    date = PartialDate(value=due, type="ESTIMATED")
    record = replace(entry.record, status=status, primary_completion=date, enrolment=80, enrolment_type="ESTIMATED")
    return replace(entry, record=record, study_id=f"study:{number}")


def quiet(config: Config) -> Rendered:
    known = (told(paper(1)), told(plan(2, "RECRUITING", "2027-03")), told(plan(3, "COMPLETED", "2024-01")))
    return made(config=config, known=known)[1]


def busy(config: Config) -> Rendered:
    adjacent = label(news(6, title="A neighbouring question"), "adjacent")
    late = news(4, "late", title="An old report that came late", questions=("Q02", "Q08"))
    by_terms = news(7, "by_new_terms", title="Found since the terms changed")
    return made(
        paper(1, questions=("Q01", "Q04")),
        plan(2, "RECRUITING", "2027-03"),
        plan(5, "NOT_YET_RECRUITING", "2028", standing="new", changes=()),
        late,
        adjacent,
        by_terms,
        label(news(8, title="Something else"), "off"),
        config=config,
    )[1]


def failed(config: Config) -> Rendered:
    refused = receipt(
        source="isrctn", platform="ISRCTN", state="failed", error="connection refused", last_complete=None
    )
    doubted = receipt(platform="PubMed", state="suspect", warnings=("the total fell from 60 to 0",))
    return made(news(1), receipts=[doubted, refused], config=config)[1]


def retracted(config: Config) -> Rendered:
    relation = Relation(kind="retraction_of", from_report="pubmed:9", to_report="pubmed:1", evidence="e", certain=True)
    change = Change(field="retraction", old="", new="J 2026;1:9 (PMID 9)", grade="major")
    entry = paper(1, standing="notice", changes=(change,), relations=(relation,), first_told_in="2026-W40")
    return made(entry, config=config)[1]


def first(config: Config) -> Rendered:
    known = [paper(1, remembered=True), *(news(n, title=f"Known {n}", remembered=True) for n in range(10, 16))]
    trials = [replace(plan(2, "RECRUITING", "2027-03", standing="new"), remembered=True)]
    return made(*known, *trials, first=True, config=config)[1]


FIVE: dict[str, Callable[[Config], Rendered]] = {
    "quiet": quiet,
    "busy": busy,
    "failed": failed,
    "retracted": retracted,
    "first": first,
}


def five(config: Config = PLAIN) -> dict[str, Rendered]:
    """Return the five digests."""
    return {name: week(config) for name, week in FIVE.items()}
