"""Crossref over its REST API: notices on every report whose DOI is known.

Publishers deposit retractions and corrections here, and Crossref adds Retraction Watch's; a third of the retractions is
in no other database. Asked in batches, one list at a time, at the pace of the polite pool.
Source: https://www.crossref.org/documentation/retrieve-metadata/rest-api/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from litwatch.config import Config, Secrets
from litwatch.errors import UnexpectedAnswer
from litwatch.identifiers import identifier
from litwatch.model import Answer, Citation, Known, Unreadable
from litwatch.sources.crossref_work import parse_work
from litwatch.sources.expect import Unbelieved, json_object
from litwatch.sources.http import Transport

BATCH = 40  # keeps an address under 2,500 characters
FIELDS = "DOI,type,title,container-title,issued,updated-by,update-to"
PER_SECOND_POLITE, PER_SECOND_PUBLIC = 3, 1  # lists, since December 2025


class Crossref:
    """The source ``crossref``; see `litwatch.sources.Source`."""

    name = "crossref"
    platform = "Crossref"
    caution = ""
    follows = True

    def __init__(self, config: Config, secrets: Secrets, transport: Transport) -> None:
        del secrets  # the service has no key
        self.interface = config.sources.crossref.url
        self.query = f"works?filter=doi:… (every DOI that is known)&select={FIELDS}"
        self._client = transport.client(
            source=self.name,
            base=self.interface,
            per_second=PER_SECOND_POLITE if transport.contact else PER_SECOND_PUBLIC,
        )

    def census(self, known: Sequence[Known], now: datetime) -> Answer:
        """Return Crossref's record, with the notices on it, of every DOI that is known. Raises `SourceError`."""
        del now  # notices have no window: all of them are read every time
        before = self._client.requests
        dois = sorted({entry.value for one in known for entry in one.record.identifiers if entry.kind == "doi"})
        if not dois:
            return Answer(
                records=(), matched=frozenset(), hits=0, nature="notices", skipped="no report with a DOI is known yet"
            )
        records: dict[str, Citation] = {}
        unreadable: list[Unreadable] = []
        strange: set[str] = set()
        for start in range(0, len(dois), BATCH):
            for item in self._works(dois[start : start + BATCH]):
                try:
                    record, unknown = parse_work(item)
                except Unbelieved as error:
                    unreadable.append(Unreadable(key=f"work {len(records) + 1}", reason=str(error)))
                    continue
                records[record.key] = record
                strange |= unknown
        own = {entry.record.key for entry in known if entry.record.source == self.name}
        return Answer(
            records=tuple(records[key] for key in sorted(records)),
            matched=frozenset(records),
            hits=len(records),
            warnings=tuple(f"a kind of update that litwatch does not know: {word}" for word in sorted(strange)),
            unreadable=tuple(unreadable),
            # A DOI is for ever: one that is not given today is not gone.
            unread=frozenset(own - records.keys()),
            nature="notices",
            requests=self._client.requests - before,
        )

    def search(self) -> Answer:
        """Ask whether the service answers. Raises `SourceError`."""
        before = self._client.requests
        self._client.get("works", {"rows": "0"}, expect=_work_list)
        return Answer(
            records=(), matched=frozenset(), hits=0, nature="notices", requests=self._client.requests - before
        )

    def _works(self, dois: Sequence[str]) -> Sequence[Any]:
        """Return the works with these DOIs. A comma parts filters, so a DOI that holds one is asked by itself."""
        plain = [doi for doi in dois if "," not in doi]
        found: list[Any] = []
        if plain:
            asked = {"filter": ",".join(f"doi:{doi}" for doi in plain), "select": FIELDS, "rows": str(len(plain))}
            message = self._client.get("works", asked, expect=_work_list).value
            total, items = message["total-results"], message["items"]
            if total != len(items) or total > len(plain):
                raise UnexpectedAnswer(
                    self.name, f"works: {len(plain)} DOIs asked, {total} announced, {len(items)} received"
                )
            found += items
        for doi in dois:
            if "," in doi:
                found += self._single(doi)
        # A work without a DOI is unreadable, which the caller says; one with another DOI means the filter was ignored.
        foreign = [item for item in found if (own := _doi(item)) and own not in dois]
        if foreign:
            raise UnexpectedAnswer(self.name, f"works: {len(foreign)} works that were not asked for")
        return found

    def _single(self, doi: str) -> list[Any]:
        reply = self._client.get(f"works/{quote(doi, safe='')}", expect=_one_work, accept=(404,))
        # A DOI that was merged into another is answered with the other.
        return [reply.value] if reply.value is not None and _doi(reply.value) == doi else []


def _doi(item: Any) -> str:
    found = identifier("doi", str(item.get("DOI", ""))) if isinstance(item, Mapping) else None
    return found.value if found else ""


def _message(body: bytes, kind: str) -> Any:
    value = json_object(body)
    if value.get("status") != "ok" or value.get("message-type") != kind:
        raise Unbelieved(f"JSON that is no {kind}")
    return value.get("message")


def _work_list(body: bytes) -> Mapping[str, Any]:
    message = _message(body, "work-list")
    whole = isinstance(message, dict) and isinstance(message.get("items"), list)
    if not whole or not isinstance(message.get("total-results"), int):
        raise Unbelieved("JSON that is no list of works")
    return {"total-results": message["total-results"], "items": message["items"]}


def _one_work(body: bytes) -> Any:
    return _message(body, "work")
