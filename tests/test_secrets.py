"""Five secrets and every way a run can fail: none of them shows, in no form, on any stream and in no file."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from conftest import MEASURED
from litwatch.demo.exchange import Reply, Request
from litwatch.demo.server import LoopbackServer, Script
from pathology import Answer, PathologicalServer
from smtp_script import FIN, RST, Act, ScriptedRelay
from test_pipeline import BASE
from weeks import CONFIG, MONDAY

KEY = "key/with+signs=7f3a"
PASSWORD = 'correct horse & "battery" é'
TOKEN = "0c2f-t0ken-of-the-watcher"
DATABASE = "d%40tabase/pass-word"
USER = "watcher"
LOGIN = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode())
RUNS = ("-v", "run")


def forms() -> set[str]:
    """Return each secret as it is, and as URLs, JSON and SMTP would write it."""
    found: set[str] = set()
    for secret in (KEY, PASSWORD, TOKEN, DATABASE, "d@tabase/pass-word", f"\0{USER}\0{PASSWORD}"):
        found |= {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}
        found |= {json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
        found |= {base64.b64encode(secret.encode()).decode().rstrip("=")}
    return found


def echo(status: int, *, json_: bool = False) -> Script:
    """Return an answer that quotes all it was asked, as some services and every proxy do."""

    def answer(request: Request, reply: Reply) -> Reply:
        del reply
        said = f"{request.path}?{dict(request.params)} api_key={KEY}"
        body = json.dumps({"error": said}) if json_ else f"<html>Bad request: {said}</html>"
        return Reply(status=status, body=body.encode(), type="application/json" if json_ else "text/html")

    return answer


SOURCE_FAULTS: dict[str, Script] = {
    "400 that quotes": echo(400),
    "401 that quotes": echo(401),
    "403 that quotes": echo(403, json_=True),
    "404 that quotes": echo(404),
    "414 that quotes": echo(414),
    "429 that quotes": echo(429, json_=True),
    "500 that quotes": echo(500),
    "503 that quotes": echo(503),
    "200 that quotes, HTML": echo(200),
    "200 that quotes, JSON": echo(200, json_=True),
    "cut short": Reply(body=f'{{"x": "{KEY}"'.encode(), cut_after=9),
    "empty": Reply(body=b""),
    "a redirect that quotes": Reply(status=302, headers=(("Location", f"https://elsewhere.invalid/?api_key={KEY}"),)),
    "a redirect to nothing": Reply(status=302, headers=(("Location", f"http://[{KEY}"),)),
    "an API key that is invalid": Reply(
        status=400, body=f'{{"error":"API key invalid","api-key":"{KEY}"}}'.encode(), type="application/json"
    ),
}
RELAY_FAULTS: dict[str, dict[str, Act | Sequence[Act]]] = {
    "login refused, quoting": {"AUTH": b"535 5.7.8 bad " + LOGIN},
    "login later, quoting": {"AUTH": b"454 4.7.0 " + LOGIN},
    "login dropped": {"AUTH": FIN},
    "login reset": {"AUTH": RST},
    "greeting that quotes": {"banner": b"554 go away " + LOGIN},
    "MAIL refused, quoting": {"MAIL": b"530 log in: AUTH PLAIN " + LOGIN},
    "MAIL later, quoting": {"MAIL": b"451 " + PASSWORD.encode()},
    "RCPT refused, quoting": {"RCPT": b"550 5.1.1 " + LOGIN + b" " + PASSWORD.encode()},
    "RCPT 535, quoting": {"RCPT": b"535 5.7.0 " + LOGIN},
    "DATA refused, quoting": {"DATA": b"554 " + LOGIN},
    "dot refused, quoting": {"dot": b"552 " + LOGIN},
    "dot later, quoting": {"dot": b"421 " + quote(PASSWORD).encode()},
    "dot dropped": {"dot": FIN},
    "accepted, quoting": {"dot": b"250 queued for " + LOGIN},
}
WATCHER_FAULTS: dict[str, Answer] = {
    "404 that quotes": Answer(f"no such check {TOKEN}".encode(), status=404),
    "500 that quotes": Answer(f"oops {TOKEN}".encode(), status=500),
    "a redirect": Answer(b"", status=301, headers={"Location": f"https://elsewhere.invalid/{TOKEN}"}),
}
STORES = {
    "nobody there": f"postgresql+psycopg://user:{DATABASE}@127.0.0.1:1/litwatch",
    "no such driver": f"postgresql+other://user:{DATABASE}@127.0.0.1/litwatch",
    "another database": f"mysql://user:{DATABASE}@127.0.0.1/litwatch",
    "a port that is none": f"postgresql+psycopg://user:{DATABASE}@127.0.0.1:port/litwatch",
    "an option that is none": f"postgresql+psycopg://user:{DATABASE}@127.0.0.1:1/litwatch?sslmode=odd",
    "no address at all": f"user:{DATABASE}@nowhere",
    "brackets": f"postgresql+psycopg://user:{DATABASE}@[::1/litwatch",
}


class Stage:
    """A watch with all five secrets, whose sources, relay, watcher and store can be made to fail."""

    def __init__(self, folder: Path, server: LoopbackServer) -> None:
        self.folder = folder
        self.server = server
        self.environment: dict[str, str] = {}

    def write(self, port: int, *, more: str = "") -> None:
        sources = f"  pubmed: {{url: {self.server.url('pubmed')}, email: test@example.org}}\n"
        sources += f"  clinicaltrials: {{url: {self.server.url('clinicaltrials')}}}\n"
        sources += "\n".join(f"  {name}: {{enabled: false}}" for name in ("europepmc", "isrctn", "ctis", "crossref"))
        smtp = (
            f"  smtp: {{host: 127.0.0.1, port: {port}, security: none, user: {USER}, from: watch@example.org, "
            f"to: [ann@example.org]}}\nsite: {{folder: site}}"
        )
        text = CONFIG.format(first_run="report", quiet="send", drug="ketamin*", sources=sources, smtp=smtp)
        (self.folder / "config.yaml").write_text(text + more, encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        secrets = {"NCBI_API_KEY": KEY, "LITWATCH_SMTP_PASSWORD": PASSWORD}
        return subprocess.run(
            [sys.executable, "-m", "litwatch", *arguments],
            cwd=self.folder,
            env={
                "PATH": "/usr/bin:/bin",
                "LITWATCH_NOW": MONDAY.isoformat(),
                **secrets,
                **MEASURED,
                **self.environment,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=150,
        )

    def assert_nothing_shows(self, done: subprocess.CompletedProcess[str]) -> None:
        written = {str(path): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        written |= {"stdout": done.stdout.encode(), "stderr": done.stderr.encode()}
        shown = {(place, form) for place, content in written.items() for form in forms() if form.encode() in content}
        assert set() == shown
        assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(BASE, now=MONDAY) as running:
        yield running


@pytest.fixture
def stage(tmp_path: Path, server: LoopbackServer) -> Iterator[Stage]:
    server.clear()
    yield Stage(tmp_path, server)
    server.clear()


Failure = Callable[[Stage, ExitStack], Sequence[str]]


def source_fails(script: Script, service: str) -> Failure:
    def begin(stage: Stage, stack: ExitStack) -> Sequence[str]:
        stage.server.interpose(service, script)
        stage.write(stack.enter_context(ScriptedRelay(auth({}))).port)
        return RUNS

    return begin


def relay_fails(script: Mapping[str, Act | Sequence[Act]], command: Sequence[str]) -> Failure:
    def begin(stage: Stage, stack: ExitStack) -> Sequence[str]:
        stage.write(stack.enter_context(ScriptedRelay(auth(script))).port)
        return command

    return begin


def watcher_fails(answer: Answer) -> Failure:
    def begin(stage: Stage, stack: ExitStack) -> Sequence[str]:
        stage.write(stack.enter_context(ScriptedRelay(auth({}))).port)
        watcher = stack.enter_context(PathologicalServer())
        for path in (TOKEN, f"{TOKEN}/start", f"{TOKEN}/fail"):
            watcher.script(path, answer)
        stage.environment = {"LITWATCH_HEARTBEAT": f"{watcher.url}{TOKEN}"}
        return RUNS

    return begin


def store_fails(address: str, command: Sequence[str]) -> Failure:
    def begin(stage: Stage, stack: ExitStack) -> Sequence[str]:
        stage.write(stack.enter_context(ScriptedRelay(auth({}))).port)
        stage.environment = {"LITWATCH_STORE": address}
        return command

    return begin


def settings_fail(more: str, environment: Mapping[str, str], command: Sequence[str] = RUNS) -> Failure:
    def begin(stage: Stage, stack: ExitStack) -> Sequence[str]:
        stage.write(stack.enter_context(ScriptedRelay(auth({}))).port, more=more)
        stage.environment = dict(environment)
        return command

    return begin


def auth(script: Mapping[str, Act | Sequence[Act]]) -> dict[str, Act | Sequence[Act]]:
    return {"EHLO": b"250-relay.test\r\n250 AUTH PLAIN", **script}


FAILURES: dict[str, Failure] = {
    **{f"PubMed: {name}": source_fails(script, "pubmed") for name, script in SOURCE_FAULTS.items()},
    **{f"relay: {name}": relay_fails(script, RUNS) for name, script in RELAY_FAULTS.items()},
    "rehearsal: login refused": relay_fails(RELAY_FAULTS["login refused, quoting"], ("-v", "check")),
    "rehearsal: greeting": relay_fails(RELAY_FAULTS["greeting that quotes"], ("-v", "check")),
    "JSON logs: dot refused": relay_fails(RELAY_FAULTS["dot refused, quoting"], ("-v", "--log-format", "json", "run")),
    **{f"watcher: {name}": watcher_fails(answer) for name, answer in WATCHER_FAULTS.items()},
    **{f"store: {name}": store_fails(address, RUNS) for name, address in STORES.items()},
    "store, in status": store_fails(STORES["nobody there"], ("-v", "status", "--json")),
    "store, in db check": store_fails(STORES["nobody there"], ("-v", "db", "check")),
    "a watcher's address that is none": settings_fail("", {"LITWATCH_HEARTBEAT": f"ftp://127.0.0.1/{TOKEN}"}),
    "a watcher's address in clear": settings_fail("", {"LITWATCH_HEARTBEAT": f"http://example.org/{TOKEN}"}),
    "a watcher who is not there": settings_fail("", {"LITWATCH_HEARTBEAT": f"http://127.0.0.1:1/{TOKEN}"}),
    "a time that is none": settings_fail("", {"LITWATCH_NOW": "yesterday"}),
    "settings that are wrong": settings_fail("\nnonsense: 1\n", {}),
}


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(failure, id=name, marks=() if number % 6 == 0 else pytest.mark.long)
        for number, (name, failure) in enumerate(FAILURES.items())
    ],
)
def test_no_secret_shows_however_a_run_fails(stage: Stage, failure: Failure) -> None:
    with ExitStack() as stack:
        arguments = failure(stage, stack)
        stage.assert_nothing_shows(stage.run(*arguments))


@pytest.mark.parametrize("more", [("status", "--json"), ("log", "--methods"), ("log", "--format", "csv"), ("check",)])
def test_no_secret_shows_in_what_is_told_of_a_failed_run_later(stage: Stage, more: Sequence[str]) -> None:
    stage.server.interpose("pubmed", echo(400))
    with ScriptedRelay(auth(RELAY_FAULTS["RCPT refused, quoting"])) as relay:
        stage.write(relay.port)
        assert 1 == stage.run(*RUNS).returncode
        stage.assert_nothing_shows(stage.run(*more))


def test_there_are_forty_ways_to_fail() -> None:
    assert len(FAILURES) >= 40


@contextmanager
def planted(stage: Stage, text: str) -> Iterator[None]:
    """Put a configuration with a secret in it into place, which the command has to refuse."""
    (stage.folder / "config.yaml").write_text(text, encoding="utf-8")
    yield
    (stage.folder / "config.yaml").unlink()


@pytest.mark.parametrize(
    "line",
    [
        f"api_key: {KEY}",
        f"password: '{KEY}'",
        f"store: postgresql+psycopg://user:{DATABASE}@db/x",
        f"heartbeat: https://user:{DATABASE}@hc.example.org/",
        f"sources: {{pubmed: {{api_key: {KEY}}}}}",
        f"delivery: {{smtp: {{password: {KEY}}}}}",
    ],
)
def test_a_secret_in_the_file_is_refused_without_showing_it(stage: Stage, line: str) -> None:
    with planted(stage, f"{line}\n"):
        done = stage.run("-v", "status")
    assert 78 == done.returncode
    stage.assert_nothing_shows(done)


def test_a_secret_in_a_file_beside_it_is_not_shown(stage: Stage) -> None:
    with ScriptedRelay(auth({"dot": b"552 " + base64.b64encode(PASSWORD.encode())})) as relay:
        stage.write(relay.port)
        elsewhere = stage.folder.parent / "password-file"
        elsewhere.write_text(f"{PASSWORD}\n", encoding="utf-8")
        stage.environment = {"LITWATCH_SMTP_PASSWORD": "", "LITWATCH_SMTP_PASSWORD_FILE": str(elsewhere)}
        done = stage.run(*RUNS)
        assert LOGIN in b"".join(relay.heard)
    elsewhere.unlink()
    stage.assert_nothing_shows(done)


def test_no_argument_of_a_process_holds_a_secret() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "litwatch", "run", "--help"],
        env={"PATH": os.environ["PATH"], "NCBI_API_KEY": KEY, "LITWATCH_SMTP_PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not [form for form in forms() if form in done.stdout]
    assert not [word for word in ("password", "api-key", "token") if f"--{word}" in done.stdout]
