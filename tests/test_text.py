"""Cleaning of text: what no output can carry goes, what a reader needs stays, and nothing grows."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import TEXTS
from litwatch.text import ABSTRACT_CAP, TITLE_CAP, clean_text, one_line, shortened, without_markup

GONE = [
    *(chr(code) for code in range(0x20) if chr(code) not in "\t\n\r"),
    *(chr(code) for code in range(0x7F, 0xA0)),
    *("\u2028", "\u2029", "\ufdd0", "\ufdef", "\ufffe", "\uffff", "\ud800", "\udbff", "\udc00", "\udfff"),
]
REORDERING = [
    *("\u200e", "\u200f", "\u061c", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e"),
    *("\u2066", "\u2067", "\u2068", "\u2069"),
]
STAYS = [
    " ",
    "~",
    "\u00a0",
    "\u00ad",
    "\u200d",
    "\u2027",
    "\u202f",
    "\u2065",
    "\u206a",
    "\ufdcf",
    "\ufdf0",
    "\ufffd",
    "\u2264",
    "\U0001f9e0",
]


@pytest.mark.parametrize("char", GONE)
def test_what_no_output_can_carry_becomes_a_space(char: str) -> None:
    assert "a b" == clean_text(f"a{char}b")
    assert "a b" == one_line(f"a{char}b")


@pytest.mark.parametrize("char", REORDERING)
def test_what_reorders_a_line_goes_without_a_trace(char: str) -> None:
    assert "ab" == clean_text(f"a{char}b")
    assert "ab" == one_line(f"a{char}b")


@pytest.mark.parametrize("char", STAYS)
def test_everything_else_stays(char: str) -> None:
    assert f"a{char}b" == clean_text(f"a{char}b")


def test_lines_and_tabs_stay_in_a_text_and_end_in_line_feeds() -> None:
    assert "a\nb\nc\td\n\ne" == clean_text("a\r\nb\rc\td\r\n\re")


def test_letters_are_composed() -> None:
    assert "\u00e9" == clean_text("e\u0301") == one_line("e\u0301")
    assert "\ufb01" == clean_text("\ufb01")  # no letter is exchanged for another


def test_a_text_is_cut_to_its_cap() -> None:
    assert ABSTRACT_CAP == 50_000
    assert TITLE_CAP == 2_000
    assert "x" * 50_000 == clean_text("x" * 50_001)
    assert "\u00e9" * 50_000 == clean_text("\u00e9" * 50_001)
    assert "\u00e9x" == clean_text("\u00e9xyz", cap=2)
    assert "x" * 2_000 == one_line("x" * 2_001)
    assert "\u00e9" * 2_000 == one_line("\u00e9" * 2_001)
    assert "ab" == one_line("abc", cap=2)
    assert "\u00e9b" == one_line("\u00e9bc", cap=2)


def test_a_line_has_single_spaces_and_none_around() -> None:
    assert "a b c" == one_line("  a \n\t b\r\n\u00a0c ")
    assert "a b" == one_line("a\x00\x01\u2028 b\x07")
    assert "" == one_line(" \n\t\x00 ")


def test_characters_that_go_do_not_shorten_a_line() -> None:
    assert "\u00e9a" == one_line("\u202e\u202e\u202e\u00e9ab", cap=2)


@pytest.mark.parametrize(
    ("text", "cap", "shown"),
    [
        ("twelve words", 12, "twelve words"),
        ("twelve words", 11, "twelve wor…"),
        ("twelve words", 8, "twelve…"),
        ("a\nb", 3, "a b"),
        ("", 5, ""),
        ("x" * 100, 1, "…"),
        ("ab  " + "c" * 10, 4, "ab…"),
        ("é" * 5, 4, "ééé…"),
        ("x" * 5000, 3000, "x" * 2999 + "…"),
    ],
)
def test_what_is_cut_is_marked(text: str, cap: int, shown: str) -> None:
    assert shown == shortened(text, cap)


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("H<sub>2</sub>O", "H2O"),
        ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", " One.  Two. "),
        ("<jats:title>Aim</jats:title>x", " Aim x"),
        ("a<br/>b<BR>c", "a b c"),
        ("<h4>Aim</h4><ul><li>one</li></ul><ol></ol><sec/><div>", " Aim   one      "),
        ('<span class="x">a</span><i>b</i><B>c</B><u>d</u>', "abcd"),
        ("<em>a</em><strong>b</strong><sup>c</sup><sc>d</sc>", "abcd"),
        ("<italic>a</italic><bold>b</bold><underline>c</underline><inf>d</inf>", "abcd"),
        ("n<5 and p>0.05", "n<5 and p>0.05"),
        ("<script>x</script> <img src=x>", "<script>x</script> <img src=x>"),
        ("<bx>y", "<bx>y"),
        ("&lt;i&gt;x &amp;amp; y", "<i>x &amp; y"),
        ("p &le; 0.05", "p ≤ 0.05"),
    ],
)
def test_markup_of_databases_goes_and_other_brackets_stay(marked: str, plain: str) -> None:
    assert plain == without_markup(marked)


@given(st.one_of(st.text(max_size=300), st.sampled_from([text[:300] for text in TEXTS])))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean_text(text)
    assert once == clean_text(once) == unicodedata.normalize("NFC", once)
    line = one_line(text)
    assert line == one_line(line)
    assert "\n" not in line
    line.encode()  # no lone surrogate is left
