"""Sentences litwatch itself writes: the subject, the headline, the standing notices. Pure.

litwatch reports; it never advises, rates or concludes (tests hold the words that must never appear).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from litwatch.model import Awaited, Counts, Digest, News, PartialDate, Receipt, Withdrawal
from litwatch.text import one_line

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
SUBJECT_CAP = 70
CAUSE_CAP = 400  # characters of what went wrong with a source
DESIGNS = {
    "rct": "randomised trial",
    "non_randomised_trial": "non-randomised trial",
    "cohort_prospective": "prospective cohort",
    "cohort_retrospective": "retrospective cohort",
    "cross_sectional": "cross-sectional study",
    "case_series": "case series",
    "case_report": "case report",
    "systematic_review": "systematic review",
    "meta_analysis": "meta-analysis",
    "narrative_review": "narrative review",
    "protocol": "protocol",
    "guideline": "guideline",
    "animal": "animal study",
    "in_vitro": "in-vitro study",
    "registry_entry": "registry entry",
    "other": "design not stated",
}
ROUTES = {
    "iv": "intravenous",
    "im": "intramuscular",
    "sc": "subcutaneous",
    "ip": "intraperitoneal",
    "unspecified": "not stated",
}
DIRECTIONS = {
    "favours_ketamine": "in favour of ketamine",
    "no_difference": "no difference",
    "favours_comparator": "in favour of the comparator",
    "improved_pre_post": "better after than before, no comparison group",
    "mixed": "mixed",
}
INDEXING = frozenset({"MeSH", "substance", "keyword", "publication type"})  # what an indexer adds to a publication
COMPARED = frozenset({"favours_ketamine", "no_difference", "favours_comparator", "mixed"})  # directions of a comparison
DOSE_ROLES = {
    "study": "given in the study",
    "start": "starting dose",
    "titration_step": "titration step",
    "observed": "as observed",
    "cap": "upper limit",
    "comparator": "comparison arm",
}
CAUSES = {
    "adverse_events": "because of adverse events",
    "lack_of_effect": "for lack of effect",
    "lost_to_followup": "lost to follow-up",
}
KINDS = {
    "article": "article",
    "preprint": "preprint",
    "registration": "trial registration",
    "abstract": "meeting abstract",
    "protocol": "protocol",
    "notice": "notice",
}
STANDINGS = {
    "new": "new",
    "changed": "changed",
    "notice": "notice",
    "late": "late arrival",
    "by_new_terms": "found by new terms",
    "possible_duplicate": "possible duplicate",
}
RELATIONS = {
    "results_of": ("reports results of", "has results reported in"),
    "protocol_of": ("is the protocol of", "has its protocol in"),
    "preprint_of": ("is the preprint of", "was a preprint:"),
    "follow_up_of": ("follows up", "is followed up in"),
    "erratum_of": ("corrects", "is corrected by"),
    "retraction_of": ("retracts", "is retracted by"),
    "concern_about": ("expresses concern about", "is the subject of an expression of concern:"),
    "comment_on": ("comments on", "is commented on by"),
    "update_of": ("updates", "is updated by"),
    "same_trial_as": ("is the same trial as", "is the same trial as"),
    "duplicate_of": ("is a duplicate of", "has a duplicate:"),
    "mentions": ("mentions", "is mentioned in"),
}
FOOTER = (
    (
        "This is an automated literature notice for professionals. It is not medical advice and it is not complete; "
        "check each source before relying on it."
    ),
    (
        "PubMed records: courtesy of the U.S. National Library of Medicine; they may not reflect its latest data, "
        "and it does not endorse this notice. ClinicalTrials.gov records: U.S. National Library of Medicine, as of the "
        "time stated. Abstracts may be under copyright; only short quotations are shown."
    ),
    (
        "Europe PMC and Crossref records: as those services give them. ISRCTN records: ISRCTN registry (CC BY 4.0). "
        "EU CTIS records: European Medicines Agency; litwatch processed them. "
        "WHO ICTRP records: World Health Organization, not for commercial use."
    ),
)


def subject(digest: Digest) -> str:
    """Return the subject: ASCII, at most 70 characters, what failed and the counts first."""
    name = one_line(digest.watch_name).encode("ascii", "ignore").decode().strip() or digest.watch_id
    failed = [receipt.platform for receipt in digest.receipts if is_bad(receipt)]
    parts = [f"INCOMPLETE: {', '.join(failed)}"] if failed else []
    parts.append(_count_words(digest.counts, first=digest.since is None))
    head = f"[litwatch] {' - '.join(parts)}"
    for tail in (f" - {name} - {digest.label}", f" - {digest.label}", ""):
        if len(head) + len(tail) <= SUBJECT_CAP:
            return head + tail
    return f"[litwatch] INCOMPLETE - {digest.label}" if failed else head[:SUBJECT_CAP]


def _count_words(counts: Counts, *, first: bool) -> str:
    if first and counts.remembered:
        return f"{counts.remembered} reports known"
    parts = [
        text
        for number, text in (
            (counts.notices, f"{counts.notices} notice{'s' * (counts.notices > 1)}"),
            (counts.new, f"{counts.new} new"),
            (counts.changed, f"{counts.changed} changed"),
            (counts.late, f"{counts.late} late"),
            (counts.by_new_terms, f"{counts.by_new_terms} by new terms"),
        )
        if number
    ]
    return ", ".join(parts) or "nothing new"


def headline(digest: Digest, zone: ZoneInfo) -> str:
    """Return the sentence that says in ten seconds whether anything matters."""
    asked_at_all = [receipt for receipt in digest.receipts if is_bad(receipt) or receipt.state != "skipped"]
    sources = len(asked_at_all)
    good = [receipt for receipt in asked_at_all if not is_bad(receipt)]
    known = sum(receipt.known for receipt in digest.receipts)
    asked = f"{len(good)} of {sources} source{'s' * (sources > 1)} answered completely"
    span = f"since {day(digest.since, zone)}" if digest.since else "so far"
    counts = digest.counts
    if digest.since is None and counts.remembered:
        begun = (
            f"The watch begins with {counts.remembered} reports that already exist; from now on you are told changes"
        )
        return f"{begun}. {asked}."
    told = counts.new + counts.changed + counts.notices + counts.late + counts.by_new_terms
    if not told:
        lead = "Nothing new" if len(good) == sources else "Nothing new in the sources that answered"
        again = " and were read again" if len(good) == sources else ""
        return f"{lead} {span}. {asked}; {known} records are known{again}."
    return f"{_in_full(counts)} {span}. {asked}; {known} records are known."


def _in_full(counts: Counts) -> str:
    """Return the counts as a reader would say them; a late arrival is never counted as new."""
    names = (
        (counts.notices, "correction, retraction or concern", "corrections, retractions or concerns"),
        (counts.new, "new report or trial", "new reports and trials"),
        (counts.changed, "changed trial or report", "changed trials and reports"),
        (counts.late, "late arrival", "late arrivals"),
        (counts.by_new_terms, "found because the search terms changed", "found because the search terms changed"),
    )
    return ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in names if number)


def set_aside(excluded: Sequence[News]) -> tuple[str, ...]:
    """Return the note on news that is not shown because its report was excluded by hand, if there is any."""
    if not excluded:
        return ()
    ids = ", ".join(news.report_id for news in excluded)
    return (f"Not shown, since you excluded the report, is what is new on: {ids}. `litwatch show ID` tells of each.",)


def preheader(digest: Digest) -> str:
    """Return a second line for the inbox, in other words than the subject."""
    sections = [section.title for section in digest.sections if any(item.news for item in section.items)]
    if digest.since is None and digest.counts.remembered:
        return f"What is known for each of the open questions on {digest.watch_name}, and what was asked where."
    if sections:
        return f"This time: {'; '.join(sections)}"[:110]
    return "Every source, what it was asked and how it answered stand below, so that silence can be checked."


def next_answers(awaited: Sequence[Awaited]) -> str:
    """Return the sentence that a quiet week has on registered trials still to report."""
    coming = [f"{entry.number} ({partial(entry.due)})" for entry in awaited if entry.state == "expected" and entry.due]
    late = sum(entry.state == "overdue" for entry in awaited)
    parts = [
        f"The next answers are expected from {', '.join(coming[:3])}." if coming else "",
        f"Results of {late} registered trial{'s' * (late != 1)} are overdue." if late else "",
    ]
    return " ".join(part for part in parts if part)


def alarms(receipts: Sequence[Receipt], zone: ZoneInfo) -> tuple[str, ...]:
    """Return one sentence for each source that did not answer, or was not believed."""
    return tuple(_alarm(receipt, zone) for receipt in receipts if is_bad(receipt))


def is_bad(receipt: Receipt) -> bool:
    """Tell whether a source should have answered and did not. One that had nothing to be asked is in order."""
    return receipt.state in {"failed", "suspect"} or (receipt.state == "skipped" and receipt.error is not None)


def _alarm(receipt: Receipt, zone: ZoneInfo) -> str:
    last = (
        f"Last complete search: {day(receipt.last_complete, zone)}." if receipt.last_complete else "Never complete yet."
    )
    what = {
        "failed": "could not be searched",
        "suspect": "answered, but the answer is not believed",
        "skipped": "was not searched",
    }[receipt.state]
    cause = one_line(receipt.error or "; ".join(receipt.warnings), cap=CAUSE_CAP).rstrip(". ")
    return (
        f"{receipt.platform} {what}: {cause}. {last} Nothing of it is lost: the next run asks for the whole set again."
    )


def day(instant: datetime | None, zone: ZoneInfo) -> str:
    """Return an instant as a reader's date, such as Monday 16 November 2026, in the watch's zone."""
    if instant is None:
        return "never"
    local = instant.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"


def moment(instant: datetime | None, zone: ZoneInfo) -> str:
    """Return an instant with its time and offset, in the watch's zone."""
    return instant.astimezone(zone).isoformat(sep=" ", timespec="minutes") if instant else "never"


