"""Comparisons told in prose without a second drug to name: with and without, given or not, longer or shorter. Pure.

"Ketamine alone or with dexamethasone" compares two ways of giving the watched drug with what is added, so neither the
addition nor what everybody got is a rival; people before a change are another group than those after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from litwatch.appraise.drugs import Mention
from litwatch.appraise.needles import Pattern
from litwatch.appraise.sentences import Sentence

_OR = r"(?:or|and|versus|vs\.?|against|(?:as )?compared (?:with|to)|in comparison (?:with|to))"
_PLUS = r"(?:with|plus|combined with|together with|(?:in )?(?:a )?combination (?:with|of)|added to|adding|\+)"
# What is added is named before or after; the words between are the other way of giving it.
_WITHOUT = Pattern(rf"\bwith\W+{_OR}\W+(?:with)?out\s", re.IGNORECASE)
_ALONE = Pattern(
    rf"\b(?P<first>alone)\b\S*\s+(?:\S+\s+){{0,8}}?{_OR}\s+(?:\S+\s+){{0,9}}?{_PLUS}\s|"
    rf"\b{_PLUS}\s[^.;]{{2,90}}?\b{_OR}\s+(?:\S+\s+){{0,7}}?(?P<last>alone|only)\b",
    re.IGNORECASE,
)
_ADJECTIVES = re.compile(r"(?:[\w-]+\s+){0,2}")
_TREATMENT = re.compile(r"^[^.;,]{0,40}\b(?:blocks?|stimulation|therapy|psychotherapy|imagery|training|infusions?)\b")
_PEOPLE = (
    r"(?:patients|adults|children|controls?|women|men|people|persons|those|others|attacks|admissions|visits|groups?)"
)
_NOT_GIVEN = Pattern(
    rf"\b{_PEOPLE}\b[^.;]{{0,40}}?\b(?:did not|had not|were not|not|never) (?:been )?(?:receiv\w+|given|treated with|"
    r"tak\w+|us\w+|hav\w+|get|got)\s+(?:any\s+)?(?:\w+\s+){0,2}$|"
    rf"\b(?:{_OR}|than) (?:to |those (?:given|on|with) )?(?:no|none of the)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_NON_USERS = Pattern(r"\bnon-?(?:users|recipients)\b", re.IGNORECASE)
_OLD_DAYS = Pattern(
    r"\bhistorical (?:controls?|cohorts?|comparisons?|groups?)\b|"
    r"\bbefore\b[^.;]{0,60}?\b(?:and|with|to|or)\b[^.;]{0,60}?\bafter\b[^.;]{0,80}?\b(?:introduc\w+|implement\w+|"
    r"launch\w*|adopt\w+|order set|protocol|pathway|polic(?:y|ies))|"
    r"\bafter\b[^.;]{0,80}?\bcompared (?:with|to)\b[^.;]{0,80}?\bbefore\b|"
    r"\b(?:year|years|months|period|era|cohort)\s+before\b[^.;]{0,60}?\bafter\b|"
    r"\bpre-?(?:implementation|introduction|protocol) (?:group|period|cohort|phase)\b|"
    r"\bbefore the (?:introduction|implementation)\b[^.;]{0,60}\bwith\b",
    re.IGNORECASE,
)
_COUNT = (
    r"(?:\d+(?:\.\d+)?|an?|single|one|two|three|four|five|six|seven|eight|ten|twelve|short|long|brief|repeated|serial)"
)
_COURSE = r"(?:infusions?|courses?|treatments?|doses?|sprays?|boluses|bolus)"
_LENGTHS = Pattern(
    rf"\b{_COUNT}(?:[- ](?:hours?|h|days?|d|min|minutes?|weeks?))?[- ](?:\w+ )?{_COURSE}\s+(?:of [\w-]+ )?"
    rf"{_OR}\s+(?:to\s+)?(?:an? )?{_COUNT}(?:[- ](?:hours?|h|days?|d|min|minutes?|weeks?))?[- ](?:\w+ )?{_COURSE}\b|"
    rf"\b(?:high|low)(?:er)?(?:[- ]dose)?,? {_OR} (?:a )?(?:high|low)(?:er)?[- ]dose\b|"
    r"\bone \w+ with \d[^.;]{0,30}? and (?:one|another|the (?:next|other)) with \d[^.;]{0,30}? of\b|"
    rf"\b(?:single|one) {_OR} (?:repeated|multiple|serial|two|three|four|six) {_COURSE}\b|"
    rf"\b(?:repeated|multiple|serial) {_OR} (?:a )?(?:single|one) (?:\w+ ){{0,2}}{_COURSE}\b|"
    rf"\b{_COUNT}[- ](?:hours?|h|days?|d|min|minutes?|weeks?)[- ](?:\w+ )?{_COURSE}\b(?:[^.;]|"
    rf"\.\d){{0,80}}?\b(?:while|whereas|and) "
    rf"(?:[\w-]+ ){{0,3}}(?:received|had|got|were given) (?:an? )?{_COUNT}[- ](?:hours?|h|days?|d|min|minutes?|weeks?)"
    rf"[- ](?:\w+ )?{_COURSE}\b",
    re.IGNORECASE,
)
# Before the watched drug: the control group had it too, or there were several doses of it.
_CONTROL_TOO = Pattern(
    r"\b(?:control|comparison|comparator|second|other)\s+(?:group|arm)s?\b[^.;]{0,60}?\b(?:received|got|had|given)\b"
    r"(?![^.;]*(?:placebo|saline))[^.;]{0,90}$|"
    r"\b(?:two|three|four|different)\s+(?:different\s+|sub\w+\s+)?(?:doses|dose levels|regimens|infusion rates|"
    r"routes)\s+of\s+"
    r"(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_UNNAMED = Pattern(
    r"\b(?P<name>(?:other )?active (?:comparators?|controls?(?! condition)|interventions?|treatments?|drugs?|agents?)|"
    r"other (?:analgesics?|opioids|abortive \w+|antimigraine drugs|active drugs))\b",
    re.IGNORECASE,
)

BEFORE = "before the change"
Told = tuple[str, str, int, int]  # name, type, start and end in the sentence


def told_in_prose(sentence: Sentence, mentions: Sequence[Mention], ours: Sequence[Mention]) -> Iterator[Told]:
    """Yield what ``sentence`` compares without naming a rival drug; ``ours`` are the watched drug's ``mentions``."""
    text = sentence.text
    if not ours:
        return
    for match in _WITHOUT.finditer(text):
        following = next((one for one in mentions if one.start >= match.end()), None)
        added = following if following and _ADJECTIVES.fullmatch(text[match.end() : following.start]) else None
        if added is not None or _TREATMENT.match(text[match.end() :]):  # not "migraine with or without aura"
            yield f"without {added.name}" if added else f"{ours[0].name} alone", "other", *match.span()
    for match in _ALONE.finditer(text):
        end = match.start("first") if match["first"] else match.start("last")
        single = next((one for one in reversed(mentions) if one.end <= end), ours[0])
        yield f"{single.name} alone", "other", *match.span()
    for match in _NON_USERS.finditer(text):
        yield f"no {ours[0].name}", "other", *match.span()
    for one in ours:
        without = _NOT_GIVEN.search(text[: one.start])
        if without is not None:
            yield f"no {one.name}", "other", without.start(), one.end
        several = _CONTROL_TOO.search(text[: one.start])
        if several is not None:
            yield f"{one.name} in another dose", "dose_or_route", several.start(), one.end
    for match in _LENGTHS.finditer(text):
        yield match[0], "dose_or_route", match.start(), match.end()


def before_a_change(sentence: Sentence) -> Iterator[Told]:
    """Yield the people before a change who were compared with those after it."""
    for match in _OLD_DAYS.finditer(sentence.text):
        yield BEFORE, "other", match.start(), match.end()


def unnamed_rivals(sentence: Sentence) -> Iterator[Told]:
    """Yield the drugs that a synthesis compares with and does not name."""
    for match in _UNNAMED.finditer(sentence.text):
        yield match["name"].lower(), "active", match.start(), match.end()
