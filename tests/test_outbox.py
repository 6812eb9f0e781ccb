"""The outbox: what is frozen when a digest is prepared, and what is noted of each message and each digest since."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from conftest import NOW
from litwatch.errors import StoreError
from litwatch.model import Attachment, Counts, Delivered, Digest, Message, MessageState, Rendered
from litwatch.store import Outbox, Store, open_store
from litwatch.store import tables as t
from litwatch.store.outbox import LIFETIME, UNKNOWN_ATTEMPTS, StoredDigest, parts_of
from test_store import finding, keep

LABEL = "2026-W47"
LATER = NOW + timedelta(hours=1)
RENDERED = Rendered(
    label=LABEL,
    subject="[litwatch] 1 new – ü",
    html="<p>ü</p>",
    text="ü\n",
    json='{"ü": 1}'.encode(),
    attachments=(
        Attachment.of("doses.all.csv", "text/csv", b"dose"),
        Attachment.of("items.ris", "application/x-research-info-systems", b"TY  - JOUR\xff"),
    ),
    pictures=(Attachment.of("map.png", "image/png", b"\x89PNG"),),
)
FILES = {
    "digest.html": "<p>ü</p>".encode(),
    "digest.json": '{"ü": 1}'.encode(),
    "digest.txt": "ü\n".encode(),
    "doses.all.csv": b"dose",
    "items.ris": b"TY  - JOUR\xff",
    "map.png": b"\x89PNG",
}


def digest(label: str = LABEL, *, since: datetime | None = None, news: tuple[int, ...] = ()) -> Digest:
    return Digest(
        watch_id="small",
        watch_name="Small",
        label=label,
        since=since,
        until=NOW,
        generated=NOW,
        receipts=(),
        counts=Counts(),
        sections=(),
        news_ids=news,
    )


def letter(name: str, label: str = LABEL) -> Message:
    return Message(
        recipient=f"{name}@Example.org",
        recipient_hash=f"{name:0<16}",
        message_id=f"<{label}.{name}>",
        date=NOW + timedelta(seconds=7),
        subject="[litwatch] 1 new – ü",
        content=b"bytes \xff",
    )


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Yield the stores of two watches in one place; whatever a test does to the one must leave the other as it is."""
    url = f"sqlite:///{tmp_path}/litwatch.db"
    with open_store(url, "small") as small, open_store(url, "twin") as twin:
        twin.outbox.prepare(digest(), RENDERED, [letter("ann"), letter("zoe")], NOW)
        twin.outbox.sending(f"<{LABEL}.zoe>", NOW)
        before = everything(twin.outbox)
        yield small, twin
        assert before == everything(twin.outbox)


def everything(outbox: Outbox) -> object:
    return outbox.messages(), outbox.digests(), dict(outbox.files(LABEL))


@pytest.fixture
def outbox(stores: tuple[Store, Store]) -> Outbox:
    small, _ = stores
    return small.outbox


def prepare(outbox: Outbox, *names: str, label: str = LABEL, now: datetime = NOW) -> None:
    outbox.prepare(digest(label), replace(RENDERED, label=label), [letter(name, label) for name in names], now)


def states(outbox: Outbox) -> dict[str, str]:
    return {entry.message.recipient_hash.rstrip("0"): entry.state for entry in outbox.messages()}


def waiting(outbox: Outbox) -> list[str]:
    return [entry.message.recipient_hash.rstrip("0") for entry in outbox.waiting()]


def test_an_empty_outbox_holds_nothing(outbox: Outbox) -> None:
    assert ((), (), (), frozenset(), frozenset(), (), None, {}, None) == (
        outbox.waiting(),
        outbox.messages(),
        outbox.messages(LABEL),
        outbox.recipients(),
        outbox.accepted(),
        outbox.unwritten(),
        outbox.last(),
        outbox.files(LABEL),
        outbox.rendered(LABEL),
    )


