"""A JSON answer's fields, read without trusting them: missing, null or of another type than promised is empty. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from litwatch.model import PartialDate
from litwatch.text import clean_text, one_line

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


class Fields:
    """A JSON object whose members may be missing, or of another type than promised."""

    def __init__(self, value: Any) -> None:
        self._value: Mapping[str, Any] = value if isinstance(value, Mapping) else {}

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing here."""
        return not self._value

    def true(self, name: str) -> bool:
        """Tell whether a field is true; the string "N" or "false" is not."""
        return self._value.get(name) is True

    def block(self, name: str) -> Fields:
        """Return an object; an empty one where there is none."""
        return Fields(self._value.get(name))

    def blocks(self, name: str) -> Iterator[Fields]:
        """Yield the objects of a list."""
        value = self._value.get(name)
        yield from (Fields(item) for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()

    def strings(self, name: str) -> tuple[str, ...]:
        """Return the strings of a list, each as one line."""
        value = self._value.get(name)
        found = value if isinstance(value, list) else []
        return tuple(one_line(item) for item in found if isinstance(item, str) and item.strip())

    def line(self, name: str) -> str:
        """Return a string as one line."""
        value = self._value.get(name)
        return one_line(value) if isinstance(value, str) else ""

    def text(self, name: str) -> str:
        """Return a string with its line breaks."""
        value = self._value.get(name)
        return clean_text(value).strip() if isinstance(value, str) else ""

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self._value.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def numbers(self, name: str) -> tuple[int, ...]:
        """Return the whole numbers of a list, or of the first list in a list."""
        value = self._value.get(name)
        inner = value[0] if isinstance(value, list) and value and isinstance(value[0], list) else value
        found = inner if isinstance(inner, list) else []
        return tuple(item for item in found if isinstance(item, int) and not isinstance(item, bool))

    def date(self, name: str, kind: str = "") -> PartialDate | None:
        """Return an ISO date as precise as it is given; ``kind`` is the registry's ACTUAL or ESTIMATED."""
        text = self.line(name)
        match = _DATE.match(text)
        if match is None:
            return None
        return PartialDate(value=match[0], raw="" if match[0] == text else text, type=certainty(kind))

    def struct(self, name: str) -> PartialDate | None:
        """Return the date of an object with ``date`` and ``type``."""
        struct = self.block(name)
        return struct.date("date", struct.line("type"))


def certainty(kind: str) -> Literal["ACTUAL", "ESTIMATED"] | None:
    """Return the registry's word on whether a date or a number is actual or estimated."""
    if kind == "ACTUAL":
        return "ACTUAL"
    return "ESTIMATED" if kind == "ESTIMATED" else None
