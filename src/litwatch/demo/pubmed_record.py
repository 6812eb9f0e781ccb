"""An article written as PubMed writes it: one ``PubmedArticle`` element, valid against pubmed_250101.dtd."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from html import escape

from lxml import etree

from litwatch.demo.mesh import NO_UI, ui
from litwatch.demo.pubmed_index import headings
from litwatch.demo.world import Article

PROLOG = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
_TAG = re.compile(r"&lt;(/?(?:i|b|sub|sup|u))&gt;")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES = {
    "Journal Article": "D016428",
    "Randomized Controlled Trial": "D016449",
    "Review": "D016454",
    "Systematic Review": "D000078182",
    "Meta-Analysis": "D017418",
    "Case Reports": "D002363",
    "Clinical Trial": "D016430",
    "Retracted Publication": "D016441",
    "Retraction of Publication": "D016440",
    "Published Erratum": "D016425",
    "Letter": "D016422",
    "Comment": "D016420",
    "English Abstract": "D004740",
    "Observational Study": "D064888",
    "Practice Guideline": "D017065",
    "Preprint": "D000076942",
    "Multicenter Study": "D016448",
}
_QUALIFIERS = {
    "administration & dosage": "Q000008",
    "adverse effects": "Q000009",
    "drug therapy": "Q000188",
    "pharmacokinetics": "Q000493",
    "pharmacology": "Q000494",
    "therapeutic use": "Q000627",
    "prevention & control": "Q000517",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def text(value: str) -> str:
    """Return ``value`` as XML text, its inline markup kept if it is balanced; what XML cannot hold becomes a space."""
    plain = escape(_ILLEGAL.sub(" ", value), quote=False)
    marked = _TAG.sub(r"<\1>", plain)
    try:
        etree.fromstring(f"<x>{marked}</x>")
    except etree.XMLSyntaxError:
        return plain
    return marked


def element(name: str, content: str, **attributes: str) -> str:
    """Return an element with content that is XML already."""
    given = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{given}>{content}</{name}>"


def optional(name: str, value: str) -> str:
    """Return an element with text, or nothing."""
    return element(name, text(value)) if value else ""


def listed(name: str, parts: Iterable[str], **attributes: str) -> str:
    """Return an element holding ``parts``, or nothing if there are none."""
    content = "".join(parts)
    return element(name, content, **attributes) if content else ""


def pubmed_article(item: Article) -> str:
    """Return the whole ``PubmedArticle``."""
    status = item.status or ("MEDLINE" if item.mesh else "PubMed-not-MEDLINE")
    parts = (
        element("PMID", item.pmid, Version=str(item.version)),
        _date("DateRevised", item.revised) if item.revised else "",
        _article(item),
        element(
            "MedlineJournalInfo",
            element("MedlineTA", text(item.abbreviation or item.journal)) + optional("ISSNLinking", item.issn),
        ),
        listed("ChemicalList", (_chemical(name) for name in item.chemicals)),
        listed("CommentsCorrectionsList", (_notice(one.type, one.source, one.pmid) for one in item.notices)),
        listed("MeshHeadingList", _mesh(item)),
        listed(
            "KeywordList", (element("Keyword", text(word), MajorTopicYN="N") for word in item.keywords), Owner="NOTNLM"
        ),
        optional("CoiStatement", item.conflicts),
    )
    citation = element("MedlineCitation", "".join(parts), Status=status, Owner="NLM")
    return element("PubmedArticle", citation + _pubmed_data(item))


def _article(item: Article) -> str:
    issue = element(
        "JournalIssue",
        optional("Volume", item.volume) + optional("Issue", item.issue) + _published(item.published),
        CitedMedium="Internet" if item.electronic else "Print",
    )
    journal = element(
        "Journal",
        (element("ISSN", item.issn, IssnType="Electronic") if item.issn else "")
        + issue
        + element("Title", text(item.journal))
        + optional("ISOAbbreviation", item.abbreviation),
    )
    doi = element("ELocationID", text(item.doi), EIdType="doi", ValidYN="Y") if item.doi else ""
    pages = element("Pagination", element("MedlinePgn", text(item.pages))) if item.pages or not item.doi else ""
    abstract = "".join(
        element("AbstractText", text(part), **({"Label": label, "NlmCategory": _category(label)} if label else {}))
        for label, part in item.abstract.items()
    )
    banks = (_databank(name, numbers) for name, numbers in item.databanks.items())
    types = (element("PublicationType", text(kind), UI=_TYPES.get(kind, NO_UI)) for kind in item.types)
    content = (
        journal,
        element("ArticleTitle", text(item.title)),
        pages + doi,
        element("Abstract", abstract + optional("CopyrightInformation", item.copyright)) if abstract else "",
        listed("AuthorList", map(_author, item.authors), CompleteYN="Y"),
        "".join(element("Language", code) for code in item.languages),
        listed("DataBankList", banks, CompleteYN="Y"),
        listed("PublicationTypeList", types),
        optional("VernacularTitle", item.vernacular),
        _date("ArticleDate", date.fromisoformat(item.electronic), DateType="Electronic") if item.electronic else "",
    )
    return element("Article", "".join(content), PubModel="Print-Electronic" if item.electronic else "Print")


def _pubmed_data(item: Article) -> str:
    entered = item.entered or item.created
    history = "".join(
        element("PubMedPubDate", _day(day, padded=False) + "<Hour>6</Hour><Minute>0</Minute>", PubStatus=status)
        for status, day in (("pubmed", entered), ("medline", entered), ("entrez", item.created))
    )
    ids = (("pubmed", item.pmid), ("pmc", item.pmcid), ("doi", item.doi))
    return element(
        "PubmedData",
        element("History", history)
        + element("PublicationStatus", "epublish" if item.electronic else "ppublish")
        + listed("ArticleIdList", (element("ArticleId", text(value), IdType=kind) for kind, value in ids if value)),
    )


def _day(day: date, *, padded: bool) -> str:
    month, number = (f"{day:%m}", f"{day:%d}") if padded else (str(day.month), str(day.day))
    return f"<Year>{day.year}</Year><Month>{month}</Month><Day>{number}</Day>"


def _date(name: str, day: date, **attributes: str) -> str:
    return element(name, _day(day, padded=True), **attributes)


def _published(value: str) -> str:
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", value)
    if match is None:
        return element("PubDate", element("MedlineDate", text(value)))
    month = f"<Month>{_MONTHS[int(match[2]) - 1]}</Month>" if match[2] else ""
    number = f"<Day>{match[3]}</Day>" if match[3] else ""
    return element("PubDate", f"<Year>{match[1]}</Year>{month}{number}")


def _author(name: str) -> str:
    if name.startswith("collective:"):
        return element("Author", element("CollectiveName", text(name.removeprefix("collective:").strip())), ValidYN="Y")
    last, _, initials = name.rpartition(" ")
    if not last:
        last, initials = initials, ""
    # Only initials are known of these people, so that is what stands as the fore name, as PubMed does in such a case.
    fore = element("ForeName", text(" ".join(initials))) + element("Initials", text(initials)) if initials else ""
    return element("Author", element("LastName", text(last)) + fore, ValidYN="Y")


def _category(label: str) -> str:
    known = {"INTRODUCTION": "BACKGROUND", "CASE": "RESULTS", "AIM": "OBJECTIVE", "CONCLUSION": "CONCLUSIONS"}
    name = known.get(label, label)
    return name if name in {"BACKGROUND", "OBJECTIVE", "METHODS", "RESULTS", "CONCLUSIONS"} else "UNASSIGNED"


def _databank(name: str, numbers: tuple[str, ...]) -> str:
    accessions = listed("AccessionNumberList", (element("AccessionNumber", text(number)) for number in numbers))
    return element("DataBank", element("DataBankName", text(name)) + accessions)


def _chemical(name: str) -> str:
    return element("Chemical", element("RegistryNumber", "0") + element("NameOfSubstance", text(name), UI=ui(name)))


def _notice(kind: str, source: str, pmid: str) -> str:
    where = element("RefSource", text(source)) + (element("PMID", pmid, Version="1") if pmid else "")
    return element("CommentsCorrections", where, RefType=kind)


def _mesh(item: Article) -> Iterable[str]:
    for name, qualifier, major in headings(item):
        yes = "Y" if major else "N"
        descriptor = element("DescriptorName", text(name), UI=ui(name), MajorTopicYN="N" if qualifier else yes)
        more = element("QualifierName", text(qualifier), UI=_QUALIFIERS.get(qualifier, "Q000000"), MajorTopicYN=yes)
        yield element("MeshHeading", descriptor + (more if qualifier else ""))
