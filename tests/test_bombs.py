"""Answers and files made to exhaust memory, time or trust: each ends in one line, and nothing of it is believed."""

from __future__ import annotations

import gzip
import os
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from litwatch.configfile import load
from litwatch.demo.exchange import Reply
from litwatch.demo.server import LoopbackServer
from litwatch.demo.world import demo_world
from litwatch.errors import InputError, SourceError
from litwatch.library import SIZE_CAP, read_file
from litwatch.model import Answer
from litwatch.sources import SOURCES
from litwatch.sources.exchange import BODY_CAP
from litwatch.sources.http import Transport
from weeks import CONFIG, EVERY_SERVICE, MONDAY, STEADY, held

MORE_MB = 400  # resident memory beyond what the process had; the demonstration's own answers take 100
MILLION = 1_000_000


def entities(root: str) -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY l0 "ha">{laughs}]><{root}>&l9;</{root}>'.encode()


def xml_bombs(root: str, port: int) -> dict[str, bytes]:
    """Return documents with ``root`` that no parser should follow; ``port`` is one that nobody may call."""
    outside = f"http://127.0.0.1:{port}/x"
    many = " ".join(f"a{n}='x'" for n in range(200_000))
    return {
        "a billion laughs": entities(root),
        "quadratic": (f'<!DOCTYPE {root} [<!ENTITY a "{"a" * 100_000}">]><{root}>{"&a;" * 50_000}</{root}>'.encode()),
        "a file": f'<!DOCTYPE {root} [<!ENTITY a SYSTEM "file:///etc/passwd">]><{root}>&a;</{root}>'.encode(),
        "a fetch": f'<!DOCTYPE {root} [<!ENTITY a SYSTEM "{outside}">]><{root}>&a;</{root}>'.encode(),
        "a DTD elsewhere": f'<!DOCTYPE {root} SYSTEM "{outside}"><{root}>&a;</{root}>'.encode(),
        "a parameter entity": f'<!DOCTYPE {root} [<!ENTITY % a SYSTEM "{outside}"> %a;]><{root}/>'.encode(),
        "an inclusion": (
            f'<{root} xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="{outside}" parse="text"/></{root}>'
        ).encode(),
        "a schema elsewhere": (
            f'<{root} xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:noNamespaceSchemaLocation="{outside}"/>'
        ).encode(),
        "deep": f"<{root}>{'<a>' * 200_000}{'</a>' * 200_000}</{root}>".encode(),
        "broad": f"<{root}>{'<a/>' * 3 * MILLION}</{root}>".encode(),
        "attributes": f"<{root} {many}></{root}>".encode(),
        "one long name": b"<" + b"a" * 4 * MILLION,
        "one long text": f"<{root}>{'a' * 12 * MILLION}</{root}>".encode(),
        "brackets": b"<!DOCTYPE x [" + b"] " * MILLION,
        "comments": b"<!--" * MILLION,
        "a character that is none": f"<{root}>&#0;&#xFFFE;\x00</{root}>".encode(),
        "another encoding": f'<?xml version="1.0" encoding="utf-7"?><{root}>+ADw-</{root}>'.encode(),
    }


