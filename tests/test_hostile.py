"""Every hostile text in every field of a record, through every output: it stays text, and changes nothing else."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from lxml import etree

from browser import Eyes, run_node
from hostile import REPEATED, TEXTS, citation, registration, texts_of
from litwatch import pipeline
from litwatch.appraise import appraise
from litwatch.configfile import Loaded, load
from litwatch.deliver.message import messages
from litwatch.digest.compose import compose
from litwatch.digest.render import render
from litwatch.export.bibtex import to_bibtex
from litwatch.export.csv import to_csv
from litwatch.export.json import all_json
from litwatch.export.ris import to_ris
from litwatch.export.rows import told_row
from litwatch.model import Answer, AnyRecord, Rendered, Told
from litwatch.receipts import receipts_of
from litwatch.site.build import build
from litwatch.store import Store, open_store
from litwatch.text import ABSTRACT_CAP, one_line
from weeks import MONDAY

WEEK = timedelta(weeks=1)
BATCH = 14  # digests of this many items print each of them in full
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
CONFIG = """\
watch: {id: hostile, name: Ketamine for migraine}
search:
  first_run: report
  concepts:
    drug: {terms: [ketamin*], mesh: [Ketamine], synonyms: [ketamine]}
    condition: {terms: [migrain*], mesh: [Migraine Disorders], synonyms: [migraine]}
sources:
  pubmed: {email: test@example.org}
  europepmc: {enabled: false}
  isrctn: {enabled: false}
  ctis: {enabled: false}
  crossref: {enabled: false}
questions:
  - {id: Q01, label: Infusion protocols, signals: {positive: [infusion*], registry: [infusion]}}
digest: {timezone: UTC, charts: false}
delivery:
  folder: out
  smtp: {host: 127.0.0.1, port: 9, security: none, from: watch@example.org, to: [ann@example.org]}
"""


@dataclass
class Given:
    """A source that answers with given records, and has nothing good to say in its log either."""

    name: str
    platform: str
    records: tuple[AnyRecord, ...]
    interface: str = "http://127.0.0.1/"
    caution: str = ""
    follows: bool = False
    query: str = TEXTS[0]

    def search(self) -> Answer:
        raise AssertionError("not asked for")

    def census(self, known: object, now: object) -> Answer:
        keys = frozenset(record.key for record in self.records)
        words = tuple(one_line(text) for text in TEXTS)
        return Answer(
            records=self.records,
            matched=keys,
            hits=len(keys),
            warnings=words[:-20],
            translation="".join(words[:40]),
            version=words[5],
        )


@dataclass(frozen=True)
class Kept:
    """A watch that has kept a plain version of each record, and then the hostile one."""

    watch: Loaded
    store: Store
    folder: Path


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    watch = load(folder / "config.yaml", {})
    trials = tuple(registration(number, text) for number, text in enumerate(TEXTS))
    plain = tuple(
        replace(registration(number, "plain"), conditions=record.conditions) for number, record in enumerate(trials)
    )
    articles = tuple(citation(number, text) for number, text in enumerate(TEXTS))
    with open_store(watch.config.store, watch.config.watch.id) as store:
        for when, records in ((MONDAY, plain), (MONDAY + WEEK, trials)):
            sources = [
                Given("clinicaltrials", "ClinicalTrials.gov", records),
                Given("pubmed", "PubMed", articles if records is trials else ()),
            ]
            clock = partial(datetime.fromisoformat, when.isoformat())
            pipeline.collect(watch, store, sources, clock=clock, progress=lambda _source, _what: None, told_in={})
            if records is plain:
                pipeline.prepare(watch, store, when)
        yield Kept(watch, store, folder)


@pytest.fixture(scope="module")
def reports(kept: Kept) -> tuple[Told, ...]:
    return kept.store.reports()


@pytest.fixture(scope="module")
def digests(kept: Kept, reports: Sequence[Told]) -> tuple[Rendered, ...]:
    """Return digests that print all of it, a few items each."""
    pending = [entry for entry in kept.store.pending(reports) if entry.appraisal.label != "off"]
    receipts = receipts_of(kept.watch, kept.store, since=None)
    assert len(pending) == 2 * len(TEXTS)
    return tuple(
        render(
            compose(
                config=kept.watch.config,
                pending=pending[start : start + BATCH],
                reports=reports,
                receipts=receipts if not start else tuple(replace(one, warnings=()) for one in receipts),
                label="2026-W47",
                since=MONDAY,
                now=MONDAY + WEEK,
            ),
            kept.watch.config,
        )
        for start in range(0, len(pending), BATCH)
    )


@pytest.fixture(scope="module")
def site(kept: Kept, digests: Sequence[Rendered]) -> Path:  # the digests take the news that wait, so they come first
    """Return the site of the watch, its digests among it."""
    kept.store.outbox.written("2026-W46", MONDAY)
    pipeline.prepare(kept.watch, kept.store, MONDAY + WEEK)
    kept.store.outbox.written("2026-W47", MONDAY + WEEK)
    build(kept.watch, kept.store, kept.folder / "site", MONDAY + WEEK)
    return kept.folder / "site"


class Page(HTMLParser):
    """What a page is made of: each kind of element with the names of its attributes, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts: set[tuple[str, str]] = set()
        self.leads: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts |= {(tag, name) for name, _ in attrs} | {(tag, "")}
        self.leads |= {
            value or "" for name, value in attrs if name in {"href", "src", "action", "srcset", "xlink:href"}
        }


