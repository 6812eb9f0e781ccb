"""`litwatch check` on a Saturday: all of Monday's run but what it changes, and why it would be incomplete."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from litwatch.demo.exchange import Reply
from test_cli import litwatch_
from test_pipeline import BASE
from weeks import Week, a_watch


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with a_watch(tmp_path, BASE) as watch:
        watch.run()
        yield watch


def _state(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_rehearsal_says_what_mondays_digest_would_say_and_changes_not_a_byte(week: Week) -> None:
    before = _state(week.folder)

    done = litwatch_("check", folder=week.folder, weeks=5 / 7)

    assert (0, "") == (done.returncode, done.stderr)
    assert "Digest: 2026-W47 would say, as of now: [litwatch]" in done.stdout
    assert before == _state(week.folder)


def test_each_reason_for_an_incomplete_monday_is_told(week: Week) -> None:
    week.server.interpose("pubmed", Reply(status=403, body=b"no", type="text/plain"))
    text = (week.folder / "config.yaml").read_text(encoding="utf-8")
    (week.folder / "place").write_text("a file", encoding="utf-8")
    (week.folder / "config.yaml").write_text(text.replace("folder: out", "folder: place/out"), encoding="utf-8")

    done = litwatch_("check", folder=week.folder, weeks=5 / 7)

    assert 1 == done.returncode
    assert "litwatch: pubmed: esearch.fcgi:" in done.stderr
    assert "place: is not a folder; move it away" in done.stderr
    assert done.stderr.rstrip().endswith("the next run would be incomplete, for the reasons above")


def test_a_lost_store_is_noticed_on_saturday(week: Week) -> None:
    (week.folder / "litwatch.db").unlink()

    done = litwatch_("check", folder=week.folder, weeks=5 / 7)

    assert 1 == done.returncode
    assert "--rebuild-from" in done.stderr


def test_a_flaw_of_the_terms_is_told_though_it_stops_nothing(week: Week) -> None:
    text = (week.folder / "config.yaml").read_text(encoding="utf-8")
    native = text.replace("  concepts:", "  native: {pubmed: 'ketamine AND migraine[tiab]'}\n  concepts:")
    (week.folder / "config.yaml").write_text(native, encoding="utf-8")

    done = litwatch_("check", "--quick", folder=week.folder, weeks=5 / 7)

    assert 0 == done.returncode
    assert "warning: search.native.pubmed: ketamine: without a field tag" in done.stderr