JSON_BOMBS = {
    "deep lists": b'{"a": ' + b"[" * MILLION,
    "deep and closed": b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "deep objects": b'{"a": ' * MILLION + b"1" + b"}" * MILLION,
    "a huge whole number": b'{"totalCount": ' + b"9" * 2 * MILLION + b"}",
    "a huge exponent": b'{"totalCount": 1e999999999}',
    "not a number": b'{"totalCount": NaN}',
    "one long string": b'{"a": "' + b"a" * 20 * MILLION + b'"}',
    "one long string that never ends": b'{"a": "' + b"\\" * 10 * MILLION,
    "many keys": b"{" + b",".join(b'"k%d":1' % n for n in range(500_000)) + b"}",
    "one key over and over": b"{" + b'"totalCount":0,' * 300_000 + b'"totalCount":0}',
    "lone surrogates": b'{"a": "' + b"\\ud800" * 100_000 + b'"}',
    "NUL": b'{"a": "\x00"}',
    "a list": b"[" + b"{}," * 100_000 + b"{}]",
    "a proto": b'{"__proto__": {"x": 1}, "constructor": {"prototype": 1}}',
}
GZIP = (("Content-Encoding", "gzip"),)
GZIP_BOMBS = {
    "a gzip bomb": gzip.compress(bytes(200 * MILLION)),
    "a gzip bomb in a gzip bomb": gzip.compress(gzip.compress(bytes(200 * MILLION))),
    "many gzip members": gzip.compress(b" ") * 100_000,
    "half a gzip stream": gzip.compress(b"{}" * 1000)[:-9],
    "no gzip at all": b"{}",
}
ROOTS = {"pubmed": "eSearchResult", "isrctn": "allTrials"}


class Trap:
    """A port on loopback that counts who calls."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.2)
        self.port = int(self._listener.getsockname()[1])
        self.calls = 0
        self._open = True
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self) -> None:
        while self._open:
            try:
                self._listener.accept()[0].close()
            except TimeoutError:
                continue
            self.calls += 1

    def close(self) -> None:
        self._open = False
        self._thread.join()
        self._listener.close()


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    made.close()


@contextmanager
def little_memory() -> Iterator[None]:
    """Fail where the body makes this process larger by more than a few hundred megabytes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < MORE_MB, f"{grown:.0f} MB more"


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(demo_world(), now=MONDAY) as running:
        yield running


def bombs_of(service: str, port: int) -> dict[str, Reply]:
    replies = {name: Reply(body=body, headers=GZIP) for name, body in GZIP_BOMBS.items()}
    replies |= {name: Reply(body=body) for name, body in JSON_BOMBS.items()}
    root = ROOTS.get(service, "x")
    replies |= {name: Reply(body=body, type="text/xml") for name, body in xml_bombs(root, port).items()}
    return replies | {"larger than any answer": Reply(body=b" " * (BODY_CAP + 1))}


def ask(server: LoopbackServer, service: str, folder: Path) -> Answer:
    sources = "\n".join(
        f"  {name}: {{url: {server.url(name)}}}" if name == service else f"  {name}: {{enabled: false}}"
        for name in SOURCES
    ).replace("pubmed: {url", "pubmed: {email: a@b.org, url")
    text = CONFIG.format(first_run="remember", quiet="send", drug="ketamin*", smtp="", sources=sources)
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    watch = load(folder / "config.yaml", {})
    with Transport("a@b.org", timing=STEADY, down=[service]) as transport:
        source = SOURCES[service](watch.config, watch.secrets, transport)
        return source.census(held("crossref" if service != "crossref" else "pubmed", ["1"]), MONDAY)


@pytest.mark.parametrize("service", EVERY_SERVICE)
def test_no_answer_of_a_service_takes_it_down(server: LoopbackServer, trap: Trap, tmp_path: Path, service: str) -> None:
    wrong = {}
    for name, reply in bombs_of(service, trap.port).items():
        server.clear()
        server.interpose(service, reply)
        with little_memory():
            try:
                ask(server, service, tmp_path)
                wrong[name] = "believed"
            except SourceError as error:
                if "\n" in str(error) or len(str(error)) > 600:
                    wrong[name] = str(error)
    server.clear()
    asked = service != "crossref"  # which has nothing to ask without a DOI
    assert {} == wrong or not asked
    assert 0 == trap.calls


