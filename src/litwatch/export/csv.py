"""Reports as CSV that a spreadsheet reads as text: no cell can become a formula. Pure.

Source of the rule: OWASP, CSV injection (https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from litwatch.export.rows import Row, rows_of
from litwatch.model import Digest, Registration
from litwatch.text import one_line

COLUMNS = (
    "section",
    "standing",
    "label",
    "kind",
    "title",
    "authors",
    "journal",
    "published",
    "pmid",
    "pmcid",
    "doi",
    "registration",
    "status",
    "enrolment",
    "design",
    "level",
    "routes",
    "questions",
    "changes",
    "reason",
    "url",
    "report_id",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def write_digest(digest: Digest, file: BinaryIO) -> None:
    """Write every report of ``digest``, off-topic ones included, to ``file``."""
    write_table(COLUMNS, map(_cells, rows_of(digest, off_topic=True)), file)


def to_csv(rows: Iterable[Row]) -> bytes:
    """Return ``rows`` as `write_table` writes them."""
    content = io.BytesIO()
    write_table(COLUMNS, map(_cells, rows), content)
    return content.getvalue()


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]], file: BinaryIO) -> None:
    """Write a table as UTF-8 with a byte-order mark, every cell quoted and none of them a formula."""
    out = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
    out.detach()


def _cells(row: Row) -> tuple[str, ...]:
    record = row.record
    trial = record if isinstance(record, Registration) else None
    return (
        row.section,
        row.standing,
        row.appraisal.label,
        record.kind,
        row.title,
        "; ".join(row.authors),
        row.citation.journal if row.citation else (trial.registry if trial else ""),
        record.published.value if record.published else "",
        row.identifier("pmid"),
        row.identifier("pmcid"),
        row.identifier("doi"),
        trial.key if trial else "; ".join(entry.value for entry in record.mentions),
        trial.status if trial else "",
        str(trial.enrolment) if trial and trial.enrolment is not None else "",
        row.appraisal.design,
        str(row.appraisal.level or ""),
        "; ".join(row.appraisal.routes),
        "; ".join(hit.id for hit in row.appraisal.questions),
        "; ".join(f"{change.field}: {change.old} -> {change.new}" for change in row.changes),
        row.reason,
        row.url,
        row.report_id,
    )


def safe(cell: str) -> str:
    """Return ``cell`` as one line that no spreadsheet takes for a formula."""
    text = one_line(cell, cap=30_000)
    return f"'{text}" if text.startswith(_FORMULA) else text
