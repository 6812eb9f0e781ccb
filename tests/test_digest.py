"""The digest: what goes where, what the reader sees, and what no title can do to it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import NOW, ROOT
from litwatch.config import Config
from litwatch.configfile import load
from litwatch.digest import wording
from litwatch.digest.compose import compose
from litwatch.digest.linked import linked
from litwatch.digest.render import HTML_CAP, render
from litwatch.digest.state import state_of
from litwatch.digest.view import view_of
from litwatch.model import (
    Appraisal,
    Author,
    Change,
    Citation,
    Digest,
    Identifier,
    News,
    PartialDate,
    QuestionHit,
    Quote,
    Receipt,
    Registration,
    Relation,
    Rendered,
    Standing,
    Told,
)

CONFIG: Config = load(ROOT / "config.yaml", {}).config
PLAIN = CONFIG.model_copy(update={"digest": CONFIG.digest.model_copy(update={"charts": False})})
SINCE = NOW - timedelta(weeks=1)


def receipt(**given: object) -> Receipt:
    values = {"source": "pubmed", "platform": "PubMed", "state": "complete", "query": "q", "asked": NOW, "known": 60}
    return Receipt(**(values | {"last_complete": NOW} | given))  # type: ignore[arg-type]  # test shorthand


def hit(question: str) -> QuestionHit:
    return QuestionHit(id=question, quote=Quote(text="infusion", field="title"), words=("infusion",))


def news(
    number: int,
    standing: Standing = "new",
    title: str = "Ketamine",
    questions: Sequence[str] = ("Q01",),
    **given: object,
) -> News:
    record = Citation(
        source="pubmed",
        key=str(number),
        kind="article",
        title=title,
        url="",
        identifiers=(Identifier(kind="pmid", value=str(number)),),
        published=PartialDate(value="2026-11"),
        journal="J",
        authors=(Author(last="Example", initials="A"),),
    )
    appraisal = Appraisal(
        label="core", label_reason="test", design="rct", level=2, questions=tuple(hit(name) for name in questions)
    )
    values = {
        "id": number,
        "report_id": f"pubmed:{number}",
        "study_id": f"study:pubmed:{number}",
        "standing": standing,
        "reason": "Because.",
        "record": record,
        "sources": (("pubmed", str(number)),),
        "appraisal": appraisal,
        "found": NOW,
    }
    return News(**(values | given))  # type: ignore[arg-type]  # test shorthand


def trial(number: int, standing: Standing = "changed", **given: object) -> News:
    record = Registration(
        source="clinicaltrials",
        key=f"NCT{number:08d}",
        kind="registration",
        title="A trial",
        url="",
        identifiers=(Identifier(kind="nct", value=f"NCT{number:08d}"),),
        registry="ClinicalTrials.gov",
        status="RECRUITING",
    )
    base = news(number, standing, changes=(Change(field="status", old="planned", new="recruiting", grade="major"),))
    values = {"record": record, "report_id": f"clinicaltrials:NCT{number:08d}"}
    return replace(base, **(values | given))  # type: ignore[arg-type]  # test shorthand


def told(entry: News, **given: object) -> Told:
    values = {
        "report_id": entry.report_id,
        "study_id": entry.study_id,
        "record": entry.record,
        "sources": entry.sources,
        "appraisal": entry.appraisal,
        "first_seen": NOW,
    }
    return Told(**(values | given))  # type: ignore[arg-type]  # test shorthand


def made(
    *pending: News,
    receipts: Sequence[Receipt] = (receipt(),),
    first: bool = False,
    config: Config = PLAIN,
    known: Sequence[Told] = (),
) -> tuple[Digest, Rendered]:
    digest = compose(
        config=config,
        pending=pending,
        reports=[*known, *(told(entry, remembered=entry.remembered) for entry in pending)],
        receipts=receipts,
        label="2026-W47",
        since=None if first else SINCE,
        now=NOW,
    )
    return digest, render(digest, config)


def where(digest: Digest) -> dict[str, list[str]]:
    return {
        section.id: [item.report_id for item in section.items if item.news]
        for section in digest.sections
        if section.items
    }


def label(entry: News, name: str) -> News:
    return replace(entry, appraisal=replace(entry.appraisal, label=name))  # type: ignore[arg-type]  # parametrised


# --- composition


def test_sections_stand_in_the_contracts_order_with_an_always_present_rest() -> None:
    review = news(5)
    digest, _ = made(
        news(1, "notice"),
        replace(review, appraisal=replace(review.appraisal, design="meta_analysis")),
        news(2),
        label(news(3), "adjacent"),
        news(4, questions=()),
        news(6, "by_new_terms"),
        news(7, "possible_duplicate"),
    )

    ids = [section.id for section in digest.sections]
    assert ["S3", "S0", *(f"Q{n:02d}" for n in range(1, 13)), "S1", "S2", "S4", "S5"] == ids
    quiet, _ = made()
    assert [*(f"Q{n:02d}" for n in range(1, 13)), "S2"] == [section.id for section in quiet.sections]


def test_an_item_is_printed_once_and_pointed_at_from_at_most_two_more_questions() -> None:
    digest, rendered = made(news(1, questions=("Q01", "Q02", "Q04", "Q08", "Q10")))

    assert {"Q01": ["pubmed:1"], "Q02": [], "Q04": []} == where(digest)
    assert ['id="n1"'] == re.findall(r'id="n\d+"', rendered.html)
    assert ["Q01", "Q01"] == [item.see for section in digest.sections for item in section.items if item.see]


def test_evidence_goes_before_a_passing_mention() -> None:
    entry = news(1, questions=("Q01", "Q02"))
    mention = replace(entry.appraisal.questions[0], strength="mention")
    both = (mention, entry.appraisal.questions[1], hit("Q04"), hit("Q08"))
    digest, _ = made(replace(entry, appraisal=replace(entry.appraisal, questions=both)))

    assert ["pubmed:1"] == where(digest)["Q02"]
    assert "Q01" not in where(digest)


def test_off_topic_is_counted_listed_and_not_shown() -> None:
    digest, rendered = made(label(news(1, title="Ketamine for depression"), "off"), news(2))

    assert (1, 1) == (digest.counts.off_topic, digest.counts.new)
    assert "depression" not in rendered.html + rendered.text
    rows = list(csv.DictReader(io.StringIO(rendered.attachments[1].content.decode("utf-8-sig"))))
    assert ["off topic"] == [row["section"] for row in rows if row["label"] == "off"]
    assert (1, 2) == digest.news_ids


def test_a_notice_and_the_notice_on_its_original_are_one_item_and_both_told() -> None:
    relation = Relation(kind="retraction_of", from_report="pubmed:2", to_report="pubmed:1", evidence="e", certain=True)
    original = news(1, "notice", relations=(relation,), first_told_in="2026-W40")
    retraction = news(2, "notice", relations=(relation,))
    retraction = replace(retraction, record=replace(retraction.record, kind="notice"))

    digest, rendered = made(original, retraction)

    assert {"S3": ["pubmed:1"]} == where(digest)
    assert (1, 2) == digest.news_ids
    assert 1 == digest.counts.notices
    assert "First told in 2026-W40." in " ".join(rendered.text.split())


def test_new_results_stand_before_registry_changes_and_minor_ones_last() -> None:
    minor = trial(3, changes=(Change(field="title", old="a", new="b", grade="minor"),))
    digest, _ = made(minor, trial(2), news(1))

    assert ["pubmed:1", "clinicaltrials:NCT00000002", "clinicaltrials:NCT00000003"] == where(digest)["Q01"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["new", "changed", "notice", "late", "by_new_terms"]),
            st.sampled_from(["core", "adjacent", "off"]),
            st.sets(st.sampled_from(["Q01", "Q02", "Q10"])),
        ),
        max_size=12,
    )
)
def test_counts_add_up_to_what_is_listed_and_both_parts_list_the_same(
    entries: list[tuple[Standing, str, set[str]]],
) -> None:
    pending = [
        label(news(n, standing, f"Title {n:03d} end", sorted(questions)), name)
        for n, (standing, name, questions) in enumerate(entries, start=1)
    ]
    digest, rendered = made(*pending)

    printed = [item.report_id for section in digest.sections for item in section.items if item.news]
    counts = digest.counts
    assert len(printed) == len(set(printed))
    assert len(printed) == counts.new + counts.changed + counts.notices + counts.late + counts.by_new_terms
    assert len(pending) == len(printed) + counts.off_topic
    assert tuple(range(1, len(pending) + 1)) == digest.news_ids
    order = re.findall(r"^(\d+)\. Title (\d{3})", rendered.text, re.MULTILINE)
    assert order == re.findall(r"<h3[^>]*>(\d+)\. <a[^>]*>Title (\d{3})", rendered.html)
    assert len(printed) == len(order)
    listed = json.loads(rendered.json)["sections"]
    assert printed == [item["report_id"] for section in listed for item in section["items"] if "title" in item]


# --- words


@pytest.mark.parametrize(
    ("pending", "receipts", "subject", "sentence"),
    [
        (
            (),
            (receipt(),),
            "nothing new",
            "Nothing new since Monday 9 November 2026. 1 of 1 source answered completely; 60",
        ),
        (
            (),
            (receipt(state="failed", error="connection refused"),),
            "INCOMPLETE: PubMed",
            "PubMed could not be searched: connection refused. Last complete search: Monday 16 November 2026.",
        ),
        (
            (news(1),),
            (receipt(), receipt(platform="ClinicalTrials.gov", state="suspect", warnings=("the total fell",))),
            "INCOMPLETE: ClinicalTrials.gov",
            "ClinicalTrials.gov answered, but the answer is not believed: the total fell.",
        ),
        ((trial(2),), (receipt(),), "1 changed", "status: planned -> recruiting"),
        ((news(1, "notice"),), (receipt(),), "1 notice", "Corrections, retractions"),
    ],
    ids=["a quiet week", "all failed", "one suspect", "only changes", "a notice"],
)
def test_the_week_is_put_into_words(
    pending: tuple[News, ...], receipts: tuple[Receipt, ...], subject: str, sentence: str
) -> None:
    _, rendered = made(*pending, receipts=receipts)

    assert subject in rendered.subject
    assert sentence in " ".join(rendered.text.split())


@settings(deadline=None)
@given(
    name=st.text(max_size=200),
    failed=st.lists(st.sampled_from(["PubMed", "ClinicalTrials.gov", "x" * 60]), max_size=3),
    counts=st.tuples(*[st.integers(0, 99999)] * 5),
)
def test_a_subject_is_ascii_and_at_most_seventy_characters(
    name: str, failed: list[str], counts: tuple[int, ...]
) -> None:
    digest, _ = made(news(1), receipts=[receipt(platform=platform, state="failed") for platform in failed])
    many = replace(
        digest.counts, new=counts[0], changed=counts[1], notices=counts[2], late=counts[3], by_new_terms=counts[4]
    )

    subject = wording.subject(replace(digest, watch_name=name, counts=many))

    assert subject.isascii()
    assert subject.isprintable()
    assert len(subject) <= wording.SUBJECT_CAP
    assert bool(failed) == ("INCOMPLETE" in subject)


STATUSES = ("RECRUITING", "ACTIVE_NOT_RECRUITING", "NOT_YET_RECRUITING", "COMPLETED")


def test_the_state_of_a_question_counts_registrations_by_their_own_status() -> None:
    entries = [
        told(replace(trial(n), record=replace(trial(n).record, status=status))) for n, status in enumerate(STATUSES)
    ]

    sentence = state_of("Q01", entries, NOW)

    assert sentence.startswith(
        "4 trials registered, 1 not yet recruiting, 1 recruiting, 1 completed without results posted on the registry"
    )


def test_what_a_registry_leaves_empty_is_not_stated() -> None:
    _, rendered = made(trial(2))

    text = " ".join(rendered.text.split())
    assert (
        "Enrolment, design, arms, planned dose, primary outcome, primary completion, countries: not stated in" in text
    )


def test_the_first_digest_summarises_and_lists_nothing_as_new() -> None:
    digest, rendered = made(*(news(n, title=f"Known {n}", remembered=True) for n in range(1, 21)), first=True)

    assert {} == where(digest)
    assert (0, 20) == (digest.counts.new, digest.counts.remembered)
    assert "20 reports known" in rendered.subject
    assert 3 == len(re.findall(r"Known \d+", rendered.html.split("and 17 more")[0]))
    assert 20 == len(re.findall(r"^- Known \d+ ", rendered.text, re.MULTILINE))
    assert 20 == len(json.loads(rendered.json)["remembered"])


# --- bytes


@pytest.mark.parametrize("size", [0, 1, 12, 100, 500, 2000])
def test_the_html_stays_under_ninety_kilobytes_and_the_rest_is_complete(size: int) -> None:
    long = "Ketamine infusion for refractory chronic migraine in adults " * 3
    digest, rendered = made(*(news(n, title=f"{long}{n:05d}") for n in range(1, size + 1)))

    assert len(rendered.html.encode()) <= HTML_CAP
    assert size == digest.counts.new
    assert size == len(re.findall(r"^ *\d+\. Ketamine", rendered.text, re.MULTILINE))
    assert size == len(rispy.loads(rendered.attachments[0].content.decode()))
    assert size == len(list(csv.DictReader(io.StringIO(rendered.attachments[1].content.decode("utf-8-sig")))))
    if size > 500:
        assert "more, listed in the text part and the attachments" in rendered.html


class Tags(HTMLParser):
    """Collects what a browser would see in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</table></td><h1>",
    "{{ 7*7 }}{% for x in y %}",
    "a\r\nTY  - JOUR\r\nER  - \r\n",
    '=cmd|" /C calc"!A0',
    "＝1+1",
    "@SUM(1)",
    "\u202egnp.exe",
    "\x00\x1b[31m",
    "a\u2028b",
    "javascript:alert(1)",
    "x" * 200_000,
    "x\ud800y",
    "@article{evil, title={x}}",
    "%$#&_{}~^\\",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_adds_a_tag_a_row_a_record_or_a_line(text: str) -> None:
    from litwatch.text import clean_text

    clean, hostile = news(1), news(1)
    # What reaches the digest has passed the sources' cleaning; every field carries the text.
    words = clean_text(text)
    assert isinstance(hostile.record, Citation)
    assert isinstance(clean.record, Citation)
    record = replace(
        hostile.record,
        title=words,
        journal=words,
        authors=(Author(last=words, fore=words), Author(collective=words)),
        free_full_text=words,
        languages=(words[:50],),
    )
    quote = Quote(text=words, field="title")
    appraisal = replace(
        hostile.appraisal,
        label_reason=words,
        design_quote=quote,
        questions=(QuestionHit(id="Q01", quote=quote, words=(words,)),),
    )
    relation = Relation(
        kind="results_of", from_report="pubmed:1", to_report="clinicaltrials:NCT1", evidence=words, certain=True
    )
    hostile = replace(
        hostile,
        record=record,
        appraisal=appraisal,
        reason=words,
        relations=(relation,),
        changes=(Change(field="status", old=words, new=words, grade="major"),),
    )
    plain = replace(
        clean,
        relations=(replace(relation, evidence="e"),),
        changes=(Change(field="status", old="a", new="b", grade="major"),),
        appraisal=replace(clean.appraisal, design_quote=Quote(text="q", field="title")),
        record=replace(clean.record, languages=("fre",)),
    )
    _, want = made(plain, receipts=[receipt(warnings=("w",), error="e")])
    digest, got = made(hostile, receipts=[receipt(warnings=(words,), error=words)])

    seen, expected = Tags(got.html), Tags(want.html)
    assert expected.tags == seen.tags
    hrefs = [value for name, value in seen.attributes if name == "href"]
    assert all(re.fullmatch(r"https://.*|#n\d+", value) for value in hrefs)
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert 1 == len(rispy.loads(got.attachments[0].content.decode()))
    rows = list(csv.reader(io.StringIO(got.attachments[1].content.decode("utf-8-sig"))))
    assert 2 == len(rows)
    assert not [cell for cell in rows[1] if cell.startswith(("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"))]
    assert got.subject.isprintable()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202a-\u202e]", got.text)
    json.loads(got.json)
    assert digest.counts.new == 1


