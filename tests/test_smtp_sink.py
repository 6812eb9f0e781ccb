"""What became of each message where the relay is Postfix's own test server, smtp-sink, in each of its ways to fail."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from conftest import missing
from litwatch.deliver.connection import Patience
from litwatch.deliver.smtp import Mailer
from litwatch.model import Message
from test_smtp import letter, settings

CALM = Patience(connect_s=10, command_s=20, dot_s=20)
UNPACKED = Path(__file__).parent.parent / "build" / "postfix"

# The way the server is told to behave, and what each message has come to. The dot is where it may have arrived.
MODES: dict[str, tuple[tuple[str, ...], str]] = {
    "takes everything": ((), "sent"),
    "without ESMTP": (("-e",), "sent"),
    "without 8BITMIME, login, pipelining, DSN and status codes": (("-8", "-a", "-p", "-N", "-E"), "sent"),
    "behind a PIX": (("-P",), "sent"),
    "slow to answer DATA": (("-w", "1"), "sent"),
    "slow to answer the dot": (("-W", ".:1"), "sent"),
    "slow to read, with a small window": (("-H", "1", "-T", "1024"), "sent"),
    "refuses the connection for good": (("-f", "CONNECT"), "refused"),
    "refuses the connection for now": (("-r", "CONNECT"), "not_sent"),
    "hangs up on the connection": (("-q", "CONNECT"), "not_sent"),
    "421 on the connection": (("-Q", "CONNECT"), "not_sent"),
    "knows no EHLO": (("-f", "EHLO"), "sent"),
    "no EHLO for now": (("-r", "EHLO"), "not_sent"),
    "hangs up on EHLO": (("-q", "EHLO"), "not_sent"),
    "421 on EHLO": (("-Q", "EHLO"), "not_sent"),
    "refuses MAIL for good": (("-f", "MAIL"), "refused"),
    "refuses MAIL for now": (("-r", "MAIL"), "not_sent"),
    "hangs up on MAIL": (("-q", "MAIL"), "not_sent"),
    "421 on MAIL": (("-Q", "MAIL"), "not_sent"),
    "refuses RCPT for good": (("-f", "RCPT"), "refused"),
    "refuses RCPT for now": (("-r", "RCPT"), "not_sent"),
    "refuses RCPT for now, in words of its own": (("-r", "RCPT", "-b", "451 4.7.1 Greylisted"), "not_sent"),
    "refuses RCPT for good, in words of its own": (("-f", "RCPT", "-B", "550 5.1.1 No such user"), "refused"),
    "hangs up on RCPT": (("-q", "RCPT"), "not_sent"),
    "421 on RCPT": (("-Q", "RCPT"), "not_sent"),
    "refuses DATA for good": (("-f", "DATA"), "refused"),
    "refuses DATA for now": (("-r", "DATA"), "not_sent"),
    "hangs up on DATA": (("-q", "DATA"), "not_sent"),
    "421 on DATA": (("-Q", "DATA"), "not_sent"),
    "refuses the dot for good": (("-f", "."), "refused"),
    "refuses the dot for now": (("-r", "."), "not_sent"),
    "hangs up on the dot": (("-q", "."), "unknown"),
    "421 on the dot": (("-Q", "."), "not_sent"),
    "refuses in the middle of DATA": (("-A", "0"), "refused unknown not_sent"),  # as far as the client has come
    "refuses RSET": (("-f", "RSET"), "sent"),
    "hangs up on RSET": (("-q", "RSET"), "sent"),
    "421 on RSET": (("-Q", "RSET"), "sent"),
    "hangs up on QUIT": (("-q", "QUIT"), "sent"),
    "421 on QUIT": (("-Q", "QUIT"), "sent"),
    "refuses QUIT": (("-f", "QUIT"), "sent"),
}


@pytest.fixture(scope="module")
def program() -> tuple[str, dict[str, str]]:
    """Return smtp-sink and the environment it runs in: the system's, or the one that .ci/run unpacked."""
    installed = shutil.which("smtp-sink", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    unpacked = UNPACKED / "usr/sbin/smtp-sink"
    if installed:
        return installed, dict(os.environ)
    if not unpacked.exists():
        missing("smtp-sink (Postfix)")
    return str(unpacked), {**os.environ, "LD_LIBRARY_PATH": str(UNPACKED / "usr/lib/postfix")}


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def sink(
    program: tuple[str, dict[str, str]], folder: Path, mode: Sequence[str], port: int | None = None
) -> Iterator[int]:
    """Run smtp-sink in ``mode``, its dump of each message in ``folder``, and yield its port."""
    port = port or free_port()
    path, environment = program
    folder.mkdir(exist_ok=True)
    user = ("-u", "root") if os.getuid() == 0 else ()
    command = [path, *user, *mode, "-d", f"{folder}/m.", f"127.0.0.1:{port}", "60"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(10)


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    """Return once somebody listens. A connection would count as one: the kernel's table is asked."""
    wanted = f"0100007F:{port:04X}"
    for _ in range(600):
        rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
        if any(row[1] == wanted and row[3] == "0A" for row in rows):
            return
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.05)
    raise AssertionError("smtp-sink does not listen")


def letters(count: int) -> list[Message]:
    return [letter(f"reader{number}@example.org") for number in range(count)]


def arrived(folder: Path) -> list[str]:
    """Return the recipients of the messages that the server took whole, each time it did."""
    found = []
    for path in sorted(folder.iterdir()):
        text = path.read_text(encoding="utf-8", errors="replace")
        if ".dotted" in text:
            found += [
                line.partition("<")[2].rstrip(">") for line in text.splitlines() if line.startswith("X-Rcpt-Args")
            ]
    return sorted(found)


def try_all(port: int, waiting: Sequence[Message]) -> dict[str, str]:
    with Mailer(settings(port), None, CALM) as mailer:
        return {message.recipient: mailer.send(message).state for message in waiting}


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(("mode", "state"), MODES.values(), ids=MODES.keys())
def test_each_mode_is_told_for_what_it_means_and_mended_by_a_retry(
    program: tuple[str, dict[str, str]], tmp_path: Path, mode: Sequence[str], state: str, count: int
) -> None:
    check(program, tmp_path, mode, state, count)


@pytest.mark.long
@pytest.mark.parametrize(("mode", "state"), MODES.values(), ids=MODES.keys())
def test_each_mode_is_told_for_what_it_means_to_fifty(
    program: tuple[str, dict[str, str]], tmp_path: Path, mode: Sequence[str], state: str
) -> None:
    check(program, tmp_path, mode, state, 50)


def check(program: tuple[str, dict[str, str]], tmp_path: Path, mode: Sequence[str], state: str, count: int) -> None:
    waiting = letters(count)
    with sink(program, tmp_path / "failing", mode) as port:
        told = try_all(port, waiting)
    # A relay that cannot be reached is not asked again for each of many: those are kept without an attempt.
    assert {told[message.recipient] for message in waiting[:2]} <= set(state.split())
    assert set(told.values()) <= {*state.split(), "not_sent"}
    if state == "sent":
        assert sorted(told) == arrived(tmp_path / "failing")

    left = [message for message in waiting if told[message.recipient] in {"not_sent", "unknown"}]
    with sink(program, tmp_path / "mended", ()) as port:
        assert {"sent"} >= set(try_all(port, left).values())
    assert sorted(message.recipient for message in left) == arrived(tmp_path / "mended")
