"""What a body must look like before it is believed, and what is said of one that is not."""

from __future__ import annotations

import pytest

from litwatch.sources.expect import Unbelieved, anything, json_object, xml
from pathology import HTML

WHOLE = {
    "a pair of tags": b"<list><item/></list>",
    "one tag": b"<list/>",
    "one tag with attributes": b"<list a='1'\n b='2' />",
    "the other root": b"<set></set>",
    "a byte-order mark": b"\xef\xbb\xbf<list></list>",
    "white space around": b" \r\n<list></list>\n ",
    "white space behind one tag": b"<list/> \n",
    "a declaration": b"<?xml version='1.0' encoding='utf-8'?>\n<list></list>",
    "comments": b"<!-- one\n <set> --><!-- two --><list></list>",
    "a type": b"<!DOCTYPE list PUBLIC '-//X//EN' 'http://example.org/list.dtd'><list></list>",
    "a type with its own rules": b"<!DOCTYPE list [<!ELEMENT list ANY>\n<!ENTITY a 'b'>] ><list></list>",
}


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE.keys())
def test_a_whole_document_with_its_root_is_believed(body: bytes) -> None:
    assert xml("list", "set")(body) is None


NOT_XML = {
    "nothing": (b"", "an empty answer"),
    "white space": (b" \r\n\t", "an empty answer"),
    "words": (b" try again later", "plain text where XML was asked"),
    "words behind a byte-order mark": (b"\xef\xbb\xbftry again", "plain text where XML was asked"),
    "an object": (b'\n{"error": "busy"}', "JSON where XML was asked"),
    "a list": (b"[1]", "JSON where XML was asked"),
    "a page": (HTML, "an HTML page (root html) where XML was asked"),
    "a page in capitals": (b"<HTML><BODY>", "an HTML page (root HTML) where XML was asked"),
    "another root": (b"<list2></list2>", "XML (root list2) where XML was asked"),
    "a long root": (b"<" + b"x" * 50 + b"/>", f"XML (root {'x' * 40}) where XML was asked"),
    "a prolog only": (b"<?xml version='1.0'?>\n<!DOCTYPE list>", "XML that ends before its first element"),
    "a root without an end": (b"<list", "XML that ends before its first element"),
    "a start only": (b"<list><item/>", "XML that is cut short"),
    "the end of another": (b"<list><item/></list2>", "XML that is cut short"),
    "more behind the end": (b"<list></list> and more", "XML that is cut short"),
    "more behind one tag": (b"<list/>x", "XML that is cut short"),
}


@pytest.mark.parametrize(("body", "says"), NOT_XML.values(), ids=NOT_XML.keys())
def test_what_is_no_whole_document_is_named_for_what_it_is(body: bytes, says: str) -> None:
    with pytest.raises(Unbelieved) as raised:
        xml("list", "set")(body)

    assert says == str(raised.value)


def test_no_cut_of_an_answer_is_taken_for_the_whole() -> None:
    body = b"\xef\xbb\xbf<?xml version='1.0'?><!-- c --><list><item>a &lt; b</item><list2/></list>"
    expect, believed = xml("list"), []
    for end in range(len(body)):
        try:
            expect(body[:end])
        except Unbelieved:
            continue
        believed.append(end)

    assert [] == believed
    assert expect(body) is None


def test_a_name_without_an_end_is_read_once() -> None:
    with pytest.raises(Unbelieved, match="ends before its first element"):
        xml("list")(b"<" + b"a" * 5_000_000)


@pytest.mark.parametrize("body", [b"x", b" <list>", b"{}"])
def test_whatever_is_not_empty_can_be_believed(body: bytes) -> None:
    anything(body)


@pytest.mark.parametrize("before", [b"", b" \r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf "])
def test_a_whole_object_is_believed_and_returned(before: bytes) -> None:
    assert {"a": 1.5, "b": [{}]} == json_object(before + b'{"a": 1.5, "b": [{}]}\n')


NOT_JSON = {
    "nothing": (b" \n", "an empty answer"),
    "a list": (b" [1]", "JSON where JSON was asked"),
    "XML": (b"\xef\xbb\xbf <list/>", "XML where JSON was asked"),
    "a page": (HTML, "an HTML page where JSON was asked"),
    "a page without a type": (b"\n<Html>", "an HTML page where JSON was asked"),
    "words": (b"busy", "plain text where JSON was asked"),
    "not UTF-8": (b"\xff\xfe{}", "plain text where JSON was asked"),
    "cut short": (
        b'{"studies": [',
        "JSON that is cut short or broken (Expecting value: line 1 column 14 (char 13))",
    ),
    "NaN": (b'{"a": NaN}', "JSON that is cut short or broken (NaN is not JSON)"),
    "infinity": (b'{"a": -Infinity}', "JSON that is cut short or broken (-Infinity is not JSON)"),
    "too large": (b'{"a": 1e999}', "JSON that is cut short or broken (a number out of range)"),
    "too small": (b'{"a": -1e999}', "JSON that is cut short or broken (a number out of range)"),
    "200,000 levels": (b'{"a":' * 200_000, "JSON nested too deeply"),
    "100,000 lists": (b'{"a": ' + b"[" * 100_000, "JSON nested too deeply"),
}


@pytest.mark.parametrize(("body", "says"), NOT_JSON.values(), ids=NOT_JSON.keys())
def test_what_is_no_whole_object_is_named_for_what_it_is(body: bytes, says: str) -> None:
    with pytest.raises(Unbelieved) as raised:
        json_object(body)

    assert says == str(raised.value)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"count": ' + b"9" * 5000 + b"}", id="5000 digits"),
        pytest.param(b'{"ERROR":"Exception:\n\'retstart\'"}', id="raw line feed in a string"),
        pytest.param(b'{"a": "\xff"}', id="a byte that is not UTF-8"),
        pytest.param(b"{} {}", id="two objects"),
    ],
)
def test_what_a_reader_of_json_would_trip_over_is_broken(body: bytes) -> None:
    with pytest.raises(Unbelieved, match=r"^JSON that is cut short or broken \("):
        json_object(body)
