"""Lengths of time as abstracts write them: `3 to 6 months`, `30, 60 and 120 min`, `day 14`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from litwatch.appraise.needles import Pattern
from litwatch.appraise.numbers import WORDS

MINUTES = {"second": 1 / 60, "minute": 1, "hour": 60, "day": 1_440, "week": 10_080, "month": 43_830, "year": 525_960}
_UNITS = {
    "second": r"seconds?|secs?|s",
    "minute": r"minutes?|mins?",
    "hour": r"hours?|hrs?|h",
    "day": r"days?|d",
    "week": r"weeks?|wks?",
    "month": r"months?|mos?",
    "year": r"years?|yrs?",
}
_UNIT = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS.items())
_WORD = "|".join(sorted((word for word in WORDS), key=len, reverse=True))
_NUMBER = rf"(?:\d+(?:[.·]\d+)?|(?:{_WORD})(?:-(?:{_WORD}))?|half an?|an?)"
_DASH = r"\s*(?:-|–|—|‐|‑|to|or)\s*"
_SPREAD = r"(?:\s*(?:±|\+/-|\+/−)\s*[\d.]+)?(?:\s*[(\[][^()\[\]]{1,40}[)\]])?"  # 7 (SD 2) days
_JOIN = r"(?:\s*,\s*(?:and\s+|or\s+)?|\s+and\s+|\s*&\s*|\s*/\s*|\s+or\s+)"
# 30, 60, and 120 min · 3 to 6 months · 24-h · one week
_LENGTH = Pattern(
    rf"(?<![\w.,/–−-])(?P<list>(?:{_NUMBER}(?:[\s-]?(?:{'|'.join(_UNITS.values())}))?{_JOIN}){{0,12}})"
    rf"(?P<low>{_NUMBER}){_SPREAD}(?:{_DASH}(?P<high>{_NUMBER}))?(?:[\s‐‑-]+|(?<=\d))(?:{_UNIT})(?![\w/])",
    re.IGNORECASE,
)
# day 14 · weeks 5-8 · days 14 and 30
_AGAIN = r"(?:(?:days?|weeks?|months?|years?)\s)?"
_INDEX = Pattern(
    rf"\b(?P<point>day|week|month|year)s?[\s-](?P<list>(?:\d+(?:{_DASH}{_AGAIN}\d+)?{_JOIN}{_AGAIN}){{0,10}})"
    rf"(?P<low>\d+)(?:{_DASH}{_AGAIN}(?P<high>\d+))?(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A length of time: ``value`` to ``value_high`` of ``unit`` (singular), at ``start`` to ``end`` of its text."""

    value: float
    value_high: float | None
    unit: str
    start: int
    end: int
    index: bool = False  # a point of the schedule: `day 14`

    @property
    def minutes(self) -> float:
        """Return the length in minutes, of the longer end of a range."""
        return (self.value_high or self.value) * MINUTES[self.unit]


@lru_cache(maxsize=512)  # several readers ask of the same sentence
def lengths_in(text: str) -> tuple[Length, ...]:
    """Return the lengths in ``text``; of a list (`30, 60 and 120 min`, `days 1-25`) the last, which is the longest."""
    return tuple(_lengths_in(text))


def _lengths_in(text: str) -> Iterator[Length]:
    for match in _LENGTH.finditer(text):
        high = _value(match["high"]) if match["high"] else None
        unit = next(name for name in _UNITS if match[name])
        yield Length(value=_value(match["low"]), value_high=high, unit=unit, start=match.start(), end=match.end())
    for match in _INDEX.finditer(text):
        point, last = match["point"].casefold(), float(match["high"] or match["low"])
        yield Length(value=last, value_high=None, unit=point, start=match.start(), end=match.end(), index=True)


def _value(text: str) -> float:
    word = text.casefold().replace("·", ".")
    if word.startswith("half"):
        return 0.5
    if word in {"a", "an"}:
        return 1.0
    if word[0].isdigit():
        return float(word)
    return float(sum(WORDS[part] for part in word.split("-")))