def test_the_page_is_built_for_mail() -> None:
    due = PartialDate(value="2027-03", type="ESTIMATED")
    record = trial(2).record
    assert isinstance(record, Registration)
    running = replace(trial(2), record=replace(record, primary_completion=due))
    _, rendered = made(news(1), running, receipts=[receipt(state="failed", error="x")], config=CONFIG)
    page = rendered.html

    assert page.index("<meta charset") < page.index("<style")
    assert '<meta name="color-scheme" content="light dark"' in page
    assert 1 == page.count("<h1")
    images = re.findall(r"<img[^>]*>", page)
    assert ["answers-expected.png", "evidence-map.png"] == sorted(re.findall(r'src="([^"]*)"', "".join(images)))
    assert all(re.search(r'alt="[^"]{60,}"', image) for image in images)
    assert "http://" not in page
    assert all('role="presentation"' in table for table in re.findall(r"<table[^>]*>", page))
    assert "style=" in page
    assert 90 <= len(view_of(made(news(1))[0], CONFIG).preheader.ljust(90)) <= 110


def test_json_has_the_contracts_keys() -> None:
    _, rendered = made(news(1), trial(2))
    document = json.loads(rendered.json)

    assert {"label", "watch", "period", "generated", "sources", "counts", "sections"} <= set(document)
    source = {"source", "state", "query", "hits", "new", "changed", "gone", "warnings", "error", "last_complete"}
    assert source <= set(document["sources"][0])
    counts = {"new", "changed", "notices", "late", "by_new_terms", "off_topic", "duplicates"}
    assert counts <= set(document["counts"])
    item = document["sections"][0]["items"][0]
    keys = (
        "report_id study_id standing kind title url identifiers records label design level appraisal questions overdue"
    )
    keys += " free_full_text language changes relations why_here"
    assert set(keys.split()) <= set(item)


