"""The shape of config.yaml as pydantic models, and nothing else: no file is read here.

`litwatch.configfile` reads the file and reports every problem at once with its line.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Shape(BaseModel):
    """Strict and frozen: an unknown key or a wrong type is an error, and nobody changes a setting in flight."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", value):
        raise ValueError("use lower-case letters, digits and hyphens, starting with a letter or digit")
    return value


def _https(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError("not a web address; write https://…")
    if parts.username or parts.password:
        raise ValueError("a secret in the file; put credentials in the environment, never in an address")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("plain http is allowed on loopback only; write https://…")
    return value


def _folder_url(value: str) -> str:
    return _https(value) if value.endswith("/") else f"{_https(value)}/"


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"unknown time zone {value!r}; use a name such as Europe/Oslo or UTC") from None
    return value


def _time(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError('not a time of day; write it quoted as "HH:MM", for example "07:00"')
    return value


def _address(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+", value) or not value.isascii():
        raise ValueError(f"not an e-mail address: {value!r}")
    return value


def _term(value: str) -> str:
    word = value.strip()
    if not word or word == "*":
        raise ValueError("an empty term; write a word or a phrase, or delete the entry")
    if "∗" in word or any(mark in word for mark in "“”„‟«»"):
        raise ValueError(f"typographic quotes or asterisk in {word!r}; type plain ones")
    if "*" in word[:-1]:
        raise ValueError(f"a * may stand only at the end of a term: {word!r}")
    if '"' in word or "[" in word or "]" in word:
        raise ValueError(f"write the plain word or phrase without quotes or field tags: {word!r}")
    return word


Slug = Annotated[str, AfterValidator(_slug)]
WebAddress = Annotated[str, AfterValidator(_https)]
BaseAddress = Annotated[str, AfterValidator(_folder_url)]
Zone = Annotated[str, AfterValidator(_zone)]
TimeOfDay = Annotated[str, AfterValidator(_time)]
MailAddress = Annotated[str, AfterValidator(_address)]
Term = Annotated[str, AfterValidator(_term)]


class Watch(Shape):
    """What is watched, and the article whose open questions are followed."""

    id: Slug
    name: Annotated[str, Field(min_length=1, max_length=200)]
    about: WebAddress | None = None
    notes: Annotated[tuple[str, ...], Field(strict=False)] = ()  # standing notices in each digest's footer


class Concept(Shape):
    """One block of the search strategy: its terms are joined by OR, the blocks by AND."""

    terms: Annotated[tuple[Term, ...], Field(min_length=1, strict=False)]
    mesh: Annotated[tuple[str, ...], Field(strict=False)] = ()
    synonyms: Annotated[tuple[Term, ...], Field(strict=False)] = ()  # whole words for services without truncation
    adjacent: Annotated[tuple[Term, ...], Field(strict=False)] = ()  # found, but kept as adjacent rather than core
    false_friends: Annotated[tuple[Term, ...], Field(strict=False)] = ()  # words that never count


class Search(Shape):
    """The search strategy. ``drug`` and ``condition`` are fixed roles; further concepts are free-text AND blocks."""

    concepts: dict[Slug, Concept]
    native: dict[str, str] = {}
    first_run: Literal["remember", "report"] = "remember"

    @model_validator(mode="after")
    def _roles(self) -> Self:
        for role in ("drug", "condition"):
            if role not in self.concepts:
                raise ValueError(f"the concept {role!r} is missing; a registry search is drug × condition")
        return self


class PubMedSource(Shape):
    """NCBI E-utilities."""

    enabled: bool = True
    url: BaseAddress = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
    email: MailAddress | None = None


class WebSource(Shape):
    """Any source that is asked over the web by its address alone."""

    enabled: bool = True
    url: BaseAddress


class ClinicalTrialsSource(WebSource):
    """ClinicalTrials.gov."""

    url: BaseAddress = "https://clinicaltrials.gov/api/v2/"


class EuropePmcSource(WebSource):
    """Europe PMC. ``citing`` lists PMIDs: papers that cite one of them are searched for as well."""

    url: BaseAddress = "https://www.ebi.ac.uk/europepmc/webservices/rest/"
    citing: Annotated[tuple[Annotated[int, Field(ge=1, le=99_999_999)], ...], Field(strict=False)] = ()


class IsrctnSource(WebSource):
    """The ISRCTN registry."""

    url: BaseAddress = "https://www.isrctn.com/api/"


class CtisSource(WebSource):
    """The European Union's Clinical Trials Information System."""

    url: BaseAddress = "https://euclinicaltrials.eu/ctis-public-api/"


class CrossrefSource(WebSource):
    """Crossref: notices on known DOIs."""

    url: BaseAddress = "https://api.crossref.org/"


class FolderSource(Shape):
    """Any source whose exports are dropped into a folder by hand."""

    enabled: bool = True
    folder: Path = Field(strict=False)


class IctrpSource(FolderSource):
    """Exports of WHO's portal."""

    folder: Path = Field(default=Path("ictrp"), strict=False)


class FilesSource(FolderSource):
    """Exports of databases that need a licence."""

    folder: Path = Field(default=Path("exports"), strict=False)


class Sources(Shape):
    """The sources of the contract."""

    pubmed: PubMedSource = PubMedSource()
    clinicaltrials: ClinicalTrialsSource = ClinicalTrialsSource()
    europepmc: EuropePmcSource = EuropePmcSource()
    isrctn: IsrctnSource = IsrctnSource()
    ctis: CtisSource = CtisSource()
    crossref: CrossrefSource = CrossrefSource()
    ictrp: IctrpSource = IctrpSource()
    files: FilesSource = FilesSource()


RouteName = Literal[
    "iv",
    "im",
    "sc",
    "intranasal",
    "oral",
    "sublingual",
    "buccal",
    "ip",
    "inhaled",
    "rectal",
    "topical",
    "transdermal",
    "unspecified",
]
DesignName = Literal[
    "rct",
    "non_randomised_trial",
    "cohort_prospective",
    "cohort_retrospective",
    "cross_sectional",
    "case_series",
    "case_report",
    "systematic_review",
    "meta_analysis",
    "narrative_review",
    "protocol",
    "guideline",
    "animal",
    "in_vitro",
    "registry_entry",
    "other",
]


class Signals(Shape):
    """What makes a report bear on a question: words (``*`` at the end only), MeSH headings, registry field words."""

    positive: Annotated[tuple[Term, ...], Field(strict=False)] = ()
    negative: Annotated[tuple[Term, ...], Field(strict=False)] = ()
    mesh: Annotated[tuple[str, ...], Field(strict=False)] = ()
    registry: Annotated[tuple[str, ...], Field(strict=False)] = ()


class Facts(Shape):
    """What a record must state of itself to bear on a question, instead of a mere word (GLOSSARY.md, "Values")."""

    routes: Annotated[tuple[RouteName, ...], Field(strict=False)] = ()  # the watched drug is given so
    designs: Annotated[tuple[DesignName, ...], Field(strict=False)] = ()  # the record is of such a design
    followup_hours: Annotated[float, Field(gt=0)] | None = None  # an outcome at least so long after treatment
    exposure_weeks: Annotated[float, Field(gt=0)] | None = None  # the watched drug was taken at least so long
    responders: bool = False  # response is set against a feature of people
    together: bool = False  # a positive signal names what is given together with the watched drug


class Question(Shape):
    """One open question of the article: a section of the digest."""

    id: Annotated[str, Field(pattern=r"^Q\d{2}$")]
    label: Annotated[str, Field(min_length=1, max_length=120)]
    description: str = ""
    signals: Signals = Signals()
    facts: Facts = Facts()
    keeps_adjacent: bool = False  # a report on the drug that bears on it is adjacent even without the condition


class DigestSettings(Shape):
    """When a digest is due and what it carries."""

    every: Literal["day", "week", "month"] = "week"
    on: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] | int = "monday"
    at: TimeOfDay = "07:00"
    timezone: Zone = "UTC"
    quiet: Literal["send", "skip"] = "send"
    attach: Annotated[tuple[Literal["ris", "csv"], ...], Field(strict=False)] = ("ris", "csv")
    resolver: str | None = None
    charts: bool = True  # pictures in weeks that have something to tell

    @model_validator(mode="after")
    def _day(self) -> Self:
        if self.every == "month" and not (isinstance(self.on, int) and 1 <= self.on <= 28):  # noqa: PLR2004  # every month has them
            raise ValueError("on: a monthly digest needs a day of the month, 1 to 28")
        if self.every == "week" and isinstance(self.on, int):
            raise ValueError("on: a weekly digest needs a day of the week, for example monday")
        if self.resolver is not None and not re.search(r"\{(doi|pmid)\}", self.resolver):
            raise ValueError("resolver: the link template needs {doi} or {pmid}")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which days and slots are counted."""
        return ZoneInfo(self.timezone)


class Smtp(Shape):
    """The mail relay and who is written to. The password comes from the environment."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    sender: Annotated[MailAddress, Field(alias="from")]
    to: Annotated[tuple[MailAddress, ...], Field(min_length=1, strict=False)]
    reply_to: MailAddress | None = None
    unsubscribe: WebAddress | None = None
    ca_file: Annotated[Path | None, Field(strict=False)] = None

    @model_validator(mode="after")
    def _clear_text(self) -> Self:
        if self.security == "none" and self.host not in LOOPBACK:
            raise ValueError("security: none is allowed on loopback only; use starttls or tls")
        return self


class Delivery(Shape):
    """Where a digest goes: always a folder, and by mail when ``smtp`` is given."""

    folder: Annotated[Path, Field(strict=False)] = Path("out")
    smtp: Smtp | None = None


class Site(Shape):
    """The static site, rebuilt after each delivery when a folder is given."""

    folder: Annotated[Path | None, Field(strict=False)] = None
    url: WebAddress | None = None


class Config(Shape):
    """One watch. Relative paths have been resolved against the file's folder."""

    watch: Watch
    search: Search
    known: Annotated[tuple[str, ...], Field(strict=False)] = ()
    sources: Sources = Sources()
    questions: Annotated[tuple[Question, ...], Field(min_length=1, strict=False)]
    digest: DigestSettings = DigestSettings()
    delivery: Delivery = Delivery()
    store: str = "sqlite:///litwatch.db"
    site: Site = Site()
    heartbeat: WebAddress | None = None


class Secrets(Shape):
    """What comes from the environment only; never printed, never stored."""

    ncbi_api_key: SecretStr | None = None
    smtp_password: SecretStr | None = None
    heartbeat: SecretStr | None = None
