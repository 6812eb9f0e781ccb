"""Which open questions a record bears on, each with the words that say so. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from litwatch.appraise.places import Place
from litwatch.appraise.vocabulary import Signals, Vocabulary
from litwatch.model import QuestionHit

# A wish for studies is not a study: such a sentence is a mention at most.
_WISH = re.compile(
    r"\b(?:needed|warranted|required|lacking|necessary|future (?:studies|research|trials|work)|"
    r"should be (?:done|conducted|investigated|studied)|remains? (?:unclear|unknown|to be)|"
    r"further (?:studies|research|trials))\b",
    re.IGNORECASE,
)
PROSE = ("title", "abstract", "briefTitle", "officialTitle", "briefSummary")


def questions_of(places: Sequence[Place], vocabulary: Vocabulary) -> tuple[QuestionHit, ...]:
    """Return every question that a signal of its own touches, in the configuration's order; evidence before mention."""
    found = (_best(places, signals) for signals in vocabulary.questions)
    return tuple(hit for hit in found if hit is not None)


def _best(places: Sequence[Place], signals: Signals) -> QuestionHit | None:
    mention: QuestionHit | None = None
    for place in places:
        words = _words(place, signals)
        if not words:
            continue
        strength = "mention" if place.field in PROSE and _WISH.search(place.text) else "evidence"
        hit = QuestionHit(id=signals.id, quote=place.quote(), strength=strength, words=words)  # type: ignore[arg-type]  # literal
        if strength == "evidence":
            return hit
        mention = mention or hit
    return mention


def _words(place: Place, signals: Signals) -> tuple[str, ...]:
    """Return the signals in one place; a negative signal beside them takes them back."""
    if place.field == "MeSH":
        return (place.text,) if place.text.casefold() in signals.mesh else ()
    if place.field == "substance":
        return ()
    chosen = signals.positive if place.field in PROSE or place.field == "keyword" else signals.registry
    hits = [place.text[hit.start : hit.end] for hit in chosen.hits(place.text)]
    if not hits or signals.negative.first(place.text) is not None:
        return ()
    return tuple(dict.fromkeys(hits))