# --- a digest prepared


def test_a_prepared_digest_comes_back_as_it_was_rendered(outbox: Outbox) -> None:
    outbox.prepare(digest("2026-W46"), replace(RENDERED, label="2026-W46", subject="another"), [], NOW)
    prepare(outbox)

    assert FILES == {part.name: part.content for part in parts_of(RENDERED)} == outbox.files(LABEL)
    assert list(outbox.files(LABEL)) == sorted(FILES)
    assert RENDERED == outbox.rendered(LABEL)
    assert outbox.rendered("2026-W49") is None


def test_a_file_is_read_when_it_is_used(stores: tuple[Store, Store]) -> None:
    small, _ = stores
    prepare(small.outbox)
    files = small.outbox.files(LABEL)

    with small.begin() as connection:
        here = t.digest_file.c.watch_id == "small", t.digest_file.c.name == "items.ris"
        connection.execute(update(t.digest_file).where(*here).values(content=b"\x1f\x8b rubbish"))

    assert (len(FILES), True, False) == (len(files), "items.ris" in files, "items.csv" in files)
    assert files["digest.txt"] == "ü\n".encode()
    with pytest.raises(StoreError, match=r"litwatch\.db: items\.ris of a digest is not what was written; restore"):
        files["items.ris"]
    with pytest.raises(StoreError, match=r"litwatch\.db: items\.ris of a digest is not what was written; restore"):
        small.outbox.rendered(LABEL)
    with pytest.raises(KeyError):
        files["items.csv"]


@pytest.mark.parametrize("content", [b"", b"x", b"many " * 300_000, bytes(range(256)) * 9])
def test_an_attachment_gives_back_its_content(content: bytes) -> None:
    attached = Attachment.of("items.ris", "text/plain", content)

    assert (content, len(content)) == (attached.content, attached.size)
    assert attached == Attachment.of("items.ris", "text/plain", content)
    assert content == gzip.decompress(attached.packed)


def test_a_digest_told_before_the_store_existed_is_known_without_its_files(outbox: Outbox) -> None:
    outbox.restore([("2026-W40", NOW - timedelta(weeks=7)), ("2026-W41", NOW - timedelta(weeks=6))], NOW)

    assert outbox.rendered("2026-W40") is None
    assert {"2026-W40", "2026-W41"} == outbox.accepted()
    assert outbox.unwritten() == ()
    assert (
        StoredDigest(
            label="2026-W40",
            since=None,
            until=NOW - timedelta(weeks=7),
            subject="",
            prepared=NOW - timedelta(weeks=7),
            folder_written=NOW,
            accepted=True,
        )
        == outbox.digests()[0]
    )


def test_a_prepared_digest_and_its_messages_stand_as_they_were_frozen(outbox: Outbox) -> None:
    outbox.prepare(digest(since=NOW - timedelta(weeks=1)), RENDERED, [letter("ann")], LATER)

    (stored,) = outbox.digests()
    assert (LABEL, NOW - timedelta(weeks=1), NOW, RENDERED.subject, LATER, None, False) == (
        stored.label,
        stored.since,
        stored.until,
        stored.subject,
        stored.prepared,
        stored.folder_written,
        stored.accepted,
    )
    (entry,) = outbox.messages()
    assert (letter("ann"), LABEL, "prepared", 0, 0, LATER, None, "") == (
        entry.message,
        entry.label,
        entry.state,
        entry.attempts,
        entry.doubts,
        entry.prepared,
        entry.last_attempt,
        entry.answer,
    )


def test_news_are_bound_to_one_digest_of_their_own_watch(stores: tuple[Store, Store]) -> None:
    small, twin = stores
    keep(small, finding("1"), finding("2"))
    keep(twin, finding("1"))
    ids = tuple(news.id for news in small.pending())

    small.outbox.prepare(digest(news=ids[:1]), RENDERED, [], NOW)

    assert list(ids[1:]) == [news.id for news in small.pending()]
    for taken in (ids, tuple(news.id for news in twin.pending())):
        with pytest.raises(StoreError, match=r"digest 2026-W48: some of its news was told meanwhile; run again$"):
            small.outbox.prepare(digest("2026-W48", news=taken), RENDERED, [], NOW)
    assert 1 == len(small.outbox.digests()) == len(twin.pending())


