"""Which open questions a registration bears on, each with the registry field that says so. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from litwatch.appraise.places import Place
from litwatch.appraise.vocabulary import Signals
from litwatch.model import QuestionHit

_PROSE = ("briefTitle", "officialTitle", "briefSummary")


def hit_in_fields(places: Sequence[Place], signals: Signals) -> QuestionHit | None:
    """Return the first field with a signal of the question; a negative signal beside it takes it back.

    Titles and summary are read for the signals of prose, all other fields for those of registries.
    """
    for place in places:
        chosen = signals.positive if place.field in _PROSE or place.field.startswith("keywords") else signals.registry
        hits = [place.text[hit.start : hit.end] for hit in chosen.hits(place.text)]
        if hits and signals.negative.first(place.text) is None:
            return QuestionHit(id=signals.id, quote=place.quote(), words=tuple(dict.fromkeys(hits)))
    return None
