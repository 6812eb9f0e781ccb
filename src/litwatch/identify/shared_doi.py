"""Whether records that carry one DOI are of one report. Pure.

A meeting's supplement, a book and reference managers give one DOI to many reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from litwatch.identify.alike import as_reference
from litwatch.identify.dedupe.claims import Claims
from litwatch.identify.dedupe.clusters import faces_of
from litwatch.identify.dedupe.columns import Columns
from litwatch.identify.dedupe.face import Face
from litwatch.identify.dedupe.features import compare
from litwatch.identify.dedupe.rules import ACCEPT, NONE, VETO, holding
from litwatch.model import Citation

_TITLE_LEAST = 12  # characters; a shorter one says nothing against an identifier


class Doubt(NamedTuple):
    """What speaks against one report of records that carry one DOI; ``sure``: no human need be asked."""

    reason: str
    sure: bool


def doubts_on_doi(record: Citation, others: Sequence[Citation]) -> Doubt | None:
    """Return what speaks against one report of records that carry one DOI, or None.

    Records that say too little to compare are one, records whose titles or pages differ are not.
    """
    faces: list[Face] = faces_of([as_reference(record), *map(as_reference, others)])
    titled = [at for at, face in enumerate(faces) if len(face.title) >= _TITLE_LEAST]
    if titled[:1] != [0] or len(titled) == 1:
        return None
    titled = titled[1:]
    if all(_plainly_one(faces[0], faces[at]) for at in titled):
        return None
    one, other = np.zeros(len(titled), dtype=np.int64), np.array(titled, dtype=np.int64)
    claims = Claims(compare(Columns(faces), one, other))
    vetoes = [VETO[code] for code in holding(VETO, claims).tolist() if code != NONE]
    if vetoes:
        return Doubt(vetoes[0].reason, any(rule.sure for rule in vetoes))
    of_a_meeting = claims["one is of a meeting | both are of a meeting"]
    like = claims["title alike"] & ~claims["words conflict"] | claims["one title holds the other"] & ~of_a_meeting
    return None if (like | (holding(ACCEPT, claims) != NONE)).any() else Doubt("the titles differ", sure=False)


def _plainly_one(one: Face, other: Face) -> bool:
    """Tell whether two records are alike to the letter in what could tell them apart: most are."""
    same = ("title", "digits", "part", "marks", "first_page", "volume", "year", "pmid")
    return all(getattr(one, name) == getattr(other, name) for name in same)
