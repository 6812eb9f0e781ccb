"""The wording each design is known by: data for `litwatch.appraise.design`. Patterns meet lower-cased text.

Three strengths: *named* words name the report itself ("study protocol", "a case report") and decide by themselves in a
title; *told* words describe what was done; *scored* words only weigh, and the greater sum wins.
"""

from __future__ import annotations

ANIMALS = (
    r"(?:rats?|mouse(?! (?:monoclonal|anti))|mice|murine|rodents?|rabbits?|cats?|dogs?|canine|feline|monkeys?|"
    r"macaques?|primates|pigs?|"
    r"piglets?|"
    r"swine|gerbils?|guinea[ -]pigs?|hamsters?|sheep|ovine|goats?|calves|bovine(?! (?:serum|spongi))|cows?|"
    r"cattle|horses?|equine|"
    r"ferrets?|zebrafish|fish(?! oil)|drosophila|fruit flies|c\. elegans|caenorhabditis|chicks?|chickens?|birds?|"
    r"frogs?|xenopus|"
    r"turtles?|marmosets?|baboons?|mosquito(?:es)?|pups|mutant mice|foals?|broilers?|poultry|songbirds?|bats|voles?|"
    r"honey ?bees?|aplysia|leech(?:es)?|crayfish|squirrels?|snakes?|lizards?|livestock)"
)
CELLS = (
    r"\b(?:in[ -]vitro|cell[- ]lines?|cell[- ]cultures?|cultured|co-?cultures?|primary cultures?|"
    r"(?:hek ?-?293t?|sh-?sy5y|pc-?12|hela|cho|bv-?2|u-?87(?:mg)?|u-?251|n2a|neuro-?2a|c6|jurkat|hcmec|ips)"
    r"(?:[ -](?:cells?|glioma|derived)|(?= cell))|fibroblasts|astrocyte cultures?|(?:brain|hippocampal|"
    r"cortical|tissue) slices|"
    r"patch[- ]clamp|transfect\w+|organoids?|induced pluripotent|ipscs?|brain (?:homogenates?|membranes)|synaptosomes?|"
    r"lymphoblast\w*|radioligand|crystal structure|immunoblot\w*|western blot\w*|binding (?:assays?|affinity|sites?)|"
    r"ic\(?50\)?|enzym\w+ assay|isolated (?:\w+ )?(?:cells|neurons|arteries|mitochondria|nerve)|knockdown|sirna|"
    r"overexpress\w+|fibrils?|protein aggregation|molecular docking|biosensor|purified|phosphorylat\w+|"
    r"cell (?:viability|proliferation|migration|invasion|death)|apoptosis|recombinant protein)\b"
)

