"""What became of a message, for every way in which a mail relay can fail."""

from __future__ import annotations

import asyncio
import base64
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from litwatch.config import Smtp
from litwatch.deliver.connection import Patience, is_done, is_final, is_passing
from litwatch.deliver.smtp import PER_CONNECTION, Mailer
from litwatch.errors import DeliveryError
from litwatch.model import Delivered, Message
from loopback import never_accepting
from smtp_script import FIN, GOOD, HANG, RST, Act, ScriptedRelay

# aiosmtpd 1.4.6 calls what asyncio and warnings have deprecated; it is the other side of the wire, not ours to mend.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd"),
    # It does not see the TLS that asyncio puts under it where the connection is encrypted from the first byte.
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning:aiosmtpd"),
]

BRISK = Patience(connect_s=0.5, command_s=0.5, dot_s=0.7)  # where the relay hangs
CALM = Patience(connect_s=10, command_s=10, dot_s=10)  # where it answers, however busy the machine
CONTENT = b"Subject: news\r\n\r\nbody\r\n.dotted\r\n"
STUFFED = len(CONTENT) + 1  # the leading dot is doubled
SECRET = "correct horse"
USER = "watch"


def settings(port: int, **more: Any) -> Smtp:
    values = {"host": "127.0.0.1", "port": port, "security": "none", "from": "watch@example.org", "to": ["a@b.org"]}
    return Smtp.model_validate(values | more)


def letter(recipient: str = "ann@example.org", content: bytes = CONTENT) -> Message:
    return Message(
        recipient=recipient,
        recipient_hash=f"{recipient[:3]:0<16}",
        message_id=f"<{recipient}>",
        date=datetime(2026, 11, 16, 6, tzinfo=UTC),
        subject="news",
        content=content,
    )


RECIPIENTS = ("ann@example.org", "bob@example.org", "cat@example.org")
LARGE = CONTENT + b"x" * 70 + b"\r\n" * 1 + (b"y" * 70 + b"\r\n") * 110_000

