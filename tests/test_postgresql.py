"""A PostgreSQL store beside an SQLite one: the same digest, and what only a server can do to a run."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from conftest import NOW
from litwatch.demo.world import demo_world
from litwatch.errors import Busy, StoreError
from litwatch.model import Appraisal, Mark, SearchRun
from litwatch.store import codec, open_store
from litwatch.text import clean_text
from postgres import Postgres
from test_store import finding, keep
from weeks import MONDAY, a_watch


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.new_url()


def raw(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """Return a connection of somebody else's to the same database."""
    parsed = make_url(url)
    return psycopg.connect(host=str(parsed.query["host"]), user="postgres", dbname=parsed.database)


def test_both_back_ends_make_the_same_digest_to_the_byte(url: str, tmp_path: Path) -> None:
    made = []
    for name, environment in (("file", {}), ("server", {"LITWATCH_STORE": url})):
        (tmp_path / name).mkdir()
        with a_watch(tmp_path / name, demo_world(), mail=False) as week:
            week.environment = environment
            week.now = MONDAY
            week.run()
            week.run(weeks=1)
            folder = tmp_path / name / "out"
            made.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()})

    assert 12 == len(made[0])  # six files a digest
    assert made[0] == made[1]


def test_the_plain_name_of_the_server_will_do_for_an_address(url: str) -> None:
    with open_store(url.replace("postgresql+psycopg", "postgresql"), "watch") as store:
        assert store.is_empty()


def test_containers_that_start_together_on_an_empty_database_bring_it_up_once(url: str) -> None:
    failures: list[Exception] = []

    def start(number: int) -> None:
        try:
            with open_store(url, f"watch-{number}") as store:
                assert store.is_empty()
        except (AssertionError, StoreError) as error:
            failures.append(error)

    threads = [threading.Thread(target=start, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failures


def test_a_transaction_the_server_undid_for_anothers_sake_is_done_again(url: str) -> None:
    again = codec.appraisal_text(Appraisal(label="core", label_reason="again"))
    with open_store(url, "watch") as store, raw(url) as other:
        keep(store, finding("1"), finding("2"))
        reading = threading.Thread(target=store.appraise, args=({"pubmed:1": again, "pubmed:2": again}, "h"))

        other.execute("SELECT 1 FROM appraisal WHERE report_id = 'pubmed:2' FOR UPDATE")
        reading.start()
        time.sleep(0.4)  # it holds the first row by now and waits for the second
        # Each now waits for the other. The server undoes whoever waited first, which is not this one: it goes through.
        other.execute("UPDATE appraisal SET config_hash = 'other' WHERE report_id = 'pubmed:1'")
        other.commit()
        reading.join(timeout=20)

        assert ["again", "again"] == [report.appraisal.label_reason for report in store.reports()]


def test_a_run_that_slept_through_its_lease_writes_nothing_beside_the_one_that_took_over(url: str) -> None:
    run = SearchRun(
        source="pubmed", platform="PubMed", interface="https://x/", query="q", started=NOW, finished=NOW, state="failed"
    )
    with open_store(url, "watch") as sleeper, open_store(url, "watch") as other:
        held = sleeper.lease("here:1", NOW)
        held.__enter__()
        with raw(url) as server:  # the sleeper's host was cut off: the server has let go of its advisory lock
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
        with other.lease("there:2", NOW + timedelta(hours=1)):
            with pytest.raises(Busy, match="taken over by there:2"):
                sleeper.keep(run, (), None)
            other.keep(run, (), None)
        held.__exit__(None, None, None)

        assert 1 == len(other.runs())


def test_a_server_that_goes_away_is_told_in_one_line(url: str) -> None:
    with open_store(url, "watch") as store, raw(url) as server:
        store.is_empty()
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )

        assert store.is_empty()  # a connection that died while it was idle is replaced


@pytest.mark.parametrize("text", ["a\x00b", "half \ud83e a pair", "bell \x07"])
def test_what_a_server_refuses_to_hold_never_reaches_it(url: str, text: str) -> None:
    with open_store(url, "watch") as store:
        store.mark(Mark(report_id="a", verdict="include", other_id="", note=text, made=NOW))

        assert [clean_text(text)] == [entry.note for entry in store.marks()]
