"""Reading a record: label, design, level and questions, each with its exact words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from litwatch.appraise import appraise
from litwatch.appraise.sentences import split
from litwatch.appraise.vocabulary import Words
from litwatch.configfile import load
from litwatch.model import (
    AbstractSection,
    Arm,
    Citation,
    Intervention,
    MeshHeading,
    Outcome,
    PartialDate,
    Quote,
    Registration,
)

CONFIG = load(ROOT / "config.yaml", {}).config


def paper(title: str, abstract: str = "", types: tuple[str, ...] = (), **given_: object) -> Citation:
    sections = (AbstractSection(text=abstract),) if abstract else ()
    values = {"abstract": sections, "publication_types": types} | given_
    return Citation(source="pubmed", key="1", kind="article", title=title, url="", **values)  # type: ignore[arg-type]  # test shorthand


LABELS = {
    "drug and condition in the title": (paper("Ketamine for refractory migraine"), "core"),
    "another primary headache": (paper("S-ketamine in cluster headache"), "core"),
    "a guideline that names the drug in its abstract": (
        paper("Acute treatment of migraine: a guideline", "Evidence for ketamine was insufficient."),
        "core",
    ),
    "headache as a side effect": (
        paper("Esketamine for depression", "Adverse events were dizziness, nausea and headache."),
        "off",
    ),
    "headache among exclusions": (
        paper("Ketamine for acute pain", "Patients with headache were excluded."),
        "off",
    ),
    "after dural puncture": (paper("Ketamine against post-dural puncture headache"), "adjacent"),
    "an animal model": (
        paper("Ketamine and spreading depression in rats", mesh=(MeshHeading(descriptor="Animals"),)),
        "adjacent",
    ),
    "spreading depolarisation alone": (paper("Ketamine inhibits spreading depolarization in brain injury"), "adjacent"),
    "another drug of similar letters": (paper("Ketorolac for migraine"), "off"),
    "no condition": (paper("Ketamine for chronic pain"), "off"),
    "headaches that the drug brought on": (
        paper("Ketamine or propofol for seizure therapy", "After ketamine more headaches were noted by patients."),
        "off",
    ),
    "a side effect in the title": (paper("Esketamine for low mood: trials listing headache on recovery"), "off"),
    "people with headache in the abstract": (
        paper("Sub-dissociative ketamine at night", "We gave ketamine 20 mg to adults with acute headache."),
        "core",
    ),
    "one of many ailments": (
        paper("A ketamine clinic", "Ketamine is offered for conditions such as low mood, neuralgia and migraine."),
        "adjacent",
    ),
    "the drug among exclusions": (
        paper("Psychedelics for pain", "Reports on ketamine were excluded. Four studies treated cluster headache."),
        "adjacent",
    ),
    "a laboratory anaesthetic": (
        paper("Dural vessels in a rat model of migraine", "Rats were anaesthetised with ketamine and xylazine."),
        "off",
    ),
    "the drug under test in animals": (
        paper("Ketamine halts cortical spreading depression in rats", "Rats received ketamine 20 mg/kg."),
        "adjacent",
    ),
    "long-term harm": (
        paper("Bladder cystitis during maintenance ketamine", "Three patients took ketamine."),
        "adjacent",
    ),
    "a title alone on the condition": (paper("Inpatient care of intractable migraine"), "core"),
    "a title alone on the condition and another drug": (paper("Valproate for intractable migraine"), "off"),
    "an abstract that never names the drug": (
        paper("Inpatient care of intractable migraine", "We describe nursing pathways."),
        "off",
    ),
}


@pytest.mark.parametrize("name", LABELS)
def test_the_label_is_the_one_a_reader_would_give(name: str) -> None:
    record, label = LABELS[name]

    appraisal = appraise(record, CONFIG)

    assert label == appraisal.label, appraisal.label_reason
    assert appraisal.label_reason


@pytest.mark.shared
def test_no_known_near_miss_reads_as_core(shared: Path) -> None:
    """The rows that describe a class of records or web pages have no title to read."""
    rows = [json.loads(line) for line in (shared / "domain/negatives.jsonl").read_text(encoding="utf-8").splitlines()]
    titled = [row for row in rows if "(class" not in row["title"] and row["trap"] != "marketing_or_news"]

    core = [row["title"] for row in titled if appraise(paper(row["title"]), CONFIG).label == "core"]

    assert len(titled) > 40
    assert core == []


@pytest.mark.shared
def test_no_known_study_of_the_topic_is_lost(shared: Path) -> None:
    text = (shared / "domain/publications.jsonl").read_text(encoding="utf-8")
    titles = [row["title"] for line in text.splitlines() if (row := json.loads(line))["label"] == "relevant"]

    lost = [title for title in titles if appraise(paper(title), CONFIG).label != "core"]

    assert len(titles) > 30
    assert lost == []


DESIGNS = {
    "a publication type": (paper("X", types=("Journal Article", "Randomized Controlled Trial")), "rct", 2),
    "a protocol is not a trial": (paper("Protocol for a randomized controlled trial of ketamine"), "protocol", None),
    "a meta-analysis": (paper("X", types=("Meta-Analysis",)), "meta_analysis", 1),
    "a case series in words": (paper("Ketamine in migraine: a case series"), "case_series", 4),
    "randomised in the abstract": (paper("X", "Adults were randomised to ketamine or saline."), "rct", 2),
    "a wish is not a trial": (paper("X", "Randomised controlled trials are needed."), "other", None),
    "retrospective": (paper("Ketamine infusions: a retrospective study"), "cohort_retrospective", 4),
    "retrospective with a control": (
        paper("Ketamine or lidocaine infusions: a retrospective cohort study", "Two groups of adults were compared."),
        "cohort_retrospective",
        3,
    ),
    "a systematic review of series": (
        paper(
            "Ketamine in cluster headache: a systematic review", "Eleven case reports and two case series were found."
        ),
        "systematic_review",
        4,
    ),
    "a secondary analysis is not the trial": (
        paper("Ketamine in migraine: a secondary analysis of a randomised trial", "We reanalysed 40 adults."),
        "cohort_retrospective",
        4,
    ),
    "a trial in the plural is other people's": (
        paper("On ketamine", "Ketamine is an old drug. Randomised trials have been small. Its place is being debated."),
        "narrative_review",
        None,
    ),
    "a registry's summary": (
        paper("Ketamine for attacks", "Adults with migraine will be randomised to ketamine or saline."),
        "registry_entry",
        None,
    ),
    "a case": (paper("Ketamine for SUNCT", "A 44-year-old woman was treated with ketamine."), "case_report", 4),
    "a few treated": (
        paper("Ketamine for cluster headache", "Four men with cluster headache were treated with ketamine infusions."),
        "case_series",
        4,
    ),
    "rats": (paper("Ketamine halts spreading depression", "Rats received ketamine. The rats recovered."), "animal", 5),
    "no control group, said outright": (
        paper(
            "A prospective cohort of ketamine", "Six were followed in both groups of weeks. There was no control group."
        ),
        "cohort_prospective",
        4,
    ),
    "a controlled trial that is only planned": (
        paper("Ketamine in chronic migraine: an open-label study", "Nine were treated. A controlled trial is planned."),
        "non_randomised_trial",
        4,
    ),
    "records that were reviewed are no review": (
        paper(
            "Nasal ketamine in children: a single-center review",
            "Records of 34 children given ketamine were reviewed. Pain fell in 25 of 34 (74%). Nausea was seen in two.",
        ),
        "cohort_retrospective",
        4,
    ),
    "hospitals that were asked": (
        paper(
            "Ketamine for migraine in hospitals",
            "Hospitals were asked how often ketamine infusions are given for migraine. Three of twenty did so (15%).",
        ),
        "cross_sectional",
        4,
    ),
    "a trial that tells of post-hoc analyses": (
        paper(
            "Ketamine or placebo for migraine: a randomised trial",
            "Adults were randomised to ketamine or placebo. In a post hoc analysis, women responded more often (60%).",
        ),
        "rct",
        2,
    ),
    "allocation by envelopes": (
        paper("Ketamine or saline", "Sixty patients were allocated by sealed envelopes to ketamine or saline."),
        "rct",
        2,
    ),
    "a registered trial that reported": (
        paper(
            "Ketamine for migraine",
            "METHODS: Adults were randomised. RESULTS: Pain fell by 40%. Nausea was seen in 9%. "
            "NOTE: The trial was prospectively registered. Data will be shared.",
        ),
        "rct",
        2,
    ),
}

FLAGS = {
    "few people in one place, openly": (
        "Thirty adults were randomised to open-label ketamine or usual care at a single centre (NCT01234567).",
        {"fewer than 50 people", "open label", "single centre"},
    ),
    "few completers": (
        "METHODS: We randomised 60 adults to ketamine or saline (NCT01234567). RESULTS: 36 of 60 adults completed.",
        {"fewer than 80 % completed"},
    ),
    "stopped": (
        (
            "METHODS: We randomised 60 adults to ketamine or saline (ISRCTN12345678). "
            "RESULTS: Recruitment was stopped early."
        ),
        {"stopped early"},
    ),
    "no number": ("We randomised 60 adults to ketamine or saline.", {"no registration number stated"}),
    "volunteers": (
        "METHODS: We randomised 60 healthy volunteers to ketamine or saline (NCT01234567).",
        {"healthy volunteers"},
    ),
}


@pytest.mark.parametrize("name", FLAGS)
def test_a_caveat_is_flagged_where_the_record_says_so(name: str) -> None:
    abstract, flags = FLAGS[name]

    assert flags == set(appraise(paper("Ketamine for migraine: a randomised trial", abstract), CONFIG).flags)


SCORES = {
    "said in title and text": (
        paper("Ketamine in migraine: a randomised trial", "METHODS: 60 adults were randomised to ketamine or placebo."),
        True,
    ),
    "plainly implied": (
        paper("Ketamine in migraine", "METHODS: In a double-blind crossover, 20 adults had ketamine 10 mg or placebo."),
        True,
    ),
    "planned": (paper("Ketamine in migraine: protocol for a randomised trial", "60 adults will be randomised."), False),
    "wished for": (paper("Ketamine in five adults with migraine", "Randomised trials are needed."), False),
    "drawn at random": (paper("Ketamine in the young: a survey", "METHODS: A random sample of 900 was asked."), False),
    "rats": (paper("Ketamine in rats", "METHODS: Rats were randomised to ketamine or saline. Rats recovered."), False),
    "a synthesis": (
        paper(
            "Ketamine in migraine: a meta-analysis", "We searched MEDLINE for randomised trials. Five were included."
        ),
        False,
    ),
}


@pytest.mark.parametrize("name", SCORES)
def test_the_rct_score_is_high_for_the_report_of_a_trial_of_people_only(name: str) -> None:
    record, trial = SCORES[name]

    score = appraise(record, CONFIG).is_rct_score

    assert 0 <= score <= 1
    assert trial == (score >= 0.5), score


def test_a_preprint_and_a_late_registration_are_flagged() -> None:
    preprint = replace(paper("Ketamine for migraine: a review"), kind="preprint")
    late = Registration(
        source="clinicaltrials",
        key="NCT1",
        kind="registration",
        title="Ketamine",
        url="",
        masking="NONE",
        status="TERMINATED",
        start=PartialDate(value="2024-01"),
        first_submitted=PartialDate(value="2024-03-09"),
        enrolment=12,
    )

    assert ("preprint, not peer-reviewed",) == appraise(preprint, CONFIG).flags
    assert ("fewer than 50 people", "open label", "stopped early", "registered after its start") == appraise(
        late, CONFIG
    ).flags


@pytest.mark.parametrize("name", DESIGNS)
def test_the_design_is_read_with_its_words(name: str) -> None:
    record, design, level = DESIGNS[name]

    appraisal = appraise(record, CONFIG)

    assert (design, level) == (appraisal.design, appraisal.level)
    assert appraisal.design_quote is not None or design in {"other", "narrative_review"}


def test_a_registration_is_read_from_its_fields() -> None:
    trial = Registration(
        source="clinicaltrials",
        key="NCT1",
        kind="registration",
        title="Ketamine in migraine",
        url="",
        enrolment=56,
        allocation="RANDOMIZED",
        conditions=("Migraine",),
        arms=(Arm(label="Ketamine", description="Ketamine 1 mg/kg/h by intravenous infusion"),),
        interventions=(Intervention(name="Ketamine", type="DRUG"), Intervention(name="Talk", type="BEHAVIORAL")),
        primary_outcomes=(Outcome(measure="Monthly headache days", time_frame="12 weeks"),),
    )

    appraisal = appraise(trial, CONFIG)

    assert ("core", "registry_entry", None, 56) == (
        appraisal.label,
        appraisal.design,
        appraisal.level,
        appraisal.population_n,
    )
    assert ("iv",) == appraisal.routes
    fields = {hit.id: hit.quote.field for hit in appraisal.questions}
    assert "armGroups[0].description" == fields["Q01"]
    assert "interventions[1].type" == fields["Q06"]
    assert "primaryOutcomes[0].measure" == fields["Q08"]


QUESTIONS = {
    "infusion": ("Ketamine infusions for migraine", "", {"Q01"}),
    "intranasal": ("Intranasal ketamine for migraine aura", "", {"Q02"}),
    "another drug's spray": ("Ketamine or zavegepant, intranasal, for migraine", "", set()),
    "oral": ("Oral ketamine for migraine", "", {"Q03"}),
    "a regimen": ("Ketamine for migraine", "Adults received ketamine 0.5 mg/kg intravenously over 40 min.", {"Q01"}),
    "oral as an antidepressant of old": ("Ketamine for migraine", "Adults kept their oral antidepressants.", set()),
    "with a drug beside it": (
        "Ketamine for migraine",
        "Adults received oral ketamine combined with magnesium.",
        {"Q03", "Q05"},
    ),
    "against another drug": ("Ketamine versus lidocaine for migraine", "", set()),
    "with talking": ("Ketamine and cognitive behavioral therapy for migraine", "", {"Q06"}),
    "who responds": (
        "Ketamine for migraine",
        "RESULTS: Body weight did not differ between responders and nonresponders to ketamine.",
        {"Q07"},
    ),
    "relief that lasts": ("Ketamine for migraine", "RESULTS: Relief lasted for 6 weeks after ketamine.", {"Q08"}),
    "relief of an hour": ("Ketamine for migraine", "RESULTS: Pain was lower 60 min after ketamine.", set()),
    "harm over time": ("Ketamine for migraine", "RESULTS: Cystitis developed in two people on ketamine.", {"Q09"}),
    "a trial": ("Ketamine for migraine", "METHODS: Adults were randomised to ketamine or placebo.", {"Q10"}),
    "a planned trial": (
        "Ketamine for migraine: protocol for a randomised controlled trial",
        "Adults will be randomised to ketamine or placebo.",
        {"Q10"},
    ),
    "dose and response": ("Dose-response of ketamine in migraine", "", {"Q04"}),
    "mechanism": ("Ketamine and cortical spreading depression in migraine aura", "", {"Q11"}),
    "compounded at home": ("Compounded ketamine at home for migraine", "", {"Q12"}),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_touched_by_its_own_words(name: str) -> None:
    title, abstract, expected = QUESTIONS[name]

    found = {hit.id for hit in appraise(paper(title, abstract), CONFIG).questions}

    assert expected == found


def test_a_wish_for_trials_is_no_trial_and_a_wish_for_safety_data_only_a_mention() -> None:
    abstract = "Six patients received ketamine. Randomized placebo-controlled trials of bladder safety are needed."
    hits = {hit.id: hit for hit in appraise(paper("Ketamine for migraine", abstract), CONFIG).questions}

    assert "Q10" not in hits
    assert "mention" == hits["Q09"].strength
    assert "Randomized placebo-controlled trials of bladder safety are needed." == hits["Q09"].quote.text


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("ketamin*", "S-ketamine", True),
        ("ketamin*", "esketamine", False),
        ("low-dose", "low dose ketamine", True),
        ("nerve block", "nerve-block", True),
        ("CSD", "csd", False),
        ("CSD", "CSD.", True),
        ("IN ketamine", "in ketamine users", False),
        ("IN ketamine", "IN ketamine", True),
        ("MIDAS", "the Midas touch", False),
        ("mg/kg/h", "0.5 mg/kg/h", True),
    ],
)
def test_a_term_matches_whole_words_in_the_case_that_matters(term: str, text: str, found: bool) -> None:  # noqa: FBT001
    assert found == (Words([term]).first(text) is not None)


@given(st.text(max_size=300))
def test_sentences_are_exact_stretches_in_order(text: str) -> None:
    last = 0
    for start, end in split(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        last = end


WORDS = st.sampled_from(
    [
        "ketamine",
        "migraine",
        "headache",
        "infusion",
        "intranasal",
        "adverse",
        "events",
        "randomised",
        ".",
        "\n",
        "mg/kg",
        "Ω",
    ]
)


@given(st.lists(WORDS, max_size=40).map(" ".join), st.lists(WORDS, max_size=60).map(" ".join))
def test_every_quote_is_an_exact_substring_and_reading_is_deterministic(title: str, abstract: str) -> None:
    record = replace(
        paper(title, abstract), abstract=(AbstractSection(text=abstract, label="METHODS"), AbstractSection(text=title))
    )
    appraisal = appraise(record, CONFIG)

    assert appraisal == appraise(record, CONFIG)
    quotes = [hit.quote for hit in appraisal.questions] + [appraisal.design_quote]
    texts = {"title": record.title, "abstract": record.abstract_text}
    for quote in quotes:
        if isinstance(quote, Quote) and quote.field in texts:
            assert quote.text == texts[quote.field][quote.start : quote.end]


BROAD = {
    "records that were reviewed": (
        ("Journal Article", "Observational Study"),
        ("Retrospective Studies",),
        "Ketamine for status migrainosus: a single-center review",
        "cohort_retrospective",
    ),
    "patients who were followed": (
        ("Journal Article", "Observational Study"),
        (),
        "Ketamine infusions for headache: a pilot study",
        "cohort_prospective",
    ),
    "a trial whose words do not say so": (
        ("Journal Article", "Clinical Trial"),
        (),
        "Lozenges of ketamine for migraine",
        "non_randomised_trial",
    ),
}


@pytest.mark.parametrize("name", BROAD)
def test_a_broad_publication_type_settles_what_the_words_leave_open(name: str) -> None:
    types, headings, title, expected = BROAD[name]
    record = Citation(
        source="pubmed",
        key="1",
        kind="article",
        title=title,
        url="",
        publication_types=types,
        mesh=tuple(MeshHeading(descriptor=heading) for heading in headings),
    )

    assert expected == appraise(record, CONFIG).design


def test_a_trial_that_is_wished_for_is_not_the_one_that_is_told_of() -> None:
    abstract = (
        "METHODS: In this open-label pilot, twenty adults with cluster headache took intranasal ketamine. RESULTS: "
        "Pain fell by half. CONCLUSIONS: A placebo-controlled trial would be the next step."
    )
    record = Citation(
        source="pubmed",
        key="1",
        kind="article",
        title="Intranasal ketamine for cluster headache: an open-label pilot",
        url="",
        abstract=(AbstractSection(text=abstract),),
    )

    found = appraise(record, CONFIG)

    assert ("non_randomised_trial", ()) == (found.design, found.comparator)
