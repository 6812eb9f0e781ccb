"""What PubMed can find in an article: its words by field, in order, so that phrases can be matched."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date

from litwatch.demo.world import Article, World, first_day

_MARKUP = re.compile(r"</?(?:i|b|sub|sup|u)>")
_WORD = re.compile(r"[^\W_]+")
Words = tuple[str, ...]


def words_of(text: str) -> Words:
    """Return the words as PubMed compares them: no case, no diacritics; the hyphen splits."""
    plain = unicodedata.normalize("NFKD", _MARKUP.sub("", text))
    return tuple(_WORD.findall("".join(char for char in plain if not unicodedata.combining(char)).casefold()))


def headings(item: Article) -> Iterator[tuple[str, str, bool]]:
    """Yield each MeSH heading with its qualifier ("" if none) and whether it is a major topic."""
    for entry in item.mesh:
        name, _, qualifier = entry.rstrip("*").partition("/")
        yield name, qualifier, entry.endswith("*")


def days(item: Article, field: str) -> tuple[date, ...]:
    """Return the days under which a date field finds an article; a publication has up to two."""
    if field == "crdt":
        return (item.created,)
    if field == "edat":
        return (item.entered or item.created,)
    if field == "lr":
        return (item.revised or item.created,)
    return tuple(found for found in (first_day(item.published), first_day(item.electronic)) if found)


class Index:
    """The words of every article of a world, all versions; computed once."""

    def __init__(self, world: World) -> None:
        self._articles = world.articles
        self._texts = {id(item): _texts(item) for item in world.articles}
        self._vocabulary = {
            key: {name: sorted({word for text in texts for word in text}) for name, texts in fields.items()}
            for key, fields in self._texts.items()
        }

    def texts(self, item: Article, field: str) -> tuple[Words, ...]:
        """Return the texts of one field of an article, each as its words."""
        return self._texts[id(item)].get(field, ())

    def holds(
        self, item: Article, field: str, phrase: Words, *, prefix: bool = False, within: int | None = None
    ) -> bool:
        """Return whether a field holds a phrase.

        ``prefix``: its last word may go on. ``within``: the words may stand in any order, that many others between.
        """
        if not phrase or not self._has_word(item, field, phrase[0], prefix=prefix and len(phrase) == 1):
            return False
        if len(phrase) == 1:
            return True
        if within is not None:
            return any(_near(text, phrase, within) for text in self.texts(item, field))
        return any(_contains(text, phrase, prefix=prefix) for text in self.texts(item, field))

    def _has_word(self, item: Article, field: str, word: str, *, prefix: bool) -> bool:
        words = self._vocabulary[id(item)].get(field, [])
        at = bisect_left(words, word)
        return at < len(words) and (words[at] == word or (prefix and words[at].startswith(word)))

    def ever(self, phrase: Words, *, prefix: bool = False) -> bool:
        """Return whether any article, of any time, holds the phrase anywhere: then it is in the phrase index."""
        return any(self.holds(item, "all", phrase, prefix=prefix) for item in self._articles)


def _contains(text: Words, phrase: Words, *, prefix: bool) -> bool:
    size = len(phrase)
    for start in range(len(text) - size + 1):
        if text[start : start + size - 1] != phrase[:-1]:
            continue
        last = text[start + size - 1]
        if last == phrase[-1] or (prefix and last.startswith(phrase[-1])):
            return True
    return False


def _near(text: Words, phrase: Words, within: int) -> bool:
    span = len(phrase) + within
    return any(set(phrase) <= set(text[start : start + span]) for start in range(len(text)))


def _texts(item: Article) -> dict[str, tuple[Words, ...]]:
    title, abstract = (words_of(item.title),), tuple(words_of(part) for part in item.abstract.values())
    keywords = tuple(words_of(word) for word in item.keywords)
    vernacular = (words_of(item.vernacular),) if item.vernacular else ()
    mesh = tuple(words_of(f"{name} {qualifier}") for name, qualifier, _ in headings(item))
    fields = {
        "ti": title,
        "ab": abstract,
        "tiab": title + abstract + keywords,
        "tt": vernacular,
        "ot": keywords,
        "pt": tuple(words_of(kind) for kind in item.types),
        "nm": tuple(words_of(name) for name in item.chemicals),
        "au": tuple(words_of(name.removeprefix("collective:")) for name in item.authors),
        "ta": (words_of(item.journal), words_of(item.abbreviation), words_of(item.issn)),
        "la": tuple(words_of(code) for code in item.languages),
        "si": tuple(words_of(f"{bank} {number}") for bank, all_ in item.databanks.items() for number in all_),
        "aid": (words_of(item.doi), words_of(item.pmcid)),
        "uid": ((item.pmid,),),
        "sb": (words_of(item.status or ("MEDLINE" if item.mesh else "PubMed-not-MEDLINE")),),
    }
    fields["tw"] = fields["tiab"] + mesh + fields["nm"] + fields["pt"] + vernacular
    fields["all"] = fields["tw"] + fields["au"] + fields["ta"] + fields["si"] + fields["aid"] + fields["uid"]
    return fields
