"""Delimited text as rows with the line each begins in; a row that cannot be read costs no other. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

# A cell longer than this is a quotation mark that nobody closed, which would swallow the rest of the file.
csv.field_size_limit(1_000_000)


def rows(text: str, delimiter: str = ",") -> Iterator[tuple[int, list[str] | str]]:
    """Yield (first line, cells) of each row that is not blank, or the reason instead of the cells."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, f"not a row of this file ({error}); mend or delete it"
        else:
            if any(cell.strip() for cell in cells):
                yield line, cells
        line = reader.line_num + 1
