"""The sentences of a title or abstract with their places in the original text, each typed by its part in the study.

Pure. What types a sentence: `litwatch.appraise.parts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from litwatch.appraise.headings import KINDS, Heading, headings_in
from litwatch.appraise.parts import kinds_of
from litwatch.model import AnyRecord, Citation, Quote, Registration

# A full stop ends a sentence when white space and a capital, digit or bracket follow; a missing space is forgiven
# between a word and a capitalised one.
_STOP = re.compile(
    r"(?<=[.!?])(?:\[\d[\d,–-]*\])?[\"'”’)\]]*\s+(?=[\"'“‘(\[]*(?:[A-Z0-9≥≤<>~±]|[a-z]{1,2}[A-Z]|[^\W\d_a-z]))"
    r"|(?<=[a-z]{3}\.)(?=(?!Gov\b|Com\b|Org\b)[A-Z][a-z]*\s)|(?<=\.);\s+(?=[A-Z])|\^\n|\n+"
)
_MARK = re.compile(r"[.!?\n^]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:vs|e\.g|i\.e|et al|approx|Dr|Mr|Mrs|Prof|Figs?|ca|cf|resp|St|Inc|Ltd|Nos?|Jan|Feb|Aug|Sept|Oct|Nov|Dec)"
    r"|(?<!\bgroup )(?<!\bGroup )(?<!\barm )(?<!\bvitamin )(?<!\bhepatitis )(?<!\btype )(?<!\bclass )\b[A-Z])\.$"
)
_BEFORE_NUMBER = re.compile(
    r"(?:\b(?:i\.?v|s\.?c|i\.?m|p\.?o|i\.?p|b\.?i\.?d|t\.?i\.?d|max|min|av|approx|No|Nr)|\bp)\.$"
)
_ALONE = 2  # the text before any heading, and one heading
_LONGEST_BRACKET = 600  # an unclosed bracket may hold sentences, but not a whole abstract
_LONGEST = 4_000  # what runs on longer is no sentence; searches within one may cost the square of its length
_TITLE_FIELDS = frozenset({"title", "briefTitle", "officialTitle"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence: ``text == original[start:end]`` of ``field``.

    ``kind`` is title, background, aim, methods, results, conclusion or note (registration number, funding);
    ``heading`` is the heading it stands under, as written, or empty.
    """

    text: str
    start: int
    end: int
    field: str
    kind: str
    heading: str = ""

    def quote(self, start: int = 0, end: int | None = None) -> Quote:
        """Return the words from ``start`` to ``end`` of this sentence, or all of it, as a quote of its field."""
        text = self.text[start:end]
        return Quote(text=text, field=self.field, start=self.start + start, end=self.start + start + len(text))


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    end: int
    kinds: tuple[str, ...]
    heading: str


def sentences_in(record: AnyRecord) -> tuple[Sentence, ...]:
    """Return the sentences of ``record`` as its quotes count them: title and abstract, or a registration's fields."""
    if isinstance(record, Citation):
        return (*sentences_of(record.title, "title"), *sentences_of(record.abstract_text, "abstract"))
    return tuple(_fields(record))


def _fields(record: Registration) -> Iterator[Sentence]:
    yield from sentences_of(record.title, "briefTitle")
    yield from sentences_of(record.official_title, "officialTitle")
    for index, arm in enumerate(record.arms):
        yield from _whole(arm.label, f"armGroups[{index}].label")
        for number, name in enumerate(arm.interventions):
            yield from _whole(name, f"armGroups[{index}].interventionNames[{number}]")
        yield from _whole(arm.description, f"armGroups[{index}].description")
    for index, given in enumerate(record.interventions):
        yield from _whole(given.name, f"interventions[{index}].name")
        yield from _whole(given.description, f"interventions[{index}].description")
    yield from sentences_of(record.summary, "briefSummary")
    yield from sentences_of(record.description, "detailedDescription")


def _whole(text: str, field: str) -> Iterator[Sentence]:
    """Yield the sentences of a field that tells what the study does."""
    for start, end in split(text):
        yield _sentence(text, field, start, end, "methods")


@lru_cache(maxsize=256)
def sentences_of(text: str, field: str) -> tuple[Sentence, ...]:
    """Return the sentences of ``text`` in reading order; headings belong to none of them."""
    if field in _TITLE_FIELDS:
        return tuple(_sentence(text, field, start, end, "title") for start, end in split(text))
    stretches = list(_stretches(text))
    kinds = kinds_of([text[part.start : part.end] for part in stretches], [part.kinds for part in stretches])
    return tuple(
        _sentence(text, field, part.start, part.end, kind, part.heading)
        for part, kind in zip(stretches, kinds, strict=True)
    )


def _sentence(text: str, field: str, start: int, end: int, kind: str, heading: str = "") -> Sentence:
    return Sentence(text=text[start:end], start=start, end=end, field=field, kind=kind, heading=heading)


def _stretches(text: str) -> Iterator[_Stretch]:
    marks = (Heading(name="", start=0, end=0, kinds=KINDS), *headings_in(text))
    # A heading that opens an abstract and stays the only one heads its first sentence: "Purpose: to …".
    alone = len(marks) == _ALONE and set(marks[1].kinds) <= {"background", "aim"}
    for index, mark in enumerate(marks):
        stop = marks[index + 1].start if index + 1 < len(marks) else len(text)
        for place, (start, end) in enumerate(split(text[mark.end : stop])):
            free = alone and place > 0
            yield _Stretch(mark.end + start, mark.end + end, KINDS if free else mark.kinds, "" if free else mark.name)


def split(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each sentence of ``text``, white space trimmed."""
    start = 0
    for match in _stops(text):
        head = text[start : match.start()]
        if "\n" not in match[0]:
            following = text[match.end() : match.end() + 1]
            if _ABBREVIATION.search(head[-24:]) or (following.isdigit() and _BEFORE_NUMBER.search(head[-12:])):
                continue
            if head.count("(") > head.count(")") and len(head) < _LONGEST_BRACKET:
                continue
        yield from _trimmed(text, start, match.start() + len(match[0].rstrip().rstrip("^")))
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _stops(text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of `_STOP`, which is tried only where one can begin: at a line's end and behind a full stop."""
    end = 0
    for mark in _MARK.finditer(text):
        place = mark.start() if mark[0] in "\n^" else mark.end()
        if place >= end and (match := _STOP.match(text, place)):
            end = match.end()
            yield match


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        space = text.rfind(" ", start, start + _LONGEST)
        cut = space if space > start else start + _LONGEST
        yield from _trimmed(text, start, cut)
        start = cut
    stretch = text[start:end]
    stripped = stretch.strip()
    if stripped:
        first = start + stretch.index(stripped[0])
        yield first, first + len(stripped)
