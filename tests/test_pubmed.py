"""PubMed: the whole set or nothing, every known record read again, and every trap of the XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.config import Secrets
from litwatch.demo.exchange import Reply, Request
from litwatch.demo.server import LoopbackServer
from litwatch.demo.world import Article, Notice, World, article
from litwatch.errors import SourceRefused, UnexpectedAnswer
from litwatch.model import Citation, PartialDate, Unreadable
from litwatch.sources.http import Timing, Transport
from litwatch.sources.pubmed import PubMed
from litwatch.sources.pubmed_xml import Deleted, Malformed, read
from weeks import IMPATIENT, MONDAY, STEADY, Week, held


def papers(count: int, first: int = 1) -> tuple[Article, ...]:
    return tuple(article(number, "Ketamine for migraine") for number in range(first, first + count))


def adapter(server: LoopbackServer, folder: Path, key: str | None = None, timing: Timing = IMPATIENT) -> PubMed:
    week = Week(folder, server, None)
    secrets = Secrets.model_validate({"ncbi_api_key": key}, strict=False)
    return PubMed(week.watch.config, secrets, Transport(contact="me@example.org", secrets=[key or ""], timing=timing))


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[LoopbackServer, PubMed]]:
    with LoopbackServer(World(articles=papers(3)), now=MONDAY) as server:
        yield server, adapter(server, tmp_path)


def test_every_request_is_a_post_that_says_who_asks_and_hides_the_key(tmp_path: Path) -> None:
    with LoopbackServer(World(articles=papers(2)), now=MONDAY) as server:
        adapter(server, tmp_path, "s3cr3t").census(held("pubmed", ["1"]), MONDAY)

        for request in server.asked("pubmed"):
            assert "POST" == request.method
            assert "s3cr3t" not in request.path
            assert ("litwatch", "test@example.org", "s3cr3t") == tuple(
                request.get(n) for n in ("tool", "email", "api_key")
            )


def test_three_hundred_known_records_cost_three_requests(tmp_path: Path) -> None:
    with LoopbackServer(World(articles=papers(300)), now=MONDAY) as server:
        answer = adapter(server, tmp_path).census(held("pubmed", [str(number) for number in range(1, 301)]), MONDAY)

        assert (300, 3) == (len(answer.records), answer.requests)


def test_a_known_record_that_no_longer_matches_is_read_again(tmp_path: Path) -> None:
    world = World(articles=(*papers(2), article(9, "Something else")))
    with LoopbackServer(world, now=MONDAY) as server:
        answer = adapter(server, tmp_path).census(held("pubmed", ["9"]), MONDAY)

    assert {"1", "2", "9"} == {record.key for record in answer.records}
    assert frozenset({"1", "2"}) == answer.matched
    assert frozenset() == answer.gone


def test_a_pmid_that_pubmed_does_not_give_twice_is_gone(tmp_path: Path) -> None:
    with LoopbackServer(World(articles=papers(2)), now=MONDAY) as server:
        answer = adapter(server, tmp_path).census(held("pubmed", ["1", "77"]), MONDAY)

    assert frozenset({"77"}) == answer.gone


def test_a_clean_zero_is_believed(tmp_path: Path) -> None:
    with LoopbackServer(
        World(articles=(article(9, "Ketamine alone"), article(8, "Migraine alone"))), now=MONDAY
    ) as server:
        answer = adapter(server, tmp_path).census([], MONDAY)

    assert (0, ()) == (answer.hits, answer.records)


def test_a_phrase_pubmed_does_not_know_is_a_warning(tmp_path: Path) -> None:
    with LoopbackServer(World(articles=papers(2)), now=MONDAY) as server:
        week = Week(tmp_path, server, None)
        week.write_config(drug="ketamin*, unheard of phrase")
        watch = week.watch
        answer = PubMed(watch.config, watch.secrets, Transport(timing=IMPATIENT)).census([], MONDAY)

    assert 2 == answer.hits
    assert any("unheard of phrase" in warning for warning in answer.warnings)


@pytest.mark.parametrize(
    "native",
    ["ketamine[foo] AND migraine[tiab]", "(ketamine OR esketamine)[tiab] AND migraine[tiab]"],
    ids=["an unknown tag", "a tag over a group"],
)
def test_a_query_that_pubmed_read_otherwise_is_a_warning(tmp_path: Path, native: str) -> None:
    with LoopbackServer(World(articles=papers(2)), now=MONDAY) as server:
        week = Week(tmp_path, server, None)
        text = (tmp_path / "config.yaml").read_text(encoding="utf-8")
        (tmp_path / "config.yaml").write_text(
            text.replace("  concepts:", f"  native: {{pubmed: '{native}'}}\n  concepts:"), encoding="utf-8"
        )
        watch = week.watch
        answer = PubMed(watch.config, watch.secrets, Transport(timing=IMPATIENT)).census([], MONDAY)

    assert answer.warnings


def test_a_set_beyond_the_reach_of_one_search_is_split_by_date_of_creation(tmp_path: Path) -> None:
    days = [date(1995, 1, 1) + timedelta(days=number) for number in range(10_050)]
    many = tuple(
        article(n, "Ketamine for migraine", created=day.isoformat(), published=str(day.year))
        for n, day in enumerate(days, 1)
    )
    with LoopbackServer(World(articles=many), now=MONDAY) as server:
        source = adapter(server, tmp_path, timing=STEADY)
        answer = source.census([], MONDAY)

        assert (10_050, 10_050) == (answer.hits, len(answer.matched))
        assert any("[crdt]" in request.get("term") for request in server.asked("pubmed"))


def test_a_set_that_cannot_be_followed_is_refused(small: tuple[LoopbackServer, PubMed]) -> None:
    server, source = small

    def many(_: Request, genuine: Reply) -> Reply:
        return Reply(body=re.sub(rb"<Count>\d+", b"<Count>60000", genuine.body, count=1), type="text/xml")

    server.interpose("pubmed", many, path="esearch")

    with pytest.raises((SourceRefused, UnexpectedAnswer), match=r"60,000|60000"):
        source.census([], MONDAY)


def test_an_answer_cut_at_any_tenth_byte_is_never_believed(small: tuple[LoopbackServer, PubMed]) -> None:
    server, source = small
    bodies: dict[str, bytes] = {}

    def remember(request: Request, genuine: Reply) -> Reply:
        bodies[request.path.rpartition("/")[2]] = genuine.body
        return genuine

    server.interpose("pubmed", remember)
    assert 3 == source.census([], MONDAY).hits

    for body in bodies.values():
        for cut in range(10, len(body.rstrip()), 10):
            with pytest.raises((UnexpectedAnswer, Malformed)):
                _believe(body[:cut])


def _believe(body: bytes) -> None:
    """Take ``body`` for a whole answer as the source does."""
    from litwatch.sources.eutils import search_answer
    from litwatch.sources.expect import Unbelieved, xml

    try:
        xml("PubmedArticleSet", "eSearchResult")(body)
        if b"<eSearchResult" in body:
            search_answer(body)
        else:
            list(read(body))
    except Unbelieved as error:
        raise UnexpectedAnswer("pubmed", str(error)) from error


def test_search_reads_no_record(small: tuple[LoopbackServer, PubMed]) -> None:
    server, source = small

    answer = source.search()

    assert (3, (), 1) == (answer.hits, answer.records, answer.requests)
    assert [] == server.asked("pubmed", "efetch")
    assert answer.translation


# --- the XML


def one(inner: str, data: str = "", doctype: str = "pubmed_250101.dtd") -> Citation:
    body = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/{doctype}">
<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">7</PMID>
<Article PubModel="Print"><Journal><Title>J</Title></Journal>{inner}</Article></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">7</ArticleId>{data}</ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.9000/of-a-reference</ArticleId></ArticleIdList>
</Reference></ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>"""
    (found,) = read(body.encode())
    assert isinstance(found, Citation)
    return found


