"""A pattern that is tried only where a match can begin, and in lower case, matches what the engine matches."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litwatch.appraise.needles import Pattern
from litwatch.appraise.openings import skipping
from test_needles import LOOKING


def matches(pattern: str, flags: int, text: str) -> list[tuple[object, ...]]:
    return [(match.span(), match.groups(), match.lastgroup) for match in re.compile(pattern, flags).finditer(text)]


@pytest.mark.parametrize("name", sorted(LOOKING))
@settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_the_same_is_matched(name: str, data: st.DataObject) -> None:
    pattern, flags = LOOKING[name]
    made = st.from_regex(re.compile(pattern, flags))
    text = data.draw(st.lists(made | st.text(max_size=9) | made.map(str.swapcase), max_size=4).map(" ".join))

    found = matches(pattern, flags, text)
    sought = list(Pattern(pattern, flags).finditer(text))

    assert found == matches(skipping(pattern, flags), flags, text)
    assert found == [(match.span(), match.groups(), match.lastgroup) for match in sought]
    assert [match.string for match in sought] == [text] * len(found), "as it is written, not in lower case"


ODD = "Kelvin \u212a, long ſ, dotted İ and dotless ı, é É; 12 mg\nIN sC s.c. [x] ^a -b"


@pytest.mark.parametrize(
    ("pattern", "flags", "opening"),
    [
        (r"\b(?:men|women)\b", 0, "mw"),
        (r"(?<!x)(?:a|)b", 0, "ab"),
        (r"a*b?c", 0, "abc"),
        (r"a{2,3}b", 0, "a"),
        (r"[a-cx^\]-]y", 0, r"\-\]\^a-cx"),
        (r"\d+|\smg|\w", 0, r"\d\s\w"),
        (r"(?i:kis)\b|SC", 0, "KSk\u212a"),
        (r"(?i:in)|(?i:s)c", 0, "ISisİıſ"),
        (r"(?i:(?-i:I)N)", 0, "I"),
        (r"(?>ab|c)d", 0, "ac"),
        (r"in | sc  # a comment", re.VERBOSE, "is"),
        (r"kg|é", re.IGNORECASE, "ké"),
    ],
)
def test_the_letters_a_match_begins_with(pattern: str, flags: int, opening: str) -> None:
    made = skipping(pattern, flags)

    assert made.startswith(f"(?=[{opening}])(?:")
    assert matches(made, flags, ODD) == matches(pattern, flags, ODD)


@pytest.mark.parametrize(
    "pattern",
    ["", "a?", "(?=a)", ".a", "[^a]b", "(?i)a", "(?i:[a-k])n", "(?i:é)a", "(?:a|.)b", "(?:a|)", "(?:é|[^b])*c"],
)
def test_where_it_may_begin_with_anything_it_stays_as_it_is(pattern: str) -> None:
    assert skipping(pattern) == pattern
