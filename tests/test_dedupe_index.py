"""New records against an index of known ones: as good as all together, whoever keeps the bytes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from litwatch.errors import InputError
from litwatch.identify.dedupe import Index, Reference
from test_cli_dedupe import BOOKS, deduped

CASES: list[dict[str, Any]] = json.loads((ROOT / "tests" / "data" / "dedupe_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['note']}")
def test_a_new_record_is_judged_against_the_index_as_against_the_record(case: dict[str, Any]) -> None:
    index = Index.from_bytes(Index.empty().add([{**case["record_a"], "record_id": "known"}]).to_bytes())

    found = index.resolve([{**case["record_b"], "record_id": "new"}])

    (one,) = found.clusters
    outcome = "duplicate" if one.kept == "known" else ("possible" if found.possible else "distinct")
    assert case["expected"] == outcome
    assert "new" in one.record_ids


def known(number: int) -> Reference:
    return Reference(
        record_id=f"k{number}",
        title=f"Report {number * 7919} on the inhalation of dry air by volunteers",
        author="Quist J",
        year="2012",
        journal="Stroke and Sleep",
        volume="18",
        pages=f"{number * 11}-{number * 11 + 6}",
    )


def test_an_index_grown_in_steps_finds_what_one_made_at_once_finds() -> None:
    every = [known(number) for number in range(60)]
    grown = Index.empty()
    for number in range(0, 60, 7):
        grown = Index.from_bytes(grown.add(every[number : number + 7]).to_bytes())
    new = [
        {
            "record_id": "n",
            "title": every[41].title.upper(),
            "author": "Quist J",
            "journal": "Stroke Sleep",
            "year": "2012",
        }
    ]

    (one,) = grown.resolve(new).clusters

    assert ("k41", ["n"]) == (one.kept, [entry.record_id for entry in one.duplicates])
    assert grown.resolve(new) == Index.empty().add(every).resolve(new)
    assert 60 == len(grown)


def test_a_title_that_recurs_every_month_does_not_drown_its_neighbours() -> None:
    monthly = [
        Reference(
            record_id=f"m{number}", title="In this issue of the journal", year=str(1900 + number), pages=str(number + 1)
        )
        for number in range(200)
    ]

    (one,) = Index.empty().add(monthly).resolve([{"record_id": "n", "title": "In this issue of the journal"}]).clusters

    assert "n" == one.kept


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 no archive", b"record_id,title\n1,x\n"], ids=["empty", "cut", "csv"]
)
def test_bytes_that_are_no_index_are_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="not written by litwatch"):
        Index.from_bytes(content)


def test_an_id_of_a_known_record_is_refused_where_they_would_be_compared() -> None:
    with pytest.raises(InputError, match="record_id: k3: the index holds a record of this id"):
        Index.empty().add([known(3)]).resolve([known(3)])


def rows(content: bytes) -> dict[str, dict[str, str]]:
    return {row["record_id"]: row for row in csv.DictReader(io.StringIO(content.decode(), newline=""))}


def test_the_command_keeps_an_index_between_its_runs(tmp_path: Path) -> None:
    (tmp_path / "first.csv").write_text(BOOKS)
    (tmp_path / "second.csv").write_text(BOOKS.replace("m1,", "s1,").replace("m2,", "s2,").replace("x9,", "s3,"))
    second = (tmp_path / "second.csv").read_text().splitlines()
    (tmp_path / "second.csv").write_text("\n".join(line for line in second if line[:2] not in {"e1", "x8"}))

    first = deduped("first.csv", "--index", "known.index", folder=tmp_path)
    again = deduped("second.csv", "--index", "known.index", folder=tmp_path)

    assert (0, 0) == (first.returncode, again.returncode), again.stderr
    assert "kept" == rows(first.stdout)["m1"]["decision"]
    assert {"s1": "duplicate", "s2": "duplicate", "s3": "duplicate"} == {
        name: row["decision"] for name, row in rows(again.stdout).items()
    }
    assert ["first.csv", "known.index", "second.csv"] == sorted(path.name for path in tmp_path.iterdir())


def test_a_broken_index_is_one_line_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "known.index").write_bytes(b"something else")

    done = deduped("-", "--index", "known.index", folder=tmp_path, given=BOOKS.encode())

    (line,) = done.stderr.decode().splitlines()
    assert "known.index: index: not written by litwatch" in line
    assert b"something else" == (tmp_path / "known.index").read_bytes()
