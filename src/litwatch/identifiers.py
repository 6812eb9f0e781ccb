"""The one table of identifiers: how each is written, its normal form, its address, and what only looks like it. Pure.

Patterns follow the registries' own documentation of their numbers; WHO's list of primary registries names them. No
check digit is checked, because no rule of one is published: the last digits of EudraCT and ANZCTR numbers are said to
be check digits without saying how they are made, and no other registry, nor the UTN, documents one (looked up in
November 2026). A registry without an address by number is reached through WHO's portal, which has them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from litwatch.model import Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of identifier: ``pattern`` finds it, ``normal`` gives its normal form, or None for a look-alike.

    ``url`` may hold {value} or {number}, the value without the register's name and country. ``false_friends``
    only look like it; the tests hold each kind to its own.
    """

    name: str
    display: str
    pattern: re.Pattern[str]
    normal: Callable[[re.Match[str]], str | None]
    url: str = ""  # empty where nothing is to be had by number
    in_text: bool = True  # looked for in running text (registry numbers), or only where a field says so
    false_friends: tuple[str, ...] = ()


PORTAL = "https://trialsearch.who.int/Trial2.aspx?TrialID="


def _pattern(expression: str) -> re.Pattern[str]:
    # A number may not continue to the left or right, or a longer number of another kind would be cut out of.
    return re.compile(rf"(?<![A-Za-z0-9])(?:{expression})(?![A-Za-z0-9])", re.IGNORECASE | re.ASCII)


# Dashes and blanks as typesetters write them, one character each, so that places in the text stay what they are.
_PLAIN = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-") | dict.fromkeys("\xa0\u2009\u202f", " ")
)


def _joined(template: str) -> Callable[[re.Match[str]], str | None]:
    return lambda match: template.format(*(group or "" for group in match.groups())).upper()


def _eudract(match: re.Match[str]) -> str | None:
    year = int(match[1])
    return f"{match[1]}-{match[2]}-{match[3]}" if 2003 <= year <= 2025 else None  # noqa: PLR2004  # EudraCT's years


