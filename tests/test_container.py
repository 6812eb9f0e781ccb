"""The container's promises without a container engine: the Dockerfile's own steps and settings, under bubblewrap."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from conftest import ROOT, missing
from test_pipeline import BASE
from weeks import MONDAY, Week, a_watch

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with a_watch(tmp_path, BASE) as watch:
        watch.server.now = MONDAY
        yield watch


def contained(week: Week, *command: str, now: str) -> subprocess.CompletedProcess[str]:
    """Run ``command`` as the image would: read-only root, one writable folder, no HOME, uid 65532, tini as PID 1."""
    for program in ("bwrap", "tini"):
        if shutil.which(program) is None:
            missing(program)
    # No network namespace of its own: the services it talks to are on this machine's loopback.
    jail = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]  # noqa: S108  # inside
    # The program itself may stand under /tmp, which is empty inside.
    jail += ["--ro-bind", str(ROOT), str(ROOT), "--ro-bind", sys.prefix, sys.prefix]
    jail += ["--bind", str(week.folder), "/mnt", "--chdir", "/mnt", "--unshare-pid", "--as-pid-1", "--unshare-user"]
    jail += ["--uid", "65532", "--gid", "65532", "--die-with-parent", "--clearenv"]
    for name, value in {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "LITWATCH_CONFIG": "/mnt/config.yaml",
        "LITWATCH_NOW": now,
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }.items():
        jail += ["--setenv", name, value]
    jail += ["--", "tini", "--", sys.executable, "-m", "litwatch", *command]
    return subprocess.run(jail, capture_output=True, text=True, check=False, timeout=120)


def test_two_weeks_run_as_an_unknown_user_on_a_read_only_root(week: Week) -> None:
    first = contained(week, "run", now=MONDAY.isoformat())
    assert (0, "") == (first.returncode, first.stderr if first.returncode else "")
    week.server.now = MONDAY + timedelta(weeks=1)

    second = contained(week, "run", now=(MONDAY + timedelta(weeks=1)).isoformat())
    assert 0 == second.returncode, second.stderr

    assert ["2026-W46", "2026-W47"] == sorted(path.name for path in (week.folder / "out").iterdir())
    assert 4 == len(week.mails())
    health = contained(week, "status", now=(MONDAY + timedelta(weeks=1)).isoformat())
    assert 0 == health.returncode


def test_the_image_is_as_the_readme_says() -> None:
    assert re.search(r"^USER 65532:65532$", DOCKERFILE, re.MULTILINE)
    assert re.search(r"^VOLUME /data$", DOCKERFILE, re.MULTILINE)
    assert 'ENTRYPOINT ["tini", "--", "litwatch"]' in DOCKERFILE
    assert 'CMD ["litwatch", "status"]' in DOCKERFILE
    assert 2 == len(re.findall(r"^FROM ", DOCKERFILE, re.MULTILINE))
    assert "read_only: true" in README


def test_the_build_steps_install_a_working_program(tmp_path: Path) -> None:
    """The Dockerfile's build stage, step by step, in a folder of its own."""
    if os.environ.get("LITWATCH_TEST_ALL") != "1":
        pytest.skip("builds an environment of its own; runs in CI (LITWATCH_TEST_ALL=1)")
    source = tmp_path / "src"
    source.mkdir()
    for name in re.findall(r"^COPY ([^-\n]+) \./?\S*$", DOCKERFILE, re.MULTILINE):
        for entry in name.split():
            place = ROOT / entry
            (shutil.copytree if place.is_dir() else shutil.copy)(place, source / entry)
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True, timeout=120)
    pip = [str(environment / "bin" / "pip"), "install", "--quiet", "--no-cache-dir", "."]
    subprocess.run(pip, cwd=source, check=True, timeout=600)

    done = subprocess.run(
        [str(environment / "bin" / "litwatch"), "demo", "--out", str(tmp_path / "out")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert 0 == done.returncode, done.stderr
    assert (tmp_path / "out" / "2026-W47" / "digest.html").exists()
