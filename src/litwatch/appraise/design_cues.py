"""The wording each design is known by: data for `litwatch.appraise.design`. Patterns meet lower-cased text.

Three strengths: *named* words name the report itself ("study protocol", "a case report") and decide by themselves in a
title; *told* words describe what was done; *scored* words only weigh, and the greater sum wins.
"""

from __future__ import annotations

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
        "case_report",
        r"\bcase reports?\b(?! forms?)|\breports? of (?:an?|one|two|2|three|3) (?:[\w-]+ ){0,2}cases?\b",
    ),
    (
        "narrative_review",
        (
            r"\b(?:narrative|literature|critical|comprehensive|brief|mini-?|short|selective|updated?|clinical|"
            r"conceptual|"
            r"historical|concise|topical|expert|scientific|current|state[- ]of[- ]the[- ]art|invited) ?reviews?\b|"
            r"[:.(] ?(?:an? |the )?(?!(?:[\w-]+ ){0,3}(?:retrospective|charts?|records?|files?|cases?|medical|"
            r"database) )"
            r"(?!retrospective)(?:[\w-]+ ){0,3}reviews?(?: of (?:the )?(?:literature|evidence))?[.\])]*$|"
            r"^(?:an? |the )?(?:[\w-]+ )?(?:review|overview) of\b|\ban? (?:[\w-]+ )?(?:overview|update|primer|"
            r"perspective)\b"
        ),
    ),
)
CASE_TITLE = (
    r"\bcase[- ](?:reports?|study|studies|presentation|description|vignettes?)\b|\breports? of (?:an? |the |one |"
    r"two |2 |three |3 )?(?:[\w-]+ ){0,2}(?:cases?|patients?)\b|\b(?:an?|one|two|unusual|rare|first|2|"
    r"single) (?:[\w-]+ ){0,2}cases? "
    r"(?:of|with|in(?! point)|and)\b|\b(?:in|of) an? (?:[\w-]+ ){0,5}(?:patient|child|boy|girl|man|woman|infant|"
    r"adolescent|newborn|neonate|adult|teenager)\b(?! (?:population|model|sample))|\bfollowing a\b.*\bcase\b|"
    r"(?<!the )\bcase of\b|[:.] ?(?:an? )?(?:[\w-]+ )?case\.?\]?$|\btwo cases\b|\bone case\b|(?:\bin |[:–—-] ?)(?:two|"
    r"2) (?:[\w-]+ )?(?:patients|brothers|sisters|"
    r"siblings|children|twins)\b"
)
CASE_TOLD = (
    r"\b(?=case)(?<!many )(?<!several )(?<!few )(?<!published )(?<!previous )(?<!isolated )(?<!of )(?<!from )"
    r"(?<!and )(?<!in )case reports?\b(?! (?:forms?|and|or|have|were|suggest|describ|indicat|exist|of))|"
    r"\b(?:we|authors?|i) (?:\w+ )?(?:report|present|describe|reported|presented|described|discuss|"
    r"document)s? (?:here )?(?:on )?"
    r"(?:(?:an?|the|one|our|this|another) (?:(?!series)[\w-]+[ ,]+){0,6}?(?:case|patient|man|woman|boy|girl|child|"
    r"infant|male|female|individual)|(?:(?:the )?(?:two|2)|a pair of) (?:[\w-]+[ ,]+){0,6}?(?:cases|patients|men|"
    r"women|brothers|sisters|siblings|twins|children))\b|"
    r"\ban? (?:[\w-]+ ){0,2}\d+[- ](?:years?|yrs?|months?|weeks?|days?|yr)s?[- ]olds?\b|"
    r"\ba? ?\d+-year-old (?:[\w-]+ ){0,4}(?:man|woman|boy|girl|male|female|patient|child|infant|lady|gentleman)\b|"
    r"\bthis case (?:report|demonstrates|illustrates|highlights|suggests|shows|study)\b|\b(?:is|are|"
    r"was) (?:reported|described|presented)"
    r" (?:of|in) (?:an?|one|two) \w+ (?:patient|case)|\b(?:an?|one|the|rare|unusual) (?:(?!series|many|several)"
    r"[\w-]+[ ,]+){0,4}?case (?:of|with|in which) .{0,120}\b(?:is|was|is being) "
    r"(?:reported|described|presented|discussed)\b|\bin a case involving\b|\bcase (?:presentation|description|"
    r"summary)\s?:|"
    r"\bthe (?:present|current|reported) case\b|\bthe patient (?:was|had|presented|underwent|died|lived|recovered|"
    r"developed|received)\b|"
    r"\bone (?:person|patient|man|woman|boy|girl|child) (?:with [\w -]{2,50} )?(?:received|took|was (?:given|"
    r"treated))\b|"
    r"\ba single case\b|"
    r"\bin (?:our case|(?:this|our) patient)\b(?! (?:population|group|cohort|series|sample))|"
    r"\ban? (?:[\w-]+ ){0,4}(?:patient|man|woman|girl|boy|child|infant|male|female) (?:is|was) (?:\w+ )?(?:presented|"
    r"described|reported)\b|\ban? (?:[\w-]+ ){0,3}(?:man|woman|girl|boy) (?:developed|presented|with an?|"
    r"who (?:had|developed|"
    r"presented))\b|\breport (?:now |here )?(?:on )?an? (?:[\w-]+ )?(?:patient|case)\b"
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
    r"eligible|retrieved|reviewed|selected|found|fulfilled|involving|with|analy[sz]ed|compar(?:ed|ing)|reported)\b|"
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
    r"\bare being (?:recruit|enrol|random|compar|stud|test|conduct|collect|treat|follow|invest)\w*|"
    r"\bis (?:currently )?(?:ongoing|underway|in running|recruiting)\b"
)
# A plan of a study of people, rather than of what the world will be like.
PLANNED_STUDY = (
    r"\b(?:patients?|participants?|subjects?|volunteers|children|adults|(?:this|the|our|"
    r"present) (?:[\w-]+ ){0,3}(?:study|"
    r"trial|project|protocol|research)|investigators?|researchers|arms?|groups?|(?:study )?drugs?|placebo|infusions?|"
    r"doses?|outcomes?|we)\b[^.;]{0,160}\b(?:will|shall) (?:\w+ ){0,2}?(?:be|include|receive|recruit|enrol|enroll|"
    r"undergo|compare|assess|evaluate|test|measure|investigate|examine|follow|continue|involve|take|determine|use|"
    r"have|provide)\b|\bis designed to\b|\bis (?:currently )?(?:ongoing|underway|recruiting)\b|"
    r"\b(?:purpose|aim|objective|goal)s? of (?:this|the) (?:\w+ ){0,3}(?:study|trial|project|research) is\b"
)
# A title that names the report of a randomised trial.
TRIAL_TITLE = r"\brandomi[sz]ed\b[^.]{0,80}\b(?:trial|study|comparison)\b|\brandomi[sz]ed\b[^.]{0,40}$"
FIGURES = r"\bp ?[<=>≤] ?0?\.\d|\b\d+(?:\.\d+)? ?%|\b95 ?% ?ci\b|±|\+/-"
STUDY_PROTOCOL = (
    r"\b(?:study|trial|review|research|cohort|survey|evaluation) protocols?\b|\bprotocols? (?:for|of) an?\b|"
    r"\b(?:rationale|design|statistical analysis plan)\b|\bprotocol for (?:\w+[- ]){0,6}(?:trial|study|review|"
    r"analysis)\b|"
    r"\b(?:trial|study|review|analysis)\b[^.]{0,40}\bprotocol\b"
)
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
    r"\brandom (?:allocation|assignment|order)\b|\bat random\b|\bsealed(?:,? opaque)? envelopes?\b|"
    r"\brct\b"
)
BLIND = (
    r"\b(?:double|triple|single|observer|assessor|evaluator|investigator)[- ]?(?:blind(?:ed)?|mask(?:ed)?)\b|"
    r"\bplacebo\b|\bsham\b|"
    r"\bcross-?over\b|\bwait(?:ing)?[- ]?list(?:ed)?\b|\bparallel[- ]group\b|"
    r"\bcontrolled (?:clinical )?(?:trial|study)\b|\bclinical trial\b|\bintention[- ]to[- ]treat\b"
)
# Given to people who knew what it was: a double-blind trial that is spoken of beside it is another, or to come.
OPEN_LABEL = r"\bopen[- ]?label(?:led|ed)?\b(?! extension)|\bopen (?:trial|study|design)\b"
# Words that make a randomised sentence somebody else's, or no trial of people.
NOT_RANDOM = (
    r"\brandom(?:ly)? (?:select|sampl|chosen|recruit|picked|ascertain|drawn|interpret|present|order(?!,|"
    r"[^.]*(?:placebo|"
    r"saline|mg|dose|treatment)))|"
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
    r"\bbaseline data\b|\bsub-?study\b|"
    r"\b(?=open)(?<!by an )(?<!by a )(?<!month )(?<!week )(?<!and )open-label extension\b|"
    r"\b(?:follow-up|extension) (?:study )?of (?:an?|the) .{0,60}\btrial\b|\bpredictors? of\b"
)
WISHES = (
    r"\b(?:needed|warranted|required|lacking|necessary|awaited|recommended|desirable|justified|scarce|"
    r"sparse)\b|\bfuture (?:\w+ ){0,3}(?:stud|trial|research|work)|"
    r"\bfurther (?:\w+ ){0,4}(?:stud|trial|research|investigation|evaluation)|\bshould be\b|\bremains? to be\b|"
    r"\b(?:no|few|limited|lack of) (?:\w+ ){0,3}(?:trials|studies|rcts|evidence)\b|"
    r"\b(?:would|could|may|might) be (?:\w+ )?(?:useful|helpful|beneficial|valuable)\b|"
    r"\b(?:would|should|could) be (?:a|an|the) (?:\w+ )?(?:next|logical|natural|important)\b|\bnext steps?\b"
)
PEOPLE = (
    r"\b(?:patients?|participants?|subjects|volunteers|adults|children|adolescents|men|women|individuals|"
    r"infants|caregivers|people|students|persons|residents|veterans|parents|families|cases|adopters|"
    r"users)\b"
)
# A few people treated and told of one by one.
FEW = (
    r"(?<![\w-])(?:three|four|five|six|seven|eight|nine|ten|[3-9]|10) (?:[\w-]+ ){0,4}(?:patients|sufferers|cases|"
    r"subjects|"
    r"individuals|men|women|children|adults|adolescents)\b[^.;]{0,40}\b(?:were|was|received|underwent|had) (?:\w+ )?"
    r"(?:treated|given|administered|infus\w+|ketamine|described|reported)"
)
# What a protocol article says and a registry's summary does not.
ARTICLE = r"\bprotocol\b|\bethics\b|\bdissemination\b|\bdiscussion\b|\btrial registration\b|\bmethods\b|\bwe will\b"
# A group to compare with, in a study that randomised nobody.
CONTROLLED = (
    r"\b(?:control|comparison|comparator|reference|untreated|unexposed|matched) (?:groups?|cohorts?|arms?|"
    r"patients|subjects|"
    r"controls)\b|\bcontrolled (?:\w+ )?(?:trial|study)\b|\b(?:two|both|three|"
    r"between)(?: the)?(?: \w+)? (?:groups|cohorts|"
    r"arms)\b|\b(?:retrospective|prospective|matched) comparison\b|\bin each group\b|\bversus\b|\bvs\.?(?= )|"
    r"\bcompared (?:with|to) (?:\w+ ){0,3}(?:controls?|patients|those|group)\b"
)
OF_SERIES = (
    r"\bcase (?:reports?|series)\b|\bnone (?:was|were) controlled\b|\buncontrolled (?:evidence|studies|reports)\b"
)
# That nobody was compared with anybody, said outright.
UNCONTROLLED = (
    r"\bnone (?:was|were) controlled\b|\b(?:no|without(?: an?y?)?|lack(?:ed|s|ing)?(?: of)?(?: an?)?|"
    r"absence of(?: an?)?) (?:[\w-]+ )?"
    r"(?:control|comparison|comparator)(?: (?:group|arm|cohort|condition))?\b|\buncontrolled\b|\bnot controlled\b"
)
# A review that counts its studies without naming what it searched.
REVIEW_HOLDS = (
    r"\b(?:this|the|our) (?:[\w-]+ ){0,2}review (?:holds?|include[sd]?|cover(?:s|ed)|comprise[sd]|identified|found|"
    r"pooled) "
    r"(?:data from )?(?:\d+|two|three|four|five|six|seven|eight|nine|ten) (?:[\w-]+ ){0,3}(?:trials|studies|rcts)\b"
)
GRADED = r"\blevel [abcu]\b|\b(?:should|must|may) (?:not )?be offered\b|\bstrongly recommend|\bgrade of recommendation"
ISSUED = (
    r"\b(?:updat\w+|develop\w*|issu\w+|provid\w+|present\w*)[^.;]{0,60}\b(?:guidelines?|guidance|recommendations?)\b|"
    r"\bevidence assessment\b"
)
OF_TRIALS = r"\brandomi[sz]ed\b|\brcts?\b|\b(?:controlled|clinical) (?:\w+ )?(?:trials?|studies)\b|\bcohort"
