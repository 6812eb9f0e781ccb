"""The loopback server: real HTTP on 127.0.0.1, one answering part per service, faults on demand.

A new service is one module and one line in `SERVICES`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from litwatch.demo.crossref import Crossref
from litwatch.demo.ctgov import ClinicalTrials
from litwatch.demo.ctis import Ctis
from litwatch.demo.europepmc import EuropePmc
from litwatch.demo.eutils import EUtils
from litwatch.demo.exchange import Answering, Reply, Request
from litwatch.demo.isrctn import Isrctn
from litwatch.demo.wire import HttpServer
from litwatch.demo.world import WEEK_TWO, World

# The base paths of the real services, and who answers there.
SERVICES: Mapping[str, tuple[str, Callable[[World], Answering]]] = {
    "pubmed": ("/entrez/eutils/", EUtils),
    "clinicaltrials": ("/api/v2/", ClinicalTrials),
    "europepmc": ("/europepmc/webservices/rest/", EuropePmc),
    "isrctn": ("/api/", Isrctn),
    "ctis": ("/ctis-public-api/", Ctis),
    "crossref": ("/", Crossref),
}

# A scripted answer: one for good, or one made from the request and from what the service would have answered.
Script = Reply | Callable[[Request, Reply], Reply]


@dataclass(slots=True)
class _Scripted:
    service: str
    script: Script
    left: int | None
    path: str


class LoopbackServer:
    """A context manager that serves a `World`, each service on a port of its own, as each has a host of its own.

    ``now`` is the services' clock, week two of the demonstration unless given. It may be set at any time and decides
    which records stand, in which version. ``requests`` lists all that arrived, faults included. ``part(service)`` is
    the answering part, for its options.
    """

    def __init__(self, world: World, now: datetime | None = None) -> None:
        self.now = now or WEEK_TWO
        self.requests: list[Request] = []
        self.serve(world)
        self._scripted: list[_Scripted] = []
        self._lock = threading.Lock()
        self._http: dict[str, HttpServer] = {}

    def __enter__(self) -> Self:
        for name, (base, _) in SERVICES.items():
            self._http[name] = HttpServer(name, base, lambda: self.now, self.reply)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for one in self._http.values():
            one.stop()
        self._http.clear()

    def url(self, service: str) -> str:
        """Return the base address of a service, ending in a slash."""
        return f"http://127.0.0.1:{self._http[service].server_port}{SERVICES[service][0]}"

    def serve(self, world: World) -> None:
        """Serve another world from now on, at the same addresses."""
        self._parts = {name: make(world) for name, (_, make) in SERVICES.items()}

    def part(self, service: str) -> Answering:
        """Return the answering part of a service."""
        return self._parts[service]

    def interpose(self, service: str, answer: Script, times: int | None = None, path: str = "") -> None:
        """Answer the next ``times`` requests (all, if None) to ``service`` under ``path`` with ``answer``.

        Scripts given first are used up first.
        """
        with self._lock:
            self._scripted.append(_Scripted(service, answer, times, path))

    def take_down(self, service: str) -> None:
        """Stop listening for a service for good: from now on every connection to it is refused."""
        self._http[service].stop()

    def clear(self) -> None:
        """Forget all scripted answers."""
        with self._lock:
            self._scripted.clear()

    def asked(self, service: str, path: str = "") -> list[Request]:
        """Return the requests that arrived for a service, under a path."""
        return [one for one in self.requests if one.service == service and one.path.startswith(path)]

    def reply(self, request: Request) -> Reply:
        """Log a request and answer it."""
        with self._lock:
            self.requests.append(request)
            if request.service not in self._parts:
                return Reply(status=404, body=b"Not Found", type="text/plain")
            script = self._next_script(request)
            if isinstance(script, Reply):
                return script
            genuine = self._parts[request.service].answer(request)
        return script(request, genuine) if script else genuine

    def _next_script(self, request: Request) -> Script | None:
        for one in self._scripted:
            if one.service == request.service and request.path.startswith(one.path) and one.left != 0:
                if one.left is not None:
                    one.left -= 1
                return one.script
        return None
