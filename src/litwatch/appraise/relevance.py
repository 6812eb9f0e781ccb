"""Is a record about the topic (core), beside it (adjacent), or off it? Doubt goes to the reader. Pure.

Core is the watched drug and the watched condition in people. A condition that is also an everyday side effect
("headache") must be what is treated, not what was suffered from the treatment; a condition that names a neighbour
(post-dural puncture headache) makes a record adjacent. Where nothing but a title is known, a title on the condition
that names no other treatment is kept as core: what it says of the drug cannot be known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from litwatch.appraise.drugs import Drugs
from litwatch.appraise.needles import Pattern
from litwatch.appraise.places import Place
from litwatch.appraise.vocabulary import Hit, Vocabulary
from litwatch.model import AnyRecord, Citation, Label, QuestionHit

# Conditions that are also everyday side effects.
_SYMPTOM = re.compile(r"headaches?|nausea|dizziness|pain|fatigue|vomiting", re.IGNORECASE)
_SIDE_EFFECTS = Pattern(
    r"adverse|side[ -]effects?|tolerab|tolerated|treatment-emergent|TEAEs?\b|complications?\b|dizziness|nausea|"
    r"vomiting|dissociat|somnolence|sedation|dysgeusia|drowsiness|blurred vision|\bon recovery\b|"
    r"(?:report\w*|experienc\w+|develop\w*|list\w*|complain\w*)(?: of)? (?:\w+ )?headaches?\b|"
    r"incidence of (?:\w+ )?headaches?\b|headaches? (?:was|were) (?:\w+ )?(?:reported|observed|common|noted|seen)",
    re.IGNORECASE,
)
_EXCLUSION = Pattern(
    r"\bexclu(?:d|sion)|\bwithout (?:a )?(?:history of )?(?:headache|migraine)|\bno history of|\bhistory of (?:\w+ )?"
    r"(?:headache|migraine)s? (?:was|were|or)|\bcontraindicat|\b(?:was|were) not (?:studied|examined|included|"
    r"considered|treated)\b",
    re.IGNORECASE,
)
# The symptom as what brings people to treatment.
_TREATED = Pattern(
    r"\b(?:primary|chronic|acute|refractory|intractable|severe|benign|cluster|tension[- ]type|daily|patients with|for|"
    r"treat(?:ment|ing) (?:of )?|relief of|adults with|children with|presenting with|diagnos\w+ (?:of|with))"
    r" (?:[\w-]+ ){0,3}headaches?\b|\bheadaches? (?:patients?|disorders?|clinics?|cent(?:er|re)s?|days?|severity|"
    r"intensity|attacks?|relief|medicine|treatment|management|specialist)\b",
    re.IGNORECASE,
)
# One of many ailments that a sentence lists in passing.
_LISTED = Pattern(
    r"\b(?:such as|including|includ\w+|e\.?g\.?|like|conditions|disorders|etc)\b[^.;]*?,[^.;]*$", re.IGNORECASE
)
_HEADLINE = re.compile(r"title|MeSH|keyword|briefTitle|officialTitle|conditions")
_MENTIONS_MOST = 9  # of one place: a text that repeats a word ten thousand times says no more
_TITLES = frozenset({"title", "briefTitle", "officialTitle"})
_ANIMAL = Pattern(
    r"\b(?:rats?|mice|mouse|animals?|rodents?|cats?|gerbils?|swine|pigs?|rabbits?|monkeys?)\b", re.IGNORECASE
)
_ANAESTHETIC = Pattern(
    r"\b(?:an(?:a)?esthe\w+|xylazine|euthan\w+|sedat\w+)\b|ketamine[ /-]+(?:and )?xylazine", re.IGNORECASE
)
_PROCEDURE = Pattern(
    r"\b(?:block|stimulation|surgery|acupuncture|laser|diet|massage|biofeedback|exercise|device|critical appraisal)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    place: Place
    word: str
    start: int
    symptom: bool = False

    def __str__(self) -> str:
        return f"“{self.word}” in the {self.place.field}"

    @property
    def headline(self) -> bool:
        """Whether a record names here what it is about, rather than what it also measures."""
        return bool(_HEADLINE.match(self.place.field))


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What the label is decided from: the record, its places, its drugs, its design and the questions it bears on."""

    record: AnyRecord
    places: Sequence[Place]
    drugs: Drugs
    design: str
    questions: Sequence[QuestionHit]


def label_of(topic: Topic, vocabulary: Vocabulary) -> tuple[Label, str]:
    """Return the label and a sentence that names the words and where they stand."""
    drugs = [mention for place in topic.places for mention in _drugs(place, topic.drugs)]
    core, beside = _conditions(topic.places, vocabulary)
    if not drugs:
        return _undrugged(topic, core, beside, vocabulary)
    if _is_animal(topic):
        return _preclinical(topic, drugs, core, beside)
    told = [mention for mention in core if _is_told(mention)]
    used = [mention for mention in drugs if not _EXCLUSION.search(mention.place.text)]
    if told and (used or any(mention.headline for mention in drugs)):
        headline = next((mention for mention in told if mention.headline), None)
        return "core", f"{(used or drugs)[0]} and {headline or told[0]}"
    if told:
        return "adjacent", f"{told[0]}, but {drugs[0]} stands among exclusions"
    near = [mention for mention in beside if mention.headline] or (beside if not core else [])
    if near:
        return "adjacent", f"{drugs[0]}; {near[0]} is a neighbouring condition"
    listed = [mention for mention in core if not (mention.symptom or _EXCLUSION.search(mention.place.text))]
    if listed:
        return "adjacent", f"{drugs[0]}; {listed[0]} as one of several ailments"
    return _unconditioned(topic, drugs, core, vocabulary)


