"""The store: what is kept, what is pending, prepared and told, and what is refused."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory

import litwatch.store
from conftest import NOW, missing
from litwatch.errors import Busy, StoreError
from litwatch.model import (
    AbstractSection,
    Appraisal,
    Attachment,
    Change,
    Citation,
    Counts,
    Delivered,
    Digest,
    Finding,
    Identifier,
    Mark,
    Message,
    Registration,
    Relation,
    Rendered,
    SearchRun,
    Standing,
)
from litwatch.store import Store, codec, open_store
from litwatch.store.news import chained
from litwatch.store.opening import HEAD
from litwatch.store.reading import BATCH
from postgres import Postgres


def run_of(source: str = "pubmed", **given: object) -> SearchRun:
    values = {"platform": "PubMed", "interface": "https://x/", "query": "q", "started": NOW, "finished": NOW}
    return SearchRun(source=source, state="complete", **(values | given))  # type: ignore[arg-type]  # test shorthand


def record(key: str = "1", title: str = "T", **given: object) -> Citation:
    identifiers = (Identifier(kind="pmid", value=key),)
    return Citation(source="pubmed", key=key, kind="article", title=title, url="", identifiers=identifiers, **given)  # type: ignore[arg-type]  # test shorthand


def finding(key: str = "1", standing: Standing = "new", title: str = "T", **given: object) -> Finding:
    return Finding(record=record(key, title), report_id=f"pubmed:{key}", standing=standing, reason="because", **given)  # type: ignore[arg-type]  # test shorthand


def keep(store: Store, *findings: Finding, remember: bool = False) -> None:
    store.keep(run_of(), findings, frozenset(entry.record.key for entry in findings), remember=remember)
    read = codec.appraisal_text(Appraisal(label="core", label_reason="test"))
    store.appraise(dict.fromkeys(store.unappraised("h"), read), "h")


def digest_of(store: Store, label: str = "2026-W47") -> Digest:
    ids = tuple(number for news in store.pending() for number in (news.id, *news.also))
    return Digest(
        watch_id=store.watch_id,
        watch_name="W",
        label=label,
        since=None,
        until=NOW,
        generated=NOW,
        receipts=(),
        counts=Counts(),
        sections=(),
        news_ids=ids,
    )


RENDERED = Rendered(
    label="2026-W47",
    subject="s",
    html="<p>h</p>",
    text="t",
    json=b"{}",
    attachments=(Attachment.of("items.csv", "text/csv", b"c"),),
)


def message(recipient: str = "a@example.org") -> Message:
    return Message(
        recipient=recipient,
        recipient_hash=recipient[:1] * 16,
        message_id=f"<{recipient}>",
        date=NOW,
        subject="s",
        content=b"bytes",
    )


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/litwatch.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, file_url: str) -> str:
    """Return the address of an empty place for a store, on either back end."""
    if request.param == "sqlite":
        return file_url
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.new_url()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url, "watch") as opened:
        yield opened


def test_news_come_with_their_abstract_where_the_reports_come_without(store: Store) -> None:
    def told_of(key: str, standing: Standing = "new") -> Finding:
        full = replace(record(key, "T"), abstract=(AbstractSection(text=f"What {key} found."),), keywords=("k",))
        return Finding(record=full, report_id=f"pubmed:{key}", standing=standing, reason="because")

    keep(store, *[told_of(str(number)) for number in range(BATCH)], remember=True)
    keep(store, told_of("new"))

    lean, full = store.reports(abstracts=False), store.reports()
    pending = {news.report_id: news.record for news in store.pending(lean)}

    assert {""} == {report.record.abstract_text for report in lean if isinstance(report.record, Citation)}
    assert "What 7 found." in {report.record.abstract_text for report in full if isinstance(report.record, Citation)}
    assert pending["pubmed:new"] == next(one.record for one in full if one.report_id == "pubmed:new")
    assert pending["pubmed:7"] == next(one.record for one in lean if one.report_id == "pubmed:7")
    assert store.texts(["pubmed:7"])["pubmed:7"] == (codec.record_text(told_of("7").record),)
    assert store.abstracts(["pubmed:7"])["pubmed:7"] == (AbstractSection(text="What 7 found."),)


def test_of_many_reports_each_comes_back_once_and_in_order(store: Store) -> None:
    many = [finding(str(number)) for number in range(2 * BATCH + 7)]
    keep(store, *many)

    reports = store.reports()

    assert sorted(entry.report_id for entry in many) == [report.report_id for report in reports]
    assert all(report.sources == (("pubmed", report.record.key),) for report in reports)


def test_a_record_comes_back_as_it_was_kept(store: Store) -> None:
    trial = Registration(
        source="clinicaltrials",
        key="NCT1",
        kind="registration",
        title="Ω \u00e9",
        url="u",
        enrolment=5,
        phases=("PHASE2",),
    )
    kept = Finding(record=trial, report_id="clinicaltrials:NCT1", standing="new", reason="r")

    store.keep(run_of("clinicaltrials"), [kept], frozenset({"NCT1"}))

    (known,) = store.known()
    assert (trial, "clinicaltrials:NCT1", "study:clinicaltrials:NCT1", True, False) == (
        known.record,
        known.report_id,
        known.study_id,
        known.matched,
        known.vanished,
    )


def test_a_failed_run_advances_nothing_but_the_log(store: Store) -> None:
    keep(store, finding())

    store.keep(run_of(failure="down", started=NOW + timedelta(days=1)), (), None)

    assert (True,) == tuple(entry.matched for entry in store.known())
    assert ["down", ""] == [run.failure for run in store.runs("pubmed")]


def test_only_a_believed_run_counts_as_complete(store: Store) -> None:
    store.keep(run_of(), (), frozenset())
    store.keep(replace(run_of(), state="suspect", started=NOW + timedelta(days=1)), (), None)

    complete = store.last_complete("pubmed")
    assert complete is not None
    assert NOW == complete.started


def test_pending_prepared_and_told_are_different_states(store: Store) -> None:
    keep(store, finding())
    assert ["pubmed:1"] == [news.report_id for news in store.pending()]

    store.outbox.prepare(digest_of(store), RENDERED, [message()], NOW)
    assert [] == list(store.pending())
    assert [None] == [report.told_in for report in store.reports()]

    store.outbox.written("2026-W47", NOW)
    assert [None] == [report.told_in for report in store.reports()]

    store.outbox.sending("<a@example.org>", NOW)
    store.outbox.settle("<a@example.org>", Delivered(state="sent"), NOW)
    assert ["2026-W47"] == [report.told_in for report in store.reports()]


def test_news_cannot_be_told_by_two_digests(store: Store) -> None:
    keep(store, finding())
    first, second = digest_of(store), digest_of(store, "2026-W48")
    store.outbox.prepare(first, RENDERED, [], NOW)

    with pytest.raises(StoreError, match="told meanwhile"):
        store.outbox.prepare(second, RENDERED, [], NOW)
    assert ["2026-W47"] == [entry.label for entry in store.outbox.digests()]


def test_a_period_has_one_digest(store: Store) -> None:
    store.outbox.prepare(digest_of(store), RENDERED, [], NOW)

    with pytest.raises(StoreError):
        store.outbox.prepare(digest_of(store), RENDERED, [], NOW)


def test_new_and_changed_before_a_digest_are_told_once_as_new(store: Store) -> None:
    keep(store, finding())
    keep(
        store,
        finding(standing="changed", title="T2", changes=(Change(field="title", old="T", new="T2", grade="minor"),)),
    )

    (news,) = store.pending()
    assert ("new", "T2", (), 1) == (news.standing, news.record.title, news.changes, len(news.also))


def test_a_notice_outweighs_everything_untold(store: Store) -> None:
    keep(store, finding(), remember=True)
    keep(store, finding(standing="notice", changes=(Change(field="retraction", old="none", new="x", grade="major"),)))

    (news,) = store.pending()
    assert ("notice", False) == (news.standing, news.remembered)


def test_a_change_there_and_back_leaves_nothing_to_tell() -> None:
    there = Change(field="status", old="a", new="b", grade="major")
    back = Change(field="status", old="b", new="a", grade="major")
    on = Change(field="status", old="b", new="c", grade="minor")

    assert () == chained([there, back])
    assert (Change(field="status", old="a", new="c", grade="major"),) == chained([there, on])


@pytest.mark.parametrize(
    ("outcome", "state", "waits"),
    [
        ("sent", "sent", False),
        ("not_sent", "prepared", True),
        ("refused", "refused", False),
        ("unknown", "unknown", True),
    ],
)
def test_an_attempt_settles_a_message(store: Store, outcome: str, state: str, waits: bool) -> None:  # noqa: FBT001
    store.outbox.prepare(digest_of(store), RENDERED, [message()], NOW)
    store.outbox.sending("<a@example.org>", NOW)

    assert state == store.outbox.settle("<a@example.org>", Delivered(state=outcome, answer="words"), NOW)  # type: ignore[arg-type]  # parametrised
    assert waits == bool(store.outbox.waiting())


def test_a_message_that_may_have_arrived_is_sent_three_times_at_most(store: Store) -> None:
    store.outbox.prepare(digest_of(store), RENDERED, [message()], NOW)
    for _ in range(3):
        assert store.outbox.waiting()
        store.outbox.sending("<a@example.org>", NOW)
        store.outbox.settle("<a@example.org>", Delivered(state="unknown"), NOW)

    assert not store.outbox.waiting()


def test_a_message_nobody_takes_expires_after_five_days(store: Store) -> None:
    store.outbox.prepare(digest_of(store), RENDERED, [message()], NOW)
    store.outbox.sending("<a@example.org>", NOW)

    assert "expired" == store.outbox.settle("<a@example.org>", Delivered(state="not_sent"), NOW + timedelta(days=6))


def test_a_study_keeps_its_first_id_and_the_merged_one_as_alias(store: Store) -> None:
    keep(store, finding("1"), finding("2"))
    relation = Relation(kind="results_of", from_report="pubmed:1", to_report="pubmed:2", evidence="e", certain=True)

    store.link([relation], {"pubmed:2": "study:pubmed:1"}, {"study:pubmed:2": "study:pubmed:1"})

    assert {"study:pubmed:1"} == {entry.study_id for entry in store.known()}
    assert (relation,) == store.relations()


def test_decisions_are_kept_for_ever_and_the_last_one_counts(store: Store) -> None:
    keep(store, finding())
    for verdict in ("include", "exclude"):
        store.mark(Mark(report_id="pubmed:1", verdict=verdict, other_id="", note="n", made=NOW))

    assert ["exclude"] == [report.mark for report in store.reports()]
    assert 2 == len(store.marks())


def test_an_edited_configuration_has_everything_read_again(store: Store) -> None:
    keep(store, finding())

    assert [] == list(store.unappraised("h"))
    assert ["pubmed:1"] == list(store.unappraised("other"))


def test_watches_in_one_store_do_not_see_each_other(url: str) -> None:
    with open_store(url, "one") as one, open_store(url, "two") as two:
        keep(one, finding())

        assert () == two.known()
        assert two.is_empty()


def test_a_rehearsal_on_a_copy_changes_nothing(store: Store, tmp_path: Path) -> None:
    keep(store, finding())
    (tmp_path / "copy").mkdir()

    with store.copy_to(tmp_path / "copy") as copy:
        keep(copy, finding("2"))
        assert 2 == len(copy.known())

    assert 1 == len(store.known())


def test_four_threads_lose_nothing(url: str) -> None:
    with open_store(url, "watch") as store:
        keep(store, finding())

        def count(_: int) -> None:
            for _ in range(25):
                store.mark(Mark(report_id="pubmed:1", verdict="include", other_id="", note="", made=NOW))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(count, range(4)))

        assert 100 == len(store.marks())


def test_the_lease_of_a_living_run_is_respected_and_that_of_a_killed_one_taken_over(url: str) -> None:
    with open_store(url, "watch") as one, open_store(url, "watch") as two:
        with one.lease("host:1", NOW), pytest.raises(Busy, match="host:1"), two.lease("host:2", NOW):
            pass
        with two.lease("host:2", NOW):
            pass


def test_a_run_that_failed_leaves_the_watch_free(url: str) -> None:
    with open_store(url, "watch") as one, open_store(url, "watch") as two:
        for number in range(20):  # a server that frees it a moment after the connection ended would be late once
            with pytest.raises(StoreError, match="failed"), one.lease("host:1", NOW):
                raise StoreError(f"failed {number}")
            with two.lease("host:2", NOW):
                pass


HOLD = """
import sys, time
from datetime import datetime, UTC
from litwatch.errors import Busy
from litwatch.store import open_store
with open_store(sys.argv[1], "watch") as store:
    try:
        with store.lease(sys.argv[2], datetime.now(UTC)):
            print("held", flush=True)
            time.sleep(float(sys.argv[3]))
    except Busy:
        print("busy", flush=True)
