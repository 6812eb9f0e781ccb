"""Registry enumerations in a reader's words, and texts in the form in which they are compared. Pure.

Source: the enumerations of the ClinicalTrials.gov API v2 (``/studies/enums``). A value not in the table stays as it
is: a status that was guessed by its first letters has misled others ("not recruiting" read as "recruiting").
"""

from __future__ import annotations

import re
import unicodedata

STATUS = {
    "ACTIVE_NOT_RECRUITING": "active, not recruiting",
    "APPROVED_FOR_MARKETING": "approved for marketing",
    "AVAILABLE": "available",
    "COMPLETED": "completed",
    "ENROLLING_BY_INVITATION": "enrolling by invitation",
    "NO_LONGER_AVAILABLE": "no longer available",
    "NOT_YET_RECRUITING": "not yet recruiting",
    "RECRUITING": "recruiting",
    "SUSPENDED": "suspended",
    "TEMPORARILY_NOT_AVAILABLE": "temporarily not available",
    "TERMINATED": "terminated",
    "UNKNOWN": "unknown",
    "WITHDRAWN": "withdrawn",
    "WITHHELD": "withheld",
}
ALLOCATION = {"RANDOMIZED": "randomised", "NON_RANDOMIZED": "not randomised", "NA": "not applicable"}
MASKING = {
    "NONE": "none (open label)",
    "SINGLE": "single",
    "DOUBLE": "double",
    "TRIPLE": "triple",
    "QUADRUPLE": "quadruple",
}
WHO_MASKED = {
    "PARTICIPANT": "participant",
    "CARE_PROVIDER": "care provider",
    "INVESTIGATOR": "investigator",
    "OUTCOMES_ASSESSOR": "outcomes assessor",
}
PHASES = {
    "NA": "not applicable",
    "EARLY_PHASE1": "early phase 1",
    "PHASE1": "phase 1",
    "PHASE2": "phase 2",
    "PHASE3": "phase 3",
    "PHASE4": "phase 4",
}
MODEL = {
    "SINGLE_GROUP": "single group",
    "PARALLEL": "parallel groups",
    "CROSSOVER": "crossover",
    "FACTORIAL": "factorial",
    "SEQUENTIAL": "sequential",
}
PURPOSE = {
    "TREATMENT": "treatment",
    "PREVENTION": "prevention",
    "DIAGNOSTIC": "diagnostic",
    "ECT": "educational, counselling or training",
    "SUPPORTIVE_CARE": "supportive care",
    "SCREENING": "screening",
    "HEALTH_SERVICES_RESEARCH": "health services research",
    "BASIC_SCIENCE": "basic science",
    "DEVICE_FEASIBILITY": "device feasibility",
    "OTHER": "other",
}
STUDY_TYPE = {
    "INTERVENTIONAL": "interventional",
    "OBSERVATIONAL": "observational",
    "EXPANDED_ACCESS": "expanded access",
}

# Words, whole numbers with their decimals, and the signs that carry meaning in a result.
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|[<>=≤≥%±]")
_DECIMAL = re.compile(r"(?<=\d)[·∙•](?=\d)")
_SHOWN = 240  # characters of a long text in a change
_AROUND = 4  # words of context


def enum_key(value: str) -> str:
    """Return an enumeration's value as the registry's programmers write it, whatever its case and punctuation."""
    return re.sub(r"[^A-Z0-9]+", "_", value.upper()).strip("_")


def in_words(value: str, table: dict[str, str]) -> str:
    """Return ``value`` in a reader's words; one that ``table`` lacks stays as it is; none is ``not stated``."""
    return table.get(enum_key(value), value.strip()) or "not stated"


def essence(text: str) -> str:
    """Return what ``text`` says without its typography: case, white space, punctuation, dashes, ligatures, accents.

    Numbers keep their decimals, and the signs of comparison stay: 0·5 is 0.5, but 0.5 is not 5 nor "<" ">".
    """
    plain = _DECIMAL.sub(".", text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).replace("≦", "≤").replace("≧", "≥")
        plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(_TOKEN.findall(plain.casefold()))


def differing(old: str, new: str) -> tuple[str, str]:
    """Return the parts in which two texts differ, with a few words around, each short enough for a line or two."""
    before, after = old.split(), new.split()
    start = 0
    while start < min(len(before), len(after)) and essence(before[start]) == essence(after[start]):
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and essence(before[-1 - end]) == essence(after[-1 - end]):
        end += 1
    return _cut(before, start, end), _cut(after, start, end)


def _cut(words: list[str], start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(words), len(words) - end + _AROUND)
    text = " ".join(words[first:last])
    text = ("… " if first else "") + text + (" …" if last < len(words) else "")
    return shortened(text) or "not stated"


def shortened(text: str) -> str:
    """Return ``text`` cut at a word to what a change can show."""
    if len(text) <= _SHOWN:
        return text
    return text[:_SHOWN].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
