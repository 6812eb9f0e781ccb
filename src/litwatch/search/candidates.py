"""Which words and headings of a missed report could serve as a term of the concept that excludes it. Pure.

They are words that stand in the report, nothing more: whether one belongs in a strategy is a human's judgement, for
which its gain and its cost are asked elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from litwatch.config import Concept, Search
from litwatch.model import AnyRecord
from litwatch.search.matching import holds, places, words_of
from litwatch.search.strategy import holds as named_in
from litwatch.search.units import Unit

SHARES = {"indexing": 4, "title": 4, "keywords": 2, "abstract": 4}  # how many of each place are told
MIN_LETTERS = 4
# Words that stand in any report of a study; a search term made of one would be none.
_COMMON = frozenset(
    """
    about adolescent adult adults after aged also among and animals any are association background based because
    been before being between blind both but can case cases child clinical cohort compare compared comparison
    conclusion conclusions control controlled controls could data days design disease disorder dose double drug
    during each effect effective effectiveness effects efficacy either evaluate evaluation evidence experience
    female findings first five following for four from group groups had has have high hours how however human humans
    into investigated its less long low major male may mean method methods middle minutes mixed months more most
    multicenter multicentre new not objective observed one only open other our outcome outcomes over patient
    patients perspective pilot placebo placebos possible previously primary prospective protocol purpose randomised
    randomized rate received report reported reports respectively response result results retrospective review role
    safety second series session sessions several showed significant significantly single six some studies study
    subject subjects such systematic ten term than that the their them there these they third this those three
    through time together toward treated treatment treatments trial trials two under update use used using various
    versus via was week weeks were what when where whether which while who with within without work year years young
    """.split()  # noqa: SIM905  # a word list reads better as text
)


def candidates(record: AnyRecord, search: Search, role: str) -> Mapping[Unit, str]:
    """Return the units that stand in ``record`` and are no other concept's words, with their place; likeliest first.

    What the concept itself is asked by does not stand in ``record``, or it would not exclude it. Its synonyms may: a
    source that can truncate is not asked by them.
    """
    others = tuple(concept for name, concept in search.concepts.items() if name != role)
    found: dict[Unit, str] = {}
    for unit, place in _standing(record, search.concepts[role], role):
        known = any(named_in(concept, unit.text) for concept in others)
        if not known and sum(held == place for held in found.values()) < SHARES[place]:
            found.setdefault(unit, place)
    return found


def _standing(record: AnyRecord, concept: Concept, role: str) -> Iterator[tuple[Unit, str]]:
    """Yield headings, words of the title, keywords, and words of the abstract (those that recur first)."""
    texts = places(record)
    for heading in texts["indexing"]:
        if not set(words_of(heading)) <= _COMMON:
            yield Unit(role=role, kind="mesh", text=heading), "indexing"
    for text in texts["title"]:
        yield from ((Unit(role=role, kind="term", text=word), "title") for word in _telling(text))
    for keyword in texts["keywords"]:
        if any(_telling(keyword)):
            yield Unit(role=role, kind="term", text=" ".join(words_of(keyword))), "keywords"
    abstract = " ".join(texts["abstract"])
    for word in (*concept.adjacent, *concept.synonyms):
        if holds(word, abstract):
            yield Unit(role=role, kind="term", text=word), "abstract"
    counted = Counter(_telling(abstract))
    yield from ((Unit(role=role, kind="term", text=word), "abstract") for word, _ in counted.most_common())


def _telling(text: str) -> list[str]:
    return [
        word
        for word in words_of(text)
        if len(word) >= MIN_LETTERS and word not in _COMMON and not any(char.isdigit() for char in word)
    ]
