"""Whether the tests that a sentence reports found anything. Pure."""

from __future__ import annotations

import re

_P_VALUE = re.compile(r"\bp(?:[- ]?value)?\s*(?P<sign>[<=>≤≥])\s*(?P<value>0?[.·]\d+)", re.IGNORECASE)
_INTERVAL = re.compile(
    r"(?:\b95\s?%\s?(?:CI|confidence intervals?)|\bCI)\b[^\w−–-]{0,4}"
    r"(?P<low>[-−–]?\s?\d+(?:[.·]\d+)?)\s?%?\s*(?:to|,|;|–|-|through)\s*(?P<high>[-−–]?\s?\d+(?:[.·]\d+)?)",
    re.IGNORECASE,
)
_RATIO = re.compile(r"\b(?:odds|risks?|rate|hazards?)[- ]ratios?\b|\brelative risks?\b|\b[aA]?(?:OR|RR|HR)\b")
_ALPHA = 0.05


def is_insignificant(text: str) -> bool:
    """Tell whether the only tests that ``text`` reports found nothing: p of .05 or more, an interval over no effect.

    An interval of a ratio is over no effect when it holds one, any other when it holds zero. Where one test found
    something and another nothing, the words decide.
    """
    found = _tests(text)
    return bool(found) and all(found)


def is_tested(text: str) -> bool:
    """Tell whether ``text`` reports a test that can be read: a p value, or an interval with both its ends."""
    return bool(_tests(text))


def _tests(text: str) -> list[bool]:
    """Return for each test that ``text`` reports whether it found nothing."""
    found = [_is_null_p(match) for match in _P_VALUE.finditer(text)]
    neutral = 1.0 if _RATIO.search(text) else 0.0
    for match in _INTERVAL.finditer(text):
        low, high = sorted(_signed(match[name]) for name in ("low", "high"))
        found.append(low <= neutral <= high)
    return found


def _is_null_p(match: re.Match[str]) -> bool:
    value = float(match["value"].replace("·", "."))
    return match["sign"] in "=>≥" and value >= _ALPHA


def _signed(text: str) -> float:
    return float(re.sub(r"[−–]", "-", text).replace("·", ".").replace(" ", ""))
