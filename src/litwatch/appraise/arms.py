"""The arms of a comparison, and the numbers a sentence gives each: what it reached, or by how much it changed. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_BOTH = 2
_TO_ARM = 24  # characters from an amount to the arm it belongs to
_CLAUSE_END = re.compile(r"[.;](?!\d)")
_AMOUNT = re.compile(
    r"(?:\bby|\band|\bversus|\bvs\.?|\bcompared (?:with|to))\s+(?:an? (?:average|mean|median) of )?(?:only )?"
    r"(?P<n>\d+(?:[.·]\d+)?)(?![\d.]*\s*(?:min|h\b|hours?|weeks?|months?|patients|participants))"
    r"(?:\s*%|\s+(?:mm|cm|points?|per ?cent|units?|days?))?(?:\s+[(\[][^()\[\]]*[)\]])?",
    re.IGNORECASE,
)
_NUMBER = r"(?P<n>\d+(?:\.\d+)?)(?:\s*%|\s*(?:/|of|out of)\s*(?P<of>0*[1-9]\d*))?"  # never of none
_SHARE_BEFORE = re.compile(
    rf"(?<![\d./]){_NUMBER}(?:\s+(?:of|in|with|after|for|on|given|among|who received)\s+|\s+)"
    r"(?:(?:patients|participants|those|adults|people|subjects|given|on|in|the|treated|with|who|received)\s+){0,4}$",
    re.IGNORECASE,
)
_SHARE_BEHIND = re.compile(
    rf"(?:\s+(?:groups?|arms?|patients|infusions?))?\s*[(\[]{_NUMBER}[^()\[\]]*[)\]]", re.IGNORECASE
)
_JOINED = re.compile(
    r"(?:[\s-]+(?:groups?|arms?|infusions?|patients))?\s+(?:and|or)\s+(?:(?:in|with|after|for)\s+)?(?:the\s+)?(?:an?\s+)?",
    re.IGNORECASE,
)
_OF_ARM = re.compile(r"\s+(?:with|in|for|after|on|among|by)\s+(?:the\s+)?(?:[\w-]+\s+){0,1}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A treatment named at ``start``: the watched drug (``ours``), what it is compared with, or a drug beside both."""

    start: int
    end: int
    ours: bool
    name: str
    compared: bool = True


def shares(text: str, arms: Sequence[Arm]) -> dict[bool, float]:
    """Return what the watched drug's arm (True) and the other (False) reached, as a number or a share; {} if not both.

    "68% of those given ketamine", "31/40 with placebo", "placebo (12%)".
    """
    found = {
        arm.ours: float(match["n"]) / float(match["of"] or 1)
        for arm in arms
        if arm.compared and (match := _SHARE_BEFORE.search(text, 0, arm.start) or _SHARE_BEHIND.match(text, arm.end))
    }
    return found if len(found) == len(arms) == _BOTH else {}


def are_joined(text: str, arms: Sequence[Arm]) -> bool:
    """Tell whether two neighbours of different arms share what is said before them."""
    return any(
        one.ours is not other.ours and _JOINED.fullmatch(text[one.end : other.start]) for one, other in pairwise(arms)
    )


def amounts(text: str, match: re.Match[str], arms: Sequence[Arm]) -> dict[bool, float]:
    """Return by how much something changed in the watched drug's arm (True) and in the other (False), if told.

    Each amount belongs to the arm named behind it; of two, one without a name to the arm named before the verb.
    """
    clause = _CLAUSE_END.split(text[match.end() :], maxsplit=1)[0]
    found: list[tuple[bool | None, float]] = []
    for amount in _AMOUNT.finditer(clause):
        end = match.end() + amount.end()
        arm = next((one for one in arms if one.compared and end <= one.start <= end + _TO_ARM), None)
        behind = text[end : arm.start] if arm else ""
        named = arm.ours if arm and _OF_ARM.fullmatch(behind) else None
        found.append((named, float(amount["n"].replace("·", "."))))
    if len(found) != _BOTH:
        return {}
    (one, first), (other, second) = found
    before = {arm.ours for arm in arms if arm.compared and arm.end <= match.start()}
    if one is None and other is not None and before == {not other}:
        one = not other
    if one is None or other is None or one is other:
        return {}
    return {one: first, other: second}
