"""Biopython as the oracle: over every recorded PubMed file it accepts, both readings agree field by field."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from litwatch.model import Citation, PartialDate, Unreadable
from litwatch.sources.pubmed_xml import Deleted, read_stream
from litwatch.text import one_line

pytestmark = pytest.mark.shared
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

NEWEST_PROLOG = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, '
    b'1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)


def words(value: object) -> str:
    """Strip the inline markup that Biopython leaves in its strings, then its escapes."""
    return one_line(html.unescape(re.sub(r"</?[A-Za-z][^>]*>", "", str(value))), cap=50_000)


def each(values: object) -> list[str]:
    return [text for value in values or [] if (text := words(value))]  # type: ignore[attr-defined]  # Biopython's list


def day(value: Mapping[str, str] | None) -> str:
    """Write a date's parts as ISO 8601 does, as far as they are there."""
    if not value:
        return ""
    if "MedlineDate" in value:
        return str(value["MedlineDate"])
    if "Season" in value:
        return f"{value['Year']} {value['Season']}"
    month = str(value.get("Month", ""))
    number = int(month) if month.isdigit() else MONTHS.index(month[:3]) + 1 if month else 0
    parts = [str(value["Year"]), *([f"{number:02}"] if number else [])]
    return "-".join([*parts, f"{int(value['Day']):02}"] if number and value.get("Day") else parts)


def shown(value: PartialDate | None) -> str:
    return "" if value is None else value.raw or value.value


