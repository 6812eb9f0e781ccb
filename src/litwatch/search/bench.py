"""Putting strategies to the sources without keeping anything: the one place of the lab that asks the network.

A source is asked through its own methods, made from a configuration that carries the strategy to try.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from litwatch.config import Config, Search, Secrets
from litwatch.model import Answer, AnyRecord
from litwatch.search.units import natively
from litwatch.sources import SOURCES, Source
from litwatch.sources.clinicaltrials import ClinicalTrials
from litwatch.sources.ctis import Ctis
from litwatch.sources.europepmc import EuropePmc
from litwatch.sources.http import Transport
from litwatch.sources.pubmed import PubMed

READ_AT_MOST = 200  # records read for their titles, per source and question
READ_ONE_BY_ONE = 50  # of them, where each costs requests of its own
# Sources that say how many records match, however many, for one request.
COUNTING: Mapping[str, type[PubMed | EuropePmc | ClinicalTrials]] = {
    "pubmed": PubMed,
    "europepmc": EuropePmc,
    "clinicaltrials": ClinicalTrials,
}
Tell = Callable[[int], None]


class Bench:
    """Asks sources for strategies that are not (yet) the watch's; ``requests`` is how many requests that took."""

    def __init__(self, config: Config, secrets: Secrets, transport: Transport, tell: Tell = lambda _: None) -> None:
        self.requests = 0
        self._config, self._secrets, self._transport, self._tell = config, secrets, transport, tell

    def source(self, name: str, search: Search) -> Source:
        """Return the source as it would be with ``search`` in config.yaml."""
        return SOURCES[name](self._config.model_copy(update={"search": search}), self._secrets, self._transport)

    def matched(self, name: str, search: Search, now: datetime) -> Answer:
        """Return what ``search`` matches, with its keys. Raises `SourceError`."""
        source = self.source(name, search)
        answer = source.search()
        if answer.hits and not answer.matched:
            # A registry that counts without listing: its whole set is small, and read in one request more.
            self._note(answer)
            answer = source.census((), now)
        return self._note(answer)

    def counted(self, search: Search, name: str = "pubmed") -> Answer:
        """Return how many records of a source that counts ``search`` matches, without keys. Raises `SourceError`."""
        config = self._config.model_copy(update={"search": search})
        return self._note(COUNTING[name](config, self._secrets, self._transport).count())

    def records(self, name: str, search: Search, query: str, now: datetime) -> tuple[AnyRecord, ...]:
        """Return the records that a native ``query`` matches, in full. Raises `SourceError`."""
        if not query:
            return ()
        source = self.source(name, search)
        if isinstance(source, Ctis):
            return self._note(source.named(query.split(" OR "))).records
        return self._note(self.source(name, natively(search, name, query)).census((), now)).records

    def titles(self, name: str, search: Search, keys: Sequence[str], now: datetime) -> dict[str, AnyRecord]:
        """Return the records of ``keys`` (the first `most_read`), by key. Raises `SourceError`."""
        query = by_key(name, keys[: most_read(name)])
        return {record.key: record for record in self.records(name, search, query, now) if record.key in set(keys)}

    def _note(self, answer: Answer) -> Answer:
        self.requests += answer.requests
        self._tell(answer.requests)
        return answer


def most_read(name: str) -> int:
    """Return how many records of a source are read for their titles to answer one question."""
    return READ_ONE_BY_ONE if name == "ctis" else READ_AT_MOST


def by_key(name: str, keys: Sequence[str]) -> str:
    """Return a query of ``name``'s own syntax for the records with these keys; "" where there is none."""
    if name == "pubmed":
        return " OR ".join(f"{key}[uid]" for key in keys)
    if name == "europepmc":
        return " OR ".join(
            f'(EXT_ID:"{number}" AND SRC:{database})' for database, _, number in (key.partition(":") for key in keys)
        )
    if name in {"clinicaltrials", "isrctn", "ctis"}:
        return " OR ".join(keys)
    return ""


def newest_first(key: str) -> tuple[int, str]:
    """Return what sorts keys by their number, the highest first: the latest in every source."""
    digits = "".join(char for char in key if char.isdigit())
    return -int(digits or 0), key


def whole_set(answer: Answer) -> bool:
    """Tell whether ``answer`` names every record it counts."""
    return answer.hits == len(answer.matched)
