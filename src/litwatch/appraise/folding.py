"""A regular expression that matches regardless of case, as one of lower-cased text: there the engine is twice as fast.

Pure. Which letters match each other regardless of case: https://docs.python.org/3/library/re.html#re.IGNORECASE
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _constants as code  # type: ignore[attr-defined]  # the parser's own names for what it parsed
from typing import Any

from litwatch.appraise.openings import REPEATS, parsed

# Letters that match an ASCII one regardless of case, though their lower case is another.
ODD = "ıſİ"
_LATIN = frozenset(map(chr, range(ord("À"), ord("ɐ"))))
# The micro sign and the Greek letter match each other regardless of case.
_TWINS = {"µ": frozenset("µμ"), "μ": frozenset("µμ")}
_PART = re.compile(r"\(\?P<\w+>|\(\?-?i:|\\.|.", re.DOTALL)
# What is named again later, asked for later, or only looks like the opening of a group.
_BEYOND = re.compile(r"\(\?P=|\\[1-9]|\(\?\(|\[[^\]]*\(\?")
_NOTS = frozenset({code.NOT_LITERAL, code.NEGATE, code.ASSERT, code.ASSERT_NOT})
_COMMITTED = frozenset({code.ATOMIC_GROUP, code.POSSESSIVE_REPEAT})  # what more would match there hides the rest


def low_of(pattern: str, flags: int) -> str | None:
    """Return a pattern that matches in lower-cased text wherever ``pattern`` does regardless of case; None without one.

    It may match elsewhere as well: what keeps its case in ``pattern`` does not in it.
    """
    if flags & re.ASCII or _BEYOND.search(pattern) or any(letter in pattern for letter in ODD):
        return None
    low = "".join(map(_low_part, _PART.findall(pattern)))
    parts = parsed(pattern, flags)
    if parts.getwidth()[0] and _folds(parts) and _are_low(parsed(low, flags & ~re.IGNORECASE)):
        return low
    return None


def _low_part(part: str) -> str:
    """Return a letter in lower case, an escape as it is; groups lose their names and their case."""
    if part in {"(?i:", "(?-i:"} or part.startswith("(?P<"):
        return "(?:"
    return part if len(part) > 1 else part.lower()


def _folds(parts: Iterable[tuple[Any, Any]], *, aside: bool = False) -> bool:
    """Tell whether each part, its letters in lower case, matches in lower-cased text whatever it does elsewhere."""
    for kind, value in parts:
        ranges = [member for of, member in value if of is code.RANGE] if kind is code.IN else []
        if not all(_stays_whole(*ends) for ends in ranges):
            return False
        if kind is code.SUBPATTERN and value[2] & re.IGNORECASE and (aside or not _are_plain(value[3])):
            return False
        apart = aside or kind in _NOTS or kind in _COMMITTED
        if not all(_folds(inner, aside=apart) for inner in _inner(kind, value)):
            return False
    return True


def _stays_whole(first: int, last: int) -> bool:
    """Tell whether a range has the same letters in lower case as between the lower case of its ends."""
    if chr(first) in ODD or chr(last) in ODD:
        return False
    letters = {chr(place).lower() for place in range(first, last + 1)}
    return letters == {chr(place) for place in range(ord(chr(first).lower()), ord(chr(last).lower()) + 1)}


def _are_plain(parts: Iterable[tuple[Any, Any]]) -> bool:
    """Tell whether parts say what there is and nothing of what there is not, and can be tried in each of their ways."""
    for kind, value in parts:
        if kind in _NOTS or kind in _COMMITTED or (kind is code.IN and any(of in _NOTS for of, _ in value)):
            return False
        if not all(map(_are_plain, _inner(kind, value))):
            return False
    return True


def _are_low(parts: Iterable[tuple[Any, Any]]) -> bool:
    """Tell whether parts find in lower-cased text what they find there regardless of case."""
    return all(_is_low(kind, value) and all(map(_are_low, _inner(kind, value))) for kind, value in parts)


def _is_low(kind: Any, value: Any) -> bool:
    if kind is code.IN:
        held = {letter for member in value for letter in _letters(*member)}
        return all(_is_low_letter(letter) or (letter in _TWINS and held >= _TWINS[letter]) for letter in held)
    if kind is code.SUBPATTERN:
        return not value[1] | value[2]
    return all(map(_is_low_letter, _letters(kind, value)))


def _inner(kind: Any, value: Any) -> Iterable[Iterable[tuple[Any, Any]]]:
    """Return the sequences that a part is made of."""
    if kind is code.BRANCH:
        return tuple(value[1])
    if kind is code.SUBPATTERN:
        return (value[3],)
    if kind in REPEATS:
        return (value[2],)
    if kind in {code.ASSERT, code.ASSERT_NOT}:
        return (value[1],)
    return (value,) if kind is code.ATOMIC_GROUP else ()


def _letters(kind: Any, value: Any) -> Iterable[str]:
    """Return the letters of one member of a class, as far as it names them."""
    if kind is code.RANGE:
        return map(chr, range(value[0], value[1] + 1))
    return (chr(value),) if kind in {code.LITERAL, code.NOT_LITERAL} else ()


def _is_low_letter(letter: str) -> bool:
    return is_plain(letter) and letter.lower() == letter


def is_plain(letter: str) -> bool:
    """Tell whether ``letter`` matches, regardless of case, what has the same lower case; Greek letters match others."""
    return letter.isascii() or letter.lower() == letter == letter.upper() or (letter in _LATIN and letter not in ODD)
