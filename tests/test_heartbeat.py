"""What a dead man's switch outside hears of a run, and what a deaf one costs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from conftest import MEASURED
from litwatch.demo.exchange import Reply
from litwatch.demo.world import demo_world
from smtp_script import ScriptedRelay
from weeks import MONDAY, Week, a_watch


class Watcher(ThreadingHTTPServer):
    """A healthchecks server in miniature: ``heard`` holds (what, run id, body) of each signal."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Ear)
        self.heard: list[tuple[str, str, str]] = []
        self.status = 200
        self.silence_s = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/ping/5ecret-uuid"


class Ear(BaseHTTPRequestHandler):
    server: Watcher

    def do_POST(self) -> None:
        time.sleep(self.server.silence_s)
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        what = parts.path.removeprefix("/ping/5ecret-uuid")
        self.server.heard.append((what, parse_qs(parts.query)["rid"][0], body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    with Watcher() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with a_watch(tmp_path, demo_world()) as watch:
        watch.server.now = MONDAY
        yield watch


def run(week: Week, url: str) -> subprocess.CompletedProcess[str]:
    environment = {"LITWATCH_HEARTBEAT": url, "LITWATCH_NOW": MONDAY.isoformat(), "PATH": "/usr/bin:/bin", **MEASURED}
    command = [sys.executable, "-m", "litwatch", "-v", "--config", str(week.folder / "config.yaml"), "run"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=90)


def test_a_complete_run_is_told_as_begun_and_well_ended(week: Week, watcher: Watcher) -> None:
    done = run(week, watcher.url)

    assert 0 == done.returncode
    assert ["/start", ""] == [what for what, _, _ in watcher.heard]
    assert 1 == len({rid for _, rid, _ in watcher.heard})


def test_a_source_that_failed_is_told_in_a_few_lines_without_secrets(week: Week, watcher: Watcher) -> None:
    week.server.interpose("pubmed", Reply(status=404, body=b"gone", type="text/plain"))

    done = run(week, watcher.url)

    assert 1 == done.returncode
    assert ["/start", "/fail"] == [what for what, _, _ in watcher.heard]
    body = watcher.heard[-1][2]
    assert "pubmed" in body
    assert len(body.splitlines()) <= 5
    assert "5ecret" not in done.stdout + done.stderr + body


def test_mail_left_over_is_no_success(week: Week, watcher: Watcher) -> None:
    with ScriptedRelay({"MAIL": b"451 try later"}) as relay:
        week.send_through(relay.port)

        run(week, watcher.url)

    assert "/fail" == watcher.heard[-1][0]
    assert "451" in watcher.heard[-1][2]


def test_a_store_that_cannot_be_used_is_told(week: Week, watcher: Watcher) -> None:
    (week.folder / "litwatch.db").write_bytes(b"not a database" * 100)

    done = run(week, watcher.url)

    assert 74 == done.returncode
    assert ["/start", "/fail"] == [what for what, _, _ in watcher.heard]


@pytest.mark.parametrize("ill", ["answers 500", "says nothing", "is not there"])
def test_a_watcher_that_is_deaf_costs_seconds_and_not_the_run(week: Week, watcher: Watcher, ill: str) -> None:
    url = watcher.url
    if ill == "answers 500":
        watcher.status = 500
    elif ill == "says nothing":
        watcher.silence_s = 30
    else:
        url = "http://127.0.0.1:1/ping/5ecret-uuid"
    began = time.monotonic()

    done = run(week, url)

    assert 0 == done.returncode
    assert 2 == len(week.mails())
    assert "5ecret" not in done.stdout + done.stderr
    assert "heartbeat not heard" in done.stderr
    assert time.monotonic() - began < 45  # at most fifteen of them the watcher's; the rest is this machine's


def test_an_address_that_is_none_is_refused_without_being_quoted(week: Week) -> None:
    done = run(week, "ftp://example.org/5ecret-uuid")

    assert 78 == done.returncode
    assert "5ecret" not in done.stderr
    assert "LITWATCH_HEARTBEAT: not an https address" in done.stderr


def test_each_log_line_names_the_watch_and_the_run(week: Week, watcher: Watcher) -> None:
    environment = {
        "LITWATCH_HEARTBEAT": watcher.url,
        "LITWATCH_NOW": MONDAY.isoformat(),
        "PATH": "/usr/bin:/bin",
        **MEASURED,
    }
    command = [sys.executable, "-m", "litwatch", "--log-format", "json"]
    command += ["--config", str(week.folder / "config.yaml"), "run"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=90)

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {("test-watch", watcher.heard[0][1])} == {(line["watch"], line["run"]) for line in lines}
    assert len(lines) >= 2
