"""Reports that resemble each other: a proposal for a human, never a link that joins. Pure.

A title alone has swallowed follow-ups, protocols and a centre's second cohort in other systems; here a likeness of
titles counts only beside an author in common or a registration, and nothing that contradicts it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from litwatch.identify.holdings import Holdings, bank_numbers, text_numbers
from litwatch.identify.nature import is_follow_up, is_preprint, nature
from litwatch.identify.words import essence
from litwatch.model import Citation, Identifier, Registration, Relation, RelationKind

LIKE = 88  # of 100
LIKE_WITH_SIZE = 78  # where both state the same number of participants
YEARS_APART = 3
_SHORTEST = 4  # words in a title that can be told apart
_COMMON = 60  # a word in more titles than this says nothing about a pair
_SIZE = re.compile(
    r"\b[nN]\s*=\s*(\d{1,5})\b|\b(\d{1,5})\s+(?:\w+\s+){0,2}"
    r"(?:patients|participants|subjects|adults|children|adolescents|women|men|volunteers|encounters|cases)\b"
)
_NUMERAL = re.compile(r"\b(?:\d+|i{1,3}|iv|vi{0,3})\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class _Face:
    """What of a report is compared; ``held_as`` are the numbers of a registration."""

    report_id: str
    record: Citation | Registration
    titles: tuple[str, ...]
    year: int | None
    authors: tuple[str, ...]
    held_as: frozenset[Identifier] = frozenset()

    @cached_property
    def sizes(self) -> frozenset[int]:
        """How many people took part: what the registry counted, or each number that a citation tells."""
        if isinstance(self.record, Registration):
            actual = self.record.enrolment is not None and self.record.enrolment_type == "ACTUAL"
            return frozenset({self.record.enrolment}) if actual and self.record.enrolment else frozenset()
        text = f"{self.record.title} {' '.join(section.text for section in self.record.abstract)}"
        return frozenset(int(one or other) for one, other in _SIZE.findall(text))

    @cached_property
    def numbers(self) -> frozenset[Identifier]:
        """The trial numbers that it carries."""
        if isinstance(self.record, Registration):
            return self.held_as
        return bank_numbers(self.record) | text_numbers(self.record)


def resemblances(held: Holdings) -> Iterator[Relation]:
    """Yield an uncertain relation for each pair of reports that look like one study."""
    citations = [_of_citation(*entry) for entry in held.citations if nature(entry[1]) in {"results", "protocol"}]
    registrations = [_of_registration(held, *entry) for entry in held.registrations]
    for first, second in _by_author(citations):
        relation = _alike(first, second)
        if relation is not None:
            yield relation
    for citation, registration in _by_word(citations, registrations):
        relation = _reports(citation, registration)
        if relation is not None:
            yield relation


def _of_citation(report_id: str, record: Citation) -> _Face:
    return _Face(
        report_id=report_id,
        record=record,
        titles=(essence(record.title),),
        year=_year(record.published.value if record.published else ""),
        authors=tuple(
            essence(f"{author.last} {(author.initials or author.fore)[:1]}") for author in record.authors if author.last
        ),
    )


def _of_registration(held: Holdings, report_id: str, record: Registration) -> _Face:
    return _Face(
        report_id=report_id,
        record=record,
        titles=tuple(essence(title) for title in (record.title, record.official_title) if title),
        year=_year(record.start.value if record.start else ""),
        authors=(),
        held_as=held.own.get(report_id, frozenset()),
    )


def _year(value: str) -> int | None:
    return int(value[:4]) if value else None


def _by_author(faces: Sequence[_Face]) -> Iterator[tuple[_Face, _Face]]:
    """Yield each pair where the first author of one is among the authors of the other."""
    writers: dict[str, list[_Face]] = defaultdict(list)
    for face in faces:
        for author in dict.fromkeys(face.authors):
            writers[author].append(face)
    seen: set[tuple[str, str]] = set()
    for face in faces:
        for other in writers[face.authors[0]] if face.authors else ():
            pair = (min(face.report_id, other.report_id), max(face.report_id, other.report_id))
            if face.report_id != other.report_id and pair not in seen:
                seen.add(pair)
                yield (face, other) if face.report_id == pair[0] else (other, face)


def _by_word(citations: Sequence[_Face], registrations: Sequence[_Face]) -> Iterator[tuple[_Face, _Face]]:
    """Yield each citation and registration whose titles share a word that few titles have."""
    holding: dict[str, list[int]] = defaultdict(list)
    for at, face in enumerate(citations):
        for word in set(face.titles[0].split()):
            holding[word].append(at)
    for registration in registrations:
        terms = {word for title in registration.titles for word in title.split()}
        rare = [holding[word] for word in terms if 0 < len(holding.get(word, ())) <= _COMMON]
        for at in sorted({at for places in rare for at in places}):
            yield citations[at], registration


def _alike(first: _Face, second: _Face) -> Relation | None:
    """Propose that two citations are of one study."""
    if not isinstance(first.record, Citation) or not isinstance(second.record, Citation):
        return None
    loose = first.record.kind != second.record.kind  # an abstract or a preprint often has the shorter title
    likeness = _likeness(first, second, loose=loose)
    if likeness is None:
        return None
    names = sorted(set(first.authors[:1]) | set(second.authors[:1]))
    shown = next((a.last for f in (first, second) for a in f.record.authors if a.last), names[0])  # type: ignore[union-attr]  # both are citations, checked above
    kind, origin, target = _direction(first, second)
    return Relation(
        kind=kind,
        from_report=origin.report_id,
        to_report=target.report_id,
        evidence=f"titles alike ({likeness} of 100), {shown} among the authors of both" + _size(first, second),
        certain=False,
    )


def _reports(citation: _Face, registration: _Face) -> Relation | None:
    """Propose that a citation reports a registration."""
    likeness = _likeness(citation, registration, loose=False)
    if likeness is None or (citation.year and registration.year and citation.year < registration.year):
        return None
    protocol = isinstance(citation.record, Citation) and nature(citation.record) == "protocol"
    return Relation(
        kind="protocol_of" if protocol else "results_of",
        from_report=citation.report_id,
        to_report=registration.report_id,
        evidence=f"title like the registration's ({likeness} of 100)" + _size(citation, registration),
        certain=False,
    )


def _likeness(first: _Face, second: _Face, *, loose: bool) -> int | None:
    """Return how alike the titles are, or None where too little or where something contradicts."""
    if _contradict(first, second):
        return None
    best = 0
    for one in first.titles:
        for other in second.titles:
            if min(len(one.split()), len(other.split())) < _SHORTEST or _numerals(one) != _numerals(other):
                continue
            best = max(best, int(fuzz.token_sort_ratio(one, other)))
            if loose:
                best = max(best, int(fuzz.token_set_ratio(one, other)))
    enough = LIKE_WITH_SIZE if first.sizes & second.sizes else LIKE
    return best if best >= enough else None


def _contradict(first: _Face, second: _Face) -> bool:
    """Tell whether years, sizes or trial numbers speak against one study."""
    citations = isinstance(first.record, Citation) and isinstance(second.record, Citation)
    if citations and first.year and second.year and abs(first.year - second.year) > YEARS_APART:
        return True
    if first.sizes and second.sizes and not first.sizes & second.sizes:
        return True
    for kind in {number.kind for number in first.numbers} & {number.kind for number in second.numbers}:
        ours, theirs = ({n for n in face.numbers if n.kind == kind} for face in (first, second))
        if not ours & theirs:
            return True
    return False


def _numerals(title: str) -> frozenset[str]:
    return frozenset(_NUMERAL.findall(title))


def _size(first: _Face, second: _Face) -> str:
    shared = first.sizes & second.sizes
    return f", n = {max(shared)} in both" if shared else ""


def _direction(first: _Face, second: _Face) -> tuple[RelationKind, _Face, _Face]:
    """Return the kind of the proposal and its ends: from the preprint, protocol, follow-up or abstract."""
    tests: Iterable[tuple[RelationKind, tuple[bool, bool]]] = (
        ("preprint_of", (_is(first, "preprint"), _is(second, "preprint"))),
        ("protocol_of", (_is(first, "protocol"), _is(second, "protocol"))),
        ("follow_up_of", (_is(first, "follow-up"), _is(second, "follow-up"))),
        ("same_trial_as", (_is(first, "abstract"), _is(second, "abstract"))),
    )
    for kind, (one, other) in tests:
        if one != other:
            return (kind, first, second) if one else (kind, second, first)
    return "same_trial_as", first, second


def _is(face: _Face, what: str) -> bool:
    record = face.record
    if not isinstance(record, Citation):
        return False
    match what:
        case "preprint":
            return is_preprint(record)
        case "protocol":
            return nature(record) == "protocol"
        case "follow-up":
            return is_follow_up(record)
        case _:
            return record.kind == what
