"""Which report a record is, what changed in it, and what belongs together: situations a reader would recognise."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.identify.changes import compare
from litwatch.identify.identify import identify
from litwatch.identify.link import relations, studies
from litwatch.model import (
    AbstractSection,
    Answer,
    AnyRecord,
    Arm,
    Author,
    Citation,
    CommentCorrection,
    DataBank,
    Finding,
    Identifier,
    Known,
    MeshHeading,
    Outcome,
    PartialDate,
    Reference,
    Registration,
    SecondaryId,
)

LAST = datetime(2026, 11, 9, 6, tzinfo=UTC)
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)


def paper(key: str = "1", source: str = "pubmed", doi: str = "", **given_: object) -> Citation:
    own = [Identifier(kind="pmid", value=key)] if source == "pubmed" else []
    own += [Identifier(kind="doi", value=doi)] if doi else []
    values = {
        "kind": "article",
        "title": "Ketamine for migraine",
        "url": "",
        "identifiers": tuple(own),
        "created": PartialDate(value="2026-11-12"),
        "published": PartialDate(value="2026-11"),
        "publication_types": ("Journal Article",),
    }
    return Citation(source=source, key=key, **(values | given_))  # type: ignore[arg-type]  # test shorthand


def trial(key: str = "NCT00000001", source: str = "clinicaltrials", **given_: object) -> Registration:
    values = {
        "kind": "registration",
        "title": "Ketamine in migraine",
        "url": "",
        "identifiers": (Identifier(kind="nct" if key.startswith("NCT") else "isrctn", value=key),),
        "registry": "ClinicalTrials.gov",
        "status": "RECRUITING",
        "enrolment": 50,
        "enrolment_type": "ESTIMATED",
        "primary_completion": PartialDate(value="2026-12-01", type="ESTIMATED"),
        "arms": (Arm(label="Ketamine", description="0.5 mg/kg"), Arm(label="Placebo", description="saline")),
        "primary_outcomes": (Outcome(measure="Pain", time_frame="2 hours"),),
        "countries": ("Canada", "Norway"),
        "allocation": "RANDOMIZED",
        "masking": "DOUBLE",
        "created": PartialDate(value="2026-11-12"),
        "published": PartialDate(value="2026-11-13"),
    }
    return Registration(source=source, key=key, **(values | given_))  # type: ignore[arg-type]  # test shorthand


def known(record: AnyRecord, **given_: object) -> Known:
    values = {"report_id": f"{record.source}:{record.key}", "study_id": f"study:{record.source}:{record.key}"}
    return Known(record=record, **(values | given_))  # type: ignore[arg-type]  # test shorthand


def judged(
    *records: AnyRecord,
    held: tuple[Known, ...] = (),
    gone: frozenset[str] = frozenset(),
    moved: tuple[tuple[str, str], ...] = (),
    source: str = "pubmed",
    strategy_changed: bool = False,
) -> list[Finding]:
    answer = Answer(
        records=records, matched=frozenset(record.key for record in records), hits=len(records), gone=gone, moved=moved
    )
    return list(
        identify(answer, source=source, known=held, last_complete=LAST, strategy_changed=strategy_changed, now=NOW)
    )


# --- standing

STANDINGS: dict[str, tuple[AnyRecord, tuple[Known, ...], bool, str, str]] = {
    "a new paper": (paper(), (), False, "new", "pubmed:1"),
    "a known paper": (paper(), (known(paper()),), False, "same", "pubmed:1"),
    "an old paper entered late": (paper(published=PartialDate(value="2009")), (), False, "late", "pubmed:1"),
    "a paper matched only now": (paper(created=PartialDate(value="2020-05-01")), (), False, "late", "pubmed:1"),
    "a paper found by new terms": (
        paper(created=PartialDate(value="2020-05-01")),
        (),
        True,
        "by_new_terms",
        "pubmed:1",
    ),
    "a notice of its own": (paper(kind="notice"), (), False, "notice", "pubmed:1"),
    "the users own paper by PMID": (
        paper(),
        (known(replace(paper(), source="known", key="pmid:1")),),
        False,
        "duplicate",
        "known:pmid:1",
    ),
    "the users own paper by DOI": (
        paper(doi="10.1/x"),
        (known(paper("doi:10.1/x", "known", "10.1/x")),),
        False,
        "duplicate",
        "known:doi:10.1/x",
    ),
    "a shared DOI under another PMID": (
        paper("2", doi="10.1/x"),
        (known(replace(paper("1", doi="10.1/x"), source="known", key="k")),),
        False,
        "possible_duplicate",
        "pubmed:2",
    ),
    "an erratum that carries its papers DOI": (
        paper("2", kind="notice", doi="10.1/x"),
        (known(paper("k", "known", "10.1/x")),),
        False,
        "possible_duplicate",
        "pubmed:2",
    ),
    "a paper that names a known trial": (
        paper(mentions=(Identifier(kind="nct", value="NCT00000001"),)),
        (known(trial()),),
        False,
        "new",
        "pubmed:1",
    ),
}


@pytest.mark.parametrize("name", STANDINGS)
def test_a_record_has_the_standing_a_reader_expects(name: str) -> None:
    record, held, strategy_changed, standing, report_id = STANDINGS[name]

    (found,) = judged(record, held=held, strategy_changed=strategy_changed)

    assert (standing, report_id) == (found.standing, found.report_id)
    assert found.reason.endswith(".")


def test_a_retraction_pointing_at_a_known_paper_is_a_notice_on_it() -> None:
    retracted = paper(
        publication_types=("Journal Article", "Retracted Publication"),
        corrections=(CommentCorrection(ref_type="RetractionIn", citation="J. 2026", pmid="9"),),
    )

    (found,) = judged(retracted, held=(known(paper()),))

    assert ("notice", "retraction", "major") == (found.standing, found.changes[0].field, found.changes[0].grade)


def test_an_erratum_is_a_notice_and_never_called_a_retraction() -> None:
    corrected = paper(corrections=(CommentCorrection(ref_type="ErratumIn", citation="J. 2026"),))

    (found,) = judged(corrected, held=(known(paper()),))

    assert "notice" == found.standing
    assert "retract" not in repr(found.changes).lower()


def test_what_is_gone_is_told_once_and_its_return_as_well() -> None:
    held = known(paper())

    (gone,) = judged(held=(held,), gone=frozenset({"1"}))
    assert (True, "changed", "major") == (gone.vanished, gone.standing, gone.changes[0].grade)
    assert [] == judged(held=(replace(held, vanished=True),), gone=frozenset({"1"}))
    (back,) = judged(paper(), held=(replace(held, vanished=True),))
    assert (False, "changed") == (back.vanished, back.standing)


def test_a_renumbered_registration_goes_on_as_the_same_report() -> None:
    old, new = trial("NCT00000060"), trial("NCT00000061")

    found = judged(new, held=(known(old),), moved=(("NCT00000060", "NCT00000061"),), source="clinicaltrials")

    assert {"clinicaltrials:NCT00000060"} == {finding.report_id for finding in found}


def test_the_highest_version_of_a_pmid_counts() -> None:
    (found,) = judged(paper(version=2, title="Second"), paper(version=1, title="First"))

    assert "Second" == found.record.title


@given(st.randoms(use_true_random=False), st.permutations(range(6)))
def test_standing_does_not_depend_on_order(chance: random.Random, order: list[int]) -> None:
    records = [paper(str(n), doi=f"10.1/{n % 3}") for n in range(6)]
    held = [known(replace(paper(str(n), doi=f"10.1/{n}"), source="known", key=f"k{n}")) for n in range(4)]
    chance.shuffle(held)

    assert judged(*records, held=tuple(sorted(held, key=repr))) == judged(
        *[records[n] for n in order], held=tuple(held)
    )


# --- changes

NOISE: dict[str, Callable[[Registration], Registration]] = {
    "white space": lambda record: replace(record, title="Ketamine  in migraine "),
    "the order of countries": lambda record: replace(record, countries=("Norway", "Canada")),
    "the order of arms": lambda record: replace(record, arms=tuple(reversed(record.arms))),
    "a revision date": lambda record: replace(record, revised=PartialDate(value="2026-11-15")),
    "status verified": lambda record: replace(record, status_verified=PartialDate(value="2026-11")),
    "keywords": lambda record: replace(record, keywords=("x",)),
}


@pytest.mark.parametrize("name", NOISE)
def test_noise_in_a_registration_does_not_alarm(name: str) -> None:
    assert () == compare(trial(), NOISE[name](trial()))


CITATION_NOISE: dict[str, Callable[[Citation], Citation]] = {
    "MeSH arriving": lambda record: replace(record, mesh=(MeshHeading(descriptor="Ketamine"),), status="MEDLINE"),
    "from online to print": lambda record: replace(record, publication_status="ppublish", volume="1", pages="1-2"),
    "typography": lambda record: replace(record, title="Ketamine for migraine."),
}


@pytest.mark.parametrize("name", CITATION_NOISE)
def test_noise_in_a_citation_does_not_alarm(name: str) -> None:
    assert () == compare(paper(), CITATION_NOISE[name](paper()))


MAJOR: dict[str, tuple[Registration, Registration, str, str, str]] = {
    "status": (
        trial(status="NOT_YET_RECRUITING"),
        trial(status="RECRUITING"),
        "status",
        "not yet recruiting",
        "recruiting",
    ),
    "stopped, and why": (
        trial(),
        trial(status="TERMINATED", why_stopped="slow accrual"),
        "status",
        "recruiting",
        "terminated (why stopped: slow accrual)",
    ),
    "an unknown status stays as it is": (
        trial(),
        trial(status="SOMETHING_NEW"),
        "status",
        "recruiting",
        "SOMETHING_NEW",
    ),
    "enrolment by a fifth": (trial(), trial(enrolment=40), "enrolment", "50", "40"),
    "completion slipped": (
        trial(),
        trial(primary_completion=PartialDate(value="2027-06-01", type="ESTIMATED")),
        "primary completion",
        "2026-12-01",
        "2027-06-01",
    ),
    "results posted": (
        trial(),
        trial(results_posted=PartialDate(value="2026-11-10")),
        "results posted",
        "not posted",
        "2026-11-10",
    ),
    "allocation": (trial(), trial(allocation="NON_RANDOMIZED"), "allocation", "randomised", "not randomised"),
}


@pytest.mark.parametrize("name", MAJOR)
def test_what_a_reviewer_must_know_is_major_and_told_old_to_new(name: str) -> None:
    old, new, field, before, after = MAJOR[name]

    change = compare(old, new)[0]

    assert (field, "major") == (change.field, change.grade)
    assert before in change.old
    assert after in change.new


@pytest.mark.parametrize(
    "new",
    [
        trial(primary_outcomes=(Outcome(measure="Pain", time_frame="24 hours"),)),
        trial(primary_outcomes=(Outcome(measure="Nausea", time_frame="2 hours"),)),
        trial(arms=(Arm(label="Ketamine", description="1 mg/kg"), Arm(label="Placebo", description="saline"))),
        trial(masking="NONE"),
    ],
    ids=["time frame", "primary outcome", "dose", "masking"],
)
def test_a_changed_design_is_major(new: Registration) -> None:
    assert "major" in [change.grade for change in compare(trial(), new)]


@pytest.mark.parametrize(
    "new",
    [
        trial(enrolment=55),
        trial(primary_completion=PartialDate(value="2027-01-15", type="ESTIMATED")),
        trial(title="T"),
    ],
    ids=["enrolment by a tenth", "completion by six weeks", "title"],
)
def test_the_rest_is_minor(new: Registration) -> None:
    assert {"minor"} == {change.grade for change in compare(trial(), new)}


@given(st.sampled_from([new for _, new, *_ in MAJOR.values()]), st.sampled_from([new for _, new, *_ in MAJOR.values()]))
def test_the_fields_that_differ_do_not_depend_on_direction(one: Registration, two: Registration) -> None:
    assert {change.field for change in compare(one, two)} == {change.field for change in compare(two, one)}
    assert () == compare(one, one)


# --- links

NCT = Identifier(kind="nct", value="NCT00000001")
BANK = (DataBank(name="ClinicalTrials.gov", accessions=("NCT00000001",)),)
RCT = ("Journal Article", "Randomized Controlled Trial")
FAMILIES: dict[str, tuple[tuple[AnyRecord, ...], str | None, bool]] = {
    "results by DataBankList": (
        (paper(data_banks=BANK, mentions=(NCT,), publication_types=RCT), trial()),
        "results_of",
        True,
    ),
    "results by the registrys RESULT": (
        (paper(publication_types=RCT), trial(references=(Reference(type="RESULT", pmid="1"),))),
        "results_of",
        True,
    ),
    "BACKGROUND never links": ((paper(), trial(references=(Reference(type="BACKGROUND", pmid="1"),))), None, False),
    "a protocol": (
        (
            paper(kind="protocol", data_banks=BANK, mentions=(NCT,), publication_types=("Clinical Trial Protocol",)),
            trial(),
        ),
        "protocol_of",
        True,
    ),
    "a review that names a trial": (
        (
            paper(
                mentions=(NCT,),
                publication_types=("Systematic Review",),
                abstract=(AbstractSection(text="NCT00000001"),),
            ),
            trial(),
        ),
        "mentions",
        False,
    ),
    "a retraction": (
        (paper("2", kind="notice", corrections=(CommentCorrection(ref_type="RetractionOf", pmid="1"),)), paper()),
        "retraction_of",
        True,
    ),
    "an erratum": (
        (paper("2", kind="notice", corrections=(CommentCorrection(ref_type="ErratumFor", pmid="1"),)), paper()),
        "erratum_of",
        True,
    ),
    "a preprint": (
        (
            paper(
                "2",
                kind="preprint",
                publication_types=("Preprint",),
                corrections=(CommentCorrection(ref_type="UpdateIn", pmid="1"),),
            ),
            paper(),
        ),
        "preprint_of",
        True,
    ),
    "a comment": (
        (
            paper(
                "2", publication_types=("Comment",), corrections=(CommentCorrection(ref_type="CommentOn", pmid="1"),)
            ),
            paper(),
        ),
        "comment_on",
        True,
    ),
    "twins that carry each others numbers": (
        (
            trial(secondary_ids=(SecondaryId(value="ISRCTN12345678", type="REGISTRY"),)),
            trial(
                "ISRCTN12345678", source="isrctn", registry="ISRCTN", secondary_ids=(SecondaryId(value="NCT00000001"),)
            ),
        ),
        "same_trial_as",
        True,
    ),
    "strangers": ((paper(title="Aspirin in gout", authors=(Author(last="Roe"),)), trial()), None, False),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_is_linked_by_what_it_says_and_no_further(name: str) -> None:
    records, kind, certain = FAMILIES[name]

    found = relations([known(record) for record in records])

    assert [(kind, certain)] * (kind is not None) == [(one.kind, one.certain) for one in found if one.certain or kind]
    joined, _ = studies([f"{record.source}:{record.key}" for record in records], found, {})
    together = certain and kind not in {"comment_on", "mentions"}
    assert (1 if together else 2) == len(set(joined.values()))
    assert all(one.evidence for one in found)


def test_one_shared_secondary_number_does_not_chain_trials_together() -> None:
    shared = (SecondaryId(value="2019-001260-29", type="EUDRACT_NUMBER"),)
    many = [known(trial(f"NCT{number:08d}", secondary_ids=shared)) for number in range(1, 15)]

    found = relations(many)
    joined, _ = studies([entry.report_id for entry in many], found, {})

    assert 14 == len(set(joined.values()))


def test_study_ids_stay_when_studies_merge() -> None:
    one, two = known(trial()), known(paper(data_banks=BANK, mentions=(NCT,), publication_types=RCT))
    previous = {one.report_id: "study:a", two.report_id: "study:b"}

    joined, aliases = studies(list(previous), relations([one, two]), previous)

    assert 1 == len(set(joined.values()))
    (kept,) = set(joined.values())
    assert {"study:a", "study:b"} == {kept, *aliases}
    assert {kept} == set(aliases.values())


@given(st.permutations(sorted(FAMILIES)))
def test_links_do_not_depend_on_order(order: list[str]) -> None:
    members = {record.source + record.key: known(record) for name in sorted(FAMILIES) for record in FAMILIES[name][0]}
    shuffled = sorted(members.values(), key=lambda entry: (order[len(entry.record.key) % len(order)], repr(entry)))

    assert relations(list(members.values())) == relations(shuffled)
