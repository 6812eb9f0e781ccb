"""Which design a record reports, with the words it was read from. Pure.

Publication types and registry fields decide where they are present and right; else the record's own words, which
`litwatch.appraise.design_cues` lists. A protocol names a trial and a review names designs, so those are asked first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from litwatch.appraise import design_cues as cues
from litwatch.appraise import people_cues
from litwatch.appraise.design_bench import bench_of
from litwatch.appraise.design_people import people_of
from litwatch.appraise.rct import random_sentences, score_of
from litwatch.appraise.reading import OWN, Reading, reading_of
from litwatch.model import AnyRecord, Citation, Quote, Registration

# PubMed publication types that settle the design, the strongest claim first.
TYPES = {
    "Clinical Trial Protocol": "protocol",
    "Practice Guideline": "guideline",
    "Guideline": "guideline",
    "Consensus Development Conference": "guideline",
    "Network Meta-Analysis": "meta_analysis",
    "Meta-Analysis": "meta_analysis",
    "Systematic Review": "systematic_review",
    "Scoping Review": "systematic_review",
    "Randomized Controlled Trial": "rct",
    "Case Reports": "case_report",
    "Review": "narrative_review",
}
# What a record's own words may say more closely than its publication type: indexers type a protocol or a secondary
# analysis by the trial it belongs to, and any review as Review.
_CLOSER = {
    "rct": frozenset({"protocol", "cohort_retrospective"}),
    "narrative_review": frozenset({"systematic_review", "meta_analysis", "guideline", "protocol"}),
    "systematic_review": frozenset({"meta_analysis", "protocol"}),
    "meta_analysis": frozenset({"protocol"}),
    "case_report": frozenset({"case_series", "narrative_review"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A design with the words it was read from, the RCT score, and what its level depends on."""

    name: str
    quote: Quote | None = None
    rct: float = 0.0
    reading: Reading | None = None  # of a citation
    controlled: bool = False  # a comparison group is spoken of
    uncontrolled: bool = False  # that there was none is said
    of_series: bool = False  # a synthesis that speaks of case reports or series, and of no trial


def design_of(record: AnyRecord) -> Design:
    """Return the design: publication types and registry fields first, then the record's own words."""
    if isinstance(record, Registration):
        quote = Quote(text=record.allocation, field="designInfo.allocation") if record.allocation else None
        rct = 1.0 if record.allocation.upper() == "RANDOMIZED" else 0.0
        return Design(name="registry_entry", quote=quote, rct=rct)
    if record.kind == "notice":
        return Design(name="other")
    reading = reading_of(record)
    told, quote = _from_words(reading)
    name, quote = _typed(record, told, quote)
    return Design(
        name=name,
        quote=quote,
        rct=score_of(reading, name),
        reading=reading,
        controlled=_controlled(reading),
        uncontrolled=reading.said(cues.UNCONTROLLED) is not None,
        of_series=reading.told(cues.OF_SERIES) is not None and reading.told(cues.OF_TRIALS) is None,
    )


def _controlled(reading: Reading) -> bool:
    """Return whether a comparison group is spoken of: not one that is wished for at the end."""
    told = reading.told(cues.CONTROLLED, ("background", "aim", "methods", "results"))
    return (reading.in_title(cues.CONTROLLED) or told) is not None


def _typed(record: Citation, told: str, quote: Quote | None) -> tuple[str, Quote | None]:
    """Return what the publication types say, unless the words ``told`` say it more closely."""
    typed = next((each for each in TYPES if each in record.publication_types), None)
    if typed is None:
        return _broadly_typed(record, told) or (told, quote)
    if TYPES[typed] == told or told in _CLOSER.get(TYPES[typed], ()):
        return told, quote
    return TYPES[typed], Quote(text=typed, field="publication type")


def _broadly_typed(record: Citation, told: str) -> tuple[str, Quote] | None:
    """Return what a broad type settles where the words alone went astray: "records were reviewed" is no review.

    An Observational Study gave no treatment by plan, so it is no trial; a Clinical Trial reports people.
    """
    types = record.publication_types
    if "Observational Study" in types and told in {"narrative_review", "non_randomised_trial", "other"}:
        headings = {heading.descriptor for heading in record.mesh}
        looked_back = "Retrospective Studies" in headings
        kind = "cohort_retrospective" if looked_back else "cohort_prospective"
        return kind, Quote(text="Observational Study", field="publication type")
    trial = next((each for each in types if each.startswith("Clinical Trial")), None)
    if trial is not None and told in {"narrative_review", "other"}:
        return "non_randomised_trial", Quote(text=trial, field="publication type")
    return None


def _from_words(reading: Reading) -> tuple[str, Quote | None]:
    for rule in _RULES:
        found = rule(reading)
        if found is not None:
            return found
    return "other", None


_Found = tuple[str, Quote | None] | None


def _titled(reading: Reading) -> _Found:
    """Return the design that the title names; a trial that tells of its people is none, whatever it is about."""
    told = random_sentences(reading) > 0 and reading.sentence_count(people_cues.DATA, _DATA_ENOUGH) >= _DATA_ENOUGH
    for name, pattern in cues.TITLES:
        quote = reading.in_title(pattern)
        if quote is None or (told and name == "guideline") or (name == "protocol" and _is_done(reading)):
            continue
        if name == "protocol" and reading.abstract and not _plans(reading):
            continue  # "an infusion protocol" is how a drug is given
        if name == "narrative_review" and reading.told(people_cues.RECORDS_READ, (*OWN, "background")):
            continue
        if name == "narrative_review" and _synthesis(reading):
            continue  # "a review of trials" that searched databases and counts what it found
        if name == "systematic_review" and reading.told(cues.POOLED, ("methods", "results", "title")):
            return "meta_analysis", quote
        return name, quote
    return None


