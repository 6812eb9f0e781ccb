"""The ISRCTN registry over its query API: count first, then exactly so many trials.

Source: https://www.isrctn.com/page/api. The API has no paging (``offset`` and ``page`` are ignored), and a filter it
does not understand is dropped without a word, so that everything comes back: the total must be plausible.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from lxml import etree

from litwatch.config import Config, Secrets
from litwatch.errors import UnexpectedAnswer
from litwatch.model import Answer, Known, Registration, Unreadable
from litwatch.search.strategy import isrctn_query
from litwatch.sources.expect import Unbelieved, xml
from litwatch.sources.http import Transport
from litwatch.sources.isrctn_trial import NAMESPACE, parse_trial

PATH = "query/format/default"
MOST = 2_000  # of 28,700: no topic's search matches one trial in fourteen, a dropped filter matches them all
IDS_PER_REQUEST = 25
PER_SECOND = 1

Reading = tuple[dict[str, Registration], list[Unreadable]]


class Isrctn:
    """The source ``isrctn``; see `litwatch.sources.Source`."""

    name = "isrctn"
    platform = "ISRCTN"
    caution = ""
    follows = False

    def __init__(self, config: Config, secrets: Secrets, transport: Transport) -> None:
        del secrets  # the service has no key
        self.interface = config.sources.isrctn.url
        self.query = isrctn_query(config.search)
        self._client = transport.client(source=self.name, base=self.interface, per_second=PER_SECOND)

    def census(self, known: Sequence[Known], now: datetime) -> Answer:
        """Return all that the query matches and all that is known, as the registry has it now. Raises `SourceError`."""
        before = self._client.requests
        records, unreadable = self._read(self.query, self._count(self.query), now.date())
        matched, hits = frozenset(records), len(records) + len(unreadable)
        missing = [entry.record.key for entry in known if entry.record.source == self.name]
        missing = [key for key in missing if key not in matched]
        for start in range(0, len(missing), IDS_PER_REQUEST):
            batch = missing[start : start + IDS_PER_REQUEST]
            query = " OR ".join(batch)
            found, more = self._read(query, self._count(query), now.date())
            # Other trials may name a number too; only those asked for are re-read.
            records |= {key: record for key, record in found.items() if key in batch}
            unreadable += more
        nameless = bool(unreadable)  # any of those may be one that seems to be missing
        return Answer(
            records=tuple(records[key] for key in sorted(records)),
            matched=matched,
            hits=hits,
            unreadable=tuple(unreadable),
            gone=frozenset() if nameless else frozenset(missing) - records.keys(),
            requests=self._client.requests - before,
        )

    def search(self) -> Answer:
        """Return how many trials the query matches. Raises `SourceError`."""
        before = self._client.requests
        hits = self._count(self.query)
        return Answer(records=(), matched=frozenset(), hits=hits, requests=self._client.requests - before)

    def _count(self, query: str) -> int:
        root = self._client.get(PATH, {"q": query, "limit": "0"}, expect=_trials).value
        total = int(root.get("totalCount"))
        if total > MOST:
            raise UnexpectedAnswer(
                self.name, f"{PATH}: {total} trials match, so part of the query was ignored; the set is not believed"
            )
        return total

    def _read(self, query: str, total: int, today: date) -> Reading:
        """Read all trials that ``query`` matches; ``total`` is what the count said."""
        if total == 0:
            return {}, []
        root = self._client.get(PATH, {"q": query, "limit": str(total)}, expect=_trials).value
        trials = root.findall(f"{{{NAMESPACE}}}fullTrial")
        if not total == int(root.get("totalCount")) == len(trials):
            raise UnexpectedAnswer(
                self.name,
                f"{PATH}: {total} counted, then {root.get('totalCount')} announced and {len(trials)} received; "
                "the set is not believed",
            )
        records: dict[str, Registration] = {}
        unreadable: list[Unreadable] = []
        for position, trial in enumerate(trials, start=1):
            try:
                record = parse_trial(trial, today)
            except Unbelieved as error:
                unreadable.append(Unreadable(key=f"trial {position}", reason=str(error)))
                continue
            records[record.key] = record
        return records, unreadable


def _trials(body: bytes) -> Any:
    """Expect the ``default`` format: ``allTrials`` in the registry's namespace, with a total."""
    xml("allTrials")(body)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Unbelieved(f"XML that cannot be read ({error.msg})") from error
    if root.tag != f"{{{NAMESPACE}}}allTrials" or not re.fullmatch(r"[0-9]{1,9}", root.get("totalCount", "")):
        raise Unbelieved("XML that is no list of trials in the default format")
    return root