"""


@pytest.mark.parametrize("times", [2, pytest.param(20, marks=pytest.mark.long)])
def test_two_processes_started_together_never_both_hold_the_watch(url: str, times: int) -> None:
    with open_store(url, "watch"):
        pass
    for _ in range(times):
        both = [
            subprocess.Popen(
                [sys.executable, "-c", HOLD, url, f"host:{number}", "1.5"], stdout=subprocess.PIPE, text=True
            )
            for number in (1, 2)
        ]
        assert ["busy", "held"] == sorted(process.communicate(timeout=60)[0].strip() for process in both)


def test_the_schema_the_code_expects_is_the_last_one_shipped() -> None:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(Path(litwatch.store.__file__).parent / "migrations"))

    assert [HEAD] == ScriptDirectory.from_config(settings).get_heads()


def damaged(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(change(path.read_bytes()))


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE somebody (x)")
    connection.close()


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "truncated": (damaged(lambda content: content[: len(content) // 2]), "restore a backup"),
    "empty": (damaged(lambda _: b""), "delete the file to start over"),
    "not a database": (lambda path: path.write_bytes(b"hello, world" * 500), "not a SQLite database"),
    "of another program": (foreign, "belongs to another program"),
    "of a newer litwatch": (newer, "upgrade"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_store_that_cannot_be_used_is_refused_with_the_remedy_and_left_alone(
    file_url: str, tmp_path: Path, name: str
) -> None:
    damage, remedy = DAMAGE[name]
    with open_store(file_url, "watch") as store:
        keep(store, *(finding(str(number)) for number in range(1, 60)))
    path = tmp_path / "litwatch.db"
    damage(path)
    before = path.read_bytes()

    with pytest.raises(StoreError, match=remedy) as raised:
        open_store(file_url, "watch")

    assert "\n" not in str(raised.value)
    assert before == path.read_bytes()


def test_flipped_bytes_are_refused_or_harmless_but_never_a_traceback(file_url: str, tmp_path: Path) -> None:
    with open_store(file_url, "watch") as store:
        keep(store, *(finding(str(number)) for number in range(1, 40)))
    path = tmp_path / "litwatch.db"
    whole = path.read_bytes()
    chance = random.Random(7)  # noqa: S311  # a fixed sequence, not a secret
    for _ in range(60):
        content = bytearray(whole)
        content[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(content))
        try:
            with open_store(file_url, "watch") as store:
                store.known()
        except StoreError as error:
            assert "\n" not in str(error)  # noqa: PT017  # either outcome is right


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        ("sqlite:///{folder}/missing/litwatch.db", "does not exist; create it"),
        ("sqlite:///{folder}", "is a folder"),
        ("sqlite://", "name a file"),
        ("not an address", "not a database address"),
        ("postgresql+psycopg://user:hunter2@127.0.0.1:1/x", "litwatch|connection"),
    ],
)
def test_an_unusable_address_is_told_without_its_password(tmp_path: Path, address: str, remedy: str) -> None:
    with pytest.raises(StoreError, match=remedy) as raised:
        open_store(address.format(folder=tmp_path), "watch")

    assert "hunter2" not in str(raised.value)


def test_reading_needs_no_write_access_and_makes_nothing(file_url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store yet"):
        open_store(file_url, "watch", read_only=True)
    assert [] == list(tmp_path.iterdir())
    with open_store(file_url, "watch") as store:
        keep(store, finding())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    with open_store(file_url, "watch", read_only=True) as store:
        assert 1 == len(store.reports())
        with pytest.raises(StoreError, match="write access"):
            store.keep(run_of(), (), frozenset())

    assert before == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_a_full_disk_is_told_and_leaves_the_old_state(tmp_path: Path) -> None:
    if os.geteuid() != 0 or sys.platform != "linux":
        missing("the right to mount a small file system")
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(place)], check=False)
    if mounted.returncode:
        missing("the right to mount a small file system")
    try:
        with open_store(f"sqlite:///{place}/litwatch.db", "watch") as store:
            keep(store, finding())
            many = [replace(finding(str(number)), record=record(str(number), "x" * 1500)) for number in range(2, 3000)]
            with pytest.raises(StoreError, match="free some space"):
                store.keep(run_of(), many, frozenset())
            assert 1 == len(store.known())
            assert 1 == len(store.runs())
    finally:
        subprocess.run(["umount", str(place)], check=True)
