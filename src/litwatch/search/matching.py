"""Does a term stand in a record at hand? As PubMed reads words, over what was read of the record. Pure.

For records that are at hand without asking: the stored corpus, a file of known reports. A heading matches by its own
name only, since the tree of narrower headings is the service's; what the service matched is asked from the service.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from litwatch.config import Search
from litwatch.model import AnyRecord, Citation
from litwatch.search.strategy import NO_TRUNCATION
from litwatch.search.units import TRUNCATING, Unit, units

PLACES = ("title", "abstract", "keywords", "indexing")
Words = tuple[str, ...]


def words_of(text: str) -> Words:
    """Return the words of ``text`` without case, accents and punctuation: a hyphen parts words, as in PubMed."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return tuple(re.findall(r"[^\W_]+", "".join(char for char in folded if not unicodedata.combining(char))))


def places(record: AnyRecord) -> Mapping[str, tuple[str, ...]]:
    """Return the texts of a record in which a search looks, by place; ``indexing`` holds headings, one a text."""
    if isinstance(record, Citation):
        others = (part.text for other in record.other_abstracts for part in other.sections)
        return {
            "title": (record.title, record.vernacular_title),
            "abstract": (*(part.text for part in record.abstract), *others),
            "keywords": record.keywords,
            "indexing": (*(heading.descriptor for heading in record.mesh), *record.chemicals),
        }
    named = (name for entry in record.interventions for name in (entry.name, *entry.other_names))
    outcomes = (entry.measure for entry in (*record.primary_outcomes, *record.secondary_outcomes))
    return {
        "title": (record.title, record.official_title, record.acronym),
        "abstract": (record.summary, record.description, *(arm.description for arm in record.arms), *outcomes),
        "keywords": (*record.conditions, *record.keywords, *named),
        "indexing": record.mesh,
    }


def place_of(unit: Unit, record: AnyRecord) -> str:
    """Return the first place of ``record`` where ``unit`` stands, or ""."""
    texts = places(record)
    if unit.kind == "mesh":
        wanted = words_of(unit.text)
        return "indexing" if any(words_of(heading) == wanted for heading in texts["indexing"]) else ""
    if unit.kind == "word" and any(holds(unit.text, heading) for heading in texts["indexing"]):
        return "indexing"
    return next((place for place in PLACES[:3] if any(holds(unit.text, text) for text in texts[place])), "")


def holds(term: str, text: str) -> bool:
    """Tell whether ``text`` holds the words of ``term`` side by side; a ``*`` at its end lets the last word go on."""
    wanted, found = words_of(term), words_of(text)
    size = len(wanted)
    prefix = term.endswith("*")
    return bool(wanted) and any(
        found[at : at + size - 1] == wanted[:-1]
        and (found[at + size - 1].startswith(wanted[-1]) if prefix else found[at + size - 1] == wanted[-1])
        for at in range(len(found) - size + 1)
    )


def units_for(search: Search, source: str) -> Mapping[str, Sequence[Unit]]:
    """Return, concept by concept, what ``source`` is asked for; terms, headings and whole words for any other source.

    Empty for a source with a native query, which cannot be read here.
    """
    if source in search.native:
        return {}
    if source in (*TRUNCATING, *NO_TRUNCATION):
        asked = units(search, source)
    else:
        asked = tuple(dict.fromkeys((*units(search, "pubmed"), *units(search, "isrctn"))))
    return {role: [unit for unit in asked if unit.role == role] for role in search.concepts}


def found_by(record: AnyRecord, search: Search) -> Mapping[str, Sequence[Unit]]:
    """Return, concept by concept, the units that stand in ``record``; a concept with none excludes it."""
    asked = units_for(search, record.source)
    return {role: [unit for unit in entries if place_of(unit, record)] for role, entries in asked.items()}


def matches(record: AnyRecord, search: Search) -> bool:
    """Tell whether every concept has a unit in ``record``."""
    asked = units_for(search, record.source)
    return bool(asked) and all(any(place_of(unit, record) for unit in entries) for entries in asked.values())
