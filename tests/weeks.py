"""A watch in miniature for tests: the loopback services, a mail server, a store on disk, and a clock that is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from litwatch import guard, pipeline
from litwatch.configfile import Loaded, load
from litwatch.demo.post import PostOffice
from litwatch.demo.server import SERVICES, LoopbackServer
from litwatch.demo.world import World
from litwatch.model import Citation, Known
from litwatch.receipts import enabled
from litwatch.sources import SOURCES
from litwatch.sources.http import Timing, Transport
from litwatch.store import Store, open_store

MONDAY = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
IMPATIENT = Timing(
    attempts=2,
    connect_s=2,
    read_s=0.5,
    request_s=2,
    source_s=4,
    first_wait_s=0.01,
    longest_wait_s=0.02,
    jitter_s=0.01,
    haste=1000,
)

# For tests in which no service is silent: a busy machine must not look like a service that is.
STEADY = replace(IMPATIENT, connect_s=30, read_s=30, request_s=60, source_s=300, retry_after_cap_s=0.02)

# For tests in which one service is silent and the others are not.
BRISK = replace(STEADY, attempts=1, read_s=5, request_s=8)

CONFIG = """\
watch: {{id: test-watch, name: Ketamine for migraine}}
search:
  first_run: {first_run}
  concepts:
    drug: {{terms: [{drug}], mesh: [Ketamine], synonyms: [ketamine]}}
    condition: {{terms: [migrain*], mesh: [Migraine Disorders], synonyms: [migraine]}}
sources:
{sources}
questions:
  - {{id: Q01, label: Infusion protocols, signals: {{positive: [infusion*], registry: [infusion]}}}}
  - {{id: Q02, label: Intranasal sprays, signals: {{positive: [intranasal], registry: [intranasal]}}}}
digest: {{timezone: UTC, quiet: {quiet}, charts: false}}
known: [known/*.ris]
delivery:
  folder: out
{smtp}
store: sqlite:///litwatch.db
"""


EVERY_SERVICE = tuple(SERVICES)
FIRST_TWO = ("pubmed", "clinicaltrials")


def held(source: str, keys: Iterable[str]) -> tuple[Known, ...]:
    """Return the store's view of bare records of one source."""
    return tuple(
        Known(
            record=Citation(source=source, key=key, kind="article", title="A record", url=""),
            report_id=f"{source}:{key}",
        )
        for key in keys
    )


class Week:
    """One watch in one folder. ``run`` does what `litwatch run` does, at ``now``."""

    def __init__(
        self,
        folder: Path,
        server: LoopbackServer,
        post: PostOffice | None,
        services: Sequence[str] = FIRST_TWO,
    ) -> None:
        self.folder = folder
        self.timing = IMPATIENT if services == FIRST_TWO else STEADY
        self.services = services
        self.server = server
        self.post = post
        self.now = MONDAY
        self.recipients = ["a@example.org", "b@example.org"]
        self.environment: dict[str, str] = {}
        self.elsewhere: dict[str, str] = {}  # source: the address it is sent to in place of the loopback server's
        self.write_config()

    def write_config(self, *, first_run: str = "remember", quiet: str = "send", drug: str = "ketamin*") -> None:
        smtp = ""
        if self.post is not None:
            smtp = (
                f"  smtp: {{host: 127.0.0.1, port: {self.post.port}, security: none, from: watch@example.org, "
                f"to: [{', '.join(self.recipients)}]}}"
            )
        text = CONFIG.format(
            first_run=first_run,
            quiet=quiet,
            drug=drug,
            smtp=smtp,
            sources="\n".join(f"  {name}: {self._source(name)}" for name in SOURCES),
        )
        (self.folder / "config.yaml").write_text(text, encoding="utf-8")

    def _source(self, name: str) -> str:
        if name not in self.services:
            return "{enabled: false}"
        more = ", email: test@example.org" if name == "pubmed" else ""
        return f"{{url: {self.elsewhere.get(name) or self.server.url(name)}{more}}}"

    def send_elsewhere(self, service: str, address: str | None) -> None:
        """Have a source ask at ``address`` from now on; None leads it back to the loopback server."""
        self.elsewhere = {service: address} if address else {}
        self.write_config()

    def send_through(self, port: int) -> None:
        """Have the mail go to the relay on ``port`` from now on."""
        assert self.post is not None
        place = self.folder / "config.yaml"
        text = place.read_text(encoding="utf-8")
        place.write_text(text.replace(f"port: {self.post.port}", f"port: {port}"), encoding="utf-8")

    @property
    def watch(self) -> Loaded:
        return load(self.folder / "config.yaml", self.environment)

    @contextmanager
    def store(self) -> Iterator[Store]:
        with open_store(self.watch.config.store, self.watch.config.watch.id) as store:
            yield store

    def run(
        self,
        *,
        weeks: float = 0,
        rebuild_from: Path | None = None,
        start_over: bool = False,
        services: datetime | None = None,
    ) -> pipeline.Outcomes:
        """Run once, ``weeks`` later than before; the services live at the same time, or in a time of their own."""
        self.now += timedelta(weeks=weeks)
        self.server.now = services or self.now
        watch = self.watch
        with Transport(contact="test@example.org", timing=self.timing) as transport, self.store() as store:
            sources = [SOURCES[name](watch.config, watch.secrets, transport) for name, _ in enabled(watch)]
            with store.lease("test:1", self.now):
                told_in = guard.told_in(watch.config, store, self.now, rebuild_from=rebuild_from, start_over=start_over)
                return pipeline.run(
                    watch,
                    store,
                    sources,
                    password=None,
                    clock=lambda: self.now,
                    progress=lambda _source, _what: None,
                    told_in=told_in,
                )

    def digest(self, label: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / "out" / label / "digest.json").read_text(encoding="utf-8"))
        return content

    def told(self, label: str) -> list[str]:
        """Return the ids of the reports a digest prints, in order."""
        sections = self.digest(label)["sections"]
        return [item["report_id"] for section in sections for item in section["items"] if "report_id" in item]

    def mails(self) -> list[EmailMessage]:
        assert self.post is not None
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in self.post.letters]


@contextmanager
def a_watch(folder: Path, world: World, *, mail: bool = True, services: Sequence[str] = FIRST_TWO) -> Iterator[Week]:
    """Yield a watch on ``world`` in ``folder`` that asks ``services``."""
    with LoopbackServer(world, now=MONDAY) as server:
        if mail:
            with PostOffice(folder / "mail") as post:
                yield Week(folder, server, post, services)
        else:
            yield Week(folder, server, None, services)
