"""What a title says its report is: a notice, a reply, a protocol; and what databases add to titles. Pure."""

from __future__ import annotations

import re
from enum import IntFlag


class Mark(IntFlag):
    """What a record says its report is; two records of one report do not differ in it."""

    NOTICE = 1
    REPLY = 2
    PROTOCOL = 4
    FOLLOW_UP = 8
    MEETING = 16  # an abstract of a meeting
    VERNACULAR = 32  # a title translated by a database, or given in two languages


_NOTICE_SIGNS = "errat corrig correct publisher addend retract concern withdraw notif republish clarif (vol (19 (20"
_REPLY_SIGNS = "repl respon answer rebut rejoin re: re- re. comment letter discussion editor regarding author"
# For each mark the words without one of which no title bears it (looking for them first spares most titles the
# pattern), and the pattern.
_SAID: tuple[tuple[Mark, list[str], re.Pattern[str]], ...] = (
    (
        Mark.NOTICE,
        _NOTICE_SIGNS.split(),
        re.compile(
            r"^\W*(?:erratum|errata|corrigend\w+|corrections?\s*(?::|to\b|for\b|of\b|$)|correction notice|"
            r"author correction|publisher'?s? (?:correction|note)|addend\w+|"
            r"retraction(?: note| notice)?\s*(?::|to\b|of\b|for\b|$)|notice of (?:retraction|concern)|withdrawal\b|"
            r"(?:editorial )?expression of concern|notification of|statement of (?:concern|retraction)|republish\w*|"
            r"clarification\b)|\(vol\.? \d+|\((?:19|20)\d\d\)[\s,:]*\d+.{0,40}$|"
            r"[:.(\-\u2013\[]\s*(?:erratum|corrigendum|correction|retraction(?: notice)?|addendum)\W*$"
        ),
    ),
    (
        Mark.REPLY,
        _REPLY_SIGNS.split(),
        re.compile(
            r"^\W*(?:(?:in )?(?:reply|response|responses|answer|rebuttal|rejoinder)\b|re[:.-]|"
            r"(?:the )?authors?'? (?:reply|response)|e?comments?\b|(?:invited |expert )?commentary\b|letters?\b|"
            r"editorial comment|discussion of\b|to the editor)|"
            r"\b(?:reply|authors?'? (?:reply|response|replies)|rebuttal|rejoinder|response|commentary|comment|"
            r"letter)\W*$|\bletter (?:by|to|regarding)\b|\bregarding (?:the )?article\b"
        ),
    ),
    (
        Mark.PROTOCOL,
        ["protocol", "rationale", "design", "statistical analysis"],
        re.compile(
            r"\bprotocols?\b|\brationale(?:,| and)|\b(?:study|trial) design\b|\bdesign(?: and| of)\b|"
            r"\bstatistical analysis plan\b"
        ),
    ),
    (
        Mark.FOLLOW_UP,
        ["follow", "term", "extension", "update", "year"],
        re.compile(r"\bfollow[- ]?ups?\b|\blong[- ]term\b|\bextension\b|\bupdated?\b|\b\w+-years?\b"),
    ),
)


def marks_of(title: str) -> Mark:
    """Return what ``title``, without what `bared` removes, says its report is."""
    said = title.lower()
    marks = Mark(0)
    for mark, signs, pattern in _SAID:
        if any(sign in said for sign in signs) and pattern.search(said):
            marks |= mark
    return marks


_LANGUAGES = (
    "English|Chinese|Japanese|German|French|Spanish|Italian|Russian|Portuguese|Polish|Dutch|Korean|Turkish|Danish|"
    "Swedish|Norwegian|Finnish|Hungarian|Czech|Slovak|Slovenian|Romanian|Bulgarian|Serbian|Croatian|Serbo-Croatian|"
    "Ukrainian|Greek|Hebrew|Arabic|Persian|Lithuanian|Latvian|Estonian|Thai|Vietnamese|Icelandic|Afrikaans|Macedonian|"
    "Bosnian|Georgian|Armenian|Catalan|Indonesian|Malay|Multilingual|Undetermined"
)
_LANGUAGE = re.compile(rf"\s*[\[(](?:(?:{_LANGUAGES})(?:\s*(?:,|;|/|and)\s*)?){{1,3}}[\])]\.?\s*$")
# Said by a database about the record, not by the title itself.
_ABOUT = re.compile(
    r"[\s.]*[\[(](?:corrected|see comments?|review|(?:structured|provisional) abstract|brief record|\d+ refs?|"
    r"(?:meeting )?abstract[^\])]{0,20}|letter|authors?'? transl?|proceedings|editorial|in process citation|"
    r"multiple letters[\])]\s*(?:\[\d+)?|"
    r"(?:published )?(?:erratum|errata|correction|corrigendum|retraction|comment|summary|update|republished|reprint)\b"
    r"[^\])]{2,400})[\])]?\.?",
    re.IGNORECASE,
)
# What follows is the title in another language, or where a correction stands.
_ELSEWHERE = re.compile(
    r"\s*<original>.*$|[\]\s]TO:\s.*$|[\s.]*\[(?:(?:published )?erratum|corrected and republished|retraction|comment|"
    r"see comment|update)\w*\b.{0,30}\b(?:appears|in|on|of|for)\b.*$|"
    rf"[.?!]*\s*(?:(?:{_LANGUAGES})(?:, | and )?){{1,3}}\s*\n.*$",
    re.IGNORECASE | re.DOTALL,
)
_LONG = 40  # characters: a shorter title has nothing behind it to cut off
_MEETING_TITLE = re.compile(r"[\[(](?:meeting )?abstracts?\b[^\])]{0,30}[\])]\W*$", re.IGNORECASE)


def bared(text: str) -> tuple[str, Mark]:
    """Return the title without what a database says about it, and what that says: a translation, a meeting."""
    marks = Mark(0)
    bare = text
    if len(text) > _LONG and any(sign in text for sign in ("\n", "[", "TO:", "<")):
        bare = _ELSEWHERE.sub("", text) or text
        if bare != text:
            marks |= Mark.VERNACULAR
    if "[" not in text and "(" not in text:
        return bare, marks
    if _MEETING_TITLE.search(text):
        marks |= Mark.MEETING
    for _ in range(3):  # [Review] [16 refs] [Romanian]
        shorter = _LANGUAGE.sub("", _ABOUT.sub("", bare)).strip()
        if shorter == bare or len(shorter) < len(bare) // 5:
            break
        bare = shorter
    if text.lstrip("\"' ").startswith("[") or bare.rstrip(". ").endswith("]"):
        marks |= Mark.VERNACULAR
    return bare, marks


# Where the corrected article stands, as Web of Science and Embase say it in the title of the notice.
_CORRECTS = re.compile(r"\s*\((?:vol\.? \d+|[A-Z][^()]*\((?:19|20)\d\d\)).*$")
_RETRACTED = re.compile(
    r"^\W*(?:retracted(?: article)?|withdrawn)\s*[:.]\s*|\(?\bretracted article\b.*$", re.IGNORECASE
)


def without_status(title: str, marks: Mark) -> str:
    """Return ``title`` without the place a notice corrects, and without the word that the article is retracted."""
    if marks & Mark.NOTICE:
        title = _CORRECTS.sub("", title) or title
    if "etract" in title or "ETRACT" in title or title[:9].lower() == "withdrawn":
        title = _RETRACTED.sub("", title) or title
    return title
