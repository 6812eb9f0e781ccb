"""Exports as other programs read them: no text of others adds a record, a row, a field or a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import rispy
from bibtexparser.entrypoint import parse_string

from litwatch.export.bibtex import to_bibtex
from litwatch.export.csv import to_csv
from litwatch.export.json import all_json
from litwatch.export.ris import to_ris
from litwatch.export.rows import Row, told_row
from litwatch.model import (
    AbstractSection,
    Appraisal,
    Author,
    Citation,
    Identifier,
    PartialDate,
    Registration,
    ReportKind,
    Told,
)

NOW = datetime(2026, 11, 16, 6, 30, tzinfo=UTC)
HOSTILE = (
    "A title\nER  - \n\nTY  - JOUR\nTI  - Another",
    "A title\r\nAU  - Nobody, N",
    "ends early}, author = {Nobody}} @article{other, title = {Another}",
    '@comment{x} @string{a = "b"} % a comment \\input{/etc/passwd} # $x$ ~ ^ _ &',
    '=HYPERLINK("https://example.org")',
    "+1+1",
    "@SUM(A1)",
    'comma, "quoted"\nsecond row,"x"',
    "<script>alert(1)</script>\x00\x0b\u2028\ufffe",
    "AB  - looks like an abstract",
)


def told(title: str, *, pmid: str = "1") -> Told:
    record = Citation(
        source="pubmed",
        key=pmid,
        kind="article",
        title=title,
        url="",
        identifiers=(Identifier(kind="pmid", value=pmid), Identifier(kind="doi", value="10.5555/a_b<1>")),
        published=PartialDate(value="2026-03-09"),
        journal=title,
        pages="12-15",
        authors=(Author(last=title, fore="A"), Author(collective=title)),
        abstract=(AbstractSection(text=title, label="RESULTS"),),
    )
    return Told(
        report_id=f"pubmed:{pmid}",
        study_id=f"study:pubmed:{pmid}",
        record=record,
        sources=(("pubmed", pmid),),
        appraisal=Appraisal(label="core", label_reason=title),
        first_seen=NOW,
    )


ROWS = [told_row(told("Plain", pmid="7")), *(told_row(told(text)) for text in HOSTILE)]


@pytest.mark.parametrize("abstracts", [True, False])
def test_a_hostile_text_adds_no_record_and_no_tag_to_ris(abstracts: bool) -> None:  # noqa: FBT001  # a parameter of the test
    content = to_ris(ROWS, abstracts=abstracts)

    records = rispy.loads(content.decode())

    assert len(ROWS) == len(records)
    assert {2} == {len(record["authors"]) for record in records}
    assert {"Plain"} == {record["title"] for record in records if record["accession_number"] == "7"}
    assert abstracts == any("abstract" in record for record in records)
    # EndNote and Zotero read line by line: every line is a tag, and each record begins and ends once.
    lines = [line for line in content.decode().split("\n") if line.strip() and not line.strip().rstrip(".").isdigit()]
    assert all(line[2:6] == "  - " for line in lines), [line for line in lines if line[2:6] != "  - "]
    assert (
        len(ROWS) == sum(line.startswith("TY  - ") for line in lines) == sum(line.startswith("ER  -") for line in lines)
    )


def test_ris_carries_the_fields_that_zotero_and_endnote_read() -> None:
    lines = to_ris(ROWS[:1]).decode().splitlines()

    for line in (
        "TY  - JOUR",
        "AU  - Plain, A",
        "PY  - 2026",
        "DO  - 10.5555/a_b<1>",
        "AN  - 7",
        "SP  - 12",
        "EP  - 15",
    ):
        assert line in lines
    assert [line for line in lines if line.startswith(("TI  - Plain", "T1  - Plain"))]
    assert [line for line in lines if line.startswith(("T2  - Plain", "JO  - Plain", "JF  - Plain"))]


def tags(text: str) -> dict[str, list[str]]:
    """Return one record's RIS as a reference manager splits it: tag by tag."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        assert re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line), line
        found.setdefault(line[:2], []).append(line[6:])
    return found


