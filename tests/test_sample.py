"""The README's sample is what the demonstration sends, word for word; a line that says only … leaves some out."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from pathlib import Path

from conftest import ROOT
from litwatch.demo.run import run as run_demo

SAMPLE = re.compile(r"## What lands in your inbox\n\n```text\n(.*?)\n```", re.DOTALL)


def test_the_sample_of_the_readme_is_what_the_demonstration_sends(tmp_path: Path) -> None:
    list(run_demo(tmp_path))
    sent = max((tmp_path / "mail").glob("*.eml")).read_bytes()
    subject = message_from_bytes(sent, policy=policy.default)["Subject"]
    text = (tmp_path / "2026-W47" / "digest.txt").read_text(encoding="utf-8")

    match = SAMPLE.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert match
    first, _, rest = match[1].partition("\n\n")

    assert f"Subject: {subject}" == first
    parts = [part.strip("\n") for part in re.split(r"^ *…$", rest, flags=re.MULTILINE)]
    assert len(parts) > 3
    position = 0
    for part in parts:
        assert part in text[position:], part
        position = text.index(part, position) + len(part)
