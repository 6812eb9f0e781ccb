"""A digest as mail: what a mail program reads, byte by byte, whatever the titles hold."""

from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from golden import DATA
from litwatch.config import Config
from litwatch.deliver.message import ATTACHMENTS_CAP, messages, recipient_hash
from litwatch.model import Attachment, Message, Rendered
from litwatch.text import one_line

WHEN = datetime(2026, 11, 16, 6, 5, 4, tzinfo=UTC)
TO = ("Ann@Example.org", "bob@example.net")
BY_MAIL = "<mailto:watch@lists.example.org?subject=unsubscribe%20ketamine-migraine>"
ONCE = (
    "From",
    "To",
    "Date",
    "Message-ID",
    "Subject",
    "List-ID",
    "List-Unsubscribe",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Precedence",
    "MIME-Version",
    "Content-Type",
)


PAGE = """<!doctype html><html><body><main role="main"><img src="doses.png" alt="doses"><img src="map.png" alt="map">
<p>ünï</p></main><p>foot</p></body></html>
"""
PICTURE = Attachment.of("doses.png", "image/png", b"\x89PNG")


def config(*, name: str = "Ketamine for migraine", attach: tuple[str, ...] = ("ris", "csv"), **smtp: Any) -> Config:
    relay = {"host": "mail.example.org", "from": "watch@lists.example.org", "to": list(TO)} | smtp
    return Config.model_validate(
        {
            "watch": {"id": "ketamine-migraine", "name": name},
            "search": {"concepts": {"drug": {"terms": ["ketamin*"]}, "condition": {"terms": ["migraine"]}}},
            "questions": [{"id": "Q01", "label": "Infusions"}],
            "digest": {"attach": list(attach)},
            "delivery": {"smtp": relay},
        }
    )


def rendered(**more: Any) -> Rendered:
    values: dict[str, Any] = {
        "label": "2026-W47",
        "subject": "[litwatch] 12 new, 3 changed - Ketamine for migraine - 2026-W47",
        "html": "<!doctype html><html><body><main><p>ünï</p></main></body></html>\n",
        "text": "ünï\n.\n.dot\nFrom here\n",
        "json": "{}\n",
        "attachments": (
            Attachment.of("items.ris", "application/x-research-info-systems", b"TY  - JOUR\r\n"),
            Attachment.of("items.csv", "text/csv", "\ufefftitle\r\nünï\r\n".encode()),
        ),
    }
    return Rendered(**(values | more))


def parsed(message: Message) -> EmailMessage:
    found = email.message_from_bytes(message.content, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


def one(**smtp: Any) -> EmailMessage:
    return parsed(messages(rendered(), config(to=["ann@example.org"], **smtp), WHEN)[0])


def test_the_headers_are_those_of_a_well_behaved_list() -> None:
    mail = one(reply_to="ed@example.org")
    digest = hmac.new(b"ketamine-migraine", b"ann@example.org", hashlib.sha256).hexdigest()[:16]

    assert {
        "From": "litwatch <watch@lists.example.org>",
        "To": "ann@example.org",
        "Reply-To": "ed@example.org",
        "Subject": "[litwatch] 12 new, 3 changed - Ketamine for migraine - 2026-W47",
        "Date": "Mon, 16 Nov 2026 06:05:04 +0000",
        "Message-ID": f"<2026-W47.ketamine-migraine.{digest}@lists.example.org>",
        "List-ID": '"Ketamine for migraine" <ketamine-migraine.lists.example.org>',
        "List-Unsubscribe": "<mailto:ed@example.org?subject=unsubscribe%20ketamine-migraine>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Precedence": "bulk",
        "MIME-Version": "1.0",
    } == {name: str(value) for name, value in mail.items() if name != "Content-Type"}


LETTERS: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "newcomer": (
        {"html": PAGE, "pictures": (PICTURE, replace(PICTURE, name="map.png"))},
        {"reply_to": "ed@example.org", "unsubscribe": "https://example.org/leave"},
        True,
    ),
    "regular": ({}, {}, False),
}


@pytest.mark.parametrize("name", LETTERS)
def test_a_message_is_these_bytes(name: str, update_golden: bool) -> None:  # noqa: FBT001  # a fixture
    digest, smtp, new = LETTERS[name]
    ann, _ = messages(rendered(**digest), config(**smtp), WHEN, written_to=set() if new else None)
    readable = ann.content.replace(b"\r\n", b"\n")
    golden = DATA / "mail" / f"{name}.eml"
    if update_golden:
        golden.write_bytes(readable)

    assert ann.content.count(b"\r\n") == readable.count(b"\n")
    assert golden.read_bytes().decode() == readable.decode()
    assert ("Ann@Example.org", WHEN, rendered().subject) == (ann.recipient, ann.date, ann.subject)
    assert f"Message-ID: {ann.message_id}\n" in readable.decode()


