"""Many reports are read by several processes as they are by one, whatever becomes of the helpers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import ROOT
from litwatch.appraise import appraise
from litwatch.configfile import load
from litwatch.model import AbstractSection, Citation
from litwatch.readers import FROM, readers
from reading import CONFIG

RECORDS = {
    f"pubmed:{number}": Citation(
        source="pubmed",
        key=str(number),
        kind="article",
        title=f"Ketamine infusion for migraine, report {number}",
        url=f"https://pubmed.ncbi.nlm.nih.gov/{number}/",
        abstract=(AbstractSection(text=f"We treated {number} adults with ketamine 0.{number} mg/kg over 40 minutes."),),
    )
    for number in range(3, 10)
}
ALONE = {name: appraise(record, CONFIG) for name, record in RECORDS.items()}


def helpers(of: int) -> list[int]:
    """Return the process numbers of the helpers of process ``of``."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            command = (entry / "cmdline").read_bytes()
        except OSError:  # it ended meanwhile
            continue
        if parent == of and b"litwatch.readers" in command:
            found.append(int(entry.name))
    return found


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def test_shared_reading_says_what_one_reader_says_in_the_same_order() -> None:
    with readers(CONFIG, FROM) as appraised:
        assert len(helpers(os.getpid())) == 1
        assert list(appraised(RECORDS).items()) == list(ALONE.items())
        assert appraised({}) == {}
        assert appraised(RECORDS) == ALONE, "batch after batch"
    assert helpers(os.getpid()) == []


def test_a_helper_understands_every_configuration_that_loads(tmp_path: Path) -> None:
    place = tmp_path / "config.yaml"
    smtp = "smtp: {host: mail.example.org, port: 587, security: starttls, from: a@example.org, to: [b@example.org]}"
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    place.write_text(re.sub(r"(?m)^delivery:\n(?:[ #].*\n|\n)*", f"delivery:\n  folder: out\n  {smtp}\n", text))
    config = load(place, {}).config
    assert config.delivery.smtp is not None

    with readers(config, FROM) as appraised:
        assert appraised(RECORDS) == ALONE
        assert len(helpers(os.getpid())) == 1, "it did not give up"


def test_few_reports_are_read_without_help() -> None:
    with readers(CONFIG, FROM - 1) as appraised:
        assert helpers(os.getpid()) == []
        assert appraised(RECORDS) == ALONE


@pytest.mark.parametrize("after", [0, 1])
def test_what_a_helper_that_is_killed_was_given_is_read_all_the_same(after: int) -> None:
    with readers(CONFIG, FROM) as appraised:
        for _ in range(after):
            appraised(RECORDS)
        os.kill(helpers(os.getpid())[0], signal.SIGKILL)
        assert appraised(RECORDS) == ALONE
        assert appraised(RECORDS) == ALONE


def test_where_no_process_can_be_started_all_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with readers(CONFIG, FROM) as appraised:
        assert appraised(RECORDS) == ALONE


def test_a_helper_ends_with_the_run_that_is_killed() -> None:
    program = (
        "import os, sys, time; os.cpu_count = lambda: 2; from pathlib import Path\n"
        "from litwatch.configfile import load; from litwatch.readers import FROM, readers\n"
        f"with readers(load(Path({str(ROOT / 'config.yaml')!r}), {{}}).config, FROM):\n"
        "    print('there', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (helper,) = helpers(process.pid)
        process.kill()
    until = time.monotonic() + 20
    while Path(f"/proc/{helper}/stat").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{helper}/cmdline").exists() or not Path(f"/proc/{helper}/cmdline").read_bytes()