def _undrugged(
    topic: Topic, core: Sequence[_Mention], beside: Sequence[_Mention], vocabulary: Vocabulary
) -> tuple[Label, str]:
    absent = "no word of the watched drug in the title, abstract, indexing or registry fields"
    titles = [place for place in topic.places if place.field in _TITLES]
    bare = all(place.field in _TITLES or place.field.startswith("conditions") for place in topic.places)
    other = any(
        topic.drugs.mentions(place.text)
        or vocabulary.false_friends.first(place.text)
        or _PROCEDURE.search(place.text)
        or _ANIMAL.search(place.text)
        for place in titles
    )
    if bare and core and not beside and not other:
        return "core", f"{core[0]}; nothing but the title is known, so what it says of the drug cannot be told"
    return "off", absent


def _preclinical(
    topic: Topic, drugs: Sequence[_Mention], core: Sequence[_Mention], beside: Sequence[_Mention]
) -> tuple[Label, str]:
    kind = "not in people"
    if not (core or beside):
        return "off", f"{kind}; {drugs[0]}, but no word of the condition"
    if all(_ANAESTHETIC.search(mention.place.text) for mention in drugs) and not _tested(topic, drugs):
        return "off", f"{kind}; {drugs[0]} only as an anaesthetic"
    return "adjacent", f"{kind}; {drugs[0]} and {(core or beside)[0]}"


def _tested(topic: Topic, drugs: Sequence[_Mention]) -> bool:
    """Return whether the title itself is about the drug, not about how animals were put to sleep."""
    return any(
        mention.place.field in _TITLES and not _ANAESTHETIC.search(mention.place.text)
        for mention in drugs
        if mention.place in topic.places
    )


def _unconditioned(
    topic: Topic, drugs: Sequence[_Mention], core: Sequence[_Mention], vocabulary: Vocabulary
) -> tuple[Label, str]:
    kept = {signals.id for signals in vocabulary.questions if signals.adjacent}
    hit = next((hit for hit in topic.questions if hit.id in kept and hit.strength == "evidence"), None)
    if hit is not None and hit.quote.field in _TITLES and any(mention.place.field in _TITLES for mention in drugs):
        return "adjacent", f"{drugs[0]}, without the condition, but bears on {hit.id} (“{', '.join(hit.words)}”)"
    if core:
        return "off", f"{core[0]} stands only among side effects, exclusions or other ailments"
    return "off", f"{drugs[0]}, but no word of the condition"


def _drugs(place: Place, drugs: Drugs) -> list[_Mention]:
    watched = [one for one in drugs.mentions(place.text) if one.watched]
    return [
        _Mention(place=place, word=place.text[one.start : one.end], start=one.start) for one in watched[:_MENTIONS_MOST]
    ]


def _conditions(places: Sequence[Place], vocabulary: Vocabulary) -> tuple[list[_Mention], list[_Mention]]:
    """Return the mentions of the condition itself, and those inside a neighbouring condition's name."""
    core: list[_Mention] = []
    beside: list[_Mention] = []
    for place in places:
        neighbours = list(vocabulary.adjacent.hits(place.text))
        beside += [_mention(place, hit) for hit in neighbours[:_MENTIONS_MOST]]
        own = (
            _mention(place, hit)
            for hit in vocabulary.condition.hits(place.text)
            if not any(near.start < hit.end and hit.start < near.end for near in neighbours)
        )
        core += islice(own, _MENTIONS_MOST)
    return core, beside


def _mention(place: Place, hit: Hit) -> _Mention:
    word = place.text[hit.start : hit.end]
    return _Mention(place=place, word=word, start=hit.start, symptom=bool(_SYMPTOM.fullmatch(word)))


def _is_told(mention: _Mention) -> bool:
    """Return whether a record is about the condition where it is named, not merely passing it."""
    text = mention.place.text
    if mention.headline:
        return not (mention.symptom and _SIDE_EFFECTS.search(text) and not _TREATED.search(text))
    if _EXCLUSION.search(text):
        return False
    if mention.symptom:
        return _TREATED.search(text) is not None and _SIDE_EFFECTS.search(text) is None
    return _LISTED.search(text[: mention.start]) is None


def _is_animal(topic: Topic) -> bool:
    if topic.design in {"animal", "in_vitro"}:
        return True
    if not isinstance(topic.record, Citation):
        return False
    headings = {heading.descriptor for heading in topic.record.mesh}
    if headings:
        return "Animals" in headings and "Humans" not in headings
    return _ANIMAL.search(topic.record.title) is not None and not topic.record.abstract