def test_links_to_the_readers_own_library_are_filled_in(tmp_path: Path) -> None:
    settings_ = CONFIG.digest.model_copy(update={"resolver": "https://library.example.org/?id=pmid:{pmid}"})
    digest, _ = made(news(1))

    rendered = render(digest, CONFIG.model_copy(update={"digest": settings_}))

    assert 'href="https://library.example.org/?id=pmid:1"' in rendered.html


def test_a_registry_number_in_running_text_leads_to_its_page_and_the_rest_is_escaped() -> None:
    shown = linked('<b>NCT02657031</b>, "EUCTR2019\u2010001260-29-DK" & U1111-1234-5678')

    assert (
        '&lt;b&gt;<a class="link" href="https://clinicaltrials.gov/study/NCT02657031">NCT02657031</a>&lt;/b&gt;, &#34;'
        '<a class="link" href="https://www.clinicaltrialsregister.eu/ctr-search/search?query=eudract_number:2019-001260-29">'
        "EUCTR2019\u2010001260-29-DK</a>&#34; &amp; U1111-1234-5678"
    ) == shown


@given(st.text(max_size=120))
def test_linking_numbers_changes_no_letter_of_a_text(text: str) -> None:
    assert text == unescape(re.sub(r'<a class="link" href="[^"]*">|</a>', "", str(linked(f"{text}"))))


