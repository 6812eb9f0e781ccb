"""By which criteria the disorder was diagnosed, and whether it is chronic or episodic, as the record says. Pure.

The classification's edition as written: ICHD-3, ICHD-3 beta, ICHD-2, IHS (https://ichd-3.org).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from litwatch.appraise.needles import Pattern
from litwatch.appraise.sentences import Sentence
from litwatch.appraise.vocabulary import Vocabulary
from litwatch.model import Diagnosis

_SILENT = frozenset({"animal", "in_vitro"})
_READ = frozenset({"title", "aim", "methods", "results", "conclusion"})
_EDITION = r"(?P<{0}>3(?:rd)?|III|third|2(?:nd)?|II|second|1(?:st)?|first)"
_ICHD = Pattern(
    rf"(?:\b{_EDITION.format('ahead')}[\s-]edition,? (?:\((?:beta|β)[^()]*\) )?of the )?"
    rf"\b(?:International Classification of Headache Disorders?(?:\s?\((?-i:ICHD)\))?|(?-i:ICHD))"
    rf"(?:[\s,(‐‑–-]*(?:the )?{_EDITION.format('after')}(?:[\s-]edition)?(?-i:R\d?)?(?![A-Za-z0-9]))?"
    rf"(?P<beta>[\s,(‐‑–-]*(?:beta\b|β|b\b))?"
    rf"(?:\s?\((?-i:ICHD)[\s‐‑–-]?(?P<again>3|III|2|II)(?P<more>[\s‐‑–-]?(?:beta|β))?\))?",
    re.IGNORECASE,
)
_NUMBERS = {
    "3": 3,
    "3rd": 3,
    "iii": 3,
    "third": 3,
    "2": 2,
    "2nd": 2,
    "ii": 2,
    "second": 2,
    "1": 1,
    "1st": 1,
    "first": 1,
}
_OTHERS = {
    "IHS": (
        r"\b(?:International Headache Society|(?-i:IHS))(?:['’]s?)?(?: \((?-i:IHS)\))?"
        r"(?= (?:\d{4} )?(?:\w+ ){0,2}(?:criteria|classification|guidelines?|definition))|"
        r"(?<=according to )(?:the )?International Headache Society|"
        r"\b(?:criteria|classification|definition)s? of the (?:International Headache Society|(?-i:IHS))\b"
    ),
    "Silberstein-Lipton": r"\bSilberstein(?: and |[-–])Lipton(?: criteria)?",
    "ICD-11": r"\b(?-i:ICD)-?11\b",
    "ICD-10": r"\b(?-i:ICD)-?10\b|\bInternational Classification of Diseases,? (?:10th|tenth) \w+",
    "ICD-9": r"\b(?-i:ICD)-?9\b|\bInternational Classification of Diseases,? (?:9th|ninth) \w+",
    "DSM-5": r"\b(?-i:DSM)[- ]?(?:5|V)(?:-TR)?\b",
    "DSM-IV": r"\b(?-i:DSM)[- ]?(?:4|IV)(?:-TR)?\b",
}
_NAMES = tuple(_OTHERS)
_CRITERIA = Pattern(
    "|".join(f"(?P<c{index}>{pattern})" for index, pattern in enumerate(_OTHERS.values())), re.IGNORECASE
)
_ONE = r"(?:chronic|episodic)"
_FORM = Pattern(
    r"\b(?:(?:refractory|intractable|severe|high-frequency|low-frequency|drug-resistant)\s+)?"
    rf"{_ONE}(?:(?:\s+(?:and|or)\s+|/|,\s*){_ONE})?\s+(?:(?:refractory|intractable|daily|drug-resistant|"
    r"treatment-resistant|cluster|tension(?:-type)?|primary|high-frequency|low-frequency|severe|unremitting)\s+){0,2}$",
    re.IGNORECASE,
)
_ITSELF = Pattern(rf"{_ONE}\b", re.IGNORECASE)
_EXCLUDED = Pattern(r"\bexclu", re.IGNORECASE)


def diagnosis_of(sentences: Sequence[Sentence], vocabulary: Vocabulary, design: str) -> tuple[Diagnosis, ...]:
    """Return the criteria and the forms of the watched condition that a record names, each once; () where none is."""
    if design in _SILENT:
        return ()
    told: dict[tuple[str, str], Diagnosis] = {}
    for sentence in sentences:
        if sentence.kind in _READ:
            for found in (*_criteria(sentence), *_forms(sentence, vocabulary)):
                told.setdefault((found.type, found.name), found)
    editions = [name for kind, name in told if kind == "criteria" and name.startswith("ICHD-")]
    return tuple(one for one in told.values() if not (editions and one.name in {"ICHD", "IHS"}))


def _criteria(sentence: Sentence) -> Iterator[Diagnosis]:
    for match in _ICHD.finditer(sentence.text):
        number = next((match[name] for name in ("ahead", "after", "again") if match[name]), None)
        edition = f"-{_NUMBERS[number.lower()]}" if number else ""
        beta = " beta" if match["beta"] or match["more"] or (number and "β" in match[0]) else ""
        yield _diagnosis(sentence, match.start(), match.end(), f"ICHD{edition}{beta}", "criteria")
    for match in _CRITERIA.finditer(sentence.text):
        name = _NAMES[int(str(match.lastgroup)[1:])]
        yield _diagnosis(sentence, match.start(), match.end(), name, "criteria")


def _forms(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Diagnosis]:
    text = sentence.text
    if _EXCLUDED.search(text) or not _ITSELF.search(text):
        return
    for hit in vocabulary.condition.hits(text):
        form = _FORM.search(text[: hit.start])
        if form or _ITSELF.match(text[hit.start : hit.end]):
            start = form.start() if form else hit.start
            yield _diagnosis(sentence, start, hit.end, " ".join(text[start : hit.end].lower().split()), "form")


def _diagnosis(sentence: Sentence, start: int, end: int, name: str, kind: str) -> Diagnosis:
    return Diagnosis(name=name, type=kind, quote=sentence.quote(start, end))
