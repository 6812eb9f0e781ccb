"""What is sought in lower-cased text is what the engine matches regardless of case."""

from __future__ import annotations

import re

import pytest

from litwatch.appraise.folding import ODD, is_plain, low_of
from litwatch.appraise.needles import Pattern
from litwatch.appraise.vocabulary import Words

EVERY = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000 and chr(code) not in ODD]
CASED = "".join(letter for letter in EVERY if letter.lower() != letter or letter.upper() != letter)


def test_lower_case_keeps_each_letter_in_its_place_and_of_its_kind() -> None:
    assert [letter for letter in EVERY if len(letter.lower()) != 1] == []
    for kind in (str.isalnum, str.isspace, str.isdecimal):
        assert [letter for letter in CASED if kind(letter) != kind(letter.lower())] == []


def test_a_plain_letter_matches_what_has_its_lower_case() -> None:
    """Of all letters, as the engine compares them."""
    plain = [letter for letter in CASED if is_plain(letter) and letter.lower() == letter]
    assert len(plain) > 200

    for letter in plain:
        assert set(re.findall(letter, CASED, re.IGNORECASE)) == {other for other in CASED if other.lower() == letter}


@pytest.mark.parametrize(
    ("pattern", "low"),
    [
        (r"\b(?P<what>Trial|BOLUS)\W\S", r"\b(?:trial|bolus)\W\S"),
        (r"[^A-Za-z]Ms", r"[^a-za-z]ms"),
        (r"the (?-i:IHS|ICHD[- ]?) (?i:Criteria)", r"the (?:ihs|ichd[- ]?) (?:criteria)"),
        (r"\d[µμ]G", r"\d[µμ]g"),
        (r"Éther≥", "éther≥"),
        (r"a(?!B)(?<=A)", r"a(?!b)(?<=a)"),
        (r"\d(?:A|B)+?(?>C)", r"\d(?:a|b)+?(?>c)"),
    ],
)
def test_a_pattern_is_put_in_lower_case(pattern: str, low: str) -> None:
    assert low_of(pattern, re.IGNORECASE) == low


@pytest.mark.parametrize(
    "pattern",
    [
        "[A-z]b",  # what stands between the two cases would be lost
        "[À-Þ]b",  # the sign of multiplication stands among them
        r"[\u0130-\u0140]b",
        r"\u0130b",
        "İb",
        "µg",  # the Greek letter matches as well
        "β",
        r"(?!(?-i:CM))a",  # what must not stand there keeps its case
        r"(?<=(?-i:CM) )a",
        r"(?-i:[^A])b",
        r"(?-i:[^AB])b",
        r"(?>(?-i:A)|ab)c",  # once in, there is no way back
        r"(?:(?-i:AB)|a)*+b",
        r"(?-i:(?>A|AB))c",
        r"(\w)\1",  # a sigma at the end of a word has a lower case of its own
        r"(?P<one>x)(?P=one)",
        r"(?P<a>x)?(?(a)b|c)",
        "[(?i:]b",
        r"\x41b",
        r"(?s-i:A)b",
        "a?",
        "(?=a)",
        r"(A)?(?(1)b|c)",
    ],
)
def test_what_would_match_otherwise_stays_as_it_is(pattern: str) -> None:
    assert low_of(pattern, re.IGNORECASE) is None
    for text in ("×b ÷b ΣΣ xx xc", "abc AB aB ib (b", "ıİſ\u212a µg μg βΒϐ", "A B [b Cm a cm CM a"):
        found = [match.span() for match in Pattern(pattern, re.IGNORECASE).finditer(text)]
        assert found == [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]


def test_where_only_ascii_has_two_cases_nothing_is_sought_in_lower_case() -> None:
    assert low_of("ab", re.IGNORECASE | re.ASCII) is None


@pytest.mark.parametrize("text", ["İstanbul", "istanbul", "ISTANBUL"])
def test_a_term_with_a_letter_of_no_single_lower_case_is_found(text: str) -> None:
    assert len(Words(["İstanbul*"]).hits(text)) == 1


@pytest.mark.parametrize(
    "text",
    ["CBT, cbt and CBT", "in ketamine IN Ketamine", "cbtketamine IN ketamine", "CBT \u212aetamine", "ſ CBT ketamine"],
)
def test_what_keeps_its_case_is_told_from_what_only_looks_alike(text: str) -> None:
    words = r"(?-i:CBT)\w*|(?-i:IN) ketamine|ketamine"

    found = [match.span() for match in Pattern(words, re.IGNORECASE).finditer(text)]

    assert found == [match.span() for match in re.finditer(words, text, re.IGNORECASE)]
    for start in range(len(text)):
        ours = Pattern(words, re.IGNORECASE).match(text, start)
        theirs = re.compile(words, re.IGNORECASE).match(text, start)
        assert (ours and ours.span()) == (theirs and theirs.span())