MATRIX: dict[str, tuple[dict[str, Act], str]] = {
    "greeting FIN": ({"banner": FIN}, "not_sent"),
    "greeting reset": ({"banner": RST}, "not_sent"),
    "greeting hang": ({"banner": HANG}, "not_sent"),
    "greeting 421": ({"banner": b"421 too busy"}, "not_sent"),
    "greeting 554": ({"banner": b"554 no service for you"}, "refused"),
    "greeting garbage": ({"banner": b"SSH-2.0-OpenSSH_9.2"}, "not_sent"),
    "EHLO 421": ({"EHLO": b"421 closing"}, "not_sent"),
    "EHLO FIN": ({"EHLO": FIN}, "not_sent"),
    "EHLO unknown, HELO known": ({"EHLO": b"502 what?"}, "sent"),
    "EHLO and HELO unknown": ({"EHLO": b"502 what?", "HELO": b"502 what?"}, "not_sent"),
    "MAIL 452": ({"MAIL": b"452 full"}, "not_sent"),
    "MAIL 421": ({"MAIL": b"421 closing"}, "not_sent"),
    "MAIL 552": ({"MAIL": b"552 over quota"}, "refused"),
    "MAIL 530, a login is missing": ({"MAIL": b"530 log in first"}, "not_sent"),
    "MAIL reset": ({"MAIL": RST}, "not_sent"),
    "MAIL hang": ({"MAIL": HANG}, "not_sent"),
    "MAIL garbage": ({"MAIL": b"???"}, "not_sent"),
    "RCPT 450": ({"RCPT": b"450 greylisted"}, "not_sent"),
    "RCPT 550": ({"RCPT": b"550 no such user"}, "refused"),
    "RCPT 251, forwarded": ({"RCPT": b"251 will forward"}, "sent"),
    "RCPT FIN": ({"RCPT": FIN}, "not_sent"),
    "DATA 451": ({"DATA": b"451 later"}, "not_sent"),
    "DATA 554": ({"DATA": b"554 no valid recipients"}, "refused"),
    "DATA 250 instead of 354": ({"DATA": b"250 fine"}, "not_sent"),
    "DATA FIN": ({"DATA": FIN}, "not_sent"),
    "DATA hang": ({"DATA": HANG}, "not_sent"),
    "dot 451": ({"dot": b"451 later"}, "not_sent"),
    "dot 421": ({"dot": b"421 closing"}, "not_sent"),
    "dot 552": ({"dot": b"552 too big"}, "refused"),
    "dot 554": ({"dot": b"554 looks like spam"}, "refused"),
    "dot FIN": ({"dot": FIN}, "unknown"),
    "dot reset": ({"dot": RST}, "unknown"),
    "dot hang": ({"dot": HANG}, "unknown"),
    "dot garbage": ({"dot": b"yes, dear"}, "unknown"),
    "dot 354": ({"dot": b"354 go on"}, "unknown"),
    "dot half an answer": ({"dot": b"250-queued as"}, "unknown"),
    "dot endless line": ({"dot": b"250 " + b"x" * 9000}, "unknown"),
    "RSET 502": ({"RSET": b"502 what?"}, "sent"),
    "RSET FIN": ({"RSET": FIN}, "sent"),
    "RSET hang": ({"RSET": HANG}, "sent"),
    "QUIT FIN": ({"QUIT": FIN}, "sent"),
    "QUIT reset": ({"QUIT": RST}, "sent"),
    "QUIT hang": ({"QUIT": HANG}, "sent"),
    "QUIT 421": ({"QUIT": b"421 bye"}, "sent"),
    "QUIT garbage": ({"QUIT": b"so long"}, "sent"),
    "nothing": ({}, "sent"),
}


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(("script", "state"), MATRIX.values(), ids=MATRIX.keys())
def test_each_fault_of_the_relay_is_told_for_what_it_means(script: dict[str, Act], state: str, count: int) -> None:
    patience = BRISK if HANG in script.values() or state == "unknown" else CALM
    with ScriptedRelay(script) as relay:
        began = time.monotonic()
        with Mailer(settings(relay.port), None, patience) as mailer:
            told = [mailer.send(letter(recipient)) for recipient in RECIPIENTS[:count]]
        assert time.monotonic() - began < 15

    assert [state] * count == [delivered.state for delivered in told], told
    if state != "unknown":
        assert len(relay.accepted) == (count if state == "sent" else 0)
    assert set(relay.accepted) <= {CONTENT}
    assert all(delivered.answer for delivered in told)


def test_a_relay_that_refuses_the_connection_keeps_the_message() -> None:
    with ScriptedRelay() as relay:
        port = relay.port
    with Mailer(settings(port), None, CALM) as mailer:
        assert "not_sent" == mailer.send(letter()).state


@pytest.mark.parametrize("act", [FIN, RST])
def test_a_connection_lost_amid_a_large_message_is_not_sent(act: Act) -> None:
    with ScriptedRelay({"body": act}) as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        assert "not_sent" == mailer.send(letter(content=LARGE)).state


def test_a_relay_that_stops_reading_a_large_message_is_not_waited_for_for_ever() -> None:
    with ScriptedRelay({"body": HANG}) as relay, Mailer(settings(relay.port), None, BRISK) as mailer:
        assert "not_sent" == mailer.send(letter(content=LARGE)).state


def test_a_connection_lost_amid_a_small_message_never_counts_as_sent_or_refused() -> None:
    with ScriptedRelay({"body": RST}) as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        assert mailer.send(letter()).state in {"not_sent", "unknown"}


def test_each_recipient_has_an_outcome_of_its_own() -> None:
    answers = (b"450 greylisted", b"550 no such user", b"250 ok")
    with ScriptedRelay({"RCPT": answers}) as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        told = [mailer.send(letter(recipient)).state for recipient in RECIPIENTS]

    assert ["not_sent", "refused", "sent"] == told
    assert len(relay.accepted) == 1


