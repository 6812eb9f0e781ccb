"""EU CTIS over its public portal's interface: each trial that names the drug, and the other concepts as well.

The interface is undocumented and may change without notice. By POST only; pages count from 1, and page 0 or a missing
``searchCriteria`` is answered with nothing at all. Source: recorded answers and what others observed (2026).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from litwatch.config import Config, Secrets
from litwatch.errors import UnexpectedAnswer
from litwatch.model import Answer, Known, Registration, Unreadable
from litwatch.search.strategy import ctis_query, ctis_words, holds
from litwatch.sources.ctis_trial import Overview, parse_overview, parse_trial, public_status
from litwatch.sources.expect import Unbelieved, json_object
from litwatch.sources.http import Transport

PAGE_SIZE = 100
REACH = 10_000  # trials of one search that the interface gives out
PER_SECOND = 3
BASE = len("2024-512310-18")  # of a number; what follows counts resubmissions
READ_AS = "trials that name one of these words, and the other concepts in title, condition, endpoint or product"
NOT_THERE = (400, 404)  # what some transitioned trials and numbers it dislikes were answered with


class Ctis:
    """The source ``ctis``; see `litwatch.sources.Source`."""

    name = "ctis"
    platform = "EU CTIS"
    caution = "the portal's interface is undocumented and may change or end without notice"
    follows = False

    def __init__(self, config: Config, secrets: Secrets, transport: Transport) -> None:
        del secrets  # the service has no key
        self.interface = config.sources.ctis.url
        self._words = ctis_words(config.search)
        native = "ctis" in config.search.native
        self._concepts = () if native else tuple(c for role, c in config.search.concepts.items() if role != "drug")
        self.query = ctis_query(self._words, self._concepts)
        self._client = transport.client(source=self.name, base=self.interface, per_second=PER_SECOND)

    def census(self, known: Sequence[Known], now: datetime) -> Answer:
        """Return all that is found, and all that is known and moved since it was read. Raises `SourceError`."""
        del now  # the registry is asked for its whole present set
        before = self._client.requests
        found, unreadable = self._found()
        held = {entry.record.key: entry for entry in known if entry.record.source == self.name}
        seen = dict(found)
        unread: set[str] = set()
        for key in sorted(held.keys() - found.keys()):
            line = self._line(held[key])
            if line is not None:
                seen[key] = line
            elif not self._is_gone(held[key]):
                unread.add(key)
        records: dict[str, Registration] = {}
        for key, line in sorted(seen.items()):
            if key in held and not _moved(held[key], line):
                unread.add(key)
                continue
            record = self._retrieve(line)
            if isinstance(record, Unreadable):
                unreadable.append(record)
            else:
                records[key] = record
        return Answer(
            records=tuple(records.values()),
            matched=frozenset(found),
            hits=len(found),
            translation=READ_AS if self._concepts else "",
            unreadable=tuple(unreadable),
            gone=frozenset(held.keys() - seen.keys() - unread),
            unread=frozenset(unread),
            requests=self._client.requests - before,
        )

    def search(self) -> Answer:
        """Return what is found, and read no trial in full. Raises `SourceError`."""
        before = self._client.requests
        found, unreadable = self._found()
        return Answer(
            records=(),
            matched=frozenset(found),
            hits=len(found),
            translation=READ_AS if self._concepts else "",
            unreadable=tuple(unreadable),
            requests=self._client.requests - before,
        )

    def named(self, numbers: Sequence[str]) -> Answer:
        """Return the trials with these numbers, in full; a number without its last pair means the latest.

        The search cannot be asked for several numbers, so each costs a request, and each found another. Raises
        `SourceError`.
        """
        before = self._client.requests
        every = (self._named(number, number[:BASE]) for number in numbers)
        found = [self._retrieve(line) for line in every if line is not None]
        return Answer(
            records=tuple(record for record in found if isinstance(record, Registration)),
            matched=frozenset(record.key for record in found),
            hits=len(found),
            unreadable=tuple(record for record in found if isinstance(record, Unreadable)),
            requests=self._client.requests - before,
        )

    def _found(self) -> tuple[dict[str, Overview], list[Unreadable]]:
        """Ask for each of the drug's words; return the trials that name the other concepts too, and the unreadable."""
        every: dict[str, Overview] = {}
        unreadable: list[Unreadable] = []
        for word in self._words:
            lines, bad = self._walk({"containAll": word, "containAny": "", "containNot": ""})
            unreadable += bad
            for line in lines:
                held = every.get(line.base)
                if held is None or line.number > held.number:  # a resubmission is the same trial
                    every[line.base] = line
        meant = {
            base: line for base, line in every.items() if all(holds(concept, line.text) for concept in self._concepts)
        }
        return meant, unreadable

    def _walk(self, criteria: Mapping[str, str]) -> tuple[list[Overview], list[Unreadable]]:
        """Walk all pages of one search."""
        lines: list[Overview] = []
        unreadable: list[Unreadable] = []
        for page in range(1, REACH // PAGE_SIZE + 1):
            asked = {
                "pagination": {"page": page, "size": PAGE_SIZE},
                "sort": {"property": "decisionDate", "direction": "DESC"},
                "searchCriteria": dict(criteria),
            }
            value = self._client.post("search", json=asked, expect=_page).value
            total = value["pagination"]["totalRecords"]
            if total >= REACH:
                raise UnexpectedAnswer(self.name, f"search: {total} trials match; narrow the search")
            for position, entry in enumerate(value["data"], start=1):
                try:
                    lines.append(parse_overview(entry))
                except Unbelieved as error:
                    unreadable.append(Unreadable(key=f"line {position} of page {page}", reason=str(error)))
            if not value["data"] or not value["pagination"].get("nextPage"):
                break
        # A trial that slid from one page to the next comes twice, and another then never came.
        seen = len({line.number for line in lines}) + len(unreadable)
        if seen != total:
            raise UnexpectedAnswer(self.name, f"search: {total} announced, {seen} received; the set is not believed")
        return lines, unreadable

    def _line(self, entry: Known) -> Overview | None:
        """Ask for a known trial by number: by the full one, then without the pair that counts resubmissions."""
        key = entry.record.key
        numbers = dict.fromkeys((_number_of(entry), key))
        return next((line for number in numbers if (line := self._named(number, key))), None)

    def _named(self, number: str, base: str) -> Overview | None:
        """Ask for a trial by a number; of its resubmissions the latest stands for it."""
        lines = [line for line in self._walk({"number": number})[0] if line.base == base]
        return max(lines, key=lambda line: line.number, default=None)

    def _is_gone(self, entry: Known) -> bool:
        """Tell whether the registry denies a trial that no search finds: an unknown number gets an empty object."""
        reply = self._client.get(f"retrieve/{_number_of(entry)}", expect=json_object, accept=NOT_THERE)
        return not reply.value

    def _retrieve(self, line: Overview) -> Registration | Unreadable:
        """Read one trial in full. One that the registry lists and cannot give costs nothing of the others."""
        reply = self._client.get(f"retrieve/{line.number}", expect=json_object, accept=NOT_THERE)
        if reply.value is None:
            return Unreadable(key=line.number, reason=f"listed, but answered with HTTP {reply.status}")
        try:
            return parse_trial(reply.value, line)
        except Unbelieved as error:
            return Unreadable(key=line.number, reason=str(error))


def _moved(entry: Known, line: Overview) -> bool:
    """Tell whether a known trial is to be read again. A status may change without anything being published."""
    record = entry.record
    published = record.revised.value if record.revised else ""
    same = published == line.moved != "" and _number_of(entry) == line.number
    same = same and isinstance(record, Registration) and record.status == public_status(line)
    return entry.vanished or not same


def _number_of(entry: Known) -> str:
    return next((one.value for one in entry.record.identifiers if one.kind == "euct"), entry.record.key)


def _page(body: bytes) -> Mapping[str, Any]:
    """Expect one page of a search."""
    value = json_object(body)
    pagination, data = value.get("pagination"), value.get("data")
    total = pagination.get("totalRecords") if isinstance(pagination, dict) else None
    if not isinstance(total, int) or isinstance(total, bool) or total < 0 or not isinstance(data, list):
        raise Unbelieved("JSON that is no page of a search")
    return value
