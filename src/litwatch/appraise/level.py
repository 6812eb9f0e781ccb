"""The OCEBM 2011 level of a design, and which designs are reviews. Pure.

Treatment benefit (https://www.cebm.ox.ac.uk/resources/levels-of-evidence), by design alone: what might lower it is a
flag (`litwatch.appraise.flags`). Protocols, registrations, notices, reviews without a method and editorials have none.
"""

from __future__ import annotations

# Designs that tell of other people's studies, and those among them that pool what they found.
SYNTHESES = frozenset({"systematic_review", "meta_analysis"})
REVIEWS = SYNTHESES | {"narrative_review", "guideline"}
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
UNCONTROLLED = 4
_NEEDS_CONTROL = frozenset({"non_randomised_trial", "cohort_prospective", "cohort_retrospective"})


def level_of(design: str, *, controlled: bool, of_series: bool) -> int | None:
    """Return the level of ``design``.

    People followed without a control are a series (``controlled``), and so is a review that found nothing but case
    reports and series (``of_series``).
    """
    if (design in _NEEDS_CONTROL and not controlled) or (design in SYNTHESES and of_series):
        return UNCONTROLLED
    return LEVELS.get(design)
