"""Counts of people (or animals) in a sentence, each with what the words around it say of it. Pure.

A count is weighed here and chosen in `litwatch.appraise.population`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from litwatch.appraise.needles import Pattern
from litwatch.appraise.numbers import NUMBER, value_of
from litwatch.appraise.sentences import Sentence
from litwatch.appraise.weighing import weight_of

PEOPLE = (
    r"(?:(?!within|between)[A-Za-z]+[-–])?(?:(?:in|out)?patients?|participants?|subjects?|volunteers?|adults?|children|adolescents?|youths?|"
    r"men|women|males?|females?|boys|girls|individuals?|persons?|people|respondents?|sufferers?|migraineurs?|"
    r"(?:ex-|poly)?users|non-?users|veterans|parturients?|mothers|infants|neonates|toddlers|students|adults|elders|"
    r"survivors|smokers|drinkers|abusers|addicts|attendees|consumers|members|controls|completers|cases|"
    r"responders|enrollees|(?-i:Ss)|recruits|candidates|twins|siblings|brothers|sisters|carers|caregivers|clinicians|physicians|students)"
)
ANIMALS = (
    r"(?:rats|mice|animals|rabbits|cats|dogs|monkeys|macaques|pigs|piglets|gerbils|guinea[ -]pigs|sheep|swine|horses|"
    r"baboons|rodents|ferrets|hamsters|zebrafish|birds|pups|primates|marmosets|beagles)"
)
ENCOUNTERS = r"(?:encounters|visits|admissions|episodes|procedures|hospitali[sz]ations|records|charts)"
SAMPLES = r"(?:samples|dyads|pairs|families|households)"
_PLAIN = re.compile(
    r"(?:of|in|with|to|for|from|were|was|is|are|who|that|which|at|on|by|per|than|within|during|after|before|over|versus|"
    r"vs|had|has|have|did|received|or|into|between|among|under|as|when|while|but|not|times?|"
    r"items?|points?|percent|per|cent|cent(?:er|re)s?|sites?|hospitals?|clinics|countries|groups?|arms|studies|trials|"
    r"rcts?|articles|papers|periods?|phases?|stages?|reported|published|previous|publications|reports|doses?|sessions?|infusions?|injections?|treatments?|"
    r"attacks?|courses|cycles|visits?|weeks?|days?|hours?|months?|years?|minutes?|min|h|hr|hrs|mg|kg|ml|mcg|[uµμ]g|mm|cm|"
    r"fold|scores?|scales?|questions|variables|domains|tests?|tasks?|trials?|regions?|genes|"
    r"neurons|cells|slices|samples?|time)",
    re.IGNORECASE,
)
_MODIFIER = r"(?:\s+(?:\([^()]{1,40}\)|[A-Za-z≥≤>][\w'’/+‐-]*),?)"
_COUNT = Pattern(
    rf"(?P<number>{NUMBER})(?P<note>\s*(?:\((?:[^()]|\([^()]*\)){{1,80}}\)|\[[^\[\]]{{1,60}}\]))?"
    rf"(?P<modifiers>(?:-?{_MODIFIER}){{0,7}}?)[\s-]+(?P<noun>{PEOPLE}|{ANIMALS}|{ENCOUNTERS}|{SAMPLES})\b(?!-)"
    r"(?!\s+(?:infusions?|visits?|encounters?|admissions?|treatments?|sessions?|clinics?|days?|care|attacks?)\b)",
    re.IGNORECASE,
)
_NUMBERS = Pattern(NUMBER, re.IGNORECASE)
_EQUALS = Pattern(rf"(?<![\w.])(?:[nN](?:\s+total)?|total [nN])\s*[=:]\s*(?P<number>{NUMBER})(?!\s*[-–]\s*\d)(?!\s*%)")
_BARE = Pattern(
    rf"(?<![-–/.,\w])(?P<number>{NUMBER})(?:(?P<note>\s*\((?:[^()]|\([^()]*\)){{1,80}}\))"
    r"(?:\s+(?!of the\b|of these\b)\S*[^\s.;:]){0,9}?|"
    r"(?:\s+(?:more|of whom|of them|additional|subsequently|then|also|healthy|successfully|who)){0,2}),?\s+"
    r"(?P<verb>(?:were|was) (?:\w+ ){0,2}?(?:randomi[sz]ed|randomly|allocated|assigned|enrol+ed|included|recruited|"
    r"interviewed|treated|analy[sz]ed|evaluated|studied|entered)|(?:randomi[sz]ed|analy[sz]ed|recruited|included)"
    r"(?=[.;)]|$| (?:to|in|into)\b|, (?:and )?\d)|completed|participated|entered|enrol+ed|received|"
    r"underwent|took part)\b",
    re.IGNORECASE,
)
_ANY_PEOPLE = Pattern(rf"\b(?:{PEOPLE})\b", re.IGNORECASE)
_TOTAL = Pattern(
    rf"\b(?:total (?:number|sample)?(?: of)?(?: (?:the )?{PEOPLE})?[^.;,]{{0,40}}?(?:was|were|of)|"
    r"sample(?: size)?s?(?: \w+)?(?: of| was| is|:)|"
    r"population of|cohort of|group of|series of)(?: (?:approximately|about|up to|at least))?\s+"
    rf"(?P<number>{NUMBER})(?=\s*(?:[.,;(]|$|(?:were|was|who|with|will|from|across|in)\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One count of a sentence: its value, where it stands in the field, what is counted and how well it fits."""

    value: int
    start: int
    end: int
    sentence: Sentence
    unit: str  # people, animals, encounters, or "" where no noun says
    score: float
    form: str  # noun (12 patients), equals (n = 12), total (sample of 12), bare (12 were randomised)
    nested: bool = False  # inside brackets
    each: bool = False  # "12 in each group"
    whole: bool = False  # "Of the 12 patients …, 8": what follows is part of it
    later: bool = False  # "12 completed": a later stage of people counted before
    more: bool = False  # "another group of 12": beside those counted before


