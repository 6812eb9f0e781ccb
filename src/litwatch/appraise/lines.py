"""One input line of `litwatch appraise`: a record read from JSON. Pure; `litwatch.export.facts` writes the facts.

Text is taken as given, not cleaned: every quote must be an exact substring of what the caller holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from litwatch.errors import InputError
from litwatch.model import AbstractSection, Citation, MeshHeading
from litwatch.text import ABSTRACT_CAP, TITLE_CAP

LINE_CAP = 1_000_000  # bytes; far more than any abstract with its indexing


def read_line(line: bytes) -> tuple[str | int, Citation]:
    """Return the ``id`` as given and the record of one JSON line.

    Keys: ``id`` (text or whole number), ``title``, ``abstract``; optional ``publication_types`` and ``mesh`` (lists of
    text, a heading's qualifiers after slashes). Other keys are ignored. Title and abstract are read up to 2,000 and
    50,000 characters. Raises `InputError` with the cause, without naming the line.
    """
    value = _object(line)
    identifier = value.get("id")
    if isinstance(identifier, bool) or not isinstance(identifier, str | int) or identifier == "":
        raise InputError("id: missing; give text or a whole number")
    title, abstract = (_text(value, key) for key in ("title", "abstract"))
    if not title.strip() and not abstract.strip():
        raise InputError(f"id {identifier}: neither title nor abstract holds any text")
    record = Citation(
        source="file",
        key=str(identifier),
        kind="article",
        title=title[:TITLE_CAP],
        url="",
        abstract=(AbstractSection(text=abstract[:ABSTRACT_CAP]),) if abstract else (),
        publication_types=_list(value, "publication_types"),
        mesh=tuple(_heading(heading) for heading in _list(value, "mesh")),
    )
    return identifier, record


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > LINE_CAP:
        raise InputError(f"longer than {LINE_CAP:,} bytes; one record a line")
    try:
        value = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start + 1}") from error
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON: {error.msg} at character {error.pos + 1}") from error
    except (RecursionError, ValueError) as error:  # nested without end, or a number of thousands of digits
        raise InputError("not JSON that can be read: nested too deeply or a number too long") from error
    if not isinstance(value, dict):
        raise InputError("not a JSON object; one {…} with id, title and abstract a line")
    return value


def _text(value: Mapping[str, Any], key: str) -> str:
    text = value.get(key)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise InputError(f"{key}: expected text, found {json.dumps(text)[:40]}")
    return text


def _list(value: Mapping[str, Any], key: str) -> tuple[str, ...]:
    entries = value.get(key)
    if entries is None:
        return ()
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise InputError(f"{key}: expected a list of text, found {json.dumps(entries)[:40]}")
    return tuple(entries)


def _heading(text: str) -> MeshHeading:
    """Return a heading as MEDLINE prints it: ``*Ketamine/administration & dosage``, the star for a major topic."""
    descriptor, *qualifiers = (part.strip() for part in text.split("/"))
    return MeshHeading(
        descriptor=descriptor.lstrip("*"),
        qualifiers=tuple(part.lstrip("*") for part in qualifiers if part),
        major="*" in text,
    )
