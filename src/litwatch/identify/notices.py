"""Notices that newly point at a citation: retraction, expression of concern, correction. Pure.

An erratum is not a retraction, and a comment is neither; others have mixed them up. Source: PubMed's RefTypes and the
publication type "Retracted Publication"; either may come without the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from litwatch.identify.nature import RETRACTED_TITLE
from litwatch.identify.words import shortened
from litwatch.model import Change, Citation, Grade

LATER_VERSION = "later version"
# RefType on the article that the notice is about → (field, grade).
_NOTICES: dict[str, tuple[str, Grade]] = {
    "RetractionIn": ("retraction", "major"),
    "PartialRetractionIn": ("partial retraction", "major"),
    "ExpressionOfConcernIn": ("expression of concern", "major"),
    "ErratumIn": ("correction", "minor"),
    "CorrectedandRepublishedIn": ("corrected and republished", "minor"),
    "RetractedandRepublishedIn": ("retraction", "major"),
    "UpdateIn": (LATER_VERSION, "minor"),
}
NOTICE_FIELDS = frozenset(
    {"retraction", "partial retraction", "expression of concern", "correction", "corrected and republished"}
)
NONE = "none"


def notice_changes(old: Citation, new: Citation) -> Iterator[Change]:
    """Yield one change per kind of notice that came or went.

    A notice that is merely described in more detail (its PMID arrives, its pages) is the same notice.
    """
    before, after = _notices(old), _notices(new)
    for field, grade in dict(_NOTICES.values()).items():
        had, has = before.get(field, {}), after.get(field, {})
        if len(had) != len(has):
            yield Change(field=field, old=_shown(had), new=_shown(has), grade=grade)


def notices_shown(citation: Citation, field: str) -> int:
    """Return how many notices of one kind a record shows."""
    return len(_notices(citation).get(field, {}))


def is_retracted(citation: Citation) -> bool:
    """Tell whether a record shows a retraction of itself."""
    return notices_shown(citation, "retraction") > 0


def _notices(citation: Citation) -> dict[str, dict[str, str]]:
    """Return, for each field, the notices by what identifies them, with what a reader is shown."""
    found: dict[str, dict[str, str]] = {}
    for entry in citation.corrections:
        if entry.ref_type in _NOTICES:
            pointer = entry.pmid or entry.doi.casefold() or entry.citation.casefold()
            target = f"PMID {entry.pmid}" if entry.pmid else (f"doi:{entry.doi}" if entry.doi else "")
            shown = f"{entry.citation} ({target})" if entry.citation and target else entry.citation or target
            found.setdefault(_NOTICES[entry.ref_type][0], {})[pointer] = shown or "without details"
    if any(entry.casefold() == "retracted publication" for entry in citation.publication_types):
        found.setdefault("retraction", {"": "marked “Retracted Publication”"})
    if RETRACTED_TITLE.match(citation.title):
        found.setdefault("retraction", {"": "marked in its title"})
    return found


def _shown(notices: dict[str, str]) -> str:
    return shortened("; ".join(notices[pointer] for pointer in sorted(notices))) or NONE
