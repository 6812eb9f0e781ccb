"""Which citation reports which trial: DataBankList, registry references, numbers in the text. Pure.

Source: NLM fills DataBankList when the article is devoted to the trial's results; ClinicalTrials.gov's references are
RESULT (the sponsor says so), DERIVED (found by the number in PubMed; believed of a report that NLM typed as a trial's,
and of a protocol) or BACKGROUND (never a link). Where a text names a number as its own: `litwatch.identify.stated`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from litwatch.identifiers import KINDS, display
from litwatch.identify.holdings import Holdings, bank_numbers, text_numbers
from litwatch.identify.nature import Nature, is_typed_trial, nature
from litwatch.identify.stated import Place, place
from litwatch.model import Citation, Identifier, Registration, Relation, RelationKind

_KINDS: dict[Nature, RelationKind] = {"results": "results_of", "doubtful": "results_of", "protocol": "protocol_of"}
_SAYS = {
    "RESULT": "as a result (RESULT)",
    "DERIVED": "by an automatic link (DERIVED)",
    "PROTOCOL": "as its protocol",
}

Basis = Literal["bank", "result", "derived"] | Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One piece of evidence that ``report_id`` speaks of the trial of ``number`` (``target``, when it is held)."""

    report_id: str
    role: Nature
    number: Identifier
    target: str | None
    basis: Basis
    evidence: str
    certain: bool


