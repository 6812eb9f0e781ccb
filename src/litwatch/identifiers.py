"""The one table of identifiers: how each is written, its normal form, its address, and what only looks like it. Pure.

Patterns follow the registries' own documentation of their numbers; WHO's list of primary registries names them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from litwatch.model import Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of identifier: ``pattern`` finds it, ``normal`` gives its normal form, or None for a look-alike."""

    name: str
    display: str
    pattern: re.Pattern[str]
    normal: Callable[[re.Match[str]], str | None]
    url: str = ""  # with {value}; empty where the registry has no address by number
    in_text: bool = True  # looked for in running text (registry numbers), or only where a field says so


def _pattern(expression: str) -> re.Pattern[str]:
    # A number may not continue to the left or right, or a longer number of another kind would be cut out of.
    return re.compile(rf"(?<![A-Za-z0-9])(?:{expression})(?![A-Za-z0-9])", re.IGNORECASE)


def _joined(template: str) -> Callable[[re.Match[str]], str | None]:
    return lambda match: template.format(*(group or "" for group in match.groups())).upper()


def _eudract(match: re.Match[str]) -> str | None:
    year = int(match[1])
    return f"{match[1]}-{match[2]}-{match[3]}" if 2003 <= year <= 2025 else None  # noqa: PLR2004  # EudraCT's years


def _euct(match: re.Match[str]) -> str | None:
    # From 2022 on CTIS counts its own trials from 500000; moved EudraCT trials are numbered 2022-5xxxxx upward as well.
    return f"{match[1]}-{match[2]}-{match[3]}-{match[4]}"


def _actrn(match: re.Match[str]) -> str | None:
    # The last digit is a letter-coded check in the registry's display ("p" or "a" for pro- and retrospective).
    return f"ACTRN{match[1]}{(match[2] or '').lower()}"


def _doi(match: re.Match[str]) -> str | None:
    value = unquote(match[0]) if "%2f" in match[0].lower() else match[0]
    value = value.rstrip(".,;:'\"”’>*")
    while value.endswith((")", "]")) and value.count({")": "(", "]": "["}[value[-1]]) < value.count(value[-1]):
        value = value[:-1].rstrip(".,;:")
    return value.casefold() if re.fullmatch(r"10\.\d{4,9}/\S+", value) else None


