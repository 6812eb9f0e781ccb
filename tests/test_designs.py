"""What kind of study a record reports, where only the wording of the field tells: one made-up record for each rule."""

from __future__ import annotations

import pytest

from litwatch.appraise import appraise
from reading import CONFIG, article

RECORDS = {
    "slices of animals' brains are bench work": (
        "Ketamine and propagated waves: a low-magnesium model",
        (
            "Hippocampal slices of guinea pigs were perfused with ketamine. Field potentials were recorded in CA1. "
            "Ketamine added to the perfusate slowed the waves within minutes. Washing it out brought them back."
        ),
        "in_vitro",
    ),
    "a receptor's structure is bench work": (
        "Where ketamine binds the NMDA receptor",
        (
            "We report the crystal structure of the receptor with ketamine. The ligand lies between two residues of "
            "the "
            "channel. Mutants of either residue lose affinity. The conformation explains the block of the channel."
        ),
        "in_vitro",
    ),
    "cells told of in the present tense": (
        "Ketamine restores the trafficking of a mutant channel",
        (
            "Channel proteins that misfold are kept inside the cell. In HEK293 cells, ketamine corrects the folding of "
            "the mutant protein. The membrane gains channels and currents recover. The compound acts as a chaperone."
        ),
        "in_vitro",
    ),
    "cells and the animals they were put into": (
        "Ketamine-primed progenitor cells",
        (
            "Cultured progenitor cells were primed with ketamine. The cells expressed more BDNF. The cells "
            "proliferated. "
            "When transplanted into lesioned rats, the cells survived and the gait of the rats improved."
        ),
        "animal",
    ),
    "a review about molecules is no bench work": (
        "Ketamine, kinases and synapses",
        (
            "This review summarises how ketamine reaches its receptors. Kinases phosphorylated in cultured neurons are "
            "discussed. Signalling in stem cells is considered. Recent advances in organoids are outlined. "
            "The literature on apoptosis is reviewed."
        ),
        "narrative_review",
    ),
    "a review that does not call itself one": (
        "NMDA receptors in migraine: ketamine's mechanisms of action",
        (
            "Glutamate receptors are channels of the membrane. Ketamine blocks the channel of the NMDA receptor, as "
            "patch "
            "clamp has taught. Kinases carry the signal on to proteins of the synapse. The pathophysiology of migraine "
            "involves these receptors."
        ),
        "narrative_review",
    ),
    "an animal that only bit": (
        "Cluster-like headache after a snake bite, relieved by ketamine",
        (
            "Snake venom reaches the pituitary. We describe a patient with headache after a snake bite. Snake bites "
            "are "
            "common here."
        ),
        "case_report",
    ),
    "who took a drug and who did not": (
        "Statin use and the risk of chronic migraine",
        (
            "METHODS: In a population-based cohort of 9,400 adults, 1,200 were prescribed statins. Users and non-users "
            "were "
            "matched on propensity scores. RESULTS: Statin users developed chronic migraine less often (hazard ratio "
            "0.8, 95% CI 0.7-0.9). "
            "The association did not depend on dose."
        ),
        "cohort_prospective",
    ),
    "an association of a drug": (
        "Relation of NSAIDs to incident chronic migraine",
        (
            "METHODS: Records of 1,019 adults with episodic migraine were followed up for up to 12 years. RESULTS: "
            "NSAIDs "
            "were not associated with chronic migraine (hazard ratio 1.0). In regression models age was associated "
            "with "
            "it. CONCLUSION: No relation was found (n = 209)."
        ),
        "cohort_prospective",
    ),
    "a disorder of using a drug": (
        "Association of opioid use disorder with outcomes of migraine admissions",
        (
            "RESULTS: Opioid use disorder was associated with longer stays (n = 90) and with readmission (odds "
            "ratio 1.4). "
            "In regression models costs were higher (12%)."
        ),
        "other",
    ),
    "a word that only ends as drugs do": (
        "Borderline personality and the spine: pain scores in clinic attenders",
        (
            "Pain scores of 80 clinic attenders with and without borderline traits were correlated with imaging of the "
            "spine. Scores were associated with traits (p = 0.02). Follow-up was not planned. Complications were "
            "not seen."
        ),
        "other",
    ),
    "a method is no review": (
        "Staging of headache by wavelets",
        (
            "The stage of an attack is hard to tell from the electroencephalogram. We propose a wavelet model for it. "
            "The model separates the stages of an attack. It was tried on a telephone."
        ),
        "other",
    ),
    "a few patients in words are no review": (
        "Alien limb after an attack of hemiplegic migraine",
        (
            "Three patients with hemiplegic migraine showed an alien limb. Recordings showed asymmetric potentials. "
            "None had had an attack before. The disturbance is thought to stem from the medial frontal cortex."
        ),
        "other",
    ),
    "another case": (
        "Ketamine in paroxysmal hemicrania",
        "A third, biopsy-confirmed case of temporal arteritis with hemicrania is reported. Ketamine gave relief.",
        "case_report",
    ),
    "a blinded trial to come is not this one": (
        "Oral ketamine for hemicrania: a pilot study",
        (
            "METHODS: Nine adults took ketamine in an open-label fashion for 3 months. RESULTS: Pain improved. "
            "CONCLUSIONS: The effect will be assessed later in a double-blind study."
        ),
        "non_randomised_trial",
    ),
    "a protocol of treatment": (
        "An outpatient ketamine infusion protocol",
        "METHODS: Sixty adults were treated by this protocol and followed. RESULTS: Pain improved in 40.",
        "non_randomised_trial",
    ),
    "a review that searched and counts": (
        "A review of ketamine in migraine",
        "We searched PubMed and Embase. Six trials compared ketamine with placebo.",
        "systematic_review",
    ),
    "a cue that would run into the next sentence hides none that stands there": (
        "Ketamine for migraine",
        (
            "The search was broad. We searched Embase and MEDLINE for trials of ketamine. Nine trials were included. "
            "No trial was blind."
        ),
        "systematic_review",
    ),
    "a title that says survey": (
        "Ketamine nasal spray in cluster headache: an online survey",
        (
            "Of 90 adults with cluster headache, 40 had received ketamine. Pain improved in 30 (75%). The spray was "
            "tolerated by all. Side effects were mild (10%)."
        ),
        "cross_sectional",
    ),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_design_is_told_by_the_wording_of_its_field(name: str) -> None:
    title, abstract, design = RECORDS[name]

    found = appraise(article(title, abstract), CONFIG)

    assert design == found.design
    assert found.design_quote is not None or design in {"other", "narrative_review"}
