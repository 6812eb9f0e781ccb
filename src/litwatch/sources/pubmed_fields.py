"""The parts of a PubMed record, each read from its element into model values. Pure.

Speed matters here (a bulk reading touches every element), hence plain loops over children instead of path
expressions. Source of the element names: https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from sys import intern

from lxml.etree import _Element as Element

from litwatch.identifiers import identifier
from litwatch.model import (
    AbstractSection,
    Author,
    CommentCorrection,
    DataBank,
    MeshHeading,
    OtherAbstract,
    PartialDate,
)
from litwatch.text import ABSTRACT_CAP, one_line

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_MEDLINE_DATE = re.compile(r"(?P<year>[12]\d{3})(?:\s+(?P<month>[A-Z][a-z]{2}))?")
_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])\b")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s;]+")
# Presentation MathML repeats itself in these, as TeX or as another markup.
_ANNOTATIONS = tuple(f"{{http://www.w3.org/1998/Math/MathML}}{name}" for name in ("annotation", "annotation-xml"))


def text(element: Element | None, cap: int = ABSTRACT_CAP) -> str:
    """Return all words of an element on one line, inline markup dropped, a formula once."""
    if element is None:
        return ""
    if not len(element):
        return one_line(element.text or "", cap=cap)
    for annotation in element.iter(*_ANNOTATIONS):
        annotation.text = None
        del annotation[:]
    return one_line("".join(element.itertext()), cap=cap)  # type: ignore[arg-type]  # stubs say bytes, lxml gives str


def name(element: Element | None) -> str:
    """Return the words of an element as `text` does, one string for all records that share them."""
    return intern(text(element))


def children(element: Element | None) -> dict[str, Element]:
    """Return the first child of each name."""
    found: dict[str, Element] = {}
    if element is not None:
        for child in element:
            found.setdefault(child.tag, child)
    return found


def full_date(element: Element | None) -> PartialDate | None:
    """Read Year, Month, Day (month as ``Sep``, ``09`` or ``9``), Season or MedlineDate."""
    if element is None:
        return None
    parts = {child.tag: (child.text or "").strip() for child in element}
    if "MedlineDate" in parts:
        return _medline_date(one_line(parts["MedlineDate"]))
    year = parts.get("Year", "")
    if len(year) != 4 or not year.isdigit() or not year.isascii():  # noqa: PLR2004  # a year has four digits
        return None
    if "Season" in parts:
        return PartialDate(value=year, raw=one_line(f"{year} {parts['Season']}"))
    month = _month(parts.get("Month", ""))
    if not month:
        return PartialDate(value=year)
    day = parts.get("Day", "")
    try:
        return PartialDate(value=date(int(year), month, int(day)).isoformat())
    except ValueError:  # no day, or not one of that month
        return PartialDate(value=f"{year}-{month:02}")


def _month(word: str) -> int:
    if word.isdigit() and word.isascii():
        return int(word) if 1 <= int(word) <= 12 else 0  # noqa: PLR2004  # months
    return MONTHS.get(word[:3].lower(), 0)


def _medline_date(words: str) -> PartialDate | None:
    """Keep the wording, and take the first year and month from it: "1998 Dec-1999 Jan" is 1998-12."""
    match = _MEDLINE_DATE.search(words)
    if match is None:
        return None
    month = _month(match["month"] or "")
    return PartialDate(value=f"{match['year']}-{month:02}" if month else match["year"], raw=words)


def authors(lists: Iterable[Element]) -> tuple[tuple[Author, ...], bool]:
    """Return the valid authors of the first list that has any, and whether PubMed calls it complete."""
    for listed in lists:
        found = tuple(_author(entry) for entry in listed if entry.get("ValidYN") != "N")
        if found:
            return found, listed.get("CompleteYN") != "N"
    return (), True


def _author(element: Element) -> Author:
    last = fore = initials = suffix = collective = orcid = ""
    for child in element:
        tag = child.tag
        if tag == "LastName":
            last = name(child)
        elif tag == "ForeName":
            fore = name(child)
        elif tag == "Initials":
            initials = name(child)
        elif tag == "Suffix":
            suffix = text(child)
        elif tag == "CollectiveName":
            collective = text(child)
        elif tag == "Identifier" and child.get("Source") == "ORCID":
            match = _ORCID.search(child.text or "")
            orcid = "-".join(match.groups()).upper() if match else ""
    return Author(last=last, fore=fore, initials=initials, suffix=suffix, collective=collective, orcid=orcid)


def sections(element: Element | None) -> tuple[AbstractSection, ...]:
    """Return the sections of an abstract that say something."""
    if element is None:
        return ()
    return tuple(
        AbstractSection(
            text=words,
            label=intern(one_line(part.get("Label") or "", cap=200)),
            category=intern(one_line(part.get("NlmCategory") or "", cap=40)),
        )
        for part in element
        if part.tag == "AbstractText" and (words := text(part))
    )


def other_abstract(element: Element) -> OtherAbstract:
    """Read an OtherAbstract: another language, or a summary in plain words."""
    return OtherAbstract(
        type=one_line(element.get("Type") or ""),
        language=one_line(element.get("Language") or "eng"),
        sections=sections(element),
    )


def mesh(element: Element | None) -> tuple[MeshHeading, ...]:
    """Return the headings with their qualifiers."""
    headings = []
    for entry in () if element is None else element:
        descriptor = ""
        qualifiers = []
        major = False
        for child in entry:
            major = major or child.get("MajorTopicYN") == "Y"
            if child.tag == "DescriptorName":
                descriptor = name(child)
            elif child.tag == "QualifierName":
                qualifiers.append(name(child))
        if descriptor:
            headings.append(MeshHeading(descriptor=descriptor, qualifiers=tuple(qualifiers), major=major))
    return tuple(headings)


def data_banks(element: Element | None) -> tuple[DataBank, ...]:
    """Return the databanks named, with their accession numbers as printed."""
    banks = []
    for entry in () if element is None else element:
        parts = children(entry)
        accessions = tuple(word for item in parts.get("AccessionNumberList", ()) if (word := text(item)))
        banks.append(DataBank(name=text(parts.get("DataBankName")), accessions=accessions))
    return tuple(banks)


def corrections(element: Element | None) -> tuple[CommentCorrection, ...]:
    """Return the pointers to comments, errata, retractions, updates."""
    pointers = []
    for entry in () if element is None else element:
        parts = children(entry)
        citation = text(parts.get("RefSource"))
        doi = _DOI.search(citation)
        found = identifier("doi", doi[0]) if doi else None
        pointers.append(
            CommentCorrection(
                ref_type=one_line(entry.get("RefType") or ""),
                citation=citation,
                pmid=text(parts.get("PMID")),
                doi=found.value if found else "",
                note=text(parts.get("Note")),
            )
        )
    return tuple(pointers)


def grants(element: Element | None) -> tuple[str, ...]:
    """Return each grant as "number, agency, country", as far as given."""
    lines = []
    for entry in () if element is None else element:
        parts = children(entry)
        words = (text(parts.get(name)) for name in ("GrantID", "Agency", "Country"))
        lines.append(", ".join(word for word in words if word))
    return tuple(line for line in lines if line)
