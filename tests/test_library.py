"""Files of known studies and of exports: every record is read, or named with its line and the reason."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.errors import InputError
from litwatch.export.bibtex import to_bibtex
from litwatch.export.csv import to_csv
from litwatch.export.ris import to_ris
from litwatch.export.rows import Row as Shown
from litwatch.library import LibraryFile, read_file
from litwatch.library.entry import author, kind_of, languages, people
from litwatch.model import Appraisal, Author, Citation

DOI = "10.1097/aap.0000000000000827"
TITLE = "Ketamine for Refractory Headache: A Retrospective Analysis"

END = "ER  - \n"

# In the shape of each program's export; the abstracts are ours.
ZOTERO = f"""TY  - JOUR
TI  - {TITLE}
AU  - Schwenk, Eric S.
AU  - Dayan, Anthony C.
T2  - Regional Anesthesia & Pain Medicine
AB  - Our own words about
ER-positive cells and
PD-L1 at the beginning of a line.
DA  - 2018/11//
PY  - 2018
DO  - 10.1097/AAP.0000000000000827
DP  - DOI.org (Crossref)
VL  - 43
IS  - 8
SP  - 875
EP  - 879
LA  - en
UR  - https://pubmed.ncbi.nlm.nih.gov/29923953/
KW  - headache
KW  - ketamine
{END}"""
ENDNOTE = f"""TY  - JOUR
AN  - 29923953
AU  - Schwenk, E. S.
AU  - Dayan, A. C.
DA  - Nov
DO  - 10.1097/AAP.0000000000000827
DP  - NLM
IS  - 8
J2  - Reg Anesth Pain Med
LA  - eng
PY  - 2018
SP  - 875-879
T2  - Regional Anesthesia & Pain Medicine
TI  - {TITLE}
VL  - 43
ID  - 12
{END}"""
PUBMED = f"""
PMID- 29923953
OWN - NLM
STAT- MEDLINE
LID - 10.1097/AAP.0000000000000827 [doi]
TI  - {TITLE.rpartition(" ")[0]}
      {TITLE.rpartition(" ")[2]}
PG  - 875-879
FAU - Schwenk, Eric S
AU  - Schwenk ES
FAU - Dayan, Anthony C
AU  - Dayan AC
LA  - eng
PT  - Journal Article
SI  - ClinicalTrials.gov/NCT02657031
JT  - Regional Anesthesia & Pain Medicine
VI  - 43
IP  - 8
DP  - 2018 Nov
AID - 10.1097/AAP.0000000000000827 [doi]
"""
BIBTEX = f"""@article{{schwenk_2018,
  title = {{{{Ketamine}} for {{Refractory}} {{Headache}}: {{A}} {{Retrospective}} {{Analysis}}}},
  author = {{Schwenk, Eric S. and Dayan, Anthony C.}},
  year = {{2018}}, month = nov, journal = {{Regional Anesthesia \\& Pain Medicine}},
  volume = {{43}}, number = {{8}}, pages = {{875--879}}, doi = {{{DOI.upper()}}},
  note = {{PMID: 29923953}}, langid = {{english}},
}}
"""
PUBMED_CSV = f"""PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI
29923953,"{TITLE}","Schwenk ES, Dayan AC.",x,Schwenk ES,Regional Anesthesia & Pain Medicine,2018,2018/06/21,,,{DOI}
"""
EMBASE_CSV = f"""TITLE,AUTHOR NAMES,SOURCE TITLE,YEAR,VOLUME,FIRST PAGE,LAST PAGE,PUBLICATION TYPE,DOI,PUBMED ID
"{TITLE}","Schwenk E.S., Dayan A.C.",Regional Anesthesia & Pain Medicine,2018,43,875,879,Article,{DOI},29923953
"""
EMBASE_SEARCHED = f"""SEARCH QUERY,"'ketamine'/exp AND migraine, headache"

Title,Author Names,Source,Publication Year,Volume,First Page,Last Page,Clinical Trial Numbers,Medline PMID,DOI
"{TITLE}","Schwenk E.S., Dayan A.C.",Regional Anesthesia & Pain Medicine,2018,43,875,879,NCT02657031,29923953,{DOI}
"""
EMBASE_STACKED = f"""SEARCH QUERY,"'ketamine'/exp"

