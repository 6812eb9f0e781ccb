"""E-utilities' control answers, read from bytes we fetched. Pure: Biopython reads them, and never fetches anything.

Source: https://www.ncbi.nlm.nih.gov/books/NBK25499/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from litwatch.sources.expect import Unbelieved, xml
from litwatch.text import one_line

# Whatever DOCTYPE an answer carries, it is read under this one, whose DTD Biopython brings along: a DTD of a new year,
# or one of somebody else's, would make Biopython fetch it.
DTD = "esearch.dtd"
PROLOG = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
    b'"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
)
MAX_TAGS = 200_000  # 9,999 ids are some 20,000 tags
NOTHING_FOUND = "No items found."
_is_search = xml("eSearchResult")
_TRANSIENT = re.compile(rb"Status:\s*Timeout|Empty Response|Unable to obtain|temporarily unavailable", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """What esearch answered. ``mapped`` are its automatic term mappings, ``warnings`` its doubts about the query."""

    count: int
    ids: tuple[str, ...]
    translation: str
    mapped: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


def search_answer(body: bytes) -> SearchAnswer:
    """Expect an esearch result; raises `Unbelieved` for anything else, an error inside a 200 included."""
    _is_search(body)
    result = _read(body)
    try:
        count = int(result["Count"])
        ids = tuple(str(one) for one in result["IdList"])
        mapped = tuple((str(one["From"]), str(one["To"])) for one in result.get("TranslationSet", ()))
        translation = one_line(str(result.get("QueryTranslation", "")), cap=100_000)
        warnings = _warnings(result, count)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unbelieved(f"an esearch result without its fields ({type(error).__name__})") from error
    if count < 0 or not all(one.isascii() and one.isdigit() for one in ids):
        raise Unbelieved("an esearch result whose count or ids are no numbers")
    return SearchAnswer(count=count, ids=ids, translation=translation, mapped=mapped, warnings=warnings)


def _warnings(result: Mapping[str, Any], count: int) -> tuple[str, ...]:
    """Return what PubMed did not understand, in words. A zero that is only "No items found." is no warning."""
    errors, doubts = result.get("ErrorList") or {}, result.get("WarningList") or {}
    wordings = (
        (errors, "PhraseNotFound", "PubMed does not know the term {}: it finds nothing"),
        (errors, "FieldNotFound", "PubMed does not know the field {}"),
        (doubts, "PhraseIgnored", "PubMed ignored {}"),
        (doubts, "QuotedPhraseNotFound", "PubMed's phrase index lacks {}: it was left out of the query"),
        (doubts, "OutputMessage", "PubMed says: {}"),
    )
    return tuple(
        wording.format(one_line(str(word), cap=300))
        for listed, name, wording in wordings
        for word in listed.get(name, ())
        if not (count == 0 and str(word).strip() == NOTHING_FOUND)
    )


def _read(body: bytes) -> Mapping[str, Any]:
    root = body.find(b"<eSearchResult")
    content = body[root:]
    if b"<!" in content or b"xmlns" in content or content.count(b"<") > MAX_TAGS:
        raise Unbelieved("an esearch result with a document type, name spaces or too many tags inside")
    try:
        result = _reader()(BytesIO(PROLOG + content), validate=False)
    except RuntimeError as error:  # an ERROR element
        raise Unbelieved(f"PubMed reports: {one_line(str(error), cap=300)}") from error
    except ValueError as error:  # not well-formed, or not of this DTD
        raise Unbelieved(f"an esearch result that cannot be read ({one_line(str(error), cap=150)})") from error
    if not isinstance(result, Mapping):
        raise Unbelieved("an esearch result without content")
    return result


@cache
def _reader() -> Any:
    """Import Biopython's reader, late because it is slow to import, and point its cache at its own package.

    Biopython makes a cache folder in the home directory when its parser is imported, and fails where there is no home
    to write to. Its own folders exist already, so nothing is made, and nothing is ever put there: see `DTD`.
    """
    from Bio import Entrez

    package = Path(str(files("Bio")))
    if not (package / "Entrez" / "DTDs" / DTD).is_file():
        raise Unbelieved(f"this installation of Biopython lacks {DTD}")
    Entrez.local_cache = str(package.parent)  # type: ignore[assignment]  # Biopython's default, None, hides its type
    return Entrez.read


def is_transient(status: int, body: bytes) -> bool:
    """Tell whether a refusal is one of efetch's passing troubles, which it reports as 400.

    Seen: ``External viewer error: Empty Response. Bytes read: 0 Status: Timeout``.
    """
    return status == 400 and _TRANSIENT.search(body[:2000]) is not None  # noqa: PLR2004  # HTTP's number
