"""Reports as CSV that a spreadsheet reads as text: no cell can become a formula. Pure.

Source of the rule: OWASP, CSV injection (https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

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


def digest_csv(digest: Digest) -> bytes:
    """Return every report of ``digest``, off-topic ones included."""
    return to_csv(rows_of(digest, off_topic=True))


def to_csv(rows: Iterable[Row]) -> bytes:
    """Return ``rows`` as `table_csv` does."""
    return table_csv(COLUMNS, (_cells(row) for row in rows))


def table_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as UTF-8 with a byte-order mark, every cell quoted and none of them a formula."""
    content = io.BytesIO()
    with io.TextIOWrapper(content, encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow([safe(cell) for cell in row])
        out.flush()
        return content.getvalue()


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
