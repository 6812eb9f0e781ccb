"""The bundled corner of the MeSH tree: which heading a word means, and what a heading explodes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

NO_UI = "D000000"  # for a heading whose identifier was not at hand


class Tree:
    """Headings by lower-case name; ``extra`` headings are those that records use beyond the bundled ones."""

    def __init__(self, extra: Iterable[str] = ()) -> None:
        bundled = _bundled()
        self.names = {name.lower(): name for name in (*extra, *bundled)}
        self.entries = {word.lower(): name for name, facts in bundled.items() for word in facts.get("entry", ())}

    def heading(self, words: str) -> str | None:
        """Return the heading that a name or entry term means; None if there is none."""
        return self.names.get(words.lower()) or self.entries.get(words.lower())

    def below(self, heading: str) -> frozenset[str]:
        """Return a heading and all narrower ones."""
        found = {heading}
        while more := {name for name, facts in _bundled().items() if found & set(facts.get("in", ()))} - found:
            found |= more
        return frozenset(found)


def ui(heading: str) -> str:
    """Return a heading's unique identifier."""
    return str(_bundled().get(heading, {}).get("ui", NO_UI))


@lru_cache(maxsize=1)
def _bundled() -> Mapping[str, Mapping[str, Any]]:
    text = resources.files("litwatch.demo").joinpath("data", "mesh.yaml").read_text("utf-8")
    tree: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)
    return tree