# --- a message on its way


def test_messages_wait_in_the_order_they_were_prepared(outbox: Outbox) -> None:
    prepare(outbox, "cat", "ann")
    prepare(outbox, "bob", label="2026-W48")
    outbox.queue(LABEL, letter("dan"), LATER)

    assert ["cat", "ann", "bob", "dan"] == waiting(outbox)
    assert ["cat", "ann", "dan"] == [entry.message.recipient_hash.rstrip("0") for entry in outbox.messages(LABEL)]
    assert [NOW, NOW, NOW, LATER] == [entry.prepared for entry in outbox.messages()]
    assert {"ann@example.org", "bob@example.org", "cat@example.org", "dan@example.org"} == outbox.recipients()


def test_an_attempt_is_noted_before_it_is_made(outbox: Outbox) -> None:
    prepare(outbox, "ann", "bob")

    outbox.sending(f"<{LABEL}.ann>", LATER)

    ann, bob = outbox.messages()
    assert ("sending", 1, 1, LATER) == (ann.state, ann.attempts, ann.doubts, ann.last_attempt)
    assert ("prepared", 0, 0, None) == (bob.state, bob.attempts, bob.doubts, bob.last_attempt)


OUTCOMES: dict[str, tuple[Delivered, MessageState, int]] = {
    "sent": (Delivered(state="sent", answer="250 ok"), "sent", 1),
    "refused": (Delivered(state="refused", answer="550 no"), "refused", 1),
    "in doubt": (Delivered(state="unknown", answer="silence"), "unknown", 1),
    "not sent": (Delivered(state="not_sent", answer="451 later"), "prepared", 0),
}


@pytest.mark.parametrize(("delivered", "state", "doubts"), OUTCOMES.values(), ids=OUTCOMES.keys())
def test_what_became_of_an_attempt_is_noted(
    outbox: Outbox, delivered: Delivered, state: MessageState, doubts: int
) -> None:
    prepare(outbox, "ann", "bob")
    outbox.sending(f"<{LABEL}.ann>", NOW)

    assert state == outbox.settle(f"<{LABEL}.ann>", delivered, LATER)

    ann, bob = outbox.messages()
    assert (state, 1, doubts, delivered.answer) == (ann.state, ann.attempts, ann.doubts, ann.answer)
    assert ("prepared", "") == (bob.state, bob.answer)
    assert (["ann"] if state in {"prepared", "unknown"} else []) + ["bob"] == waiting(outbox)


def test_a_message_kept_without_an_attempt_takes_no_doubt_away(outbox: Outbox) -> None:
    prepare(outbox, "ann")
    outbox.sending(f"<{LABEL}.ann>", NOW)
    outbox.settle(f"<{LABEL}.ann>", Delivered(state="unknown"), NOW)

    outbox.settle(f"<{LABEL}.ann>", Delivered(state="not_sent", answer="the relay is down"), NOW)

    (ann,) = outbox.messages()
    assert ("prepared", 1, 1) == (ann.state, ann.attempts, ann.doubts)


def test_a_long_answer_is_kept_to_its_first_five_hundred_characters(outbox: Outbox) -> None:
    prepare(outbox, "ann")

    outbox.settle(f"<{LABEL}.ann>", Delivered(state="not_sent", answer="x" * 501), NOW)

    assert "x" * 500 == outbox.messages()[0].answer


