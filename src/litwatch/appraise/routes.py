"""By which routes the watched drug is given. Pure; only where route and drug share a sentence or an arm."""

from __future__ import annotations

import re
from collections.abc import Sequence

from litwatch.appraise.places import Place
from litwatch.appraise.vocabulary import Vocabulary

# Two-letter abbreviations keep their capitals: "im" and "sc" are also words.
ROUTES = {
    "iv": r"(?i:\bintravenous(?:ly)?\b)|\bIV\b|\bi\.v\.",
    "im": r"(?i:\bintramuscular(?:ly)?\b)|\bIM\b",
    "sc": r"(?i:\bsubcutaneous(?:ly)?\b)|\bSC\b|\bs\.c\.",
    "intranasal": r"(?i:\bintra-?nasal(?:ly)?\b|\bnasal spray\b)",
    "oral": r"(?i:\boral(?:ly)? (?:administered )?(?=(?:es|ar)?ketamine)|\bketamine (?:capsules?|oral solution)\b)",
    "sublingual": r"(?i:\bsublingual(?:ly)?\b|\blozenges?\b|\btroches?\b)",
    "inhaled": r"(?i:\bnebuli[sz]ed\b|\binhaled\b)",
}
_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in ROUTES.items())


def routes_of(places: Sequence[Place], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the routes named together with the drug, in the order of `ROUTES`."""
    shared = [
        place.text for place in places if vocabulary.drug.first(place.text) and place.field not in {"MeSH", "substance"}
    ]
    return tuple(name for name, pattern in _COMPILED if any(pattern.search(text) for text in shared))
