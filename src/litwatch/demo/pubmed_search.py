"""PubMed's search: a query evaluated over a world, with the translation and the warnings that PubMed gives.

The imitated traps are those of recorded answers: a quoted phrase outside the phrase index vanishes from an OR, an
unknown tag means automatic term mapping, a stop word under a tag finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from litwatch.demo.mesh import Tree
from litwatch.demo.pubmed_index import Index, Words, days, headings, words_of
from litwatch.demo.pubmed_query import DATES, FIELDS, Bool, Group, Node, Range, Term, edge, parse
from litwatch.demo.pubmed_words import KNOWN_PHRASES, STOP_WORDS
from litwatch.demo.world import Article, World

MIN_STEM = 4  # letters before the asterisk
_KNOWN = frozenset(words_of(phrase) for phrase in KNOWN_PHRASES)


@dataclass(frozen=True, slots=True)
class Found:
    """The result of one search. ``pmids`` stand newest first."""

    pmids: tuple[str, ...]
    translation: str
    mapped: tuple[tuple[str, str], ...] = ()  # automatic term mapping: from, to
    not_found: tuple[str, ...] = ()  # phrases not found
    ignored: tuple[str, ...] = ()  # stop words
    quoted_not_found: tuple[str, ...] = ()
    strange_tag: bool = False  # an unknown tag, or one over a group: PubMed then shows an empty error list


@dataclass(frozen=True, slots=True)
class _Part:
    ids: frozenset[str]
    text: str
    op: str = ""  # the loosest operator in ``text``; "" for a single term
    missing: bool = False  # a phrase that PubMed does not know: it drops out of an OR

    def wrapped(self) -> str:
        return f"({self.text})" if self.op else self.text


@dataclass(slots=True)
class _Notes:
    mapped: list[tuple[str, str]] = field(default_factory=list)
    not_found: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    quoted_not_found: list[str] = field(default_factory=list)
    strange_tag: bool = False


class PubMed:
    """The searchable world. `search` is the only way in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.index = Index(world)
        self.tree = Tree(name for item in world.articles for name, _, _ in headings(item))
        self.concepts = {name.lower(): name for item in world.articles for name in item.chemicals}
        self.concepts.setdefault("esketamine", "Esketamine")

    def search(self, term: str, now: datetime) -> Found:
        """Return what ``term`` finds at ``now``."""
        run = _Run(self, self.world.articles_at(now), now.date())
        tree = parse(term)
        part = run.evaluate(tree) if tree is not None else _Part(frozenset(), "")
        notes = run.notes
        lost = not part.ids and (notes.not_found or part.missing)
        return Found(
            pmids=tuple(pmid for pmid in run.articles if pmid in part.ids),
            translation=term if lost else part.text,
            mapped=tuple(dict.fromkeys(notes.mapped)),
            not_found=tuple(notes.not_found),
            ignored=tuple(notes.ignored),
            quoted_not_found=tuple(notes.quoted_not_found),
            strange_tag=notes.strange_tag,
        )


