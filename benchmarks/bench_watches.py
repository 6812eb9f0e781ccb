"""How long a night of many watches takes: one PostgreSQL and two `litwatch serve` over one folder, as of two hosts.

The services answer at once and each source keeps the pace it owes the real one, so what is measured is what bounds a
night. Afterwards every watch must have its digest, once, and no window of a host may hold more requests than allowed.
`WATCHES=20` makes it smaller; `docs/scale.md` tells what the figures mean.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import psycopg

from litwatch.demo.server import LoopbackServer
from litwatch.demo.world import World, article
from litwatch.store import open_store
from postgres import running

WATCHES = int(os.environ.get("WATCHES", "200"))
PROCESSES = 2
PUBMED_PER_S = 3  # without a key; SOURCES.md
CONFIG = """\
watch: {{id: watch-{number:03d}, name: Ketamine for migraine}}
search:
  first_run: report
  concepts:
    drug: {{terms: [ketamin*], mesh: [Ketamine], synonyms: [ketamine]}}
    condition: {{terms: [migrain*], mesh: [Migraine Disorders], synonyms: [migraine]}}
sources:
  pubmed: {{url: {pubmed}, email: bench@example.org}}
  clinicaltrials: {{url: {clinicaltrials}}}
  europepmc: {{enabled: false}}
  isrctn: {{enabled: false}}
  ctis: {{enabled: false}}
  crossref: {{enabled: false}}
questions:
  - {{id: Q01, label: Infusion protocols, signals: {{positive: [infusion*]}}}}
digest: {{timezone: UTC, charts: false}}
delivery: {{folder: out-{number:03d}}}
store: {store}
"""


def main() -> None:
    """Measure, and print each figure."""
    papers = [article(number, f"Ketamine infusion for migraine, report {number}") for number in range(1, 21)]
    with tempfile.TemporaryDirectory() as name, LoopbackServer(World(articles=tuple(papers))) as server:
        folder = Path(name)
        server.now = datetime.now(UTC)
        with running(folder / "postgres") as postgres:
            store = postgres.new_url()
            _configure(folder / "watches", server, store)
            with open_store(store, "nobody"):
                pass  # both processes find the tables made
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            began = time.monotonic()
            processes = [_serve(folder, number) for number in range(PROCESSES)]
            try:
                _await(store, processes)
            finally:
                elapsed = time.monotonic() - began
                for process in processes:
                    process.send_signal(signal.SIGTERM)
                codes = [process.wait(timeout=60) for process in processes]
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
            _report(server, store, elapsed, cpu, codes)


def _configure(folder: Path, server: LoopbackServer, store: str) -> None:
    folder.mkdir()
    addresses = {name: server.url(name) for name in ("pubmed", "clinicaltrials")}
    for number in range(WATCHES):
        text = CONFIG.format(number=number, store=store, **addresses)
        (folder / f"{number:03d}.yaml").write_text(text, encoding="utf-8")


def _serve(folder: Path, number: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "litwatch", "--config", str(folder / "watches"), "serve", "--every", "0.05"]
    with (folder / f"serve-{number}.log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)


def _await(store: str, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    with psycopg.connect(store.replace("+psycopg", ""), autocommit=True) as connection:
        while True:
            row = connection.execute("SELECT count(*) FROM digest WHERE folder_written IS NOT NULL").fetchone()
            if row is not None and row[0] >= WATCHES:
                return
            ended = [process.args for process in processes if process.poll() is not None]
            if ended:
                raise SystemExit(f"ended before its time: {ended}")
            time.sleep(0.2)


def _report(server: LoopbackServer, store: str, elapsed: float, cpu: float, codes: Sequence[int]) -> None:
    with psycopg.connect(store.replace("+psycopg", ""), autocommit=True) as connection:
        runs = connection.execute("SELECT source, count(*) FROM search_run GROUP BY source ORDER BY source").fetchall()
        told = connection.execute("SELECT count(*), count(DISTINCT watch_id) FROM digest").fetchone()
    print(f"{WATCHES} watches, {PROCESSES} processes: {elapsed:.0f} s, CPU of both {cpu:.0f} s, ended with {codes}")
    print(f"digests {told}, runs {dict(runs)}")
    for service in ("pubmed", "clinicaltrials"):
        instants = sorted(request.time for request in server.asked(service))
        print(f"{service}: {len(instants)} requests, at most {_most(instants, 1.0)} in any second")
    bound = len(server.asked("pubmed")) / PUBMED_PER_S
    print(f"PubMed's pace alone bounds it at {bound:.0f} s; took {elapsed / bound:.2f} times that")


def _most(instants: Sequence[float], window_s: float) -> int:
    """Return how many of ``instants`` (sorted) the fullest window holds."""
    start, most = 0, 0
    for end, instant in enumerate(instants):
        while instant - instants[start] >= window_s:
            start += 1
        most = max(most, end - start + 1)
    return most


if __name__ == "__main__":
    main()