def trial_relations(held: Holdings) -> Iterator[Relation]:
    """Yield each citation's links to registrations, and those between citations of one trial not held."""
    citations: dict[str, list[Citation]] = defaultdict(list)
    for report_id, citation in held.citations:
        citations[report_id].append(citation)
    references = _references(held)
    claims: list[Claim] = []
    for report_id, records in citations.items():
        claims += _settled(held, _claims(held, _read(report_id, records), references.get(report_id, ())))
    for claim in claims:
        if claim.target is not None and claim.target != claim.report_id:
            yield Relation(
                kind=_KINDS.get(claim.role, "mentions"),
                from_report=claim.report_id,
                to_report=claim.target,
                evidence=claim.evidence,
                certain=claim.certain,
            )
    yield from _companions(claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """A registration that names a citation."""

    report_id: str
    registration: Registration
    type: str
    pmid: str


def _references(held: Holdings) -> dict[str, list[_Named]]:
    found: dict[str, list[_Named]] = defaultdict(list)
    for report_id, registration in held.registrations:
        for reference in registration.references:
            if reference.type not in _SAYS:
                continue  # BACKGROUND never, an unknown type neither
            doi = KINDS["doi"].pattern.search(reference.citation)
            cited = held.report(pmid=reference.pmid, doi=doi[0] if doi and not reference.pmid else "")
            if cited is not None:
                found[cited].append(
                    _Named(report_id=report_id, registration=registration, type=reference.type, pmid=reference.pmid)
                )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One report in all its records, with the trial numbers that they carry."""

    report_id: str
    records: tuple[Citation, ...]
    role: Nature
    bank: frozenset[Identifier]  # DataBankList
    text: frozenset[Identifier]  # title and abstract


def _read(report_id: str, records: Iterable[Citation]) -> _Reading:
    records = tuple(records)
    return _Reading(
        report_id=report_id,
        records=records,
        role=_role(records),
        bank=frozenset[Identifier]().union(*(bank_numbers(record) for record in records)),
        text=frozenset[Identifier]().union(*(text_numbers(record) for record in records)),
    )


def _claims(held: Holdings, read: _Reading, references: Iterable[_Named]) -> list[Claim]:
    """Collect what every record of one report and every registration says, each claim judged by itself."""
    claims = [
        *_bank_claims(held, read),
        *_text_claims(held, read),
        *(_reference_claim(held, read, entry) for entry in references),
    ]
    starts = dict(held.registrations)
    return [_dated(claim, read.records, starts) for claim in claims]


def _bank_claims(held: Holdings, read: _Reading) -> Iterator[Claim]:
    one = _one_trial(held, read.bank)
    for number in sorted(read.bank):
        evidence = f"{display(number)} is in the article's PubMed DataBankList"
        claim = Claim(
            report_id=read.report_id,
            role=read.role,
            number=number,
            target=None,
            basis="bank",
            evidence=evidence if one else f"{evidence}, beside other trials' numbers",
            certain=one,
        )
        yield from _to_targets(held, claim)


def _text_claims(held: Holdings, read: _Reading) -> Iterator[Claim]:
    one = _one_trial(held, read.text | read.bank)
    places = {number: place(number, read.records) for number in sorted(read.text - read.bank)}
    own = frozenset(number for number, (basis, _) in places.items() if basis == "own")
    one_own = _one_trial(held, own | read.bank)  # numbers of other trials may stand elsewhere in the text
    for number, (basis, where) in places.items():
        alone = one or (one_own and number in own)
        claim = Claim(
            report_id=read.report_id,
            role=read.role if alone and basis != "talk" else "comment",
            number=number,
            target=None,
            basis=basis,
            evidence=f"{display(number)} stands in the {where}" + ("" if alone else ", among other trials' numbers"),
            certain=alone and basis == "own",
        )
        yield from _to_targets(held, claim)


def _reference_claim(held: Holdings, read: _Reading, entry: _Named) -> Claim:
    own = held.own.get(entry.report_id, frozenset())
    certain = not _contradicted(own, read.bank)
    if entry.type == "DERIVED" and not own & (read.bank | read.text):
        typed = read.role == "protocol" or any(map(is_typed_trial, read.records))
        certain = typed and not _contradicted(own, read.bank | read.text)
    says = _SAYS[entry.type]
    what = f"PMID {entry.pmid}" if entry.pmid else "this article"
    registry = entry.registration.registry or entry.registration.source
    return Claim(
        report_id=read.report_id,
        role=read.role,
        number=min(own, default=Identifier(kind="", value=entry.registration.key)),
        target=entry.report_id,
        basis="result" if entry.type == "RESULT" else "derived",
        evidence=f"{registry} {entry.registration.key} names {what} {says}",
        certain=certain and read.role in {"results", "protocol"},
    )


def _role(records: Iterable[Citation]) -> Nature:
    """Return the most cautious reading that any record of the report allows."""
    order: tuple[Nature, ...] = ("notice", "comment", "review", "protocol", "doubtful", "results")
    return min((nature(record) for record in records), key=order.index)


def _to_targets(held: Holdings, claim: Claim) -> Iterator[Claim]:
    """Yield ``claim`` for each registration that its number means, or as it is when none is held."""
    claim = replace(claim, certain=claim.certain and claim.role in {"results", "protocol"})
    for target in held.owners(claim.number) or (None,):
        yield replace(claim, target=target)


def _one_trial(held: Holdings, numbers: frozenset[Identifier]) -> bool:
    """Tell whether ``numbers`` can all be of one trial: one registry's each, and no two trials held."""
    trials: dict[str, set[str]] = defaultdict(set)
    for number in numbers:
        owners = held.owners(number)
        trials[held.trials.root(owners[0]) if owners else str(number)] |= {number.kind}
    if len(trials) == 1:
        return True
    kinds = [kind for group in trials.values() for kind in group]
    stored = sum(bool(held.owners(number)) for number in numbers)
    distinct = {held.trials.root(held.owners(number)[0]) for number in numbers if held.owners(number)}
    return len(kinds) == len(set(kinds)) and (stored == 0 or len(distinct) == 1)


def _contradicted(own: frozenset[Identifier], bank: frozenset[Identifier]) -> bool:
    """Tell whether PubMed gives the article another number of the same registry."""
    kinds = {number.kind for number in own} & {number.kind for number in bank}
    return bool(kinds) and not own & bank


def _dated(claim: Claim, records: Iterable[Citation], registrations: dict[str, Registration]) -> Claim:
    """Doubt results that were published before their trial began."""
    registration = registrations.get(claim.target or "")
    if registration is None or registration.start is None or claim.role != "results" or not claim.certain:
        return claim
    start = registration.start.value
    for record in records:
        published = record.published.value if record.published else ""
        shared = min(len(published), len(start))
        if published and published[:shared] < start[:shared]:
            doubt = f"{claim.evidence}; but it was published ({published}) before the trial began ({start})"
            return replace(claim, certain=False, evidence=doubt)
    return claim


def _settled(held: Holdings, claims: list[Claim]) -> list[Claim]:
    """Believe no report to be of two trials: where the claims disagree, only DataBankList is left certain."""
    trials = {held.trials.root(claim.target) for claim in claims if claim.certain and claim.target}
    if len(trials) <= 1:
        return claims
    bank = {held.trials.root(c.target) for c in claims if c.certain and c.target and c.basis == "bank"}
    return [
        claim
        if claim.target is None or (len(bank) == 1 and held.trials.root(claim.target) in bank)
        else replace(claim, certain=False)
        for claim in claims
    ]


def _companions(claims: list[Claim]) -> Iterator[Relation]:
    """Yield the links between citations that carry the number of one trial whose registration is not held."""
    groups: dict[Identifier, dict[str, Claim]] = defaultdict(dict)
    numbers: dict[str, set[Identifier]] = defaultdict(set)
    for claim in claims:
        numbers[claim.report_id].add(claim.number)
        if claim.target is None and claim.certain:
            groups[claim.number].setdefault(claim.report_id, claim)
    for number, members in groups.items():
        every = set[Identifier]().union(*(numbers[report_id] for report_id in members))
        certain = len(every) == len({entry.kind for entry in every})  # else the number is an umbrella over trials
        centre = min(members.values(), key=lambda claim: (claim.role != "results", claim.report_id))
        for claim in members.values():
            if claim is centre:
                continue
            yield Relation(
                kind="protocol_of" if claim.role == "protocol" and centre.role == "results" else "same_trial_as",
                from_report=claim.report_id,
                to_report=centre.report_id,
                evidence=f"both carry the trial number {display(number)}: {claim.evidence}",
                certain=certain,
            )
