"""Which of the terms that an edit added bring a record. Pure.

Read from the edit of the query as the search log keeps it, so that no earlier configuration need be at hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from litwatch.config import Search
from litwatch.model import AnyRecord
from litwatch.search.matching import place_of, units_for
from litwatch.search.units import Unit

# What a source's syntax puts around a term: TITLE_ABS:x, query.cond=x, then=(x, "x"[Mesh], x[tiab].
_WRAPPED = re.compile(r'(?:[\w.]+[:=])?\(*"?(.*?)"?(?:\[[^\]]*\])?\)*')


def added(edit: Sequence[str], search: Search, source: str) -> tuple[Unit, ...]:
    """Return the units of ``search`` that ``edit`` ("+ part" and "- part", `litwatch.search.units.edit`) added."""
    plus = (part.removeprefix("+ ") for part in edit if part.startswith("+ "))
    parts = {match[1].casefold() for part in plus if (match := _WRAPPED.fullmatch(part))}
    every = (unit for units in units_for(search, source).values() for unit in units)
    return tuple(unit for unit in every if _among(unit.text.casefold(), parts))


def _among(text: str, parts: set[str]) -> bool:
    # Europe PMC is asked for a truncated phrase word by word.
    return text in parts or (" " in text and set(text.replace("-", " ").split()) <= parts)


def bringing(record: AnyRecord, units: Sequence[Unit]) -> tuple[str, ...]:
    """Return those of ``units`` that stand in ``record``; a heading may bring a record by a narrower one."""
    return tuple(str(unit) for unit in units if place_of(unit, record))
