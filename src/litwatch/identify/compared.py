"""Which records the rules of `dedupe` compare inside a watch, and the name each goes by there. Pure.

Apart from the comparison itself (`litwatch.identify.alike`), whose libraries a week without anything to compare does
not load.
"""

from __future__ import annotations

from typing import TypeGuard

from litwatch.model import AnyRecord, Citation

UNCOMPARED = frozenset({"crossref"})  # copies of a report's record, asked for by its DOI


def address(record: AnyRecord) -> str:
    """Return the name of a record that is unique in its watch; a report is called after its first record."""
    return f"{record.source}:{record.key}"


def is_compared(record: AnyRecord) -> TypeGuard[Citation]:
    """Tell whether ``record`` takes part: a citation with a title."""
    return isinstance(record, Citation) and record.source not in UNCOMPARED and bool(record.title)
