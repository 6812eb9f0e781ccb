"""People come to the list and leave it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from conftest import NOW
from litwatch.deliver.newcomers import invite
from litwatch.demo.world import World, article
from litwatch.store import open_store
from test_deliver import TO, config, prepare
from weeks import a_watch


def texts(mails: Sequence[EmailMessage]) -> dict[str, str]:
    """Return the text part by recipient."""
    parts = {str(mail["To"]): mail.get_body(("plain",)) for mail in mails}
    return {recipient: str(part.get_content()) for recipient, part in parts.items() if part is not None}


def test_a_new_address_gets_the_latest_digest_once_with_what_this_is(tmp_path: Path) -> None:
    world = World(articles=(article(1, "Ketamine infusion for migraine", created="2020-01-01"),))
    with a_watch(tmp_path, world) as week:
        week.run()
        week.recipients.append("c@example.org")
        week.write_config()
        before = len(week.mails())

        outcomes = week.run(weeks=0.1)

        new = week.mails()[before:]
        assert ["c@example.org"] == list(texts(new))
        text = texts(new)["c@example.org"]
        assert text.startswith("What this is: your address was added")
        assert "literature watch, 20" in text
        assert "To leave it, write to" in " ".join(text.split())
        assert ["folder", "sent"] == [outcomes.deliveries[0].recipient_hash, outcomes.deliveries[1].state]
        assert () == week.run(weeks=0.1).deliveries
        week.run(weeks=1)
        later = texts(week.mails()[before + 1 :])
        assert ["a@example.org", "b@example.org", "c@example.org"] == sorted(later)
        assert not any(text.startswith("What this is") for text in later.values())


def test_who_leaves_gets_nothing_more_and_what_waits_is_withdrawn(tmp_path: Path) -> None:
    world = World(articles=(article(1, "Ketamine infusion for migraine", created="2020-01-01"),))
    with a_watch(tmp_path, world) as week:
        week.send_through(1)  # nobody listens there: everything waits
        week.run()
        week.recipients.remove("b@example.org")
        week.write_config()

        week.run(weeks=0.1)

        assert ["a@example.org"] == list(texts(week.mails()))
        with week.store() as store:
            states = {entry.message.recipient: entry.state for entry in store.outbox.messages()}
        assert {"a@example.org": "sent", "b@example.org": "withdrawn"} == states


def test_who_returns_before_anything_was_sent_gets_the_latest_digest(tmp_path: Path) -> None:
    world = World(articles=(article(1, "Ketamine infusion for migraine", created="2020-01-01"),))
    with a_watch(tmp_path, world) as week:
        week.run()
        for there in (True, False, True):  # comes, leaves and comes again while the same digest is the latest
            week.recipients[2:] = ["c@example.org"] * there
            week.write_config()
            week.send_through(1)  # nobody listens there
            week.run(weeks=0.1)
        week.write_config()
        before = len(week.mails())

        week.run(weeks=0.1)

        assert ["c@example.org"] == list(texts(week.mails()[before:]))
        assert texts(week.mails()[before:])["c@example.org"].startswith("What this is")
        before = len(week.mails())
        week.run(weeks=0.1)
        assert before == len(week.mails())


def test_a_newcomers_copy_that_waits_does_not_take_back_what_was_told(tmp_path: Path) -> None:
    world = World(articles=(article(1, "Ketamine infusion for migraine", created="2020-01-01"),))
    with a_watch(tmp_path, world) as week:
        week.run()
        week.recipients.append("c@example.org")
        week.write_config()
        week.send_through(1)  # nobody listens there

        week.run(weeks=0.1)

        with week.store() as store:
            ((label, accepted),) = ((entry.label, entry.accepted) for entry in store.outbox.digests())
            assert accepted
            assert ["c@example.org"] == [entry.message.recipient for entry in store.outbox.waiting()]
            (waiting,) = store.outbox.waiting()
        copy = week.folder / "out" / label / f"{waiting.message.recipient_hash}.eml"
        assert waiting.message.content == copy.read_bytes()


def test_a_newcomer_who_leaves_before_the_copy_could_go_gets_nothing(tmp_path: Path) -> None:
    world = World(articles=(article(1, "Ketamine infusion for migraine", created="2020-01-01"),))
    with a_watch(tmp_path, world) as week:
        week.run()
        week.recipients.append("c@example.org")
        week.write_config()
        week.send_through(1)
        week.run(weeks=0.1)
        week.recipients.remove("c@example.org")
        week.write_config()

        week.run(weeks=0.1)

        assert "c@example.org" not in texts(week.mails())
        with week.store() as store:
            states = {entry.message.recipient: entry.state for entry in store.outbox.messages()}
        assert "withdrawn" == states["c@example.org"]


def test_there_is_nobody_to_invite_without_a_relay_a_digest_or_its_files(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/litwatch.db", "small") as store:
        assert 0 == invite(store.outbox, config(tmp_path, 1), NOW)
        store.outbox.restore([("2026-W40", NOW)], NOW)
        assert 0 == invite(store.outbox, config(tmp_path, 1), NOW)
        prepare(store, config(tmp_path, None))
        assert 0 == invite(store.outbox, config(tmp_path, None), NOW)
        assert () == store.outbox.messages()


def test_whoever_was_never_written_to_is_invited_once(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/litwatch.db", "small") as store:
        prepare(store, config(tmp_path, 1, TO[:1]), "2026-W46")
        prepare(store, config(tmp_path, 1, TO[:1]))
        settings = config(tmp_path, 1, ("ANN@example.org", "Zoe@example.org", "bob@example.org", "zoe@example.org"))
        later = NOW + timedelta(hours=1)

        assert 2 == invite(store.outbox, settings, later)
        assert 0 == invite(store.outbox, settings, later)

        new = [entry for entry in store.outbox.messages() if entry.prepared == later]
        assert ["bob@example.org", "Zoe@example.org"] == [entry.message.recipient for entry in new]
        assert {("2026-W47", later)} == {(entry.label, entry.message.date) for entry in new}
        assert all(b"What this is: your address" in entry.message.content for entry in new)
