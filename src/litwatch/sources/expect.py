"""What a body must look like before it is believed. Pure: bytes in, a verdict out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

BOM = b"\xef\xbb\xbf"
# What may stand before an XML document's root: declaration, processing instructions, comments, a DOCTYPE.
_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*", re.DOTALL)
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*+)[^<>]*?(/?)>", re.DOTALL)


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
    names = {root.encode("ascii") for root in roots}

    def check(body: bytes) -> None:
        anything(body)
        text = body.removeprefix(BOM)
        if not text.lstrip().startswith(b"<"):
            raise Unbelieved(f"{_kind(text)} where XML was asked")
        prolog = _PROLOG.match(text)
        root = _ROOT.match(text, prolog.end() if prolog else 0)
        if root is None:
            raise Unbelieved("XML that ends before its first element")
        if root[1] not in names:
            raise Unbelieved(f"{_kind(text)} (root {root[1][:40].decode('ascii', 'replace')}) where XML was asked")
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
    if value in {float("inf"), float("-inf")}:
        raise ValueError("a number out of range")
    return value


def _kind(text: bytes) -> str:
    """Name what a body looks like."""
    start = text.lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    if start.startswith((b"{", b"[")):
        return "JSON"
    return "XML" if start.startswith(b"<") else "plain text"
