"""What is wrong with a search strategy before anything is asked: terms of concepts, and native queries. Pure.

PubMed's syntax is read by the `search-query` library; what it does not look for is looked for here. What only the
service can tell (phrases its index lacks, mapped terms) is in its answer, not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from litwatch.config import Concept, Search
from litwatch.search.strategy import KeyPath
from litwatch.text import one_line

MIN_STEM = 4  # letters that PubMed needs before an asterisk (https://pubmed.ncbi.nlm.nih.gov/help/#wildcards)
_BRACKETS = {")": "(", "]": "["}
# Characters that a word processor puts in place of those a query is made of, and what was meant.
_LOOKALIKES = {
    "“": "a plain quotation mark",
    "”": "a plain quotation mark",
    "„": "a plain quotation mark",
    "‟": "a plain quotation mark",
    "«": "a plain quotation mark",
    "»": "a plain quotation mark",
    "∗": "a plain asterisk",
    "＊": "a plain asterisk",
    "﹡": "a plain asterisk",
    "（": "a plain bracket",
    "）": "a plain bracket",
}
_ESCAPED = re.compile(r"&(?:amp|quot|lt|gt|#\d+);")
_TRUNCATED = re.compile(r"[\w-]+(?=\*)")
_INNER_STAR = re.compile(r"\w*\*\w+")
# The library's findings that are told here already, or that litwatch's readers need not know.
_OURS = frozenset({"non-standard-quotes", "unbalanced-parentheses", "invalid-wildcard-use"})
_PHRASES = {
    "field-unsupported": "PubMed does not know this field tag; it would drop it and search all fields",
    "field-implicit": "without a field tag PubMed rewrites this by automatic term mapping; add one, for example [tiab]",
    "implicit-precedence": "AND and OR without brackets: PubMed works from left to right; add brackets",
    "operator-capitalization": "write AND, OR and NOT in capitals",
}
LONGEST = 20_000  # characters; the library takes minutes for more, as its time grows with the square and worse


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One flaw: the key path of the value in config.yaml, the character in it, and what to do."""

    path: KeyPath
    offset: int
    grade: Literal["error", "warning"]
    message: str


def flaws(search: Search) -> tuple[Flaw, ...]:
    """Return every flaw of the strategy, in the order of the file."""
    found: list[Flaw] = []
    for role, concept in search.concepts.items():
        found += _of_concept(role, concept)
    for source, query in search.native.items():
        found += _of_native(source, query, search)
    return tuple(found)


def _of_concept(role: str, concept: Concept) -> Iterator[Flaw]:
    seen: dict[str, int] = {}
    stems = [term[:-1].casefold() for term in concept.terms if term.endswith("*") and " " not in term]
    for index, term in enumerate(concept.terms):
        path = ("search", "concepts", role, "terms", index)
        first = seen.setdefault(term.casefold(), index)
        if first != index:
            yield Flaw(path=path, offset=0, grade="warning", message=f"{term}: stands in this list already")
            continue
        cover = [stem for stem in stems if term.casefold() != f"{stem}*" and _begins(term, stem)]
        if cover:
            message = f"{term}: finds nothing that {cover[0]}* does not find as well"
            yield Flaw(path=path, offset=0, grade="warning", message=message)
        if term.endswith("*"):
            yield from _of_stem(path, 0, term[:-1], concept.false_friends)


def _begins(term: str, stem: str) -> bool:
    """Tell whether a word of ``term`` begins with ``stem``: a prefix of any word of a phrase finds the phrase."""
    return any(word.startswith(stem) for word in re.split(r"[^\w*]+", term.casefold()))


def _of_stem(path: KeyPath, offset: int, stem: str, friends: Sequence[str]) -> Iterator[Flaw]:
    last = re.split(r"[\s-]+", stem)[-1].casefold()
    brought = [friend for friend in friends if friend.casefold().startswith(last)]
    if len(last) < MIN_STEM:
        more = f"; it would bring in {', '.join(brought[:3])} as well" if brought else ""
        message = f"{stem}*: PubMed truncates after at least {MIN_STEM} letters{more}; write a longer stem"
        yield Flaw(path=path, offset=offset, grade="error", message=message)
    elif brought:
        message = f"{stem}*: would bring in {', '.join(brought[:3])}, listed as false friends; write a longer stem"
        yield Flaw(path=path, offset=offset, grade="warning", message=message)


