"""A record of Europe PMC in readable fields, built into the shape of its search (``resultType=core``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from litwatch.demo.span import ALWAYS, span_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """What Europe PMC holds about one record: ``result`` in the shape of ``resultType=core``; ``cites`` are PMIDs."""

    number: str
    database: str
    result: Mapping[str, Any]
    cites: tuple[str, ...] = ()
    since: date = ALWAYS
    until: date = date.max


def deposit(number: str, title: str = "A preprint", database: str = "PPR", **given: Any) -> Deposit:
    """Build a Europe PMC record from the fields of `_result`, plus ``cites``, ``since`` and ``until``."""
    span = span_of(given, str(given.get("published", "2020-01-01")))
    cites = tuple(str(pmid) for pmid in given.pop("cites", ()))
    return Deposit(
        number=number, database=database, result=_result(number, title, database, **given), cites=cites, **span
    )


def _result(
    number: str,
    title: str,
    database: str,
    *,
    abstract: str | Mapping[str, str] = "",
    authors: Sequence[str] = (),
    doi: str = "",
    pmid: str = "",
    pmcid: str = "",
    journal: str = "",
    server: str = "",
    published: str = "2020-01-01",
    indexed: str = "",
    revised: str = "",
    language: str = "eng",
    types: Sequence[str] = (),
    keywords: Sequence[str] = (),
    open_access: bool = False,
    version: int = 0,
    pointers: Sequence[Mapping[str, str]] = (),  # type, source, id, reference, note
) -> dict[str, Any]:
    sections = {"": abstract} if isinstance(abstract, str) else abstract
    text = "".join(f"<h4>{label}</h4>{words}" if label else words for label, words in sections.items())
    people = [
        {"fullName": name, "lastName": name.rpartition(" ")[0], "initials": name.rpartition(" ")[2]} for name in authors
    ]
    found: dict[str, Any] = {"id": number, "source": database}
    found |= {"pmid": pmid} if pmid else {}
    found |= {"pmcid": pmcid, "fullTextIdList": {"fullTextId": [pmcid]}} if pmcid else {}
    found |= {"doi": doi} if doi else {}
    found |= {"title": title}
    found |= {"authorString": f"{', '.join(authors)}.", "authorList": {"author": people}} if people else {}
    found |= {"journalInfo": {"journal": {"title": journal}}} if journal else {}
    found |= {"bookOrReportDetails": {"publisher": server, "yearOfPublication": int(published[:4])}} if server else {}
    found |= {"pubYear": published[:4]}
    found |= {"abstractText": text} if text else {}
    found |= {
        "language": language,
        "pubTypeList": {"pubType": list(types or (("Preprint",) if database == "PPR" else ("Journal Article",)))},
    }
    found |= {"keywordList": {"keyword": list(keywords)}} if keywords else {}
    found |= (
        {"commentCorrectionList": {"commentCorrection": [{**one, "orderIn": at} for at, one in enumerate(pointers, 1)]}}
        if pointers
        else {}
    )
    found |= {
        "isOpenAccess": "Y" if open_access else "N",
        "inEPMC": "N",
        "inPMC": "Y" if pmcid else "N",
        "citedByCount": 0,
    }
    found |= {"versionNumber": version} if version else {}
    return found | {
        "dateOfCreation": indexed or published,
        "firstIndexDate": indexed or published,
        "dateOfRevision": revised or indexed or published,
        "firstPublicationDate": published,
    }