def assert_harmless(text: str, where: str) -> None:
    page = Page(text)
    tags = {tag for tag, _ in page.parts}
    assert tags <= {
        *("html", "head", "meta", "title", "style", "link", "script", "body", "main", "nav", "header", "footer"),
        *("div", "p", "span", "a", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "table", "caption"),
        *(
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "img",
            "strong",
            "em",
            "b",
            "i",
            "code",
            "pre",
            "q",
            "blockquote",
            "time",
        ),
        *(
            "section",
            "article",
            "details",
            "summary",
            "form",
            "fieldset",
            "label",
            "input",
            "select",
            "option",
            "output",
        ),
        *(
            "button",
            "search",
            "br",
            "hr",
            "small",
            "figure",
            "figcaption",
            "abbr",
            "mark",
            "ins",
            "del",
            "iframe",
            "legend",
            "cite",
        ),
        *("svg", "g", "path", "text", "rect", "line", "circle", "desc", "defs", "clippath", "tspan"),
    }, where
    assert not [part for part in page.parts if part[1].startswith("on") or part[1] in {"srcdoc", "formaction"}], where
    odd = [to for to in page.leads if re.match(r"[\w+.-]*:", to) and not to.startswith(("https://", "mailto:"))]
    assert not odd, (where, odd)
    assert not [to for to in page.leads if "intruder" in to.partition("?")[0].split("/10.")[0][:40]], where
    assert not CONTROL.search(text), (where, CONTROL.search(text))


def test_there_are_two_hundred_texts_and_more() -> None:
    assert len(set(TEXTS)) > 250


def test_everything_is_kept_and_comes_back(kept: Kept, reports: Sequence[Told]) -> None:
    assert 2 * len(TEXTS) == len(reports)
    held = {known.record.key: known.record for known in kept.store.known()}
    for number, text in enumerate(TEXTS):
        for record in (citation(number, text), registration(number, text)):
            assert record == held[record.key]


def test_no_digest_holds_markup_of_others(digests: Sequence[Rendered]) -> None:
    for number, rendered in enumerate(digests):
        assert_harmless(rendered.html, f"digest {number}")
        assert not CONTROL.search(rendered.text)
        assert rendered.subject.isprintable()
        assert len(rendered.subject) <= 100
        document = json.loads(rendered.json)
        assert BATCH >= sum(len(section["items"]) for section in document["sections"]) > 0


