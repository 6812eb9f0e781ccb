"""Families of records that a librarian can edit: what is certainly linked, and which make one study."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from conftest import ROOT
from litwatch.identifiers import find, identifier
from litwatch.identify.link import relations, studies
from litwatch.model import (
    AbstractSection,
    Author,
    Citation,
    CommentCorrection,
    DataBank,
    Identifier,
    Known,
    PartialDate,
    Reference,
    Registration,
    Relation,
    SecondaryId,
)

FAMILIES: list[dict[str, Any]] = json.loads((ROOT / "tests" / "data" / "families.json").read_text(encoding="utf-8"))
MUTUAL = frozenset({"same_trial_as"})  # it has no direction


def citation(row: dict[str, Any]) -> Citation:
    abstract = row.get("abstract", {})
    sections = {"": abstract} if isinstance(abstract, str) else abstract
    text = " ".join([row["title"], *(f"{label} {words}" for label, words in sections.items())])
    own = [Identifier(kind="pmid", value=row["pmid"])]
    own += [entry for entry in [identifier("doi", row.get("doi", ""))] if entry]
    return Citation(
        source="pubmed",
        key=row["pmid"],
        kind=row.get("kind", "article"),
        title=row["title"],
        url="",
        identifiers=tuple(own),
        mentions=tuple(entry for entry in find(text) if entry.kind not in {"pmid", "doi", "pmcid"}),
        published=PartialDate(value=row.get("published", "2026-03")),
        authors=tuple(Author(last=name) for name in row.get("authors", ())),
        abstract=tuple(AbstractSection(label=label, text=words) for label, words in sections.items()),
        publication_types=tuple(row["publication_types"]),
        data_banks=tuple(
            DataBank(name=e["name"], accessions=tuple(e["accessions"])) for e in row.get("data_banks", ())
        ),
        corrections=tuple(CommentCorrection(**entry) for entry in row.get("corrections", ())),
    )


def registration(row: dict[str, Any]) -> Registration:
    return Registration(
        source="registry",
        key=row["number"],
        kind="registration",
        title=row["title"],
        url="",
        identifiers=tuple(find(row["number"])),
        aliases=tuple(row.get("aliases", ())),
        start=PartialDate(value=row["start"]) if "start" in row else None,
        secondary_ids=tuple(SecondaryId(value=value) for value in row.get("secondary", ())),
        references=tuple(Reference(**entry) for entry in row.get("references", ())),
    )


def members(family: dict[str, Any]) -> list[Known]:
    return [
        Known(record=registration(row) if "number" in row else citation(row), report_id=f"{family['id']}:{name}")
        for name, row in family["records"].items()
    ]


def triple(family: dict[str, Any], relation: Relation) -> tuple[str, str, str]:
    ends = [end.removeprefix(f"{family['id']}:") for end in (relation.from_report, relation.to_report)]
    return relation.kind, *(sorted(ends) if relation.kind in MUTUAL else ends)  # type: ignore[return-value]  # two ends


def expected(family: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(kind, *(sorted(ends) if kind in MUTUAL else ends)) for kind, *ends in family["relations"]}


def found(family: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {triple(family, relation) for relation in relations(members(family)) if relation.certain}


def test_there_are_families_enough_both_ways() -> None:
    assert len({family["id"] for family in FAMILIES}) == len(FAMILIES) >= 60
    assert 20 <= sum(not family["relations"] for family in FAMILIES)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: f"{family['id']} {family['note']}")
def test_what_is_called_certain_is_so(family: dict[str, Any]) -> None:
    assert set() == found(family) - expected(family)


def test_hardly_any_certain_link_is_missed() -> None:
    every = [(family["id"], entry) for family in FAMILIES for entry in sorted(expected(family))]
    missed = [
        (name, entry) for family in FAMILIES if (name := family["id"]) for entry in expected(family) - found(family)
    ]

    assert len(missed) <= 0.05 * len(every), missed


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: f"{family['id']} {family['note']}")
def test_the_reports_of_one_study_and_no_others_share_it(family: dict[str, Any]) -> None:
    held = members(family)

    joined, _ = studies([entry.report_id for entry in held], relations(held), {})

    groups: dict[str, list[str]] = {}
    for report_id, study_id in sorted(joined.items()):
        groups.setdefault(study_id, []).append(report_id.removeprefix(f"{family['id']}:"))
    assert sorted(sorted(group) for group in family["studies"]) == sorted(groups.values())


def together() -> Iterator[Known]:
    for family in FAMILIES:
        yield from members(family)


def test_families_kept_in_one_store_stay_apart() -> None:
    crossing = [
        relation
        for relation in relations(list(together()))
        if relation.certain and relation.from_report.split(":")[0] != relation.to_report.split(":")[0]
    ]

    assert [] == crossing


def test_every_link_says_why() -> None:
    assert all(len(relation.evidence) > 20 for relation in relations(list(together())))