@pytest.mark.parametrize("act", [FIN, RST, HANG, b"421 idle too long", b"500 what?"])
def test_a_connection_gone_stale_between_two_messages_costs_the_second_nothing(act: Act) -> None:
    with ScriptedRelay({"RSET": act}) as relay, Mailer(settings(relay.port), None, BRISK) as mailer:
        told = [mailer.send(letter(recipient)).state for recipient in RECIPIENTS]

    assert ["sent"] * 3 == told
    assert relay.connections == 3


@pytest.mark.parametrize(("answer", "state"), [(b"451 later", "not_sent"), (b"yes, dear", "unknown")])
def test_an_error_on_one_message_opens_a_fresh_connection_for_the_next(answer: bytes, state: str) -> None:
    script = {"dot": (answer, b"250 ok")}
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        told = [mailer.send(letter(recipient)).state for recipient in RECIPIENTS]

    assert [state, "sent", "sent"] == told
    assert relay.connections == 2
    assert 2 == relay.commands.count("QUIT")


def test_who_is_interrupted_says_nothing_more_to_the_relay() -> None:
    def interrupted(mailer: Mailer) -> None:
        assert "sent" == mailer.send(letter()).state
        raise KeyboardInterrupt

    with ScriptedRelay() as relay:
        with pytest.raises(KeyboardInterrupt), Mailer(settings(relay.port), None, CALM) as mailer:
            interrupted(mailer)
        assert "QUIT" not in relay.commands


def test_one_connection_carries_fifty_messages_with_rset_between() -> None:
    with ScriptedRelay() as relay:
        with Mailer(settings(relay.port), None, CALM) as mailer:
            assert all(mailer.send(letter()).state == "sent" for _ in range(PER_CONNECTION + 1))
        commands = relay.commands

    assert relay.connections == 2
    assert commands.count("RSET") == PER_CONNECTION - 1
    assert commands.count("QUIT") == 2


def test_a_relay_that_is_down_is_not_asked_again_for_each_of_many_recipients() -> None:
    with ScriptedRelay({"banner": FIN}) as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        told = [mailer.send(letter()).state for _ in range(20)]

    assert ["not_sent"] * 20 == told
    assert relay.connections == 2


def test_a_relay_that_fails_now_and_then_is_asked_again() -> None:
    script: dict[str, Act | Sequence[Act]] = {
        "banner": (GOOD["banner"], FIN, GOOD["banner"]),
        "dot": (b"451 later", b"250 ok"),
    }
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        told = [mailer.send(letter()).state for _ in range(3)]

    assert ["not_sent", "not_sent", "sent"] == told
    assert relay.connections == 3


@pytest.mark.parametrize(("phase", "state"), [("MAIL", "not_sent"), ("DATA", "not_sent"), ("dot", "unknown")])
def test_a_relay_that_falls_silent_is_not_waited_for_once_per_recipient(phase: str, state: str) -> None:
    with ScriptedRelay({phase: HANG}) as relay, Mailer(settings(relay.port), None, BRISK) as mailer:
        told = [mailer.send(letter()) for _ in range(20)]

    assert [state, state, *["not_sent"] * 18] == [delivered.state for delivered in told]
    assert "the relay has stopped answering" in told[-1].answer
    assert relay.connections == 2


def test_one_silence_among_answers_stops_nothing() -> None:
    script = {"dot": (HANG, b"250 ok", HANG, b"250 ok")}
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port), None, BRISK) as mailer:
        told = [mailer.send(letter()).state for _ in range(5)]

    assert ["unknown", "sent", "unknown", "sent", "sent"] == told


@pytest.mark.parametrize("limit", [1, 20, STUFFED - 1])
def test_a_message_above_the_size_the_relay_takes_is_refused_before_it_leaves(limit: int) -> None:
    script = {"EHLO": b"250-relay.test\r\n250 SIZE %d" % limit}
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        delivered = mailer.send(letter())

    assert Delivered(state="refused", answer=f"the message has {STUFFED} bytes, the relay takes {limit}") == delivered
    assert "MAIL" not in relay.commands


