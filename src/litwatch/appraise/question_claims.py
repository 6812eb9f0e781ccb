"""What a sentence claims that no single word tells: who gained more from a treatment, how long it was taken. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from litwatch.appraise.drugs import Mention
from litwatch.appraise.needles import Pattern
from litwatch.appraise.times import MINUTES, Length, lengths_in

# What a treatment is meant to bring about, in the words of results.
_GAIN = (
    r"(?:respon(?:se|ses|ded|ders?|d)|relief|improv\w+|benefit\w*|gain(?:ed|s)?|pain[- ]free\w*|remission|relaps\w+|"
    r"efficacy|success|outcomes?|reductions?)"
)
_LINKED = r"(?:associat\w+|correlat\w+|linked|related|independent|predict\w+)"
_RESPONDERS = Pattern(
    r"\bnon-?responders?\b(?!\s*(?:who |were |was |could |then |to )*(?:re-?|also |later |then |"
    r"randomly )*(?:receiv|random|"
    r"assign|offered|given|eligible|enter|cross|continu|got\b))|"
    r"\bresponders?\b[^.;]{0,60}?\b(?:versus|vs\.?|than|compared|did not differ|differed|were (?:younger|"
    r"older|more|less)|had (?:more|less|fewer|higher|lower|shorter|longer))\b|"
    r"\b(?:between|versus|vs\.?|than(?: in)?) (?:\w+ )?responders?\b",
    re.IGNORECASE,
)
# "Age was associated with relief"; "relief was independent of genotype".
_GAINED = (
    r"(?:response|relief|improvements?|benefits?|pain freedom|remission|relapses?|efficacy|outcomes?|"
    r"(?:fall|drop|decrease|reduction|decline)s? in (?:monthly )?(?:headache|migraine|pain|attack)\w*)"
)
_ASSOCIATED = Pattern(
    rf"\b{_LINKED}\s+(?:\w+\s+){{0,2}}?(?:with|to|of)\s+(?:[\w-]+\s+){{0,4}}?{_GAINED}\b|"
    rf"\b{_GAINED}\b[^.;]{{0,60}}?\b(?:was|were|is|are)\s+(?:[\w-]+\s+){{0,3}}?{_LINKED}\s+(?:with|to|of|on)\b|"
    rf"\b{_GAINED}\b[^.;]{{0,40}}?\b(?:did not depend|depended|regardless|irrespective)\b",
    re.IGNORECASE,
)
# "Relief did not differ between those with and without aura"; "relapse was faster in those with overuse".
_WHOSE = (
    r"(?:(?:those|patients|women|men|people|participants|adults|children|individuals|carriers)\s+(?:with|without|"
    r"who|whose|"
    r"taking|using|on|of)|women|men|girls|boys|smokers|opioid users|carriers)"
)
_COMPARED = (
    r"(?:more|less|better|worse|faster|slower|greater|smaller|higher|lower|longer|shorter|commoner|rarer|earlier|later|"
    r"oftener)"
)
_BY_FEATURE = Pattern(
    rf"\b{_GAIN}\b[^.;]{{0,50}}?\b(?:differ\w*|{_COMPARED}|similar|alike|the same)\b[^.;]{{0,40}}?"
    rf"\b(?:between|among|in|for|by)\s+(?:the\s+)?(?:{_WHOSE}|sex|age|diagnosis|aura|genotype)\b|"
    rf"\b{_WHOSE}\b[^.;]{{0,50}}?\b(?:respond\w*|improv\w+|benefit\w*|gain\w*)\b[^.;]{{0,25}}?\b{_COMPARED}\b|"
    rf"\bwith (?!ketamine|esketamine|treatment|placebo)(?P<feature>[\w-]+)\b[^.;]{{0,60}}?\bwithout (?P=feature)\b"
    rf"[^.;]{{0,40}}?\b{_GAIN}|"
    r"\b(?:pre-?specified|exploratory|post[- ]hoc|other|all|any|no|every) sub-?groups?\b|\bby sub-?group\b|"
    r"\bsub-?group (?:analys\w+|effects?|differences?)\b|\beffect modif\w+|\b(?:treatment )?interaction\s*(?:\(|p\b|"
    r"by\b|between\b|with\b)|"
    rf"\b(?:more|less) likely to (?:respond|improve|benefit|relapse|report relief)\b",
    re.IGNORECASE,
)
# What is associated is the treatment itself, or what changed with it.
_OF_TREATMENT = Pattern(
    r"\b(?:treatments?|therapy|ketamine|esketamine|drugs?|augmentation|infusions?|sprays?|doses?|concentrations?|"
    r"changes? in)\b"
    r"[^.;,]{0,40}?\b(?:was|were|is|are|being)\s+(?:[\w-]+\s+){0,2}?(?:associat|correlat|linked|related|independent|"
    r"mediat)",
    re.IGNORECASE,
)
# Between groups of treatment, not of people: no answer to who benefits.
_BY_TREATMENT = Pattern(
    r"\b(?:both|two|three|treatment|study|ketamine|placebo|control) (?:groups?|arms?)\b|\bplacebo responders?\b|"
    r"\bresponders? rates?\b|\b50 ?% responders?\b",
    re.IGNORECASE,
)
_ABOUT = r"(?:up to |at least |about |around |more than |over |an? (?:mean|median|average) of |(?:mean|median) |the )*"
_TAKEN = Pattern(
    r"\b(?:took|taken|taking|takes?|us(?:ed?|es|ing)|receiv\w+|treat(?:ed|ment|ments)|given|gave|continu\w+|"
    r"maintain\w*|"
    r"maintenance|exposure|therapy|infusions?|injections?|dosing|dosed|sprays?|lozenges?|tablets|on)\b[^.;]{0,80}?"
    rf"\b(?:for|over|during)\s+{_ABOUT}$|"
    rf"\b(?:daily|weekly|nightly|monthly|(?:a|per|each|every) (?:day|week|month|night))\s+(?:for|over|"
    rf"during)\s+{_ABOUT}$|"
    r"\b(?:duration of (?:treatment|therapy|use|exposure)|treatment (?:duration|lasted|period)|exposure)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_OF_USE = Pattern(
    r"^[\s-]*(?:of )?(?:(?!following|after|before|from|post|since|later|of)[\w-]+ ){0,3}?(?:treatment|therapy|use|"
    r"exposure|dosing|maintenance|(?:open-label )?extension)\b",
    re.IGNORECASE,
)
_OF_DRUG = re.compile(r"\s+of\s+(?!age)(?:[\w-]+\s+){0,3}")
_NOT_TAKEN = Pattern(
    r"\b(?:headaches?|migraine|pain|history|symptoms|ill|disease)\s*(?:for|over)?\s*$|"
    r"\b(?:follow\w*|assess\w*|telephone\w*|visit\w*|call\w*|measured|recorded|rated|monitor\w*|scores?|"
    r"counted)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_LONG_TERM = Pattern(r"\blong[- ]term (?:[\w-]+ ){0,2}$", re.IGNORECASE)
_FOR_LONG = MINUTES["year"]  # what "long-term" without a length counts as


def tells_who_gains(text: str) -> bool:
    """Tell whether ``text`` sets response against a feature of people, whatever it found."""
    if _RESPONDERS.search(text) or (_ASSOCIATED.search(text) and not _OF_TREATMENT.search(text)):
        return True
    return _BY_FEATURE.search(text) is not None and _BY_TREATMENT.search(text) is None


def exposure_minutes(text: str, mentions: Sequence[Mention]) -> float:
    """Return the longest time, in minutes, for which ``text`` says the watched drug was taken; 0.0 where it says none.

    Of several drugs in ``mentions`` the nearest before the length is meant, or the one that follows "of".
    """
    taken = 0.0
    for one in mentions:
        if one.watched and _LONG_TERM.search(text[: one.start]):
            taken = _FOR_LONG
    for length in lengths_in(text):
        if length.index or MINUTES[length.unit] < MINUTES["day"]:
            continue
        before, after = text[: length.start], text[length.end :]
        drug = _meant(text, length, mentions)
        if drug is not None and not drug.watched:
            continue
        if (
            (_TAKEN.search(before) and not _NOT_TAKEN.search(before))
            or _OF_USE.match(after)
            or _names(text, length, drug)
        ):
            taken = max(taken, length.minutes)
    return taken


def _meant(text: str, length: Length, mentions: Sequence[Mention]) -> Mention | None:
    active = [one for one in mentions if not one.inert]
    following = next((one for one in active if _OF_DRUG.fullmatch(text[length.end : max(one.start, length.end)])), None)
    return following or next((one for one in reversed(active) if one.end <= length.start), None)


def _names(text: str, length: Length, drug: Mention | None) -> bool:
    """Tell whether the drug follows its length: "two years of oral ketamine"."""
    return (
        drug is not None and drug.start >= length.end and _OF_DRUG.fullmatch(text[length.end : drug.start]) is not None
    )
