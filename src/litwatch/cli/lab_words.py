"""What the lab found, as lines for people and as JSON for scripts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litwatch import strictyaml
from litwatch.appraise import appraise
from litwatch.config import Config
from litwatch.configfile import Loaded
from litwatch.digest.links import report_url
from litwatch.identifiers import display
from litwatch.model import Answer, AnyRecord
from litwatch.search.counts import Counts, Worth
from litwatch.search.diff import Difference, Moved
from litwatch.search.lint import Flaw, flaws
from litwatch.search.recall import Recall, wilson
from litwatch.search.strategy import NO_TRUNCATION
from litwatch.text import shortened

TITLE_CAP = 100
TITLES_A_TERM = 5
LINES_A_SIDE = 50
NOT_READ = "[title not read]"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedFlaw:
    """A flaw with its place in config.yaml."""

    file: str
    line: int
    column: int
    place: str
    grade: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.grade}: {self.place}: {self.message}"

    @property
    def document(self) -> dict[str, Any]:
        """Return the flaw for a script."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "key": self.place,
            "grade": self.grade,
            "message": self.message,
        }


def located(watch: Loaded) -> tuple[LocatedFlaw, ...]:
    """Return the strategy's flaws with line and column."""
    text = watch.path.read_text(encoding="utf-8-sig")
    return tuple(_located(watch.path.name, text, flaw) for flaw in flaws(watch.config.search))


def _located(file: str, text: str, flaw: Flaw) -> LocatedFlaw:
    line, column = strictyaml.position(text, flaw.path, flaw.offset)
    place = ".".join(str(part) for part in flaw.path if not isinstance(part, int))
    return LocatedFlaw(file=file, line=line, column=column, place=place, grade=flaw.grade, message=flaw.message)


# -- show


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return what a service said of a query."""
    return {
        "hits": answer.hits,
        "translation": answer.translation,
        "mapped": [{"term": term, "searched": target} for term, target in answer.mapped],
        "warnings": list(answer.warnings),
        "requests": answer.requests,
    }


def shown(entry: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return one source's rows: query, translation, what was mapped and what was not understood."""
    rows: list[tuple[str, ...]] = [("query", entry["query"])]
    if "hits" in entry:
        rows += [("match", str(entry["hits"])), ("translation", entry["translation"])]
        rows += [("mapped", f"{pair['term']} -> {pair['searched']}") for pair in entry["mapped"]]
        rows += [("warning", warning) for warning in entry["warnings"]]
    return [row for row in rows if row[1]]


# -- counts


def counts_lines(found: Counts, platform: str) -> Iterator[str]:
    """Yield the counts: a line a concept, a line a term, and below it the titles that only this term brings."""
    yield f"The strategy matches {found.total} records of {platform}."
    roles = dict.fromkeys(worth.unit.role for worth in found.worths)
    for role in roles:
        yield ""
        yield f"{role}: {found.concepts[role]} records without the other concepts"
        yield f"{'alone':>9} {'together':>9} {'only this':>9}  term"
        for worth in (worth for worth in found.worths if worth.unit.role == role):
            only = "unknown" if worth.only is None else str(len(worth.only))
            dead = "  (dead: it brings nothing)" if worth.dead else ""
            yield f"{worth.alone:>9} {worth.together:>9} {only:>9}  {worth.unit}{dead}"
            yield from (f"{'':>29}  ! {warning}" for warning in worth.warnings)
            yield from (f"{'':>29}  - {title}" for title in _titles(worth, found))


def _titles(worth: Worth, found: Counts) -> Iterator[str]:
    only = worth.only or ()
    for key in only[:TITLES_A_TERM]:
        record = found.titles.get(key)
        yield f"{key} {shortened(record.title, TITLE_CAP) if record else NOT_READ}"
    if len(only) > TITLES_A_TERM:
        yield f"and {len(only) - TITLES_A_TERM} more (--json lists them)"