"TITLE","{TITLE}"
"AUTHOR NAMES","Schwenk E.S.","Dayan A.C."
"SOURCE TITLE","Regional Anesthesia & Pain Medicine"
"PUBLICATION YEAR","2018"
"CLINICAL TRIAL NUMBERS","ClinicalTrials.gov (NCT02657031)","https://example.org/NCT02657031"
"MEDLINE PMID","29923953","https://example.org/29923953"
"DOI","{DOI}"

"""
SCOPUS_CSV = f"""Authors,Author(s) ID,Title,Year,Source title,Volume,Issue,Page start,DOI,PubMed ID,Document Type,Source
Schwenk E.S.; Dayan A.C.,1,"{TITLE}",2018,Regional Anesthesia & Pain Medicine,43,8,875,{DOI},29923953,Article,Scopus
"""
CENTRAL_CSV = f"""Record ID,Author(s),Title,Source,Issue,Volume,Pages,Year,Abstract,DOI,PubMed ID
CN-1,"Schwenk ES, Dayan AC","{TITLE}",Regional Anesthesia & Pain Medicine,8,43,875-879,2018,Words,{DOI},29923953
"""
SHAPES = {
    "searched.csv": EMBASE_SEARCHED,
    "stacked.csv": EMBASE_STACKED,
    "scopus.csv": SCOPUS_CSV,
    "central.csv": CENTRAL_CSV,
    "zotero.ris": ZOTERO,
    "endnote.ris": ENDNOTE,
    "pubmed.nbib": PUBMED,
    "zotero.bib": BIBTEX,
    "pubmed.csv": PUBMED_CSV,
    "embase.csv": EMBASE_CSV,
}


def read(tmp_path: Path, name: str, content: str | bytes) -> LibraryFile:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(path)


def only(file: LibraryFile) -> Citation:
    (record,) = file.records
    assert isinstance(record, Citation)
    return record


@pytest.mark.parametrize("name", SHAPES)
def test_each_programs_export_names_the_same_report(tmp_path: Path, name: str) -> None:
    file = read(tmp_path, name, SHAPES[name])
    record = only(file)

    assert ((), 0) == (file.unreadable, file.repeated)
    assert ("pmid:29923953", TITLE, "article") == (record.key, record.title.rstrip("."), record.kind)
    assert {("pmid", "29923953"), ("doi", DOI)} == {(entry.kind, entry.value) for entry in record.identifiers}
    assert ["Schwenk", "Dayan"] == [person.last for person in record.authors]
    assert ("Regional Anesthesia & Pain Medicine", "2018") == (
        record.journal,
        record.published.value if record.published else "",
    )


@pytest.mark.parametrize("name", ["zotero.ris", "endnote.ris", "pubmed.nbib", "zotero.bib"])
@pytest.mark.parametrize(("suffix", "write"), [(".ris", to_ris), (".bib", to_bibtex), (".csv", to_csv)])
def test_what_is_exported_again_is_the_same_report(
    tmp_path: Path, name: str, suffix: str, write: Callable[[Iterable[Shown]], bytes]
) -> None:
    first = only(read(tmp_path, name, SHAPES[name]))
    shown = Appraisal(label="core", label_reason="")
    row = Shown(record=first, report_id="r", appraisal=shown, section="", standing="", reason="")
    again = only(read(tmp_path, f"again{suffix}", write([row])))

    assert (first.key, first.title) == (again.key, again.title)
    assert set(first.identifiers) == set(again.identifiers)
    assert [person.last for person in first.authors] == [person.last for person in again.authors]


def test_a_lines_beginning_is_no_tag(tmp_path: Path) -> None:
    (section,) = only(read(tmp_path, "zotero.ris", ZOTERO)).abstract

    assert "Our own words about ER-positive cells and PD-L1 at the beginning of a line." == " ".join(
        section.text.split()
    )


def test_pubmeds_databank_numbers_are_kept(tmp_path: Path) -> None:
    (bank,) = only(read(tmp_path, "p.nbib", PUBMED)).data_banks

    assert ("ClinicalTrials.gov", ("NCT02657031",)) == (bank.name, bank.accessions)


@pytest.mark.parametrize(
    ("name", "content", "bad", "reason"),
    [
        ("a.ris", "TY  - JOUR\nAU  - Nobody\nER  - \n" + ZOTERO, "TY  - JOUR\nAU  - Nob", "no title (TI or T1)"),
        ("b.ris", ZOTERO + "\nsomething else\nER  - \n", "something", "not a RIS record: no TY line"),
        ("c.nbib", PUBMED + "\n\nPMID- 7\nOWN - NLM\n", "PMID- 7", "no title (TI)"),
        ("d.bib", BIBTEX + "\n@article{x, author = {Nobody}}\n", "@article{x", "no title"),
        ("e.bib", BIBTEX + "\n@article{x, title = {never closed\n", "@article{x", "not a BibTeX entry"),
        ("f.csv", PUBMED_CSV + "1,,x\n", "1,,x", "no title"),
        ("g.csv", PUBMED_CSV + "1,A, b,c,d,e,f,g,h,i,j,k,l\n", "1,A, b", "13 cells under 11 column names"),
        ("h.csv", PUBMED_CSV + f'1,"never {"x" * 1_000_001}\n', '1,"never', "not a row of this file"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line_and_costs_no_other(
    tmp_path: Path, name: str, content: str, bad: str, reason: str
) -> None:
    file = read(tmp_path, name, content)

    assert ["pmid:29923953"] == [record.key for record in file.records]
    (row,) = file.unreadable
    line = content[: content.index(bad)].count("\n") + 1
    assert str(row).startswith(f"{name}:{line}: {reason}")
    assert "\n" not in str(row)


def test_a_ris_record_without_its_end_is_read_as_well(tmp_path: Path) -> None:
    file = read(tmp_path, "a.ris", "TY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\n")

    assert ["One", "Two"] == [record.title for record in file.records]


def test_a_record_that_stands_twice_in_a_file_is_counted(tmp_path: Path) -> None:
    file = read(tmp_path, "a.ris", ZOTERO + ENDNOTE + "TY  - JOUR\nER  - \n")

    assert (1, 1, 1) == (len(file.records), file.repeated, len(file.unreadable))


def test_a_bibtex_key_that_stands_twice_loses_nothing(tmp_path: Path) -> None:
    file = read(tmp_path, "a.bib", BIBTEX + '@article{schwenk_2018, title = {An {\\"u}ber other}, year = 2019}\n')

    assert [TITLE, "An über other"] == [record.title for record in file.records]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_the_encoding_it_was_written_in(tmp_path: Path, encoding: str) -> None:
    text = "Title;Year\r\nCéphalée en grappe;2020\r\n"

    assert "Céphalée en grappe" == only(read(tmp_path, "a.csv", text.encode(encoding))).title


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.docx", "x", "not a format of records; use .bib, .csv, .nbib, .ris, .xml"),
        ("a.csv", "Autor,Jahr\nx,2020\n", "no column holds titles; found Autor, Jahr; rename the column"),
        ("b.csv", "", "an empty file"),
        ("a.xml", "<PubmedArticleSet/>", "XML of another kind (root PubmedArticleSet)"),
        ("b.xml", "", "not XML"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(tmp_path: Path, name: str, content: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, name, content)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_without_a_record_says_so(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "a.ris", "Dear colleague,\nno export here.\n").unreadable

    assert "a.ris:1: not a RIS record" in str(row)


def test_stacked_records_are_parted_at_their_titles_and_name_their_trials(tmp_path: Path) -> None:
    file = read(
        tmp_path, "e.csv", EMBASE_STACKED + '"TITLE","Another"\n"DOI","10.99999/x"\n"TITLE",""\n"DOI","10.1/y"\n'
    )

    assert ["pmid:29923953", "doi:10.99999/x"] == [record.key for record in file.records]
    assert ["e.csv:13: no title; add one or delete the row"] == [str(row) for row in file.unreadable]
    for content in (EMBASE_STACKED, EMBASE_SEARCHED):
        assert ["NCT02657031"] == [entry.value for entry in only(read(tmp_path, "t.csv", content)).mentions]


@pytest.mark.parametrize(
    "header",
    [
        "Title,Authors,documentType,pubtitle,year,volume,startPage,digitalObjectIdentifier",
        "Article Title,Author,Doctype,Journal Title,Publication Date,Volume,First Page,DOI",
    ],
    ids=["ProQuest", "EBSCO"],
)
def test_the_headings_of_psycinfo_are_known(tmp_path: Path, header: str) -> None:
    row = f'"{TITLE}","Schwenk, Eric S.; Dayan, Anthony C.",Article,Invented Journal,2018,43,875,{DOI}'
    record = only(read(tmp_path, "p.csv", f"{header}\n{row}\n"))

    assert (f"doi:{DOI}", "Invented Journal", "43", "875") == (record.key, record.journal, record.volume, record.pages)
    assert ["Schwenk", "Dayan"] == [person.last for person in record.authors]
    assert "2018" == (record.published.value if record.published else "")


def test_a_csv_files_columns_may_be_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Titel;Kennung\nKetamin bei Migräne;29923953\n", encoding="utf-8")
    file = read_file(path, mapping={"title": "Titel", "pmid": "Kennung"})

    assert ("pmid:29923953", "Ketamin bei Migräne") == (only(file).key, only(file).title)
    with pytest.raises(InputError, match="no column 'Title'; found Titel, Kennung"):
        read_file(path, mapping={"title": "Title"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Schwenk ES, Dayan AC, van der Berg J-P", ["Schwenk", "Dayan", "van der Berg"]),
        ("Schwenk E.S., Dayan A.C., et al.", ["Schwenk", "Dayan"]),
        ("Schwenk, Eric S.; Dayan, Anthony", ["Schwenk", "Dayan"]),
        ("Schwenk, Eric S. and Dayan, Anthony", ["Schwenk", "Dayan"]),
        ("Schwenk, Eric S.", ["Schwenk"]),
        ("KETALGIA Study Group", [""]),
        ("", []),
    ],
)
def test_a_list_of_names_is_parted_as_each_database_writes_it(text: str, expected: list[str]) -> None:
    assert expected == [person.last for person in people(text)]


def test_a_name_without_initials_is_a_groups() -> None:
    assert Author(collective="American Headache Society") == author("American Headache Society")
    assert Author(last="Afridi", initials="SK") == author("Afridi S.K.")
    assert Author(last="O'Connell", fore="Neil E") == author("O'Connell, Neil E")


def test_kinds_and_languages_are_read_as_databases_write_them() -> None:
    assert ["abstract", "abstract", "preprint", "notice", "article"] == [
        kind_of(text)
        for text in ("Conference Abstract", "Journal article; Conference proceeding", "Preprint", "Erratum", "Article")
    ]
    assert ("eng", "ger") == languages("English; German")
    assert ("chi",) == languages("zh-CN")
    assert () == languages("Klingon")


HOSTILE = st.text(alphabet=string.printable + "\u2028\x85\x0béø\ufeff{}@\"'", max_size=300)
LEADS = {
    ".ris": "TY  - JOUR\nTI  - ",
    ".nbib": "PMID- 1\nTI  - ",
    ".bib": "@article{a, title={",
    ".csv": "Title,DOI\n",
    ".xml": "<Trials_downloaded_from_ICTRP><Trial><TrialID>NCT02657031</TrialID>",
}


@settings(max_examples=60, deadline=None)
@given(suffix=st.sampled_from(sorted(LEADS)), lead=st.sampled_from(["yes", ""]), text=HOSTILE)
def test_any_text_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, lead: str, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"hostile{suffix}"
    path.write_text(f"{LEADS[suffix] if lead else ''}{text}", encoding="utf-8", newline="")
    said: list[str] = []
    try:
        file = read_file(path)
    except InputError as error:
        said.append(str(error))
    else:
        said += [str(row) for row in file.unreadable]
        said += [record.title for record in file.records]
    assert not any("\n" in line or line != line.strip() or not line for line in said)


def test_an_abstract_and_its_paper_of_one_title_and_year_are_two_records(tmp_path: Path) -> None:
    one = "TY  - JOUR\nTI  - Ketamine for migraine\nAU  - Berg, A.\nPY  - 2026\nVL  - 45\nSP  - S12\nER  - \n"
    paper = one.replace("45", "46").replace("S12", "201")
    written = one.replace("Berg, A.", "Berg, Anna").replace("Ketamine for", "KETAMINE for").replace("S12", "S12-S13")

    file = read(tmp_path, "a.ris", one + paper + written)

    assert (2, 1) == (len(file.records), file.repeated)
