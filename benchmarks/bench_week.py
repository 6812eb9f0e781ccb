"""What a steady week costs: 300 known PMIDs, 60 trials, 3 new; and how fast `litwatch --help` answers.

The services run in a process of their own, so that only litwatch's own work is counted. Waiting is apart: CPU time is
user + system of the run's process.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from litwatch.demo.registration import trial
from litwatch.demo.world import World, article
from weeks import MONDAY, a_watch

ABSTRACT = {
    "BACKGROUND": "Refractory chronic migraine is hard to treat. " * 4,
    "METHODS": "Adults received ketamine 0.5 mg/kg by intravenous infusion over 40 minutes. " * 4,
    "RESULTS": "Pain scores fell at 60 minutes; dizziness was the most frequent adverse event. " * 4,
    "CONCLUSIONS": "Controlled trials are needed. " * 2,
}
REPEATS = 5


def paper(number: int, day: str) -> object:
    """Return one article of usual length."""
    return article(
        number, f"Ketamine infusion for migraine, report {number}", abstract=ABSTRACT, created=day, published=day[:7]
    )


def main() -> None:
    """Measure, and print each figure beside its target."""
    articles = [paper(number, "2018-03-01") for number in range(1, 301)]
    articles += [paper(number, "2026-11-11") for number in range(400, 403)]
    trials = [
        trial(
            f"NCT{number:08d}",
            f"Ketamine in migraine, trial {number}",
            first_posted="2020-01-01",
            summary="Ketamine infusion for migraine. " * 20,
            eligibility="Adults with migraine. " * 40,
        )
        for number in range(60)
    ]
    world = World(articles=tuple(articles), trials=tuple(trials))  # type: ignore[arg-type]  # built above
    with tempfile.TemporaryDirectory() as folder, a_watch(Path(folder), world) as week:
        shipped = (Path(__file__).parent.parent / "config.yaml").read_text(encoding="utf-8")
        shipped = shipped.replace("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", week.server.url("pubmed"))
        shipped = shipped.replace("https://clinicaltrials.gov/api/v2/", week.server.url("clinicaltrials"))
        (Path(folder) / "config.yaml").write_text(shipped, encoding="utf-8")
        week.server.now = MONDAY
        run(folder, MONDAY.isoformat())
        requests = len(week.server.requests)
        later = MONDAY + timedelta(weeks=1)
        week.server.now = later
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.monotonic()
        printed = run(folder, later.isoformat())
        elapsed = time.monotonic() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(printed.strip())
        print(f"requests {len(week.server.requests) - requests} (at most 15)")
        print(f"CPU {cpu:.2f} s (under 1.5), elapsed {elapsed:.2f} s with the pace kept")
        print(f"peak memory {after.ru_maxrss / 1024:.0f} MB (under 150)")
    times = []
    for _ in range(REPEATS):
        started = time.monotonic()
        subprocess.run([sys.executable, "-m", "litwatch", "--help"], check=True, capture_output=True)
        times.append(time.monotonic() - started)
    print(f"litwatch --help: median {statistics.median(times):.3f} s of {REPEATS} (at most 0.25)")


def run(folder: str, now: str) -> str:
    """Run one week in a process of its own and return what it printed."""
    environment = {**os.environ, "LITWATCH_NOW": now}
    done = subprocess.run(
        [sys.executable, "-m", "litwatch", "run"],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


if __name__ == "__main__":
    main()
