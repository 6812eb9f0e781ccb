"""Emptying the outbox: each folder copy, each message, each outcome a row of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

import structlog

from litwatch.config import Config
from litwatch.deliver.connection import PATIENT, Patience
from litwatch.deliver.folder import write_folder
from litwatch.deliver.smtp import Mailer
from litwatch.errors import DeliveryError
from litwatch.model import Attachment, Delivered, MessageState, Outgoing
from litwatch.store import Outbox
from litwatch.store.outbox import LIFETIME

LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one delivery: a message, or (``recipient_hash`` "folder") a folder copy."""

    label: str
    recipient_hash: str
    state: MessageState
    attempts: int
    answer: str = ""
    until: datetime | None = None  # when a message that nobody takes is given up

    @property
    def left(self) -> bool:
        """Tell whether it is off our hands as it should be."""
        return self.state in {"sent", "withdrawn"}


def deliver(
    outbox: Outbox,
    config: Config,
    password: str | None,
    clock: Callable[[], datetime],
    *,
    tried: Collection[Outcome] = (),
    uncut: Callable[[], AbstractContextManager[None]] = nullcontext,
    patience: Patience = PATIENT,
) -> tuple[Outcome, ...]:
    """Write every folder copy that does not stand yet, and send every message that waits.

    One delivery's failure costs nothing of the others. Without a relay in the configuration waiting mail is kept until
    it expires. What this run has ``tried`` already waits for the next one: a message that may have arrived is not sent
    again at once. ``uncut`` surrounds each message from its announcement to its settling, so that a termination never
    cuts one in two.
    """
    smtp = config.delivery.smtp
    outbox.recover()
    if smtp is not None:
        outbox.withdraw(frozenset(address.lower() for address in smtp.to))
    outcomes = [_folder(outbox, config, label, clock) for label in (*outbox.unwritten(), *_joined(outbox))]
    done = {(outcome.label, outcome.recipient_hash) for outcome in tried}
    waiting = [entry for entry in outbox.waiting() if (entry.label, entry.message.recipient_hash) not in done]
    if smtp is None:
        return (
            *outcomes,
            *(_keep(outbox, entry, "delivery.smtp is gone from the configuration", clock) for entry in waiting),
        )
    # Whoever waits longest for an attempt comes first: a relay that gives out halfway must not starve the same people.
    waiting.sort(key=lambda entry: (entry.last_attempt or entry.prepared, entry.attempts))
    with Mailer(smtp, password, patience) as mailer:
        for entry in waiting:
            if mailer.hopeless:
                outcomes.append(_keep(outbox, entry, mailer.hopeless, clock))
            else:
                with uncut():
                    outcomes.append(_mail(outbox, mailer, entry, clock))
    return tuple(outcomes)


def _joined(outbox: Outbox) -> tuple[str, ...]:
    """Return the digests whose folder copy stands, but without the first message to somebody who joined since."""
    written = {entry.label: entry.prepared for entry in outbox.digests() if entry.folder_written is not None}
    fresh = (entry for entry in outbox.waiting() if entry.attempts == 0)
    return tuple(
        sorted({entry.label for entry in fresh if entry.label in written and entry.prepared != written[entry.label]})
    )


def _folder(outbox: Outbox, config: Config, label: str, clock: Callable[[], datetime]) -> Outcome:
    letters = (
        Attachment.of(f"{entry.message.recipient_hash}.eml", "message/rfc822", entry.message.content)
        for entry in outbox.messages(label)
    )
    try:
        write_folder(config.delivery.folder, label, [*outbox.parts(label), *letters])
    except DeliveryError as error:
        LOG.error("folder copy not written", label=label, cause=str(error))  # noqa: TRY400  # one line, no traceback
        return Outcome(label=label, recipient_hash="folder", state="prepared", attempts=1, answer=str(error))
    outbox.written(label, clock())
    return Outcome(label=label, recipient_hash="folder", state="sent", attempts=1)


def _mail(outbox: Outbox, mailer: Mailer, entry: Outgoing, clock: Callable[[], datetime]) -> Outcome:
    outbox.sending(entry.message.message_id, clock())
    delivered = mailer.send(entry.message)
    return _settle(outbox, entry, delivered, entry.attempts + 1, clock)


def _keep(outbox: Outbox, entry: Outgoing, why: str, clock: Callable[[], datetime]) -> Outcome:
    """Leave a message in the outbox without an attempt, unless its time is up."""
    return _settle(outbox, entry, Delivered(state="not_sent", answer=why), entry.attempts, clock)


def _settle(
    outbox: Outbox, entry: Outgoing, delivered: Delivered, attempts: int, clock: Callable[[], datetime]
) -> Outcome:
    recipient = entry.message.recipient_hash
    state = outbox.settle(entry.message.message_id, delivered, clock())
    log = LOG.info if state == "sent" else LOG.warning
    log("message", label=entry.label, recipient=recipient, state=state, answer=delivered.answer)
    return Outcome(
        label=entry.label,
        recipient_hash=recipient,
        state=state,
        attempts=attempts,
        answer=delivered.answer,
        until=entry.prepared + LIFETIME,
    )
