"""How surely a record is the report of a randomised trial of people: a score in [0, 1]. Pure.

A logistic score over two dozen yes-or-no questions that a reader would ask of title and abstract. The weights stand in
rct_weights.toml, learned by benchmarks/train_rct.py from PubMed publication types alone. What can be no such report (a
plan, a review, an animal study) is counted out by definition, the more the surer such a design is read.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from litwatch.appraise import design_cues as cues
from litwatch.appraise import people_cues
from litwatch.appraise.needles import may_match
from litwatch.appraise.reading import Reading, pattern_of
from litwatch.appraise.sentences import Sentence

# Log-odds taken from what can be no trial report; the less surely a design is read, the less.
_RULED_OUT = {
    "protocol": 7.0,
    "systematic_review": 7.0,
    "meta_analysis": 7.0,
    "guideline": 2.0,
    "registry_entry": 5.0,
    "animal": 5.0,
    "in_vitro": 4.0,
    "narrative_review": 1.0,
    "case_report": 2.0,
    "case_series": 1.0,
}
# What is asked of the title.
_TITLE = {
    "title: random": cues.RANDOM,
    "title: blind or placebo": cues.BLIND,
    "title: trial": r"\b(?:trial|controlled (?:study|comparison|evaluation))\b",
    "title: versus": r"\b(?:versus|vs\.?|compar(?:ison|ed|ing|ative))\b",
    ("title: effect of"): (
        r"\b(?:effects?|efficacy|impact|influence) (?:of|on)\b|\b(?:improves?|reduces?|"
        r"prevents?|decreases?)\b"
    ),
    "title: observation": (
        r"\b(?:retrospective|cohort|survey|prevalence|risk factors?|case-control|cross-sectional|incidence|"
        r"epidemiolog\w+|validation|predictors?|database|registry|review|guidelines?)\b"
    ),
}
# What is asked of the study's own sentences.
_TOLD = {
    ("blind"): (
        r"\b(?:double|triple|single|observer|assessor|evaluator|investigator)[- ]?(?:blind|mask)(?:ed)?\b|"
        r"\bblinded\b"
    ),
    "placebo": r"\bplacebo\b|\bsham\b",
    "crossover": r"\bcross-?over\b|\blatin square\b",
    "controlled trial": r"\b(?:controlled|comparative|prospective) (?:\w+ ){0,2}(?:trial|study)\b|\bclinical trial\b",
    "assigned": r"\b(?:assigned|allocated|assignment|allocation)\b",
    "groups": (
        r"\b(?:treatment|control|intervention|experimental|placebo|comparison|study) (?:groups?|arms?|condition)\b|"
        r"\b(?:two|three|four|both|each|either) (?:\w+ )?(?:groups|arms|group|arm|treatments)\b|\bgroup [ab12i]+\b"
    ),
    "received this or that": (
        r"\b(?:receiv\w+|given|treated|to|with) (?:either |daily |oral )?[^.;]{3,60}\bor\b (?:\w+ ){0,3}(?:placebo|no|"
        r"standard|usual|control|\d)|\beither\b[^.;]{3,80}\bor\b|\bversus\b|\bvs\b"
    ),
    "than the other": (
        r"\b(?:than|compared (?:with|to)) (?:\w+ ){0,4}(?:placebo|controls?|group|patients|those|usual|"
        r"standard|subjects)\b"
    ),
    "intention to treat": r"\bintent(?:ion)?[- ]to[- ]treat\b|\bprimary (?:end ?-?points?|outcomes?)\b",
    "doses": r"\b\d+(?:\.\d+)? ?(?:mg|g|mcg|microg|[µμ]g|iu|u|ml)\b",
    "looked back": people_cues.LOOKED_BACK,
    ("cohort"): (
        r"\bcohort\b|\bcase-control\b|\bcross-sectional\b|\bsurvey(?:ed)?\b|\bquestionnaires? (?:was|"
        r"were) (?:sent|mailed)\b"
    ),
    "not random": r"\bnon-?\s?randomi|\bnot randomi|\bopen(?:-label)? pilot\b|\bwithout randomi",
    "volunteers": r"\bhealthy (?:\w+ )?(?:volunteers|subjects|men|women|adults)\b|\bvolunteers\b",
}


def score_of(reading: Reading, design: str) -> float:
    """Return the score of ``reading``, whose design was read as ``design``."""
    weights = _weights()
    total = weights["start"] + sum(weights[name] for name in answers(reading))
    total -= _RULED_OUT.get(design, 0.0)
    return round(1 / (1 + math.exp(-total)), 4)


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    text = resources.files("litwatch.appraise").joinpath("rct_weights.toml").read_text(encoding="utf-8")
    return {name: float(value) for name, value in tomllib.loads(text)["weights"].items()}


def answers(reading: Reading) -> list[str]:
    """Return the names of the questions that ``reading`` answers with yes."""
    return [name for name, yes in _asked(reading) if yes]


def questions() -> list[str]:
    """Return the names of all questions, in the order they are asked."""
    return [*_RANDOM, *_TITLE, *_TOLD, "no abstract", "secondary"]


_RANDOM = (
    "random once",
    "random twice",
    "random, secondary",
    "blind, not random",
    "placebo, not random",
    "or, not random",
)


def _asked(reading: Reading) -> Iterator[tuple[str, bool]]:
    told = random_sentences(reading)
    titled = _titled(reading)
    secondary = (reading.in_title(cues.SECONDARY) or reading.told(cues.SECONDARY)) is not None
    yield "random once", told > 0 or titled
    yield "random twice", told > 1
    yield "random, secondary", told > 0 and secondary
    unsaid = told == 0 and not titled
    yield "blind, not random", unsaid and _either(reading, _TOLD["blind"] + "|" + _TOLD["crossover"])
    yield "placebo, not random", unsaid and _either(reading, _TOLD["placebo"])
    yield "or, not random", unsaid and _either(reading, _TOLD["received this or that"])
    for name, pattern in _TITLE.items():
        yield name, titled if name == "title: random" else reading.in_title(pattern) is not None
    for name, pattern in _TOLD.items():
        yield name, reading.told(pattern) is not None
    yield "no abstract", not reading.abstract
    yield "secondary", secondary


def _titled(reading: Reading) -> bool:
    return reading.in_title(cues.RANDOM) is not None and reading.in_title(cues.NOT_RANDOM) is None


def _either(reading: Reading, pattern: str) -> bool:
    return (reading.in_title(pattern) or reading.told(pattern)) is not None


def random_sentences(reading: Reading) -> int:
    """Return how many sentences of the abstract say that the study's own people were randomised."""
    if not may_match(cues.RANDOM, reading.low_abstract):
        return 0
    return sum(_says_random(reading, sentence) for sentence in reading.sentences if sentence.kind != "background")


def _says_random(reading: Reading, sentence: Sentence) -> bool:
    low = pattern_of(cues.OTHERS_RANDOM).sub(" ", reading.low_abstract[sentence.start : sentence.end])
    if not pattern_of(cues.RANDOM).search(low) or pattern_of(cues.NOT_RANDOM).search(low) or reading.is_wish(sentence):
        return False
    return sentence.kind != "conclusion" or pattern_of(cues.THIS_RANDOM).search(low) is not None
