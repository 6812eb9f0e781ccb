"""How surely a record is the report of a randomised trial of people: a score in [0, 1]. Pure.

A logistic score over a dozen questions that a reader would ask; the weights are round numbers by judgement, and
benchmarks/appraise_design.py measures them.
"""

from __future__ import annotations

import math

from litwatch.appraise import design_cues as cues
from litwatch.appraise.reading import Reading, pattern_of

WEIGHTS = {
    "start": -4.0,
    "random in the title": 4.0,
    "random in the abstract": 4.0,
    "random in two sentences": 0.7,
    "blinded or placebo": 1.8,
    "blinded or placebo in the title": 1.5,
    "controlled trial in the title": 2.0,
    "treatment compared": 1.0,
    "groups": 0.7,
    "protocol": -4.0,
    "review": -5.0,
    "secondary": -1.5,
    "animal": -4.0,
    "no abstract": -1.5,
    "case report": -3.0,
}
_TITLE_TRIAL = (
    r"\b(?:trial|controlled (?:study|comparison|evaluation)|versus|vs\.?|v\.?|compar(?:ison|ed)|"
    r"placebo|double[- ]blind|crossover|efficacy)\b"
)
_COMPARED = (
    r"\bcompared (?:with|to)\b|\bversus\b|\bvs\b|\bthan (?:the )?(?:placebo|control|usual|standard)|"
    r"\beither\b.{3,60}\bor\b"
)
_GROUPS = (
    r"\b(?:treatment|control|intervention|experimental|placebo|comparison|study) (?:groups?|arms?|"
    r"condition)\b|\b(?:two|three|both|each|either|all) (?:\w+ )?(?:groups|arms|group|arm)\b|"
    r"\bendpoints?\b|\bend points?\b|\bprimary outcomes?\b"
)
_REVIEWS = frozenset({"systematic_review", "meta_analysis", "narrative_review", "guideline"})


def score_of(reading: Reading, design: str) -> float:
    """Return the score of ``reading``, whose design was read as ``design``."""
    total = WEIGHTS["start"] + sum(WEIGHTS[name] for name in _answers(reading, design))
    return round(1 / (1 + math.exp(-total)), 4)


def _answers(reading: Reading, design: str) -> list[str]:
    told = random_sentences(reading)
    title_random = bool(pattern_of(cues.RANDOM).search(reading.low_title)) and not pattern_of(cues.NOT_RANDOM).search(
        reading.low_title
    )
    asked = {
        "random in the title": title_random,
        "random in the abstract": told > 0,
        "random in two sentences": told > 1,
        "blinded or placebo": reading.told(cues.BLIND) is not None,
        "blinded or placebo in the title": reading.in_title(cues.BLIND) is not None,
        "controlled trial in the title": reading.in_title(_TITLE_TRIAL) is not None,
        "treatment compared": reading.told(_COMPARED) is not None,
        "groups": reading.told(_GROUPS) is not None,
        "protocol": design == "protocol",
        "review": design in _REVIEWS,
        "secondary": reading.in_title(cues.SECONDARY) is not None or reading.told(cues.SECONDARY) is not None,
        "animal": design in {"animal", "in_vitro"},
        "no abstract": not reading.abstract,
        "case report": design in {"case_report", "case_series"},
    }
    return [name for name, answer in asked.items() if answer]


def random_sentences(reading: Reading) -> int:
    """Return how many sentences of the abstract say that people were randomised."""
    found = 0
    for sentence in reading.sentences:
        low = reading.low_abstract[sentence.start : sentence.end]
        if (
            sentence.kind != "background"
            and pattern_of(cues.RANDOM).search(low)
            and not pattern_of(cues.NOT_RANDOM).search(low)
            and not reading.is_wish(sentence)
        ):
            found += 1
    return found