def test_overdue_results_are_listed_once_a_quarter_under_the_question_they_would_answer() -> None:
    ended = PartialDate(value="2024-03", type="ACTUAL")
    base = trial(1)
    assert isinstance(base.record, Registration)
    record = replace(base.record, status="COMPLETED", primary_completion=ended, completion=ended)
    known = told(replace(base, record=record), remembered=True)

    def digest_of(since: str, now: str) -> Digest:
        return compose(
            config=PLAIN,
            pending=(),
            reports=(known,),
            receipts=(receipt(),),
            label="2026-W40",
            since=datetime.fromisoformat(since),
            now=datetime.fromisoformat(now),
        )

    turn = digest_of("2026-09-28T07:00+02:00", "2026-10-05T07:00+02:00")
    rendered = render(turn, PLAIN)

    assert {"Q01": ["NCT00000001"]} == {
        section.id: [entry.number for entry in section.overdue] for section in turn.sections if section.overdue
    }
    for part in (" ".join(rendered.text.split()), rendered.html):
        assert "Primary completion 2024-03 (actual), status completed; no results posted" in part
    after = digest_of("2026-10-05T07:00+02:00", "2026-10-12T07:00+02:00")
    assert [] == [section.id for section in after.sections if section.overdue]
    assert "listed once a quarter" not in render(after, PLAIN).text


