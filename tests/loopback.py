"""How the tests put questions to a loopback server."""

from __future__ import annotations

from collections.abc import Mapping
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
