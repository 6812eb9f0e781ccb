"""The faces turned on their side: one array a field, text as codes where only equality counts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from litwatch.identify.dedupe.face import Face
from litwatch.identify.dedupe.places import same_journal

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Texts = NDArray[np.object_]

_TEXTS = ("title", "authors", "first_author", "names", "opening")
_CODED = ("doi", "pmid", "volume", "issue", "page_letters", "digits", "part")
_NUMBERS = ("year", "first_page", "last_page", "perhaps_page", "marks", "author_count", "authors_cut")
TITLE_START = 60  # characters
_LOCATORS = frozenset("abcdefghijklBCDEFGHIJKL") | {"art", "artn"}  # of electronic journals; A is an abstract's
_LOCATOR = 1000  # and above: fewer are pages of a section


class Columns:
    """The fields of many faces as arrays; a pair is given by two places in them."""

    def __init__(self, faces: Sequence[Face]) -> None:
        rows = list(zip(*faces, strict=True)) or [()] * len(Face._fields)
        column = dict(zip(Face._fields, rows, strict=True))
        self.text = {name: np.array(column[name], dtype=object) for name in _TEXTS}
        self.length = {name: _counted(map(len, column[name]), len(faces)) for name in ("title", "opening")}
        self.number = {name: _counted(column[name], len(faces)) for name in _NUMBERS}
        self._code: dict[str, Numbers] = {}
        self._values: dict[str, list[str]] = {}
        for name in (*_CODED, "journal", "issn"):
            self._values[name], self._code[name] = _coded(column[name])
        self.title_start = _coded([title[:TITLE_START] for title in column["title"]])[1]
        located = zip(column["page_letters"], column["first_page"], strict=True)
        self.locator = np.array([letters in _LOCATORS and first >= _LOCATOR for letters, first in located], dtype=bool)
        self.cochrane = np.array([letters.upper() == "CD" for letters in column["page_letters"]], dtype=bool)

    def known(self, name: str, one: Numbers, other: Numbers) -> Mask:
        """Return where both know the field ``name``."""
        code = self._code[name]
        known: Mask = (code[one] != 0) & (code[other] != 0)
        return known

    def equal(self, name: str, one: Numbers, other: Numbers) -> Mask:
        """Return where the field ``name`` is the same, or unknown to both."""
        code = self._code[name]
        equal: Mask = code[one] == code[other]
        return equal

    def same_journal(self, one: Numbers, other: Numbers) -> Mask:
        """Return where both name a journal and the names can be of one, or where they share an ISSN."""
        named = self.known("journal", one, other) & self._over_distinct("journal", same_journal, one, other)
        return named | self._over_distinct("issn", _share, one, other)

    def _over_distinct(self, name: str, test: Callable[[str, str], bool], one: Numbers, other: Numbers) -> Mask:
        """Apply ``test`` once to each distinct pair of values of a field."""
        code, values = self._code[name], self._values[name]
        first, second = code[one], code[other]
        pairs, back = np.unique(
            np.minimum(first, second) * len(values) + np.maximum(first, second), return_inverse=True
        )
        answers = [test(values[pair // len(values)], values[pair % len(values)]) for pair in pairs.tolist()]
        found: Mask = np.array(answers, dtype=np.bool_)[back]
        return found


def _coded(values: Sequence[str]) -> tuple[list[str], Numbers]:
    """Return the distinct values, the empty one first, and the code of each value."""
    table: dict[str, int] = {"": 0}
    codes = np.fromiter((table.setdefault(value, len(table)) for value in values), dtype=np.int64, count=len(values))
    return list(table), codes


def _counted(values: Iterable[int], count: int) -> Numbers:
    return np.fromiter(values, dtype=np.int64, count=count)


def _share(one: str, other: str) -> bool:
    return bool(one and other) and not set(one.split()).isdisjoint(other.split())
