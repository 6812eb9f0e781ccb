"""What is compared of each pair, for all pairs at once. Pure.

Every feature is an array with one value a pair. ``agree`` says that both records know a field and share its value,
``differ`` that both know it and do not: neither holds where one is silent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from litwatch.identify.dedupe.columns import TITLE_START, Columns, Mask, Numbers
from litwatch.identify.dedupe.marks import Mark
from litwatch.identify.dedupe.titles import plain
from litwatch.identify.dedupe.words import unmatched

Scores = NDArray[np.uint8]

# Scores from which titles and names are surely, perhaps or not one: between them a costlier comparison is worth it.
_SURELY_SAME, _PERHAPS_SAME, _SURELY_OTHER = 97, 55, 45
_ALIKE = 88  # titles less alike meet no rule that asks for conflicting words
_EQUAL = 100
_SAME_FAMILY_NAME = 80
_OPENING_KNOWN = 60  # characters of an abstract
_WHOLE_SUPPLEMENT = 100  # pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The comparison of many pairs. Scores run from 0 to 100; 0 also stands where one record is silent."""

    title_sorted: Scores  # word order aside
    title_within: Scores  # how much of the shorter is in the longer
    words_unmatched: Numbers  # of titles that look alike: how many have a word that is nowhere in the other
    title_length: Numbers  # characters of the shorter title
    digits_agree: Mask
    parts_differ: Mask
    marks_one: Numbers
    marks_other: Numbers
    authors: Scores  # family names, word order aside
    names: Scores  # the better of `authors` and, where the page agrees, every word of the author field
    authors_known: Mask
    author_count: Numbers  # the smaller
    first_author: Mask
    opening: Scores  # of the abstract
    opening_known: Mask
    doi_agree: Mask
    doi_differ: Mask
    pmid_agree: Mask
    pmid_differ: Mask
    year_gap: Numbers  # years; -1 where unknown
    journal_agree: Mask
    journal_differ: Mask
    volume_agree: Mask
    volume_differ: Mask
    issue_agree: Mask
    issue_differ: Mask
    page_agree: Mask  # the first page
    pages_agree: Mask  # the first and the last
    pages_overlap: Mask
    page_range: Mask  # both know a first and a later last page
    page_differ: Mask  # of one kind: a locator as e12724 does not contradict 1-6
    brief: Mask  # where only one tells its pages, they are an abstract's: one or two, or the whole supplement
    both_brief: Mask  # both tell pages, of an abstract
    page_slip: Mask  # an abstract's page, and the one before or after it
    cochrane: Mask

    def marked_apart(self, mark: Mark) -> Mask:
        """Tell where one of the two bears ``mark``."""
        return _bit(self.marks_one ^ self.marks_other, mark)

    def marked_both(self, mark: Mark) -> Mask:
        """Tell where both of the two bear ``mark``."""
        return _bit(self.marks_one & self.marks_other, mark)

    def marked(self, mark: Mark) -> Mask:
        """Tell where either of the two bears ``mark``."""
        return _bit(self.marks_one | self.marks_other, mark)


def compare(columns: Columns, one: Numbers, other: Numbers) -> Features:
    """Return the features of the pairs ``one[k], other[k]``."""
    pages = _pages(columns, one, other)
    cut = _cut(columns, one, other)
    title, within = _titles(columns, one, other, cut=cut, asked=pages["page_agree"])
    authors, names, authors_known = _authors(columns, one, other, asked=pages["page_agree"])
    journal = columns.same_journal(one, other)
    years = columns.number["year"][one], columns.number["year"][other]
    return Features(
        title_sorted=title,
        title_within=within,
        words_unmatched=_unmatched(columns, title, one, other),
        title_length=np.minimum(columns.length["title"][one], columns.length["title"][other]),
        digits_agree=columns.equal("digits", one, other) | cut,
        parts_differ=~columns.equal("part", one, other) & ~cut,
        marks_one=columns.number["marks"][one],
        marks_other=columns.number["marks"][other],
        authors=authors,
        names=names,
        authors_known=authors_known,
        author_count=np.minimum(columns.number["author_count"][one], columns.number["author_count"][other]),
        first_author=authors_known & (_ratio(columns, "first_author", one, other) >= _SAME_FAMILY_NAME),
        opening=_ratio(columns, "opening", one, other),
        opening_known=(columns.length["opening"][one] > _OPENING_KNOWN)
        & (columns.length["opening"][other] > _OPENING_KNOWN),
        year_gap=np.where((years[0] > 0) & (years[1] > 0), np.abs(years[0] - years[1]), -1),
        journal_agree=journal,
        journal_differ=columns.known("journal", one, other) & ~journal,
        cochrane=columns.cochrane[one] & columns.cochrane[other],
        **_equalities(columns, one, other),
        **pages,
    )


def _equalities(columns: Columns, one: Numbers, other: Numbers) -> dict[str, Mask]:
    """Return where fields agree and differ that are equal or not."""
    found: dict[str, Mask] = {}
    for name in ("doi", "pmid", "volume", "issue"):
        known, equal = columns.known(name, one, other), columns.equal(name, one, other)
        found[f"{name}_agree"], found[f"{name}_differ"] = known & equal, known & ~equal
    return found


