"""The words for ways of giving a drug, and where a text has them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from litwatch.appraise.needles import Pattern

# In any case.
_WORDS = {
    "iv": r"\bintra-?venous(?:ly)?\b|\bintravenou\w*|\bintraveineu\w*|\bendovenos\w*",
    "im": r"\bintra-?muscular(?:ly)?\b|\binto (?:the |a )?(?:\w+ )?(?:muscle|thigh|deltoid|buttock)\b",
    "sc": r"\bsub-?cutaneous(?:ly)?\b|\bunder the skin\b",
    "intranasal": r"\bintra-?nasal(?:ly)?\b|\bin-tranasal\b|\b(?:nasal|nose)[ -]?sprays?\b|\bnasally\b|\bnasal\b|"
    r"\bsprays\b|\b(?:mucosal )?atomi[sz](?:ers?|ed|ation)\b|\bnostrils?\b|\b(?:es|ar)?ketamine[ -]spray\b",
    "oral": r"\boral(?:ly)?\b(?! (?:anti|AD\b|surg|mucos|cavity|contracep|health|hygiene|intake|feed|temp|"
    r"premed|medic|cancer|and maxillo|mono|SSRI|SNRI|morph\w*quiv))|\bper os\b|\bby mouth\b|"
    r"\btablets?\b|\bcapsules?\b",
    "sublingual": r"\bsub-?lingual(?:ly)?\b|\bunder the tongue\b|\blozenges?\b|\btroches?\b|\bwafers?\b",
    "buccal": r"\bbuccal(?:ly)?\b|\bin(?:side)? the cheek\b|\btransmucosal(?:ly)?\b",
    "ip": r"\bintra-?peritoneal(?:ly)?\b",
    "inhaled": r"\binhaled\b|\bnebuli[sz]ed\b|\bnebuli[sz]ation\b|\bsmoked\b|\bvapori[sz]ed\b|\binhalation of\b",
    "rectal": r"\brectal(?:ly)?\b",
    "epidural": r"\bepidural(?:ly)?\b",
    "caudal": r"\bcaudal(?:ly)?\b",
    "intrathecal": r"\bintrathecal(?:ly)?\b|\bspinal block\b",
    "topical": r"\btopical(?:ly)?\b|\bgargl\w+|\bmouthwash\b|\bcream\b|\bgel\b",
    "transdermal": r"\btransdermal(?:ly)?\b|\bpatch(?:es)?\b",
    "perineural": r"\bperineural(?:ly)?\b|\bnerve blocks?\b|\binfiltrat\w+|\bperitonsillar\b",
    "intraosseous": r"\bintraosseous(?:ly)?\b",
}
# Abbreviations of two letters keep their capitals or stops: "im", "in" and "sc" are also words.
_SHORT = {
    "iv": r"(?<!DSM-)(?<!DSM )(?<![Pp]hase )(?<![Tt]ype )(?<![Gg]rade )(?<!ASA )(?<![Ss]tage )(?<![Cc]lass )(?<!DSM)"
    r"\bIV\b(?! ?-?TR)|\bi\.\s?v\b\.?|\biv\b",
    "im": r"\bIM\b|\bi\.\s?m\b\.?|(?<=kg )im\b|(?<=mg )im\b",
    "sc": r"\bSC\b|\bs\.\s?c\b\.?|\bsub-?[qQ]\b|(?<=kg )sc\b|(?<=mg )sc\b",
    "intranasal": r"\bIN\b(?=[ -](?:\w+ )?(?:es|ar|S-|nor)?ketamine)|\(IN\)|\bi\.\s?n\.",
    "oral": r"\bPO\b|\bp\.\s?o\b\.?",
    "ip": r"\bi\.\s?p\b\.?|\bIP\b|(?<=kg )ip\b",
}
ROUTES = tuple(_WORDS)
_PATTERNS = (
    *((name, Pattern(words, re.IGNORECASE)) for name, words in _WORDS.items()),
    *((name, Pattern(short)) for name, short in _SHORT.items()),
)
INFUSION = Pattern(
    r"\binfus(?:ions?|ed|ing|e)\b|\bdrip(?:ped)?\b|\binfusor\b|\bcontinuous(?:ly)?\b|\bpumps?\b", re.IGNORECASE
)
BOLUS = Pattern(r"\bbolus(?:es)?\b|\binject(?:ions?|ed)\b|\bIV push\b|\bpush(?:ed)?\b|\bloading\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RouteWord:
    """A route named at ``text[start:end]``."""

    start: int
    end: int
    route: str


@lru_cache(maxsize=512)  # several readers ask of the same sentence
def routes_named(text: str) -> tuple[RouteWord, ...]:
    """Return the routes ``text`` names, left to right."""
    found = sorted(
        (match.start(), ROUTES.index(name), match.end(), name)
        for name, pattern in _PATTERNS
        for match in pattern.finditer(text)
    )
    words: list[RouteWord] = []
    for start, _, end, name in found:
        if not words or start >= words[-1].end:
            words.append(RouteWord(start, end, name))
    return tuple(words)
