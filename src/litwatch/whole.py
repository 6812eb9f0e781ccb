"""One report in all its records: which of them speaks for it, and what the others add. Pure.

Numbers of two versions are never mixed: the speaker's title, abstract, dates and registry fields stand as they are, and
the others add only what it leaves empty, further identifiers, and notices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from litwatch.model import AnyRecord, Citation, CommentCorrection, Identifier

# Which record speaks for a report that several sources returned: the source nearest to the report's origin.
SPOKESMEN = ("pubmed", "clinicaltrials", "europepmc", "isrctn", "ctis", "ictrp", "files", "crossref")
LIBRARY = "known"


def rank(source: str) -> int:
    """Return how early a source's record speaks for its report; the user's own library comes last."""
    if source == LIBRARY:
        return len(SPOKESMEN) + 1
    return SPOKESMEN.index(source) if source in SPOKESMEN else len(SPOKESMEN)


def whole(records: Sequence[AnyRecord]) -> AnyRecord:
    """Return the report that ``records`` describe, the speaker first; one record is returned as it is."""
    speaker, *others = records
    if not others:
        return speaker
    found = replace(speaker, identifiers=_identifiers(records))
    citations = [record for record in others if isinstance(record, Citation)]
    if not isinstance(found, Citation) or not citations:
        return found
    return replace(
        found,
        abstract=found.abstract or next((record.abstract for record in citations if record.abstract), ()),
        free_full_text=found.free_full_text or next((r.free_full_text for r in citations if r.free_full_text), ""),
        corrections=_corrections([found, *citations]),
    )


def _identifiers(records: Sequence[AnyRecord]) -> tuple[Identifier, ...]:
    """Return the speaker's identifiers, and of each kind that it lacks the first record's that has one."""
    found: dict[str, tuple[Identifier, ...]] = {}
    for record in records:
        kinds = dict.fromkeys(entry.kind for entry in record.identifiers)
        for kind in kinds:
            found.setdefault(kind, tuple(entry for entry in record.identifiers if entry.kind == kind))
    return tuple(entry for entries in found.values() for entry in entries)


def _corrections(citations: Sequence[Citation]) -> tuple[CommentCorrection, ...]:
    """Return each kind's pointers from the record that has most of them: two sources name one event each their way."""
    kinds = dict.fromkeys(entry.ref_type for citation in citations for entry in citation.corrections)
    counts = [Counter(entry.ref_type for entry in citation.corrections) for citation in citations]
    found: list[CommentCorrection] = []
    for kind in kinds:
        richest = max(range(len(citations)), key=lambda at: (counts[at][kind], -at))
        found += [entry for entry in citations[richest].corrections if entry.ref_type == kind]
    return tuple(found)
