"""A study that two databases know is told once: the rules of dedupe at work in a watch, and what people decide."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.demo.world import Notice, World, article
from litwatch.identify.alike import alike, grown
from litwatch.identify.compared import address
from litwatch.identify.dedupe import Index
from litwatch.identify.identify import identify
from litwatch.identify.one import unions
from litwatch.model import Answer, AnyRecord, Author, Citation, Finding, Identifier, Known, Likeness, Mark, PartialDate
from litwatch.store import Store
from postgres import Postgres
from test_identify import LAST, NOW
from weeks import MONDAY, Week, a_watch

W46, W47, W48, W49 = "2026-W46", "2026-W47", "2026-W48", "2026-W49"
TITLE = "Overnight ketamine infusion for refractory migraine: a randomised crossover trial"
PLACE: dict[str, str] = {"journal": "Journal of Invented Examples", "volume": "46", "issue": "3", "pages": "201-209"}
NAMES = ("Berg", "Okoro", "Lindqvist")


def embase(key: str = "title:a", source: str = "files", **given_: Any) -> Citation:
    """Return the row of a paper as an export gives it: no identifier, everything else."""
    values: dict[str, Any] = {
        "kind": "article",
        "title": TITLE,
        "url": "",
        "published": PartialDate(value="2026"),
        "authors": tuple(Author(last=name, initials="A") for name in NAMES),
    }
    return Citation(source=source, key=key, **(values | PLACE | given_))


def pubmed(key: str = "1", **given_: Any) -> Citation:
    return embase(key, "pubmed", **({"identifiers": (Identifier(kind="pmid", value=key),)} | given_))


def held(record: AnyRecord, report_id: str = "") -> Known:
    return Known(record=record, report_id=report_id or address(record))


def judged(*records: Citation, known: tuple[Known, ...] = (), source: str = "files") -> dict[str, Finding]:
    answer = Answer(records=records, matched=frozenset(), hits=len(records), nature="exports")
    found = identify(answer, source=source, known=known, last_complete=LAST, strategy_changed=False, now=NOW)
    return {address(finding.record): finding for finding in found}


# --- one record

ROWS: dict[str, tuple[Citation, Citation, str]] = {
    "the paper from another database": (embase(), pubmed(), "duplicate"),
    "with the journal abbreviated and the last page cut": (
        embase(journal="J. Invented Examples", pages="201-9"),
        pubmed(),
        "duplicate",
    ),
    "the paper under a DOI that PubMed does not give": (
        embase(identifiers=(Identifier(kind="doi", value="10.5555/a"),)),
        pubmed(),
        "duplicate",
    ),
    "the same title and authors, no journal": (
        embase(journal="", volume="", issue="", pages=""),
        pubmed(),
        "possible_duplicate",
    ),
    "another paper of the group in the same issue": (
        embase(title="Subcutaneous ketamine for cluster headache: an open trial", pages="210-215"),
        pubmed(),
        "new",
    ),
    "an erratum": (embase(title=f"Erratum: {TITLE}", kind="notice"), pubmed(), "notice"),
    "its protocol": (embase(title=f"{TITLE}: study protocol"), pubmed(), "new"),
    "its follow-up": (embase(title=f"{TITLE}: two-year follow-up", pages="300-309"), pubmed(), "new"),
    "part 2": (embase(title=f"{TITLE}. Part 2"), pubmed(title=f"{TITLE}. Part 1"), "new"),
    "a preprint of the same title": (embase(kind="preprint", journal="", volume="", pages=""), pubmed(), "new"),
    "the meeting abstract before it": (
        embase(kind="abstract", journal="Cephalalgia", volume="45", issue="1", pages="77", published=None),
        pubmed(),
        "new",
    ),
    "a meeting abstract that shares its supplement's DOI": (
        embase(
            title="Lidocaine infusion for new daily persistent headache",
            kind="abstract",
            pages="S12",
            identifiers=(Identifier(kind="doi", value="10.5555/supplement"),),
        ),
        pubmed(
            kind="abstract",
            pages="S77",
            identifiers=(Identifier(kind="pmid", value="1"), Identifier(kind="doi", value="10.5555/supplement")),
        ),
        "possible_duplicate",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_without_a_shared_identifier_is_folded_shown_or_told(name: str) -> None:
    row, paper, standing = ROWS[name]

    (found,) = judged(row, known=(held(paper),)).values()

    assert standing == found.standing
    assert ("pubmed:1" if standing == "duplicate" else "files:title:a") == found.report_id
    if standing in {"duplicate", "possible_duplicate"}:
        assert "pubmed:1" in found.reason
        assert [("pubmed:1", standing == "duplicate")] == [(e.report_id, e.certain) for e in found.likenesses]


@pytest.mark.parametrize("name", ROWS)
def test_it_is_the_same_when_the_paper_comes_after_the_row(name: str) -> None:
    row, paper, standing = ROWS[name]

    (found,) = judged(paper, known=(held(row),), source="pubmed").values()

    assert (standing if standing != "notice" else "new") == found.standing


def test_the_library_marks_a_record_without_identifiers_as_known() -> None:
    (found,) = judged(pubmed(), known=(held(embase(source="known")),), source="pubmed").values()

    assert ("duplicate", "known:title:a") == (found.standing, found.report_id)


def test_a_retraction_that_the_folded_record_is_the_first_to_show_is_told() -> None:
    retracted = pubmed(publication_types=("Journal Article", "Retracted Publication"))

    (found,) = judged(retracted, known=(held(embase()),), source="pubmed").values()

    assert ("notice", "files:title:a") == (found.standing, found.report_id)


def test_a_record_of_a_report_is_contradicted_by_every_other_record_of_it() -> None:
    report = (held(embase("title:old"), "pubmed:1"), held(pubmed()))

    (found,) = judged(pubmed("2"), known=report, source="pubmed").values()

    assert ("new", "pubmed:2") == (found.standing, found.report_id)


def test_two_rows_of_one_paper_in_one_export_are_told_once() -> None:
    thin = embase("title:b", issue="")

    found = judged(embase(), thin)

    assert {"files:title:a"} == {finding.report_id for finding in found.values()}
    assert ["duplicate", "new"] == sorted(finding.standing for finding in found.values())


def test_a_row_that_two_different_papers_could_be_joins_at_most_one() -> None:
    known = (held(pubmed()), held(pubmed("2")))

    (found,) = judged(embase(), known=known).values()

    assert found.report_id in {"pubmed:1", "pubmed:2", "files:title:a"}
    assert 1 >= sum(likeness.certain for likeness in found.likenesses)
    assert {"pubmed:1", "pubmed:2"} == {likeness.report_id for likeness in found.likenesses}


@given(st.randoms(use_true_random=False))
def test_the_outcome_does_not_depend_on_order_or_on_how_the_index_grew(chance: random.Random) -> None:
    known = [
        held(row)
        for row in (
            pubmed(),
            embase("title:x", title=f"{TITLE}: study protocol"),
            pubmed("7", title="Aspirin for gout in men"),
        )
    ]
    fresh = [row for row, _, _ in ROWS.values()]
    fresh = [replace(row, key=f"title:{at}") for at, row in enumerate(fresh)]
    index = Index.empty()
    for entry in chance.sample(known, len(known)):
        index = grown(index, [entry])
    expected = alike(fresh, known, grown(Index.empty(), known))

    found = alike(
        chance.sample(fresh, len(fresh)), chance.sample(known, len(known)), Index.from_bytes(index.to_bytes())
    )

    assert expected == found


@given(st.permutations(range(4)))
def test_reports_found_to_be_one_go_by_the_oldest_name_in_any_order(order: list[int]) -> None:
    records = [replace(held(embase(f"title:{at}")), first_seen=MONDAY.replace(hour=20 - at)) for at in range(4)]
    said = [
        Likeness(record=f"files:title:{at}", report_id=f"files:title:{at + 1}", reason="", certain=at != 1)
        for at in range(3)
    ]

    moves = unions([records[at] for at in order], [said[at] for at in order if at < 3], ())

    assert {"files:title:0": "files:title:1", "files:title:2": "files:title:3"} == moves


def test_nothing_joins_what_people_hold_apart() -> None:
    records = [held(embase(f"title:{at}")) for at in range(3)]
    said = [Likeness(record="files:title:1", report_id=f"files:title:{at}", reason="", certain=True) for at in (0, 2)]
    apart = Mark(report_id="files:title:2", verdict="different", other_id="files:title:0", note="", made=NOW)

    moves = unions(records, said, (apart,))

    assert {"files:title:1": "files:title:0"} == moves


# --- whole weeks

PAPER = article(
    1,
    TITLE,
    abstract="Ketamine infusion overnight for refractory migraine.",
    authors=[f"{name} A" for name in NAMES],
    published="2026-11",
    created="2026-11-11",
    doi="10.5555/overnight",
    **PLACE,
)
OLD = article(5, "Ketamine infusion for migraine", published="2018-03", created="2018-03-01")
NOTICE = article(
    9,
    f"Retraction: {TITLE}",
    published="2026-11-24",
    created="2026-11-24",
    types=("Retraction Notice",),
    notices=[Notice(type="RetractionOf", source="J", pmid="1")],
)


def ris(title: str = TITLE, **fields: str) -> str:
    tags = {"JO": PLACE["journal"], "VL": PLACE["volume"], "IS": PLACE["issue"], "SP": "201", "EP": "209", "PY": "2026"}
    lines = [f"TI  - {title}", *(f"AU  - {name}, A." for name in NAMES)]
    lines += [f"{tag}  - {value}" for tag, value in (tags | fields).items() if value]
    return "\n".join(["TY  - JOUR", *lines, "ER  - ", ""])


def _watch(folder: Path, world: World, store: str = "") -> Iterator[Week]:
    with a_watch(folder, world, mail=False) as week:
        config = folder / "config.yaml"
        text = config.read_text(encoding="utf-8").replace("  files: {enabled: false}", "  files: {folder: files}")
        config.write_text(text.replace("sqlite:///litwatch.db", store) if store else text, encoding="utf-8")
        (folder / "files").mkdir()
        yield week


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    yield from _watch(tmp_path, World(articles=(OLD, PAPER, NOTICE)))


def drop(week: Week, name: str, content: str) -> None:
    path = week.folder / "files" / name
    path.write_text(content, encoding="utf-8")
    os.utime(path, (week.now.timestamp(), week.now.timestamp()))


def litwatch(week: Week, *arguments: str, code: int = 0) -> str:
    """Run the command at the watch's present; return what it printed, or said where it fails."""
    result = subprocess.run(
        [sys.executable, "-m", "litwatch", *arguments],
        cwd=week.folder,
        env={**os.environ, "LITWATCH_NOW": week.now.isoformat()},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert code == result.returncode, result.stderr
    return result.stderr if code else result.stdout


def printed(week: Week, *labels: str) -> list[str]:
    return [report_id for label in labels for report_id in week.told(label)]


def reports(store: Store) -> Mapping[str, tuple[str, ...]]:
    return {report.report_id: tuple(f"{s}:{k}" for s, k in report.sources) for report in store.reports()}


def test_a_paper_told_from_pubmed_is_not_told_again_from_an_export(week: Week) -> None:
    week.run()
    week.run(weeks=1)
    assert "pubmed:1" in week.told(W47)
    drop(week, "embase.ris", ris())
    week.run(weeks=1)

    assert [] == [name for name in week.told(W48) if name.startswith("files:")]
    shown = litwatch(week, "show", "1")
    assert "same report  files:title:" in shown
    assert "same title, authors and first page" in shown


def test_an_index_that_cannot_be_read_is_made_again(week: Week) -> None:
    week.run()
    week.run(weeks=1)
    with week.store() as store:
        store.keep_likeness_index(b"of another version")
    drop(week, "embase.ris", ris())

    week.run()

    with week.store() as store:
        assert {"pubmed:1", "pubmed:5"} <= Index.from_bytes(store.likeness_index() or b"").record_ids()
        assert 2 == len(reports(store)["pubmed:1"])


def test_a_paper_told_from_an_export_is_not_told_again_from_pubmed_and_keeps_its_id(tmp_path: Path) -> None:
    later = replace(PAPER, created=PAPER.created.replace(day=18), since=PAPER.created.replace(day=18))
    for week in _watch(tmp_path, World(articles=(OLD, later, NOTICE))):
        week.run()
        week.now = week.now.replace(day=12)
        drop(week, "embase.ris", ris())
        week.now = week.now.replace(day=16)
        week.run()
        (told,) = [name for name in week.told(W47) if name != "pubmed:5"]
        assert told.startswith("files:title:")

        week.run(weeks=1)
        assert "pubmed:1" not in printed(week, W48)
        assert told not in week.told(W48)
        with week.store() as store:
            assert ("pubmed:1", told) == reports(store)[told]

        week.run(weeks=1)  # the retraction of PMID 1 reaches the report under the id that the reader knows
        (notice,) = [i for s in week.digest(W49)["sections"] for i in s["items"] if i.get("standing") == "notice"]
        assert told in {end["report_id"] for end in notice["relations"]} | {notice["report_id"]}


def test_a_doi_that_arrives_on_the_row_changes_nothing_for_the_reader(week: Week) -> None:
    week.run()
    drop(week, "embase.ris", ris(JO="", VL="", IS="", SP="", EP=""))
    week.run(weeks=1)
    (row,) = [name for name in week.told(W47) if name.startswith("files:title:")]
    section = next(s for s in week.digest(W47)["sections"] if row in [i.get("report_id") for i in s["items"]])
    assert "S5" == section["id"]
    assert "possibly is a duplicate of pubmed:1" in litwatch(week, "show", row)

    drop(week, "embase.ris", ris(JO="", VL="", IS="", SP="", EP="", DO="10.5555/OVERNIGHT"))
    week.run(weeks=1)

    assert [] == [name for name in week.told(W48) if name.startswith("files:")]


def test_the_same_weeks_on_both_stores_give_the_same_bytes(tmp_path: Path, postgres: Postgres) -> None:
    found = []
    for kind, url in (("sqlite", ""), ("postgresql", postgres.new_url())):
        folder = tmp_path / kind
        folder.mkdir()
        for week in _watch(folder, World(articles=(OLD, PAPER, NOTICE)), url):
            week.run()
            drop(week, "embase.ris", ris() + ris(title=f"{TITLE}: study protocol"))
            week.run(weeks=1)
            week.run(weeks=1)
            found.append([(folder / "out" / label / "digest.html").read_bytes() for label in (W46, W47, W48)])

    assert found[0] == found[1]


# --- what people decide


def test_two_marked_the_same_are_one_story_from_now_on(week: Week) -> None:
    week.run()
    drop(week, "embase.ris", ris(JO="", VL="", IS="", SP="", EP=""))
    week.run(weeks=1)
    (row,) = [name for name in week.told(W47) if name.startswith("files:title:")]

    litwatch(week, "mark", "1", "same", row)

    with week.store() as store:
        assert {"pubmed:1": ("pubmed:1", row)} == {k: v for k, v in reports(store).items() if row in v}
        names = {"study:pubmed:1", f"study:{row}"}
        assert {True} == {name in store.aliases() or name == store.studies()["pubmed:1"] for name in names}
    assert f"(pubmed:1, {row})" in litwatch(week, "show", row)
    week.run(weeks=2)  # the retraction
    told = [i for s in week.digest(W49)["sections"] for i in s["items"] if "title" in i]
    assert 1 == len([item for item in told if item["standing"] == "notice"])


def test_one_marked_the_same_before_it_is_told_is_not_told_as_new(week: Week) -> None:
    week.run()
    week.run(weeks=1)
    week.now = week.now.replace(day=18)
    drop(week, "embase.ris", ris(JO="", VL="", IS="", SP="", EP=""))
    week.run()
    with week.store() as store:
        (row,) = [name for name in reports(store) if name.startswith("files:title:")]

    litwatch(week, "mark", row, "same", "pubmed:1")
    week.now = week.now.replace(day=23)
    week.run()

    assert [] == week.told(W48)
    week.run(weeks=1)
    assert row not in week.told(W49)


def test_two_records_of_one_report_marked_different_part_for_ever_and_both_are_told(week: Week) -> None:
    week.run()
    drop(week, "embase.ris", ris())
    week.run(weeks=1)
    with week.store() as store:
        (row,) = [name for name in reports(store)["pubmed:1"] if name.startswith("files:")]
    assert row not in week.told(W47)

    litwatch(week, "mark", "1", "different", row)
    week.run(weeks=1)
    week.run(weeks=1)

    assert row in week.told(W48)
    assert row not in week.told(W49)
    with week.store() as store:
        assert {"pubmed:1": ("pubmed:1",), row: (row,)} == {
            k: v for k, v in reports(store).items() if k not in {"pubmed:5", "pubmed:9"}
        }
        assert 2 == len({store.studies()[name] for name in ("pubmed:1", row)})

    litwatch(week, "mark", "1", "clear", row)
    with week.store() as store:
        assert ("pubmed:1", row) == reports(store)["pubmed:1"]


@pytest.mark.parametrize(
    ("ids", "complaint"),
    [
        (("1", "1"), "is pubmed:1 itself; name two reports or two records of one"),
        (("1", "777"), "777: not known here"),
    ],
)
def test_what_cannot_be_parted_is_said_in_one_line(week: Week, ids: tuple[str, str], complaint: str) -> None:
    week.run()
    week.run(weeks=1)

    said = litwatch(week, "mark", ids[0], "different", ids[1], code=2)

    assert complaint in said
    assert 1 == len(said.splitlines())


def test_every_decision_is_listed_as_it_was_made_and_the_later_one_stands(week: Week) -> None:
    week.run()
    week.run(weeks=1)
    litwatch(week, "mark", "5", "exclude", "--note", "=an anaesthesia study, really")
    litwatch(week, "mark", "5", "different", "1")
    week.now += timedelta(hours=1)
    litwatch(week, "mark", "5", "clear")

    assert [
        {
            "made": "2026-11-16T08:00:00+00:00",
            "report_id": "pubmed:5",
            "verdict": "exclude",
            "other_id": "",
            "note": "=an anaesthesia study, really",
        },
        {
            "made": "2026-11-16T08:00:00+00:00",
            "report_id": "pubmed:5",
            "verdict": "different",
            "other_id": "pubmed:1",
            "note": "",
        },
        {"made": "2026-11-16T09:00:00+00:00", "report_id": "pubmed:5", "verdict": "clear", "other_id": "", "note": ""},
    ] == [json.loads(line) for line in litwatch(week, "log", "--decisions", "--format", "json").splitlines()]
    header, first, *_ = csv.reader(litwatch(week, "log", "--decisions", "--format", "csv").splitlines())
    assert ["made", "report_id", "verdict", "other_id", "note"] == header
    assert "'=an anaesthesia study, really" == first[4]  # no formula for a spreadsheet
    shown = litwatch(week, "log", "--decisions")
    assert shown.index("exclude") < shown.index("different") < shown.index("clear")
    assert "marked" not in litwatch(week, "show", "5")
