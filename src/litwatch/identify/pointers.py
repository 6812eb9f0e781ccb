"""Links that a database itself draws between two articles: notices, versions, comments. Pure.

Source: PubMed's CommentsCorrections; every RefType comes in two directions.
"""

from __future__ import annotations

from collections.abc import Iterator

from litwatch.identify.holdings import Holdings
from litwatch.identify.nature import is_preprint
from litwatch.model import Citation, CommentCorrection, Relation, RelationKind

# RefType → (relation, whether it runs from the record to what it points at).
POINTERS: dict[str, tuple[RelationKind, bool]] = {
    "RetractionOf": ("retraction_of", True),
    "RetractionIn": ("retraction_of", False),
    "PartialRetractionOf": ("retraction_of", True),
    "PartialRetractionIn": ("retraction_of", False),
    "ErratumFor": ("erratum_of", True),
    "ErratumIn": ("erratum_of", False),
    "ExpressionOfConcernFor": ("concern_about", True),
    "ExpressionOfConcernIn": ("concern_about", False),
    "CommentOn": ("comment_on", True),
    "CommentIn": ("comment_on", False),
    "UpdateOf": ("update_of", True),
    "UpdateIn": ("update_of", False),
    "CorrectedandRepublishedFrom": ("update_of", True),
    "CorrectedandRepublishedIn": ("update_of", False),
    "RetractedandRepublishedFrom": ("update_of", True),
    "RetractedandRepublishedIn": ("update_of", False),
    "RepublishedFrom": ("update_of", True),
    "RepublishedIn": ("update_of", False),
}


def pointed_relations(held: Holdings) -> Iterator[Relation]:
    """Yield a certain relation for every pointer whose other end is held."""
    preprints = {report_id for report_id, citation in held.citations if is_preprint(citation)}
    for report_id, citation in held.citations:
        for correction in citation.corrections:
            other = held.report(pmid=correction.pmid, doi=correction.doi)
            if other is None or other == report_id or correction.ref_type not in POINTERS:
                continue
            kind, forward = POINTERS[correction.ref_type]
            origin, target = (report_id, other) if forward else (other, report_id)
            if kind == "update_of" and (origin in preprints) != (target in preprints):
                kind = "preprint_of"
                origin, target = (origin, target) if origin in preprints else (target, origin)
            yield Relation(
                kind=kind,
                from_report=origin,
                to_report=target,
                evidence=f"{_named(citation)} points at {_target(correction.pmid, correction.doi)} "
                f"in {_platform(citation)} ({_words(correction)})",
                # Europe PMC draws some of its links itself, from a title and a first author, and says so.
                certain="match" not in correction.note,
            )


def _words(correction: CommentCorrection) -> str:
    return f"{correction.ref_type}: {correction.note}" if correction.note else correction.ref_type


def _named(citation: Citation) -> str:
    return f"PMID {citation.key}" if citation.source == "pubmed" else citation.key


def _target(pmid: str, doi: str) -> str:
    return f"PMID {pmid}" if pmid else f"doi:{doi}"


def _platform(citation: Citation) -> str:
    return {"pubmed": "PubMed", "europepmc": "Europe PMC", "crossref": "Crossref"}.get(citation.source, citation.source)
