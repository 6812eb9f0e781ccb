"""Quotes in their context, a little of it: what a study page shows of an abstract. Pure.

Abstracts are under copyright. A page shows the words a fact was read from with some of their sentence, each once, and
never more of one abstract than `SHARE` of it beyond those words themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from litwatch.digest.wording import place
from litwatch.model import AnyRecord, Citation, Quote
from litwatch.text import one_line, shortened

QUOTE_CAP = 240  # characters of one quote
CONTEXT = 60  # characters on either side of it
SHARE = 0.35  # of an abstract, shown as context
LEAST = 240  # characters of context that any abstract may lend
_END = re.compile(r"[.!?]\s+(?=[A-Z0-9(])|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Exact words with what stands before and after them; ``place`` names where in the record."""

    words: str
    place: str
    before: str = ""
    after: str = ""


@dataclass(slots=True)
class Excerpts:
    """The passages of one record. Keeps account of how much of the abstract has been shown."""

    record: AnyRecord
    _left: int = field(init=False)
    _shown: set[tuple[str, str]] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self._left = max(LEAST, int(len(self._text("abstract")) * SHARE))

    def passage(self, quote: Quote) -> Passage:
        """Return ``quote`` with its context, or alone when it was shown before or the account is used up."""
        words = shortened(quote.text, QUOTE_CAP)
        text = self._text(quote.field)
        key = (quote.field, quote.text)
        if key in self._shown or text[quote.start : quote.end] != quote.text or words != one_line(quote.text):
            return Passage(words=words, place=place(quote.field))
        self._shown.add(key)
        before, after = _around(text, quote.start, quote.end)
        if quote.field == "abstract":
            if len(before) + len(after) > self._left:
                return Passage(words=words, place=place(quote.field))
            self._left -= len(before) + len(after)
        return Passage(words=words, place=place(quote.field), before=before, after=after)

    def _text(self, name: str) -> str:
        if not isinstance(self.record, Citation):
            return ""
        return {"title": self.record.title, "abstract": self.record.abstract_text}.get(name, "")


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands before and after ``text[start:end]`` in its sentence, cut at words."""
    # Two more characters on either side let the pattern see a sentence's end at the very edge.
    lead = text[max(0, start - CONTEXT * 4) : start]
    opened = [match.end() for match in _END.finditer(lead + text[start : start + 1])]
    lead = lead[max(opened, default=0) :]
    trail = text[end : end + CONTEXT * 4]
    closed = _END.search(trail)
    trail = trail[: closed.start() + 1] if closed else trail
    if len(lead) > CONTEXT:
        lead = f"…{lead[-CONTEXT:].partition(' ')[2]}"
    if len(trail) > CONTEXT:
        trail = f"{trail[:CONTEXT].rpartition(' ')[0]}…"
    # A space at the inner edges is the one before or after the quote, and stays.
    return one_line(f"{lead}x")[:-1], one_line(f"x{trail}")[1:]
