"""Europe PMC over its REST search: preprints, and journal records that PubMed lacks.

By POST, since a strategy outgrows an address. Source: https://europepmc.org/RestfulWebService; the service names no
rate limit, and the pace here is well within what others were granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from litwatch.config import Config, Secrets
from litwatch.errors import UnexpectedAnswer
from litwatch.model import Answer, Citation, Known, Unreadable
from litwatch.search.strategy import europepmc_query
from litwatch.sources.europepmc_record import PREPRINT, parse_result
from litwatch.sources.expect import Unbelieved, json_object
from litwatch.sources.http import Transport

PAGE_SIZE = 1_000
MOST_PAGES = 50
IDS_PER_REQUEST = 50
PER_SECOND = 3


@dataclass(slots=True)
class _Reading:
    """What was read so far."""

    records: dict[str, Citation] = field(default_factory=dict)
    unreadable: dict[str, Unreadable] = field(default_factory=dict)

    def take(self, results: Iterable[Any]) -> set[str]:
        """Read one page, of each record the latest version; return the keys on it."""
        keys: set[str] = set()
        for result in results:
            try:
                record = parse_result(result)
            except Unbelieved as error:
                key = f"result {len(self.unreadable) + 1}"
                self.unreadable[key] = Unreadable(key=key, reason=str(error))
                continue
            held = self.records.get(record.key)
            if held is None or record.version >= held.version:
                self.records[record.key] = record
            keys.add(record.key)
        return keys


class EuropePmc:
    """The source ``europepmc``; see `litwatch.sources.Source`."""

    name = "europepmc"
    platform = "Europe PMC"
    caution = ""
    follows = False

    def __init__(self, config: Config, secrets: Secrets, transport: Transport) -> None:
        del secrets  # the service has no key
        settings = config.sources.europepmc
        self.interface = settings.url
        self._main = europepmc_query(config.search)
        self._citing = tuple(f"CITES:{pmid}_MED" for pmid in settings.citing)
        self.query = " | ".join((self._main, *self._citing))
        self._client = transport.client(source=self.name, base=settings.url, per_second=PER_SECOND)

    def census(self, known: Sequence[Known], now: datetime) -> Answer:
        """Return all that the queries match and all that is known, as Europe PMC has it now. Raises `SourceError`."""
        del now  # the service is asked for its whole present set
        before = self._client.requests
        reading = _Reading()
        matched, how = self._matched(reading, "core")
        own = [entry.record for entry in known if entry.record.source == self.name]
        gone, elsewhere = self._reread(reading, [record for record in own if record.key not in reading.records])
        return Answer(
            records=tuple(reading.records[key] for key in sorted(reading.records)),
            matched=frozenset(matched),
            hits=len(matched) + len(reading.unreadable),
            warnings=(f"{len(reading.unreadable)} records could not be read",) if reading.unreadable else (),
            unreadable=tuple(reading.unreadable.values()),
            gone=frozenset(gone),
            unread=frozenset(elsewhere),
            how=tuple(sorted(how.items())),
            requests=self._client.requests - before,
        )

    def search(self) -> Answer:
        """Return what the queries match, in brief. Raises `SourceError`."""
        before = self._client.requests
        matched, _ = self._matched(_Reading(), "lite")
        return Answer(
            records=(), matched=frozenset(matched), hits=len(matched), requests=self._client.requests - before
        )

    def count(self) -> Answer:
        """Return how many records the main query matches, without their keys. Raises `SourceError`."""
        before = self._client.requests
        form = {"query": self._main, "format": "json", "resultType": "idlist", "pageSize": "1"}
        hits = self._client.post("searchPOST", {**form, "cursorMark": "*"}, expect=_page).value["hitCount"]
        return Answer(records=(), matched=frozenset(), hits=hits, requests=self._client.requests - before)

    def _matched(self, reading: _Reading, detail: str) -> tuple[set[str], dict[str, str]]:
        """Walk every query; return the keys matched, and how those were found that the main query does not match."""
        matched = self._walk(self._main, reading, detail)
        how: dict[str, str] = {}
        for query in self._citing:
            cited = query.removeprefix("CITES:").removesuffix("_MED")
            for key in self._walk(query, reading, detail) - matched:
                how.setdefault(key, f"Found because it cites PMID {cited}.")
        return matched | how.keys(), how

    def _walk(self, query: str, reading: _Reading, detail: str) -> set[str]:
        """Walk all pages of one query: until the next cursor is absent or the one sent, or the page is empty."""
        form = {"query": query, "format": "json", "resultType": detail, "pageSize": str(PAGE_SIZE)}
        cursor, keys = "*", set[str]()
        seen, total = set[str](), 0
        for _ in range(MOST_PAGES):
            page = self._client.post("searchPOST", {**form, "cursorMark": cursor}, expect=_page).value
            total = page["hitCount"]
            results = page["resultList"]["result"]
            # A page that comes twice must not stand in for one that never came.
            seen |= {_row(result) for result in results}
            keys |= reading.take(results)
            following = page.get("nextCursorMark")
            if not results or not isinstance(following, str) or following == cursor or len(seen) >= total:
                break
            cursor = following
        else:
            raise UnexpectedAnswer(self.name, f"searchPOST: more than {MOST_PAGES} pages; narrow the search")
        if len(seen) != total:
            raise UnexpectedAnswer(
                self.name, f"searchPOST: {total} announced, {len(seen)} received; the set is not believed"
            )
        return keys

    def _reread(self, reading: _Reading, missing: Sequence[Any]) -> tuple[set[str], set[str]]:
        """Read known records that the queries no longer match; return those gone, and those that PubMed holds now."""
        gone: set[str] = set()
        elsewhere: set[str] = set()
        for start in range(0, len(missing), IDS_PER_REQUEST):
            batch = missing[start : start + IDS_PER_REQUEST]
            found = _Reading()
            self._walk(" OR ".join(_by_number(record) for record in batch), found, "core")
            held = {entry for record in found.records.values() for entry in record.identifiers}
            for record in batch:
                if record.key in found.records:
                    reading.records[record.key] = found.records[record.key]
                elif held & set(record.identifiers):
                    # A full text that arrived before its PubMed record is filed under the PubMed record from then on.
                    elsewhere.add(record.key)
                else:
                    gone.add(record.key)
        return gone, elsewhere


def _by_number(record: Citation) -> str:
    """Return a query for one known record."""
    database, _, number = record.key.partition(":")
    named = {entry.kind: entry.value for entry in record.identifiers}
    parts = [] if database == PREPRINT and "doi" in named else [f'(EXT_ID:"{number}" AND SRC:{database})']
    parts += [f'DOI:"{named["doi"]}"'] if "doi" in named else []
    parts += [f"PMCID:{named['pmcid']}"] if "pmcid" in named else []
    return f"({' OR '.join(parts)})"


def _row(result: Any) -> str:
    """Return what tells a row of a page from every other; a row that says nothing of itself is itself."""
    named = isinstance(result, dict) and "id" in result
    return f"{result.get('source')}:{result['id']}" if named else repr(result)


def _page(body: bytes) -> Mapping[str, Any]:
    """Expect one page of results. The service reports its own errors with HTTP 200."""
    value = json_object(body)
    if "errCode" in value:
        raise Unbelieved(f"Europe PMC reports error {value['errCode']}: {str(value.get('errMsg', ''))[:200]}")
    hits, listed = value.get("hitCount"), value.get("resultList")
    results = listed.get("result") if isinstance(listed, dict) else None
    if not isinstance(hits, int) or isinstance(hits, bool) or hits < 0 or not isinstance(results, list):
        raise Unbelieved("JSON that is no page of results")
    return value
