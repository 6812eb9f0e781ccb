"""What `litwatch show` sets off in a report's text."""

from __future__ import annotations

from pathlib import Path

import click

from conftest import ROOT
from litwatch.appraise import appraise
from litwatch.cli.highlight import highlighted
from litwatch.configfile import load
from litwatch.model import AbstractSection, Arm, Citation, Registration

CONFIG = load(Path(ROOT) / "config.yaml", {}).config
ABSTRACT = (
    "Migraine is common. METHODS: Sixty adults were randomised to intravenous ketamine 0.3 mg/kg or saline. "
    "The ward was painted green. RESULTS: Three had nausea and vomiting."
)
RECORD = Citation(
    source="pubmed",
    key="1",
    kind="article",
    title="Ketamine for migraine",
    url="",
    abstract=(AbstractSection(text=ABSTRACT),),
)


def test_a_sentence_that_a_fact_was_read_from_is_set_off_with_what_was_read() -> None:
    lines = [click.unstyle(line) for line in highlighted(RECORD, appraise(RECORD, CONFIG))]

    assert "    Migraine is common." in lines
    assert "    The ward was painted green." in lines
    (start,) = (index for index, line in enumerate(lines) if line.startswith("  » Sixty adults"))
    told = " ".join(line.strip() for line in lines[start : start + 2])
    assert told.startswith("» Sixty adults were randomised to intravenous ketamine 0.3 mg/kg or saline. [")
    for fact in ("design", "people", "dose", "Q01", "Q10"):
        assert fact in told


def test_a_sentence_says_which_adverse_events_stand_in_it() -> None:
    lines = [click.unstyle(line) for line in highlighted(RECORD, appraise(RECORD, CONFIG))]

    assert "  » Three had nausea and vomiting. [adverse event: nausea, adverse event: vomiting]" in lines


def test_a_registration_shows_the_fields_its_facts_were_read_from() -> None:
    trial = Registration(
        source="clinicaltrials",
        key="NCT1",
        kind="registration",
        title="Ketamine in migraine",
        url="",
        arms=(Arm(label="Ketamine", description="Ketamine 1 mg/kg over 40 minutes by intravenous infusion"),),
    )
    lines = [click.unstyle(line) for line in highlighted(trial, appraise(trial, CONFIG))]

    (arm,) = (line for line in lines if "over 40 minutes" in line)
    assert arm.startswith("  » ")
    assert "dose" in arm
    assert "Q01" in arm
