"""How many people (or animals) entered treatment or were analysed, with the words that say so. Pure.

Not who was screened, invited or consented; people rather than infusions or visits. The sum of the arms where only arms
are stated; the planned number of a protocol; the pooled total of a review. Where the words do not settle it, nothing:
an abstention is better than a wrong number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise

from litwatch.appraise.counts import Count, counts_in
from litwatch.appraise.level import SYNTHESES
from litwatch.appraise.sentences import Sentence
from litwatch.model import Quote

SILENT = frozenset({"narrative_review", "guideline", "in_vitro", "notice"})
ENOUGH = 3.0  # a count with this score is believed
ALONE = 0.5  # one with this score is believed when no other could be the whole
_SOLE = -4.5  # and the only count of all with this score
_NEVER = -7.0
_ONE = re.compile(
    r"\b(?:an?|the|one|his|her) (?:case of an? )?(?:\w+[ -]){0,3}?\d{1,3}[- ]?(?:year|month|week|day|yr)s?[- ]?old\b|"
    r"\b(?:an?|one|this|the|single) (?:\w+ ){0,4}?"
    r"(?:patient|man|woman|male|female|boy|girl|adult|adolescent|child|case)\b",
    re.IGNORECASE,
)
_POOLED = re.compile(
    r"\b(?:total|overall|pooled|includ|involv|compris|enrol|randomi[sz]ed|with|"
    r"data (?:from|of)|sample|participants|patients)",
    re.IGNORECASE,
)
_GROUPS = re.compile(
    r"\b(?P<groups>two|three|four|five|six|[2-6]) (?:(?!of\b)\w+ ){0,3}?(?:groups|arms)\b", re.IGNORECASE
)
_GROUP_WORDS = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_PARTS = -5.0
_MOST = 200  # counts that are weighed against each other; no report states as many
_PAIR = 2
_JOINED = re.compile(
    r"^[^.;]{0,160}?(?:\band\b|\bor\b|,|\bversus\b|\bvs\b|\bplus\b|;|"
    r"\b(?:compared|relative|matched|comparison) (?:with|to)\b)",
    re.IGNORECASE,
)
_PARTED = re.compile(
    r"\bof (?:whom|which|these|those|them|the)\b|\b(?:including|comprising|consisting|into)\b|, with\b|"
    r"\bsub-?(?:sample|set|group)|\bwho (?:reported|completed)\b|\b(?:met|achiev\w+|relaps\w+|respon\w+)\b|"
    r"\btotal\w*\b|\bwere\b.*\bwere\b",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"\bcontrols?\b|\bcomparison\b", re.IGNORECASE)
# Controls of their own, not an arm of the trial: nobody treated them.
_OWN_CONTROLS = re.compile(
    r"\b(?:healthy|matched|unaffected|normal|non-?(?:depressed|users?|clinical)|polydrug)(?: [\w-]+){0,2} "
    r"(?:controls?|volunteers|subjects|participants|individuals)\b",
    re.IGNORECASE,
)
_RELATED = re.compile(r"\bbefore\b.*\bafter\b", re.IGNORECASE | re.DOTALL)  # two times of different people
_LEAD = 50
_TIMES = re.compile(r"\b(?:days?|weeks?|months?|years?|hours?|morning|later|after|follow-?up)\b", re.IGNORECASE)
_BRACKETED = re.compile(r"\([^()]*\)")


def population_of(sentences: Sequence[Sentence], design: str) -> tuple[int, Quote] | None:
    """Return the number of people (animals for an animal study) with the words it stands in, or None."""
    if design in SILENT:
        return None
    counts = list(islice((count for sentence in sentences for count in counts_in(sentence)), _MOST))
    wanted = _wanted(counts, design)
    if design in SYNTHESES:
        return _pooled(wanted)
    best = _best(wanted, " ".join(sentence.text for sentence in sentences))
    if best is not None:
        return best
    if design == "case_report":
        return _one_case(sentences)
    encounters = [count for count in counts if count.unit == "encounters" and count.score >= ENOUGH]
    return _quoted(max(encounters, key=_rank)) if encounters else None


def _wanted(counts: Sequence[Count], design: str) -> list[Count]:
    unwanted = {"encounters", "people"} if design == "animal" else {"encounters", "animals"}
    return [count for count in counts if count.unit not in unwanted]


def _rank(count: Count) -> tuple[float, int, int]:
    return count.score, count.value, -count.start


def _best(counts: Sequence[Count], text: str) -> tuple[int, Quote] | None:
    """Return the best single count, or the sum of the arms that its sentence lists where they make up the whole."""
    whole = [count for count in counts if count.value > 1]
    confirmed = [count for count in whole if count.score > _PARTS and _is_sum(count, whole)]
    best = max(confirmed or whole, key=_rank, default=None)
    if confirmed and best is not None:
        return _quoted(best)
    if best is None:
        return None
    arms = _arms(best, counts)
    if best.score < ENOUGH and not _stands_alone(arms, whole):
        return None
    if best.each and (product := _times(best, text)) is not None:
        return product
    pair = _and_another(counts)
    if pair is not None and best in pair:
        return sum(count.value for count in pair), _span(pair[1], pair[1])
    beside = _controls_elsewhere(best, arms, counts)
    if beside is not None:
        return sum(arm.value for arm in arms) + beside.value, _span(beside, beside)
    if len(arms) == 1 and best.form == "equals" and _has_equal(best, counts):
        return None  # "(n = 212) before and (n = 187) after": neither is the whole
    if len(arms) > 1:
        return sum(arm.value for arm in arms), _span(arms[0], arms[-1])
    if _CONTROLS.search(_span(best, best).text) and len({count.value for count in whole}) > 1:
        return None  # the group they are controls of was not counted
    return best.value, _span(best, best)


def _is_sum(total: Count, counts: Sequence[Count]) -> bool:
    """Tell whether arms that another stretch lists add up to ``total``."""
    others = [count for count in counts if count is not total and count.value < total.value]
    return any(len(run) > 1 and sum(count.value for count in run) == total.value for run in _runs(others))


def _and_another(counts: Sequence[Count]) -> tuple[Count, Count] | None:
    """Return a group and the next one that is introduced as "another group of"."""
    for left, right in pairwise(counts):
        if right.more and left.score > _PARTS and not left.nested:
            return left, right
    return None


def _has_equal(best: Count, counts: Sequence[Count]) -> bool:
    """Tell whether another group is counted in the same way within the sentence, and might be its equal."""
    return any(
        count is not best and count.form == "equals" and count.sentence is best.sentence and _RELATED.search(between)
        for count in counts
        for between in (_between(best, count),)
    )


def _between(one: Count, other: Count) -> str:
    first, second = sorted((one, other), key=lambda count: count.start)
    start = first.sentence.start
    return first.sentence.text[max(0, first.start - start - _LEAD) : second.start - start]


def _controls_elsewhere(best: Count, arms: Sequence[Count], counts: Sequence[Count]) -> Count | None:
    """Return the controls that another sentence counts beside the people of ``arms``, if it is one such group."""
    if any(_CONTROLS.search(_around(arm)) for arm in arms) or best.form == "total":
        return None
    found = [count for count in counts if count.sentence is not best.sentence and _OWN_CONTROLS.search(_around(count))]
    return found[0] if len({count.value for count in found}) == 1 and found[0].score > _PARTS else None


def _around(count: Count) -> str:
    """Return a count with the words that lead to it, as far back as a group's name may stand."""
    text, start = count.sentence.text, count.start - count.sentence.start
    return text[max(0, start - _LEAD) : count.end - count.sentence.start]


