"""What a citation is to a trial whose number it carries: its results, its protocol, or only talk of it. Pure.

A registry number says which trial is meant, never in what role: a review names ten trials and reports none.
"""

from __future__ import annotations

import re
from typing import Literal

from litwatch.model import Citation

Nature = Literal["results", "protocol", "review", "notice", "comment", "doubtful"]

_NOTICE_TYPES = frozenset(
    {
        "published erratum",
        "retraction of publication",
        "retraction notice",
        "expression of concern",
    }
)
_REVIEW_TYPES = frozenset(
    {
        "review",
        "systematic review",
        "scoping review",
        "meta-analysis",
        "network meta-analysis",
        "guideline",
        "practice guideline",
        "consensus development conference",
        "consensus development conference, nih",
        "historical article",
    }
)
_TALK_TYPES = frozenset(
    {
        "comment",
        "editorial",
        "news",
        "newspaper article",
        "interview",
        "biography",
        "patient education handout",
        "personal narrative",
    }
)
_TRIAL_TYPES = frozenset(
    {
        "randomized controlled trial",
        "controlled clinical trial",
        "clinical trial",
        "clinical trial, phase i",
        "clinical trial, phase ii",
        "clinical trial, phase iii",
        "clinical trial, phase iv",
        "pragmatic clinical trial",
        "equivalence trial",
        "adaptive clinical trial",
        "clinical study",
        "observational study",
        "multicenter study",
    }
)
_REPUBLISHED = "corrected and republished article"

_NOTICE_TITLE = re.compile(
    r"\W*(?:(?:publisher|author)(?:['’]s|s['’])?\s+)?(?:"
    r"correction(?: to\b|\s*[:.\[(–—]|\s*$)|"
    r"(?:corrigend(?:um|a)|errat(?:um|a))\b|"
    r"(?:retraction|withdrawal)(?: (?:note|notice|statement)\b|\s*[:.\[(–—]|\s*$)|retraction of[: ]|"
    r"(?:notice of )?(?:editorial )?(?:expression of (?:editorial )?)?concern\b|notice of retraction\b)",
    re.IGNORECASE,
)
# A paper that was retracted keeps its title behind this mark; it is the paper, not the notice.
RETRACTED_TITLE = re.compile(r"^\W*(?:retracted|withdrawn)(?: article)?\s*[:\])]", re.IGNORECASE)
_TALK_TITLE = re.compile(
    r"\W*(?:re|in reply|reply|response|authors?['’]?s? (?:reply|response)|comments?|commentary|letter|editorial)\b"
    r"\s*(?:[:.]|to\b|on\b|from\b|by\b|$)",
    re.IGNORECASE,
)
_REVIEW_TITLE = re.compile(
    r"\b(?:(?:systematic|scoping|narrative|umbrella|literature|integrative|rapid|mini|critical|comprehensive|updated)"
    r"[ -]+(?:literature +)?reviews?|meta[- ]?analys[ei]s|pooled (?:\w+ )?analys[ei]s|"
    r"individual (?:patient|participant)s?['’]?[ -](?:level )?data|practice guidelines?|"
    r"consensus (?:statement|guidelines?)|position statement|evidence synthesis)\b|"
    r": an? (?:\w+ )?review\b(?! of (?:medical|patient|hospital) (?:records|charts))|"
    r"\breview of (?:the )?(?:literature|evidence|trials|studies)\b",
    re.IGNORECASE,
)
# "A protocol for ketamine infusion" is a treatment; only a protocol for *a trial* is one.
_PROTOCOL_TITLE = re.compile(
    r"\b(?:study|trial|research|feasibility) protocol\b|"
    r"\bprotocol (?:for|of) an? [^:,]{0,150}\b(?:trial|study|survey|cohort)\b|"
    r"[:–—]\s*(?:an? )?protocol\b|"
    r"\b(?:rationale|background)(?:,| and|,? &)(?: [\w ]+,? and)? (?:study )?design\b|"
    r"\b(?:study )?design(?:,| and|,? &) rationale\b|"
    r"\bstatistical analysis plan\b|\bdesign of (?:an?|the) (?:[\w-]+ ){0,6}(?:trial|study)\b",
    re.IGNORECASE,
)


_FOLLOW_UP_TITLE = re.compile(
    r"\bfollow[- ]?up\b|\blong(?:er)?[- ]term\b|\b(?:open[- ]label )?extension\b|"
    r"\b(?:\d+|one|two|three|four|five|six|ten|twelve)[- ](?:year|month)s? (?:results|outcomes)\b",
    re.IGNORECASE,
)


def nature(citation: Citation) -> Nature:
    """Tell in what role ``citation`` can speak of a trial; ``doubtful`` where nothing tells talk from results.

    Source: NLM's publication type definitions; the titles that journals demand of protocols and notices.
    """
    types = {entry.casefold() for entry in citation.publication_types}
    title = citation.title
    if citation.kind == "notice" or (types & _NOTICE_TYPES and _REPUBLISHED not in types):
        return "notice"
    if _NOTICE_TITLE.match(title) and not RETRACTED_TITLE.match(title):
        return "notice"
    if types & _TALK_TYPES or _TALK_TITLE.match(title) or (_comments_on(citation) and not types & _TRIAL_TYPES):
        return "comment"
    if types & _REVIEW_TYPES or _REVIEW_TITLE.search(title):
        return "review"
    if citation.kind == "protocol" or "clinical trial protocol" in types or _PROTOCOL_TITLE.search(title):
        return "protocol"
    if "letter" in types and not types & _TRIAL_TYPES:
        return "doubtful"
    return "results"


def is_typed_trial(citation: Citation) -> bool:
    """Tell whether NLM typed ``citation`` as the report of a study of its own."""
    return any(entry.casefold() in _TRIAL_TYPES for entry in citation.publication_types)


def is_preprint(citation: Citation) -> bool:
    """Tell whether ``citation`` is a preprint."""
    return citation.kind == "preprint" or any(entry.casefold() == "preprint" for entry in citation.publication_types)


def _comments_on(citation: Citation) -> bool:
    return any(entry.ref_type == "CommentOn" for entry in citation.corrections)


def is_follow_up(citation: Citation) -> bool:
    """Tell whether the title speaks of a later look at people already reported on; a first report may as well."""
    return bool(_FOLLOW_UP_TITLE.search(citation.title))
