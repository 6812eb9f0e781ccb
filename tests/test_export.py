"""Exports as other programs read them: no text of others adds a record, a row, a field or a formula."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
import rispy
from bibtexparser.entrypoint import parse_string

from litwatch.export.bibtex import to_bibtex
from litwatch.export.csv import to_csv
from litwatch.export.json import all_json
from litwatch.export.ris import to_ris
from litwatch.export.rows import told_row
from litwatch.model import AbstractSection, Appraisal, Author, Citation, Identifier, PartialDate, Told

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
