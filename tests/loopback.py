"""How the tests put questions to a loopback server, and one that takes none."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests

from litwatch.demo.server import LoopbackServer


def ask(server: LoopbackServer, program: str, **params: str) -> requests.Response:
    return requests.post(server.url("pubmed") + f"{program}.fcgi", data={"db": "pubmed", **params}, timeout=10)


def search(server: LoopbackServer, term: str, **params: str) -> dict[str, Any]:
    answer = ask(server, "esearch", term=term, retmode="json", **params).json()
    result: dict[str, Any] = answer["esearchresult"]
    return result


def registry(server: LoopbackServer, path: str = "studies", **params: str) -> requests.Response:
    return requests.get(server.url("clinicaltrials") + path, params=params, timeout=10)


def registry_query(server: LoopbackServer, params: Mapping[str, str]) -> requests.Response:
    return requests.get(server.url("clinicaltrials") + "studies", params=dict(params), timeout=10)


@contextmanager
def never_accepting() -> Iterator[int]:
    """Yield the port of a listener that never accepts, and whose queue is full."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)  # noqa: FBT003  # the library's name
            one.connect_ex(full.getsockname())
        try:
            yield full.getsockname()[1]
        finally:
            for one in waiting:
                one.close()
