"""Who left a study early, or completed it, in the numbers the record prints, each with its sentence. Pure.

Nothing is computed: "18 of 30 completed" is told as such, not as twelve who withdrew. Withdrawal of a drug, its
symptoms, and a trial that was itself stopped are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from litwatch.appraise.adverse_words import EVENTS, NAMED
from litwatch.appraise.needles import Pattern
from litwatch.appraise.numbers import NUMBER, value_of
from litwatch.appraise.sentences import Sentence
from litwatch.model import Withdrawal

_SILENT = frozenset(
    {"protocol", "registry_entry", "guideline", "narrative_review", "systematic_review", "meta_analysis"}
    | {"animal", "in_vitro"}
)
_READ = frozenset({"methods", "results", "conclusion"})
_PEOPLE = (
    r"(?:(?:[\w-]+\s+){0,2}?(?:patients?|participants?|subjects?|people|individuals?|volunteers?|child(?:ren)?|adults?|veterans?|users?|"
    r"wom[ae]n|m[ae]n|encounters?))"
)
_SHARE = r"(?:\s*\(\s*(?P<share{0}>\d+(?:[.·]\d+)?)\s?%[^()]*\))?"
_SHARES = tuple(_SHARE.replace("{0}", str(index)) for index in range(3))
_OF = rf"(?:\s+(?:out\s+)?of\s+(?:the\s+|all\s+)?(?P<all>{NUMBER}))?"
_WHY = (
    r"(?:due to|because|owing to|secondary to|as a result of|early|prematurely|"
    r"for (?:adverse|lack|side|intoler|personal))"
)
_STUDY = (
    r"(?:study|trial|treatments?|therapy|medication|drug|participation|infusions?|injections?|sprays?|protocol|course|"
    r"phase|follow-?up|regimen|series|sessions?|attacks|periods|visits|arms)"
)
_LEFT = (
    rf"(?:withdrew|dropped\s+out|(?:was|were)\s+withdrawn|left\s+the\s+{_STUDY}|(?:was|were)\s+lost\s+to\s+follow-?up|"
    r"(?:discontinued|stopped|ceased|terminated|quit)"
    r"(?=(?:\s+(?:(?!opioid|triptan|prevent|prophyl|analges|smok)[\w-]+\s+){0,3}?"
    rf"(?:{_STUDY}\b|{_WHY})|(?:\s+(?!opioid|triptan|prevent|prophyl|analges|smok)[\w-]+)?\s*[,.;(]|\s*$))|(?:did\s+not|failed\s+to|could\s+not)\s+complete\b)"
)
_SOME = Pattern(
    rf"(?P<n>{NUMBER}){_SHARES[0]}{_OF}{_SHARES[1]}(?:\s+{_PEOPLE})?{_SHARES[2]}"
    rf"(?:\s+(?:in|from|on|receiving)\s+(?:the\s+)?[\w-]+(?:\s+(?:group|arm))?)?,?"
    rf"(?:\s+(?:more|others?|of\s+(?:them|whom|these)))?\s+(?:(?:also|then|subsequently|later|prematurely|voluntarily|"
    rf"who|have|had)\s+){{0,2}}(?P<verb>{_LEFT})",
    re.IGNORECASE,
)
# "Two on the drug and one on the other withdrew": the first of them.
_FIRST = Pattern(
    rf"(?P<n>{NUMBER})(?:\s+{_PEOPLE})?\s+(?:on|in|from|receiving)\s+[\w -]{{2,40}}?\s+and\s+{NUMBER}"
    rf"(?:\s+{_PEOPLE})?\s+(?:on|in|from|receiving)\s+[\w -]{{2,40}}?\s+{_LEFT}",
    re.IGNORECASE,
)
_NOBODY = Pattern(
    rf"\b(?:no|none(?:\s+of\s+(?:the|our))?|not\s+one|nobody|no\s+one)\b(?:\s+{_PEOPLE})?\s+(?:\w+\s+)?{_LEFT}|"
    r"\b(?:no|without(?: any)?)\s+(?:(?!drug|opioid|medication|alcohol)[\w-]+\s+){0,2}?"
    r"(?:drop-?outs?|withdrawals|discontinuations?)\b(?!\s+symptom)",
    re.IGNORECASE,
)
_NOUN = (
    r"\b(?<!opioid )(?<!drug )(?<!alcohol )(?<!overuse )(?:drop-?outs?|withdrawals?|discontinu(?:ations?|ed|ing)|"
    r"attrition|(?:was|were)\s+(?:stopped|terminated|halted|interrupted)|(?:early|premature)\s+(?:termination|cessation))(?!\s+(?:symptoms?|syndrome|signs?|headaches?|of\s+(?:the\s+)?(?:overused|acute|opioid)))"
)
_COUNTED = Pattern(
    rf"{_NOUN}[^.;]{{0,60}}?\b(?:in|by|among|for)\s+(?P<n>{NUMBER}){_SHARES[0]}{_OF}\s*{_PEOPLE}{_SHARES[1]}|"
    rf"(?P<n2>{NUMBER})\s+(?:[\w-]+\s+)?(?:drop-?outs?|withdrawals|discontinuations?)\b|"
    rf"{_NOUN}\s*\(?n\s?=\s?(?P<n3>\d+)|"
    r"\b(?:drop-?out|discontinuation|attrition|withdrawal)\s+rates?\s+(?:\w+\s+){0,4}?(?:was|were|of)\s+"
    r"(?P<rate>\d+(?:[.·]\d+)?)\s?%",
    re.IGNORECASE,
)
_COMPLETED = Pattern(
    rf"(?<!men and )(?:(?P<every>\ball)(?:\s+(?:of\s+)?(?:the\s+)?(?P<n>{NUMBER}))?|"
    rf"(?P<n2>{NUMBER}){_SHARES[0]}{_OF}{_SHARES[1]})(?:\s+{_PEOPLE})?{_SHARES[2]}"
    r"(?:\s+(?:in|from)\s+(?:the|each)\s+(?:[\w-]+\s+)?(?:group|arm))?\s+(?:who\s+)?(?:have\s+|had\s+|successfully\s+)?"
    r"completed(?=\s+(?:the|all|both|their|at least|every|a|its)?\s*(?:[\w-]+\s+){0,3}?"
    rf"{_STUDY}\b|\s*[,.;(]|\s*$|\s+and\b)",
    re.IGNORECASE,
)
_CAUSE = Pattern(
    r"\b(?P<no>(?:none|not|no)\b[^.;,]{0,14})?(?:due to|because of|owing to|for|from|secondary to|as a result of|"
    rf"after|by)\s[^.;]{{0,50}}?(?P<event>{EVENTS}|{NAMED.pattern}|intoleran\w+|toxicity)|"
    rf"(?P<led>(?:{EVENTS})[^.;]{{0,30}}\b(?:led|leading|result\w*|caus\w+)\b)|"
    r"(?P<effect>lack of (?:\w+ )?(?:efficacy|effect\w*|benefit|response|improvement)|inefficacy|ineffective\w*|"
    r"insufficient)",
    re.IGNORECASE,
)


def withdrawals_of(sentences: Sequence[Sentence], design: str) -> tuple[Withdrawal, ...]:
    """Return who left or completed a study, in reading order; () for plans, reviews and where nothing is stated."""
    if design in _SILENT:
        return ()
    found: dict[tuple[object, ...], Withdrawal] = {}
    for sentence in sentences:
        if sentence.kind in _READ:
            for one in _in_sentence(sentence):
                found.setdefault((one.kind, one.people, one.of, one.percent), one)
    return tuple(found.values())


def _in_sentence(sentence: Sentence) -> Iterator[Withdrawal]:
    text = sentence.text
    for match in _FIRST.finditer(text):
        yield _withdrew(sentence, match, _number(match["n"]))
    for match in _SOME.finditer(text):
        shares = tuple(match[f"share{index}"] for index in range(3))
        yield _withdrew(sentence, match, _number(match["n"]), _number(match["all"]), _share(shares))
    nobody = _NOBODY.search(text)
    if nobody:
        yield _withdrew(sentence, nobody, 0)
    for match in _COUNTED.finditer(text):
        number = match["n"] or match["n2"] or match["n3"]
        yield _withdrew(
            sentence,
            match,
            _number(number),
            _number(match["all"]),
            _share((match["share0"], match["share1"], match["rate"])),
        )
    for match in _COMPLETED.finditer(text):
        share = 100.0 if match["every"] else _share(tuple(match[f"share{index}"] for index in range(3)))
        yield Withdrawal(
            kind="completed",
            people=_number(match["n"] or match["n2"]),
            of=_number(match["all"]),
            percent=share,
            quote=sentence.quote(),
        )


def _withdrew(
    sentence: Sentence, match: re.Match[str], people: int | None, of: int | None = None, percent: float | None = None
) -> Withdrawal:
    because = None if people == 0 else _because(sentence.text, match)
    return Withdrawal(kind="withdrew", people=people, of=of, percent=percent, because=because, quote=sentence.quote())


def _because(text: str, match: re.Match[str]) -> str | None:
    """Return why, where the words beside a count say so: adverse_events, lack_of_effect or lost_to_followup."""
    if re.search(r"\blost\s+to\s+follow", match[0], re.IGNORECASE):
        return "lost_to_followup"
    beside = text[max(0, match.start() - 60) : match.end() + 90]
    cause = _CAUSE.search(text[match.start() : match.end() + 90]) or _CAUSE.search(beside)
    if cause is None or cause["no"]:
        return None
    return "lack_of_effect" if cause["effect"] else "adverse_events"


def _number(text: str | None) -> int | None:
    return value_of(text) if text else None


def _share(found: Sequence[str | None]) -> float | None:
    return next((float(one.replace("·", ".")) for one in found if one), None)
