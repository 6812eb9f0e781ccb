"""`litwatch dedupe` as a user meets it: CSV or RIS in, CSV out, one clear error for a file that cannot be read."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import MEASURED, missing

COLUMNS = ["record_id", "cluster_id", "decision", "reason"]
POSSIBLE = ["record_id_a", "record_id_b", "score", "reason"]
BOOKS = """record_id,title,author,year,journal,volume,number,pages,doi,shelf
m1,Colchicine dosing and flare frequency in gout,"Marwick, A; Olu, T",2011,Gout Journal,24,3,211-219,10.5555/g1,A
x9,Sleep apnoea and incident stroke in a rural cohort,"Farrow, D; Inoue, S",2012,Stroke and Sleep,,,,,B
e1,COLCHICINE DOSING AND FLARE FREQUENCY IN GOUT.,Marwick A.Olu T.,2011,Gout J,24,,211-9,,C
m2,Erratum: Colchicine dosing and flare frequency in gout,"Marwick, A; Olu, T",2011,Gout Journal,24,4,301,10.5555/g1,A
x8,Sleep apnoea and incident stroke in a rural cohort,"Farrow, D; Inoue, S",2012,Rural Neurology Letters,,,,,B
"""
RIS = """TY  - JOUR
ID  - m1
TI  - Colchicine dosing and flare frequency
 in gout
AU  - Marwick, A
AU  - Olu, T
PY  - 2011
JO  - Gout Journal
VL  - 24
SP  - 211
EP  - 219
ER  -

