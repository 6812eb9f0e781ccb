"""Golden files: what litwatch reads from a fixture, as readable JSON beside it."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def readable(value: Any) -> Any:
    """Return a value of the model as JSON, without what is empty."""
    if is_dataclass(value):
        pairs = ((one.name, readable(getattr(value, one.name))) for one in fields(value))
        return {name: content for name, content in pairs if content not in (None, "", [], {})}
    if isinstance(value, tuple):
        return [readable(one) for one in value]
    return value


def agrees(value: Any, case: Path, *, update: bool) -> None:
    """Compare ``value`` with ``CASE.expected.json`` beside ``case``; write it instead when ``update``."""
    expected = case.with_suffix(".expected.json")
    if update:
        text = json.dumps(readable(value), ensure_ascii=False, indent=1)
        expected.write_text(f"{text}\n", encoding="utf-8")
    assert readable(value) == json.loads(expected.read_text(encoding="utf-8")), expected.name


def cases(source: str, ending: str) -> list[Path]:
    """Return the fixtures of one source."""
    return [path for path in sorted((DATA / source).glob(f"*{ending}")) if ".expected" not in path.name]
