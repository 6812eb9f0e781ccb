"""Whole numbers as abstracts write them: digits, thousands separators, words. Pure."""

from __future__ import annotations

import re

WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_ONES = "|".join(word for word, value in WORDS.items() if value < 10)  # noqa: PLR2004  # the decimal system
_TENS = "|".join(word for word, value in WORDS.items() if value >= 20)  # noqa: PLR2004  # same
_ALL = "|".join(sorted(WORDS, key=len, reverse=True))  # "seventeen" before "seven"
_SMALL = rf"(?:(?:{_TENS})(?:[\s‐‑-]+(?:{_ONES}))?|{_ALL})"
_SPOKEN = (
    rf"(?:(?:{_SMALL}|a)[\s‐‑-]+thousand(?:[\s‐‑-]+(?:and[\s‐‑-]+)?)?)?"
    rf"(?:(?:{_SMALL}|a)[\s‐‑-]+hundred(?:[\s‐‑-]+(?:and[\s‐‑-]+)?{_SMALL})?|{_SMALL})"
)
# A number of digits is whole: no decimal, percentage, range, ratio or part of a longer name touches it.
_DIGITS = (
    r"(?<![\w.,/±–−:<>≤≥-])\d{1,3}(?:[,\u2009\u202f\u00a0]\d{3})+(?![\d.,]*\d)|"
    r"(?<![\w.,/±–−:<>≤≥-])\d{1,7}(?!\d|[.,·]\d)"
)
# What may begin one is looked at first: at most places of a text nothing does.
NUMBER = rf"(?:(?=\d)(?:{_DIGITS})|\b(?=[aefnost]){_SPOKEN}\b)"
_PART = re.compile(r"[a-z]+|\d[\d,\u2009\u202f\u00a0]*", re.IGNORECASE)


def value_of(text: str) -> int:
    """Return the value of a stretch that `NUMBER` matched. Raises `ValueError` when it is none."""
    if text[:1].isdigit():
        return int(re.sub(r"\D", "", text))
    total = current = 0
    for part in _PART.findall(text.casefold()):
        if part in WORDS:
            current += WORDS[part]
        elif part == "a":
            current += 1
        elif part == "hundred":
            current = max(current, 1) * 100
        elif part == "thousand":
            total, current = total + max(current, 1) * 1000, 0
        elif part != "and":
            raise ValueError(f"no number: {text!r}")
    if not total + current:
        raise ValueError(f"no number: {text!r}")
    return total + current