def _of_native(source: str, query: str, search: Search) -> Iterator[Flaw]:
    path: KeyPath = ("search", "native", source)
    found = [
        Flaw(path=path, offset=at, grade=grade, message=message)
        for at, grade, message in (*_characters(query), *_balance(query), *_stars(source, query))
    ]
    friends = search.concepts["drug"].false_friends if "drug" in search.concepts else ()
    if source in {"pubmed", "europepmc"}:
        for match in _TRUNCATED.finditer(query):
            found += _of_stem(path, match.start(), match[0], friends)
    if source == "pubmed":
        found += _of_pubmed(path, query)
    yield from sorted(found, key=lambda flaw: flaw.offset)


def _characters(query: str) -> Iterator[tuple[int, Literal["error", "warning"], str]]:
    for at, char in enumerate(query):
        if char in _LOOKALIKES:
            yield at, "error", f"{char} is not {_LOOKALIKES[char]}, and is not read as one; type it plain"
    for match in _ESCAPED.finditer(query):
        yield match.start(), "error", f"{match[0]} is an HTML escape, searched as it stands; write the character itself"


def _balance(query: str) -> Iterator[tuple[int, Literal["error", "warning"], str]]:
    """Yield brackets that have no partner; within quotes a bracket is text."""
    waiting: list[tuple[str, int]] = []
    quote = -1
    for at, char in enumerate(query):
        if char == '"':
            quote = at if quote < 0 else -1
        elif quote >= 0:
            continue
        elif char in "([":
            waiting.append((char, at))
        elif char in _BRACKETS:
            if waiting and waiting[-1][0] == _BRACKETS[char]:
                waiting.pop()
            else:
                yield at, "error", f"a {char} without its {_BRACKETS[char]}"
    if quote >= 0:
        yield quote, "error", "a quotation mark without its partner"
    else:
        yield from ((at, "error", f"a {char} that is never closed") for char, at in waiting)


def _stars(source: str, query: str) -> Iterator[tuple[int, Literal["error", "warning"], str]]:
    if source in {"clinicaltrials", "isrctn", "ctis"}:
        at = query.find("*")
        if at >= 0:
            yield at, "error", "this registry cannot truncate; write the whole words"
        return
    for match in _INNER_STAR.finditer(query):
        if source == "pubmed":
            yield match.start(), "warning", f"{match[0]}: an asterisk inside a word is not what [tiab] truncation means"


def _of_pubmed(path: KeyPath, query: str) -> Iterator[Flaw]:
    """Yield what the search-query library finds, in litwatch's words where it has some."""
    if len(query) > LONGEST:
        message = f"longer than {LONGEST:,} characters: its brackets and tags are not checked one by one"
        yield Flaw(path=path, offset=0, grade="warning", message=message)
        return
    for entry in _library(query):
        label = str(entry.get("label", ""))
        if label in _OURS:
            continue
        spans = entry.get("position") or [(0, 0)]
        details = one_line(str(entry.get("details") or entry.get("message", "")), cap=200)
        for start, end in spans if label in {"field-implicit", "field-unsupported"} else spans[:1]:
            shown = query[start:end].strip()
            message = _PHRASES.get(label) or details
            if "Nested queries cannot have search fields" in details:
                message = "a field tag behind a bracket is ignored by PubMed; tag each term"
            grade: Literal["error", "warning"] = "error" if entry.get("is_fatal") else "warning"
            worded = f"{one_line(shown, cap=60)}: {message}" if shown else message
            yield Flaw(path=path, offset=start, grade=grade, message=worded)


def _library(query: str) -> Sequence[dict[str, Any]]:
    """Ask search-query, which prints as it goes. What it cannot read at all has been told by the other rules."""
    import contextlib
    import io

    from search_query.exception import SearchQueryException
    from search_query.linter import lint_query_string

    with contextlib.redirect_stdout(io.StringIO()):
        try:
            return list(lint_query_string(query, platform="pubmed"))
        except (SearchQueryException, AssertionError):  # what it gives up on; the other rules tell of that
            return ()