def test_content_without_a_last_line_end_gets_one() -> None:
    with ScriptedRelay() as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        assert "sent" == mailer.send(letter(content=b"Subject: x\r\n\r\nopen end")).state

    assert [b"Subject: x\r\n\r\nopen end\r\n"] == relay.accepted


@pytest.mark.parametrize("limit", [b"0", b"", b"%d" % STUFFED, b"9" * 5000, b"much"])
def test_a_relay_that_takes_the_size_is_told_it(limit: bytes) -> None:
    script = {"EHLO": b"250-relay.test\r\n250 SIZE " + limit}
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        assert "sent" == mailer.send(letter()).state

    assert f"mail from:<watch@example.org> size={STUFFED}\r\n".encode() in b"".join(relay.heard).lower()


def test_a_relay_that_asks_for_no_size_is_told_none() -> None:
    with ScriptedRelay({"EHLO": b"250 relay.test"}) as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        assert "sent" == mailer.send(letter()).state

    assert b"mail from:<watch@example.org>\r\n" in b"".join(relay.heard).lower()


@pytest.mark.parametrize(("answer", "state"), [(b"250 ok", "sent"), (b"554 no", "refused")])
def test_the_answer_to_the_dot_may_take_longer_than_a_command(answer: bytes, state: str) -> None:
    patience = Patience(connect_s=0.5, command_s=0.3, dot_s=5)
    with LateRelay(0.4, answer) as relay, Mailer(settings(relay.port), None, patience) as mailer:
        assert [state] * 3 == [mailer.send(letter(recipient)).state for recipient in RECIPIENTS]


def test_a_relay_that_answers_later_to_each_is_not_taken_for_silent() -> None:
    script = {"RCPT": (*[b"450 greylisted"] * 3, b"250 ok")}
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        told = [mailer.send(letter()).state for _ in range(4)]

    assert ["not_sent"] * 3 + ["sent"] == told


def test_behind_an_answer_to_the_dot_a_command_is_not_waited_for_that_long() -> None:
    script = {"MAIL": (b"250 ok", HANG)}
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port), None, BRISK) as mailer:
        told = [mailer.send(letter(recipient)) for recipient in RECIPIENTS[:2]]

    assert [("sent", "250 2.0.0 queued"), ("not_sent", "no answer in time")] == [
        (delivered.state, delivered.answer) for delivered in told
    ]


class LateRelay(ScriptedRelay):
    """A relay that thinks before it answers the dot."""

    def __init__(self, seconds: float, answer: bytes) -> None:
        super().__init__({"dot": answer})
        self._seconds = seconds

    def _act(self, connection: socket.socket, phase: str) -> bytes:
        if phase == "dot":
            self._closing.wait(self._seconds)
        return super()._act(connection, phase)


def test_what_a_relay_quotes_of_the_login_is_masked() -> None:
    quoted = base64.b64encode(f"\0{USER}\0{SECRET}".encode())
    script = auth(b"PLAIN") | {"RCPT": b"450 you said " + SECRET.encode() + b" and AUTH PLAIN " + quoted}
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port, user=USER), SECRET, CALM) as mailer:
        assert "RCPT: 450 you said *** and AUTH PLAIN ***" == mailer.send(letter()).answer


def test_answers_are_one_clean_line_without_the_recipients_address() -> None:
    script = {"RCPT": b"550-5.1.1 <Ann@Example.org>\r\n550 \x1b[31mno such\x07 user"}
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        delivered = mailer.send(letter())

    assert "RCPT: 550 5.1.1 <[recipient]> [31mno such user" == delivered.answer


# --- greeting, encryption, login --------------------------------------------------------------------------------------


def auth(offered: bytes) -> dict[str, Act]:
    return {"EHLO": b"250-relay.test\r\n250 AUTH " + offered}


