"""Reviews told from studies of people, and studies of a treatment from the rest, by what weighs more. Pure.

A review tells of no people of its own: few counts, little past tense. A study of a treatment names the treatment in its
title or tells of treating more than of observing. The weights are round numbers by judgement; benchmarks/appraise.py
measures them on abstracts that none of them was learned from.
"""

from __future__ import annotations

from litwatch.appraise import people_cues as cues
from litwatch.appraise.design_cues import FEW, FIGURES
from litwatch.appraise.drug_stems import DRUG_TAKEN, DRUGS
from litwatch.appraise.reading import Reading
from litwatch.model import Quote

STUDY_ENOUGH = 2.0  # what is told of the study's own people, less what speaks of a review
_TREATED_ENOUGH = 2.5
_SENTENCES_LEAST = 3  # from which an abstract that tells of no people is a review without saying so
_SENTENCES_MOST = 5  # of one kind of wording that count


def people_of(reading: Reading) -> tuple[str, Quote | None] | None:
    """Return a review or a study of people with the words for it; None where neither can be told."""
    if own_study(reading) < STUDY_ENOUGH:
        return _review(reading)
    surveyed = reading.in_title(cues.SURVEY_TITLE)
    if surveyed is not None:
        return "cross_sectional", surveyed
    surveyed = reading.told(cues.SURVEYED, ("title", "background", "aim", "methods"))
    if surveyed is not None and not reading.told(cues.LOOKED_BACK) and not reading.in_title(cues.OPEN_TRIAL):
        return "cross_sectional", surveyed
    if _treatment(reading) >= _TREATED_ENOUGH:
        return _cohort(reading)
    quote = reading.in_title(cues.CROSS) or reading.told(cues.CROSS, ("aim", "methods"))
    return ("cross_sectional", quote) if quote else None


def own_study(reading: Reading) -> float:
    """Return how much is told of the study's own people: counts, shares of sentences in the past, its own words."""
    whole = max(1, sum(sentence.kind != "note" for sentence in reading.sentences))
    counts = reading.sentence_count(f"{FIGURES}|{cues.COUNTED}")
    shares = (reading.sentence_count(cues.PAST) + reading.sentence_count(cues.DATA)) / whole
    own = 1.5 * min(reading.sentence_count(cues.OWN_STUDY), 2)
    reviewed = sum(weight * reading.sentence_count(pattern) for weight, pattern in cues.REVIEWED[:2])
    return counts + 6 * shares + own - 0.7 * reviewed - (reading.in_title(cues.REVIEW_TITLE) is not None)


def _review(reading: Reading) -> tuple[str, Quote | None] | None:
    """Return a review, unless the title names a study; a bare title is a study if it says so, and nothing else."""
    quote = reading.in_title(cues.REVIEW_TITLE)
    titled = _cohort_of_title(reading)
    if quote is None and titled is not None:
        return titled
    for _, pattern in cues.REVIEWED:
        quote = reading.told(pattern) or quote
    if not reading.abstract or (quote is None and len(reading.sentences) < _SENTENCES_LEAST):
        return _cohort_of_title(reading)
    return "narrative_review", quote


def _cohort_of_title(reading: Reading) -> tuple[str, Quote | None] | None:
    looked_back = reading.in_title(cues.LOOKED_BACK)
    if looked_back is not None:
        return "cohort_retrospective", looked_back
    opened = reading.in_title(cues.OPEN_TRIAL)
    return ("non_randomised_trial", opened) if opened is not None else None


def _treatment(reading: Reading) -> float:
    """Return how much more a record tells of treating than of observing."""
    title = 3.0 * (reading.in_title(cues.TREATMENT_TITLE) is not None)
    exposed = reading.sentence_count(cues.EXPOSED) if reading.in_title(DRUGS) else 0
    taken = reading.in_title(DRUG_TAKEN) is not None
    if not (exposed or taken):
        title -= 1.5 * (reading.in_title(cues.OBSERVED_TITLE) is not None)
    treating = min(reading.sentence_count(cues.TREATING) + exposed, _SENTENCES_MOST)
    observing = min(reading.sentence_count(cues.OBSERVING), _SENTENCES_MOST + 1)
    return title + treating - (0.3 if taken else 0.6) * observing


def _cohort(reading: Reading) -> tuple[str, Quote | None]:
    """Return how people were treated and followed: looked back on, tried openly, or followed forward."""
    few = None if reading.in_title(cues.OPEN_TRIAL) else reading.told(FEW)
    if few is not None:
        return "case_series", few
    for name, pattern in (
        ("cohort_retrospective", cues.LOOKED_BACK),
        ("non_randomised_trial", cues.OPEN_TRIAL),
        ("cohort_prospective", cues.FORWARD),
    ):
        quote = reading.in_title(pattern) or reading.told(pattern)
        if quote:
            return name, quote
    return "non_randomised_trial", reading.in_title(cues.TREATMENT_TITLE) or reading.told(cues.TREATING)
