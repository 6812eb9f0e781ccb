"""A digest as a browser and mail programs show it: no violation, no request, no complaint."""

from __future__ import annotations

from pathlib import Path

from browser import Eyes
from litwatch.model import Rendered
from test_digest import made, news, receipt, trial


def digests() -> dict[str, Rendered]:
    """Return a digest of each kind of week."""
    busy = (news(1, "notice"), news(2), trial(3), news(4, "late"), news(5, questions=()))
    return {
        "quiet": made()[1],
        "busy": made(*busy, receipts=[receipt(state="failed", error="refused")])[1],
        "first": made(*(news(n, title=f"Known {n}", remembered=True) for n in range(1, 21)), first=True)[1],
    }


def test_no_digest_breaks_a_rule_of_accessibility_or_asks_the_network(eyes: Eyes, tmp_path: Path) -> None:
    pages = {}
    for name, rendered in digests().items():
        pages[name] = tmp_path / name / f"{name}.html"
        pages[name].parent.mkdir()
        pages[name].write_text(rendered.html, encoding="utf-8")
        for picture in rendered.pictures:
            (pages[name].parent / picture.name).write_bytes(picture.content)

    sights = eyes.look(pages)

    assert len(pages) * 4 == len(sights)
    for sight in sights:
        wrong = [sight[what] for what in ("violations", "outside", "errors", "blank") if sight[what]]
        assert ([], True) == (wrong, sight["overflow"] <= 0), sight


def test_an_eye_sees_what_is_wrong(eyes: Eyes, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<!doctype html><html><body><p style="color:#ccc;background:#fff">pale</p><img src="https://192.0.2.1/a.png">'
        '<script>alert(1)</script><div style="width:2000px">wide</div></body></html>',
        encoding="utf-8",
    )

    sight = eyes.look({"bad": bad}, widths=(320,), keep=False)[0]

    assert {"color-contrast", "html-has-lang", "image-alt"} <= {one["id"] for one in sight["violations"]}
    assert ["https://192.0.2.1/a.png"] == sight["outside"]
    assert ["dialog: 1"] == [line for line in sight["errors"] if "dialog" in line]
    assert sight["overflow"] > 0
    assert 1 == sight["blank"]
    assert eyes.judge(bad.read_text(encoding="utf-8"))["complaints"]
