"""What a steady week costs, all six web sources together; and how fast `litwatch --help` answers.

Waiting is apart: CPU time is user + system of the run's process.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from steady_week import litwatch, measured, steady_world, write_config

from litwatch.demo.server import SERVICES, LoopbackServer
from weeks import MONDAY

REPEATS = 5


def main() -> None:
    """Measure, and print each figure beside its target."""
    with tempfile.TemporaryDirectory() as name, LoopbackServer(steady_world(), now=MONDAY) as server:
        folder = Path(name)
        write_config(folder, server)
        litwatch(folder, MONDAY.isoformat(), "run")
        server.requests.clear()
        later = MONDAY + timedelta(weeks=1)
        server.now = later
        started = time.monotonic()
        printed, cpu, memory = measured(folder, later.isoformat(), "run")
        elapsed = time.monotonic() - started
        print(printed.strip())
        for service in SERVICES:
            print(f"requests to {service}: {len(server.asked(service))}")
        first_two = len(server.asked("pubmed")) + len(server.asked("clinicaltrials"))
        print(f"requests to PubMed and ClinicalTrials.gov: {first_two} (at most 15)")
        print(f"CPU {cpu:.2f} s, elapsed {elapsed:.2f} s with the pace kept")
        print(f"peak memory {memory:.0f} MB (at most 260; about 110 with digest.charts: false)")
    times = []
    for _ in range(REPEATS):
        started = time.monotonic()
        subprocess.run([sys.executable, "-m", "litwatch", "--help"], check=True, capture_output=True)
        times.append(time.monotonic() - started)
    print(f"litwatch --help: median {statistics.median(times):.3f} s of {REPEATS} (at most 0.25)")


if __name__ == "__main__":
    main()
