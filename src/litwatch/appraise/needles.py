"""Regular expressions that look before they search: most cues of a reading are absent from most texts. Pure.

A pattern whose every match holds one of a few plain words need not be tried, place by place, on a text that holds none
of them. The words are read from the pattern itself by the parser of the standard library, so they never disagree.
Regardless of case, a pattern is sought in the text in lower case, which the engine does in less than half the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from re import _constants as code  # type: ignore[attr-defined]  # the parser's own names for what it parsed
from typing import Any

from litwatch.appraise.folding import ODD, is_plain, low_of
from litwatch.appraise.openings import REPEATS, parsed, skipping

_MOST = 200  # words; above, looking for them costs what it saves


class Pattern:
    """A pattern that is only tried where one of its needles is, and only compiled when it is first tried."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self.flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(skipping(self.pattern, self.flags), self.flags)

    @cached_property
    def _low(self) -> re.Pattern[str] | None:
        """A pattern that finds in lower-cased text where this one matches regardless of case, if any does."""
        low = low_of(self.pattern, self.flags) if self.flags & re.IGNORECASE else None
        flags = self.flags & ~re.IGNORECASE
        return re.compile(skipping(low, flags), flags) if low is not None else None

    @cached_property
    def _needles(self) -> tuple[bool, tuple[str, ...]]:
        return needles_of(self.pattern, self.flags)

    def may_match(self, text: str) -> bool:
        """Tell whether a match in ``text`` cannot be ruled out."""
        return self._where(text) is not None

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in ``text``."""
        return next(self.finditer(text), None)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Return the match that begins at ``start``, without looking for needles first."""
        if self._low and (low := _folded(text)) is not None and not self._low.match(low, start):
            return None
        return self._compiled.match(text, start)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Return the matches in ``text``, from left to right."""
        where = self._where(text)
        if where is None:
            return iter(())
        pattern, sought = where
        return pattern.finditer(text) if pattern is self._compiled else self._found(text, pattern, sought)

    def _where(self, text: str) -> tuple[re.Pattern[str], str] | None:
        """Return what to seek and in which form of ``text``; None where a needle is missing."""
        folds, needles = self._needles
        low = _folded(text) if folds else text
        if low is None:
            return self._compiled, text
        for needle in needles:  # half as slow again with any(): this is asked thousands of times a record
            if needle in low:
                break
        else:
            if needles:
                return None
        return (self._low, low) if self._low else (self._compiled, text)

    def _found(self, text: str, pattern: re.Pattern[str], low: str) -> Iterator[re.Match[str]]:
        """Yield the matches in ``text`` that begin where ``pattern`` matches in ``low``."""
        place = 0
        while seen := pattern.search(low, place):
            found = self._compiled.match(text, seen.start())
            place = found.end() if found else seen.start() + 1
            if found:
                yield found


def may_match(pattern: str, low: str) -> bool:
    """Tell whether a match of ``pattern``, which meets lower-cased text, cannot be ruled out in ``low``."""
    _, needles = needles_of(pattern)
    for needle in needles:  # as above
        if needle in low:
            return True
    return not needles


@lru_cache(maxsize=256)  # each sentence is asked for by every reader
def _folded(text: str) -> str | None:
    """Return ``text`` in lower case; None where a letter matches an ASCII one that is not its lower case."""
    return None if any(letter in text for letter in ODD) else text.lower()


@lru_cache(maxsize=4096)
def needles_of(pattern: str, flags: int = 0) -> tuple[bool, tuple[str, ...]]:
    """Return whether case is folded, and the words of which every match holds one; () where none would help."""
    parts = parsed(pattern, flags)
    folds = bool(parts.state.flags & re.IGNORECASE) or "(?i" in pattern
    found = _of_sequence(parts)
    if not all(found) or len(found) > _MOST:
        return folds, ()
    words = {word.lower() for word in found} if folds else set(found)
    least = {word for word in words if not any(other in word for other in words - {word})}
    return folds, tuple(sorted(least, key=lambda word: (len(word), word)))


def _of_sequence(parts: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """Return the best needles of what stands one after the other; every match holds all of it."""
    candidates: list[frozenset[str]] = []
    run = ""
    for kind, value in parts:
        if kind is code.LITERAL and is_plain(chr(value)):
            run += chr(value)
            continue
        if kind is code.AT:
            continue  # a boundary holds no letter
        candidates.append(frozenset({run}))
        run = ""
        candidates.append(_of_one(kind, value))
    candidates.append(frozenset({run}))
    return max(candidates, key=_worth)


def _of_one(kind: Any, value: Any) -> frozenset[str]:
    if kind is code.SUBPATTERN:
        return _of_sequence(value[3])
    if kind is code.ATOMIC_GROUP:
        return _of_sequence(value)
    if kind is code.BRANCH:
        return _of_branch(value[1])
    if kind in REPEATS and value[0] > 0:
        return _of_sequence(value[2])
    if kind is code.IN and all(of is code.LITERAL and is_plain(chr(letter)) for of, letter in value):
        return frozenset(chr(letter) for _, letter in value)
    return frozenset()


def _of_branch(branches: Sequence[Iterable[tuple[Any, Any]]]) -> frozenset[str]:
    found: set[str] = set()
    for branch in branches:
        needles = _of_sequence(branch)
        if not all(needles) or not needles:
            return frozenset()
        found |= needles
    return frozenset(found)


def _worth(needles: frozenset[str]) -> tuple[int, int]:
    """Return how well needles tell texts apart: by the shortest word, then by how few there are."""
    return (min(map(len, needles)), -len(needles)) if needles else (0, 0)
