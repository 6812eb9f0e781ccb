"""The static site: what it holds, that it is whole or not there, and that no text of others becomes markup."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from lxml import etree

from browser import Eyes
from litwatch.configfile import load
from litwatch.demo.run import run as run_demo
from litwatch.errors import DeliveryError, InputError
from litwatch.model import Citation, Registration
from litwatch.site.addresses import slug
from litwatch.site.build import build, refresh
from litwatch.site.feed import Entry, feed
from litwatch.site.folder import MARKER, write_site
from litwatch.site.study import stage_words
from litwatch.store import open_store

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
POLICY = "default-src 'none'"


class Marks(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the demonstration."""
    folder = tmp_path_factory.mktemp("demo")
    list(run_demo(folder))
    return folder


@pytest.fixture(scope="module")
def site(demo: Path) -> Path:
    return demo / "site"


def pages(site: Path) -> Iterator[tuple[str, str]]:
    for page in sorted(site.rglob("*.html")):
        yield str(page.relative_to(site)), page.read_text(encoding="utf-8")


def files(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def test_a_delivery_leaves_a_site_with_every_kind_of_page(site: Path) -> None:
    names = set(files(site))

    assert {
        *("index.html", "studies/index.html", "map.html", "answers.html", "doses.html", "log.html", "off-topic.html"),
        *("evidence-map.svg", "answers-expected.svg", "doses.csv", "studies.csv", "studies.ris", "studies.bib"),
        *("digests/index.html", "digests/2026-W46/index.html", "digests/2026-W47/index.html", "feed.xml"),
        *("questions/Q01.html", "questions/Q12.html", "digests/2026-W47/items.ris", "static/tablesort.LICENCE.txt"),
    } <= names
    studies = [name for name in names if re.fullmatch(r"studies/(?!index).*\.html", name)]
    studies = [name for name in studies if "<h1>Moved</h1>" not in (site / name).read_text(encoding="utf-8")]
    assert len(studies) > 30
    assert all(f"{name.removesuffix('.html')}{end}" in names for name in studies for end in (".ris", ".bib"))


def test_every_link_inside_the_site_leads_somewhere(site: Path) -> None:
    present = set(files(site))
    for name, text in pages(site):
        marks = Marks(text)
        for target in marks.values("href") + marks.values("src"):
            if target.startswith(("https://", "#", "mailto:")):
                continue
            path = os.path.normpath(Path(name).parent / unquote(urldefrag(target)[0]))
            assert path in present, (name, target)


def test_no_page_may_load_or_run_anything_that_is_not_its_own(site: Path) -> None:
    for name, text in pages(site):
        marks = Marks(text)
        policies = [entry["content"] for _, entry in marks.tags if entry.get("http-equiv") == "Content-Security-Policy"]
        assert [True] == [POLICY in policy for policy in policies], name
        if not name.endswith("digest.html"):
            assert "unsafe" not in policies[0]
            assert not marks.values("style"), name
        loaded = marks.values("src") + [entry["href"] for tag, entry in marks.tags if tag == "link"]
        assert not [target for target in loaded if "//" in target], name
        assert not [key for _, entry in marks.tags for key in entry if key.startswith("on")], name


def test_no_page_holds_a_whole_abstract(demo: Path, site: Path) -> None:
    watch = load(demo / "config.yaml", {})
    with open_store(watch.config.store, watch.config.watch.id, read_only=True) as store:
        abstracts = [
            text for report in store.reports() if len(text := getattr(report.record, "abstract_text", "")) > 300
        ]
    published = b"\n".join(content for name, content in files(site).items() if not name.endswith(".png")).decode()
    assert abstracts
    assert not [text for text in abstracts if text in published or text.replace("\n", " ") in published]
    assert "\nAB  - " not in published


def test_the_same_store_gives_the_same_bytes(demo: Path, site: Path, tmp_path: Path) -> None:
    watch = load(demo / "config.yaml", {})
    with open_store(watch.config.store, watch.config.watch.id) as store:
        build(watch, store, tmp_path / "again", NOW)

    assert files(site) == files(tmp_path / "again")


def test_a_site_is_built_again_only_when_something_was_delivered(demo: Path, tmp_path: Path) -> None:
    watch = load(demo / "config.yaml", {})
    place = tmp_path / "site"
    with open_store(watch.config.store, watch.config.watch.id) as store:
        assert refresh(watch, store, place, NOW)
        assert not refresh(watch, store, place, NOW)
        marker = place / MARKER
        marker.write_text(marker.read_text().replace('"state": "', '"state": "older'))
        assert refresh(watch, store, place, NOW)


def test_stale_pages_go_and_what_a_killed_build_left_is_put_right(tmp_path: Path) -> None:
    place = tmp_path / "site"
    write_site(place, [("a.html", b"1"), ("b/c.html", b"2")], watch_id="w", state="1")
    place.rename(tmp_path / ".site.old")  # killed between the two renames
    (tmp_path / ".site.new").mkdir()

    write_site(place, [("a.html", b"3")], watch_id="w", state="2")

    assert ["a.html"] == [name for name in files(place) if name != MARKER]
    assert ["site"] == [path.name for path in tmp_path.iterdir()]


def test_what_stood_there_stands_when_a_build_fails_half_way(tmp_path: Path) -> None:
    def broken() -> Iterator[tuple[str, bytes]]:
        yield "a.html", b"new"
        raise OSError(28, "No space left on device")

    place = tmp_path / "site"
    write_site(place, [("a.html", b"old")], watch_id="w", state="1")

    with pytest.raises(DeliveryError, match="No space left on device; free some space there"):
        write_site(place, broken(), watch_id="w", state="2")
    assert b"old" == (place / "a.html").read_bytes()
    assert ["site"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"thesis.docx": "years of work"}, "holds files that are not a site of litwatch"),
        ({MARKER: '{"watch": "another", "state": "1"}'}, "holds the site of the watch another"),
        ({MARKER: "not JSON"}, "cannot be read"),
    ],
)
def test_a_folder_that_holds_something_else_is_refused(content: dict[str, str], message: str, tmp_path: Path) -> None:
    for name, text in content.items():
        (tmp_path / name).write_text(text)

    with pytest.raises(InputError, match=message):
        write_site(tmp_path, [("a.html", b"1")], watch_id="w", state="1")
    assert list(content) == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("path", ["../a.html", "/a.html", "a/../../b.html", ".hidden.html", "a b.html", ""])
