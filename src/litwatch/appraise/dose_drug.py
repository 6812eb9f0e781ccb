"""Which drug a written dose belongs to. Pure.

A drug named tight before or after the dose has it ("ketamine (0.5 mg/kg)", "0.5 mg/kg of intravenous ketamine"); else
the nearest one before it in the sentence, else after it; else the one the text was speaking of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from litwatch.appraise.dose_notation import Amount
from litwatch.appraise.drugs import Mention

_STOPS = (
    r"and|or|with|plus|vs|versus|to|by|followed|then|before|after|in|for|over|at|than|compared|was|were|is|group|groups|"
    r"received|receive|but|while|whereas|on|from|as|against|without"
)
# "ketamine at 0.5 mg/kg", "ketamine in a dose of 0.5 mg/kg"
_STOPS_AFTER = _STOPS.replace("|at|", "|").replace("|in|", "|")
_WORDS = rf"(?:(?!(?:{_STOPS})\b)[\w./()%+'-]+\s+){{0,6}}"
_AFTER = re.compile(rf"^[\s)\]]*{_WORDS}[-(]?$", re.IGNORECASE)
_BEFORE = re.compile(
    rf"^(?:['’]s)?(?:\s+(?:hydrochloride|HCl))?[\s,(:=\[-]*(?:(?!(?:{_STOPS_AFTER})\b)"
    r"[\w./()%+'-]+[\s,(:=-]+){0,5}[(\[]?$",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"^(?:\s+[\w./-]+){0,3}\s*[(\[{][^()\[\]]*$")
_ADJACENT = re.compile(r"\s\(?|\s(?:hydrochloride|HCl)\s")
_CHAIN = re.compile(r"^(?:,|/|;|and|or|to|-|–|vs\.?|versus|\+|\s|then)*$")
_LISTED = re.compile(r"^(?:\s|,|and|or|vs\.?|versus|&|/|plus|\([\w\s-]{1,12}\)|groups?)*$", re.IGNORECASE)
# The drug of a phrase that only names what is compared: "Compared with midazolam, 0.5 mg/kg …".
_ASIDE = re.compile(
    r"\b(?:compared (?:with|to)|relative to|unlike|than|in contrast to|as opposed to)\s+(?:\w+\s+)?$", re.IGNORECASE
)


def drugs_of(
    sentence: str, amounts: Sequence[Amount], mentions: Sequence[Mention]
) -> list[tuple[Mention | None, bool]]:
    """Return for each amount its drug, or None, and whether the drug stands tight beside it."""
    given = _respectively(sentence, amounts, mentions)
    tight = [given[index] or _tight(sentence, amounts, index, mentions) for index in range(len(amounts))]
    for index in range(len(amounts) - 2, -1, -1):
        chained = _CHAIN.match(sentence[amounts[index].end : amounts[index + 1].start])
        same = amounts[index].unit == amounts[index + 1].unit
        if tight[index] is None and tight[index + 1] is not None and chained and same:
            following = tight[index + 1]
            if following is not None and following.start >= amounts[index + 1].start:
                tight[index] = following
    return [
        (tight[index], True) if tight[index] else (_nearest(sentence, amount, mentions), False)
        for index, amount in enumerate(amounts)
    ]


def _tight(sentence: str, amounts: Sequence[Amount], index: int, mentions: Sequence[Mention]) -> Mention | None:
    amount = amounts[index]
    left = amounts[index - 1].end if index else 0
    right = amounts[index + 1].start if index + 1 < len(amounts) else len(sentence)
    within = [one for one in mentions if amount.start <= one.start < amount.end]
    if within:
        return within[0]
    before = max((one for one in mentions if left <= one.end <= amount.start), key=lambda one: one.end, default=None)
    after = min((one for one in mentions if amount.end <= one.start < right), key=lambda one: one.start, default=None)
    gap = sentence[before.end : amount.start] if before else ""
    if before and (_BRACKET.match(gap) or (_ADJACENT.fullmatch(gap) and before.start - left > 1)):
        return before
    if (
        after
        and _AFTER.match(sentence[amount.end : after.start])
        and "(" not in sentence[amount.end : after.start].strip()
    ):
        return after
    if before and _BEFORE.match(gap):
        return before
    return None


def _nearest(sentence: str, amount: Amount, mentions: Sequence[Mention]) -> Mention | None:
    before = [one for one in mentions if one.end <= amount.start and not _aside(sentence, one)]
    if before:
        return before[-1]
    return next((one for one in mentions if one.start >= amount.end), None)


def _aside(sentence: str, mention: Mention) -> bool:
    return bool(_ASIDE.search(sentence[: mention.start])) and sentence[mention.end : mention.end + 1] == ","


def _respectively(sentence: str, amounts: Sequence[Amount], mentions: Sequence[Mention]) -> list[Mention | None]:
    """Return the drugs of "ketamine and midazolam (0.5 and 0.045 mg/kg, respectively)", one for each amount."""
    none: list[Mention | None] = [None] * len(amounts)
    place = sentence.find("respectively")
    if place < 0 or len(amounts) < 2:  # noqa: PLR2004  # a pair at least
        return none
    before = [index for index, amount in enumerate(amounts) if amount.end <= place]
    chain = before[-1:]
    while chain and chain[0] > 0 and _CHAIN.match(sentence[amounts[chain[0] - 1].end : amounts[chain[0]].start]):
        chain.insert(0, chain[0] - 1)
    if len(chain) < 2:  # noqa: PLR2004  # a pair at least
        return none
    named = [one for one in mentions if one.end <= amounts[chain[0]].start][-len(chain) :]
    listed = all(_LISTED.match(sentence[one.end : other.start]) for one, other in pairwise(named))
    if len(named) == len(chain) and listed and len({one.name for one in named}) == len(named):
        for index, mention in zip(chain, named, strict=True):
            none[index] = mention
    return none
