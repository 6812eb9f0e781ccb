"""Where a report can be read. Pure; an address is built from validated identifiers only."""

from __future__ import annotations

from litwatch.identifiers import url
from litwatch.model import Citation, Registration


def report_url(record: Citation | Registration) -> str:
    """Return the report's address from its own validated identifiers, the source's first."""
    kinds = ("nct",) if isinstance(record, Registration) else ("pmid", "doi", "pmcid")
    for kind in kinds:
        for entry in record.identifiers:
            if entry.kind == kind and url(entry):
                return url(entry)
    return next((url(entry) for entry in record.identifiers if url(entry)), "")
