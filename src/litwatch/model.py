"""The values that cross a stage: frozen, slotted, keyword-only, named in PRISMA 2020 words.

Standard library only, no I/O. GLOSSARY.md explains the words. Strings are clean (`litwatch.text`) by the time they are
here; a missing value is ``""``, ``None`` or ``()`` as typed, never a guess.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal, Self, cast

ReportKind = Literal["article", "preprint", "registration", "abstract", "protocol", "notice"]
Standing = Literal["new", "changed", "notice", "late", "by_new_terms", "same", "duplicate", "possible_duplicate"]
Grade = Literal["major", "minor"]
Label = Literal["core", "adjacent", "off"]
RunState = Literal["complete", "warnings", "suspect", "failed", "skipped"]
AnswerNature = Literal["set", "exports", "notices"]
MessageState = Literal["prepared", "sending", "sent", "refused", "unknown", "expired", "withdrawn"]
RelationKind = Literal[
    "duplicate_of",
    "preprint_of",
    "results_of",
    "protocol_of",
    "follow_up_of",
    "erratum_of",
    "retraction_of",
    "concern_about",
    "comment_on",
    "update_of",
    "same_trial_as",
    "mentions",
]

_PIECE = 16_384  # bytes of a packed file unpacked at once


# --- what a source returned -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Identifier:
    """An identifier in its normal form, as `litwatch.identifiers` gives it; ``kind`` is e.g. pmid, doi, nct."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A date as precise as its source gave it.

    ``value`` is ISO 8601 cut to the known part (``2026``, ``2026-03``, ``2026-03-09``); ``raw`` is the source's own
    wording where that says more ("1998 Dec-1999 Jan", "Winter 2004"); ``type`` is the registry's word on whether the
    event has happened.
    """

    value: str
    raw: str = ""
    type: Literal["ACTUAL", "ESTIMATED"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one source returned about one report. ``key`` is the source's own, unique within it."""

    source: str
    key: str
    kind: ReportKind
    title: str
    url: str
    identifiers: tuple[Identifier, ...] = ()  # of this very report
    mentions: tuple[Identifier, ...] = ()  # registry numbers read in its text: they may link, they never identify
    published: PartialDate | None = None  # the report's own date: publication, or first posting on a registry
    created: PartialDate | None = None  # when the source created its record
    revised: PartialDate | None = None  # when the source last revised its record


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person (``last``, ``fore``, ``initials``, ``suffix``) or a group (``collective``)."""

    last: str = ""
    fore: str = ""
    initials: str = ""
    suffix: str = ""
    collective: str = ""
    orcid: str = ""

    def __str__(self) -> str:
        name = self.collective or " ".join(part for part in (self.last, self.initials or self.fore) if part)
        return f"{name} {self.suffix}" if self.suffix and not self.collective else name


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstractSection:
    """One section of an abstract; ``label`` and ``category`` are empty in an unstructured one."""

    text: str
    label: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAbstract:
    """An abstract beside the main one: another language, or a plain-language summary."""

    type: str
    language: str
    sections: tuple[AbstractSection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshHeading:
    """A MeSH descriptor with its qualifiers; ``major`` if the descriptor or any qualifier is a major topic."""

    descriptor: str
    qualifiers: tuple[str, ...] = ()
    major: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DataBank:
    """A databank named in a record with the accession numbers given for it, as printed."""

    name: str
    accessions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCorrection:
    """A pointer from one article to another; ``ref_type`` is PubMed's word (RetractionIn, ErratumFor, UpdateOf …)."""

    ref_type: str
    citation: str = ""
    pmid: str = ""
    doi: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation(Record):
    """A bibliographic record."""

    vernacular_title: str = ""
    journal: str = ""
    journal_abbreviation: str = ""
    issn: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""  # of a book
    electronic: PartialDate | None = None  # the date of the electronic version
    printed: PartialDate | None = None  # the date of the journal issue
    authors: tuple[Author, ...] = ()
    authors_complete: bool = True
    abstract: tuple[AbstractSection, ...] = ()
    other_abstracts: tuple[OtherAbstract, ...] = ()
    copyright: str = ""
    languages: tuple[str, ...] = ()  # ISO 639-2/B
    publication_types: tuple[str, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    chemicals: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    conflicts: str = ""  # the conflict-of-interest statement
    grants: tuple[str, ...] = ()
    data_banks: tuple[DataBank, ...] = ()
    corrections: tuple[CommentCorrection, ...] = ()
    status: str = ""  # MEDLINE, Publisher, In-Process …
    version: int = 1
    publication_model: str = ""
    publication_status: str = ""  # epublish, aheadofprint, ppublish …
    free_full_text: str = ""  # URL

    @property
    def abstract_text(self) -> str:
        """Return the abstract as one string: sections on lines of their own, each label before its text."""
        return "\n".join(f"{part.label}: {part.text}" if part.label else part.text for part in self.abstract)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondaryId:
    """A further number a registration carries; ``type`` is the registry's word (EUDRACT_NUMBER, REGISTRY …)."""

    value: str
    type: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """An arm or group as registered; ``interventions`` are names from the registration's own list."""

    label: str
    type: str = ""
    description: str = ""
    interventions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """An intervention as registered."""

    name: str
    type: str = ""
    description: str = ""
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An outcome measure as registered."""

    measure: str
    time_frame: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A publication a registration names; ``type`` is RESULT, DERIVED or BACKGROUND."""

    type: str
    pmid: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Record):
    """A registry's record of a trial. ``status`` and the other enumerations keep the registry's own words."""

    registry: str = ""  # display name: ClinicalTrials.gov, ISRCTN …
    official_title: str = ""
    acronym: str = ""
    organisation_id: str = ""
    secondary_ids: tuple[SecondaryId, ...] = ()
    aliases: tuple[str, ...] = ()  # earlier numbers of the same registration in the same registry
    status: str = ""
    last_known_status: str = ""
    why_stopped: str = ""
    start: PartialDate | None = None
    primary_completion: PartialDate | None = None
    completion: PartialDate | None = None
    first_submitted: PartialDate | None = None
    last_update_submitted: PartialDate | None = None
    status_verified: PartialDate | None = None
    results_posted: PartialDate | None = None  # results published on the registry, not merely submitted
    enrolment: int | None = None
    enrolment_type: Literal["ACTUAL", "ESTIMATED"] | None = None
    study_type: str = ""
    phases: tuple[str, ...] = ()
    allocation: str = ""
    intervention_model: str = ""
    purpose: str = ""
    masking: str = ""
    who_masked: tuple[str, ...] = ()
    arms: tuple[Arm, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    primary_outcomes: tuple[Outcome, ...] = ()
    secondary_outcomes: tuple[Outcome, ...] = ()
    other_outcomes: tuple[Outcome, ...] = ()
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()  # condition and intervention terms the registry itself assigned
    sponsor: str = ""
    collaborators: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    summary: str = ""
    description: str = ""
    eligibility: str = ""
    references: tuple[Reference, ...] = ()


AnyRecord = Citation | Registration


# --- what one search of one source was like -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """One record that could not be read: quarantined, counted, named; the others proceed."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a source answered to a whole-set query.

    ``matched`` are the keys that the query matches now; ``records`` holds every matched and every known record that
    the source still has (one per key); ``gone`` are known keys the source no longer has at all, ``moved`` maps a
    known key to the one that replaced it. ``gone`` and ``moved`` are believed only from a clean answer.

    ``nature`` is "set" (the whole set of a query), "exports" (files dropped in by hand, where absence means nothing) or
    "notices" (read about reports known from elsewhere, never news by themselves).
    """

    records: tuple[AnyRecord, ...]
    matched: frozenset[str]
    hits: int
    translation: str = ""
    version: str = ""  # data timestamp or interface version, as the source gives it
    warnings: tuple[str, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    gone: frozenset[str] = frozenset()
    moved: tuple[tuple[str, str], ...] = ()
    unread: frozenset[str] = frozenset()  # known keys left out, since the source says it has not revised them lately
    nature: AnswerNature = "set"
    skipped: str = ""  # why nothing was asked, where that is in order
    how: tuple[tuple[str, str], ...] = ()  # (key, how it was found) of what a supplementary search found
    mapped: tuple[tuple[str, str], ...] = ()  # (term, what the service searched in its place), of a search alone
    requests: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRun:
    """One row of the search log (PRISMA-S): one source, one query, one time."""

    source: str
    platform: str  # display name: PubMed, ClinicalTrials.gov
    interface: str  # base URL, without secrets
    query: str  # exactly as sent
    translation: str = ""
    version: str = ""
    started: datetime
    finished: datetime
    state: RunState
    hits: int = 0
    fetched: int = 0
    new: int = 0
    changed: int = 0
    duplicates: int = 0
    gone: int = 0
    requests: int = 0
    warnings: tuple[str, ...] = ()
    failure: str = ""
    baseline: bool = False  # the first complete reading of this source
    strategy_changed: bool = False  # the query differs from the last complete run's
    edit: tuple[str, ...] = ()  # how: "+ term" and "- term", in the source's own syntax
    config_hash: str = ""
    litwatch_version: str = ""


# --- what litwatch made of it -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One watched field that differs, as a reader would want it told."""

    field: str  # display name: "status", "primary outcome" …
    old: str
    new: str
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A typed link from one report to another; ``evidence`` is a sentence naming the field it was read from."""

    kind: RelationKind
    from_report: str
    to_report: str
    evidence: str
    certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One human decision: include, exclude or clear a report; or same, different, clear of a pair (``other_id``)."""

    report_id: str
    verdict: str
    other_id: str
    note: str
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Likeness:
    """Why a record is taken for a record of a report, or (not ``certain``) may be one; ``record`` is its address."""

    record: str  # source:key
    report_id: str
    reason: str  # "both carry doi:10.…", "same title, authors and first page"
    certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A record with what it means to the store. ``reason`` is a sentence for the reader."""

    record: AnyRecord
    report_id: str
    standing: Standing
    reason: str
    changes: tuple[Change, ...] = ()
    vanished: bool = False  # the source no longer returns it
    likenesses: tuple[Likeness, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Exact words of a record: ``text == getattr(place)[start:end]``.

    ``field`` is ``title`` or ``abstract`` (of `Citation.abstract_text`) for a citation; for a registration it is the
    registry's field name, and ``start``/``end`` count within that field's value.
    """

    text: str
    field: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """How long a dose is given; ``unit`` is second, minute, hour, day or week."""

    value: float
    value_high: float | None = None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """A dose as written. GLOSSARY.md lists the vocabulary of ``unit``, ``per``, ``mode``, ``freq`` and ``role``."""

    drug: str
    value: float
    value_high: float | None = None
    unit: str = ""
    per: str | None = None
    mode: str | None = None
    duration: Duration | None = None
    freq: str | None = None
    role: str = "study"
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparator:
    """What the watched drug was compared with; ``type`` is placebo, active, standard_care, dose_or_route or other."""

    name: str
    type: str
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """The longest time after treatment at which an outcome is reported or planned."""

    value: float
    value_high: float | None = None
    unit: str
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEvent:
    """A named adverse event, or the statement that there were none."""

    term: str
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedOutcome:
    """The sentence that states the main result, with its direction."""

    direction: str
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where people were treated; GLOSSARY.md lists the names."""

    name: str
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A classification's edition (``type`` criteria: ICHD-3 beta) or a form (``type`` form: chronic migraine)."""

    name: str
    type: str
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Who left a study early or completed it (``kind`` withdrew or completed), as printed; nothing is computed.

    ``because`` is adverse_events, lack_of_effect, lost_to_followup or None where the sentence does not say.
    """

    kind: Literal["withdrew", "completed"]
    people: int | None = None
    of: int | None = None
    percent: float | None = None
    because: str | None = None
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionHit:
    """An open question this report bears on; ``strength`` is evidence or mention."""

    id: str
    quote: Quote
    strength: Literal["evidence", "mention"] = "evidence"
    words: tuple[str, ...] = ()  # the signals that matched


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """What a record says of itself, each fact with its quote; ``None`` and ``()`` mean not stated."""

    label: Label
    label_reason: str
    design: str = "other"
    design_quote: Quote | None = None
    level: int | None = None  # OCEBM 2011, by design
    flags: tuple[str, ...] = ()
    is_rct_score: float = 0.0
    population_n: int | None = None
    n_quote: Quote | None = None
    routes: tuple[str, ...] = ()
    doses: tuple[Dose, ...] = ()
    comparator: tuple[Comparator, ...] = ()
    followup: FollowUp | None = None
    adverse_events: tuple[AdverseEvent, ...] = ()
    outcome: StatedOutcome | None = None
    questions: tuple[QuestionHit, ...] = ()
    setting: tuple[Setting, ...] = ()
    diagnosis: tuple[Diagnosis, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()


# --- what the reader gets ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something the reader has not been told: one report's standing, waiting for a digest."""

    id: int
    also: tuple[int, ...] = ()  # further news on the same report that this one tells as well
    report_id: str
    study_id: str
    standing: Standing
    reason: str
    record: AnyRecord
    sources: tuple[tuple[str, str], ...]  # (source, key) of every record of the report
    appraisal: Appraisal
    changes: tuple[Change, ...] = ()
    relations: tuple[Relation, ...] = ()
    first_told_in: str | None = None  # the digest that first told of this report
    remembered: bool = False  # known before the watch began, or read in a source's first complete reading
    found: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of a report's history: what was found, when, and the digest that carried it (None while it waits)."""

    found: datetime
    standing: Standing
    reason: str
    changes: tuple[Change, ...] = ()
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report the store knows, with the digest that told of it (or None)."""

    report_id: str
    study_id: str
    record: AnyRecord
    sources: tuple[tuple[str, str], ...]
    appraisal: Appraisal
    relations: tuple[Relation, ...] = ()
    told_in: str | None = None
    first_seen: datetime
    remembered: bool = False
    vanished: bool = False
    mark: str | None = None  # include | exclude


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How one source answered in the run behind a digest."""

    source: str
    platform: str
    state: RunState
    query: str
    translation: str = ""
    version: str = ""
    asked: datetime | None = None
    hits: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    duplicates: int = 0
    known: int = 0  # records of this source the store now holds
    edit: tuple[str, ...] = ()  # "+ term" and "- term", where the query changed since the last digest
    warnings: tuple[str, ...] = ()
    error: str | None = None
    last_complete: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A digest's calendar period: its label and the instant from which it is due."""

    label: str
    slot: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One printed report of a digest, or (``see`` set) a pointer to where it is printed."""

    report_id: str
    news: News | None = None
    see: str | None = None  # the section that prints it


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of a digest; ``id`` is S0 … S5 or a question's."""

    id: str
    title: str
    state_of_the_question: str = ""
    description: str = ""
    items: tuple[Item, ...] = ()
    unprinted: tuple[News, ...] = ()  # told as well, and listed in the attachments and digest.json only
    remembered: tuple[Told, ...] = ()  # in the first digest: the core reports known before the watch began
    overdue: tuple[Awaited, ...] = ()  # once a quarter: the trials that would answer the question and show no results


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The headline counts."""

    new: int = 0
    changed: int = 0
    notices: int = 0
    late: int = 0
    by_new_terms: int = 0
    off_topic: int = 0
    duplicates: int = 0
    remembered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """A report that a printed one is related to: what a reader needs to find it."""

    report_id: str
    title: str
    record: AnyRecord
    told_in: str | None = None


AwaitedState = Literal["expected", "date_passed", "awaited", "overdue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A registered trial without results, with the date by which they are expected.

    ``state`` is expected (it goes on, its date lies ahead), date_passed (it goes on past its planned date), awaited (it
    ended less than a year ago) or overdue. ``due`` is its primary completion, or else its completion, as registered.
    """

    report_id: str
    study_id: str
    number: str  # as a reader knows it: NCT05306899
    title: str
    href: str
    question: str  # the first question it bears on, or empty
    status: str
    due: PartialDate | None
    state: AwaitedState
    basis: str = ""  # why it counts as overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class MapCell:
    """One bubble of the evidence map: the core studies of one design that bear on one question."""

    question: str
    design: str  # a column of `litwatch.digest.evidence.COLUMNS`
    studies: int
    people: int  # the sum of what their reports state; 0 where none states it
    stated: int  # how many of the studies state how many people
    new: int  # how many of the studies are new in this digest


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRow:
    """One dose of the watched drug, as a core report states it; an empty value is not stated.

    The quotes are exact words of the report: ``quote`` of its ``field``, the others of its title or abstract.
    """

    report_id: str
    title: str
    source: str  # first author and year, or the registration's number
    href: str
    kind: ReportKind
    drug: str
    route: str
    dose: str
    role: str
    duration: str
    frequency: str
    people: str
    people_quote: str
    design: str
    comparator: str
    comparator_quote: str
    outcome: str
    adverse_events: str
    adverse_events_quote: str
    followup: str
    followup_quote: str
    quote: str
    field: str
    new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What the reader is told for one period. ``news_ids`` are exactly the news this digest tells."""

    watch_id: str
    watch_name: str
    label: str
    since: datetime | None  # the previous digest; None for the first
    until: datetime
    generated: datetime
    receipts: tuple[Receipt, ...]
    counts: Counts
    sections: tuple[Section, ...]
    news_ids: tuple[int, ...]
    remembered: tuple[Told, ...] = ()  # what the first digest summarises
    set_aside: tuple[News, ...] = ()  # on reports excluded by hand: counted in the notes, not shown
    off_topic: tuple[News, ...] = ()  # counted, listed in the attachments, not shown
    notes: tuple[str, ...] = ()  # e.g. a catch-up's range, undelivered mail
    kin: tuple[Kin, ...] = ()  # the reports that the printed ones are related to
    overdue: tuple[tuple[str, str], ...] = ()  # (report id, basis) of registrations whose results are overdue
    awaited: tuple[Awaited, ...] = ()  # the answers expected, the next one first
    evidence: tuple[MapCell, ...] = ()
    doses: tuple[DoseRow, ...] = ()  # every dose of the watched drug that core reports state


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail to one recipient, bytes frozen."""

    recipient: str
    recipient_hash: str
    message_id: str
    date: datetime
    subject: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message of the outbox with its delivery state."""

    message: Message
    label: str
    state: MessageState
    attempts: int = 0
    doubts: int = 0  # attempts after which it may have arrived
    prepared: datetime
    last_attempt: datetime | None = None
    answer: str = ""  # the server's last words, or what went wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of one attempt to send: the state and the server's words."""

    state: Literal["sent", "not_sent", "refused", "unknown"]
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One record as the store last saw it. ``source`` of the record may be ``known`` (the user's own library)."""

    record: AnyRecord
    report_id: str
    study_id: str = ""
    matched: bool = True  # the source's last complete census matched it (a once matched record is re-read for ever)
    vanished: bool = False
    first_seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that travels with a digest: as a gzip stream, since that of tens of thousands of reports is large."""

    name: str
    media_type: str
    packed: bytes

    @classmethod
    def of(cls, name: str, media_type: str, content: bytes) -> Self:
        """Return ``content`` as an attachment; the same content gives the same bytes."""
        return cls.written(name, media_type, lambda file: file.write(content))

    @classmethod
    def written(cls, name: str, media_type: str, write: Callable[[BinaryIO], object]) -> Self:
        """Return as an attachment what ``write`` writes, which is never whole in memory."""
        packed = io.BytesIO()
        with gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=6, mtime=0) as file:
            write(cast("BinaryIO", file))
        return cls(name=name, media_type=media_type, packed=packed.getvalue())

    @property
    def size(self) -> int:
        """Return the number of bytes of the content (ISIZE of RFC 1952)."""
        return int.from_bytes(self.packed[-4:], "little")

    @property
    def content(self) -> bytes:
        """Return the content. Raises `zlib.error` where ``packed`` is no whole gzip stream."""
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """Yield the content piece by piece. Raises as `content` does."""
        stream = zlib.decompressobj(wbits=31)
        for start in range(0, len(self.packed), _PIECE):
            yield stream.decompress(self.packed[start : start + _PIECE])
        if not stream.eof:
            raise zlib.error("the stream has no end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart of a digest. ``name`` is its file beside digest.html, by which the page shows it."""

    name: str
    alt: str
    content: bytes  # PNG
    width: int  # as shown, in CSS pixels; the file holds more
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A digest as a reader sees it: ``html`` and ``text`` carry the same items in the same order.

    ``html`` shows each of ``pictures`` by its file name.
    """

    label: str
    subject: str  # ASCII, at most 70 characters
    html: str
    text: str
    json: bytes  # digest.json of the contract
    attachments: tuple[Attachment, ...] = ()
    pictures: tuple[Attachment, ...] = ()
