"""Identifiers: what counts, in which form, where it leads, and what only looks like one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.identifiers import KINDS, display, find, guess, identifier, url
from litwatch.model import Identifier

TRUE = {
    "nct": ["NCT02697071", "nct02697071", "NCT 02697071", "NCT-02697071", "NCT#02697071"],
    "isrctn": ["ISRCTN12345678", "ISRCTN 12345678", "isrctn12345678"],
    "eudract": ["2019-001260-29", "2020-003604-14"],
    "euct": ["2023-503456-12-00", "2022-500014-26-01"],
    "euctr": ["EUCTR2019-001260-29-DK", "EUCTR2019-001260-29"],
    "actrn": ["ACTRN12619001234567", "ACTRN12619001234567p"],
    "chictr": ["ChiCTR2000029981", "ChiCTR-IPR-16008123", "chictr1900021234"],
    "ctri": ["CTRI/2020/05/025212"],
    "irct": ["IRCT20180108038276N1", "IRCT138904112051N4"],
    "jrct": ["jRCT2031200123", "jRCTs031180123"],
    "umin": ["UMIN000012345"],
    "japicti": ["JapicCTI-184211"],
    "kct": ["KCT0001234"],
    "ntr": ["NTR1234", "NL-OMON12345", "NL1234"],
    "drks": ["DRKS00012345"],
    "pactr": ["PACTR201907779292947"],
    "rbr": ["RBR-4qk9ht"],
    "slctr": ["SLCTR/2019/012"],
    "tctr": ["TCTR20190101001"],
    "lbctr": ["LBCTR2019010123"],
    "per": ["PER-012-19"],
    "utn": ["U1111-1234-5678"],
    "prospero": ["CRD42020178649", "PROSPERO CRD42020178649"],
    "doi": [
        "10.1186/s10194-016-0700-3",
        "doi:10.1186/S10194-016-0700-3",
        "https://doi.org/10.1097/AAP.0000000000000827.",
    ],
    "pmid": ["29923953", "PMID: 29923953"],
    "pmcid": ["PMC8520840", "PMC 8520840"],
}


@pytest.mark.parametrize(("kind", "form"), [(kind, form) for kind, forms in TRUE.items() for form in forms])
def test_a_written_form_has_one_normal_form(kind: str, form: str) -> None:
    found = identifier(kind, form)

    assert found is not None
    assert found == identifier(kind, found.value)
    if KINDS[kind].in_text:
        assert (found,) == find(f"Registered ({form}), 2020.")


FALSE = [
    "NCT0269707",
    "NCT026970711",
    "XNCT02697071",
    "the NTR gene",
    "contrast NL 12",
    "ketamine 0.5 mg/kg, 2019-2020",
    "between 2010-12-01 and 2011-03-05",
    "call 555-123456-78",
    "1999-001260-29",
    "IRCT",
    "U1111",
    "CRD",
    "RBR",
    "p=0.05, n=12345678",
]


@pytest.mark.parametrize("text", FALSE)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert () == find(text)


def test_a_moved_trials_four_groups_are_not_its_three() -> None:
    assert [("euct", "2022-500014-26-01")] == [(one.kind, one.value) for one in find("EU CT 2022-500014-26-01")]
    assert [("eudract", "2020-003604-14")] == [(one.kind, one.value) for one in find("EudraCT 2020-003604-14")]
    assert [("euctr", "EUCTR2019-001260-29-DK")] == [(one.kind, one.value) for one in find("EUCTR2019-001260-29-DK")]


def test_numbers_are_found_in_order_and_once() -> None:
    text = "NCT00000002 and ISRCTN12345678, then NCT00000001; again nct00000002"

    assert ["NCT00000002", "ISRCTN12345678", "NCT00000001"] == [one.value for one in find(text)]


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("https://pubmed.ncbi.nlm.nih.gov/29923953/", "pmid", "29923953"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/29923953", "pmid", "29923953"),
        ("https://clinicaltrials.gov/study/nct02697071", "nct", "NCT02697071"),
        ("https://doi.org/10.1212/WNL.0b013e3182824e66", "doi", "10.1212/wnl.0b013e3182824e66"),
        ("10.1000/(abc)", "doi", "10.1000/(abc)"),
        ("(10.1000/abc).", None, None),
        ("two NCT00000001 NCT00000002", None, None),
        ("ketamine", None, None),
    ],
)
def test_what_a_user_pastes_is_understood(typed: str, kind: str | None, value: str | None) -> None:
    found = guess(typed)

    assert (kind, value) == ((found.kind, found.value) if found else (None, None))


@given(st.sampled_from([kind for kind in KINDS if KINDS[kind].url]), st.text(max_size=40))
def test_an_address_is_https_on_a_fixed_host_whatever_the_value(kind: str, value: str) -> None:
    address = url(Identifier(kind=kind, value=value))
    expected = urlsplit(KINDS[kind].url)

    assert ("https", expected.netloc) == urlsplit(address)[:2]
    assert not re.search(r"[\s\"'<>]", address)


@given(st.text(max_size=200))
def test_any_text_is_searched_without_harm_and_what_is_found_is_normal(text: str) -> None:
    for found in find(text):
        assert found == identifier(found.kind, found.value)
        assert display(found)
