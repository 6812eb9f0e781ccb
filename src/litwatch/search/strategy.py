"""Concept blocks compiled to each source's own syntax. Pure.

PubMed: every term carries its field tag, so that nothing is left to automatic term mapping
(https://pubmed.ncbi.nlm.nih.gov/help/#search-tags). ClinicalTrials.gov: Essie expressions, which know no truncation
(https://clinicaltrials.gov/find-studies/constructing-complex-search-queries).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from urllib.parse import parse_qsl

from litwatch.config import Concept, Search

KeyPath = tuple[str | int, ...]
NATIVE_PARAMETERS = frozenset(
    {"query.cond", "query.term", "query.intr", "query.titles", "query.outc", "filter.advanced"}
)


def pubmed_query(search: Search) -> str:
    """Return the PubMed query: one parenthesised OR block a concept, joined by AND."""
    if "pubmed" in search.native:
        return search.native["pubmed"]
    return " AND ".join(f"({' OR '.join(_pubmed_terms(concept))})" for concept in search.concepts.values())


def _pubmed_terms(concept: Concept) -> Iterator[str]:
    for heading in concept.mesh:
        yield f'"{heading}"[Mesh]'
    for term in concept.terms:
        # A truncated single word must stand bare: quotes would make PubMed look it up in its phrase index.
        bare = term.endswith("*") and not any(char in term for char in " -")
        yield f"{term}[tiab]" if bare else f'"{term}"[tiab]'


def clinicaltrials_queries(search: Search) -> tuple[dict[str, str], ...]:
    """Return the parameter sets of the registry search; their results are united.

    The first asks condition × intervention. The second asks all words anywhere, for a registration whose condition or
    intervention field lacks the word: two of the eight registrations that the topic is known by say only "Headache".
    """
    native = search.native.get("clinicaltrials")
    if native is not None:
        return (_native(native),)
    drug, condition = (" OR ".join(_words(search.concepts[role])) for role in ("drug", "condition"))
    others = [
        " OR ".join(_words(concept)) for role, concept in search.concepts.items() if role not in {"drug", "condition"}
    ]
    everything = " AND ".join(f"({block})" for block in (drug, condition, *others))
    fielded = {"query.cond": condition, "query.intr": drug}
    if others:
        fielded["query.term"] = " AND ".join(f"({block})" for block in others)
    return (fielded, {"query.term": everything})


def europepmc_query(search: Search) -> str:
    """Return the Europe PMC query: the same blocks over title and abstract, without what PubMed holds, and patents.

    Source: https://europepmc.org/searchsyntax. A truncated phrase is asked word by word, since quotes end truncation
    there.
    """
    native = search.native.get("europepmc")
    if native is not None:
        return native
    blocks = (f"({' OR '.join(_europepmc_terms(concept))})" for concept in search.concepts.values())
    return f"{' AND '.join(blocks)} NOT (SRC:MED OR SRC:PAT)"


def _europepmc_terms(concept: Concept) -> Iterator[str]:
    for heading in concept.mesh:
        yield f'KW:"{heading}"'
    for term in concept.terms:
        if not any(char in term for char in " -"):
            yield f"TITLE_ABS:{term}"
        elif term.endswith("*"):
            yield f"({' AND '.join(f'TITLE_ABS:{word}' for word in term.replace('-', ' ').split())})"
        else:
            yield f'TITLE_ABS:"{term}"'


def isrctn_query(search: Search) -> str:
    """Return the ISRCTN query: whole words, every operator written out, since two bare words mean something else."""
    native = search.native.get("isrctn")
    if native is not None:
        return native
    return " AND ".join(f"({' OR '.join(_words(concept))})" for concept in search.concepts.values())


def ctis_words(search: Search) -> tuple[str, ...]:
    """Return the words that CTIS is asked for, one search each: the drug's, or the native query.

    A term that holds another one whole ("S-ketamine" holds "ketamine") finds nothing that the other does not.
    """
    native = search.native.get("ctis")
    if native is not None:
        return (native,)
    seen: dict[str, str] = {}
    for word in words(search.concepts["drug"]):
        seen.setdefault(word.casefold(), word)
    parts = {word: frozenset(re.findall(r"\w+", folded)) for folded, word in seen.items()}
    return tuple(word for word, own in parts.items() if not any(other < own for other in parts.values()))


def ctis_query(asked: Collection[str], concepts: Collection[Concept]) -> str:
    """Return all that decides on the CTIS set, for the search log: the words asked for, and those looked for here.

    The portal can be asked for one word at a time only, so the other concepts are looked for in its answers.
    """
    words_here = "".join(f" & then=({' OR '.join(_searched(concept))})" for concept in concepts)
    return " | ".join(f"containAll={word}" for word in asked) + words_here


def holds(concept: Concept, text: str) -> bool:
    """Tell whether ``text`` holds a term of ``concept``: for services that cannot be asked for all concepts at once."""
    return _any_term(concept).search(text) is not None


@cache
def _any_term(concept: Concept) -> re.Pattern[str]:
    parts = (re.escape(term.removesuffix("*")) + (r"\w*" if term.endswith("*") else "") for term in _searched(concept))
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def _searched(concept: Concept) -> list[str]:
    return sorted({*concept.terms, *concept.synonyms, *concept.mesh})


def _native(query: str) -> dict[str, str]:
    """Read a native query: parameters as ``query.cond=…&query.intr=…``, anything else is ``query.term`` verbatim."""
    name, sign, _ = query.partition("=")
    if sign and name.strip() in NATIVE_PARAMETERS:
        return dict(parse_qsl(query, keep_blank_values=True))
    return {"query.term": query}


def readable(queries: Collection[Mapping[str, str]]) -> str:
    """Return registry queries as one line for the search log."""
    return " | ".join(" & ".join(f"{name}={value}" for name, value in query.items()) for query in queries)


def words(concept: Concept) -> tuple[str, ...]:
    """Return the whole words of a concept: its terms without truncation, synonyms in place of truncated ones, MeSH."""
    plain = [term for term in concept.terms if not term.endswith("*")]
    return tuple(dict.fromkeys([*concept.synonyms, *plain, *concept.mesh]))


def _words(concept: Concept) -> tuple[str, ...]:
    """Return `words` quoted for Essie where they are phrases, without those another already covers."""
    seen: dict[str, str] = {}
    for word in words(concept):
        seen.setdefault(word.casefold(), word)
    return tuple(f'"{word}"' if any(not char.isalnum() for char in word) else word for word in seen.values())


NO_TRUNCATION = {"clinicaltrials": "ClinicalTrials.gov", "isrctn": "ISRCTN", "ctis": "CTIS"}


def problems(search: Search, enabled: Collection[str]) -> Iterator[tuple[KeyPath, str]]:
    """Yield the key path and wording of each term that an enabled source could not be asked for."""
    unable = [platform for name, platform in NO_TRUNCATION.items() if name in enabled and name not in search.native]
    if not unable:
        return
    for role, concept in search.concepts.items():
        whole = [word.casefold() for word in words(concept)]
        for index, term in enumerate(concept.terms):
            stem = term.removesuffix("*").casefold()
            if term.endswith("*") and not any(word.startswith(stem) for word in whole):
                path = ("search", "concepts", role, "terms", index)
                yield path, f"{term}: {unable[0]} cannot truncate; add a whole word that begins so to synonyms"
