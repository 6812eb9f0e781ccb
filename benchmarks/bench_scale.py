"""What 20,000 reports in one watch cost: the first reading of all, then a week with ten new ones.

`docs/scale.md` tells what the figures mean. The services run in a process of their own and answer as fast as they can;
the pace that the real ones ask for is worked out from the number of requests, since waiting is neither CPU nor memory.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from litwatch.demo.world import Article, World, article
from weeks import MONDAY, a_watch

REPORTS = int(os.environ.get("REPORTS", "20000"))
NEW = 10
# As large as the 599 recorded articles under ../shared: an abstract of 1,000 characters, eight authors, eight headings.
ABSTRACT = {
    "BACKGROUND": "Of {people} with {more}, {part} in {n} have migraine that is hard to treat, and what {drug} does "
    "for them is little known. We asked whether it eases pain where {first} and {second} had failed, and for how long.",
    "METHODS": "{n} {people} received ketamine 0.{tenth} mg/kg by intravenous infusion over {minutes} minutes in a "
    "{setting}. Pain was rated from 0 to 10 before, at 60 minutes and on each day of the {weeks} weeks that followed; "
    "{second} was kept as it was, and whoever took {first} within two days was left out.",
    "RESULTS": "Pain scores fell by {fall} points at 60 minutes (95% CI {low} to {high}; P = 0.0{p}) and were {fall} "
    "points lower after {weeks} weeks in {part} of {n}. Dizziness was the most frequent adverse event ({events} of "
    "{n}), followed by nausea and a sense of being apart; {few} left the study, none of them for what {drug} did.",
    "CONCLUSIONS": "In {people} with {more} an infusion of {drug} was followed by less pain for {weeks} weeks. "
    "Controlled trials are needed before it is offered beyond a {setting}.",
}
CHOICES = {
    "begin": tuple(
        f"{how} {what}"
        for how in ("Early", "Lasting", "Repeated", "Unexpected", "Dose-dependent", "Delayed", "Reported", "Measured")
        for what in ("benefit", "harm", "tolerability", "use", "effects", "failure", "withdrawal", "monitoring", "cost")
    ),
    "kind": ("report", "letter", "analysis", "cohort", "case", "comparison"),
    "drug": ("ketamine", "racemic ketamine", "ketamine hydrochloride"),
    "people": ("adults", "patients", "women", "veterans", "participants"),
    "more": ("medication overuse", "depression", "fibromyalgia", "chronic low back pain", "post-traumatic stress"),
    "first": ("triptans", "lidocaine", "dihydroergotamine", "valproate", "gepants", "opioids", "steroids"),
    "second": ("topiramate", "amitriptyline", "onabotulinumtoxinA", "erenumab", "propranolol", "candesartan"),
    "setting": ("headache clinic", "tertiary pain centre", "hospital ward", "day unit"),
}
SYLLABLES = (
    "ba",
    "do",
    "fer",
    "gra",
    "hin",
    "jo",
    "kel",
    "lan",
    "mor",
    "ni",
    "os",
    "pe",
    "ra",
    "sen",
    "tu",
    "vo",
    "wil",
)
HEADINGS = (
    "Humans",
    "Ketamine/*therapeutic use",
    "Migraine Disorders/*drug therapy",
    "Pain Measurement",
    "Female",
    "Male",
    "Adult",
    "Infusions, Intravenous",
    "Middle Aged",
    "Treatment Outcome",
    "Retrospective Studies",
    "Headache/drug therapy",
)
RUN = """
import gc, resource, sys, time
sys.path.insert(0, sys.argv[3])
from litwatch.cli import COLLECTOR
gc.set_threshold(*COLLECTOR)  # as the command does
from datetime import datetime
from pathlib import Path
from litwatch import pipeline
from litwatch.configfile import load
from litwatch.receipts import enabled
from litwatch.sources import SOURCES
from litwatch.sources.http import Timing, Transport
from litwatch.store import open_store
now = datetime.fromisoformat(sys.argv[2])
watch = load(Path(sys.argv[1]) / "config.yaml", {})
config = watch.config
timing = Timing(haste=1000, source_s=3600, request_s=600, read_s=300)
with Transport(timing=timing) as transport, open_store(config.store, config.watch.id) as store:
    sources = [SOURCES[name](config, watch.secrets, transport) for name, _ in enabled(watch)]
    with store.lease("bench:1", now):
        done = pipeline.run(
            watch, store, sources, password=None, clock=lambda: now, progress=lambda a, b: None, told_in={}
        )