def with_record(kind: ReportKind, **given: object) -> Row:
    entry = told("A report", pmid="7")
    assert isinstance(entry.record, Citation)
    record = replace(entry.record, kind=kind, journal="The Journal", journal_abbreviation="J", languages=("nor",))
    return told_row(replace(entry, record=replace(record, **given)))  # type: ignore[arg-type]  # test shorthand


@pytest.mark.parametrize(
    ("kind", "reference", "work"),
    [
        ("article", "JOUR", None),
        ("preprint", "UNPB", ["preprint"]),
        ("abstract", "ABST", ["meeting abstract"]),
        ("protocol", "JOUR", ["protocol"]),
        ("notice", "JOUR", ["notice"]),
    ],
)
def test_a_record_of_each_kind_is_ris_from_its_first_line(
    kind: ReportKind, reference: str, work: list[str] | None
) -> None:
    pmcid = Identifier(kind="pmcid", value="PMC8")
    row = with_record(kind, identifiers=(Identifier(kind="pmid", value="7"), pmcid), issue="2", volume="1")

    found = tags(to_ris([row]).decode().rstrip("\n"))

    assert ["TY", "ER"] == [next(iter(found)), list(found)[-1]]
    assert [[reference], work, [""]] == [found["TY"], found.get("M3"), found["ER"]]
    assert [["7"], ["PMC8"], ["PubMed"]] == [found["AN"], found["C2"], found["DB"]]
    assert [["The Journal"], ["J"], ["Norwegian"]] == [found["T2"], found["J2"], found["LA"]]
    assert [["1"], ["2"], ["12"], ["15"], ["2026"]] == [found[tag] for tag in ("VL", "IS", "SP", "EP", "PY")]
    assert ["2026/03/09"] == found["DA"]
    assert ["https://pubmed.ncbi.nlm.nih.gov/7/"] == found["UR"]


def test_a_registration_is_a_record_of_its_registry() -> None:
    record = Registration(
        source="isrctn",
        key="ISRCTN99000001",
        kind="registration",
        title="A trial",
        url="",
        identifiers=(Identifier(kind="isrctn", value="ISRCTN99000001"),),
        registry="ISRCTN",
        sponsor="Example Trust",
        published=PartialDate(value="2025-11"),
    )
    row = told_row(replace(told("A trial"), record=record))

    found = tags(to_ris([row]).decode().rstrip("\n"))

    assert ["DBASE", "ISRCTN99000001", "ISRCTN"] == [found[tag][0] for tag in ("TY", "AN", "DB")]
    assert ["Example Trust", "2025/11", "trial registration"] == [found[tag][0] for tag in ("AU", "DA", "M3")]
    assert ["https://www.isrctn.com/ISRCTN99000001"] == found["UR"]
    (entry,) = parse_string(to_bibtex([row]).decode()).entries
    assert ("misc", "ISRCTN99000001") == (entry.entry_type, entry["howpublished"])


def test_a_group_of_authors_stays_one_author_in_bibtex() -> None:
    authors = (Author(last="Ødegård", fore="Åse"), Author(collective="Headache and Pain Group"))

    (entry,) = parse_string(to_bibtex([with_record("preprint", authors=authors)]).decode()).entries

    assert "Ødegård, Åse and {Headache and Pain Group}" == entry["author"]
    assert ("preprint", "Norwegian") == (entry["note"], entry["language"])


def test_a_hostile_text_adds_no_entry_and_no_field_to_bibtex() -> None:
    library = parse_string(to_bibtex(ROWS).decode())

    assert [] == library.failed_blocks
    assert len(ROWS) == len(library.entries) == len(library.blocks)
    assert len(ROWS) == len({entry.key for entry in library.entries})
    names = {"title", "author", "year", "journal", "pages", "doi", "pmid", "url"}
    assert {True} == {set(entry.fields_dict) == names for entry in library.entries}


def test_a_hostile_text_adds_no_row_and_no_formula_to_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(ROWS).decode("utf-8-sig"))))

    assert len(ROWS) == len(rows)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_hostile_text_stays_text_in_json() -> None:
    reports = [told(text) for text in HOSTILE]

    items = json.loads(json.dumps(list(all_json(reports, reports, NOW))))

    assert list(HOSTILE) == [item["title"] for item in items]
