"""A body is read whole or not at all, and nothing it does makes it larger than its cap."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zlib
from collections.abc import Sequence

import pytest
import requests
import urllib3
from urllib3.exceptions import ProtocolError

from litwatch.sources.wire import Broken, OutOfTime, TooLarge, read_body

TEXT = b"ketamine for migraine " * 20


class Pieces(io.BytesIO):
    """Gives what was put into it piece by piece, as a network does."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        super().__init__(b"".join(pieces))
        self._sizes = [len(piece) for piece in pieces]

    def read1(self, size: int | None = -1, /) -> bytes:
        del size
        return super().read(self._sizes.pop(0)) if self._sizes else b""


def answer(*pieces: bytes, **headers: str) -> requests.Response:
    """Return an answer whose body arrives in ``pieces``; underscores in the headers' names stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = requests.Response()
    response.headers.update(named)
    response.raw = urllib3.HTTPResponse(Pieces(pieces), headers=named, preload_content=False)
    return response


def read(*pieces: bytes, cap: int = 1_000_000, until: float = 1.0, now: float = 0.0, **headers: str) -> bytes:
    return read_body(answer(*pieces, **headers), until=until, cap=cap, clock=lambda: now)


def in_pieces(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


@pytest.mark.parametrize("coding", ["identity", " Identity ", ""])
def test_a_plain_body_is_read_to_its_end(coding: str) -> None:
    assert b"" == read()
    assert TEXT == read(TEXT, Content_Encoding=coding) == read(*in_pieces(TEXT, 7), Content_Encoding=coding)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", " GZIP "])
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_packed_body_is_unpacked_however_it_is_cut(coding: str, size: int) -> None:
    packed = gzip.compress(TEXT)

    assert TEXT == read(*in_pieces(packed, size), Content_Encoding=coding)
    assert TEXT * 2 == read(*in_pieces(packed + packed, size), Content_Encoding=coding)


def test_a_packed_body_of_no_bytes_is_empty() -> None:
    assert b"" == read(Content_Encoding="gzip")


@pytest.mark.parametrize(("coding", "told"), [("br", "br"), ("deflate, gzip, and more of it", "deflate, gzip, and m")])
def test_another_coding_is_not_guessed_at(coding: str, told: str) -> None:
    with pytest.raises(Broken) as raised:
        read(TEXT, Content_Encoding=coding)

    assert f"unknown content coding {told!r}" == str(raised.value)


@pytest.mark.parametrize("less", [1, 8, 20])
def test_a_packed_body_that_is_cut_short_is_broken(less: int) -> None:
    packed = gzip.compress(TEXT)[:-less]

    for pieces in ([packed], in_pieces(packed, 7), [gzip.compress(TEXT), packed]):
        with pytest.raises(Broken) as raised:
            read(*pieces, Content_Encoding="gzip")

        assert "a gzip stream that is cut short" == str(raised.value)


NOT_GZIP = {"text": b"hello world", "zlib": zlib.compress(TEXT), "gzip and more": gzip.compress(TEXT) + b"more"}


@pytest.mark.parametrize("body", NOT_GZIP.values(), ids=NOT_GZIP)
def test_what_is_not_packed_as_it_says_is_broken(body: bytes) -> None:
    with pytest.raises(Broken, match=r"^a broken gzip stream \(Error -3 while decompressing data: incorrect header"):
        read(body, Content_Encoding="gzip")


def test_a_body_shorter_than_promised_is_broken() -> None:
    assert TEXT == read(TEXT, Content_Length="440")
    with pytest.raises(ProtocolError):
        read(*in_pieces(TEXT, 100), Content_Length="441")


def test_the_promised_length_is_that_of_the_packed_body() -> None:
    packed = gzip.compress(TEXT)

    assert TEXT == read(packed, Content_Encoding="gzip", Content_Length=str(len(packed)))


def test_a_body_may_be_as_large_as_its_cap_and_no_larger() -> None:
    packed = gzip.compress(TEXT)

    assert TEXT == read(TEXT, cap=440) == read(packed, cap=440, Content_Encoding="gzip")
    for pieces, coding in (
        ([TEXT], ""),
        (in_pieces(TEXT, 100), ""),
        ([packed], "gzip"),
        (in_pieces(packed, 7), "gzip"),
    ):
        with pytest.raises(TooLarge):
            read(*pieces, cap=439, Content_Encoding=coding)
    with pytest.raises(TooLarge):
        read(gzip.compress(TEXT[:300]) + gzip.compress(TEXT[300:]), cap=439, Content_Encoding="gzip")
    for size in (100, 7):  # what arrived counts as well as what it holds
        with pytest.raises(TooLarge):
            read(*in_pieces(gzip.compress(b"x"), size), cap=15, Content_Encoding="gzip")


def test_a_small_body_that_would_become_huge_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(20_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            read(bomb, cap=100_000, Content_Encoding="gzip")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 1_000_000


def test_a_body_that_is_late_is_not_read_on() -> None:
    assert TEXT == read(TEXT, until=2.0, now=2.0)
    with pytest.raises(OutOfTime):
        read(TEXT, until=2.0, now=2.1)
