"""Below these versions a known hole is open; and the constructs that would open one are nowhere in the program."""

from __future__ import annotations

import ast
import tomllib
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from conftest import ROOT

FLOORS = {
    "biopython": "1.87",  # CVE-2025-68463: fetched entities and schemas from the network
    "urllib3": "2.7",  # CVE-2025-66418, CVE-2025-66471, CVE-2026-21441, CVE-2026-44432
    "jinja2": "3.1.6",  # CVE-2025-27516
    "lxml": "6.0",  # refuses entities by default
    "requests": "2.33",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "telnetlib"}


@pytest.mark.parametrize("name", FLOORS)
def test_the_floors_are_declared_and_kept_here(name: str) -> None:
    declared = {entry.name.lower(): entry for entry in map(Requirement, PROJECT["dependencies"])}

    lowest = max(Version(part.version) for part in declared[name].specifier if part.operator == ">=")
    assert lowest >= Version(FLOORS[name])
    assert Version(version(name)) >= Version(FLOORS[name])


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def test_no_construct_runs_what_it_reads_or_trusts_whom_it_cannot_verify() -> None:
    found = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", None) or ""}
                found += [f"{where}: {name}" for name in names & FORBIDDEN_MODULES]
            if isinstance(node, ast.Call):
                name = called(node)
                if name in FORBIDDEN_CALLS or name in {"yaml.load", "yaml.unsafe_load", "os.system"}:
                    found.append(f"{where}: {name}")
                for keyword in node.keywords:
                    given = ast.unparse(keyword.value)
                    if (keyword.arg, given) in {("shell", "True"), ("verify", "False"), ("resolve_entities", "True")}:
                        found.append(f"{where}: {keyword.arg}={given}")

    assert [] == found
