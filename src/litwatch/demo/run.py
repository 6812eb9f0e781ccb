"""The demonstration: two bundled weeks through the real pipeline, over loopback HTTP and a real local mail server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

from litwatch import pipeline
from litwatch.configfile import Loaded, load
from litwatch.demo.post import PostOffice
from litwatch.demo.server import SERVICES, LoopbackServer
from litwatch.demo.world import WEEK_ONE, WEEK_TWO, demo_world
from litwatch.errors import InputError
from litwatch.receipts import enabled
from litwatch.sources import SOURCES
from litwatch.sources.http import Timing, Transport
from litwatch.store import open_store

MARK = "# Written by `litwatch demo`"
RECIPIENTS = ("clinician@example.org", "librarian@example.org")
REAL = {
    "pubmed": "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/",
    "clinicaltrials": "https://clinicaltrials.gov/api/v2/",
    "europepmc": "https://www.ebi.ac.uk/europepmc/webservices/rest/",
    "isrctn": "https://www.isrctn.com/api/",
    "ctis": "https://euclinicaltrials.eu/ctis-public-api/",
    "crossref": "https://api.crossref.org/",
}


def run(out: Path) -> Iterator[str]:
    """Run both weeks into ``out`` and yield what to print. What an earlier demonstration left there is replaced.

    Raises `InputError` when ``out`` holds something else.
    """
    _clear(out)
    with LoopbackServer(demo_world()) as server, PostOffice(out / "mail") as post:
        _write_config(out, server, post)
        watch = load(out / "config.yaml", {})
        for name, week in (("one", WEEK_ONE), ("two", WEEK_TWO)):
            server.now = week
            drop(name, out, week)
            yield from _week(watch, out, week)
        yield f"{out} holds a folder for each digest, the store, and {len(post.letters)} messages in {out / 'mail'}."
        yield f"Open {out / _label(out)[-1] / 'digest.html'} or {out / 'site' / 'index.html'} in a browser."


def _week(watch: Loaded, out: Path, week: datetime) -> Iterator[str]:
    """Run one week as `litwatch run` would, with the clock fixed."""
    config = watch.config
    with (
        Transport(contact="demo@example.org", timing=Timing(haste=100)) as transport,
        open_store(config.store, config.watch.id) as store,
    ):
        sources = [SOURCES[name](config, watch.secrets, transport) for name, _ in enabled(watch)]
        with store.lease("demo", week):
            outcomes = pipeline.run(
                watch,
                store,
                sources,
                password=None,
                clock=lambda: week,
                progress=lambda _source, _what: None,
                told_in={},
            )
    if outcomes.told.label is None or not outcomes.complete:
        raise InputError(f"{out}: the demonstration did not complete; run it again and report this")
    yield outcomes.told.subject
    yield f"  {out / outcomes.told.label / 'digest.html'}"


def drop(week: str, out: Path, now: datetime) -> None:
    """Drop the exports of ``week`` (one, two) into the folders in ``out``, as somebody did the day before ``now``."""
    yesterday = (now - timedelta(days=1)).timestamp()
    for folder in ("ictrp", "exports"):
        (out / folder).mkdir(exist_ok=True)
        for export in (resources.files("litwatch.demo") / "data" / "dropped" / week / folder).iterdir():
            copy = out / folder / export.name
            copy.write_bytes(export.read_bytes())
            os.utime(copy, (yesterday, yesterday))


def _label(out: Path) -> list[str]:
    return sorted(path.parent.name for path in out.glob("*/digest.html"))


def _clear(out: Path) -> None:
    """Remove what an earlier demonstration left in ``out``, and nothing else."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{out}: cannot be made: {error.strerror}; name another folder with --out") from error
    config = out / "config.yaml"
    ours = config.is_file() and config.read_text(encoding="utf-8").startswith(MARK)
    if not ours and any(out.iterdir()):
        raise InputError(f"{out}: holds files that are not a demonstration's; name another folder with --out")
    for path in out.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _write_config(out: Path, server: LoopbackServer, post: PostOffice) -> None:
    """Write the shipped watch with the addresses of the loopback services in place of the real ones."""
    text = resources.files("litwatch.watches").joinpath("ketamine-migraine.yaml").read_text(encoding="utf-8")
    for name in SERVICES:
        if text.count(REAL[name]) != 1:
            raise InputError(f"the shipped watch names {REAL[name]} not exactly once")
        text = text.replace(REAL[name], server.url(name))
    text = text.replace("\nsite: {folder: null,", "\nsite: {folder: site,")
    text = text.replace("name: Ketamine for migraine\n", "name: Demonstration, ketamine for migraine\n")
    mail = f"smtp: {{host: 127.0.0.1, port: {post.port}, security: none, from: litwatch@example.org, "
    text = text.replace("  folder: out\n", f"  folder: .\n  {mail}to: [{', '.join(RECIPIENTS)}]}}\n")
    (out / "config.yaml").write_text(f"{MARK}: the addresses below worked while it ran.\n{text}", encoding="utf-8")