def _stands_alone(arms: Sequence[Count], counts: Sequence[Count]) -> bool:
    """Tell whether counts of few words in their favour have no larger one beside them that might be the whole."""
    best = max(arm.score for arm in arms)
    if len({count.value for count in counts}) == 1:
        return best >= _SOLE
    total = sum(arm.value for arm in arms)
    return best >= ALONE and all(count.value <= total for count in counts if count.score > _NEVER)


def _arms(best: Count, counts: Sequence[Count]) -> list[Count]:
    """Return the counts beside ``best`` that are its equals: ``20 patients and 18 controls``, ``(n=9) or (n=8)``."""
    sentence = best.sentence
    arms = next((run for run in _runs(counts) if best in run), [best])
    values = [arm.value for arm in arms]
    if max(values) >= sum(values) - max(values) and len(values) > _PAIR and max(values) == values[0]:
        return [arms[0]]
    if any(
        count.form == "noun" and not count.nested and count.value >= sum(arm.value for arm in arms)
        for count in counts
        if count.sentence is sentence and count not in arms
    ):
        return [best]
    return arms


def _runs(counts: Sequence[Count]) -> list[list[Count]]:
    """Return the stretches of like counts that are joined by ``and``, commas or ``versus`` within one sentence."""
    runs: list[list[Count]] = []
    for equals, nested in ((False, False), (False, True), (True, False), (True, True)):
        like = [
            count
            for count in counts
            if (count.form == "equals") is equals and count.nested is nested and count.score > _PARTS
        ]
        for count in like:
            if runs and runs[-1][-1] in like and _are_joined(runs[-1][-1], count):
                runs[-1].append(count)
            else:
                runs.append([count])
    return runs


def _are_joined(left: Count, right: Count) -> bool:
    if left.sentence is not right.sentence or left.whole or right.later or 1 in {left.value, right.value}:
        return left.nested and right.nested and left.sentence is right.sentence and not right.later
    if left.form == "noun" and right.form == "bare" and right.value < left.value:
        return False  # "90 patients were assessed and 60 were randomised"
    start = left.sentence.start
    between = left.sentence.text[left.end - start : right.start - start]
    between = _BRACKETED.sub("", between)
    again = left.form == "equals" and _TIMES.search(between)
    return bool(_JOINED.search(between)) and not (_PARTED.search(between) or again)


def _times(count: Count, text: str) -> tuple[int, Quote] | None:
    """Return a number "in each group" times the groups, when their number is stated."""
    groups = {_GROUP_WORDS.get(match["groups"].lower(), match["groups"]) for match in _GROUPS.finditer(text)}
    if len(groups) != 1:
        return None
    return count.value * int(groups.pop()), _span(count, count)


def _pooled(counts: Sequence[Count]) -> tuple[int, Quote] | None:
    totals = [
        count
        for count in counts
        if count.sentence.kind in {"results", "methods", "conclusion"}
        and count.score >= 0
        and _POOLED.search(count.sentence.text)
    ]
    return _quoted(max(totals, key=lambda count: count.value)) if totals else None


def _one_case(sentences: Sequence[Sentence]) -> tuple[int, Quote] | None:
    for sentence in sentences:
        match = _ONE.search(sentence.text)
        if match and (sentence.kind != "background" or match[0].lower().endswith("old")):
            return 1, sentence.quote(match.start(), match.end())
    return None


def _quoted(count: Count) -> tuple[int, Quote]:
    return count.value, _span(count, count)


def _span(first: Count, last: Count) -> Quote:
    sentence = first.sentence
    return sentence.quote(first.start - sentence.start, last.end - sentence.start)
