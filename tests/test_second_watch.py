"""Another topic works by its configuration alone: the shipped psilocybin-for-cluster-headache watch."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from litwatch.appraise import appraise
from litwatch.cli import cli
from litwatch.configfile import load
from litwatch.model import AbstractSection, Citation

WATCH = Path(str(resources.files("litwatch.watches"))) / "psilocybin-cluster.yaml"
CONFIG = load(WATCH, {}).config


def paper(title: str, abstract: str = "") -> Citation:
    sections = (AbstractSection(text=abstract),) if abstract else ()
    return Citation(source="pubmed", key="1", kind="article", title=title, url="", abstract=sections)


TRIAL = paper(
    "Psilocybin pulses in chronic cluster headache",
    "METHODS: Sixteen adults were randomised, double-blind, to oral psilocybin 0.143 mg/kg or placebo in three doses "
    "five days apart. RESULTS: Attack frequency was reduced for 3 weeks after psilocybin.",
)
LABELS = {
    "drug and condition": (TRIAL, "core"),
    "a neighbouring headache": (paper("Psilocybin in migraine"), "adjacent"),
    "headache as a side effect": (
        paper("Psilocybin for depression", "Adverse events were nausea and headache."),
        "off",
    ),
    "long-term harm without the condition": (
        paper("Valvular heart disease after long use of psilocybin", "Psilocybin users had echocardiograms."),
        "adjacent",
    ),
    "the other watch's topic": (paper("Ketamine for cluster headache"), "off"),
    "a false friend": (paper("Pilocarpine in cluster headache"), "off"),
}


@pytest.mark.parametrize("name", LABELS)
def test_labels_follow_the_words_of_the_watch(name: str) -> None:
    record, label = LABELS[name]

    appraisal = appraise(record, CONFIG)

    assert label == appraisal.label, appraisal.label_reason


def test_its_own_questions_are_found_each_by_the_sentence_that_says_so() -> None:
    hits = {hit.id: hit.quote.text for hit in appraise(TRIAL, CONFIG).questions}

    assert {"Q01", "Q02", "Q03"} == set(hits)
    assert "0.143 mg/kg" in hits["Q01"]
    assert "3 weeks after psilocybin" in hits["Q02"]
    assert "randomised, double-blind" in hits["Q03"]


def test_its_own_drug_is_the_watched_one() -> None:
    appraisal = appraise(TRIAL, CONFIG)

    assert ("oral",) == appraisal.routes
    assert [("psilocybin", 0.143, "kg")] == [(dose.drug, dose.value, dose.per) for dose in appraisal.doses]


def test_init_offers_it(tmp_path: Path) -> None:
    target = tmp_path / "config.yaml"
    done = CliRunner().invoke(cli, ["init", "--watch", "psilocybin-cluster", "--to", str(target)])

    assert 0 == done.exit_code, done.output
    assert WATCH.read_bytes() == target.read_bytes()