class _Run:
    def __init__(self, pubmed: PubMed, articles: dict[str, Article], today: date) -> None:
        self.pubmed, self.articles, self.today = pubmed, articles, today
        self.notes = _Notes()

    def where(self, test: Callable[[Article], bool]) -> frozenset[str]:
        return frozenset(pmid for pmid, item in self.articles.items() if test(item))

    def evaluate(self, node: Node) -> _Part:
        if isinstance(node, Group):
            self.notes.strange_tag |= node.tagged
            return self.evaluate(node.inner)
        if isinstance(node, Bool):
            return self.combine(node.op, self.evaluate(node.left), self.evaluate(node.right))
        if isinstance(node, Range):
            return self.dates(node.field, node.low, node.high, f"{node.low}:{node.high}[{FIELDS[node.field]}]")
        self.notes.strange_tag |= node.strange
        return self.term(node)

    @staticmethod
    def combine(op: str, left: _Part, right: _Part) -> _Part:
        if op == "OR" and (left.missing or right.missing):
            return right if left.missing else left
        ids = {"AND": left.ids & right.ids, "OR": left.ids | right.ids, "NOT": left.ids - right.ids}[op]
        before = left.text if left.op in {"", op} else f"({left.text})"
        return _Part(ids, f"{before} {op} {right.wrapped()}", op)

    def term(self, term: Term) -> _Part:
        if term.field in DATES:
            return self.dates(term.field or "", term.words, term.words, None)
        if term.field in {"mh", "majr"}:
            return self.heading(term)
        if term.field == "uid":
            wanted = set(re.findall(r"\d+", term.words))
            return _Part(self.where(lambda item: item.pmid in wanted), f"{term.words}[UID]")
        if term.field is None and not term.quoted and not term.words.endswith("*"):
            return self.map_automatically(term)
        return self.text(term, term.field or "all")

    def text(self, term: Term, name: str) -> _Part:
        """Match words in one field: a phrase if quoted or known as one, else each word."""
        words, label = words_of(term.words), FIELDS[name]
        stem = sum(map(len, words[-1:]))
        prefix = term.words.endswith("*") and stem >= MIN_STEM
        if not words or (len(words) == 1 and words[0] in STOP_WORDS and not prefix):
            self.notes.not_found.append(term.words)
            return _Part(frozenset(), term.raw)
        shown = term.words if prefix or not re.search(r"[*∗\[\]]", term.words) else " ".join(words)
        text = f'"{shown}"[{label}{f":~{term.within}" if term.within is not None else ""}]'
        if " ".join(words) in self.pubmed.world.unknown or not self.knows(term, words, prefix=prefix):
            if term.quoted:
                self.notes.quoted_not_found.append(term.raw)
                return _Part(frozenset(), term.raw, missing=True)
            if len(words) == 1:
                self.notes.not_found.append(term.words)
                return _Part(frozenset(), term.raw, missing=True)
            parts = [self.text(Term(word, False, name, f"{word}[{label}]"), name) for word in words]  # noqa: FBT003
            return self.chain("AND", parts)
        holds = self.pubmed.index.holds
        return _Part(self.where(lambda item: holds(item, name, words, prefix=prefix, within=term.within)), text)

    def knows(self, term: Term, words: Words, *, prefix: bool) -> bool:
        """Return whether the phrase index holds the phrase; it holds every word, hyphenated or prefixed ones too."""
        if len(words) == 1 or " " not in term.words.strip() or prefix or term.within is not None:
            return True
        world = self.pubmed.world
        return words in _KNOWN or words in map(words_of, world.phrases) or self.pubmed.index.ever(words)

    def chain(self, op: str, parts: Iterable[_Part]) -> _Part:
        first, *rest = parts
        for part in rest:
            first = self.combine(op, first, part)
        return first

    def heading(self, term: Term) -> _Part:
        name, _, qualifier = term.words.partition("/")
        known = self.pubmed.tree.heading(name)
        label = FIELDS[term.field or "mh"] + (":noexp" if term.no_explosion else "")
        if known is None:
            (self.notes.quoted_not_found if term.quoted else self.notes.not_found).append(term.raw)
            return _Part(frozenset(), term.raw, missing=True)
        wanted = {known} if term.no_explosion else self.pubmed.tree.below(known)
        means = qualifier.strip().lower().replace(" and ", " & ")

        def matches(item: Article) -> bool:
            return any(
                heading in wanted and (not means or given == means) and (term.field == "mh" or major)
                for heading, given, major in headings(item)
            )

        text = f'"{term.words}"[{label}]'
        if not term.quoted:
            self.notes.mapped.append((term.raw, text))
        return _Part(self.where(matches), text)

    def map_automatically(self, term: Term) -> _Part:
        """Map untagged words: the longest run that is a heading or a substance, else each word in all fields."""
        words = [word for word in term.words.split() if word not in {"AND", "OR", "NOT"}]
        parts: list[_Part] = []
        at = 0
        while at < len(words):
            if words[at].lower() in STOP_WORDS:
                self.notes.ignored.append(words[at])
                at += 1
                continue
            ends = range(len(words), at, -1)
            end = next((end for end in ends if self.mapping(" ".join(words[at:end]))), at + 1)
            parts.append(self.mapped(" ".join(words[at:end])))
            at = end
        return self.chain("AND", parts) if parts else _Part(frozenset(), "")

    def mapping(self, phrase: str) -> tuple[str, str] | None:
        """Return the field and the name that a phrase maps to."""
        if heading := self.pubmed.tree.heading(phrase):
            return "mh", heading
        if concept := self.pubmed.concepts.get(phrase.lower()):
            return "nm", concept
        return None

    def mapped(self, phrase: str) -> _Part:
        words = words_of(phrase)
        if not words or " ".join(words) in self.pubmed.world.unknown:
            self.notes.not_found.append(phrase)
            return _Part(frozenset(), f"{phrase}[All Fields]", missing=True)
        found = self.mapping(phrase)
        plain = [Term(word, quoted=True, field="all", raw=word) for word in words]
        parts = [self.term(Term(found[1].lower(), quoted=True, field=found[0], raw=phrase))] if found else []
        if len(words) > 1:
            parts.append(self.chain("AND", [self.text(word, "all") for word in plain]))
            if found:
                parts.append(self.text(Term(" ".join(words), quoted=True, field="all", raw=phrase), "all"))
        else:
            other = words[0][:-1] if words[0].endswith("s") else f"{words[0]}s"
            forms = [other, f"{words[0]}'s"] if found else [other]
            more = [Term(form, quoted=True, field="all", raw=form) for form in forms if words[0].isalpha()]
            parts += [self.text(word, "all") for word in (*plain, *more)]
        part = self.chain("OR", parts)
        self.notes.mapped.append((phrase, part.text))
        return replace(part, text=part.text.replace("'s\"[All", ' s"[All'))  # so it stands in translations

    def dates(self, name: str, low: str, high: str, text: str | None) -> _Part:
        """Match one date field; partial dates span their month or year."""
        first, last = edge(low, upper=False), edge(high, upper=True)
        if relative := re.fullmatch(r"last (\d+) (day|month|year)s?", low):
            span = int(relative[1]) * {"day": 1, "month": 30, "year": 365}[relative[2]]
            first, last = self.today - timedelta(span), self.today
        if first is None or last is None:
            self.notes.not_found.append(low if first is None else high)
            return _Part(frozenset(), text or f"{low}[{FIELDS[name]}]")
        shown = text or f"{first:%Y/%m/%d}:{last:%Y/%m/%d}[{FIELDS[name]}]"
        return _Part(self.where(lambda item: any(first <= one <= last for one in days(item, name))), shown)
