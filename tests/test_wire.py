"""What lies under the transport: TLS, proxies, names, slow connections, and where a request must never go."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from litwatch.errors import SourceError, SourceUnavailable, UnexpectedAnswer
from litwatch.sources.http import Client, Transport
from litwatch.sources.wire import CA_VARIABLES, Watch
from loopback import never_accepting
from pathology import Answer, PathologicalServer
from test_bombs import Trap
from test_http import BODY, FAST, GOOD, LIST, client_of

Talk = Callable[[socket.socket], None]
ELSEWHERE = "127.1"  # loopback by a name that is not known for it, so that settings for other hosts hold


@contextmanager
def listening(talk: Talk) -> Iterator[int]:
    """Run a server on loopback that has ``talk`` with each connection, and yield its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while True:
            connection, _ = listener.accept()
            if over.is_set():
                connection.close()
                return
            with connection:
                connection.settimeout(10)
                try:
                    talk(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        over.set()
        with socket.create_connection(listener.getsockname()):
            pass
        thread.join(10)
        listener.close()


def answer_all(connection: socket.socket, heard: list[bytes] | None = None) -> None:
    """Answer each request of a connection well, until it is closed."""
    while True:
        asked = b""
        while b"\r\n\r\n" not in asked:
            part = connection.recv(65536)
            if not part:
                return
            asked += part
        if heard is not None:
            heard.append(asked)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def secured(authority: trustme.CA, *names: str, then: Talk = answer_all) -> Talk:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names).configure_cert(context)

    def talk(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inside:
            then(inside)

    return talk


def asking(base: str) -> Client:
    return Transport(None, [], FAST).client(source="testbed", base=base, per_second=1000)


def trusting(authority: trustme.CA, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))


def tunnel(to: int, heard: list[bytes]) -> Talk:
    """Return a proxy that connects whatever host it is asked for with the port ``to`` on loopback."""

    def talk(connection: socket.socket) -> None:
        heard.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        with socket.create_connection(("127.0.0.1", to)) as beyond:
            back = threading.Thread(target=copy, args=(beyond, connection), daemon=True)
            back.start()
            copy(connection, beyond)
            back.join(10)

    return talk


def copy(one: socket.socket, other: socket.socket) -> None:
    try:
        while part := one.recv(65536):
            other.sendall(part)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        return


def test_a_certificate_of_nobody_we_know_is_refused_at_once(authority: trustme.CA) -> None:
    with (
        listening(secured(authority, "127.0.0.1")) as port,
        pytest.raises(SourceUnavailable, match=r"^testbed: data: TLS: .*certificate") as raised,
    ):
        asking(f"https://127.0.0.1:{port}/").get("data")
    assert "tries" not in str(raised.value)


