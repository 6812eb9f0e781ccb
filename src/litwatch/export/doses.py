"""The dosing table as CSV that a spreadsheet reads as text. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import fields
from typing import BinaryIO

from litwatch.export.csv import write_table
from litwatch.model import DoseRow

COLUMNS = tuple(field.name for field in fields(DoseRow) if field.name != "new")


def doses_csv(rows: Iterable[DoseRow]) -> bytes:
    """Return ``rows`` as `write_doses` writes them."""
    content = io.BytesIO()
    write_doses(rows, content)
    return content.getvalue()


def write_doses(rows: Iterable[DoseRow], file: BinaryIO) -> None:
    """Write ``rows`` as UTF-8 with a byte-order mark; an empty cell is not stated."""
    write_table(COLUMNS, (tuple(str(getattr(row, name)) for name in COLUMNS) for row in rows), file)
