"""A registration is read from its fields, and the field's name is the quote's place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from litwatch.appraise import appraise
from litwatch.model import Arm, Intervention, Outcome, Registration
from litwatch.sources.clinicaltrials_study import parse_study
from reading import CONFIG, quotes

TRIAL = Registration(
    source="clinicaltrials",
    key="NCT00000001",
    kind="registration",
    title="Ketamine against acute migraine",
    url="",
    enrolment=44,
    allocation="RANDOMIZED",
    arms=(
        Arm(
            label="Ketamine",
            type="EXPERIMENTAL",
            description="0.3 mg/kg intravenously over 30 minutes",
            interventions=("Drug: Ketamine",),
        ),
        Arm(label="Control", type="PLACEBO_COMPARATOR", description="100 mL", interventions=("Drug: Normal saline",)),
        Arm(
            label="Metoclopramide",
            type="ACTIVE_COMPARATOR",
            description="10 mg intravenously",
            interventions=("Drug: Metoclopramide",),
        ),
    ),
    interventions=(Intervention(name="Ketamine", description="Given slowly."),),
    primary_outcomes=(Outcome(measure="Pain on a scale", time_frame="30, 60 and 120 minutes after the infusion"),),
    secondary_outcomes=(
        Outcome(measure="Headache days", time_frame="4 weeks before and 12 weeks after treatment"),
        Outcome(measure="Side effects such as nausea", time_frame="end of the visit"),
    ),
    summary="Ketamine relieves pain. Adverse events will be recorded.",
)


def _value(record: Registration, field: str) -> str:
    """Return the value of a registry field as a quote names it."""
    plain = {
        "briefTitle": record.title,
        "officialTitle": record.official_title,
        "briefSummary": record.summary,
        "detailedDescription": record.description,
        "enrollmentInfo.count": str(record.enrolment),
        "designInfo.allocation": record.allocation,
    }
    if field in plain:
        return plain[field]
    name, _, rest = field.removesuffix("]").partition("[")
    lists: dict[str, Any] = {
        "armGroups": record.arms,
        "interventions": record.interventions,
        "primaryOutcomes": record.primary_outcomes,
        "secondaryOutcomes": record.secondary_outcomes,
        "otherOutcomes": record.other_outcomes,
        "conditions": record.conditions,
        "keywords": record.keywords,
    }
    number, _, part = rest.partition("]")
    entry = lists[name][int(number)]
    if part.startswith(".interventionNames"):
        return str(entry.interventions[int(part.partition("[")[2])])
    return str(getattr(entry, {"timeFrame": "time_frame"}.get(part[1:], part[1:])) if part else entry)


def test_arms_give_the_doses_with_the_field_they_stand_in() -> None:
    doses = appraise(TRIAL, CONFIG).doses

    assert [
        ("ketamine", 0.3, "kg", "infusion", "study", "armGroups[0].description"),
        ("metoclopramide", 10.0, None, "iv_unspecified", "comparator", "armGroups[2].description"),
    ] == [(one.drug, one.value, one.per, one.mode, one.role, one.quote.field) for one in doses]


def test_arm_types_give_the_comparators() -> None:
    found = appraise(TRIAL, CONFIG).comparator

    assert [
        ("saline", "placebo", "armGroups[1].label", "Control"),
        ("metoclopramide", "active", "armGroups[2].label", "Metoclopramide"),
    ] == [(one.name, one.type, one.quote.field, one.quote.text) for one in found]


def test_the_latest_time_frame_is_the_follow_up() -> None:
    found = appraise(TRIAL, CONFIG).followup

    assert found is not None
    assert (12, "week", "secondaryOutcomes[0].timeFrame") == (found.value, found.unit, found.quote.field)


def test_the_enrolment_is_the_number_of_people() -> None:
    found = appraise(TRIAL, CONFIG)

    assert found.n_quote is not None
    assert (44, "enrollmentInfo.count") == (found.population_n, found.n_quote.field)


def test_routes_are_those_of_the_arms() -> None:
    assert ("iv",) == appraise(TRIAL, CONFIG).routes


def test_what_is_planned_is_no_finding() -> None:
    found = appraise(TRIAL, CONFIG)

    assert (None, ()) == (found.outcome, found.adverse_events)


@pytest.mark.parametrize(
    ("kind", "drug", "expected"),
    [
        ("NO_INTERVENTION", "", ("Group B", "other")),
        ("SHAM_COMPARATOR", "", ("Group B", "other")),
        ("ACTIVE_COMPARATOR", "Drug: Ketamine low dose", ("Group B", "dose_or_route")),
        ("ACTIVE_COMPARATOR", "Drug: Midazolam", ("midazolam", "active")),
        ("PLACEBO_COMPARATOR", "", ("placebo", "placebo")),
    ],
)
def test_each_type_of_arm_is_told_apart(kind: str, drug: str, expected: tuple[str, str]) -> None:
    arms = (TRIAL.arms[0], Arm(label="Group B", type=kind, interventions=(drug,) if drug else ()))
    trial = Registration(source="clinicaltrials", key="1", kind="registration", title="Ketamine", url="", arms=arms)

    assert [expected] == [(one.name, one.type) for one in appraise(trial, CONFIG).comparator]


def test_every_quote_of_a_recorded_registration_stands_in_its_field(shared: Path) -> None:
    read = 0
    for path in sorted((shared / "data" / "recordings" / "ctgov").rglob("*.json")):
        answer = json.loads(path.read_text(encoding="utf-8"))
        for study in answer.get("studies", [answer]) if isinstance(answer, dict) else ():
            if not isinstance(study, dict) or "identificationModule" not in study.get("protocolSection", {}):
                continue
            record = parse_study(study)
            read += 1
            for quote in quotes(appraise(record, CONFIG)):
                value = _value(record, quote.field)
                assert quote.text in value, (path.name, quote)
                assert quote.end == 0 or value[quote.start : quote.end] == quote.text, (path.name, quote)

    assert read
