"""One PubMed record as a Citation: an article, a book, a chapter of a book. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml.etree import _Element as Element

from litwatch.identifiers import find, identifier
from litwatch.model import Citation, DataBank, Identifier, PartialDate, ReportKind
from litwatch.sources.pubmed_fields import (
    authors,
    children,
    corrections,
    data_banks,
    full_date,
    grants,
    mesh,
    name,
    other_abstract,
    sections,
    text,
)
from litwatch.text import TITLE_CAP

PUBMED = "https://pubmed.ncbi.nlm.nih.gov/"
PMC = "https://pmc.ncbi.nlm.nih.gov/articles/"
NO_TITLE = "[no title]"
NOTICES = frozenset({"Published Erratum", "Retraction of Publication", "Retraction Notice", "Expression of Concern"})
KINDS: tuple[tuple[frozenset[str], ReportKind], ...] = (
    (NOTICES, "notice"),
    (frozenset({"Preprint"}), "preprint"),
    (frozenset({"Clinical Trial Protocol"}), "protocol"),
    (frozenset({"Congress", "Meeting Abstract"}), "abstract"),
)
Children = dict[str, list[Element]]


def article(key: str, citation: Element, pubmed: Element | None) -> Citation:
    """Build the Citation of a PubmedArticle."""
    many = _grouped(citation)
    parts = _grouped(many["Article"][0] if "Article" in many else None)
    journal = children(_first(parts, "Journal"))
    issue = children(journal.get("JournalIssue"))
    medline = children(_first(many, "MedlineJournalInfo"))
    data = _PubmedData(pubmed)
    title, vernacular = _title_of(parts.get("ArticleTitle", []), parts.get("VernacularTitle", []))
    abstract = sections(_first(parts, "Abstract"))
    banks = data_banks(_first(parts, "DataBankList"))
    types = _words(_first(parts, "PublicationTypeList"))
    electronic = full_date(_first(parts, "ArticleDate"))
    printed = full_date(issue.get("PubDate"))
    people, complete = authors(parts.get("AuthorList", ()))
    return Citation(
        source="pubmed",
        key=key,
        kind=kind_of(types),
        title=title,
        url=f"{PUBMED}{key}/",
        identifiers=_identifiers(key, parts.get("ELocationID", ()), data.ids),
        mentions=_mentions(banks, " ".join([title, *(part.text for part in abstract)])),
        published=_earlier(electronic, printed) or data.dates.get("pubmed"),
        created=data.dates.get("entrez"),
        revised=full_date(_first(many, "DateRevised")),
        vernacular_title=vernacular,
        journal=name(journal.get("Title")),
        journal_abbreviation=name(journal.get("ISOAbbreviation")) or name(medline.get("MedlineTA")),
        issn=name(journal.get("ISSN")) or name(medline.get("ISSNLinking")),
        volume=text(issue.get("Volume")),
        issue=text(issue.get("Issue")),
        pages=_pages(_first(parts, "Pagination")),
        electronic=electronic,
        printed=printed,
        authors=people,
        authors_complete=complete,
        abstract=abstract,
        other_abstracts=tuple(other_abstract(entry) for entry in many.get("OtherAbstract", ())),
        copyright=text(children(_first(parts, "Abstract")).get("CopyrightInformation")),
        languages=_words(parts.get("Language")),
        publication_types=types,
        mesh=mesh(_first(many, "MeshHeadingList")),
        chemicals=_words(part for each in many.get("ChemicalList", ()) for part in each.iter("NameOfSubstance")),
        keywords=_words(entry for listed in many.get("KeywordList", ()) for entry in listed),
        conflicts=text(_first(many, "CoiStatement")),
        grants=grants(_first(parts, "GrantList")),
        data_banks=banks,
        corrections=corrections(_first(many, "CommentsCorrectionsList")),
        status=citation.get("Status") or "",
        version=_version(many["PMID"][0]),
        publication_model=many["Article"][0].get("PubModel") or "" if "Article" in many else "",
        publication_status=data.status,
        free_full_text=_free(data.ids),
    )


def book(key: str, document: Element, pubmed: Element | None) -> Citation:
    """Build the Citation of a PubmedBookArticle: a book, or a chapter of one."""
    many = _grouped(document)
    whole_book = _grouped(_first(many, "Book"))
    data = _PubmedData(pubmed, _first(many, "ArticleIdList"))
    chapter, vernacular = _title_of(many.get("ArticleTitle", []), many.get("VernacularTitle", []))
    title = text(_first(whole_book, "BookTitle"), TITLE_CAP)
    abstract = sections(_first(many, "Abstract"))
    types = _words(many.get("PublicationType"))
    printed = full_date(_first(whole_book, "PubDate"))
    lists = [*many.get("AuthorList", ()), *whole_book.get("AuthorList", ())]
    people, complete = authors(sorted(lists, key=_is_editors))
    whole = chapter == NO_TITLE
    return Citation(
        source="pubmed",
        key=key,
        kind=kind_of(types),
        title=(title or NO_TITLE) if whole else chapter,
        url=f"{PUBMED}{key}/",
        identifiers=_identifiers(key, whole_book.get("ELocationID", ()), data.ids),
        mentions=_mentions((), " ".join([title, chapter, *(part.text for part in abstract)])),
        published=printed or full_date(_first(many, "ContributionDate")) or data.dates.get("pubmed"),
        created=data.dates.get("entrez"),
        revised=full_date(_first(many, "DateRevised")),
        vernacular_title=vernacular,
        journal="" if whole else title,
        volume=text(_first(whole_book, "Volume")),
        pages=_pages(_first(many, "Pagination")),
        publisher=text(children(_first(whole_book, "Publisher")).get("PublisherName")),
        printed=printed,
        authors=people,
        authors_complete=complete,
        abstract=abstract,
        copyright=text(children(_first(many, "Abstract")).get("CopyrightInformation")),
        languages=_words(many.get("Language")),
        publication_types=types,
        keywords=_words(entry for listed in many.get("KeywordList", ()) for entry in listed),
        grants=grants(_first(many, "GrantList")),
        version=_version(many["PMID"][0]),
        publication_status=data.status,
        free_full_text=_free(data.ids),
    )


def _grouped(element: Element | None) -> Children:
    """Return the children by name, each name's in their order."""
    found: Children = {}
    for child in () if element is None else element:
        found.setdefault(child.tag, []).append(child)
    return found


