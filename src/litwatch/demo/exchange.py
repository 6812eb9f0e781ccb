"""What the loopback server and its answering parts hand to each other: a request, a reply."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it arrived.

    ``path`` is relative to the service's base; ``params`` joins the query string and a posted form. ``time`` is
    monotonic seconds, ``now`` the imitated service's own clock.
    """

    service: str
    method: str
    path: str
    params: tuple[tuple[str, str], ...]
    headers: dict[str, str]  # names in lower case
    body: bytes
    time: float
    now: datetime

    def get(self, name: str, default: str = "") -> str:
        """Return the last value of a parameter, as the services do."""
        return dict(self.params).get(name, default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply, and how badly it is transmitted.

    ``delay_s`` passes before the status line. ``cut_after`` closes the connection after that many bytes of the body
    (its length as announced is the whole); -1 closes it before the status line. ``drip_s`` passes between any two
    bytes. A ``headers`` entry wins over the server's own; with ``Content-Encoding`` given the body goes out as it is.
    """

    status: int = 200
    body: bytes = b""
    type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    delay_s: float = 0.0
    drip_s: float = 0.0
    cut_after: int | None = None


class Answering(Protocol):
    """One imitated service."""

    def answer(self, request: Request) -> Reply:
        """Return what the real service would answer."""
        ...


def as_json(value: Any, status: int = 200, **more: Any) -> Reply:
    """Return ``value`` as a JSON reply."""
    return Reply(status=status, body=json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), **more)


def as_text(text: str, status: int, **more: Any) -> Reply:
    """Return a plain-text reply."""
    return Reply(status=status, body=text.encode(), type="text/plain;charset=UTF-8", **more)


def as_xml(text: str, status: int = 200) -> Reply:
    """Return XML text as a reply."""
    return Reply(status=status, body=text.encode(), type="text/xml; charset=UTF-8")
