"""The places of a record that can be quoted: title, abstract sentences, headings, registry fields. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from litwatch.model import AnyRecord, Citation, Quote, Registration

# A full stop ends a sentence when white space and a capital, digit or bracket follow, and the word before is no
# abbreviation or initial.
_STOP = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“(\[]?[A-Z0-9])|\n+")
_ABBREVIATION = re.compile(r"(?:\b(?:vs|e\.g|i\.e|et al|approx|Dr|Fig|No|ca|resp|St|Inc|Ltd)|\b[A-Z])\.$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One stretch of a record: ``text == whole field[start : start + len(text)]``."""

    field: str
    text: str
    start: int = 0
    section: str = ""  # the abstract section's label, in lower case
    structured: bool = False  # a heading, keyword or registry value rather than running text

    def quote(self, start: int = 0, end: int | None = None) -> Quote:
        """Return the words from ``start`` to ``end`` of this place as a quote of its field."""
        stop = len(self.text) if end is None else end
        return Quote(text=self.text[start:stop], field=self.field, start=self.start + start, end=self.start + stop)


def places_of(record: AnyRecord) -> tuple[Place, ...]:
    """Return the places of ``record`` in reading order."""
    found = _citation(record) if isinstance(record, Citation) else _registration(record)
    return tuple(place for place in found if place.text)


def _citation(record: Citation) -> Iterator[Place]:
    yield Place(field="title", text=record.title)
    offset = 0
    for part in record.abstract:
        lead = f"{part.label}: " if part.label else ""
        for start, text in sentences(part.text):
            section = (part.category or part.label).casefold()
            yield Place(field="abstract", text=text, start=offset + len(lead) + start, section=section)
        offset += len(lead) + len(part.text) + 1
    for heading in record.mesh:
        yield Place(field="MeSH", text=heading.descriptor, structured=True)
        for qualifier in heading.qualifiers:
            yield Place(field="MeSH", text=f"{heading.descriptor}/{qualifier}", structured=True)
    for chemical in record.chemicals:
        yield Place(field="substance", text=chemical, structured=True)
    for keyword in record.keywords:
        yield Place(field="keyword", text=keyword, structured=True)


def _registration(record: Registration) -> Iterator[Place]:
    yield Place(field="briefTitle", text=record.title)
    yield Place(field="officialTitle", text=record.official_title)
    for index, condition in enumerate(record.conditions):
        yield Place(field=f"conditions[{index}]", text=condition, structured=True)
    for index, keyword in enumerate(record.keywords):
        yield Place(field=f"keywords[{index}]", text=keyword, structured=True)
    for index, intervention in enumerate(record.interventions):
        yield Place(field=f"interventions[{index}].type", text=intervention.type, structured=True)
        yield Place(field=f"interventions[{index}].name", text=intervention.name, structured=True)
        yield Place(field=f"interventions[{index}].description", text=intervention.description, structured=True)
    for index, arm in enumerate(record.arms):
        yield Place(field=f"armGroups[{index}].label", text=arm.label, structured=True)
        yield Place(field=f"armGroups[{index}].description", text=arm.description, structured=True)
    for index, outcome in enumerate(record.primary_outcomes):
        yield Place(field=f"primaryOutcomes[{index}].measure", text=outcome.measure, structured=True)
        yield Place(field=f"primaryOutcomes[{index}].timeFrame", text=outcome.time_frame, structured=True)
    for index, outcome in enumerate(record.secondary_outcomes):
        yield Place(field=f"secondaryOutcomes[{index}].measure", text=outcome.measure, structured=True)
        yield Place(field=f"secondaryOutcomes[{index}].timeFrame", text=outcome.time_frame, structured=True)
    yield Place(field="designInfo.allocation", text=record.allocation, structured=True)
    yield Place(field="designInfo.primaryPurpose", text=record.purpose, structured=True)
    for start, text in sentences(record.summary):
        yield Place(field="briefSummary", text=text, start=start)


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, sentence) of ``text``; each sentence is an exact stretch of it."""
    start = 0
    for match in _STOP.finditer(text):
        if "\n" not in match[0] and _ABBREVIATION.search(text[start : match.start()]):
            continue
        yield from _trimmed(text, start, match.start() + len(match[0].rstrip()))
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    stretch = text[start:end]
    stripped = stretch.strip()
    if stripped:
        yield start + stretch.index(stripped[0]), stripped
