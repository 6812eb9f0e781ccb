"""PubMed over NCBI's E-utilities: the whole set that the query matches, and every known record read again.

Always by POST, so that the key is in no address; the search is by `litwatch.sources.eutils`, the records by
`litwatch.sources.pubmed_xml`. Source: https://www.ncbi.nlm.nih.gov/books/NBK25499/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from litwatch.config import Config, Secrets
from litwatch.errors import SourceRefused, UnexpectedAnswer
from litwatch.model import Answer, Citation, Known, Unreadable
from litwatch.search.strategy import pubmed_query
from litwatch.sources.eutils import SearchAnswer, is_transient, search_answer
from litwatch.sources.expect import Unbelieved, xml
from litwatch.sources.http import Transport
from litwatch.sources.pubmed_translation import doubts
from litwatch.sources.pubmed_xml import Deleted, Entry, Malformed, read

TOOL = "litwatch"
REACH = 9_999  # records of one search that esearch gives out
MOST = 50_000
BATCH = 200
REREAD_ALL = 2_000  # up to so many known records are all read again, every time
MONTHLY_DAYS = 7  # above that, all of them on the first days of a month,
OVERLAP_DAYS = 38  # and in between those revised in the last month and a week
PER_SECOND, PER_SECOND_WITH_KEY = 3, 10
FIRST_DAY = date(1800, 1, 1)


@dataclass(slots=True)
class _Reading:
    """What efetch gave for the ids it was asked for."""

    records: dict[str, Citation] = field(default_factory=dict)
    unreadable: list[Unreadable] = field(default_factory=list)

    def take(self, entries: Iterable[Entry]) -> None:
        """Keep each record once, in its highest version."""
        for entry in entries:
            if isinstance(entry, Unreadable):
                self.unreadable.append(entry)
            elif isinstance(entry, Citation):
                held = self.records.get(entry.key)
                if held is None or entry.version >= held.version:
                    self.records[entry.key] = entry

    def lacks(self, asked: Iterable[str]) -> list[str]:
        """Return the ids asked for of which nothing was heard."""
        heard = self.records.keys() | {entry.key for entry in self.unreadable}
        return [key for key in asked if key not in heard]


class PubMed:
    """The source ``pubmed``; see `litwatch.sources.Source`."""

    name = "pubmed"
    platform = "PubMed"
    caution = ""
    follows = False

    def __init__(self, config: Config, secrets: Secrets, transport: Transport) -> None:
        settings = config.sources.pubmed
        key = secrets.ncbi_api_key.get_secret_value() if secrets.ncbi_api_key else ""
        self.interface = settings.url
        self.query = pubmed_query(config.search)
        self._identity = {"db": "pubmed", "tool": TOOL, "retmode": "xml"}
        self._identity |= {"email": settings.email} if settings.email else {}
        self._identity |= {"api_key": key} if key else {}
        self._client = transport.client(
            source=self.name,
            base=settings.url,
            per_second=PER_SECOND_WITH_KEY if key else PER_SECOND,
            transient=is_transient,
        )

    def census(self, known: Sequence[Known], now: datetime) -> Answer:
        """Return all that the query matches and all that is known, as PubMed has it now. Raises `SourceError`."""
        before = self._client.requests
        own = (entry.record.key for entry in known if entry.record.source == self.name)
        found = self._search(self.query)
        matched = frozenset(self._all_ids(found, now))
        asked, left_out = self._to_read(matched, frozenset(own), now)
        reading = self._read(asked)
        missing = self._confirmed_missing(reading, asked)
        undelivered = [Unreadable(key=key, reason="found by the search but not delivered") for key in missing & matched]
        nameless = any(entry.key not in asked for entry in reading.unreadable)
        return Answer(
            records=tuple(reading.records.values()),
            matched=matched,
            hits=found.count,
            translation=found.translation,
            warnings=self._warnings(found),
            unreadable=(*reading.unreadable, *undelivered),
            # A record that came without a readable PMID may be any of those that seem to be missing.
            gone=frozenset() if nameless else frozenset(missing - matched),
            unread=left_out,
            requests=self._client.requests - before,
        )

    def search(self) -> Answer:
        """Return what the query matches, without reading a record. Raises `SourceError`."""
        before = self._client.requests
        found = self._search(self.query)
        return Answer(
            records=(),
            matched=frozenset(found.ids),
            hits=found.count,
            translation=found.translation,
            warnings=self._warnings(found),
            mapped=found.mapped,
            requests=self._client.requests - before,
        )

    def count(self) -> Answer:
        """Return how many records the query matches, however many, without their ids. Raises `SourceError`.

        Not by ``rettype=count``, which loses every warning.
        """
        before = self._client.requests
        form = {**self._identity, "term": self.query, "retmax": "0"}
        found = self._client.post("esearch.fcgi", form, expect=search_answer).value
        return Answer(
            records=(),
            matched=frozenset(),
            hits=found.count,
            translation=found.translation,
            warnings=self._warnings(found),
            mapped=found.mapped,
            requests=self._client.requests - before,
        )

    def _warnings(self, found: SearchAnswer) -> tuple[str, ...]:
        return (*found.warnings, *doubts(self.query, found.translation, found.mapped))

    def _search(self, term: str) -> SearchAnswer:
        """Ask for the count and as many ids as one search gives out."""

        def expect(body: bytes) -> SearchAnswer:
            answer = search_answer(body)
            ids = len(set(answer.ids))
            if ids != min(answer.count, REACH) or ids != len(answer.ids):
                raise Unbelieved(f"esearch counts {answer.count} records and lists {ids} ids")
            return answer

        form = {**self._identity, "term": term, "retmax": str(REACH), "retstart": "0"}
        answer = self._client.post("esearch.fcgi", form, expect=expect).value
        if not isinstance(answer, SearchAnswer):
            raise UnexpectedAnswer(self.name, "esearch.fcgi: no answer to the search")
        if answer.count > MOST:
            raise SourceRefused(
                self.name,
                f"the query matches {answer.count:,} records; above {MOST:,} it cannot be followed: narrow it",
            )
        return answer

    def _all_ids(self, found: SearchAnswer, now: datetime) -> tuple[str, ...]:
        """Return every id; above the reach of one search, by ranges of the day each record was created."""
        if found.count <= REACH:
            return found.ids
        # A day ahead: PubMed's days are those of the US East, and ours may not be.
        ids = tuple(self._ids_created(FIRST_DAY, now.date() + timedelta(days=2)))
        if len(ids) != found.count or len(set(ids)) != len(ids):
            raise UnexpectedAnswer(
                self.name,
                f"esearch.fcgi: {found.count} records in all, but {len(set(ids))} when asked by date of creation",
            )
        return ids

    def _ids_created(self, first: date, last: date) -> Iterator[str]:
        term = f"({self.query}) AND {_range(first, last, 'crdt')}"
        found = self._search(term)
        if found.count <= REACH:
            yield from found.ids
            return
        if first == last:
            raise SourceRefused(self.name, f"{found.count:,} records were created on {first}: narrow the query")
        middle = first + (last - first) // 2
        yield from self._ids_created(first, middle)
        yield from self._ids_created(middle + timedelta(days=1), last)

    def _to_read(
        self, matched: frozenset[str], known: frozenset[str], now: datetime
    ) -> tuple[list[str], frozenset[str]]:
        """Return the ids to fetch, and the known ids left out because PubMed has not revised them lately."""
        if len(known) <= REREAD_ALL or now.day <= MONTHLY_DAYS:
            return sorted(matched | known, key=int), frozenset()
        today = now.date()
        days = _range(today - timedelta(days=OVERLAP_DAYS), today + timedelta(days=2), "lr")
        term = f"({self.query}) AND {days}"
        found = self._search(term)
        if found.count > REACH or doubts(term, found.translation, found.mapped):
            return sorted(matched | known, key=int), frozenset()
        left_out = (matched & known) - set(found.ids)
        return sorted((matched | known) - left_out, key=int), left_out

    def _read(self, asked: Sequence[str]) -> _Reading:
        reading = _Reading()
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            form = {**self._identity, "id": ",".join(batch)}
            entries = self._client.post("efetch.fcgi", form, expect=_article_set(frozenset(batch))).value
            reading.take(entries)
        return reading

    def _confirmed_missing(self, reading: _Reading, asked: Sequence[str]) -> frozenset[str]:
        """Return the ids that PubMed does not give even when asked for once more, by themselves."""
        missing = reading.lacks(asked)
        if missing:
            again = self._read(missing)
            reading.take([*again.records.values(), *again.unreadable])
        return frozenset(reading.lacks(missing))


def _range(first: date, last: date, tag: str) -> str:
    return f"{first:%Y/%m/%d}:{last:%Y/%m/%d}[{tag}]"


def _article_set(asked: frozenset[str]) -> Callable[[bytes], list[Entry]]:
    """Return an expectation: a whole PubmedArticleSet that holds nothing but records asked for."""
    is_set = xml("PubmedArticleSet")

    def expect(body: bytes) -> list[Entry]:
        is_set(body)
        try:
            entries = list(read(body))
        except Malformed as error:
            raise Unbelieved(f"PubMed XML that cannot be read ({error})") from error
        foreign = [entry.key for entry in entries if isinstance(entry, Citation) and entry.key not in asked]
        if foreign:
            raise Unbelieved(f"{len(foreign)} records that were not asked for, {foreign[0]} first")
        return [entry for entry in entries if not isinstance(entry, Deleted)]

    return expect
