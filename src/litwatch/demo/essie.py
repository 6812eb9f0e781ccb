"""ClinicalTrials.gov's query language (Essie), evaluated over one study.

OR binds loosest, then AND (also between operands side by side), then NOT; ``AREA[piece or area]`` narrows the operand
behind it, ``RANGE[low,high]`` compares dates and numbers. Words match with plural tolerance; weights are left out.
Source: https://clinicaltrials.gov/find-studies/constructing-complex-search-queries
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from litwatch.demo.pieces import AREAS, PIECES, values
from litwatch.demo.pubmed_index import words_of

Test = Callable[[Mapping[str, Any]], bool]
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|(?P<paren>[()])|(?P<context>AREA|RANGE|SEARCH|COVERAGE|EXPANSION|TILT|DISTANCE)\[(?P<inside>[^\]]*)\]'
    r"|(?P<word>[^\s()\"\[\]]+)|(?P<stray>\S)"
)


class BadQuery(ValueError):
    """The expression cannot be parsed; the service answers 400."""


def compile_query(text: str, area: str) -> Test:
    """Return the test that an expression is, its bare words looked up in ``area``. Raises `BadQuery`."""
    parser = _Parser(text)
    test = parser.either(area)
    if parser.peek():
        raise BadQuery(f"unexpected `{parser.peek()}`")
    return test


def _stem(word: str) -> str:
    for ending, keep in (("ies", "y"), ("es", "e"), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 3 and not word.endswith("ss"):
            return word[: -len(ending)] + keep
    return word


def _stems(text: str) -> tuple[str, ...]:
    return tuple(map(_stem, words_of(text)))


def _holds(study: Mapping[str, Any], area: str, phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    for piece in AREAS.get(area, (area,)):
        for value in values(study, piece):
            words = _stems(value)
            if any(words[at : at + size] == phrase for at in range(len(words) - size + 1)):
                return True
    return False


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = list(_TOKEN.finditer(text))
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at].group() if self.at < len(self.tokens) else ""

    def take(self) -> re.Match[str]:
        if not self.peek():
            raise BadQuery("unexpected end")
        self.at += 1
        return self.tokens[self.at - 1]

    def either(self, area: str) -> Test:
        tests = [self.both(area)]
        while self.peek() == "OR":
            self.take()
            tests.append(self.both(area))
        return tests[0] if len(tests) == 1 else lambda study: any(test(study) for test in tests)

    def both(self, area: str) -> Test:
        tests = [self.unless(area)]
        while self.peek() not in {"", ")", "OR"}:
            if self.peek() == "AND":
                self.take()
            tests.append(self.unless(area))
        return tests[0] if len(tests) == 1 else lambda study: all(test(study) for test in tests)

    def unless(self, area: str) -> Test:
        if self.peek() != "NOT":
            return self.operand(area)
        self.take()
        test = self.unless(area)
        return lambda study: not test(study)

    def operand(self, area: str) -> Test:
        token = self.take()
        if token["paren"] == "(":
            test = self.either(area)
            if self.peek() != ")":
                raise BadQuery("missing `)`")
            self.take()
            return test
        if token["context"]:
            return self.context(token["context"], token["inside"], area)
        if token["quoted"] is None and (token["word"] is None or token["word"] in {"AND", "OR"}):
            raise BadQuery(f"unexpected `{token.group()}`")
        if token["word"] == "MISSING":
            return lambda study: not any(values(study, piece) for piece in AREAS.get(area, (area,)))
        if token["word"] == "ALL":
            return lambda _study: True
        phrase = _stems(token["quoted"] if token["quoted"] is not None else token["word"])
        if not phrase:
            raise BadQuery(f"nothing to search for in `{token.group()}`")
        return lambda study: _holds(study, area, phrase)

    def context(self, name: str, inside: str, area: str) -> Test:
        if name == "AREA":
            if inside not in PIECES and inside not in AREAS:
                raise BadQuery(f"unknown area `{inside}`")
            return self.operand(inside)
        if name == "RANGE":
            low, comma, high = inside.partition(",")
            if not comma:
                raise BadQuery(f"RANGE needs two bounds, not `{inside}`")
            return lambda study: any(
                _between(low.strip(), value, high.strip())
                for piece in AREAS.get(area, (area,))
                for value in values(study, piece)
            )
        return self.operand(area)  # the other contexts only tune the ranking and the expansion


def _between(low: str, value: str, high: str) -> bool:
    if value.isdecimal():
        return (low == "MIN" or float(low) <= float(value)) and (high == "MAX" or float(value) <= float(high))
    day = _iso(value)
    return (low == "MIN" or _iso(low) <= day) and (high == "MAX" or day <= _iso(high))


def _iso(text: str) -> str:
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        return f"{match[3]}-{int(match[1]):02}-{int(match[2]):02}"
    return f"{text}-01-01"[:10] if len(text) < 7 else f"{text}-01"[:10]