@pytest.mark.parametrize("password", [SECRET, "pässwörd", "пароль", "a\\b\"c'd %s"])
@pytest.mark.parametrize("mechanism", [b"PLAIN LOGIN", b"CRAM-MD5 PLAIN", b"plain"])
def test_a_password_goes_out_as_utf_8(password: str, mechanism: bytes) -> None:
    with ScriptedRelay(auth(mechanism)) as relay, Mailer(settings(relay.port, user=USER), password, CALM) as mailer:
        assert "sent" == mailer.send(letter()).state

    line = next(line for line in relay.heard if line.startswith(b"AUTH"))
    assert base64.b64decode(line.split(b" ")[2]).decode() == f"\0{USER}\0{password}"


STEP = base64.b64encode(SECRET.encode())


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [(b"334 UGFzc3dvcmQ6", b"235 welcome", "sent"), (b"334 x", b"535 no", "not_sent"), (b"535 no", b"", "not_sent")],
)
def test_login_in_two_steps_is_spoken_where_plain_is_not_offered(first: bytes, second: bytes, state: str) -> None:
    script = auth(b"LOGIN") | {"AUTH": first, STEP[:4].decode().upper(): second}
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port, user=USER), SECRET, CALM) as mailer:
        assert state == mailer.send(letter()).state

    assert b"AUTH LOGIN " + base64.b64encode(USER.encode()) + b"\r\n" in relay.heard
    assert (STEP + b"\r\n" in relay.heard) == bool(second)


def test_a_password_never_crosses_a_network_in_the_clear() -> None:
    with ScriptedRelay(auth(b"PLAIN")) as relay:
        # The configuration refuses this; the sender does not rely on it.
        elsewhere = settings(relay.port, user=USER).model_copy(update={"host": "127.1"})
        with Mailer(elsewhere, SECRET, CALM) as mailer:
            told = [mailer.send(letter()) for _ in range(2)]

    assert [Delivered(state="not_sent", answer="a password is sent over TLS only")] * 2 == told
    assert ["EHLO"] == relay.commands


LOGIN_FAILED = "login: {}; check user and LITWATCH_SMTP_PASSWORD"
NO_LOGIN = "the relay offers no login by password (AUTH PLAIN or LOGIN)"
LOGINS: dict[str, tuple[dict[str, Act], str | None, int, str]] = {
    "refused": (
        auth(b"PLAIN") | {"AUTH": b"535 5.7.8 bad AHdhdGNoAGNvcnJlY3QgaG9yc2U="},
        SECRET,
        1,
        LOGIN_FAILED.format(535),
    ),
    "too weak": (auth(b"PLAIN") | {"AUTH": b"534 5.7.9 mechanism too weak"}, SECRET, 1, LOGIN_FAILED.format(534)),
    "no password": (
        auth(b"PLAIN"),
        None,
        1,
        "no password; set LITWATCH_SMTP_PASSWORD or LITWATCH_SMTP_PASSWORD_FILE",
    ),
    "none offered": ({}, SECRET, 1, NO_LOGIN),
    "none that sends a password": (auth(b"GSSAPI XOAUTH2"), SECRET, 1, NO_LOGIN),
    "temporarily not": (auth(b"PLAIN") | {"AUTH": b"454 4.7.0 later"}, SECRET, 2, LOGIN_FAILED.format(454)),
    "dropped": (auth(b"PLAIN") | {"AUTH": FIN}, SECRET, 2, "Connection unexpectedly closed"),
}


@pytest.mark.parametrize(("script", "password", "connections", "says"), LOGINS.values(), ids=LOGINS.keys())
def test_a_login_that_fails_keeps_every_message_and_is_not_tried_all_night(
    script: dict[str, Act], password: str | None, connections: int, says: str
) -> None:
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port, user=USER), password, CALM) as mailer:
        told = [mailer.send(letter(recipient)) for recipient in RECIPIENTS]

    assert [Delivered(state="not_sent", answer=says)] * 3 == told
    assert relay.connections == connections
    assert "MAIL" not in relay.commands


