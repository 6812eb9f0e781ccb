"""`litwatch appraise` as a user meets it: JSON lines in and out, one clear error for a line that cannot be read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import MEASURED, ROOT

KEYS = [
    "id",
    "label",
    "label_reason",
    "design",
    "design_quote",
    "level",
    "is_rct_score",
    "population_n",
    "n_quote",
    "routes",
    "doses",
    "comparator",
    "followup",
    "adverse_events",
    "outcome",
    "questions",
    "setting",
    "diagnosis",
    "withdrawals",
]
TRIAL: dict[str, Any] = {
    "id": "a1",
    "title": "Ketamine or saline for status migrainosus",
    "abstract": "Forty adults were randomised to intravenous ketamine 0.3 mg/kg or saline. Pain was rated at 2 hours.",
    "publication_types": ["Randomized Controlled Trial"],
    "mesh": ["*Migraine Disorders/drug therapy", "Ketamine"],
}


def appraised(
    *arguments: str, folder: Path, given: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "litwatch", *arguments],
        cwd=folder,
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), **MEASURED, **environment},
    )


def lines(*values: Any) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def test_a_record_goes_in_and_its_facts_come_out_on_one_line(tmp_path: Path) -> None:
    done = appraised("appraise", "-", folder=tmp_path, given=lines(TRIAL))

    (line,) = done.stdout.splitlines()
    facts = json.loads(line)
    assert (0, b"") == (done.returncode, done.stderr)
    assert list(facts) == KEYS
    assert ("a1", "core", "rct", 2) == tuple(facts[key] for key in ("id", "label", "design", "level"))


def test_a_file_and_standard_input_give_the_same_bytes(tmp_path: Path) -> None:
    given = lines(TRIAL, TRIAL | {"id": 7})
    (tmp_path / "records.jsonl").write_bytes(b"\xef\xbb\xbf" + given + b"\n")

    from_file = appraised("appraise", "records.jsonl", folder=tmp_path)
    from_stdin = appraised("appraise", "-", folder=tmp_path, given=given)

    assert from_file.stdout == from_stdin.stdout
    assert ["a1", 7] == [json.loads(line)["id"] for line in from_file.stdout.splitlines()]


BAD = {
    "not JSON": (b"{title: x}\n", "not JSON: Expecting property name"),
    "no object": (b"[1, 2]\n", "not a JSON object"),
    "not UTF-8": (b'{"id": "1", "title": "\xff"}\n', "not UTF-8 at byte 23"),
    "nested without end": (b"[" * 100_000 + b"\n", "nested too deeply"),
    "no id": (lines({"title": "Ketamine"}), "id: missing"),
    "an id that is a truth value": (lines({"id": True, "title": "Ketamine"}), "id: missing"),
    "a title that is a number": (lines({"id": "1", "title": 4}), "title: expected text, found 4"),
    "no text at all": (lines({"id": "1", "title": " ", "abstract": None}), "neither title nor abstract"),
    "publication types as one string": (
        lines({"id": "1", "title": "X", "publication_types": "Review"}),
        "publication_types: expected a list of text",
    ),
    "a line beyond the cap": (lines({"id": "1", "title": "x" * 1_000_001}), "longer than 1,000,000 bytes"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_is_one_error_that_names_it_and_the_others_proceed(name: str, tmp_path: Path) -> None:
    line, cause = BAD[name]

    done = appraised("appraise", "-", folder=tmp_path, given=lines(TRIAL) + line + lines(TRIAL | {"id": "a3"}))

    (error,) = done.stderr.decode().splitlines()
    assert 1 == done.returncode
    assert error.startswith("litwatch: -:2: ")
    assert cause in error
    assert ["a1", "a3"] == [json.loads(line)["id"] for line in done.stdout.splitlines()]


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    done = appraised("appraise", "nowhere.jsonl", folder=tmp_path)

    assert 2 == done.returncode
    assert b"litwatch: nowhere.jsonl: cannot be read: No such file or directory\n" == done.stderr


@pytest.mark.parametrize("given", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 50, lines(TRIAL).decode().encode("utf-16")])
def test_a_binary_file_is_one_clear_line(given: bytes, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(given)

    for name, source in (("picture.png", b""), ("-", given)):
        done = appraised("appraise", name, folder=tmp_path, given=source)

        cause = f"litwatch: {name}: not JSON lines in UTF-8 but a binary file, or text in UTF-16\n"
        assert (2, cause, b"") == (done.returncode, done.stderr.decode(), done.stdout)


def test_nothing_in_is_nothing_out(tmp_path: Path) -> None:
    done = appraised("appraise", "-", folder=tmp_path, given=b"\n\n")

    assert (0, b"", b"") == (done.returncode, done.stdout, done.stderr)


def test_the_words_come_from_the_watch_that_is_named(tmp_path: Path) -> None:
    watch = (ROOT / "config.yaml").read_text(encoding="utf-8")
    (tmp_path / "other.yaml").write_text(watch.replace("terms: [ketamin*,", "terms: [lidocaine,"), encoding="utf-8")
    record = lines({"id": "1", "title": "Lidocaine for migraine"})

    shipped = appraised("appraise", "-", folder=tmp_path, given=record)
    named = appraised("--config", "other.yaml", "appraise", "-", folder=tmp_path, given=record)
    missing = appraised("appraise", "-", folder=tmp_path, given=record, LITWATCH_CONFIG="gone.yaml")

    assert ("off", "core") == tuple(json.loads(done.stdout)["label"] for done in (shipped, named))
    assert 78 == missing.returncode


def test_every_quote_is_an_exact_stretch_of_the_text_as_given(tmp_path: Path) -> None:
    odd = TRIAL | {
        "abstract": "  Decomposed e\u0301 and\ttabs.\r\nForty  adults were randomised to i.v. ketamine 0.5 mg/kg."
    }

    facts = json.loads(appraised("appraise", "-", folder=tmp_path, given=lines(odd)).stdout)

    quotes = [facts["design_quote"], facts["n_quote"]]
    quotes += [fact["quote"] for key in ("doses", "comparator", "adverse_events", "questions") for fact in facts[key]]
    assert all(quote in odd["title"] + "\n" + odd["abstract"] for quote in quotes if quote)


def test_half_a_surrogate_pair_goes_through_as_an_escape(tmp_path: Path) -> None:
    given = b'{"id": "x\\ud800", "title": "Ketamine for migraine \\ud83e"}\n'

    done = appraised("appraise", "-", folder=tmp_path, given=given)

    assert 0 == done.returncode
    assert "x\ud800" == json.loads(done.stdout)["id"]
