"""The sentence that states a study's main result, with the direction its own words give it. Pure.

A null result weighs as much as any other: what makes a sentence the main one is that it names the primary outcome, the
drug and a measure, or concludes. Without a sentence whose direction is plain there is no outcome.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from litwatch.appraise.arms import Arm
from litwatch.appraise.direction import MIXED, NONE, direction_of
from litwatch.appraise.drugs import Drugs, Mention
from litwatch.appraise.needles import Pattern
from litwatch.appraise.sentences import Sentence
from litwatch.model import Comparator, StatedOutcome

_SILENT = frozenset({"protocol", "registry_entry", "guideline", "in_vitro", "cross_sectional"})
_COMPARING = frozenset({"rct", "animal", "systematic_review", "meta_analysis"})
_REVIEWS = frozenset({"narrative_review", "systematic_review"})
_CASES = frozenset({"case_report", "case_series"})
_KINDS = frozenset({"results", "conclusion"})

_CONTROL = re.compile(
    r"\b(?:control(?:s|led)?(?: group| arm| subjects| patients| condition)?|comparator|the other groups?|"
    r"other (?:two )?groups)\b(?!-)",
    re.IGNORECASE,
)
_PRIMARY = Pattern(
    r"\b(?:primary|main|principal)\s+(?:\w+\s+)?(?:outcomes?|end ?-?points?|efficacy|analys[ei]s|hypothesis)\b",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"\b(?:pain|headaches?|migraines?|attacks?|aura|VAS|NRS|HIT-?6|MIDAS|analges\w+|depressi\w+|antidepressant|MADRS|"
    r"HAM-?D\d*|HDRS|CGI|symptoms?|"
    r"suicid\w+|ideation|respon[sd]\w*|remission|relief|severity|intensity|efficacy|effective\w*|scores?|"
    r"quality of life|anxiety|sedation|"
    r"opioid|morphine|analgesic|rescue|relapses?|recurrences?|spreading depression|CSD)\b",
    re.IGNORECASE,
)
_P = Pattern(r"\bp\s*[<=>≤]\s*0?[.·]\d|\b95\s*%\s*CI|\bsignificant", re.IGNORECASE)
_HARM = Pattern(
    r"\b(?:adverse|side[ -]?effects?|tolerab\w+|safety|dropouts?|complications?|dissociati\w+|h(?:a)?emodynamic|"
    r"blood pressure|heart rate|"
    r"nausea|vomiting|psychotomimetic)\b",
    re.IGNORECASE,
)
_ASIDE = Pattern(
    r"\b(?:baseline (?:characteristics|demographics|differences)|at baseline,? (?:no|there)|demographic\w*|"
    r"correlat\w+|predict\w*|mediat\w+|"
    r"moderat(?:ed|or)|secondary (?:outcomes?|end ?points?)|exploratory|sub-?groups?|further (?:research|"
    r"studies|trials|work|investigation)|"
    r"future (?:research|studies|trials)|(?:is|are) (?:needed|warranted|required|necessary)|"
    r"should be (?:studied|tested|investigated|conducted)|"
    r"will be|interested (?:in|if)|yet to be|to (?:assess|evaluate|determine|investigate|examine)|possib(?:ly|"
    r"ility)|remains? to be|hypothes[ie]s|drop-?outs?|withdr[ae]w\w*|age,? (?:and )?(?:sex|gender|weight)|"
    r"uncertain\w*|unclear|inconclusive|"
    r"insufficient|recent (?:evidence|stud\w+|findings|trials)|surrogate|"
    r"(?:plasma|serum|drug|ketamine) (?:concentration|level)s?|"
    r"limitations?|previous(?:ly)?|prior stud\w+|hypothesi[sz]\w+|our aim|biomarkers?)\b",
    re.IGNORECASE,
)
_THIS = re.compile(
    r"\b(?:both|two|2|between|treatment|study) (?:the )?(?:groups|treatments|arms|drugs)\b|\bthis (?:treatment|"
    r"regimen|infusion|therapy|combination)\b|"
    r"\b(?:treatment|infusions?|therapy) (?:was|were|led|resulted|produced)\b|\bthe patients?\b",
    re.IGNORECASE,
)
_VERB = Pattern(r"\b(?:was|were|is|are|had|has|have|did|does|show\w*|may|can|led|fell|\w{2,}ed|\w+[a-z]s)\b")
_USE_OF = re.compile(r"(?:the )?use of ", re.IGNORECASE)
_INDUCED = re.compile(r"[\s‐-]+(?:induced|related|associated|abus\w+|us(?:e|ers?) disorder|craving)", re.IGNORECASE)
_CONSUMED_AFTER = re.compile(
    r"[\s‐-]+(?:consum\w+|requir\w+|use\b|usage|doses?\b|sparing|demand|equivalents?)",
    re.IGNORECASE,
)
_CONSUMED_BEFORE = re.compile(
    r"\b(?:consumption|requirements?|use|usage|amounts?|need|doses? of(?: \w+)?|(?:administered|required|total|"
    r"rescue|supplemental))"
    r"\s+(?:of |for )?$",
    re.IGNORECASE,
)
_HEDGED = Pattern(r"\b(?:may|might|could|potential(?:ly)?|appears?|seems?|possib\w+|promising)\b", re.IGNORECASE)
_LEAST = 3.0


def outcome_of(
    sentences: Sequence[Sentence], drugs: Drugs, design: str, compared: Sequence[Comparator]
) -> StatedOutcome | None:
    """Return the main result of a study of the watched drug; None for plans and where no direction is plain."""
    if design in _SILENT or not any(one.watched for sentence in sentences for one in drugs.mentions(sentence.text)):
        return None
    rivals = {one.name for one in compared if one.type in {"active", "placebo", "standard_care"}}
    controlled = design in _COMPARING or bool(rivals)
    title = next((one.text.strip(" .").casefold() for one in sentences if one.kind == "title"), "")
    best: tuple[float, Sentence, str] | None = None
    for sentence in sentences:
        if sentence.kind not in _KINDS and not (design in _CASES and sentence.kind == "methods" and sentence.heading):
            continue
        if sentence.text.strip(" .").casefold() == title or not _VERB.search(sentence.text):
            continue
        arms = tuple(_arms(sentence.text, drugs, rivals))
        score = _score(sentence, arms, controlled=controlled)
        if score < _LEAST or (best is not None and score <= best[0]):
            continue
        direction = direction_of(sentence.text, arms, controlled=controlled)
        if direction not in {None, NONE, MIXED} and not _MEASURE.search(sentence.text):
            continue
        if direction is None or (design in _REVIEWS and direction != MIXED and not _pooled(sentence, design)):
            continue
        best = score, sentence, direction
    if best is None:
        return None
    _, sentence, direction = best
    return StatedOutcome(direction=direction, quote=sentence.quote())


def _pooled(sentence: Sentence, design: str) -> bool:
    """Tell whether a systematic review states a result of its own; a narrative one never does."""
    return design == "systematic_review" and _P.search(sentence.text) is not None


def _arms(text: str, drugs: Drugs, rivals: set[str]) -> Iterator[Arm]:
    found = [
        Arm(
            start=one.start,
            end=one.end,
            ours=one.watched,
            name=one.name,
            compared=one.watched or one.inert or one.name in rivals,
        )
        for one in drugs.mentions(text)
        if not _no_arm(text, one)
    ]
    found += [
        Arm(start=match.start(), end=match.end(), ours=False, name="control")
        for match in _CONTROL.finditer(text)
        if not any(one.start < match.end() and match.start() < one.end for one in found)
    ]
    yield from sorted(found, key=lambda one: one.start)


def _no_arm(text: str, drug: Mention) -> bool:
    """Tell whether a drug is counted as an outcome or is what made the symptoms, not a treatment."""
    if drug.watched:
        return _INDUCED.match(text[drug.end :]) is not None
    if _USE_OF.fullmatch(text[: drug.start]):  # "The use of atropine reduced …": it is what was tried
        return False
    return bool(_CONSUMED_AFTER.match(text[drug.end :]) or _CONSUMED_BEFORE.search(text[: drug.start]))


def _score(sentence: Sentence, arms: Sequence[Arm], *, controlled: bool) -> float:
    """Return how much a sentence is the main result; the weights are round numbers by judgement."""
    text = sentence.text
    if _ASIDE.search(text):
        return 0.0
    measured = _MEASURE.search(text) is not None
    score = 4.0 if _PRIMARY.search(text) else 0.0
    score += 2.0 if sentence.kind == "conclusion" else 1.5
    score += 1.5 if any(arm.ours for arm in arms) else 0.0
    # Where there is nothing but one treatment, a result that names none is that treatment's.
    score += 1.0 if not arms and (_THIS.search(text) or not controlled) else 0.0
    score += 1.0 if measured else 0.0
    score += 1.0 if _P.search(text) else 0.0
    score -= 1.0 if _HEDGED.search(text) else 0.0
    if _HARM.search(text):
        score -= 1.0 if measured else 6.0
    return score
