"""The rules, as data with names: what makes two records duplicates, what forbids it, what a human should see. Pure.

A rule holds where all that it needs is claimed (`claims.CLAIMS`) and nothing that it excludes. Accepting needs
agreement; silence of a record never agrees and never differs. A veto is a sure non-match: it outweighs every accepting
rule, and no cluster may hold a vetoed pair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from litwatch.identify.dedupe.claims import Claims
from litwatch.identify.dedupe.features import Features, Scores

Codes = NDArray[np.int8]
NONE = -1  # the code of a pair for which no rule holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: a name, the words a reader is shown, what it needs and what it excludes."""

    name: str
    reason: str
    needs: tuple[str, ...]
    excludes: tuple[str, ...] = ()
    sure: bool = True  # of a veto: no human need be asked


ACCEPT = (
    Rule(
        name="pmid",
        reason="same PMID",
        needs=("PMID agrees", "title not unlike"),
    ),
    Rule(
        name="title, authors, page",
        reason="same title, authors and first page",
        needs=(
            "title alike",
            "names alike",
            "page agrees",
            "volume agrees | journal agrees | DOI agrees | pages are a range | abstract agrees",
        ),
        excludes=("volume differs", "years far apart", "words conflict", "more said on an abstract's page"),
    ),
    Rule(
        name="title, authors, DOI",
        reason="same title, authors and DOI",
        needs=("title alike", "authors alike", "DOI agrees"),
        excludes=("page differs", "years far apart", "words conflict", "more said on an abstract's page"),
    ),
    Rule(
        name="title, authors, journal",
        reason="same title, authors and journal",
        needs=(
            "title same",
            "title not short | several authors",
            "authors same",
            "journal agrees",
            "volume agrees | not years differ",
            "not one is of a meeting | an abstract's pages, where one tells them",
        ),
        excludes=(
            "page differs",
            "volume differs",
            "years apart",
            "words conflict",
            "more said on an abstract's page",
            "abstract differs",
            "DOI differs",
        ),
    ),
    Rule(
        name="text, journal",
        reason="same title, authors, abstract and journal",
        needs=("title same", "authors same", "abstract agrees", "journal agrees"),
        excludes=("page differs", "volume differs", "years apart", "words conflict", "DOI differs"),
    ),
    Rule(
        name="title, place",
        reason="same title, journal, volume and pages",
        needs=("title equal", "title long", "same place"),
        excludes=("years apart", "words conflict"),
    ),
    Rule(
        name="text, place",
        reason="same title, journal, volume, pages and DOI or abstract",
        needs=("title same", "pages agree", "volume agrees", "journal agrees", "DOI agrees | abstract agrees"),
        excludes=("years apart", "words conflict"),
    ),
    Rule(
        name="place, authors",
        reason="same authors, journal, volume and pages; titles alike",
        needs=("same place", "first author agrees", "names same", "titles of one kin"),
        excludes=("years apart",),
    ),
    Rule(
        name="place, subtitle",
        reason="same journal, volume and pages; one title holds the other",
        needs=("same place", "one title holds the other", "title long"),
        excludes=("years apart",),
    ),
    Rule(
        name="range, authors, subtitle",
        reason="same authors, volume and pages; one title holds the other",
        needs=("same range", "names same", "one title holds the other"),
        excludes=("years apart",),
    ),
    Rule(
        name="DOI, range, subtitle",
        reason="same authors, DOI and pages; one title holds the other",
        needs=("pages agree", "pages are a range", "DOI agrees", "names same", "one title holds the other"),
        excludes=("years apart", "volume differs", "journal differs"),
    ),
    Rule(
        name="place, authors, translation",
        reason="same authors, journal, volume and pages; one title is translated",
        needs=("same place", "first author agrees", "authors same", "a translated title"),
        excludes=("years apart",),
    ),
    Rule(
        name="place, anonymous",
        reason="same journal, volume and pages; titles alike, no authors to compare",
        needs=("same place", "titles of one kin", "not authors of both known"),
        excludes=("years apart",),
    ),
    Rule(
        name="title, authors, overlapping pages",
        reason="same title, authors, journal and volume; pages overlap",
        needs=(
            "one title holds the other",
            "title not short",
            "authors same",
            "pages overlap",
            "volume agrees",
            "journal agrees",
        ),
        excludes=("years apart", "words conflict"),
    ),
    Rule(
        name="text, issue",
        reason="same title, authors, abstract and issue",
        needs=("title same", "authors same", "volume agrees", "journal agrees", "same text in one issue"),
        excludes=("years apart", "words conflict"),
    ),
    Rule(
        name="abstract, issue",
        reason="same title, authors and issue of a meeting's abstract; the page differs",
        needs=("same abstract in one issue", "volume agrees", "journal agrees"),
        excludes=("years differ", "a notice", "one title says more"),
    ),
    Rule(
        name="DOI, page one off",
        reason="same title, authors and DOI; the page is one off",
        needs=("DOI agrees", "abstract's page one off", "authors alike"),
    ),
    Rule(
        name="DOI, text",
        reason="same title, authors, abstract, journal and DOI",
        needs=("DOI agrees", "title equal", "authors same", "journal agrees", "abstract agrees"),
        excludes=("years apart", "volume differs", "issue differs", "words conflict"),
    ),
    Rule(
        name="meeting, volume",
        reason="same title, authors, volume and year of a meeting's abstract",
        needs=(
            "both are of a meeting",
            "title equal",
            "authors same",
            "volume agrees",
            "title long | issue agrees",
            "title of some words",
        ),
        excludes=("years differ", "page differs", "one title says more", "abstract differs", "DOI differs"),
    ),
)