def _pages(columns: Columns, one: Numbers, other: Numbers) -> dict[str, Mask]:
    """Return what is told of the pages."""
    number = columns.number
    begin = number["first_page"][one], number["first_page"][other]
    end = number["last_page"][one], number["last_page"][other]
    perhaps = number["perhaps_page"][one], number["perhaps_page"][other]
    known = (begin[0] > 0) & (begin[1] > 0)
    agree = known & ((begin[0] == begin[1]) | (begin[0] == perhaps[1]) | (perhaps[0] == begin[1]))
    brief = _brief(begin[0], end[0]) & _brief(begin[1], end[1])
    return {
        "page_agree": agree,
        "pages_agree": agree & ((end[0] == end[1]) | (perhaps[0] > 0) | (perhaps[1] > 0)),
        "pages_overlap": known & (np.maximum(*begin) <= np.minimum(*end)),
        "page_range": known & (end[0] > begin[0]) & (end[1] > begin[1]),
        "page_differ": known & ~agree & (columns.locator[one] == columns.locator[other]),
        "brief": ((begin[0] > 0) != (begin[1] > 0)) & _brief(np.maximum(*begin), np.maximum(*end)),
        "both_brief": known & brief,
        "page_slip": known & brief & (np.abs(begin[0] - begin[1]) <= 1),
    }


def _brief(begin: Numbers, end: Numbers) -> Mask:
    span = end - begin
    return np.asarray((span <= 1) | (span >= _WHOLE_SUPPLEMENT), dtype=np.bool_)


def _titles(columns: Columns, one: Numbers, other: Numbers, *, cut: Mask, asked: Mask) -> tuple[Scores, Scores]:
    """Return how alike the titles are word order aside, and how much of the shorter is in the longer.

    The costly comparisons are made where they can matter: the second where ``asked``, or where the first is middling.
    """
    title = _ratio(columns, "title", one, other)
    unlike = (title < _SURELY_SAME) & (title > _SURELY_OTHER)
    title[unlike] = np.maximum(title[unlike], _by_words(columns, "title", one[unlike], other[unlike]))
    title[(columns.length["title"][one] == 0) | (columns.length["title"][other] == 0)] = 0
    title[cut] = _EQUAL
    within = title.copy()
    asked = (asked | (title > _PERHAPS_SAME)) & (title < _SURELY_SAME) & (title > 0)
    within[asked] = np.maximum(within[asked], _within(columns, "title", one[asked], other[asked]))
    return title, within


def _authors(columns: Columns, one: Numbers, other: Numbers, *, asked: Mask) -> tuple[Scores, Scores, Mask]:
    """Return how alike the family names are, how alike all names are where ``asked``, and whether both are known."""
    counts = columns.number["author_count"]
    known = (counts[one] > 0) & (counts[other] > 0)
    authors = _ratio(columns, "authors", one, other)
    unlike = authors < _SURELY_SAME
    authors[unlike] = np.maximum(authors[unlike], _by_words(columns, "authors", one[unlike], other[unlike]))
    cut = np.flatnonzero(
        known & unlike & ((columns.number["authors_cut"][one] | columns.number["authors_cut"][other]) > 0)
    )
    authors[cut] = [_as_far(columns, first, second) for first, second in zip(one[cut], other[cut], strict=True)]
    authors[~known] = 0
    names = authors.copy()
    asked = asked & known & unlike
    names[asked] = np.maximum(names[asked], _within(columns, "names", one[asked], other[asked]))
    return authors, names, known


def _cut(columns: Columns, one: Numbers, other: Numbers) -> Mask:
    """Tell where one title is the beginning of the other and ends inside a word: a field of fixed length."""
    lengths = columns.length["title"][one], columns.length["title"][other]
    text = columns.text["title"]
    found = np.zeros(len(one), dtype=np.bool_)
    begun = columns.title_start[one] == columns.title_start[other]
    asked = np.flatnonzero(begun & (lengths[0] != lengths[1]) & (np.minimum(*lengths) >= TITLE_START))
    for at in asked:
        short, long = sorted((text[one[at]], text[other[at]]), key=len)
        rest = long[len(short) :].partition(" ")[0]
        found[at] = len(rest) > 1 and long.startswith(short)  # a single letter is a plural
    return found


def _as_far(columns: Columns, one: int, other: int) -> int:
    """Return how alike two lists of authors are as far as the shorter goes, which says that it leaves some out."""
    lists = [columns.text["authors"][at].split() for at in (one, other)]
    count = min(map(len, lists))
    return int(fuzz.ratio(*(" ".join(names[:count]) for names in lists)))


def _unmatched(columns: Columns, title: Scores, one: Numbers, other: Numbers) -> Numbers:
    """Return how many of two titles that look alike say what the other does not; others are not asked."""
    text = columns.text["title"]
    found = np.zeros(len(one), dtype=np.int64)
    asked = np.flatnonzero((title < _EQUAL) & (title >= _ALIKE))
    found[asked] = [unmatched(text[one[at]], text[other[at]]) for at in asked]
    return found


def _ratio(columns: Columns, name: str, one: Numbers, other: Numbers) -> Scores:
    text = columns.text[name]
    return cpdist(text[one], text[other], scorer=fuzz.ratio, dtype=np.uint8, workers=1)


def _by_words(columns: Columns, name: str, one: Numbers, other: Numbers) -> Scores:
    text = columns.text[name]
    return cpdist(text[one], text[other], scorer=fuzz.token_sort_ratio, dtype=np.uint8, workers=1)


def _within(columns: Columns, name: str, one: Numbers, other: Numbers) -> Scores:
    text = columns.text[name]
    made = plain if name == "names" else None
    return cpdist(text[one], text[other], scorer=fuzz.token_set_ratio, processor=made, dtype=np.uint8, workers=1)


def _bit(marks: Numbers, mark: Mark) -> Mask:
    return np.asarray((marks & int(mark)) != 0, dtype=np.bool_)
