"""The commands as a user types them: a real process, its exit code, its two streams."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import rispy
from bibtexparser.entrypoint import parse_string

import litwatch.errors
from litwatch.cli import COMMANDS
from litwatch.demo.exchange import Reply
from litwatch.sources import SOURCES
from test_pipeline import BASE
from weeks import MONDAY, Week, a_watch

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def litwatch_(*arguments: str, folder: Path, weeks: float = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LITWATCH_", "NCBI_"))}
    now = (MONDAY + timedelta(weeks=weeks)).isoformat()
    return subprocess.run(
        [sys.executable, "-m", "litwatch", *arguments],
        cwd=folder,
        env={**kept, "LITWATCH_NOW": now, "TZ": "UTC", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """A watch two weeks old."""
    with a_watch(tmp_path_factory.mktemp("told"), BASE) as week:
        week.run()
        week.run(weeks=1)
        yield week


def test_run_says_that_what_waited_was_sent(fresh: Week) -> None:
    fresh.send_through(1)  # nobody listens there
    assert 1 == litwatch_("run", folder=fresh.folder).returncode
    fresh.write_config()

    done = litwatch_("run", folder=fresh.folder, weeks=1 / 168)

    said = "2026-W46: 2 messages that waited were sent.\nNo digest is due; collected and kept.\n"
    assert (0, said) == (done.returncode, done.stdout)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Week]:
    with a_watch(tmp_path, BASE) as week:
        week.server.now = MONDAY
        yield week


def test_run_sends_what_is_due_and_says_so_in_json(fresh: Week) -> None:
    done = litwatch_("run", "--json", folder=fresh.folder)

    assert (0, "") == (done.returncode, re.sub(r".*\[info.*\n", "", done.stderr))
    document = json.loads(done.stdout)
    assert ("2026-W46", 0) == (document["label"], document["exit"])
    assert {"label", "sources", "counts", "deliveries", "exit"} == set(document)
    assert ["sent", "sent"] == [delivery["state"] for delivery in document["deliveries"]]
    assert ["pubmed", "clinicaltrials"] == [source["source"] for source in document["sources"]]

    again = litwatch_("run", folder=fresh.folder, weeks=1 / 168)
    assert (0, "No digest is due; collected and kept.\n") == (again.returncode, again.stdout)


def test_a_dry_run_prints_the_digest_and_changes_nothing(fresh: Week) -> None:
    before = sorted(path.name for path in fresh.folder.iterdir())

    done = litwatch_("run", "--dry-run", folder=fresh.folder)

    assert 0 == done.returncode
    assert done.stdout.startswith("Subject: [litwatch] 2 reports known")
    assert before == sorted(path.name for path in fresh.folder.iterdir())
    assert [] == fresh.mails()


def test_an_incomplete_run_exits_1_and_names_the_source_on_stderr(fresh: Week) -> None:
    fresh.server.interpose("pubmed", Reply(status=403, body=b"no", type="text/plain"))

    done = litwatch_("run", folder=fresh.folder)

    assert 1 == done.returncode
    assert "litwatch: pubmed: esearch.fcgi:" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_shows_queries_and_counts_and_changes_nothing(fresh: Week) -> None:
    before = sorted(path.name for path in fresh.folder.iterdir())

    done = litwatch_("check", folder=fresh.folder)

    assert 0 == done.returncode
    assert 'PubMed\tquery\t("Ketamine"[Mesh] OR ketamin*[tiab])' in done.stdout
    assert "PubMed\ttranslation\t" in done.stdout
    assert "Mail: 127.0.0.1:" in done.stdout
    assert before == sorted(path.name for path in fresh.folder.iterdir())
    assert [] == fresh.mails()


def test_check_exits_1_when_monday_would_be_incomplete(fresh: Week) -> None:
    fresh.server.interpose("clinicaltrials", Reply(status=404, body=b"nothing here", type="text/plain"))

    for arguments in (("check",), ("check", "--quick")):
        done = litwatch_(*arguments, folder=fresh.folder)
        assert 1 == done.returncode
        assert "clinicaltrials" in done.stderr


def test_list_filters_and_prints_one_item_a_line(told: Week) -> None:
    done = litwatch_("list", "--question", "Q02", "--json", folder=told.folder, weeks=1)

    items = [json.loads(line) for line in done.stdout.splitlines()]
    assert ["clinicaltrials:NCT00000002", "pubmed:2"] == [item["report_id"] for item in items]
    assert {"2026-W47"} == {item["told_in"] for item in items}
    assert {
        "report_id",
        "study_id",
        "kind",
        "title",
        "url",
        "identifiers",
        "records",
        "label",
        "design",
        "level",
    } <= set(items[0])


@pytest.mark.parametrize("name", ["2", "pubmed:2", "https://pubmed.ncbi.nlm.nih.gov/2/", "study:pubmed:2"])
def test_show_takes_any_form_of_an_identifier(told: Week, name: str) -> None:
    done = litwatch_("show", name, folder=told.folder, weeks=1)

    assert 0 == done.returncode
    assert done.stdout.startswith("Intranasal ketamine for migraine")


def test_show_of_something_unknown_is_told_in_one_line(told: Week) -> None:
    done = litwatch_("show", "NCT99999999", folder=told.folder, weeks=1)

    assert (2, "litwatch: NCT99999999: not known here; `litwatch list` names the reports\n") == (
        done.returncode,
        done.stderr,
    )


def test_exports_are_read_by_other_parsers(told: Week) -> None:
    texts = {
        style: litwatch_("export", "--format", style, folder=told.folder, weeks=1).stdout
        for style in ("ris", "bibtex", "csv", "json")
    }

    counts = {
        "ris": len(rispy.loads(texts["ris"])),
        "bibtex": len(parse_string(texts["bibtex"]).entries),
        "csv": len(list(csv.DictReader(io.StringIO(texts["csv"].removeprefix("\ufeff"))))),
        "json": len(json.loads(texts["json"])),
    }
    assert {"ris": 4, "bibtex": 4, "csv": 4, "json": 4} == counts


def test_digest_lists_and_shows_what_was_made(told: Week) -> None:
    listed = litwatch_("digest", "list", folder=told.folder, weeks=1).stdout.splitlines()
    assert ["2026-W46", "2026-W47"] == [line.split()[0] for line in listed]
    for style, start in (
        ("txt", "Ketamine for migraine"),
        ("html", "<!DOCTYPE html>"),
        ("json", "{"),
        ("eml", "From:"),
    ):
        shown = litwatch_("digest", "show", "2026-W47", "--format", style, folder=told.folder, weeks=1).stdout
        assert shown.lower().startswith(start.lower())
    missing = litwatch_("digest", "show", "2031-W01", folder=told.folder, weeks=1)
    assert (2, 1) == (missing.returncode, missing.stderr.count("\n"))


def test_resend_to_one_address_sends_one_copy(told: Week) -> None:
    before = len(told.mails())

    done = litwatch_("digest", "resend", "2026-W47", "--to", "c@example.org", folder=told.folder, weeks=1)

    assert 0 == done.returncode
    assert ["c@example.org"] == [str(mail["To"]) for mail in told.mails()[before:]]


@pytest.mark.parametrize("address", ["nobody", "a@b.org\r\nBcc: evil@example.org", "ø@example.org", "a b@example.org"])
def test_resend_refuses_what_is_no_address(told: Week, address: str) -> None:
    done = litwatch_("digest", "resend", "2026-W47", "--to", address, folder=told.folder, weeks=1)

    assert (2, 1) == (done.returncode, done.stderr.count("\n"))
    assert done.stderr.startswith("litwatch: --to: not an e-mail address")


def test_the_search_log_holds_every_search_exactly(told: Week) -> None:
    rows = list(csv.DictReader(io.StringIO(litwatch_("log", "--format", "csv", folder=told.folder, weeks=1).stdout)))

    assert ["pubmed", "clinicaltrials"] * 2 == [row["source"] for row in rows]
    assert '("Ketamine"[Mesh] OR ketamin*[tiab]) AND ("Migraine Disorders"[Mesh] OR migrain*[tiab])' == rows[0]["query"]
    assert rows[0]["translation"]


def test_status_is_healthy_after_a_good_run_and_not_when_a_digest_is_overdue(told: Week) -> None:
    good = litwatch_("status", "--json", folder=told.folder, weeks=1.1)
    assert (0, True) == (good.returncode, json.loads(good.stdout)["healthy"])

    late = litwatch_("status", folder=told.folder, weeks=3)
    assert 1 == late.returncode
    assert "has been due since" in late.stdout


def test_status_before_the_first_run_says_how_to_start(fresh: Week) -> None:
    done = litwatch_("status", folder=fresh.folder)

    assert 1 == done.returncode
    assert "never run; start with `litwatch run`" in done.stdout


def test_import_marks_as_known_and_names_unreadable_rows(fresh: Week) -> None:
    (fresh.folder / "mine.ris").write_text(
        "TY  - JOUR\nTI  - One\nDO  - 10.5555/one\nER  - \nTY  - JOUR\nAU  - Nobody\nER  - \n", encoding="utf-8"
    )
    done = litwatch_("import", "mine.ris", folder=fresh.folder)

    assert 1 == done.returncode
    assert (
        "mine.ris: 1 read, 1 new to the library, 0 of them match a report already known, 0 repeated in the file, "
        "1 unreadable"
    ) in done.stdout
    assert "litwatch: mine.ris:5: no title (TI or T1); add one or delete the record" in done.stderr


def test_a_mark_is_kept(told: Week) -> None:
    done = litwatch_("mark", "2", "include", "--note", "pivotal", folder=told.folder, weeks=1)

    assert (0, "pubmed:2: include\n") == (done.returncode, done.stdout)
    item = json.loads(litwatch_("show", "2", "--json", folder=told.folder, weeks=1).stdout)
    assert "include" == item["mark"]


def test_a_bad_configuration_exits_78_with_a_line_for_each_problem(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("watch: {id: x}\nserach: {}\n", encoding="utf-8")

    done = litwatch_("run", folder=tmp_path)

    assert 78 == done.returncode
    assert all(line.startswith("litwatch: config.yaml:") for line in done.stderr.splitlines())
    assert "Traceback" not in done.stderr


def test_a_bad_clock_is_a_configuration_error(fresh: Week) -> None:
    done = litwatch_("run", folder=fresh.folder, LITWATCH_NOW="yesterday")

    assert 78 == done.returncode
    assert "LITWATCH_NOW" in done.stderr


def test_init_writes_a_watch_that_loads_and_never_overwrites(tmp_path: Path) -> None:
    assert 0 == litwatch_("init", folder=tmp_path).returncode
    assert (ROOT / "config.yaml").read_bytes() == (tmp_path / "config.yaml").read_bytes()

    again = litwatch_("init", folder=tmp_path)
    assert (2, True) == (again.returncode, "exists already" in again.stderr)


def test_the_demonstration_shows_what_it_promises_twice(tmp_path: Path) -> None:
    for _ in range(2):
        done = litwatch_("demo", "--out", "out", folder=tmp_path)
        assert 0 == done.returncode
    week = json.loads((tmp_path / "out" / "2026-W47" / "digest.json").read_text(encoding="utf-8"))
    items = [item for section in week["sections"] for item in section["items"] if "title" in item]
    changes = {(change["field"], change["old"]): change["new"] for item in items for change in item["changes"]}
    assert {"notice", "new", "changed", "late"} == {item["standing"] for item in items}
    assert "recruiting" == changes["status", "not yet recruiting"]
    assert "suspended" == changes["status", "recruiting"]
    assert "2021-02-25" == changes["results posted", "not posted"]
    assert {("retraction", "none"), ("correction", "none")} <= changes.keys()
    assert "S3" == week["sections"][0]["id"]
    assert ["new", "registration"] in [[item["standing"], item["kind"]] for item in items]
    assert week["counts"]["off_topic"] == len(week["off_topic"]) >= 1
    assert 4 == len(list((tmp_path / "out" / "mail").glob("*.eml")))
    for item in items:
        if item["standing"] == "notice":
            assert item["title"].startswith("[Invented for this demonstration")
    assert {source["source"] for source in week["sources"] if source["state"] == "complete"} == SOURCES.keys()
    assert {record["source"] for item in items for record in item["records"]} == SOURCES.keys()
    became = {relation["report_id"]: item for item in items for relation in item["relations"]}
    assert "pubmed:99000009" == became["europepmc:PPR:10.5555/litwatch.demo.9"]["report_id"]
    changed = {item["report_id"] for item in items if item["standing"] == "changed"}
    assert changed >= {"isrctn:ISRCTN99000001", "ctis:2025-599003-99"}
    text = (tmp_path / "out" / "2026-W47" / "digest.txt").read_text(encoding="utf-8")
    assert "ictrp-mid-november.xml of 2026-11-13" in " ".join(text.split())


def test_the_demonstration_does_not_clear_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_text("years of work", encoding="utf-8")

    done = litwatch_("demo", "--out", "out", folder=tmp_path)

    assert 2 == done.returncode
    assert (tmp_path / "out" / "thesis.docx").exists()


def test_no_secret_reaches_a_stream(fresh: Week) -> None:
    fresh.server.interpose("pubmed", Reply(status=400, body=b'{"error":"API key invalid","api-key":"s3cr3t-key"}'))
    done = litwatch_("-v", "run", folder=fresh.folder, NCBI_API_KEY="s3cr3t-key", LITWATCH_SMTP_PASSWORD="s3cr3t-word")

    assert 1 == done.returncode
    assert "s3cr3t" not in done.stdout + done.stderr
    assert all(b"s3cr3t" not in path.read_bytes() for path in fresh.folder.rglob("*") if path.is_file())


def test_help_needs_no_heavy_library() -> None:
    script = "import sys; sys.argv = ['litwatch', '--help']\nfrom litwatch.cli import cli\n"
    script += "try: cli.main(prog_name='litwatch')\nexcept SystemExit: pass\n"
    script += "print([m for m in ('alembic', 'Bio', 'sqlalchemy', 'pydantic', 'lxml', 'altair') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)

    assert "[]" == done.stdout.splitlines()[-1]


def test_a_steady_run_needs_no_migration_library(told: Week) -> None:
    script = (
        "import sys\nfrom litwatch.store import open_store\n"
        f"with open_store('sqlite:///{told.folder}/litwatch.db', 'test-watch') as store: store.known()\n"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)

    assert "False\n" == done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_explains_itself(command: str, tmp_path: Path) -> None:
    assert f"`litwatch {command}" in README
    done = litwatch_(command, "--help", folder=tmp_path)
    assert 0 == done.returncode
    assert len(done.stdout.split("\n\n")[1].strip()) > 20


def test_every_error_class_is_in_the_glossary() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    errors = [
        name
        for name, value in vars(litwatch.errors).items()
        if isinstance(value, type) and issubclass(value, litwatch.errors.LitwatchError)
    ]

    assert [] == [name for name in errors if name != "LitwatchError" and f"| {name} |" not in glossary]


@pytest.mark.parametrize("stream", ["<&-", ">&-", "2>&-", ">/dev/full"])
def test_a_stream_that_is_closed_or_full_brings_no_traceback(told: Week, stream: str) -> None:
    command = f'"{sys.executable}" -m litwatch status {stream}'
    done = subprocess.run(
        ["sh", "-c", command], cwd=told.folder, capture_output=True, text=True, check=False, timeout=120
    )

    assert 1 == done.returncode  # a watch of 2026 that has not run since, or what could not be said
    assert "Traceback" not in done.stderr
    assert ("litwatch: standard output: No space left on device" in done.stderr) == (stream == ">/dev/full")