def _plans(reading: Reading) -> bool:
    """Return whether a title that speaks of a protocol is of a study's, by its own words or by what is planned."""
    return reading.in_title(cues.STUDY_PROTOCOL) is not None or reading.said(cues.PLANNED) is not None


def _is_done(reading: Reading) -> bool:
    """Return whether results are told and nothing is planned."""
    return reading.said(cues.PLANNED) is None and (
        _headed_results(reading) or reading.sentence_count(cues.FIGURES, _FIGURES_ENOUGH) >= _FIGURES_ENOUGH
    )


def _headed_results(reading: Reading) -> bool:
    return any(sentence.kind == "results" and sentence.heading for sentence in reading.sentences)


_PROTOCOL_ENOUGH = 2
_DATA_ENOUGH = 3
_FIGURES_ENOUGH = 2


def _planned(reading: Reading) -> _Found:
    """Return a plan: its own word for it, or several sentences in the future tense."""
    if _headed_results(reading) and reading.sentence_count(cues.FIGURES, _FIGURES_ENOUGH) >= _FIGURES_ENOUGH:
        return None  # "the trial was prospectively registered" stands in the report of a trial as well
    plans = reading.sentence_count(cues.PLANNED)
    quote = reading.told(cues.PROTOCOL_TOLD)
    if quote is not None and plans >= 1:
        return "protocol", quote
    if plans > _PROTOCOL_ENOUGH and reading.said(cues.FIGURES) is None:
        return "protocol", reading.told(cues.PLANNED)
    return None


def _registered(reading: Reading) -> _Found:
    """Return a registry's summary: plans in running text, with none of an article's parts and nothing done."""
    if any(sentence.heading for sentence in reading.sentences):
        return None
    done = reading.said(f"{cues.FIGURES}|{people_cues.PAST}") is not None
    quote = None if done else reading.told(cues.PLANNED_STUDY, (*OWN, "background"))
    if quote is None:
        return None
    if reading.in_title(cues.ARTICLE) or reading.told(cues.ARTICLE, (*OWN, "background")):
        return None
    return "registry_entry", quote


def _synthesis(reading: Reading) -> _Found:
    """Return a synthesis: a search of databases and a count of what it found."""
    counted = reading.told(cues.REVIEW_HOLDS, (*OWN, "background"))
    quote = reading.told(cues.SEARCHED) or counted
    if quote is None or not (counted or reading.told(cues.SYNTHESIS)):
        return None
    pooled = reading.told(cues.POOLED, ("aim", "methods", "results"))
    return ("meta_analysis", pooled) if pooled else ("systematic_review", quote)


def _guided(reading: Reading) -> _Found:
    """Return a guideline that its title calls by another name: graded statements that a society issued."""
    graded = reading.said(cues.GRADED)
    issued = reading.said(cues.ISSUED)
    return ("guideline", issued) if graded and issued and random_sentences(reading) == 0 else None


def _case(reading: Reading) -> _Found:
    quote = reading.in_title(cues.SERIES) or None
    if quote:
        return "case_series", quote
    quote = reading.in_title(cues.CASE_TITLE) or reading.told(cues.CASE_TOLD, (*OWN, "background"))
    if quote:
        return "case_report", quote
    quote = reading.told(cues.SERIES)
    return ("case_series", quote) if quote else None


def _trial(reading: Reading) -> _Found:
    title = reading.in_title(cues.RANDOM)
    if title and not reading.in_title(cues.NOT_RANDOM):
        return _secondary(reading) or ("rct", title)
    quote = reading.told(cues.RANDOM)
    if quote and random_sentences(reading):
        return _secondary(reading) or ("rct", quote)
    opened = reading.in_title(cues.OPEN_LABEL) or reading.told(cues.OPEN_LABEL, ("aim", "methods"))
    quote = reading.in_title(_DOUBLE_BLIND) or reading.told(_DOUBLE_BLIND, ("aim", "methods") if opened else OWN)
    return ("rct", quote) if quote else None


def _secondary(reading: Reading) -> _Found:
    """Return a secondary analysis: one that says so in its title, or of itself where the title names no trial.

    The report of a trial may tell of post-hoc analyses among its results and of an extension that followed.
    """
    quote = reading.in_title(cues.SECONDARY)
    if quote is None and not reading.in_title(cues.TRIAL_TITLE):
        quote = reading.told(cues.SECONDARY, ("background", "aim", "methods"))
    return ("cohort_retrospective", quote) if quote else None


_DOUBLE_BLIND = (
    r"\bdouble[- ]?blind(?:ed)?\b.{0,60}\b(?:placebo|cross-?over|trial|study|comparison)\b|"
    r"\bplacebo[- ]controlled (?:\w+ )?(?:trial|study)\b|\bdouble[- ]blind\b"
)
_RULES: tuple[Callable[[Reading], _Found], ...] = (
    _titled,
    _registered,
    _planned,
    _guided,
    _synthesis,
    bench_of,
    _case,
    _trial,
    people_of,
)