def test_a_certificate_is_asked_for_where_no_authority_is_named(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in CA_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with (
        listening(secured(authority, ELSEWHERE)) as port,
        pytest.raises(SourceUnavailable, match=r"^testbed: data: TLS: .*certificate"),
    ):
        asking(f"https://{ELSEWHERE}:{port}/").get("data")


def test_a_hospitals_proxy_and_authority_are_used_and_the_connection_is_kept(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting(authority, tmp_path, monkeypatch)
    heard: list[bytes] = []
    with (
        listening(secured(authority, "service.test")) as port,
        listening(tunnel(port, heard)) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy}")
        client = asking("https://service.test/")
        assert [BODY, BODY] == [client.get("data", expect=LIST).body for _ in range(2)]
        client._line.session.close()  # noqa: SLF001  # the server waits for its end
    assert 1 == len(heard)
    assert heard[0].startswith(b"CONNECT service.test:443 HTTP/1.")


def test_a_request_over_tls_carries_what_one_in_the_clear_carries(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting(authority, tmp_path, monkeypatch)
    heard: list[bytes] = []
    with listening(secured(authority, ELSEWHERE, then=lambda inside: answer_all(inside, heard))) as port:
        client = asking(f"https://{ELSEWHERE}:{port}/")
        assert BODY == client.get("data", expect=LIST).body
        client._line.session.close()  # noqa: SLF001  # the server waits for its end

    with listening(lambda connection: answer_all(connection, heard)) as port:
        client = asking(f"http://127.0.0.1:{port}/")
        assert BODY == client.get("data", expect=LIST).body
        client._line.session.close()  # noqa: SLF001

    for asked in heard:
        names = [line.partition(b":")[0] for line in asked.strip().splitlines()[1:]]
        assert [b"Host", b"User-Agent", b"Accept-Encoding", b"Accept"] == names
    assert 2 == len(heard)


def test_headers_without_end_over_tls_end_with_the_time_of_the_request(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting(authority, tmp_path, monkeypatch)

    def drip(inside: socket.socket) -> None:
        inside.recv(65536)
        inside.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            inside.sendall(b"x")
            time.sleep(0.05)

    brief = replace(FAST, request_s=0.6, read_s=5)
    with listening(secured(authority, ELSEWHERE, then=drip)) as port:
        client = Transport(None, [], brief).client(
            source="testbed", base=f"https://{ELSEWHERE}:{port}/", per_second=1000
        )
        began = time.monotonic()
        with pytest.raises(SourceUnavailable, match="too slow"):
            client.get("data")
        assert time.monotonic() - began < 3
        client._line.session.close()  # noqa: SLF001


def test_a_name_that_does_not_exist_is_said_so() -> None:
    with pytest.raises(SourceUnavailable, match="host name not found"):
        asking("https://no-such-service.invalid/").get("data")


def test_a_host_that_takes_no_connection_is_not_waited_for_for_ever() -> None:
    with never_accepting() as port, pytest.raises(SourceUnavailable, match=r"no connection in time|too slow"):
        asking(f"http://127.0.0.1:{port}/").get("data")


def test_an_address_that_is_none_is_not_asked() -> None:
    with pytest.raises(UnexpectedAnswer, match="cannot be asked"):
        asking("https://*.example.org/").get("data")


def test_a_bell_before_any_connection_is_remembered() -> None:
    watch = Watch()
    watch.ring()
    assert watch.rang


def test_a_bell_behind_the_end_of_a_connection_is_no_trouble() -> None:
    watch = Watch()
    with socket.socket() as never_connected:
        watch.sock = never_connected
        watch.ring()
    assert watch.rang


def test_a_coding_that_was_not_asked_for_is_not_believed() -> None:
    with PathologicalServer() as server:
        server.script("data", Answer(BODY, headers={"Content-Encoding": "br"}))
        with pytest.raises(SourceUnavailable, match="unknown content coding 'br'"):
            client_of(server).get("data")


def redirections(port: int) -> dict[str, str]:
    """Return where no redirect may lead; a listener at ``port`` counts who comes."""
    here = f"127.0.0.1:{port}"
    return {
        "another port": f"http://{here}/",
        "another scheme": f"https://{here}/",
        "no scheme": f"//{here}/",
        "a user": f"http://user@{here}/",
        "a user and a password": f"http://127.0.0.1@{here}/",
        "another name of this machine": f"http://localhost:{port}/",
        "a whole number": f"http://2130706433:{port}/",
        "an octal number": f"http://0177.0.0.1:{port}/",
        "a short number": f"http://127.1:{port}/",
        "the sixth version": f"http://[::ffff:127.0.0.1]:{port}/",
        "any address": f"http://0.0.0.0:{port}/",
        "a backslash": f"http:\\\\{here}\\",
        "link-local": "http://169.254.169.254/latest/meta-data/",
        "a private net": "http://10.0.0.1/",
        "a file": "file:///etc/passwd",
        "another protocol": f"ftp://{here}/",
        "gopher": f"gopher://{here}/_x",
        "a script": "javascript:alert(1)",
        "data": "data:application/xml,<list/>",
        "a line break": f"http://{here}/\r\nHost: {here}",
        "brackets": "http://[",
        "a long address": f"http://{here}/{'a' * 100_000}",
    }


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_elsewhere(status: int) -> None:
    trap = Trap()
    for name, target in redirections(trap.port).items():
        with PathologicalServer() as server:
            server.script("data", Answer(b"", status=status, headers={"Location": target}))
            server.script("other", GOOD)
            with pytest.raises(SourceError) as raised:  # of its own host at most
                client_of(server).get("data")
            assert "\n" not in str(raised.value), name
            assert len(str(raised.value)) < 400, name
    trap.close()
    assert 0 == trap.calls