def counts_in(sentence: Sentence) -> tuple[Count, ...]:
    """Return the counts of ``sentence`` in reading order, each once."""
    matches: dict[int, tuple[str, re.Match[str]]] = {}
    for match in _noun_counts(sentence.text):
        modifiers = (match["modifiers"] or "").replace(",", " ").split()
        if not any(_PLAIN.fullmatch(word.strip("()-")) for word in modifiers):
            matches.setdefault(match.start("number"), ("noun", match))
    for form, pattern in (("equals", _EQUALS), ("total", _TOTAL), ("bare", _BARE)):
        for match in pattern.finditer(sentence.text):
            matches.setdefault(match.start("number"), (form, match))
    starts = sorted(matches)
    ends = [0, *(matches[start][1].end("number") for start in starts)]
    spans = zip(starts, ends, [*starts[1:], None], strict=False)
    counts = (_count(sentence, *matches[start], left=left, right=right) for start, left, right in spans)
    return tuple(count for count in counts if count is not None)


def _noun_counts(text: str) -> Iterator[re.Match[str]]:
    """Yield the counts of a noun, those within a longer one as well: every number is tried by itself."""
    if not _COUNT.may_match(text):
        return
    for number in _NUMBERS.finditer(text):
        match = _COUNT.match(text, number.start())
        if match:
            yield match


def unit_of(noun: str) -> str:
    """Return what ``noun`` counts: people, animals or encounters."""
    if re.fullmatch(ANIMALS, noun, re.IGNORECASE):
        return "animals"
    return "encounters" if re.fullmatch(ENCOUNTERS, noun, re.IGNORECASE) else "people"


def _count(sentence: Sentence, form: str, match: re.Match[str], *, left: int, right: int | None) -> Count | None:
    """Return the count of ``match``, read with the words between its neighbours ``left`` and ``right``."""
    start = match.start("number")
    before, after = sentence.text[:start], sentence.text[match.end("number") :]
    if form == "bare" and match["number"].isdigit() and int(match["number"]) in _YEARS:
        return None
    if _NEVER_BEFORE.search(before[-30:]) or _NEVER_AFTER.match(after):
        return None
    nested = before.count("(") + before.count("[") > before.count(")") + before.count("]")
    weight = weight_of(before[left:], sentence.text[match.end("number") : right], sentence)
    aside = (nested and form == "noun") or (form == "bare" and not _ANY_PEOPLE.search(sentence.text))
    return Count(
        value=value_of(match["number"]),
        start=sentence.start + match.start(),
        end=sentence.start + match.end(),
        sentence=sentence,
        unit=unit_of(match["noun"]) if form == "noun" else "",
        score=weight - _ASIDE if aside else weight,
        form=form,
        nested=nested,
        each=bool(_EACH_AFTER.match(after) or _EACH_BEFORE.search(before)),
        whole=bool(_WHOLE_BEFORE.search(before)),
        later=form == "bare" and not _GIVEN.search(match["verb"]),
        more=bool(_MORE_BEFORE.search(before)),
    )


# Not a count at all: an age, a phase, a percentage, a decimal, an identifier, one member of "x of y".
_NEVER_BEFORE = Pattern(
    r"(?:\b(?:ages?|aged|phase|stage|type|grade|class|level|day|week|month|year|visit|version|ICD|DSM|ASA|group|cohort|"
    r"figure|table|part|panel|arm|step|item|question|age of|than|least one|over|nor|no|p|r|t|f|d|z)[\s=<>≥≤-]*|"
    r"[<>≥≤±]\s*)$",
    re.IGNORECASE,
)
_YEARS = range(1950, 2040)
_NEVER_AFTER = re.compile(
    r"\s*(?:%|percent|per cent|(?:[-–—‐]\s*)?(?:years?|yrs?|months?|weeks?|days?|h|hours?|min|minutes?|mg|points?|item|"
    r"mm|kg|fold|times|t)\b|±|\+/-|(?:to|[-–—]|or)\s*\d)",
    re.IGNORECASE,
)
_EACH_AFTER = re.compile(
    r"[\s)]*(?:(?!and\b|or\b)[\w-]+ ){0,3}?(?:(?:in|to|for|of|into) (?:the )?(?:each|every|both)\b|"
    r"per (?:\w+ )?(?:group|arm)|each\b|/\s*(?:group|arm)\b)",
    re.IGNORECASE,
)
_EACH_BEFORE = re.compile(r"\b(?:two|three|four|five|six|[2-6]) (?:\w+ ){0,3}groups of $", re.IGNORECASE)
_WHOLE_BEFORE = re.compile(r"(?:(?:^|[.;:] )(?:Of|Among)|\bout of|\bof the) (?:the |these |all |our )*$")
_GIVEN = Pattern(r"received|underwent|treated|allocated|assigned|randomi[sz]ed|randomly", re.IGNORECASE)
_MORE_BEFORE = re.compile(
    r"\b(?:(?:another|a second|an additional|a further) (?:group|cohort|sample|set) of|a further|another|"
    r"an additional) $|"
    r"\b(?:second|other|additional|confirmatory|validation|replication) (?:group|cohort|sample)\s?\($",
    re.IGNORECASE,
)
_ASIDE = 3.0  # (10 women, 12 men)