def test_the_parts_are_text_then_html_then_the_attachments() -> None:
    mail = one()

    assert "multipart/mixed" == mail.get_content_type()
    alternative, *files = mail.iter_parts()
    assert "multipart/alternative" == alternative.get_content_type()
    parts = list(alternative.iter_parts())
    assert ["text/plain", "text/html"] == [part.get_content_type() for part in parts]
    assert {"quoted-printable"} == {part["Content-Transfer-Encoding"] for part in parts}
    plain, page = (part.get_content().replace("\r\n", "\n") for part in parts)
    assert plain.startswith(rendered().text)
    assert page.startswith(rendered().html.partition("</main>")[0])
    assert ["items.ris", "items.csv"] == [part.get_filename() for part in files]
    assert [entry.content for entry in rendered().attachments] == [part.get_payload(decode=True) for part in files]
    assert ["application/x-research-info-systems", 'text/csv; charset="utf-8"'] == [
        part["Content-Type"] for part in files
    ]


@pytest.mark.parametrize("length", range(1, 41))
def test_what_is_said_before_and_behind_fills_its_lines_and_breaks_no_word(length: int) -> None:
    name, address = "w" * length, f"{'a' * length}@example.org"
    (ann,) = messages(
        rendered(text="TEXT\n"), config(name=name, to=["ann@example.org"], reply_to=address), WHEN, written_to=()
    )

    for part in text_of(parsed(ann), "plain").replace("\r\n", "\n").split("TEXT\n"):
        lines = part.strip().split("\n")
        assert max(map(len, lines)) <= 72
        for line, following in pairwise(lines):
            assert len(line) + 1 + len(following.split(" ")[0]) > 72


def test_a_name_and_an_address_stay_in_one_piece() -> None:
    name, address = "ketamine-" * 6 + "x", "https://example.org/" + "leave-" * 20
    (ann,) = messages(rendered(), config(name=name, unsubscribe=address), WHEN, written_to=())[:1]
    words = text_of(parsed(ann), "plain").split()

    assert f"“{name}”." in words
    assert f"{address}." in words


@pytest.mark.parametrize("letters", ["plain", "Кетамин при мигрени", "片頭痛"])
def test_text_and_page_are_readable_on_the_way_whatever_their_letters(letters: str) -> None:
    digest = rendered(text=f"{letters}\n", html=f"<main>{letters * 50}</main>\n")
    mail = parsed(messages(digest, config(), WHEN)[0])

    parts = [mail.get_body((kind,)) for kind in ("plain", "html")]
    assert ["quoted-printable"] * 2 == [part and part["Content-Transfer-Encoding"] for part in parts]


@pytest.mark.parametrize(
    ("attach", "names"), [(("ris", "csv"), ["items.ris", "items.csv"]), (("csv",), ["items.csv"]), ((), [])]
)
def test_only_what_is_configured_is_attached(attach: tuple[str, ...], names: list[str]) -> None:
    mail = parsed(messages(rendered(), config(attach=attach), WHEN)[0])

    assert names == [part.get_filename() for part in mail.iter_attachments()]


@pytest.mark.parametrize(
    ("unsubscribe", "expected", "one_click"),
    [
        (None, BY_MAIL, False),
        (
            "https://example.org/leave?t=1,2&u=%C3%A9",
            f"<https://example.org/leave?t=1,2&u=%C3%A9>, {BY_MAIL}",
            True,
        ),
        (
            "http://localhost/leave me",
            f"<http://localhost/leave%20me>, {BY_MAIL}",
            False,
        ),
        (
            f"https://example.org/{'x' * 1000}",
            BY_MAIL,
            False,
        ),
    ],
    ids=["by mail only", "by web", "plain http", "too long for a line"],
)
def test_a_reader_can_leave(unsubscribe: str | None, expected: str, one_click: bool) -> None:  # noqa: FBT001  # a case
    mail = one(unsubscribe=unsubscribe)

    assert expected == str(mail["List-Unsubscribe"])
    assert ("List-Unsubscribe=One-Click" if one_click else None) == mail["List-Unsubscribe-Post"]


