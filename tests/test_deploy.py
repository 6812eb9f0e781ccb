"""The files under deploy/ fit the program: its commands, paths, variables and exit codes."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT
from litwatch import errors
from litwatch.cli import COMMANDS
from litwatch.cli.termination import GRACE_S
from litwatch.configfile import ENVIRONMENT

DEPLOY = ROOT / "deploy"
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
VARIABLES = {*ENVIRONMENT, *(f"{name}_FILE" for name in ENVIRONMENT)}


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys have capitals
    parser.read(DEPLOY / name)
    return parser


def document(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def test_every_command_and_variable_named_there_exists() -> None:
    for path in sorted(DEPLOY.iterdir()):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"bin/litwatch (\w+)", text)) <= set(COMMANDS), path.name
        assert set(re.findall(r"\b(?:LITWATCH|NCBI)_[A-Z_]+", text)) <= VARIABLES, path.name


def test_the_crontab_is_lines_that_cron_takes() -> None:
    lines = (DEPLOY / "crontab").read_text(encoding="utf-8").splitlines()
    jobs = [line.split(None, 5) for line in lines if line and not line.startswith("#") and "=" not in line.split()[0]]

    assert ["run", "check"] == [job[5].split("bin/litwatch ")[1].split()[0] for job in jobs]
    for minute, hour, day, month, weekday, command in jobs:
        assert all(re.fullmatch(r"\*|\d+", field) for field in (minute, hour, day, month, weekday))
        assert "%" not in command  # which cron would read as a line break
    assert jobs[0][5] in README


def test_the_exit_codes_told_there_are_those_of_the_program() -> None:
    text = (DEPLOY / "crontab").read_text(encoding="utf-8")
    told = {int(code) for code in re.findall(r"\b(\d+) (?=done|incomplete|store|another|config)", text)}

    assert {
        errors.EXIT_DONE,
        errors.EXIT_INCOMPLETE,
        errors.EXIT_STORE,
        errors.EXIT_BUSY,
        errors.EXIT_CONFIG,
    } == told
    assert str(errors.EXIT_BUSY) == unit("litwatch.service")["Service"]["SuccessExitStatus"]


def test_the_unit_gives_a_run_its_time_and_its_end() -> None:
    service = unit("litwatch.service")["Service"]

    assert "oneshot" == service["Type"]
    assert int(service["TimeoutStopSec"]) > GRACE_S
    assert "yes" == unit("litwatch.timer")["Timer"]["Persistent"]


def test_systemd_itself_finds_nothing_amiss(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("this machine has no systemd; the other tests here read its files")
    for name in ("litwatch.service", "litwatch.timer"):
        text = (DEPLOY / name).read_text(encoding="utf-8").replace("/srv/litwatch/.venv/bin/litwatch", "/bin/true")
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "litwatch.service"), str(tmp_path / "litwatch.timer")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "litwatch" not in done.stderr or 0 == done.returncode


def test_the_compose_file_is_the_readmes_and_keeps_the_images_promises() -> None:
    service = document("compose.yaml")["services"]["litwatch"]
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)]

    assert document("compose.yaml") in blocks
    assert service["read_only"] is True
    assert service["command"] in COMMANDS
    assert ["litwatch:/data"] == service["volumes"]
    assert "VOLUME /data" in DOCKERFILE


def test_the_cronjob_runs_one_at_a_time_as_the_image_is_built() -> None:
    spec = document("cronjob.yaml")["spec"]
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert ("Forbid", "Never") == (spec["concurrencyPolicy"], pod["restartPolicy"])
    assert f"USER {pod['securityContext']['runAsUser']}:" in DOCKERFILE
    assert container["args"][0] in COMMANDS
    assert pod["terminationGracePeriodSeconds"] > GRACE_S
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert {"/data", "/tmp"} == {mount["mountPath"] for mount in container["volumeMounts"]}  # noqa: S108  # in the pod
