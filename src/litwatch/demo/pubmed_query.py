"""PubMed's query language, read into a tree. Nothing is evaluated here.

Booleans (upper case) bind left to right, without precedence; operands side by side are joined by AND; a tag over a
group is ignored. Source: https://pubmed.ncbi.nlm.nih.gov/help/#how-do-i-search-pubmed and recorded translations.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

# canonical field → the name that translations print
FIELDS = {
    "tiab": "Title/Abstract",
    "ti": "Title",
    "ab": "Abstract",
    "tt": "Transliterated Title",
    "tw": "Text Word",
    "ot": "Other Term",
    "mh": "MeSH Terms",
    "majr": "MeSH Major Topic",
    "nm": "Supplementary Concept",
    "pt": "Publication Type",
    "crdt": "Date - Create",
    "edat": "Date - Entry",
    "lr": "Date - Modification",
    "dp": "Date - Publication",
    "uid": "UID",
    "au": "Author",
    "ta": "Journal",
    "la": "Language",
    "si": "Secondary Source ID",
    "aid": "Article Identifier",
    "sb": "Subset",
    "all": "All Fields",
}
DATES = frozenset({"crdt", "edat", "lr", "dp"})
_ALIASES = {
    **{name.lower(): field for field, name in FIELDS.items()},
    **{field: field for field in FIELDS},
    "mesh": "mh",
    "pmid": "uid",
    "ptyp": "pt",
    "pdat": "dp",
    "mdat": "lr",
    "jour": "ta",
    "journal": "ta",
    "doi": "aid",
    "filter": "sb",
    "text words": "tw",
}
_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"|(?P<paren>[()])|\[(?P<tag>[^\]]*)\]|(?P<colon>:)|(?P<word>[^\s()"\[\]:]+)')


@dataclass(frozen=True, slots=True)
class Term:
    """Words with their field. ``field`` is None without a tag or with an unknown one (then ``strange``).

    ``raw`` is as typed.
    """

    words: str
    quoted: bool
    field: str | None
    raw: str
    no_explosion: bool = False
    within: int | None = None  # the N of a proximity search, [tiab:~N]
    strange: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Two dates with their field."""

    low: str
    high: str
    field: str


@dataclass(frozen=True, slots=True)
class Group:
    """A parenthesis; ``tagged`` if a field tag stood behind it, which PubMed ignores."""

    inner: Node
    tagged: bool = False


@dataclass(frozen=True, slots=True)
class Bool:
    """Two operands with AND, OR or NOT between them."""

    op: str
    left: Node
    right: Node


Node = Term | Range | Group | Bool


def parse(text: str) -> Node | None:
    """Return the tree of a query; None if it holds no term. Never fails: PubMed makes something of anything."""
    parser = _Parser([(match.lastgroup or "", match.group(match.lastgroup or 0)) for match in _TOKEN.finditer(text)])
    tree = parser.expression()
    while parser.kind():  # a closing parenthesis too many is ignored
        parser.at += 1
        more = parser.expression()
        tree = Bool("AND", tree, more) if tree and more else tree or more
    return tree


def edge(text: str, *, upper: bool) -> date | None:
    """Return the first or (``upper``) last day of a date as typed in a query; None if it is none."""
    match = re.fullmatch(r"(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?", text.strip())
    if not match:
        return None
    year, month, day_ = int(match[1]), match[2], match[3]
    try:
        number = int(month or (12 if upper else 1))
        return date(year, number, int(day_ or (calendar.monthrange(year, number)[1] if upper else 1)))
    except ValueError:
        return None


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def kind(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1]

    def is_operator(self) -> bool:
        return self.kind() == "word" and self.tokens[self.at][1] in {"AND", "OR", "NOT"}

    def closes(self) -> bool:
        return self.kind() == "paren" and self.tokens[self.at][1] == ")"

    def expression(self) -> Node | None:
        left: Node | None = None
        op = "AND"
        while self.kind() and not self.closes():
            if self.is_operator():
                op = self.take()
                continue
            right = self.operand()
            if right is not None:
                left = Bool(op, left, right) if left is not None else right
            op = "AND"
        return left

    def operand(self) -> Node | None:
        kind = self.kind()
        if kind == "paren":
            self.take()
            inner = self.expression()
            if self.closes():
                self.take()
            tagged = self.kind() == "tag"
            if tagged:
                self.take()
            return Group(inner, tagged) if inner is not None else None
        if kind in {"tag", "colon"}:
            self.take()
            return None
        first = self.term()
        if self.kind() != "colon":
            return first
        self.take()
        if self.kind() not in {"word", "quoted"}:
            return first
        second = self.term()
        field = second.field or first.field
        if field in DATES:
            return Range(first.words, second.words, field)
        return Bool("AND", first, second)

    def term(self) -> Term:
        quoted = self.kind() == "quoted"
        words = [self.take()]
        while not quoted and self.kind() == "word" and not self.is_operator():
            words.append(self.take())
        text = " ".join(words)
        raw = f'"{text}"' if quoted else text
        if self.kind() != "tag":
            return Term(text, quoted, None, raw)
        tag = self.take()
        name, _, modifier = tag.strip().lower().partition(":")
        within = int(modifier[1:]) if re.fullmatch(r"~\d+", modifier) else None
        field = _ALIASES.get(name)
        return Term(text, quoted, field, f"{raw}[{tag}]", modifier == "noexp", within, field is None)
