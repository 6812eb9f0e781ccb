"""A strict reader of YAML: no duplicate keys, no aliases, no ambiguous scalars, and a line for every value.

Only what a configuration file needs of YAML 1.2's core schema; nothing about litwatch's own keys.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import yaml

Path = tuple[str | int, ...]
DEPTH_CAP = 32
FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL = re.compile(r"^(~|null|)$")
_TRUTH = re.compile(r"^(true|false)$")
_WHOLE = re.compile(r"^[-+]?(0|[1-9][0-9]*)$")
_FRACTION = re.compile(r"^[-+]?(0|[1-9][0-9]*)\.[0-9]+$")
# What YAML 1.1 readers take for something else than the text that stands there.
_AMBIGUOUS = re.compile(r"^(yes|no|on|off|y|n|true|false|null|[-+]?0[0-9_]+|0x[0-9a-f]+|0o[0-7]+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend: its place in the file and what to do."""

    line: int  # 1-based; 0 where no line applies
    path: Path
    message: str

    def __str__(self) -> str:
        place = ".".join(str(part) for part in self.path)
        return f"{place}: {self.message}" if place else self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A read document: its value, the 1-based line and column of each path, and what is wrong with it."""

    value: Any
    marks: dict[Path, tuple[int, int]]
    problems: tuple[Problem, ...]

    def line(self, path: Path) -> int:
        """Return the line of ``path``, or of the nearest place above it that the file has."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, (1, 1))[0]


def read(text: str) -> Document:
    """Read one YAML document; problems are collected, not raised."""
    try:
        try:
            node, aliases = _compose(text, FAST)
        except yaml.YAMLError:
            # The fast parser words its errors differently; the other one's are told, on every machine alike.
            node, aliases = _compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        return Document(value=None, marks={}, problems=(_syntax(error),))
    except RecursionError:
        return Document(value=None, marks={}, problems=(Problem(line=1, path=(), message="nested too deeply"),))
    if aliases:
        return Document(value=None, marks={}, problems=tuple(aliases))
    reader = _Reader()
    value = reader.value(node, ()) if node is not None else None
    return Document(value=value, marks=reader.marks, problems=tuple(reader.problems))


def _compose(text: str, loader: Any) -> tuple[yaml.Node | None, list[Problem]]:
    """Return the node tree, or the aliases that forbid one (expanding them first would feed an alias bomb)."""
    aliases: list[Problem] = []
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH_CAP:
                return None, [Problem(line=line, path=(), message="nested too deeply")]
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        anchor = getattr(event, "anchor", None)
        if anchor:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            message = f"anchors and aliases are not allowed ({sign}{anchor}); write the value out"
            aliases.append(Problem(line=line, path=(), message=message))
    return (None, aliases) if aliases else (yaml.compose(text, Loader=loader), [])


def _syntax(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    column = f", column {mark.column + 1}" if mark else ""
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    return Problem(line=line, path=(), message=f"not valid YAML{column}: {' '.join(str(what).split())}")


class _Reader:
    def __init__(self) -> None:
        self.marks: dict[Path, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.marks.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[Hashable, Any]:
        found: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            here = (*path, key)
            if not isinstance(key_node, yaml.ScalarNode):
                self._note(line, path, "a key must be a plain word")
            elif key in found:
                self._note(line, here, f"duplicate key; it already stands in line {self.marks[here][0]}")
            else:
                self.marks[here] = (line, key_node.start_mark.column + 1)
                found[key] = self.value(value_node, here)
        return found

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        text = str(node.value)
        if node.tag.startswith("!") or (node.tag.startswith("tag:yaml.org,2002:python")):
            self._note(node.start_mark.line + 1, path, f"tags are not allowed ({node.tag})")
            return None
        if not isinstance(node, yaml.ScalarNode) or node.style:  # quoted, or a block
            return text
        if _NULL.match(text):
            return None
        if _TRUTH.match(text):
            return text == "true"
        if _WHOLE.match(text):
            return int(text[:20])
        if _FRACTION.match(text):
            return float(text)
        if _AMBIGUOUS.match(text):
            remedy = "write true or false" if text.lower() in {"yes", "no", "on", "off", "y", "n"} else "quote it"
            self._note(node.start_mark.line + 1, path, f"{text!r} is ambiguous in YAML; {remedy}, or quote it as text")
        return text

    def _note(self, line: int, path: Path, message: str) -> None:
        self.problems.append(Problem(line=line, path=path, message=message))


def position(text: str, path: Path, offset: int = 0) -> tuple[int, int]:
    """Return the 1-based line and column in ``text`` where character ``offset`` of the value at ``path`` stands.

    The nearest place above it that the file has, where it has no such value. ``text`` must be readable by `read`.
    """
    node = yaml.compose(text, Loader=FAST)
    for part in path:
        if isinstance(node, yaml.MappingNode):
            inner = next((value for key, value in node.value if str(key.value) == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            inner = node.value[part]
        else:
            inner = None
        if inner is None:
            break
        node = inner
    if node is None:
        return 1, 1
    at = _aligned(text, node, offset) if isinstance(node, yaml.ScalarNode) else node.start_mark.index
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1


def _aligned(text: str, node: yaml.ScalarNode, offset: int) -> int:
    """Return the index in ``text`` of character ``offset`` of a scalar: folds, indents and doubled quotes skipped."""
    at, end = node.start_mark.index, node.end_mark.index
    if node.style in {"|", ">"}:
        at = text.find("\n", at, end) + 1 or at
    elif node.style:
        at += 1
    for wanted in str(node.value)[:offset]:
        while at < end and text[at] != wanted and not (wanted.isspace() and text[at].isspace()):
            at += 1
        at += 1
    while at < end - 1 and text[at].isspace() and not str(node.value)[offset : offset + 1].isspace():
        at += 1
    return min(at, end)
