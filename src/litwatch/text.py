"""Text cleaning shared by every stage. No I/O, no knowledge of any source."""

from __future__ import annotations

import html
import re
import unicodedata

TITLE_CAP = 2_000
ABSTRACT_CAP = 50_000

# C0 and C1 controls (but not \t and \n), line and paragraph separators, noncharacters and lone surrogates: each of
# them breaks a mail header, an XML writer or PostgreSQL.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
# Overrides, embeddings, isolates and marks that reorder the text around them on a reader's screen.
_BIDI = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def clean_text(text: str, *, cap: int = ABSTRACT_CAP) -> str:
    """Return ``text`` in NFC without characters that no output can carry, cut to ``cap`` characters.

    Line feeds and tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text[:cap]  # most text; nothing to clean
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _BIDI.sub("", _UNPRINTABLE.sub(" ", text)))[:cap]


def one_line(text: str, *, cap: int = TITLE_CAP) -> str:
    """Return ``text`` cleaned as by `clean_text`, all white space runs collapsed to one space."""
    line = " ".join(text.split())
    if line.isascii() and line.isprintable():
        return line[:cap]
    return " ".join(clean_text(line).split())[:cap]


def shortened(text: str, cap: int) -> str:
    """Return ``text`` as one line of at most ``cap`` characters, an ellipsis standing for what was cut."""
    line = one_line(text, cap=cap + 1)
    return line if len(line) <= cap else f"{line[: cap - 1].rstrip()}…"


# Block and inline markup that bibliographic databases leave in titles and abstracts; any other angle bracket is text.
_BLOCKS = re.compile(r"</?(?:jats:)?(?:p|br|h\d|title|sec|div|ul|ol|li)\b[^<>]*>", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?(?:jats:)?(?:i|b|u|em|strong|sub|sup|sc|span|italic|bold|underline|inf)\b[^<>]*>",
    re.IGNORECASE,
)


def without_markup(text: str) -> str:
    """Return ``text`` without inline markup, its entities decoded once; block marks become a space."""
    return html.unescape(_MARKUP.sub("", _BLOCKS.sub(" ", text)))
