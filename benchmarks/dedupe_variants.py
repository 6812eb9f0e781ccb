"""Made-up bibliographies of any size for `benchmarks/dedupe.py --scale`: variants, and the traps between them.

Each report is written once and then as two or three databases would export it: names with and without initials' dots,
abbreviated journals, shortened page ranges, pages taken for dates, DOIs as addresses, lost Greek letters, bracketed
translations, missing fields. Between the reports stand those that look like duplicates and are none: parts, errata,
replies, sibling abstracts on one page under one DOI, titles that recur every year. Same seed, same records.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

FIELDS = ("record_id", "author", "year", "title", "journal", "volume", "number", "pages", "abstract", "doi", "issn")
_DUPLICATED = 0.3  # of the reports have more than one record
_TRAPPED = 0.08  # of the reports have a neighbour that is no duplicate
_DAMAGED = 0.02
_SYLLABLES = (
    "ba be bi bo ca ce ci co da de di do fa fe ga ge la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se ta te"
)
_ENDINGS = "tion sis mide pril stat emia osis ine ol ase itis pathy trophic genic lysis kinase"
_JOURNALS = (
    ("Journal of Applied Neurology", "J Appl Neurol"),
    ("European Journal of Internal Medicine Research", "Eur J Intern Med Res"),
    ("Annals of Clinical Pharmacology", "Ann Clin Pharmacol"),
    ("Circulatory Physiology Letters", "Circ Physiol Lett"),
    ("Archives of Pain", "Arch Pain"),
    ("International Archives of Surgery", "Int Arch Surg"),
)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One report as its publisher would describe it; ``report`` names the truth."""

    report: int
    title: str
    authors: tuple[tuple[str, str], ...]  # family name, initials
    year: int
    journal: int
    volume: int
    number: int
    first: int
    last: int
    doi: str
    abstract: str