TY  - JOUR
TI  - Colchicine dosing and flare frequency in gout
A1  - Marwick, Ada
A1  - Olu, Tunde
Y1  - 2011/05//
JF  - Gout J
VL  - 24
SP  - 211-9
ER  -
"""


def deduped(*arguments: str, folder: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "litwatch", "dedupe", *arguments],
        cwd=folder,
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), **MEASURED},
    )


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_every_record_comes_out_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "books.csv").write_text(BOOKS)

    done = deduped("books.csv", folder=tmp_path)

    assert (0, b"") == (done.returncode, done.stderr)
    assert ",".join(COLUMNS) == done.stdout.decode().splitlines()[0]
    assert ["m1", "x9", "e1", "m2", "x8"] == [row["record_id"] for row in rows(done.stdout)]
    said = {row["record_id"]: row for row in rows(done.stdout)}
    assert ("e1", "kept") == (said["m1"]["cluster_id"], said["m1"]["decision"])
    assert ("e1", "duplicate") == (said["e1"]["cluster_id"], said["e1"]["decision"])
    assert said["e1"]["reason"].endswith(" as m1")
    assert all("unique" == said[name]["decision"] and name == said[name]["cluster_id"] for name in ("x9", "m2", "x8"))
    assert all(row["reason"] for row in said.values())


def test_pairs_left_to_a_human_are_written_where_asked_and_stay_apart(tmp_path: Path) -> None:
    (tmp_path / "books.csv").write_text(BOOKS)

    done = deduped("books.csv", "--possible", "look.csv", folder=tmp_path)

    look = (tmp_path / "look.csv").read_bytes()
    assert 0 == done.returncode
    assert ",".join(POSSIBLE) == look.decode().splitlines()[0]
    (pair,) = rows(look)
    assert ("x8", "x9") == (pair["record_id_a"], pair["record_id_b"])
    said = {row["record_id"]: row["reason"] for row in rows(done.stdout)}
    assert ("possibly the same as x9: for a human", "no other record matches") == (said["x8"], said["m2"])
    assert 0 <= int(pair["score"]) <= 100
    assert pair["reason"]


def test_an_empty_list_of_pairs_still_has_its_header(tmp_path: Path) -> None:
    deduped("-", "--possible", "look.csv", folder=tmp_path, given=b"title\nA study of one thing\n")

    assert ",".join(POSSIBLE) + "\n" == (tmp_path / "look.csv").read_text()


def test_an_ris_file_is_read_as_well_and_records_without_an_id_are_numbered(tmp_path: Path) -> None:
    done = deduped("-", folder=tmp_path, given=RIS.encode())

    assert {"m1", "2"} == {row["record_id"] for row in rows(done.stdout)}
    assert {"2"} == {row["cluster_id"] for row in rows(done.stdout)}


def test_the_same_records_in_another_order_give_the_same_clusters(tmp_path: Path) -> None:
    header, *lines = BOOKS.splitlines()
    answers = []
    for order in ((4, 3, 2, 1, 0), (2, 0, 4, 1, 3)):
        done = deduped("-", folder=tmp_path, given="\n".join([header, *(lines[at] for at in order)]).encode())
        answers.append(sorted(tuple(row.values()) for row in rows(done.stdout)))

    assert answers[0] == answers[1]


FORMS = {
    "ID for record_id": BOOKS.replace("record_id,", "ID,").encode(),
    "capital names": BOOKS.replace("record_id,title,author", "RECORD_ID,Title,Author").encode(),
    "a byte order mark": b"\xef\xbb\xbf" + BOOKS.encode(),
    "lines of Windows": BOOKS.replace("\n", "\r\n").encode(),
    "lines of an old Macintosh": BOOKS.replace("\n", "\r").encode(),
    "an empty line": BOOKS.replace("\nx9", "\n\nx9").encode(),
    "Windows-1252 instead of UTF-8": BOOKS.replace("Rural Neurology", "R\u00fcral Neurology").encode("cp1252"),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_spreadsheets_do_to_a_file_changes_nothing(form: str, tmp_path: Path) -> None:
    done = deduped("-", folder=tmp_path, given=FORMS[form])

    assert ["kept", "unique", "duplicate", "unique", "unique"] == [row["decision"] for row in rows(done.stdout)]


BAD = {
    "a file that is not there": (("nowhere.csv",), b"", "nowhere.csv: cannot be read: No such file"),
    "a folder": ((".",), b"", "cannot be read: Is a directory"),
    "no title column": (("-",), b"name,year\nx,2001\n", "header: no column named title; found name, year"),
    "nothing at all": (("-",), b"", "no column named title; found nothing"),
    "a spreadsheet's own file": (
        ("-",),
        b"PK\x03\x04\x00\x01title",
        "line 1: holds bytes that are no text; save the file",
    ),
    "an id given twice": (("-",), b"record_id,title\na,One\na,Two\n", "record 2: record_id a: given before"),
    "an endless cell": (
        ("-",),
        b'title\n"' + b"x" * 10_000_100 + b"\n",
        "line 2: not a row of this file (a cell of more than",
    ),
    "a target that cannot be written": (("-", "--possible", "no/such/x.csv"), b"title\nA\n", "cannot be written"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_is_one_line_that_says_what_and_where(bad: str, tmp_path: Path) -> None:
    arguments, given, said = BAD[bad]

    done = deduped(*arguments, folder=tmp_path, given=given)

    (line,) = done.stderr.decode().splitlines()
    assert said in line
    assert 0 != done.returncode
    assert b"" == done.stdout


def test_a_file_larger_than_what_is_held_of_it_is_read_as_it_comes(tmp_path: Path) -> None:
    """Abstracts make most of a file and are cut to their openings as each record is read."""
    if not Path("/proc/self/status").exists():
        missing("/proc, to read the memory of a process")
    abstract = "Flares were counted by diary. " * 3_000
    with (tmp_path / "large.csv").open("w") as stream:
        stream.write("title,abstract\n")
        for number in range(1_000):
            stream.write(f'"Report {number} of an unlike kind {number * 7919}","{abstract}"\n')
    # Not ru_maxrss: a process inherits the peak of the one that started it, which here is a large test run.
    script = (
        "import sys; from litwatch.cli import main; sys.argv = ['litwatch', 'dedupe', 'large.csv']\n"
        "try: main()\nfinally:\n"
        "    peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "    print(int(peak.split()[1]) // 1024, file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, timeout=60, check=True)

    assert 1_001 == len(done.stdout.splitlines())
    assert (tmp_path / "large.csv").stat().st_size > 85_000_000
    assert int(done.stderr.split()[-1]) < 160  # MB