@pytest.mark.parametrize(
    ("after", "outcome", "state"),
    [
        (LIFETIME, "not_sent", "prepared"),
        (LIFETIME + timedelta(seconds=1), "not_sent", "expired"),
        (LIFETIME + timedelta(days=9), "unknown", "unknown"),
        (LIFETIME + timedelta(days=9), "sent", "sent"),
    ],
)
def test_only_a_message_that_nobody_takes_expires(outbox: Outbox, after: timedelta, outcome: str, state: str) -> None:
    prepare(outbox, "ann")

    assert timedelta(days=5) == LIFETIME
    assert state == outbox.settle(f"<{LABEL}.ann>", Delivered(state=outcome), NOW + after)  # type: ignore[arg-type]  # a table's column
    assert {"ann": state} == states(outbox)
    assert (["ann"] if state in {"prepared", "unknown"} else []) == waiting(outbox)


def test_what_may_have_arrived_waits_until_it_was_doubtful_three_times(outbox: Outbox) -> None:
    prepare(outbox, "ann")
    for attempt in range(1, UNKNOWN_ATTEMPTS + 1):
        outbox.sending(f"<{LABEL}.ann>", NOW)
        assert (["ann"] if attempt < 3 else []) == waiting(outbox)  # of a killed run
        outbox.settle(f"<{LABEL}.ann>", Delivered(state="unknown"), NOW)
        assert (["ann"] if attempt < 3 else []) == waiting(outbox)

    assert 3 == outbox.messages()[0].doubts


def test_a_killed_runs_message_may_have_arrived(outbox: Outbox) -> None:
    prepare(outbox, "ann", "bob")
    outbox.sending(f"<{LABEL}.ann>", NOW)

    outbox.recover()

    assert {"ann": "unknown", "bob": "prepared"} == states(outbox)
    assert ["the run that sent it was killed", ""] == [entry.answer for entry in outbox.messages()]


def test_only_what_waits_for_people_who_left_is_withdrawn(outbox: Outbox) -> None:
    prepare(outbox, "ann", "bob", "cat", "dan", "eve")
    for name, outcome in (("bob", "unknown"), ("cat", "sent"), ("dan", "refused")):
        outbox.sending(f"<{LABEL}.{name}>", NOW)
        outbox.settle(f"<{LABEL}.{name}>", Delivered(state=outcome, answer="words"), NOW)  # type: ignore[arg-type]  # a table's column

    outbox.withdraw(frozenset({"eve@example.org"}))

    assert {"ann": "withdrawn", "bob": "withdrawn", "cat": "sent", "dan": "refused", "eve": "prepared"} == states(
        outbox
    )
    gone = "no longer among the recipients"
    assert [gone, gone, "words", "words", ""] == [entry.answer for entry in outbox.messages()]
    assert ["eve"] == waiting(outbox)


# --- a digest told


def test_a_digest_is_accepted_when_its_copy_stands_and_its_messages_are_settled(outbox: Outbox) -> None:
    prepare(outbox, "ann")
    prepare(outbox, label="2026-W48")
    assert (LABEL, "2026-W48") == outbox.unwritten()

    outbox.written(LABEL, LATER)
    assert [LATER, None] == [entry.folder_written for entry in outbox.digests()]
    assert ("2026-W48",) == outbox.unwritten()
    assert frozenset() == outbox.accepted()

    outbox.settle(f"<{LABEL}.ann>", Delivered(state="sent"), NOW)
    assert {LABEL} == outbox.accepted()

    outbox.queue(LABEL, letter("new"), LATER)  # a copy for who joined since takes nothing back
    assert {LABEL} == outbox.accepted()


def test_the_last_digest_is_the_one_prepared_last(outbox: Outbox) -> None:
    prepare(outbox, label="2026-W48")
    prepare(outbox, now=LATER)
    prepare(outbox, label="2026-W46", now=LATER)

    assert ["2026-W48", "2026-W46", LABEL] == [entry.label for entry in outbox.digests()]
    last = outbox.last()
    assert last is not None
    assert LABEL == last.label
