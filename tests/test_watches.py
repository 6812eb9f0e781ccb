"""Several watches in one folder: one store, one run, each its own digest, and none the others' trouble."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from litwatch.demo.world import demo_world
from weeks import MONDAY, Week, a_watch


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    """Yield a watch whose file lies in a folder ``watches`` beside two of its kind: one, two, three."""
    with a_watch(tmp_path, demo_world()) as watch:
        watch.server.now = MONDAY
        text = (tmp_path / "config.yaml").read_text(encoding="utf-8")
        (tmp_path / "watches").mkdir()
        for name in ("one", "two", "three"):
            own = text.replace("id: test-watch", f"id: {name}")
            (tmp_path / "watches" / f"{name}.yaml").write_text(own, encoding="utf-8")
        yield watch


def litwatch(week: Week, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"LITWATCH_NOW": MONDAY.isoformat()}
    command = [sys.executable, "-m", "litwatch", "--config", str(week.folder / "watches"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_each_watch_of_a_folder_gets_its_digest_in_a_place_of_its_own(week: Week) -> None:
    done = litwatch(week, "run", "--json")

    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert 0 == done.returncode
    assert ["one", "three", "two"] == [document["watch"] for document in documents]
    places = sorted(path.parent.relative_to(week.folder / "watches") for path in week.folder.rglob("digest.html"))
    assert [Path("out", name, "2026-W46") for name in ("one", "three", "two")] == places
    assert 6 == len(week.mails())
    assert (week.folder / "watches" / "litwatch.db").exists()


def test_one_watch_that_fails_costs_the_others_nothing(week: Week) -> None:
    two = week.folder / "watches" / "two.yaml"
    two.write_text(
        two.read_text(encoding="utf-8").replace("sqlite:///", "sqlite:////nowhere/at/all/"), encoding="utf-8"
    )
    (week.folder / "watches" / "slip.yaml").write_text("watch: {id: slip}\nqestions: []\n", encoding="utf-8")

    done = litwatch(week, "run")

    assert 78 == done.returncode
    assert "slip.yaml:2: qestions: unknown key" in done.stderr
    assert "/nowhere/at/all" in done.stderr
    assert "Traceback" not in done.stderr
    assert ["one", "three"] == [line.partition(":")[0] for line in done.stdout.splitlines()]


def test_two_watches_of_one_name_are_refused_by_both_names(week: Week) -> None:
    (week.folder / "watches" / "zwei.yaml").write_bytes((week.folder / "watches" / "two.yaml").read_bytes())

    done = litwatch(week, "run")

    assert 78 == done.returncode
    assert "zwei.yaml: watch.id: two is the id of two.yaml too" in done.stderr


def test_status_tells_of_each_watch(week: Week) -> None:
    before = litwatch(week, "status")
    litwatch(week, "run")
    after = litwatch(week, "status", "--json")

    assert 1 == before.returncode
    assert 0 == after.returncode
    assert [True] * 3 == [json.loads(line)["healthy"] for line in after.stdout.splitlines()]


def test_a_command_about_one_watch_asks_for_its_file(week: Week) -> None:
    done = litwatch(week, "list")

    assert 78 == done.returncode
    assert "name its file with --config" in done.stderr


def test_an_empty_folder_names_the_way_on(week: Week) -> None:
    (week.folder / "watches" / "sub").mkdir()
    command = [sys.executable, "-m", "litwatch", "--config", str(week.folder / "watches" / "sub"), "run"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert 78 == done.returncode
    assert "litwatch init --to" in done.stderr
