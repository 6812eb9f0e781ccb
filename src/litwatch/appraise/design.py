"""Which design a record reports, and its level by design. Pure.

Levels: OCEBM 2011, treatment benefit (https://www.cebm.ox.ac.uk/resources/levels-of-evidence). Assigned by design
alone; what might lower it is a flag. Protocols, registrations, notices and editorials have no level.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from litwatch.appraise.places import Place
from litwatch.model import AnyRecord, Quote, Registration

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
# PubMed publication types that settle the design, the strongest claim first.
TYPES = {
    "Clinical Trial Protocol": "protocol",
    "Practice Guideline": "guideline",
    "Guideline": "guideline",
    "Meta-Analysis": "meta_analysis",
    "Network Meta-Analysis": "meta_analysis",
    "Systematic Review": "systematic_review",
    "Randomized Controlled Trial": "rct",
    "Case Reports": "case_report",
    "Review": "narrative_review",
}
# Text cues in order: the first that matches decides. A protocol names a trial, a review names designs: they go first.
CUES = (
    ("protocol", r"\b(?:study|trial|review) protocol\b|\bprotocol for an?\b|\bthis protocol\b"),
    ("guideline", r"\b(?:practice|clinical|consensus) guidelines?\b|\bguideline update\b|\bevidence assessment\b"),
    ("meta_analysis", r"\bmeta-?analys[ie]s\b"),
    ("systematic_review", r"\bsystematic(?:ally)? review(?:ed)?\b|\bscoping review\b"),
    ("case_report", r"\bcase report\b|\bwe (?:report|present|describe) (?:a|the|one) (?:case|patient)\b"),
    (
        "case_series",
        r"\bcase series\b|\bseries of \w+ (?:patients|cases)\b|\b(?:report|describe) \w+ (?:patients|cases)\b",
    ),
    (
        "rct",
        (
            r"\brandomi[sz]ed[,]? (?:\S+ ){0,4}(?:controlled|trial|clinical|crossover|cross-over|study|double)|"
            r"\bwere randomi[sz]ed\b|\brandomly (?:assigned|allocated)\b|\bdouble-blind(?:ed)?\b.{0,60}\bplacebo\b"
        ),
    ),
    ("cohort_retrospective", r"\bretrospective(?:ly)?\b|\bchart review\b"),
    ("non_randomised_trial", r"\bopen-label\b|\bsingle-arm\b|\bpilot (?:study|trial)\b"),
    ("cohort_prospective", r"\bprospective(?:ly)?\b.{0,40}\b(?:cohort|study|observational)\b"),
    ("cross_sectional", r"\bcross-sectional\b|\bsurvey(?:ed)?\b|\bquestionnaire study\b"),
    ("narrative_review", r"\b(?:narrative|this) review\b|\bwe review\b|\ban overview\b"),
    (
        "animal",
        r"\b(?:in|of) (?:(?:fe)?male |adult )?(?:rats|mice|rodents|gerbils|cats|swine)\b|\b(?:rat|mouse) model\b",
    ),
)
_COMPILED = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in CUES)
_WISH = re.compile(r"\b(?:needed|warranted|required|lacking|future|should be|are necessary)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A design with the words it was read from, and what might lower its level."""

    name: str
    quote: Quote | None = None
    rct: float = 0.0
    flags: tuple[str, ...] = ()


def design_of(record: AnyRecord, places: Sequence[Place]) -> Design:
    """Return the design: publication types and registry fields first, then the record's own words."""
    if isinstance(record, Registration):
        allocation = record.allocation.upper()
        quote = Quote(text=record.allocation, field="designInfo.allocation") if record.allocation else None
        return Design(name="registry_entry", quote=quote, rct=1.0 if allocation == "RANDOMIZED" else 0.0)
    if record.kind == "notice":
        return Design(name="other")
    typed = next((name for name in TYPES if name in record.publication_types), None)
    if typed is not None:
        design = Design(name=TYPES[typed], quote=Quote(text=typed, field="publication type"))
    else:
        design = _from_words(places)
    flags = {"abstract": "abstract only", "preprint": "preprint, not peer-reviewed"}.get(record.kind)
    rct = 1.0 if design.name == "rct" else 0.0
    return Design(name=design.name, quote=design.quote, rct=rct, flags=(flags,) if flags else ())


def _from_words(places: Sequence[Place]) -> Design:
    prose = [place for place in places if not place.structured]
    # The title says what a report is; the abstract may also speak of other people's studies.
    for chosen in (prose[:1], [place for place in prose[1:] if not _WISH.search(place.text)]):
        for name, pattern in _COMPILED:
            for place in chosen:
                match = pattern.search(place.text)
                if match:
                    return Design(name=name, quote=place.quote(match.start(), match.end()))
    return Design(name="other")


def level_of(design: str) -> int | None:
    """Return the OCEBM 2011 level that ``design`` has by itself."""
    return LEVELS.get(design)
