"""How well the words around a count make it the number of people studied. Pure.

Scores are round numbers by judgement; the order they put counts in is the rule: randomised before enrolled before
treated before analysed; people screened, invited or lost and parts of a whole never.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from litwatch.appraise.needles import Pattern
from litwatch.appraise.numbers import NUMBER
from litwatch.appraise.sentences import Sentence

# (weight, words before the count, words after it); the best row counts.
_BETTER = (
    (
        4.0,
        (
            r"\brandomi[sz](?:ed|ing)\b|\brandomly\b.{0,30}\b(?:assign|allocat|divid)|"
            r"\b(?:were|was) (?:allocated|assigned)\b"
        ),
        r"^.{0,90}?\b(?:randomi[sz]ed|randomly|allocated|assigned)\b",
    ),
    (
        3.5,
        (
            r"\b(?:enrol+(?:ed|ing|s)?|recruit(?:ed|ing)?|includ(?:ed|ing|es)|involv(?:ed|ing|es)|compris(?:ed|ing|es)|"
            r"consist(?:ed|ing|s) of|total(?: sample)? of|a total|totall?ing|sample(?: size)?(?: of)?|cohort of|"
            r"population of|series of|group of|admitted|data (?:from|of)|trial (?:of|in|with|on)|"
            r"study (?:of|in|with|on)|analysis of|survey of|review of|conducted (?:on|in|with|among)|"
            r"performed (?:on|in)|carried out (?:on|in)|experiments? (?:with|in)|number of \w+)\b[^.;]{0,40}$"
        ),
        (
            r"^[^.;]{0,100}?\b(?:(?:were|was|be) (?:\w+ ){0,3}?(?:enrol+ed|recruited|included|studied|entered|"
            r"involved)|participated|took part|volunteered|entered the|enrol+ed|participating|scheduled|undergoing)\b"
        ),
    ),
    (
        2.5,
        (
            r"\b(?:treat(?:ed|ing)|administered to|given to|tested in|studied|examined|investigated|evaluated|assessed|"
            r"interviewed|surveyed|asked|questioned|analy[sz]ed|compared|"
            r"we (?:report|describe|present)|received by|observed in|scanned|"
            r"in)\b[^.;]{0,30}$"
        ),
        (
            r"^[^.;]{0,90}?\b(?:received|underwent|(?:were|was|be) (?:\w+ ){0,2}?(?:treated|given|administered|"
            r"interviewed|surveyed|analy[sz]ed|evaluated|assessed|examined|tested|scanned|infused|ana?esthetized|used|"
            r"reviewed|followed|exposed|divided|compared|investigated|diagnosed|presented)|"
            r"complet(?:ed|ing)|responded|ingested|attended|provided|performed|presenting|treated|with|aged)\b"
        ),
    ),
)
OUT, RANDOMISED, PART = -9.0, 4.0, -7.0
_POORER = (
    (
        OUT,
        (
            r"\b(?:screened|approached|invited|assessed for eligibility|contacted|excluded|excluding|lost|"
            r"exclusion of|drop-?outs?|except)(?: (?:of|for|a total of|about|approximately|only|another))*\s*$"
        ),
        (
            r"^[^.;,]{0,60}?\b(?:(?:were|was)?\s*(?:\w+ )?(?:screened|approached|invited|contacted|excluded)|"
            r"(?:were|was|been) (?:\w+ )?prescribed|(?:were|was) (?:\w+ )?eligible(?! to receive)|"
            r"with(?:drew|drawn)|dropped|drop-?outs?|discontinued|declined|"
            r"refused|lost to|died|assessed for eligibility|were assessed,|did not|failed|relapsed)\b"
        ),
    ),
    (-1.5, r"^(?:\s*\([^()]*\))? (?:out )?of (?:the |our )?(?:total )?(?:\w+ )?$", r"(?!)"),
    (
        PART,
        r"/\s*$",
        (
            r"^\s*(?:\d[\d.,·]*\s?%(?:\s|$)|/\s*\d|"
            rf"(?:out )?of (?:the\b|our\b|these\b|those\b|all\b|{NUMBER}))"
        ),
    ),
    (
        -4.0,
        (
            r"\b(?:sub-?set|sub-?groups?|remaining|additional|other|further|of (?:whom|which|these)|only|"
            r"sub-?sample|previous(?:ly)?|earlier|every)\b[^.;]{0,25}$"
        ),
        (
            r"^(?:\s*\([^()]*\))?\s+(?:\S+ ){0,4}?(?:had|experienced|reported|developed|showed|achieved|required|"
            r"needed|consented|signed|responded|improved|remained|felt|described|became|exhibited|preferred|affirmed|"
            r"got|met|fulfilled|who)\b"
        ),
    ),
    (-3.0, r"\bidentified\b[^.;,]{0,20}$", r"^[^.;,]{0,60}?\b(?:were|was) identified\b"),
    (OUT, r"(?!)", r"^(?:\s\w+)?\s+per (?:\w+ )?(?:cent(?:er|re)|site)\b"),
    (
        -6.0,
        r"(?!)",
        r"^\s*(?:\w+ ){0,2}(?:staff|team|faculty|healthcare|clinicians|physicians|experts|reviewers|raters|sites)\b",
    ),
    (
        -2.0,
        r"(?!)",
        r"^\s*(?:\S+ ){0,3}?(?:men|women|males?|females?|boys|girls|(?:non-?)?responders|controls|completers)\b",
    ),
)


def _compiled(rows: Sequence[tuple[float, str, str]]) -> tuple[tuple[float, Pattern, Pattern], ...]:
    flags = re.IGNORECASE | re.DOTALL
    return tuple((weight, Pattern(left, flags), Pattern(right, flags)) for weight, left, right in rows)


_FOR, _AGAINST = _compiled(_BETTER), _compiled(_POORER)
_KINDS = {
    "title": 1.5,
    "background": -6.0,
    "aim": 0.0,
    "methods": 1.0,
    "results": 0.5,
    "conclusion": -1.0,
    "note": -9.0,
}
_UNHEADED = -2.0  # a background by its wording alone, not by the author's heading
_BRACKETED = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)|\s*\[[^\[\]]*\]")
_PERCENT_FIRST = re.compile(r"^\s*[(\[]\s*(\d[\d.,·]*\s*%)\s*[)\]]")
_REST_OF_BRACKET = re.compile(r"^\s*[;,][^()]{0,80}(?=\))")
_NEAR, _FAR = 120, 160


def weight_of(before: str, after: str, sentence: Sentence) -> float:
    """Return the score of a count that stands between ``before`` and ``after`` in ``sentence``."""
    if before.count("(") > before.count(")"):
        after = _REST_OF_BRACKET.sub("", after)  # (n = 156; 81% women)
    left = re.split(r"[;:]\s", _BRACKETED.sub("", before))[-1][-_NEAR:]
    right = re.split(r";\s", _PERCENT_FIRST.sub(r" \1 ", after, count=1))[0]
    right = _BRACKETED.sub("", right)[:_FAR]
    better = max((weight for weight, *sides in _FOR if _beside(sides, left, right)), default=0.0)
    poorer = min((weight for weight, *sides in _AGAINST if _beside(sides, left, right)), default=0.0)
    if poorer == OUT:
        return OUT
    # Whoever was randomised counts, whatever else is said of them, unless they are a part of more.
    forgiven = better == RANDOMISED and poorer > PART
    unheaded = sentence.kind == "background" and not sentence.heading
    return (_UNHEADED if unheaded else _KINDS[sentence.kind]) + better + (0.0 if forgiven else poorer)


def _beside(sides: Sequence[Pattern], left: str, right: str) -> bool:
    before, after = sides
    return bool(before.search(left) or after.match(right))
