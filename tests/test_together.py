"""Two containers that are started at the same moment make one digest, and each reader gets one mail."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from pathlib import Path

import pytest

from litwatch.store import open_store
from postgres import Postgres
from test_pipeline import BASE
from weeks import MONDAY, Week, a_watch

# Both wait for a line on stdin, so that they start together however long Python takes.
RUN = "import sys; from litwatch.cli import main; print('ready', flush=True); sys.stdin.readline(); main(sys.argv[1:])"


def started_together(week: Week, address: str, number: int) -> list[int]:
    """Run the watch twice at the same moment; return both exit codes."""
    environment = os.environ | {"LITWATCH_NOW": week.now.isoformat(), "LITWATCH_STORE": address}
    command = [sys.executable, "-c", RUN, "--config", str(week.folder / "config.yaml"), "run"]
    pair = [
        subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for process in pair:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()
    for process in pair:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    codes = []
    for process in pair:
        _, complaint = process.communicate(timeout=120)
        codes.append(process.returncode)
        assert "Traceback" not in complaint, f"{number}: {complaint}"
    return sorted(codes)


def check(folder: Path, address: str, number: int) -> list[int]:
    folder.mkdir()
    with a_watch(folder, BASE) as week:
        week.server.now = week.now = MONDAY
        codes = started_together(week, address, number)
        assert codes in ([0, 0], [0, 75]), codes
        assert week.post is not None
        mails = [message_from_bytes(letter.read_bytes()) for letter in week.post.letters]
        assert {"a@example.org": 1, "b@example.org": 1} == Counter(mail["To"] for mail in mails)
        assert ["2026-W46"] == [path.name for path in (folder / "out").iterdir()]
    with open_store(address, "test-watch") as store:
        assert ["2026-W46"] == [entry.label for entry in store.outbox.digests()]
        assert store.running() is None
    return codes


def address_of(backend: str, folder: Path, request: pytest.FixtureRequest) -> str:
    if backend == "sqlite":
        return f"sqlite:///{folder}/litwatch.db"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.new_url()


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_two_that_start_together_make_one_digest(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = tmp_path / "0"
    check(folder, address_of(backend, folder, request), 0)


@pytest.mark.long
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_hundred_pairs_make_a_hundred_digests(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    codes = Counter(
        tuple(check(tmp_path / str(number), address_of(backend, tmp_path / str(number), request), number))
        for number in range(100)
    )

    assert codes[0, 75] > 0  # they did meet
