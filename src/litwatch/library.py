"""The user's own library: known studies in RIS and NBIB (PubMed format) files.

What is known here is never told as new; notices and changes on it are. Parsing is pure; `read_library` reads the files
the configuration names.
"""

from __future__ import annotations

import glob
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from litwatch.errors import InputError
from litwatch.identifiers import identifier
from litwatch.model import AbstractSection, Author, Citation, Identifier, PartialDate, ReportKind
from litwatch.text import clean_text, one_line

LIBRARY = "known"  # the source name of these records
SIZE_CAP = 64_000_000

_KINDS: dict[str, ReportKind] = {"ABST": "abstract", "CONF": "abstract", "CPAPER": "abstract", "UNPB": "preprint"}
_RIS_END = re.compile(r"^ER\s{0,2}-.*$", re.MULTILINE)
_RIS_START = re.compile(r"^\ufeff?TY\s{0,2}-", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record that could not be read: the file, the line it starts in, and the reason."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryFile:
    """What one file held. ``read + len(unreadable)`` is the number of records in it."""

    file: str
    records: tuple[Citation, ...]
    unreadable: tuple[Row, ...]


def find_files(patterns: Sequence[str]) -> tuple[Path, ...]:
    """Return the files that ``patterns`` name, sorted, each once."""
    found = (glob.glob(pattern, recursive=True) for pattern in patterns)  # noqa: PTH207  # the patterns are absolute
    return tuple(sorted({Path(name) for names in found for name in names}))


def read_file(path: Path) -> LibraryFile:
    """Read one file of known studies.

    Raises `InputError` when the file as a whole cannot be used; a record that cannot is a `Row`.
    """
    parse = _PARSERS.get(path.suffix.lower())
    if parse is None:
        known = ", ".join(sorted(_PARSERS))
        raise InputError(f"{path}: {path.suffix or 'no suffix'}: not a format of known studies; use {known}")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    if len(content) > SIZE_CAP:
        raise InputError(f"{path}: larger than {SIZE_CAP // 1_000_000} MB; split it")
    text = _decode(content).replace("\r\n", "\n").replace("\r", "\n")
    records: dict[str, Citation] = {}
    rows: list[Row] = []
    for line, outcome in parse(text):
        if isinstance(outcome, str):
            rows.append(Row(file=path.name, line=line, reason=outcome))
        else:
            records.setdefault(outcome.key, outcome)
    return LibraryFile(file=path.name, records=tuple(records.values()), unreadable=tuple(rows))


def _decode(content: bytes) -> str:
    """Decode UTF-8, or Windows-1252 as older reference managers write it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def parse_ris(text: str) -> Iterator[tuple[int, Citation | str]]:
    """Yield each record of a RIS file with the line it starts in, or the reason it could not be read."""
    import rispy

    for line, block in _blocks(text, _RIS_END):
        start = _RIS_START.search(block)
        if start is None:
            yield line, "not a RIS record: no TY line before ER; mend or delete it"
            continue
        found = rispy.loads(f"{block[start.start() :].strip()}\nER  - \n")
        first = line + block[: start.start()].count("\n")
        yield first, _from_ris(found[0]) if found else "not a RIS record; mend or delete it"


def _blocks(text: str, end: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield (first line, text) of each stretch that a line matching ``end`` closes, and of what is left over."""
    position = 0
    for match in [*end.finditer(text), None]:
        block = text[position : match.start() if match else len(text)]
        if block.strip():
            lead = len(block) - len(block.lstrip())
            yield text.count("\n", 0, position + lead) + 1, block.lstrip()
        position = match.end() if match else len(text)


def _from_ris(entry: dict[str, object]) -> Citation | str:
    title = _first(entry, "title", "primary_title", "translated_title")
    if not title:
        return "no title (TI or T1); add one or delete the record"
    candidates = [
        identifier("doi", _first(entry, "doi")),
        *(_pmids(entry)),
        identifier("pmcid", _first(entry, "custom2", "pubmed_central")),
    ]
    year = re.search(r"\b(1[89]|20)\d\d\b", _first(entry, "year", "publication_year", "date"))
    names = entry.get("authors") or entry.get("first_authors") or []
    return _citation(
        title=title,
        found=candidates,
        year=year.group(0) if year else "",
        kind=_KINDS.get(str(entry.get("type_of_reference", "")), "article"),
        journal=_first(entry, "journal_name", "secondary_title", "alternate_title3", "alternate_title1"),
        volume=_first(entry, "volume"),
        issue=_first(entry, "number"),
        pages="-".join(part for part in (_first(entry, "start_page"), _first(entry, "end_page")) if part),
        authors=tuple(_author(str(name)) for name in names) if isinstance(names, list) else (),
        abstract=_first(entry, "abstract", "notes_abstract"),
    )


def _first(entry: dict[str, object], *fields: str) -> str:
    for field in fields:
        value = entry.get(field)
        if isinstance(value, list):
            value = value[0] if value else ""
        if value:
            return str(value)
    return ""


def _pmids(entry: dict[str, object]) -> Iterable[Identifier | None]:
    """Yield the PMID where Zotero, EndNote and PubMed-shaped files put it; a bare accession number only from PubMed."""
    database = _first(entry, "name_of_database").lower()
    accession = _first(entry, "accession_number")
    if accession.isdigit() and any(word in database for word in ("pubmed", "medline", "nlm")):
        yield identifier("pmid", accession)
    for field in ("custom1", "custom3", "notes", "note", "pubmed_id"):
        match = re.search(r"PMID:?\s*(\d{1,8})", _first(entry, field))
        if match:
            yield identifier("pmid", match.group(1))
    urls = entry.get("urls")
    for url in urls if isinstance(urls, list) else ():
        match = re.search(r"pubmed\.ncbi\.nlm\.nih\.gov/(\d{1,8})|ncbi\.nlm\.nih\.gov/pubmed/(\d{1,8})", str(url))
        if match:
            yield identifier("pmid", match.group(1) or match.group(2))


def parse_nbib(text: str) -> Iterator[tuple[int, Citation | str]]:
    """Yield each record of a PubMed-format file, as `parse_ris` does."""
    from Bio import Medline

    for line, block in _blocks(text, re.compile(r"^\s*$(?=\n+PMID-)", re.MULTILINE)):
        entry = Medline.read(io.StringIO(block))  # type: ignore[no-untyped-call]  # Biopython is untyped here
        title = str(entry.get("TI") or entry.get("BTI") or entry.get("TT") or "")
        if not title:
            yield line, "no title (TI); add one or delete the record"
            continue
        dois = [value for value in [*entry.get("AID", []), str(entry.get("LID", ""))] if "[doi]" in value]
        year = re.search(r"\b(1[89]|20)\d\d\b", str(entry.get("DP", "")))
        yield (
            line,
            _citation(
                title=title,
                found=[
                    identifier("pmid", str(entry.get("PMID", ""))),
                    *(identifier("doi", value.replace("[doi]", "")) for value in dois[:1]),
                    identifier("pmcid", str(entry.get("PMC", ""))),
                ],
                year=year.group(0) if year else "",
                kind="article",
                journal=str(entry.get("JT") or entry.get("TA") or ""),
                volume=str(entry.get("VI", "")),
                issue=str(entry.get("IP", "")),
                pages=str(entry.get("PG", "")),
                authors=tuple(_author(name) for name in entry.get("FAU", []) or entry.get("AU", [])),
                abstract=str(entry.get("AB", "")),
            ),
        )


def _author(name: str) -> Author:
    last, comma, rest = one_line(name).partition(",")
    return Author(last=last.strip(), fore=rest.strip()) if comma else Author(collective=one_line(name))


def _citation(
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
) -> Citation:
    identifiers = tuple(dict.fromkeys(entry for entry in found if entry is not None))
    named = {entry.kind: entry.value for entry in identifiers}
    digest = hashlib.sha256(f"{title.casefold()}|{year}".encode()).hexdigest()[:16]
    key = next((f"{kind}:{named[kind]}" for kind in ("pmid", "doi") if kind in named), f"title:{digest}")
    return Citation(
        source=LIBRARY,
        key=key,
        kind=kind,
        title=one_line(title),
        url="",
        identifiers=identifiers,
        published=PartialDate(value=year) if year else None,
        journal=one_line(journal),
        volume=one_line(volume),
        issue=one_line(issue),
        pages=one_line(pages),
        authors=authors,
        abstract=(AbstractSection(text=clean_text(abstract)),) if abstract else (),
    )


Parser = Callable[[str], Iterator[tuple[int, Citation | str]]]
_PARSERS: dict[str, Parser] = {".ris": parse_ris, ".nbib": parse_nbib}