def bare(inner: str) -> str:
    """Return a set of one record that holds nothing else."""
    record = f"<MedlineCitation><PMID>7</PMID>{inner}</MedlineCitation>"
    return f"<PubmedArticleSet><PubmedArticle>{record}</PubmedArticle></PubmedArticleSet>"


def test_a_title_with_markup_is_read_to_its_end() -> None:
    title = "<ArticleTitle>GABA<sub>A</sub> and <i>S</i>-ketamine &lt; 0.5 &amp; more</ArticleTitle>"

    assert "GABAA and S-ketamine < 0.5 & more" == one(title).title


@pytest.mark.parametrize(
    ("written", "value", "raw"),
    [
        ("<Year>2026</Year><Month>Sep</Month><Day>3</Day>", "2026-09-03", ""),
        ("<Year>2026</Year><Month>09</Month>", "2026-09", ""),
        ("<Year>2004</Year><Season>Winter</Season>", "2004", "2004 Winter"),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "1998-12", "1998 Dec-1999 Jan"),
        ("<Year>2026</Year>", "2026", ""),
    ],
)
def test_a_date_is_as_precise_as_it_is_given(written: str, value: str, raw: str) -> None:
    issue = (
        f"<Journal><JournalIssue><PubDate>{written}</PubDate></JournalIssue></Journal><ArticleTitle>T</ArticleTitle>"
    )
    body = bare(f"<Article>{issue}</Article>")
    (found,) = read(body.encode())

    assert isinstance(found, Citation)
    assert found.printed is not None
    assert value.startswith(found.printed.value)
    if raw:
        assert raw == found.printed.raw
    else:
        assert PartialDate(value=value) == found.printed


