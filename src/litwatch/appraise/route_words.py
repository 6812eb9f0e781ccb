"""The words for ways of giving a drug, and where a text has them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from litwatch.appraise.needles import Pattern

# Two-letter abbreviations keep their capitals or stops: "im", "in" and "sc" are also words.
_ROUTES = {
    "iv": r"(?i:\bintra-?venous(?:ly)?\b|\bintravenou\w*|"
    r"\bintraveineu\w*|\bendovenos\w*)|(?<!DSM-)(?<!DSM )(?<![Pp]hase )(?<![Tt]ype )(?<![Gg]rade )"
    r"(?<!ASA )(?<![Ss]tage )(?<![Cc]lass )(?<!DSM)\bIV\b(?! ?-?TR)|\bi\.\s?v\b\.?|\biv\b",
    "im": r"(?i:\bintra-?muscular(?:ly)?\b|\binto (?:the |a )?(?:\w+ )?(?:muscle|thigh|deltoid|buttock)\b)|"
    r"\bIM\b|\bi\.\s?m\b\.?|(?<=kg )im\b|(?<=mg )im\b",
    "sc": r"(?i:\bsub-?cutaneous(?:ly)?\b|\bunder the skin\b)|"
    r"\bSC\b|\bs\.\s?c\b\.?|\bsub-?[qQ]\b|(?<=kg )sc\b|(?<=mg )sc\b",
    "intranasal": r"(?i:\bintra-?nasal(?:ly)?\b|\bin-tranasal\b|\b(?:nasal|nose)[ -]?sprays?\b|\bnasally\b|\bnasal\b|"
    r"\bsprays\b|\b(?:mucosal )?atomi[sz](?:ers?|ed|ation)\b|\bnostrils?\b|\b(?:es|ar)?ketamine[ -]spray\b)|"
    r"\bIN\b(?=[ -](?:\w+ )?(?:es|ar|S-|nor)?ketamine)|\(IN\)|\bi\.\s?n\.",
    "oral": r"(?i:\boral(?:ly)?\b(?! (?:anti|AD\b|surg|mucos|cavity|contracep|health|hygiene|intake|feed|temp|premed|"
    r"medic|cancer|and maxillo|mono|SSRI|SNRI|morph\w*quiv))|\bper os\b|\bby mouth\b|\btablets?\b|\bcapsules?\b)"
    r"|\bPO\b|\bp\.\s?o\b\.?",
    "sublingual": r"(?i:\bsub-?lingual(?:ly)?\b|\bunder the tongue\b|\blozenges?\b|\btroches?\b|\bwafers?\b)",
    "buccal": r"(?i:\bbuccal(?:ly)?\b|\bin(?:side)? the cheek\b|\btransmucosal(?:ly)?\b)",
    "ip": r"(?i:\bintra-?peritoneal(?:ly)?\b)|\bi\.\s?p\b\.?|\bIP\b|(?<=kg )ip\b",
    "inhaled": r"(?i:\binhaled\b|\bnebuli[sz]ed\b|\bnebuli[sz]ation\b|\bsmoked\b|\bvapori[sz]ed\b|\binhalation of\b)",
    "rectal": r"(?i:\brectal(?:ly)?\b)",
    "epidural": r"(?i:\bepidural(?:ly)?\b)",
    "caudal": r"(?i:\bcaudal(?:ly)?\b)",
    "intrathecal": r"(?i:\bintrathecal(?:ly)?\b|\bspinal block\b)",
    "topical": r"(?i:\btopical(?:ly)?\b|\bgargl\w+|\bmouthwash\b|\bcream\b|\bgel\b)",
    "transdermal": r"(?i:\btransdermal(?:ly)?\b|\bpatch(?:es)?\b)",
    "perineural": r"(?i:\bperineural(?:ly)?\b|\bnerve blocks?\b|\binfiltrat\w+|\bperitonsillar\b)",
    "intraosseous": r"(?i:\bintraosseous(?:ly)?\b)",
}
ROUTES = tuple(_ROUTES)
_PATTERNS = tuple((name, Pattern(pattern)) for name, pattern in _ROUTES.items())
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
        (match.start(), order, match.end(), name)
        for order, (name, pattern) in enumerate(_PATTERNS)
        for match in pattern.finditer(text)
    )
    words: list[RouteWord] = []
    for start, _, end, name in found:
        if not words or start >= words[-1].end:
            words.append(RouteWord(start, end, name))
    return tuple(words)
