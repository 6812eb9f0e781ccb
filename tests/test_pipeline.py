"""Whole weeks through the real pipeline: what is told, what is not told twice, what a failure costs."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litwatch import __version__
from litwatch.demo.exchange import Reply
from litwatch.demo.registration import trial
from litwatch.demo.world import Article, Notice, Trial, World, article
from litwatch.errors import Busy, StoreError
from litwatch.pipeline import reader_of
from weeks import MONDAY, Week, a_watch

W46, W47, W48 = "2026-W46", "2026-W47", "2026-W48"


def paper(pmid: int, title: str = "Ketamine infusion for migraine", **fields: object) -> Article:
    return article(pmid, title, abstract="Ketamine infusion was given for migraine.", **fields)


OLD = paper(1, created="2018-03-01", published="2018-03")
NEW = paper(2, "Intranasal ketamine for migraine", created="2026-11-11", published="2026-11")
KNOWN_TRIAL = trial(
    "NCT00000001", "Ketamine infusion in migraine", status="NOT_YET_RECRUITING", first_posted="2024-01-01"
)
RECRUITING = trial(
    "NCT00000001", "Ketamine infusion in migraine", status="RECRUITING", first_posted="2024-01-01", since="2026-11-12"
)
NEW_TRIAL = trial("NCT00000002", "Intranasal ketamine in migraine", first_posted="2026-11-12")
BASE = World(articles=(OLD, NEW), trials=(KNOWN_TRIAL, RECRUITING, NEW_TRIAL))


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with a_watch(tmp_path, BASE) as watch:
        yield watch


def test_the_list_of_a_digest_holds_the_abstracts_of_what_is_remembered_and_of_what_is_new(week: Week) -> None:
    week.run()
    week.run(weeks=1)

    for label, records in ((W46, 2), (W47, 3)):
        content = (week.folder / "out" / label / "items.ris").read_text("utf-8")
        assert content.count("\nER  -") == records
        assert "\nAB  - Ketamine infusion was given for migraine.\n" in content


def test_the_first_digest_remembers_and_the_second_tells_what_is_new_and_changed(week: Week) -> None:
    week.run()
    assert week.told(W46) == []
    assert {entry["report_id"] for entry in week.digest(W46)["remembered"]} == {
        "pubmed:1",
        "clinicaltrials:NCT00000001",
    }

    outcomes = week.run(weeks=1)

    assert outcomes.complete
    assert sorted(week.told(W47)) == ["clinicaltrials:NCT00000001", "clinicaltrials:NCT00000002", "pubmed:2"]
    items = {
        item["report_id"]: item
        for section in week.digest(W47)["sections"]
        for item in section["items"]
        if "title" in item
    }
    assert items["pubmed:2"]["standing"] == "new"
    assert items["clinicaltrials:NCT00000001"]["changes"] == [
        {"field": "status", "old": "not yet recruiting", "new": "recruiting", "grade": "major"}
    ]


def test_each_recipient_gets_one_mail_a_period_however_often_it_runs(week: Week) -> None:
    for hours in (0, 1, 2):
        week.run(weeks=hours / 168)

    assert ["a@example.org", "b@example.org"] == sorted(str(mail["To"]) for mail in week.mails())
    assert len({str(mail["Message-ID"]) for mail in week.mails()}) == 2


def test_a_quiet_week_is_told_as_such(week: Week) -> None:
    week.run()
    week.run(weeks=1)
    week.run(weeks=1)

    assert week.told(W48) == []
    assert "[litwatch] nothing new - Ketamine for migraine - 2026-W48" == str(week.mails()[-1]["Subject"])
    text = (week.folder / "out" / W48 / "digest.txt").read_text(encoding="utf-8")
    assert "Nothing new since Monday 16 November 2026. 2 of 2 sources answered completely" in " ".join(text.split())


def test_an_upgrade_reads_every_report_anew(week: Week) -> None:
    """What another version read is not what this one would read; so it is with another configuration."""
    week.run()
    with week.store() as store:
        version, _, config = reader_of(week.watch).partition(":")
        every = [entry.report_id for entry in store.reports()]

        assert (__version__, week.watch.hash) == (version, config)
        assert () == store.unappraised(f"{version}:{config}")
        assert every == list(store.unappraised(f"{version}.1:{config}"))
        assert every == list(store.unappraised(f"{version}:another"))


def test_a_quiet_week_may_be_skipped_in_the_mail_and_still_stands_in_the_folder(week: Week) -> None:
    week.write_config(quiet="skip")
    week.run()
    week.run(weeks=1)
    week.run(weeks=1)

    assert [W46, W46, W47, W47] == [str(mail["Message-ID"])[1:9] for mail in week.mails()]
    assert (week.folder / "out" / W48 / "digest.html").exists()


def test_first_run_report_tells_everything_one_by_one(week: Week) -> None:
    week.write_config(first_run="report")

    week.run()

    assert sorted(week.told(W46)) == ["clinicaltrials:NCT00000001", "pubmed:1"]


def bomb() -> bytes:
    return gzip.compress(b"<PubmedArticleSet>" + b"\x00" * 60_000_000)


GZIP = (("Content-Encoding", "gzip"),)
FAULTS = {
    "unreachable in the middle": Reply(cut_after=-1),
    "too many requests": Reply(status=429, body=b'{"error":"API rate limit exceeded","count":"4","limit":"3"}'),
    "too many requests, wait two days": Reply(status=429, body=b"{}", headers=(("Retry-After", "172800"),)),
    "too many requests, wait nonsense": Reply(status=429, body=b"{}", headers=(("Retry-After", "abc"),)),
    "too many requests inside 200": Reply(body=b'{"error":"API rate limit exceeded","count":"4","limit":"3"}'),
    "a web page with 200": Reply(body=b"<!doctype html><html><body>maintenance</body></html>", type="text/html"),
    "server error": Reply(status=500, body=b"oops", type="text/plain"),
    "empty": Reply(body=b""),
    "a bomb": Reply(body=bomb(), headers=GZIP, type="text/xml"),
    "a redirect to another host": Reply(status=302, headers=(("Location", "http://169.254.169.254/"),)),
    "cut short": Reply(body=b'{"studies": [', cut_after=8),
    "silence": Reply(delay_s=2),
    "an error inside 200": Reply(
        body=b"<?xml version='1.0'?><eSearchResult><ERROR>Search Backend failed: Database is not supported</ERROR>"
        b"</eSearchResult>",
        type="text/xml",
    ),
}


@pytest.mark.parametrize("service", ["pubmed", "clinicaltrials"])
@pytest.mark.parametrize("fault", FAULTS)
def test_one_source_failing_costs_nothing_of_the_other_and_is_caught_up(
    tmp_path: Path, service: str, fault: str
) -> None:
    with a_watch(tmp_path, BASE) as week:
        week.run()
        week.server.interpose(service, FAULTS[fault])

        outcomes = week.run(weeks=1)

        assert not outcomes.complete
        states = {source["source"]: source["state"] for source in week.digest(W47)["sources"]}
        other = "clinicaltrials" if service == "pubmed" else "pubmed"
        assert {service: "failed", other: "complete"} == states
        assert week.told(W47)
        assert all(report.startswith(other) for report in week.told(W47))
        subject = str(week.mails()[-1]["Subject"])
        assert "INCOMPLETE" in subject
        text = " ".join((tmp_path / "out" / W47 / "digest.txt").read_text(encoding="utf-8").split())
        assert "Last complete search: Monday 9 November 2026" in text

        week.server.clear()
        assert week.run(weeks=1).complete
        assert sorted(week.told(W47) + week.told(W48)) == [
            "clinicaltrials:NCT00000001",
            "clinicaltrials:NCT00000002",
            "pubmed:2",
        ]


def test_when_every_source_fails_the_digest_says_so_and_goes_out(week: Week) -> None:
    week.run()
    for service in ("pubmed", "clinicaltrials"):
        week.server.interpose(service, Reply(status=503, body=b"down", type="text/plain"))

    week.run(weeks=1)

    assert "[litwatch] INCOMPLETE: PubMed, ClinicalTrials.gov - nothing new" == str(week.mails()[-1]["Subject"])
    assert all(source["error"] for source in week.digest(W47)["sources"])


def test_a_source_that_fails_at_first_is_remembered_when_it_first_answers(week: Week) -> None:
    week.server.interpose("pubmed", Reply(status=503, body=b"down", type="text/plain"))
    week.run()
    week.server.clear()

    week.run(weeks=1)

    assert "pubmed:1" not in week.told(W47)
    assert "pubmed:1" in {entry["report_id"] for entry in week.digest(W47)["remembered"]}


def test_a_total_that_falls_to_nothing_is_not_believed_at_once(week: Week) -> None:
    week.run()
    empty = Reply(body=b'{"totalCount": 0, "studies": []}')
    week.server.interpose("clinicaltrials", empty, path="studies")

    week.run(weeks=1)

    states = {source["source"]: source["state"] for source in week.digest(W47)["sources"]}
    assert states["clinicaltrials"] == "suspect"
    week.server.clear()
    week.run(weeks=1)
    assert "clinicaltrials:NCT00000002" in week.told(W48)


def test_a_retraction_of_something_told_names_the_digest_that_told_it(tmp_path: Path) -> None:
    retracted = paper(
        1,
        "Ketamine infusion for migraine",
        created="2018-03-01",
        published="2018-03",
        types=("Journal Article", "Retracted Publication"),
        notices=(Notice(type="RetractionIn", source="J Invent. 2026", pmid="3"),),
        since="2026-11-12",
    )
    notice = paper(
        3,
        "Retraction: Ketamine infusion for migraine",
        created="2026-11-12",
        published="2026-11",
        types=("Retraction of Publication",),
        notices=(Notice(type="RetractionOf", source="J Invent. 2018", pmid="1"),),
    )
    with a_watch(tmp_path, World(articles=(OLD, retracted, notice))) as week:
        week.run()
        week.run(weeks=1)

        first = week.digest(W47)["sections"][0]
        assert "S3" == first["id"]
        assert ["pubmed:1"] == [item["report_id"] for item in first["items"]]
        assert week.told(W47) == ["pubmed:1"]
        assert 1 == week.digest(W47)["counts"]["notices"]
        text = " ".join((tmp_path / "out" / W47 / "digest.txt").read_text(encoding="utf-8").split())
        assert "First told in 2026-W46." in text


def test_an_old_paper_indexed_late_is_not_counted_as_new(tmp_path: Path) -> None:
    late = paper(9, "Ketamine in migraine, an old series", created="2026-11-12", published="1999-05")
    with a_watch(tmp_path, World(articles=(OLD, late))) as week:
        week.run()
        week.run(weeks=1)

        counts = week.digest(W47)["counts"]
        assert {"new": 0, "late": 1} == {name: counts[name] for name in ("new", "late")}
        assert ["pubmed:9"] == week.told(W47)


def test_changed_terms_label_what_they_bring_in(tmp_path: Path) -> None:
    other = article(5, "Esketamine for migraine", created="2019-01-01", published="2019-01")
    with a_watch(tmp_path, World(articles=(OLD, other))) as week:
        week.run()
        week.write_config(drug="ketamin*, esketamin*")
        # The registry cannot truncate: the new term needs its whole word.
        text = (tmp_path / "config.yaml").read_text(encoding="utf-8")
        (tmp_path / "config.yaml").write_text(text.replace("[ketamine]", "[ketamine, esketamine]"), encoding="utf-8")

        week.run(weeks=1)

        assert 1 == week.digest(W47)["counts"]["by_new_terms"]
        assert ["S4"] == [section["id"] for section in week.digest(W47)["sections"] if section["items"]]


def test_a_record_that_disappears_and_returns_is_told_both_times_once(tmp_path: Path) -> None:
    gone = paper(1, created="2018-03-01", published="2018-03", until="2026-11-12")
    back = paper(1, created="2018-03-01", published="2018-03", since="2026-11-26")
    stays = tuple(paper(number, created="2018-03-01", published="2018-03") for number in range(10, 20))
    with a_watch(tmp_path, World(articles=(gone, back, *stays))) as week:
        week.run()
        for _ in range(4):
            week.run(weeks=1)

        labels = ["2026-W47", "2026-W48", "2026-W49", "2026-W50"]
        assert [["pubmed:1"], [], ["pubmed:1"], []] == [week.told(label) for label in labels]


def test_a_known_study_is_never_told_as_new_but_its_changes_are_matched(week: Week) -> None:
    (week.folder / "known").mkdir()
    (week.folder / "known" / "mine.ris").write_text(
        "TY  - JOUR\nTI  - Intranasal ketamine for migraine\nPY  - 2026\nC1  - PMID: 2\nER  - \n", encoding="utf-8"
    )
    week.run()
    week.run(weeks=1)

    assert "pubmed:2" not in week.told(W47)
    assert not [report for report in week.told(W47) if report.startswith("known:")]


def test_a_missed_week_becomes_one_digest_that_states_its_range(week: Week) -> None:
    week.run()
    week.run(weeks=3)

    assert [W46, "2026-W49"] == sorted(path.name for path in (week.folder / "out").iterdir())
    assert week.digest("2026-W49")["period"]["from"].startswith("2026-11-09")
    assert any("No digest was made since 2026-W46" in note for note in week.digest("2026-W49")["notes"])


def test_mail_that_could_not_leave_goes_out_next_time_with_the_same_bytes(week: Week) -> None:
    post = week.post
    assert post is not None
    port = post.port
    config = (week.folder / "config.yaml").read_text(encoding="utf-8")
    (week.folder / "config.yaml").write_text(config.replace(f"port: {port}", "port: 1"), encoding="utf-8")
    outcomes = week.run()
    assert not outcomes.complete
    with week.store() as store:
        before = [entry.message.content for entry in store.outbox.waiting()]

    week.write_config()
    assert week.run(weeks=1 / 168).complete

    assert sorted(before) == sorted(path.read_bytes() for path in post.letters)


def test_a_person_removed_from_the_list_gets_nothing_more(week: Week) -> None:
    config = (week.folder / "config.yaml").read_text(encoding="utf-8")
    assert week.post is not None
    (week.folder / "config.yaml").write_text(config.replace(f"port: {week.post.port}", "port: 1"), encoding="utf-8")
    week.run()
    week.recipients = ["b@example.org"]
    week.write_config()

    week.run(weeks=1 / 168)

    assert ["b@example.org"] == [str(mail["To"]) for mail in week.mails()]


def test_an_empty_store_beside_earlier_digests_is_refused_with_both_ways_on(week: Week) -> None:
    week.run()
    (week.folder / "litwatch.db").unlink()

    with pytest.raises(StoreError, match=r"--rebuild-from .* --start-over"):
        week.run(weeks=1)


def test_a_store_rebuilt_from_the_digests_tells_what_they_did_not(week: Week) -> None:
    week.run()
    (week.folder / "litwatch.db").unlink()

    week.run(weeks=1, rebuild_from=week.folder / "out")

    assert ["clinicaltrials:NCT00000002", "pubmed:2"] == sorted(week.told(W47))


def test_starting_over_remembers_everything_anew(week: Week) -> None:
    week.run()
    (week.folder / "litwatch.db").unlink()

    week.run(weeks=1, start_over=True)

    assert [] == week.told(W47)


def test_two_runs_at_once_do_not_meet(week: Week) -> None:
    week.run()
    with (
        week.store() as store,
        store.lease("other:2", week.now),
        pytest.raises(Busy, match="another run holds the watch"),
    ):
        week.run()


KILLED = """
import os, signal, sys
from pathlib import Path
from litwatch import pipeline
from litwatch.configfile import load
from litwatch.receipts import enabled
from litwatch.sources import SOURCES
from litwatch.sources.http import Transport
from litwatch.store import open_store
from datetime import datetime
watch = load(Path(sys.argv[1]) / "config.yaml", {})
now = datetime.fromisoformat(sys.argv[2])
config = watch.config
with Transport() as transport, open_store(config.store, config.watch.id) as store, store.lease("killed:1", now):
    sources = [SOURCES[name](watch.config, watch.secrets, transport) for name, _ in enabled(watch)]
    pipeline.collect(watch, store, sources, clock=lambda: now, progress=lambda a, b: None, told_in={})
    pipeline.prepare(watch, store, now)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_run_killed_between_prepare_and_settle_is_finished_by_the_next(week: Week) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(week.folder), MONDAY.isoformat()], check=False, timeout=60
    )
    assert -signal.SIGKILL == killed.returncode
    assert not (week.folder / "out").exists()

    week.run(weeks=1 / 168)

    assert [W46] == [path.name for path in (week.folder / "out").iterdir()]
    assert 2 == len(week.mails())
    assert {MONDAY} == {mail["Date"].datetime for mail in week.mails()}