def people(listed: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    names = ("LastName", "ForeName", "Initials", "Suffix", "CollectiveName")
    valid = [one for one in listed if one.attributes.get("ValidYN") != "N"]  # type: ignore[attr-defined]  # Biopython's
    return [tuple(words(one.get(name, "")) for name in names) for one in valid]


def abstract_of(value: Mapping[str, Any] | None) -> list[tuple[str, str, str]]:
    return [
        (words(part.attributes.get("Label", "")), part.attributes.get("NlmCategory", ""), words(part))
        for part in (value or {}).get("AbstractText", [])
        if words(part)
    ]


def dois(article: Mapping[str, Any], listed: Sequence[Any]) -> set[str]:
    valid: set[str] = set()
    invalid: set[str] = set()
    for one in article.get("ELocationID", []):
        if one.attributes["EIdType"] == "doi":
            (invalid if one.attributes.get("ValidYN") == "N" else valid).add(doi(one))
    rest = {doi(one) for one in listed if one.attributes["IdType"] == "doi"} - invalid
    return {one for one in valid or rest if one.startswith("10.")}


def doi(value: object) -> str:
    return words(value).casefold().removeprefix("https://doi.org/").removeprefix("doi:").strip().rstrip(".,;")


def expected_article(record: Mapping[str, Any]) -> dict[str, object]:
    citation, data = record["MedlineCitation"], record.get("PubmedData", {})
    article = citation["Article"]
    journal = article.get("Journal", {})
    issue = journal.get("JournalIssue", {})
    medline = citation.get("MedlineJournalInfo", {})
    history = {one.attributes["PubStatus"]: one for one in reversed(data.get("History", []))}
    pagination = article.get("Pagination", {})
    author_list = article.get("AuthorList", [])
    return {
        "pmid": words(citation["PMID"]),
        "version": int(citation["PMID"].attributes.get("Version", "1")),
        "status": citation.attributes.get("Status", ""),
        "model": article.attributes.get("PubModel", ""),
        "title": words(article.get("ArticleTitle", "")) or words(article.get("VernacularTitle", "")) or "[no title]",
        "vernacular": words(article.get("VernacularTitle", "")),
        "journal": words(journal.get("Title", "")),
        "abbreviation": words(journal.get("ISOAbbreviation", "")) or words(medline.get("MedlineTA", "")),
        "issn": words(journal.get("ISSN", "")) or words(medline.get("ISSNLinking", "")),
        "volume": words(issue.get("Volume", "")),
        "issue": words(issue.get("Issue", "")),
        "pages": words(pagination.get("MedlinePgn", "")) or words(pagination.get("StartPage", "")),
        "printed": day(issue.get("PubDate")),
        "electronic": day(next(iter(article.get("ArticleDate", [])), None)),
        "revised": day(citation.get("DateRevised")),
        "created": day(history.get("entrez")),
        "authors": people(author_list),
        "complete": getattr(author_list, "attributes", {}).get("CompleteYN", "Y") != "N",
        "abstract": abstract_of(article.get("Abstract")),
        "copyright": words(article.get("Abstract", {}).get("CopyrightInformation", "")),
        "others": [
            (one.attributes["Type"], one.attributes.get("Language", "eng"), abstract_of(one))
            for one in citation.get("OtherAbstract", [])
        ],
        "languages": each(article.get("Language")),
        "types": each(article.get("PublicationTypeList")),
        "mesh": [
            (
                words(one["DescriptorName"]),
                each(one.get("QualifierName")),
                any(
                    part.attributes.get("MajorTopicYN") == "Y"
                    for part in [one["DescriptorName"], *one.get("QualifierName", [])]
                ),
            )
            for one in citation.get("MeshHeadingList", [])
        ],
        "chemicals": [words(one["NameOfSubstance"]) for one in citation.get("ChemicalList", [])],
        "keywords": [text for listed in citation.get("KeywordList", []) for text in each(listed)],
        "conflicts": words(citation.get("CoiStatement", "")),
        "grants": [
            ", ".join(filter(None, (words(one.get(name, "")) for name in ("GrantID", "Agency", "Country"))))
            for one in article.get("GrantList", [])
        ],
        "banks": [
            (words(one["DataBankName"]), each(one.get("AccessionNumberList")))
            for one in article.get("DataBankList", [])
        ],
        "corrections": [
            (
                one.attributes["RefType"],
                words(one["RefSource"]),
                words(one.get("PMID", "")),
                words(one.get("Note", "")),
            )
            for one in citation.get("CommentsCorrectionsList", [])
        ],
        "publication status": words(data.get("PublicationStatus", "")),
        "doi": dois(article, data.get("ArticleIdList", [])),
        "pmc": {
            words(one).partition(".")[0] for one in data.get("ArticleIdList", []) if one.attributes["IdType"] == "pmc"
        },
    }


def ours_article(citation: Citation) -> dict[str, object]:
    def of_kind(kind: str) -> set[str]:
        return {one.value for one in citation.identifiers if one.kind == kind}

    return {
        "pmid": citation.key,
        "version": citation.version,
        "status": citation.status,
        "model": citation.publication_model,
        "title": citation.title,
        "vernacular": citation.vernacular_title,
        "journal": citation.journal,
        "abbreviation": citation.journal_abbreviation,
        "issn": citation.issn,
        "volume": citation.volume,
        "issue": citation.issue,
        "pages": citation.pages,
        "printed": shown(citation.printed),
        "electronic": shown(citation.electronic),
        "revised": shown(citation.revised),
        "created": shown(citation.created),
        "authors": [(one.last, one.fore, one.initials, one.suffix, one.collective) for one in citation.authors],
        "complete": citation.authors_complete,
        "abstract": [(part.label, part.category, part.text) for part in citation.abstract],
        "copyright": citation.copyright,
        "others": [
            (one.type, one.language, [(part.label, part.category, part.text) for part in one.sections])
            for one in citation.other_abstracts
        ],
        "languages": list(citation.languages),
        "types": list(citation.publication_types),
        "mesh": [(one.descriptor, list(one.qualifiers), one.major) for one in citation.mesh],
        "chemicals": list(citation.chemicals),
        "keywords": list(citation.keywords),
        "conflicts": citation.conflicts,
        "grants": list(citation.grants),
        "banks": [(one.name, list(one.accessions)) for one in citation.data_banks],
        "corrections": [(one.ref_type, one.citation, one.pmid, one.note) for one in citation.corrections],
        "publication status": citation.publication_status,
        "doi": of_kind("doi"),
        "pmc": of_kind("pmcid"),
    }


def expected_book(record: Mapping[str, Any]) -> dict[str, object]:
    document = record["BookDocument"]
    chapter, title = words(document.get("ArticleTitle", "")), words(document["Book"]["BookTitle"])
    return {
        "pmid": words(document["PMID"]),
        "title": chapter or title,
        "journal": title if chapter else "",
        "publisher": words(document["Book"]["Publisher"]["PublisherName"]),
        "printed": day(document["Book"]["PubDate"]),
        "abstract": abstract_of(document.get("Abstract")),
        "types": each(document.get("PublicationType")),
        "languages": each(document.get("Language")),
    }


def ours_book(citation: Citation) -> dict[str, object]:
    mine = ours_article(citation)
    return {"publisher": citation.publisher} | {
        name: mine[name] for name in ("pmid", "title", "journal", "printed", "abstract", "types", "languages")
    }


def documents(shared: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every recorded PubMed XML document, those inside recorded exchanges excepted."""
    for path in sorted((shared / "data/recordings").rglob("*")):
        if not path.name.endswith((".xml", ".xml.gz")):
            continue
        body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if re.search(rb"<(PubmedArticleSet|PubmedArticle|PubmedBookArticle)[\s>]", body[:5000]):
            yield path.relative_to(shared).as_posix(), body


def oracle(body: bytes, tmp: Path) -> Mapping[str, Any] | None:
    """Return Biopython's reading; None where it refuses the file or would have to fetch its DTD."""
    from Bio import Entrez

    Entrez.local_cache = str(tmp)  # type: ignore[assignment]  # Biopython's default, None, hides its type
    known = {path.name for path in (Path(Entrez.__file__).parent / "DTDs").iterdir()}
    system = re.search(rb'<!DOCTYPE[^>]*?([\w.-]+\.dtd)"', body[:5000])
    if system is None or system[1].decode() not in known:
        return None
    reader: Any = Entrez.read  # it carries no types
    try:
        read: Mapping[str, Any] = reader(BytesIO(body), escape=True)
    except (ValueError, RuntimeError):
        return None
    return read


def under_newest_dtd(body: bytes) -> bytes:
    """Give a document Biopython refuses for its DOCTYPE alone (none, http, a year it lacks) the newest it has."""
    body = re.sub(rb"<\?xml[^>]*\?>|<!DOCTYPE[^>]*>", b"", body.removeprefix(b"\xef\xbb\xbf"))
    single = re.search(rb"<(PubmedArticleSet|PubmedArticle|PubmedBookArticle)[\s>]", body)
    if single is None or single[1] != b"PubmedArticleSet":
        body = b"<PubmedArticleSet>" + body + b"</PubmedArticleSet>"
    return NEWEST_PROLOG + body


def test_both_readings_of_every_recorded_file_agree(shared: Path, tmp_path: Path) -> None:
    refused: list[str] = []
    accepted, records, books, deleted = 0, 0, 0, 0
    for name, body in documents(shared):
        reading = oracle(body, tmp_path)
        if reading is None:
            body = under_newest_dtd(body)  # noqa: PLW2901  # what follows reads the same document
            reading = oracle(body, tmp_path)
        if reading is None:
            refused.append(name)
            continue
        accepted += 1
        entries = list(read_stream(BytesIO(body)))
        articles = [one for one in entries if isinstance(one, Citation) and not one.publisher]
        numbered = [one for one in reading.get("PubmedArticle", []) if one["MedlineCitation"].get("PMID")]
        expected = [expected_article(one) for one in numbered]
        for mine, theirs in zip((ours_article(one) for one in articles), expected, strict=True):
            assert theirs == mine, (name, theirs["pmid"])
        printed = [one for one in entries if isinstance(one, Citation) and one.publisher]
        for book, theirs in zip(printed, map(expected_book, reading.get("PubmedBookArticle", [])), strict=True):
            assert theirs == ours_book(book), (name, theirs["pmid"])
        gone = [one.pmid for one in entries if isinstance(one, Deleted)]
        assert each(reading.get("DeleteCitation")) == gone
        unreadable = [one for one in entries if isinstance(one, Unreadable)]
        assert len(reading.get("PubmedArticle", [])) - len(numbered) == len(unreadable), name
        records, books, deleted = records + len(articles), books + len(printed), deleted + len(gone)

    # Counted when this was written: 52 files, 591 articles, 2 book articles, 35 deletions.
    assert accepted >= 50, refused
    assert records >= 590
    assert (books, deleted) >= (2, 35)