runs = {run.source: run for run in done.collected.runs}
print(runs["pubmed"].state, runs["pubmed"].new, runs["pubmed"].requests)
own, helpers = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{own.ru_utime + own.ru_stime:.1f} {helpers.ru_utime + helpers.ru_stime:.1f} {own.ru_maxrss / 1024:.0f}")
"""


def serve(folder: str, pipe: Connection) -> None:
    """Hold the watch and its services until told to end; each message received is the week to be at."""
    first = date(1990, 1, 1)
    step = (date(2026, 11, 1) - first) / REPORTS
    papers = [_paper(number, first + step * number) for number in range(1, REPORTS + 1)]
    papers += [_paper(REPORTS + 100 + number, date(2026, 11, 11)) for number in range(NEW)]
    with a_watch(Path(folder), World(articles=tuple(papers)), mail=False) as week:
        pipe.send("ready")
        while (weeks := pipe.recv()) is not None:
            week.server.now = MONDAY + timedelta(weeks=weeks)
            pipe.send("there")


def _paper(number: int, day: date) -> Article:
    dice = random.Random(number)  # noqa: S311  # variety, no secret
    n = dice.randrange(12, 140)
    given = {name: dice.choice(words) for name, words in CHOICES.items()}
    sizes = {
        "n": n,
        "part": dice.randrange(n),
        "events": dice.randrange(n),
        "tenth": dice.randrange(1, 10),
        "minutes": dice.randrange(20, 240, 5),
        "weeks": dice.randrange(2, 26),
        "fall": dice.randrange(1, 6),
        "low": dice.randrange(1, 3),
        "high": dice.randrange(4, 8),
        "p": dice.randrange(1, 9),
        "few": dice.choice(("one", "two", "three", "four")),
    }
    return article(
        number,
        "{begin} in {n} {people} with {more} given {drug} for migraine: a {kind} from a {setting}".format(n=n, **given),
        abstract={label: words.format(**given, **sizes) for label, words in ABSTRACT.items()},
        created=day.isoformat(),
        published=day.isoformat()[:7],
        authors=["".join(dice.choices(SYLLABLES, k=3)).title() + f" {dice.choice('ABCDEFGH')}" for _ in range(8)],
        doi=f"10.5555/example.{day.year}.{number:06}",
        mesh=dice.sample(HEADINGS, 8),
        chemicals=["Ketamine"],
    )


def cpu_of(process: int | None) -> float:
    """Return the CPU that a process has taken, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure, and print each figure beside its target."""
    ours, theirs = multiprocessing.Pipe()
    with tempfile.TemporaryDirectory() as folder:
        process = multiprocessing.Process(target=serve, args=(folder, theirs), daemon=True)
        process.start()
        ours.recv()
        print(f"{REPORTS} reports")
        for weeks, name in ((0, "first reading"), (1, f"a week with {NEW} new")):
            ours.send(weeks)
            ours.recv()
            now = MONDAY + timedelta(weeks=weeks)
            started, theirs_before = time.monotonic(), cpu_of(process.pid)
            command = [sys.executable, "-c", RUN, folder, now.isoformat(), str(Path(__file__).parent.parent / "tests")]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(done.stderr)
            (state, new, requests), (own, helpers, memory) = (line.split() for line in done.stdout.splitlines()[-2:])
            print(f"{name}: {state}, {new} new")
            print(f"  {requests} requests to PubMed, which its pace lets through in {int(requests) / 3:.0f} s")
            served, elapsed = cpu_of(process.pid) - theirs_before, time.monotonic() - started
            print(
                f"  elapsed {elapsed:.0f} s (at most 60), of which the services on the same cores took {served:.0f} s"
            )
            print(f"  CPU {own} s, and {helpers} s of processes that read for it")
            print(f"  peak memory {memory} MB (at most 300), theirs not counted")
        print(f"store {(Path(folder) / 'litwatch.db').stat().st_size / 1e6:.0f} MB")
        ours.send(None)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    main()
