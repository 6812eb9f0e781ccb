"""Whether a record is a report already known under another source: by identifiers of the report itself. Pure.

The order of trust: PMID, PMCID, registry number, DOI. A DOI is shared by a meeting's abstracts, a notice and its paper,
an article and its translation, so two PMIDs overrule it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from litwatch.identifiers import display, find, unversioned
from litwatch.identify.numbers import trial_numbers
from litwatch.model import AnyRecord, Identifier, Known, Registration

_TRUST = {"pmid": 0, "pmcid": 1, "doi": 3}
_REGISTRY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A known report that carries the same identifier; not ``certain`` where another identifier speaks against it."""

    report_id: str
    certain: bool
    reason: str  # "both carry doi:10.…"
    kind: str  # of the identifier


class Shelf:
    """Known records, found by their identifiers."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._by_identifier: dict[Identifier, list[Known]] = defaultdict(list)
        self._pmids: dict[str, set[str]] = defaultdict(set)
        for entry in known:
            for identifier in identity(entry.record):
                self._by_identifier[identifier].append(entry)
                if identifier.kind == "pmid":
                    self._pmids[entry.report_id].add(identifier.value)

    def find(self, record: AnyRecord, *, but: str = "") -> Match | None:
        """Return the known report that ``record`` is, or may be; a certain one before a possible one; never ``but``."""
        own = identity(record)
        pmids = {entry.value for entry in own if entry.kind == "pmid"}
        possible = None
        for identifier in sorted(own, key=lambda entry: (_TRUST.get(entry.kind, _REGISTRY), entry)):
            for held in self._carrying(identifier):
                if held.report_id == but:
                    continue
                theirs = self._pmids[held.report_id]
                shared = f"both carry {display(identifier)}"
                if (pmids and theirs and not pmids & theirs) or (held.record.kind == "notice") != (
                    record.kind == "notice"
                ):
                    doubt = "their PMIDs differ" if pmids and theirs else "only one of them is a notice"
                    possible = possible or _match(held, identifier, f"{shared}, but {doubt}", certain=False)
                    continue
                return _match(held, identifier, shared, certain=True)
        return possible

    def _carrying(self, identifier: Identifier) -> list[Known]:
        found = self._by_identifier.get(identifier, ())
        return sorted(found, key=lambda entry: (entry.report_id, entry.record.source, entry.record.key))

    def sharing(self, record: AnyRecord, kind: str, *, but: str = "") -> tuple[Match, ...]:
        """Return every known report that carries an identifier of ``kind`` that ``record`` carries; never ``but``."""
        found: dict[str, Match] = {}
        for identifier in sorted(entry for entry in identity(record) if entry.kind == kind):
            for held in self._carrying(identifier):
                reason = f"both carry {display(identifier)}"
                found.setdefault(held.report_id, _match(held, identifier, reason, certain=True))
        return tuple(match for report_id, match in sorted(found.items()) if report_id != but)


def _match(held: Known, identifier: Identifier, reason: str, *, certain: bool) -> Match:
    return Match(report_id=held.report_id, certain=certain, reason=reason, kind=identifier.kind)


def identity(record: AnyRecord) -> frozenset[Identifier]:
    """Return the identifiers by which ``record`` may be taken for another source's record of the same report."""
    if isinstance(record, Registration):
        numbers = set(trial_numbers(record.identifiers))
        for alias in record.aliases:
            numbers |= trial_numbers(find(alias))
        return frozenset(number for number in numbers if number.kind != "utn")
    found = {entry for entry in record.identifiers if entry.kind in _TRUST}
    if record.kind == "preprint":
        found = {replace(entry, value=unversioned(entry.value)) if entry.kind == "doi" else entry for entry in found}
    if record.source == "pubmed":
        found.add(Identifier(kind="pmid", value=record.key))
    return frozenset(found)
