"""What asking all six web sources at the same time costs, beside asking the slowest of them alone (at most 1.2 ×).

Every answer is delayed as answers over the network are, and the pace of each source is kept. Both are whole runs of
`litwatch collect` in a steady week, so that starting, keeping and reading count as well.
"""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from steady_week import litwatch, steady_world, write_config

from litwatch.demo.exchange import Reply, Request
from litwatch.demo.server import SERVICES, LoopbackServer, Script
from weeks import MONDAY

# Seconds until an answer begins, the usual one; each answer takes 0.7 to 1.5 times as long.
LATENCIES = {
    "pubmed": 0.9,
    "clinicaltrials": 0.6,
    "europepmc": 1.2,
    "isrctn": 1.5,
    "ctis": 0.7,
    "crossref": 0.8,
}
REPEATS = 3


def delayed(latency: float, dice: random.Random) -> Script:
    """Answer what is genuine, as late as over the network."""

    def script(_request: Request, genuine: Reply) -> Reply:
        return replace(genuine, delay_s=latency * dice.uniform(0.7, 1.5))

    return script


def main() -> None:
    """Measure, and print the ratio beside its target."""
    later = MONDAY + timedelta(weeks=1)
    with tempfile.TemporaryDirectory() as name, LoopbackServer(steady_world(), now=MONDAY) as server:
        kept = Path(name) / "kept"
        kept.mkdir()
        write_config(kept, server)
        litwatch(kept, MONDAY.isoformat(), "run")
        server.now = later
        for service, latency in LATENCIES.items():
            server.interpose(service, delayed(latency, random.Random(service)))  # noqa: S311  # a reproducible delay

        def seconds(services: frozenset[str]) -> float:
            times = []
            for at in range(REPEATS):
                folder = Path(name) / f"{'-'.join(sorted(services))}-{at}"
                shutil.copytree(kept, folder)
                write_config(folder, server, services)
                started = time.monotonic()
                litwatch(folder, later.isoformat(), "collect")
                times.append(time.monotonic() - started)
            return statistics.median(times)

        alone = {service: seconds(frozenset({service})) for service in SERVICES}
        for service, took in alone.items():
            print(f"{service} alone: {took:.1f} s")
        together = seconds(frozenset(SERVICES))
        slowest = max(alone, key=lambda service: alone[service])
        print(f"all six together: {together:.1f} s, {together / alone[slowest]:.2f} × {slowest} alone (at most 1.2)")
        print(f"one after the other they would take {sum(alone.values()):.1f} s")


if __name__ == "__main__":
    main()
