"""Serving: the clock knocks, the store decides, a signal ends it within seconds and loses nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from conftest import missing
from litwatch.demo.exchange import Reply, Request
from litwatch.demo.world import demo_world
from smtp_script import ScriptedRelay
from weeks import MONDAY, Week, a_watch

PYTHON = [sys.executable, "-m", "litwatch"]


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with a_watch(tmp_path, demo_world()) as watch:
        watch.server.now = MONDAY
        yield watch


@contextmanager
def serving(
    week: Week, *before: str, config: str = "config.yaml", **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run `litwatch serve` with a knock every half second; it is killed if it does not end by itself."""
    command = [*before, *PYTHON, "--config", str(week.folder / config), "serve", "--every", "0.01"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait until ``true`` is, or fail."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.05)


def end(process: subprocess.Popen[str], within: float = 10) -> int:
    """Ask the process to end, and return its exit code."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=within + 5)
    assert time.monotonic() - began <= within
    return code


def test_it_sends_what_is_due_once_and_ends_cleanly_when_asked(week: Week) -> None:
    with serving(week) as process:
        until(lambda: len(week.mails()) == 2)
        time.sleep(2)

        assert 0 == end(process)
        assert 2 == len(week.mails())
    with week.store() as store:
        assert store.running() is None


def test_mail_that_waits_is_tried_again_without_asking_the_services_again(week: Week) -> None:
    with ScriptedRelay({"MAIL": [b"451 try later", b"451 try later", b"250 ok"]}) as relay:
        week.send_through(relay.port)
        week.run()
        asked = len(week.server.requests)
        week.now += timedelta(hours=2)
        with serving(week, LITWATCH_NOW=week.now.isoformat()) as process:
            until(lambda: len(relay.accepted) == 2)
            assert 0 == end(process)

    assert asked == len(week.server.requests)


def test_a_signal_amid_a_slow_service_ends_it_and_the_next_start_makes_the_digest(week: Week) -> None:
    def slowly(request: Request, reply: Reply) -> Reply:
        del request
        time.sleep(6)
        return reply

    week.server.interpose("pubmed", slowly)
    with serving(week) as process:
        until(lambda: week.server.requests)
        assert 0 == end(process)
    week.server.clear()
    assert [] == week.mails()

    with serving(week) as process:
        until(lambda: len(week.mails()) == 2)
        assert 0 == end(process)


def test_a_signal_amid_a_message_lets_that_message_end_and_leaves_the_next_for_later(week: Week) -> None:
    class Slow(ScriptedRelay):
        def _act(self, connection: object, phase: str) -> bytes:
            if phase == "dot" and process.poll() is None and len(self.accepted) == 1:
                process.send_signal(signal.SIGTERM)
                time.sleep(1)
            return super()._act(connection, phase)  # type: ignore[arg-type]  # a socket

    with Slow() as relay:
        week.send_through(relay.port)
        with serving(week) as process:
            assert 0 == process.wait(timeout=20)

        assert 1 == len(relay.accepted)
        with serving(week) as process:
            until(lambda: len(relay.accepted) == 2)
            assert 0 == end(process)
    with week.store() as store:
        assert [("sent", 1), ("sent", 1)] == [(entry.state, entry.attempts) for entry in store.outbox.messages()]


SWALLOWED = """
import os, signal, time
from litwatch.cli.termination import Termination

class Left:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)  # the exit is raised here, where the interpreter lets nothing out

with Termination(0):
    Left()
    time.sleep(30)
"""


def test_an_exit_that_somebody_swallowed_is_asked_for_again() -> None:
    began = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", SWALLOWED], check=False, timeout=20, capture_output=True)

    assert 0 == ended.returncode
    assert 2 < time.monotonic() - began < 8


LOCKED = """
import os, signal, sys, threading
wait = threading.Event.wait

def waited(self, timeout=None):
    if sys._getframe(1).f_globals["__name__"].startswith("apscheduler"):
        with self._cond:  # a lock that it holds for some microseconds at each knock
            os.kill(os.getpid(), signal.SIGTERM)
    return wait(self, timeout)

threading.Event.wait = waited
from litwatch.cli import main
main()
"""


def test_a_signal_while_the_clock_holds_its_lock_ends_it_as_well(week: Week) -> None:
    week.run()
    command = [sys.executable, "-c", LOCKED, "--config", str(week.folder / "config.yaml"), "serve", "--every", "0.01"]
    began = time.monotonic()
    ended = subprocess.run(command, check=False, timeout=30, capture_output=True)

    assert 0 == ended.returncode
    assert time.monotonic() - began < 6


@pytest.mark.parametrize("tini", [True, False], ids=["behind tini", "by itself"])
def test_as_the_first_process_of_a_container_it_heeds_the_signal(week: Week, tini: bool) -> None:  # noqa: FBT001  # a table's column
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None:
        missing("the right to make a process space")
    if tini and shutil.which("tini") is None:
        missing("tini")
    front = ["unshare", "-fp", "--kill-child=SIGKILL", "--mount-proc", *(["tini", "--"] if tini else [])]
    with serving(week, *front) as process:
        until(lambda: len(week.mails()) == 2)
        (inner,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(inner), signal.SIGTERM)
        assert 0 == process.wait(timeout=10)


def test_stopped_over_the_moment_it_was_due_it_runs_once(week: Week) -> None:
    with serving(week) as process:
        until(lambda: week.server.requests)
        process.send_signal(signal.SIGSTOP)
        time.sleep(3)
        process.send_signal(signal.SIGCONT)
        until(lambda: len(week.mails()) == 2)
        time.sleep(1)
        assert 0 == end(process)
    assert 2 == len(week.mails())


def test_an_edit_takes_effect_at_the_next_knock_and_a_slip_does_not_end_the_service(week: Week) -> None:
    place = week.folder / "config.yaml"
    good = place.read_text(encoding="utf-8")
    with serving(week) as process:
        until(lambda: len(week.mails()) == 2)
        place.write_text(good.replace("questions:", "qestions:"), encoding="utf-8")
        time.sleep(1.5)
        place.write_text(good, encoding="utf-8")
        time.sleep(1)
        assert process.poll() is None
        assert 0 == end(process)
        assert process.stderr is not None
        assert 1 == process.stderr.read().count("qestions: unknown key")


def test_a_service_that_fails_at_every_knock_is_not_asked_at_every_knock(week: Week) -> None:
    (week.folder / "out").write_text("in the way", encoding="utf-8")
    week.server.interpose("pubmed", Reply(status=404, body=b"gone", type="text/plain"))
    with serving(week) as process:
        until(lambda: len(week.mails()) == 2)
        time.sleep(2)
        assert 0 == end(process)

    asked = [request for request in week.server.requests if "esearch" in request.path]
    assert 1 == len(asked)
