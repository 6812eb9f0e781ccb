"""What the store holds, arranged for linking: who owns which identifier, which registrations are one trial. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from litwatch.identifiers import REGISTRIES, find, identifier
from litwatch.identify.numbers import Groups, Numbered, Twin, holders, numbered, trial_numbers, twins
from litwatch.model import Citation, Identifier, Known, Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """Reports by identifier; ``trials`` groups the registrations that are certainly one trial."""

    citations: tuple[tuple[str, Citation], ...]
    registrations: tuple[tuple[str, Registration], ...]
    pairs: tuple[Twin, ...]
    trials: Groups
    own: dict[str, frozenset[Identifier]]
    _reports: dict[Identifier, str] = field(default_factory=dict)
    _owners: dict[Identifier, tuple[str, ...]] = field(default_factory=dict)

    def report(self, *, pmid: str = "", doi: str = "") -> str | None:
        """Return the report that carries ``pmid``, or else ``doi``."""
        for kind, value in (("pmid", pmid), ("doi", doi)):
            entry = identifier(kind, value) if value else None
            if entry is not None and entry in self._reports:
                return self._reports[entry]
        return None

    def owners(self, number: Identifier) -> tuple[str, ...]:
        """Return the registrations of the trial that ``number`` means; () where it is unknown or ambiguous."""
        return self._owners.get(number, ())


def arrange(known: Sequence[Known]) -> Holdings:
    """Arrange ``known``; the result does not depend on its order."""
    ordered = sorted(known, key=lambda entry: (entry.report_id, entry.record.source, entry.record.key))
    citations = tuple((e.report_id, e.record) for e in ordered if isinstance(e.record, Citation))
    registrations = tuple((e.report_id, e.record) for e in ordered if isinstance(e.record, Registration))
    numbers = [numbered(report_id, record) for report_id, record in registrations]
    pairs = twins(numbers)
    trials = Groups(report_id for report_id, _ in registrations)
    for twin in pairs:
        if twin.certain:
            trials.join(twin.first, twin.second)
    own: dict[str, frozenset[Identifier]] = {}
    for numbers_of_one in numbers:
        report_id = numbers_of_one.report_id
        own[report_id] = own.get(report_id, frozenset()) | numbers_of_one.own
    reports: dict[Identifier, str] = {}
    for report_id, record in (*citations, *registrations):
        for entry in record.identifiers:
            reports.setdefault(entry, report_id)
        if record.source == "pubmed":
            reports.setdefault(Identifier(kind="pmid", value=record.key), report_id)
    return Holdings(
        citations=citations,
        registrations=registrations,
        pairs=pairs,
        trials=trials,
        own=own,
        _reports=reports,
        _owners=_owners(numbers, trials),
    )


def _owners(numbers: Sequence[Numbered], trials: Groups) -> dict[Identifier, tuple[str, ...]]:
    """Map each number to the registrations that own it, or else to the one trial that names it."""
    owning, naming = holders(numbers)
    found: dict[Identifier, tuple[str, ...]] = {}
    for number in (*owning, *naming):
        candidates = owning.get(number) or naming[number]
        if len({trials.root(report_id) for report_id in candidates}) == 1:
            found[number] = tuple(sorted(candidates))
    return found


def bank_numbers(citation: Citation) -> frozenset[Identifier]:
    """Return the trial numbers in the citation's DataBankList."""
    found: set[Identifier] = set()
    for bank in citation.data_banks:
        for accession in bank.accessions:
            bare = accession.strip()
            text = f"{bank.name}{bare}" if bank.name.upper() in {"ISRCTN", "DRKS", "KCT"} and bare.isdigit() else bare
            found |= {number for number in trial_numbers(find(text)) if number.kind in REGISTRIES}
    return frozenset(found)


def text_numbers(citation: Citation) -> frozenset[Identifier]:
    """Return the trial numbers in the citation's title and abstract."""
    return frozenset(number for number in trial_numbers(citation.mentions) if number.kind in REGISTRIES)
