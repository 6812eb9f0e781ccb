"""The outbox emptied: real store, real folder, a relay that fails on cue, and a process killed at every word."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from socket import socket
from typing import Any

import pytest
from structlog.testing import capture_logs

from conftest import NOW, missing
from litwatch.config import Config
from litwatch.deliver.connection import Patience
from litwatch.deliver.deliver import Outcome, deliver
from litwatch.deliver.message import messages, recipient_hash
from litwatch.model import Attachment, Counts, Digest, Rendered
from litwatch.store import Store, open_store
from smtp_script import FIN, HANG, Act, ScriptedRelay

LABEL = "2026-W47"
TO = ("ann@example.org", "bob@example.org", "cat@example.org")
CALM = Patience(connect_s=10, command_s=10, dot_s=10)
RENDERED = Rendered(
    label=LABEL,
    subject="[litwatch] 1 new",
    html="<html><body><main><p>news</p></main></body></html>",
    text="news\n",
    json=b'{"watch": "small"}\n',
    attachments=(Attachment.of("items.csv", "text/csv", b"title\r\n"),),
)


def config(folder: Path, port: int | None, to: tuple[str, ...] = TO) -> Config:
    relay = {"host": "127.0.0.1", "port": port, "security": "none", "from": "watch@example.org", "to": list(to)}
    delivery: dict[str, Any] = {"folder": str(folder / "out")} | ({"smtp": relay} if port else {})
    return Config.model_validate(
        {
            "watch": {"id": "small", "name": "Small"},
            "search": {"concepts": {"drug": {"terms": ["ketamin*"]}, "condition": {"terms": ["migraine"]}}},
            "questions": [{"id": "Q01", "label": "Infusions"}],
            "delivery": delivery,
        }
    )


def prepare(store: Store, settings: Config, label: str = LABEL) -> None:
    digest = Digest(
        watch_id="small",
        watch_name="Small",
        label=label,
        since=None,
        until=NOW,
        generated=NOW,
        receipts=(),
        counts=Counts(),
        sections=(),
        news_ids=(),
    )
    rendered = Rendered(**{name: getattr(RENDERED, name) for name in RENDERED.__slots__} | {"label": label})
    store.outbox.prepare(digest, rendered, messages(rendered, settings, NOW), NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/litwatch.db", "small") as opened:
        yield opened


def send(store: Store, settings: Config, *, later: timedelta = timedelta(), **more: Any) -> dict[str, Outcome]:
    """Deliver once; return the outcomes by who they are for."""
    names = {recipient_hash("small", address): address[:3] for address in TO}
    outcomes = deliver(store.outbox, settings, None, lambda: NOW + later, patience=CALM, **more)
    return {names.get(outcome.recipient_hash, outcome.recipient_hash): outcome for outcome in outcomes}


def states(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {name: outcome.state for name, outcome in outcomes.items()}


def test_a_digest_reaches_the_folder_and_everybody(store: Store, tmp_path: Path) -> None:
    with ScriptedRelay() as relay:
        settings = config(tmp_path, relay.port)
        prepare(store, settings)
        outcomes = send(store, settings)

    assert {"folder": "sent", "ann": "sent", "bob": "sent", "cat": "sent"} == states(outcomes)
    assert all(outcome.attempts == 1 and outcome.left for outcome in outcomes.values())
    assert [entry.message.content for entry in store.outbox.messages()] == relay.accepted
    standing = {path.name: path.read_bytes() for path in (tmp_path / "out" / LABEL).iterdir()}
    letters = {f"{entry.message.recipient_hash}.eml": entry.message.content for entry in store.outbox.messages()}
    assert {**store.outbox.files(LABEL), **letters} == standing
    assert store.outbox.accepted() == {LABEL}
    assert send(store, settings) == {}


def test_without_a_relay_the_folder_is_the_delivery(store: Store, tmp_path: Path) -> None:
    settings = config(tmp_path, None)
    prepare(store, settings)

    assert {"folder": "sent"} == states(send(store, settings))
    assert store.outbox.accepted() == {LABEL}


def test_one_refused_recipient_costs_the_others_nothing(store: Store, tmp_path: Path) -> None:
    with ScriptedRelay({"RCPT": (b"250 ok", b"550 no such user", b"450 greylisted", b"250 ok")}) as relay:
        settings = config(tmp_path, relay.port)
        prepare(store, settings)
        first, again = send(store, settings), send(store, settings)

    assert {"folder": "sent", "ann": "sent", "bob": "refused", "cat": "prepared"} == states(first)
    assert {"cat": "sent"} == states(again)
    assert again["cat"].attempts == 2
    assert not first["bob"].left
    assert store.outbox.accepted() == {LABEL}


def test_a_folder_that_cannot_be_written_does_not_hold_up_the_mail(store: Store, tmp_path: Path) -> None:
    with ScriptedRelay() as relay:
        settings = config(tmp_path, relay.port)
        prepare(store, settings)
        (tmp_path / "out").write_text("in the way")
        first = send(store, settings)
        (tmp_path / "out").unlink()
        again = send(store, settings)

    assert {"folder": "prepared", "ann": "sent", "bob": "sent", "cat": "sent"} == states(first)
    assert "move it away" in first["folder"].answer
    assert {"folder": "sent"} == states(again)


def test_what_may_have_arrived_is_sent_again_by_later_runs_thrice_in_all_with_the_same_bytes(
    store: Store, tmp_path: Path
) -> None:
    with DropsBehindTheDot() as relay:
        settings = config(tmp_path, relay.port, TO[:1])
        prepare(store, settings)
        told = [send(store, settings) for _ in range(5)]

    assert ["unknown"] * 3 == [outcomes["ann"].state for outcomes in told if "ann" in outcomes]
    assert len(relay.accepted) == 3
    assert len(set(relay.accepted)) == 1


def test_what_may_have_arrived_is_not_sent_again_by_the_same_run(store: Store, tmp_path: Path) -> None:
    with DropsBehindTheDot() as relay:
        settings = config(tmp_path, relay.port)
        prepare(store, settings)
        drained = send(store, settings)
        prepare(store, settings, "2026-W48")
        told = deliver(store.outbox, settings, None, lambda: NOW, patience=CALM, tried=tuple(drained.values()))

    assert {"2026-W48"} == {outcome.label for outcome in told}
    assert len(relay.accepted) == 6


@pytest.mark.parametrize("down", [0, 4])
def test_a_relay_that_was_down_leaves_the_doubtful_message_all_its_attempts(
    store: Store, tmp_path: Path, down: int
) -> None:
    script: dict[str, Act] = {"MAIL": b"451 later"}
    with ScriptedRelay(script) as relay:
        settings = config(tmp_path, relay.port, TO[:1])
        prepare(store, settings)
        for _ in range(down):
            send(store, settings)
    with DropsBehindTheDot() as relay:
        settings = config(tmp_path, relay.port, TO[:1])
        for _ in range(5):
            send(store, settings)

    assert len(relay.accepted) == 3


def test_a_relay_that_is_down_for_five_days_is_given_up_and_said_so(store: Store, tmp_path: Path) -> None:
    with ScriptedRelay({"banner": FIN}) as relay:
        settings = config(tmp_path, relay.port)
        prepare(store, settings)
        first = send(store, settings, later=timedelta(days=4))
        last = send(store, settings, later=timedelta(days=5, minutes=1))

    assert {"prepared"} == {outcome.state for name, outcome in first.items() if name != "folder"}
    assert {"ann": "expired", "bob": "expired", "cat": "expired"} == states(last)
    assert not any(outcome.left for outcome in last.values())


def test_a_wrong_password_is_tried_once_a_run_and_keeps_every_message(store: Store, tmp_path: Path) -> None:
    with ScriptedRelay({"EHLO": b"250-x\r\n250 AUTH PLAIN", "AUTH": b"535 no"}) as relay:
        settings = config(tmp_path, relay.port)
        prepare(store, settings)
        smtp = settings.delivery.smtp
        assert smtp is not None
        delivery = settings.delivery.model_copy(update={"smtp": smtp.model_copy(update={"user": "watch"})})
        outcomes = send(store, settings.model_copy(update={"delivery": delivery}))

    assert {"folder": "sent", "ann": "prepared", "bob": "prepared", "cat": "prepared"} == states(outcomes)
    assert {"ann": 1, "bob": 0, "cat": 0} == {
        name: outcome.attempts for name, outcome in outcomes.items() if name != "folder"
    }
    assert len(store.outbox.waiting()) == 3


def test_a_relay_that_gives_out_halfway_does_not_starve_the_same_people(store: Store, tmp_path: Path) -> None:
    patience = Patience(connect_s=1, command_s=0.2, dot_s=0.2)
    with ScriptedRelay({"RCPT": (HANG, HANG, b"250 ok")}) as relay:
        settings = config(tmp_path, relay.port)
        prepare(store, settings)
        first = deliver(store.outbox, settings, None, lambda: NOW, patience=patience)
        again = deliver(store.outbox, settings, None, lambda: NOW + timedelta(hours=1), patience=patience)

    assert [1, 1, 1, 0] == [outcome.attempts for outcome in first]
    assert ["sent"] * 3 == [outcome.state for outcome in again]
    assert first[-1].recipient_hash == again[0].recipient_hash


def test_nobody_no_longer_among_the_recipients_gets_mail(store: Store, tmp_path: Path) -> None:
    with ScriptedRelay() as relay:
        prepare(store, config(tmp_path, relay.port))
        outcomes = send(store, config(tmp_path, relay.port, TO[:2]))

    assert {"folder": "sent", "ann": "sent", "bob": "sent"} == states(outcomes)
    assert len(relay.accepted) == 2
    assert store.outbox.accepted() == {LABEL}


def test_mail_left_over_when_the_relay_goes_from_the_configuration_is_told_and_expires(
    store: Store, tmp_path: Path
) -> None:
    prepare(store, config(tmp_path, 1))
    first = send(store, config(tmp_path, None))
    last = send(store, config(tmp_path, None), later=timedelta(days=6))

    assert {"folder": "sent", "ann": "prepared", "bob": "prepared", "cat": "prepared"} == states(first)
    assert "delivery.smtp is gone from the configuration" == first["ann"].answer
    assert {"ann": "expired", "bob": "expired", "cat": "expired"} == states(last)
    assert store.outbox.accepted() == {LABEL}


def test_a_termination_is_heeded_between_two_messages(store: Store, tmp_path: Path) -> None:
    @contextmanager
    def uncut() -> Iterator[None]:
        yield
        raise SystemExit(143)

    with ScriptedRelay() as relay:
        settings = config(tmp_path, relay.port)
        prepare(store, settings)
        with pytest.raises(SystemExit):
            send(store, settings, uncut=uncut)
        assert ["prepared", "prepared", "sent"] == sorted(entry.state for entry in store.outbox.messages())
        rest = send(store, settings)

    assert {"bob": "sent", "cat": "sent"} == states(rest)
    assert len(relay.accepted) == 3


def test_each_outcome_is_logged_without_an_address_and_says_until_when_a_message_waits(
    store: Store, tmp_path: Path
) -> None:
    with ScriptedRelay({"RCPT": (b"250 ok", b"550 no such user", b"450 greylisted")}) as relay, capture_logs() as logs:
        settings = config(tmp_path, relay.port)
        prepare(store, settings)
        outcomes = send(store, settings)

    until = NOW + timedelta(days=5)
    told = {
        "ann": ("sent", "250 2.0.0 queued"),
        "bob": ("refused", "RCPT: 550 no such user"),
        "cat": ("prepared", "RCPT: 450 greylisted"),
    }
    names = [recipient_hash("small", address) for address in TO]
    assert {
        "folder": Outcome(label=LABEL, recipient_hash="folder", state="sent", attempts=1),
        **{
            name: Outcome(label=LABEL, recipient_hash=code, state=state, attempts=1, answer=answer, until=until)  # type: ignore[arg-type]  # a table's column
            for code, (name, (state, answer)) in zip(names, told.items(), strict=True)
        },
    } == outcomes
    assert {
        code: {
            "event": "message",
            "log_level": "info" if state == "sent" else "warning",
            "label": LABEL,
            "recipient": code,
            "state": state,
            "answer": answer,
        }
        for code, (state, answer) in zip(names, told.values(), strict=True)
    } == {entry["recipient"]: entry for entry in logs}


def test_a_folder_that_cannot_be_written_is_logged_in_one_line(store: Store, tmp_path: Path) -> None:
    settings = config(tmp_path, None)
    prepare(store, settings)
    (tmp_path / "out").write_text("in the way")
    with capture_logs() as logs:
        (told,) = send(store, settings).values()

    assert (LABEL, "folder", "prepared", 1) == (told.label, told.recipient_hash, told.state, told.attempts)
    assert [{"event": "folder copy not written", "log_level": "error", "label": LABEL, "cause": told.answer}] == logs
    assert (LABEL,) == store.outbox.unwritten()


def test_each_folder_holds_the_mail_of_its_own_digest(store: Store, tmp_path: Path) -> None:
    with ScriptedRelay() as relay:
        prepare(store, config(tmp_path, relay.port, TO[:1]))
        prepare(store, config(tmp_path, relay.port, TO[1:]), "2026-W48")
        send(store, config(tmp_path, relay.port))

    ann, bob, cat = (f"{recipient_hash('small', address)}.eml" for address in TO)
    standing = {path.name: {letter.name for letter in path.glob("*.eml")} for path in (tmp_path / "out").iterdir()}
    assert {LABEL: {ann}, "2026-W48": {bob, cat}} == standing


def test_the_copy_for_who_joined_since_is_laid_into_the_folder_before_it_leaves(store: Store, tmp_path: Path) -> None:
    with ScriptedRelay({"RCPT": (b"250 ok", b"450 greylisted", b"250 ok")}) as relay:
        prepare(store, config(tmp_path, relay.port, TO[:1]))
        send(store, config(tmp_path, relay.port, TO[:1]))
        settings = config(tmp_path, relay.port, TO[:2])
        (late,) = messages(RENDERED, config(tmp_path, relay.port, TO[1:2]), NOW)
        store.outbox.queue(LABEL, late, NOW + timedelta(hours=1))
        told = [states(send(store, settings)) for _ in range(3)]

    assert [{"folder": "sent", "bob": "prepared"}, {"bob": "sent"}, {}] == told
    assert late.content == (tmp_path / "out" / LABEL / f"{late.recipient_hash}.eml").read_bytes()


def test_the_password_reaches_the_relay(store: Store, tmp_path: Path) -> None:
    with ScriptedRelay({"EHLO": b"250-x\r\n250 AUTH PLAIN"}) as relay:
        settings = config(tmp_path, relay.port, TO[:1])
        prepare(store, settings)
        smtp = settings.delivery.smtp
        assert smtp is not None
        delivery = settings.delivery.model_copy(update={"smtp": smtp.model_copy(update={"user": "watch"})})
        deliver(store.outbox, settings.model_copy(update={"delivery": delivery}), "horse", lambda: NOW, patience=CALM)

    assert b"AUTH PLAIN " + base64.b64encode(b"\0watch\0horse") + b"\r\n" in relay.heard


class DropsBehindTheDot(ScriptedRelay):
    """A relay that takes a message and hangs up instead of saying so."""

    def _act(self, connection: socket, phase: str) -> bytes:
        if phase == "dot":
            connection.shutdown(2)
            return b""
        return super()._act(connection, phase)


class Killer(ScriptedRelay):
    """A relay that kills its client (``pid``) before its n-th answer, the message in hand taken or not."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at
        self.pid = 0
        self.answers = 0

    def _act(self, connection: socket, phase: str) -> bytes:
        self.answers += 1
        if self.answers == self.at:
            os.kill(self.pid, signal.SIGKILL)
        return super()._act(connection, phase)


