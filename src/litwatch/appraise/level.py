"""The OCEBM 2011 level of a design, and what the record itself says that might lower it. Pure.

Treatment benefit (https://www.cebm.ox.ac.uk/resources/levels-of-evidence), by design alone: a possible lowering is a
flag for the reader, never a computed level. Protocols, registrations, notices and editorials have no level.
"""

from __future__ import annotations

LEVELS = {
    "meta_analysis": 1,
    "systematic_review": 1,
    "rct": 2,
    "non_randomised_trial": 3,
    "cohort_prospective": 3,
    "cohort_retrospective": 3,
    "cross_sectional": 4,
    "case_series": 4,
    "case_report": 4,
    "animal": 5,
    "in_vitro": 5,
}


def level_of(design: str) -> int | None:
    """Return the OCEBM 2011 level that ``design`` has by itself."""
    return LEVELS.get(design)


def flags_of(kind: str) -> tuple[str, ...]:
    """Return what the kind of report says against its level: an abstract or preprint had no full review."""
    flag = {"abstract": "abstract only", "preprint": "preprint, not peer-reviewed"}.get(kind)
    return (flag,) if flag else ()
