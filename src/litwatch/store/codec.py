"""Model values as text for the tables, and back. Like the configuration an edge of the house: pydantic reads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from litwatch.errors import StoreError
from litwatch.model import AbstractSection, AnyRecord, Appraisal, Change, Citation, Registration, SearchRun

CITATION, REGISTRATION = "c", "r"


@dataclass(frozen=True, slots=True)
class _Abstract:
    """Of a citation what its files tell and a digest of many reports does not hold."""

    abstract: tuple[AbstractSection, ...] = ()


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _dump(shape: Any, value: Any) -> str:
    # Defaults are left out: a field added to the model later changes no stored text and no hash.
    return _adapter(shape).dump_json(value, exclude_defaults=True).decode()


def _load(shape: Any, text: str) -> Any:
    try:
        return _adapter(shape).validate_json(text)
    except ValidationError as error:
        raise StoreError("store: holds text that is not what was written; restore a backup and run again") from error


def record_text(record: AnyRecord) -> str:
    """Return a record as text; its first letter tells which kind it is."""
    if isinstance(record, Citation):
        return CITATION + _dump(Citation, record)
    return REGISTRATION + _dump(Registration, record)


def record_of(text: str) -> AnyRecord:
    """Return the record that `record_text` wrote."""
    shape = Citation if text[0] == CITATION else Registration
    record: AnyRecord = _load(shape, text[1:])
    return record


def abstract_of(text: str) -> tuple[AbstractSection, ...]:
    """Return the abstract alone of a record that `record_text` wrote; () where it has none."""
    if text[0] != CITATION:
        return ()
    found: _Abstract = _load(_Abstract, text[1:])
    return found.abstract


def content_hash(text: str) -> str:
    """Return the hash that tells two versions of a record apart."""
    return hashlib.sha256(text.encode()).hexdigest()


def appraisal_text(appraisal: Appraisal) -> str:
    """Return an appraisal as text."""
    return _dump(Appraisal, appraisal)


def appraisal_of(text: str) -> Appraisal:
    """Return the appraisal that `appraisal_text` wrote."""
    appraisal: Appraisal = _load(Appraisal, text)
    return appraisal


def run_text(run: SearchRun) -> str:
    """Return a search run as text."""
    return _dump(SearchRun, run)


def run_of(text: str) -> SearchRun:
    """Return the search run that `run_text` wrote."""
    run: SearchRun = _load(SearchRun, text)
    return run


def changes_text(changes: tuple[Change, ...]) -> str:
    """Return changes as text."""
    return _dump(tuple[Change, ...], changes)


def changes_of(text: str) -> tuple[Change, ...]:
    """Return the changes that `changes_text` wrote."""
    changes: tuple[Change, ...] = _load(tuple[Change, ...], text)
    return changes


def instant_text(instant: datetime) -> str:
    """Return an instant as text that sorts."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def instant_of(text: str) -> datetime:
    """Return the instant that `instant_text` wrote."""
    return datetime.fromisoformat(text)
