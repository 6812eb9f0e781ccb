"""By which routes the watched drug is given. Pure.

A route counts when it stands beside the watched drug or one of its doses, in a sentence that tells what the study does;
what other people's studies did counts in a review only, or where the record says nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from litwatch.appraise.drugs import Drugs, Mention
from litwatch.appraise.level import REVIEWS
from litwatch.appraise.needles import Pattern
from litwatch.appraise.route_words import ROUTES, RouteWord, routes_named
from litwatch.appraise.sentences import Sentence

# Said of the drug itself, or not at all: a block beside it is another drug's.
_TIGHT_ONLY = frozenset({"perineural", "epidural", "caudal", "intrathecal"})
UNSPECIFIED = ("unspecified",)
_INFUSED = Pattern(
    r"\binfus(?:ions?|ed|ing|e)\b|\b(?:[mµμu]g|mcg)/(?:kg/)?(?:h|min)|"
    r"\b[mµμu]g/kg\b[^.;]{0,80}\bover \d+[ -]?(?:min|h)|"
    r"\bdrip\b",
    re.IGNORECASE,
)
_GIVEN = Pattern(
    r"\b(?:administ\w+|given|giv(?:e|ing)|receiv\w+|inject\w+|treatments?|doses?|infusions?|route)\b", re.IGNORECASE
)
_OF_NEXT = re.compile(r"\s*(?:\([^()]{1,12}\)\s*)?(?:bolus (?:of )?|infusion (?:of )?|doses? (?:of )?)?", re.IGNORECASE)
# Other people's work, or what might be done, within a study's own abstract.
_ELSEWHERE = Pattern(
    r"\b(?:consistent with|compared to previous|previous(?:ly)?|prior stud|other stud|literature|has been|have been|"
    r"recently|traditionally|commonly|usually|typically|approved|available|emerged|majority of (?:the )?studies)\b",
    re.IGNORECASE,
)
_POSSIBLE = Pattern(r"\b(?:can|could|may|might|would|should)\s+(?:\w+\s+){0,3}$", re.IGNORECASE)
# "IV ketamine trials" names a literature; "IV ketamine treatment" does not.
_LITERATURE = re.compile(r"^\W*\w+(?:\s+\w+)?\s+(?:trials|studies|literature|protocols in)\b", re.IGNORECASE)
_TIGHT = re.compile(
    r"^[\s()/,-]*(?:(?:\d[\w.%/–-]*|[mµμu]g(?:/\S+)?|mcg\S*|milligrams?|per|kilogram|dosage|at|single|repeated|"
    r"low|dose|sub-?an(?:a)?esthetic|racemic|of|an?|the|infusions?|infused|bolus|"
    r"administration|administered|injections?|therapy|treatment|spray|solution|doses|delivery|formulation|or|"
    r"and|versus|vs\.?|"
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
    implied: bool = False  # by the word infusion alone


def routes_of(sentences: Sequence[Sentence], drugs: Drugs, design: str) -> tuple[str, ...]:
    """Return the routes of the watched drug in the order of `ROUTES`; ``unspecified`` if it is named without one.

    An infusion of which no route is said is an intravenous one: that is what the word means where nothing else is said.
    """
    named = [(sentence, drugs.mentions(sentence.text)) for sentence in sentences]
    if not any(mention.watched for _, mentions in named for mention in mentions):
        return ()
    said = [one for sentence, mentions in named for one in _said(sentence, mentions)]
    said += [one for before, here in pairwise(named) for one in _continued(*before, *here)]
    if _sole(named):
        said += [one for sentence, mentions in named if not mentions for one in _unnamed(sentence)]
    review = design in REVIEWS
    for wanted in (_own, _loose, _infused, _any) if not review else (_titled, _tight, _any):
        chosen = {one.route for one in said if wanted(one)}
        if chosen:
            return tuple(route for route in ROUTES if route in chosen)
    return UNSPECIFIED


def _own(one: _Said) -> bool:
    return one.tight and not one.elsewhere and not one.implied and one.kind in {"title", "aim", "methods"}


def _titled(one: _Said) -> bool:
    return one.kind == "title" and one.tight and not one.implied


def _loose(one: _Said) -> bool:
    return not one.elsewhere and not one.implied and one.kind != "background"


def _infused(one: _Said) -> bool:
    return one.implied and one.kind != "background"


def _tight(one: _Said) -> bool:
    return one.tight and not one.implied


def _any(_one: _Said) -> bool:
    return True


def _sole(named: Sequence[tuple[Sentence, Sequence[Mention]]]) -> bool:
    """Tell whether the title speaks of the watched drug and of no other, so that what is given is that drug."""
    title = [one for sentence, mentions in named if sentence.kind == "title" for one in mentions if not one.inert]
    return bool(title) and all(one.watched for one in title)


def _continued(
    label: Sentence, owners: Sequence[Mention], sentence: Sentence, mentions: Sequence[Mention]
) -> Iterator[_Said]:
    """Yield the routes of a registered arm's description that leaves the drug to the arm's label or name."""
    arm = label.field.partition(".")[0]
    same = "[" in arm and arm == sentence.field.partition(".")[0]
    if same and owners and not mentions and all(one.watched for one in owners):
        for word in routes_named(sentence.text):
            yield _Said(word.route, tight=True, kind=sentence.kind, elsewhere=False)


def _unnamed(sentence: Sentence) -> Iterator[_Said]:
    """Yield the routes of a methods sentence that names no drug but says how treatment was given."""
    if sentence.kind == "methods" and _GIVEN.search(sentence.text) and not _ELSEWHERE.search(sentence.text):
        for word in routes_named(sentence.text):
            yield _Said(word.route, tight=False, kind=sentence.kind, elsewhere=False)
        if _INFUSED.search(sentence.text):
            yield _Said("iv", tight=False, kind=sentence.kind, elsewhere=False, implied=True)


def _said(sentence: Sentence, mentions: Sequence[Mention]) -> Iterator[_Said]:
    text = sentence.text
    active = [mention for mention in mentions if not mention.inert]
    watched = [mention for mention in active if mention.watched]
    if not watched:
        return
    elsewhere = bool(_ELSEWHERE.search(text))
    words = [(word, False) for word in routes_named(text)]
    words += [(RouteWord(match.start(), match.end(), "iv"), True) for match in _INFUSED.finditer(text)]
    for word, implied in words:
        if _of_another(text, word, active):
            continue
        nearest = min(active, key=lambda mention: _distance(mention, word))
        beside = [mention for mention in watched if _beside(text, mention, word)]
        if not nearest.watched and not beside:
            continue
        away = elsewhere or bool(_POSSIBLE.search(text[: word.start])) or bool(_LITERATURE.match(text[word.end :]))
        if word.route in _TIGHT_ONLY and not beside:
            continue
        yield _Said(word.route, bool(beside), sentence.kind, away, implied)


def _of_another(text: str, word: RouteWord, active: Sequence[Mention]) -> bool:
    """Tell whether the route is said of the next drug, and that is not the watched one: `intravenous morphine`."""
    following = next((one for one in active if one.start >= word.end), None)
    between = text[word.end : following.start] if following else ""
    return following is not None and not following.watched and bool(_OF_NEXT.fullmatch(between))


def _distance(mention: Mention, word: RouteWord) -> int:
    return max(word.start - mention.end, mention.start - word.end, 0)


def _beside(text: str, mention: Mention, word: RouteWord) -> bool:
    if mention.start <= word.start and word.end <= mention.end:
        return True
    gap = text[word.end : mention.start] if word.end <= mention.start else text[mention.end : word.start]
    return bool(_TIGHT.match(gap))