@pytest.mark.parametrize("phase", ["MAIL", "RCPT"])
@pytest.mark.parametrize("code", [530, 535])
def test_a_login_that_is_missed_later_keeps_every_message_too(phase: str, code: int) -> None:
    with ScriptedRelay({phase: b"%d log in first" % code}) as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        told = [mailer.send(letter(recipient)) for recipient in RECIPIENTS]

    says = f"{phase}: {code} log in first; check user and LITWATCH_SMTP_PASSWORD"
    assert [Delivered(state="not_sent", answer=says)] * 3 == told
    assert relay.connections == 1


NO_TLS = "the relay does not offer STARTTLS, and mail never goes out in the clear"
OFFERED = b"250-relay.test\r\n250-STARTTLS\r\n250 AUTH PLAIN"
STRIPPED: dict[str, tuple[dict[str, Act], str, int]] = {
    "not offered": ({"EHLO": b"250-relay.test\r\n250 AUTH PLAIN"}, NO_TLS, 1),
    "EHLO unknown": ({"EHLO": b"502 what?"}, NO_TLS, 1),
    "offered, then 454": ({"EHLO": OFFERED, "STAR": b"454 later"}, "STARTTLS: 454 later", 2),
    "offered, then 250": ({"EHLO": OFFERED, "STAR": b"250 as you like"}, "STARTTLS: 250 as you like", 2),
    "offered, then FIN": ({"EHLO": OFFERED, "STAR": FIN}, "Connection unexpectedly closed", 2),
    "offered, then clear text": ({"EHLO": OFFERED, "STAR": b"220 go\r\n250"}, ".*wrong version number.*", 2),
}


@pytest.mark.parametrize(("script", "says", "connections"), STRIPPED.values(), ids=STRIPPED.keys())
def test_without_encryption_nothing_of_login_or_mail_leaves(
    script: dict[str, Act], says: str, connections: int
) -> None:
    with (
        ScriptedRelay(script) as relay,
        Mailer(settings(relay.port, security="starttls", user=USER), SECRET, BRISK) as mailer,
    ):
        told = [mailer.send(letter()) for _ in range(3)]

    assert {"not_sent"} == {delivered.state for delivered in told}
    assert re.fullmatch(says, told[0].answer)
    assert relay.connections == connections
    heard = b"".join(relay.heard)
    assert {"EHLO", "HELO", "STARTTLS"} >= {verb for verb in relay.commands if verb.isalpha()}
    for private in (b"ann@example.org", b"watch@example.org", b"AUTH", b"news", base64.b64encode(SECRET.encode())):
        assert private not in heard


def test_a_relay_that_shakes_no_hands_is_not_waited_for_for_ever() -> None:
    secure = {"security": "tls"}
    with ScriptedRelay({"banner": HANG}) as relay, Mailer(settings(relay.port, **secure), None, BRISK) as mailer:
        assert Delivered(state="not_sent", answer="no answer in time") == mailer.send(letter())


class Postbox:
    """Keeps what a real relay accepted and who logged in."""

    def __init__(self) -> None:
        self.mail: list[tuple[str, list[str], bytes]] = []
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        self.mail.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 kept"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == SECRET.encode(), handled=False)