@pytest.mark.parametrize(
    ("subject", "lines"),
    [
        ("1 new", ["1 new"]),
        ("1 new – ünï", ["=?utf-8?b?MSBuZXcg4oCTIMO8bsOv?="]),
        ("=?utf-8?q?x?=", ["=?utf-8?b?PT91dGYtOD9xP3g/PQ==?="]),
        ("a" * 30 + " " + "b" * 35 + " c", ["a" * 30 + " " + "b" * 35, " c"]),
        ("a" * 30 + " " + "b" * 34 + " c", ["a" * 30 + " " + "b" * 34 + " c"]),
    ],
)
def test_a_subject_is_encoded_only_where_it_must_and_folded_in_time(subject: str, lines: list[str]) -> None:
    (ann,) = messages(rendered(subject=subject), config(to=["ann@example.org"]), WHEN)

    folded = ann.content.partition(b"\r\nSubject: ")[2].partition(b"\r\nDate:")[0]
    assert lines == folded.decode().split("\r\n")
    assert subject == str(parsed(ann)["Subject"])


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ('Say "ketamine", \\ or not', '"Say ketamine, or not" '),
        ("Kétamine et migraine", '"Ketamine et migraine" '),
        ("Кетамин при мигрени", ""),
        ("two\nlines: x", '"two lines: x" '),
        ("аб abcd", '"abcd" '),
        ("абв abcd", ""),
    ],
)
def test_the_list_is_named_in_ascii_or_not_at_all(name: str, phrase: str) -> None:
    mail = parsed(messages(rendered(), config(name=name), WHEN)[0])

    assert f"{phrase}<ketamine-migraine.lists.example.org>" == str(mail["List-ID"])


def test_each_address_gets_one_message_whatever_its_capitals() -> None:
    made = messages(rendered(), config(to=["Ann@Example.org", "bob@example.net", "ann@example.ORG"]), WHEN)

    assert ["Ann@Example.org", "bob@example.net"] == [message.recipient for message in made]
    assert recipient_hash("ketamine-migraine", "ANN@example.org") == made[0].recipient_hash


def test_without_mail_there_is_no_message() -> None:
    alone = config().model_copy(update={"delivery": config().delivery.model_copy(update={"smtp": None})})

    assert messages(rendered(), alone, WHEN) == ()


def test_the_same_digest_gives_the_same_bytes() -> None:
    assert messages(rendered(), config(), WHEN) == messages(rendered(), config(), WHEN)


def test_two_recipients_share_no_boundary_and_no_identity() -> None:
    ann, bob = messages(rendered(), config(), WHEN)

    assert ann.message_id != bob.message_id
    assert parsed(ann).get_boundary() != parsed(bob).get_boundary()


def test_attachments_too_large_for_a_mail_are_left_out_and_named() -> None:
    large = Attachment.of("items.csv", "text/csv", b"x" * ATTACHMENTS_CAP)
    mail = parsed(messages(rendered(attachments=(rendered().attachments[0], large)), config(), WHEN)[0])

    assert list(mail.iter_attachments()) == []
    sentence = (
        "Not attached, being too large for a mail (500 kB): items.ris and items.csv. Whoever runs this watch finds "
        "them in the delivery folder under 2026-W47."
    )
    text, html = (text_of(mail, kind) for kind in ("plain", "html"))
    assert f"{sentence} You get this because" in " ".join(text.split())
    assert max(len(line) for line in text.splitlines()) <= 72
    assert re.search(rf"<p [^>]*>{re.escape(sentence)}</p>\s*<p [^>]*>You get this[^<]*</p>\s*</main>", html)


def test_pictures_travel_by_content_id_inside_the_message() -> None:
    page = '<html><body><main><img src="map.png" alt="a map"></main></body></html>'
    picture = Attachment.of("map.png", "image/png", b"\x89PNG")
    mail = parsed(messages(rendered(html=page, pictures=(picture,)), config(), WHEN)[0])

    alternative = next(mail.iter_parts())
    assert ["text/plain", "multipart/related"] == [part.get_content_type() for part in alternative.iter_parts()]
    shown = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert ["<map.2026-W47.ketamine-migraine@lists.example.org>"] == [part["Content-ID"] for part in shown]
    assert 'src="cid:map.2026-W47.ketamine-migraine@lists.example.org"' in text_of(mail, "html")
    assert b"\x89PNG" == shown[0].get_payload(decode=True)
    assert ["items.ris", "items.csv"] == [part.get_filename() for part in mail.iter_attachments()]


def test_who_was_never_written_to_is_told_what_this_is() -> None:
    settings = config(to=["ann@example.org", "bob@example.org"])
    ann, bob = messages(rendered(), settings, WHEN, written_to={"ann@example.org"})

    welcomed = {
        message.recipient: text_of(parsed(message), "plain").startswith("What this is:") for message in (ann, bob)
    }
    assert [False, True] == sorted(welcomed.values())
    assert not welcomed["ann@example.org"]


