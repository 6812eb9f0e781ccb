"""How a report is named in a list, and where it can be read. Pure.

An address holds validated identifiers, except that of a free full text, which is the source's word.
"""

from __future__ import annotations

import re

from litwatch.identifiers import display, url
from litwatch.model import Citation, Registration
from litwatch.text import shortened


def report_url(record: Citation | Registration) -> str:
    """Return the report's address from its own validated identifiers, the source's first."""
    kinds = ("nct",) if isinstance(record, Registration) else ("pmid", "doi", "pmcid")
    for kind in kinds:
        for entry in record.identifiers:
            if entry.kind == kind and (address := url(entry)):
                return address
    return next(filter(None, map(url, record.identifiers)), "")


# A host by its plain name, and a path without quotes, brackets or backslashes: nothing that programs read differently.
_PLAIN_ADDRESS = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(?:/[\w!#$%&()*+,./:;=?@~-]*)?", re.ASCII)


def free_url(record: Citation | Registration) -> str:
    """Return the address of the free full text that the source names, where it is a plain one, or nothing."""
    address = record.free_full_text if isinstance(record, Citation) else ""
    return address if _PLAIN_ADDRESS.fullmatch(address) else ""


def source_words(record: Citation | Registration) -> str:
    """Return how a list names a report: the first author and year, or the registration's number."""
    if isinstance(record, Registration):
        return record.key
    author = next((one.collective or one.last for one in record.authors), "")
    year = record.published.value[:4] if record.published else ""
    return " ".join(part for part in (shortened(author, 60), year) if part) or record.key


def registry_words(record: Registration) -> str:
    """Return a registration's registry and number; a number that begins with its registry's name is not doubled."""
    stutters = record.key.casefold().startswith(record.registry.casefold())
    return record.key if stutters else f"{record.registry} {record.key}"


def named(record: Citation) -> str:
    """Return how a sentence names a publication so that it can be found: first author, year, PMID or DOI."""
    found = {entry.kind: entry for entry in record.identifiers}
    number = next((display(found[kind]) for kind in ("pmid", "doi", "pmcid") if kind in found), "")
    return f"{source_words(record)} ({number})" if number else source_words(record)