def test_no_path_leads_out_of_the_site(path: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a path of the site"):
        write_site(tmp_path / "site", [(path, b"1")], watch_id="w", state="1")
    assert [] == list(tmp_path.iterdir())


def test_study_addresses_are_readable_safe_and_never_shared() -> None:
    names = [
        "study:pubmed:123",
        "study:known:a/b",
        "study:known:a b",
        "study:known:A-B",
        "study:known:../../etc",
        "study:",
    ]
    slugs = [slug(name) for name in names]

    assert "pubmed-123" == slugs[0]
    assert len(set(slugs)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]*", one) for one in slugs)


HOSTILE = "</title><script>alert(1)</script>\x00\x0b\ufffe ]]> &amp; \u202eevil\ud800"


def test_a_stage_finds_trials_whatever_their_registries_call_it() -> None:
    trial = Registration(source="ctis", key="1", kind="registration", title="A trial", url="", registry="CTIS")
    called = ["RECRUITING", "Ongoing, recruiting", "Authorised, recruiting", "Enrolling by invitation", "Recruiting"]
    assert {("recruiting",)} == {stage_words(replace(trial, status=status)) for status in called}
    assert ("not recruiting",) == stage_words(replace(trial, status="Not Recruiting"))
    assert ("another status",) == stage_words(replace(trial, status="Waiting for snow"))
    assert () == stage_words(replace(trial, status=""))
    paper = Citation(source="pubmed", key="1", kind="article", title="A paper", url="")
    withdrawn = replace(paper, publication_types=("Retracted Publication",))
    assert [("published",), ("retracted",)] == [stage_words(paper), stage_words(withdrawn)]


def test_the_feed_is_well_formed_whatever_a_title_holds() -> None:
    entry = Entry(label="2026-W47", subject=HOSTILE, updated=NOW, items=((HOSTILE, "studies/pubmed-1.html"),))

    root = etree.fromstring(feed("w", HOSTILE, [entry], begun=NOW, url="https://example.org/site"))

    assert "https://example.org/site/feed.xml" == root.xpath("string(*[@rel='self']/@href)")
    content = root.findtext(f"{ATOM}entry/{ATOM}content") or ""
    assert "&lt;script&gt;" in content
    assert "<script" not in content
    assert '<a href="https://example.org/site/studies/pubmed-1.html">' in content


def test_the_feed_keeps_the_rules_of_the_validator(site: Path) -> None:
    root = etree.fromstring((site / "feed.xml").read_bytes())

    for parent in [root, *root.findall(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            assert 1 == len(parent.findall(f"{ATOM}{name}")), name
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", parent.findtext(f"{ATOM}updated") or "")
    identifiers = [entry.text for entry in root.iter(f"{ATOM}id")]
    assert len(set(identifiers)) == len(identifiers) == 3
    assert root.findtext(f"{ATOM}updated") == root.findtext(f"{ATOM}entry/{ATOM}updated")
    assert "litwatch" == root.findtext(f"{ATOM}author/{ATOM}name")
    assert {"html"} == {content.get("type") for content in root.iter(f"{ATOM}content")}


def test_a_correction_on_a_digests_page_says_what_it_is_however_small(site: Path) -> None:
    page = (site / "digests" / "2026-W47" / "index.html").read_text(encoding="utf-8")

    assert "<strong>correction:</strong>" in page
    assert 'href="https://doi.org/10.5555/litwatch.demo.11"' in page


@pytest.fixture(scope="module")
def grammar() -> etree.RelaxNG:
    """Return the grammar of Atom feeds (RFC 4287, section 4)."""
    return etree.RelaxNG(etree.parse(Path(__file__).parent / "data" / "atom" / "atom.rng"))


@pytest.mark.parametrize("url", [None, "https://example.org/a b/ü?q=1&r=<2>"])
@pytest.mark.parametrize("title", ["Plain", "", HOSTILE])
def test_every_feed_keeps_the_grammar_of_atom(title: str, url: str | None, grammar: etree.RelaxNG) -> None:
    entries = [
        Entry(label=f"2026-W{week}", subject=title, updated=NOW, items=((title, "studies/a.html"), (title, "")))
        for week in (47, 46)
    ]
    for written in (entries, []):
        root = etree.fromstring(feed("w", title, written, begun=NOW, url=url))

        assert grammar.validate(root), grammar.error_log
        assert 1 == len(root.findall(f"{ATOM}author"))  # so that no entry needs one of its own
        for parent in [root, *root.findall(f"{ATOM}entry")]:
            alternates = [link.get("type") for link in parent.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
            assert 1 == len(alternates)


def test_the_sites_feed_keeps_the_grammar_and_the_grammar_minds(site: Path, grammar: etree.RelaxNG) -> None:
    text = (site / "feed.xml").read_bytes()

    assert grammar.validate(etree.fromstring(text)), grammar.error_log
    for broken in (b"<title>twice</title>", b"<author/>", b"<updated>2026</updated>", b"<link/>", b"<entry/>"):
        assert not grammar.validate(etree.fromstring(text.replace(b"<generator>", broken + b"<generator>", 1))), broken


SEEN = {
    "site-now": "index.html",
    "site-studies": "studies/index.html",
    "site-study": "studies/clinicaltrials-nct02697071.html",
    "site-question": "questions/Q01.html",
    "site-map": "map.html",
    "site-answers": "answers.html",
    "site-doses": "doses.html",
    "site-digest": "digests/2026-W47/index.html",
    "site-log": "log.html",
}


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.long)])
def test_every_kind_of_page_is_fit_for_every_reader(eyes: Eyes, site: Path, width: int) -> None:
    for sight in eyes.look({name: site / page for name, page in SEEN.items()}, widths=(width,)):
        wrong = [sight[what] for what in ("violations", "outside", "errors", "blank") if sight[what]]
        assert ([], True) == (wrong, sight["overflow"] <= 0), sight


def test_every_kind_of_page_is_valid(eyes: Eyes, site: Path) -> None:
    complaints = {page: eyes.judge((site / page).read_text(), page=True)["complaints"] for page in SEEN.values()}
    assert {page: [] for page in SEEN.values()} == complaints


def test_the_site_fails_for_itself_and_not_for_the_mail(demo: Path, tmp_path: Path) -> None:
    from litwatch.pipeline import publish

    shutil.copy(demo / "litwatch.db", tmp_path)
    shutil.copy(demo / "config.yaml", tmp_path)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "mine.txt").write_text("mine")
    watch = load(tmp_path / "config.yaml", {})
    with open_store(watch.config.store, watch.config.watch.id) as store:
        outcomes = publish(watch, store, NOW)

    assert [("site", False)] == [(outcome.recipient_hash, outcome.left) for outcome in outcomes]
    assert "holds files that are not a site of litwatch" in outcomes[0].answer
