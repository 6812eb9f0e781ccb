"""Where a match of a regular expression can begin, so that it is tried nowhere else. Pure.

The engine of the standard library tries every branch of a pattern at every place of a text. The letters with which a
match can begin are read from the pattern by that engine's own parser; where none of them stands, one look is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _constants as code  # type: ignore[attr-defined]  # the parser's own names for what it parsed
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

REPEATS = frozenset({code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT})
_ASIDE = frozenset({code.AT, code.ASSERT, code.ASSERT_NOT})  # what takes no letter
_CATEGORIES = {
    code.CATEGORY_DIGIT: r"\d",
    code.CATEGORY_NOT_DIGIT: r"\D",
    code.CATEGORY_SPACE: r"\s",
    code.CATEGORY_NOT_SPACE: r"\S",
    code.CATEGORY_WORD: r"\w",
    code.CATEGORY_NOT_WORD: r"\W",
}
# ASCII letters that others match regardless of case: İ and ı, the Kelvin sign, the long s.
_OTHERS = {"i": "Iİı", "k": "K\u212a", "s": "Sſ"}


@lru_cache(maxsize=4)  # a pattern is looked into twice, one time after the other
def parsed(pattern: str, flags: int) -> Any:
    """Return what the engine's parser makes of ``pattern``."""
    return parser.parse(pattern, flags)


def skipping(pattern: str, flags: int = 0) -> str:
    """Return a pattern with the matches and groups of ``pattern`` that is tried only where one can begin."""
    parts = parsed(pattern, flags)
    begins = _of_sequence(parts, folds=False)
    inline = parts.state.flags & ~(flags | re.UNICODE)  # `(?i)` must stand first
    if inline or not begins or "" in begins:
        return pattern
    end = "\n" if flags & re.VERBOSE else ""  # after what may be a comment
    return f"(?=[{''.join(sorted(begins))}])(?:{pattern}{end})"


def _of_sequence(parts: Iterable[tuple[Any, Any]], *, folds: bool) -> frozenset[str]:
    """Return the members of a class that what stands one after the other begins with; none where they are unknown.

    "" is among them where it may be empty. ``folds`` is whether the part, and not the whole, is matched regardless of
    case.
    """
    found: set[str] = set()
    for kind, value in parts:
        if kind in _ASIDE:
            continue
        begins = _of_one(kind, value, folds=folds)
        if not begins:
            return begins
        found |= begins - {""}
        if "" not in begins:
            return frozenset(found)
    return frozenset({*found, ""})


def _of_one(kind: Any, value: Any, *, folds: bool) -> frozenset[str]:
    if kind is code.LITERAL:
        return _letter(chr(value), folds=folds)
    if kind is code.IN:
        return _together(_member(*member, folds=folds) for member in value)
    if kind is code.SUBPATTERN:
        _, more, less, parts = value
        return _of_sequence(parts, folds=(folds or bool(more & re.IGNORECASE)) and not less & re.IGNORECASE)
    if kind is code.ATOMIC_GROUP:
        return _of_sequence(value, folds=folds)
    if kind is code.BRANCH:
        return _together(_of_sequence(branch, folds=folds) for branch in value[1])
    if kind in REPEATS:
        begins = _of_sequence(value[2], folds=folds)
        return begins | {""} if begins and not value[0] else begins
    return frozenset()  # any letter, or any but some


def _together(found: Iterable[frozenset[str]]) -> frozenset[str]:
    """Return what any of several begins with; nothing where one of them is unknown."""
    several = list(found)
    return frozenset().union(*several) if all(several) else frozenset()


def _member(kind: Any, value: Any, *, folds: bool) -> frozenset[str]:
    """Return one member of a class."""
    if kind is code.LITERAL:
        return _letter(chr(value), folds=folds)
    if kind is code.RANGE and not folds:
        return frozenset({"-".join(re.escape(chr(end)) for end in value)})
    if kind is code.CATEGORY and value in _CATEGORIES:
        return frozenset({_CATEGORIES[value]})
    return frozenset()


def _letter(letter: str, *, folds: bool) -> frozenset[str]:
    if not folds:
        return frozenset({re.escape(letter)})
    if not letter.isascii():
        return frozenset()
    low = letter.lower()
    return frozenset(map(re.escape, {low, *(_OTHERS.get(low) or low.upper())}))
