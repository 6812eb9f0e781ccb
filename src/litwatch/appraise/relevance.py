"""Is a record about the topic (core), beside it (adjacent), or off it? Doubt goes to the reader. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from litwatch.appraise.places import Place
from litwatch.appraise.vocabulary import Hit, Vocabulary
from litwatch.model import AnyRecord, Citation, Label

# Conditions that are also everyday side effects: in a list of adverse events they say nothing about the topic.
_SYMPTOM = re.compile(r"headaches?|nausea|dizziness|pain|fatigue|vomiting", re.IGNORECASE)
_SIDE_EFFECTS = re.compile(
    r"adverse|side[ -]effects?|tolerab|tolerated|treatment-emergent|TEAEs?\b|complications?\b|dizziness|nausea|"
    r"vomiting|dissociat|somnolence|sedation|dysgeusia|drowsiness|blurred vision",
    re.IGNORECASE,
)
# Where a record names what it is about, rather than what it also measures.
_HEADLINE = re.compile(r"title|MeSH|keyword|briefTitle|officialTitle|conditions")
_EXCLUSION = re.compile(r"\b(exclud|exclusion|without (?:a )?(?:history of )?headache|no history of)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    place: Place
    word: str
    symptom: bool

    def __str__(self) -> str:
        return f"“{self.word}” in the {self.place.field}"


def label_of(record: AnyRecord, places: Sequence[Place], vocabulary: Vocabulary) -> tuple[Label, str]:
    """Return the label and a sentence that names the words and where they stand."""
    drugs = [mention for place in places for mention in _drugs(place, vocabulary)]
    if not drugs:
        return "off", "no word of the watched drug in the title, abstract, indexing or registry fields"
    core, beside = _conditions(places, vocabulary)
    if _is_animal(record):
        kind = "the record is indexed under animals and not humans"
        return ("adjacent", f"{kind}; {drugs[0]}") if core or beside else ("off", f"{kind}, without the condition")
    headline = [mention for mention in core if _HEADLINE.match(mention.place.field)]
    if headline:
        return "core", f"{drugs[0]} and {headline[0]}"
    told = [mention for mention in core if not (mention.symptom and _incidental(mention.place))]
    specific = [mention for mention in told if not mention.symptom]
    if specific or any(_together(mention.place, vocabulary) for mention in told):
        return "core", f"{drugs[0]} and {(specific or told)[0]}"
    if told:
        return "adjacent", f"{drugs[0]}; {told[0]} only, apart from the drug"
    if beside:
        return "adjacent", f"{drugs[0]}; {beside[0]} is a neighbouring condition"
    if core:
        return "off", f"{core[0]} stands only among side effects or exclusions"
    return "off", f"{drugs[0]}, but no word of the condition"


def _drugs(place: Place, vocabulary: Vocabulary) -> Iterator[_Mention]:
    friends = [(hit.start, hit.end) for hit in vocabulary.false_friends.hits(place.text)]
    for hit in vocabulary.drug.hits(place.text):
        if not any(start <= hit.start < end for start, end in friends):
            yield _Mention(place=place, word=place.text[hit.start : hit.end], symptom=False)


def _conditions(places: Sequence[Place], vocabulary: Vocabulary) -> tuple[list[_Mention], list[_Mention]]:
    """Return the mentions of the condition itself, and those inside a neighbouring condition's name."""
    core: list[_Mention] = []
    beside: list[_Mention] = []
    for place in places:
        neighbours = list(vocabulary.adjacent.hits(place.text))
        beside += [_mention(place, hit) for hit in neighbours]
        core += [
            _mention(place, hit)
            for hit in vocabulary.condition.hits(place.text)
            if not any(near.start < hit.end and hit.start < near.end for near in neighbours)
        ]
    return core, beside


def _mention(place: Place, hit: Hit) -> _Mention:
    word = place.text[hit.start : hit.end]
    return _Mention(place=place, word=word, symptom=bool(_SYMPTOM.fullmatch(word)))


def _incidental(place: Place) -> bool:
    return bool(_SIDE_EFFECTS.search(place.text) or _EXCLUSION.search(place.text))


def _together(place: Place, vocabulary: Vocabulary) -> bool:
    return vocabulary.drug.first(place.text) is not None


def _is_animal(record: AnyRecord) -> bool:
    if not isinstance(record, Citation):
        return False
    headings = {heading.descriptor for heading in record.mesh}
    return "Animals" in headings and "Humans" not in headings
