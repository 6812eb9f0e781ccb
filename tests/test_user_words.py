"""What a user types a little wrong, or pipes elsewhere, is met with the remedy in one line, or with what was meant."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from litwatch.demo.exchange import Reply
from test_cli import litwatch_
from test_pipeline import BASE
from weeks import Week, a_watch


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """A watch two weeks old."""
    with a_watch(tmp_path_factory.mktemp("told"), BASE) as week:
        week.run()
        week.run(weeks=1)
        yield week


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("list", "--question", "Q99"), "litwatch: --question: Q99: no such question; choose from Q01, Q02"),
        (("export", "--question", "q1"), "litwatch: --question: q1: no such question; choose from Q01, Q02"),
        (("list", "--source", "medline"), "litwatch: --source: medline: no such source; choose from pubmed, "),
        (("log", "--source", "medline"), "litwatch: --source: medline: no such source; choose from pubmed, "),
        (("digest", "show", "W99"), "litwatch: W99: no such digest; `litwatch digest list` names them"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(told: Week, arguments: tuple[str, ...], expected: str) -> None:
    done = litwatch_(*arguments, folder=told.folder, weeks=1)

    assert (2, "", 1) == (done.returncode, done.stdout, done.stderr.count("\n"))
    assert done.stderr.startswith(expected)


def test_the_end_of_a_label_means_the_only_digest_that_has_it(told: Week) -> None:
    whole, end = (litwatch_("digest", "show", label, folder=told.folder, weeks=1) for label in ("2026-W47", "W47"))

    assert (0, 0) == (whole.returncode, end.returncode)
    assert whole.stdout == end.stdout != ""


@pytest.mark.parametrize("command", [("list",), ("list", "--json"), ("export",), ("log", "--format", "csv")])
def test_a_reader_that_leaves_early_is_no_error(told: Week, command: tuple[str, ...]) -> None:
    program = f"{sys.executable} -m litwatch {' '.join(command)}"
    piped = subprocess.run(
        ["bash", "-c", f'{program} | true; echo "${{PIPESTATUS[0]}}"'],  # the shell is what is tried
        cwd=told.folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    assert ("0\n", "") == (piped.stdout, piped.stderr)


def test_a_failed_source_counted_nothing(told: Week) -> None:
    told.server.interpose("pubmed", Reply(status=403, body=b"no", type="text/plain"))
    done = litwatch_("check", folder=told.folder, weeks=1)
    told.server.clear()

    assert 1 == done.returncode
    assert "PubMed\tresult\tfailed: pubmed: esearch.fcgi: HTTP 403: no" in done.stdout
    assert "0 match" not in done.stdout


def test_mail_that_waits_is_told_in_a_readers_words_with_its_last_day(tmp_path: Path) -> None:
    with a_watch(tmp_path, BASE) as week:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            closed = taken.getsockname()[1]
        week.send_through(closed)
        done = litwatch_("run", folder=tmp_path)

        assert 1 == done.returncode
        assert (
            "litwatch: 2026-W46: mail to 2 readers waits: connection refused; every run tries again until "
            "2026-11-14 08:00+00:00"
        ) in done.stderr.splitlines()


def test_a_known_file_that_cannot_be_read_is_named_without_the_machines_folders(tmp_path: Path) -> None:
    with a_watch(tmp_path, BASE, mail=False) as week:
        place = tmp_path / "config.yaml"
        place.write_text(place.read_text(encoding="utf-8").replace("known/*.ris", "known/*.csv"), encoding="utf-8")
        (tmp_path / "known").mkdir()
        (tmp_path / "known" / "mine.csv").write_text("Titel;Kennung\nKetamin;1\n", encoding="utf-8")
        week.run()
        text = " ".join((tmp_path / "out" / "2026-W46" / "digest.txt").read_text(encoding="utf-8").split())

    assert "1 record or file could not be read, the first: mine.csv: no column holds titles" in text
    assert str(tmp_path) not in text
