"""The five golden digests: what a reader gets, byte for byte, whatever the machine's zone, locale and hash seed.

`pytest tests/test_golden.py --update-golden` writes them anew; the difference is then for a human to read.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import ROOT
from golden_digests import FIVE, five, paper
from litwatch.digest.render import HTML_CAP, render
from test_digest import CONFIG, PLAIN, made, news, told

GOLDEN = Path(__file__).parent / "data" / "digests"
NEVER = re.compile(
    r"\b(effective(ly|ness)?|efficac\w+|safe(ly)?|proven|promising|breakthrough|recommend\w*|should|advis\w+|cures?|"
    r"patients (must|need)|we suggest|significant\w*|no adverse events)\b",
    re.IGNORECASE,
)
# Words the standing notices must say: that this is no advice, and what a license or a registry asks to be said.
STANDING = ("not medical advice", "does not advise")


@pytest.mark.parametrize("name", FIVE)
def test_a_digest_is_what_was_read_and_agreed_to(name: str, request: pytest.FixtureRequest) -> None:
    rendered = FIVE[name](PLAIN)
    for suffix, content in (("html", rendered.html), ("txt", rendered.text), ("json", rendered.json.decode())):
        place = GOLDEN / f"{name}.{suffix}"
        if request.config.getoption("--update-golden"):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8")
        assert place.read_text(encoding="utf-8") == content


STABLE = """
import sys; sys.path[:0] = ["tests"]
from golden_digests import five
from test_digest import CONFIG
import hashlib
print(hashlib.sha256(repr(sorted(five(CONFIG).items())).encode()).hexdigest())
"""


def test_bytes_do_not_depend_on_zone_locale_or_hash_seed() -> None:
    digests = set()
    for zone, locale, seed in (
        ("UTC", "C", "0"),
        ("Pacific/Auckland", "de_DE.UTF-8", "1"),
        ("America/Havana", "tr", "7"),
    ):
        environment = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", STABLE],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(done.stdout)

    assert 1 == len(digests)


@pytest.mark.parametrize("size", [1, 5, 12, 50, 500, pytest.param(2000, marks=pytest.mark.long)])
def test_rich_reports_stay_within_the_budget_of_bytes_and_time(size: int) -> None:
    pending = [paper(number) for number in range(1, size + 1)]
    digest, _ = made(*pending)
    began = time.process_time()

    rendered = render(digest, PLAIN)

    assert time.process_time() - began < 2 or size > 500  # the budget is for 500
    assert len(rendered.html.encode()) <= HTML_CAP
    assert size == len(re.findall(r"^ *\d+\. An invented trial", rendered.text, re.MULTILINE))
    links = set(re.findall(r"^   https://pubmed\.ncbi\.nlm\.nih\.gov/(\d+)/$", rendered.text, re.MULTILINE))
    assert {str(number) for number in range(1, size + 1)} == links
    short = "Items from no. 201 on are told in short" in " ".join(rendered.text.split())
    assert (size > 200) == short
    assert len(rendered.text.encode()) < 1_500_000  # many a relay refuses 10 MB with all that is attached
    assert size + 1 == len(rendered.attachments[-1].content.decode("utf-8-sig").strip().split("\r\n"))


def test_the_mail_holds_the_rows_that_the_dosing_table_gained() -> None:
    known = replace(told(paper(1)), report_id="pubmed:77")
    _, rendered = made(paper(2), known=[known])

    text = " ".join(rendered.text.split())
    row = text.partition("Dosing table: what it gained")[2].partition("Answers expected")[0]
    assert "1 of 2 doses from 2 reports; the rows are in doses.csv." in row
    for said_of in (
        "ketamine 0.5 mg/kg over 40 minutes, intravenous: Example 2026",
        "randomised trial, n 40, compared with saline; given in the study",
        'Outcome: "Pain at 60 minutes did not differ.". Adverse events: nausea. Follow-up: 28 days.',
    ):
        assert said_of in row
    assert ["items.ris", "items.csv", "doses.csv"] == [part.name for part in rendered.attachments]
    _, without = made(news(3), known=[known])
    assert "Dosing table" not in without.text + without.html
    assert ["items.ris", "items.csv"] == [part.name for part in without.attachments]


def test_a_quiet_week_is_short_names_the_next_answers_and_draws_nothing() -> None:
    rendered = FIVE["quiet"](CONFIG)

    assert () == rendered.pictures
    text = " ".join(rendered.text.split())
    assert "The next answers are expected from NCT00000002 (Mar 2027)." in text
    assert "Results of 1 registered trial are overdue." in text
    assert len(rendered.html.encode()) < 12_000
    assert 2 == len(FIVE["busy"](CONFIG).pictures)


def test_no_digest_says_what_must_never_be_said() -> None:
    for rendered in five().values():
        own = re.sub(r"<[^>]+>", " ", rendered.html) + rendered.text + rendered.subject
        for words in STANDING:
            own = own.replace(words, "")
        assert [] == [match[0] for match in NEVER.finditer(" ".join(own.split()))]


def test_the_standing_notices_stand_in_both_parts_of_every_digest() -> None:
    for rendered in five().values():
        text = " ".join(rendered.text.split())
        page = " ".join(re.sub(r"<[^>]+>", " ", rendered.html).split())
        for notice in (
            "not medical advice and it is not complete",
            "U.S. National Library of Medicine",
            "ISRCTN registry (CC BY 4.0)",
            "European Medicines Agency; litwatch processed them",
            "World Health Organization, not for commercial use",
            "not approved for migraine by the FDA",
            "clinic's web text",
        ):
            assert notice in text
            assert notice in page.replace("&#39;", "'").replace("&#x27;", "'")
