"""Whatever is read, its quote stands in the record: exact words at their exact place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.appraise import appraise
from litwatch.model import Citation, Quote
from reading import CONFIG, article, quotes

SETS = ("gold_dev.jsonl", "pool_unannotated.jsonl")
TEXT = """Ketamine|midazolam|placebo|0.5 mg/kg|0.2 mg kg(-1) h(-1)|80 micrograms/kg|over 40 min|was|no|n = 12
twelve patients|received|randomised to|or|and|than|lower pain|side effects|nausea|at 4 weeks|RESULTS:|METHODS:
.|;|(|)|,|−1|intranasal|i.v.|µg|é|vs."""
WORDS = [word for line in TEXT.splitlines() for word in line.split("|")]


def _wrong(record: Citation) -> Iterator[Quote]:
    text = {"title": record.title, "abstract": record.abstract_text}
    for quote in quotes(appraise(record, CONFIG)):
        place = text.get(quote.field)
        if place is not None and (not quote.text or place[quote.start : quote.end] != quote.text):
            yield quote


@pytest.mark.parametrize("name", SETS)
def test_every_quote_of_every_record_is_exact(name: str, shared: Path) -> None:
    lines = (shared / "data" / "appraise" / name).read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines if line.strip()]

    assert records
    assert {} == {
        one["id"]: wrong for one in records if (wrong := list(_wrong(article(one["title"], one["abstract"]))))
    }


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from([" ", "  ", "\u00a0"]))
def test_every_quote_of_any_text_is_exact(words: list[str], space: str) -> None:
    assert [] == list(_wrong(article("Ketamine for migraine", space.join(words))))


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert [] == list(_wrong(article("Ketamine for migraine", text)))


@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_the_same_text_reads_the_same(words: list[str]) -> None:
    text = " ".join(words)

    assert appraise(article("Ketamine", text), CONFIG) == appraise(article("Ketamine", text), CONFIG)
