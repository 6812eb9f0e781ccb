"""ClinicalTrials.gov over its API, version 2: the whole set that the queries match, and every known study read again.

Source: the service's OpenAPI document (https://clinicaltrials.gov/api/oas/v2). The service documents no rate limit; the
spacing here is well below what others were refused at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from litwatch.config import LOOPBACK, Config, Secrets
from litwatch.errors import UnexpectedAnswer
from litwatch.model import Answer, Known, Registration, Unreadable
from litwatch.search.strategy import clinicaltrials_queries, readable
from litwatch.sources.clinicaltrials_study import parse_study
from litwatch.sources.expect import Unbelieved, json_object
from litwatch.sources.http import Transport

PAGE_SIZE = 1_000  # the most one page holds
MOST_PAGES = 200
IDS_PER_REQUEST = 100  # keeps an address under 2,000 characters
PER_SECOND = 0.75
PER_SECOND_ON_LOOPBACK = 50
NOT_FOUND = 404


@dataclass(slots=True)
class _Reading:
    """What was read so far, over all queries and pages."""

    records: dict[str, Registration] = field(default_factory=dict)
    unreadable: dict[str, Unreadable] = field(default_factory=dict)

    def take(self, studies: Sequence[Any]) -> set[str]:
        """Read one page; return the numbers of the studies on it."""
        keys: set[str] = set()
        for position, study in enumerate(studies):
            try:
                record = parse_study(study)
            except Unbelieved as error:
                key = f"study {position + 1} of a page"
                self.unreadable[key] = Unreadable(key=key, reason=str(error))
                continue
            self.records[record.key] = record
            keys.add(record.key)
        return keys


class ClinicalTrials:
    """The source ``clinicaltrials``; see `litwatch.sources.Source`."""

    name = "clinicaltrials"
    platform = "ClinicalTrials.gov"
    caution = ""
    follows = False

    def __init__(self, config: Config, secrets: Secrets, transport: Transport) -> None:
        del secrets  # the service has no key
        self.interface = config.sources.clinicaltrials.url
        self._queries = clinicaltrials_queries(config.search)
        self.query = readable(self._queries)
        loopback = urlsplit(self.interface).hostname in LOOPBACK
        self._client = transport.client(
            source=self.name,
            base=self.interface,
            per_second=PER_SECOND_ON_LOOPBACK if loopback else PER_SECOND,
        )

    def census(self, known: Sequence[Known], now: datetime) -> Answer:
        """Return all that the queries match and all that is known, as the registry has it now. Raises `SourceError`."""
        del now  # the registry is asked for its whole present set
        before = self._client.requests
        own = [entry.record.key for entry in known if entry.record.source == self.name]
        version = self._version()
        reading, matched = self._matched()
        # The registry is rebuilt once a day; pages from two states do not make one set.
        if self._version() != version:
            version = self._version()
            reading, matched = self._matched()
            if self._version() != version:
                raise UnexpectedAnswer(self.name, "version: the data changed twice while it was read; run again")
        hits = len(matched) + len(reading.unreadable)
        gone, moved = self._reread(reading, [key for key in own if key not in reading.records])
        warnings = () if not reading.unreadable else (f"{len(reading.unreadable)} studies could not be read",)
        return Answer(
            records=tuple(reading.records[key] for key in sorted(reading.records)),
            matched=frozenset(matched),
            hits=hits,
            version=version,
            warnings=warnings,
            unreadable=tuple(reading.unreadable.values()),
            gone=frozenset(gone),
            moved=tuple(sorted(moved.items())),
            requests=self._client.requests - before,
        )

    def search(self) -> Answer:
        """Return what the queries match, without reading a record in full. Raises `SourceError`."""
        before = self._client.requests
        version = self._version()
        matched: set[str] = set()
        for query in self._queries:
            matched |= self._walk({**query, "fields": "NCTId"}, _Reading())
        return Answer(
            records=(),
            matched=frozenset(matched),
            hits=len(matched),
            version=version,
            requests=self._client.requests - before,
        )

    def count(self) -> Answer:
        """Return how many studies each query matches at most, without their numbers. Raises `SourceError`."""
        before = self._client.requests
        hits = 0
        for query in self._queries:
            asked = {**query, "format": "json", "fields": "NCTId", "pageSize": "1", "countTotal": "true"}
            total = self._client.get("studies", asked, expect=json_object).value.get("totalCount")
            if not isinstance(total, int):
                raise UnexpectedAnswer(self.name, "studies: no total in the answer")
            hits = max(hits, total)
        return Answer(records=(), matched=frozenset(), hits=hits, requests=self._client.requests - before)

    def _version(self) -> str:
        value = self._client.get("version", expect=json_object).value
        stamp = value.get("dataTimestamp")
        if not isinstance(stamp, str) or not stamp:
            raise UnexpectedAnswer(self.name, "version: no dataTimestamp in the answer")
        return stamp

    def _matched(self) -> tuple[_Reading, set[str]]:
        """Return every study that any of the queries matches."""
        reading = _Reading()
        matched: set[str] = set()
        for query in self._queries:
            matched |= self._walk(query, reading)
        return reading, matched

    def _walk(self, query: Mapping[str, str], reading: _Reading) -> set[str]:
        """Walk all pages of one query. The last page may be empty: a token is given out whenever a page is full."""
        asked = {**query, "format": "json", "markupFormat": "markdown", "pageSize": str(PAGE_SIZE)}
        page: dict[str, str] = {"countTotal": "true"}
        keys: set[str] = set()
        tokens: set[str] = set()
        total, count = None, 0
        for _ in range(MOST_PAGES):
            value = self._client.get("studies", {**asked, **page}, expect=json_object).value
            studies = value.get("studies")
            if not isinstance(studies, list):
                raise UnexpectedAnswer(self.name, "studies: no list of studies in the answer")
            if total is None:
                total = value.get("totalCount")
            count += len(studies)
            keys |= reading.take(studies)
            token = value.get("nextPageToken")
            if token is None:
                break
            if not isinstance(token, str) or token in tokens:
                raise UnexpectedAnswer(self.name, "studies: a page token came twice; the set is not believed")
            tokens.add(token)
            page = {"pageToken": token}
        else:
            raise UnexpectedAnswer(self.name, f"studies: more than {MOST_PAGES} pages; narrow the search")
        if total != count:
            raise UnexpectedAnswer(self.name, f"studies: {total} announced, {count} received; the set is not believed")
        return keys

    def _reread(self, reading: _Reading, missing: Sequence[str]) -> tuple[set[str], dict[str, str]]:
        """Read known studies that the queries no longer match; return those gone, and those under a new number."""
        for start in range(0, len(missing), IDS_PER_REQUEST):
            batch = missing[start : start + IDS_PER_REQUEST]
            self._walk({"filter.ids": ",".join(batch)}, reading)
        gone: set[str] = set()
        moved: dict[str, str] = {}
        for key in missing:
            if key in reading.records:
                continue
            reply = self._client.get(f"studies/{key}", {"format": "json"}, expect=json_object, accept=(NOT_FOUND,))
            if reply.status == NOT_FOUND:
                gone.add(key)
                continue
            try:
                record = parse_study(reply.value)
            except Unbelieved as error:
                reading.unreadable[key] = Unreadable(key=key, reason=str(error))
                continue
            reading.records[record.key] = record
            if record.key != key:
                moved[key] = record.key
        return gone, moved
