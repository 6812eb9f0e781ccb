"""Which open questions a record bears on, each with the words that say so. Pure.

A question is touched by what was read of the record (a route, its design, a follow-up, drugs given together) where its
``facts`` name such a thing, and by its ``signals`` near the watched drug otherwise. What a registration registers is
read from its fields: `litwatch.appraise.question_fields`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from litwatch.appraise.drugs import Drugs
from litwatch.appraise.needles import Pattern
from litwatch.appraise.question_fields import hit_in_fields
from litwatch.appraise.question_rules import Line, Read, rules_for
from litwatch.appraise.route_words import routes_named
from litwatch.appraise.sentences import Sentence
from litwatch.appraise.vocabulary import Signals, Vocabulary
from litwatch.model import Citation, QuestionHit

__all__ = ["Read", "questions_of"]

# A wish for studies is not a study: such a sentence is a mention at most.
_WISH = Pattern(
    r"\b(?:needed|warranted|required|lacking|necessary|future (?:\w+ )?(?:studies|research|trials|work)|should|"
    r"(?:remains?|needs?) to be|remains? (?:unclear|unknown|uncertain)|next steps?|(?:further|more|larger|"
    r"additional) (?:[\w-]+ ){0,4}"
    r"(?:studies|study|research|trials?|investigation)|little (?:information|is known)|"
    r"not (?:been )?(?:clearly )?(?:elucidated|established))\b",
    re.IGNORECASE,
)


def questions_of(read: Read, vocabulary: Vocabulary) -> tuple[QuestionHit, ...]:
    """Return every question the record bears on, in the configuration's order."""
    if not isinstance(read.record, Citation):
        found = (hit_in_fields(read.places, signals) for signals in vocabulary.questions)
        return tuple(hit for hit in found if hit is not None)
    lines = [_line(one, read.drugs) for one in read.sentences]
    if not any(line.watched for line in lines):
        return ()
    whole = "\n".join(sentence.text for sentence in read.sentences)
    hits = (_hit(signals.among(whole), read, lines) for signals in vocabulary.questions)
    return tuple(hit for hit in hits if hit is not None)


def _line(sentence: Sentence, drugs: Drugs) -> Line:
    mentions = drugs.mentions(sentence.text)
    return Line(
        sentence,
        mentions,
        routes_named(sentence.text),
        wish=sentence.kind in {"background", "conclusion"} and _WISH.search(sentence.text) is not None,
        watched=any(mention.watched for mention in mentions),
    )


def _hit(signals: Signals, read: Read, lines: Sequence[Line]) -> QuestionHit | None:
    scored = [best for rule in rules_for(signals) for best in rule(signals, read, lines)]
    if scored:
        score, line = max(scored, key=lambda pair: (pair[0], -pair[1].sentence.start))
        if score > 0:
            return QuestionHit(id=signals.id, quote=line.quote(), words=_words(signals, line))
    return _heading(signals, read) or _mention(signals, lines)


def _words(signals: Signals, line: Line) -> tuple[str, ...]:
    text = line.sentence.text
    return tuple(dict.fromkeys(text[hit.start : hit.end] for hit in signals.positive.hits(text)))


def _heading(signals: Signals, read: Read) -> QuestionHit | None:
    """Return a MeSH heading of the question where there is no abstract to read."""
    if any(place.field == "abstract" for place in read.places):
        return None
    for place in read.places:
        if place.field == "MeSH" and place.text.casefold() in signals.mesh:
            return QuestionHit(id=signals.id, quote=place.quote(), words=(place.text,))
    return None


def _mention(signals: Signals, lines: Sequence[Line]) -> QuestionHit | None:
    """Return a wish or passing remark that names the question's subject; a wish for a design is no hit at all."""
    for line in () if signals.designs else lines:
        text = line.sentence.text
        if line.wish and signals.positive.first(text) and not signals.negative.first(text):
            return QuestionHit(id=signals.id, quote=line.quote(), strength="mention", words=_words(signals, line))
    return None
