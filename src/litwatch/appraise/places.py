"""The places of a record that can be quoted: title, abstract sentences, headings, registry fields. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from litwatch.appraise.sentences import split
from litwatch.model import AnyRecord, Citation, Quote, Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One stretch of a record: ``text == whole field[start : start + len(text)]``."""

    field: str
    text: str
    start: int = 0

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
        for start, end in split(part.text):
            yield Place(field="abstract", text=part.text[start:end], start=offset + len(lead) + start)
        offset += len(lead) + len(part.text) + 1
    for heading in record.mesh:
        yield Place(field="MeSH", text=heading.descriptor)
        for qualifier in heading.qualifiers:
            yield Place(field="MeSH", text=f"{heading.descriptor}/{qualifier}")
    for chemical in record.chemicals:
        yield Place(field="substance", text=chemical)
    for keyword in record.keywords:
        yield Place(field="keyword", text=keyword)


def _registration(record: Registration) -> Iterator[Place]:
    yield Place(field="briefTitle", text=record.title)
    yield Place(field="officialTitle", text=record.official_title)
    for index, condition in enumerate(record.conditions):
        yield Place(field=f"conditions[{index}]", text=condition)
    for index, keyword in enumerate(record.keywords):
        yield Place(field=f"keywords[{index}]", text=keyword)
    for index, intervention in enumerate(record.interventions):
        yield Place(field=f"interventions[{index}].type", text=intervention.type)
        yield Place(field=f"interventions[{index}].name", text=intervention.name)
        yield Place(field=f"interventions[{index}].description", text=intervention.description)
    for index, arm in enumerate(record.arms):
        yield Place(field=f"armGroups[{index}].label", text=arm.label)
        yield Place(field=f"armGroups[{index}].description", text=arm.description)
    for index, outcome in enumerate(record.primary_outcomes):
        yield Place(field=f"primaryOutcomes[{index}].measure", text=outcome.measure)
        yield Place(field=f"primaryOutcomes[{index}].timeFrame", text=outcome.time_frame)
    for index, outcome in enumerate(record.secondary_outcomes):
        yield Place(field=f"secondaryOutcomes[{index}].measure", text=outcome.measure)
        yield Place(field=f"secondaryOutcomes[{index}].timeFrame", text=outcome.time_frame)
    yield Place(field="designInfo.allocation", text=record.allocation)
    yield Place(field="designInfo.primaryPurpose", text=record.purpose)
    for start, end in split(record.summary):
        yield Place(field="briefSummary", text=record.summary[start:end], start=start)