def place(field: str) -> str:
    """Return where a quote stands, in a reader's words: abstract; indexing, MeSH; registry, arm groups, description."""
    if field in {"", "title", "abstract"}:
        return field
    if field in INDEXING:
        return f"indexing, {field}"
    steps = [_CAMEL.sub(" ", step).lower() for step in re.sub(r"\[\d+\]", "", field).split(".")]
    return ", ".join(("registry", *steps))


def reasoned(reason: str) -> str:
    """Return the reason of a label with the registry's names of fields in a reader's words."""
    return re.sub(r"(?<=in the )[a-z]+(?:[A-Z][a-z]+)+\b", lambda match: _CAMEL.sub(" ", match[0]).lower(), reason)


def span(value: float, high: float | None, unit: str) -> str:
    """Return a stretch of time in words: 40 minutes, 1 hour, 2-6 weeks."""
    many = "s" if (high or value) != 1 and not unit.endswith("s") else ""
    return f"{value:g}{f'-{high:g}' if high is not None else ''} {unit}{many}"


def withdrawal(entry: Withdrawal) -> str:
    """Return who left or completed in words, as printed: 2 of 30 withdrew because of adverse events; all completed."""
    of = f" of {entry.of}" if entry.of is not None else ""
    share = f"{entry.percent:g} %" if entry.percent is not None else ""
    every = entry.kind == "completed" and entry.percent == EVERY
    if entry.people is None:
        number = "all" if every else share
    else:
        number = "nobody" if entry.people == 0 else f"{'all ' * every}{entry.people}{of}"
        number += f" ({share})" if share and not every else ""
    because = f" {CAUSES[entry.because]}" if entry.because else ""
    return f"{number} {entry.kind}{because}".strip()


EVERY = 100


def partial(date: PartialDate | None) -> str:
    """Return a date as precise as it was given: 2026, Mar 2026, 9 Mar 2026; or the source's words on it."""
    if date is None or not date.value:
        return date.raw if date else ""
    year, _, rest = date.value.partition("-")
    month, _, number = rest.partition("-")
    name = MONTHS[int(month) - 1][:3] if month else ""
    return " ".join(part for part in (number.lstrip("0"), name, year) if part)


# Not strftime: a digest's bytes must not depend on the machine's locale.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