@contextmanager
def relay_with(certificate: trustme.LeafCert, postbox: Postbox, *, implicit: bool = False) -> Iterator[int]:
    """Run a real SMTP server with TLS on loopback, and yield its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        return SMTP(
            postbox,
            loop=loop,
            tls_context=None if implicit else context,
            require_starttls=not implicit,
            auth_require_tls=not implicit,
            auth_required=True,
            authenticator=postbox.authenticate,
        )

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opening = loop.create_server(protocol, "127.0.0.1", 0, ssl=context if implicit else None)
    server = asyncio.run_coroutine_threadsafe(opening, loop).result()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(_settled(loop), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _settled(loop: asyncio.AbstractEventLoop) -> None:
    """Let the connections' tasks end."""
    rest = [task for task in asyncio.all_tasks(loop) if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_out_over_verified_tls_with_a_login(authority: trustme.CA, ca_file: Path, security: str) -> None:
    postbox = Postbox()
    with relay_with(authority.issue_cert("127.0.0.1"), postbox, implicit=security == "tls") as port:
        smtp = settings(port, security=security, user=USER, ca_file=ca_file)
        with Mailer(smtp, SECRET, CALM) as mailer:
            assert mailer.rehearse()
            assert postbox.mail == []
            told = [mailer.send(letter(recipient)).state for recipient in RECIPIENTS]

    assert ["sent"] * 3 == told
    assert [("watch@example.org", [recipient], CONTENT) for recipient in RECIPIENTS] == postbox.mail
    assert {(USER.encode(), SECRET.encode())} == set(postbox.logins)


def certificates(authority: trustme.CA) -> dict[str, tuple[trustme.LeafCert, bool]]:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    return {
        "of an unknown authority": (trustme.CA().issue_cert("127.0.0.1"), True),
        "not configured as trusted": (authority.issue_cert("127.0.0.1"), False),
        "of another host": (authority.issue_cert("relay.example.org"), True),
        "expired": (authority.issue_cert("127.0.0.1", not_after=yesterday), True),
    }


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    "which", ["of an unknown authority", "not configured as trusted", "of another host", "expired"]
)
def test_a_certificate_that_does_not_verify_stops_everything(
    authority: trustme.CA, ca_file: Path, which: str, security: str
) -> None:
    certificate, trusted = certificates(authority)[which]
    postbox = Postbox()
    with relay_with(certificate, postbox, implicit=security == "tls") as port:
        smtp = settings(port, security=security, user=USER, ca_file=ca_file if trusted else None)
        with Mailer(smtp, SECRET, CALM) as mailer:
            told = mailer.send(letter())
            with pytest.raises(DeliveryError, match="certificate does not verify") as raised:
                mailer.rehearse()

    assert raised.value.permanent
    assert "not_sent" == told.state
    assert "certificate does not verify" in told.answer
    assert (postbox.mail, postbox.logins) == ([], [])


def test_a_wrong_password_is_told_without_it(authority: trustme.CA, ca_file: Path) -> None:
    postbox = Postbox()
    with (
        relay_with(authority.issue_cert("127.0.0.1"), postbox) as port,
        Mailer(settings(port, security="starttls", user=USER, ca_file=ca_file), "wrong", CALM) as mailer,
        pytest.raises(DeliveryError, match="login: 535; check user and LITWATCH_SMTP_PASSWORD"),
    ):
        mailer.rehearse()

    assert [(USER.encode(), b"wrong")] == postbox.logins


def test_a_missing_or_broken_ca_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("not a certificate")
    with ScriptedRelay({"EHLO": b"250-relay.test\r\n250 STARTTLS"}) as relay:
        for path, why in (
            (tmp_path / "none.pem", "No such file or directory"),
            (broken, "no certificate or crl found"),
        ):
            with (
                Mailer(settings(relay.port, security="starttls", ca_file=path), None, CALM) as mailer,
                pytest.raises(DeliveryError, match=f": ca_file: {path}: .*{why}") as raised,
            ):
                mailer.rehearse()
            assert raised.value.permanent


def test_a_rehearsal_greets_and_sends_nothing() -> None:
    script: dict[str, Act] = {"EHLO": b"250-relay.test at your service\r\n250 AUTH PLAIN"}
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port, user=USER), SECRET, CALM) as mailer:
        assert "relay.test at your service" == mailer.rehearse()

    assert ["EHLO", "AUTH", "QUIT"] == relay.commands


def test_a_relay_of_the_old_kind_is_named_by_its_own_greeting() -> None:
    with ScriptedRelay({"EHLO": b"502 what?"}) as relay, Mailer(settings(relay.port), None, CALM) as mailer:
        assert "relay.test" == mailer.rehearse()

    assert ["EHLO", "HELO", "QUIT"] == relay.commands


