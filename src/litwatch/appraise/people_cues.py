"""The wording by which studies of people are told from reviews, and those of a treatment from the rest. Data.

For `litwatch.appraise.design_people`; patterns meet lower-cased text. These words only weigh.
"""

from __future__ import annotations

from litwatch.appraise.drug_stems import DRUGS

REVIEWED = (
    (
        3.0,
        (
            r"\b(?:this|the present|the current|the following|in this|our|present) (?:(?!retrospective|chart|"
            r"records?|medical|case)[\w-]+ ){0,3}(?:review|"
            r"overview|chapter|commentary|editorial|"
            r"perspective|mini-?review|essay|update)\b|\bwe (?:\w+ ){0,2}review\b|\b(?:is|are|was|"
            r"were) (?:\w+ ){0,2}reviewed\b|"
            r"\bthe authors? (?:\w+ )?review(?:s|ed)?\b|\breviews? (?:the|current|recent|available|some|"
            r"evidence|our)\b|\bareas covered\b|\bexpert opinion\b|\brecent findings\b|"
            r"\bpurpose of review\b|\ban overview (?:of|on)\b"
        ),
    ),
    (
        2.0,
        (
            r"\bthis (?:article|paper|section|issue|contribution|work)\b.{0,60}\b(?:discuss|review|summari|"
            r"outlin|examin|explor|provid|"
            r"address|consider|highlight|focus|offer|argue|deal|cover|give)|"
            r"\bwe (?:\w+ ){0,2}(?:discuss|summari[sz]e|highlight|outline|argue|"
            r"consider|focus on|provide an?|address|suggest that)\b|\b(?:is|are|"
            r"will be) (?:\w+ ){0,2}(?:discussed|summari[sz]ed|considered|outlined|highlighted|"
            r"emphasi[sz]ed|presented and discussed)\b|\bthe authors? (?:\w+ )?(?:discuss|summari[sz]e|outline|"
            r"argue|describe|propose|suggest)|\bthe article\b|\bthe paper\b|\b(?:up-?to-?date|"
            r"state-of-the-art)\b"
        ),
    ),
    (
        1.0,
        (
            r"\brecent (?:advances?|developments?|progress|years|evidence|studies|research|data|work|"
            r"literature)\b|\bthe literature\b|\bcurrent (?:knowledge|understanding|"
            r"evidence|concepts|status|state|treatment|research|therap|literature)|\b(?:emerging|"
            r"growing) (?:evidence|body)\b|\b(?:preclinical|animal) and (?:clinical|human)\b|"
            r"\bevidence (?:suggests|indicates|for|that)\b|\bnumerous studies\b|\bmany studies\b|"
            r"\bseveral (?:studies|lines)\b|\bpathophysiology\b|\bmechanisms? (?:of|by|under)\b|"
            r"\btherapeutic (?:strateg|target|option|approach)|"
            r"\bplays? an? (?:\w+ )?role\b|\btreatment options\b|\bmanagement of\b|"
            r"\bdiagnosis and (?:treatment|management)\b|\bthe role of\b|\bin the future\b|\bchallenges\b|"
            r"\bstrategies\b"
        ),
    ),
)
REVIEW_TITLE = (
    r"\b(?:review|overview|advances?|perspectives?|update|current|emerging|role of|challenges?|future|recent|"
    r"concepts?|mechanisms? of|approach(?:es)?|strateg(?:y|ies)|"
    r"implications?|management of|diagnosis and|therap(?:y|ies) (?:of|for)|pathogenesis|pathophysiology|new|"
    r"novel|issues?|options|frontiers|insights?|history|opportunities|towards?|principles|"
    r"past|state of|what|why|how|primer|considerations?|trends|theor(?:y|ies)|models? of|treatment of|drugs|"
    r"lessons|progress|controvers\w+|understanding)\b"
)
# What a study tells of its own people, and a review does not: counts, and the past tense.
COUNTED = (
    r"\bn ?= ?\d|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?) (?:[\w-]+ ){0,3}(?:patients|subjects|participants|"
    r"children|adults|men|women|individuals|cases|families|sibs|siblings)\b"
)
PAST = r"\b(?:was|were|did|had)\b"
OWN_STUDY = (
    r"\b(?:the|this) (?:present|current|pilot|exploratory) (?:study|investigation|experiment|work|"
    r"research)\b|\bthis (?:\w+ )?(?:study|trial|experiment|survey)\b|\bour (?:study|data|results|"
    r"findings|experiments?|analysis)\b|\bwe (?:\w+ )?(?:show|report|find|found|examined?|"
    r"investigated?|demonstrated?|identif\w+|developed|used?|observed?|studied|study|analy[sz]ed?|"
    r"conducted|recruited|measured|compared?|tested?|explored?|applied|evaluated?|assessed|"
    r"hypothesi\w+)\b|\b(?:method(?:ology)?|device|system|algorithm|questionnaire|scale|instrument|tool|technique|"
    r"model|software)s? (?:was|were|is|has been|of [\w -]{1,40} is) (?:\w+ )?(?:described|presented|developed|"
    r"designed|"
    r"built|tested|validated|constructed|proposed)\b|\binterview(?:s|ed|ing)\b|\baudit\b|\bpreliminary (?:results|"
    r"data)\b|"
    r"\b(?:sibs|siblings|families|family|cases?|kindred) (?:is|are|was|were) (?:\w+ )?(?:reported|described|"
    r"presented)\b|"
    r"\bwe (?:here )?(?:present|report|describe|propose|introduce)(?: here)? (?:an?|the|this|our) (?:[\w-]+ ){0,4}"
    r"(?:method|strategy|technique|assay|device|system|tool|model|algorithm|pipeline|framework|structure|approach)\b|"
    r"\b(?:a|the) (?:new|novel|rapid|simple) (?:\w+ ){0,3}(?:method|technique|"
    r"instrument|questionnaire|scale|measure|tool|algorithm|assay|model)\b|\b(?:aim|purpose|objective|"
    r"goal)s? (?:of (?:this|the) (?:\w+ )?(?:study|investigation|research)|was|were)\b|"
    r"\bparticipants\b|\b(?:study|results|findings|data) (?:show|indicate|suggest|reveal|demonstrate)|"
    r"\bresults\b"
)
DATA = (
    r"\bp ?[<=>≤] ?0?\.\d|\b\d+(?:\.\d+)? ?%|\bn ?= ?\d|\b95 ?% ?ci\b|\bconfidence interval|\bodds ratio|"
    r"\bhazard ratio|\bsignificant(?:ly)?\b|"
    r"\bwe (?:found|observed|measured|analy[sz]ed|examined|investigated|assessed|evaluated|compared|studied|"
    r"recruited|enrolled|used|performed|conducted|tested|included)\b|"
    r"\b(?:was|were) (?:\w+ )?(?:found|observed|measured|analy[sz]ed|examined|investigated|assessed|evaluated|"
    r"compared|studied|recruited|enrolled|included|performed|treated|administered|"
    r"obtained|tested|recorded|determined|collected|associated|correlated|higher|lower|increased|decreased|"
    r"reduced|detected|interviewed|followed|divided)\b|±|\+/-"
)
RECORDS_READ = (
    r"\b(?:charts?|records?|files)\b[^.;]{0,120}\b(?:was|were) (?:\w+ )?(?:reviewed|read|searched|examined|audited)\b|"
    r"\breviewed the (?:[\w-]+ ){0,3}(?:charts|records|files)\b"
)
# People asked about what they do or know, rather than treated.
SURVEYED = (
    r"\b(?:hospitals?|departments?|physicians?|clinicians?|cent(?:er|re)s?|members|heads|directors|neurologists|nurses|"
    r"users)\b[^.;]{0,60}\b(?:were|was) (?:asked|surveyed|polled|questioned)\b|\bwe (?:\w+ )?(?:surveyed|polled|"
    r"asked)\b|"
    r"\b(?:questionnaire|survey)s? (?:was|were) (?:\w+ )?(?:sent|mailed|distributed|completed)\b|\b(?:online|web|"
    r"postal|national) survey\b"
)
# A title that names the report a survey.
SURVEY_TITLE = (
    r"[:?.] (?:an? |the )?(?:[\w-]+ ){0,4}(?:survey|questionnaire study)\b|^(?:an? |"
    r"the )?(?:[\w-]+ ){0,3}survey (?:of|on)\b|"
    r"\bcross-sectional (?:\w+ )?(?:study|survey|analysis)\b"
)
LOOKED_BACK = (
    r"\b(?:charts?|records?|files)\b[^.;]{0,120}\b(?:was|were) (?:\w+ )?(?:reviewed|read|searched|examined|audited)\b|"
    r"\bretrospective(?:ly)?\b|\b(?:chart|record|records|charts|medical records?) (?:review(?:ed)?|"
    r"were (?:\w+ )?reviewed)\b|\breview(?:ed)? (?:of )?(?:the )?(?:\w+ ){0,2}(?:charts|records)\b|"
    r"\bclaims (?:data|database|(?:of|from|were))\b|\bretrospectiv|"
    r"\belectronic (?:(?:health|medical) )?records?\b|\bpost[- ]hoc\b|\bsecondary analysis\b|\bhistorical cohort\b|"
    r"\bconsecutive (?:\w+ ){0,3}(?:patients|cases)\b"
)
OPEN_TRIAL = (
    r"\bopen[- ](?:label(?:led|ed)?|trial|study|pilot|design)\b|\bsingle[- ]arm\b|\bpilot (?:study|trial)\b|"
    r"\buncontrolled (?:\w+ )?(?:trial|study)\b|\bnon-?\s?randomi[sz]ed\b|\bproof[- ]of[- ]concept\b|"
    r"\bfeasibility (?:study|trial)\b|"
    r"\bphase (?:[1-4]|i{1,3}v?|one|two)[ab]?\b|\bclinical trial\b|\bquasi-?experiment\w*|"
    r"\bbefore[- ]and[- ]after\b|\bcontrolled (?:\w+ )?(?:trial|study)\b"
)
FORWARD = r"\bprospective(?:ly)?\b|\blongitudinal(?:ly)?\b|\bfollow(?:ed)?[- ]up\b|\bnaturalistic\b|\bcohort\b"
CROSS = (
    r"\b(?:we|were) (?:asked|surveyed|interviewed|polled)\b|\bcross-?sectional\b|\bsurvey(?:s|ed)?\b|"
    r"\bquestionnaires?\b|\binterview(?:s|ed)\b|\bprevalence\b"
)

