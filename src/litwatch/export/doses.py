"""The dosing table as CSV that a spreadsheet reads as text. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from litwatch.export.csv import table_csv
from litwatch.model import DoseRow

COLUMNS = tuple(field.name for field in fields(DoseRow) if field.name != "new")


def doses_csv(rows: Iterable[DoseRow]) -> bytes:
    """Return ``rows`` as UTF-8 with a byte-order mark; an empty cell is not stated."""
    return table_csv(COLUMNS, (tuple(str(getattr(row, name)) for name in COLUMNS) for row in rows))