PROGRAM = """
import os, sys
from datetime import datetime
from litwatch.config import Config
from litwatch.deliver.deliver import deliver
from litwatch.store import open_store

input()
config = Config.model_validate_json(sys.argv[2], strict=False)
with open_store(sys.argv[1], "small") as store:
    deliver(store.outbox, config, None, lambda: datetime.fromisoformat(sys.argv[3]))
"""


def run_and_kill(folder: Path, relay: Killer, now: datetime, to: tuple[str, ...] = TO) -> bool:
    """Deliver in a process of its own, which the relay kills; tell whether it came to that."""
    settings = config(folder, relay.port, to).model_dump_json(by_alias=True)
    command = [sys.executable, "-c", PROGRAM, f"sqlite:///{folder}/litwatch.db", settings, now.isoformat()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        relay.pid = process.pid
        _, complaint = process.communicate(b"go\n")
    assert process.returncode in {0, -signal.SIGKILL}, complaint.decode()
    return process.returncode != 0


@pytest.mark.long
def test_killed_before_any_answer_of_the_relay_nobody_misses_a_message_and_one_at_most_gets_two(
    tmp_path: Path,
) -> None:
    at, died, duplicates = 0, True, []
    while died:
        at += 1
        folder = tmp_path / str(at)
        folder.mkdir()
        with Killer(at) as relay:
            settings = config(folder, relay.port)
            with open_store(f"sqlite:///{folder}/litwatch.db", "small") as store:
                prepare(store, settings)
                written = {entry.message.content for entry in store.outbox.messages()}
            died = run_and_kill(folder, relay, NOW)
            relay.at = 0
            assert not run_and_kill(folder, relay, NOW)
            with open_store(f"sqlite:///{folder}/litwatch.db", "small") as store:
                assert store.outbox.accepted() == {LABEL}
                assert not store.outbox.waiting()
        assert set(relay.accepted) == written
        duplicates.append(len(relay.accepted) - len(TO))
    assert at > 15
    assert set(duplicates) == {0, 1}


STEPS = {"pwrite64": 7, "fdatasync": 3, "fsync": 3, "unlink": 3, "sendto": 2, "recvfrom": 2, "connect": 1}


@pytest.mark.long
@pytest.mark.parametrize("call", STEPS)
def test_killed_at_any_system_call_nobody_misses_a_message_and_one_at_most_gets_two(tmp_path: Path, call: str) -> None:
    if shutil.which("strace") is None:
        missing("strace")
    at, died = 1, True
    while died:
        folder = tmp_path / str(at)
        folder.mkdir()
        with ScriptedRelay() as relay:
            settings = config(folder, relay.port)
            with open_store(f"sqlite:///{folder}/litwatch.db", "small") as store:
                prepare(store, settings)
                written = {entry.message.content for entry in store.outbox.messages()}
            died = run_under_strace(folder, relay, f"{call}:signal=KILL:when={at}")
            with open_store(f"sqlite:///{folder}/litwatch.db", "small") as store:
                send(store, settings)
                assert store.outbox.accepted() == {LABEL}
                assert not store.outbox.waiting()
        assert set(relay.accepted) == written
        assert len(relay.accepted) <= len(TO) + 1
        assert {LABEL} == {path.name for path in (folder / "out").iterdir()}
        at += STEPS[call]


def run_under_strace(folder: Path, relay: ScriptedRelay, injection: str) -> bool:
    """Deliver in a process of its own that is killed at one system call; tell whether it came to that."""
    settings = config(folder, relay.port).model_dump_json(by_alias=True)
    trace = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={injection.partition(':')[0]}"]
    program = [sys.executable, "-c", PROGRAM, f"sqlite:///{folder}/litwatch.db", settings, NOW.isoformat()]
    command = [*trace, "-e", f"inject={injection}", *program]
    done = subprocess.run(command, input=b"go\n", capture_output=True, check=False)
    if b"Operation not permitted" in done.stderr:
        missing("permission to trace a process")
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr.decode()
    return done.returncode != 0


def test_killed_behind_the_dot_again_and_again_a_reader_gets_three_copies_and_no_more(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/litwatch.db", "small") as store:
        prepare(store, config(tmp_path, 1, TO[:2]))
    copies: list[bytes] = []
    for _ in range(8):
        with Killer(6) as relay:  # at the dot, behind greeting, EHLO, MAIL, RCPT and DATA
            run_and_kill(tmp_path, relay, NOW, TO[:2])
        copies += relay.accepted

    assert [3, 3] == [copies.count(content) for content in dict.fromkeys(copies)]
