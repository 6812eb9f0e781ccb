"""Exports dropped into a folder are news like any source's; an old, a broken or a missing one is told."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from litwatch.demo.registration import trial
from litwatch.demo.world import World, article
from litwatch.model import Known, Registration, SearchRun
from litwatch.sources import SOURCES
from litwatch.sources.exports import Files, Ictrp
from litwatch.sources.http import Transport
from test_ictrp import trial as row
from test_ictrp import xml
from weeks import MONDAY, Week, a_watch

W47 = "2026-W47"
WORLD = World(
    articles=(article(1, "Ketamine for migraine", published="2020", doi="10.5555/one"),),
    trials=(trial("NCT00000001", "Ketamine for migraine, registered", conditions=["Migraine"]),),
)
IRANIAN = {
    "TrialID": "IRCT20240305061175N1",
    "Public_title": "Ketamine for migraine in Tehran",
    "Source_Register": "IRCT",
    "Date_registration3": "20240404",
    "Last_Refreshed_on": "5 November 2026",
    "Recruitment_Status": "Recruiting",
    "Export_date": "11/5/2026 9:00:00 AM",
}
KNOWN_TRIAL = {"TrialID": "NCT00000001", "Public_title": "Ketamine for migraine, registered", "Source_Register": "NCT"}


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with a_watch(tmp_path, WORLD, mail=False) as week:
        config = tmp_path / "config.yaml"
        text = config.read_text(encoding="utf-8")
        for name in ("ictrp", "files"):
            assert f"  {name}: {{enabled: false}}" in text
            text = text.replace(f"  {name}: {{enabled: false}}", f"  {name}: {{folder: {name}}}")
            (tmp_path / name).mkdir()
        config.write_text(text, encoding="utf-8")
        yield week


def drop(week: Week, name: str, content: str, *, days: int = 0) -> Path:
    """Drop a file into the watch, ``days`` before its present."""
    path = week.folder / name
    path.write_text(content, encoding="utf-8")
    made = (week.now - timedelta(days=days)).timestamp()
    os.utime(path, (made, made))
    return path


def ris(*titles: str, doi: str = "", year: int = 2026) -> str:
    number = f"DO  - {doi}\n" if doi else ""
    return "".join(f"TY  - CONF\nTI  - {title}\n{number}PY  - {year}\nER  - \n" for title in titles)


def last_run(week: Week, source: str) -> SearchRun:
    with week.store() as store:
        return store.runs(source)[0]


def known(week: Week, source: str) -> list[Known]:
    with week.store() as store:
        return [entry for entry in store.known() if entry.record.source == source]


def receipts(week: Week, label: str) -> dict[str, str]:
    text = (week.folder / "out" / label / "digest.txt").read_text(encoding="utf-8")
    return {
        name: " ".join(text.split(f"\n{name}:")[1].split("\n  Query")[0].split())
        for name in ("WHO ICTRP", "imported files")
    }


def test_an_empty_folder_is_skipped_and_says_so(week: Week) -> None:
    outcome = week.run()

    assert outcome.complete
    assert ("skipped", ("no export in ictrp/ yet",)) == (
        last_run(week, "ictrp").state,
        last_run(week, "ictrp").warnings,
    )


def test_an_export_dropped_in_after_the_first_digest_is_told(week: Week) -> None:
    week.run()
    week.now += timedelta(days=6)
    drop(week, "ictrp/november.xml", xml(row(**IRANIAN), row(**KNOWN_TRIAL)))
    drop(
        week,
        "files/embase.ris",
        ris("Ketamine nasal spray for migraine: a conference abstract") + ris("x", doi="10.5555/ONE"),
    )
    week.run(weeks=1 / 7)

    told = week.told(W47)
    assert "ictrp:IRCT20240305061175N1" in told
    assert 1 == sum(report.startswith("files:title:") for report in told)
    assert {"pubmed:1", "clinicaltrials:NCT00000001"}.isdisjoint(told)
    assert {"pubmed:1"} == {entry.report_id for entry in known(week, "files") if entry.record.key == "doi:10.5555/one"}
    shown = receipts(week, W47)
    assert "november.xml of 2026-11-05" in shown["WHO ICTRP"]
    assert "embase.ris of 2026-11-15" in shown["imported files"]


def test_an_export_of_long_ago_is_told_as_what_is_read_now(week: Week) -> None:
    drop(week, "files/a.ris", ris("Ketamine for migraine: an earlier abstract"))
    week.run()
    drop(week, "files/b.ris", ris("Ketamine for migraine: a further abstract"), days=40)
    week.run(weeks=1)

    (item,) = [item for section in week.digest(W47)["sections"] for item in section["items"] if "report_id" in item]
    assert "new" == item["standing"]
    assert "New in the imported files" in item["why_here"]


def test_the_first_exports_are_remembered_with_the_rest(week: Week) -> None:
    drop(week, "ictrp/a.xml", xml(row(**IRANIAN)))
    week.run()
    week.run(weeks=1)

    assert [] == week.told("2026-W46")
    assert [] == week.told(W47)


def test_the_latest_export_speaks_whatever_its_files_date(week: Week) -> None:
    drop(week, "ictrp/new.xml", xml(row(**IRANIAN | {"Recruitment_Status": "Not Recruiting"})), days=30)
    older = IRANIAN | {"Export_date": "9/5/2026 9:00:00 AM"}
    drop(week, "ictrp/old.xml", xml(row(**older)))
    week.run()

    (entry,) = known(week, "ictrp")
    assert isinstance(entry.record, Registration)
    assert "Not Recruiting" == entry.record.status


def test_a_status_that_changed_between_exports_is_told_old_to_new(week: Week) -> None:
    drop(week, "ictrp/a.xml", xml(row(**IRANIAN)))
    week.run()
    later = IRANIAN | {"Recruitment_Status": "Not Recruiting", "Export_date": "11/12/2026 9:00:00 AM"}
    drop(week, "ictrp/b.xml", xml(row(**later)))
    week.run(weeks=1)

    (item,) = [item for section in week.digest(W47)["sections"] for item in section["items"] if "report_id" in item]
    assert [("status", "recruiting", "Not Recruiting")] == [
        (change["field"], change["old"], change["new"]) for change in item["changes"]
    ]


def test_a_file_taken_away_takes_nothing_with_it(week: Week) -> None:
    path = drop(week, "ictrp/a.xml", xml(row(**IRANIAN)))
    week.run()
    path.unlink()
    week.run(weeks=1)

    assert [False] == [entry.vanished for entry in known(week, "ictrp")]
    assert ("ictrp/ is empty now; 1 records of earlier exports stay known",) == last_run(week, "ictrp").warnings


def test_what_a_newer_export_lacks_stays_matched(week: Week) -> None:
    path = drop(week, "ictrp/a.xml", xml(row(**IRANIAN)))
    week.run()
    path.unlink()
    drop(week, "ictrp/b.xml", xml(row(**KNOWN_TRIAL)))
    week.run(weeks=1)

    assert [(True, False), (True, False)] == [(entry.matched, entry.vanished) for entry in known(week, "ictrp")]
    assert [] == week.told(W47)


def test_a_broken_file_is_named_and_costs_no_other(week: Week) -> None:
    drop(week, "files/a.ris", ris("Ketamine for migraine: an abstract") + "TY  - JOUR\nER  - \n")
    drop(week, "files/b.csv", "Autor,Jahr\nx,2020\n")
    drop(week, "files/export.xlsx", "x")
    drop(week, "files/.hidden", "x")
    week.run()
    run = last_run(week, "files")

    assert ("warnings", 1) == (run.state, run.hits)
    assert [
        (
            "record b.csv could not be read: no column holds titles; found Autor, Jahr; rename the column that "
            "holds them to Title"
        ),
        "record export.xlsx could not be read: not an export; use .bib, .csv, .nbib, .ris",
        "record a.ris:5 could not be read: no title (TI or T1); add one or delete the record",
    ] == list(run.warnings)


def test_a_folder_that_cannot_be_read_fails_that_source_alone(week: Week) -> None:
    (week.folder / "ictrp").rmdir()
    (week.folder / "ictrp").write_text("a file", encoding="utf-8")
    outcome = week.run()

    assert not outcome.complete
    assert ["complete", "complete", "failed", "skipped"] == [run.state for run in outcome.collected.runs]
    assert "ictrp: cannot be read: Not a directory" in last_run(week, "ictrp").failure


@pytest.mark.parametrize(("days", "reminded"), [(60, False), (61, True)])
def test_an_export_older_than_sixty_days_is_a_reminder(week: Week, days: int, reminded: bool) -> None:  # noqa: FBT001  # a case
    drop(week, "ictrp/a.xml", xml(row(**IRANIAN | {"Export_date": ""})), days=days)
    drop(week, "files/a.ris", ris("Ketamine for migraine: an abstract"), days=days)
    outcome = week.run()

    assert outcome.complete
    warnings = last_run(week, "ictrp").warnings
    assert reminded is any("61 days ago; export again from https://trialsearch.who.int" in line for line in warnings)
    assert () == last_run(week, "files").warnings
    assert reminded is ("export again" in receipts(week, "2026-W46")["WHO ICTRP"])


def test_a_check_reads_the_folders_as_well(week: Week) -> None:
    drop(week, "ictrp/a.xml", xml(row(**IRANIAN)))
    watch = week.watch
    with Transport(contact="test@example.org") as transport:
        answers = [SOURCES[name](watch.config, watch.secrets, transport).search() for name in ("ictrp", "files")]

    assert [1, 0] == [answer.hits for answer in answers]
    assert (Ictrp.name, Files.name) == ("ictrp", "files")
    assert datetime(2026, 11, 9, 8, tzinfo=UTC) == MONDAY


def test_a_hostile_title_in_an_export_does_no_harm(week: Week) -> None:
    week.run()
    title = '=HYPERLINK("http://evil") <script>alert(1)</script> \u202eketamine migraine\x07 ' + "x" * 200_000
    drop(week, "files/hostile.ris", ris(title))
    drop(
        week,
        "ictrp/hostile.xml",
        xml(row(**IRANIAN | {"Public_title": title.replace("<", "&lt;").replace("\x07", "")})),
    )
    week.run(weeks=1)

    told = week.told(W47)
    assert 2 == len(told)
    folder = week.folder / "out" / W47
    html = (folder / "digest.html").read_text(encoding="utf-8")
    assert "<script>alert" not in html
    assert "\u202e" not in html
    assert "x" * 3_000 not in html
    assert not re.search(r'(?m)(^|",)"=', (folder / "items.csv").read_text(encoding="utf-8"))