def test_a_doi_is_never_that_of_a_reference() -> None:
    assert "10.9000/of-a-reference" not in repr(one("<ArticleTitle>T</ArticleTitle>"))
    located = '<ArticleTitle>T</ArticleTitle><ELocationID EIdType="doi" ValidYN="Y">10.1000/REAL</ELocationID>'
    assert ["10.1000/real"] == [entry.value for entry in one(located).identifiers if entry.kind == "doi"]
    wrong = '<ArticleTitle>T</ArticleTitle><ELocationID EIdType="doi" ValidYN="N">10.1000/wrong</ELocationID>'
    data = '<ArticleId IdType="doi">10.1000/right</ArticleId>'
    assert ["10.1000/right"] == [entry.value for entry in one(wrong, data).identifiers if entry.kind == "doi"]


def test_a_dtd_of_any_year_is_read() -> None:
    assert "T" == one("<ArticleTitle>T</ArticleTitle>", doctype="pubmed_290101.dtd").title


def test_a_group_is_an_author() -> None:
    group = "<Author ValidYN='Y'><CollectiveName>KetHead Group</CollectiveName></Author>"
    authors = f"<ArticleTitle>T</ArticleTitle><AuthorList CompleteYN='Y'>{group}</AuthorList>"

    assert ["KetHead Group"] == [str(author) for author in one(authors).authors]


def test_a_record_without_a_title_is_kept_or_named() -> None:
    (found,) = read(bare("<Article/>").encode())

    assert "7" == found.key if isinstance(found, Citation | Unreadable) else False


def test_deletions_are_told_apart() -> None:
    body = b"<PubmedArticleSet><DeleteCitation><PMID Version='1'>5</PMID></DeleteCitation></PubmedArticleSet>"

    assert [Deleted(pmid="5")] == list(read(body))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    ],
    ids=["a bomb", "a file", "a fetch"],
)
def test_a_hostile_document_does_nothing(doctype: str) -> None:
    body = f"""{doctype}<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article>
<ArticleTitle>T &a; &b;</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"""
    try:
        found = list(read(body.encode()))
    except Malformed:
        return
    assert "root:" not in repr(found)
    assert "aaaa" not in repr(found)


@given(st.binary(max_size=400))
def test_garbage_is_malformed_or_empty_and_nothing_else(body: bytes) -> None:
    for text in (body, b"<PubmedArticleSet>" + body + b"</PubmedArticleSet>"):
        try:
            list(read(text))
        except Malformed:
            continue


def test_a_retraction_pair_is_read_from_both_ends(tmp_path: Path) -> None:
    world = World(
        articles=(
            article(
                1,
                "Ketamine for migraine",
                types=("Retracted Publication",),
                notices=(Notice(type="RetractionIn", source="J", pmid="2"),),
            ),
            article(
                2,
                "Retraction: ketamine for migraine",
                types=("Retraction of Publication",),
                notices=(Notice(type="RetractionOf", source="J", pmid="1"),),
            ),
        )
    )
    with LoopbackServer(world, now=MONDAY) as server:
        records = {record.key: record for record in adapter(server, tmp_path).census([], MONDAY).records}

    assert ("article", "notice") == (records["1"].kind, records["2"].kind)
    for key, kind, other in (("1", "RetractionIn", "2"), ("2", "RetractionOf", "1")):
        record = records[key]
        assert isinstance(record, Citation)
        assert [(kind, other)] == [(entry.ref_type, entry.pmid) for entry in record.corrections]
