"""The steady week that is measured: what every source knows, and three new records; and how a run of it is started.

The services run in this process, litwatch in one of its own, with the shipped strategy and its pace kept.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from litwatch.demo.ctis_trial import ctis_trial
from litwatch.demo.deposit import deposit
from litwatch.demo.isrctn_trial import isrctn
from litwatch.demo.registration import trial
from litwatch.demo.server import SERVICES, LoopbackServer
from litwatch.demo.work import work
from litwatch.demo.world import Article, World, article

ROOT = Path(__file__).parent.parent
ABSTRACT = {
    "BACKGROUND": "Refractory chronic migraine is hard to treat. " * 4,
    "METHODS": "Adults received ketamine 0.5 mg/kg by intravenous infusion over 40 minutes. " * 4,
    "RESULTS": "Pain scores fell at 60 minutes; dizziness was the most frequent adverse event. " * 4,
    "CONCLUSIONS": "Controlled trials are needed. " * 2,
}
PAPERS, TRIALS, NEW = 300, 60, 3
PREPRINTS, BRITISH, EUROPEAN = 40, 20, 20


def paper(number: int, day: str) -> Article:
    """Return one article of usual length."""
    title, doi = f"Ketamine infusion for migraine, report {number}", f"10.99999/report.{number}"
    return article(number, title, abstract=ABSTRACT, created=day, published=day[:7], doi=doi)


def steady_world() -> World:
    """Return 300 articles with DOIs, 60 trials, 40 preprints, 20 trials each of ISRCTN and CTIS, and 3 new articles."""
    articles = [paper(number, "2018-03-01") for number in range(1, PAPERS + 1)]
    articles += [paper(number, "2026-11-11") for number in range(400, 400 + NEW)]
    return World(
        articles=tuple(articles),
        trials=tuple(
            trial(
                f"NCT{number:08d}",
                f"Ketamine in migraine, trial {number}",
                first_posted="2020-01-01",
                summary="Ketamine infusion for migraine. " * 20,
                eligibility="Adults with migraine. " * 40,
            )
            for number in range(TRIALS)
        ),
        deposits=tuple(
            deposit(f"PPR{at}", f"Ketamine in migraine, draft {at}", abstract=ABSTRACT, doi=f"10.99998/draft.{at}")
            for at in range(PREPRINTS)
        ),
        isrctn=tuple(isrctn(f"ISRCTN{at:08d}", f"Ketamine in migraine, British trial {at}") for at in range(BRITISH)),
        ctis=tuple(
            ctis_trial(f"2024-{at:06d}-18-00", f"Ketamine in migraine, European trial {at}") for at in range(EUROPEAN)
        ),
        works=tuple(work(one.doi, one.title) for one in articles),
    )


def write_config(folder: Path, server: LoopbackServer, services: frozenset[str] = frozenset(SERVICES)) -> None:
    """Write the shipped configuration, pointed at the test server, with only ``services`` enabled."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    before, rest = text.split("\nsources:\n", 1)
    _, after = re.split(r"\n(?=\S)", rest, maxsplit=1)
    lines = [
        f"  {name}: {{url: {server.url(name)}}}" if name in services else f"  {name}: {{enabled: false}}"
        for name in (*SERVICES, "ictrp", "files")
    ]
    (folder / "config.yaml").write_text("\n".join([before, "sources:", *lines, "", after]), encoding="utf-8")


def litwatch(folder: Path, now: str, *arguments: str) -> str:
    """Run litwatch in a process of its own, at ``now``, and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "litwatch", *arguments],
        cwd=folder,
        env={**os.environ, "LITWATCH_NOW": now},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def measured(folder: Path, now: str, *arguments: str) -> tuple[str, float, float]:
    """Do what `litwatch` does, and return what it printed, the CPU it took in seconds and its peak memory in MB."""
    command = [sys.executable, "-m", "litwatch", *arguments]
    environment = {**os.environ, "LITWATCH_NOW": now}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = process.stdout.read()
        _, status, use = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return printed, use.ru_utime + use.ru_stime, use.ru_maxrss / 1024