def test_no_file_of_a_digest_holds_a_record_a_field_or_a_formula_of_others(digests: Sequence[Rendered]) -> None:
    for rendered in digests:
        files = {part.name: part.content.decode("utf-8-sig") for part in rendered.attachments}
        count = len(list(csv.DictReader(io.StringIO(files["items.csv"]))))
        assert count == len(rispy.loads(files["items.ris"]))
        for name in ("items.csv", "doses.csv"):
            assert_no_formula(files.get(name, ""))
        assert_lines_of_ris(files["items.ris"], count)


def assert_no_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text)))
    assert len({len(row) for row in rows}) <= 1
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]


def assert_lines_of_ris(text: str, count: int) -> None:
    lines = [line for line in text.split("\n") if line.strip() and not re.fullmatch(r"\d+\.", line.strip())]
    assert not [line for line in lines if line[2:6] != "  - "]
    assert count == sum(line.startswith("TY  - ") for line in lines) == sum(line.startswith("ER  -") for line in lines)


def test_a_mail_has_its_own_headers_and_parts_only(kept: Kept, digests: Sequence[Rendered]) -> None:
    for rendered in digests:
        (mail,) = messages(rendered, kept.watch.config, MONDAY)
        assert max(map(len, mail.content.split(b"\r\n"))) <= 998
        assert b"\n" not in mail.content.replace(b"\r\n", b"")
        read = message_from_bytes(mail.content, policy=policy.default)
        assert (1, None, "ann@example.org") == (len(read.get_all("Subject", ())), read["Bcc"], str(read["To"]))
        kinds = [part.get_content_type() for part in read.walk() if not part.is_multipart()]
        assert ["text/plain", "text/html"] == kinds[:2]
        assert {"text/csv", "application/x-research-info-systems"} >= set(kinds[2:])
        assert [] == [part.defects for part in read.walk() if part.defects]


def test_a_subject_made_of_hostile_text_stays_one_header(kept: Kept, digests: Sequence[Rendered]) -> None:
    for text in {text[:300] for text in TEXTS}:
        (mail,) = messages(replace(digests[0], subject=text), kept.watch.config, MONDAY)
        read = message_from_bytes(mail.content, policy=policy.default)
        assert one_line(text) == str(read["Subject"]).strip(), text  # a word too long for a line begins the next one
        assert (None, "text/plain") == (
            read["Bcc"],
            next(part for part in read.walk() if not part.is_multipart()).get_content_type(),
        )


def test_exports_hold_as_many_records_as_there_are(kept: Kept, reports: Sequence[Told]) -> None:
    rows = [told_row(entry) for entry in reports]

    for abstracts in (True, False):
        text = to_ris(rows, abstracts=abstracts).decode()
        assert len(rows) == len(rispy.loads(text))
        assert_lines_of_ris(text, len(rows))
    text = to_csv(rows).decode("utf-8-sig")
    assert len(rows) == len(list(csv.DictReader(io.StringIO(text))))
    assert_no_formula(text)
    library = parse_string(to_bibtex(rows).decode())
    assert [] == library.failed_blocks
    assert len(rows) == len(library.entries) == len(library.blocks) == len({entry.key for entry in library.entries})
    items = json.loads(json.dumps(list(all_json(reports, reports, MONDAY))))
    assert len(rows) == len(items)