def _doi(match: re.Match[str]) -> str | None:
    value = unquote(match[0]) if "%2f" in match[0].lower() else match[0]
    value = value.rstrip(".,;:'\"”’>*")
    while value.endswith((")", "]")) and value.count({")": "(", "]": "["}[value[-1]]) < value.count(value[-1]):
        value = value[:-1].rstrip(".,;:")
    return value.casefold() if re.fullmatch(r"10\.\d{4,9}/\S+", value) else None


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="pmid",
            display="PMID",
            pattern=re.compile(r"(?<![0-9])[1-9][0-9]{0,7}(?![0-9])"),
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
            false_friends=("NCT0269707", "NCT026970711", "XNCT02697071", "NCT-503 blocks the enzyme"),
        ),
        Kind(
            name="isrctn",
            display="ISRCTN",
            pattern=_pattern(r"ISRCTN[\s:#-]{0,2}(\d{8})"),
            normal=_joined("ISRCTN{0}"),
            url="https://www.isrctn.com/{value}",
            false_friends=("ISRCTN1234567", "the ISRCTN registry, 2020"),
        ),
        Kind(
            name="euctr",
            display="EU Clinical Trials Register",
            pattern=_pattern(r"EUCTR[\s:-]{0,2}(\d{4})-(\d{6})-(\d{2})(?:-([A-Z]{2,3}))?"),
            normal=lambda m: f"EUCTR{m[1]}-{m[2]}-{m[3]}" + (f"-{m[4].upper()}" if m[4] else ""),
            url="https://www.clinicaltrialsregister.eu/ctr-search/search?query=eudract_number:{number}",
            false_friends=("EUCTR2019-00126-29", "the EUCTR of 2019"),
        ),
        Kind(
            name="euct",
            display="EU CTIS",
            # The last two digits count resubmissions of one trial, and people leave them out.
            pattern=_pattern(r"(202[2-9]|20[3-9]\d)-(5\d{5})-(\d{2})(?:-(\d{2}))?(?!-\d)"),
            normal=lambda m: "-".join(group for group in m.groups() if group),
            url="https://euclinicaltrials.eu/ctis-public/view/{value}",
            false_friends=("2021-503456-12-00", "2023-50345-12-00"),
        ),
        Kind(
            name="eudract",
            display="EudraCT",
            # From 500000 on the numbers are CTIS's; EudraCT never came so far.
            pattern=_pattern(r"(20\d\d)-([0-4]\d{5})-(\d{2})(?!-\d)"),
            normal=_eudract,
            url="https://www.clinicaltrialsregister.eu/ctr-search/search?query=eudract_number:{value}",
            false_friends=(
                "1999-001260-29",
                "2026-001260-29",
                "2019-2020",
                "between 2010-12-01 and 2011-03-05",
                "call 555-123456-78",
                "2019-001260-29-1",
            ),
        ),
        Kind(
            name="actrn",
            display="ANZCTR",
            pattern=_pattern(r"ACTRN[\s:-]{0,2}(126\d{11})([ap]?)"),
            normal=lambda m: f"ACTRN{m[1]}{m[2].lower()}",  # "p", "a": registered before or after the first participant
            url="https://anzctr.org.au/{value}.aspx",
            false_friends=("ACTRN1261900123456", "ACTRN00000000000000"),
        ),
        Kind(
            name="chictr",
            display="ChiCTR",
            pattern=_pattern(r"ChiCTR[\s:-]{0,2}(?:([A-Z]{2,4})[\s-])?(\d{8,10})"),
            normal=lambda m: f"ChiCTR-{m[1].upper()}-{m[2]}" if m[1] else f"ChiCTR{m[2]}",
            url=PORTAL + "{value}",
            false_friends=("ChiCTR2020", "ChiCTR-TRC"),
        ),
        Kind(
            name="ctri",
            display="CTRI",
            pattern=_pattern(r"CTRI[\s:/-]{0,2}(20\d\d)[/-](\d{2,3})[/-](\d{6})"),
            normal=_joined("CTRI/{0}/{1}/{2}"),
            url=PORTAL + "{value}",
            false_friends=("CTRI/2020/05", "CTRI 2020"),
        ),
        Kind(
            name="irct",
            display="IRCT",
            pattern=_pattern(r"IRCT[\s:-]{0,2}(\d{8,14}N\d{1,3})"),
            normal=_joined("IRCT{0}"),
            url="https://irct.behdasht.gov.ir/search/result?query={value}",
            false_friends=("IRCT", "IRCT20180108038276", "the IRCT N1"),
        ),
        Kind(
            name="jrct",
            display="jRCT",
            pattern=_pattern(r"jRCT([sc]?)[\s:-]{0,2}(\d{9,10})"),
            normal=lambda m: f"jRCT{m[1].lower()}{m[2]}",
            url="https://jrct.mhlw.go.jp/en-latest-detail/{value}",
            false_friends=("jRCT2020", "jRCTs03118012"),
        ),
        Kind(
            name="umin",
            display="UMIN-CTR",
            pattern=_pattern(r"UMIN(?:-CTR)?[\s:-]{0,2}(\d{9})"),
            normal=_joined("UMIN{0}"),
            url=PORTAL + "JPRN-{value}",
            false_friends=("UMIN00001234", "UMIN-CTR"),
        ),
        Kind(
            name="japicti",
            display="JapicCTI",
            pattern=_pattern(r"JapicCTI[\s:-]{0,2}(\d{6})"),
            normal=lambda m: f"JapicCTI-{m[1]}",
            url=PORTAL + "JPRN-{value}",
            false_friends=("JapicCTI-18421",),
        ),
        Kind(
            name="kct",
            display="CRIS",
            pattern=_pattern(r"KCT[\s:-]{0,2}(\d{7})"),
            normal=_joined("KCT{0}"),
            url="https://cris.nih.go.kr/cris/search/detailSearch.do?search_lang=E&searchWord={value}",
            false_friends=("KCT000123", "KCT1 and KCT2"),
        ),
        Kind(
            name="ntr",
            display="Netherlands Trial Register",
            # NTR1 to NTR3 are receptors, NL63 is a virus, NL-1105 is a postcode, NL12345.018.15 an ethics committee's.
            pattern=_pattern(r"(NTR\d{2,5}|NTR[\s-]\d{3,5}|NL-OMON\d{3,6}|NL\d{4}(?!\.\d))"),
            normal=lambda m: re.sub(r"^NTR[\s-]", "NTR", m[1].upper()),
            url=PORTAL + "{value}",
            false_friends=("the NTR gene", "NTR1 agonists", "NL63", "NL-1105 AZ", "contrast NL 12", "NL5432.018.15"),
        ),
        Kind(
            name="drks",
            display="DRKS",
            pattern=_pattern(r"DRKS[\s:-]{0,2}(\d{8})"),
            normal=_joined("DRKS{0}"),
            url="https://drks.de/search/en/trial/{value}",
            false_friends=("DRKS0001234",),
        ),
        Kind(
            name="pactr",
            display="PACTR",
            pattern=_pattern(r"PACTR[\s:-]{0,2}(20\d{10,14})"),
            normal=_joined("PACTR{0}"),
            url=PORTAL + "{value}",
            false_friends=("PACTR2019",),
        ),
        Kind(
            name="rbr",
            display="ReBEC",
            pattern=_pattern(r"RBR[\s-](\d[0-9a-z]{5,7})"),
            normal=lambda m: f"RBR-{m[1].lower()}",
            url="https://ensaiosclinicos.gov.br/rg/{value}",
            false_friends=("RBR", "RBR-related", "RBR ligases"),
        ),
        Kind(
            name="slctr",
            display="SLCTR",
            pattern=_pattern(r"SLCTR[\s:/-]{0,2}(20\d\d)/(\d{3})"),
            normal=_joined("SLCTR/{0}/{1}"),
            url=PORTAL + "{value}",
            false_friends=("SLCTR/2019",),
        ),
        Kind(
            name="tctr",
            display="TCTR",
            pattern=_pattern(r"TCTR[\s:-]{0,2}(20\d{9})"),
            normal=_joined("TCTR{0}"),
            url=PORTAL + "{value}",
            false_friends=("TCTR2019",),
        ),
        Kind(
            name="lbctr",
            display="LBCTR",
            pattern=_pattern(r"LBCTR[\s:-]{0,2}(20\d{8})"),
            normal=_joined("LBCTR{0}"),
            url=PORTAL + "{value}",
            false_friends=("LBCTR2019",),
        ),
        Kind(
            name="rpcec",
            display="RPCEC",
            pattern=_pattern(r"RPCEC[\s:-]{0,2}(\d{8})"),
            normal=_joined("RPCEC{0}"),
            url=PORTAL + "{value}",
            false_friends=("RPCEC0000",),
        ),
        Kind(
            name="itmctr",
            display="ITMCTR",
            pattern=_pattern(r"ITMCTR[\s:-]{0,2}(20\d{8})"),
            normal=_joined("ITMCTR{0}"),
            url=PORTAL + "{value}",
            false_friends=("ITMCTR2023",),
        ),
        Kind(
            name="per",
            display="REPEC",
            pattern=_pattern(r"PER-(\d{3})-(\d{2})"),
            normal=_joined("PER-{0}-{1}"),
            url=PORTAL + "{value}",
            false_friends=("PER-12-19", "hyper-012-19"),
        ),
        Kind(
            name="utn",
            display="WHO UTN",
            pattern=_pattern(r"U1111-(\d{4})-(\d{4})"),
            normal=lambda m: f"U1111-{m[1]}-{m[2]}",
            false_friends=("U1111", "U1111-1234", "U1112-1234-5678"),
        ),
        Kind(
            name="prospero",
            display="PROSPERO",
            pattern=_pattern(r"(?:PROSPERO[\s:#]{0,2})?CRD[\s-]?(42\d{9,10})"),
            normal=_joined("CRD{0}"),
            url="https://www.crd.york.ac.uk/PROSPERO/view/{value}",
            false_friends=("CRD", "CRD42", "CRD42020", "CRD Report 4"),
        ),
    )
}

