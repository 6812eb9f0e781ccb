"""A whole run killed, or told that the disk is full or broken, at its system calls, one after another.

`make test-long` takes every second call for a kill and every call for a fault, the ordinary suite every twenty-first
and every hundred and fifth. After each the next run, without any manual step, has to end with the store whole and with
every reader served: once, or twice with the same bytes where the kill came between the relay's taking a message and
our noting it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from conftest import missing
from litwatch.store import care
from postgres import Postgres, running
from test_pipeline import BASE
from weeks import MONDAY, Week, a_watch

W47 = "2026-W47"
TELLING = MONDAY + timedelta(weeks=1)
CALLS = ("pwrite64", "fdatasync", "fsync", "unlink", "rename", "connect", "sendto", "recvfrom")
WRITING = ("pwrite64", "fdatasync", "fsync", "rename", "mkdir")
LONG_STEP = 2
STEP = 21


@dataclass
class Scene:
    """A watch that has told its first digest and is about to tell its second, to be laid out again and again."""

    week: Week
    kept: Path
    before: int = 0  # letters that came before the scene was laid

    def lay(self) -> None:
        """Put the watch back to where its second digest is about to be told."""
        for name in ("litwatch.db", "litwatch.db-journal", "out"):
            place = self.week.folder / name
            shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
        shutil.copytree(self.kept / "out", self.week.folder / "out")
        shutil.copy(self.kept / "litwatch.db", self.week.folder / "litwatch.db")
        assert self.week.post is not None
        self.before = len(self.week.post.letters)

    @property
    def environment(self) -> dict[str, str]:
        told = {"LITWATCH_NOW": TELLING.isoformat(), "PYTHONDONTWRITEBYTECODE": "1"}
        return {**os.environ, **told, **self.week.environment}

    def run(self, injection: str) -> subprocess.CompletedProcess[str]:
        """Run under strace, which interferes as told."""
        trace = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"inject={injection}"]
        command = [*trace, sys.executable, "-m", "litwatch", "--config", str(self.week.folder / "config.yaml"), "run"]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=120)

    def check(self) -> int:
        """Run again as cron would an hour later; assert that all is well and return how many copies were too many."""
        self.week.now = TELLING + timedelta(hours=1)
        outcomes = self.week.run()
        assert outcomes.complete
        health = care.check(self.week.watch.config.store)
        assert 2 == health.rows["digest"]
        assert {"2026-W46", W47} == {path.name for path in (self.week.folder / "out").iterdir()}
        assert ["pubmed:2", "clinicaltrials:NCT00000001", "clinicaltrials:NCT00000002"] == sorted(
            self.week.told(W47), key=lambda entry: (entry[0] != "p", entry)
        )
        assert self.week.post is not None
        letters = [letter.read_bytes() for letter in self.week.post.letters[self.before :]]
        mails = [message_from_bytes(letter) for letter in letters]
        copies = Counter(mail["To"] for mail in mails)
        assert {"a@example.org", "b@example.org"} == set(copies)
        assert 2 == len({mail["Message-ID"] for mail in mails}) == len(set(letters))
        return copies.total() - 2


@dataclass
class ServedScene(Scene):
    """The same with the store on a PostgreSQL server, a database of its own each time it is laid out."""

    server: Postgres | None = None
    told: str = ""  # the database as it is when the second digest is about to be told

    def lay(self) -> None:
        shutil.rmtree(self.week.folder / "out")
        shutil.copytree(self.kept / "out", self.week.folder / "out")
        assert self.server is not None
        url = self.server.new_url()
        name, told = (make_url(address).database for address in (url, self.told))
        with self.server.admin() as connection:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(str(name))))
            copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(copy.format(sql.Identifier(str(name)), sql.Identifier(str(told))))
        self.week.environment = {"LITWATCH_STORE": url}
        assert self.week.post is not None
        self.before = len(self.week.post.letters)


@contextmanager
def a_served_scene(factory: pytest.TempPathFactory, server: Postgres) -> Iterator[ServedScene]:
    folder, kept = factory.mktemp("served"), factory.mktemp("kept")
    with a_watch(folder, BASE) as week:
        week.environment = {"LITWATCH_STORE": server.new_url()}
        week.run()
        week.server.now = TELLING
        shutil.copytree(folder / "out", kept / "out")
        yield ServedScene(week, kept, server=server, told=week.environment["LITWATCH_STORE"])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[ServedScene]:
    if shutil.which("strace") is None:
        missing("strace")
    with a_served_scene(tmp_path_factory, postgres) as scene:
        yield scene


@pytest.fixture(scope="module")
def doomed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedScene]:
    """Return a scene with a server of its own, which may be killed."""
    with running(tmp_path_factory.mktemp("doomed")) as server, a_served_scene(tmp_path_factory, server) as scene:
        yield scene


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    if shutil.which("strace") is None:
        missing("strace")
    folder, kept = tmp_path_factory.mktemp("crash"), tmp_path_factory.mktemp("kept")
    with a_watch(folder, BASE) as week:
        week.run()
        week.server.now = TELLING
        shutil.copytree(folder / "out", kept / "out")
        shutil.copy(folder / "litwatch.db", kept / "litwatch.db")
        yield Scene(week, kept)


def counted(scene: Scene, calls: tuple[str, ...]) -> dict[str, int]:
    """Return how often an undisturbed run makes each call."""
    scene.lay()
    command = [sys.executable, "-m", "litwatch", "--config", str(scene.week.folder / "config.yaml"), "run"]
    trace = ["strace", "-f", "-c", "-e", f"trace={','.join(calls)}"]
    done = subprocess.run(
        [*trace, *command], env=scene.environment, capture_output=True, text=True, check=True, timeout=120
    )
    rows = re.findall(r"^ *\S+ +\S+ +\S+ +(\d+) +(?:\d+ +)?(\w+)$", done.stderr, re.MULTILINE)
    return {name: int(count) for count, name in rows if name in calls}


def points(scene: Scene, calls: tuple[str, ...], step: int) -> list[tuple[str, int]]:
    """Return every ``step``-th of all the calls, as (call, which one of its kind)."""
    every = [(name, at) for name, count in sorted(counted(scene, calls).items()) for at in range(1, count + 1)]
    return every[::step]


def killed(scene: Scene, step: int) -> Counter[str]:
    """Kill a run at each point; return how many died, and how many left one reader with two copies."""
    seen: Counter[str] = Counter()
    for call, at in points(scene, CALLS, step):
        scene.lay()
        done = scene.run(f"{call}:signal=KILL:when={at}")
        too_many = scene.check()
        assert too_many <= 1, f"{call} {at}"
        seen["points"] += 1
        seen["died"] += done.returncode in {-signal.SIGKILL, 128 + signal.SIGKILL}
        seen["twice"] += too_many
    return seen


def struck(scene: ServedScene, times: int) -> Counter[str]:
    """Kill the database server under a run, earlier and later in it; return how the runs ended."""
    assert scene.server is not None
    command = [sys.executable, "-m", "litwatch", "--config", str(scene.week.folder / "config.yaml"), "run"]
    scene.lay()
    started = time.monotonic()
    subprocess.run(command, env=scene.environment, capture_output=True, check=True, timeout=120)
    usual = time.monotonic() - started
    seen: Counter[str] = Counter()
    for at in range(1, times + 1):
        scene.lay()
        with scene.server.admin() as connection:
            connection.execute("CHECKPOINT")  # or a copied sequence goes back: the server takes its steps for logged
        with subprocess.Popen(command, env=scene.environment, stderr=subprocess.PIPE, text=True) as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(usual * at / (times + 1))
            scene.server.kill()
            _, said = process.communicate(timeout=120)
        scene.server.start()
        assert process.returncode in {0, 1, 74}, said
        assert "Traceback" not in said, said
        assert process.returncode == 0 or said.strip()
        assert scene.check() <= 1
        seen[f"exit {process.returncode}"] += 1
    return seen


def refused(scene: Scene, error: str, step: int) -> Counter[str]:
    """Refuse writing from each point on; the run has to say so in words and leave what stood."""
    seen: Counter[str] = Counter()
    for call, at in points(scene, WRITING, step):
        scene.lay()
        done = scene.run(f"{call}:error={error}:when={at}+")
        assert done.returncode in {0, 1, 74}, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == 0 or done.stderr.strip()
        assert scene.check() <= 1, f"{call} {at}"
        seen[f"exit {done.returncode}"] += 1
    return seen


def test_killed_at_its_system_calls_a_run_loses_nothing(scene: Scene) -> None:
    seen = killed(scene, STEP)

    assert seen["points"] >= 10
    assert seen["died"] >= seen["points"] * 0.4  # strace counts each thread's calls apart, so some points lie too far


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_a_disk_that_is_full_or_broken_is_told_and_nothing_is_lost(scene: Scene, error: str) -> None:
    seen = refused(scene, error, 5 * STEP)

    assert seen["exit 74"] + seen["exit 1"] >= 1


@pytest.mark.long
def test_killed_at_any_system_call_a_run_loses_nothing(
    scene: Scene, record_property: Callable[[str, object], None]
) -> None:
    seen = killed(scene, LONG_STEP)
    record_property("points", dict(seen))

    assert seen["points"] >= 300


def test_killed_amid_its_talk_with_a_server_a_run_loses_nothing(served: ServedScene) -> None:
    assert killed(served, 12 * STEP)["points"] >= 1


@pytest.mark.long
def test_killed_at_any_call_to_a_server_a_run_loses_nothing(
    served: ServedScene, record_property: Callable[[str, object], None]
) -> None:
    seen = killed(served, 5 * LONG_STEP)
    record_property("points", dict(seen))

    assert seen["points"] >= 50


def test_a_database_server_that_is_killed_amid_a_run_costs_nothing(doomed: ServedScene) -> None:
    assert struck(doomed, 2).total() == 2


@pytest.mark.long
def test_a_database_server_killed_ten_times_amid_runs_costs_nothing(
    doomed: ServedScene, record_property: Callable[[str, object], None]
) -> None:
    seen = struck(doomed, 10)
    record_property("runs", dict(seen))

    assert seen["exit 74"] + seen["exit 1"] >= 3


@pytest.mark.long
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_a_disk_that_fails_at_any_write_is_told_and_nothing_is_lost(scene: Scene, error: str) -> None:
    refused(scene, error, 1)