@pytest.mark.parametrize("act", [FIN, HANG, b"421 busy", b"554 go away"])
def test_a_rehearsal_that_fails_names_the_relay(act: Act) -> None:
    with (
        ScriptedRelay({"banner": act}) as relay,
        Mailer(settings(relay.port), None, BRISK) as mailer,
        pytest.raises(DeliveryError, match=f"^127.0.0.1:{relay.port}: "),
    ):
        mailer.rehearse()


@pytest.mark.parametrize("code", [0, 199, 200, 299, 300, 399, 400, 499, 500, 599, 600])
def test_the_first_digit_of_a_code_says_what_it_means(code: int) -> None:
    assert (code // 100 == 2, code // 100 == 4, code // 100 == 5) == (is_done(code), is_passing(code), is_final(code))


CAUSES: dict[str, tuple[dict[str, Act], str]] = {
    "greeting": ({"banner": b"421 too busy"}, "greeting: 421 too busy"),
    "EHLO": ({"EHLO": b"421 closing"}, "EHLO: 421 closing"),
    "HELO": ({"EHLO": b"502 what?", "HELO": b"450 later"}, "EHLO: 450 later"),
    "MAIL": ({"MAIL": b"452 full"}, "MAIL: 452 full"),
    "RCPT": ({"RCPT": b"450 greylisted"}, "RCPT: 450 greylisted"),
    "DATA": ({"DATA": b"451 later"}, "DATA: 451 later"),
    "the dot": ({"dot": b"451 4.3.0 later"}, "451 4.3.0 later"),
    "silence": ({"MAIL": HANG}, "no answer in time"),
    "a reset": ({"MAIL": RST}, "connection reset by peer"),
    "the end": ({"MAIL": FIN}, "Connection unexpectedly closed"),
    "another protocol": ({"banner": b"SSH-2.0-OpenSSH_9.2"}, "greeting: -1 2.0-OpenSSH_9.2"),
}


@pytest.mark.parametrize(("script", "says"), CAUSES.values(), ids=CAUSES.keys())
def test_what_ended_a_connection_is_told_in_words(script: dict[str, Act], says: str) -> None:
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port), None, BRISK) as mailer:
        assert says == mailer.send(letter()).answer


def test_a_long_answer_is_cut_and_what_is_no_text_in_it_is_marked() -> None:
    with (
        ScriptedRelay({"RCPT": b"450 \xff " + b"x" * 300}) as relay,
        Mailer(settings(relay.port), None, CALM) as mailer,
    ):
        assert f"RCPT: 450 \ufffd {'x' * 198}" == mailer.send(letter()).answer


@pytest.mark.parametrize(
    ("script", "state", "says"),
    [
        ({"dot": FIN}, "unknown", "Connection unexpectedly closed"),
        ({"dot": RST}, "unknown", "connection reset by peer"),
        ({"dot": HANG}, "unknown", "no answer in time"),
        ({"body": RST}, "not_sent", "connection reset by peer"),
        ({"body": HANG}, "not_sent", "no answer in time"),
    ],
)
def test_what_ended_a_connection_amid_a_message_is_told_in_words(script: dict[str, Act], state: str, says: str) -> None:
    with ScriptedRelay(script) as relay, Mailer(settings(relay.port), None, BRISK) as mailer:
        told = mailer.send(letter(content=LARGE))

    assert state == told.state
    assert told.answer in {says, "broken pipe"}  # whichever of its writes the system tells first


def test_a_relay_whose_name_does_not_exist_is_said_so() -> None:
    nowhere = settings(25).model_copy(update={"host": "no-such-relay.invalid"})
    with Mailer(nowhere, None, BRISK) as mailer:
        assert Delivered(state="not_sent", answer="host name not found") == mailer.send(letter())


def test_a_relay_that_takes_no_connection_is_not_waited_for_for_ever() -> None:
    with never_accepting() as port, Mailer(settings(port), None, BRISK) as mailer:
        assert Delivered(state="not_sent", answer="no answer in time") == mailer.send(letter())


def test_the_script_answers_every_phase_by_default() -> None:
    assert {"banner", "EHLO", "MAIL", "RCPT", "DATA", "dot", "RSET", "QUIT"} <= set(GOOD)