def counts_json(found: Counts, requests: int) -> dict[str, Any]:
    """Return the counts for a script."""
    return {
        "source": found.source,
        "total": found.total,
        "concepts": dict(found.concepts),
        "terms": [
            {
                "concept": worth.unit.role,
                "kind": worth.unit.kind,
                "term": worth.unit.text,
                "alone": worth.alone,
                "together": worth.together,
                "only": None
                if worth.only is None
                else [
                    {"key": key, "title": found.titles[key].title if key in found.titles else None}
                    for key in worth.only
                ],
                "dead": worth.dead,
                "warnings": list(worth.warnings),
            }
            for worth in found.worths
        ],
        "requests": requests,
    }


# -- diff


@dataclass(frozen=True, slots=True)
class Differences:
    """Both halves of a comparison, live and stored, in words; labels are by the watch's configuration."""

    config: Config
    held: Mapping[tuple[str, str], AnyRecord]
    live: Sequence[Difference]
    gained: Sequence[Moved]
    lost: Sequence[Moved]
    headings: Sequence[str]  # that the edit added or removed
    requests: int

    def lines(self) -> Iterator[str]:
        """Yield the comparison for people."""
        for entry in self.live:
            if entry.failure:
                yield f"{entry.platform}: not compared, because it did not answer: {entry.failure}"
            else:
                yield from self._source(entry)
        yield f"Stored records: {len(self.gained)} gained, {len(self.lost)} lost"
        yield from self._sides(self.gained, self.lost)
        if note := self._stored_note():
            yield f"  note: {note}"

    def _stored_note(self) -> str:
        if not self.headings:
            return ""
        named = ", ".join(self.headings)
        return f"by a heading's own name: which records stand under {named} is known to the live comparison only"

    def _source(self, entry: Difference) -> Iterator[str]:
        if entry.old_query == entry.new_query:
            by = " (it is asked by whole words: synonyms, and terms without *)" if entry.source in NO_TRUNCATION else ""
            yield f"{entry.platform}: the query is the same{by}; {entry.new_hits} match"
            return
        listed = "" if entry.note.startswith("more") else f": {len(entry.gained)} gained, {len(entry.lost)} lost"
        yield f"{entry.platform}: {entry.old_hits} match the old query, {entry.new_hits} the new{listed}"
        yield from self._sides(entry.gained, entry.lost)
        if entry.weekly is not None:
            yield f"  expected: {entry.weekly:+.2f} records a week, as in the last 52 weeks"
        if entry.note:
            yield f"  note: {entry.note}"

    def _sides(self, gained: Sequence[Moved], lost: Sequence[Moved]) -> Iterator[str]:
        for name, side in (("gained", gained), ("lost", lost)):
            for moved in side[:LINES_A_SIDE]:
                record = moved.record
                title = shortened(record.title, TITLE_CAP) if record else NOT_READ
                because = f"  [{', '.join(moved.units)}]" if moved.units else ""
                yield f"  {name:6} {self._label(record) or 'unread':8} {moved.source}:{moved.key} {title}{because}"
            if len(side) > LINES_A_SIDE:
                yield f"  {name:6} and {len(side) - LINES_A_SIDE} more (--json lists them)"

    def _label(self, record: AnyRecord | None) -> str | None:
        return appraise(record, self.config).label if record else None

    @property
    def document(self) -> dict[str, Any]:
        """Return the comparison for scripts."""
        return {
            "sources": [
                {
                    "source": entry.source,
                    "platform": entry.platform,
                    "old_query": entry.old_query,
                    "new_query": entry.new_query,
                    "old_hits": entry.old_hits,
                    "new_hits": entry.new_hits,
                    "gained": [self._moved(moved) for moved in entry.gained],
                    "lost": [self._moved(moved) for moved in entry.lost],
                    "extra_per_week": entry.weekly,
                    "note": entry.note or None,
                    "error": entry.failure or None,
                }
                for entry in self.live
            ],
            "stored": {
                "gained": [self._moved(moved) for moved in self.gained],
                "lost": [self._moved(moved) for moved in self.lost],
                "note": self._stored_note() or None,
            },
            "requests": self.requests,
        }

    def _moved(self, moved: Moved) -> dict[str, Any]:
        return {
            "source": moved.source,
            "key": moved.key,
            "title": moved.record.title if moved.record else None,
            "url": report_url(moved.record) if moved.record else None,
            "label": self._label(moved.record),
            "terms": list(moved.units),
            "known": (moved.source, moved.key) in self.held,
        }


