"""The claims that rules are made of: what two records agree or differ in, each with a name and its threshold. Pure.

A claim about a field that either record leaves empty is false, whether it says *agrees* or *differs*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from litwatch.identify.dedupe.columns import Mask
from litwatch.identify.dedupe.features import Features
from litwatch.identify.dedupe.marks import Mark

Claim = Callable[["Claims"], Mask]


class Claims:
    """The claims of many pairs, each worked out once when first asked for."""

    def __init__(self, features: Features) -> None:
        self.features = features
        self._known: dict[str, Mask] = {}

    def __getitem__(self, name: str) -> Mask:
        """Return where the claim ``name`` holds; ``one | other``: where either does, ``not one``: where it does not."""
        if name not in self._known:
            self._known[name] = self._work_out(name)
        return self._known[name]

    def _work_out(self, name: str) -> Mask:
        if " | " in name:
            return np.asarray(np.logical_or.reduce([self[part] for part in name.split(" | ")]), dtype=np.bool_)
        if name.startswith("not "):
            return ~self[name.removeprefix("not ")]
        return CLAIMS[name](self)

    def all(self, *names: str) -> Mask:
        """Return where every one of ``names`` holds."""
        return np.asarray(np.logical_and.reduce([self[name] for name in names]), dtype=np.bool_)


def _at_least(field: str, value: int) -> Claim:
    return lambda claims: np.asarray(getattr(claims.features, field) >= value, dtype=np.bool_)


def _below(field: str, value: int) -> Claim:
    return lambda claims: np.asarray(getattr(claims.features, field) < value, dtype=np.bool_)


def _is(field: str) -> Claim:
    return lambda claims: np.asarray(getattr(claims.features, field), dtype=np.bool_)


def _all(*names: str) -> Claim:
    return lambda claims: claims.all(*names)


def _one_is(mark: Mark) -> Claim:
    return lambda claims: claims.features.marked_apart(mark)


def _either_is(mark: Mark) -> Claim:
    return lambda claims: claims.features.marked(mark)


def _both_are(mark: Mark) -> Claim:
    return lambda claims: claims.features.marked_both(mark)


CLAIMS: Mapping[str, Claim] = {
    # Scores run from 0 to 100; lengths are characters of the shorter title in plain letters.
    "title equal": _at_least("title_sorted", 98),
    "title same": _at_least("title_sorted", 95),
    "title alike": _at_least("title_sorted", 91),
    "one title holds the other": _at_least("title_within", 97),
    "titles of one kin": _at_least("title_within", 70),
    "title not unlike": _at_least("title_within", 60),
    "title long": _at_least("title_length", 60),
    "title not short": _at_least("title_length", 40),
    "title of some words": _at_least("title_length", 25),
    "words conflict": _at_least("words_unmatched", 2),
    "one title says more": _at_least("words_unmatched", 1),
    "more said on an abstract's page": _all("one title says more", "not pages are a range", "not abstract agrees"),
    "numbers differ": _all("not digits agree", "not every number shared"),
    "digits agree": _is("digits_agree"),
    "every number shared": _at_least("title_within", 100),
    "parts differ": _is("parts_differ"),
    "authors equal": _at_least("authors", 95),
    "authors same": _at_least("authors", 80),
    "authors alike": _at_least("authors", 60),
    "names same": _at_least("names", 80),
    "names alike": _at_least("names", 70),
    "authors of both known": _is("authors_known"),
    "several authors": _at_least("author_count", 3),
    "first author agrees": _is("first_author"),
    "abstract agrees": _all("abstracts known", "openings alike"),
    "abstract differs": _all("abstracts known", "openings unlike"),
    "abstracts known": _is("opening_known"),
    "openings alike": _at_least("opening", 90),
    "openings unlike": _below("opening", 80),
    "DOI agrees": _is("doi_agree"),
    "DOI differs": _is("doi_differ"),
    "PMID agrees": _is("pmid_agree"),
    "PMID differs": _is("pmid_differ"),
    "years differ": _at_least("year_gap", 1),
    "years apart": _at_least("year_gap", 2),
    "years far apart": _at_least("year_gap", 3),
    "journal agrees": _is("journal_agree"),
    "journal differs": _is("journal_differ"),
    "volume agrees": _is("volume_agree"),
    "volume differs": _is("volume_differ"),
    "issue agrees": _is("issue_agree"),
    "issue differs": _is("issue_differ"),
    "page agrees": _is("page_agree"),
    "page differs": _is("page_differ"),
    "pages agree": _is("pages_agree"),
    "pages overlap": _is("pages_overlap"),
    "pages are a range": _is("page_range"),
    "an abstract's pages, where one tells them": _is("brief"),
    "an abstract's pages in both": _is("both_brief"),
    "page one off": _is("page_slip"),
    "same range": _all("pages agree", "pages are a range", "volume agrees"),
    "same place": _all("same range", "journal agrees"),
    "same range of one author": _all("same range", "first author agrees"),
    "other pages": _all("page differs", "not pages overlap"),
    "page mistyped": lambda claims: claims[
        "same text in one issue | same abstract in one issue | abstract's page one off"
    ],
    "same text in one issue": _all("issue agrees", "abstract agrees"),
    "same abstract in one issue": _all(
        "an abstract's pages in both",
        "title equal",
        "title long",
        "authors equal",
        "not issue differs",
        "not DOI differs",
        "not abstract differs",
    ),
    "abstract's page one off": _all(
        "page one off", "title equal", "not words conflict", "first author agrees", "journal agrees", "not years differ"
    ),
    "Cochrane review": _is("cochrane"),
    "one is a notice": _one_is(Mark.NOTICE),
    "one is a reply": _one_is(Mark.REPLY),
    "one is a protocol": _one_is(Mark.PROTOCOL),
    "one is a follow-up": _one_is(Mark.FOLLOW_UP),
    "one is of a meeting": _one_is(Mark.MEETING),
    "both are of a meeting": _both_are(Mark.MEETING),
    "a notice": _either_is(Mark.NOTICE),
    "a translated title": _either_is(Mark.VERNACULAR),
}
