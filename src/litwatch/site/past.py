"""Digests of the past as the site shows them, read from each one's digest.json. Pure.

What was told stands as it was told; only the links lead to what the study is called today.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litwatch.digest import wording
from litwatch.digest.item import stands_out
from litwatch.model import Change
from litwatch.text import one_line, shortened

TITLE_CAP = 400
VALUE_CAP = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class PastItem:
    """One printed item. ``page`` is its study's page, empty where it has none."""

    report_id: str
    title: str
    page: str
    badges: tuple[str, ...]
    changes: tuple[Change, ...]
    minor: int
    why: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSection:
    """One section; ``pointers`` are (title, study page, section that prints it)."""

    id: str
    title: str
    state: str
    items: tuple[PastItem, ...]
    pointers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSource:
    """How one source answered."""

    source: str
    state: str
    counts: str
    trouble: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One digest: its label, its subject without the product's name, and what it told."""

    label: str
    subject: str
    until: datetime
    sections: tuple[PastSection, ...]
    sources: tuple[PastSource, ...]
    notes: tuple[str, ...]
    remembered: int
    off_topic: int
    files: tuple[str, ...]


def past_of(label: str, subject: str, files: Mapping[str, bytes], pages: Mapping[str, str]) -> Past:
    """Return the digest whose ``files`` these are; ``pages`` is the study page of each report id."""
    content: dict[str, Any] = json.loads(files["digest.json"])
    printed = {
        item["report_id"]: (item["title"], section["id"])
        for section in content["sections"]
        for item in section["items"]
        if "report_id" in item
    }
    return Past(
        label=label,
        subject=one_line(subject).removeprefix("[litwatch] "),
        until=datetime.fromisoformat(content["period"]["to"]),
        sections=tuple(_section(section, printed, pages) for section in content["sections"]),
        sources=tuple(_source(source) for source in content["sources"]),
        notes=tuple(one_line(note) for note in content["notes"]),
        remembered=len(content["remembered"]),
        off_topic=content["counts"]["off_topic"],
        files=tuple(sorted(files)),
    )


def _section(
    section: Mapping[str, Any], printed: Mapping[str, tuple[str, str]], pages: Mapping[str, str]
) -> PastSection:
    return PastSection(
        id=section["id"],
        title=one_line(section["title"]),
        state=one_line(section["state_of_the_question"]),
        items=tuple(_item(item, pages) for item in section["items"] if "report_id" in item),
        pointers=tuple(
            (shortened(printed[item["see"]][0], TITLE_CAP), pages.get(item["see"], ""), printed[item["see"]][1])
            for item in section["items"]
            if item.get("see") in printed
        ),
    )


def _item(item: Mapping[str, Any], pages: Mapping[str, str]) -> PastItem:
    design = wording.DESIGNS.get(item["design"], item["design"])
    kind = wording.KINDS.get(item["kind"], item["kind"])
    standing = wording.STANDINGS.get(item["standing"], item["standing"])
    changes = [Change(**change) for change in item["changes"]]
    return PastItem(
        report_id=item["report_id"],
        title=shortened(item["title"], TITLE_CAP) or "[no title]",
        page=pages.get(item["report_id"], ""),
        badges=tuple(dict.fromkeys((standing, kind, *((design,) if item["design"] != "registry_entry" else ())))),
        changes=tuple(
            Change(
                field=one_line(change.field),
                old=shortened(change.old, VALUE_CAP),
                new=shortened(change.new, VALUE_CAP),
                grade=change.grade,
            )
            for change in changes
            if stands_out(change)
        ),
        minor=sum(not stands_out(change) for change in changes),
        why=shortened(item["why_here"], VALUE_CAP),
        is_new=item["standing"] in {"new", "by_new_terms", "late"},
    )


def _source(source: Mapping[str, Any]) -> PastSource:
    return PastSource(
        source=source["source"],
        state=source["state"],
        counts=f"{source['hits']} match, {source['new']} new, {source['changed']} changed, {source['gone']} gone",
        trouble=tuple(one_line(line) for line in (*source["warnings"], source["error"] or "") if line),
    )
