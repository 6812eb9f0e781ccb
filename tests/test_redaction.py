"""Secrets leave no message, in whatever form they stand in it."""

from __future__ import annotations

import json
from base64 import b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.redaction import Redactor

SECRET = 'k3y/with +signs"é~'

FORMS = {
    "as it is": SECRET,
    "in a path": quote(SECRET),
    "in a part of a path": quote(SECRET, safe=""),
    "in lower-case hexadecimal": quote(SECRET, safe="").replace("%2F", "%2f").replace("%C3%A9", "%c3%a9"),
    "in a form": quote_plus(SECRET),
    "in JSON": json.dumps(SECRET)[1:-1],
    "in base64": b64encode(SECRET.encode()).decode(),
    "in base64 without its padding": b64encode(SECRET.encode()).decode().rstrip("="),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_secret_is_masked_in_every_form_it_travels_in(form: str) -> None:
    assert "asked <***> in vain" == Redactor(["another", SECRET])(f"asked <{form}> in vain")


def test_the_padding_of_base64_goes_with_it() -> None:
    padded = b64encode(b"k3y!").decode()

    assert padded.endswith("==")
    assert "<***>" == Redactor(["k3y!"])(f"<{padded}>")


def test_a_secret_that_begins_with_another_is_masked_whole() -> None:
    assert "*** and ***" == Redactor(["abc", "abcdef", "ab"])("abcdef and abc")


def test_a_secret_that_cannot_be_encoded_is_masked_all_the_same() -> None:
    assert "a *** b" == Redactor(["k\ud800y"])("a k\ud800y b")


@pytest.mark.parametrize("secrets", [[], ["", ""]])
def test_without_secrets_nothing_is_masked(secrets: list[str]) -> None:
    assert "a b" == Redactor(secrets)("a b")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("?api_key=abc&db=pubmed", "?api_key=***&db=pubmed"),
        ("API-Key: abc def", "API-Key: *** def"),
        ('{"api-key":"203.0.113.7","count":"4"}', '{"api-key":"***","count":"4"}'),
        ('{"apikey" : "abc"}', '{"apikey" : "***"}'),
        ("no key here", "no key here"),
    ],
)
def test_a_key_that_a_service_echoes_is_masked_though_nobody_named_it(said: str, told: str) -> None:
    assert told == Redactor([])(said)
    assert told == Redactor(["xyz"])(said)


def test_a_line_is_cut_behind_the_masking_lest_half_a_key_stay() -> None:
    redact = Redactor([SECRET])

    assert "a *** b" == redact.line(f"a\n{SECRET}\tb ")
    assert "x" * 197 + "***" == redact.line("x" * 197 + SECRET + "y")
    assert "x" * 198 + "**" == redact.line("x" * 198 + SECRET)
    assert "x" * 6 == redact.line("x" * 9, cap=6)


def linked(how: str, inner: str) -> Exception:
    """Return an error whose own words are harmless, with another beneath it."""
    error = OSError("it failed")
    setattr(error, how, ValueError(inner))
    return error


@pytest.mark.parametrize("how", ["__cause__", "__context__"])
def test_a_secret_is_found_wherever_a_traceback_would_show_it(how: str) -> None:
    holds = Redactor([SECRET]).holds

    assert holds(ValueError(f"no such key: {SECRET}"))
    assert holds(linked(how, f"no such key: {SECRET}"))
    assert not holds(linked(how, "no such key"))


def test_errors_that_name_each_other_are_read_once() -> None:
    first, second = ValueError("one"), ValueError("two")
    first.__cause__, second.__cause__ = second, first

    assert not Redactor([SECRET]).holds(first)


@given(secret=st.text(min_size=1), before=st.text(), after=st.text())
def test_a_secret_is_masked_wherever_it_stands(secret: str, before: str, after: str) -> None:
    masked = Redactor([secret])(f"{before}{secret}{after}")

    assert secret not in masked or secret in "***" or secret in before + "***" + after