def _utn(match: re.Match[str]) -> str | None:
    return f"U1111-{match[1]}-{match[2]}"


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="pmid",
            display="PMID",
            pattern=re.compile(r"(?<!\d)[1-9]\d{0,7}(?!\d)"),
            normal=lambda match: match[0],
            url="https://pubmed.ncbi.nlm.nih.gov/{value}/",
            in_text=False,
        ),
        Kind(
            name="pmcid",
            display="PMCID",
            pattern=_pattern(r"PMC\s?([1-9]\d{0,8})(?:\.\d+)?"),
            normal=_joined("PMC{0}"),
            url="https://pmc.ncbi.nlm.nih.gov/articles/{value}/",
            in_text=False,
        ),
        Kind(
            name="doi",
            display="DOI",
            # Angle brackets belong to a DOI only in the SICI form: 10.1002/(SICI)…15:1<114::AID-HUMU21>3.0.CO;2-4.
            pattern=re.compile(r"10\.\d{4,9}(?:/|%2f)[^\s\"<>]+(?:<[^\s\"<>]*::[^\s\"<>]*>[^\s\"<>]+)?", re.IGNORECASE),
            normal=_doi,
            url="https://doi.org/{value}",
            in_text=False,
        ),
        Kind(
            name="nct",
            display="ClinicalTrials.gov",
            pattern=_pattern(r"NCT[\s:#-]{0,2}(\d{8})"),
            normal=_joined("NCT{0}"),
            url="https://clinicaltrials.gov/study/{value}",
        ),
        Kind(
            name="isrctn",
            display="ISRCTN",
            pattern=_pattern(r"ISRCTN[\s:#-]{0,2}(\d{8})"),
            normal=_joined("ISRCTN{0}"),
            url="https://www.isrctn.com/{value}",
        ),
        Kind(
            name="euctr",
            display="EU Clinical Trials Register",
            pattern=_pattern(r"EUCTR[\s:-]{0,2}(\d{4})-(\d{6})-(\d{2})(?:-([A-Z]{2,3}))?"),
            normal=lambda m: f"EUCTR{m[1]}-{m[2]}-{m[3]}" + (f"-{m[4].upper()}" if m[4] else ""),
            url="https://www.clinicaltrialsregister.eu/ctr-search/search?query={value}",
        ),
        Kind(
            name="euct",
            display="EU CTIS",
            pattern=_pattern(r"(20[2-9]\d)-(5\d{5})-(\d{2})-(\d{2})"),
            normal=_euct,
            url="https://euclinicaltrials.eu/ctis-public/view/{value}",
        ),
        Kind(
            name="eudract",
            display="EudraCT",
            pattern=_pattern(r"(20\d\d)-([0-46-9]\d{5}|5\d{5})-(\d{2})(?!-\d)"),
            normal=_eudract,
            url="https://www.clinicaltrialsregister.eu/ctr-search/search?query={value}",
        ),
        Kind(
            name="actrn",
            display="ANZCTR",
            pattern=_pattern(r"ACTRN[\s:-]{0,2}(126\d{11})([ap]?)"),
            normal=_actrn,
            url="https://anzctr.org.au/{value}.aspx",
        ),
        Kind(
            name="chictr",
            display="ChiCTR",
            pattern=_pattern(r"ChiCTR[\s:-]{0,2}((?:[A-Z]{2,4}[\s-])?)(\d{8,10})"),
            normal=lambda m: f"ChiCTR{('-' + m[1].upper().strip(' -') + '-') if m[1].strip(' -') else ''}{m[2]}",
        ),
        Kind(
            name="ctri",
            display="CTRI",
            pattern=_pattern(r"CTRI[\s:/-]{0,2}(20\d\d)/(\d{2,3})/(\d{6})"),
            normal=_joined("CTRI/{0}/{1}/{2}"),
        ),
        Kind(
            name="irct",
            display="IRCT",
            pattern=_pattern(r"IRCT[\s:-]{0,2}(\d{8,14}N\d{1,3})"),
            normal=_joined("IRCT{0}"),
            url="https://irct.behdasht.gov.ir/search/result?query={value}",
        ),
        Kind(
            name="jrct",
            display="jRCT",
            pattern=_pattern(r"jRCT([sc]?)[\s:-]{0,2}(\d{9,10})"),
            normal=lambda m: f"jRCT{m[1].lower()}{m[2]}",
            url="https://jrct.mhlw.go.jp/en-latest-detail/{value}",
        ),
        Kind(name="umin", display="UMIN-CTR", pattern=_pattern(r"UMIN[\s:-]{0,2}(\d{9})"), normal=_joined("UMIN{0}")),
        Kind(
            name="japicti",
            display="JapicCTI",
            pattern=_pattern(r"JapicCTI[\s:-]{0,2}(\d{6})"),
            normal=lambda m: f"JapicCTI-{m[1]}",
        ),
        Kind(
            name="kct",
            display="CRIS",
            pattern=_pattern(r"KCT[\s:-]{0,2}(\d{7})"),
            normal=_joined("KCT{0}"),
            url="https://cris.nih.go.kr/cris/search/detailSearch.do?search_lang=E&searchWord={value}",
        ),
        Kind(
            name="ntr",
            display="Netherlands Trial Register",
            pattern=_pattern(r"(NTR\d{2,5}|NL-OMON\d{3,6}|NL\d{4})"),
            normal=_joined("{0}"),
        ),
        Kind(
            name="drks",
            display="DRKS",
            pattern=_pattern(r"DRKS[\s:-]{0,2}(\d{8})"),
            normal=_joined("DRKS{0}"),
            url="https://drks.de/search/en/trial/{value}",
        ),
        Kind(
            name="pactr",
            display="PACTR",
            pattern=_pattern(r"PACTR[\s:-]{0,2}(20\d{10,14})"),
            normal=_joined("PACTR{0}"),
        ),
        Kind(
            name="rbr",
            display="ReBEC",
            pattern=_pattern(r"RBR[\s-]([0-9a-z]{6,8})"),
            normal=lambda m: f"RBR-{m[1].lower()}",
            url="https://ensaiosclinicos.gov.br/rg/{value}",
        ),
        Kind(
            name="slctr",
            display="SLCTR",
            pattern=_pattern(r"SLCTR[\s:/-]{0,2}(20\d\d)/(\d{3})"),
            normal=_joined("SLCTR/{0}/{1}"),
        ),
        Kind(name="tctr", display="TCTR", pattern=_pattern(r"TCTR[\s:-]{0,2}(20\d{9})"), normal=_joined("TCTR{0}")),
        Kind(name="lbctr", display="LBCTR", pattern=_pattern(r"LBCTR[\s:-]{0,2}(20\d{8})"), normal=_joined("LBCTR{0}")),
        Kind(
            name="per",
            display="REPEC",
            pattern=_pattern(r"PER-(\d{3})-(\d{2})"),
            normal=_joined("PER-{0}-{1}"),
        ),
        Kind(name="utn", display="WHO UTN", pattern=_pattern(r"U1111-(\d{4})-(\d{4})"), normal=_utn),
        Kind(
            name="prospero",
            display="PROSPERO",
            pattern=_pattern(r"(?:PROSPERO[\s:#]{0,2})?CRD[\s-]?(42\d{9}|420\d{8}|42\d{6,12})"),
            normal=_joined("CRD{0}"),
            url="https://www.crd.york.ac.uk/prospero/display_record.php?RecordID={value}",
        ),
    )
}

