"""Looking after a store: a migration with its backup, checks, copies that can be restored."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

import litwatch.store
from litwatch.demo.world import demo_world
from litwatch.errors import StoreError
from litwatch.store import care, open_store
from litwatch.store.opening import APPLICATION_ID, HEAD
from postgres import Postgres
from test_store import finding, keep
from weeks import MONDAY, Week, a_watch


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "litwatch.db"


def at_schema(url: str, revision: str) -> None:
    """Bring an empty database to an older schema, as the litwatch of that time did."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(litwatch.store.__file__).parent / "migrations"))
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(url.removeprefix("sqlite:///")) as raw:
            raw.execute(f"PRAGMA application_id={APPLICATION_ID}")
        raw.close()
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
    engine.dispose()


def with_a_digest(url: str) -> None:
    """Put a digest's file into a store, as it was kept until schema 0003: as it is."""
    engine = create_engine(url)
    with engine.begin() as connection:
        values = {"now": "2026-01-01T00:00:00.000000+00:00", "content": b"told \xff"}
        connection.execute(
            text(
                "INSERT INTO digest (watch_id, label, until, subject, prepared, folder_written)"
                " VALUES ('watch', '2026-W01', :now, 's', :now, :now)"
            ),
            values,
        )
        connection.execute(
            text("INSERT INTO digest_file VALUES ('watch', '2026-W01', 'items.ris', :content)"),
            values,
        )
    engine.dispose()


def test_an_older_store_is_backed_up_and_brought_up_to_date(place: Path) -> None:
    at_schema(f"sqlite:///{place}", "0001")
    with sqlite3.connect(place) as old:
        old.execute(
            "INSERT INTO mark VALUES (1, 'watch', 'pubmed:1', 'include', '', 'kept', '2026-01-01T00:00:00+00:00')"
        )
    old.close()

    with open_store(f"sqlite:///{place}", "watch") as store:
        assert ["kept"] == [entry.note for entry in store.marks()]

    with sqlite3.connect(place) as new:
        assert (HEAD,) == new.execute("SELECT version_num FROM alembic_version").fetchone()
    new.close()
    with sqlite3.connect(f"{place}.before-{HEAD}") as kept:
        assert ("0001",) == kept.execute("SELECT version_num FROM alembic_version").fetchone()
        assert ("kept",) == kept.execute("SELECT note FROM mark").fetchone()
    kept.close()


def test_an_older_store_on_a_server_is_brought_up_to_date(postgres: Postgres) -> None:
    url = postgres.new_url()
    at_schema(url, "0001")
    with_a_digest(url)

    with open_store(url, "watch") as store:
        keep(store, finding())
        assert {"items.ris": b"told \xff"} == store.outbox.files("2026-W01")

    assert HEAD == care.check(url).schema


MIGRATE = """
import sys
from litwatch.store import open_store
with open_store("sqlite:///" + sys.argv[1], "watch") as store:
    print(len(store.marks()))
"""


def test_a_migration_killed_at_any_write_is_taken_up_by_the_next_start(place: Path) -> None:
    from conftest import missing

    if subprocess.run(["strace", "-V"], capture_output=True, check=False).returncode:
        missing("strace")
    at_schema(f"sqlite:///{place}", "0001")
    with_a_digest(f"sqlite:///{place}")
    old = place.read_bytes()
    died = 0
    for at in range(1, 40, 3):
        for path in place.parent.iterdir():
            path.unlink()
        place.write_bytes(old)
        trace = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"inject=pwrite64:signal=KILL:when={at}"]
        killed = subprocess.run([*trace, sys.executable, "-c", MIGRATE, str(place)], capture_output=True, check=False)
        died += killed.returncode != 0

        with open_store(f"sqlite:///{place}", "watch") as store:
            keep(store, finding())
            assert {"items.ris": b"told \xff"} == store.outbox.files("2026-W01")  # packed, and packed once
        assert HEAD == care.check(f"sqlite:///{place}").schema
    assert died >= 5


def test_a_look_at_an_older_store_changes_nothing(place: Path) -> None:
    at_schema(f"sqlite:///{place}", "0001")
    before = place.read_bytes()

    with pytest.raises(StoreError, match="run `litwatch db migrate`"):
        open_store(f"sqlite:///{place}", "watch", read_only=True)

    assert before == place.read_bytes()
    assert [place] == list(place.parent.iterdir())


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with a_watch(tmp_path, demo_world(), mail=False) as watch:
        watch.now = MONDAY
        yield watch


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_restored_backup_makes_the_digest_its_twin_makes(
    week: Week, backend: str, request: pytest.FixtureRequest
) -> None:
    if backend == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        week.environment = {"LITWATCH_STORE": postgres.new_url()}
    week.run()
    copy = week.folder / "backup.db"
    care.backup(week.watch.config.store, copy)
    week.run(weeks=1)
    w47 = week.folder / "out" / "2026-W47"
    twin = {path.name: path.read_bytes() for path in w47.iterdir()}

    w47.rename(week.folder / "elsewhere")
    week.environment = {"LITWATCH_STORE": f"sqlite:///{copy}"}
    week.run()

    assert twin == {path.name: path.read_bytes() for path in w47.iterdir()}


def test_a_backup_never_overwrites_and_leaves_no_litter(week: Week) -> None:
    week.run()
    target = week.folder / "backup.db"
    target.write_bytes(b"last month's")

    with pytest.raises(StoreError, match="exists already"):
        care.backup(week.watch.config.store, target)

    assert b"last month's" == target.read_bytes()
    with pytest.raises(StoreError, match="name another place"):
        care.backup(week.watch.config.store, week.folder / "missing" / "backup.db")
    assert [] == list(week.folder.glob(".*"))


def test_a_backup_amid_writing_is_of_one_moment(week: Week) -> None:
    week.run()
    with week.store() as store:
        for number in range(20):
            keep(store, finding(str(number)))
            target = week.folder / f"backup-{number}.db"
            care.backup(week.watch.config.store, target)
            rows = care.check(f"sqlite:///{target}").rows
            assert rows["record"] == rows["record_version"] == len(store.known())


def damage_text(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE record SET content = 'c{not json'")
    connection.close()


def damage_rows(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM report")
    connection.close()


@pytest.mark.parametrize(
    ("damage", "told"), [(damage_text, "not what was written"), (damage_rows, "rows that are gone")]
)
def test_a_check_finds_what_opening_does_not(week: Week, damage: object, told: str) -> None:
    week.run()
    damage(week.folder / "litwatch.db")  # type: ignore[operator]  # a function of the table

    with pytest.raises(StoreError, match=told):
        care.check(week.watch.config.store)


def test_the_commands_say_what_they_did(week: Week) -> None:
    week.run()

    def db(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "litwatch", "--config", str(week.folder / "config.yaml"), "db", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=week.folder)

    assert "up to date" in db("migrate").stdout
    assert "whole, schema" in db("check").stdout
    assert (0, True) == (db("backup", "b.db").returncode, (week.folder / "b.db").exists())
    again = db("backup", "b.db")
    assert (74, 1) == (again.returncode, len(again.stderr.splitlines()))
