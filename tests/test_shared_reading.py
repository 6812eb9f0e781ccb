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
from litwatch.readers import FROM, read_all
from litwatch.store import codec
from reading import CONFIG

RECORDS = [
    Citation(
        source="pubmed",
        key=str(number),
        kind="article",
        title=f"Ketamine infusion for migraine, report {number}",
        url=f"https://pubmed.ncbi.nlm.nih.gov/{number}/",
        abstract=(AbstractSection(text=f"We treated {number} adults with ketamine 0.{number} mg/kg over 40 minutes."),),
    )
    for number in range(3, 10)
]
REPORTS = {f"pubmed:{record.key}": (codec.record_text(record),) for record in RECORDS}
ALONE = {f"pubmed:{record.key}": codec.appraisal_text(appraise(record, CONFIG)) for record in RECORDS}


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
    found = []
    for one in read_all(CONFIG, [REPORTS, {}, REPORTS], FROM):
        assert len(helpers(os.getpid())) == 2
        found.append(list(one.items()))

    assert found == [list(ALONE.items()), [], list(ALONE.items())]
    assert helpers(os.getpid()) == []


def test_a_helper_understands_every_configuration_that_loads(tmp_path: Path) -> None:
    place = tmp_path / "config.yaml"
    smtp = "smtp: {host: mail.example.org, port: 587, security: starttls, from: a@example.org, to: [b@example.org]}"
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    place.write_text(re.sub(r"(?m)^delivery:\n(?:[ #].*\n|\n)*", f"delivery:\n  folder: out\n  {smtp}\n", text))
    config = load(place, {}).config
    assert config.delivery.smtp is not None

    for one in read_all(config, [REPORTS], FROM):
        assert one == ALONE
        assert len(helpers(os.getpid())) == 2, "none of them gave up"


@pytest.mark.parametrize(("waiting", "cores"), [(FROM - 1, 2), (FROM, 1)])
def test_few_reports_and_a_single_core_do_without_help(
    waiting: int, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)

    for one in read_all(CONFIG, [REPORTS], waiting):
        assert helpers(os.getpid()) == []
        assert one == ALONE


@pytest.mark.parametrize("killed", [1, 2])
def test_what_helpers_that_are_killed_were_given_is_read_all_the_same(killed: int) -> None:
    found: list[dict[str, str]] = []
    for one in read_all(CONFIG, [REPORTS] * 4, FROM):
        for helper in helpers(os.getpid())[:killed] if not found else ():
            os.kill(helper, signal.SIGKILL)
        found.append(one)

    assert found == [ALONE] * 4


def test_where_no_process_can_be_started_all_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert list(read_all(CONFIG, [REPORTS], FROM)) == [ALONE]


def test_whoever_stops_reading_leaves_no_helper() -> None:
    reading = read_all(CONFIG, [REPORTS] * 3, FROM)
    next(reading)
    reading.close()  # type: ignore[attr-defined]  # a generator, as the caller's for loop knows

    assert helpers(os.getpid()) == []


def test_a_helper_ends_with_the_run_that_is_killed() -> None:
    program = (
        "import os, sys, time; os.cpu_count = lambda: 2; from pathlib import Path\n"
        "from litwatch.configfile import load; from litwatch.readers import FROM, read_all\n"
        f"for _ in read_all(load(Path({str(ROOT / 'config.yaml')!r}), {{}}).config, [{{}}, {{}}], FROM):\n"
        "    print('there', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        started = helpers(process.pid)
        process.kill()
    until = time.monotonic() + 20
    while any(map(_lives, started)) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(started) == 2
    assert not any(map(_lives, started))


def _lives(process: int) -> bool:
    """Tell whether a process goes on; the command of one that only waits to be collected is empty."""
    try:
        return bool(Path(f"/proc/{process}/cmdline").read_bytes())
    except OSError:
        return False