HOSTILE = (
    "Ketamine <script>alert(1)</script> migraine",
    "Ketamine migraine\r\nBcc: evil@example.org\r\n\r\nER  - \nTY  - JOUR",
    '=HYPERLINK("http://evil","ketamine migraine")',
    "Ketamine \u202emigraine\u202c \u2066x\u2069",
    "Ketamine {{ 7 * 7 }} {% raw %} migraine",
    "Ketamine migraine " + "x" * 200_000,
    "",
)


def test_hostile_titles_are_told_and_do_no_harm(tmp_path: Path) -> None:
    evil = [
        article(number, title, abstract="Ketamine for migraine.", created="2026-11-11", published="2026-11")
        for number, title in enumerate(HOSTILE, start=7)
    ]
    with a_watch(tmp_path, World(articles=(OLD, *evil))) as week:
        week.run()
        assert week.run(weeks=1).complete

        assert sorted(f"pubmed:{one.pmid}" for one in evil) == sorted(week.told(W47))
        out = tmp_path / "out" / W47
        html = (out / "digest.html").read_text(encoding="utf-8")
        assert "<script" not in html
        assert "49" not in json.dumps(week.digest(W47)["sections"]).replace("2049", "")
        assert 1 + len(evil) == (out / "items.csv").read_bytes().count(b"\r\n")
        assert len(evil) == (out / "items.ris").read_text(encoding="utf-8").count("\nTY  - ") + 1
        mail = week.mails()[-1]
        assert mail["Bcc"] is None
        assert "\u202e" not in html


