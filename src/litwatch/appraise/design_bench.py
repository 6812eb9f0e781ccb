"""Work on animals and at the bench, told from each other, from studies of people and from reviews. Pure.

By what is spoken of more: animals, cells, people. An animal that only gave its tissue was not studied; writing that
is about molecules throughout is of the bench where one sentence at least tells of an experiment.
"""

from __future__ import annotations

from litwatch.appraise import bench_cues as cues
from litwatch.appraise.design_cues import PEOPLE
from litwatch.appraise.design_people import STUDY_ENOUGH, own_study
from litwatch.appraise.people_cues import REVIEWED
from litwatch.appraise.reading import Reading
from litwatch.model import Quote

_CELLS_ENOUGH = 3
_BENCH_STUDY = -1.5  # from which bench work is a study: it counts no people, and tells much in the present
_MOLECULAR_SHARE = 0.5  # of the sentences
_MOLECULAR_ENOUGH = 3
_LEANING = 3
_REVIEWED = REVIEWED[2][1]  # "the role of", "therapeutic targets": what reviews say, and studies too
_ANIMAL = rf"\b{cues.ANIMALS}\b"


def bench_of(reading: Reading) -> tuple[str, Quote | None] | None:
    """Return animals or cells, by which is spoken of more, unless people are."""
    title_animal, title_cells = reading.in_title(_ANIMAL), reading.in_title(cues.CELLS)
    animals, cells = reading.sentence_count(_ANIMAL), reading.sentence_count(cues.CELLS)
    people = reading.sentence_count(PEOPLE) + 2 * bool(reading.in_title(PEOPLE))
    weight = animals + 2 * bool(title_animal), cells + 2 * bool(title_cells)
    if sum(weight) <= people:
        return None
    own = own_study(reading)
    molecular = cells > 0 and _is_molecular(reading, own)
    if sum(weight) <= 1 and own < STUDY_ENOUGH and not molecular:
        return None  # a review that passes a model
    told = title_animal or reading.told(_ANIMAL)
    in_vivo = (reading.in_title(cues.IN_VIVO) or reading.told(cues.IN_VIVO)) is not None
    studied = weight[0] * _LEANING if in_vivo else weight[0] - reading.sentence_count(cues.OF_TISSUE)
    if told and studied >= weight[1] and studied > 0:
        return "animal", told
    if own < _BENCH_STUDY:
        return None
    enough = _CELLS_ENOUGH - (not people and own >= STUDY_ENOUGH)
    if weight[1] > people and (molecular or weight[1] >= enough):
        return "in_vitro", title_cells or reading.told(cues.CELLS) or reading.said(cues.CELLS)
    return ("animal", told) if told and weight[0] >= weight[1] else None


def _is_molecular(reading: Reading, own: float) -> bool:
    """Return whether most sentences are about molecules and cells, in what is no review: ``own`` is `own_study`."""
    if own < _BENCH_STUDY or (own < STUDY_ENOUGH and (reading.in_title(_REVIEWED) or reading.said(_REVIEWED))):
        return False
    about = reading.sentence_count(f"{cues.CELLS}|{cues.MOLECULAR}")
    return about >= max(_MOLECULAR_SHARE * len(reading.sentences), min(_MOLECULAR_ENOUGH, len(reading.sentences)))