# -- recall


def recall_lines(reports: Sequence[AnyRecord], found: Sequence[Recall]) -> Iterator[str]:
    """Yield each source's share, each miss with what would have caught it, and the suggestions."""
    anywhere = {at for entry in found for at in entry.found}
    held = {at for entry in found for at in entry.held}
    for entry in found:
        if entry.failure:
            continue
        yield f"{entry.platform}: {_share(len(entry.found), len(entry.held))}"
        for miss in entry.misses:
            yield f"  missed {entry.source}:{miss.key} {shortened(miss.title, TITLE_CAP)}"
            if not miss.excluded_by:
                yield "    by the native query, or by the concepts together"
            for role in miss.excluded_by:
                words = "; ".join(f"{unit} ({place})" for unit, place in miss.words[role].items())
                yield f"    excluded by {role}; would have caught it: {words or 'no word of the record'}"
        for entry_ in entry.suggestions[:10]:
            cost = "cost not asked" if entry_.cost is None else f"{entry_.cost} more records besides"
            yield f"  suggestion: {entry_.unit.role}: {entry_.unit}: catches {entry_.gain}, {cost}"
    yield f"All sources together: {_share(len(anywhere), len(held))}"
    for at, report in enumerate(reports):
        if at not in held:
            yield f"  in no source that was asked: {_named(report)}"


def _share(found: int, held: int) -> str:
    if not held:
        return "none of the reports is held there, or has a number of that source"
    low, high = wilson(found, held)
    return f"{found} of {held} found, relative recall {found / held:.0%} (95% interval {low:.0%} to {high:.0%}, Wilson)"


def _named(report: AnyRecord) -> str:
    numbers = ", ".join(display(entry) for entry in report.identifiers)
    return " ".join(part for part in (numbers, shortened(report.title, TITLE_CAP)) if part)


def recall_json(reports: Sequence[AnyRecord], found: Sequence[Recall], requests: int) -> dict[str, Any]:
    """Return the measurement for scripts."""
    held = {at for entry in found for at in entry.held}
    anywhere = {at for entry in found for at in entry.found}
    return {
        "reports": [
            {
                "title": report.title or None,
                "identifiers": {entry.kind: entry.value for entry in report.identifiers},
                "held_by": [entry.source for entry in found if at in entry.held],
                "found_by": [entry.source for entry in found if at in entry.found],
            }
            for at, report in enumerate(reports)
        ],
        "sources": [_recall(entry) for entry in found],
        "all": _share_json(len(anywhere), len(held)),
        "requests": requests,
    }


def _recall(entry: Recall) -> dict[str, Any]:
    return {
        "source": entry.source,
        **_share_json(len(entry.found), len(entry.held)),
        "missed": [
            {
                "key": miss.key,
                "title": miss.title,
                "excluded_by": list(miss.excluded_by),
                "would_catch": {
                    role: [{"kind": unit.kind, "term": unit.text, "place": place} for unit, place in words.items()]
                    for role, words in miss.words.items()
                },
            }
            for miss in entry.misses
        ],
        "suggestions": [
            {"concept": one.unit.role, "kind": one.unit.kind, "term": one.unit.text, "gain": one.gain, "cost": one.cost}
            for one in entry.suggestions
        ],
        "error": entry.failure or None,
    }


def _share_json(found: int, held: int) -> dict[str, Any]:
    low, high = wilson(found, held)
    return {
        "held": held,
        "found": found,
        "relative_recall": found / held if held else None,
        "interval": [low, high] if held else None,
    }
