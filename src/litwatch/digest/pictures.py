"""Which pictures a digest carries, and what they say to who cannot see them. Pure.

A quiet week has none, and loads nothing to draw with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from litwatch.config import Config
from litwatch.digest import wording
from litwatch.digest.charts import SHOWN, STATES, evidence_map, png, timeline
from litwatch.model import Awaited, Digest, MapCell, Picture
from litwatch.text import one_line

ANSWERS = "answers-expected.png"
MAP = "evidence-map.png"


def pictures(digest: Digest, config: Config) -> tuple[Picture, ...]:
    """Return the pictures of ``digest``: none in a quiet week, or where the configuration wants none."""
    told = any(item.news for section in digest.sections for item in section.items)
    if not config.digest.charts or not (told or digest.remembered):
        return ()
    return tuple(_drawn(digest, config))


def _drawn(digest: Digest, config: Config) -> Iterator[Picture]:
    drawing = timeline(digest.awaited, config, digest.until, most=SHOWN)
    if drawing is not None:
        yield png(drawing, name=ANSWERS, alt=answers_words(digest.awaited, config))
    drawing = evidence_map(digest.evidence, config)
    if drawing is not None:
        yield png(drawing, name=MAP, alt=map_words(digest.evidence, config))


def answers_words(entries: Sequence[Awaited], config: Config) -> str:
    """Return what the timeline shows, question by question."""
    labels = {question.id: f"{question.id} {question.label}" for question in config.questions}
    dated = [(entry, entry.due) for entry in entries if entry.due is not None and entry.due.value]
    shown = dated[:SHOWN]
    found = []
    for name in [*labels, ""]:
        trials = [
            f"{one_line(entry.number, cap=24)}, {wording.partial(due)}, {STATES[entry.state][0]}"
            for entry, due in shown
            if entry.question == name
        ]
        if trials:
            found.append(f"{labels.get(name, 'No open question')}: {'; '.join(trials)}")
    many = f"{len(dated)} registered trial{'s' * (len(dated) != 1)}"
    more = f" The first {len(shown)} are shown." if len(shown) < len(dated) else ""
    return f"Timeline of {many} without results, by expected primary completion.{more} {'. '.join(found)}."


def map_words(cells: Sequence[MapCell], config: Config) -> str:
    """Return what the evidence map shows, question by question."""
    found = []
    for question in config.questions:
        row = [cell for cell in cells if cell.question == question.id]
        words = ", ".join(
            f"{cell.studies} {cell.design.lower()}{f' ({cell.new} new)' if cell.new else ''}" for cell in row
        )
        found.append(f"{question.id} {question.label}: {words or 'none'}")
    return f"Evidence map: how many studies of each design bear on each question. {'. '.join(found)}."