def test_no_page_of_the_site_holds_markup_of_others(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 2 * len(TEXTS)
    for page in pages:
        assert_harmless(page.read_text(encoding="utf-8"), str(page))
    for path in [*site.rglob("*.xml"), *site.rglob("*.svg")]:
        root = etree.fromstring(path.read_bytes())
        assert not [one for one in root.iter() if str(one.tag).endswith("script")]
    for path in site.rglob("*.csv"):
        assert_no_formula(path.read_text(encoding="utf-8-sig"))
    for path in site.rglob("*.ris"):
        text = path.read_text(encoding="utf-8-sig")
        assert_lines_of_ris(text, len(rispy.loads(text)))


def intrusions(eyes: Eyes, pages: Sequence[Path]) -> list[dict[str, object]]:
    job = {"chromium": eyes.chromium, "pages": [page.resolve().as_uri() for page in pages]}
    seen: list[dict[str, object]] = run_node("intrude.mjs", job)
    assert len(pages) == len(seen)
    return [sight for sight in seen if sight["wrong"]]


def test_a_browser_runs_loads_and_follows_nothing_in_a_digest(
    eyes: Eyes, digests: Sequence[Rendered], tmp_path: Path
) -> None:
    pages = []
    for number, rendered in enumerate(digests):
        pages.append(tmp_path / f"{number}.html")
        pages[-1].write_text(rendered.html, encoding="utf-8")

    assert [] == intrusions(eyes, pages)


def test_a_browser_runs_loads_and_follows_nothing_on_the_site(eyes: Eyes, site: Path) -> None:
    studies = sorted((site / "studies").glob("*.html"))
    others = [page for page in site.rglob("*.html") if page.parent != site / "studies"]

    assert [] == intrusions(eyes, [*others, site / "studies" / "index.html", *studies[::12]])


@pytest.mark.long
def test_a_browser_runs_loads_and_follows_nothing_on_any_page_of_a_study(eyes: Eyes, site: Path) -> None:
    studies = sorted((site / "studies").glob("*.html"))

    for start in range(0, len(studies), 100):
        assert [] == intrusions(eyes, studies[start : start + 100])


COMMANDS = {
    "list": ("list",),
    "list --label off": ("list", "--label", "off"),
    "show": ("show", "PMID 1015"),
    "log": ("log",),
    "log --methods": ("log", "--methods"),
    "log --flow": ("log", "--flow"),
    "status": ("status",),
    "digest show": ("digest", "show", "2026-W46"),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_a_terminal_gets_text_only(kept: Kept, site: Path, command: Sequence[str]) -> None:
    shown = on_a_terminal(kept.folder, *command)

    assert "Traceback" not in shown
    assert len(shown) > 50
    # What rich sets itself are colours and weights.
    bare = re.sub("\x1b\\[[0-9;]*m|\r\n", "", shown)
    assert not CONTROL.search(bare.replace("\n", "")), CONTROL.search(bare.replace("\n", ""))


def on_a_terminal(folder: Path, *arguments: str) -> str:
    """Return what a command writes to a terminal."""
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LITWATCH_", "NCBI_"))}
    environment |= {"LITWATCH_NOW": (MONDAY + WEEK).isoformat(), "TERM": "xterm-256color", "COLUMNS": "160"}
    with subprocess.Popen(
        [sys.executable, "-m", "litwatch", *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        shown = bytearray()
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
    os.close(ours)
    return shown.decode("utf-8")


@pytest.mark.parametrize("style", ["csv", "json"])
def test_the_search_log_has_one_row_a_search(kept: Kept, style: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "litwatch", "log", "--format", style],
        cwd=kept.folder,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )

    assert 4 == len(kept.store.runs())
    if style == "json":
        assert 4 == len([json.loads(line) for line in done.stdout.splitlines()])
    else:
        assert 5 == len(list(csv.reader(io.StringIO(done.stdout))))
        assert_no_formula(done.stdout)


def test_the_fields_of_both_kinds_of_record_are_filled() -> None:
    for record in (citation(1, "sentinel"), registration(1, "sentinel")):
        assert sum("sentinel" in text for text in texts_of(record)) > 40


@pytest.mark.parametrize("text", REPEATED)
def test_a_text_as_long_as_can_be_is_read_in_good_time(kept: Kept, text: str) -> None:
    # The suite's own limit is what would be passed: before, some of these took minutes.
    for record in (
        citation(1, text * (ABSTRACT_CAP // len(text))),
        registration(1, text * (ABSTRACT_CAP // len(text))),
    ):
        assert "core" == appraise(record, kept.watch.config).label
