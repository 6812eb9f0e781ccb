"""One result of a Europe PMC search (``resultType=core``) as a `Citation`. Pure.

Source: https://europepmc.org/RestfulWebService (fields of the search method) and recorded answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from litwatch.identifiers import find, identifier, unversioned
from litwatch.model import (
    AbstractSection,
    Author,
    Citation,
    CommentCorrection,
    Identifier,
    MeshHeading,
    PartialDate,
    ReportKind,
)
from litwatch.sources.expect import Unbelieved
from litwatch.sources.fields import Fields
from litwatch.sources.pubmed_record import kind_of
from litwatch.text import TITLE_CAP, clean_text, one_line, without_markup

PREPRINT = "PPR"
SITE = "https://europepmc.org/article"
FREE = frozenset({"F", "OA"})
_HEADING = re.compile(r"<h4>(.*?)</h4>", re.IGNORECASE | re.DOTALL)
_LAST_INITIALS = re.compile(r"(.+?)\s+([A-Z][A-Za-z.\-]{0,5})")
# What Europe PMC calls a pointer, where that is not PubMed's word with spaces in it.
_POINTERS = {"preprint of": "UpdateIn", "preprint in": "UpdateOf"}


def parse_result(result: Any) -> Citation:
    """Return the citation that one member of ``resultList.result`` describes.

    Raises `Unbelieved` when it is not a record, or has no identifier.
    """
    fields = Fields(result)
    database, number = fields.line("source"), fields.line("id")
    if not database or not number:
        raise Unbelieved("a record without source and id")
    title = one_line(without_markup(fields.text("title")), cap=TITLE_CAP)
    abstract = tuple(_sections(fields.text("abstractText")))
    types = fields.block("pubTypeList").strings("pubType")
    journal = fields.block("journalInfo")
    running_text = "\n".join([title, *(section.text for section in abstract)])
    return Citation(
        source="europepmc",
        key=_key(database, number, fields),
        kind=_kind(database, types),
        title=title or "[no title]",
        url=f"{SITE}/{database}/{number}",
        identifiers=tuple(_identifiers(fields)),
        mentions=find(running_text),
        published=fields.date("firstPublicationDate") or _year(fields.line("pubYear")),
        created=fields.date("firstIndexDate") or fields.date("dateOfCreation"),
        revised=fields.date("dateOfRevision"),
        electronic=fields.date("electronicPublicationDate"),
        printed=journal.date("printPublicationDate"),
        journal=journal.block("journal").line("title") or fields.block("bookOrReportDetails").line("publisher"),
        journal_abbreviation=journal.block("journal").line("isoabbreviation")
        or journal.block("journal").line("medlineAbbreviation"),
        issn=journal.block("journal").line("issn") or journal.block("journal").line("essn"),
        volume=journal.line("volume"),
        issue=journal.line("issue"),
        pages=fields.line("pageInfo"),
        authors=tuple(_authors(fields)),
        abstract=abstract,
        languages=tuple(word for word in (fields.line("language"),) if word),
        publication_types=types,
        mesh=tuple(_mesh(fields)),
        keywords=fields.block("keywordList").strings("keyword"),
        corrections=tuple(_corrections(fields)),
        version=fields.whole("versionNumber") or 1,
        publication_model=fields.line("pubModel"),
        publication_status=fields.line("publicationStatus"),
        free_full_text=_free(database, number, fields),
    )


def _key(database: str, number: str, fields: Fields) -> str:
    """Return the record's key. All versions of one preprint share theirs."""
    doi = identifier("doi", fields.line("doi"))
    if database == PREPRINT and doi is not None:
        return f"{PREPRINT}:{unversioned(doi.value)}"
    return f"{database}:{number}"


def _kind(database: str, types: tuple[str, ...]) -> ReportKind:
    if database == PREPRINT:
        return "preprint"
    # Europe PMC adds the publisher's words (review-article, correction) to PubMed's.
    return "notice" if "correction" in types or "retraction" in types else kind_of(types)


def _identifiers(fields: Fields) -> Iterator[Identifier]:
    for kind in ("pmid", "doi", "pmcid"):
        found = identifier(kind, fields.line(kind))
        if found is not None:
            yield found


def _year(text: str) -> PartialDate | None:
    return PartialDate(value=text) if re.fullmatch(r"(1[89]|20)\d\d", text) else None


def _sections(text: str) -> Iterator[AbstractSection]:
    """Yield the abstract's sections; each ``<h4>`` begins one."""
    label = ""
    for position, part in enumerate(_HEADING.split(text)):
        words = clean_text(without_markup(part)).strip()
        if position % 2:
            label = one_line(words)
        elif words:
            yield AbstractSection(text=" ".join(words.split()), label=label)


def _authors(fields: Fields) -> Iterator[Author]:
    listed = list(fields.block("authorList").blocks("author"))
    for entry in listed:
        collective = entry.line("collectiveName")
        orcid = entry.block("authorId")
        if collective or entry.line("lastName") or entry.line("fullName"):
            yield Author(
                last=entry.line("lastName") or ("" if collective else entry.line("fullName")),
                fore=entry.line("firstName"),
                initials=entry.line("initials"),
                suffix=entry.line("suffix"),
                collective=collective,
                orcid=orcid.line("value") if orcid.line("type") == "ORCID" else "",
            )
    if not listed:
        for name in fields.line("authorString").rstrip(".").split(", "):
            match = _LAST_INITIALS.fullmatch(name)
            if match:
                yield Author(last=match[1], initials=match[2])
            elif name:
                yield Author(collective=name)


def _mesh(fields: Fields) -> Iterator[MeshHeading]:
    for entry in fields.block("meshHeadingList").blocks("meshHeading"):
        qualifiers = list(entry.block("meshQualifierList").blocks("meshQualifier"))
        if entry.line("descriptorName"):
            yield MeshHeading(
                descriptor=entry.line("descriptorName"),
                qualifiers=tuple(one.line("qualifierName") for one in qualifiers if one.line("qualifierName")),
                major=any(one.line("majorTopic_YN") == "Y" for one in (entry, *qualifiers)),
            )


def _corrections(fields: Fields) -> Iterator[CommentCorrection]:
    """Yield the pointers in PubMed's words: "Erratum for" is ErratumFor; a preprint's article is its later version."""
    for entry in fields.block("commentCorrectionList").blocks("commentCorrection"):
        named = entry.line("type")
        kind = _POINTERS.get(named.lower()) or "".join(word[:1].upper() + word[1:] for word in named.split())
        number = entry.line("id")
        if not kind:
            continue
        yield CommentCorrection(
            ref_type=kind,
            citation=entry.line("reference"),
            pmid=number if entry.line("source") == "MED" and number.isdigit() else "",
            doi=doi.value if (doi := _doi_in(entry.line("reference"))) else "",
            note=entry.line("note"),
        )


def _doi_in(reference: str) -> Identifier | None:
    match = re.search(r"\bdoi:\s*(10\.\S+)", reference)
    return identifier("doi", match[1]) if match else None


def _free(database: str, number: str, fields: Fields) -> str:
    """Return the address of the free full text. "N" is a string, so only "Y" counts."""
    pmcid = identifier("pmcid", fields.line("pmcid"))
    if pmcid is not None:
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid.value}/"
    for entry in fields.block("fullTextUrlList").blocks("fullTextUrl"):
        address = entry.line("url")
        if entry.line("availabilityCode") in FREE and address.startswith("https://"):
            return address
    return f"{SITE}/{database}/{number}" if fields.line("isOpenAccess") == "Y" else ""