# (design, pattern) for titles, in order: the first that matches names the report.
TITLES = (
    (
        "protocol",
        (
            r"\b(?:study|trial|review|research|clinical|cohort|survey|evaluation|cohort study) protocols?\b|"
            r"\bprotocols? (?:for|of) (?:an?|the)\b(?! (?:treatment|management|diagnosis))|"
            r"[:.(-] *(?:a |the )?(?:[\w-]+ ){0,4}protocol\b(?! (?:for (?:the )?(?:treat|manag|diagn|assess)|"
            r"violation))|"
            r"^protocol\b|\bprotocols? for (?:\w+[- ]){0,6}(?:trial|study|review|analysis|cohort|meta-analysis)\b|"
            r"\b(?:rationale(?:,)? (?:and|&) (?:study )?design|design (?:and|&) (?:rationale|methods|methodology|"
            r"baseline)|(?:study|trial) design(?: and| of)?|methods and design|design,? (?:methods|rationale)[, ]|"
            r"design of (?:an?|the) (?:[\w-]+ ){0,8}(?:trial|study))\b|\bprotocol\.?\]?$|"
            r"\bstatistical analysis plan\b"
        ),
    ),
    (
        "guideline",
        (
            r"\b(?:practice|clinical|consensus|treatment|management|international|national|society) guidelines?\b|"
            r"\bguidelines? (?:for|on|of|from|update)\b|\bconsensus (?:statement|recommendations?|guidelines?|"
            r"paper|report)\b|"
            r"\bpractice parameters?\b|\bposition (?:statement|paper)\b|\bevidence[- ]based recommendations\b|"
            r"\bclinical recommendations\b|\bguidelines?\.?\]?$"
        ),
    ),
    (
        "meta_analysis",
        r"\bmeta[- ]?analy(?:sis|ses|tic)\b|\bpooled analysis of (?:randomi|\w+ trials)|\bmeta[- ]?regression\b",
    ),
    (
        "systematic_review",
        (
            r"\bsystematic (?:[\w-]+ ){0,3}(?:reviews?|search|overview|mapping|synthesis)\b|\bsystematically review|"
            r"\bumbrella review\b|\bscoping review\b|\brapid review\b|\bintegrative review\b|"
            r"\bqualitative evidence synthesis\b|"
            r"\bcochrane (?:systematic )?review\b|\bevidence (?:map|synthesis)\b|\breview of (?:reviews|"
            r"randomi)|\bmeta-?synthesis\b"
        ),
    ),
    (
        "narrative_review",
        (
            r"\b(?:narrative|literature|critical|comprehensive|brief|mini-?|short|selective|updated?|clinical|"
            r"conceptual|"
            r"historical|concise|topical|expert|scientific|current|state[- ]of[- ]the[- ]art|invited) ?reviews?\b|"
            r"[:.(] ?(?:an? |the )?(?:[\w-]+ ){0,3}reviews?(?: of (?:the )?(?:literature|evidence))?[.\])]*$|"
            r"^(?:an? |the )?(?:[\w-]+ )?(?:review|overview) of\b|\ban? (?:[\w-]+ )?(?:overview|update|primer|"
            r"perspective)\b"
        ),
    ),
)
CASE_TITLE = (
    r"\bcase[- ](?:reports?|study|studies|presentation|description|vignettes?)\b|\breports? of (?:an? |the |one |"
    r"two |2 |three |3 )?(?:[\w-]+ ){0,2}(?:cases?|patients?)\b|\b(?:an?|one|two|unusual|rare|first|2|"
    r"single) (?:[\w-]+ ){0,2}cases? "
    r"(?:of|with|in|and)\b|\b(?:in|of) an? (?:[\w-]+ ){0,5}(?:patient|child|boy|girl|man|woman|infant|"
    r"adolescent|newborn|neonate|adult|teenager)\b(?! (?:population|model|sample))|\bfollowing a\b.*\bcase\b|"
    r"\bcase of\b|[:.] ?(?:an? )?(?:[\w-]+ )?case\.?\]?$|\btwo cases\b|\bone case\b|\bin (?:two|"
    r"2) (?:[\w-]+ )?(?:patients|brothers|sisters|"
    r"siblings|children|twins)\b"
)
CASE_TOLD = (
    r"\bcase reports?\b(?! (?:forms?|and|or|have|were|suggest|describ|indicat|exist|of))|"
    r"\b(?:we|authors?|i) (?:\w+ )?(?:report|present|describe|reported|presented|described|discuss|"
    r"document)s? (?:here )?(?:on )?"
    r"(?:an?|the|one|our|this|two|2|another) (?:[\w-]+[ ,]+){0,6}?(?:cases?|patients?|man|woman|boy|girl|child|"
    r"infant|male|"
    r"female|brothers|sisters|siblings|individual)\b|"
    r"\ban? (?:[\w-]+ ){0,2}\d+[- ](?:years?|yrs?|months?|weeks?|days?|yr)s?[- ]olds?\b|"
    r"\ba? ?\d+-year-old (?:[\w-]+ ){0,4}(?:man|woman|boy|girl|male|female|patient|child|infant|lady|gentleman)\b|"
    r"\bthis case (?:report|demonstrates|illustrates|highlights|suggests|shows|study)\b|\b(?:is|are|"
    r"was) (?:reported|described|presented)"
    r" (?:of|in) (?:an?|one|two) \w+ (?:patient|case)|\b(?:a|one|the|rare|unusual) case (?:of|with|"
    r"in which) .{0,120}\b(?:is|was) "
    r"(?:reported|described|presented|discussed)\b|\bcase (?:presentation|description|summary)\s?:|"
    r"\bthe (?:present|current|reported) case\b|\bthe patient (?:was|had|presented|underwent|died|recovered|"
    r"developed|received)\b|"
    r"\bin (?:this|our) (?:case|patient)\b"
)
SERIES = (
    r"\bcase[- ]series\b|\bseries of (?:\w+ ){0,2}(?:patients|cases)\b|\b(?:report|describe|"
    r"present) (?:on )?(?:the )?(?:\w+ )?"
    r"(?:three|four|five|six|seven|eight|nine|ten|eleven|twelve|3|4|5|6|7|8|9|1\d) (?:[\w-]+ ){0,3}(?:patients|cases|"
    r"children|adults|women|men|individuals)\b|\breports? of (?:three|four|five|six|seven|eight|nine|ten|[3-9]|"
    r"[1-9]\d) (?:[\w-]+ ){0,2}cases\b"
)
SEARCHED = (
    r"\b(?:search(?:ed|es|ing)?|quer(?:y|ied)|identified|retrieved|review(?:ed)?|"
    r"consulted)\b.{0,160}\b(?:pubmed|medline|embase|"
    r"psyc ?info|cochrane|web of science|scopus|cinahl|databases?|google scholar|lilacs|cnki)\b|"
    r"\b(?:pubmed|medline|embase|psyc ?info|cochrane (?:library|central|controlled|database)|web of science|"
    r"scopus|cinahl|databases?)\b"
    r".{0,200}\b(?:search(?:ed|es)?|(?:was|were) (?:\w+ )?(?:used|reviewed|screened|consulted|queried))\b|\bprisma\b|"
    r"\bsystematic(?:ally)? (?:[\w-]+ ){0,3}(?:review(?:ed|s)?|search(?:ed|es)?)\b|\bliterature search\b"
)
SYNTHESIS = (
    r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"twenty)(?:-\w+)? (?:[\w-]+ ){0,4}"
    r"(?:studies|trials|rcts|articles|papers|publications|reports|reviews|records|"
    r"citations)\b.{0,80}\b(?:included|met|identified|"
    r"eligible|retrieved|reviewed|selected|found|fulfilled|involving|with|analy[sz]ed)\b|"
    r"\b(?:included|identified|found|retrieved|yielded|reviewed|selected) (?:a total of )?(?:\d+|two|three|"
    r"four|five|six|seven|"
    r"eight|nine|ten|eleven|twelve) (?:[\w-]+ ){0,3}(?:studies|trials|rcts|articles|papers|publications|reviews)\b|"
    r"\b(?:quality|risk of bias) (?:of|in|assessment)\b|\binclusion criteria\b|\bdata extraction\b|"
    r"\bselection criteria\b|"
    r"\b(?:two|independent) (?:independent )?(?:reviewers|authors)\b|\bheterogeneity\b|\bpooled\b|"
    r"\bstudies (?:were|that were) included\b|"
    r"\b(?:this|our|present) (?:systematic review|meta-analysis)\b"
)
POOLED = r"\bmeta[- ]?analy(?:sis|ses|tic|sed|zed)\b"
PLANNED = (
    r"\b(?:will|shall) (?:\w+ ){0,2}?(?:be|include|receive|recruit|enrol|enroll|undergo|compare|assess|"
    r"evaluate|test|measure|"
    r"investigate|examine|follow|continue|involve|take|determine|use|have|provide)\b|\bis designed to\b|"
    r"\bare being\b|\bis (?:currently )?(?:ongoing|underway|in running|recruiting)\b"
)
FIGURES = r"\bp ?[<=>≤] ?0?\.\d|\b\d+(?:\.\d+)? ?%|\b95 ?% ?ci\b|±|\+/-"
PROTOCOL_TOLD = (
    r"\b(?:study|trial|this|the present|review) protocol\b|\bprotocol (?:describes|presents|outlines|for a|"
    r"of a|paper|version)\b|"
    r"\b(?:describes?|report|present|outline)s? (?:\w+ ){0,3}(?:the )?(?:\w+ )?(?:design|rationale|protocol|"
    r"methodology)\b|"
    r"\bethics and dissemination\b|\btrial status\b|\bthis (?:trial|study) (?:\w+ )?(?:will|is designed)\b|"
    r"\bprospectively registered\b"
)
# A trial as its own method, by how plainly it says so.
RANDOM = (
    r"\brandomi[sz](?:ed|ation|ing|es?)\b|\brandom(?:ly)? (?:[\w-]+ ){0,2}?(?:assign(?:ed|ment|ing)?|"
    r"allocat(?:ed|ion|ing)|divid(?:ed|ing)|"
    r"distribut(?:ed|ing)|selected to|assorted|categori[sz]ed|grouped|placed|split|received|receive|given|"
    r"treated|crossed|to (?:one|two|receive|either))\b|"
    r"\b(?:assigned|allocated|divided|distributed|separated) (?:[\w-]+ ){0,4}(?:at )?random(?:ly)?\b|"
    r"\brandom (?:allocation|assignment|order)\b|\bat random\b|"
    r"\brct\b"
)
BLIND = (
    r"\b(?:double|triple|single|observer|assessor|evaluator|investigator)[- ]?(?:blind(?:ed)?|mask(?:ed)?)\b|"
    r"\bplacebo\b|\bsham\b|"
    r"\bcross-?over\b|\bwait(?:ing)?[- ]?list(?:ed)?\b|\bparallel[- ]group\b|"
    r"\bcontrolled (?:clinical )?(?:trial|study)\b|\bclinical trial\b|\bintention[- ]to[- ]treat\b"
)
# Words that make a randomised sentence somebody else's, or no trial of people.
NOT_RANDOM = (
    r"\brandom(?:ly)? (?:select|sampl|chosen|recruit|picked|ascertain|drawn|interpret|present|order)|"
    r"\brandom (?:effects?|forest|sample|"
    r"sampling|coefficient|intercept|number|digit|walk|dot|mutagen|primer|graph|network)|mendelian randomi|"
    r"non-?\s?randomi|not randomi|un-?randomi|pseudo-?randomi|\bwithout randomi|"
    r"\brandomi[sz]ed (?:presentation|stimul|order of)"
)
# Trials in the plural are other people's, unless they are counted.
OTHERS_RANDOM = (
    r"(?<!two )(?<!three )(?<!both )(?<!2 )(?<!these )\brandomi[sz]ed[, -](?:[\w-]+[, "
    r"]+){0,5}?(?:trials|studies|rcts)\b|\brcts\b"
)
THIS_RANDOM = (
    r"\b(?:this|our|the present|the first|the current) (?:[\w-]+[, ]+){0,4}randomi|\bwere (?:\w+ )?randomi|"
    r"\brandomly (?:assigned|allocated)\b|\brandomi[sz]ed to\b"
)
SECONDARY = (
    r"\bsecondary (?:\w+ )?(?:data )?analys[ei]s\b|\bpost[- ]hoc\b|\bsub-?group analys[ei]s of\b|"
    r"\bancillary (?:study|analysis)\b|\bre-?analys[ei]s\b|"
    r"\b(?:data|participants|patients|subjects|sample|samples) (?:\w+ ){0,4}(?:from|in|of) (?:an?|the|two|"
    r"three|\d+|several|previous|"
    r"earlier|larger|four|five|pooled)\b.{0,60}\b(?:randomi[sz]ed|trials?)\b|\bpooled (?:data|analysis)\b|"
    r"\bbaseline data\b|\bsub-?study\b|\bopen-label extension\b|"
    r"\b(?:follow-up|extension) (?:study )?of (?:an?|the) .{0,60}\btrial\b|\bpredictors? of\b"
)
WISHES = (
    r"\b(?:needed|warranted|required|lacking|necessary|awaited|recommended|desirable|justified|scarce|"
    r"sparse)\b|\bfuture (?:\w+ ){0,3}(?:stud|trial|research|work)|"
    r"\bfurther (?:\w+ ){0,4}(?:stud|trial|research|investigation|evaluation)|\bshould be\b|\bremains? to be\b|"
    r"\b(?:no|few|limited|lack of) (?:\w+ ){0,3}(?:trials|studies|rcts|evidence)\b|"
    r"\b(?:would|could|may|might) be (?:\w+ )?(?:useful|helpful|beneficial|valuable)\b"
)
REVIEWED = (
    (
        3.0,
        (
            r"\b(?:this|the present|the current|the following|in this|our|present) (?:[\w-]+ ){0,3}(?:review|"
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
            r"describ|outlin|examin|explor|present|provid|"
            r"address|consider|highlight|focus|offer|argue|propose|deal|cover|give)|"
            r"\bwe (?:\w+ ){0,2}(?:discuss|summari[sz]e|highlight|outline|argue|propose|"
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
TREATED = (
    (
        2.0,
        (
            r"\btreated (?:with|by|using|surgically|for)\b|\bunderwent\b|\b(?:received|receiving|given|"
            r"administered|administration of|taking|prescribed|infusion|injections?|implant(?:ed|ation)?|"
            r"infused)\b|\bopen[- ](?:label|trial)\b|\buncontrolled (?:trial|study)\b|\bsingle[- ]arm\b|"
            r"\bpilot (?:study|trial)\b|\bquasi-?experiment\w*|\bpre-? ?(?:and|to|/|-)? ?post-?(?:test|"
            r"treatment|intervention)?\b|"
            r"\bnon-?randomi[sz]ed\b|\b(?:\d+|\d+\.\d+) ?(?:mg|mcg|microg|[µμ]g|iu|gy)\b|\bphase (?:[1-4]|"
            r"i{1,3}v?|one|two)[ab]?\b|\bbefore and after (?:\w+ )?(?:treatment|therapy|surgery|"
            r"the intervention|intervention|training|operation)|"
            r"\bpostoperative(?:ly)?\b|\b(?:efficacy|effectiveness|tolerability|safety) (?:and \w+ )?of\b|"
            r"\b(?:surgery|resection|operation|radiotherapy|radiosurgery|chemotherapy|embolization|"
            r"transplantation|craniotomy|decompression|thrombectomy|stenting) (?:was|were|for|in)\b"
        ),
    ),
    (
        1.0,
        (
            r"\b(?:treatments?|therap(?:y|ies)|interventions?|program(?:me)?s?|training|rehabilitation|"
            r"surg(?:ery|ical)|operations?|drugs?|medications?|dos(?:e|es|age)|stimulation|"
            r"exercise|acupuncture|vaccin\w+|resections?|radiation|radiotherapy|embolization|transplant\w*|"
            r"prophyla\w+|replacement|counsel+ing|psychotherapy|education|diet|supplement\w*|anesthesia|"
            r"anaesthesia)\b"
        ),
    ),
)
TREATED_TITLE = (
    r"\b(?:treatment|therapy|therapies|intervention|efficacy|effectiveness|effects? of|safety|tolerability|"
    r"surgery|surgical|resection|outcomes? (?:of|after|following)|open[- ]label|pilot|program(?:me)?|"
    r"training|rehabilitation|stimulation|implant\w*|use of|response to|radiosurgery|radiotherapy|embolization|"
    r"thrombolysis|thrombectomy|stent\w*|transplant\w*|with \w+(?:ine|ol|am|one|ide|ate|mab|in)|management|"
    r"switching|"
    r"infusion|injections?|pharmacokinetics|repair|treated|acupuncture|administration|bypass|decompression|"
    r"fusion|exercise|after|following)\b"
)
OBSERVED = (
    r"\b(?:prevalence|incidence|epidemiolog\w+|risk factors?|associat(?:ion|ions|ed) (?:between|with)|"
    r"correlat\w+|relationships?|survey\w*|questionnaires?|cross-sectional|diagnos(?:is|tic|ed)|"
    r"polymorphisms?|genes?|genetic|genotyp\w+|mutations?|exome|predictors?|predict\w*|biomarkers?|mri|eeg|pet|"
    r"spect|imaging|autops\w+|post-?mortem|validity|reliability|psychometric|interviews?|qualitative|"
    r"attitudes|perceptions|beliefs|healthy (?:controls|subjects|volunteers)|control (?:group|subjects)|"
    r"controls|case-control|mortality|census|registry|differences? between|tests?|scale|levels|twins?|students|"
    r"general population)\b"
)
PEOPLE = (
    r"\b(?:patients?|participants?|subjects|volunteers|adults|children|adolescents|men|women|individuals|"
    r"infants|caregivers|people|students|persons|residents|veterans|parents|families|cases|adopters|"
    r"users)\b"
)
LOOKED_BACK = (
    r"\bretrospective(?:ly)?\b|\b(?:chart|record|records|charts|medical records?) (?:review(?:ed)?|"
    r"were (?:\w+ )?reviewed)\b|\breview(?:ed)? (?:of )?(?:the )?(?:\w+ ){0,2}(?:charts|records)\b|"
    r"\bclaims (?:data|database)\b|"
    r"\belectronic (?:health|medical) records?\b|\bpost[- ]hoc\b|\bsecondary analysis\b|\bhistorical cohort\b|"
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
CROSS = r"\bcross-?sectional\b|\bsurvey(?:s|ed)?\b|\bquestionnaires?\b|\binterview(?:s|ed)\b|\bprevalence\b"
