"""A simulated year of faults: every published record told to every reader exactly once, with nobody's help."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from litwatch.demo.exchange import Reply
from litwatch.demo.registration import trial
from litwatch.demo.server import Script
from litwatch.demo.world import Trial, World
from litwatch.pipeline import prepare
from litwatch.store import care
from smtp_script import FIN, Act, ScriptedRelay
from test_pipeline import FAULTS, KNOWN_TRIAL, OLD, paper
from weeks import MONDAY, Week, a_watch

WEEKS = 52
FAULT_RATE = 0.15
RELAY_FAULTS: dict[str, dict[str, Act]] = {
    "greylisted": {"RCPT": b"450 later"},
    "refuses at MAIL": {"MAIL": b"452 full"},
    "hangs up after the dot": {"dot": FIN},
    "defers after the dot": {"dot": b"451 later"},
    "no greeting": {"banner": FIN},
}


@dataclass
class Year:
    """What happened in one year."""

    faults: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    letters: list[bytes] = field(default_factory=list)


def publications(chance: random.Random) -> tuple[World, list[str]]:
    """Return a year's papers and trials, and the ids of the reports they become."""
    days = sorted(chance.sample(range(1, WEEKS * 7 - 10), 40))
    dates = [(MONDAY + timedelta(days=day)).date().isoformat() for day in days]
    papers = tuple(paper(100 + n, created=date, published=date[:7]) for n, date in enumerate(dates[::2]))
    trials: tuple[Trial, ...] = tuple(
        trial(f"NCT{100 + n:08d}", "Ketamine infusion in migraine", first_posted=date)
        for n, date in enumerate(dates[1::2])
    )
    ids = [f"pubmed:{item.pmid}" for item in papers] + [f"clinicaltrials:{item.nct}" for item in trials]
    return World(articles=(OLD, *papers), trials=(KNOWN_TRIAL, *trials)), ids


def live(folder: Path, seed: int) -> tuple[Week, Year, list[str]]:
    """Live through a year with a knock every few hours around each slot, faults at their rate."""
    chance = random.Random(seed)  # noqa: S311  # a fixed sequence, not a secret
    world, ids = publications(chance)
    year = Year()
    with a_watch(folder, world) as week:
        assert week.post is not None
        week.run()
        for number in range(1, WEEKS):
            week.now = MONDAY + timedelta(weeks=number)
            _disturb_sources(week, year, chance, last=number == WEEKS - 1)
            if chance.random() < FAULT_RATE and number < WEEKS - 1:
                _killed_before_delivery(week, year)
            _knock(week, year, chance)
            week.server.clear()
            for hours in (1, 5):
                week.now = MONDAY + timedelta(weeks=number, hours=hours)
                week.run()
        year.letters += [path.read_bytes() for path in week.post.letters]
    return week, year, ids


def _disturb_sources(week: Week, year: Year, chance: random.Random, *, last: bool) -> None:
    for service in ("pubmed", "clinicaltrials"):
        if not last and chance.random() < FAULT_RATE:
            name = chance.choice(sorted(FAULTS))
            fault: Script | Callable[..., Reply] = FAULTS[name]
            week.server.interpose(service, fault)
            year.faults[name] += 1


def _killed_before_delivery(week: Week, year: Year) -> None:
    """Prepare the digest and go no further, as a run that is killed between preparing and sending.

    Nothing was collected for it, so that what was published this week has to come in the next one.
    """
    week.server.now = week.now
    with week.store() as store:
        prepare(week.watch, store, week.now)
    year.kills += 1


def _knock(week: Week, year: Year, chance: random.Random) -> None:
    if chance.random() >= FAULT_RATE:
        week.run()
        return
    name = chance.choice(sorted(RELAY_FAULTS))
    year.faults[name] += 1
    with ScriptedRelay(RELAY_FAULTS[name]) as relay:
        week.send_through(relay.port)
        week.run()
        year.letters += relay.accepted
    week.write_config()


def check(week: Week, year: Year, ids: list[str]) -> None:
    """Assert that each reader was told of each record once, in 52 digests."""
    labels = sorted(path.name for path in (week.folder / "out").iterdir())
    assert WEEKS == len(labels)
    assert sorted(ids) == sorted(report for label in labels for report in week.told(label))
    copies: Counter[tuple[str, str]] = Counter()
    contents: dict[str, set[bytes]] = {}
    for letter in year.letters:
        mail = message_from_bytes(letter)
        copies[mail["To"], mail["Message-ID"]] += 1
        contents.setdefault(mail["Message-ID"], set()).add(letter.replace(b"\r\n", b"\n").rstrip())
    assert all(len(same) == 1 for same in contents.values())
    for reader in week.recipients:
        assert WEEKS == len([key for key in copies if key[0] == reader])
    assert care.check(week.watch.config.store).rows["digest"] == WEEKS
    # A message comes twice only where the relay hung up behind the dot, and then not more often than it did.
    assert sum(copies.values()) - len(copies) <= 2 * year.faults["hangs up after the dot"]


def test_a_year_of_faults_costs_nobody_a_record(tmp_path: Path) -> None:
    check(*live(tmp_path, 0))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 20))
def test_twenty_years_of_faults_cost_nobody_a_record(tmp_path: Path, seed: int) -> None:
    check(*live(tmp_path, seed))