def test_duplicate_pmids_and_a_record_without_title_lose_nothing(tmp_path: Path) -> None:
    twice = (paper(4, created="2026-11-11", published="2026-11"), paper(4, created="2026-11-11", published="2026-11"))
    with a_watch(tmp_path, World(articles=(OLD, *twice))) as week:
        week.run()
        week.run(weeks=1)

        assert ["pubmed:4"] == week.told(W47)


def test_an_unwritable_folder_keeps_the_digest_in_the_store(week: Week) -> None:
    (week.folder / "out").write_text("a file where the folder should be", encoding="utf-8")

    outcomes = week.run()
    assert not outcomes.complete
    assert 2 == len(week.mails())

    (week.folder / "out").unlink()
    week.run(weeks=1 / 168)
    assert (week.folder / "out" / W46 / "digest.html").exists()
    assert 2 == len(week.mails())


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with a_watch(tmp_path / name, BASE, mail=False) as week:
            week.run()
            week.run(weeks=1)
            folder = tmp_path / name / "out" / W47
            made.append({path.name: path.read_bytes() for path in folder.iterdir()})

    assert made[0] == made[1]


def test_a_steady_week_costs_at_most_fifteen_requests(tmp_path: Path) -> None:
    many = tuple(paper(number, created="2018-03-01", published="2018-03") for number in range(1, 301))
    trials = tuple(
        trial(f"NCT{number:08d}", "Ketamine in migraine", first_posted="2020-01-01") for number in range(1, 61)
    )
    new = tuple(paper(number, created="2026-11-11", published="2026-11") for number in range(400, 403))
    with a_watch(tmp_path, World(articles=(*many, *new), trials=trials)) as week:
        week.run()
        before = len(week.server.requests)
        week.run(weeks=1)

        assert 3 == len(week.told(W47))
        assert len(week.server.requests) - before <= 15


SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=6, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_over_weeks_of_faults_every_record_is_told_exactly_once(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    over_weeks_of_faults(tmp_path_factory.mktemp("weeks"), data)


@pytest.mark.long
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_over_many_weeks_of_faults_every_record_is_told_exactly_once(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    over_weeks_of_faults(tmp_path_factory.mktemp("weeks"), data)


def over_weeks_of_faults(folder: Path, data: st.DataObject) -> None:
    """Let services fail in any of five weeks, and see that each record is told once."""
    weeks = 5
    days = data.draw(st.lists(st.integers(1, weeks * 7 - 3), min_size=1, max_size=6))
    first = MONDAY.date()
    articles = tuple(
        paper(
            100 + n,
            created=(first + timedelta(days=day)).isoformat(),
            published=(first + timedelta(days=day)).isoformat()[:7],
        )
        for n, day in enumerate(days)
    )
    trials: tuple[Trial, ...] = tuple(
        trial(
            f"NCT{100 + n:08d}", "Ketamine infusion in migraine", first_posted=(first + timedelta(days=day)).isoformat()
        )
        for n, day in enumerate(days[:3])
    )
    with a_watch(folder, World(articles=(OLD, *articles), trials=(KNOWN_TRIAL, *trials)), mail=False) as week:
        week.run()
        for number in range(weeks):
            if number < weeks - 1:
                for service in data.draw(st.sets(st.sampled_from(["pubmed", "clinicaltrials"]))):
                    fault = data.draw(st.sampled_from(["a web page with 200", "server error", "empty", "cut short"]))
                    week.server.interpose(service, FAULTS[fault])
            week.run(weeks=1)
            week.server.clear()

        told = [report for path in sorted((folder / "out").iterdir()) for report in week.told(path.name)]
        expected = [f"pubmed:{100 + n}" for n in range(len(days))] + [
            f"clinicaltrials:NCT{100 + n:08d}" for n in range(len(days[:3]))
        ]
        assert sorted(expected) == sorted(told)