@pytest.mark.parametrize(
    ("page", "framed"),
    [
        ("<body><main>x</main>\n</body>", "B<body><main>xA</main>\n</body>"),
        ('<body><main role="main">x</main></body>', '<body><main role="main">BxA</main></body>'),
        ("<body>x</body></html>", "B<body>xA</body></html>"),
        ("x", "BxA"),
    ],
)
def test_what_is_said_before_and_behind_stands_in_the_page_whatever_the_page_is(page: str, framed: str) -> None:
    (ann,) = messages(rendered(html=page), config(to=["ann@example.org"]), WHEN, written_to=())
    shown = text_of(parsed(ann), "html").replace("\r\n", "\n").rstrip("\n") + "\n"

    before, after = re.findall(r'<p class="fact" style="[^"]*">[^<]*</p>\n', shown)
    assert before.partition(">")[2].startswith("What this is: your address was added")
    assert after.partition(">")[2].startswith("You get this because your address is on the list")
    assert framed == shown.replace(before, "B").replace(after, "A").rstrip("\n")


@pytest.mark.parametrize("length", [900, 901])
def test_an_address_to_leave_by_fits_its_line_or_is_left_out(length: int) -> None:
    address = "https://example.org/".ljust(length, "u")

    assert (f"<{address}>, {BY_MAIL}" if length == 900 else BY_MAIL) == str(
        one(unsubscribe=address)["List-Unsubscribe"]
    )


def test_attachments_that_just_fit_travel() -> None:
    fitting = Attachment.of("items.csv", "text/csv", b"x" * ATTACHMENTS_CAP)
    mail = parsed(messages(rendered(attachments=(fitting,)), config(), WHEN)[0])

    assert ["items.csv"] == [part.get_filename() for part in mail.iter_attachments()]
    assert "Not attached" not in text_of(mail, "plain")


# Texts are clean by the time they are rendered (litwatch.text): no controls, no surrogates.
CLEAN = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn")), max_size=300)
BODY = st.lists(st.one_of(CLEAN, st.sampled_from([".", "..", "From x", "--=_", "", "=" * 80, "x" * 2000])), max_size=12)
WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_+.'!#$%&*/=?^`{|}~", min_size=1, max_size=64)
HOST = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?(\.[a-z]{2,20}){1,3}", fullmatch=True)
SUBJECTS = st.one_of(CLEAN, st.just("=?utf-8?q?a=0D=0ABcc:_x?="), st.text("abé ", max_size=200))


@effort(max_examples=150, deadline=None)
@given(st.data())
def test_every_message_reads_back_as_it_was_meant(data: st.DataObject) -> None:
    write_and_read(data)


@pytest.mark.long
@effort(max_examples=1000, deadline=None)
@given(st.data())
def test_a_thousand_messages_read_back_as_they_were_meant(data: st.DataObject) -> None:
    write_and_read(data)


def write_and_read(data: st.DataObject) -> None:
    addresses = [f"{data.draw(WORD)}@{data.draw(HOST)}" for _ in range(data.draw(st.integers(1, 3)))]
    settings = config(
        name=data.draw(CLEAN.filter(bool).map(lambda name: name[:200])),
        to=addresses,
        reply_to=data.draw(st.sampled_from([None, "ed@example.org"])),
        unsubscribe=data.draw(st.sampled_from([None, "https://example.org/" + "u" * 300])),
    )
    text, html = ("\n".join(data.draw(BODY)) + "\n" for _ in range(2))
    subject = data.draw(SUBJECTS)
    made = messages(rendered(subject=subject, text=text, html=html), settings, WHEN)

    assert len({address.lower() for address in addresses}) == len(made)
    for message in made:
        check(message, addresses, subject, text, html)


def check(message: Message, addresses: list[str], subject: str, text: str, html: str) -> None:
    raw = message.content
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw), "a line end other than CRLF"
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.isascii()
    head = raw.partition(b"\r\n\r\n")[0]
    names = [line.split(b":")[0].decode() for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert {1} == {names.count(name) for name in ONCE}
    assert set(names) <= {*ONCE, "Reply-To", "List-Unsubscribe-Post"}
    for line in head.split(b"\r\n"):
        assert b"=?" not in line or not line.startswith((b"List-", b"Message-ID", b"From"))

    mail = parsed(message)
    assert one_line(subject) == str(mail["Subject"]).strip()
    assert f"\r\nTo: {message.recipient}\r\n".encode() in raw
    plain, page = (text_of(mail, kind).replace("\r\n", "\n") for kind in ("plain", "html"))
    assert plain.startswith(text)
    assert " ".join(plain[len(text) :].split()).startswith("You get this because your address is on the list of")
    assert html == re.sub(r'<p class="fact"[^>]*>You get this [^<]*</p>\n', "", page)
    assert not [part.defects for part in mail.walk() if part.defects]
    for other in addresses:
        if other.lower() not in message.recipient.lower() and other.lower() not in "ed@example.org":
            assert other.lower().encode() not in head.lower()
