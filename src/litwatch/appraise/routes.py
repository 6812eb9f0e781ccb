"""By which routes the watched drug is given. Pure.

A route counts when it stands beside the watched drug or one of its doses, in a sentence that tells what the study does;
what other people's studies did counts in a review only, or where the record says nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from litwatch.appraise.drugs import Drugs, Mention
from litwatch.appraise.route_words import ROUTES, RouteWord, routes_named
from litwatch.appraise.sentences import Sentence

REPORTED = ("unspecified",)
_REVIEWS = frozenset({"narrative_review", "systematic_review", "meta_analysis", "guideline"})
# Other people's work, or what might be done, within a study's own abstract.
_ELSEWHERE = re.compile(
    r"\b(?:consistent with|compared to previous|previous(?:ly)?|prior stud|other stud|literature|has been|have been|"
    r"recently|traditionally|commonly|usually|typically|approved|available|emerged|majority of (?:the )?studies)\b",
    re.IGNORECASE,
)
_POSSIBLE = re.compile(r"\b(?:can|could|may|might|would|should)\s+(?:\w+\s+){0,3}$", re.IGNORECASE)
# "IV ketamine trials" names a literature; "IV ketamine treatment" does not.
_LITERATURE = re.compile(r"^\W*\w+(?:\s+\w+)?\s+(?:trials|studies|literature|protocols in)\b", re.IGNORECASE)
_TIGHT = re.compile(
    r"^[\s()/,-]*(?:(?:\d[\w.%/-]*|single|repeated|low|dose|sub-?an(?:a)?esthetic|racemic|of|an?|the|infusions?|infused|bolus|"
    r"administration|administered|injections?|therapy|treatment|spray|solution|doses|delivery|formulation|or|and|versus|vs\.?|"
    r"hydrochloride|HCl|IV|IM|SC|IN|PO|i\.v\.|i\.m\.|s\.c\.|route|via|by|use|route of|"
    r"intravenous|intramuscular|subcutaneous|intranasal|oral|sublingual|rectal|inhaled"
    r")[\s()/,-]*){0,8}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Said:
    """One route of the watched drug as said: how plainly, and in what kind of sentence."""

    route: str
    tight: bool
    kind: str
    elsewhere: bool


def routes_of(sentences: Sequence[Sentence], drugs: Drugs, design: str) -> tuple[str, ...]:
    """Return the routes of the watched drug in the order of `ROUTES`; ``unspecified`` if it is named without one."""
    named = [(sentence, drugs.mentions(sentence.text)) for sentence in sentences]
    if not any(mention.watched for _, mentions in named for mention in mentions):
        return ()
    said = [one for sentence, mentions in named for one in _said(sentence, mentions)]
    review = design in _REVIEWS
    for wanted in (_own, _loose, _any) if not review else (_tight, _any):
        chosen = {one.route for one in said if wanted(one)}
        if chosen:
            return tuple(route for route in ROUTES if route in chosen)
    return REPORTED


def _own(one: _Said) -> bool:
    return one.tight and not one.elsewhere and one.kind in {"title", "aim", "methods"}


def _loose(one: _Said) -> bool:
    return not one.elsewhere and one.kind != "background"


def _tight(one: _Said) -> bool:
    return one.tight


def _any(_one: _Said) -> bool:
    return True


def _said(sentence: Sentence, mentions: Sequence[Mention]) -> Iterator[_Said]:
    text = sentence.text
    active = [mention for mention in mentions if not mention.inert]
    watched = [mention for mention in active if mention.watched]
    if not watched:
        return
    elsewhere = bool(_ELSEWHERE.search(text))
    for word in routes_named(text):
        nearest = min(active, key=lambda mention: _distance(mention, word))
        beside = [mention for mention in watched if _beside(text, mention, word)]
        if not nearest.watched and not beside:
            continue
        away = elsewhere or bool(_POSSIBLE.search(text[: word.start])) or bool(_LITERATURE.match(text[word.end :]))
        yield _Said(word.route, bool(beside), sentence.kind, away)


def _distance(mention: Mention, word: RouteWord) -> int:
    return max(word.start - mention.end, mention.start - word.end, 0)


def _beside(text: str, mention: Mention, word: RouteWord) -> bool:
    if mention.start <= word.start and word.end <= mention.end:
        return True
    gap = text[word.end : mention.start] if word.end <= mention.start else text[mention.end : word.start]
    return bool(_TIGHT.match(gap))
