"""Boolean search expressions, as Europe PMC and ISRCTN write them, evaluated term by term.

NOT binds tightest (``A NOT B`` is ``A AND NOT B``), then AND, then OR. What a term means is the service's business, as
is what two terms side by side mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from litwatch.demo.pubmed_index import words_of

_TOKEN = re.compile(r'(?:(?P<field>[A-Za-z_]+):)?(?:"(?P<quoted>[^"]*)"|(?P<word>[^\s()"]+))|(?P<paren>[()])')


@dataclass(frozen=True, slots=True)
class Term:
    """One term: a field name in upper case ("" for none) and its words; quoted words are a phrase."""

    field: str
    text: str
    quoted: bool


Test = Callable[[Term], bool]
Expression = Callable[[Test], bool]


class BadExpression(ValueError):
    """The expression cannot be parsed."""


def parse(text: str) -> Expression:
    """Return the expression; call it with a test of single terms. Raises `BadExpression`."""
    parser = _Parser(list(_TOKEN.finditer(text)))
    found = parser.either()
    if parser.peek():
        raise BadExpression(f"unexpected {parser.peek()}")
    return found


def holds(text: str, words: str) -> bool:
    """Tell whether ``text`` holds ``words`` side by side; a ``*`` at the end of the last one truncates it."""
    truncated = words.endswith("*")
    phrase, found = words_of(words.removesuffix("*")), words_of(text)
    size = len(phrase)
    if not size:
        return False
    for at in range(len(found) - size + 1):
        last = found[at + size - 1]
        same = last.startswith(phrase[-1]) if truncated else last == phrase[-1]
        if same and tuple(found[at : at + size - 1]) == tuple(phrase[:-1]):
            return True
    return False


class _Parser:
    def __init__(self, tokens: Sequence[re.Match[str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at].group() if self.at < len(self.tokens) else ""

    def take(self) -> re.Match[str]:
        if not self.peek():
            raise BadExpression("unexpected end")
        self.at += 1
        return self.tokens[self.at - 1]

    def either(self) -> Expression:
        parts = [self.both()]
        while self.peek() == "OR":
            self.take()
            parts.append(self.both())
        return lambda test: any(part(test) for part in parts)

    def both(self) -> Expression:
        parts = [self.one()]
        while self.peek() not in {"", ")", "OR"}:
            if self.peek() == "AND":
                self.take()
            parts.append(self.one())
        return lambda test: all(part(test) for part in parts)

    def one(self) -> Expression:
        if self.peek() == "NOT":
            self.take()
            negated = self.one()
            return lambda test: not negated(test)
        token = self.take()
        if token["paren"] == "(":
            inside = self.either()
            if self.take().group() != ")":
                raise BadExpression("a parenthesis is open")
            return inside
        if token["paren"]:
            raise BadExpression("unexpected )")
        term = Term((token["field"] or "").upper(), token["quoted"] or token["word"] or "", token["quoted"] is not None)
        return lambda test: test(term)
