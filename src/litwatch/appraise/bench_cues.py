"""The wording of work on animals and at the bench: data for `litwatch.appraise.design_bench`.

Patterns meet lower-cased text.
"""

from __future__ import annotations

ANIMALS = (
    r"(?:rats?|mouse(?! (?:monoclonal|anti))|mice|murine|rodents?|rabbits?|cats?|dogs?|canine|feline|monkeys?|"
    r"macaques?|primates|pigs?|"
    r"piglets?|"
    r"swine|gerbils?|guinea[ -]pigs?|hamsters?|sheep|ovine|goats?|calves|bovine(?! (?:serum|spongi))|cows?|"
    r"cattle|horses?|equine|"
    r"ferrets?|zebrafish|goldfish|teleosts?|fish(?= (?:were|larvae|embryos|exposed|model))|drosophila|fruit flies|"
    r"c\. elegans|caenorhabditis|chicks?|chickens?|birds?|"
    r"frogs?|xenopus|"
    r"turtles?|marmosets?|baboons?|mosquito(?:es)?|pups|mutant mice|foals?|broilers?|poultry|songbirds?|bats|voles?|"
    r"honey ?bees?|aplysia|leech(?:es)?|crayfish|squirrels?|snakes?|lizards?|livestock)"
    r"(?![- ](?:bites?|attacks?|scratch\w*|venoms?|allerg\w+|dander|man\b|owners?|ownership|therapy|assisted|riding|"
    r"consumption|intake|meat|milk))"
)
# Tissue that was taken from an animal: "cultured rat astrocytes", "slices from adult mice".
TISSUE = (
    r"(?:neurons?|neuronal|cells?|cell lines?|astrocytes?|astroglia\w*|microglia\w*|oligodendrocytes?|glia\w*|"
    r"myocytes?|cardiomyocytes?|hepatocytes?|fibroblasts?|macrophages?|cultures?|slices?|explants?|organoids?|"
    r"synaptosomes?|membranes?|homogenates?|microsomes?|mitochondria|ganglia|aorta|arter(?:y|ies)|oocytes?)"
)
OF_TISSUE = (
    rf"\b{ANIMALS}(?= (?:[\w-]+ ){{0,3}}{TISSUE}\b)|"
    rf"\b{TISSUE} (?:prepared |isolated |obtained |derived |taken |dissected )?(?:of|from) (?:the )?(?:[\w-]+ ){{0,4}}"
    rf"{ANIMALS}\b"
)
# Words of experiments outside of any body, each plain by itself.
CELLS = (
    r"\b(?:in[ -]vitro(?! fertili)|ex[ -]vivo|in[ -]silico|cell[- ](?:lines?|cultures?|based|free)|cultured|"
    r"co-?cultures?|"
    r"(?:primary|neuronal|neural|glial|astrocyte|microglial|organotypic|explant|tissue|slice|monolayer|suspension) "
    r"cultures?|primary (?:[\w-]+ ){1,3}cultures?|primary (?:[\w-]+ )?(?:neurons|astrocytes|microglia|hepatocytes)|"
    r"(?:hek ?-?293t?|sh-?sy5y|pc-?12|hela|cho|cos-?[17]|bv-?2|u-?87(?:mg)?|u-?251|n2a|neuro-?2a|c6|t98g|ng108-?15|"
    r"caco-?2|hepg2|mcf-?7|vero|mdck|nih ?3t3|raw ?264\.7|sf9|bend\.?3|jurkat|hcmec|ips|es|hippocampal ht-?22|ht-?22)"
    r"(?:[ -](?:cells?|glioma|derived|neurons)|(?= cell))|fibroblasts|explants?|organoids?|spheroids?|oocytes|"
    r"(?:brain|hippocampal|cortical|striatal|spinal cord|tissue|acute|coronal) slices|patch[- ]clamp|"
    r"(?:voltage|current)[- ]clamp|whole-cell (?:recordings?|currents?|configuration)|transfect\w+|transduced|"
    r"induced pluripotent|ipscs?|lymphoblast\w*|(?:brain|cell|tissue|rat liver|liver) (?:homogenates?|membranes|"
    r"lysates?|extracts)|microsom(?:es|al)|synaptosomes?|radioligand|"
    r"crystal structures?|x-ray crystallograph\w*|cryo-?em|structures? of [^.;]{0,60} at (?:a )?resolution|"
    r"immunoblot\w*|western blot\w*|immunoprecipitat\w*|luciferase|surface plasmon|circular dichroism|thioflavin|"
    r"binding (?:assays?|affinit(?:y|ies)|sites?)|molecular (?:docking|dynamics)|docking (?:stud\w+|simulations?|"
    r"analysis)|homology model\w*|"
    r"ic\(?50\)?|enzym\w+ (?:assay|inhibition)|high-throughput screen\w*|"
    r"isolated (?:\w+ )?(?:cells|neurons|arteries|mitochondria|hearts?|brainstem|spinal cord|retinas?)|"
    r"knockdown|sirna|shrna|mirna mimics?|"
    r"overexpress\w+|fibrils?|protein aggregation|biosensor|purified|phosphorylat\w+|"
    r"(?:neuroblastoma|glioma|glioblastoma|hybrid|cancer|endothelial|epithelial|progenitor|precursor|stem|tumou?r|"
    r"schwann|ganglion|chromaffin|mutant|control|treated|exposed|infected|expressing|differentiated) cells|"
    r"cells (?:were (?:\w+ )?(?:treated|exposed|incubated|cultured|grown|infected|seeded|harvested|stimulated)|"
    r"expressing|treated with|exposed to|incubated with)|(?:were|was) (?:\w+ )?incubated|incubation (?:of|with)|"
    r"yeast|escherichia coli|telomer\w+|calcium currents|cytotoxicity|cell (?:viability|proliferation|migration|"
    r"invasion|death|cycle|survival|growth)|apoptosis|recombinant (?:\w+ )?protein|bath application|perfusate)\b"
)
# Words that bench work and the writing on it share: the more of them, the nearer to the bench.
MOLECULAR = (
    r"\b(?:cells?(?! (?:count|disease|an(?:a)?emia|arteritis))|neurons|astrocytes|microglia\w*|oligodendrocytes?|"
    r"myocytes|hepatocytes|keratinocytes|mitochondria\w*|liposomes?|nanoparticles?|micelles?|simulations?|"
    r"pharmacophore|qsar|crystallograph\w*|nmr|conformation(?:s|al)?|residues?|amino acids?|[cn]-termin(?:al|us)|"
    r"domains?|mutants?|affinity|ec\(?50\)?|ki values?|assays?|promoter|plasmids?|cdnas?|cloned|mrnas?|rnas?|"
    r"proteins?|immunofluorescen\w*|immunocytochem\w*|confocal|fluorescence|electron microscop\w*|flow cytometry|"
    r"currents?|channels?|action potentials|slices?|wash-?out|strains?|kinases?|enzym\w+|peptides?|oligomer\w*|"
    r"aggregat\w+|signal(?:l)?ing|receptors?|ligands?|synthesi[sz]ed|derivatives|compounds?|transcript\w*|genes?|"
    r"antibod\w+|membranes?|supernatants?)\b"
)

# Whole animals were studied, not only what was taken from them.
IN_VIVO = (
    r"\bin vivo\b|\b(?:rats|mice|animals|monkeys|cats|dogs|rabbits|pigs|pups|offspring) (?:were|was|received|with|"
    r"that|"
    r"showed|exhibited|displayed|treated|exposed|lacking|trained|given)\b|\bi\.?p\.?\b|\bintraperitoneal\w*|"
    r"\b(?:transgenic|knock-?out|mutant|wild-type|adult|male|female|lesioned|treated|nude|model|old|young|aged) "
    r"(?:[\w-]+ )?(?:mice|rats)\b|\bbehaviou?r\w*|"
    r"\ban(?:a)?estheti[sz]ed\b|\bgavage\b|\b(?:mouse|rat|animal) models?\b|\b(?:transplanted|injected|grafted|"
    r"implanted) (?:\w+ )?into\b|\bxenografts?\b|\b\d ?mg/kg\b|\b(?:in|into|of) (?:rats|mice)\b|\binjury to the (?:rat|"
    r"mouse)\b|\badministration\b|\bdaily\b"
)