def test_no_later_answer_of_pubmed_takes_it_down(server: LoopbackServer, trap: Trap, tmp_path: Path) -> None:
    """The records come in XML, after a search that was answered well."""
    wrong = {}
    for name, body in xml_bombs("PubmedArticleSet", trap.port).items():
        server.clear()
        server.interpose("pubmed", Reply(body=body, type="text/xml"), path="efetch")
        with little_memory():
            try:
                answer = ask(server, "pubmed", tmp_path)
            except SourceError as error:
                if "\n" in str(error):
                    wrong[name] = str(error)
            else:
                if answer.records or len(answer.unreadable) != answer.hits:
                    wrong[name] = "believed"
    assert {} == wrong
    assert 0 == trap.calls


FILES: dict[str, tuple[str, bytes]] = {
    "RIS of a million lines": (".ris", b"TY  - JOUR\nTI  - x\n" + b"KW  - k\n" * MILLION + b"ER  - \n"),
    "RIS without an end": (".ris", b"TY  - JOUR\n" * 300_000),
    "RIS in one line": (".ris", b"TY  - JOUR TI  - " + b"a" * 20 * MILLION),
    "NBIB without a tag": (".nbib", b"      continued\n" * 500_000),
    "NBIB of one field": (".nbib", b"PMID- 1\nTI  - " + b"a\n      " * 500_000),
    "BibTeX of braces": (".bib", b"@article{a, title = {" + b"{" * 300_000),
    "BibTeX of braces, closed": (".bib", b"@article{a, title = {" + b"{" * 20_000 + b"}" * 20_000 + b"}}"),
    "BibTeX of strings": (".bib", b'@string{a = "x"}\n' * 20_000 + b"@article{b, title = a # a}"),
    "BibTeX that doubles": (
        ".bib",
        b'@string{a0 = "xxxxxxxxxx"}'
        + b"".join(b"@string{a%d = a%d # a%d}" % (n, n - 1, n - 1) for n in range(1, 40))
        + b"@article{b, title = a39}",
    ),
    "BibTeX of at signs": (".bib", b"@" * 300_000),
    "CSV of one field": (".csv", b'title\n"' + b"a" * 10 * MILLION),
    "CSV of quotes": (".csv", b"title\n" + b'"' * 3 * MILLION),
    "CSV of columns": (".csv", b"title," * 300_000 + b"\n" + b"a," * 300_000),
    "CSV of NUL": (".csv", b"title\n\x00\x00\n"),
    "CSV in UTF-16": (".csv", "title\nKetamine\n".encode("utf-16")),
    "nothing but a mark": (".csv", b"\xef\xbb\xbf"),
    "not text": (".ris", bytes(range(256)) * 1000),
}


def outcome(path: Path) -> list[str]:
    """Return what a user would be told of a file."""
    try:
        return [str(row) for row in read_file(path).unreadable]
    except InputError as error:
        return [str(error)]


@pytest.mark.parametrize(("suffix", "content"), FILES.values(), ids=FILES.keys())
def test_no_file_of_records_takes_it_down(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"bomb{suffix}"
    path.write_bytes(content)

    with little_memory():
        assert all("\n" not in said and len(said) < 600 for said in outcome(path))


def test_no_export_in_xml_takes_it_down(trap: Trap, tmp_path: Path) -> None:
    for name, body in xml_bombs("Trials_downloaded_from_ICTRP", trap.port).items():
        path = tmp_path / "bomb.xml"
        path.write_bytes(body)
        with little_memory():
            assert all("\n" not in said for said in outcome(path)), name
    assert 0 == trap.calls


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.ris"
    with path.open("wb") as file:
        file.truncate(50 * SIZE_CAP)  # 3 GB, none of them on the disk

    with little_memory(), pytest.raises(InputError, match="larger than 64 MB; split it"):
        read_file(path)


def test_a_pipe_or_a_device_is_no_file_of_records(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.ris"
    os.mkfifo(pipe)
    device = tmp_path / "zero.ris"
    device.symlink_to("/dev/zero")

    for path in (pipe, device):
        with pytest.raises(InputError, match="not a file"):
            read_file(path)
