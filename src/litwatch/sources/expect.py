"""What a body must look like before it is believed. Pure: bytes in, a verdict out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from math import isinf
from typing import Any

BOM = b"\xef\xbb\xbf"
# An XML document's root, and what may stand before it: declaration, processing instructions, comments, a DOCTYPE.
_ROOT = re.compile(
    rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*+"
    rb"<([A-Za-z_][\w.:-]*+)[^<>]*?(/?)>",
    re.DOTALL,
)
_PAGE = re.compile(rb"\s*<(?:!doctype )?html", re.IGNORECASE)


class Unbelieved(Exception):
    """The body is not what was promised; the message says what it is instead, in a few words."""


Expectation = Callable[[bytes], Any]
"""Take a body, return what it holds (or None where the caller reads it), raise `Unbelieved`."""


def anything(body: bytes) -> None:
    """Believe any body that is not empty."""
    if not body.strip():
        raise Unbelieved("an empty answer")


def xml(*roots: str) -> Expectation:
    """Return an expectation: a whole XML document whose root is one of ``roots``.

    Whole means that the last thing in it is the root's end tag, which no truncation survives.
    """
    names = {root.encode() for root in roots}

    def check(body: bytes) -> None:
        anything(body)
        text = body.removeprefix(BOM)
        if not text.lstrip().startswith(b"<"):
            raise Unbelieved(f"{_kind(text)} where XML was asked")
        root = _ROOT.match(text)
        if root is None:
            raise Unbelieved("XML that ends before its first element")
        if root[1] not in names:
            raise Unbelieved(f"{_kind(text)} (root {root[1][:40].decode()}) where XML was asked")
        whole = not text[root.end() :].strip() if root[2] else text.rstrip().endswith(b"</" + root[1] + b">")
        if not whole:
            raise Unbelieved("XML that is cut short")

    return check


def json_object(body: bytes) -> dict[str, Any]:
    """Expect one whole JSON object, and return it. NaN, infinities and numbers beyond double precision are refused."""
    anything(body)
    text = body.removeprefix(BOM)
    if not text.lstrip().startswith(b"{"):
        raise Unbelieved(f"{_kind(text)} where JSON was asked")
    try:
        value: dict[str, Any] = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise Unbelieved("JSON nested too deeply") from None
    except ValueError as error:
        raise Unbelieved(f"JSON that is cut short or broken ({error})") from error
    return value  # what begins with a brace and is JSON is an object


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


def _finite(word: str) -> float:
    value = float(word)
    if isinf(value):
        raise ValueError("a number out of range")
    return value


def _kind(text: bytes) -> str:
    """Name what a body looks like."""
    if _PAGE.match(text):
        return "an HTML page"
    start = text.lstrip()[:1]
    if start in {b"{", b"["}:
        return "JSON"
    return "XML" if start == b"<" else "plain text"