@pytest.mark.parametrize("kind", ["preprint_of", "update_of"])
def test_an_earlier_version_is_not_told_beside_the_later_one_that_says_so(kind: str) -> None:
    link = Relation(kind=kind, from_report="pubmed:1", to_report="pubmed:2", evidence="a pointer", certain=True)  # type: ignore[arg-type]  # a case
    out = Change(field="later version", old="none", new="PMID 2", grade="minor")
    more = Change(field="title", old="A", new="B", grade="minor")
    earlier = news(1, "changed", changes=(out,), relations=(link,))
    later = news(2, relations=(link,))

    digest, _ = made(earlier, later)

    assert {"Q01": ["pubmed:2"]} == where(digest)
    assert ((1, 2), 0) == (digest.news_ids, digest.counts.changed)
    for alone in (made(earlier), made(replace(earlier, changes=(out, more)), later)):
        assert 1 == alone[0].counts.changed
    unsure = replace(link, certain=False)
    assert 1 == made(replace(earlier, relations=(unsure,)), replace(later, relations=(unsure,)))[0].counts.changed


def test_what_joined_a_report_that_was_told_is_no_news_and_counts_as_told() -> None:
    digest, _ = made(news(1, "duplicate"))

    assert {} == where(digest)
    assert ((1,), 0) == (digest.news_ids, digest.counts.new)
