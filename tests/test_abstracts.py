"""Abstracts in our own words, annotated before they were first read: how many facts of each kind are read as annotated.

`tests/data/abstracts.yaml` keeps what litwatch does not read yet, so the floors are counts, not all of it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
import yaml

from conftest import ROOT
from litwatch.appraise import appraise
from litwatch.digest import wording
from litwatch.model import Appraisal, Dose
from reading import CONFIG, article, quotes

ROWS: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests/data/abstracts.yaml").read_text(encoding="utf-8"))
UNSURE = "?"  # a judgement that two readers would not share
# Facts read as annotated, of those annotated: none of these may fall.
FLOORS = {
    "label": 55,
    "design": 51,
    "level": 52,
    "people": 48,
    "routes": 46,
    "followup": 54,
    "outcome": 31,
    "setting": 53,
    "diagnosis": 54,
    "withdrawals": 52,
}
# Of facts that come as sets: how many are found, and how many may be made up.
SETS = {"doses": (66, 0), "manners": (63, 3), "comparator": (25, 0), "adverse": (71, 0), "questions": (94, 3)}
ANNOTATED_QUESTIONS = frozenset(f"Q{number:02}" for number in (1, 2, 3, 5, 6, 7, 8, 9, 10))


@cache
def found(index: int) -> Appraisal:
    row = ROWS[index]
    return appraise(article(row["title"], row["abstract"].strip()), CONFIG)


def dose(one: Dose) -> str:
    high = f"-{one.value_high:g}" if one.value_high is not None else ""
    length = one.duration
    lasting = wording.span(length.value, length.value_high, length.unit).rstrip("s") if length else "-"
    return "|".join((one.drug, f"{one.value:g}{high}", one.unit, one.per or "-", one.mode or "-", lasting, one.role))


def one_fact(field: str, read: Appraisal) -> object:
    if field == "followup":
        return f"{read.followup.value:g} {read.followup.unit}" if read.followup else "-"
    if field == "outcome":
        return read.outcome.direction if read.outcome else "-"
    if field == "withdrawals":
        return [wording.withdrawal(one) for one in read.withdrawals]
    if field in {"setting", "diagnosis"}:
        return sorted(one.name for one in getattr(read, field))
    return {"people": read.population_n, "routes": sorted(read.routes)}.get(field, getattr(read, field, None))


@pytest.mark.parametrize("field", FLOORS)
def test_a_fact_is_read_as_annotated_as_often_as_before(field: str) -> None:
    key = {"people": "n"}.get(field, field)
    right = 0
    for index, row in enumerate(ROWS):
        truth = sorted(row[key]) if field in {"routes", "setting", "diagnosis"} and row[key] != UNSURE else row[key]
        right += truth != UNSURE and truth == one_fact(field, found(index))

    assert right >= FLOORS[field]


def test_a_wrong_number_of_people_is_never_given() -> None:
    wrong = [
        row["id"]
        for index, row in enumerate(ROWS)
        if row["n"] != UNSURE and found(index).population_n not in {None, row["n"]}
    ]

    assert [] == wrong


@pytest.mark.parametrize("field", SETS)
def test_the_members_of_a_set_are_found_and_not_made_up(field: str) -> None:
    hits = made_up = 0
    for index, row in enumerate(ROWS):
        key = {"manners": "doses"}.get(field, field)
        if row[key] == UNSURE:
            continue
        truth, given = _members(field, row[key], found(index))
        hits += len(truth & given)
        made_up += len(given - truth)
    least, most = SETS[field]

    assert (hits >= least, made_up <= most) == (True, True), (hits, made_up)


def _members(field: str, annotated: list[str], read: Appraisal) -> tuple[set[Any], set[Any]]:
    if field in {"doses", "manners"}:
        last = 4 if field == "doses" else 6
        wanted = [text.split("|") for text in annotated if "ketamin" in text]
        ours = [dose(one).split("|") for one in read.doses if "ketamin" in one.drug]
        return {tuple(one[1:last]) for one in wanted}, {tuple(one[1:last]) for one in ours}
    if field == "adverse":
        return _events(annotated, read)
    if field == "comparator":
        return set(annotated), {one.type for one in read.comparator}
    mentioned = {hit.id for hit in read.questions if hit.strength == "mention"}
    evident = {hit.id for hit in read.questions if hit.strength == "evidence"} & ANNOTATED_QUESTIONS
    return set(annotated) - mentioned, evident


def _events(annotated: list[str], read: Appraisal) -> tuple[set[Any], set[Any]]:
    """Match terms by a common head noun; what is left over on our side was made up."""
    left = [event.term for event in read.adverse_events]
    hits: set[object] = set()
    for term in annotated:
        match = next((one for one in left if _heads(term)[-2:] and set(_heads(term)[-2:]) & set(_heads(one))), None)
        if match is not None:
            left.remove(match)
            hits.add(term)
    return set(annotated), hits | {f"made up: {one}" for one in left}


def _heads(term: str) -> list[str]:
    return [word.removesuffix("s") for word in re.findall(r"[a-z-]+", term.lower())]


def test_every_quote_of_these_abstracts_is_exact() -> None:
    for index, row in enumerate(ROWS):
        texts = {"title": row["title"], "abstract": row["abstract"].strip()}
        for quote in quotes(found(index)):
            assert texts[quote.field][quote.start : quote.end] == quote.text
