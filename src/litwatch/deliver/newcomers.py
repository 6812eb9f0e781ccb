"""People who come to the list: each gets the latest digest, with a word on what it is. Who leaves gets nothing more.

Leaving is `Outbox.withdraw`.
"""

from __future__ import annotations

from datetime import datetime

from litwatch.config import Config
from litwatch.deliver.message import message_to
from litwatch.store import Outbox


def invite(outbox: Outbox, config: Config, now: datetime) -> int:
    """Put the latest digest into the outbox for each address never written to, and return how many there are."""
    smtp, last = config.delivery.smtp, outbox.last()
    if smtp is None or last is None:
        return 0
    known = outbox.recipients()
    fresh = {address.lower(): address for address in reversed(smtp.to) if address.lower() not in known}
    rendered = outbox.rendered(last.label) if fresh else None
    if rendered is None:
        return 0
    for key in sorted(fresh):
        outbox.queue(rendered.label, message_to(fresh[key], rendered, config, smtp, now, welcome=True), now)
    return len(fresh)