def _first(parts: Children, name: str) -> Element | None:
    return parts[name][0] if name in parts else None


def _words(entries: Iterable[Element] | None) -> tuple[str, ...]:
    return () if entries is None else tuple(word for entry in entries if (word := name(entry)))


def _title_of(title: Sequence[Element], vernacular: Sequence[Element]) -> tuple[str, str]:
    """Return title and vernacular title. A record without a title is kept and shown as such, or by its vernacular."""
    own = text(title[0], TITLE_CAP) if title else ""
    other = text(vernacular[0], TITLE_CAP) if vernacular else ""
    return own or other or NO_TITLE, other


def kind_of(types: Iterable[str]) -> ReportKind:
    """Return what a report with these publication types is."""
    named = set(types)
    return next((kind for names, kind in KINDS if names & named), "article")


def _identifiers(key: str, locations: Iterable[Element], ids: Iterable[tuple[str, str]]) -> tuple[Identifier, ...]:
    """Return PMID, DOI and PMCID in normal form.

    The DOI is that of ELocationID; the ArticleIdList speaks only where there is none, and never for one marked invalid.
    """
    valid, invalid = [], set()
    for entry in locations:
        if entry.get("EIdType") == "doi" and (doi := identifier("doi", text(entry))):
            if entry.get("ValidYN") == "N":
                invalid.add(doi)
            else:
                valid.append(doi)
    listed = [found for kind, value in ids if kind == "doi" and (found := identifier("doi", value))]
    dois = valid or [doi for doi in listed if doi not in invalid]
    pmc = [found for kind, value in ids if kind == "pmc" and (found := identifier("pmcid", value))]
    return tuple(dict.fromkeys([Identifier(kind="pmid", value=key), *dois, *pmc]))


def _mentions(banks: Iterable[DataBank], running_text: str) -> tuple[Identifier, ...]:
    """Return the registry numbers given as databank entries or read in title and abstract."""
    listed = [number for bank in banks for accession in bank.accessions for number in find(accession)]
    return tuple(dict.fromkeys([*listed, *find(running_text)]))


def _earlier(electronic: PartialDate | None, printed: PartialDate | None) -> PartialDate | None:
    """Return the date of first publication: of the earlier year, and within one year the electronic date."""
    if electronic is None or printed is None:
        return electronic or printed
    return printed if printed.value[:4] < electronic.value[:4] else electronic


def _pages(pagination: Element | None) -> str:
    parts = children(pagination)
    pages = text(parts.get("MedlinePgn"))
    return pages or "-".join(filter(None, (text(parts.get("StartPage")), text(parts.get("EndPage")))))


def _version(pmid: Element) -> int:
    word = pmid.get("Version") or "1"
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 4 else 1  # noqa: PLR2004  # sane numbers


def _free(ids: Iterable[tuple[str, str]]) -> str:
    found = next((found for kind, value in ids if kind == "pmc" and (found := identifier("pmcid", value))), None)
    return f"{PMC}{found.value}/" if found else ""


def _is_editors(listed: Element) -> bool:
    return listed.get("Type") == "editors"


class _PubmedData:
    """What stands beside the citation: status, dates of its history, further ids. Never those of its references."""

    __slots__ = ("dates", "ids", "status")

    def __init__(self, element: Element | None, further: Element | None = None) -> None:
        self.status = ""
        self.dates: dict[str, PartialDate | None] = {}
        self.ids: list[tuple[str, str]] = []
        for child in () if element is None else element:
            if child.tag == "PublicationStatus":
                self.status = text(child)
            elif child.tag == "History":
                for entry in child:
                    self.dates.setdefault(entry.get("PubStatus") or "", full_date(entry))
            elif child.tag == "ArticleIdList":
                self._take(child)
        self._take(further)

    def _take(self, listed: Element | None) -> None:
        if listed is not None:
            self.ids += [(entry.get("IdType") or "", text(entry)) for entry in listed]
