"""A digest as a browser and mail programs show it: no violation, no request, no complaint."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from browser import Eyes
from golden_digests import five
from litwatch.model import Rendered
from test_digest import CONFIG

CLIENTS = ("gmail.*", "outlook.*", "apple-mail.*")
# What some mail programs do not support, and what a reader then sees instead. Anything else is an error.
TOLERATED = {
    "@media": "the light scheme; Gmail and Outlook darken it their own way",
    "<style> element": "the light scheme: every other rule stands in the tags",
    "display:none": "the preheader as a pale first line",
    "overflow": "the preheader takes a line",
    "overflow-wrap": "a long query is cut at its spaces, or makes the page wide",
    "word-break": "the same",
    "aria-hidden attribute": "the preheader is read out",
    "role attribute": "tables are announced as tables",
    "table-layout": "a picture may make the column wider",
    "Local anchors": "a number in the overview leads nowhere; the item stands below under the same number",
    "<body> element": "its style goes to the outer table, which has the same",
}


def written(digests: Mapping[str, Rendered], folder: Path) -> dict[str, Path]:
    """Write each digest as its folder copy stands, and return the pages."""
    pages = {name: folder / name / f"digest-{name}.html" for name in digests}
    for name, rendered in digests.items():
        pages[name].parent.mkdir()
        pages[name].write_text(rendered.html, encoding="utf-8")
        for picture in rendered.pictures:
            (folder / name / picture.name).write_bytes(picture.content)
    return pages


def test_no_digest_breaks_a_rule_of_accessibility_or_asks_the_network(eyes: Eyes, tmp_path: Path) -> None:
    sights = eyes.look(written(five(CONFIG), tmp_path))

    assert 5 * 4 == len(sights)
    for sight in sights:
        wrong = [sight[what] for what in ("violations", "outside", "errors", "blank") if sight[what]]
        assert ([], True) == (wrong, sight["overflow"] <= 0), sight


def test_a_digest_without_its_pictures_still_says_all(eyes: Eyes, tmp_path: Path) -> None:
    rendered = five(CONFIG)["busy"]
    page = tmp_path / "bare.html"
    page.write_text(rendered.html, encoding="utf-8")

    sights = eyes.look({"without-pictures": page})

    assert {2} == {sight["blank"] for sight in sights}
    assert all(sight["overflow"] <= 0 and not sight["violations"] for sight in sights)
    for number in ("NCT00000002", "NCT00000005"):
        assert number in rendered.html.partition("Answers expected")[2]


def test_mail_programs_can_show_every_digest(eyes: Eyes) -> None:
    for name, rendered in five(CONFIG).items():
        judged = eyes.judge(rendered.html, clients=CLIENTS)
        assert [] == judged["complaints"], name
        unknown = {line for line in judged["unsupported"] if line.partition(": ")[0] not in TOLERATED}
        assert set() == unknown, name


def test_an_eye_sees_what_is_wrong(eyes: Eyes, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<!doctype html><html><body><p style="color:#ccc;background:#fff">pale</p><img src="https://192.0.2.1/a.png">'
        '<script>alert(1)</script><div style="width:2000px;position:fixed">wide</div></body></html>',
        encoding="utf-8",
    )

    sight = eyes.look({"bad": bad}, widths=(320,), keep=False)[0]
    judged = eyes.judge(bad.read_text(encoding="utf-8"), clients=CLIENTS)

    assert {"color-contrast", "html-has-lang", "image-alt"} <= {one["id"] for one in sight["violations"]}
    assert ["https://192.0.2.1/a.png"] == sight["outside"]
    assert ["dialog: 1"] == [line for line in sight["errors"] if "dialog" in line]
    assert 1 == sight["blank"]
    assert judged["complaints"]
    assert any(line.startswith("position") for line in judged["unsupported"])