VETO = (
    Rule(name="PMID", reason="the PMIDs differ", needs=("PMID differs",)),
    Rule(name="notice", reason="one is a notice", needs=("one is a notice",)),
    Rule(name="reply", reason="one is a reply or comment", needs=("one is a reply",)),
    Rule(
        name="protocol",
        reason="one is a protocol",
        needs=("one is a protocol",),
    ),
    Rule(
        name="follow-up",
        reason="one is a follow-up",
        needs=("one is a follow-up",),
    ),
    Rule(name="part", reason="they are parts of a series", needs=("parts differ",)),
    Rule(name="numbers", reason="the titles name other numbers", needs=("numbers differ",), excludes=("same place",)),
    Rule(
        name="version",
        reason="they are versions of one review",
        needs=("Cochrane review", "years differ | issue differs"),
    ),
    Rule(name="years", reason="they are years apart", needs=("years far apart",)),
    Rule(
        name="pages",
        reason="they stand on other pages of the volume",
        needs=("other pages", "volume agrees"),
        excludes=("page mistyped",),
        sure=False,
    ),
    Rule(
        name="place",
        reason="they stand in other volumes",
        needs=("page differs", "volume differs"),
        excludes=("page mistyped",),
        sure=False,
    ),
)

POSSIBLE = (
    Rule(
        name="title, authors",
        reason="same title and authors",
        needs=("title equal", "title of some words", "authors same", "not volume differs | not page differs"),
        excludes=("years apart", "words conflict"),
    ),
    Rule(
        name="place, authors",
        reason="same authors, journal, volume and pages; other titles",
        needs=("same place", "first author agrees", "names same"),
        excludes=("years apart",),
    ),
    Rule(
        name="DOI, authors",
        reason="same DOI and authors",
        needs=("DOI agrees", "first author agrees", "authors same", "titles of one kin"),
        excludes=("years far apart",),
    ),
)


def holding(rules: tuple[Rule, ...], claims: Claims) -> Codes:
    """Return the index of the first of ``rules`` that holds for each pair, or `NONE`."""
    found = np.full(len(claims.features.title_sorted), NONE, dtype=np.int8)
    for at in reversed(range(len(rules))):
        rule = rules[at]
        found[claims.all(*rule.needs, *(f"not {name}" for name in rule.excludes))] = at
    return found


# What each agreement is worth: the order in which clusters grow and a human looks. Titles and names count by degree.
_WORTH = {
    "page agrees": 12,
    "pages agree": 6,
    "volume agrees": 8,
    "journal agrees": 6,
    "DOI agrees | PMID agrees": 8,
    "abstract agrees": 5,
}
_TITLE_WORTH, _NAMES_WORTH = 0.35, 0.2


def score(features: Features, claims: Claims) -> Scores:
    """Return how much of each pair agrees, 0 to 100."""
    points = _TITLE_WORTH * features.title_sorted + _NAMES_WORTH * features.names
    for name, worth in _WORTH.items():
        points = points + worth * claims[name]
    return points.round().clip(0, 100).astype(np.uint8)