def bibliography(count: int, seed: int = 7) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield ``count`` records in a mixed order, each with the number of the report it describes."""
    chance = random.Random(seed)  # noqa: S311  # a benchmark needs the same records again, not secrets
    words = _vocabulary(chance)
    sentences = [_sentence(chance, words) for _ in range(3_000)]
    names = [word.capitalize() for word in words[:4_000]]
    made: list[tuple[int, dict[str, str]]] = []
    report = 0
    while len(made) < count:
        one = _report(chance, report, words, names, sentences)
        family = [one]
        if chance.random() < _TRAPPED:
            trap = chance.choice(_TRAPS)
            if trap is _sibling:
                one = replace(one, last=one.first)  # abstracts of a meeting: several on a page
            family = [one, trap(chance, replace(one, report=report + 1), words)]
        for member in family:
            copies = 1 + (chance.random() < _DUPLICATED) * chance.choice((1, 1, 1, 2))
            made.extend((member.report, _written(chance, member, source)) for source in range(copies))
        report += 2
    made = made[:count]
    chance.shuffle(made)
    for number, (truth, row) in enumerate(made):
        yield truth, {"record_id": f"r{number:07d}", **row}


def _vocabulary(chance: random.Random) -> list[str]:
    syllables, endings = _SYLLABLES.split(), _ENDINGS.split()
    words = {
        "".join(chance.choice(syllables) for _ in range(chance.randint(2, 3))) + chance.choice(endings)
        for _ in range(9_000)
    }
    return sorted(words)


def _sentence(chance: random.Random, words: list[str]) -> str:
    return f"{' '.join(chance.choice(words) for _ in range(14)).capitalize()} ({chance.randint(2, 900)} of 1000)."


def _report(chance: random.Random, report: int, words: list[str], names: list[str], sentences: list[str]) -> Made:
    common = min(int(chance.expovariate(1 / 400)), len(words) - 1)
    parts = [chance.choice(words) for _ in range(chance.randint(5, 11))]
    title = (
        f"Effects of {words[common]} on {' '.join(parts)} in {chance.choice(('rats', 'mice', 'adults', 'children'))}"
    )
    first = chance.randint(1, 2_400)
    journal, year = chance.randrange(len(_JOURNALS)), chance.randint(1985, 2024)
    return Made(
        report=report,
        title=title,
        authors=tuple((chance.choice(names), chance.choice("ABCDEFGHJKLMNPRSTW")) for _ in range(chance.randint(1, 8))),
        year=year,
        journal=journal,
        volume=year - 1970 + journal * 7,
        number=chance.randint(1, 12),
        first=first,
        last=first + chance.randint(1, 12),
        doi=f"10.{5000 + journal}/{year}.{report:08d}",
        abstract=" ".join(chance.choice(sentences) for _ in range(chance.randint(8, 14))),
    )


def _written(chance: random.Random, one: Made, source: int) -> dict[str, str]:
    """Return ``one`` as a database would export it: 0 in full, 1 abbreviated, 2 with losses."""
    long, short = _JOURNALS[one.journal]
    pages = f"{one.first}-{one.last}"
    if source == 1:
        pages = f"{one.first}-{_shortened(one.first, one.last)}"
    if chance.random() < _DAMAGED and one.first <= 12 < one.last:
        pages = f"{_MONTHS.split()[one.first - 1]}-{one.last}"
    title = one.title if source != 1 else f"{one.title}."
    if source == 2:
        title = (
            f"[{one.title}]. [Review] [{chance.randint(10, 90)} refs]" if chance.random() < 0.3 else one.title.upper()
        )
    author = {
        0: " and ".join(f"{family}, {initial}." for family, initial in one.authors),
        1: "".join(f"{family} {initial}." for family, initial in one.authors),
        2: "; ".join(f"{family}, {initial}. B." for family, initial in one.authors),
    }[source]
    return {
        "author": author,
        "year": str(one.year),
        "title": title,
        "journal": short if source == 1 else long,
        "volume": str(one.volume),
        "number": str(one.number) if source != 2 else "",
        "pages": pages,
        "abstract": one.abstract if source != 2 or chance.random() < 0.5 else "",
        "doi": {0: one.doi, 1: f"http://dx.doi.org/{one.doi.upper()}", 2: ""}[source],
        "issn": "",
    }


def _shortened(first: int, last: int) -> str:
    """Return the last page as far as it differs from the first: 139-54."""
    start, end = str(first), str(last)
    if len(start) != len(end):
        return end
    same = next((at for at, (a, b) in enumerate(zip(start, end, strict=True)) if a != b), len(end) - 1)
    return end[same:]


def _erratum(chance: random.Random, one: Made, _words: list[str]) -> Made:
    page = one.last + chance.randint(50, 200)
    return replace(one, title=f"Erratum: {one.title}", first=page, last=page, doi=f"{one.doi}.e", abstract="")


def _reply(_chance: random.Random, one: Made, _words: list[str]) -> Made:
    return replace(one, title=f"{one.title}: reply", first=one.last, last=one.last + 1, doi=f"{one.doi}.r", abstract="")


def _next_part(_chance: random.Random, one: Made, _words: list[str]) -> Made:
    return replace(one, title=f"{one.title}. Part II", first=one.last + 1, last=one.last + 9, doi=f"{one.doi}.2")


def _sibling(chance: random.Random, one: Made, words: list[str]) -> Made:
    other = " ".join(chance.choice(words) for _ in range(3))
    parts = one.title.split()
    return replace(one, title=" ".join([*parts[:3], other, *parts[5:]]), abstract=f"{other} {one.abstract[::-1]}")


def _next_year(_chance: random.Random, one: Made, _words: list[str]) -> Made:
    return replace(
        one, year=one.year + 1, volume=one.volume + 1, first=one.first + 31, last=one.last + 31, doi=f"{one.doi}.n"
    )


def _follow_up(chance: random.Random, one: Made, words: list[str]) -> Made:
    return replace(
        _next_year(chance, one, words), title=f"{one.title}: {chance.randint(2, 9)}-year follow-up", year=one.year + 2
    )


_TRAPS: tuple[Callable[[random.Random, Made, list[str]], Made], ...] = (
    _erratum,
    _reply,
    _next_part,
    _sibling,
    _next_year,
    _follow_up,
)
