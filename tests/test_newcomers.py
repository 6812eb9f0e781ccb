"""People come to the list and leave it."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

from litwatch.demo.world import World, article
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
        assert ["sent"] == [entry.state for entry in outcomes.deliveries]
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
