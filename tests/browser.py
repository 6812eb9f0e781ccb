"""Looking at pages as a reader's machine shows them: Chromium, axe-core, html-validate and caniemail.

The tools are Node's and stay in the tests (`npm ci --prefix tests/node`); without them, or without Chromium, a test
that asks for `eyes` skips loudly.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NODE = Path(__file__).parent / "node"
SHOTS = Path(__file__).parent.parent / "build" / "screenshots"
SCHEMES = ("light", "dark")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Eyes:
    """A browser and the tools that judge what it shows."""

    chromium: str

    def look(
        self, pages: Mapping[str, Path | str], *, widths: Sequence[int] = (640, 320), keep: bool = True
    ) -> list[dict[str, Any]]:
        """Open each page (a file or a loopback address) light and dark in each width, and return what was seen.

        Each sight has name, scheme, width, violations (of axe-core), outside (requests that would leave the machine),
        errors (of scripts, and dialogs), overflow (pixels too wide) and blank (images that show nothing). Screenshots
        are left in build/screenshots.
        """
        SHOTS.mkdir(parents=True, exist_ok=True)
        job = {
            "chromium": self.chromium,
            "pages": [{"name": name, "url": address_of(page)} for name, page in pages.items()],
            "schemes": SCHEMES,
            "widths": list(widths),
            "shots": str(SHOTS) if keep else None,
        }
        sights: list[dict[str, Any]] = run_node("look.mjs", job)
        return sights

    def visit(
        self,
        page: Path | str,
        *steps: Sequence[object],
        scripts: bool = True,
        width: int = 1280,
        scheme: str = "light",
    ) -> list[Any]:
        """Use a page as a reader does, step by step (`tests/node/visit.mjs`), and return what each look saw."""
        job = {"chromium": self.chromium, "url": address_of(page), "scripts": scripts, "width": width, "scheme": scheme}
        answers: list[Any] = run_node("visit.mjs", {**job, "steps": steps})
        return answers

    def judge(self, html: str, *, clients: Sequence[str] = (), page: bool = False) -> dict[str, list[str]]:
        """Return html-validate's complaints, and what the mail programs ``clients`` are known not to support.

        ``page`` judges by the rules of a web page instead of a mail's.
        """
        judged: dict[str, list[str]] = run_node("support.mjs", {"html": html, "clients": list(clients), "page": page})
        return judged


def address_of(page: Path | str) -> str:
    """Return the address of a page: a file's, or the one given."""
    return page.resolve().as_uri() if isinstance(page, Path) else page


def run_node(script: str, job: object) -> Any:
    """Run one of the scripts in tests/node with ``job`` on its standard input, and return the JSON it answers."""
    done = subprocess.run(
        ["node", str(NODE / script)], input=json.dumps(job), capture_output=True, text=True, check=False, timeout=150
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def open_eyes() -> Eyes | str:
    """Return a browser with its judges, or what this machine lacks for it."""
    if shutil.which("node") is None:
        return "Node.js 20.19 or newer"
    if not (NODE / "node_modules" / "playwright-core").is_dir():
        return "the page checks (npm ci --prefix tests/node)"
    chromium = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    return Eyes(chromium) if chromium else "Chromium"
