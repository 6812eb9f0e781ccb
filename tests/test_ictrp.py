"""WHO's exports: every trial of a recorded one is read without loss, a broken one loses only what is broken."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from lxml import etree

from litwatch.identifiers import identifier
from litwatch.library import LibraryFile, read_file
from litwatch.model import Registration

ROOT = "Trials_downloaded_from_ICTRP"
HEADER = (
    "TrialID,Last Refreshed on,Public title,Scientific title,Date registration,Date registration3,Export date,"
    "Source Register,Recruitment Status,other records,Date enrollement,Target size,Study type,Study design,Phase,"
    "Countries,Contact Email,Inclusion Criteria,Exclusion Criteria,Condition,Intervention,Primary outcome,"
    "Bridging flag truefalse,Bridged type\n"
)


def xml(*trials: str) -> str:
    head = "<?xml version='1.0' encoding='UTF-8' ?>"
    return f"{head}<{ROOT}>\n{''.join(trials)}</{ROOT}>\n"


def trial(**fields: str) -> str:
    given = {"TrialID": "IRCT20240305061175N1", "Public_title": "A trial"} | fields
    lines = [f"<{name}>{value}</{name}>" for name, value in given.items()]
    return "\n".join(["<Trial>", *lines, "</Trial>", ""])


def read(tmp_path: Path, content: str, name: str = "export.xml") -> LibraryFile:
    (tmp_path / name).write_text(content, encoding="utf-8")
    return read_file(tmp_path / name, source="ictrp")


def only(file: LibraryFile) -> Registration:
    (record,) = file.records
    assert isinstance(record, Registration)
    return record


def recorded(shared: Path, name: str) -> tuple[list[dict[str, str]], LibraryFile]:
    """Return the rows of a recorded export as they stand in it, and what litwatch read."""
    path = shared / "data" / "recordings" / "ictrp" / name
    if path.suffix == ".xml":
        rows = [{field.tag: field.text or "" for field in one} for one in etree.parse(path).getroot()]
    else:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            rows = [{name.replace(" ", "_"): value for name, value in row.items()} for row in csv.DictReader(opened)]
    return rows, read_file(path, source="ictrp")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count", "day"),
    [("ICTRP-Results_18Mar2020.xml", 578, "2020-03-18"), ("COVID19-927-trials_7Apr2020.csv", 927, "2020-04-07")],
)
def test_a_recorded_export_is_read_without_loss(shared: Path, name: str, count: int, day: str) -> None:
    rows, file = recorded(shared, name)
    held = {record.key: record for record in file.records if isinstance(record, Registration)}

    assert (count, count, (), 0, day) == (len(rows), len(held), file.unreadable, file.repeated, file.exported)
    for row in rows:
        record = held[re.sub(r"^(EUCTR[\d-]{14})-.*", r"\1", row["TrialID"])]
        assert row["TrialID"].removeprefix("JPRN-") in {entry.value for entry in record.identifiers}
        assert all(entry == identifier(entry.kind, entry.value) for entry in record.identifiers)
        assert record.published
        assert row["Date_registration3"] == record.published.value.replace("-", "")
        assert record.revised
        assert len("2020-02-17") == len(record.revised.value)
        assert bool(row["Date_enrollement"].strip()) == (record.start is not None)
        assert " ".join(row["Public_title"].split()) == record.title
        assert bool(row["Target_size"].strip()) == (record.enrolment is not None or bool(record.arms))
        assert row["Recruitment_Status"] == record.status if "Recruitment_Status" in row else not record.status
        for field in ("Inclusion_Criteria", "Exclusion_Criteria"):
            words = re.findall(r"[A-Za-z]{5,}", re.sub(r"<br>|&\w+;", " ", row.get(field, "")))
            assert not words or words[-1] in record.eligibility
        assert row.get("Contact_Email", "").strip() not in repr(record) or not row.get("Contact_Email", "").strip()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("20200217", "2020-02-17"),
        ("2020-02-17", "2020-02-17"),
        ("2020/02/01", "2020-02-01"),
        ("05/02/2020", "2020-02-05"),
        ("05-02-2020", "2020-02-05"),
        ("17 February 2020", "2020-02-17"),
        ("February 9, 2020", "2020-02-09"),
        ("March 2020", "2020-03"),
        ("soon", ""),
        ("31/02/2020", ""),
    ],
)
def test_a_date_is_read_in_each_of_the_portals_forms_or_not_at_all(tmp_path: Path, written: str, value: str) -> None:
    record = only(read(tmp_path, xml(trial(Date_enrollement=written))))

    assert value == (record.start.value if record.start else "")


def test_a_padded_title_and_escaped_markup_are_cleaned(tmp_path: Path) -> None:
    record = only(
        read(
            tmp_path,
            xml(
                trial(
                    Scientific_title=f"Ketamine for cluster headache{' ' * 2000}",
                    Inclusion_Criteria="&lt;br&gt; Inclusion Criteria:&lt;br&gt; Adults &amp;gt; 18",
                    Exclusion_Criteria="Pregnancy",
                    Intervention="Gold Standard:RT-PCR&amp;#32;test;Placebo",
                )
            ),
        )
    )

    assert "Ketamine for cluster headache" == record.official_title
    assert "Inclusion Criteria:\n Adults > 18\nExclusion criteria: Pregnancy" == record.eligibility
    assert ["Gold Standard:RT-PCR test", "Placebo"] == [one.name for one in record.interventions]


def test_the_old_registers_rows_are_one_trial_with_all_its_countries(tmp_path: Path) -> None:
    older = trial(TrialID="EUCTR2019-001260-29-DK", Countries="Denmark", Last_Refreshed_on="3 February 2020")
    newer = trial(TrialID="EUCTR2019-001260-29-DE", Countries="Germany;Denmark", Last_Refreshed_on="17 February 2020",
                  Recruitment_Status="Authorised")  # fmt: skip
    record = only(read(tmp_path, xml(older, newer)))

    assert ("EUCTR2019-001260-29", "Authorised", ("Denmark", "Germany")) == (
        record.key,
        record.status,
        record.countries,
    )
    assert {"EUCTR2019-001260-29-DK", "EUCTR2019-001260-29-DE"} == {entry.value for entry in record.identifiers}


CTGOV = (
    "Allocation: Randomized. Intervention model: Parallel Assignment. Primary purpose: Treatment. "
    "Masking: Double (Participant, Investigator). "
)
IRCT = "Randomization: Not randomized, Blinding: Double blinded, Assignment: Single, Purpose: Treatment."
EUCTR = (
    "Controlled: yes&lt;br&gt;Randomised: yes&lt;br&gt;Open: no&lt;br&gt;Double blind: yes&lt;br&gt;"
    "Parallel group: yes&lt;br&gt;Cross over: no"
)
OWN = "randomized controlled trial, open(masking not used)"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (CTGOV, ("Randomized", "Parallel", "Treatment", "Double", ("Participant", "Investigator"))),
        (IRCT, ("Not randomized", "Single", "Treatment", "Double blinded", ())),
        (EUCTR, ("Randomized", "Parallel", "", "Double", ())),
        (OWN, ("Randomized", OWN, "", "", ())),
        ("Single arm", ("", "Single arm", "", "", ())),
        ("N/A", ("", "", "", "", ())),
    ],
)
def test_a_design_is_read_in_each_registers_form(
    tmp_path: Path, written: str, expected: tuple[str, str, str, str, tuple[str, ...]]
) -> None:
    record = only(read(tmp_path, xml(trial(Study_design=written))))

    assert expected == (
        record.allocation,
        record.intervention_model,
        record.purpose,
        record.masking,
        record.who_masked,
    )


def test_group_sizes_are_kept_and_never_summed(tmp_path: Path) -> None:
    record = only(read(tmp_path, xml(trial(Target_size="Ketamine:40;Placebo:40;"))))

    assert record.enrolment is None
    assert [("Ketamine", "target size 40"), ("Placebo", "target size 40")] == [
        (arm.label, arm.description) for arm in record.arms
    ]


def test_the_old_registers_phases_are_those_it_ticks(tmp_path: Path) -> None:
    phase = (
        "Human pharmacology (Phase I): no\nTherapeutic exploratory (Phase II): yes\n"
        "Therapeutic confirmatory - (Phase III): yes\nTherapeutic use (Phase IV): no"
    )
    record = only(read(tmp_path, xml(trial(Phase=phase))))

    assert ("Therapeutic exploratory (Phase II)", "Therapeutic confirmatory (Phase III)") == record.phases


def test_a_bridge_to_another_registry_is_told(tmp_path: Path) -> None:
    record = only(read(tmp_path, xml(trial(Bridging_flag_truefalse="True ", Bridged_type="parent    "))))

    assert ["registered elsewhere too (parent)"] == [entry.value for entry in record.secondary_ids]


def test_a_broken_export_loses_only_the_trial_in_which_it_breaks(tmp_path: Path) -> None:
    whole = xml(*(trial(TrialID=f"NCT0000000{at}") for at in range(1, 5)))
    broken = whole.replace("<TrialID>NCT00000002</TrialID>", "<TrialID>NCT00000002\x07</TrialID>")
    file = read(tmp_path, broken)

    assert ["NCT00000001", "NCT00000003", "NCT00000004"] == [record.key for record in file.records]
    assert [7] == [row.line for row in file.unreadable]
    cut = read(tmp_path, whole[: whole.index("NCT00000004") + 30])
    assert ["NCT00000001", "NCT00000002", "NCT00000003"] == [record.key for record in cut.records]
    assert ["cut short or broken" in row.reason for row in cut.unreadable] == [True]


def test_a_trial_without_a_number_is_named_and_costs_no_other(tmp_path: Path) -> None:
    file = read(tmp_path, xml(trial(TrialID=""), trial()))

    assert ["IRCT20240305061175N1"] == [record.key for record in file.records]
    assert ["export.xml:2: no TrialID; export the trial again or delete the row"] == [
        str(row) for row in file.unreadable
    ]


def test_a_csv_rows_cells_must_stand_under_the_columns(tmp_path: Path) -> None:
    cells = ["NCT00000001", "3 February 2020", "One", *[""] * 21]
    good = ",".join(f'"{cell}"' for cell in cells)
    file = read(tmp_path, f"{HEADER}{good}\n{good},,\n", "export.csv")

    assert ["NCT00000001"] == [record.key for record in file.records]
    assert ["export.csv:3: 26 cells under 24 column names; export it again"] == [str(row) for row in file.unreadable]


def test_an_export_date_that_is_none_is_not_believed(tmp_path: Path) -> None:
    assert "" == read(tmp_path, xml(trial(Export_date="13/45/2020 6:53:35 PM"))).exported
    assert "2026-11-05" == read(tmp_path, xml(trial(Export_date="11/5/2026 6:53:35 PM"))).exported


def test_an_entity_is_not_expanded_and_no_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("told", encoding="utf-8")
    head = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'
    file = read(tmp_path, xml(trial(Public_title="A &e; trial")).replace("?>", f"?>{head}", 1))

    assert "told" not in repr(file)
