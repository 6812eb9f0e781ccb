"""The strategy taken apart: each term and heading as one unit, and strategies with a concept narrowed to one. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from litwatch.config import Concept, Search
from litwatch.search.strategy import words

TRUNCATING = frozenset({"pubmed", "europepmc"})  # asked by terms and headings; the registries by whole words
_PARTS = re.compile(r"\s+(?:OR|AND|NOT)\s+|\s+[|&]\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One term, heading or whole word of a concept, as a source is asked for it."""

    role: str  # the concept's key
    kind: Literal["term", "mesh", "word"]
    text: str

    def __str__(self) -> str:
        return f"{self.text} (MeSH)" if self.kind == "mesh" else self.text


def units(search: Search, source: str) -> tuple[Unit, ...]:
    """Return what ``source`` is asked for, concept by concept; nothing for a source with a native query."""
    if source in search.native:
        return ()
    found: list[Unit] = []
    for role, concept in search.concepts.items():
        if source in TRUNCATING:
            found += [Unit(role=role, kind="mesh", text=heading) for heading in concept.mesh]
            found += [Unit(role=role, kind="term", text=term) for term in concept.terms]
        else:
            seen = dict.fromkeys(word.casefold() for word in words(concept))
            first = {word.casefold(): word for word in reversed(words(concept))}
            found += [Unit(role=role, kind="word", text=first[word]) for word in seen]
    return tuple(dict.fromkeys(found))


def narrowed(search: Search, unit: Unit) -> Search:
    """Return the strategy with the unit's concept narrowed to the unit."""
    return search.model_copy(update={"concepts": {**search.concepts, unit.role: _only(unit)}})


def alone(unit: Unit) -> Search:
    """Return a strategy of this unit and nothing else, for a source that can be asked for one concept."""
    return Search.model_construct(concepts={unit.role: _only(unit)}, native={}, first_run="remember")


def concept_alone(search: Search, role: str) -> Search:
    """Return a strategy of one concept and nothing else."""
    return Search.model_construct(concepts={role: search.concepts[role]}, native={}, first_run="remember")


def natively(search: Search, source: str, query: str) -> Search:
    """Return the strategy with ``query`` in place of what ``source`` would be asked."""
    return search.model_copy(update={"native": {**search.native, source: query}})


def _only(unit: Unit) -> Concept:
    terms = () if unit.kind == "mesh" else (unit.text,)
    return Concept.model_construct(
        terms=terms, mesh=(unit.text,) if unit.kind == "mesh" else (), synonyms=(), adjacent=(), false_friends=()
    )


def edit(old: str, new: str) -> tuple[str, ...]:
    """Return how the query ``old`` became ``new``: "+ part" and "- part", in the query's own syntax and order.

    Where the same parts are only arranged otherwise, that is said.
    """
    before, after = _parts(old), _parts(new)
    found = [f"+ {part}" for part in after if part not in before] + [
        f"- {part}" for part in before if part not in after
    ]
    return tuple(found) or (() if old == new else ("the same terms, combined otherwise",))


def _parts(query: str) -> Mapping[str, None]:
    """Return the parts between the operators, without the brackets around them."""
    return dict.fromkeys(part for raw in _PARTS.split(query) if (part := _unbracketed(raw.strip())))


def _unbracketed(raw: str) -> str:
    """Cut the brackets around a part, and at either end those without a partner; a parameter's name stays."""
    name = re.match(r"[\w.]+=", raw)
    part = raw[name.end() :] if name else raw
    while part.startswith("(") and part.count("(") > part.count(")"):
        part = part[1:].strip()
    while part.endswith(")") and part.count(")") > part.count("("):
        part = part[:-1].strip()
    while part.startswith("(") and part.endswith(")"):
        part = part[1:-1].strip()
    return f"{name[0]}{part}" if name else part


def changed(old: Search, new: Search, source: str) -> tuple[Sequence[Unit], Sequence[Unit]]:
    """Return the units that only ``new`` has, and those that only ``old`` has."""
    before, after = units(old, source), units(new, source)
    return [unit for unit in after if unit not in before], [unit for unit in before if unit not in after]
