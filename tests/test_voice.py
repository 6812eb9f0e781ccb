"""What litwatch never says in its own voice: in any sentence of the code, of a template, or of what a week leaves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from conftest import ROOT
from test_cli import litwatch_
from test_golden import NEVER, STANDING
from test_pipeline import BASE
from weeks import a_watch

HOUSE = ROOT / "src" / "litwatch"
# Rooms whose words are those of others: what is read in abstracts, and what the demonstration's services answer.
OTHERS = (
    *("appraise/*_cues.py", "appraise/*_words.py", "appraise/*_claims.py", "appraise/adverse.py", "appraise/parts.py"),
    *("appraise/rct.py",),
    *("search/candidates.py", "demo/**/*"),
)
# Said of machines, of what a question is about, and by PRISMA-S of a search; none of it of a treatment.
MEANT_OTHERWISE = ("Safe while a run", "a human should look at", "comparative effectiveness")


def sentences(path: Path) -> Iterator[str]:
    """Yield each string of a module that may reach a reader: not patterns, nor docstrings but those of commands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    quiet: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("re.", "Pattern")):
            quiet |= {id(part) for given in node.args for part in ast.walk(given)}
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and "cli" not in path.parts and node.body:
            quiet |= {id(part) for part in ast.walk(node.body[0]) if isinstance(node.body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet:
            yield node.value


def said(text: str) -> list[str]:
    for words in (*STANDING, *MEANT_OTHERWISE):
        text = text.replace(words, "")
    return [match[0] for match in NEVER.finditer(text)]


def test_no_sentence_of_the_code_says_what_must_never_be_said() -> None:
    others = {path for pattern in OTHERS for path in HOUSE.glob(pattern)}
    rooms = [path for path in HOUSE.rglob("*") if path not in others and path.suffix in {".py", ".html", ".txt", ".js"}]

    found = {
        str(path.relative_to(HOUSE)): words
        for path in rooms
        for text in (sentences(path) if path.suffix == ".py" else [path.read_text(encoding="utf-8")])
        if (words := said(text))
    }

    assert len(rooms) > 200
    assert {} == found


def test_the_scan_hears_a_fragment_and_a_help_text() -> None:
    assert ["recommended"] == said(" and is recommended")
    assert any("how the watch is doing" in text for text in sentences(HOUSE / "cli" / "record.py"))
    assert not any(text.startswith("Sentences litwatch") for text in sentences(HOUSE / "digest" / "wording.py"))


# Those that say most in words of their own.
WORDY: tuple[tuple[str, ...], ...] = (
    ("status",),
    ("show", "1"),
    ("search", "show", "--offline"),
    ("log", "--methods"),
)
TERSE: tuple[tuple[str, ...], ...] = (
    ("list",),
    ("digest", "list"),
    ("digest", "show", "2026-W47"),
    ("log",),
    ("log", "--flow"),
    ("export", "--format", "csv"),
    ("export", "--format", "ris"),
    ("check",),
    ("status", "--help"),
    ("mark", "--help"),
)


@pytest.mark.parametrize("commands", [WORDY, pytest.param(TERSE, marks=pytest.mark.long)], ids=["wordy", "terse"])
def test_no_page_feed_file_or_command_of_a_watch_says_it(tmp_path: Path, commands: tuple[tuple[str, ...], ...]) -> None:
    with a_watch(tmp_path, BASE) as week:
        week.run()
        week.run(weeks=1)
        left = {" ".join(command): litwatch_(*command, folder=tmp_path, weeks=1) for command in commands}
        built = litwatch_("site", "site", folder=tmp_path, weeks=1)
    assert 0 == built.returncode, built.stderr
    texts = {name: f"{done.stdout} {done.stderr}" for name, done in left.items()}
    kinds = {".html", ".xml", ".csv", ".svg", ".txt", ".ris"}
    for path in [*(tmp_path / "site").rglob("*"), *(tmp_path / "out").rglob("*")]:
        if path.suffix in kinds and path.parent.name != "static":
            texts[str(path)] = unescape(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")))

    assert len(texts) > 30
    assert {} == {name: words for name, text in texts.items() if (words := said(" ".join(text.split())))}
