"""Did PubMed search what it was asked? The query compared with PubMed's own translation of it. Pure.

PubMed drops or replaces what it does not understand and answers with a plausible count: an unknown field tag, a tag
over a group, an unsupported modifier. Only the translation tells.
Source: https://pubmed.ncbi.nlm.nih.gov/help/#search-tags
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# PubMed's names of a field, first the one its translations use.
_FIELDS = (
    ("title/abstract", "tiab"),
    ("title", "ti"),
    ("abstract", "ab"),
    ("text word", "tw", "text words"),
    ("mesh terms", "mh", "mesh", "mesh term"),
    ("mesh major topic", "majr"),
    ("mesh subheading", "sh", "subheading"),
    ("supplementary concept", "nm"),
    ("pharmacological action", "pa"),
    ("publication type", "pt", "ptyp"),
    ("other term", "ot"),
    ("transliterated title", "tt"),
    ("author", "au", "auth"),
    ("author - first", "1au"),
    ("author - last", "lastau"),
    ("author - identifier", "auid"),
    ("author - corporate", "cn"),
    ("affiliation", "ad"),
    ("journal", "ta", "jour"),
    ("language", "la", "lang"),
    ("secondary source id", "si"),
    ("article identifier", "aid", "doi", "location id", "lid"),
    ("uid", "pmid"),
    ("filter", "sb", "subset"),
    ("grants and funding", "gr"),
    ("all fields", "all"),
    ("date - publication", "dp", "pdat"),
    ("date - entry", "edat", "date - entrez"),
    ("date - create", "crdt"),
    ("date - modification", "lr", "mdat"),
    ("date - mesh", "mhda"),
    ("date - completion", "dcom"),
)
FIELDS = {name: names[0] for names in _FIELDS for name in names}
ALL_FIELDS = "all fields"
_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"|\[(?P<tag>[^\[\]]*)\]|(?P<bracket>[()])|(?P<word>[^\s()"\[\]]+)')
_OPERATORS = frozenset({"AND", "OR", "NOT", ":"})


@dataclass(frozen=True, slots=True)
class _Term:
    words: str
    tag: str  # as typed; empty without one
    group: bool = False  # the tag stands behind a closing bracket

    @property
    def field(self) -> str:
        """Return the field in PubMed's own name, with any modifier: ``mesh terms:noexp``."""
        name, colon, modifier = self.tag.strip().casefold().partition(":")
        if modifier.startswith("__"):  # PubMed's own number of a journal: [Journal:__jid7505876]
            colon = modifier = ""
        return FIELDS.get(name.strip(), name.strip()) + colon + modifier.strip()

    @property
    def known(self) -> bool:
        return self.tag.strip().casefold().partition(":")[0].strip() in FIELDS

    @property
    def plain(self) -> str:
        """Return the words as PubMed compares them: no case, accents or punctuation; the asterisk stays.

        A typographic asterisk counts as one, since that is what was meant: PubMed drops it.
        """
        folded = unicodedata.normalize("NFKD", self.words.casefold().replace("\N{ASTERISK OPERATOR}", "*"))
        kept = "".join(char for char in folded if not unicodedata.combining(char))
        return " ".join(re.findall(r"[^\W_]+\*?", kept))


def doubts(query: str, translation: str, mapped: Iterable[tuple[str, str]] = ()) -> tuple[str, ...]:
    """Return a warning for everything in ``query`` that ``translation`` does not show PubMed to have searched.

    ``mapped`` are the replacements PubMed declares (from, to): a term found there was searched in another form, which
    is fine as long as its field and modifier are still the same. A query without any tag asks for automatic mapping
    and is not compared.
    """
    asked = list(_terms(query))
    tagged = [term for term in asked if term.tag]
    if not tagged:
        return ()
    if not translation.strip():
        return ("PubMed returned no translation of the query, so what it searched is unknown",)
    searched = {(term.plain, term.field) for term in _terms(translation)}
    fields = {field for _, field in searched}
    replaced = {
        (term.plain, term.field)
        for source, target in mapped
        for term in _terms(source)
        if term.field in {part.field for part in _terms(target)}
    }
    found = [doubt for term in tagged if (doubt := _doubt(term, searched, fields, replaced))]
    everywhere = any(field == ALL_FIELDS for field in fields)
    if everywhere and not any(term.field == ALL_FIELDS or not term.tag for term in asked):
        found.append("PubMed searched all fields for a term that was given a field; see its translation")
    return tuple(dict.fromkeys(found))


def _doubt(term: _Term, searched: set[tuple[str, str]], fields: set[str], replaced: set[tuple[str, str]]) -> str:
    shown = f"{term.words}[{term.tag}]"
    if term.group:
        return f"the field tag [{term.tag}] stands behind a bracket, where PubMed ignores it"
    if not term.known:
        return f"PubMed does not know the field tag of {shown}"
    if term.field.startswith("date - "):
        # Partial dates and ranges are rewritten, so the field alone can be compared.
        return "" if term.field in fields else f"PubMed's translation lacks the date {shown}"
    if (term.plain, term.field) in searched | replaced:
        return ""
    return f"PubMed's translation lacks {shown}: it was searched otherwise or not at all"


def _terms(text: str) -> Iterator[_Term]:
    """Yield every term: a quoted phrase or a run of words, with the tag behind it if there is one."""
    words: list[str] = []
    closed = False
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "tag":
            if words or closed:
                yield _Term(" ".join(words) or "(…)", token["tag"], group=not words)
            words, closed = [], False
        elif kind == "bracket" or token[0] in _OPERATORS:
            if words:
                yield _Term(" ".join(words), "")
            words, closed = [], token[0] == ")"
        else:
            words.append(token["quoted"] if kind == "quoted" else token["word"])
            closed = False
    if words:
        yield _Term(" ".join(words), "")