# Titles that name a treatment, and titles that name something else observed.
TREATMENT_TITLE = (
    r"\b(?:treatments?(?![- ](?:seeking|resistant|refractory))|treated|treating|therap(?:y|ies|"
    r"eutic)|interventions?|efficacy|effectiveness|surg(?:ery|ical)|operati(?:on|ve)|"
    r"resections?|(?!spectr|micr)\w+(?:ectomy|otomy|plasty|oscopy)|clipping|emboli[sz]ation|stent\w*|shunts?|"
    r"shunting|drainage|drains?|radiosurgery|radiotherapy|irradiation|chemotherapy|stimulation|"
    r"training|rehabilitation|exercise|program(?:me)?s?|prophyla\w+|prevent\w*|vaccin\w+|"
    r"infusions?|injections?|blocks?|transplant\w*|replacement|acupuncture|counsel+ing|"
    r"psychotherapy|medications?|pharmaco(?:therapy|kinetics|logic\w*)|open[- ]label|open trial|"
    r"pilot|response to|responders?|outcomes? (?:of|after|following|in)|use of|bypass|"
    r"psychoeducation|mindfulness|yoga|massage|music|nursing|rehabilitat\w+|cognitive behaviou?r\w*|"
    r"\w+ acid(?= (?:therapy|in|for|on|during))|intranasal|orally|users of|to teach|abstinence|cessation|"
    r"decompression|fusion|supplement\w*|anesthesia|anaesthesia|diet\w*|hormone|toxin|administration|doses?|mg|"
    r"switching|withdrawal|"
    r"management|approach|technique|care|group therapy|coaching|support|education\w*)\b|"
    rf"{DRUGS}"
)
OBSERVED_TITLE = (
    r"\b(?:prevalence|incidence|epidemiolog\w+|risk factors?|risk of|associat\w+|relation\w*|"
    r"correlat\w+|genetic\w*|polymorphisms?|genes?|mutations?|mri|eeg|imaging|tomograph\w*|"
    r"diagnos\w+|validity|validation|reliability|scale|questionnaires?|survey|attitudes?|"
    r"perceptions?|experiences?|knowledge|predict\w*|mortality|characteristics|features|"
    r"profiles?|volumes?|biomarkers?|levels|cerebrospinal|traits?|symptoms?|factors?|"
    r"abnormalit\w+|patterns?|trends|costs?|burden|utili[sz]ation|prescri\w+|screening|"
    r"assessment|detection|measur\w+|test\w*|comorbid\w*|structure|processing|perception|memory|"
    r"qualitative|chromatogra\w+|spectro\w+|hplc|segmentation|(?:deep|machine)[- ]learning|phantoms?|deficits?|"
    r"natural (?:course|history)|satisfaction|expression|sequelae|turnover|fidelity|"
    r"recognition|development of)\b"
)
# Sentences that tell of treating, and sentences that tell of observing.
TREATING = (
    r"\b(?:treated (?:with|by|using|surgically|for)|underwent|received|receiving|were given|was given|"
    r"administered|administration of|infused|infusions?|injections?|implant(?:ed|ation)?|"
    r"after (?:the )?(?:\w+ )?(?:treatment|surgery|therapy|operation|intervention|training|procedure)|"
    r"pre-? ?(?:and|to|/|-) ?post|pre-?treatment|post-?treatment|before and after|improve(?:d|ment)s?|"
    r"response rates?|responded|remission|complications?|postoperative(?:ly)?|preoperative(?:ly)?|"
    r"follow(?:ed)?[- ]?up|\d+ ?mg|(?:weeks?|months?) of (?:\w+ )?(?:treatment|therapy)|efficacy|"
    r"effective|effectiveness|tolerated|(?:the|an|this) intervention|(?:mono)?therapy|regimens?|open clinical|"
    r"experimental group|workshops?|program(?:me)?s?|reductions? (?:of|in)|counterbalanced|crossover|"
    r"intervention group|treatment group|control group|sessions?)\b"
)
OBSERVING = (
    r"\b(?:prevalence|incidence of|associat(?:ed|ion|ions)|correlat\w+|risk factors?|predict\w+|"
    r"odds ratio|hazard ratio|questionnaires?|interview(?:s|ed)|survey\w*|genotyp\w+|alleles?|mri|eeg|"
    r"healthy (?:controls|subjects)|controls|validity|reliability|cross-sectional|regression|"
    r"diagnos\w+|sensitivity and specificity|significantly (?:higher|lower|more|less) (?:in|than)|"
    r"differences? between|scale|scores?)\b"
)
# Who took a drug and who did not, in studies that gave none.
EXPOSED = (
    r"\b(?:(?:non-?)?users|(?:non-?)?recipients|(?:was|were|been|newly|patients|those) (?:\w+ )?(?:prescribed|"
    r"dispensed)|"
    r"prescriptions?|(?:ever|current|long-term|drug|statin|medication|vaccine|antidepressant) (?:use|exposure)|"
    r"exposed to|exposure to|propensity[- ]scores?|(?:un)?treated (?:with|patients|children|group|subjects)|"
    r"on treatment|vaccinated)\b"
)
