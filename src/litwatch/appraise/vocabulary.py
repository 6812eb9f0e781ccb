"""The words of a watch, compiled: concepts and question signals from the configuration. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from litwatch.appraise.needles import Pattern
from litwatch.config import Concept, Config, Question

ACRONYM_LETTERS = 2
HEADING = 60  # characters; what is not longer recurs from record to record: headings, keywords, substances


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One match: where it stands and which term of the configuration it matched."""

    start: int
    end: int
    term: str


class Words:
    """A set of terms, matched as whole words; ``*`` at the end matches any ending."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = tuple(dict.fromkeys(terms))
        alternatives = "|".join(f"(?P<t{index}>{_expression(term)})" for index, term in enumerate(self._terms))
        self._pattern = Pattern(rf"(?<![^\W_])(?:{alternatives})", re.IGNORECASE) if self._terms else None
        self._of_heading = lru_cache(maxsize=1024)(self._found)

    def may_stand_in(self, text: str) -> bool:
        """Tell whether a match in ``text``, or in a part of it, cannot be ruled out."""
        return self._pattern is not None and self._pattern.may_match(text)

    def hits(self, text: str) -> tuple[Hit, ...]:
        """Return each match in ``text``, from left to right, the first term of the list winning."""
        return self._of_heading(text) if len(text) <= HEADING else self._found(text)

    def _found(self, text: str) -> tuple[Hit, ...]:
        return tuple(map(self._hit, self._pattern.finditer(text))) if self._pattern else ()

    def first(self, text: str) -> Hit | None:
        """Return the first match in ``text``."""
        match = self._pattern.search(text) if self._pattern else None
        return self._hit(match) if match else None

    def _hit(self, match: re.Match[str]) -> Hit:
        return Hit(start=match.start(), end=match.end(), term=self._terms[int(str(match.lastgroup)[1:])])


_NO_WORDS = Words(())


def _expression(term: str) -> str:
    """Return the pattern of one term: spaces match hyphens, hyphens may be missing, acronyms keep their capitals."""
    stem = term.removesuffix("*")
    parts = re.split(r"([\s-]+)", stem)
    body = "".join(_joint(part) if index % 2 else _token(part) for index, part in enumerate(parts))
    end = r"[^\W_]*" if term.endswith("*") else ""
    return rf"{body}{end}(?![^\W_])"


def _joint(part: str) -> str:
    return r"[\s\u2010-\u2015-]*" if "-" in part else r"[\s\u2010-\u2015-]+"


def _token(part: str) -> str:
    letters = [char for char in part if char.isalpha()]
    acronym = len(letters) >= ACRONYM_LETTERS and all(char.isupper() for char in letters)
    return f"(?-i:{re.escape(part)})" if acronym else re.escape(part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """One question's signals, compiled."""

    id: str
    positive: Words
    negative: Words
    mesh: frozenset[str]  # case-folded
    registry: Words
    routes: frozenset[str]
    designs: frozenset[str]
    followup_hours: float | None
    exposure_weeks: float | None
    responders: bool
    together: bool
    adjacent: bool

    def among(self, whole: str) -> Signals:
        """Return these signals for the parts of ``whole``, without words of which none stands in it."""
        return self if self.positive.may_stand_in(whole) else replace(self, positive=_NO_WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one watch, compiled."""

    drug: Words
    false_friends: Words
    condition: Words
    adjacent: Words
    questions: tuple[Signals, ...]


@lru_cache(maxsize=8)
def _compiled(concepts: tuple[tuple[str, Concept], ...], questions: tuple[Question, ...]) -> Vocabulary:
    named = dict(concepts)
    drug, condition = named["drug"], named["condition"]
    return Vocabulary(
        drug=Words(_all(drug)),
        false_friends=Words(drug.false_friends),
        condition=Words(_all(condition)),
        adjacent=Words(condition.adjacent),
        questions=tuple(_signals(question) for question in questions),
    )


def vocabulary_of(config: Config) -> Vocabulary:
    """Return the compiled words of ``config``; compiled once."""
    return _compiled(tuple(config.search.concepts.items()), config.questions)


def _all(concept: Concept) -> tuple[str, ...]:
    return (*concept.terms, *concept.synonyms, *concept.mesh)


def _signals(question: Question) -> Signals:
    return Signals(
        id=question.id,
        positive=Words(question.signals.positive),
        negative=Words(question.signals.negative),
        mesh=frozenset(heading.casefold() for heading in question.signals.mesh),
        registry=Words(question.signals.registry),
        routes=frozenset(question.facts.routes),
        designs=frozenset(question.facts.designs),
        followup_hours=question.facts.followup_hours,
        exposure_weeks=question.facts.exposure_weeks,
        responders=question.facts.responders,
        together=question.facts.together,
        adjacent=question.keeps_adjacent,
    )
