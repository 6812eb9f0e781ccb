"""What every bibliography format gives: a `Citation` from the few facts a reference manager keeps. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from litwatch.identifiers import find
from litwatch.model import AbstractSection, AnyRecord, Author, Citation, Identifier, PartialDate, ReportKind
from litwatch.text import clean_text, one_line, without_markup

LIBRARY = "known"  # the source name of known studies

# One record of a file: the line it starts in, and the record or the reason it could not be read.
Entry = tuple[int, AnyRecord | str]

# "Schwenk ES", "van der Berg-Smith J.-P.": a family name with initials behind it, as PubMed, Embase and CENTRAL write.
_LAST_INITIALS = re.compile(r"(\S.*?)\s+((?:[A-Z]\.?[ -]?){1,5})")
_KINDS: tuple[tuple[re.Pattern[str], ReportKind], ...] = (
    (re.compile(r"\b(?:conference|meeting|congress|abstract)\b", re.IGNORECASE), "abstract"),
    (re.compile(r"\bpreprint\b", re.IGNORECASE), "preprint"),
    (re.compile(r"\bprotocol\b", re.IGNORECASE), "protocol"),
    (re.compile(r"\b(?:erratum|corrigendum|retraction of|expression of concern)\b", re.IGNORECASE), "notice"),
)
# The languages that databases write out or shorten, by their ISO 639-2/B codes.
_LANGUAGES = {
    "eng": "english en", "ger": "german de deu", "fre": "french fr fra", "spa": "spanish es", "ita": "italian it",
    "por": "portuguese pt", "dut": "dutch nl nld", "dan": "danish da", "nor": "norwegian no nb nn", "swe": "swedish sv",
    "fin": "finnish fi", "pol": "polish pl", "rus": "russian ru", "tur": "turkish tr", "per": "persian farsi fa fas",
    "chi": "chinese zh zho", "jpn": "japanese ja", "kor": "korean ko", "cze": "czech cs ces", "hun": "hungarian hu",
}  # fmt: skip
_CODES = {word: code for code, words in _LANGUAGES.items() for word in (code, *words.split())}


def blocks(text: str, end: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield (first line, text) of each stretch that a line matching ``end`` closes, and of what is left over."""
    position, line = 0, 1
    for match in [*end.finditer(text), None]:
        block = text[position : match.start() if match else len(text)]
        if block.strip():
            lead = len(block) - len(block.lstrip())
            yield line + block.count("\n", 0, lead), block.lstrip()
        if match:
            line += text.count("\n", position, match.end())
            position = match.end()


def year_in(text: str) -> str:
    """Return the first year in ``text``, or ""."""
    match = re.search(r"(?<!\d)(1[89]|20)\d\d(?!\d)", text)
    return match[0] if match else ""


def author(name: str) -> Author:
    """Read "Last, First" or "Last FM"; any other name is a group's."""
    words = one_line(name).removesuffix(",").strip()
    last, comma, rest = words.partition(",")
    if comma:
        return Author(last=last.strip(), fore=rest.strip())
    short = _LAST_INITIALS.fullmatch(words)
    if short:
        return Author(last=short[1], initials=re.sub(r"[. -]", "", short[2]))
    return Author(collective=words)


def people(text: str) -> tuple[Author, ...]:
    """Read a list of names in one cell: parted by semicolons, lines or "and", or by commas behind initials."""
    listed = re.sub(r"[,;]?\s*\bet al\b\.?\s*$", "", text.strip())
    if ";" in listed or "\n" in listed or " and " in listed:
        names = re.split(r";|\n|\s+and\s+", listed)
    else:
        parts = [part.strip() for part in listed.rstrip(".").split(",")]
        names = parts if all(_LAST_INITIALS.fullmatch(part) for part in parts) else [listed]
    return tuple(author(name) for name in names if name.strip(" ,."))


def kind_of(text: str) -> ReportKind:
    """Return what kind of report a database's document type means; an article unless it says otherwise."""
    return next((kind for pattern, kind in _KINDS if pattern.search(text)), "article")


def languages(text: str) -> tuple[str, ...]:
    """Return the ISO 639-2/B codes of the languages named in ``text``; one that is not in the table is left out."""
    words = (word.casefold() for word in re.findall(r"[A-Za-z]+", text))
    return tuple(dict.fromkeys(_CODES[word] for word in words if word in _CODES))


def citation(
    *,
    title: str,
    found: Iterable[Identifier | None],
    year: str,
    kind: ReportKind,
    journal: str,
    volume: str,
    issue: str,
    pages: str,
    authors: tuple[Author, ...],
    abstract: str,
    languages: tuple[str, ...] = (),
    publication_types: tuple[str, ...] = (),
    keywords: tuple[str, ...] = (),
    links: Iterable[str] = (),
    numbers: str = "",
) -> Citation:
    """Return the citation; its key is the PMID, else the DOI, else a hash of title, year, first author and place.

    ``links`` are addresses that go with it: the first is its own where it has no better, and each may name a trial.
    ``numbers`` are the trial numbers that a database lists with it, in any form.
    """
    identifiers = tuple(dict.fromkeys(entry for entry in found if entry is not None))
    named: Mapping[str, str] = {entry.kind: entry.value for entry in identifiers}
    # A meeting abstract and its paper, or a year's editorials, share a title and often the first author.
    names = (authors[0].last or authors[0].collective) if authors else ""
    place = "|".join((names, volume, pages.partition("-")[0])).casefold()
    told = f"{one_line(title).casefold()}|{year}" + (f"|{one_line(place)}" if place.strip("| ") else "")
    digest = hashlib.sha256(told.encode()).hexdigest()[:16]
    key = next((f"{kind}:{named[kind]}" for kind in ("pmid", "doi") if kind in named), f"title:{digest}")
    addresses = [one_line(link) for link in links if re.match(r"https?://\S+$", link.strip())]
    abstract = clean_text(without_markup(abstract)).strip()
    return Citation(
        source=LIBRARY,
        key=key,
        kind=kind,
        title=one_line(without_markup(title)),
        url=next(iter(addresses), ""),
        identifiers=identifiers,
        published=PartialDate(value=year) if year else None,
        journal=one_line(journal),
        volume=one_line(volume),
        issue=one_line(issue),
        pages=one_line(pages),
        authors=authors,
        abstract=(AbstractSection(text=abstract),) if abstract else (),
        languages=languages,
        publication_types=publication_types,
        keywords=tuple(one_line(word) for word in keywords),
        mentions=find("\n".join((title, abstract, *addresses, numbers))),
    )
