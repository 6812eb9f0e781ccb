"""A record's title and abstract made ready for reading its design: lower-cased, typed, quotable. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from litwatch.appraise.design_cues import WISHES
from litwatch.appraise.needles import may_match
from litwatch.appraise.openings import skipping
from litwatch.appraise.sentences import Sentence, sentences_of
from litwatch.model import Citation, Quote

OWN = ("aim", "methods", "results", "conclusion", "note")  # what the report says of itself


@lru_cache(maxsize=512)
def pattern_of(pattern: str) -> re.Pattern[str]:
    """Return ``pattern`` compiled once; it meets lower-cased text."""
    return re.compile(skipping(pattern, re.DOTALL), re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Title and abstract as given, the same in lower case (of equal length), and the abstract's sentences."""

    title: str
    abstract: str
    low_title: str
    low_abstract: str
    sentences: tuple[Sentence, ...]

    def in_title(self, pattern: str) -> Quote | None:
        """Return the first match of ``pattern`` in the title."""
        match = pattern_of(pattern).search(self.low_title) if may_match(pattern, self.low_title) else None
        return self._quote("title", match) if match else None

    def told(self, pattern: str, kinds: tuple[str, ...] = OWN) -> Quote | None:
        """Return the first match in an abstract sentence of one of ``kinds`` that is no wish, within the sentence."""
        for match, sentence in self._matches(pattern, kinds):
            if not self.is_wish(sentence):
                return self._quote("abstract", match)
        return None

    def said(self, pattern: str) -> Quote | None:
        """Return the first match in the abstract, whatever its sentence is for."""
        match = next(self._matches(pattern), None)
        return self._quote("abstract", match[0]) if match else None

    def count(self, pattern: str) -> int:
        """Return how many different words or phrases of title and abstract match."""
        compiled = pattern_of(pattern)
        found = {match[0] for text in (self.low_title, self.low_abstract) for match in compiled.finditer(text)}
        return len(found)

    def sentence_count(self, pattern: str, enough: int | None = None) -> int:
        """Return how many sentences of the abstract hold a match; counting stops at ``enough``."""
        return sum(1 for _ in islice(self._matches(pattern), enough))

    def is_wish(self, sentence: Sentence) -> bool:
        """Return whether ``sentence`` wishes for studies rather than telling of one."""
        if sentence.kind in {"methods", "results"} and sentence.heading:
            return False
        return bool(pattern_of(WISHES).search(self.low_abstract, sentence.start, sentence.end))

    def _matches(self, pattern: str, kinds: tuple[str, ...] | None = None) -> Iterator[tuple[re.Match[str], Sentence]]:
        """Yield the first match in each sentence, of one of ``kinds`` if they are given, seen as if it ended there."""
        if may_match(pattern, self.low_abstract):
            search = pattern_of(pattern).search
            for sentence in self.sentences:
                if kinds is None or sentence.kind in kinds:
                    match = search(self.low_abstract, sentence.start, sentence.end)
                    if match:
                        yield match, sentence

    def _quote(self, field: str, match: re.Match[str]) -> Quote:
        text = self.title if field == "title" else self.abstract
        return Quote(text=text[match.start() : match.end()], field=field, start=match.start(), end=match.end())


def reading_of(record: Citation) -> Reading:
    """Return ``record`` made ready for reading."""
    title, abstract = record.title, record.abstract_text
    return Reading(
        title=title,
        abstract=abstract,
        low_title=lowered(title),
        low_abstract=lowered(abstract),
        sentences=sentences_of(abstract, "abstract"),
    )


def lowered(text: str) -> str:
    """Return ``text`` in lower case, character for character, so that places stay true."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