REGISTRIES = frozenset(name for name, kind in KINDS.items() if kind.in_text and name not in {"utn", "prospero"})


def identifier(kind: str, text: str) -> Identifier | None:
    """Return the normal form of one value of ``kind``, or None if ``text`` is not one (all of it must be)."""
    known = KINDS[kind]
    stripped = _bare(text).translate(_PLAIN)
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
_NTR_SIGN = re.compile(r"NTR[-\s\d]|NL[-\d]")


def _may_hold(name: str, text: str, capitals: str) -> bool:
    if name in _BARE:
        return _BARE_SIGN.search(text) is not None
    if name == "ntr":
        return _NTR_SIGN.search(capitals) is not None
    return _SIGNS.get(name, name.upper()) in capitals


def find(text: str) -> tuple[Identifier, ...]:
    """Return the registry numbers that stand in running text, in order, each once."""
    return tuple(dict.fromkeys(entry for _, _, entry in located(text)))


def located(text: str) -> tuple[tuple[int, int, Identifier], ...]:
    """Return each registry number in running text with where it begins and ends, in order."""
    found: list[tuple[int, int, Identifier]] = []
    if not text.isascii():
        text = text.translate(_PLAIN)
    capitals = text.upper()
    for name, kind in KINDS.items():
        if not kind.in_text or not _may_hold(name, text, capitals):
            continue
        for match in kind.pattern.finditer(text):
            value = kind.normal(match)
            if value and not any(start < match.end() and match.start() < end for start, end, _ in found):
                found.append((match.start(), match.end(), Identifier(kind=name, value=value)))
    return tuple(sorted(found, key=lambda item: item[:2]))


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
    value = f"{entry.value}-00" if entry.kind == "euct" and entry.value.count("-") == _SHORT_EUCT else entry.value
    if "{number}" in kind.url:
        return kind.url.format(number=quote(re.sub(r"^EUCTR|(?<=-\d\d)-[A-Z]{2,3}$", "", value), safe=""))
    return kind.url.format(value=quote(value, safe="/" if entry.kind == "doi" else ""))


_SHORT_EUCT = 2  # hyphens in an EU CT number that is given without its resubmission; the first one always exists


def unversioned(doi: str) -> str:
    """Return a preprint's DOI without the version that some servers put at its end.

    Research Square, Authorea: ``/v2``; Preprints.org: ``.v2``; ChemRxiv: ``-v2``; OSF: ``_v2``. medRxiv and bioRxiv
    give all versions one DOI.
    """
    return re.sub(r"[/._-]v\d{1,3}$", "", doi)


def first_value(found: Iterable[Identifier], kind: str) -> str:
    """Return the first identifier of ``kind``, or an empty string."""
    return next((entry.value for entry in found if entry.kind == kind), "")