REGISTRIES = frozenset(name for name, kind in KINDS.items() if kind.in_text and name not in {"utn", "prospero"})


def identifier(kind: str, text: str) -> Identifier | None:
    """Return the normal form of one value of ``kind``, or None if ``text`` is not one (all of it must be)."""
    known = KINDS[kind]
    stripped = _bare(text)
    match = known.pattern.fullmatch(stripped)
    if match is None:
        return None
    value = known.normal(match)
    return Identifier(kind=kind, value=value) if value else None


def _bare(text: str) -> str:
    """Strip what people put around an identifier: white space, a name before a colon, a resolver's address."""
    stripped = text.strip().strip("<>").rstrip(".,;")
    stripped = re.sub(r"^(?:https?://)?(?:dx\.)?doi\.org/", "", stripped, flags=re.IGNORECASE)
    return re.sub(
        r"^(?:doi|pmid|pmcid|eudract(?: number)?|registration)\s*:?\s+|^(?:doi|pmid|pmcid):",
        "",
        stripped,
        flags=re.IGNORECASE,
    )


def guess(text: str) -> Identifier | None:
    """Return the identifier a user typed or pasted: a PMID, a DOI, an address, a number in any case."""
    stripped = re.sub(r"^https?://(?:www\.)?", "", text.strip(), flags=re.IGNORECASE).rstrip("/")
    pubmed = re.fullmatch(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d+)", stripped, re.IGNORECASE)
    if pubmed:
        return identifier("pmid", pubmed[1])
    for name in ("pmid", "pmcid", "doi"):
        found = identifier(name, text)
        if found:
            return found
    numbers = find(text)
    return numbers[0] if len(numbers) == 1 else None


# Capital letters without which a text holds no number of that kind: looking for them first spares most texts the
# patterns, which cost half the time of reading a record. Kinds not named begin with their own name.
_SIGNS = {"japicti": "JAPICCTI", "per": "PER-", "prospero": "CRD", "utn": "U1111-"}
_BARE = {"eudract", "euct"}  # numbers without letters
_BARE_SIGN = re.compile(r"\d-\d{6}-\d")
_NTR_SIGN = re.compile(r"N(?:TR|L)[-O\d]")


def _may_hold(name: str, text: str, capitals: str) -> bool:
    if name in _BARE:
        return _BARE_SIGN.search(text) is not None
    if name == "ntr":
        return _NTR_SIGN.search(capitals) is not None
    return _SIGNS.get(name, name.upper()) in capitals


def find(text: str) -> tuple[Identifier, ...]:
    """Return the registry numbers that stand in running text, in order, each once."""
    found: list[tuple[int, int, Identifier]] = []
    capitals = text.upper()
    for name, kind in KINDS.items():
        if not kind.in_text or not _may_hold(name, text, capitals):
            continue
        for match in kind.pattern.finditer(text):
            value = kind.normal(match)
            if value and not any(start < match.end() and match.start() < end for start, end, _ in found):
                found.append((match.start(), match.end(), Identifier(kind=name, value=value)))
    found.sort(key=lambda item: item[:2])
    return tuple(dict.fromkeys(entry for _, _, entry in found))


def display(entry: Identifier) -> str:
    """Return ``entry`` as a reader knows it: ``PMID 29923953``, ``doi:10.…``, ``NCT02697071``."""
    if entry.kind == "pmid":
        return f"PMID {entry.value}"
    return f"doi:{entry.value}" if entry.kind == "doi" else entry.value


def url(entry: Identifier) -> str:
    """Return the https address of ``entry``, or an empty string where its registry has none by number."""
    kind = KINDS.get(entry.kind)
    if kind is None or not kind.url:
        return ""
    return kind.url.format(value=quote(entry.value, safe="/" if entry.kind == "doi" else ""))


def unversioned(doi: str) -> str:
    """Return a preprint's DOI without the version that some servers put at its end.

    Research Square, Authorea: ``/v2``; Preprints.org: ``.v2``; ChemRxiv: ``-v2``; OSF: ``_v2``. medRxiv and bioRxiv
    give all versions one DOI.
    """
    return re.sub(r"[/._-]v\d{1,3}$", "", doi)
